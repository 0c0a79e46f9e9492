//! From the flat list to dense tables.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use nalgebra::{Isometry3, Vector3};

use super::expand::{Item, Plant};
use super::{Options, causes, cells, energy, hall, routes, sensors, shapes, signals, steps};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, codes, did_you_mean};
use crate::engine::{
    Compile, Divert, Embodied, EquipmentRow, Merge, Model, NO_PROCESS, Names, Planned, Pool, Ports,
    Product, Registry, Row, RunSettings, ShiftCalendar, Targets, Warmup, Way,
};
use crate::id::{CalendarId, EquipmentId, LinkId, PoolId, ProductId};
use crate::layout::file::{DivertFile, RunFile, ShiftFile, TargetsFile, WarmupFile};
use crate::layout::program::MotionFile;
use crate::layout::text::{Base, Slice};
use crate::robot::Arm;
use crate::sensor::ray::Mesh;
use crate::units::{Share, SimDuration, SimTime};

/// The model under construction.
pub(super) struct Builder<'a, 'd> {
    pub(super) model: Model,
    pub(super) names: Names,
    pub(super) found: &'d mut Diagnostics,
    pub(super) items: Vec<Item<'a>>,
    /// Shapes by name; none where a file is wrong.
    pub(super) meshes: Vec<(String, Option<Arc<Mesh>>)>,
    /// Where motion programs are written.
    pub(super) programs: Vec<Slice<'a>>,
    /// Members of each group, and each equipment by its own name.
    pub(super) members: BTreeMap<String, Vec<EquipmentId>>,
    pub(super) sinks: Vec<bool>,
    pub(super) sources: Vec<bool>,
    /// Whether it is an endless supply, and whether it has endless room.
    pub(super) endless: Vec<(bool, bool)>,
    /// Whether it reserves room behind it.
    pub(super) ahead: Vec<bool>,
    pub(super) outputs: Vec<Ports>,
    pub(super) inputs: Vec<Ports>,
    pub(super) mean_times: Vec<Option<f64>>,
    /// How each that runs as rigid bodies takes part in a cell.
    pub(super) embodied: Vec<Option<Embodied>>,
}

/// What was read from the files that a plant names; none where one is wrong.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    pub(super) arms: Vec<(String, Option<Arm>)>,
    pub(super) meshes: Vec<(String, Option<Arc<Mesh>>)>,
}

pub(super) fn build(
    plant: Plant<'_>,
    registry: &Registry,
    options: &Options,
    fetched: Fetched,
    found: &mut Diagnostics,
) -> Option<Model> {
    let Plant {
        name,
        source,
        run,
        run_at,
        targets,
        products,
        shifts,
        workers,
        orders,
        tariffs,
        hall,
        sensors,
        programs,
        signals: signal_files,
        items,
        ..
    } = plant;
    let Fetched { arms, meshes } = fetched;
    let model = Model { name, source, arms, ..asked(&run, &targets) };
    let limits = &options.limits;
    let bodies = cells::Wanted {
        names: options.physics.as_ref().unwrap_or(&run.physics),
        at: run_at.filter(|_| options.physics.is_none()),
        step: run.physics_step,
    };
    let mut builder = Builder::new(model, items, meshes, found).with(programs);
    signals::declare(&mut builder, &signal_files);
    builder.rows();
    let chosen = cells::choose(&mut builder, bodies, registry);
    for (name, slice, file) in &products {
        builder.product(name, *slice, file);
    }
    for (name, slice, file) in &shifts {
        builder.shift(name, *slice, file);
    }
    for (name, slice, file) in &workers {
        builder.pool(name, *slice, file);
    }
    builder.check_boms(&products);
    builder.attributes();
    for (n, (slice, file)) in orders.iter().enumerate() {
        builder.order(n, *slice, file);
    }
    builder.kinds(registry, &chosen.physical);
    builder.homeless_orders(&orders);
    builder.processes();
    builder.report_faults();
    if builder.found.has_errors() {
        return None;
    }
    for (n, (_, slice, file)) in products.iter().enumerate() {
        steps::check_places(&mut builder, ProductId::from_index(n), *slice, &file.route);
    }
    builder.connect();
    builder.step_times();
    steps::check_chance(&mut builder);
    routes::find_hops(&mut builder);
    builder.outlet_hops();
    builder.sets();
    builder.diverts();
    causes::build(&mut builder);
    cells::build(&mut builder, &chosen, bodies);
    builder.linked();
    energy::build(&mut builder, &tariffs);
    hall::build(&mut builder, hall, limits.cells);
    sensors::build(&mut builder, &sensors, limits.sensors);
    signals::build(&mut builder, &signal_files);
    builder.report_faults();
    (!builder.found.has_errors()).then_some(builder.model)
}

/// Planned time of an operation on one part: its share in a full batch.
fn planned(row: &Row) -> Planned {
    let each = |mean_s: &f64| (mean_s * 1e9) as i64 / i64::from(row.at_once);
    match (&row.mean_time_s, row.mean_times_s.as_slice()) {
        (None, []) => Planned::Unknown,
        (Some(mean_s), []) => Planned::All(each(mean_s)),
        (_, by_product) => Planned::ByProduct(by_product.iter().map(each).collect()),
    }
}

/// A model of nothing yet, with what is asked of its runs.
fn asked(run: &RunFile, targets: &TargetsFile) -> Model {
    Model { run: run_settings(run), targets: wanted(targets), ..Model::default() }
}

fn wanted(file: &TargetsFile) -> Targets {
    Targets {
        throughput_per_h: file.throughput.map(|rate| rate.per_second() * 3600.0),
        lead_time_s: file.lead_time.map(SimDuration::seconds),
        wip: file.work_in_process.map(f64::from),
        scrap_share: file.scrap.map(Share::fraction),
    }
}

fn run_settings(run: &RunFile) -> RunSettings {
    let default = RunSettings::default();
    RunSettings {
        until: run.until.map_or(default.until, |until| SimTime::ZERO + until),
        warmup: match run.warmup {
            None => default.warmup,
            Some(WarmupFile::After(time)) => Warmup::After(time),
            Some(WarmupFile::Auto) => Warmup::Found,
        },
        replications: run.replications.unwrap_or(default.replications),
        seed: run.seed.unwrap_or(default.seed),
    }
}

impl<'a, 'd> Builder<'a, 'd> {
    fn new(
        model: Model,
        items: Vec<Item<'a>>,
        meshes: Vec<(String, Option<Arc<Mesh>>)>,
        found: &'d mut Diagnostics,
    ) -> Self {
        Self {
            model,
            names: Names::default(),
            found,
            items,
            meshes,
            programs: Vec::new(),
            members: BTreeMap::new(),
            sinks: Vec::new(),
            sources: Vec::new(),
            endless: Vec::new(),
            ahead: Vec::new(),
            outputs: Vec::new(),
            inputs: Vec::new(),
            mean_times: Vec::new(),
            embodied: Vec::new(),
        }
    }
}

impl<'a> Builder<'a, '_> {
    /// Takes note of motion programs: those that use them make them ready.
    fn with(mut self, programs: Vec<(String, Slice<'a>, Vec<MotionFile>)>) -> Self {
        for (name, slice, steps) in programs {
            if self.names.programs.iter().any(|(other, _)| *other == name) {
                let message = format!("the program \"{name}\" is there twice");
                slice.error(self.found, codes::DUPLICATE, "", message, None);
            }
            self.programs.push(slice);
            self.names.programs.push((name, steps));
        }
        self
    }
}

impl Builder<'_, '_> {
    pub(super) fn error(&mut self, at: EquipmentId, field: &str, message: &str) {
        self.error_as(codes::BAD_VALUE, at, field, message);
    }

    pub(super) fn error_as(&mut self, code: Code, at: EquipmentId, field: &str, message: &str) {
        let name = &self.items[at.index()].name;
        let message = format!("\"{name}\": {message}");
        self.items[at.index()].slice.error(self.found, code, field, message, None);
    }

    /// Looks a name up; what is not there is reported with what may have been meant.
    pub(super) fn resolve(
        &mut self,
        at: EquipmentId,
        field: &str,
        name: &str,
    ) -> Option<EquipmentId> {
        let slice = self.items[at.index()].slice;
        self.resolve_in(slice, field, name)
    }

    /// The same for a name in `field` of any `slice`.
    pub(super) fn resolve_in(
        &mut self,
        slice: Slice<'_>,
        field: &str,
        name: &str,
    ) -> Option<EquipmentId> {
        let id = self.model.find(name);
        if id.is_none() {
            let meant = did_you_mean(name, self.model.by_name.keys().map(String::as_str));
            let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("no equipment is named \"{name}\"");
            slice.error(self.found, codes::UNKNOWN_NAME, field, message, hint);
        }
        id
    }

    /// Gives every equipment its row and its number.
    fn rows(&mut self) {
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            let item = &self.items[index];
            let name = item.name.clone();
            if self.model.by_name.insert(name.clone(), id).is_some() {
                self.error_as(codes::DUPLICATE, id, "", "the name is given twice");
            }
            self.members.entry(name.clone()).or_default().push(id);
            let file = &self.items[index].file;
            let group = file.group.clone().unwrap_or_default();
            for at in group.match_indices('/').map(|(at, _)| at).chain([group.len()]) {
                if at > 0 {
                    self.members.entry(group[..at].to_owned()).or_default().push(id);
                }
            }
            let (x, y) = file.at.unwrap_or((0.0, 0.0));
            let facing = file.facing.map_or(0.0, crate::units::Angle::radians);
            let is_sized = file.size.is_some() || file.shape.is_some();
            let size = file.size;
            let pose = Isometry3::new(Vector3::new(x, y, 0.0), Vector3::z() * facing);
            let form = self.form(id, pose);
            let (l, w, h) =
                size.or_else(|| shapes::extent(form.as_ref()?)).unwrap_or((1.0, 1.0, 1.0));
            self.model.equipment.push(EquipmentRow {
                name,
                group,
                kind: 0,
                row: 0,
                pose,
                size: Vector3::new(l, w, h),
                is_sized,
                is_shaped: form.is_some(),
                form,
                way: Way::default(),
                belt_mps: None,
                links: 0..0,
                inlets: 0..0,
                outlets: 0..0,
                divert: Divert::FirstFree,
                merge: Merge::FirstCome,
                hops: Vec::new(),
                sets: Vec::new(),
                places: 0..0,
                causes: 0..0,
                wears: false,
                metered: None,
                heated: None,
                watched: false,
                planned: Planned::Unknown,
                at_once: 1,
                by_place: false,
                process: NO_PROCESS,
                suppliers: Vec::new(),
                mean_s: 0.0,
                processor: false,
                selective: false,
                cell: None,
            });
            if ![x, y, l, w, h].iter().all(|n| n.is_finite()) {
                self.error(id, "at", "places and sizes are finite numbers of metres");
            }
        }
    }

    fn product(&mut self, name: &str, slice: Slice<'_>, file: &crate::layout::file::ProductFile) {
        let id = ProductId::from_index(self.model.products.len());
        if self.names.products.insert(name.to_owned(), id).is_some() {
            slice.error(
                self.found,
                codes::DUPLICATE,
                "",
                format!("the product \"{name}\" is there twice"),
                None,
            );
        }
        if file.route.len() >= usize::from(u16::MAX) {
            slice.error(
                self.found,
                codes::BAD_VALUE,
                "route",
                "a route has at most 65 534 steps",
                None,
            );
            return;
        }
        let first_step = self.model.steps.len();
        steps::compile(self, id, slice, &file.route);
        let (has_rules, chance) = steps::rules_of(&self.model.steps[first_step..]);
        let branches = chance.then(|| self.names.stream(&mut self.model, format!("{name}/route")));
        if file.length.is_some_and(|length| !(length.metres() > 0.0)) {
            slice.error(self.found, codes::BAD_VALUE, "length", "a part is longer than zero", None);
        }
        let positive = |length: Option<crate::units::Length>| {
            length.is_none_or(|length| length.metres() > 0.0)
        };
        let kg = file.mass.map_or(Product::MASS_KG, crate::units::Mass::kilograms);
        if !positive(file.width) || !positive(file.height) || !(kg > 0.0) {
            let message = "a part has a width, a height and a mass above zero";
            slice.error(self.found, codes::BAD_VALUE, "", message, None);
        }
        self.model.products.push(Product {
            name: name.to_owned(),
            width_m: file.width.map_or(Product::WIDTH_M, crate::units::Length::metres),
            height_m: file.height.map(crate::units::Length::metres),
            mass_kg: kg,
            first_step: first_step as u32,
            n_steps: file.route.len() as u16,
            priority: file.priority,
            length_m: file.length.map(crate::units::Length::metres),
            due_after: file.due,
            bom: file.bom.clone(),
            attributes: file.attributes.clone(),
            has_rules,
            branches,
        });
    }

    fn shift(&mut self, name: &str, slice: Slice<'_>, file: &ShiftFile) {
        let day = SimDuration::from_s(86_400);
        let period = file.period.unwrap_or(day);
        let within = |(from, to): &(SimDuration, SimDuration)| from < to && *to <= period;
        if period <= SimDuration::ZERO || !file.work.iter().chain(&file.breaks).all(within) {
            let message = "hours run from an earlier to a later time within the period";
            slice.error(self.found, codes::BAD_VALUE, "work", message, None);
            return;
        }
        let on = |t: SimDuration| {
            let inside = |hours: &[(SimDuration, SimDuration)]| {
                hours.iter().any(|(from, to)| *from <= t && t < *to)
            };
            inside(&file.work) && !inside(&file.breaks)
        };
        let mut points: Vec<SimDuration> =
            file.work.iter().chain(&file.breaks).flat_map(|(from, to)| [*from, *to]).collect();
        points.push(SimDuration::ZERO);
        points.retain(|point| *point < period);
        points.sort_unstable();
        points.dedup();
        let mut changes: Vec<(SimDuration, bool)> = Vec::new();
        for point in points {
            if changes.last().is_none_or(|last| last.1 != on(point)) {
                changes.push((point, on(point)));
            }
        }
        self.model.calendars.push(ShiftCalendar { name: name.to_owned(), period, changes });
    }

    /// The shift calendar named `name`.
    pub(super) fn calendar(&mut self, slice: Slice<'_>, name: &str) -> Option<CalendarId> {
        let at = self.model.calendars.iter().position(|calendar| calendar.name == name);
        if at.is_none() {
            let known = self.model.calendars.iter().map(|calendar| calendar.name.as_str());
            let hint = did_you_mean(name, known).map(|meant| format!("did you mean \"{meant}\"?"));
            slice.error(
                self.found,
                codes::UNKNOWN_NAME,
                "shift",
                format!("no shift is named \"{name}\""),
                hint,
            );
        }
        at.map(CalendarId::from_index)
    }

    fn pool(&mut self, name: &str, slice: Slice<'_>, file: &crate::layout::file::WorkersFile) {
        let id = PoolId::from_index(self.model.pools.len());
        let calendar = file.shift.as_ref().and_then(|shift| self.calendar(slice, shift));
        let count = file.count.unwrap_or(1);
        if count == 0 || count > 100_000 {
            slice.error(
                self.found,
                codes::BAD_VALUE,
                "count",
                "a pool has from 1 to 100 000 workers",
                None,
            );
            return;
        }
        let (x, y) = file.at.unwrap_or((0.0, 0.0));
        let speed_mps = file.speed.map_or(f64::INFINITY, crate::units::Speed::metres_per_second);
        if !(speed_mps > 0.0) {
            slice.error(
                self.found,
                codes::BAD_VALUE,
                "speed",
                "workers walk: their speed is above zero",
                None,
            );
        }
        for skill in file.skills.iter().map(String::as_str).chain([name]) {
            let pools = self.names.skills.entry(skill.to_owned()).or_default();
            if !pools.contains(&id) {
                pools.push(id);
            }
        }
        let home = Vector3::new(x, y, 0.0);
        self.model.pools.push(Pool { name: name.to_owned(), count, home, speed_mps, calendar });
    }

    /// Compiles every equipment by its kind.
    fn kinds(&mut self, registry: &Registry, physical: &[bool]) {
        let mut customers = Vec::new();
        let mut kinds: Vec<((&'static str, bool), Vec<Box<dyn Any>>)> = Vec::new();
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            customers.push(false);
            self.sinks.push(false);
            self.sources.push(false);
            self.endless.push((false, false));
            self.ahead.push(false);
            self.outputs.push(Ports::default());
            self.inputs.push(Ports::default());
            self.mean_times.push(None);
            self.embodied.push(None);
            let Some((name, row)) = self.kind(registry, physical[index], id) else { continue };
            let form = (name, physical[index]);
            let kind = kinds.iter().position(|(known, _)| *known == form).unwrap_or_else(|| {
                kinds.push((form, Vec::new()));
                kinds.len() - 1
            });
            let n_places = self.model.n_places as u32;
            let place = &mut self.model.equipment[index];
            place.kind = kind as u16;
            place.row = kinds[kind].1.len() as u32;
            place.places = n_places..n_places + row.places;
            place.watched = row.places > 1;
            place.at_once = row.at_once;
            place.planned = planned(&row);
            place.by_place = row.by_place;
            place.processor = row.processor;
            place.go_along(row.way);
            place.belt_mps = row.belt_mps;
            place.selective = row.selective;
            self.embodied[index] = physical[index].then_some(row.embodied);
            place.mean_s = row.mean_time_s.unwrap_or(0.0);
            self.model.n_places += row.places as usize;
            self.sinks[index] = row.sink;
            customers[index] = row.customer;
            self.sources[index] = row.source;
            self.endless[index] = (row.endless_supply, row.endless_room);
            self.ahead[index] = row.reserves_ahead;
            self.mean_times[index] = row.mean_time_s;
            self.number_ports(index, row.inputs, row.outputs);
            kinds[kind].1.push(row.parameters);
        }
        for ((name, physical), rows) in kinds {
            if let Some(factory) = registry.get(name, physical) {
                self.model.kinds.push(factory.collect(rows));
            }
        }
        self.suppliers(&customers);
    }

    /// The name of its kind, as far as the text says it.
    pub(super) fn kind_name(&self, id: EquipmentId) -> Option<String> {
        let slice = self.items[id.index()].text.slice();
        let entries = slice.entries(&mut Diagnostics::default());
        let is = entries.into_iter().find(|entry| entry.name == "is")?;
        Some(is.value.variant().0.to_owned())
    }

    fn kind(
        &mut self,
        registry: &Registry,
        physical: bool,
        id: EquipmentId,
    ) -> Option<(&'static str, Row)> {
        let item = &self.items[id.index()];
        let slice = item.text.slice();
        let is = slice.entries(self.found).into_iter().find(|entry| entry.name == "is");
        let Some(is) = is.map(|is| is.value) else {
            let message = format!("\"{}\" does not say what it is: `is: Station(…)`", item.name);
            item.slice.error(self.found, codes::MISSING_FIELD, "", message, None);
            return None;
        };
        let (name, spec) = is.variant();
        let Some(factory) = registry.get(name, physical) else {
            let known: Vec<&str> = registry.names().collect();
            let hint = did_you_mean(name, known.iter().copied()).map_or_else(
                || format!("the kinds are: {}", known.join(", ")),
                |meant| format!("did you mean `{meant}`?"),
            );
            let message = format!("no kind of equipment is called `{name}`");
            item.slice.error(self.found, codes::UNKNOWN_KIND, "is", message, Some(hint));
            return None;
        };
        let nothing = Base::file(FileId::NONE);
        let spec = spec.unwrap_or(Slice::new("()", &nothing));
        let mut cx = Compile { model: &mut self.model, names: &mut self.names, me: id };
        let row = factory.compile(spec, self.found, &mut cx)?;
        Some((factory.name(), row))
    }

    /// Turns what kinds have found wrong into diagnostics.
    fn report_faults(&mut self) {
        let errors = std::mem::take(&mut self.names.faults).into_iter().map(|one| (one, true));
        let warnings = std::mem::take(&mut self.names.warnings).into_iter().map(|one| (one, false));
        for (fault, wrong) in errors.chain(warnings) {
            let item = &self.items[fault.equipment.index()];
            let whole = ["failures[", "maintenance[", "divert", "sets.", "quality."]
                .iter()
                .any(|top| fault.field.starts_with(top));
            let field = fault.field.replace('/', ".");
            let path = if whole { field } else { format!("is.{field}") };
            let message = format!("\"{}\": {}", item.name, fault.message);
            if wrong {
                item.slice.error(self.found, codes::BAD_VALUE, &path, message, fault.hint);
            } else {
                let place = item.slice.span_at(&path);
                self.found.push(Diagnostic::warning(codes::BAD_VALUE, message).at(place));
            }
        }
        for fault in std::mem::take(&mut self.names.program_faults) {
            let path = format!("[{}]", fault.step);
            let slice = self.programs[fault.program];
            slice.error(self.found, codes::BAD_VALUE, &path, fault.message, None);
        }
    }

    /// Mean times of steps, and what remains after each.
    fn step_times(&mut self) {
        let timeless = &self.names.time_by_route;
        let mut missing = Vec::new();
        for step in &mut self.model.steps {
            let own = step.time.as_ref().map(|_| step.mean_s);
            let by_station = step.at.iter().find_map(|at| self.mean_times[at.index()]);
            step.mean_s = own.or(by_station).unwrap_or(0.0);
            if own.is_none() {
                missing.extend(step.at.iter().filter(|at| timeless.contains(at)));
            }
        }
        for product in &self.model.products {
            let first = product.first_step as usize;
            let mut remaining = 0.0;
            for step in
                self.model.steps[first..first + usize::from(product.n_steps)].iter_mut().rev()
            {
                remaining += step.mean_s;
                step.remaining_s = remaining;
            }
        }
        missing.sort_unstable();
        missing.dedup();
        for at in missing {
            self.error(at, "is", "has no `time`, and a route that comes here gives none either");
        }
    }

    fn diverts(&mut self) {
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            let Some(divert) = self.items[index].file.divert.clone() else { continue };
            self.model.equipment[index].divert = match divert {
                DivertFile::FirstFree => Divert::FirstFree,
                DivertFile::Rotate => Divert::Rotate,
                DivertFile::RotateFree => Divert::RotateFree,
                DivertFile::Shortest => Divert::Shortest,
                DivertFile::Share(weights) => self.share(id, weights),
                DivertFile::ByProduct(by_product) => {
                    let mut links = vec![LinkId::NONE; self.model.products.len()];
                    for (product, to) in by_product {
                        let link = self.link_between(id, &to);
                        match self.names.products.get(&product) {
                            Some(product) => links[product.index()] = link,
                            None => self.error(
                                id,
                                "divert",
                                &format!("no product is named \"{product}\""),
                            ),
                        }
                    }
                    Divert::ByProduct(links)
                }
                DivertFile::ByAttribute(attribute, bounds) => {
                    self.by_attribute(id, &attribute, &bounds)
                }
            };
        }
    }

    /// Finds the connections over which robots track belts.
    fn trackers(&mut self) {
        for row in 0..self.model.trackers.len() {
            let crate::engine::Tracker { robot, belt, .. } = self.model.trackers[row];
            let mut links = self.model.row(belt).links.clone().map(LinkId);
            if let Some(link) = links.find(|link| self.model.links[link.index()].to == robot) {
                self.model.trackers[row].link = link;
                continue;
            }
            let name = self.model.row(belt).name.clone();
            let message = format!("tracks \"{name}\", which has no `to` that leads here");
            self.error(robot, "is.arm.tracks", &message);
        }
    }

    /// Tells every equipment that the connections are known, unless they are wrong.
    fn linked(&mut self) {
        self.trackers();
        if self.found.has_errors() {
            return;
        }
        let mut kinds = std::mem::take(&mut self.model.kinds);
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            let (kind, row) = (self.model.row(id).kind, self.model.row(id).row);
            let mut cx = Compile { model: &mut self.model, names: &mut self.names, me: id };
            kinds[kind as usize].linked(row, &mut cx);
        }
        self.model.kinds = kinds;
    }

    fn share(&mut self, id: EquipmentId, weights: Vec<f64>) -> Divert {
        let n = self.model.row(id).links.len();
        if weights.len() != n {
            self.error(
                id,
                "divert",
                &format!("gives {} shares for {n} connections", weights.len()),
            );
        }
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|w| !(*w >= 0.0)) || !(total > 0.0 && total.is_finite()) {
            self.error(id, "divert", "shares are numbers from 0 up, and not all 0");
        }
        let name = format!("{}/divert", self.model.row(id).name);
        let stream = self.names.stream(&mut self.model, name);
        Divert::Share(weights, stream)
    }

    fn by_attribute(
        &mut self,
        id: EquipmentId,
        attribute: &str,
        bounds: &[(f64, String)],
    ) -> Divert {
        let ways: Vec<(f64, LinkId)> =
            bounds.iter().map(|(bound, to)| (*bound, self.link_between(id, to))).collect();
        let Some(known) = self.known_attribute(id, "divert", attribute) else {
            return Divert::FirstFree;
        };
        if self.model.attributes[known.index()].column.is_some() {
            return Divert::ByAttribute(known, ways);
        }
        // Nothing writes it: the product decides.
        let mut links = Vec::new();
        for product in &self.model.products {
            let value = product.attributes.get(attribute).copied();
            let way = value.and_then(|value| ways.iter().find(|(bound, _)| value <= *bound));
            let way = way.or(ways.last());
            links.push(way.map_or(LinkId::NONE, |(_, link)| *link));
        }
        Divert::ByProduct(links)
    }

    fn link_between(&mut self, from: EquipmentId, to: &str) -> LinkId {
        let Some(target) = self.resolve(from, "divert", to) else { return LinkId::NONE };
        let links = self.model.row(from).links.clone();
        let found = links.map(LinkId).find(|link| self.model.links[link.index()].to == target);
        if found.is_none() {
            self.error(from, "divert", &format!("is not connected to \"{to}\""));
        }
        found.unwrap_or(LinkId::NONE)
    }
}
