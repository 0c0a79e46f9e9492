//! Alarms on readings, and how good they are: judged by the truth beside every reading.
//!
//! An alarm is raised when readings have been beyond its limit for its delay, and cleared when they have been back by the hysteresis for
//! as long (ISA-18.2 and EEMUA 191 call these deadband, on-delay and off-delay). A case begins when the truth
//! crosses the limit, and ends when it is back by the hysteresis. A case is detected if its alarm stands, or comes within
//! the window; it is missed otherwise. An alarm is false if it comes and goes without a case.

use serde::{Deserialize, Serialize};

use super::bank::Bank;

/// No such tick.
const NEVER: u32 = u32::MAX;

/// An alarm on all instruments of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Number of the entry.
    pub entry: usize,
    /// The limit, in the unit of the readings.
    pub limit: f64,
    /// Whether it is raised above the limit, or below it.
    pub above: bool,
    /// By how much readings have to be back.
    pub hysteresis: f64,
    /// For how long readings have to be beyond the limit before it is raised, and back before it is cleared (s).
    pub delay: [f64; 2],
    /// Time from the begin of a case within which its alarm is due (s).
    pub window: f64,
}

/// A change of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Number of the alarm.
    pub alarm: usize,
    /// The instrument.
    pub sensor: usize,
    /// Whether it has been raised, or cleared.
    pub raised: bool,
    /// At which tick.
    pub tick: u32,
}

/// How good an alarm is, over all its instruments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Times that it was raised.
    pub raised: u64,
    /// Cases: times that the truth crossed the limit.
    pub cases: u64,
    /// Those that were detected.
    pub detected: u64,
    /// Those that were not, within the window.
    pub missed: u64,
    /// Alarms without a case.
    pub false_alarms: u64,
    /// Sum and largest of the times from the begin of a case to its alarm (ticks).
    pub delay: [u64; 2],
    /// The first case that was detected: tick of the alarm, instrument.
    pub first: Option<(u32, u32)>,
}

/// All alarms on a bank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alarms {
    rows: Vec<Row>,
    tick: f64,
}

/// An alarm in 32 bits.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    sensors: [usize; 2],
    limit: f32,
    back: f32,
    /// 1 above, -1 below.
    sign: f32,
    delay: [u32; 2],
    window: u32,
}

/// What changes in [`Alarms`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlarmState {
    watches: Vec<Watch>,
    scores: Vec<Score>,
}

/// One alarm of one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Watch {
    raised: bool,
    /// Since when readings ask for the other.
    turning: u32,
    /// Whether there was a case while it was raised.
    right: bool,
    /// Whether the truth is beyond the limit.
    case: bool,
    /// Begin of a case that nobody has seen yet.
    unseen: u32,
}

impl Watch {
    const NEW: Self =
        Self { raised: false, turning: NEVER, right: false, case: false, unseen: NEVER };
}

impl Alarms {
    /// Alarms on the instruments of `bank`.
    pub fn of(bank: &Bank, alarms: &[Alarm]) -> Self {
        let ticks = |seconds: f64| (seconds / bank.tick()).round().clamp(0.0, 4e9) as u32;
        let row = |alarm: &Alarm| {
            let sign = if alarm.above { 1.0 } else { -1.0 };
            let sensors = bank.of_entry(alarm.entry);
            Row {
                sensors: [sensors.start, sensors.end],
                limit: sign * alarm.limit as f32,
                back: sign * alarm.limit as f32 - alarm.hysteresis as f32,
                sign,
                delay: alarm.delay.map(ticks),
                window: ticks(alarm.window),
            }
        };
        Self { rows: alarms.iter().map(row).collect(), tick: bank.tick() }
    }

    /// The state in which nothing has been seen.
    pub fn start(&self) -> AlarmState {
        let watches = self.rows.iter().map(|row| row.sensors[1] - row.sensors[0]).sum();
        AlarmState {
            watches: vec![Watch::NEW; watches],
            scores: vec![Score::default(); self.rows.len()],
        }
    }

    /// Looks at the readings and truths of tick number `tick`, and tells what changes.
    pub fn step(
        &self,
        state: &mut AlarmState,
        tick: u32,
        readings: &[f32],
        truth: &[f32],
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let AlarmState { watches, scores } = state;
        let mut watches = watches.iter_mut();
        for ((alarm, row), score) in self.rows.iter().enumerate().zip(scores) {
            let [from, to] = row.sensors;
            for (sensor, watch) in (from..to).zip(&mut watches) {
                row.see(watch, score, tick, truth[sensor], sensor as u32);
                if row.hear(watch, score, tick, readings[sensor], sensor as u32) {
                    changes.push(Change { alarm, sensor, raised: watch.raised, tick });
                }
            }
        }
        changes
    }

    /// Whether any instrument has alarm number `alarm` raised.
    pub fn is_raised(&self, state: &AlarmState, alarm: usize) -> bool {
        let n = |row: &Row| row.sensors[1] - row.sensors[0];
        let first: usize = self.rows[..alarm].iter().map(n).sum();
        state.watches[first..first + n(&self.rows[alarm])].iter().any(|watch| watch.raised)
    }

    /// How good alarm number `alarm` has been. A case whose window is open counts as neither detected nor missed; an alarm
    /// that stands counts as false only when it is cleared.
    pub fn score(&self, state: &AlarmState, alarm: usize) -> Score {
        state.scores[alarm]
    }

    /// Mean and largest time from the begin of a case to its alarm (s); none without a detected case.
    pub fn delays(&self, score: &Score) -> Option<[f64; 2]> {
        let [sum, largest] = score.delay.map(|ticks| ticks as f64 * self.tick);
        (score.detected > 0).then(|| [sum / score.detected as f64, largest])
    }

    /// Begins scores anew; what stands stays.
    pub fn reset(&self, state: &mut AlarmState) {
        state.scores.fill(Score::default());
    }
}

impl Row {
    /// Whether a value is beyond the limit, if it `was` until now.
    fn beyond(&self, value: f32, was: bool) -> bool {
        let value = self.sign * value;
        if was { value > self.back } else { value > self.limit }
    }

    /// The truth: cases begin, end and are missed.
    fn see(&self, watch: &mut Watch, score: &mut Score, tick: u32, truth: f32, sensor: u32) {
        let case = self.beyond(truth, watch.case);
        if case && !watch.case {
            score.cases += 1;
            // One that has not been seen in time and is over is forgotten for a new one.
            score.missed += u64::from(watch.unseen != NEVER);
            watch.unseen = tick;
            if watch.raised {
                Self::detect(watch, score, tick, sensor);
            }
        }
        watch.case = case;
        if watch.unseen != NEVER && tick - watch.unseen > self.window {
            score.missed += 1;
            watch.unseen = NEVER;
        }
    }

    /// The readings: the alarm is raised and cleared. Whether it has changed.
    fn hear(
        &self,
        watch: &mut Watch,
        score: &mut Score,
        tick: u32,
        reading: f32,
        sensor: u32,
    ) -> bool {
        if self.beyond(reading, watch.raised) == watch.raised {
            watch.turning = NEVER;
            return false;
        }
        watch.turning = watch.turning.min(tick);
        if tick - watch.turning < self.delay[usize::from(watch.raised)] {
            return false;
        }
        watch.turning = NEVER;
        watch.raised = !watch.raised;
        if watch.raised {
            score.raised += 1;
            watch.right = watch.case;
            if watch.unseen != NEVER {
                Self::detect(watch, score, tick, sensor);
            }
        } else {
            score.false_alarms += u64::from(!watch.right);
        }
        true
    }

    fn detect(watch: &mut Watch, score: &mut Score, tick: u32, sensor: u32) {
        let delay = u64::from(tick - watch.unseen);
        (watch.unseen, watch.right) = (NEVER, true);
        score.detected += 1;
        score.delay = [score.delay[0] + delay, score.delay[1].max(delay)];
        score.first = score.first.or(Some((tick, sensor)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, Look};
    use super::*;

    fn alarm(delay: [f64; 2]) -> (Alarms, AlarmState) {
        let bank = Bank::of(0, 1.0, vec![Entry::ideal("T", Look::Given(1), 1.0)], 100);
        let Ok(bank) = bank else { panic!("one instrument") };
        let alarm =
            Alarm { entry: 0, limit: 60.0, above: true, hysteresis: 2.0, delay, window: 5.0 };
        let alarms = Alarms::of(&bank, &[alarm]);
        let state = alarms.start();
        (alarms, state)
    }

    /// Changes as (tick, raised), and the score.
    fn run(delay: [f64; 2], readings: &[f32], truth: &[f32]) -> (Vec<(u32, bool)>, Score) {
        let (alarms, mut state) = alarm(delay);
        let mut seen = Vec::new();
        for (tick, (reading, truth)) in (0..).zip(readings.iter().zip(truth)) {
            let changes = alarms.step(&mut state, tick, &[*reading], &[*truth]);
            seen.extend(changes.iter().map(|change| (change.tick, change.raised)));
        }
        (seen, alarms.score(&state, 0))
    }

    #[test]
    fn hysteresis_and_delays() {
        let x = [59., 61., 59., 57., 61., 61., 61., 59., 57., 57., 57.];
        assert_eq!(run([0.0; 2], &x, &x).0, [(1, true), (3, false), (4, true), (8, false)]);
        assert_eq!(run([2.0, 1.0], &x, &x).0, [(6, true), (9, false)]);
    }

    #[test]
    fn a_case_is_detected_missed_or_none_at_all() {
        let truth = [50., 61., 61., 61., 61., 50., 50., 50., 50., 50., 50., 50.];
        let late = [50., 50., 50., 61., 61., 61., 50., 50., 50., 50., 50., 50.];
        let (_, score) = run([0.0; 2], &late, &truth);
        assert_eq!((score.cases, score.detected, score.missed, score.false_alarms), (1, 1, 0, 0));
        assert_eq!((score.delay, score.first), ([2, 2], Some((3, 0))));
        let blind = [50.0; 12];
        let (_, score) = run([0.0; 2], &blind, &truth);
        assert_eq!((score.cases, score.detected, score.missed, score.raised), (1, 0, 1, 0));
        let (_, score) = run([0.0; 2], &truth, &blind);
        assert_eq!((score.cases, score.raised, score.false_alarms), (0, 1, 1));
        // It stands already when the case begins.
        let early = [61., 61., 61., 50., 50., 50., 50., 50., 50., 50., 50., 50.];
        let (_, score) = run([0.0; 2], &early, &truth);
        assert_eq!((score.detected, score.false_alarms, score.delay), (1, 0, [0, 0]));
    }
}
