//! One arm: its structure, its joints, and whether its sheet agrees with itself.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostics, codes};
use crate::layout::text::Slice;
use crate::units::{Length, Mass};

use super::super::arm::{Arm, Structure};
use super::super::file::{JointFile, RobotFile, StructureFile};
use super::super::sheet::{Provenance, Sheet};
use super::super::structure::{Delta, Franka, Scara, Spherical, Srs, Ur};
use super::{chain, joints, provenance};

/// How far the reach on the sheet may be from that of the lengths.
const REACH_AGREES: f64 = 0.01;

/// The arm that a file describes, and its sheet; whatever is wrong is reported.
pub(super) fn read(slice: &Slice<'_>, found: &mut Diagnostics) -> Option<(Arm, Sheet)> {
    let Some(file) = slice.read::<RobotFile>(found) else {
        joints::check_alone(slice, found);
        return None;
    };
    let errors = found.n_errors();
    if file.name.trim().is_empty() {
        slice.error(found, codes::BAD_VALUE, "name", "a robot needs a name", None);
    }
    let structure = structure(slice, &file.structure, found);
    let motions = structure.as_ref().map(Structure::motions);
    // Without a structure, joints are still worth checking for themselves.
    let motions = motions.unwrap_or_else(|| file.joints.iter().map(JointFile::motion).collect());
    let joints = joints::check(slice, &file, &motions, found);
    if !file.masses.is_empty() && file.masses.len() != motions.len() {
        let message =
            format!("{} links move, and {} masses are given", motions.len(), file.masses.len());
        slice.error(found, codes::WRONG_JOINTS, "masses", message, None);
    }
    if !file.girths.is_empty() && file.girths.len() != motions.len() {
        let message =
            format!("{} links move, and {} girths are given", motions.len(), file.girths.len());
        slice.error(found, codes::WRONG_JOINTS, "girths", message, None);
    }
    let girths: Vec<f64> = file.girths.iter().map(|girth| girth.metres()).collect();
    if let Some(n) = girths.iter().position(|girth| !(*girth >= 0.0)) {
        let message = "a link is not thinner than nothing";
        slice.error(found, codes::BAD_VALUE, &format!("girths[{n}]"), message, None);
    }
    let reach = file.reach.map(Length::metres);
    agree(slice, reach, structure.as_ref().and_then(Structure::reach), found);
    let provenance = provenance::check(slice, &file.provenance, found);
    if found.n_errors() > errors {
        return None;
    }
    let mut arm = Arm::new(&file.name, structure?, joints)?;
    arm.payload = file.payload.map(Mass::kilograms);
    arm.reach = reach;
    arm.girths = girths;
    let sheet = Sheet {
        maker: file.maker,
        masses: file.masses.iter().map(|mass| mass.kilograms()).collect(),
        provenance: with_ramps(provenance, arm.joints().len()),
    };
    Some((arm, sheet))
}

/// Accelerations and jerks that are not written come from where the ramps do.
fn with_ramps(
    mut provenance: BTreeMap<String, Provenance>,
    joints: usize,
) -> BTreeMap<String, Provenance> {
    for (ramp, field) in [("ramp", "acceleration"), ("rise", "jerk")] {
        let Some(from) = provenance.get(ramp).cloned() else { continue };
        for n in 0..joints {
            provenance.entry(format!("joints[{n}].{field}")).or_insert_with(|| from.clone());
        }
    }
    provenance
}

/// Whether the reach on the sheet is that of the lengths.
fn agree(slice: &Slice<'_>, sheet: Option<f64>, formula: Option<f64>, found: &mut Diagnostics) {
    let (Some(sheet), Some(formula)) = (sheet, formula) else { return };
    if !((sheet - formula).abs() <= REACH_AGREES * formula) {
        let message = format!("the sheet says {sheet} m, and the lengths come to {formula:.4} m");
        let hint = "one of the lengths, or the reach, is wrong".to_owned();
        slice.error(found, codes::BAD_REACH, "reach", message, Some(hint));
    }
}

fn structure(
    slice: &Slice<'_>,
    file: &StructureFile,
    found: &mut Diagnostics,
) -> Option<Structure> {
    let zero = Length::from_metres(0.0);
    let (structure, positive): (Structure, Vec<(&str, f64)>) = match file {
        StructureFile::Spherical { a1, a2, b, c1, c2, c3, c4 } => {
            let [a1, a2, b] = [a1, a2, b].map(|length| length.unwrap_or(zero).metres());
            let [c1, c2, c3, c4] = [c1, c2, c3, c4].map(|length| length.metres());
            let lengths = Spherical { a1, a2, b, c1, c2, c3, c4 };
            (Structure::Spherical(lengths), vec![("c2", c2), ("c3", c3)])
        }
        StructureFile::Ur { d1, a2, a3, d4, d5, d6 } => {
            let [d1, a2, a3, d4, d5, d6] = [d1, a2, a3, d4, d5, d6].map(|length| length.metres());
            let arms = vec![("a2", a2.abs()), ("a3", a3.abs()), ("d4", d4.abs())];
            (Structure::Ur(Ur { d1, a2, a3, d4, d5, d6 }), arms)
        }
        StructureFile::Scara { height, inner, outer } => {
            let [height, inner, outer] = [height, inner, outer].map(|length| length.metres());
            let arms = vec![("inner", inner), ("outer", outer)];
            (Structure::Scara(Scara { height, inner, outer }), arms)
        }
        StructureFile::Delta { base, platform, upper, lower, drop, turns } => {
            let drop = drop.unwrap_or(zero).metres();
            let [base, platform, upper, lower] =
                [base, platform, upper, lower].map(|length| length.metres());
            let lengths =
                vec![("base", base), ("platform", platform), ("upper", upper), ("lower", lower)];
            let delta = Delta { base, platform, upper, lower, drop, turns: *turns };
            (Structure::Delta(delta), lengths)
        }
        StructureFile::Srs { shoulder, upper, forearm, hand } => {
            let [shoulder, upper, forearm, hand] =
                [shoulder, upper, forearm, hand].map(|length| length.metres());
            let arms = vec![("upper", upper), ("forearm", forearm)];
            (Structure::Srs(Srs { shoulder, upper, forearm, hand }), arms)
        }
        StructureFile::Franka { shoulder, upper, crook, forearm, wrist, flange } => {
            let [shoulder, upper, crook, forearm, wrist, flange] =
                [shoulder, upper, crook, forearm, wrist, flange].map(|length| length.metres());
            let arms = vec![("upper", upper), ("forearm", forearm)];
            let lengths = Franka { shoulder, upper, crook, forearm, wrist, flange };
            (Structure::Franka(lengths), arms)
        }
        StructureFile::Chain { tip, links } => {
            let chain = chain::check(slice, tip, links, found)?;
            (Structure::Chain(chain), Vec::new())
        }
    };
    for (name, length) in positive {
        if !(length > 0.0) {
            let message = format!("`{name}` has to be longer than 0, or there is no such arm");
            slice.error(found, codes::NO_LENGTH, &format!("structure.{name}"), message, None);
        }
    }
    Some(structure)
}
