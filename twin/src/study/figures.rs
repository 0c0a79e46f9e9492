//! The figures of one replication.

use super::{MediumFigures, Oee};
use crate::climate::ClimateFigures;
use crate::engine::{Activity, Clock, Intake, Model, State, Watched};
use crate::id::{LinkId, ProductId};
use crate::stats::Histogram;
use crate::units::SimTime;

/// What one replication came to, over its window: from the end of the warm-up to the end of the run.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Events handled, the warm-up included.
    pub events: u64,
    /// Hash of the final state.
    pub state_hash: u64,
    /// Length of the window in seconds.
    pub window_s: f64,
    /// Mean number of parts in the plant.
    pub wip: f64,
    /// Parts in the plant at the end.
    pub wip_end: u32,
    /// By product, in the order of the model.
    pub products: Vec<ProductFigures>,
    /// By equipment, in the order of the model.
    pub equipment: Vec<EquipmentFigures>,
    /// By pool of workers.
    pub pools: Vec<PoolFigures>,
    /// By medium: electric power, compressed air.
    pub media: Vec<MediumFigures>,
    /// Parts that went over each connection, by product, see [`State::flow`].
    pub flows: Vec<Vec<u64>>,
    /// What a monitor has seen, if there was one.
    pub watched: Option<Watched>,
    /// What the fields of the hall came to, if there were any.
    pub climate: Option<ClimateFigures>,
    /// Where Little's law does not hold: nowhere, unless an equipment keeps wrong books.
    pub little_misses: Vec<String>,
}

/// The figures of one product.
#[derive(Clone, Debug)]
pub struct ProductFigures {
    /// Parts that entered the plant.
    pub entered: u64,
    /// Parts that left it finished.
    pub finished: u64,
    /// Parts that were lost.
    pub scrapped: u64,
    /// Parts that became components of others.
    pub consumed: u64,
    /// Finished parts with a defect that no inspection has found.
    pub escaped: u64,
    /// Finished parts without a defect and without rework.
    pub right_first: u64,
    /// Product of the first-pass yields of the processes that it went through.
    pub rolled_yield: f64,
    /// Times that a queue-time limit of its route was kept, and missed.
    pub limits_kept: u64,
    /// See [`limits_kept`](Self::limits_kept).
    pub limits_missed: u64,
    /// Finished after their due date.
    pub tardy: u64,
    /// Mean tardiness of the finished parts in seconds (those in time count as 0); `None` without any.
    pub tardiness_s: Option<f64>,
    /// Lead times, from entry to leaving finished, ns.
    pub lead_time: Histogram,
}

/// The figures of one equipment.
#[derive(Clone, Debug)]
pub struct EquipmentFigures {
    /// Shares of time by activity, over all places; they sum to 1.
    pub shares: [f64; Activity::COUNT],
    /// Parts that left it.
    pub finished: u64,
    /// Mean number of parts in it.
    pub content: f64,
    /// Most parts in it.
    pub content_max: u32,
    /// Mean time of a part in it in seconds; `None` if none left.
    pub time_in_s: Option<f64>,
    /// Share of time in which at least one place worked.
    pub any_working: f64,
    /// Overall equipment effectiveness, where parts are worked on.
    pub oee: Option<Oee>,
    /// What it took in, by medium.
    pub intake: Vec<(usize, Intake)>,
    /// Figures of its own that its kind gives.
    pub own: Vec<(String, f64)>,
    /// Mean length of an active period in seconds, the measure of the active-period method; `None` if never active.
    pub active_period_s: Option<f64>,
}

/// The figures of one pool of workers.
#[derive(Clone, Debug)]
pub struct PoolFigures {
    /// Share of time out on a call, walking included.
    pub busy: f64,
    /// Share of time on shift without a call.
    pub idle: f64,
    /// Share of time off shift.
    pub off_shift: f64,
}

/// The state of the plant at the end of an interval, cumulative since the end of the warm-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntervalRow {
    /// End of the interval.
    pub at: SimTime,
    /// Parts finished so far.
    pub finished: u64,
    /// Parts in the plant.
    pub wip: u32,
    /// Integral of the parts in the plant, part seconds.
    pub wip_area_s: f64,
}

impl Figures {
    /// Takes the figures from the end state of a replication. Cost: linear in the plant.
    pub fn of(model: &Model, state: &State) -> Self {
        let now = state.now();
        let plant = state.plant_traffic();
        let window_s = (now - plant.window()).seconds();
        let equipment: Vec<EquipmentFigures> = (0..model.equipment.len())
            .map(|index| EquipmentFigures::of(model, state, index))
            .collect();
        let links = (0..model.links.len()).map(LinkId::from_index);
        Self {
            events: state.events(),
            state_hash: state.hash(model),
            window_s,
            wip: plant.mean_content(now),
            wip_end: plant.content,
            products: (0..model.products.len())
                .map(|p| ProductFigures::of(model, state, p))
                .collect(),
            media: MediumFigures::of(model, state, window_s, &equipment),
            equipment,
            pools: pools(model, state),
            flows: links.map(|link| state.flow(link).to_vec()).collect(),
            watched: None,
            climate: None,
            little_misses: state.little_misses(model),
        }
    }

    /// Parts finished over all products.
    pub fn finished(&self) -> u64 {
        self.products.iter().map(|product| product.finished).sum()
    }

    /// Lead times over all products, ns.
    pub fn lead_time(&self) -> Histogram {
        let mut all = Histogram::default();
        self.products.iter().for_each(|product| all.merge(&product.lead_time));
        all
    }
}

impl ProductFigures {
    fn of(model: &Model, state: &State, product: usize) -> Self {
        let limits = model.limits.iter().zip(state.limits());
        let own = limits.filter(|(limit, _)| limit.product.index() == product);
        let (limits_kept, limits_missed) = own
            .fold((0, 0), |(kept, missed), (_, tally)| (kept + tally.kept, missed + tally.missed));
        let tally = &state.tallies()[product];
        let mean = |sum: i128| sum as f64 / tally.finished as f64 * 1e-9;
        Self {
            entered: tally.entered,
            finished: tally.finished,
            scrapped: tally.scrapped,
            consumed: tally.consumed,
            escaped: tally.defective,
            right_first: tally.right_first,
            rolled_yield: state.rolled_throughput_yield(ProductId::from_index(product)),
            limits_kept,
            limits_missed,
            tardy: tally.tardy,
            tardiness_s: (tally.finished > 0).then(|| mean(tally.tardiness_ns)),
            lead_time: tally.lead_time.clone(),
        }
    }
}

impl EquipmentFigures {
    fn of(model: &Model, state: &State, index: usize) -> Self {
        let now = state.now();
        let id = crate::id::EquipmentId::from_index(index);
        let clocks = state.clocks(model, id);
        let spent = spent(clocks, now);
        let total: i128 = spent.iter().sum();
        let mut shares = [0.0; Activity::COUNT];
        for (share, spent) in shares.iter_mut().zip(spent) {
            *share = if total == 0 { 0.0 } else { spent as f64 / total as f64 };
        }
        let active: i128 = Activity::ALL
            .iter()
            .zip(spent)
            .filter(|(activity, _)| activity.is_active())
            .map(|(_, spent)| spent)
            .sum();
        let periods: u64 = clocks.iter().map(|clock| u64::from(clock.active_periods())).sum();
        let traffic = state.traffic(id);
        let left = traffic.left;
        let window_ns = ((now - traffic.window()).ns() as f64).max(1.0);
        Self {
            shares,
            finished: left,
            content: traffic.mean_content(now),
            content_max: traffic.content_max,
            time_in_s: (left > 0).then(|| traffic.sojourn_ns() as f64 / left as f64 * 1e-9),
            any_working: state.any_working_ns(model, id) as f64 / window_ns,
            oee: model
                .row(id)
                .processor
                .then(|| Oee::of(&spent, state.work(id), state.defects(model, id))),
            intake: state.intake(model, id),
            own: state.figures(model, id),
            active_period_s: (periods > 0).then(|| active as f64 / periods as f64 * 1e-9),
        }
    }
}

fn spent(clocks: &[Clock], now: SimTime) -> [i128; Activity::COUNT] {
    let mut sum = [0; Activity::COUNT];
    for clock in clocks {
        for (sum, spent) in sum.iter_mut().zip(clock.spent_ns(now)) {
            *sum += i128::from(spent);
        }
    }
    sum
}

fn pools(model: &Model, state: &State) -> Vec<PoolFigures> {
    let mut clocks = state.worker_clocks();
    let mut out = Vec::with_capacity(model.pools.len());
    for pool in &model.pools {
        let (mine, rest) = clocks.split_at(pool.count as usize);
        clocks = rest;
        let spent = spent(mine, state.now());
        let total = (spent.iter().sum::<i128>() as f64).max(1.0);
        let share = |activity: Activity| spent[activity as usize] as f64 / total;
        out.push(PoolFigures {
            busy: share(Activity::Working),
            idle: share(Activity::Starved),
            off_shift: share(Activity::OffShift),
        });
    }
    out
}
