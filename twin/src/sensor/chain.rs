//! The measurement chain: how a reading comes from what is there.
//!
//! `y = Q(sat((1 + g) LPF(x(t - delay)) + b + d t + n_w + n_f))`: transport delay, first-order lag, gain, bias, drift, white and flicker
//! noise, saturation, quantisation and deadband. Between ticks the input is taken as linear, for which the lag is
//! solved exactly: `y' = y + (1 - a)(x₀ - y) + (1 - φ)(x₁ - x₀)` with `a = exp(-h/τ)`, `φ = (1 - a) τ/h`.
//!
//! Flicker noise is the sum of four Ornstein-Uhlenbeck processes of equal variance, with time constants of 1, 10, 100 and 1000
//! sampling periods: their spectra add up to 1/f over three decades, to within 6 %. A variance `v` each, a factor `r`
//! from one time constant to the next: `S(f) = v / (ln r · f)`, and the Allan deviation of 1/f noise is `sqrt(2 ln 2 · f S(f))`
//! (IEEE 1139-2008), whatever the averaging time.

/// Numbers of a measurement chain, in the unit of the quantity and in seconds. The default is ideal.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Time that what is measured takes to the instrument (s), rounded to whole ticks.
    pub delay: f64,
    /// Time constant of its first-order lag (s).
    pub lag: f64,
    /// Relative error of its slope.
    pub gain: f64,
    /// Value at which its slope has no effect: 0 °C of a thermometer.
    pub reference: f64,
    /// Constant error.
    pub bias: f64,
    /// What the makers allow each single one to be wrong.
    pub tolerance: Tolerance,
    /// Rate at which its error grows [1/s].
    pub drift: f64,
    /// Standard deviation of white noise of each reading.
    pub noise: f64,
    /// Floor of the Allan deviation: flicker noise, "bias instability".
    pub flicker: f64,
    /// Range of readings: from, to.
    pub range: [f64; 2],
    /// Step between readings; 0: none.
    pub quantum: f64,
    /// A reading changes only by at least so much; 0: by any amount.
    pub deadband: f64,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            delay: 0.0,
            lag: 0.0,
            gain: 0.0,
            reference: 0.0,
            bias: 0.0,
            tolerance: Tolerance::default(),
            drift: 0.0,
            noise: 0.0,
            flicker: 0.0,
            range: [f64::NEG_INFINITY, f64::INFINITY],
            quantum: 0.0,
            deadband: 0.0,
        }
    }
}

/// How wrong single instruments of a kind may be: `±(offset + slope |x - reference|)`.
///
/// Each one has its own share of it, drawn evenly from -1 to 1, as where nothing but limits are known (JCGM 100:2008, 4.3.7).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// Whatever the value.
    pub offset: f64,
    /// For each unit that the value is away from the reference.
    pub slope: f64,
}

impl Tolerance {
    /// Platinum resistance thermometers of class AA, A, B, C (IEC 60751:2022): a name and its limits (K).
    pub const CLASSES: [(&str, Self); 4] = [
        ("AA", Self { offset: 0.1, slope: 0.001_7 }),
        ("A", Self { offset: 0.15, slope: 0.002 }),
        ("B", Self { offset: 0.3, slope: 0.005 }),
        ("C", Self { offset: 0.6, slope: 0.01 }),
    ];
}

impl Chain {
    /// What is wrong with its numbers: which, and what would be right.
    pub(super) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let signed = [("gain", self.gain), ("bias", self.bias), ("drift", self.drift)];
        let signed = signed.into_iter().chain([("reference", self.reference)]);
        let positive = [
            ("delay", self.delay),
            ("lag", self.lag),
            ("noise", self.noise),
            ("flicker", self.flicker),
            ("quantum", self.quantum),
            ("deadband", self.deadband),
            ("tolerance", self.tolerance.offset),
            ("tolerance", self.tolerance.slope),
        ];
        let odd = signed.into_iter().find(|(_, value)| !value.is_finite());
        if let Some((name, _)) = odd {
            return Some((name, "has to be a finite number"));
        }
        let odd = positive.into_iter().find(|(_, value)| !(value.is_finite() && *value >= 0.0));
        if let Some((name, _)) = odd {
            return Some((name, "has to be a finite number, not below zero"));
        }
        let [low, high] = self.range;
        (!(low < high)).then_some(("range", "runs from a lower to a higher value"))
    }
}

/// A chain, ready to be computed: all of it in 32 bits, as kernels have it too. Rates are per tick.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Stage {
    /// `1 - exp(-h/τ)`.
    pub(super) forget: f32,
    /// `1 - φ`.
    pub(super) lead: f32,
    pub(super) reference: f32,
    pub(super) drift: f32,
    pub(super) noise: f32,
    pub(super) flicker: f32,
    pub(super) low: f32,
    pub(super) high: f32,
    pub(super) quantum: f32,
    /// `1 / quantum`; 0 for none.
    pub(super) finer: f32,
    pub(super) deadband: f32,
    pub(super) padding: f32,
}

/// What flicker processes keep from one sample to the next: `exp(-1/n)` for 1, 10, 100, 1000 samples.
pub(super) const KEPT: [f32; 4] = [0.367_879_44, 0.904_837_4, 0.990_049_84, 0.999_000_5];
/// What they take in of a standard normal deviate: `sqrt(1 - kept²)`.
pub(super) const TAKEN: [f32; 4] = [0.929_873_5, 0.425_757_25, 0.140_717_24, 0.044_699_02];

impl Stage {
    /// The chain at ticks of `tick` seconds.
    pub(super) fn of(chain: &Chain, tick: f64) -> Self {
        let a = if chain.lag > 0.0 { libm::exp(-tick / chain.lag) } else { 0.0 };
        let [low, high] = chain.range;
        let bound = |value: f64| value.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        // v = ln r · f S(f) = ln r / (2 ln 2) σ².
        let variance = std::f64::consts::LN_10 / (2.0 * std::f64::consts::LN_2);
        Self {
            forget: (1.0 - a) as f32,
            lead: (1.0 - (1.0 - a) * chain.lag / tick) as f32,
            reference: chain.reference as f32,
            drift: (chain.drift * tick) as f32,
            noise: chain.noise as f32,
            flicker: (chain.flicker * variance.sqrt()) as f32,
            low: bound(low),
            high: bound(high),
            quantum: chain.quantum as f32,
            finer: if chain.quantum > 0.0 { (1.0 / chain.quantum) as f32 } else { 0.0 },
            deadband: chain.deadband as f32,
            padding: 0.0,
        }
    }

    /// The lag: from its value at the last tick, `y`, and its input then and now.
    #[inline]
    pub(super) fn lag(&self, y: f32, before: f32, now: f32) -> f32 {
        y + self.forget * (before - y) + self.lead * (now - before)
    }

    /// Cuts a value at the range and rounds it to whole quanta.
    #[inline]
    pub(super) fn digits(&self, value: f32) -> f32 {
        let value = value.max(self.low).min(self.high);
        if self.finer == 0.0 { value } else { floor(value * self.finer + 0.5) * self.quantum }
    }
}

/// The next whole number below, in arithmetic that goes into vector instructions on any machine.
#[inline]
fn floor(value: f32) -> f32 {
    // Adding this leaves no bits for fractions: it rounds to a whole number.
    const WHOLE: f32 = 12_582_912.0;
    let rounded = (value + WHOLE) - WHOLE;
    let below = if rounded > value { rounded - 1.0 } else { rounded };
    if value.abs() < 4_194_304.0 { below } else { value.floor() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_of_flicker_are_those_of_its_time_constants() {
        for ((n, kept), taken) in [1.0_f64, 10.0, 100.0, 1000.0].into_iter().zip(KEPT).zip(TAKEN) {
            assert_eq!((-1.0 / n).exp() as f32, kept);
            assert!(((1.0 - (-2.0 / n).exp()).sqrt() as f32 - taken).abs() < 1e-7);
        }
    }

    #[test]
    fn a_lag_follows_a_ramp_by_its_time_constant() {
        let stage = Stage::of(&Chain { lag: 8.0, ..Chain::default() }, 1.0);
        let (mut y, mut worst) = (0.0_f32, 0.0_f64);
        for n in 0..100_u16 {
            y = stage.lag(y, f32::from(n), f32::from(n) + 1.0);
            let t = f64::from(n) + 1.0;
            let exact = t - 8.0 * (1.0 - (-t / 8.0).exp());
            worst = worst.max((f64::from(y) - exact).abs());
        }
        assert!(worst < 2e-5, "{worst}");
    }

    #[test]
    fn no_lag_is_no_lag() {
        let stage = Stage::of(&Chain::default(), 0.5);
        assert_eq!(stage.lag(3.0, 7.0, 11.0), 11.0);
    }

    #[test]
    fn whole_numbers_below_are_those_of_the_library() {
        let values = [0.0, 0.5, 0.999_999_9, 1.0, 2.5, 4_194_303.5, 4_194_304.5, 1e9, 3e38];
        for value in values.into_iter().flat_map(|v| [v, -v]) {
            assert_eq!(floor(value), value.floor(), "{value}");
        }
        assert!(floor(f32::NAN).is_nan() && floor(f32::INFINITY) == f32::INFINITY);
    }

    #[test]
    fn numbers_that_make_no_sense_are_found() {
        let fault = |chain: Chain| chain.fault().map(|(name, _)| name);
        assert_eq!(fault(Chain::default()), None);
        assert_eq!(fault(Chain { lag: f64::NAN, ..Chain::default() }), Some("lag"));
        assert_eq!(fault(Chain { bias: f64::INFINITY, ..Chain::default() }), Some("bias"));
        assert_eq!(fault(Chain { range: [1.0, 1.0], ..Chain::default() }), Some("range"));
    }
}
