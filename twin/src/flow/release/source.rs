//! The way in: parts come into being.

use serde::{Deserialize, Serialize};

use super::mix::{Mix, MixSpec};
use super::policy::{Release, ReleaseSpec, Released};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId, ProductId, StreamId};
use crate::random::{Distribution, RateProfile, RateSampler};
use crate::units::{Rate, SimDuration, SimTime};

/// `Source`: brings parts into the plant.
///
/// When: after inter-arrival times `every`; by a Poisson stream whose `rate` varies with time (thinning, so that a change of
/// the rate takes effect at once); at the points of a `schedule`; or, without any of these, whenever there is room behind
/// it: an endless supply. What: one `product`, or a `mix`.
///
/// `release` holds arrivals back until the plant is ready for them. `blocked` says what happens to an arrival that finds no
/// room.
///
/// Shown as working while it waits for the next arrival, blocked while it holds parts that cannot go on, starved when it
/// has nothing more to bring.
#[derive(Debug)]
pub struct Source {
    mix: Mix,
    arrivals: Arrivals,
    first: Option<SimDuration>,
    batch: u32,
    total: u64,
    release: Release,
    blocked: WhenBlocked,
    due: Option<Draw>,
    priority: Option<i16>,
    quantity: u32,
}

/// The parameters of a source.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Source", deny_unknown_fields, default)]
pub struct SourceSpec {
    /// The product that it brings.
    pub product: Option<String>,
    /// Or several.
    pub mix: Option<MixSpec>,
    /// Time from one arrival to the next.
    pub every: Option<Distribution<SimDuration>>,
    /// Arrivals per time, varying.
    pub rate: Option<RateProfile<Rate, SimDuration>>,
    /// Arrivals one by one.
    pub schedule: Vec<OrderSpec>,
    /// Time of the first arrival. Default: one inter-arrival time after the start.
    pub first: Option<SimDuration>,
    /// Parts per arrival. Default 1.
    pub batch: Option<u32>,
    /// Most parts that it ever brings.
    pub total: Option<u64>,
    /// What holds arrivals back. Default: nothing.
    pub release: ReleaseSpec,
    /// What becomes of an arrival that finds no room. Default: `Wait`.
    pub blocked: WhenBlocked,
    /// Time from arrival to due date.
    pub due: Option<Distribution<SimDuration>>,
    /// Priority of its parts; lower goes first.
    pub priority: Option<i16>,
    /// Pieces in each part, if it stands for a lot. Default 1.
    pub quantity: Option<u32>,
}

/// One line of a schedule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderSpec {
    /// When.
    pub at: SimDuration,
    /// What; default: what the source brings.
    pub product: Option<String>,
    /// How many. Default 1.
    pub n: Option<u32>,
    /// When it is due, counted from the start of the run.
    pub due: Option<SimDuration>,
    /// Its priority; lower goes first.
    pub priority: Option<i16>,
}

/// What becomes of an arrival that finds no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum WhenBlocked {
    /// It waits at the source, and the next inter-arrival time begins only when it has gone.
    #[default]
    Wait,
    /// It waits outside; arrivals go on and pile up there (and count as work in process).
    Queue,
    /// It turns away and is lost.
    Lose,
}

#[derive(Debug)]
enum Arrivals {
    Every(Draw),
    Rate(RateSampler, StreamId),
    Schedule(Vec<Order>),
    Endless,
}

#[derive(Debug)]
struct Order {
    at: SimTime,
    product: Option<ProductId>,
    n: u32,
    due: Option<SimTime>,
    priority: Option<i16>,
}

/// What changes in a source.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SourceState {
    /// Parts that are here and cannot go on, first out first.
    held: Outbox,
    /// Arrivals that wait for a card.
    unreleased: u64,
    /// Parts that are out under the release policy.
    released: Released,
    /// What comes next, where the policy had to know.
    coming: Option<ProductId>,
    brought: u64,
    /// Next line of the schedule.
    cursor: u32,
    /// Lines of the schedule whose parts have come but not been released, one entry a part.
    lines: std::collections::VecDeque<u32>,
    /// Whether the next arrival waits for the last one to go.
    clock_stopped: bool,
    stopped: bool,
    /// The next arrival; what is left of it while stopped.
    key: crate::kernel::EventKey,
    next: SimTime,
    left: SimDuration,
}

impl Equipment for Source {
    const KIND: &'static str = "Source";
    const INPUTS: &'static [&'static str] = &[];
    type Spec = SourceSpec;
    type State = SourceState;

    fn compile(spec: SourceSpec, cx: &mut Compile<'_>) -> Self {
        let mix = compile_mix(&spec, cx);
        let release = Release::compile(&spec.release, "release", cx);
        if release.is_by_demand() && mix.only().is_none() {
            let message = "a base stock is kept of one product: give each a source of its own";
            cx.error("release", message);
        }
        let endless = spec.every.is_none() && spec.rate.is_none() && spec.schedule.is_empty();
        if endless && spec.blocked == WhenBlocked::Lose {
            cx.error(
                "blocked",
                "an endless supply comes when there is room, so nothing can be lost",
            );
        }
        if spec.batch == Some(0) {
            cx.error("batch", "an arrival brings at least one part");
        }
        let total = spec.total.unwrap_or(u64::MAX);
        let (batch, first, blocked) = (spec.batch.unwrap_or(1), spec.first, spec.blocked);
        let due = spec.due.as_ref().map(|due| cx.draw("due", due));
        if spec.quantity == Some(0) {
            cx.error("quantity", "a lot holds a piece or more");
        }
        let (priority, quantity) = (spec.priority, spec.quantity.unwrap_or(1));
        let arrivals = compile_arrivals(spec, cx);
        Self { mix, arrivals, first, batch, total, release, blocked, due, priority, quantity }
    }

    fn initial(&self) -> SourceState {
        SourceState { released: self.release.initial(), ..SourceState::default() }
    }

    fn is_source(&self) -> bool {
        true
    }

    fn is_endless_supply(&self) -> bool {
        matches!(self.arrivals, Arrivals::Endless)
            && !self.release.limits()
            && self.total == u64::MAX
    }

    fn start(&self, state: &mut SourceState, cx: &mut Ctx<'_>) {
        cx.set_activity(0, Activity::Working);
        self.release.start(cx);
        match (&self.arrivals, self.first) {
            (Arrivals::Endless, _) => {
                state.unreleased = u64::MAX;
                cx.decide_later();
            }
            (Arrivals::Schedule(_), _) | (_, None) => self.schedule_next(state, cx),
            (_, Some(first)) => self.arrive_after(state, cx, first),
        }
    }

    fn on_timer(&self, state: &mut SourceState, cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {
        let mut n = u64::from(self.batch);
        if let Arrivals::Schedule(orders) = &self.arrivals {
            let order = &orders[state.cursor as usize];
            n = u64::from(order.n);
            state.lines.extend(std::iter::repeat_n(state.cursor, order.n as usize));
            state.cursor += 1;
        }
        state.unreleased = state.unreleased.saturating_add(n);
        self.release(state, cx);
        if self.blocked == WhenBlocked::Wait && !state.held.is_empty() {
            state.clock_stopped = true;
        } else {
            self.schedule_next(state, cx);
        }
    }

    fn on_enter(&self, _state: &mut SourceState, _cx: &mut Ctx<'_>, _part: PartId, _link: LinkId) {
        // Nothing can be connected into a source: it has no inputs.
    }

    fn give(
        &self,
        state: &mut SourceState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let part = state.held.give(cx, link, wanted)?;
        if state.held.is_empty() {
            cx.set_activity(0, Activity::Working);
            if matches!(self.arrivals, Arrivals::Endless) {
                // Not at once: a plant that lets parts through without taking time would never come back from here.
                cx.decide_later();
            } else if std::mem::take(&mut state.clock_stopped) {
                self.schedule_next(state, cx);
            }
        }
        Some(part)
    }

    fn list(&self, state: &SourceState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if !state.stopped {
            state.held.list(link, out);
        }
    }

    fn on_decide(&self, state: &mut SourceState, cx: &mut Ctx<'_>) {
        if self.blocked == WhenBlocked::Lose {
            // Whoever chooses has chosen by now; what is still here was not wanted.
            for part in state.held.take_all() {
                cx.scrap(part);
            }
            return;
        }
        self.release(state, cx);
    }

    fn on_card(&self, state: &mut SourceState, cx: &mut Ctx<'_>, product: ProductId) {
        if self.release.is_by_demand() && self.mix.only() != Some(product) {
            return;
        }
        self.release.give_back(&mut state.released, cx.model(), product);
        self.release(state, cx);
    }

    fn on_stop(&self, state: &mut SourceState, cx: &mut Ctx<'_>, _how: Interrupt) {
        if !std::mem::replace(&mut state.stopped, true) && state.next > cx.now() {
            cx.cancel(&mut state.key);
            state.left = state.next - cx.now();
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut SourceState, cx: &mut Ctx<'_>) {
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        if state.left > SimDuration::ZERO {
            let left = std::mem::take(&mut state.left);
            self.arrive_after(state, cx, left);
        }
        cx.set_activity(
            0,
            if state.held.is_empty() { Activity::Working } else { Activity::Blocked },
        );
        state.held.offer_all(cx);
        self.release(state, cx);
    }

    fn contents(&self, state: &SourceState, out: &mut Vec<PartId>) {
        out.extend(state.held.iter());
    }
}

impl Source {
    fn arrive_after(&self, state: &mut SourceState, cx: &mut Ctx<'_>, after: SimDuration) {
        state.next = cx.now() + after;
        state.key = cx.timer(after, 0, 0);
    }

    /// Puts the next arrival on the calendar.
    #[inline]
    fn schedule_next(&self, state: &mut SourceState, cx: &mut Ctx<'_>) {
        if state.brought >= self.total {
            cx.set_activity(0, Activity::Starved);
            return;
        }
        let after = match &self.arrivals {
            Arrivals::Every(every) => cx.draw(every),
            Arrivals::Rate(rate, stream) => {
                let at = cx.next_arrival(rate, *stream);
                if at == SimTime::NEVER {
                    return cx.set_activity(0, Activity::Starved);
                }
                at - cx.now()
            }
            Arrivals::Schedule(orders) => match orders.get(state.cursor as usize) {
                Some(order) => (order.at - cx.now()).max(SimDuration::ZERO),
                None => return cx.set_activity(0, Activity::Starved),
            },
            Arrivals::Endless => return,
        };
        if state.stopped {
            state.left = after.max(SimDuration::from_ns(1));
        } else {
            self.arrive_after(state, cx, after);
        }
    }

    /// Brings as many arrivals in as cards and room allow.
    #[inline]
    fn release(&self, state: &mut SourceState, cx: &mut Ctx<'_>) {
        while state.unreleased > 0 && !state.stopped && state.brought < self.total {
            let endless = matches!(self.arrivals, Arrivals::Endless);
            if endless && !state.held.is_empty() {
                return;
            }
            if self.release.limits() && !self.may_release(state, cx) {
                return;
            }
            if !endless {
                state.unreleased -= 1;
            }
            self.bring(state, cx);
        }
    }

    #[inline]
    fn bring(&self, state: &mut SourceState, cx: &mut Ctx<'_>) {
        let part = self.make(state, cx);
        state.brought += 1;
        self.release.take(&mut state.released, cx, part);
        if self.blocked != WhenBlocked::Lose {
            if !state.held.send(cx, part) {
                cx.set_activity(0, Activity::Blocked);
            }
        } else if !cx.send(part) {
            if cx.faces_choice() {
                // Taken, if at all, when all arrivals of this instant are known.
                state.held.keep(part);
                cx.decide_later();
            } else {
                cx.scrap(part);
            }
        }
    }

    /// Whether the policy lets the next arrival go; to know, its product is drawn now.
    fn may_release(&self, state: &mut SourceState, cx: &mut Ctx<'_>) -> bool {
        let product = match state.coming {
            Some(product) => product,
            None => self.next_product(state, cx),
        };
        state.coming = Some(product);
        self.release.is_free(&state.released, cx.model(), product)
    }

    /// The line of the schedule that the next arrival stands on.
    fn next_line(&self, state: &SourceState) -> Option<&Order> {
        let Arrivals::Schedule(orders) = &self.arrivals else { return None };
        orders.get(*state.lines.front()? as usize)
    }

    #[inline]
    fn next_product(&self, state: &SourceState, cx: &mut Ctx<'_>) -> ProductId {
        let product = self.mix.draw(cx, state.brought);
        self.next_line(state).and_then(|line| line.product).unwrap_or(product)
    }

    #[inline]
    fn make(&self, state: &mut SourceState, cx: &mut Ctx<'_>) -> PartId {
        let product = match state.coming.take() {
            Some(product) => product,
            None => self.next_product(state, cx),
        };
        let order = self.next_line(state);
        state.lines.pop_front();
        let part = cx.new_part(product);
        if let Some(due) = &self.due {
            let due = cx.now() + cx.draw(due);
            cx.part_mut(part).due = due;
        }
        let info = cx.part_mut(part);
        info.quantity = self.quantity;
        info.priority = self.priority.unwrap_or(info.priority);
        if let Some(order) = order {
            info.due = order.due.unwrap_or(info.due);
            info.priority = order.priority.unwrap_or(info.priority);
        }
        part
    }
}

fn compile_mix(spec: &SourceSpec, cx: &mut Compile<'_>) -> Mix {
    if spec.product.is_none() && spec.mix.is_none() && !spec.schedule.is_empty() {
        if spec.schedule.iter().any(|order| order.product.is_none()) {
            cx.error("schedule", "each line needs a `product`, as the source itself names none");
        }
        return Mix::none(cx);
    }
    Mix::compile(spec.product.as_deref(), spec.mix.as_ref(), cx)
}

fn compile_arrivals(spec: SourceSpec, cx: &mut Compile<'_>) -> Arrivals {
    let said = u8::from(spec.every.is_some())
        + u8::from(spec.rate.is_some())
        + u8::from(!spec.schedule.is_empty());
    if said > 1 {
        cx.error("every", "a source has one of `every`, `rate` and `schedule`");
    }
    if let Some(every) = &spec.every {
        if every.mean() <= 0.0 {
            cx.error("every", "the mean time between arrivals must be longer than zero");
        }
        return Arrivals::Every(cx.draw("every", every));
    }
    if let Some(rate) = spec.rate {
        match rate.sampler() {
            Ok(rate) => return Arrivals::Rate(rate, cx.stream("rate")),
            Err(message) => cx.error("rate", &message),
        }
    }
    if spec.schedule.is_empty() {
        return Arrivals::Endless;
    }
    let mut orders: Vec<Order> = Vec::new();
    for line in spec.schedule {
        orders.push(Order {
            at: SimTime::ZERO + line.at,
            product: line.product.and_then(|name| cx.product("schedule", &name)),
            n: line.n.unwrap_or(1),
            due: line.due.map(|due| SimTime::ZERO + due),
            priority: line.priority,
        });
    }
    if orders.iter().any(|order| order.n == 0) {
        cx.error("schedule", "an arrival brings at least one part");
    }
    orders.sort_by_key(|order| order.at);
    Arrivals::Schedule(orders)
}

#[cfg(test)]
mod tests {
    use crate::engine::{Log, State, advance};
    use crate::units::SimTime;

    /// An arrival every second at a machine that takes three and chooses for itself: one in three finds it free.
    #[test]
    fn arrivals_are_lost_only_where_nobody_takes_them() {
        let text = r#"Plant(name: "t", products: {"p": ()}, equipment: {
            "in": (is: Source(every: "1 s", blocked: Lose), to: ["m"]),
            "m": (is: Station(time: "2.5 s", queue: (rule: Spt)), to: ["out"]),
            "out": (is: Sink)})"#;
        let model = crate::plant::load_text(text).model.expect("a good plant");
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(300.2), &mut Log::off())
            .expect("it runs");
        let tally = &state.tallies()[0];
        assert_eq!((tally.entered, tally.finished, tally.scrapped), (300, 99, 200));
    }
}
