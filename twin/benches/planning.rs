//! Ways around a wall per second and core.
//!
//! `cargo bench -p twin --no-default-features --bench planning` prints, for two arms with a wall before them, how many postures and moves are
//! looked at in a second, and how many ways are planned: each from one side of the wall to the other, from another stream,
//! shortcuts included.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use nalgebra::{Isometry3, Vector3};
use twin::planning::{Body, Checker, Settings, Surroundings, plan};
use twin::random::Stream;
use twin::robot::{Tooled, load};

const WAYS: u32 = 50;
const POSTURES: u32 = 20_000;
const FILES: [&str; 2] = ["abb-irb-120.ron", "universal-robots-ur5e.ron"];

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/robots");
    println!(
        "{:<20} {:>14} {:>10} {:>10} {:>12}",
        "", "postures/s", "ways/s", "found", "draws, mean"
    );
    for file in FILES {
        let fetch = |path: &str, _: u64| std::fs::read_to_string(folder.join(path));
        let Some(robot) = load(file, &fetch).robot else { continue };
        let Some(arm) = robot.arm() else { continue };
        let reach = arm.reach().unwrap_or(1.0);
        let arm = Tooled::straight(arm.clone(), 0.1);
        let Ok(body) = Body::of(&arm) else { continue };
        let mut around = Surroundings::new();
        let wall = Vector3::new(0.85 * reach, 0.03 * reach, 0.8 * reach);
        around.add_box("wall", wall, &Isometry3::translation(0.75 * reach, 0.0, 0.4 * reach));
        let checker = Checker { arm: &arm, body: &body, around: &around, margin: 0.01 };
        let side = |sign: f64| {
            let pose = arm.down_at([0.65 * reach, sign * 0.45 * reach, 0.35 * reach]);
            arm.ways(&pose).ok()?.into_iter().find(|way| checker.is_free(&way.q)).map(|way| way.q)
        };
        let (Some(from), Some(to)) = (side(-1.0), side(1.0)) else { continue };

        let start = Instant::now();
        (0..POSTURES).for_each(|_| drop(black_box(checker.clearance(&from))));
        let postures = f64::from(POSTURES) / start.elapsed().as_secs_f64();
        let start = Instant::now();
        let ways = (0..WAYS).filter_map(|n| {
            let mut stream = Stream::new(1, n, "ways");
            plan(&checker, &from, &to, &Settings::default(), &mut stream).ok()
        });
        let draws: Vec<u32> = ways.map(|way| way.draws).collect();
        let rate = f64::from(WAYS) / start.elapsed().as_secs_f64();
        let mean = f64::from(draws.iter().sum::<u32>()) / draws.len().max(1) as f64;
        let name = arm.arm.name();
        println!(
            "{name:<20} {postures:>14.0} {rate:>10.1} {:>7} of {WAYS} {mean:>9.1}",
            draws.len()
        );
    }
}
