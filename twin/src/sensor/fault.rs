//! What goes wrong with instruments, and when.
//!
//! A fault begins after a time that is exponentially distributed (a constant hazard rate), or at a given time, and lasts until it is
//! repaired. Its beginnings are drawn in integers from the tick at which the last one ended, so its
//! whole history is a function of the seed, to the bit, and its state is one number: the tick of its present or next beginning.

use super::chance::{self, Mean, uses};

/// What a fault does to readings.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// They stay as they are.
    Stuck,
    /// There are none: the last one stands, marked as missing.
    Dropout,
    /// A share of them is wrong by `size`, up or down.
    Spikes {
        /// How wrong.
        size: f64,
        /// How many of them, 0 to 1.
        share: f64,
    },
    /// They go astray at so much per second.
    Drift {
        /// Rate [1/s].
        rate: f64,
    },
    /// They are wrong by so much.
    Bias {
        /// How wrong.
        step: f64,
    },
    /// Their noise is so many times what it should be.
    Noise {
        /// So many times.
        factor: f64,
    },
    /// They come under another instrument's tag, and the other's under theirs.
    Crossed {
        /// Name of the other entry, of one instrument as this is; none: the first of this entry with the second, the third with
        /// the fourth, …
        with: Option<String>,
    },
    /// They come late.
    Late {
        /// By so much (s), rounded up to whole samples.
        by: f64,
    },
    /// They are at an end of the range.
    Saturated {
        /// Whether it is the upper end.
        high: bool,
    },
}

/// Names of the effects, as they stand in results, in the order of their bits in [`Flags`].
pub const EFFECTS: [&str; 9] =
    ["stuck", "dropout", "spikes", "drift", "bias", "noise", "crossed", "late", "saturated"];

impl Effect {
    /// Its number in [`EFFECTS`].
    pub fn number(&self) -> usize {
        let number = match self {
            Self::Stuck => effect::STUCK,
            Self::Dropout => effect::DROPOUT,
            Self::Spikes { .. } => effect::SPIKES,
            Self::Drift { .. } => effect::DRIFT,
            Self::Bias { .. } => effect::BIAS,
            Self::Noise { .. } => effect::NOISE,
            Self::Crossed { .. } => effect::CROSSED,
            Self::Late { .. } => effect::LATE,
            Self::Saturated { .. } => effect::SATURATED,
        };
        number as usize
    }
}

/// Numbers of the effects, as the kernel has them too: their places in [`EFFECTS`].
pub(super) mod effect {
    pub(in crate::sensor) const STUCK: u32 = 0;
    pub(in crate::sensor) const DROPOUT: u32 = 1;
    pub(in crate::sensor) const SPIKES: u32 = 2;
    pub(in crate::sensor) const DRIFT: u32 = 3;
    pub(in crate::sensor) const BIAS: u32 = 4;
    pub(in crate::sensor) const NOISE: u32 = 5;
    pub(in crate::sensor) const CROSSED: u32 = 6;
    pub(in crate::sensor) const LATE: u32 = 7;
    pub(in crate::sensor) const SATURATED: u32 = 8;
}

/// Which faults are active at a reading: one bit for each of [`EFFECTS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    /// Whether it is free of faults.
    pub fn is_good(self) -> bool {
        self.0 == 0
    }

    /// Whether there is no reading: a user sees the last one, marked as missing.
    pub fn is_missing(self) -> bool {
        self.0 >> 1 & 1 == 1
    }

    /// Names of the active faults.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        (0..).zip(EFFECTS).filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, name)| name)
    }
}

/// When a fault begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Begin {
    /// After an exponentially distributed time of this mean (s) since the start, or since the last repair.
    Every(f64),
    /// Once, at this time (s).
    At(f64),
}

/// A fault that instruments can have.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What it does.
    pub effect: Effect,
    /// When it begins.
    pub begin: Begin,
    /// Time until it is repaired (s); none: never.
    pub repair: Option<f64>,
}

impl Fault {
    /// What is wrong with its numbers: which, and what would be right.
    pub(super) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let above = |value: f64| value.is_finite() && value > 0.0;
        match self.begin {
            Begin::Every(mean) if !above(mean) => {
                return Some(("every", "has to be a finite time above zero"));
            }
            Begin::At(at) if !(at.is_finite() && at >= 0.0) => {
                return Some(("at", "has to be a finite time, not below zero"));
            }
            _ => {}
        }
        if self.repair.is_some_and(|repair| !above(repair)) {
            return Some(("repair", "has to be a finite time above zero"));
        }
        match self.effect {
            Effect::Spikes { size, .. } if !size.is_finite() => {
                Some(("size", "has to be a finite number"))
            }
            Effect::Spikes { share, .. } if !(share > 0.0 && share <= 1.0) => {
                Some(("share", "has to be above 0 and at most 1"))
            }
            Effect::Drift { rate: value } | Effect::Bias { step: value } if !value.is_finite() => {
                Some(("size", "has to be a finite number"))
            }
            Effect::Noise { factor } if !(factor.is_finite() && factor >= 0.0) => {
                Some(("factor", "has to be a finite number, not below zero"))
            }
            Effect::Late { by } if !above(by) => Some(("by", "has to be a finite time above zero")),
            _ => None,
        }
    }
}

/// No such tick: never.
pub(super) const NEVER: u32 = u32::MAX;

/// A fault, ready to be computed: all of it in 32 bits, as kernels have it too. Times are in ticks.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Mode {
    /// Number of its effect.
    pub(super) effect: u32,
    /// Mean time to the next beginning, see [`Mean`]; a mantissa of 0: none, it begins once.
    pub(super) mantissa: u32,
    pub(super) exponent: u32,
    /// When it begins first, if that is not drawn.
    pub(super) first: u32,
    /// How long it lasts.
    pub(super) repair: u32,
    /// Size, rate per tick, factor, or 1 for the upper end.
    pub(super) size: f32,
    /// Threshold of the share of spikes, samples by which readings come late, or 1 where tags of neighbours are crossed.
    pub(super) number: u32,
    /// Its number among the faults of the entry.
    pub(super) own: u32,
}

impl Mode {
    /// The fault number `own` of an entry that is sampled every `period` ticks of `tick` seconds.
    pub(super) fn of(fault: &Fault, own: usize, tick: f64, period: u32) -> Self {
        let ticks = |seconds: f64| (seconds / tick).round().clamp(1.0, f64::from(NEVER)) as u32;
        let (mean, first) = match fault.begin {
            Begin::Every(mean) => (Mean::of(mean / tick), NEVER),
            Begin::At(at) => (Mean::default(), (at / tick).ceil().min(f64::from(NEVER)) as u32),
        };
        let (size, number) = match &fault.effect {
            Effect::Spikes { size, share } => {
                (*size, (share * 4_294_967_296.0).min(f64::from(u32::MAX)) as u32)
            }
            Effect::Drift { rate } => (rate * tick, 0),
            Effect::Bias { step } => (*step, 0),
            Effect::Noise { factor } => (*factor, 0),
            Effect::Late { by } => {
                let samples = (by / tick / f64::from(period)).ceil();
                (0.0, samples.clamp(1.0, f64::from(NEVER)) as u32)
            }
            Effect::Saturated { high } => (f64::from(u8::from(*high)), 0),
            Effect::Crossed { with } => (0.0, u32::from(with.is_none())),
            Effect::Stuck | Effect::Dropout => (0.0, 0),
        };
        Self {
            effect: fault.effect.number() as u32,
            mantissa: mean.mantissa,
            exponent: mean.exponent,
            first,
            repair: fault.repair.map_or(NEVER, ticks),
            size: size as f32,
            number,
            own: own as u32,
        }
    }

    /// When it begins next, after tick `after`, in instrument `sensor`.
    fn next(&self, key: [u32; 2], sensor: u32, after: u32) -> u32 {
        if self.mantissa == 0 {
            return NEVER;
        }
        let [word, ..] = chance::philox([sensor, after, uses::FAULT + self.own, 0], key);
        let mean = Mean { mantissa: self.mantissa, exponent: self.exponent };
        after.saturating_add(1).saturating_add(mean.draw(word))
    }

    /// When it begins first.
    pub(super) fn begins(&self, key: [u32; 2], sensor: u32) -> u32 {
        if self.mantissa == 0 { self.first } else { self.next(key, sensor, 0) }
    }

    /// Brings `onset`, its present or next beginning, up to `tick`; how long it has been active by then, if it is.
    #[inline]
    pub(super) fn active(
        &self,
        key: [u32; 2],
        sensor: u32,
        onset: &mut u32,
        tick: u32,
    ) -> Option<u32> {
        while tick >= *onset && tick - *onset >= self.repair {
            *onset = self.next(key, sensor, *onset + self.repair);
        }
        tick.checked_sub(*onset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(begin: Begin, repair: f64) -> Mode {
        let fault = Fault { effect: Effect::Stuck, begin, repair: Some(repair) };
        Mode::of(&fault, 0, 1.0, 1)
    }

    #[test]
    fn faults_come_at_their_rate_and_last_as_long_as_they_should() {
        let mode = mode(Begin::Every(300.0), 20.0);
        let key = chance::key(3);
        let (mut begun, mut active, ticks, sensors) = (0_u32, 0_u32, 20_000, 50);
        for sensor in 0..sensors {
            let mut onset = mode.begins(key, sensor);
            for tick in 0..ticks {
                if let Some(age) = mode.active(key, sensor, &mut onset, tick) {
                    active += 1;
                    begun += u32::from(age == 0);
                    assert!(age < 20);
                }
            }
        }
        // Cycles of 300.5 (an exponential time cut up to whole ticks) + 20 ticks, whose standard deviation is 300.
        let cycles = f64::from(ticks * sensors) / 320.5;
        let sigma = cycles.sqrt() * 300.0 / 320.5;
        assert!((f64::from(begun) - cycles).abs() < 3.0 * sigma, "{begun} for {cycles} ± {sigma}");
        assert!((f64::from(active) / f64::from(begun) - 20.0).abs() < 0.2);
    }

    #[test]
    fn a_planned_fault_comes_once() {
        let mode = mode(Begin::At(10.0), 5.0);
        let mut onset = mode.begins([0; 2], 0);
        let active = |tick| mode.active([0; 2], 0, &mut onset, tick).is_some();
        let seen: Vec<u32> =
            (0..100).zip((0..100).map(active)).filter(|s| s.1).map(|s| s.0).collect();
        assert_eq!(seen, [10, 11, 12, 13, 14]);
    }

    #[test]
    fn looking_seldom_does_not_change_what_happens() {
        let mode = mode(Begin::Every(7.0), 3.0);
        let (mut often, mut seldom) = (mode.begins([1, 2], 4), mode.begins([1, 2], 4));
        for tick in 0..5000 {
            let seen = mode.active([1, 2], 4, &mut often, tick);
            if tick % 13 == 0 {
                assert_eq!(mode.active([1, 2], 4, &mut seldom, tick), seen);
            }
        }
    }

    #[test]
    fn names_follow_the_bits() {
        let flags = Flags(1 << Effect::Dropout.number() | 1 << Effect::Late { by: 1.0 }.number());
        assert_eq!(flags.names().collect::<Vec<_>>(), ["dropout", "late"]);
        assert!(flags.is_missing() && !flags.is_good());
    }
}
