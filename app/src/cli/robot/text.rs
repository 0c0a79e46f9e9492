//! Sheets and answers as tables for people.

use std::fmt::Write as _;

use clap::builder::styling::Style;
use nalgebra::Isometry3;
use twin::robot::{Arm, Joint, Motion, Mounted, Origin, Robot, Solution, Structure};

use super::super::print;
use super::super::table::{Side, Table, Text};
use super::Answer;

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// All that the file says, with where it is from.
pub(super) fn sheets(robot: &Robot) -> String {
    let mut out = String::new();
    if robot.arms.len() > 1 {
        let _ = writeln!(out, "{STRONG}{}{STRONG:#}: {} arms", robot.name, robot.arms.len());
        out += &blocks(robot);
        out.push('\n');
    }
    let each: Vec<String> = robot.arms.iter().map(|one| sheet(one, robot.arms.len() > 1)).collect();
    out + &each.join("\n")
}

/// Where the blocks of an assembly come from, each source once.
fn blocks(robot: &Robot) -> String {
    let mut table = Table::new(&[Side::Left, Side::Left, Side::Left]);
    let mut told: Vec<(&str, &str)> = Vec::new();
    for (path, from) in &robot.provenance {
        let block = path.split('.').next().unwrap_or_default();
        if !told.contains(&(block, &from.source)) {
            told.push((block, &from.source));
            let source = Text::styled(from.source.as_str(), DIM);
            table.row([block.into(), origin(from.origin), source]);
        }
    }
    table.text()
}

fn sheet(mounted: &Mounted, several: bool) -> String {
    let Mounted { name, arm, sheet, mount, hand } = mounted;
    let mut out = String::new();
    if several {
        let _ = writeln!(out, "{STRONG}{name}{STRONG:#}: at {}", pose(mount));
    }
    let _ = writeln!(out, "{STRONG}{}{STRONG:#} ({}): {}", arm.name(), sheet.maker, kind(arm));
    let mut table = Table::new(&[Side::Left, Side::Left, Side::Left, Side::Left]);
    let mut row = |what: &str, value: String, path: &str| {
        let from = sheet.provenance.get(path);
        let (origin, source) =
            from.map_or((Text::default(), ""), |from| (origin(from.origin), from.source.as_str()));
        table.row([what.into(), value.into(), origin, Text::styled(source, DIM)]);
    };
    if let Some(payload) = arm.payload() {
        row("payload", format!("{payload} kg"), "payload");
    }
    if let Some(reach) = arm.reach() {
        row("reach", format!("{reach:.3} m"), "reach");
    }
    let lengths = sheet.provenance.keys().find(|path| path.starts_with("structure"));
    row("structure", lengths_of(arm.structure()), lengths.map_or("", String::as_str));
    row("joints", "see below".to_owned(), "joints[0].range");
    row("accelerations", String::new(), "joints[0].acceleration");
    row("jerks", String::new(), "joints[0].jerk");
    out += &table.text();
    out += &joints(mounted);
    if let Some(hand) = hand {
        let names: Vec<&str> = hand.fingers.iter().map(|finger| finger.name.as_str()).collect();
        let _ = writeln!(out, "  a hand of {} fingers: {}", names.len(), names.join(", "));
    }
    out
}

fn origin(origin: Origin) -> Text {
    let style = if origin == Origin::Assumed { print::WARNING } else { print::GOOD };
    Text::styled(origin.to_string(), style)
}

fn kind(arm: &Arm) -> String {
    let kind = match arm.structure() {
        Structure::Spherical(_) => "spherical wrist",
        Structure::Ur(_) => "three parallel axes, no spherical wrist",
        Structure::Scara(_) => "SCARA",
        Structure::Delta(_) => "delta",
        Structure::Srs(_) => "spherical shoulder and wrist",
        Structure::Franka(_) => "offsets at elbow and wrist",
        Structure::Chain(_) => "a chain without a closed form",
    };
    format!("{} joints, {kind}", arm.joints().len())
}

/// The lengths in millimetres.
fn lengths_of(structure: &Structure) -> String {
    let named: Vec<(&str, f64)> = match structure {
        Structure::Spherical(s) => vec![
            ("a1", s.a1),
            ("a2", s.a2),
            ("b", s.b),
            ("c1", s.c1),
            ("c2", s.c2),
            ("c3", s.c3),
            ("c4", s.c4),
        ],
        Structure::Ur(s) => {
            vec![("d1", s.d1), ("a2", s.a2), ("a3", s.a3), ("d4", s.d4), ("d5", s.d5), ("d6", s.d6)]
        }
        Structure::Scara(s) => vec![("height", s.height), ("inner", s.inner), ("outer", s.outer)],
        Structure::Delta(s) => vec![
            ("base", s.base),
            ("platform", s.platform),
            ("upper", s.upper),
            ("lower", s.lower),
            ("drop", s.drop),
        ],
        Structure::Srs(s) => vec![
            ("shoulder", s.shoulder),
            ("upper", s.upper),
            ("forearm", s.forearm),
            ("hand", s.hand),
        ],
        Structure::Franka(s) => vec![
            ("shoulder", s.shoulder),
            ("upper", s.upper),
            ("crook", s.crook),
            ("forearm", s.forearm),
            ("wrist", s.wrist),
            ("flange", s.flange),
        ],
        Structure::Chain(chain) => return format!("{} links", chain.len()),
    };
    let mm = |length: f64| (length * 1e6).round() / 1e3;
    let words: Vec<String> = named.iter().map(|(name, l)| format!("{name} {}", mm(*l))).collect();
    format!("{} mm", words.join(", "))
}

fn joints(mounted: &Mounted) -> String {
    let mut table = Table::new(&[Side::Left, Side::Right, Side::Right, Side::Right, Side::Right]);
    let heads = ["", "range", "speed", "acceleration", "jerk"];
    table.row(heads.map(|head| Text::styled(head, STRONG)));
    for (n, joint) in mounted.arm.joints().iter().enumerate() {
        let (unit, per) = unit(joint);
        let figure = |value: f64, power: &str| format!("{} {unit}{power}", short(value / per));
        let (low, high) = joint.range;
        table.row([
            format!("J{}", n + 1).into(),
            format!("{} … {} {unit}", short(low / per), short(high / per)).into(),
            figure(joint.speed, "/s").into(),
            figure(joint.acceleration, "/s2").into(),
            figure(joint.jerk, "/s3").into(),
        ]);
    }
    table.text()
}

/// The unit for people, and what one of it is in SI.
fn unit(joint: &Joint) -> (&'static str, f64) {
    match joint.motion {
        Motion::Turns => ("deg", 1_f64.to_radians()),
        Motion::Slides => ("mm", 1e-3),
    }
}

/// At most two decimals, none that are 0.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `0.374, 0, 0.63 m; 0, 90, 0 deg`
fn pose(pose: &Isometry3<f64>) -> String {
    let [x, y, z] = [0, 1, 2].map(|n| number(pose.translation.vector[n], 6));
    let (roll, pitch, yaw) = pose.rotation.euler_angles();
    let [roll, pitch, yaw] = [roll, pitch, yaw].map(|angle| number(angle.to_degrees(), 4));
    format!("{x}, {y}, {z} m; {roll}, {pitch}, {yaw} deg")
}

fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The pose, or the ways.
pub(super) fn answer(arm: &Arm, answer: &Answer) -> String {
    let mut out = String::new();
    if let Some(at) = &answer.pose {
        let _ = writeln!(out, "{}", pose(at));
    }
    match &answer.ways {
        Some(Ok(ways)) => out += &ways_of(arm, ways),
        Some(Err(error)) => {
            let _ = writeln!(out, "{error}");
        }
        None => {}
    }
    out + &answer.placed.as_ref().map_or_else(String::new, super::place::Placed::text)
}

fn ways_of(arm: &Arm, ways: &[Solution]) -> String {
    let n = arm.joints().len();
    let mut sides = vec![Side::Left];
    sides.extend(vec![Side::Right; n]);
    sides.push(Side::Left);
    let mut table = Table::new(&sides);
    let heads = arm.joints().iter().enumerate();
    let heads = heads.map(|(n, joint)| format!("J{} {}", n + 1, unit(joint).0));
    let styled = |text: String| Text::styled(text, STRONG);
    let first = std::iter::once("way".to_owned()).chain(heads).chain([String::new()]);
    table.row(first.map(styled));
    for way in ways {
        let q = arm.joints().iter().zip(&way.q).map(|(joint, q)| {
            let value = format!("{:.3}", q / unit(joint).1);
            if value == "-0.000" { "0.000".to_owned() } else { value }.into()
        });
        let name = Text::from(way.branch.to_string());
        table.row(std::iter::once(name).chain(q).chain([remark(arm, way)]));
    }
    table.text()
}

/// What keeps a way from being used, or what to know of it.
fn remark(arm: &Arm, way: &Solution) -> Text {
    let mut words: Vec<String> = Vec::new();
    for violation in &way.violations {
        let Some(joint) = arm.joints().get(violation.joint) else { continue };
        let (unit, per) = unit(joint);
        let by = short(violation.by.abs() / per);
        let end = if violation.by < 0.0 { "below" } else { "above" };
        words.push(format!("J{} {by} {unit} {end} its range", violation.joint + 1));
    }
    words.extend(way.singular.map(|singular| singular.to_string()));
    let style = if way.is_within() { Style::new() } else { print::WARNING };
    Text::styled(words.join("; "), style)
}
