//! ABB RAPID: millimetres, degrees, quaternions.
//!
//! Joint moves go by a share of full speed (`VelSet` around them), other moves by data in line. Tracking is `ActUnit` and `DeactUnit` of a
//! mechanical unit with the belt's name. A wait with a limit notes in the cell's `VAR bool late` whether it took too long.

use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion};

use super::scan::{
    Collector, Line, degrees, lines, list, millimetres, seconds, share, speed, write as number,
};
use super::{GRIPPER, Instruction, Pose, Program, ProgramError, SimDuration, Zone};

/// The cell's variable for waits that took too long.
const LATE: &str = "late";

const NO_AXES: &str = "[9E9,9E9,9E9,9E9,9E9,9E9]";

/// The program as a module with a procedure `main`.
///
/// # Errors
///
/// As [`Program::check`]; joint moves must have six joints.
pub fn write(program: &Program) -> Result<String, ProgramError> {
    program.check(6)?;
    let mut out = format!("MODULE {}\n  PROC main()\n", program.name);
    let mut belt = None;
    for step in &program.steps {
        for line in instruction(step, &mut belt) {
            out.push_str(&format!("    {line};\n"));
        }
    }
    out.push_str("  ENDPROC\nENDMODULE\n");
    Ok(out)
}

fn instruction(step: &Instruction, belt: &mut Option<String>) -> Vec<String> {
    let bit = |on: bool| u8::from(on);
    match step {
        Instruction::Move { to, speed, zone } => {
            let axes: Vec<f64> = to.iter().map(|angle| angle.radians().to_degrees()).collect();
            let go = format!(
                "MoveAbsJ [[{}],{NO_AXES}],[7000,500,5000,1000],{},tool0",
                list(&axes),
                zone_data(*zone)
            );
            let percent = 100.0 * speed.fraction();
            vec![format!("VelSet {},5000", number(percent)), go, "VelSet 100,5000".to_owned()]
        }
        Instruction::Linear { to, speed, zone } => vec![format!(
            "MoveL {},{},{},tool0",
            target(to),
            speed_data(speed.metres_per_second()),
            zone_data(*zone)
        )],
        Instruction::Circular { via, to, speed, zone } => vec![format!(
            "MoveC {},{},{},{},tool0",
            target(via),
            target(to),
            speed_data(speed.metres_per_second()),
            zone_data(*zone)
        )],
        Instruction::Grip { close, takes } => vec![
            format!("SetDO {GRIPPER},{}", bit(*close)),
            format!("WaitTime {}", number(takes.seconds())),
        ],
        Instruction::Wait(time) => vec![format!("WaitTime {}", number(time.seconds()))],
        Instruction::WaitFor { signal, is, timeout } => {
            let limit = timeout.map_or_else(String::new, |limit| {
                format!("\\MaxTime:={}\\TimeFlag:={LATE}", number(limit.seconds()))
            });
            vec![format!("WaitDI {signal},{}{limit}", bit(*is))]
        }
        Instruction::Set { signal, to } => vec![format!("SetDO {signal},{}", bit(*to))],
        Instruction::Track(Some(name)) => {
            *belt = Some(name.clone());
            vec![format!("ActUnit {name}")]
        }
        Instruction::Track(None) => {
            vec![format!("DeactUnit {}", belt.take().unwrap_or_else(|| "conveyor".to_owned()))]
        }
    }
}

fn target(pose: &Pose) -> String {
    let pose = pose.isometry();
    let at: Vec<f64> = pose.translation.vector.iter().map(|x| 1000.0 * x).collect();
    let turn = pose.rotation;
    let turn = list(&[turn.w, turn.i, turn.j, turn.k]);
    format!("[[{}],[{turn}],[0,0,0,0],{NO_AXES}]", list(&at))
}

fn speed_data(speed: f64) -> String {
    format!("[{},500,5000,1000]", number(1000.0 * speed))
}

fn zone_data(zone: Zone) -> String {
    let radius = 1000.0 * zone.radius();
    if radius > 0.0 {
        // Zones of orientation and external axes as in the maker's own: one and a half times as wide.
        let (wide, turn) = (number(1.5 * radius), number(0.15 * radius));
        format!("[FALSE,{},{wide},{wide},{turn},{wide},{turn}]", number(radius))
    } else {
        "fine".to_owned()
    }
}

/// A module as [`write()`] makes it.
///
/// # Errors
///
/// The first line that is not understood.
pub fn read(text: &str) -> Result<Program, ProgramError> {
    let mut steps = Collector::default();
    let (mut name, mut percent) = (None, 100.0);
    for line in lines(text, "!") {
        let body = line.text.trim_end_matches(';').trim();
        let (word, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
        let step = match word {
            "MODULE" => {
                name = Some(rest.trim().to_owned());
                continue;
            }
            "PROC" | "ENDPROC" | "ENDMODULE" => continue,
            "VelSet" => {
                percent = line.numbers(rest)?.first().copied().unwrap_or(100.0);
                continue;
            }
            "MoveAbsJ" => {
                let (numbers, zone) = data(&line, rest)?;
                let axes = numbers.get(..6).ok_or_else(|| line.error("six joints are wanted"))?;
                let to = axes.iter().map(|axis| degrees(*axis)).collect();
                Instruction::Move { to, speed: share(&line, percent / 100.0)?, zone }
            }
            "MoveL" => {
                let (numbers, zone) = data(&line, rest)?;
                let to = pose(&line, &numbers, 0)?;
                Instruction::Linear { to, speed: speed_of(&line, &numbers, 17)?, zone }
            }
            "MoveC" => {
                let (numbers, zone) = data(&line, rest)?;
                let (via, to) = (pose(&line, &numbers, 0)?, pose(&line, &numbers, 17)?);
                Instruction::Circular { via, to, speed: speed_of(&line, &numbers, 34)?, zone }
            }
            "WaitTime" => Instruction::Wait(seconds(&line, line.number(rest)?)?),
            "WaitDI" | "SetDO" => {
                let (signal, bit) =
                    rest.split_once(',').ok_or_else(|| line.error("a value is wanted"))?;
                let (bit, limit) = match bit.split_once("\\MaxTime:=") {
                    Some((bit, limit)) => (bit, Some(limit)),
                    None => (bit, None),
                };
                let (signal, on) = (signal.trim().to_owned(), line.number(bit)? != 0.0);
                if word == "SetDO" && limit.is_none() {
                    Instruction::Set { signal, to: on }
                } else if word == "WaitDI" {
                    let timeout = limit.map(|limit| longest(&line, limit)).transpose()?;
                    Instruction::WaitFor { signal, is: on, timeout }
                } else {
                    return Err(line.error("not understood"));
                }
            }
            "ActUnit" => Instruction::Track(Some(rest.trim().to_owned())),
            "DeactUnit" => Instruction::Track(None),
            _ => return Err(line.error("not understood")),
        };
        steps.push(&line, step)?;
    }
    steps.finish(name)
}

/// The longest wait, after which it goes on.
fn longest(line: &Line<'_>, text: &str) -> Result<SimDuration, ProgramError> {
    let (time, flag) = text.split_once("\\TimeFlag:=").ok_or_else(|| {
        line.error("a wait with a limit goes on behind it only with `\\TimeFlag`")
    })?;
    if flag.trim() != LATE {
        return Err(line.error("`\\TimeFlag:=late` is wanted"));
    }
    seconds(line, line.number(time)?)
}

/// The numbers of a move up to its zone, and the zone.
fn data(line: &Line<'_>, rest: &str) -> Result<(Vec<f64>, Zone), ProgramError> {
    let body = rest.strip_suffix("tool0").unwrap_or(rest).trim_end().trim_end_matches(',');
    if let Some(moves) = body.strip_suffix("fine") {
        return Ok((line.numbers(moves)?, Zone::Fine));
    }
    let (moves, zone) = body.split_once("[FALSE,").ok_or_else(|| line.error("a zone is wanted"))?;
    let radius = line.numbers(zone)?.first().copied().unwrap_or(0.0);
    Ok((line.numbers(moves)?, Zone::Within(millimetres(radius))))
}

fn pose(line: &Line<'_>, numbers: &[f64], from: usize) -> Result<Pose, ProgramError> {
    let [x, y, z, w, i, j, k] = numbers
        .get(from..from + 7)
        .and_then(|seven| <[f64; 7]>::try_from(seven).ok())
        .ok_or_else(|| line.error("a target is wanted"))?;
    let turn = Quaternion::new(w, i, j, k);
    if (turn.norm() - 1.0).abs() > 1e-3 {
        return Err(line.error("a unit quaternion is wanted"));
    }
    let at = Translation3::new(x / 1000.0, y / 1000.0, z / 1000.0);
    Ok(Pose::from_isometry(&Isometry3::from_parts(at, UnitQuaternion::from_quaternion(turn))))
}

fn speed_of(
    line: &Line<'_>,
    numbers: &[f64],
    at: usize,
) -> Result<crate::units::Speed, ProgramError> {
    let millimetres = numbers.get(at).ok_or_else(|| line.error("a speed is wanted"))?;
    speed(line, millimetres / 1000.0)
}
