//! Where everything that moves is at the present of a run: parts, vehicles, robots' hands, people.
//!
//! All of it follows from the state, at any point in time and not only at events: a part on a conveyor is where the belt has brought it, a vehicle
//! where its motion profile says, a robot's hand where its move has come to. Nothing is animated for show.

use nalgebra::{Isometry3, Point3, Vector3};
use rayon::prelude::*;
use twin::engine::{Model, State};
use twin::flow::{Conveyor, Crane, Robot, Station, TransferCar, Turntable, Vehicles};
use twin::id::{EquipmentId, PartId};

use super::arms::{self, Arm};
use super::standing::{DECK, Place, Standing};

/// Length, width and height of a part of which nothing is said (m).
const PART: [f32; 3] = [0.4, 0.4, 0.22];
/// Width and height of a vehicle (m).
const CART: [f32; 2] = [0.8, 0.34];
/// Parts that are shown in or at one equipment; the rest is a number.
const MOST: usize = 48;
/// Parts in other parts that are shown.
const MOST_INSIDE: usize = 16;

/// A part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Good {
    /// Which.
    pub part: PartId,
    /// What it is.
    pub product: u16,
    /// Where it is.
    pub by: EquipmentId,
    /// Its middle, and where its length points.
    pub pose: Isometry3<f32>,
    /// Length, width and height (m).
    pub size: [f32; 3],
}

/// A vehicle.
#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    /// Its network.
    pub by: EquipmentId,
    /// Its name.
    pub name: String,
    /// Its middle on the floor, and where it points.
    pub pose: Isometry3<f32>,
    /// Length, width and height (m).
    pub size: [f32; 3],
    /// What it does, in a word.
    pub doing: &'static str,
}

/// What picks and places: the hand of a robot, the hook of a crane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hand {
    /// Whose.
    pub by: EquipmentId,
    /// Where it holds (m).
    pub at: Point3<f32>,
}

/// A belt, which shows by its seams how far it has run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belt {
    /// Its conveyor.
    pub by: EquipmentId,
    /// How far it has run since the start (m).
    pub run: f64,
}

/// The top of a turntable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dial {
    /// Its turntable.
    pub by: EquipmentId,
    /// Where it points, rad from x of the equipment.
    pub angle: f32,
}

/// A worker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Person {
    /// Row of his pool.
    pub pool: usize,
    /// Where he stands (m).
    pub at: Point3<f32>,
    /// Whether he is at work on something.
    pub busy: bool,
}

/// All that moves.
#[derive(Clone, Debug, Default)]
pub struct Moving {
    /// Parts.
    pub goods: Vec<Good>,
    /// Vehicles.
    pub carts: Vec<Cart>,
    /// Hands of which no arm is known.
    pub hands: Vec<Hand>,
    /// Arms.
    pub arms: Vec<Arm>,
    /// Belts.
    pub belts: Vec<Belt>,
    /// Turntables.
    pub dials: Vec<Dial>,
    /// People on shift.
    pub people: Vec<Person>,
    /// What threads find, before it is put together; kept, as memory that is new every frame costs more than to look.
    found: Vec<Self>,
}

/// Equipment that one thread looks at, at least.
const SHARE: usize = 500;

impl Moving {
    /// Where everything is at the present of `state`. O(equipment + parts), on all cores.
    pub fn of(model: &Model, state: &State, standing: &Standing) -> Self {
        let mut out = Self::default();
        out.look(model, state, standing);
        out
    }

    /// The same in the place of what was there.
    pub fn look(&mut self, model: &Model, state: &State, standing: &Standing) {
        self.clear();
        let places = &standing.places;
        let share = places.len().div_ceil(rayon::current_num_threads()).max(SHARE);
        let mut found = std::mem::take(&mut self.found);
        found.resize_with(places.len().div_ceil(share), Self::default);
        found.par_iter_mut().zip(places.par_chunks(share)).for_each(|(found, places)| {
            found.clear();
            places.iter().for_each(|place| Seen { model, state, place }.look(found));
        });
        found.iter_mut().for_each(|found| self.append(found));
        self.found = found;
        bodies(state, self);
        people(model, state, standing, self);
    }

    fn clear(&mut self) {
        let Self { goods, carts, hands, arms, belts, dials, people, found: _ } = self;
        goods.clear();
        carts.clear();
        hands.clear();
        arms.clear();
        belts.clear();
        dials.clear();
        people.clear();
    }

    fn append(&mut self, other: &mut Self) {
        self.goods.append(&mut other.goods);
        self.carts.append(&mut other.carts);
        self.hands.append(&mut other.hands);
        self.arms.append(&mut other.arms);
        self.belts.append(&mut other.belts);
        self.dials.append(&mut other.dials);
        self.people.append(&mut other.people);
    }
}

/// Parts that are rigid bodies, as their cell has them.
fn bodies(state: &State, out: &mut Moving) {
    for bodies in state.bodies() {
        for (part, _) in bodies.parts() {
            let Some((pose, size)) = bodies.pose_at(part, state.now()).zip(bodies.size(part))
            else {
                continue;
            };
            let row = state.parts().get(part);
            let pose = nalgebra::convert::<Isometry3<f64>, Isometry3<f32>>(pose);
            let size = <[f64; 3]>::from(size).map(|side| side as f32);
            out.goods.push(Good {
                part,
                product: row.product.index() as u16,
                by: row.at,
                pose,
                size,
            });
        }
    }
}

/// One equipment at one point in time.
struct Seen<'a> {
    model: &'a Model,
    state: &'a State,
    place: &'a Place,
}

impl Seen<'_> {
    fn look(&self, out: &mut Moving) {
        if let Some(conveyor) = State::parameters::<Conveyor>(self.model, self.place.id) {
            self.on_conveyor(conveyor, out);
        } else if let Some(vehicles) = State::parameters::<Vehicles>(self.model, self.place.id) {
            self.of_vehicles(vehicles, out);
        } else if State::parameters::<Station>(self.model, self.place.id).is_some() {
            // An arm that works on what is there.
            out.arms.extend(arms::arm(self.model, self.state, self.place));
            self.waiting(out);
        } else if !self.in_arm(out) && !self.in_hands(out) {
            out.dials.extend(self.dial());
            self.waiting(out);
        }
    }

    /// The top of the equipment, if it is a turntable.
    fn dial(&self) -> Option<Dial> {
        let table = State::parameters::<Turntable>(self.model, self.place.id)?;
        let own = self.state.variables::<Turntable>(self.model, self.place.id)?;
        let angle = own.points(table, self.state.now()) as f32;
        Some(Dial { by: self.place.id, angle })
    }

    fn size(&self, part: PartId, otherwise: f32) -> [f32; 3] {
        let product = self.state.parts().get(part).product;
        let length = self.model.products[product.index()].length_m;
        let length = length.map_or(otherwise, |length| length as f32).max(0.05);
        // Small parts are small all round; long ones keep to the width of a conveyor.
        [length, (length * 0.8).clamp(0.05, 0.5), (length * 0.5).clamp(0.05, PART[2])]
    }

    /// A part whose middle of the underside is at `low` in the frame of the equipment, with what it holds on top.
    fn put(&self, part: PartId, size: [f32; 3], low: [f32; 3], out: &mut Moving) {
        let [x, y, z] = low;
        self.put_at(part, size, self.place.pose * Isometry3::translation(x, y, z), out);
    }

    fn put_at(&self, part: PartId, size: [f32; 3], under: Isometry3<f32>, out: &mut Moving) {
        let product = self.state.parts().get(part).product.index() as u16;
        let pose = under * Isometry3::translation(0.0, 0.0, size[2] / 2.0);
        out.goods.push(Good { part, product, by: self.place.id, pose, size });
        let inside: Vec<PartId> = self.state.held_by(part).take(MOST_INSIDE).collect();
        if inside.is_empty() {
            return;
        }
        let across = (inside.len() as f32).sqrt().ceil().max(1.0);
        let cell = [size[0] / across, size[1] / across];
        for (n, held) in inside.into_iter().enumerate() {
            let column = (n % across as usize) as f32 + 0.5;
            let row = (n / across as usize) as f32 + 0.5;
            let own = self.size(held, PART[0]);
            let small = [own[0].min(cell[0] * 0.85), own[1].min(cell[1] * 0.85), own[2] * 0.8];
            let at = Isometry3::translation(
                column * cell[0] - size[0] / 2.0,
                row * cell[1] - size[1] / 2.0,
                size[2] + small[2] / 2.0,
            );
            let product = self.state.parts().get(held).product.index() as u16;
            let good =
                Good { part: held, product, by: self.place.id, pose: under * at, size: small };
            out.goods.push(good);
        }
    }

    fn on_conveyor(&self, conveyor: &Conveyor, out: &mut Moving) {
        let Some(own) = self.state.variables::<Conveyor>(self.model, self.place.id) else { return };
        if !self.place.outline.rollers {
            let run = own.run_m(conveyor, self.state.now());
            out.belts.push(Belt { by: self.place.id, run });
        }
        let otherwise = conveyor.part_length_m() as f32;
        for (part, share) in own.positions(conveyor, self.state.now()) {
            let size = self.size(part, otherwise);
            let lies = conveyor.lies(share, f64::from(size[0]), f64::from(size[1])).cast::<f32>();
            let up = Isometry3::translation(0.0, 0.0, self.place.outline.deck);
            self.put_at(part, size, self.place.pose * lies * up, out);
        }
    }

    fn of_vehicles(&self, vehicles: &Vehicles, out: &mut Moving) {
        let Some(own) = self.state.variables::<Vehicles>(self.model, self.place.id) else { return };
        for sight in vehicles.sights(own, self.state.now()) {
            let at = Vector3::new(sight.at.0 as f32, sight.at.1 as f32, 0.0);
            let pose = Isometry3::new(at, Vector3::z() * sight.heading as f32);
            let size = [(sight.length_m as f32).max(0.6), CART[0], CART[1]];
            let (name, doing) = (sight.name.to_owned(), sight.doing);
            out.carts.push(Cart { by: self.place.id, name, pose, size, doing });
            if let Some(part) = sight.load {
                let load = self.size(part, size[0] * 0.6);
                self.put_at(part, load, pose * Isometry3::translation(0.0, 0.0, CART[1]), out);
            }
        }
    }

    /// Whether the equipment is an arm that is described; it is shown with what it holds.
    fn in_arm(&self, out: &mut Moving) -> bool {
        let Some(arm) = arms::arm(self.model, self.state, self.place) else { return false };
        for part in self.state.contents(self.model, self.place.id) {
            let size = self.size(part, PART[0]);
            self.put_at(part, size, arm.grip * Isometry3::translation(0.0, 0.0, -size[2]), out);
        }
        out.arms.push(arm);
        true
    }

    /// Whether the equipment has hands; they are shown with what they hold.
    fn in_hands(&self, out: &mut Moving) -> bool {
        let id = self.place.id;
        let (model, state, now) = (self.model, self.state, self.state.now());
        let mut spots = Vec::new();
        if let Some(robot) = State::parameters::<Robot>(model, id) {
            let Some(own) = state.variables::<Robot>(model, id) else { return false };
            spots.extend((0..own.spots().count()).map(|n| robot.position(own, n, now)));
        } else if let Some(crane) = State::parameters::<Crane>(model, id) {
            let Some(own) = state.variables::<Crane>(model, id) else { return false };
            spots.extend((0..own.spots().count()).map(|n| crane.position(own, n, now)));
        } else if let Some(car) = State::parameters::<TransferCar>(model, id) {
            let Some(own) = state.variables::<TransferCar>(model, id) else { return false };
            spots.extend((0..own.spots().count()).map(|n| car.position(own, n, now)));
        } else {
            return false;
        }
        let held = state.contents(model, id);
        for (n, (x, y)) in spots.iter().enumerate() {
            // A hand that nobody has given a place yet is in front.
            let [x, y] = if *x == 0.0 && *y == 0.0 { [0.7, 0.0] } else { [*x as f32, *y as f32] };
            let grip = DECK + 0.45;
            out.hands.push(Hand { by: id, at: self.place.pose * Point3::new(x, y, grip) });
            if let Some(part) = held.get(n) {
                let size = self.size(*part, PART[0]);
                self.put(*part, size, [x, y, grip - size[2]], out);
            }
        }
        true
    }

    /// Parts in work lie on the table, others wait in rows in front of it.
    fn waiting(&self, out: &mut Moving) {
        let row = self.model.row(self.place.id);
        let mut held = self.state.contents(self.model, self.place.id);
        if let Some(bodies) = row.cell.and_then(|cell| self.state.bodies().get(cell as usize)) {
            held.retain(|part| !bodies.holds(*part));
        }
        let waits = matches!(self.place.kind, "Buffer" | "Store" | "Source" | "Sink" | "Lift");
        let in_work =
            if waits { usize::MAX } else { row.places.len() * row.at_once.max(1) as usize };
        let [l, w, _] = self.place.outline.size;
        let (table, queue) = held.split_at(in_work.min(held.len()).min(held.len()));
        let on_table = table.len().min(MOST);
        for (n, part) in table.iter().take(MOST).enumerate() {
            let size = self.size(*part, PART[0]);
            let spot = grid(n, on_table, [l * 0.9, w * 0.5], size);
            let y =
                if waits || self.place.outline.arm.is_some() { spot[1] } else { spot[1] - w * 0.2 };
            let low = [self.place.outline.ahead + spot[0], y, self.place.outline.deck + spot[2]];
            self.put(*part, size, low, out);
        }
        for (n, part) in queue.iter().take(MOST).enumerate() {
            let size = self.size(*part, PART[0]);
            // Rows on the floor in front of the machine, three high.
            let columns = ((l / (size[0] + 0.12)) as usize).max(1);
            let (level, cell) = (n % 3, n / 3);
            let (column, line) = (cell % columns, cell / columns);
            let x = self.place.outline.ahead - l / 2.0 + (column as f32 + 0.5) * (size[0] + 0.12);
            let y = -w / 2.0 - 0.5 - line as f32 * (size[1] + 0.12);
            self.put(*part, size, [x, y, 0.1 + level as f32 * (size[2] + 0.02)], out);
        }
    }
}

/// Cell `n` of `of` on a table: along, across and up from its middle (m).
fn grid(n: usize, of: usize, table: [f32; 2], size: [f32; 3]) -> [f32; 3] {
    let pitch = [size[0] + 0.06, size[1] + 0.06];
    let columns = ((table[0] / pitch[0]) as usize).clamp(1, of.max(1));
    let rows = ((table[1] / pitch[1]) as usize).max(1);
    let (column, row, level) = (n % columns, n / columns % rows, n / (columns * rows));
    let lines = of.div_ceil(columns).min(rows);
    let off = |at: usize, of: usize| at as f32 - (of as f32 - 1.0) / 2.0;
    [off(column, columns) * pitch[0], off(row, lines) * pitch[1], level as f32 * size[2] * 1.05]
}

/// Workers on shift: those at work stand before what they work on, others where they worked last, side by side.
fn people(model: &Model, state: &State, standing: &Standing, out: &mut Moving) {
    let mut beside = 0;
    for worker in state.workers().filter(|worker| worker.on_shift) {
        let at = if let Some(id) = worker.helps {
            let place = standing.place(id);
            let front = place.outline.size[1] / 2.0 + 0.45;
            place.pose * Point3::new(place.outline.ahead + 0.3, -front, 0.0)
        } else {
            beside += 1;
            Point3::new(worker.at.x as f32, worker.at.y as f32 - 0.7 * beside as f32, 0.0)
        };
        out.people.push(Person { pool: worker.pool.index(), at, busy: worker.helps.is_some() });
    }
    debug_assert!(
        out.people.iter().all(|person| person.pool < model.pools.len()),
        "pools have rows"
    );
}
