//! What the plant was like until now: samples in steps of simulated time that widen as the run grows, so that their number is bounded.

use twin::engine::{Activity, Model, State};
use twin::id::EquipmentId;
use twin::units::{SimDuration, SimTime};

/// Samples that are kept, at most.
const MOST: usize = 240;
/// The first step.
const STEP: SimDuration = SimDuration::from_s(10);

/// The plant at one time.
#[derive(Clone, Debug)]
struct Sample {
    at: SimTime,
    finished: u64,
    wip: u32,
    each: Vec<Each>,
}

/// One equipment at that time.
#[derive(Clone, Copy, Debug)]
struct Each {
    content: u32,
    /// Parts that have left it.
    left: u32,
    /// Seconds of all its places together, and of those the ones in which it was active.
    spent_s: f32,
    active_s: f32,
}

impl Each {
    fn of(model: &Model, state: &State, id: EquipmentId) -> Self {
        let traffic = state.traffic(id);
        let mut spent = [0.0; 2];
        for clock in state.clocks(model, id) {
            for (activity, ns) in Activity::ALL.iter().zip(clock.spent_ns(state.now())) {
                spent[0] += ns as f64 * 1e-9;
                spent[1] += if activity.is_active() { ns as f64 * 1e-9 } else { 0.0 };
            }
        }
        let [spent_s, active_s] = spent.map(|s| s as f32);
        Self { content: traffic.content, left: traffic.left as u32, spent_s, active_s }
    }
}

/// The samples of a run.
#[derive(Clone, Debug)]
pub struct History {
    samples: Vec<Sample>,
    step: SimDuration,
}

impl Default for History {
    fn default() -> Self {
        Self { samples: Vec::new(), step: STEP }
    }
}

impl History {
    /// How far a run may go before it should be looked at again.
    pub fn step(&self) -> SimDuration {
        self.step
    }

    /// Keeps the present if it is time to. What lies ahead of it, after a rewind, is forgotten.
    pub fn record(&mut self, model: &Model, state: &State) {
        let now = state.now();
        self.samples.retain(|sample| sample.at <= now);
        if self.samples.last().is_some_and(|last| now < last.at + self.step) {
            return;
        }
        let finished = state.tallies().iter().map(|tally| tally.finished).sum();
        let ids = (0..model.equipment.len()).map(EquipmentId::from_index);
        let each = ids.map(|id| Each::of(model, state, id)).collect();
        let wip = state.parts().len() as u32;
        self.samples.push(Sample { at: now, finished, wip, each });
        if self.samples.len() > MOST {
            let mut keep = false;
            self.samples.retain(|_| {
                keep = !keep;
                keep
            });
            self.step = self.step + self.step;
        }
    }

    /// Parts in the plant.
    pub fn wip(&self) -> Vec<f32> {
        self.samples.iter().map(|sample| sample.wip as f32).collect()
    }

    /// Parts in one equipment.
    pub fn content(&self, id: EquipmentId) -> Vec<f32> {
        self.samples.iter().map(|sample| sample.each[id.index()].content as f32).collect()
    }

    /// Parts finished per hour, over a tenth of what is kept.
    pub fn rate(&self) -> Vec<f32> {
        let wide = (self.samples.len() / 10).max(1);
        let pairs = self.samples.windows(wide + 1);
        pairs.map(|pair| per_hour(&pair[0], &pair[wide])).collect()
    }

    /// Hours and parts in the plant.
    pub fn wip_over_time(&self) -> Vec<[f64; 2]> {
        self.samples.iter().map(|sample| [sample.hours(), f64::from(sample.wip)]).collect()
    }

    /// Hours and parts in an equipment.
    pub fn content_over_time(&self, id: EquipmentId) -> Vec<[f64; 2]> {
        let content = |sample: &Sample| f64::from(sample.each[id.index()].content);
        self.samples.iter().map(|sample| [sample.hours(), content(sample)]).collect()
    }

    /// Hours and parts finished per hour.
    pub fn throughput_over_time(&self) -> Vec<[f64; 2]> {
        self.between(|from, to| f64::from(per_hour(from, to)))
    }

    /// Hours and parts per hour that left an equipment.
    pub fn rate_over_time(&self, id: EquipmentId) -> Vec<[f64; 2]> {
        let left = |sample: &Sample| sample.each[id.index()].left;
        // The count begins anew at the end of the warm-up.
        self.between(|from, to| {
            f64::from(left(to).saturating_sub(left(from))) / (to.hours() - from.hours()).max(1e-9)
        })
    }

    /// Hours and the share of time in which an equipment was active (%).
    pub fn active_over_time(&self, id: EquipmentId) -> Vec<[f64; 2]> {
        let each = |sample: &Sample| sample.each[id.index()];
        self.between(|from, to| {
            let (from, to) = (each(from), each(to));
            let spent = f64::from(to.spent_s - from.spent_s);
            100.0 * (f64::from(to.active_s - from.active_s) / spent.max(1e-9)).clamp(0.0, 1.0)
        })
    }

    /// Hours and what comes of two samples that are a twentieth of what is kept apart.
    fn between(&self, value: impl Fn(&Sample, &Sample) -> f64) -> Vec<[f64; 2]> {
        let wide = (self.samples.len() / 20).max(1);
        let pairs = self.samples.windows(wide + 1);
        pairs.map(|pair| [pair[wide].hours(), value(&pair[0], &pair[wide])]).collect()
    }
}

impl Sample {
    fn hours(&self) -> f64 {
        self.at.seconds() / 3600.0
    }
}

fn per_hour(from: &Sample, to: &Sample) -> f32 {
    let hours = (to.at - from.at).seconds() / 3600.0;
    // The count begins anew at the end of the warm-up.
    (to.finished.saturating_sub(from.finished) as f64 / hours.max(1e-9)) as f32
}
