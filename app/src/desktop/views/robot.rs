//! What a robot is about, and how an equipment runs: lines of the inspector.

use twin::engine::State;
use twin::flow::Robot;
use twin::id::EquipmentId;

use super::inspector::duration;
use super::labels::short;
use crate::desktop::Run;

/// What there is to say of `id`: its name, and the value.
pub fn about(run: &Run, id: EquipmentId) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if run.model.row(id).cell.is_some() {
        out.push(("runs as", "rigid bodies".to_owned()));
    }
    robot(run, id, &mut out);
    out
}

fn robot(run: &Run, id: EquipmentId, out: &mut Vec<(&'static str, String)>) -> Option<()> {
    let robot = State::parameters::<Robot>(&run.model, id)?;
    let state = run.state().variables::<Robot>(&run.model, id)?;
    let (task, now) = (robot.task(state)?, run.state().now());
    let name = |at: EquipmentId| short(run, at);
    let ends = match (task.from, task.to) {
        (Some(from), Some(to)) => format!(": {} to {}", name(from), name(to)),
        (None, Some(at)) => format!(" at {}", name(at)),
        _ => String::new(),
    };
    out.push(("task", format!("{}{ends}", task.what)));
    let full = |at: EquipmentId| run.model.row(at).name.as_str();
    let program = task.from.zip(task.to).filter(|_| task.loaded);
    let program = program.and_then(|(from, to)| robot.program(full(from), full(to)));
    if let Some(program) = program {
        let made = run.model.programs.iter();
        let made = made.clone().find(|made| made.equipment == id && made.name == program);
        let steps = made.map_or(0, |made| made.steps.len());
        out.push(("program", format!("{program}, {steps} steps")));
    }
    if let Some(course) = robot.course(state, now, 1) {
        let takes = course.takes.seconds();
        let told = format!("{:.0} % of {}", course.gone * 100.0, duration(takes));
        out.push(("way", told));
    }
    if let Some(near) = robot.clearance_m(state, now) {
        out.push(("nearest", format!("{:.0} mm to {}", near.distance.max(0.0) * 1e3, near.what)));
    }
    Some(())
}
