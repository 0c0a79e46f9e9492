//! Writing the description of a robot.

use std::collections::BTreeSet;
use std::f64::consts::PI;
use std::fmt::Write as _;

use super::read::{Joint, Kind, Robot};

/// Range of a joint that turns without end [rad]: ten turns either way.
const ENDLESS: f64 = 62.831_853_071_795_86;
/// Speed of a joint whose file says none [rad/s or m/s].
const SPEED: f64 = 1.0;
/// What everything sits on.
const BASE: &str = "base";

/// The description of the way `way` of `robot`, which the file `name` describes.
pub(super) fn description(
    name: &str,
    robot: &Robot,
    way: &[&Joint],
    girths: Option<&[f64]>,
    notes: &mut BTreeSet<String>,
) -> String {
    let root = way.first().map_or("", |joint| joint.parent.as_str());
    let tip = way.last().map_or("", |joint| joint.child.as_str());
    // A link that is not the root, but is named as if it were.
    let called = |link: &str| match link {
        _ if link == root => BASE.to_owned(),
        BASE => "base (not the root)".to_owned(),
        _ => link.to_owned(),
    };
    let mut out =
        format!("// From {name}.\nRobot(\n    name: {:?},\n    maker: \"\",\n", robot.name);
    let _ = writeln!(out, "    structure: Chain(tip: {:?}, links: {{", called(tip));
    for joint in way {
        let _ = writeln!(
            out,
            "        {:?}: (on: {:?}, at: {}, turned: {}, moves: {}),",
            called(&joint.child),
            called(&joint.parent),
            three(joint.xyz, "m"),
            three(joint.rpy, "rad"),
            moves(joint),
        );
    }
    out += "    }),\n    joints: [\n";
    for joint in way.iter().filter(|joint| joint.kind != Kind::Fixed) {
        let _ = writeln!(out, "        {}, // {}", limits(joint, notes), comment(&joint.name));
    }
    out += "    ],\n";
    if let Some(girths) = girths {
        // Up to the next tenth of a millimetre, so that they hold what they are to hold.
        let mm: Vec<String> =
            girths.iter().map(|girth| format!("\"{} mm\"", (girth * 1e4).ceil() / 10.0)).collect();
        let _ = writeln!(out, "    girths: [{}],", mm.join(", "));
    }
    out += "    ramp: \"250 ms\",\n    rise: \"100 ms\",\n    provenance: {\n";
    let _ = writeln!(out, "        \"structure\": Sheet({:?}),", format!("joints of {name}"));
    let _ = writeln!(out, "        \"joints\": Sheet({:?}),", format!("limits in {name}"));
    if girths.is_some() {
        let _ = writeln!(
            out,
            "        \"girths\": Derived({:?}),",
            format!(
                "solids of the links in {name}, each within its radius about the line between its joints"
            )
        );
    }
    out += "        \"ramp\": Assumed(\"URDF knows no accelerations\"),\n        \"rise\": Assumed(\"URDF knows no \
            jerks\"),\n    },\n)\n";
    notes.insert("accelerations and jerks are made up: `ramp` and `rise`".to_owned());
    out
}

fn three(numbers: [f64; 3], unit: &str) -> String {
    let [x, y, z] = numbers.map(|number| format!("\"{number} {unit}\""));
    format!("({x}, {y}, {z})")
}

/// A comment must not end before its line does.
fn comment(name: &str) -> String {
    name.replace(['\n', '\r'], " ")
}

fn moves(joint: &Joint) -> String {
    let [x, y, z] = joint.axis.map(|number| format!("{number:?}"));
    match joint.kind {
        Kind::Fixed => "Fixed".to_owned(),
        Kind::Revolute | Kind::Continuous => format!("Turns({x}, {y}, {z})"),
        Kind::Prismatic => format!("Slides({x}, {y}, {z})"),
    }
}

/// What a joint can do; what the file does not say is made up, and noted.
fn limits(joint: &Joint, notes: &mut BTreeSet<String>) -> String {
    let name = &joint.name;
    let limit = joint.limit.unwrap_or_default();
    let (mut low, mut high) = (limit.lower, limit.upper);
    if joint.kind == Kind::Continuous {
        (low, high) = (-ENDLESS, ENDLESS);
        notes.insert(format!("`{name}` turns without end: here ten turns either way"));
    } else if !(low < high) {
        let guess;
        (low, high, guess) = match joint.kind {
            Kind::Prismatic => (0.0, 1.0, "0 to 1 m"),
            _ => (-PI, PI, "half a turn either way"),
        };
        notes.insert(format!("`{name}` has no limit: here {guess}"));
    }
    let mut speed = limit.velocity;
    if !(speed > 0.0) {
        speed = SPEED;
        notes.insert(format!("`{name}` has no speed: 1 rad/s or 1 m/s"));
    }
    if joint.kind == Kind::Prismatic {
        return format!("Prismatic(range: (\"{low} m\", \"{high} m\"), speed: \"{speed} m/s\")");
    }
    let torque = match limit.effort {
        effort if effort > 0.0 => format!(", torque: \"{effort} N m\""),
        _ => String::new(),
    };
    format!("Revolute(range: (\"{low} rad\", \"{high} rad\"), speed: \"{speed} rad/s\"{torque})")
}
