//! Everything that changes in a run: cloneable, hashable, serialisable, without pointers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::availability::{Availability, Unit};
use super::bodies::Bodies;
use super::cards::Pile;
use super::clock::{Clock, Traffic};
use super::command::Command;
use super::contract::{At, Signal, Table};
use super::crew::Crews;
use super::energy::Energy;
use super::heat::Warmth;
use super::model::{EquipmentRow, Model};
use super::nest::Nest;
use super::notice::Notices;
use super::orders::OrderBook;
use super::part::{Part, Parts};
use super::quality::ProcessState;
use super::signals::Signals;
use super::work::{Flows, Work};
use crate::id::{EquipmentId, InletId, LinkId, PartId, ProductId};
use crate::kernel::{Calendar, Priority};
use crate::random::Streams;
use crate::stats::Histogram;
use crate::units::{SimDuration, SimTime};

/// The order of events at one point in time.
pub(crate) mod order {
    use crate::kernel::Priority;

    /// Commands from outside come first.
    pub(crate) const COMMAND: Priority = Priority(10);
    /// Then rigid bodies go on to the end of their step: what flows in it meets them there.
    pub(crate) const BODIES: Priority = Priority(50);
    /// Then material flows: what ends now, ends.
    pub(crate) const FLOW: Priority = Priority(100);
    /// Then machines stop and go.
    pub(crate) const STOP: Priority = Priority(120);
    /// Then beams are looked at: what goes on within one has gone on.
    pub(crate) const BEAM: Priority = Priority(130);
    /// Then whoever waits for a signal looks at it.
    pub(crate) const SIGNAL: Priority = Priority(150);
    /// Then, when all arrivals of this instant are known, whoever has to choose chooses.
    pub(crate) const DECIDE: Priority = Priority(200);
    /// Last, when all calls of this instant are known, workers who have become free are given out.
    pub(crate) const SERVE: Priority = Priority(210);
}

/// What the calendar holds. Eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Event {
    Timer {
        equipment: EquipmentId,
        tag: u8,
        arg: u16,
    },
    Decide(EquipmentId),
    CauseComes(u32),
    CauseEnds(u32),
    ShiftChange(u32),
    CrewArrives(u32),
    ServeCalls,
    Command(u32),
    Cell(u32),
    /// A sensor switches: its signal, and to what.
    Edge(u32, bool),
    /// A beam over conveyors is looked at.
    Beam(u32),
}

/// Fills unused slots of the calendar.
impl Default for Event {
    fn default() -> Self {
        Self::Decide(EquipmentId::NONE)
    }
}

/// What still has to happen at the present point in time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Soon {
    Enter {
        to: EquipmentId,
        part: PartId,
        link: LinkId,
    },
    Grant {
        to: EquipmentId,
        at: InletId,
    },
    Signal(EquipmentId, Signal),
    Crew {
        call: u32,
        number: u64,
    },
    /// The equipment, or the place of it, has no work in hand.
    Rest(Unit),
}

/// Messages of the present instant, first in first out. Emptied between two events, so a plain list with a mark does.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoonQueue {
    messages: Vec<Soon>,
    next: usize,
    /// Handled at this point in time, to find plants in which things go round without taking any.
    handled: u32,
}

impl SoonQueue {
    #[inline]
    pub(crate) fn push(&mut self, message: Soon) {
        self.messages.push(message);
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Soon> {
        let message = self.messages.get(self.next).copied();
        if message.is_some() {
            self.next += 1;
            self.handled += 1;
            if self.next == Self::LONGEST {
                self.messages.drain(..self.next);
                self.next = 0;
            }
        } else if self.next > 0 || self.handled > 0 {
            self.messages.clear();
            (self.next, self.handled) = (0, 0);
        }
        message
    }

    /// Messages handled since the list was empty.
    #[inline]
    pub(crate) fn handled(&self) -> u32 {
        self.handled
    }

    /// Messages that are kept after they have been handled, at most.
    const LONGEST: usize = 1 << 16;
}

/// An input of an equipment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inlet {
    /// Parts that it can still take; [`Inlet::ENDLESS`] is not counted down.
    pub(crate) room: u32,
    /// Takes nothing, whatever the room.
    pub(crate) shut: bool,
    /// Lets parts in only by its own choice.
    pub(crate) selective: bool,
    /// A decision is on the calendar for this instant. That of the equipment, kept with its first input.
    pub(crate) deciding: bool,
    /// The connection served last, for taking turns.
    pub(crate) last: u32,
    /// Connections with parts that wait, longest first.
    pub(crate) waiters: Vec<LinkId>,
}

impl Inlet {
    pub(crate) const ENDLESS: u32 = u32::MAX;

    /// The inputs of one equipment at the start.
    fn of(row: &EquipmentRow) -> impl Iterator<Item = Self> {
        let inlet = Self { selective: row.selective, last: u32::MAX, ..Self::default() };
        std::iter::repeat_n(inlet, row.inlets.len())
    }

    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.room > 0 && !self.shut
    }

    #[inline]
    pub(crate) fn take(&mut self) {
        if self.room != Self::ENDLESS {
            self.room -= 1;
        }
    }

    #[inline]
    pub(crate) fn give_back(&mut self) {
        if self.room != Self::ENDLESS {
            self.room += 1;
        }
    }
}

/// What has become of a product's parts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Parts that entered the plant.
    pub entered: u64,
    /// Parts that left it finished.
    pub finished: u64,
    /// Parts that were lost.
    pub scrapped: u64,
    /// Parts that became components of others.
    pub consumed: u64,
    /// Finished parts with a defect in them: those that escaped every inspection.
    pub defective: u64,
    /// Finished parts without a defect and without rework.
    pub right_first: u64,
    /// Parts finished after their due date.
    pub tardy: u64,
    /// Sum of the tardiness of all finished parts, ns.
    pub tardiness_ns: i128,
    /// Lead times of the finished parts, ns.
    pub lead_time: Histogram,
}

impl Tally {
    /// Counts a part that is finished at `now`.
    #[inline]
    pub(crate) fn finish(&mut self, part: &Part, now: SimTime) {
        self.finished += 1;
        self.lead_time.record((now - part.created).ns());
        self.defective += u64::from(part.is_defective());
        self.right_first += u64::from(part.reworks == 0 && !part.is_defective());
        if part.due < now {
            self.tardy += 1;
            self.tardiness_ns += i128::from((now - part.due).ns());
        }
    }
}

/// How a queue-time limit was kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitTally {
    /// Parts that were in time.
    pub kept: u64,
    /// Parts that were late.
    pub missed: u64,
}

/// The state of a run, without the tables of the equipment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Core {
    pub(crate) now: SimTime,
    pub(crate) seed: u64,
    pub(crate) replication: u32,
    pub(crate) events: u64,
    pub(crate) calendar: Calendar<Event>,
    pub(crate) parts: Parts,
    pub(crate) nest: Nest,
    /// Values of the attributes that are written, by part.
    pub(crate) attributes: Vec<f64>,
    pub(crate) streams: Streams,
    pub(crate) inlets: Vec<Inlet>,
    /// Whether a connection stands in the line of waiters of its target.
    pub(crate) waiting: Vec<bool>,
    /// Connection next in turn, by output.
    pub(crate) turns: Vec<u32>,
    /// Where the cards of a source end their way, by equipment; none: where the part does.
    pub(crate) card_ends: Vec<EquipmentId>,
    pub(crate) pile: Pile,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) traffic: Vec<Traffic>,
    pub(crate) plant: Traffic,
    pub(crate) work: Vec<Work>,
    pub(crate) flows: Flows,
    pub(crate) energy: Energy,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) limits: Vec<LimitTally>,
    pub(crate) availability: Availability,
    pub(crate) crews: Crews,
    pub(crate) commands: Vec<Command>,
    pub(crate) notices: Notices,
    pub(crate) orders: OrderBook,
    pub(crate) processes: Vec<ProcessState>,
    /// By row of [`Model::trackers`].
    pub(crate) tracks: Vec<super::tracking::Track>,
    /// Parts lost, by place and product.
    pub(crate) scrapped: BTreeMap<(EquipmentId, ProductId), u64>,
    /// What is on, and who waits for it; a snapshot has it behind all else, and only if there are signals.
    #[serde(skip)]
    pub(crate) signals: Signals,
    /// What equipment feels; a snapshot has it behind all else, and only if it feels anything.
    #[serde(skip)]
    pub(crate) warmth: Warmth,
    /// By row of [`Model::cells`]; behind that.
    #[serde(skip)]
    pub(crate) bodies: Vec<Bodies>,
    /// Empty between two calls of [`advance`](super::advance).
    #[serde(skip)]
    pub(crate) soon: SoonQueue,
    /// The equipment that was just asked for a part keeps the room for one instead. False between two calls likewise.
    #[serde(skip)]
    pub(crate) keeps_room: bool,
}

impl Core {
    /// The present.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// The parts in the plant.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// What holds `part`, if another part does.
    pub fn holder(&self, part: PartId) -> Option<PartId> {
        self.nest.holder(part)
    }

    /// The parts that `holder` holds, the first put in first; not those that they hold in turn.
    pub fn held_by(&self, holder: PartId) -> impl Iterator<Item = PartId> + '_ {
        self.nest.contents(holder)
    }

    /// Mass of `part` with all that it holds, kg; a lot weighs as much as its pieces.
    pub fn mass_kg(&self, model: &Model, part: PartId) -> f64 {
        let own = self.parts.get(part);
        let held: f64 = self.held_by(part).map(|inside| self.mass_kg(model, inside)).sum();
        model.products[own.product.index()].mass_kg * f64::from(own.quantity) + held
    }

    /// Number of parts in `equipment`. What they hold does not count.
    #[inline]
    pub fn content(&self, equipment: EquipmentId) -> u32 {
        self.traffic[equipment.index()].content
    }

    /// Whether `equipment` stands still.
    #[inline]
    pub fn is_stopped(&self, equipment: EquipmentId) -> bool {
        self.availability.of(equipment).stops > 0
    }

    /// Puts a message on the calendar.
    #[inline]
    pub(crate) fn schedule(
        &mut self,
        after: SimDuration,
        priority: Priority,
        event: Event,
    ) -> crate::kernel::EventKey {
        self.calendar.schedule(self.now + after, priority, event)
    }

    /// Something may be able to go into `to` by its input `at` now.
    #[inline]
    pub(crate) fn nudge(&mut self, model: &Model, to: EquipmentId, at: InletId) {
        let inlet = &self.inlets[at.index()];
        if !inlet.is_open() || inlet.waiters.is_empty() {
            return;
        }
        if inlet.selective {
            self.decide(model, to);
        } else {
            self.soon.push(Soon::Grant { to, at });
        }
    }

    /// Lets `equipment` choose at the end of this instant.
    #[inline]
    pub(crate) fn decide(&mut self, model: &Model, equipment: EquipmentId) {
        let inlet = &mut self.inlets[model.row(equipment).inlets.start as usize];
        if !inlet.deciding {
            inlet.deciding = true;
            self.calendar.schedule(self.now, order::DECIDE, Event::Decide(equipment));
        }
    }
}

/// The state of a run: all that [`advance`](super::advance) changes.
///
/// `Clone` is a fork: the copy runs on independently of the original, from the very same point.
#[derive(Clone, Debug)]
pub struct State {
    pub(crate) core: Core,
    pub(crate) tables: Vec<Box<dyn Table>>,
}

impl State {
    /// The plant at the start of replication `replication` under `seed`. Streams are derived from (seed, replication,
    /// name), so that two plants that differ in one machine draw alike everywhere else.
    pub fn new(model: &Model, seed: u64, replication: u32) -> Self {
        let n = model.equipment.len();
        let names = model.streams.iter().map(String::as_str);
        let mut streams = Streams::new(seed, replication, names);
        let processes = Core::start_processes(model, &mut streams);
        let core = Core {
            now: SimTime::ZERO,
            seed,
            replication,
            events: 0,
            calendar: Calendar::new(),
            parts: Parts::new(model.n_tool_slots),
            nest: Nest::default(),
            attributes: Vec::new(),
            streams,
            inlets: model.equipment.iter().flat_map(Inlet::of).collect(),
            waiting: vec![false; model.links.len()],
            turns: vec![0; model.outlets.len()],
            card_ends: vec![EquipmentId::NONE; n],
            pile: Pile::default(),
            clocks: vec![Clock::default(); model.n_places],
            traffic: vec![Traffic::default(); n],
            plant: Traffic::default(),
            work: vec![Work::default(); n],
            flows: Flows::new(model),
            energy: Energy::new(model),
            tallies: vec![Tally::default(); model.products.len()],
            limits: vec![LimitTally::default(); model.limits.len()],
            availability: Availability::new(model),
            crews: Crews::new(model),
            commands: Vec::new(),
            notices: Notices::default(),
            orders: OrderBook::new(model.products.len()),
            processes,
            tracks: model.trackers.iter().map(|_| super::tracking::Track::new()).collect(),
            scrapped: BTreeMap::new(),
            signals: Signals::new(model),
            warmth: Warmth::default(),
            bodies: model.cells.iter().map(Bodies::new).collect(),
            soon: SoonQueue::default(),
            keeps_room: false,
        };
        let tables = model.kinds.iter().map(|kind| kind.initial()).collect();
        let mut state = Self { core, tables };
        super::run::start(model, &mut state);
        state
    }

    /// The present.
    pub fn now(&self) -> SimTime {
        self.core.now
    }

    /// Events handled so far.
    pub fn events(&self) -> u64 {
        self.core.events
    }

    /// Seed of all random streams.
    pub fn seed(&self) -> u64 {
        self.core.seed
    }

    /// Number of the replication.
    pub fn replication(&self) -> u32 {
        self.core.replication
    }

    /// Events on the calendar.
    pub fn pending(&self) -> usize {
        self.core.calendar.len()
    }

    /// When the next event is due; `None`: nothing will happen any more.
    pub fn next_event(&self) -> Option<SimTime> {
        self.core.calendar.peek_time()
    }

    /// The parts in the plant.
    pub fn parts(&self) -> &Parts {
        &self.core.parts
    }

    /// The parts that `holder` holds, the first put in first; not those that they hold in turn.
    pub fn held_by(&self, holder: PartId) -> impl Iterator<Item = PartId> + '_ {
        self.core.held_by(holder)
    }

    /// Mass of `part` with all that it holds, kg.
    pub fn mass_kg(&self, model: &Model, part: PartId) -> f64 {
        self.core.mass_kg(model, part)
    }

    /// The clocks of the places of `equipment`.
    pub fn clocks(&self, model: &Model, equipment: EquipmentId) -> &[Clock] {
        let places = &model.row(equipment).places;
        &self.core.clocks[places.start as usize..places.end as usize]
    }

    /// The clocks of all workers, pool by pool.
    pub fn worker_clocks(&self) -> &[Clock] {
        self.core.crews.clocks()
    }

    /// All workers as they can be seen, pool by pool.
    pub fn workers(&self) -> impl Iterator<Item = super::WorkerSight> + '_ {
        self.core.crews.sights()
    }

    /// What has passed through `equipment`.
    pub fn traffic(&self, equipment: EquipmentId) -> &Traffic {
        &self.core.traffic[equipment.index()]
    }

    /// What has passed through the whole plant.
    pub fn plant_traffic(&self) -> &Traffic {
        &self.core.plant
    }

    /// What has become of each product's parts, by [`ProductId`](crate::id::ProductId).
    pub fn tallies(&self) -> &[Tally] {
        &self.core.tallies
    }

    /// How each of [`Model::limits`] was kept.
    pub fn limits(&self) -> &[LimitTally] {
        &self.core.limits
    }

    /// The order book.
    pub fn orders(&self) -> &OrderBook {
        &self.core.orders
    }

    /// What the process of `equipment` has made of `product`; `None` if no defects arise there.
    pub fn made(
        &self,
        model: &Model,
        equipment: EquipmentId,
        product: ProductId,
    ) -> Option<super::Made> {
        self.core.made(model, equipment, product)
    }

    /// The parts in `equipment`, first out first. What they hold is not listed: see [`held_by`](Self::held_by).
    pub fn contents(&self, model: &Model, equipment: EquipmentId) -> Vec<PartId> {
        let row = model.row(equipment);
        let mut out = Vec::new();
        let kind = row.kind as usize;
        model.kinds[kind].contents(row.row, &*self.tables[kind], &mut out);
        out
    }

    /// Commands given so far, applied or yet to come.
    pub fn commands(&self) -> &[Command] {
        &self.core.commands
    }

    /// What equipment has told beyond its figures, from the start of the run.
    pub fn notices(&self) -> &Notices {
        &self.core.notices
    }

    /// Figures of its own that the kind of `equipment` gives, see [`Equipment::figures`](super::Equipment::figures).
    pub fn figures(&self, model: &Model, equipment: EquipmentId) -> Vec<(String, f64)> {
        let row = model.row(equipment);
        let kind = row.kind as usize;
        let at = At { row: row.row, table: &*self.tables[kind] };
        let mut out = Vec::new();
        model.kinds[kind].figures(at, &self.core, &mut out);
        self.core.process_figures(model, equipment, &mut out);
        out
    }

    /// The parameters of `equipment`, if its kind is `E`.
    pub fn parameters<E: super::Equipment>(model: &Model, equipment: EquipmentId) -> Option<&E> {
        let row = model.row(equipment);
        model.kinds[row.kind as usize].row(row.row).downcast_ref()
    }

    /// The variables of `equipment`, if its kind is `E`.
    pub fn variables<E: super::Equipment>(
        &self,
        model: &Model,
        equipment: EquipmentId,
    ) -> Option<&E::State> {
        let row = model.row(equipment);
        let kind = row.kind as usize;
        model.kinds[kind].state(row.row, &*self.tables[kind]).downcast_ref()
    }

    /// Ends the warm-up: forgets all figures gathered so far; the plant itself stays as it is.
    pub fn reset_statistics(&mut self, model: &Model) {
        let now = self.core.now;
        self.core.reset_processes(model);
        self.core.orders.reset();
        self.core.scrapped.clear();
        self.core.reset_energy(model);
        self.core.warmth.reset();
        self.core.work.iter_mut().for_each(|work| work.reset(now));
        self.core.flows.reset();
        self.core.clocks.iter_mut().for_each(|clock| clock.reset(now));
        self.core.crews.reset(now);
        self.core.traffic.iter_mut().for_each(|traffic| traffic.reset(now));
        self.core.plant.reset(now);
        self.core.tallies.iter_mut().for_each(|tally| *tally = Tally::default());
        self.core.limits.iter_mut().for_each(|limit| *limit = LimitTally::default());
        for (kind, table) in model.kinds.iter().zip(&mut self.tables) {
            kind.reset_figures(&mut **table, &self.core);
        }
    }

    /// Whether Little's law holds, to the nanosecond, for the plant and for each equipment; else the names of those where
    /// it does not. A miss is a fault of the engine or of an equipment's bookkeeping.
    pub fn little_misses(&self, model: &Model) -> Vec<String> {
        let now = self.core.now;
        let mut open: Vec<Vec<SimTime>> = vec![Vec::new(); model.equipment.len()];
        for (_, part) in self.core.parts.iter().filter(|(_, part)| !part.is_inside()) {
            open[part.at.index()].push(part.entered);
        }
        let mut misses = Vec::new();
        let created = self.core.parts.iter().map(|(_, part)| part.created);
        if !self.core.plant.little_holds(created, now) {
            misses.push(model.name.clone());
        }
        for (index, row) in model.equipment.iter().enumerate() {
            if !self.core.traffic[index].little_holds(open[index].iter().copied(), now) {
                misses.push(row.name.clone());
            }
        }
        misses
    }
}
