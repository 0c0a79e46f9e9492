//! Where robots go, how far they get, where they track belts, and what they come near to.

use nalgebra::{Isometry3, Point3, Vector3};
use twin::engine::State;
use twin::flow::{Reach, Robot};
use twin::id::EquipmentId;

use super::{Layer, Marks, Note, Scene, Shown, Stroke, Tone};
use crate::desktop::look::standing::Place;

/// Stretches that a way is drawn in.
const STRETCHES: u32 = 40;
/// Directions in which it is looked how far a tool gets.
const DIRECTIONS: u32 = 72;
/// What is nearer to an arm is told (m).
const NEAR: f64 = 0.15;
/// Robots whose ways or reach are drawn, at most: more are no help.
const MOST: usize = 60;

/// How far robots get, as far as it has been found out: it stays the same as long as the plant.
pub(super) type Reaches = Vec<(EquipmentId, Option<Reach>)>;

/// A robot in the room.
struct Seen<'a> {
    robot: &'a Robot,
    place: &'a Place,
    /// Its base in the plant.
    base: Isometry3<f32>,
}

impl Marks {
    /// All that is to be shown of robots.
    pub(super) fn robots(
        &mut self,
        scene: &Scene<'_>,
        shown: Shown,
        selection: Option<EquipmentId>,
    ) {
        let (ways, reach) = (shown.has(Layer::Ways), shown.has(Layer::Reach));
        if !(ways || reach || selection.is_some()) {
            return;
        }
        let chosen = |id: EquipmentId| selection.is_none_or(|selected| selected == id);
        let mut left = MOST;
        for place in scene.standing.places.iter().filter(|place| place.kind == "Robot") {
            let own = selection == Some(place.id);
            if !(own || ways || reach && chosen(place.id)) || left == 0 {
                continue;
            }
            let Some(robot) = State::parameters::<Robot>(scene.model, place.id) else { continue };
            left -= 1;
            let state = scene.state.variables::<Robot>(scene.model, place.id);
            let posture = state.and_then(|own| robot.posture(own, scene.state.now()));
            let foot = posture.map_or_else(Vector3::zeros, |posture| posture.base.cast::<f32>());
            let base = place.pose * Isometry3::from(foot);
            let seen = Seen { robot, place, base };
            if own || ways {
                self.way(scene, &seen);
                self.nearness(scene, &seen);
                self.windows(scene, place.id);
            }
            if reach && chosen(place.id) {
                self.reach(&seen);
            }
        }
    }

    /// The way of its tool: wide what lies behind, thin what is to come.
    fn way(&mut self, scene: &Scene<'_>, seen: &Seen<'_>) {
        let own = scene.state.variables::<Robot>(scene.model, seen.place.id);
        let now = scene.state.now();
        let course = own.and_then(|own| seen.robot.course(own, now, STRETCHES));
        let Some(course) = course else { return };
        let at = |n: usize| seen.base * nalgebra::convert::<_, Point3<f32>>(course.tips[n]);
        let last = course.tips.len() - 1;
        let gone = course.gone * last as f64;
        let (whole, part) = ((gone as usize).min(last - 1), gone.fract() as f32);
        let here = if gone >= last as f64 {
            at(last)
        } else {
            at(whole) + (at(whole + 1) - at(whole)) * part
        };
        for n in 0..whole {
            self.line([at(n), at(n + 1)], Tone::Past, Stroke::Solid);
        }
        self.line([at(whole), here], Tone::Past, Stroke::Solid);
        self.line([here, at(whole + 1)], Tone::Coming, Stroke::Thin);
        for n in whole + 1..last {
            self.line([at(n), at(n + 1)], Tone::Coming, Stroke::Thin);
        }
        self.spot(here, Tone::Past, false);
        self.spot(at(last), Tone::Coming, false);
    }

    /// What its arm comes near to.
    fn nearness(&mut self, scene: &Scene<'_>, seen: &Seen<'_>) {
        let own = scene.state.variables::<Robot>(scene.model, seen.place.id);
        let now = scene.state.now();
        let near = own.and_then(|own| seen.robot.clearance_m(own, now));
        let Some(near) = near.filter(|near| near.distance < NEAR) else { return };
        let arm = crate::desktop::look::arms::arm(scene.model, scene.state, seen.place);
        let link = arm.as_ref().and_then(|arm| arm.links.get(near.link));
        let Some(([from, to], _)) = link else { return };
        self.line([*from, *to], Tone::Near, Stroke::Solid);
        let text = format!("{:.0} mm", near.distance.max(0.0) * 1e3);
        let (at, name) = (nalgebra::center(from, to), near.what);
        self.notes.push(Note { at, name, text, tone: Tone::Near, quiet: false });
    }

    /// The stretches of belts that it tracks, each with the place where it hears of parts.
    fn windows(&mut self, scene: &Scene<'_>, id: EquipmentId) {
        for tracker in scene.model.trackers.iter().filter(|tracker| tracker.robot == id) {
            let belt = scene.standing.place(tracker.belt);
            let (wide, deck) = (belt.outline.size[1] / 2.0, belt.outline.deck + 0.01);
            let at =
                |along: f64, side: f32| belt.pose * Point3::new(along as f32, side * wide, deck);
            let [from, to] = tracker.window_m;
            let corners = [at(from, -1.0), at(to, -1.0), at(to, 1.0), at(from, 1.0)];
            for n in 0..4 {
                self.line([corners[n], corners[(n + 1) % 4]], Tone::Window, Stroke::Solid);
            }
            let heard = [at(tracker.sensor_m, -1.0), at(tracker.sensor_m, 1.0)];
            self.line(heard, Tone::Window, Stroke::Dashed);
            let name = scene.model.row(id).name.clone();
            let text = format!("tracks {from:.2} to {to:.2} m");
            let at = at(f64::midpoint(from, to), 1.0);
            self.notes.push(Note { at, name, text, tone: Tone::Window, quiet: true });
        }
    }

    /// How far its tool gets while it points down: the outline of the area, and a spoke each thirty degrees.
    fn reach(&mut self, seen: &Seen<'_>) {
        let id = seen.place.id;
        if !self.reaches.iter().any(|known| known.0 == id) {
            self.reaches.push((id, seen.robot.reach(DIRECTIONS)));
        }
        let reach =
            self.reaches.iter().find(|known| known.0 == id).and_then(|known| known.1.clone());
        let Some(Reach { height_m, rings }) = reach else { return };
        let at = |n: usize, radius: f64| {
            let (sin, cos) = (std::f64::consts::TAU * n as f64 / rings.len() as f64).sin_cos();
            let local = Point3::new(radius * cos, radius * sin, height_m);
            seen.base * nalgebra::convert::<_, Point3<f32>>(local)
        };
        for (n, ring) in rings.iter().enumerate() {
            let Some([near, far]) = *ring else { continue };
            let after = (n + 1) % rings.len();
            let side = |m: usize| rings[m].is_none();
            if let Some([next_near, next_far]) = rings[after] {
                self.line([at(n, far), at(after, next_far)], Tone::Reach, Stroke::Solid);
                self.line([at(n, near), at(after, next_near)], Tone::Reach, Stroke::Thin);
            }
            let before = (n + rings.len() - 1) % rings.len();
            let edge = side(after) || side(before);
            if edge || n % (rings.len() / 12) == 0 {
                let stroke = if edge { Stroke::Solid } else { Stroke::Thin };
                self.line([at(n, near), at(n, far)], Tone::Reach, stroke);
            }
        }
        let farthest = rings.iter().flatten().map(|ring| ring[1]).fold(0.0, f64::max);
        if let Some(n) = rings.iter().position(|ring| ring.is_some_and(|ring| ring[1] == farthest))
        {
            self.notes.push(Note {
                at: at(n, farthest),
                name: "reach, tool down".to_owned(),
                text: format!("{farthest:.2} m"),
                tone: Tone::Reach,
                quiet: false,
            });
        }
    }
}
