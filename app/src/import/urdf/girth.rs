//! How thick links are, from what they consist of.

use std::collections::BTreeSet;

use nalgebra::{Isometry3, Vector3};

use super::meshes::Meshes;
use super::read::{Joint, Kind, Robot};
use super::solid::{from_line, pose};

/// What moves with a joint of the way.
struct Moved<'a> {
    /// Links on it, each with its pose in the frame of the joint.
    links: Vec<(&'a str, Isometry3<f64>)>,
    /// Where the next joint that moves is, or the tip.
    end: Vector3<f64>,
}

/// For each joint of the way that moves, the links that it moves, up to the next.
fn moved<'a>(way: &[&'a Joint]) -> Vec<Moved<'a>> {
    let mut all: Vec<Moved<'_>> = Vec::new();
    let mut at = Isometry3::identity();
    for joint in way {
        at *= pose(joint.xyz, joint.rpy);
        if joint.kind == Kind::Fixed {
            if let Some(last) = all.last_mut() {
                last.links.push((&joint.child, at));
                last.end = at.translation.vector;
            }
            continue;
        }
        if let Some(last) = all.last_mut() {
            last.end = at.translation.vector;
        }
        at = Isometry3::identity();
        all.push(Moved { links: vec![(&joint.child, at)], end: Vector3::zeros() });
    }
    all
}

/// Radius of each link that moves (m), about the line from its joint to the next, of the last to the tip, so that it holds all of it;
/// none, with a note, if a solid of any of them cannot be read or none has any.
pub(super) fn girths(
    name: &str,
    robot: &Robot,
    way: &[&Joint],
    meshes: &Meshes<'_>,
    notes: &mut BTreeSet<String>,
) -> Option<Vec<f64>> {
    let mut whole = true;
    let mut any = false;
    let mut girths = Vec::new();
    for moved in moved(way) {
        let mut girth = 0.0_f64;
        for (link, at) in &moved.links {
            for solid in robot.solids.get(*link).into_iter().flatten() {
                match solid.form.hull(|file| meshes.corners(file)) {
                    Ok((points, around)) => {
                        let place = at * solid.pose;
                        let far =
                            points.iter().map(|point| from_line(&(place * point), &moved.end));
                        girth = girth.max(far.fold(0.0, f64::max) + around);
                        any = true;
                    }
                    Err(why) => {
                        notes.insert(format!("{name}:{}: a mesh of `{link}`: {why}", solid.line));
                        whole = false;
                    }
                }
            }
        }
        girths.push(girth);
    }
    if !whole {
        notes.insert("girths are left out, as meshes are missing".to_owned());
    } else if !any {
        notes.insert("girths are left out: no link on the way consists of anything".to_owned());
    }
    (whole && any).then_some(girths)
}
