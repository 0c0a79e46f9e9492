//! The form of each kind of equipment: recognisable from afar, made of a few solids.
//!
//! Forms stand in the frame of the equipment: x is the way that parts go, z is up, the origin is where the plant file puts it. A
//! kind that is not known here, a plugin's for instance, gets the form of a machine.

use nalgebra::{Isometry3, Point3};
use twin::engine::Way;

use super::solid::{Paint, Solid};
use Paint::{Body, Frame, Glass, Mark, Mover, Rubber, Steel, Wood};

/// What the form of an equipment depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    /// Length along the way of the parts, width, height (m).
    pub size: [f32; 3],
    /// Middle of its box along x (m).
    pub ahead: f32,
    /// And along y (m); 0 but for curves.
    pub aside: f32,
    /// The way of parts through it.
    pub way: Way,
    /// Its width across that (m).
    pub wide: f32,
    /// Height on which parts stand (m).
    pub deck: f32,
    /// Whether parts ride on rollers.
    pub rollers: bool,
    /// Whether the file says its size.
    pub sized: bool,
    /// Where the arm stands that does its work and is all there is of it (m).
    pub arm: Option<[f32; 2]>,
}

impl Outline {
    /// Low and high sides of its box along x, y and z (m).
    pub fn sides(&self) -> [(f32, f32); 3] {
        let [l, w, h] = self.size.map(|side| side / 2.0);
        let (x, y) = (self.ahead, self.aside);
        [(x - l, x + l), (y - w, y + w), (0.0, 2.0 * h)]
    }

    /// A point over its middle: on a curve that of its way (m).
    pub fn top(&self) -> Point3<f32> {
        let [x, y] = if self.is_curved() {
            let middle = self.way.at(0.5 * self.way.length_m()).translation.vector;
            [middle.x as f32, middle.y as f32]
        } else {
            [self.ahead, self.aside]
        };
        Point3::new(x, y, self.size[2])
    }

    /// Whether parts go round a curve.
    pub fn is_curved(&self) -> bool {
        self.way.turn() != 0.0
    }
}

/// The solids of an equipment whose kind is `kind`.
pub fn form(kind: &str, outline: &Outline) -> Vec<Solid> {
    if let Some(at) = outline.arm {
        return jig(outline.deck, at);
    }
    match kind {
        "Conveyor" if outline.is_curved() => curve(outline),
        "Conveyor" if is_tunnel(outline) => tunnel(outline),
        "Conveyor" => conveyor(outline),
        "Carrier" => trolley(outline),
        "Turntable" => turntable(outline),
        "Buffer" | "Kanban" | "InitialWip" => table(outline),
        "Store" => racks(outline),
        "Source" | "OrderDesk" => dock(outline, true),
        "Sink" | "Demand" => dock(outline, false),
        "Robot" => pedestal(outline),
        "Crane" => runway(outline),
        "TransferCar" => rails(outline),
        "Lift" => mast(outline),
        "Vehicles" | "Delay" => Vec::new(),
        "Assembly" | "Disassembly" | "Palletiser" | "Depalletiser" => bench(outline),
        "Inspection" => portal(outline),
        _ => machine(outline),
    }
}

/// Whether a conveyor of this outline goes through a housing.
pub fn is_tunnel(outline: &Outline) -> bool {
    outline.sized && outline.size[2] > 1.5
}

/// Length, width and height.
fn lwh(outline: &Outline) -> (f32, f32, f32) {
    (outline.size[0], outline.size[1], outline.size[2])
}

fn conveyor(outline: &Outline) -> Vec<Solid> {
    let (l, w, _) = lwh(outline);
    let (x, deck) = (outline.ahead, outline.deck);
    let mut out = Vec::new();
    for side in [-1.0, 1.0] {
        let y = side * (w / 2.0 - 0.03);
        out.push(Solid::block(Steel, [x, y, deck - 0.16], [l, 0.06, 0.19]));
    }
    if outline.rollers {
        let n = ((l / 0.25) as usize).clamp(2, 120);
        let pitch = l / n as f32;
        out.push(Solid::block(Frame, [x, 0.0, deck - 0.15], [l, w - 0.12, 0.02]));
        out.extend((0..n).map(|i| {
            let along = x - l / 2.0 + pitch * (i as f32 + 0.5);
            let y = w / 2.0 - 0.06;
            Solid::bar(Steel, [along, -y, deck - 0.045], [along, y, deck - 0.045], 0.09)
        }));
    } else {
        out.push(Solid::block(Rubber, [x, 0.0, deck - 0.07], [l, w - 0.12, 0.07]));
        for end in [x - l / 2.0, x + l / 2.0] {
            let y = w / 2.0 - 0.07;
            out.push(Solid::bar(Frame, [end, -y, deck - 0.08], [end, y, deck - 0.08], 0.15));
        }
    }
    out.extend(legs(x, l, w, deck - 0.16));
    out
}

/// A conveyor along an arc: on slats, or on rollers that all point to its axis.
fn curve(outline: &Outline) -> Vec<Solid> {
    let (w, deck) = (outline.wide, outline.deck);
    let at = |along: f64| outline.way.at(along).cast::<f32>();
    let length = outline.way.length_m();
    let mut out = Vec::new();
    let mut put = |place: &Isometry3<f32>, solid: Solid| {
        out.push(Solid { at: place * solid.at, ..solid });
    };
    let radius = outline.way.radius_m().map_or(1.0, f64::abs) as f32;
    // As long as the arc is at its outer side, so that nothing is open there.
    let wider = |long: f64| long as f32 * (1.0 + 0.5 * w / radius);
    let n = ((length / 0.12) as usize).clamp(4, 120);
    let pitch = length / n as f64;
    for i in 0..n {
        let place = at(pitch * (i as f64 + 0.5));
        if outline.rollers {
            let y = w / 2.0 - 0.06;
            let roller = Solid::bar(Steel, [0.0, -y, deck - 0.04], [0.0, y, deck - 0.04], 0.08);
            put(&place, roller);
        } else {
            let slat = [wider(pitch), w - 0.12, 0.07];
            put(&place, Solid::block(Rubber, [0.0, 0.0, deck - 0.07], slat));
        }
        for side in [-1.0, 1.0] {
            let y = side * (w / 2.0 - 0.03);
            let long = pitch as f32 * (1.0 - y / radius * outline.way.turn().signum() as f32);
            put(&place, Solid::block(Steel, [0.0, y, deck - 0.16], [long + 0.01, 0.06, 0.19]));
        }
    }
    let feet = ((length / 1.2).ceil() as usize).clamp(1, 20);
    for i in 0..=feet {
        let place = at(0.1 + (length - 0.2).max(0.0) * i as f64 / feet as f64);
        for side in [-1.0, 1.0] {
            let y = side * (w / 2.0 - 0.05);
            put(&place, Solid::block(Frame, [0.0, y, 0.0], [0.06, 0.06, deck - 0.16]));
        }
        put(&place, Solid::block(Frame, [0.0, 0.0, deck * 0.3], [0.04, w - 0.14, 0.04]));
    }
    out
}

/// A car with wheels and a bow to push it by.
fn trolley(outline: &Outline) -> Vec<Solid> {
    let (l, w, _) = lwh(outline);
    let (x, deck) = (outline.ahead, outline.deck);
    let mut out = vec![Solid::block(Body, [x, 0.0, deck - 0.1], [l, w, 0.1])];
    for (a, b) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        let (along, across) = (x + a * (l / 2.0 - 0.15), b * (w / 2.0 - 0.08));
        let axle = |y: f32| [along, across + y, 0.1];
        out.push(Solid::bar(Rubber, axle(-0.03), axle(0.03), 0.2));
        out.push(Solid::block(Frame, [along, across, 0.15], [0.06, 0.06, (deck - 0.25).max(0.05)]));
    }
    for side in [-1.0, 1.0] {
        let foot = [x - l / 2.0 + 0.04, side * (w / 2.0 - 0.06), deck];
        out.push(Solid::bar(Steel, foot, [foot[0] - 0.1, foot[1], 0.95], 0.04));
    }
    let grip = |side: f32| [x - l / 2.0 - 0.06, side * (w / 2.0 - 0.06), 0.95];
    out.push(Solid::bar(Steel, grip(-1.0), grip(1.0), 0.04));
    out
}

/// Pairs of legs every two metres and a half.
fn legs(x: f32, l: f32, w: f32, top: f32) -> Vec<Solid> {
    let n = ((l / 2.5).ceil() as usize).clamp(1, 60) + 1;
    let mut out = Vec::new();
    for i in 0..n {
        let along = x - l / 2.0 + 0.15 + (l - 0.3) * i as f32 / (n - 1) as f32;
        for side in [-1.0, 1.0] {
            let y = side * (w / 2.0 - 0.05);
            out.push(Solid::block(Frame, [along, y, 0.0], [0.06, 0.06, top]));
        }
        out.push(Solid::block(Frame, [along, 0.0, top * 0.35], [0.04, w - 0.14, 0.04]));
    }
    out
}

/// A conveyor through a housing: an oven, a washer, a cooling tunnel. Cut open at the top, so that one sees what is inside.
fn tunnel(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = lwh(outline);
    let x = outline.ahead;
    let inner =
        Outline { size: [l, (w * 0.5).min(1.0), h], deck: outline.deck.min(h * 0.5), ..*outline };
    let mut out = conveyor(&inner);
    for side in [-1.0, 1.0] {
        let y = side * (w / 2.0 - 0.12);
        out.push(Solid::block(Frame, [x, y, 0.0], [l, 0.24, 0.15]));
        out.push(Solid::block(Body, [x, y, 0.15], [l - 0.2, 0.24, h * 0.72 - 0.15]));
    }
    let n = ((l / 2.2).round() as usize).clamp(2, 40);
    for i in 0..=n {
        let along = x - l / 2.0 + 0.12 + (l - 0.24) * i as f32 / n as f32;
        for side in [-1.0, 1.0] {
            let y = side * (w / 2.0 - 0.1);
            out.push(Solid::block(Frame, [along, y, 0.0], [0.14, 0.3, h - 0.12]));
        }
        out.push(Solid::block(Frame, [along, 0.0, h - 0.14], [0.14, w, 0.14]));
    }
    // Ducts along the top, and the stacks through which the exhaust air leaves.
    let y = w / 2.0 - 0.3;
    out.push(Solid::bar(Steel, [x - l * 0.42, y, h + 0.1], [x + l * 0.42, y, h + 0.1], 0.32));
    for share in [-0.3, 0.3] {
        out.push(Solid::post(Steel, [x + l * share, y, h + 0.1], 0.36, 1.1));
    }
    out
}

fn turntable(outline: &Outline) -> Vec<Solid> {
    let d = outline.size[0].min(outline.size[1]);
    let deck = outline.deck;
    vec![
        Solid::post(Frame, [outline.ahead, 0.0, 0.0], d * 0.5, deck - 0.2),
        Solid::post(Steel, [outline.ahead, 0.0, deck - 0.2], d, 0.14),
    ]
}

/// A machine in a housing that is open to the front: table, back, half a roof, screen, doors.
fn machine(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = lwh(outline);
    let (x, deck) = (outline.ahead, outline.deck);
    let back = w * 0.42;
    let wall = 0.08;
    let mut out = vec![
        Solid::block(Frame, [x, 0.0, 0.0], [l * 0.96, w * 0.94, 0.12]),
        Solid::block(Body, [x, 0.0, 0.12], [l, w, deck - 0.2]),
        Solid::block(Steel, [x, -w * 0.2, deck - 0.08], [l * 0.98, w * 0.58, 0.08]),
        Solid::block(Body, [x, (w - back) / 2.0, deck - 0.08], [l, back, h - deck + 0.08]),
        Solid::block(Frame, [x, (w - back) / 2.0, h], [l * 0.7, back * 0.7, 0.12]),
    ];
    for side in [-1.0, 1.0] {
        let at = x + side * (l - wall) / 2.0;
        let depth = w * 0.34;
        let y = w / 2.0 - back - depth / 2.0;
        out.push(Solid::block(Body, [at, y, deck - 0.08], [wall, depth, (h - deck) * 0.86]));
    }
    // The head over the table, the doors of the cabinet and the screen.
    out.push(Solid::block(
        Frame,
        [x, w / 2.0 - back - 0.16, deck + (h - deck) * 0.42],
        [l * 0.26, 0.32, (h - deck) * 0.4],
    ));
    out.push(Solid::block(
        Frame,
        [x, -w / 2.0 - 0.005, 0.2],
        [l * 0.86, 0.02, (deck - 0.4).max(0.1)],
    ));
    out.push(Solid::block(Glass, [x - l * 0.42, -w / 2.0 - 0.1, deck + 0.1], [0.36, 0.05, 0.28]));
    out.push(Solid::bar(
        Frame,
        [x - l * 0.42, -w / 2.0 - 0.06, deck - 0.1],
        [x - l * 0.42, -w / 2.0 - 0.08, deck + 0.15],
        0.05,
    ));
    out
}

/// A table with a frame over it: work by hand or by a gantry on parts that come together.
fn bench(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = lwh(outline);
    let (x, deck) = (outline.ahead, outline.deck);
    let mut out = vec![
        Solid::block(Body, [x, 0.0, deck - 0.14], [l, w, 0.14]),
        Solid::block(Frame, [x, w * 0.3, 0.0], [l * 0.9, w * 0.34, deck - 0.14]),
        Solid::block(Frame, [x, w / 2.0 - 0.06, h - 0.34], [l, 0.1, 0.1]),
        Solid::block(Body, [x, w * 0.18, h - 0.14], [l, w * 0.5, 0.08]),
        Solid::block(Glass, [x + l * 0.28, w / 2.0 - 0.14, deck + 0.3], [0.4, 0.05, 0.3]),
    ];
    for (side, y) in [(-1.0, -1.0), (1.0, -1.0)] {
        let at = [x + side * (l / 2.0 - 0.06), y * (w / 2.0 - 0.06), 0.0];
        out.push(Solid::block(Steel, at, [0.08, 0.08, deck - 0.14]));
        let post = [x + side * (l / 2.0 - 0.05), w / 2.0 - 0.06, 0.0];
        out.push(Solid::block(Steel, post, [0.1, 0.1, h - 0.1]));
    }
    // The axis over the table.
    out.push(Solid::block(Mover, [x, w * 0.06, h - 0.5], [0.18, w * 0.6, 0.14]));
    out.push(Solid::block(
        Mover,
        [x, -w * 0.1, deck + 0.55],
        [0.12, 0.12, (h - deck - 0.95).max(0.2)],
    ));
    out
}

/// A portal with cameras over a short table.
fn portal(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = lwh(outline);
    let (x, deck) = (outline.ahead, outline.deck);
    let mut out = vec![
        Solid::block(Body, [x, 0.0, 0.1], [l, w * 0.7, deck - 0.18]),
        Solid::block(Frame, [x, 0.0, 0.0], [l * 0.94, w * 0.64, 0.1]),
        Solid::block(Rubber, [x, 0.0, deck - 0.08], [l, w * 0.5, 0.08]),
        Solid::block(Body, [x, 0.0, h - 0.26], [l * 0.42, w, 0.26]),
    ];
    for side in [-1.0, 1.0] {
        let y = side * (w / 2.0 - 0.07);
        out.push(Solid::block(Body, [x, y, 0.0], [l * 0.36, 0.14, h - 0.26]));
        let eye = [x, side * w * 0.18, h - 0.42];
        out.push(Solid::post(Frame, eye, 0.16, 0.16));
        out.push(Solid::post(Glass, [eye[0], eye[1], eye[2] - 0.05], 0.1, 0.05));
    }
    out
}

/// A low table with a rim, on which parts wait.
fn table(outline: &Outline) -> Vec<Solid> {
    let (l, w, _) = lwh(outline);
    let (x, deck) = (outline.ahead, outline.deck);
    let mut out = vec![Solid::block(Body, [x, 0.0, deck - 0.08], [l, w, 0.08])];
    for side in [-1.0, 1.0] {
        out.push(Solid::block(Steel, [x, side * (w / 2.0 - 0.02), deck - 0.1], [l, 0.04, 0.14]));
    }
    out.push(Solid::block(Steel, [x, 0.0, 0.25], [l - 0.1, w - 0.1, 0.04]));
    out.extend(legs(x, l, w, deck - 0.1));
    out
}

/// Two racks with an aisle and the mast of the machine that serves them.
fn racks(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = lwh(outline);
    let (x, h) = (outline.ahead, h.max(3.0));
    let depth = w * 0.32;
    let columns = ((l / 1.3).round() as usize).clamp(2, 60);
    let levels = ((h / 0.9) as usize).clamp(2, 30);
    let mut out = Vec::new();
    for side in [-1.0, 1.0] {
        let y = side * (w - depth) / 2.0;
        for i in 0..=columns {
            let along = x - l / 2.0 + l * i as f32 / columns as f32;
            for edge in [-1.0, 1.0] {
                let at = [along, y + edge * (depth / 2.0 - 0.04), 0.0];
                out.push(Solid::block(Steel, at, [0.07, 0.07, h]));
            }
        }
        for level in 0..levels {
            let z = 0.15 + (h - 0.2) * level as f32 / levels as f32;
            out.push(Solid::block(Mover, [x, y, z], [l, depth - 0.02, 0.06]));
        }
    }
    out.push(Solid::block(Steel, [x, 0.0, 0.0], [l, 0.12, 0.08]));
    out.push(Solid::block(Mover, [x, 0.0, 0.08], [0.3, 0.3, h]));
    out
}

/// A place on the floor where parts come in or go out, with a crate and an arrow.
fn dock(outline: &Outline, incoming: bool) -> Vec<Solid> {
    let (l, w, _) = lwh(outline);
    let x = outline.ahead;
    let mut out = vec![Solid::block(Mark, [x, 0.0, 0.0], [l, w, 0.06])];
    let crate_at = if incoming { x - l * 0.12 } else { x + l * 0.12 };
    let side = (l.min(w) * 0.62).min(1.2);
    out.push(Solid::block(Wood, [crate_at, 0.0, 0.06], [side, side, 0.12]));
    for edge in [-1.0, 1.0] {
        let off = edge * (side / 2.0 - 0.03);
        out.push(Solid::block(Steel, [crate_at + off, 0.0, 0.18], [0.05, side, 0.5]));
        out.push(Solid::block(Steel, [crate_at, off, 0.18], [side, 0.05, 0.5]));
    }
    let tip = if incoming { x + l * 0.46 } else { x - l * 0.22 };
    for turn in [-1.0_f32, 1.0] {
        let from = [tip - 0.22, turn * 0.22, 0.08];
        out.push(Solid::bar(Frame, from, [tip, 0.0, 0.08], 0.06));
    }
    out
}

/// The plate in the floor that a robot is bolted to; what stands on it moves with the arm.
fn pedestal(_: &Outline) -> Vec<Solid> {
    let plate = Solid::block(Frame, [0.0, 0.0, 0.0], [0.7, 0.7, 0.06]);
    let bolt = |x: f32, y: f32| Solid::post(Steel, [x * 0.29, y * 0.29, 0.06], 0.05, 0.03);
    vec![plate, bolt(-1.0, -1.0), bolt(-1.0, 1.0), bolt(1.0, -1.0), bolt(1.0, 1.0)]
}

/// What a part lies on while an arm works on it that stands at a place; nothing where that is in the way.
fn jig(deck: f32, [x, y]: [f32; 2]) -> Vec<Solid> {
    let far = x.hypot(y) > 0.5;
    let table = [
        Solid::block(Steel, [0.0, 0.0, deck - 0.06], [1.0, 0.8, 0.06]),
        Solid::block(Frame, [0.0, 0.0, 0.04], [0.3, 0.3, deck - 0.1]),
        Solid::block(Frame, [0.0, 0.0, 0.0], [0.7, 0.6, 0.04]),
    ];
    let foot = Solid::block(Frame, [x, y, 0.0], [0.7, 0.7, 0.06]);
    table.into_iter().filter(|_| far).chain([foot]).collect()
}

fn runway(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = (outline.size[0].max(4.0), outline.size[1].max(3.0), outline.size[2].max(4.0));
    let x = outline.ahead;
    let mut out = Vec::new();
    for side in [-1.0, 1.0] {
        out.push(Solid::block(Steel, [x, side * w / 2.0, h - 0.25], [l, 0.2, 0.25]));
        for end in [-1.0, 1.0] {
            let at = [x + end * (l / 2.0 - 0.15), side * w / 2.0, 0.0];
            out.push(Solid::block(Frame, at, [0.2, 0.2, h - 0.25]));
        }
    }
    out
}

fn rails(outline: &Outline) -> Vec<Solid> {
    let l = outline.size[0];
    let beam = |y| Solid::block(Steel, [outline.ahead, y, 0.0], [l, 0.08, 0.08]);
    vec![beam(-0.4), beam(0.4)]
}

/// Four posts, a crown, and a shaft in the floor.
fn mast(outline: &Outline) -> Vec<Solid> {
    let (l, w, h) = lwh(outline);
    let (x, h) = (outline.ahead, h.max(2.2));
    let mut out = vec![
        Solid::block(Frame, [x, 0.0, 0.0], [l, w, 0.06]),
        Solid::block(Frame, [x, 0.0, h - 0.16], [l, w, 0.16]),
        Solid::block(Mover, [x, 0.0, 0.7], [l * 0.8, w * 0.8, 0.1]),
        Solid::block(Body, [x, w / 2.0 - 0.14, h], [l * 0.5, 0.24, 0.24]),
    ];
    for (a, b) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        let at = [x + a * (l / 2.0 - 0.06), b * (w / 2.0 - 0.06), 0.0];
        out.push(Solid::block(Steel, at, [0.1, 0.1, h - 0.1]));
    }
    out
}
