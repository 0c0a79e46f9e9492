//! Forward and inverse kinematics per second and core.
//!
//! `cargo bench -p twin --no-default-features --bench kinematics` prints, for one arm of each structure in `assets/robots`,
//! millions of calls a second on one thread: of the pose of the flange, of the Jacobian, of all ways to a pose, and of the nearest
//! way. Poses are those of random coordinates within the ranges. Each figure is the fastest of several rounds, so that a
//! busy machine shows little.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use nalgebra::Isometry3;
use twin::robot::{Arm, AtSingularity, load};

const ROUNDS: usize = 15;
const POSES: usize = 1_000;

const FILES: &[&str] = &[
    "abb-irb-4600-40.ron",
    "kuka-kr-10-r1420.ron",
    "universal-robots-ur5e.ron",
    "epson-gx8-45x.ron",
    "abb-irb-360-1-1130.ron",
    "kuka-lbr-iiwa-14.ron",
    "franka-fer.ron",
];

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/robots");
    let title = ["forward", "jacobian", "all ways", "nearest"];
    println!("{:<28} {}", "M calls/s", title.map(|word| format!("{word:>10}")).concat());
    for file in FILES {
        let fetch = |path: &str, _: u64| std::fs::read_to_string(folder.join(path));
        let Some(robot) = load(file, &fetch).robot else { continue };
        let Some(arm) = robot.arm() else { continue };
        let cases = cases(arm);
        // One value of the free parameter for arms of seven axes; the parameter itself means nothing to others.
        let free: Vec<f64> = cases.iter().map(|(q, _)| arm.free_at(q).unwrap_or(0.0)).collect();
        let figures = [
            rate(&cases, |_, q, _| drop(black_box(arm.forward(q)))),
            rate(&cases, |_, q, _| drop(black_box(arm.jacobian(q)))),
            rate(&cases, |n, _, pose| drop(black_box(arm.inverse_at(pose, free[n])))),
            rate(&cases, |_, q, pose| {
                drop(black_box(arm.nearest(pose, q, AtSingularity::Hold)));
            }),
        ];
        println!("{:<28} {}", arm.name(), figures.map(|rate| format!("{rate:>10.3}")).concat());
    }
}

type Case = (Vec<f64>, Isometry3<f64>);

/// Coordinates within the ranges, and their poses.
fn cases(arm: &Arm) -> Vec<Case> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut dice = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut cases = Vec::new();
    while cases.len() < POSES {
        let each = arm.joints().iter();
        let q: Vec<f64> = each.map(|j| j.range.0 + (j.range.1 - j.range.0) * dice()).collect();
        // Not every point of a delta's ranges can be joined.
        if let Ok(pose) = arm.forward(&q) {
            cases.push((q, pose));
        }
    }
    cases
}

/// Millions of calls a second.
fn rate(cases: &[Case], call: impl Fn(usize, &[f64], &Isometry3<f64>)) -> f64 {
    let round = |_| {
        let start = Instant::now();
        for (n, (q, pose)) in cases.iter().enumerate() {
            call(n, q, pose);
        }
        start.elapsed().as_secs_f64()
    };
    let fastest = (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min);
    cases.len() as f64 / fastest / 1e6
}
