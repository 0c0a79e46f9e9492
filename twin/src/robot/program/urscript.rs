//! Universal Robots URScript: metres, radians, rotation vectors.
//!
//! Full speed of a joint is taken to be 180 deg/s, as on most of these arms; accelerations are the maker's defaults. Signals are variables that
//! the cell sets to the numbers of inputs and outputs; so are `<belt>_axis` and `<belt>_ticks` of a belt.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use super::scan::{Collector, Line, lines, list, seconds, share, speed, write as number};
use super::{GRIPPER, Instruction, Pose, Program, ProgramError, Zone};
use crate::units::Angle;

/// Full speed of a joint, rad/s.
const FULL: f64 = std::f64::consts::PI;

/// What is left of a wait with a limit, s, and how it gets less.
const LEFT: &str = "time_left";
const COUNT_DOWN: &str = "time_left=time_left-get_steptime()";

/// The program as a function.
///
/// # Errors
///
/// As [`Program::check`]; joint moves must have six joints.
pub fn write(program: &Program) -> Result<String, ProgramError> {
    program.check(6)?;
    let mut out = format!("def {}():\n", program.name);
    for line in program.steps.iter().flat_map(instruction) {
        out.push_str(&format!("  {line}\n"));
    }
    out.push_str("end\n");
    Ok(out)
}

fn instruction(step: &Instruction) -> Vec<String> {
    let truth = |on: bool| if on { "True" } else { "False" };
    let radius = |zone: &Zone| number(zone.radius());
    match step {
        Instruction::Move { to, speed, zone } => {
            let axes: Vec<f64> = to.iter().map(|angle| angle.radians()).collect();
            let v = number(FULL * speed.fraction());
            vec![format!("movej([{}],a=1.4,v={v},r={})", list(&axes), radius(zone))]
        }
        Instruction::Linear { to, speed, zone } => {
            let v = number(speed.metres_per_second());
            vec![format!("movel({},a=1.2,v={v},r={})", pose_text(to), radius(zone))]
        }
        Instruction::Circular { via, to, speed, zone } => {
            let v = number(speed.metres_per_second());
            let (via, to) = (pose_text(via), pose_text(to));
            vec![format!("movec({via},{to},a=1.2,v={v},r={})", radius(zone))]
        }
        Instruction::Grip { close, takes } => vec![
            format!("set_standard_digital_out({GRIPPER},{})", truth(*close)),
            format!("sleep({})", number(takes.seconds())),
        ],
        Instruction::Wait(time) => vec![format!("sleep({})", number(time.seconds()))],
        Instruction::WaitFor { signal, is, timeout: None } => vec![
            format!("while get_standard_digital_in({signal})=={}:", truth(!is)),
            "  sync()".to_owned(),
            "end".to_owned(),
        ],
        Instruction::WaitFor { signal, is, timeout: Some(limit) } => vec![
            format!("{LEFT}={}", number(limit.seconds())),
            format!("while get_standard_digital_in({signal})=={} and {LEFT}>0:", truth(!is)),
            "  sync()".to_owned(),
            format!("  {COUNT_DOWN}"),
            "end".to_owned(),
        ],
        Instruction::Set { signal, to } => {
            vec![format!("set_standard_digital_out({signal},{})", truth(*to))]
        }
        Instruction::Track(Some(belt)) => {
            vec![format!("track_conveyor_linear({belt}_axis,{belt}_ticks)")]
        }
        Instruction::Track(None) => vec!["stop_conveyor_tracking()".to_owned()],
    }
}

fn pose_text(pose: &Pose) -> String {
    let pose = pose.isometry();
    let (at, turn) = (pose.translation.vector, one_of_two(pose.rotation.scaled_axis()));
    format!("p[{}]", list(&[at.x, at.y, at.z, turn.x, turn.y, turn.z]))
}

/// The same turn; if it is a half one, about that of two opposite axes whose first component is positive.
fn one_of_two(turn: Vector3<f64>) -> Vector3<f64> {
    const NEAR: f64 = 1e-6;
    let angle = turn.norm();
    let first = turn.iter().find(|x| x.abs() > NEAR).copied().unwrap_or(0.0);
    if first < 0.0 && (angle - std::f64::consts::PI).abs() < NEAR {
        return turn * (1.0 - 2.0 * std::f64::consts::PI / angle);
    }
    turn
}

/// A function as [`write()`] makes it.
///
/// # Errors
///
/// The first line that is not understood.
pub fn read(text: &str) -> Result<Program, ProgramError> {
    let mut steps = Collector::default();
    let (mut name, mut limit) = (None, None);
    let all = lines(text, "#");
    let mut rest = all.iter();
    while let Some(line) = rest.next() {
        if let Some(head) = line.text.strip_prefix("def ") {
            name = head.split('(').next().map(|name| name.trim().to_owned());
        } else if line.text == "end" {
            break;
        } else if let Some(time) = line.text.strip_prefix(&format!("{LEFT}=")) {
            limit = Some(seconds(line, line.number(time)?)?);
        } else {
            let mut step = one(line)?;
            if let Instruction::WaitFor { timeout, .. } = &mut step {
                let limited = line.text.contains(" and ");
                *timeout = limit.take().filter(|_| limited);
                let counts: &[&str] = if timeout.is_some() { &[COUNT_DOWN] } else { &[] };
                for wanted in [&["sync()"], counts, &["end"]].concat() {
                    if rest.next().is_none_or(|line| line.text != wanted) {
                        return Err(line.error("only waiting is understood in a loop"));
                    }
                }
                if limited != timeout.is_some() {
                    return Err(line.error("a limit is wanted"));
                }
            }
            steps.push(line, step)?;
        }
    }
    if let Some(line) = rest.next() {
        return Err(line.error("something behind the end"));
    }
    steps.finish(name)
}

fn one(line: &Line<'_>) -> Result<Instruction, ProgramError> {
    let (word, _) = line.text.split_once('(').ok_or_else(|| line.error("not understood"))?;
    let inside = || line.between("(", ")");
    Ok(match word {
        "movej" => {
            let numbers = line.numbers(inside()?)?;
            let [a, b, c, d, e, f, _, v, r] = <[f64; 9]>::try_from(numbers)
                .map_err(|_| line.error("six joints, a, v and r are wanted"))?;
            let to = [a, b, c, d, e, f].map(Angle::from_radians).to_vec();
            Instruction::Move { to, speed: share(line, v / FULL)?, zone: Zone::of_radius(r) }
        }
        "movel" => {
            let numbers = line.numbers(&inside()?.replace('p', ""))?;
            let [six @ .., _, v, r] = numbers.as_slice() else {
                return Err(line.error("not understood"));
            };
            Instruction::Linear {
                to: pose(line, six)?,
                speed: speed(line, *v)?,
                zone: Zone::of_radius(*r),
            }
        }
        "movec" => {
            let numbers = line.numbers(&inside()?.replace('p', ""))?;
            let [twelve @ .., _, v, r] = numbers.as_slice() else {
                return Err(line.error("not understood"));
            };
            let (via, to) = twelve.split_at(twelve.len() / 2);
            let (via, to) = (pose(line, via)?, pose(line, to)?);
            Instruction::Circular { via, to, speed: speed(line, *v)?, zone: Zone::of_radius(*r) }
        }
        "sleep" => Instruction::Wait(seconds(line, line.number(inside()?)?)?),
        "set_standard_digital_out" => {
            let (signal, to) =
                inside()?.split_once(',').ok_or_else(|| line.error("a value is wanted"))?;
            Instruction::Set { signal: signal.trim().to_owned(), to: truth(line, to)? }
        }
        "while get_standard_digital_in" => {
            let signal = line.between("(", ")")?.to_owned();
            let condition = line.between("==", ":")?;
            let value = match condition.split_once(" and ") {
                Some((value, "time_left>0")) => value,
                Some(_) => return Err(line.error("one signal is waited for")),
                None => condition,
            };
            Instruction::WaitFor { signal, is: !truth(line, value)?, timeout: None }
        }
        "track_conveyor_linear" => {
            let belt = inside()?.split("_axis").next().unwrap_or_default();
            Instruction::Track(Some(belt.trim().to_owned()))
        }
        "stop_conveyor_tracking" => Instruction::Track(None),
        _ => return Err(line.error("not understood")),
    })
}

fn truth(line: &Line<'_>, word: &str) -> Result<bool, ProgramError> {
    match word.trim() {
        "True" => Ok(true),
        "False" => Ok(false),
        _ => Err(line.error("True or False is wanted")),
    }
}

fn pose(line: &Line<'_>, numbers: &[f64]) -> Result<Pose, ProgramError> {
    let [x, y, z, a, b, c] =
        <[f64; 6]>::try_from(numbers).map_err(|_| line.error("six numbers are wanted"))?;
    let turn = UnitQuaternion::from_scaled_axis(Vector3::new(a, b, c));
    Ok(Pose::from_isometry(&Isometry3::from_parts(Translation3::new(x, y, z), turn)))
}
