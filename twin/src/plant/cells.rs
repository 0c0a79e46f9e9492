//! Which equipment runs as rigid bodies, and with which others in one cell.
//!
//! The plant, or a flag, names equipment and groups. Equipment that is named itself must have a physical form; of a group, what has
//! one runs as bodies and the rest as events.
//!
//! Parts ride as bodies over the border from one equipment to the next where nothing else leads out of the one and into the other
//! and both lie flush: end to entry, same direction, same height. Such a run of equipment is one cell, and so is all that a robot which runs
//! as bodies takes parts from and brings them to. Over all other borders a part goes as it goes between events: it leaves one cell and
//! comes into the next.
//!
//! A turntable joins all that lies flush around it: conveyors that end at its rim and point to its middle, and those that begin there and point
//! away from it.

use nalgebra::{Isometry3, Point3, Vector3};

use super::build::Builder;
use crate::diagnostics::{Diagnostic, codes, did_you_mean};
use crate::engine::{CellPlan, Embodied, EquipmentRow, Product, Registry};
use crate::id::EquipmentId;
use crate::layout::text::Slice;
use crate::physics::{Cell, Settings};
use crate::sensor::ray::Response;
use crate::units::SimDuration;

/// Rounds of the solver: nothing is piled up on what carries parts one behind the other.
const ITERATIONS: u32 = 4;
/// How far an end may be from an entry that is flush with it, m.
const FLUSH_M: f64 = 1e-3;
/// How much their directions may differ, rad.
const FLUSH_RAD: f64 = 1e-3;
/// Coefficient of friction of the floor.
const FLOOR_FRICTION: f64 = 0.5;

/// Kinds that move parts and have no form as rigid bodies.
const MOVERS: [&str; 5] = ["Carrier", "Crane", "Delay", "Lift", "TransferCar"];

/// What the plant or a flag says about rigid bodies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w, 'a> {
    /// Equipment and groups.
    pub(super) names: &'w [String],
    /// Where they are written; none: in a flag.
    pub(super) at: Option<Slice<'a>>,
    /// Length of a step; none: as usual.
    pub(super) step: Option<SimDuration>,
}

impl Wanted<'_, '_> {
    /// Reports a mistake in the names.
    fn error(&self, builder: &mut Builder<'_, '_>, code: crate::diagnostics::Code, wrong: Wrong) {
        let Wrong { message, hint } = wrong;
        if let Some(at) = self.at {
            at.error(builder.found, code, "physics", message, hint);
            return;
        }
        let diagnostic = Diagnostic::error(code, format!("--physics: {message}"));
        builder.found.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
    }

    fn settings(&self) -> Settings {
        let usual = Settings { iterations: ITERATIONS, ..Settings::default() };
        Settings { step_ns: self.step.map_or(usual.step_ns, SimDuration::ns), ..usual }
    }
}

struct Wrong {
    message: String,
    hint: Option<String>,
}

/// What is to run as rigid bodies.
pub(super) struct Chosen {
    /// Whether each equipment is.
    pub(super) physical: Vec<bool>,
    /// Whether it was named itself, and not a group of it.
    named: Vec<bool>,
}

/// What is to run as rigid bodies, as far as kinds have such a form. Rows and names must be known; kinds are told from the text.
pub(super) fn choose(
    builder: &mut Builder<'_, '_>,
    wanted: Wanted<'_, '_>,
    registry: &Registry,
) -> Chosen {
    let n = builder.items.len();
    let (mut physical, mut named) = (vec![false; n], vec![false; n]);
    for name in wanted.names {
        let own = builder.model.find(name);
        let members = own.map_or_else(|| builder.members.get(name).cloned(), |id| Some(vec![id]));
        let Some(members) = members else {
            let known = builder.members.keys().map(String::as_str);
            let hint = did_you_mean(name, known).map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("no equipment or group is named \"{name}\"");
            wanted.error(builder, codes::UNKNOWN_NAME, Wrong { message, hint });
            continue;
        };
        let has_form = |id: &EquipmentId| {
            let kind = builder.kind_name(*id);
            kind.is_some_and(|kind| registry.get(&kind, true).is_some())
        };
        let able: Vec<EquipmentId> = members.iter().copied().filter(has_form).collect();
        if able.is_empty() {
            let kinds: Vec<&str> = registry.physical_names().collect();
            let message = match own.and_then(|id| builder.kind_name(id)) {
                Some(kind) => format!("\"{name}\" cannot run as rigid bodies: it is a {kind}"),
                None => format!("nothing in \"{name}\" can run as rigid bodies"),
            };
            let hint = Some(format!("what can: {}", kinds.join(", ")));
            wanted.error(builder, codes::NO_BODIES, Wrong { message, hint });
        }
        if own.is_none() {
            still_events(builder, &members, &able);
        }
        able.iter().for_each(|id| physical[id.index()] = true);
        own.into_iter().for_each(|id| named[id.index()] = true);
    }
    Chosen { physical, named }
}

/// Tells of those of a group that move parts and have no form as bodies.
fn still_events(builder: &mut Builder<'_, '_>, members: &[EquipmentId], able: &[EquipmentId]) {
    for id in members.iter().filter(|id| !able.contains(id)) {
        let Some(kind) = builder.kind_name(*id).filter(|kind| MOVERS.contains(&kind.as_str()))
        else {
            continue;
        };
        let item = &builder.items[id.index()];
        let message =
            format!("\"{}\" runs as events: a {kind} has no form as rigid bodies", item.name);
        let found = Diagnostic::warning(codes::NO_BODIES, message).at(item.slice.span_at("is"));
        builder.found.push(found);
    }
}

/// Tells of each that cannot be what its kind can: a mistake where it was named itself; of a group, it runs as events.
fn sort_out(builder: &mut Builder<'_, '_>, chosen: &Chosen) -> Vec<bool> {
    let mut able = chosen.physical.clone();
    for (index, able) in able.iter_mut().enumerate() {
        let Some(Embodied::Not(why)) = builder.embodied[index] else { continue };
        *able = false;
        let item = &builder.items[index];
        let span = item.slice.span_at("is");
        let found = if chosen.named[index] {
            let message = format!("\"{}\" cannot run as rigid bodies: {why}", item.name);
            Diagnostic::error(codes::NO_BODIES, message)
        } else {
            let message = format!("\"{}\" runs as events: {why}", item.name);
            Diagnostic::warning(codes::NO_BODIES, message)
        };
        builder.found.push(found.at(span));
    }
    able
}

/// Makes the cells, as far as connections and places say. What stands in them is up to the equipment.
pub(super) fn build(builder: &mut Builder<'_, '_>, chosen: &Chosen, wanted: Wanted<'_, '_>) {
    lone_joints(builder, chosen);
    let physical = sort_out(builder, chosen);
    if !physical.contains(&true) {
        return;
    }
    let empty = match Cell::new(wanted.settings()) {
        Ok(empty) => empty,
        Err(error) => {
            let wrong = Wrong { message: error.to_string(), hint: None };
            return wanted.error(builder, codes::BAD_VALUE, wrong);
        }
    };
    let rides = rides(builder, &physical);
    let joins = rides.iter().copied().chain(handled(builder, &physical));
    let mut cell_of = Groups::new(physical.len());
    joins.for_each(|[a, b]| cell_of.join(a.index(), b.index()));
    for id in (0..physical.len()).map(EquipmentId::from_index) {
        if !physical[id.index()] {
            continue;
        }
        let first = EquipmentId::from_index(cell_of.first(id.index()));
        let cells = &mut builder.model.cells;
        let row = cells.iter().position(|plan| plan.members[0] == first).unwrap_or_else(|| {
            cells.push(CellPlan::new(empty.clone()));
            cells.len() - 1
        });
        cells[row].members.push(id);
        if builder.embodied[id.index()] == Some(Embodied::Handles) {
            cells[row].handlers.push(id);
        }
        builder.model.equipment[id.index()].cell = Some(row as u32);
    }
    for plan in &mut builder.model.cells {
        let own = |ends: &&[EquipmentId; 2]| plan.members.contains(&ends[0]);
        plan.rides = rides.iter().filter(own).copied().collect();
        // What is dropped falls somewhere.
        if !plan.handlers.is_empty()
            && let Err(error) = plan.start.add_floor(FLOOR_FRICTION)
        {
            let wrong = Wrong { message: error.to_string(), hint: None };
            return wanted.error(builder, codes::BAD_VALUE, wrong);
        }
    }
}

/// Equipment that belongs together, each named by the first of its group.
struct Groups(Vec<usize>);

impl Groups {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn first(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let [a, b] = [self.first(a), self.first(b)];
        self.0[a.max(b)] = a.min(b);
    }
}

/// Robots that handle bodies, each with what runs as bodies and is connected with it.
fn handled(builder: &Builder<'_, '_>, physical: &[bool]) -> Vec<[EquipmentId; 2]> {
    let handles = |id: EquipmentId| builder.embodied[id.index()] == Some(Embodied::Handles);
    let links = builder.model.links.iter().map(|link| [link.from, link.to]);
    links
        .filter(|ends| ends.iter().all(|end| physical[end.index()]))
        .filter(|ends| ends.iter().any(|end| handles(*end)))
        .collect()
}

/// From where parts ride on to where as bodies.
fn rides(builder: &Builder<'_, '_>, physical: &[bool]) -> Vec<[EquipmentId; 2]> {
    let model = &builder.model;
    let mut ways_in = vec![0_u32; physical.len()];
    model.links.iter().for_each(|link| ways_in[link.to.index()] += 1);
    let form = |id: EquipmentId| builder.embodied[id.index()].filter(|_| physical[id.index()]);
    let rides = model.links.iter().filter(|link| {
        let (from, to) = (model.row(link.from), model.row(link.to));
        let (leaves, enters) = (from.has_one_way(), ways_in[link.to.index()] == 1);
        link.from != link.to
            && match (form(link.from), form(link.to)) {
                (Some(Embodied::Carries), Some(Embodied::Carries)) => {
                    leaves && enters && is_flush(from, to)
                }
                (Some(Embodied::Carries), Some(Embodied::Joins { reach_m })) => {
                    leaves && points_to(from.top() * from.way.exit(), reach_m, to)
                }
                (Some(Embodied::Joins { reach_m }), Some(Embodied::Carries)) => {
                    enters && points_to(to.top(), -reach_m, from)
                }
                _ => false,
            }
    });
    rides.map(|link| [link.from, link.to]).collect()
}

/// Tells of each that should join others and does not stand flush with all of them: it cannot run as rigid bodies.
fn lone_joints(builder: &mut Builder<'_, '_>, chosen: &Chosen) {
    const WHY: &str = "it joins conveyors that run as rigid bodies too: each ends at its rim and points to its middle, or begins there and \
        points away, at its height, with no other connection there";
    let rides = rides(builder, &chosen.physical);
    for index in 0..builder.embodied.len() {
        let Some(Embodied::Joins { .. }) = builder.embodied[index] else { continue };
        let id = EquipmentId::from_index(index);
        let own = builder.model.links.iter().filter(|link| link.from == id || link.to == id);
        if own.map(|link| [link.from, link.to]).any(|ends| !rides.contains(&ends)) {
            builder.embodied[index] = Some(Embodied::Not(WHY));
        }
    }
}

/// Whether the end of `from` is the entry of `to`.
fn is_flush(from: &EquipmentRow, to: &EquipmentRow) -> bool {
    let (out, entry) = (from.top() * from.way.exit(), to.top());
    is_at(&out, &entry) && out.rotation.angle_to(&entry.rotation) <= FLUSH_RAD
}

/// Whether `ahead` (m) of `border` along x there is the middle of `table`.
fn points_to(border: Isometry3<f64>, ahead: f64, table: &EquipmentRow) -> bool {
    is_at(&(border * Isometry3::translation(ahead, 0.0, 0.0)), &table.top())
}

/// Whether both are at one place.
fn is_at(one: &Isometry3<f64>, other: &Isometry3<f64>) -> bool {
    (one.translation.vector - other.translation.vector).norm() <= FLUSH_M
}

/// Puts the light barrier with the beam from `ends[0]` to `ends[1]` (m) into the cell that it goes through, if it goes through just one:
/// it then sees the parts there, to the nanosecond, and nothing else. `eye` is its row in the model.
pub(super) fn take_beam(
    builder: &mut Builder<'_, '_>,
    eye: u32,
    ends: [Vector3<f64>; 2],
    response: Response,
) -> bool {
    let model = &mut builder.model;
    let sizes = || model.products.iter().map(|product| product.size(Product::HEIGHT_M));
    let width = sizes().map(|size| size.y).fold(0.0, f64::max);
    let height = sizes().map(|size| size.z).fold(0.0, f64::max);
    let goes_through = |id: &EquipmentId| {
        let row = model.row(*id);
        row.way.is_any()
            && row.way.stretches(width).any(|stretch| {
                let half = 0.5 * Vector3::new(stretch.length_m, width, height);
                let pose = row.top() * stretch.middle * Isometry3::translation(0.0, 0.0, half.z);
                meets(ends.map(|end| pose.inverse_transform_point(&Point3::from(end)).coords), half)
            })
    };
    let met: Vec<usize> = (0..model.cells.len())
        .filter(|cell| model.cells[*cell].members.iter().any(goes_through))
        .collect();
    let [cell] = met[..] else { return false };
    let plan = &mut model.cells[cell];
    match plan.start.add_barrier(ends[0], ends[1], response) {
        Ok(barrier) => plan.eyes.push((barrier, eye)),
        Err(_) => return false,
    }
    true
}

/// Whether the stretch between `ends` meets the box of half sizes `half` about the origin.
fn meets(ends: [Vector3<f64>; 2], half: Vector3<f64>) -> bool {
    let way = ends[1] - ends[0];
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for n in 0..3 {
        let sides = [-half[n] - ends[0][n], half[n] - ends[0][n]];
        if way[n] == 0.0 {
            if sides[0] > 0.0 || sides[1] < 0.0 {
                return false;
            }
            continue;
        }
        let [a, b] = sides.map(|side| side / way[n]);
        (from, to) = (from.max(a.min(b)), to.min(a.max(b)));
    }
    from <= to
}
