//! From parameters to rows: what an equipment kind sees while the model is built.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use super::bodies::Embodied;
use super::contract::{Equipment, Kind, KindRows};
use super::model::{ArmProgram, Draw, Model, Need};
use super::signals::{SignalRow, SignalSource};
use super::tracking::Tracker;
use super::way::Way;
use crate::diagnostics::Diagnostics;
use crate::id::{AttributeId, EquipmentId, LinkId, ProductId, SignalId, StreamId};
use crate::layout::program::MotionFile;
use crate::layout::text::Slice;
use crate::random::{Distribution, Sampler, Value};
use crate::units::SimDuration;

/// A parameter that makes no sense, to be shown at its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The equipment.
    pub equipment: EquipmentId,
    /// The field of its kind, such as `queue.capacity`.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

/// A step of a motion program that makes no sense, to be shown at its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProgramFault {
    /// Number of the program.
    pub(crate) program: usize,
    /// Number of the step.
    pub(crate) step: usize,
    pub(crate) message: String,
}

/// The plant while its equipment is compiled, as one equipment sees it.
#[derive(Debug)]
pub struct Compile<'a> {
    pub(crate) model: &'a mut Model,
    pub(crate) names: &'a mut Names,
    pub(crate) me: EquipmentId,
}

/// Names that equipment can refer to, and what has been found wrong.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) streams: BTreeMap<String, StreamId>,
    pub(crate) products: BTreeMap<String, ProductId>,
    /// Numbers of the names of operations.
    pub(crate) operations: BTreeMap<String, u32>,
    /// Pools by skill.
    pub(crate) skills: BTreeMap<String, Vec<crate::id::PoolId>>,
    /// Stations that leave the time to the routes.
    pub(crate) time_by_route: Vec<EquipmentId>,
    /// Who replenishes by whose demand.
    pub(crate) suppliers: Vec<(EquipmentId, EquipmentId)>,
    /// Motion programs by name.
    pub(crate) programs: Vec<(String, Vec<MotionFile>)>,
    /// Numbers of those that somebody uses.
    pub(crate) used: BTreeSet<usize>,
    /// Whether an arm could follow one that nobody uses: else the step, from 0, and why not.
    pub(crate) tried: BTreeMap<usize, Result<(), (usize, String)>>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) warnings: Vec<Fault>,
    pub(crate) program_faults: Vec<ProgramFault>,
}

impl Names {
    /// The stream `name`, new or known.
    pub(crate) fn stream(&mut self, model: &mut Model, name: String) -> StreamId {
        if let Some(id) = self.streams.get(&name) {
            return *id;
        }
        let id = StreamId::from_index(model.streams.len());
        model.streams.push(name.clone());
        self.streams.insert(name, id);
        id
    }
}

impl Compile<'_> {
    /// Reports that `field` makes no sense.
    pub fn error(&mut self, field: &str, message: &str) {
        self.error_with(field, message, None);
    }

    /// Warns of `field`.
    pub fn warn(&mut self, field: &str, message: &str) {
        let (equipment, field, message) = (self.me, field.to_owned(), message.to_owned());
        self.names.warnings.push(Fault { equipment, field, message, hint: None });
    }

    /// Like [`error`](Self::error), with what would be right.
    pub fn error_with(&mut self, field: &str, message: &str, hint: Option<String>) {
        self.names.faults.push(Fault {
            equipment: self.me,
            field: field.to_owned(),
            message: message.to_owned(),
            hint,
        });
    }

    fn unknown(&mut self, field: &str, what: &str, name: &str, known: &[String]) {
        let known_names = known.iter().map(String::as_str);
        let meant = crate::diagnostics::did_you_mean(name, known_names);
        let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
        self.error_with(field, &format!("no {what} is named \"{name}\""), hint);
    }

    /// The arm that the plant calls `name`; if it calls none so, that is reported at `field`.
    pub fn arm(&mut self, field: &str, name: &str) -> Option<crate::robot::Arm> {
        let known = self.model.arms.iter().find(|(own, _)| own == name);
        if let Some((_, arm)) = known {
            return arm.clone();
        }
        let names: Vec<String> = self.model.arms.iter().map(|(name, _)| name.clone()).collect();
        self.unknown(field, "robot", name, &names);
        None
    }

    /// The number and the steps of the motion program that the plant calls `name`; if it calls none so, that is reported at
    /// `field`.
    pub fn program(&mut self, field: &str, name: &str) -> Option<(usize, Vec<MotionFile>)> {
        let found = self.names.programs.iter().position(|(own, _)| own == name);
        if found.is_none() {
            let known: Vec<String> =
                self.names.programs.iter().map(|(name, _)| name.clone()).collect();
            self.unknown(field, "program", name, &known);
        }
        self.names.used.extend(found);
        found.map(|at| (at, self.names.programs[at].1.clone()))
    }

    /// This equipment will use the motion program named `name`, if there is one.
    pub(crate) fn will_use(&mut self, name: &str) {
        let found = self.names.programs.iter().position(|(own, _)| own == name);
        self.names.used.extend(found);
    }

    /// Motion programs that nobody has said to use, as far as no arm is known that could follow them.
    pub(crate) fn untried(&self) -> Vec<(usize, Vec<MotionFile>)> {
        let Names { programs, used, tried, .. } = &*self.names;
        let open = |n: &usize| !used.contains(n) && !matches!(tried.get(n), Some(Ok(())));
        let all = programs.iter().enumerate().filter(|(n, _)| open(n));
        all.map(|(n, (_, steps))| (n, steps.clone())).collect()
    }

    /// How that went: of those that could not, the one that got farthest counts.
    pub(crate) fn tried(&mut self, program: usize, how: Result<(), (usize, String)>) {
        let reached = |how: &Result<(), (usize, String)>| {
            how.as_ref().map_or_else(|(step, _)| *step, |()| usize::MAX)
        };
        let before = self.names.tried.get(&program).map(reached);
        if before.is_none_or(|before| before < reached(&how)) {
            self.names.tried.insert(program, how);
        }
    }

    /// Reports that step `step` (from 0) of motion program `program` cannot be done.
    pub fn program_error(&mut self, program: usize, step: usize, message: &str) {
        let fault = ProgramFault { program, step, message: message.to_owned() };
        if !self.names.program_faults.contains(&fault) {
            self.names.program_faults.push(fault);
        }
    }

    /// The signal named `name`: what the plant says of it, or one that programs set.
    pub fn signal(&mut self, name: &str) -> SignalId {
        let signals = &mut self.model.signals;
        let at = signals.iter().position(|signal| signal.name == name).unwrap_or_else(|| {
            let (name, source) = (name.to_owned(), SignalSource::Programs(false));
            signals.push(SignalRow { name, source, setters: Vec::new() });
            signals.len() - 1
        });
        SignalId::from_index(at)
    }

    /// Keeps a motion program as it was made ready for the arm of this equipment, for whoever wants to write it for a controller.
    pub fn keep_program(&mut self, program: ArmProgram) {
        if !self.model.programs.contains(&program) {
            self.model.programs.push(program);
        }
    }

    /// This robot takes parts from the belt named `name` while it moves: it hears of a part whose middle is `sensor_m` from the
    /// entry, and is with it between the two ends of `window_m`.
    pub fn track(&mut self, field: &str, name: &str, sensor_m: f64, window_m: [f64; 2]) {
        if let Some(belt) = self.equipment(field, name) {
            let (robot, link) = (self.me, LinkId::NONE);
            self.model.trackers.push(Tracker { robot, belt, link, sensor_m, window_m });
        }
    }

    /// The random stream of this equipment for `purpose`. Streams are independent, and stay as they are when others come
    /// or go.
    pub fn stream(&mut self, purpose: &str) -> StreamId {
        let name = format!("{}/{purpose}", self.model.row(self.me).name);
        self.names.stream(self.model, name)
    }

    /// A distribution made ready for drawing from this equipment's stream for `purpose`, which is also the field that is
    /// named if it makes no sense.
    pub fn draw(&mut self, purpose: &str, distribution: &Distribution<SimDuration>) -> Draw {
        self.draw_any(purpose, distribution)
    }

    /// Likewise for a time that need not be given: then none passes, and nothing is drawn.
    pub fn draw_or_zero(
        &mut self,
        purpose: &str,
        distribution: Option<&Distribution<SimDuration>>,
    ) -> Draw {
        self.draw(purpose, distribution.unwrap_or(&Distribution::Constant(SimDuration::ZERO)))
    }

    /// Likewise for plain numbers.
    pub fn draw_number(&mut self, purpose: &str, distribution: &Distribution<f64>) -> Draw<f64> {
        self.draw_any(purpose, distribution)
    }

    fn draw_any<V: Value>(&mut self, purpose: &str, distribution: &Distribution<V>) -> Draw<V> {
        let stream = self.stream(purpose);
        let sampler = self.sampler(purpose, distribution);
        Draw { sampler, stream, mean: distribution.mean() }
    }

    /// A distribution made ready, without a stream.
    pub fn sampler<V: Value>(&mut self, field: &str, distribution: &Distribution<V>) -> Sampler<V> {
        distribution.sampler().unwrap_or_else(|message| {
            self.error(field, &message);
            Sampler::constant_of(V::from_units(0.0))
        })
    }

    /// The product named `name`.
    pub fn product(&mut self, field: &str, name: &str) -> Option<ProductId> {
        let found = self.names.products.get(name).copied();
        if found.is_none() {
            let known: Vec<String> = self.names.products.keys().cloned().collect();
            self.unknown(field, "product", name, &known);
        }
        found
    }

    /// The plant's product, if there is only one.
    pub fn only_product(&mut self, field: &str) -> Option<ProductId> {
        if self.names.products.len() == 1 {
            return self.names.products.values().next().copied();
        }
        self.error(field, "says which product comes, as the plant has several or none");
        None
    }

    /// The equipment named `name`.
    pub fn equipment(&mut self, field: &str, name: &str) -> Option<EquipmentId> {
        let found = self.model.find(name);
        if found.is_none() {
            let known: Vec<String> = self.model.by_name.keys().cloned().collect();
            self.unknown(field, "equipment", name, &known);
        }
        found
    }

    /// This equipment replenishes what is asked for at the one named `name`, where customers come:
    /// [`on_card`](Equipment::on_card) tells of each piece.
    pub fn replenish(&mut self, field: &str, name: &str) {
        if let Some(at) = self.equipment(field, name) {
            self.names.suppliers.push((self.me, at));
        }
    }

    /// Row `line` of the plant's orders.
    pub fn order(&self, line: u32) -> &super::OrderLine {
        &self.model.orders[line as usize]
    }

    /// Takes the orders that no desk has taken yet and whose product `takes` says yes to: rows of
    /// [`Model::orders`](super::Model::orders).
    pub fn take_orders(&mut self, takes: impl Fn(ProductId) -> bool) -> Vec<u32> {
        let mut taken = Vec::new();
        for (line, order) in self.model.orders.iter_mut().enumerate() {
            if order.desk.is_none() && takes(order.product) {
                order.desk = self.me;
                taken.push(line as u32);
            }
        }
        taken
    }

    /// The equipment named `name`; if there is none, what to say.
    ///
    /// # Errors
    ///
    /// That there is none, and which may have been meant.
    pub fn look_up(&self, name: &str) -> Result<EquipmentId, String> {
        self.model.find(name).ok_or_else(|| {
            let known = self.model.by_name.keys().map(String::as_str);
            let meant = crate::diagnostics::did_you_mean(name, known);
            let hint =
                meant.map_or_else(String::new, |meant| format!(": did you mean \"{meant}\"?"));
            format!("no equipment is named \"{name}\"{hint}")
        })
    }

    /// The equipment named `name`, if there is one.
    pub fn find(&self, name: &str) -> Option<EquipmentId> {
        self.model.find(name)
    }

    /// The name of `equipment`.
    pub fn name_of(&self, equipment: EquipmentId) -> &str {
        &self.model.row(equipment).name
    }

    /// The equipment at which step `step` (from 0) of the route of `product` is done; none behind its end.
    pub fn step_targets(&self, product: ProductId, step: u32) -> &[EquipmentId] {
        let row = &self.model.products[product.index()];
        if step >= u32::from(row.n_steps) {
            return &[];
        }
        &self.model.steps[(row.first_step + step) as usize].at
    }

    /// The number of the operation named `name`; routes name them.
    pub fn operation(&mut self, field: &str, name: &str) -> Option<u32> {
        let found = self.names.operations.get(name).copied();
        if found.is_none() {
            let known: Vec<String> = self.names.operations.keys().cloned().collect();
            self.unknown(field, "operation", name, &known);
        }
        found
    }

    /// The plant as far as it is known: all places and products; connections from
    /// [`linked`](super::Equipment::linked) on.
    pub fn model(&self) -> &Model {
        self.model
    }

    /// The equipment that is being compiled.
    pub fn me(&self) -> EquipmentId {
        self.me
    }

    /// The cell of rigid bodies that it is in, as it will be at the start; known from [`linked`](super::Equipment::linked) on. None
    /// if it runs as events.
    pub fn cell(&mut self) -> Option<&mut crate::physics::Cell> {
        let cell = self.model.row(self.me).cell? as usize;
        self.model.cells.get_mut(cell).map(|plan| &mut plan.start)
    }

    /// Whether parts ride here as bodies from the equipment before, and on to the next; likewise.
    pub fn rides(&self) -> [bool; 2] {
        let Some(cell) = self.model.row(self.me).cell else { return [false; 2] };
        let rides = &self.model.cells[cell as usize].rides;
        [rides.iter().any(|[_, to]| *to == self.me), rides.iter().any(|[from, _]| *from == self.me)]
    }

    /// Whether parts ride over `link` as bodies; likewise.
    pub fn rides_over(&self, link: LinkId) -> bool {
        let link = &self.model.links[link.index()];
        let cell = self.model.row(self.me).cell.map(|cell| &self.model.cells[cell as usize]);
        cell.is_some_and(|cell| cell.rides.contains(&[link.from, link.to]))
    }

    /// Whether a part that goes over `link`, from here or to here, stays a body of the cell: it is carried over the border by the one who
    /// handles bodies there.
    pub fn hands_over(&self, link: LinkId) -> bool {
        let link = &self.model.links[link.index()];
        let Some(cell) = self.model.row(self.me).cell else { return false };
        let handles = &self.model.cells[cell as usize].handlers;
        let both = [link.from, link.to].map(|end| self.model.row(end).cell == Some(cell));
        both == [true; 2] && (handles.contains(&link.from) || handles.contains(&link.to))
    }

    /// Connections that lead here. Known from [`linked`](super::Equipment::linked) on. O(n) in the connections of the plant.
    pub fn incoming(&self) -> Vec<LinkId> {
        let links = self.model.links.iter().enumerate();
        links.filter(|(_, link)| link.to == self.me).map(|(at, _)| LinkId::from_index(at)).collect()
    }

    /// Connections that leave here. Known from [`linked`](super::Equipment::linked) on.
    pub fn outgoing(&self) -> Vec<LinkId> {
        self.model.row(self.me).links.clone().map(LinkId).collect()
    }

    /// The attribute named `name`, to be read.
    pub fn attribute(&mut self, field: &str, name: &str) -> Option<AttributeId> {
        let found = self.model.attribute(name);
        if found.is_none() {
            let known: Vec<String> = self.model.attributes.iter().map(|a| a.name.clone()).collect();
            self.unknown(field, "attribute of a product", name, &known);
        }
        found
    }

    /// The attribute named `name`, to be read and written: every part has a value of its own from now on.
    pub fn written_attribute(&mut self, field: &str, name: &str) -> Option<AttributeId> {
        let found = self.attribute(field, name)?;
        self.model.keep(found);
        Some(found)
    }

    /// What goes into each product, by [`ProductId`].
    pub fn bills_of_materials(&self) -> impl Iterator<Item = &BTreeMap<String, u32>> {
        self.model.products.iter().map(|product| &product.bom)
    }

    /// What goes into `product`.
    pub fn bill_of_materials(&self, product: ProductId) -> &BTreeMap<String, u32> {
        &self.model.products[product.index()].bom
    }

    /// The first step of the route of `product` whose operation is named `operation`.
    pub fn step_of(&mut self, field: &str, product: ProductId, operation: &str) -> Option<u16> {
        let info = &self.model.products[product.index()];
        let first = info.first_step as usize;
        let steps = &self.model.steps[first..first + usize::from(info.n_steps)];
        let found = steps.iter().position(|step| step.operation == operation);
        if found.is_none() {
            let known: Vec<String> = steps.iter().map(|step| step.operation.clone()).collect();
            self.unknown(field, "operation of this product's route", operation, &known);
        }
        found.map(|at| at as u16)
    }

    /// The number of the set-up named `name`; routes name them.
    pub fn setup(&mut self, field: &str, name: &str) -> Option<u32> {
        let found = self.model.setups.iter().position(|setup| setup == name);
        if found.is_none() {
            let known = self.model.setups.clone();
            self.unknown(field, "set-up that a route asks for", name, &known);
        }
        found.map(|at| at as u32)
    }

    /// Number of products.
    pub fn n_products(&self) -> usize {
        self.model.products.len()
    }

    /// This equipment leaves processing times to the routes: each step here must have one.
    pub fn needs_step_times(&mut self) {
        self.names.time_by_route.push(self.me);
    }

    /// A call for `count` workers with a skill.
    pub fn need(&mut self, field: &str, skill: &str, count: u32, priority: i16) -> Option<u32> {
        let Some(pools) = self.names.skills.get(skill).cloned() else {
            let known: Vec<String> = self.names.skills.keys().cloned().collect();
            self.unknown(field, "skill or pool of workers", skill, &known);
            return None;
        };
        let there: u32 = pools.iter().map(|pool| self.model.pools[pool.index()].count).sum();
        if count == 0 || count > there {
            let message = format!("asks for {count} workers with \"{skill}\", there are {there}");
            self.error(field, &message);
        }
        let same =
            |need: &Need| need.count == count && need.pools == pools && need.priority == priority;
        let at = self.model.needs.iter().position(same).unwrap_or_else(|| {
            self.model.needs.push(Need { count, pools: pools.clone(), priority });
            self.model.needs.len() - 1
        });
        Some(at as u32)
    }
}

/// The kinds of equipment that a plant file can name.
///
/// ```
/// let mut registry = twin::engine::Registry::default();
/// twin::flow::register(&mut registry);
/// assert!(registry.names().any(|name| name == "Conveyor"));
/// ```
#[derive(Debug, Default)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Box<dyn Factory>>,
    /// Those that run as rigid bodies.
    physical: BTreeMap<&'static str, Box<dyn Factory>>,
}

impl Registry {
    /// Adds the kind `E`. A kind of the same name is replaced.
    pub fn add<E: Equipment>(&mut self) {
        self.kinds.insert(E::KIND, Box::new(Of::<E>(std::marker::PhantomData)));
    }

    /// Adds `E` as the form of its kind that runs as rigid bodies: another equipment with the same name and the same text in the plant
    /// file, which takes its place where a plant asks for bodies.
    pub fn add_physical<E: Equipment>(&mut self) {
        self.physical.insert(E::KIND, Box::new(Of::<E>(std::marker::PhantomData)));
    }

    /// Names of the kinds that have such a form, sorted.
    pub fn physical_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.physical.keys().copied()
    }

    /// Names of all kinds, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.kinds.keys().copied()
    }

    /// The parameters that a kind has in a plant file, in the order of their declaration; none for an unknown kind.
    pub fn fields(&self, kind: &str) -> &'static [&'static str] {
        self.get(kind, false).map_or(&[], Factory::fields)
    }

    /// The inputs and outputs that every equipment of a kind has, by number; its parameters may give it more.
    pub fn ports(&self, kind: &str) -> [&'static [&'static str]; 2] {
        self.get(kind, false).map_or([&[], &[]], Factory::ports)
    }

    /// The kind `name`, in the form that runs as rigid bodies or as events.
    pub(crate) fn get(&self, name: &str, physical: bool) -> Option<&dyn Factory> {
        let forms = if physical { &self.physical } else { &self.kinds };
        forms.get(name).map(|factory| &**factory)
    }
}

/// Makes rows of one kind.
pub(crate) trait Factory: std::fmt::Debug + Send + Sync {
    fn name(&self) -> &'static str;
    fn fields(&self) -> &'static [&'static str];
    fn ports(&self) -> [&'static [&'static str]; 2];
    fn compile(
        &self,
        spec: Slice<'_>,
        found: &mut Diagnostics,
        cx: &mut Compile<'_>,
    ) -> Option<Row>;
    fn collect(&self, rows: Vec<Box<dyn Any>>) -> Box<dyn Kind>;
}

/// A compiled row, and what the plant has to know of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an answer of the kind to a question of its own"
)]
pub(crate) struct Row {
    pub(crate) parameters: Box<dyn Any>,
    pub(crate) places: u32,
    pub(crate) by_place: bool,
    pub(crate) processor: bool,
    pub(crate) sink: bool,
    pub(crate) customer: bool,
    pub(crate) source: bool,
    pub(crate) endless_supply: bool,
    pub(crate) endless_room: bool,
    pub(crate) reserves_ahead: bool,
    pub(crate) selective: bool,
    pub(crate) mean_time_s: Option<f64>,
    pub(crate) way: Way,
    pub(crate) belt_mps: Option<f64>,
    pub(crate) embodied: Embodied,
    pub(crate) mean_times_s: Vec<f64>,
    pub(crate) at_once: u32,
    pub(crate) inputs: Ports,
    pub(crate) outputs: Ports,
}

/// The inputs or the outputs of an equipment.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    fixed: &'static [&'static str],
    more: Vec<String>,
    /// Whether each must be connected; empty where there is only one.
    needed: Vec<bool>,
}

impl Ports {
    fn new(fixed: &'static [&'static str], more: Vec<String>, needs: impl Fn(u8) -> bool) -> Self {
        let n = fixed.len() + more.len();
        let needed = if n > 1 { (0..=u8::MAX).take(n).map(needs).collect() } else { Vec::new() };
        Self { fixed, more, needed }
    }

    /// Their names, by number.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fixed.iter().copied().chain(self.more.iter().map(String::as_str))
    }

    pub(crate) fn len(&self) -> usize {
        self.fixed.len() + self.more.len()
    }

    /// Numbers of those that must be connected, of several.
    pub(crate) fn needed(&self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).zip(&self.needed).filter(|(_, needed)| **needed).map(|(port, _)| port)
    }

    /// The most that can be told apart.
    pub(crate) const MOST: usize = 255;
}

struct Of<E>(std::marker::PhantomData<fn() -> E>);

impl<E: Equipment> std::fmt::Debug for Of<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(E::KIND)
    }
}

impl<E: Equipment> Factory for Of<E> {
    fn name(&self) -> &'static str {
        E::KIND
    }

    fn fields(&self) -> &'static [&'static str] {
        crate::layout::text::fields_of::<E::Spec>()
    }

    fn ports(&self) -> [&'static [&'static str]; 2] {
        [E::INPUTS, E::OUTPUTS]
    }

    fn compile(
        &self,
        spec: Slice<'_>,
        found: &mut Diagnostics,
        cx: &mut Compile<'_>,
    ) -> Option<Row> {
        let equipment = E::compile(spec.read::<E::Spec>(found)?, cx);
        Some(Row {
            places: equipment.places(),
            by_place: equipment.stops_by_place(),
            processor: equipment.is_processor(),
            sink: equipment.is_sink(),
            customer: equipment.is_customer(),
            source: equipment.is_source(),
            endless_supply: equipment.is_endless_supply(),
            endless_room: equipment.has_endless_room(),
            reserves_ahead: equipment.reserves_ahead(),
            selective: equipment.is_selective(),
            mean_time_s: equipment.mean_time_s(),
            way: equipment.way(),
            belt_mps: equipment.belt_mps(),
            embodied: equipment.embodied(),
            mean_times_s: equipment.mean_times_s(),
            at_once: equipment.parts_at_once().max(1),
            inputs: Ports::new(E::INPUTS, equipment.more_inputs(), |port| {
                equipment.needs_input(port)
            }),
            outputs: Ports::new(E::OUTPUTS, equipment.more_outputs(), |port| {
                equipment.needs_output(port)
            }),
            parameters: Box::new(equipment),
        })
    }

    fn collect(&self, rows: Vec<Box<dyn Any>>) -> Box<dyn Kind> {
        let row = |row: Box<dyn Any>| *row.downcast::<E>().expect("rows of one kind are alike");
        Box::new(KindRows(rows.into_iter().map(row).collect::<Vec<E>>()))
    }
}
