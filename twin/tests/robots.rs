//! The descriptions in `assets/robots`: each is whole, and what it says is true of the arm that it comes to.
#![expect(clippy::unwrap_used, reason = "a test that cannot get on fails")]

use std::path::{Path, PathBuf};

use nalgebra::{Isometry3, UnitQuaternion, Vector3};
use rs_opw_kinematics::kinematic_traits::Kinematics;
use rs_opw_kinematics::kinematics_impl::OPWKinematics;
use rs_opw_kinematics::parameters::opw_kinematics::Parameters;
use twin::diagnostics::Look;
use twin::robot::{Arm, Robot, Structure, load};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/robots")
}

fn read(name: &str) -> Robot {
    let fetch = |path: &str, _: u64| std::fs::read_to_string(folder().join(path));
    let loaded = load(name, &fetch);
    let report = loaded.diagnostics.render(&loaded.sources, Look::default());
    assert!(loaded.diagnostics.is_empty(), "{name}\n{report}");
    loaded.robot.unwrap()
}

fn all() -> Vec<(String, Robot)> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

#[test]
fn every_description_loads_and_its_reach_is_that_of_its_lengths() {
    let robots = all();
    assert!(robots.len() >= 28, "only {} descriptions", robots.len());
    for (file, robot) in &robots {
        for mounted in &robot.arms {
            let arm = &mounted.arm;
            assert!(arm.payload().is_some() && !mounted.sheet.provenance.is_empty(), "{file}");
            let formula = arm.structure().reach();
            let delta = matches!(arm.structure(), Structure::Delta(_));
            assert!(formula.is_some() || delta, "{file}");
            let path = "reach";
            assert!(mounted.sheet.provenance.contains_key(path), "{file}");
        }
    }
}

/// The reach by formula is what the arm itself comes to when it is stretched out.
#[test]
fn stretched_arms_reach_as_far_as_they_say() {
    for (file, robot) in all() {
        for mounted in &robot.arms {
            let arm = &mounted.arm;
            let (chain, lengths) = match arm.structure() {
                Structure::Spherical(lengths) => (lengths.chain(), *lengths),
                _ => continue,
            };
            // Upper arm level; forearm turned by its crook, so that its wrist centre is level too.
            let crook = lengths.a2.atan2(lengths.c3);
            let half = std::f64::consts::FRAC_PI_2;
            let poses = chain.poses(&[0.4, half, -crook, 0.0, 0.0, 0.0]);
            let wrist = poses[4].translation.vector;
            let reach = arm.structure().reach().unwrap();
            assert!((wrist.xy().norm() - reach).abs() < 1e-12, "{file}");
            assert!((wrist.z - lengths.c1).abs() < 1e-12, "{file}");
        }
    }
}

/// The delta's assumed lengths cover the diameter that its maker names, within its ranges.
#[test]
fn the_delta_covers_its_working_circle() {
    let robot = read("abb-irb-360-1-1130.ron");
    let arm = robot.arm().unwrap();
    let covered = |z: f64| {
        (0..72).all(|n| {
            let (s, c) = (f64::from(n) * 5_f64.to_radians()).sin_cos();
            let at = Isometry3::translation(0.565 * c, 0.565 * s, z);
            arm.inverse(&at).is_ok_and(|ways| ways.iter().any(twin::robot::Solution::is_within))
        })
    };
    let heights = (60..110).filter(|z| covered(-f64::from(*z) / 100.0)).count();
    assert!(heights >= 10, "{heights} cm of height");
}

/// Elementary functions are our own, so results are the same bits in debug and release, and on every machine.
#[test]
fn results_are_the_same_bits_everywhere() {
    let mut print = 0xcbf2_9ce4_8422_2325_u64;
    for (_, robot) in all() {
        for mounted in &robot.arms {
            let arm = &mounted.arm;
            let q: Vec<f64> =
                arm.joints().iter().map(|j| 0.6 * j.range.0 + 0.4 * j.range.1).collect();
            let pose = arm.forward(&q).unwrap();
            let ways = arm.inverse_at(&pose, arm.free_at(&q).unwrap_or(0.0)).unwrap();
            let numbers = ways
                .iter()
                .flat_map(|way| way.q.clone())
                .chain(pose.translation.vector.iter().copied());
            for number in numbers {
                print = (print ^ number.to_bits()).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    assert_eq!(print, 0x7315_2bee_718d_4cb0, "{print:#x}");
}

/// An implementation by others, which returns all ways without names, has the same ones.
#[test]
fn spherical_wrists_agree_with_rs_opw_kinematics() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut dice = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64 * 6.0 - 3.0
    };
    let mut compared = 0;
    for (file, robot) in all() {
        let Some((arm, theirs)) = robot.arm().and_then(other) else { continue };
        for _ in 0..200 {
            let q: [f64; 6] = std::array::from_fn(|_| dice());
            let pose = arm.forward(&q).unwrap();
            let their_pose = theirs.forward(&q);
            let t = their_pose.translation;
            let r = their_pose.rotation;
            let same =
                UnitQuaternion::from_quaternion(nalgebra::Quaternion::new(r.w, r.x, r.y, r.z));
            assert!(
                (Vector3::new(t.x, t.y, t.z) - pose.translation.vector).norm() < 1e-12,
                "{file}"
            );
            assert!(same.angle_to(&pose.rotation) < 1e-7, "{file}");
            let ours = arm.inverse(&pose).unwrap();
            let found = theirs.inverse(&their_pose);
            let near = |a: &[f64], b: &[f64]| {
                let turns = a.iter().zip(b).map(|(a, b)| (a - b) / std::f64::consts::TAU);
                turns.map(|turns| (turns - turns.round()).abs()).fold(0.0, f64::max) < 1e-8
            };
            for their in &found {
                assert!(
                    ours.iter().any(|our| near(&our.q, their)),
                    "{file}: {their:?} is not among {ours:#?}"
                );
            }
            assert_eq!(ours.len(), found.len(), "{file} {q:?}");
            compared += ours.len();
        }
    }
    assert!(compared > 20_000, "{compared}");
}

fn other(arm: &Arm) -> Option<(&Arm, OPWKinematics)> {
    let Structure::Spherical(lengths) = arm.structure() else { return None };
    let joints: [_; 6] = std::array::from_fn(|n| arm.joints()[n]);
    let parameters = Parameters {
        a1: lengths.a1,
        a2: lengths.a2,
        b: lengths.b,
        c1: lengths.c1,
        c2: lengths.c2,
        c3: lengths.c3,
        c4: lengths.c4,
        offsets: joints.map(|joint| joint.zero),
        sign_corrections: joints.map(|joint| joint.sense as i8),
        dof: 6,
    };
    Some((arm, OPWKinematics::new(parameters)))
}
