//! Customers: finished goods are asked for at times of their own, and taken from stock if there is any.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::mix::{Mix, MixSpec};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::meter::Meter;
use crate::id::{LinkId, PartId, ProductId};
use crate::random::Distribution;
use crate::units::{SimDuration, SimTime};

/// `Demand`: customers who take parts out of the stores that lead here.
///
/// They come after times `every`, or at the points of a `schedule`; each asks for `quantity` parts of one product. What is
/// in stock they take along at once, the first part that waits upstream. What is not there they wait for, first come first
/// served (`short: Backorder`), or go without (`short: Lose`). A part that is handed over is finished.
///
/// Sources with `release: BaseStock(…)` replenish what is asked for here; of lost sales only what was taken.
///
/// Figures: `fill_rate`, the share of the parts asked for that were there at once; `backorders_mean`, parts that customers
/// wait for; `wait_mean_s`, over all parts handed over; `lost_share`.
#[derive(Debug)]
pub struct Demand {
    mix: Mix,
    every: Option<Draw>,
    schedule: Vec<Wish>,
    quantity: u32,
    loses: bool,
    n_products: usize,
}

/// The parameters of a demand.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Demand", deny_unknown_fields, default)]
pub struct DemandSpec {
    /// The product that is asked for.
    pub product: Option<String>,
    /// Or several.
    pub mix: Option<MixSpec>,
    /// Time from one customer to the next.
    pub every: Option<Distribution<SimDuration>>,
    /// Or customers one by one.
    pub schedule: Vec<WishSpec>,
    /// Parts that each asks for. Default 1.
    pub quantity: Option<u32>,
    /// What becomes of what is not in stock. Default: `Backorder`.
    pub short: Short,
}

/// One customer of a schedule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishSpec {
    /// When, counted from the start of the run.
    pub at: SimDuration,
    /// What; default: what the demand is for.
    #[serde(default)]
    pub product: Option<String>,
    /// How many parts; default: `quantity`.
    #[serde(default)]
    pub n: Option<u32>,
}

/// What becomes of what is asked for and not in stock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Short {
    /// The customer waits.
    #[default]
    Backorder,
    /// The sale is lost.
    Lose,
}

#[derive(Debug)]
struct Wish {
    at: SimTime,
    product: Option<ProductId>,
    n: u32,
}

/// What changes in a demand.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DemandState {
    /// Since when customers wait for a part, by product; first come first.
    open: Vec<VecDeque<SimTime>>,
    customers: u64,
    backorders: Meter,
    asked: u64,
    at_once: u64,
    lost: u64,
    served: u64,
    waited_ns: i128,
}

impl DemandState {
    /// Parts that customers wait for.
    pub fn backorders(&self) -> usize {
        self.open.iter().map(VecDeque::len).sum()
    }
}

const CUSTOMER: u8 = 0;
const TOO_LATE: u8 = 1;

/// Most parts that one customer may ask for.
const MOST: u32 = 1_000_000;

impl Equipment for Demand {
    const KIND: &'static str = "Demand";
    const OUTPUTS: &'static [&'static str] = &[];
    type Spec = DemandSpec;
    type State = DemandState;

    fn compile(spec: DemandSpec, cx: &mut Compile<'_>) -> Self {
        if spec.every.is_some() != spec.schedule.is_empty() {
            cx.error("every", "customers come either `every` so often or by a `schedule`");
        }
        if spec.every.as_ref().is_some_and(|every| every.mean() <= 0.0) {
            cx.error("every", "the mean time between customers must be longer than zero");
        }
        let quantity = spec.quantity.unwrap_or(1);
        let asked = spec.schedule.iter().filter_map(|wish| wish.n).chain([quantity]);
        if asked.clone().any(|n| n == 0 || n > MOST) {
            cx.error("quantity", "a customer asks for 1 to 1 000 000 parts");
        }
        let named = spec.product.is_some() || spec.mix.is_some() || spec.schedule.is_empty();
        let all_named = spec.schedule.iter().all(|wish| wish.product.is_some());
        let mix = if named || !all_named {
            Mix::compile(spec.product.as_deref(), spec.mix.as_ref(), cx)
        } else {
            Mix::none(cx)
        };
        let wish = |wish: &WishSpec| Wish {
            at: SimTime::ZERO + wish.at,
            product: wish.product.as_ref().and_then(|name| cx.product("schedule", name)),
            n: wish.n.unwrap_or(quantity),
        };
        let mut schedule: Vec<Wish> = spec.schedule.iter().map(wish).collect();
        schedule.sort_by_key(|wish| wish.at);
        let every = spec.every.as_ref().map(|every| cx.draw("every", every));
        let (loses, n_products) = (spec.short == Short::Lose, cx.n_products());
        Self { mix, every, schedule, quantity, loses, n_products }
    }

    fn initial(&self) -> DemandState {
        DemandState { open: vec![VecDeque::new(); self.n_products], ..DemandState::default() }
    }

    fn is_sink(&self) -> bool {
        true
    }

    fn is_customer(&self) -> bool {
        true
    }

    fn is_selective(&self) -> bool {
        true
    }

    fn start(&self, state: &mut DemandState, cx: &mut Ctx<'_>) {
        cx.set_activity(0, Activity::Working);
        self.expect_next(state, cx);
    }

    fn on_timer(&self, state: &mut DemandState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == CUSTOMER {
            self.customer(state, cx);
        } else {
            self.lose(state, cx);
        }
    }

    fn on_decide(&self, state: &mut DemandState, cx: &mut Ctx<'_>) {
        if self.loses && state.backorders() > 0 {
            // Goods are chosen right after this; what is then still open is lost.
            cx.timer(SimDuration::ZERO, TOO_LATE, 0);
        }
    }

    fn select(
        &self,
        state: &mut DemandState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        let mut left: Vec<usize> = state.open.iter().map(VecDeque::len).collect();
        for (at, candidate) in candidates.iter().enumerate() {
            let left = &mut left[cx.part(candidate.part).product.index()];
            if *left > 0 {
                *left -= 1;
                picks.push(at);
            }
        }
    }

    fn on_enter(&self, state: &mut DemandState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let product = cx.part(part).product;
        if let Some(since) = state.open[product.index()].pop_front() {
            let waited = cx.now() - since;
            state.served += 1;
            state.waited_ns += i128::from(waited.ns());
            state.at_once += u64::from(waited == SimDuration::ZERO);
            if self.loses {
                cx.demanded(product);
            }
        }
        cx.finish(part);
        self.show(state, cx);
    }

    fn on_stop(&self, _state: &mut DemandState, cx: &mut Ctx<'_>, _how: Interrupt) {
        cx.shut(true);
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut DemandState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        self.show(state, cx);
    }

    fn reset_figures(&self, state: &mut DemandState, core: &Core) {
        let DemandState { open, customers, mut backorders, .. } = std::mem::take(state);
        backorders.reset(core.now());
        *state = DemandState { open, customers, backorders, ..DemandState::default() };
    }

    fn figures(&self, state: &DemandState, core: &Core, out: &mut Vec<(String, f64)>) {
        let share = |n: u64, of: u64| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        let wait_s = state.waited_ns as f64 * 1e-9 / state.served.max(1) as f64;
        out.push(("asked".to_owned(), state.asked as f64));
        out.push(("fill_rate".to_owned(), share(state.at_once, state.asked)));
        out.push(("backorders_mean".to_owned(), state.backorders.mean(core.now())));
        out.push(("wait_mean_s".to_owned(), wait_s));
        out.push(("lost_share".to_owned(), share(state.lost, state.asked)));
    }

    fn contents(&self, _state: &DemandState, _out: &mut Vec<PartId>) {}
}

impl Demand {
    /// Puts the next customer on the calendar.
    fn expect_next(&self, state: &DemandState, cx: &mut Ctx<'_>) {
        let after = match (&self.every, self.schedule.get(state.customers as usize)) {
            (Some(every), _) => cx.draw(every),
            (None, Some(wish)) => (wish.at - cx.now()).max(SimDuration::ZERO),
            (None, None) => return,
        };
        cx.timer(after, CUSTOMER, 0);
    }

    fn customer(&self, state: &mut DemandState, cx: &mut Ctx<'_>) {
        let wish = self.schedule.get(state.customers as usize);
        let n = wish.map_or(self.quantity, |wish| wish.n);
        let product = match wish.and_then(|wish| wish.product) {
            Some(product) => product,
            None => self.mix.draw(cx, state.customers),
        };
        state.customers += 1;
        state.asked += u64::from(n);
        for _ in 0..n {
            state.open[product.index()].push_back(cx.now());
            if !self.loses {
                cx.demanded(product);
            }
        }
        cx.open(n);
        cx.decide_later();
        self.show(state, cx);
        self.expect_next(state, cx);
    }

    /// Everybody who could be served has been: the others go.
    fn lose(&self, state: &mut DemandState, cx: &mut Ctx<'_>) {
        let n = state.backorders() as u32;
        state.lost += u64::from(n);
        state.open.iter_mut().for_each(VecDeque::clear);
        cx.close(n);
        self.show(state, cx);
    }

    fn show(&self, state: &mut DemandState, cx: &mut Ctx<'_>) {
        let open = state.backorders();
        state.backorders.set(open as i64, cx.now());
        if !cx.is_stopped() {
            let waits = open > 0;
            cx.set_activity(0, if waits { Activity::Starved } else { Activity::Working });
        }
    }
}
