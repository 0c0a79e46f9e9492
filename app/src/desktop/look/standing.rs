//! Where equipment stands and how large it is.
//!
//! The plant file says so with `at`, `facing` and `size`. Equipment of which it says nothing is put side by side along the connections,
//! so that a plant that is nothing but a list of machines can be looked at too. Only views do so: the run knows nothing of it.

use nalgebra::{Isometry3, Point3, Vector2, Vector3};
use twin::engine::{EquipmentRow, Model, State, Way};
use twin::flow::{Conveyor, RigidConveyor, Station, Transport, Turntable};
use twin::id::EquipmentId;

use super::arms;
use super::eye::corners;
use super::forms::Outline;

/// Height on which parts are handed on, where nothing else is said (m).
pub const DECK: f32 = 1.0;
/// Between equipment that is put side by side: along and across (m).
const GAP: [f32; 2] = [1.2, 3.0];

/// One equipment in the room.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which.
    pub id: EquipmentId,
    /// Its kind.
    pub kind: &'static str,
    /// Its frame in the plant's.
    pub pose: Isometry3<f32>,
    /// Its size.
    pub outline: Outline,
    /// Radius of each link of its arm, from the base outwards (m); none: it has none that is described.
    pub girths: Vec<f32>,
}

impl Place {
    /// Its box, upright about all that it covers: low and high corner (m).
    pub fn bounds(&self) -> (Point3<f32>, Point3<f32>) {
        let [(ax, bx), (ay, by), (az, bz)] = self.outline.sides();
        let (low, high) = (Point3::new(ax, ay, az), Point3::new(bx, by, bz));
        around(corners(low, high).map(|corner| self.pose * corner))
    }

    /// A point over its middle (m).
    pub fn top(&self) -> Point3<f32> {
        self.pose * self.outline.top()
    }

    /// Whether a ray meets its box, and how far away (m).
    pub fn hit(&self, from: Point3<f32>, way: Vector3<f32>) -> Option<f32> {
        hit(&self.pose, self.outline.sides(), from, way)
    }
}

/// How far away (m) a ray meets a box with these low and high sides in the frame `pose`, if it does.
pub fn hit(
    pose: &Isometry3<f32>,
    sides: [(f32, f32); 3],
    from: Point3<f32>,
    way: Vector3<f32>,
) -> Option<f32> {
    let from = pose.inverse_transform_point(&from);
    let way = pose.inverse_transform_vector(&way);
    let mut range = (0.0_f32, f32::INFINITY);
    for (axis, (low, high)) in sides.into_iter().enumerate() {
        let a = (low - from[axis]) / way[axis];
        let b = (high - from[axis]) / way[axis];
        range = (range.0.max(a.min(b)), range.1.min(a.max(b)));
    }
    (range.0 <= range.1).then_some(range.0)
}

/// All equipment in the room, by number.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The places.
    pub places: Vec<Place>,
    /// Corners of the box about all of them, and about the obstacles of the hall (m).
    pub bounds: (Point3<f32>, Point3<f32>),
}

impl Standing {
    /// Where the equipment of `model` stands. O(equipment + connections).
    pub fn of(model: &Model) -> Self {
        let mut places: Vec<Place> = (0..model.equipment.len())
            .map(|index| {
                let id = EquipmentId::from_index(index);
                let pose = nalgebra::convert::<Isometry3<f64>, Isometry3<f32>>(model.row(id).pose);
                let girths = arms::girths(model, id);
                Place { id, kind: model.kind_of(id), pose, outline: outline(model, id), girths }
            })
            .collect();
        find_places(model, &mut places);
        let obstacles = model.hall.iter().flat_map(|hall| &hall.obstacles);
        let corner = |at: [f64; 3]| Point3::from(at.map(|x| x as f32));
        let obstacles = obstacles.flat_map(|one| [corner(one.block.low), corner(one.block.high)]);
        let equipment = places.iter().flat_map(|place| <[_; 2]>::from(place.bounds()));
        let bounds = around(equipment.chain(obstacles));
        Self { places, bounds }
    }

    /// The place of `id`.
    pub fn place(&self, id: EquipmentId) -> &Place {
        &self.places[id.index()]
    }

    /// The equipment that a ray meets first.
    pub fn pick(&self, from: Point3<f32>, way: Vector3<f32>) -> Option<EquipmentId> {
        let hits = self.places.iter().filter_map(|place| Some((place.hit(from, way)?, place.id)));
        hits.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
    }
}

/// The box about points; a metre about the origin without any.
fn around(points: impl IntoIterator<Item = Point3<f32>>) -> (Point3<f32>, Point3<f32>) {
    let mut points = points.into_iter();
    let first = points.next().unwrap_or_else(Point3::origin);
    points.fold((first, first), |(low, high), point| (low.inf(&point), high.sup(&point)))
}

/// Length, width and height where the file says none (m).
fn usual(kind: &str) -> [f32; 3] {
    match kind {
        "Conveyor" | "Delay" => [0.0, 0.7, DECK],
        "Carrier" => [1.4, 0.8, 0.5],
        "Buffer" | "Kanban" | "InitialWip" => [1.4, 0.9, DECK],
        "Source" | "Sink" | "OrderDesk" | "Demand" => [1.4, 1.2, 0.7],
        "Robot" => [0.8, 0.8, 2.0],
        "Lift" => [1.3, 1.3, 2.6],
        "Store" => [8.0, 4.0, 4.0],
        "Turntable" => [1.4, 1.4, DECK],
        "Crane" => [8.0, 4.0, 4.5],
        "TransferCar" => [6.0, 1.2, 0.6],
        "Vehicles" => [0.0, 0.0, 0.0],
        "Inspection" => [1.4, 1.2, 1.9],
        "ToolGroup" => [2.4, 2.0, 2.1],
        _ => [1.6, 1.3, 1.9],
    }
}

/// How large an equipment of a kind is of which a file says nothing; what is as long as its way, a metre.
pub fn usual_outline(kind: &str) -> Outline {
    let [l, w, h] = usual(kind).map(|side| if side > 0.0 { side } else { 1.0 });
    let deck = DECK.min(h * 0.6 + 0.25).max(0.2);
    let size = [l, w, h];
    let (way, wide) = (Way::default(), w);
    Outline {
        size,
        ahead: 0.0,
        aside: 0.0,
        way,
        wide,
        deck,
        rollers: false,
        sized: false,
        arm: None,
    }
}

fn outline(model: &Model, id: EquipmentId) -> Outline {
    let row: &EquipmentRow = model.row(id);
    let kind = model.kind_of(id);
    let rides = State::parameters::<Conveyor>(model, id).map(Conveyor::transport);
    let rigid = State::parameters::<RigidConveyor>(model, id);
    let rollers = rides.is_some_and(|transport| transport != Transport::Belt)
        || rigid.is_some_and(|conveyor| !conveyor.is_belt());
    let [l, w, h] = if row.is_sized {
        [row.size.x as f32, row.size.y as f32, row.size.z as f32]
    } else if let Some(table) = State::parameters::<Turntable>(model, id) {
        [table.diameter_m() as f32, table.diameter_m() as f32, DECK]
    } else {
        usual(kind)
    };
    let [low, high] = row.way.bounds(f64::from(w)).map(nalgebra::convert::<_, Vector2<f32>>);
    let (middle, about) = ((low + high) / 2.0, high - low);
    let rides_low = row.is_sized && (rides.is_some() || rigid.is_some()) && h <= 1.5;
    let deck = if rides_low { h } else { DECK.min(h * 0.6 + 0.25) };
    let arm = State::parameters::<Station>(model, id).and_then(Station::arm_base);
    Outline {
        size: [l.max(about.x), about.y, h],
        ahead: middle.x,
        aside: middle.y,
        way: row.way,
        wide: w,
        deck: deck.max(0.2),
        rollers,
        sized: row.is_sized,
        arm: arm.map(|at| [at.x as f32, at.y as f32]),
    }
}

/// Finds places for equipment of which the file says none, which is then at the origin: all of it side by side if nothing has a place,
/// else what has no neighbour on one side beside the one on the other.
fn find_places(model: &Model, places: &mut [Place]) {
    let homeless: Vec<bool> =
        places.iter().map(|place| place.pose == Isometry3::identity()).collect();
    if homeless.iter().filter(|one| **one).count() < 2 {
        return;
    }
    let stands = |(place, homeless): (&Place, &bool)| !homeless && place.kind != "Vehicles";
    if places.iter().zip(&homeless).any(stands) {
        put_beside(model, places, &homeless);
    } else {
        put_side_by_side(model, places);
    }
}

/// Puts sources in front of what they feed, and sinks behind what feeds them.
fn put_beside(model: &Model, places: &mut [Place], homeless: &[bool]) {
    for index in (0..places.len()).filter(|index| homeless[*index]) {
        let id = EquipmentId::from_index(index);
        let before = model.links.iter().find(|link| link.to == id).map(|link| link.from);
        let after = model.links.iter().find(|link| link.from == id).map(|link| link.to);
        let (other, side) = match (before, after) {
            (None, Some(after)) => (&places[after.index()], -1.0),
            (Some(before), None) => (&places[before.index()], 1.0),
            _ => continue,
        };
        let half = places[index].outline.size[0] / 2.0;
        let off = other.outline.size[0] / 2.0 + half + GAP[0] / 2.0;
        let x = other.outline.ahead + side * off - places[index].outline.ahead;
        places[index].pose = other.pose * Isometry3::translation(x, 0.0, 0.0);
    }
}

/// Puts all equipment side by side along the flow.
fn put_side_by_side(model: &Model, places: &mut [Place]) {
    let mut ends = vec![None::<(f32, f32)>; places.len()];
    let mut taken: Vec<Vec<(f32, f32)>> = Vec::new();
    for index in along_the_flow(model) {
        if places[index].kind == "Vehicles" {
            continue;
        }
        let id = EquipmentId::from_index(index);
        let before = model.links.iter().filter(|link| link.to == id);
        let before: Vec<(f32, f32)> = before.filter_map(|link| ends[link.from.index()]).collect();
        let from = before.iter().map(|end| end.0).fold(0.0, f32::max) + GAP[0];
        let wanted = before.first().map_or(0.0, |end| end.1);
        let to = from + places[index].outline.size[0].max(0.5);
        let lane = free_lane(&mut taken, (wanted / GAP[1]).round() as usize, (from, to));
        let y = lane as f32 * GAP[1];
        let start = from + places[index].outline.size[0] / 2.0 - places[index].outline.ahead;
        places[index].pose = Isometry3::translation(start, -y, 0.0);
        ends[index] = Some((to, y));
    }
}

/// The lane nearest to `wanted` in which a stretch is free; takes it.
fn free_lane(taken: &mut Vec<Vec<(f32, f32)>>, wanted: usize, (from, to): (f32, f32)) -> usize {
    let is_free =
        |lane: &Vec<(f32, f32)>| lane.iter().all(|(a, b)| to + 0.4 <= *a || *b + 0.4 <= from);
    let lane = (0..=taken.len())
        .filter(|lane| taken.get(*lane).is_none_or(is_free))
        .min_by_key(|lane| lane.abs_diff(wanted))
        .unwrap_or(taken.len());
    if lane == taken.len() {
        taken.push(Vec::new());
    }
    taken[lane].push((from, to));
    lane
}

/// All equipment, what comes first on the way of the parts first; a loop is cut at its first in the file.
fn along_the_flow(model: &Model) -> Vec<usize> {
    let n = model.equipment.len();
    let mut open = vec![0_usize; n];
    model.links.iter().for_each(|link| open[link.to.index()] += 1);
    let mut ready: Vec<usize> = (0..n).rev().filter(|index| open[*index] == 0).collect();
    let mut done = vec![false; n];
    let mut cut = 0;
    let mut out = Vec::with_capacity(n);
    while out.len() < n {
        let Some(index) = ready.pop() else {
            while done[cut] {
                cut += 1;
            }
            ready.push(cut);
            continue;
        };
        if std::mem::replace(&mut done[index], true) {
            continue;
        }
        out.push(index);
        let links = &model.row(EquipmentId::from_index(index)).links;
        for link in &model.links[links.start as usize..links.end as usize] {
            let to = link.to.index();
            open[to] -= 1;
            if open[to] == 0 {
                ready.push(to);
            }
        }
    }
    out
}
