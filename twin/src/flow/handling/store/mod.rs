//! Automated storage and retrieval: a rack on an aisle, and the machine that serves it.
//!
//! A part that comes in waits at the input stand. The machine takes it up there, brings it to an opening that it has chosen
//! for it, and puts it down. When downstream has room that a stored part may go to, the oldest such part is taken
//! out, brought to the front and handed over; the room is reserved before the machine sets out. Downstream that chooses among
//! waiting parts itself (a robot, a crane) is served from an output stand of `output` places, which is filled with the oldest.
//!
//! A *single command* cycle stores or retrieves one part, from the front of the aisle and back to it. A *dual command* cycle stores
//! one and retrieves another on the way back (Bozer and White, IIE Transactions 16, 1984). With `cycles: Dual`, the machine
//! looks for something to retrieve whenever it has stored something; with `Single`, it returns, and takes turns.

mod machine;
mod rack;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::axis::AxisSpec;
use super::order::{Rooms, check_divert};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId, ProductId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{Length, SimDuration, SimTime};

use machine::{Phase, Retrieval};
pub use rack::{ClassSpec, Free, Rack, Size, SlottingSpec, Stand};

/// `Store`: an automated store (AS/RS), see the [module](self).
///
/// Bays are counted along the aisle and levels upwards from its front, where parts come in and go out; the machine's way
/// to an opening is to its middle, `travel` and `lift` at the same time. `transfer` is the time to take a part up or put it
/// down, at either end. A part can be retrieved when it has been stored for `dwell`. `stock` is there at the start.
/// Parts of one product (at the same step of its route) leave in the order in which they were stored.
///
/// Shown as working while the machine moves or transfers, blocked while something waits to be stored and the rack is full,
/// else starved. A stop makes the machine stand still where it is; parts are never lost.
#[derive(Debug)]
pub struct Store {
    rack: Rack,
    transfer: Draw,
    dual: bool,
    dwell: SimDuration,
    input: u32,
    output: usize,
    stock: Vec<(ProductId, u32)>,
}

/// The parameters of a store.
#[derive(Debug, Deserialize)]
#[serde(rename = "Store", deny_unknown_fields)]
pub struct StoreSpec {
    /// Openings along the aisle.
    pub bays: u32,
    /// Openings one above the other.
    pub levels: u32,
    /// Sides of the aisle that have openings: 1 or 2. Default 2.
    #[serde(default)]
    pub sides: Option<u32>,
    /// Width of an opening.
    pub bay: Length,
    /// Height of an opening.
    pub level: Length,
    /// How the machine runs along the aisle.
    pub travel: AxisSpec,
    /// How it lifts.
    pub lift: AxisSpec,
    /// Time to take a part up, or to put it down. Default: none.
    #[serde(default)]
    pub transfer: Option<Distribution<SimDuration>>,
    /// Whether it retrieves on the way back from storing. Default: `Dual`.
    #[serde(default)]
    pub cycles: Cycles,
    /// Which opening a part is put into. Default: `Random`.
    #[serde(default)]
    pub slotting: SlottingSpec,
    /// Parts that can wait to be stored. Default 1.
    #[serde(default)]
    pub input: Option<u32>,
    /// Retrieved parts that can wait for somebody who chooses among them. Default 1.
    #[serde(default)]
    pub output: Option<u32>,
    /// Shortest time in the rack. Default: none.
    #[serde(default)]
    pub dwell: SimDuration,
    /// Parts that are there at the start, by product.
    #[serde(default)]
    pub stock: BTreeMap<String, u32>,
}

/// Which cycles the machine makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Cycles {
    /// It stores or it retrieves; in turns, if there is both to do.
    Single,
    /// It retrieves on the way back from storing.
    #[default]
    Dual,
}

/// A stored part.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Stored {
    part: PartId,
    slot: u32,
    /// Running number: the order of storing.
    number: u64,
    /// From when on it can be retrieved.
    ready: SimTime,
}

/// What changes in a store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoreState {
    phase: Phase,
    /// Where the machine stands, or where it goes.
    at: Stand,
    /// Wait to be stored.
    waiting: VecDeque<PartId>,
    /// On its way to an opening.
    storing: Option<(PartId, u32)>,
    /// On its way out, or fetched for that.
    retrieving: Option<Retrieval>,
    /// Wait for somebody who chooses.
    out: Outbox,
    /// What is in the rack, by product and step, oldest first.
    rack: BTreeMap<(ProductId, u16), VecDeque<Stored>>,
    free: Free,
    numbers: u64,
    /// The last single cycle stored something.
    stored_last: bool,
    key: EventKey,
    ends: SimTime,
    left: SimDuration,
    rooms: Rooms,
    stopped: bool,
    figures: Figures,
}

/// What has been done since the end of the warm-up.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Figures {
    since: SimTime,
    stored: u64,
    retrieved: u64,
    /// Number and total length (ns) of single and of dual cycles.
    single: (u64, i64),
    dual: (u64, i64),
    /// When the cycle began, and what has been done in it.
    began: SimTime,
    in_cycle: u8,
    /// Parts in the rack now, since when, and the integral over time, part ns.
    held: u32,
    changed: SimTime,
    area: i128,
}

impl Figures {
    fn hold(&mut self, now: SimTime, more: i32) {
        self.area += i128::from(self.held) * i128::from((now - self.changed).ns());
        (self.held, self.changed) = (self.held.saturating_add_signed(more), now);
    }
}

/// Most openings: one aisle of a very large store has some ten thousand.
const MOST_OPENINGS: u64 = 1_000_000;

const PHASE_ENDS: u8 = 0;
const DWELL_OVER: u8 = 1;

impl Equipment for Store {
    const KIND: &'static str = "Store";
    type Spec = StoreSpec;
    type State = StoreState;

    fn compile(spec: StoreSpec, cx: &mut Compile<'_>) -> Self {
        let sides = spec.sides.unwrap_or(2);
        if sides == 0 || sides > 2 {
            cx.error("sides", "an aisle has 1 or 2 sides");
        }
        let openings = u64::from(spec.bays) * u64::from(spec.levels) * u64::from(sides.min(2));
        let fits = (1..=MOST_OPENINGS).contains(&openings);
        if !fits {
            cx.error(
                "bays",
                "a store has from 1 to 1 000 000 openings: bays, levels and sides multiplied",
            );
        }
        let opening = (spec.bay.metres(), spec.level.metres());
        if !(opening.0 > 0.0 && opening.1 > 0.0) {
            cx.error("bay", "openings are wider and higher than zero");
        }
        let openings = if fits { (spec.bays, spec.levels, sides) } else { (1, 1, 1) };
        let travel = spec.travel.compile("travel", cx);
        let lift = spec.lift.compile("lift", cx);
        let rack = Rack::new(Size { openings, opening }, travel, lift, &spec.slotting, cx);
        let stock: u64 = spec.stock.values().copied().map(u64::from).sum();
        if stock > rack.count() as u64 {
            cx.error("stock", "does not fit into the rack");
        }
        let (input, output) = (spec.input.unwrap_or(1), spec.output.unwrap_or(1));
        if input == 0 || output == 0 || input > 1_000_000 || output > 1_000_000 {
            cx.error("input", "there is room for at least one part before the rack and behind it");
        }
        let product = |(name, n): (&String, &u32)| Some((cx.product("stock", name)?, *n));
        let stock = spec.stock.iter().filter_map(product).collect();
        Self {
            rack,
            transfer: cx.draw_or_zero("transfer", spec.transfer.as_ref()),
            dual: spec.cycles == Cycles::Dual,
            dwell: spec.dwell,
            input,
            output: output as usize,
            stock,
        }
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        check_divert(cx);
    }

    fn initial(&self) -> StoreState {
        StoreState {
            phase: Phase::Idle,
            at: None,
            waiting: VecDeque::new(),
            storing: None,
            retrieving: None,
            out: Outbox::default(),
            rack: BTreeMap::new(),
            free: self.rack.all_free(),
            numbers: 0,
            stored_last: false,
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: SimDuration::ZERO,
            rooms: Rooms::default(),
            stopped: false,
            figures: Figures::default(),
        }
    }

    fn start(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        for (product, n) in &self.stock {
            for _ in 0..*n {
                let slot = self.rack.take(&mut state.free, cx, *product);
                let part = cx.new_part(*product);
                self.keep(state, cx, part, slot.unwrap_or(0), SimDuration::ZERO);
            }
        }
        cx.open(self.input);
        cx.decide_later();
    }

    fn on_timer(&self, state: &mut StoreState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == DWELL_OVER {
            cx.decide_later();
            return;
        }
        state.key = EventKey::NONE;
        self.phase_done(state, cx);
    }

    fn on_enter(&self, state: &mut StoreState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        state.waiting.push_back(part);
        cx.decide_later();
    }

    fn give(
        &self,
        state: &mut StoreState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let part = state.out.give(cx, link, wanted);
        if part.is_some() {
            cx.decide_later();
        } else if state.phase == Phase::Idle && wanted.is_none() && !cx.is_stopping() {
            state.rooms.keep(cx, link);
        }
        part
    }

    fn list(&self, state: &StoreState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if !state.stopped {
            state.out.list(link, out);
        }
    }

    fn on_decide(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        if !state.stopped {
            self.decide(state, cx);
        }
        state.rooms.release(cx);
    }

    fn is_busy(&self, state: &StoreState) -> bool {
        state.phase != Phase::Idle || state.at.is_some()
    }

    fn on_stop(&self, state: &mut StoreState, cx: &mut Ctx<'_>, _how: Interrupt) {
        if !state.stopped && state.phase != Phase::Idle {
            state.left = state.ends - cx.now();
            cx.cancel(&mut state.key);
        }
        state.stopped = true;
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut StoreState, cx: &mut Ctx<'_>) {
        if !std::mem::take(&mut state.stopped) {
            return;
        }
        if state.phase == Phase::Idle {
            cx.set_activity(0, Activity::Starved);
        } else {
            self.run(state, cx, state.phase, state.left);
        }
        state.out.offer_all(cx);
        cx.decide_later();
    }

    fn reset_figures(&self, state: &mut StoreState, core: &Core) {
        let Figures { began, in_cycle, held, .. } = state.figures;
        let now = core.now();
        state.figures =
            Figures { since: now, began, in_cycle, held, changed: now, ..Figures::default() };
    }

    fn figures(&self, state: &StoreState, core: &Core, out: &mut Vec<(String, f64)>) {
        let mut figures = state.figures;
        figures.hold(core.now(), 0);
        let mean = |sum: f64, n: f64| if n > 0.0 { sum / n } else { 0.0 };
        let window = (core.now() - figures.since).ns() as f64;
        let openings = self.rack.count() as f64;
        out.push(("fill_mean".into(), mean(figures.area as f64, window * openings)));
        out.push(("stored".into(), figures.stored as f64));
        out.push(("retrieved".into(), figures.retrieved as f64));
        for (name, (n, ns)) in [("single", figures.single), ("dual", figures.dual)] {
            out.push((format!("cycles_{name}"), n as f64));
            out.push((format!("cycle_{name}_s"), mean(ns as f64 * 1e-9, n as f64)));
        }
    }

    fn contents(&self, state: &StoreState, out: &mut Vec<PartId>) {
        out.extend(state.out.iter());
        out.extend(state.retrieving.iter().map(|one| one.part));
        let mut rack: Vec<&Stored> = state.rack.values().flatten().collect();
        rack.sort_unstable_by_key(|stored| stored.number);
        out.extend(rack.into_iter().map(|stored| stored.part));
        out.extend(state.storing.iter().map(|one| one.0));
        out.extend(&state.waiting);
    }
}
