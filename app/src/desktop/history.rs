//! What the plant was like until now: samples in steps of simulated time that widen as the run grows, so that their number is bounded.

use twin::engine::{Model, State};
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
    content: Vec<u32>,
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
        let content = ids.map(|id| state.traffic(id).content).collect();
        let wip = state.parts().len() as u32;
        self.samples.push(Sample { at: now, finished, wip, content });
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
        self.samples.iter().map(|sample| sample.content[id.index()] as f32).collect()
    }

    /// Parts finished per hour, over a tenth of what is kept.
    pub fn rate(&self) -> Vec<f32> {
        let wide = (self.samples.len() / 10).max(1);
        let pairs = self.samples.windows(wide + 1);
        pairs.map(|pair| per_hour(&pair[0], &pair[wide])).collect()
    }

    /// Hours and parts in the plant, and hours and parts finished per hour: for plots.
    pub fn courses(&self) -> [Vec<[f64; 2]>; 2] {
        let hours = |sample: &Sample| sample.at.seconds() / 3600.0;
        let wip = self.samples.iter().map(|sample| [hours(sample), f64::from(sample.wip)]);
        let wide = (self.samples.len() / 20).max(1);
        let pairs = self.samples.windows(wide + 1);
        let rate =
            pairs.map(|pair| [hours(&pair[wide]), f64::from(per_hour(&pair[0], &pair[wide]))]);
        [wip.collect(), rate.collect()]
    }
}

fn per_hour(from: &Sample, to: &Sample) -> f32 {
    let hours = (to.at - from.at).seconds() / 3600.0;
    // The count begins anew at the end of the warm-up.
    (to.finished.saturating_sub(from.finished) as f64 / hours.max(1e-9)) as f32
}
