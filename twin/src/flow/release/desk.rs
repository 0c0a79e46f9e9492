//! The order desk: turns orders into lots on the floor.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use serde::{Deserialize, Serialize};

use super::policy::{Release, ReleaseSpec, Released};
use crate::engine::{
    Activity, Candidate, Compile, Core, Ctx, Equipment, Interrupt, OrderLine, OrderTally,
};
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId, ProductId};
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};

/// `OrderDesk`: releases the orders of the plant (`orders: […]`) for some products, or for all that no desk before it takes.
///
/// From its release date on an order waits at the desk. Its lots go onto the floor as soon as the policy `release` lets them,
/// the orders by `sequence`; an order that may not go yet for want of its own product's cards does not hold up the others.
/// Released lots that find no room stay at the desk, and count as work in process.
///
/// Figures, of its products: `orders_closed`, `orders_late_share`, `orders_short_share`, `service_level` (complete and not
/// late), `lead_time_mean_s`, `tardiness_mean_s` over all orders closed.
///
/// Shown as working while orders wait for their date or there are none, blocked while lots wait for room, starved while
/// orders wait for the floor.
#[derive(Debug)]
pub struct OrderDesk {
    /// Rows of the model's orders.
    lines: Vec<u32>,
    products: Vec<ProductId>,
    release: Release,
    sequence: Sequence,
}

/// The parameters of an order desk.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "OrderDesk", deny_unknown_fields, default)]
pub struct OrderDeskSpec {
    /// The products whose orders it releases. Default: all that no desk before it has.
    pub products: Vec<String>,
    /// What holds orders back after their release date. Default: nothing.
    pub release: ReleaseSpec,
    /// Which of the waiting orders goes first. Default: `Date`.
    pub sequence: Sequence,
}

/// Which of the waiting orders goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Sequence {
    /// By release date.
    #[default]
    Date,
    /// By due date.
    Due,
    /// By priority, lower first, then by due date.
    Priority,
}

/// What changes in an order desk.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OrderDeskState {
    /// Release dates to come: when, row of [`OrderDesk::lines`], how many there were before.
    agenda: BinaryHeap<Reverse<(SimTime, u32, u32)>>,
    key: EventKey,
    /// Orders that wait, by rank and number.
    backlog: BTreeMap<(i64, i64, u32), Waiting>,
    /// Lots that have been released and cannot go on, first out first.
    held: Outbox,
    released: Released,
    stopped: bool,
}

/// What is still to be released of an order.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Waiting {
    line: u32,
    pieces: u32,
}

impl OrderDeskState {
    /// Orders of which at least a lot has not been released yet.
    pub fn backlog(&self) -> usize {
        self.backlog.len()
    }
}

impl Equipment for OrderDesk {
    const KIND: &'static str = "OrderDesk";
    const INPUTS: &'static [&'static str] = &[];
    type Spec = OrderDeskSpec;
    type State = OrderDeskState;

    fn compile(spec: OrderDeskSpec, cx: &mut Compile<'_>) -> Self {
        let known = |name: &String| cx.product("products", name);
        let named: Vec<ProductId> = spec.products.iter().filter_map(known).collect();
        let lines = cx.take_orders(|product| named.is_empty() || named.contains(&product));
        let mut products: Vec<ProductId> =
            lines.iter().map(|line| cx.order(*line).product).collect();
        products.sort_unstable();
        products.dedup();
        let release = Release::compile(&spec.release, "release", cx);
        if release.is_by_demand() {
            cx.error("release", "a base stock is replenished by a `Source`, without orders");
        }
        Self { lines, products, release, sequence: spec.sequence }
    }

    fn initial(&self) -> OrderDeskState {
        OrderDeskState { released: self.release.initial(), ..OrderDeskState::default() }
    }

    fn is_source(&self) -> bool {
        true
    }

    fn start(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>) {
        self.release.start(cx);
        let first = |(row, line): (usize, &u32)| {
            Reverse((cx.model().orders[*line as usize].release, row as u32, 0))
        };
        state.agenda = self.lines.iter().enumerate().map(first).collect();
        cx.set_activity(0, Activity::Working);
        expect_next(state, cx);
    }

    fn on_timer(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {
        while let Some(Reverse((at, row, n))) = state.agenda.peek().copied() {
            if at > cx.now() {
                break;
            }
            state.agenda.pop();
            self.place(state, cx, row, n);
        }
        expect_next(state, cx);
        self.release(state, cx);
    }

    fn on_enter(&self, _state: &mut OrderDeskState, _cx: &mut Ctx<'_>, _: PartId, _: LinkId) {
        // Nothing can be connected into a desk: it has no inputs.
    }

    fn give(
        &self,
        state: &mut OrderDeskState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let part = state.held.give(cx, link, wanted)?;
        show(state, cx);
        Some(part)
    }

    fn list(&self, state: &OrderDeskState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if !state.stopped {
            state.held.list(link, out);
        }
    }

    fn on_card(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>, product: ProductId) {
        self.release.give_back(&mut state.released, cx.model(), product);
        self.release(state, cx);
    }

    fn on_stop(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>, _how: Interrupt) {
        state.stopped = true;
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>) {
        state.stopped = false;
        state.held.offer_all(cx);
        self.release(state, cx);
    }

    fn figures(&self, _state: &OrderDeskState, core: &Core, out: &mut Vec<(String, f64)>) {
        let tallies = core.orders().tallies();
        let mine: Vec<&OrderTally> =
            self.products.iter().map(|product| &tallies[product.index()]).collect();
        let sum = |f: fn(&OrderTally) -> u64| mine.iter().map(|tally| f(tally)).sum::<u64>();
        let closed = sum(|tally| tally.closed);
        let per_order = |n: f64| if closed == 0 { 0.0 } else { n / closed as f64 };
        let lead_ns: u128 = mine.iter().map(|tally| tally.lead_time.sum()).sum();
        let tardy_ns: u128 = mine.iter().map(|tally| tally.tardiness.sum()).sum();
        let mut figure = |name: &str, value: f64| out.push((name.to_owned(), value));
        figure("orders_closed", closed as f64);
        figure("orders_late_share", per_order(sum(|tally| tally.late) as f64));
        figure("orders_short_share", per_order(sum(|tally| tally.short) as f64));
        figure("service_level", per_order(sum(|tally| tally.served) as f64));
        figure("lead_time_mean_s", per_order(lead_ns as f64 * 1e-9));
        figure("tardiness_mean_s", per_order(tardy_ns as f64 * 1e-9));
    }

    fn contents(&self, state: &OrderDeskState, out: &mut Vec<PartId>) {
        out.extend(state.held.iter());
    }
}

impl OrderDesk {
    /// The release date of an order has come: the `n`-th of its row.
    fn place(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>, row: u32, n: u32) {
        let line = self.lines[row as usize];
        let info = &cx.model().orders[line as usize];
        let due = info.allowance.map_or(SimTime::NEVER, |allowance| cx.now() + allowance);
        let number = cx.place_order(line, due);
        let rank = self.rank(cx, info, due);
        state.backlog.insert((rank.0, rank.1, number), Waiting { line, pieces: info.quantity });
        if let Some(every) = &info.every
            && n + 1 < info.repeats
        {
            let next = cx.now() + cx.draw(every);
            state.agenda.push(Reverse((next, row, n + 1)));
        }
    }

    fn rank(&self, cx: &Ctx<'_>, info: &OrderLine, due: SimTime) -> (i64, i64) {
        match self.sequence {
            Sequence::Date => (cx.now().ns(), 0),
            Sequence::Due => (due.ns(), 0),
            Sequence::Priority => (i64::from(priority(cx, info)), due.ns()),
        }
    }

    /// Releases what the policy lets go.
    fn release(&self, state: &mut OrderDeskState, cx: &mut Ctx<'_>) {
        while !state.stopped
            && let Some(rank) = self.next(state, cx)
        {
            let Some(waiting) = state.backlog.get_mut(&rank) else { break };
            let info = &cx.model().orders[waiting.line as usize];
            let lot = info.lot.min(waiting.pieces);
            waiting.pieces -= lot;
            if waiting.pieces == 0 {
                state.backlog.remove(&rank);
            }
            self.bring(state, cx, info, lot, rank.2);
        }
        show(state, cx);
    }

    /// The first of the waiting orders that may go.
    fn next(&self, state: &OrderDeskState, cx: &Ctx<'_>) -> Option<(i64, i64, u32)> {
        let model = cx.model();
        let may_go = |waiting: &Waiting| {
            let product = model.orders[waiting.line as usize].product;
            self.release.is_free(&state.released, model, product)
        };
        if self.release.is_common() {
            let first = state.backlog.first_key_value();
            return first.filter(|(_, waiting)| may_go(waiting)).map(|(rank, _)| *rank);
        }
        state.backlog.iter().find(|(_, waiting)| may_go(waiting)).map(|(rank, _)| *rank)
    }

    fn bring(
        &self,
        state: &mut OrderDeskState,
        cx: &mut Ctx<'_>,
        info: &OrderLine,
        lot: u32,
        number: u32,
    ) {
        let part = cx.new_part(info.product);
        cx.assign_order(part, number);
        let priority = priority(cx, info);
        let new = cx.part_mut(part);
        (new.quantity, new.priority) = (lot, priority);
        self.release.take(&mut state.released, cx, part);
        state.held.send(cx, part);
    }
}

fn priority(cx: &Ctx<'_>, info: &OrderLine) -> i16 {
    info.priority.unwrap_or(cx.model().products[info.product.index()].priority)
}

/// Puts the next release date on the calendar.
fn expect_next(state: &mut OrderDeskState, cx: &mut Ctx<'_>) {
    if let Some(Reverse((at, ..))) = state.agenda.peek() {
        let after = (*at - cx.now()).max(SimDuration::ZERO);
        state.key = cx.timer(after, 0, 0);
    }
}

fn show(state: &OrderDeskState, cx: &mut Ctx<'_>) {
    if state.stopped {
        return;
    }
    let activity = match (state.held.is_empty(), state.backlog.is_empty()) {
        (false, _) => Activity::Blocked,
        (true, false) => Activity::Starved,
        (true, true) => Activity::Working,
    };
    cx.set_activity(0, activity);
}
