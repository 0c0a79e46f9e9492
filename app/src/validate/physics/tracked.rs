//! An arm that takes cartons, as rigid bodies, from a belt that runs.
//!
//! A sensor sees a carton whose middle is at *s*; the encoder of the belt has gone *d* since. So the arm has it at *s + d*, and goes down
//! with the belt at its speed. Held, the carton has to be where the cups are: over its middle, and as fast as the belt. When it is through is what the
//! same cell takes as events, and *v / 2 μ g* by which it falls behind on the belt that takes it along from rest.

use nalgebra::Vector3;
use twin::engine::{Log, Model, State, advance};
use twin::id::EquipmentId;
use twin::plant::{Options, core_registry, load};
use twin::robot::motion::Kinematics;
use twin::units::SimTime;

use crate::validate::bench::{Bench, Beside, Failure, Findings};
use crate::validate::finding::Finding;

const ARM: &str = include_str!("../../../../assets/robots/abb-irb-4600-40.ron");
const CELL: &str = include_str!("../../../../assets/plants/tracking-cell.ron");
/// Speed of the belt, m/s.
const SPEED: f64 = 0.3;

/// The cell of the project's plants with cartons as `source` says, as rigid bodies or as events.
fn cell(source: &str, rigid: bool) -> Result<Model, Failure> {
    let plant = Beside(
        CELL.replace("every: Exponential(\"7 s\")", source),
        &[("../robots/abb-irb-4600-40.ron", ARM)],
    );
    let physics = (!rigid).then(Vec::new);
    let options = Options { physics, ..Options::default() };
    let loaded = load("plant.ron", &plant, &core_registry(), &options);
    let report = loaded.diagnostics.render(&loaded.sources, twin::diagnostics::Look::default());
    loaded.model.ok_or(Failure::Plant(report))
}

/// V67.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let single = "every: \"60 s\", first: \"0 s\", total: 1";
    let through = |rigid: bool| {
        let model = cell(single, rigid)?;
        let mut log = Log::new(true, false);
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(60.0), &mut log)?;
        Ok::<_, Failure>(log.parts.first().map_or(f64::NAN, |part| part.left.seconds()))
    };
    let (events, bodies) = (through(false)?, through(true)?);
    let [off, speed] = lifted(&cell(single, true)?)?;
    let counts = |rigid: bool| {
        let model = cell("every: Exponential(\"5 s\")", rigid)?;
        let (state, _) = bench.once(&model, 1200.0)?;
        let figures = state.figures(&model, model.find("belt").unwrap_or(EquipmentId::NONE));
        let of =
            |name: &str| figures.iter().find(|row| row.0 == name).map_or(f64::NAN, |row| row.1);
        Ok::<_, Failure>([of("caught"), of("missed")])
    };
    let (as_events, as_bodies) = (counts(false)?, counts(true)?);
    // It is put down at rest on a belt that runs.
    let [speed_out, friction, g] = [0.4, 0.5, 9.81];
    let exact = events + speed_out / (2.0 * friction * g);
    Ok(vec![
        Finding::within("cups off the middle of the carton, m", 0.0, off, 3e-3, "3 mm"),
        Finding::within("speed along the belt while it is lifted, m/s", SPEED, speed, 3e-3, "1 %"),
        Finding::within("a carton through the cell, s", exact, bodies, 8e-3, "two steps"),
        Finding::within("caught in 20 minutes", as_events[0], as_bodies[0], 1.0, "one"),
        Finding::within("missed in 20 minutes", as_events[1], as_bodies[1], 1.0, "one"),
    ])
}

/// How far the middle of the carton is from under the tool when it is lifted, m, and its speed along the belt then, m/s.
fn lifted(model: &Model) -> Result<[f64; 2], Failure> {
    let picker = model.find("picker").unwrap_or(EquipmentId::NONE);
    let mut state = State::new(model, 1, 0);
    let mut last: Option<Vector3<f64>> = None;
    for n in 0..6000 {
        let now = SimTime::from_seconds(0.004 * f64::from(n));
        advance(model, &mut state, now, &mut Log::off())?;
        let Some(part) = state.contents(model, picker).first().copied() else { continue };
        let pose = state.bodies().first().and_then(|bodies| bodies.pose_at(part, now));
        let Some(at) = pose.map(|pose| pose.translation.vector) else { continue };
        if let Some(before) = last.replace(at)
            && at.z - before.z > 1e-3
        {
            let arm = twin::seen::posture(model, &state, picker);
            let tool = arm.map(|arm| arm.arm.forward(&arm.q).translation.vector);
            let off = tool.map_or(f64::NAN, |tool| (tool.xy() - at.xy()).norm());
            return Ok([off, (at.x - before.x) / 0.004]);
        }
    }
    Ok([f64::NAN; 2])
}
