//! Sheets and answers as one JSON object, in SI.

use std::collections::BTreeMap;

use nalgebra::Isometry3;
use serde_json::{Value, json};
use twin::robot::{Joint, Motion, Mounted, Provenance, Robot, Solution};

use super::Answer;

/// The robot, and what was asked of one of its arms.
pub(super) fn json(robot: &Robot, answer: Option<&(&Mounted, Answer)>) -> Value {
    json!({
        "schema": "genba.robot/1",
        "name": robot.name,
        "maker": robot.maker,
        "arms": robot.arms.iter().map(arm).collect::<Vec<_>>(),
        "provenance": provenance(&robot.provenance),
        "answer": answer.map(|(mounted, answer)| answered(mounted, answer)),
    })
}

fn provenance(all: &BTreeMap<String, Provenance>) -> Value {
    let each = all.iter().map(|(path, from)| {
        (path.clone(), json!({ "origin": from.origin.to_string(), "source": from.source }))
    });
    Value::Object(each.collect())
}

fn arm(mounted: &Mounted) -> Value {
    let Mounted { name, mount, arm, sheet, hand } = mounted;
    json!({
        "name": name,
        "is": arm.name(),
        "maker": sheet.maker,
        "mount": pose(mount),
        "payload_kg": arm.payload(),
        "reach_m": arm.reach(),
        "masses_kg": sheet.masses,
        "joints": arm.joints().iter().map(joint).collect::<Vec<_>>(),
        "fingers": hand.as_ref().map(|hand| {
            hand.fingers.iter().map(|finger| finger.name.as_str()).collect::<Vec<_>>()
        }),
        "provenance": provenance(&sheet.provenance),
    })
}

/// Figures in radians or metres, by how it moves.
fn joint(joint: &Joint) -> Value {
    json!({
        "moves": match joint.motion { Motion::Turns => "turns", Motion::Slides => "slides" },
        "range": [joint.range.0, joint.range.1],
        "speed": joint.speed,
        "acceleration": joint.acceleration,
        "jerk": joint.jerk,
        "torque_nm": joint.torque,
    })
}

fn pose(pose: &Isometry3<f64>) -> Value {
    let p = pose.translation.vector;
    let r = pose.rotation;
    json!({ "position_m": [p.x, p.y, p.z], "quaternion_xyzw": [r.i, r.j, r.k, r.w] })
}

fn answered(mounted: &Mounted, answer: &Answer) -> Value {
    let ways = answer.ways.as_ref();
    json!({
        "arm": mounted.name,
        "pose": answer.pose.as_ref().map(pose),
        "ways": ways.and_then(|ways| ways.as_ref().ok()).map(|ways| {
            ways.iter().map(way).collect::<Vec<_>>()
        }),
        "placed": answer.placed.as_ref().map(super::place::Placed::json),
        "refused": ways.and_then(|ways| ways.as_ref().err()).map(ToString::to_string),
    })
}

fn way(way: &Solution) -> Value {
    let violations = way.violations.iter();
    json!({
        "branch": way.branch.to_string(),
        "q": way.q,
        "free": way.free,
        "within": way.is_within(),
        "beyond": violations.map(|v| json!({ "joint": v.joint + 1, "by": v.by })).collect::<Vec<_>>(),
        "singular": way.singular.map(|singular| singular.to_string()),
    })
}
