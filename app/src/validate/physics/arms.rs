//! An arm in a cell of rigid bodies: when a carton comes out of it, and where it is put down.
//!
//! A carton rides *L* at the speed *v* to the end of a belt, is gripped in *p*, carried in *w*, put down in *q*, and rides *L* on the next
//! belt, which has to take it along first: *v / 2 μ g*. So it is through after
//!
//! ```text
//! 2 L / v + p + w + q + v / 2 μ g
//! ```
//!
//! where *w* is what the same arm takes as events. It is put down with its middle half of its length before the entry of the second
//! belt, lengthwise on it.

use nalgebra::Vector3;
use twin::engine::{Log, Model, State, advance};
use twin::id::EquipmentId;
use twin::plant::{Options, core_registry, load};
use twin::units::SimTime;

use crate::validate::bench::{Bench, Beside, Failure, Findings};
use crate::validate::finding::Finding;

const ARM: &str = include_str!("../../../../assets/robots/abb-irb-4600-40.ron");
/// Length and speed of the belts, m and m/s.
const BELT: [f64; 2] = [2.0, 0.4];
/// What gripping and putting down take, s.
const HAND: [f64; 2] = [0.4, 0.3];
/// Coefficient of friction between belt and carton, and m/s².
const SLIP: [f64; 2] = [0.5, 9.81];

/// One carton across the cell; `physics` are the equipment that runs as bodies.
fn cell(physics: &[&str]) -> Result<Model, Failure> {
    let ([length, speed], [pick, place]) = (BELT, HAND);
    let plant = Beside(
        format!(
            r#"Plant(name: "cell", robots: {{ "arm": "arm.ron" }}, run: (physics: {physics:?}),
        products: {{ "carton": (length: "0.4 m", width: "0.3 m", height: "0.25 m", mass: "6 kg") }}, equipment: {{
            "in": (is: Source(every: "60 s", first: "0 s", total: 1), to: ["infeed"]),
            "infeed": (is: Conveyor(length: "{length} m", speed: "{speed} m/s"), to: ["robot"], at: (-2.4, 1.3)),
            "robot": (is: Robot(
                arm: (robot: "arm", tool: "0.3 m", load: "20 kg", approach: "0.35 m", centred: true,
                    grip: Vacuum(cups: 4, diameter: "80 mm", pressure: "60 kPa", friction: 0.5)),
                pick: "{pick} s", place: "{place} s",
            ), to: ["outfeed"], at: (0, 0)),
            "outfeed": (is: Conveyor(length: "{length} m", speed: "{speed} m/s"), to: ["out"], at: (1.3, 0.2), facing: "90 deg"),
            "out": (is: Sink),
        }})"#
        ),
        &[("arm.ron", ARM)],
    );
    let loaded = load("plant.ron", &plant, &core_registry(), &Options::default());
    let report = loaded.diagnostics.render(&loaded.sources, twin::diagnostics::Look::default());
    loaded.model.ok_or(Failure::Plant(report))
}

/// V65.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let events = cell(&[])?;
    let (state, _) = bench.once(&events, 60.0)?;
    let robot = state.figures(&events, find(&events, "robot"));
    let carried = robot.iter().find(|figure| figure.0 == "travel_loaded_s");
    let carried = carried.map_or(f64::NAN, |figure| figure.1);
    let ([length, speed], [pick, place], [friction, g]) = (BELT, HAND, SLIP);
    let rides = 2.0 * length / speed;
    let exact = rides + pick + carried + place + speed / (2.0 * friction * g);

    let bodies = cell(&["infeed", "robot", "outfeed"])?;
    let (_, log) = bench.once(&bodies, 60.0)?;
    let through = log.parts.first().map_or(f64::NAN, |part| part.left.seconds());

    // At rest where it was put down: a moment before the arm lets go.
    let mut state = State::new(&bodies, 1, 0);
    let down = SimTime::from_seconds(length / speed + pick + carried + place - 0.01);
    advance(&bodies, &mut state, down, &mut Log::off())?;
    let part = state.contents(&bodies, find(&bodies, "robot")).first().copied();
    let pose = part.and_then(|part| state.bodies().first()?.pose_at(part, down));
    let off = pose
        .map_or(f64::NAN, |pose| (pose.translation.vector - Vector3::new(1.3, 0.0, 1.125)).norm());
    let turned = pose.map_or(f64::NAN, |pose| (pose.rotation * Vector3::x()).angle(&Vector3::y()));
    Ok(vec![
        Finding::within("a carton through the cell, s", exact, through, 8e-3, "two steps"),
        Finding::within("where it is put down: off by, m", 0.0, off, 3e-3, "3 mm"),
        Finding::within("how it lies: turned by, rad", 0.0, turned, 5e-3, "0.3°"),
    ])
}

fn find(model: &Model, name: &str) -> EquipmentId {
    model.find(name).unwrap_or(EquipmentId::NONE)
}
