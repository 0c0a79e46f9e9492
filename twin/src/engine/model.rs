//! The compiled plant: immutable, dense tables, shared by every thread.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use nalgebra::{Isometry3, Vector3};

use super::attributes::{Attribute, SetAttribute};
use super::contract::Kind;
use super::form::Form;
use super::part::Part;
use super::way::Way;
use crate::id::{
    AttributeId, CalendarId, EquipmentId, InletId, LinkId, PoolId, ProductId, StepId, StreamId,
};
use crate::physics::Goods;
use crate::random::Sampler;
use crate::robot::program::Instruction;
use crate::units::{SimDuration, SimTime};

/// A plant that has passed every check, ready to run. Nothing in it changes; all that does is in
/// [`State`](super::State).
#[derive(Debug, Default)]
pub struct Model {
    /// The plant's name.
    pub name: String,
    /// Where the plant comes from, if the file says so.
    pub source: Option<String>,
    /// What the file says about a run.
    pub run: RunSettings,
    /// What the plant shall achieve.
    pub targets: super::Targets,
    /// Every equipment, by [`EquipmentId`].
    pub equipment: Vec<EquipmentRow>,
    /// Connections, by [`LinkId`]; those that leave one equipment stand together, in the order of the file.
    pub links: Vec<Link>,
    /// Outputs of all equipment; those of one stand together.
    pub outlets: Vec<Outlet>,
    /// Number of inputs over all equipment.
    pub n_inlets: usize,
    /// Whether anything is connected to an input, by [`InletId`].
    pub fed: Vec<bool>,
    /// Products, by [`ProductId`].
    pub products: Vec<Product>,
    /// Numbers that parts have, by [`AttributeId`](crate::id::AttributeId).
    pub attributes: Vec<Attribute>,
    /// How many of them are written, and so stand in the parts' own table.
    pub n_columns: usize,
    /// Orders, and rows of orders that repeat.
    pub orders: Vec<super::OrderLine>,
    /// Processes in which defects arise or are mended.
    pub processes: Vec<super::Process>,
    /// The routes of all products, by [`StepId`].
    pub steps: Vec<Step>,
    /// Limits on the time between two steps, by row.
    pub limits: Vec<QueueTimeLimit>,
    /// Names of the set-ups that routes ask for, by number.
    pub setups: Vec<String>,
    /// Tool numbers that each part keeps.
    pub n_tool_slots: usize,
    /// Reasons to stand still, by row; those of one equipment stand together.
    pub causes: Vec<Cause>,
    /// Shift calendars, by [`CalendarId`].
    pub calendars: Vec<ShiftCalendar>,
    /// Pools of workers, by [`PoolId`].
    pub pools: Vec<Pool>,
    /// Calls for workers.
    pub needs: Vec<Need>,
    /// Power and other media.
    pub media: Vec<super::Medium>,
    /// Meters; those of one equipment stand together.
    pub meters: Vec<super::Meter>,
    /// Equipment with meters.
    pub metered: Vec<super::Metered>,
    /// The hall that it all stands in, if the file says so.
    pub hall: Option<super::Hall>,
    /// Instruments in it.
    pub instruments: super::Instruments,
    /// Instruments with rays.
    pub eyes: Vec<crate::sensor::ray::Eye>,
    /// Single beams over conveyors that run as events, from which signals come.
    pub beams: Vec<super::Beam>,
    /// Encoders and scales.
    pub gauges: Vec<super::Gauge>,
    /// Cells that run as rigid bodies.
    pub cells: Vec<super::CellPlan>,
    /// Arms of robots, by the names that the plant gives them; none where a description is wrong, of which there is no model.
    pub arms: Vec<(String, Option<crate::robot::Arm>)>,
    /// Robots that take parts from belts while they move.
    pub trackers: Vec<super::Tracker>,
    /// Motion programs as they were made ready for the arms that use them.
    pub programs: Vec<ArmProgram>,
    /// Signals that programs set or wait for, by [`SignalId`](crate::id::SignalId).
    pub signals: Vec<super::SignalRow>,
    /// Those of them that follow from the state.
    pub(crate) observed: Vec<crate::id::SignalId>,
    /// Names of the random streams, by [`StreamId`].
    pub streams: Vec<String>,
    /// Equipment by name.
    pub by_name: BTreeMap<String, EquipmentId>,
    /// Number of places over all equipment: rows of the table of clocks.
    pub n_places: usize,
    /// Fingerprint of the layout: a snapshot fits only the model it was taken from.
    pub fingerprint: u64,
    /// The kinds in use with the rows of their equipment.
    pub(crate) kinds: Vec<Box<dyn Kind>>,
}

impl Model {
    /// Equipment that runs as rigid bodies.
    pub fn rigid(&self) -> impl Iterator<Item = &EquipmentRow> {
        self.equipment.iter().filter(|row| row.cell.is_some())
    }
}

/// What the plant file says about a run; flags override it.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// End of the run.
    pub until: SimTime,
    /// What is left out at the start.
    pub warmup: Warmup,
    /// Number of replications.
    pub replications: u32,
    /// Seed of all random streams.
    pub seed: u64,
}

impl Default for RunSettings {
    fn default() -> Self {
        let until = SimTime::from_seconds(8.0 * 3600.0);
        Self { until, warmup: Warmup::After(SimDuration::ZERO), replications: 1, seed: 1 }
    }
}

/// How much of the start is left out of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warmup {
    /// This long.
    After(SimDuration),
    /// As long as MSER-5 finds on the work in process.
    Found,
}

/// What is true of any equipment.
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
#[derive(Debug)]
pub struct EquipmentRow {
    /// Its name in the file.
    pub name: String,
    /// Its area, line or cell: `hall/line 1/cell 2`; empty without one.
    pub group: String,
    /// Row of [`Model::kinds`].
    pub(crate) kind: u16,
    /// Row within its kind.
    pub(crate) row: u32,
    /// Where it stands: position in metres, turned about the vertical.
    pub pose: Isometry3<f64>,
    /// Length, width and height in metres.
    pub size: Vector3<f64>,
    /// Whether the file says so; else they are 1 m each, and nobody knows.
    pub is_sized: bool,
    /// Whether the file names its shape.
    pub is_shaped: bool,
    /// Its form: that shape, or the band along a curve; else it is a box.
    pub form: Option<Form>,
    /// The way of parts from there to where they leave it.
    pub way: Way,
    /// The speed at which it moves all parts together, in m/s; none where they do not move so.
    pub belt_mps: Option<f64>,
    /// Connections that leave it: rows of [`Model::links`].
    pub links: Range<u32>,
    /// Its inputs, at least one: an [`InletId`] each.
    pub inlets: Range<u32>,
    /// Its outputs, at least one: rows of [`Model::outlets`].
    pub outlets: Range<u32>,
    /// How it shares its output among them.
    pub divert: Divert,
    /// Which of several waiting connections it serves first.
    pub merge: Merge,
    /// Connections on the way to the next step, by target set; only where that narrows the choice. Sorted.
    pub hops: Vec<(u32, Vec<LinkId>)>,
    /// What its operations leave on parts.
    pub sets: Vec<SetAttribute>,
    /// Its places: rows of the table of clocks.
    pub places: Range<u32>,
    /// Its reasons to stand still: rows of [`Model::causes`].
    pub causes: Range<u32>,
    /// Whether one of these counts working time, cycles or pieces.
    pub wears: bool,
    /// Row of [`Model::metered`], if it has meters.
    pub metered: Option<u32>,
    /// Row of [`Hall::heated`](super::Hall::heated), if it has heat.
    pub heated: Option<u32>,
    /// Whether more than a clock follows its activities: it has meters, or several places.
    pub watched: bool,
    /// Planned time of an operation on one part.
    pub planned: Planned,
    /// Parts that one place works on at a time.
    pub at_once: u32,
    /// Whether each place stands still by itself, see
    /// [`Equipment::stops_by_place`](super::Equipment::stops_by_place).
    pub by_place: bool,
    /// Row of [`Model::processes`], or [`NO_PROCESS`](super::NO_PROCESS).
    pub process: u32,
    /// Who replenishes by the demand of the customers here.
    pub suppliers: Vec<EquipmentId>,
    /// Mean time of an operation here in seconds, where the route does not say; 0 where unknown.
    pub mean_s: f64,
    /// Whether parts are worked on here.
    pub processor: bool,
    /// Whether it chooses among waiting parts itself, see [`Equipment::select`](super::Equipment::select).
    pub selective: bool,
    /// Row of [`Model::cells`], if it runs as rigid bodies.
    pub cell: Option<u32>,
}

impl EquipmentRow {
    /// The box that it takes up: length, width and height (m), and where its middle is. Parts that travel through it lengthen it to
    /// where they leave it.
    pub fn block(&self) -> (Vector3<f64>, Isometry3<f64>) {
        let [low, high] = self.way.bounds(self.size.y);
        let (size, middle) = (high - low, (low + high) / 2.0);
        let size = Vector3::new(self.size.x.max(size.x), size.y, self.size.z);
        let middle = Isometry3::translation(middle.x, middle.y, size.z / 2.0);
        (size, self.pose * middle)
    }

    /// Where parts come in, in the middle of its top, x the way that they go.
    pub fn top(&self) -> Isometry3<f64> {
        self.pose * Isometry3::translation(0.0, 0.0, self.size.z)
    }

    /// Parts go through it along `way`: on a curve, that is its form too.
    pub(crate) fn go_along(&mut self, way: Way) {
        self.way = way;
        if self.form.is_none() && way.turn() != 0.0 {
            let band = way.band(self.size.y, self.size.z);
            self.form = Some(Form::new(Arc::new(band), self.pose));
        }
    }

    /// Whether all parts leave by the same connection.
    #[inline]
    pub fn has_one_way(&self) -> bool {
        self.links.len() == 1 && self.outlets.len() == 1
    }
}

/// Planned time of an operation on one part, where the route does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Planned {
    /// Not known.
    #[default]
    Unknown,
    /// For all products, ns.
    All(i64),
    /// By product, ns.
    ByProduct(Vec<i64>),
}

/// A connection: parts go from one equipment to another.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Where parts leave.
    pub from: EquipmentId,
    /// Where they arrive.
    pub to: EquipmentId,
    /// Output of `from`, by number.
    pub from_port: u8,
    /// Input of `to`, by number.
    pub to_port: u8,
    /// The same input by its number over all equipment.
    pub inlet: InletId,
    /// Rank among the connections into `to` under [`Merge::Priority`]: lower goes first.
    pub rank: u16,
}

/// An output.
#[derive(Clone, Debug, Default)]
pub struct Outlet {
    /// Connections that leave by it: rows of [`Model::links`].
    pub links: Range<u32>,
    /// Like [`EquipmentRow::hops`], among these connections. Only where there are several outputs.
    pub hops: Vec<(u32, Vec<LinkId>)>,
}

/// How an equipment with several outgoing connections chooses among those that lead to the part's next step.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Divert {
    /// The first in the order of the file that has room; with none, the first that gets room.
    #[default]
    FirstFree,
    /// Strictly in turn; waits where the turn falls on a full one.
    Rotate,
    /// In turn, passing over full ones.
    RotateFree,
    /// At random by weight (one per outgoing connection), then waits for it.
    Share(Vec<f64>, StreamId),
    /// The one that holds fewest parts; ties in the order of the file.
    Shortest,
    /// By product: the connection, or none for any.
    ByProduct(Vec<LinkId>),
    /// By an attribute: the first connection whose bound the part's value does not exceed, else the last.
    ByAttribute(AttributeId, Vec<(f64, LinkId)>),
}

/// Which of several waiting connections an equipment with room serves first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Merge {
    /// The one that has waited longest.
    #[default]
    FirstCome,
    /// By rank: the main line before the side line.
    Priority,
    /// In turn among those that wait.
    Alternate,
}

/// A product and its way through the plant.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its name in the file.
    pub name: String,
    /// First row of its route in [`Model::steps`].
    pub first_step: u32,
    /// Length of its route; 0: it goes where the connections lead.
    pub n_steps: u16,
    /// Priority of its parts unless their source says otherwise; lower goes first.
    pub priority: i16,
    /// Length along a conveyor in metres, if it differs from the conveyor's own figure.
    pub length_m: Option<f64>,
    /// Width across it, m.
    pub width_m: f64,
    /// Height in metres; none: see [`size`](Self::size).
    pub height_m: Option<f64>,
    /// Mass, kg.
    pub mass_kg: f64,
    /// Time from entry to due date.
    pub due_after: Option<SimDuration>,
    /// Its bill of materials: the products that go into it, and how many of each.
    pub bom: BTreeMap<String, u32>,
    /// What its parts' attributes begin with.
    pub attributes: BTreeMap<String, f64>,
    /// Whether any step has rules to be looked at when it is done: a limit, rework, a share.
    pub has_rules: bool,
    /// Stream of the draws that decide how its parts go on, if there are any.
    pub branches: Option<StreamId>,
}

impl Product {
    /// Length of a part where nobody says it, m.
    pub const LENGTH_M: f64 = 0.5;
    /// Coefficient of friction between parts, and of parts on what does not say otherwise.
    pub const FRICTION: f64 = 0.5;
    /// Width of a part whose product does not say it, m.
    pub const WIDTH_M: f64 = 0.4;
    /// Height of a part whose product does not say it, m, unless it is shorter than that.
    pub const HEIGHT_M: f64 = 0.3;
    /// Mass of a part whose product does not say it, kg.
    pub const MASS_KG: f64 = 10.0;

    /// Length, width and height (m) of a part that is `length` long if the product does not say so.
    pub fn size(&self, length: f64) -> Vector3<f64> {
        let length = self.length_m.unwrap_or(length);
        let height = self.height_m.unwrap_or(Self::HEIGHT_M.min(length));
        Vector3::new(length, self.width_m, height)
    }

    /// Such a part as a rigid body, likewise, with nothing in it.
    pub fn goods(&self, length: f64) -> Goods {
        Goods { size: self.size(length), mass_kg: self.mass_kg, friction: Self::FRICTION }
    }
}

/// One step of a route.
#[derive(Clone, Debug)]
pub struct Step {
    /// Name of the operation; set-ups may go by it.
    pub operation: String,
    /// Number of the operation's name: equal names, equal numbers.
    pub operation_no: u32,
    /// Where it can be done.
    pub at: Vec<EquipmentId>,
    /// Number of the set of targets: equal sets, equal numbers.
    pub target_set: u32,
    /// Its time, if the step and not the station says.
    pub time: Option<Sampler<SimDuration>>,
    /// Its mean time in seconds, of the step or else of the station; 0 where unknown.
    pub mean_s: f64,
    /// Sum of the mean times from this step to the end of the route, in seconds.
    pub remaining_s: f64,
    /// What else the route says of it.
    pub rules: StepRules,
}

/// What a route says of a step beside where it is done and how long it takes.
#[derive(Clone, Debug, Default)]
pub struct StepRules {
    /// Whether the step's time is for each piece of a lot.
    pub per_piece: bool,
    /// How long one lot (or, `per_piece`, one piece) keeps the tool before the next can follow into it; without, as long as
    /// the step takes.
    pub cadence: Option<SimDuration>,
    /// Fewest and most lots that are worked on together; `None`: one by one.
    pub batch: Option<(u16, u16)>,
    /// Number of the set-up that it needs.
    pub setup: Option<u32>,
    /// Time of that set-up, if the step says it.
    pub setup_time: Option<SimDuration>,
    /// Probability that the step is done at all, if it is not always.
    pub share: Option<f64>,
    /// Step of the route to which the part goes back with that probability.
    pub rework: Option<(u16, f64)>,
    /// Row of [`Model::limits`] that begins to run when this step ends.
    pub limit: Option<u32>,
    /// Where the number of the tool that does the step is kept, and whether it has to be the tool kept there before.
    pub dedication: Option<Dedication>,
}

/// Steps that must be done on one and the same tool of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dedication {
    /// Where the part keeps the tool's number.
    pub slot: u16,
    /// Whether an earlier step has chosen the tool.
    pub bound: bool,
}

/// A limit on the time between two steps of a route.
#[derive(Clone, Debug)]
pub struct QueueTimeLimit {
    /// Whose route.
    pub product: ProductId,
    /// It runs from the end of this step of the route…
    pub from: u16,
    /// … to the begin of this one.
    pub to: u16,
    /// How long that may be.
    pub within: SimDuration,
}

/// A reason for an equipment, or one of its places, to stand still.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Whose.
    pub equipment: EquipmentId,
    /// The place, where each stands still by itself.
    pub place: Option<u16>,
    /// What it is shown and counted as.
    pub activity: super::Activity,
    /// What makes it come.
    pub trigger: Trigger,
    /// How long it lasts, once the crew is there.
    pub takes: Draw,
    /// Who has to come.
    pub crew: Option<u32>,
    /// How long it may be put off while its crew is at work elsewhere.
    pub may_wait: SimDuration,
    /// What happens to the work in hand.
    pub interrupt: Interrupt,
    /// Whether its end starts every other clock of the equipment anew.
    pub renews: bool,
}

/// What makes a cause come.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// Time since the end of the last one, whatever the equipment does; the first after the second figure, if given.
    Calendar(Draw, Option<SimDuration>),
    /// Fixed points of the calendar: every so often from a first one on, whether or not the last one was late.
    Every(SimDuration, SimDuration),
    /// Time in which at least one place worked.
    Operating(Draw),
    /// Cycles begun.
    Cycles(Draw<f64>),
    /// Pieces worked on; the first after the second figure, if given.
    Pieces(Draw<f64>, Option<f64>),
    /// The shift calendar says so.
    Shift(CalendarId),
    /// Somebody calls for it: an inspection raises an alarm.
    Call,
}

/// What a stop does to the work in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Interrupt {
    /// It stands still and goes on afterwards where it was.
    #[default]
    Resume,
    /// It stands still and begins anew afterwards, with the time drawn at first.
    Restart,
    /// It is lost.
    Scrap,
    /// The stop waits until the work in hand is done.
    Finish,
}

/// A motion program of an equipment's arm.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmProgram {
    /// Whose arm.
    pub equipment: EquipmentId,
    /// Its name in the plant.
    pub name: String,
    /// What is done, places as poses in the arm's base; a wait that is drawn has its mean.
    pub steps: Vec<Instruction>,
    /// Steps, from 0, whose wait is drawn.
    pub drawn: Vec<usize>,
    /// Joints, from 0, that slide: their positions stand in `steps` as if metres were radians.
    pub slides: Vec<usize>,
}

impl ArmProgram {
    /// The signals that it sets, and to what.
    pub fn sets(&self) -> impl Iterator<Item = (&str, bool)> {
        self.steps.iter().filter_map(|step| match step {
            Instruction::Set { signal, to } => Some((signal.as_str(), *to)),
            _ => None,
        })
    }
}

/// A sampler and the stream that feeds it.
#[derive(Clone, Debug)]
pub struct Draw<V = SimDuration> {
    /// The distribution.
    pub sampler: Sampler<V>,
    /// Its own random stream.
    pub stream: StreamId,
    /// Its mean, in seconds or plain.
    pub mean: f64,
}

/// Working hours: a pattern that repeats.
#[derive(Clone, Debug)]
pub struct ShiftCalendar {
    /// Its name in the file.
    pub name: String,
    /// Length of the pattern.
    pub period: SimDuration,
    /// Offsets within the period at which it changes, ascending, with what it changes to. The first is at offset zero.
    pub changes: Vec<(SimDuration, bool)>,
}

/// Workers of one sort.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name in the file.
    pub name: String,
    /// How many they are.
    pub count: u32,
    /// Where they are at the start, in metres.
    pub home: Vector3<f64>,
    /// Walking speed in m/s; infinite: they are there at once.
    pub speed_mps: f64,
    /// Their working hours.
    pub calendar: Option<CalendarId>,
}

/// A call for workers.
#[derive(Clone, Debug)]
pub struct Need {
    /// How many.
    pub count: u32,
    /// The pools whose workers can do it, in the order in which they are asked.
    pub pools: Vec<PoolId>,
    /// Lower is served first.
    pub priority: i16,
}

impl Model {
    /// The equipment named `name`.
    pub fn find(&self, name: &str) -> Option<EquipmentId> {
        self.by_name.get(name).copied()
    }

    /// The row of `equipment`.
    #[inline]
    pub fn row(&self, equipment: EquipmentId) -> &EquipmentRow {
        &self.equipment[equipment.index()]
    }

    /// Whether `equipment` takes electric power.
    pub fn takes_power(&self, equipment: EquipmentId) -> bool {
        self.power_meter(equipment).is_some()
    }

    /// The meter of the electric power of `equipment`.
    pub(super) fn power_meter(&self, equipment: EquipmentId) -> Option<&super::Meter> {
        let metered = &self.metered[self.row(equipment).metered? as usize];
        let meters = &self.meters[metered.meters.start as usize..metered.meters.end as usize];
        meters.iter().find(|meter| self.media[meter.medium as usize].name == "power")
    }

    /// The kind of `equipment` as the file names it.
    pub fn kind_of(&self, equipment: EquipmentId) -> &'static str {
        self.kinds[self.row(equipment).kind as usize].name()
    }

    /// The step that `part` is on its way to or at, if its product has a route and it is not at its end.
    #[inline]
    pub fn step(&self, part: &Part) -> Option<StepId> {
        let product = &self.products[part.product.index()];
        (part.step < product.n_steps).then(|| StepId(product.first_step + u32::from(part.step)))
    }

    /// Whether `equipment` is where the next step of `part`'s route is done. Without a route there are no steps.
    #[inline]
    pub fn does_step(&self, equipment: EquipmentId, part: &Part) -> bool {
        self.step(part).is_some_and(|step| self.steps[step.index()].at.contains(&equipment))
    }

    /// Number of the set of equipment that `part` is on its way to; `None` without a route.
    #[inline]
    fn target_set(&self, part: &Part) -> Option<u32> {
        match self.step(part) {
            Some(step) => Some(self.steps[step.index()].target_set),
            None if self.products[part.product.index()].n_steps == 0 => None,
            None => Some(Self::OUT),
        }
    }

    /// The target set of a part whose route is done: every sink.
    pub(crate) const OUT: u32 = u32::MAX;

    /// The connections out of `from` that lead to where `part` goes next, among those of its output, if it has one; all of
    /// them, if none leads there. O(log n) in the number of target sets.
    #[inline]
    pub fn ways<'a>(&'a self, from: &'a EquipmentRow, part: &Part) -> Ways<'a> {
        match part.output {
            None => self.ways_among(&from.links, &from.hops, part),
            Some(port) => {
                let outlet = self.outlet(from, port);
                let hops = if from.outlets.len() == 1 { &from.hops } else { &outlet.hops };
                self.ways_among(&outlet.links, hops, part)
            }
        }
    }

    #[inline]
    fn ways_among<'a>(
        &'a self,
        links: &Range<u32>,
        hops: &'a [(u32, Vec<LinkId>)],
        part: &Part,
    ) -> Ways<'a> {
        if hops.is_empty() {
            return Ways::All(links.clone());
        }
        let Some(set) = self.target_set(part) else { return Ways::All(links.clone()) };
        match hops.binary_search_by_key(&set, |hop| hop.0) {
            Ok(at) => Ways::Some(hops[at].1.iter()),
            Err(_) => Ways::All(links.clone()),
        }
    }

    /// Output `port` of `from`.
    #[inline]
    pub fn outlet(&self, from: &EquipmentRow, port: u8) -> &Outlet {
        debug_assert!(usize::from(port) < from.outlets.len(), "{} has no such output", from.name);
        &self.outlets[from.outlets.start as usize + usize::from(port)]
    }

    /// Name of `product`.
    pub fn product_name(&self, product: ProductId) -> &str {
        &self.products[product.index()].name
    }
}

/// The connections that a part may take.
#[derive(Clone, Debug)]
pub enum Ways<'a> {
    /// A run of rows of [`Model::links`].
    All(Range<u32>),
    /// Some of them.
    Some(std::slice::Iter<'a, LinkId>),
}

impl Iterator for Ways<'_> {
    type Item = LinkId;

    #[inline]
    fn next(&mut self) -> Option<LinkId> {
        match self {
            Self::All(range) => range.next().map(LinkId),
            Self::Some(links) => links.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::All(range) => range.size_hint(),
            Self::Some(links) => links.size_hint(),
        }
    }
}

impl ExactSizeIterator for Ways<'_> {}
