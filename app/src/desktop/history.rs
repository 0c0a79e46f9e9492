//! What the plant was like until now: samples in steps of simulated time that widen as the run grows, so that their number is bounded.

use twin::engine::{Activity, Model, State};
use twin::id::EquipmentId;
use twin::units::{SimDuration, SimTime};

/// Samples that are kept, at most.
const MOST: usize = 240;
/// The first step.
const STEP: SimDuration = SimDuration::from_s(10);

/// What counts as lately.
pub(super) const LATELY: SimDuration = SimDuration::from_s(4 * 3600);
/// Rows of what equipment has done that are kept, at most.
const ROWS: usize = 400_000;

/// Nanoseconds of an equipment in each activity, over all its places.
type Spent = [i64; Activity::COUNT];

/// The plant at one time.
#[derive(Clone, Debug)]
struct Sample {
    at: SimTime,
    finished: u64,
    wip: u32,
    content: Vec<u32>,
    /// What each equipment had done by then; empty where that is long ago.
    spent: Vec<Spent>,
}

/// What an equipment has done by the present of `state`, since the end of the warm-up.
fn spent(model: &Model, state: &State, id: EquipmentId) -> Spent {
    let mut out = [0; Activity::COUNT];
    for clock in state.clocks(model, id) {
        let own = clock.spent_ns(state.now());
        out.iter_mut().zip(own).for_each(|(sum, ns)| *sum += ns);
    }
    out
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
        let content = ids.clone().map(|id| state.traffic(id).content).collect();
        let spent = ids.map(|id| spent(model, state, id)).collect();
        let wip = state.parts().len() as u32;
        self.samples.push(Sample { at: now, finished, wip, content, spent });
        let most = (ROWS / model.equipment.len().max(1)).max(4);
        for old in self.samples.iter_mut().rev().skip(most) {
            old.spent = Vec::new();
        }
        if self.samples.len() > MOST {
            let mut keep = false;
            self.samples.retain(|_| {
                keep = !keep;
                keep
            });
            self.step = self.step + self.step;
        }
    }

    /// Shares of time of an equipment by activity of late, and since when that is: at most four hours, at most since the end of the
    /// warm-up.
    pub fn lately(
        &self,
        model: &Model,
        state: &State,
        id: EquipmentId,
    ) -> ([f64; Activity::COUNT], SimTime) {
        let now = spent(model, state, id);
        let warm = state.plant_traffic().window();
        let from = SimTime::from_ns((state.now().ns() - LATELY.ns()).max(warm.ns()));
        let known = |sample: &&Sample| !sample.spent.is_empty() && sample.at >= from;
        let then = self.samples.iter().find(known);
        let (before, since) =
            then.map_or(([0; Activity::COUNT], warm), |then| (then.spent[id.index()], then.at));
        // At the very end of the warm-up the old figures may still be in a sample of the same time.
        let fresh = before.iter().zip(now).any(|(before, now)| *before > now);
        let own = std::array::from_fn(|n| if fresh { now[n] } else { now[n] - before[n] } as f64);
        let total: f64 = own.iter().sum();
        (own.map(|ns: f64| ns / total.max(1.0)), since)
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
