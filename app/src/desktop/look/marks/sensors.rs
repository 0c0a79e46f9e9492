//! What sensors see at the present of a run, and what they tell.
//!
//! Rays are cast as the run casts them, against the same bodies. What is drawn is what is there now: delays of outputs, noise and
//! faults are for the tables of results, but for instruments of the hall, which show what they have read last.

use nalgebra::{Isometry3, Point3, Vector3};
use twin::engine::{Gauged, Level, Model, Place};
use twin::field::Quantity;
use twin::seen::{Scenery, truth};
use twin::sensor::ray::{Draw, Eye, Mount, Ray, Scan, Tells, View, World};

use super::{Marks, Note, Scene, Stroke, Tone};
use crate::desktop::look::solid::{Paint, Solid};

/// Beams of one light curtain that are drawn, at most.
const MOST_BEAMS: usize = 12;
/// Rays of one scanner, lidar or camera that are drawn, at most.
const MOST_RAYS: usize = 72;
/// Points of one instrument of the hall that are drawn, at most.
const MOST_POINTS: usize = 64;
/// A ray that meets nothing is drawn so far, at most (m).
const STUB: f32 = 0.5;

/// A sensor, and what it tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Its tag.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// Where it is (m).
    pub at: Point3<f32>,
    /// What it tells, in words or with a unit.
    pub told: String,
    /// Of one that switches: whether it sees something.
    pub on: Option<bool>,
}

/// The plant as sensors with rays see it.
#[derive(Debug)]
pub(super) struct Eyes {
    scenery: Scenery,
    /// Whether each has seen something when it last looked.
    saw: Vec<bool>,
}

impl Eyes {
    /// None where there is nobody who sees, or a body that no ray can meet.
    pub(super) fn of(model: &Model) -> Option<Self> {
        if model.eyes.is_empty() {
            return None;
        }
        Some(Self { scenery: Scenery::new(model).ok()?, saw: vec![false; model.eyes.len()] })
    }
}

fn point(at: [f32; 3]) -> Point3<f32> {
    at.into()
}

fn narrow(pose: &Isometry3<f64>) -> Isometry3<f32> {
    nalgebra::convert(*pose)
}

/// Numbers below `of`, at most `most`; where these are fewer, spread by the golden ratio, so that rows and columns of rays both come in.
fn some(of: usize, most: usize) -> impl Iterator<Item = usize> {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let spread = move |n: usize| ((n as f64 * GOLDEN).fract() * of as f64) as usize;
    (0..of.min(most)).map(move |n| if of <= most { n } else { spread(n) })
}

impl Marks {
    /// All sensors of the plant.
    pub(super) fn sense(&mut self, scene: &Scene<'_>) {
        if let Some(mut eyes) = self.eyes.take() {
            // What has left for where no ray reaches is not seen.
            if eyes.scenery.follow(scene.model, scene.state).is_ok() {
                let world = eyes.scenery.world();
                for (eye, saw) in scene.model.eyes.iter().zip(&mut eyes.saw) {
                    *saw = eye.sees(world, *saw, IDEAL);
                    self.eye(eye, *saw, world);
                }
            }
            self.eyes = Some(eyes);
        }
        self.instruments(scene);
        self.gauges(scene);
        self.notes.extend(self.sensors.iter().map(|sensor| {
            let tone = match sensor.on {
                Some(true) => Tone::Broken,
                Some(false) => Tone::Free,
                None => Tone::Reading,
            };
            let (name, text) = (sensor.name.clone(), sensor.told.clone());
            Note { at: sensor.at, name, text, tone, quiet: true }
        }));
    }

    fn tell(&mut self, name: &str, kind: &'static str, at: Point3<f32>, told: String) {
        self.sensors.push(Sensor { name: name.to_owned(), kind, at, told, on: None });
    }

    /// The same of one that switches, with what it tells while it is off and on.
    fn switch(
        &mut self,
        name: &str,
        kind: &'static str,
        at: Point3<f32>,
        on: bool,
        [off_says, on_says]: [&str; 2],
    ) {
        let told = if on { on_says } else { off_says }.to_owned();
        self.sensors.push(Sensor { name: name.to_owned(), kind, at, told, on: Some(on) });
    }

    fn eye(&mut self, eye: &Eye, saw: bool, world: &World) {
        match &eye.tells {
            Tells::Blocked(barrier) => {
                let beams = barrier.beams();
                some(beams.len(), MOST_BEAMS).for_each(|n| self.beam(&beams[n], world));
                let at = beams.first().map_or_else(Point3::origin, |beam| point(beam.origin));
                self.switch(&eye.name, "light barrier", at, saw, ["free", "broken"]);
            }
            Tells::Near { scan, switches_at, .. } => {
                self.cone(scan, *switches_at, saw);
                let says = ["nothing near", "something near"];
                self.switch(&eye.name, "proximity switch", origin(scan), saw, says);
            }
            Tells::Intruded { scan, zone, .. } => {
                let tone = if saw { Tone::Broken } else { Tone::Free };
                let pose = narrow(&scan.pose);
                let corners = zone.corners().iter().map(|[x, y]| pose * Point3::new(*x, *y, 0.0));
                let corners: Vec<_> = corners.collect();
                for (n, from) in corners.iter().enumerate() {
                    let to = corners[(n + 1) % corners.len()];
                    self.line([*from, to], tone, if saw { Stroke::Dashed } else { Stroke::Solid });
                }
                self.rays(scan, world, |range, way| {
                    zone.holds(range * way[0], range * way[1]).then_some(Tone::Broken)
                });
                let says = ["clear", "entered"];
                self.switch(&eye.name, "safety scanner", origin(scan), saw, says);
            }
            Tells::Ranges(scan) => {
                let hits = self.rays(scan, world, |_, _| None);
                let rays = scan.pattern.beams.len();
                let told = hits.map_or_else(
                    || format!("{rays} rays, nothing met"),
                    |nearest| format!("{rays} rays, nearest {nearest:.2} m"),
                );
                self.tell(&eye.name, "lidar or camera", origin(scan), told);
            }
            Tells::Poses(view) => {
                self.view(view);
                let at = narrow(&view.pose) * Point3::origin();
                let told = format!("poses of parts up to {:.1} m away", view.range_m);
                self.tell(&eye.name, "camera", at, told);
            }
        }
    }

    /// A beam of a light barrier: whole where it is free, in dashes behind what it has met.
    fn beam(&mut self, beam: &Ray, world: &World) {
        let along = |range: f32| point(beam.origin) + Vector3::from(beam.direction) * range;
        let (start, end) = (along(0.0), along(beam.far));
        let hit = world.closest(beam);
        if hit.body().is_none() {
            self.line([start, end], Tone::Free, Stroke::Solid);
            return;
        }
        let met = along(hit.range);
        self.line([start, met], Tone::Broken, Stroke::Solid);
        self.line([met, end], Tone::Broken, Stroke::Dashed);
        self.spot(met, Tone::Broken, true);
    }

    /// How far a proximity switch looks: its axis and the rim of its cone.
    fn cone(&mut self, scan: &Scan, range: f32, saw: bool) {
        let tone = if saw { Tone::Broken } else { Tone::Free };
        let (pose, at) = (narrow(&scan.pose), origin(scan));
        let end = |way: [f32; 3]| pose * Point3::from(Vector3::from(way) * range);
        let rim: Vec<_> =
            scan.pattern.beams.iter().rev().take(6).map(|beam| end(beam.direction)).collect();
        self.line([at, end([1.0, 0.0, 0.0])], tone, Stroke::Solid);
        for (n, tip) in rim.iter().enumerate() {
            self.line([at, *tip], tone, Stroke::Thin);
            self.line([*tip, rim[(n + 1) % rim.len()]], tone, Stroke::Thin);
        }
        self.spot(end([1.0, 0.0, 0.0]), tone, saw);
    }

    /// What a camera has in view: from its eye to the corners of the farthest that it sees.
    fn view(&mut self, view: &View) {
        let pose = narrow(&view.pose);
        let far = view.range_m as f32;
        let [y, z] = view.opening.map(|tangent| tangent as f32 * far);
        let corners = [[y, z], [-y, z], [-y, -z], [y, -z]];
        let corners = corners.map(|[y, z]| pose * Point3::new(far, y, z));
        for (n, corner) in corners.iter().enumerate() {
            self.line([pose * Point3::origin(), *corner], Tone::Ray, Stroke::Thin);
            self.line([*corner, corners[(n + 1) % corners.len()]], Tone::Ray, Stroke::Thin);
        }
    }

    /// A sample of the rays of a scan, each to what it meets; the nearest hit of the sample (m). `mark` gives hits a meaning of their own, by
    /// range and direction in the axes of the instrument.
    fn rays(
        &mut self,
        scan: &Scan,
        world: &World,
        mark: impl Fn(f32, [f32; 3]) -> Option<Tone>,
    ) -> Option<f32> {
        let mount = Mount::at(scan.pose).flat();
        let mut nearest: Option<f32> = None;
        for n in some(scan.pattern.beams.len(), MOST_RAYS) {
            let ray = scan.pattern.ray(&mount, n);
            let hit = world.closest(&ray);
            let along = |range: f32| point(ray.origin) + Vector3::from(ray.direction) * range;
            if hit.body().is_some() {
                let tone = mark(hit.range, scan.pattern.beams[n].direction);
                self.line([along(0.0), along(hit.range)], tone.unwrap_or(Tone::Ray), Stroke::Thin);
                self.spot(along(hit.range), tone.unwrap_or(Tone::Ray), tone.is_some());
                nearest = Some(nearest.map_or(hit.range, |least| least.min(hit.range)));
            } else {
                self.line([along(0.0), along(ray.far.min(STUB))], Tone::Ray, Stroke::Thin);
            }
        }
        nearest
    }

    /// Instruments of the hall, with what they have read last.
    fn instruments(&mut self, scene: &Scene<'_>) {
        let read = scene.climate.and_then(twin::climate::Climate::instruments);
        for (entry, row) in scene.model.instruments.rows.iter().enumerate() {
            let (at, quantity) = instrument(scene, &row.place);
            let first = read.and_then(|(bank, state)| {
                let numbers = bank.of_entry(entry);
                let count = numbers.len();
                let missing = state.flags(numbers.start).is_missing();
                let value = state.readings.get(numbers.start).filter(|_| !missing);
                Some((value.copied()?, count))
            });
            let told = match (first, read.is_some()) {
                (Some((value, 1)), _) => reading(value, quantity),
                (Some((value, n)), _) => format!("{}, {} more", reading(value, quantity), n - 1),
                (None, true) => "no reading".to_owned(),
                (None, false) => "no field is solved".to_owned(),
            };
            at.iter().for_each(|at| self.spot(*at, Tone::Reading, false));
            let at = at.first().copied().unwrap_or_else(Point3::origin);
            self.tell(&row.name, kind(quantity), at, told);
        }
    }

    /// Encoders and scales.
    fn gauges(&mut self, scene: &Scene<'_>) {
        for gauge in &scene.model.gauges {
            let place = scene.standing.place(gauge.of);
            let [_, w, _] = place.outline.size;
            let at = place.pose
                * Point3::new(place.outline.ahead * 0.2, -w / 2.0, place.outline.deck - 0.1);
            let is = truth(scene.model, scene.state, gauge);
            let (kind, told) = match gauge.measures {
                Gauged::Travel { .. } => ("encoder", format!("{is:.0} counts")),
                Gauged::Level { what, .. } => level(what, is),
            };
            self.spot(at, Tone::Reading, false);
            self.tell(&gauge.name, kind, at, told);
        }
    }
}

/// What reads a level, and what it reads.
fn level(what: Level, is: f64) -> (&'static str, String) {
    match what {
        Level::Load => ("scale", format!("{is:.2} kg")),
        Level::Vacuum => ("vacuum sensor", format!("{:.1} kPa", is * 1e-3)),
        Level::Force(_) => ("force sensor", format!("{is:.1} N")),
        Level::Moment(_) => ("torque sensor", format!("{is:.2} N m")),
    }
}

/// Nothing is drawn by chance: noise is not shown.
const IDEAL: Draw = Draw { seed: 0, instrument: 0, scan: 0 };

fn origin(scan: &Scan) -> Point3<f32> {
    narrow(&scan.pose) * Point3::origin()
}

/// Where an instrument of the hall is, at some of its points, and what it measures.
fn instrument(scene: &Scene<'_>, place: &Place) -> (Vec<Point3<f32>>, Quantity) {
    let narrow = |at: [f64; 3]| Point3::from(at.map(|metres| metres as f32));
    match place {
        Place::Points(quantity, points) => {
            (some(points.len(), MOST_POINTS).map(|n| narrow(points[n])).collect(), *quantity)
        }
        Place::Mean(quantity, low, high) => {
            (vec![nalgebra::center(&narrow(*low), &narrow(*high))], *quantity)
        }
        Place::Heated(row) => {
            let heated = scene.model.hall.iter().flat_map(|hall| &hall.heated).nth(*row);
            let top = heated.map(|heated| scene.standing.place(heated.equipment).top());
            (top.into_iter().collect(), Quantity::Temperature)
        }
    }
}

const fn kind(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Temperature => "temperature sensor",
        Quantity::Pressure => "pressure sensor",
        Quantity::Concentration => "gas sensor",
        _ => "air speed sensor",
    }
}

fn reading(value: f32, quantity: Quantity) -> String {
    match quantity {
        Quantity::Temperature => format!("{value:.1} °C"),
        Quantity::Pressure => format!("{value:.1} Pa"),
        Quantity::Concentration => format!("{:.1} mg/m³", value * 1e6),
        _ => format!("{value:.2} m/s"),
    }
}

/// What sensors look like: small housings, posts down to the floor.
pub(super) fn housings(scene: &Scene<'_>) -> Vec<Solid> {
    let mut out = Vec::new();
    for eye in &scene.model.eyes {
        match &eye.tells {
            Tells::Blocked(barrier) => curtain(barrier.beams(), &mut out),
            Tells::Near { scan, .. } => {
                let (at, back) = (origin(scan), narrow(&scan.pose) * Point3::new(-0.08, 0.0, 0.0));
                out.push(Solid::bar(Paint::Frame, back.coords.into(), at.coords.into(), 0.03));
            }
            Tells::Poses(view) => {
                let at = narrow(&view.pose);
                let body = Solid::block(Paint::Frame, [-0.06, 0.0, -0.03], [0.1, 0.06, 0.06]);
                let lens = Solid::block(Paint::Glass, [0.0, 0.0, -0.02], [0.03, 0.04, 0.04]);
                out.extend([body, lens].map(|solid| Solid { at: at * solid.at, ..solid }));
            }
            Tells::Intruded { scan, .. } | Tells::Ranges(scan) => {
                let at = narrow(&scan.pose);
                let base = Solid::block(Paint::Frame, [0.0, 0.0, -0.09], [0.12, 0.12, 0.06]);
                let head = Solid::post(Paint::Glass, [0.0, 0.0, -0.03], 0.1, 0.07);
                out.extend([base, head].map(|solid| Solid { at: at * solid.at, ..solid }));
            }
        }
    }
    out
}

/// Posts at both ends of a light barrier, with sender and receiver from the lowest to the highest beam.
fn curtain(beams: &[Ray], out: &mut Vec<Solid>) {
    let (Some(first), Some(last)) = (beams.first(), beams.last()) else { return };
    let end = |beam: &Ray, far: f32| point(beam.origin) + Vector3::from(beam.direction) * far;
    for (far, back) in [(0.0, -0.03), (first.far, 0.03)] {
        let (a, b) = (end(first, far + back), end(last, far + back));
        let (low, high) = (a.z.min(b.z), a.z.max(b.z));
        out.push(Solid::bar(Paint::Steel, [a.x, a.y, 0.0], [a.x, a.y, low.max(0.02)], 0.04));
        let size = [0.06, 0.06, high - low + 0.1];
        out.push(Solid::block(Paint::Frame, [a.x, a.y, low - 0.05], size));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_from_all_rows() {
        assert_eq!(some(5, 9).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        // 360 columns of 16 rays: each of the 16 is among 72 of them.
        let rows: std::collections::BTreeSet<usize> = some(360 * 16, 72).map(|n| n % 16).collect();
        assert!(rows.len() >= 14, "{rows:?}");
        assert!(some(360 * 16, 72).all(|n| n < 360 * 16));
    }
}
