//! KUKA KRL: millimetres, degrees, angles A, B, C about z, y, x.
//!
//! Signals are names that the cell's data list declares (`SIGNAL name $OUT[3]`). Tracking calls the cell's procedures `TRACK_ON` and
//! `TRACK_OFF`. A wait with a limit runs the controller's timer 1 up to zero.

use super::scan::{
    Collector, Line, degrees, lines, millimetres, seconds, share, speed, write as number,
};
use super::{GRIPPER, Instruction, Pose, Program, ProgramError, Zone};
use crate::units::{Angle, SimDuration};

/// The timer of waits with a limit, ms; what stops it; whether it is past zero.
const TIMER: &str = "$TIMER[1]";
const RUNS: &str = "$TIMER_STOP[1]";
const IS_UP: &str = "$TIMER_FLAG[1]";

/// The program as a procedure.
///
/// # Errors
///
/// As [`Program::check`].
pub fn write(program: &Program) -> Result<String, ProgramError> {
    program.check(1)?;
    let mut out = format!("DEF {}()\n  BAS(#INITMOV,0)\n", program.name);
    for line in program.steps.iter().flat_map(instruction) {
        out.push_str(&format!("  {line}\n"));
    }
    out.push_str("END\n");
    Ok(out)
}

fn instruction(step: &Instruction) -> Vec<String> {
    let truth = |on: bool| if on { "TRUE" } else { "FALSE" };
    match step {
        Instruction::Move { to, speed, zone } => {
            let axis = |(n, angle): (usize, &Angle)| {
                format!("A{} {}", n + 1, number(angle.radians().to_degrees()))
            };
            let axes: Vec<String> = to.iter().enumerate().map(axis).collect();
            let percent = number(100.0 * speed.fraction());
            let (before, suffix) = approach(*zone);
            let go = format!("PTP {{{}}}{suffix}", axes.join(","));
            [vec![format!("BAS(#VEL_PTP,{percent})")], before, vec![go]].concat()
        }
        Instruction::Linear { to, speed, zone } => {
            let (before, suffix) = approach(*zone);
            let go = format!("LIN {}{suffix}", frame(to));
            [vec![format!("$VEL.CP={}", number(speed.metres_per_second()))], before, vec![go]]
                .concat()
        }
        Instruction::Circular { via, to, speed, zone } => {
            let (before, suffix) = approach(*zone);
            let go = format!("CIRC {},{}{suffix}", frame(via), frame(to));
            [vec![format!("$VEL.CP={}", number(speed.metres_per_second()))], before, vec![go]]
                .concat()
        }
        Instruction::Grip { close, takes } => vec![
            format!("{GRIPPER}={}", truth(*close)),
            format!("WAIT SEC {}", number(takes.seconds())),
        ],
        Instruction::Wait(time) => vec![format!("WAIT SEC {}", number(time.seconds()))],
        Instruction::WaitFor { signal, is, timeout } => {
            let what = format!("{}{signal}", if *is { "" } else { "NOT " });
            timeout.map_or_else(
                || vec![format!("WAIT FOR {what}")],
                |limit| {
                    vec![
                        format!("{TIMER}={}", number(-1000.0 * limit.seconds())),
                        format!("{RUNS}=FALSE"),
                        format!("WAIT FOR {what} OR {IS_UP}"),
                        format!("{RUNS}=TRUE"),
                    ]
                },
            )
        }
        Instruction::Set { signal, to } => vec![format!("{signal}={}", truth(*to))],
        Instruction::Track(Some(belt)) => vec![format!("TRACK_ON(#{belt})")],
        Instruction::Track(None) => vec!["TRACK_OFF()".to_owned()],
    }
}

/// What precedes a move with a zone, and what follows it.
fn approach(zone: Zone) -> (Vec<String>, &'static str) {
    match zone {
        Zone::Fine => (Vec::new(), ""),
        Zone::Within(radius) => {
            (vec![format!("$APO.CDIS={}", number(1000.0 * radius.metres()))], " C_DIS")
        }
    }
}

fn frame(pose: &Pose) -> String {
    let [x, y, z] = pose.at.map(|x| number(1000.0 * x.metres()));
    let [c, b, a] = pose.turn.map(|angle| number(angle.radians().to_degrees()));
    format!("{{X {x},Y {y},Z {z},A {a},B {b},C {c}}}")
}

/// What lines before a move have set.
struct Modes {
    percent: f64,
    speed: f64,
    radius: f64,
    /// Longest wait, as the timer is set.
    limit: Option<SimDuration>,
}

/// A procedure as [`write()`] makes it.
///
/// # Errors
///
/// The first line that is not understood.
pub fn read(text: &str) -> Result<Program, ProgramError> {
    let mut steps = Collector::default();
    let mut name = None;
    let mut modes = Modes { percent: 100.0, speed: 2.0, radius: 0.0, limit: None };
    for line in lines(text, ";") {
        if let Some(rest) = line.text.strip_prefix("DEF ") {
            name = rest.split('(').next().map(|name| name.trim().to_owned());
        } else if line.text == "END" || line.text.starts_with("BAS(#INITMOV") {
            // Nothing to be done.
        } else if line.text.starts_with("BAS(#VEL_PTP") {
            let inside = line.between(",", ")")?;
            modes.percent = line.number(inside)?;
        } else if let Some(rest) = line.text.strip_prefix("$VEL.CP") {
            modes.speed = line.number(rest)?;
        } else if let Some(rest) = line.text.strip_prefix("$APO.CDIS") {
            modes.radius = line.number(rest)?;
        } else if let Some(rest) = line.text.strip_prefix(TIMER) {
            modes.limit = Some(seconds(&line, -line.number(rest)? / 1000.0)?);
        } else if line.text.starts_with(RUNS) {
            // It runs as long as something waits.
        } else {
            steps.push(&line, one(&line, &modes)?)?;
        }
    }
    steps.finish(name)
}

fn one(line: &Line<'_>, modes: &Modes) -> Result<Instruction, ProgramError> {
    let (body, zone) = match line.text.strip_suffix("C_DIS") {
        Some(body) => (body.trim_end(), Zone::Within(millimetres(modes.radius))),
        None => (line.text, Zone::Fine),
    };
    let (word, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
    Ok(match word {
        "PTP" => {
            let to = line.numbers(rest)?.into_iter().map(degrees).collect();
            Instruction::Move { to, speed: share(line, modes.percent / 100.0)?, zone }
        }
        "LIN" => {
            Instruction::Linear { to: pose(line, rest)?, speed: speed(line, modes.speed)?, zone }
        }
        "CIRC" => {
            let (via, to) =
                rest.split_once('}').ok_or_else(|| line.error("two frames are wanted"))?;
            let (via, to) = (pose(line, via)?, pose(line, to)?);
            Instruction::Circular { via, to, speed: speed(line, modes.speed)?, zone }
        }
        "WAIT" => match rest.trim().split_once(char::is_whitespace) {
            Some(("SEC", time)) => Instruction::Wait(seconds(line, line.number(time)?)?),
            Some(("FOR", what)) => {
                let negated = what.trim().strip_prefix("NOT ");
                let signal = negated.unwrap_or(what).trim();
                let (signal, timeout) = match signal.split_once(" OR ") {
                    None => (signal, None),
                    Some((signal, IS_UP)) if modes.limit.is_some() => (signal.trim(), modes.limit),
                    Some(_) => return Err(line.error("one signal is waited for")),
                };
                let (signal, is) = (signal.to_owned(), negated.is_none());
                Instruction::WaitFor { signal, is, timeout }
            }
            _ => return Err(line.error("not understood")),
        },
        _ if body.starts_with("TRACK_ON(#") => {
            Instruction::Track(Some(line.between("#", ")")?.to_owned()))
        }
        "TRACK_OFF()" => Instruction::Track(None),
        _ => {
            let (signal, value) =
                body.split_once('=').ok_or_else(|| line.error("not understood"))?;
            let to = match value.trim() {
                "TRUE" => true,
                "FALSE" => false,
                _ => return Err(line.error("TRUE or FALSE is wanted")),
            };
            Instruction::Set { signal: signal.trim().to_owned(), to }
        }
    })
}

/// A frame, its six entries in their order.
fn pose(line: &Line<'_>, text: &str) -> Result<Pose, ProgramError> {
    let letters = text.split(',').filter_map(|entry| entry.trim_matches(['{', ' ']).chars().next());
    if !letters.filter(char::is_ascii_alphabetic).eq("XYZABC".chars()) {
        return Err(line.error("a frame of X, Y, Z, A, B, C is wanted"));
    }
    let numbers = line.numbers(text)?;
    let [x, y, z, a, b, c] =
        <[f64; 6]>::try_from(numbers).map_err(|_| line.error("six numbers are wanted"))?;
    Ok(Pose { at: [x, y, z].map(millimetres), turn: [c, b, a].map(degrees) })
}
