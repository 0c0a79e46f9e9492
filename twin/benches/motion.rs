//! Robot motion: moves, courses and followed paths per second on one thread.
//!
//! `cargo bench -p twin --no-default-features --bench motion` prints them, each the fastest of several rounds. With `times FILE` it solves the
//! moves of a file, one a line (axes; for each axis position, velocity and acceleration at the start, the same at the end, and limits of
//! velocity, acceleration and jerk), and prints a duration for each; with `spline CELLS...` it prints the durations of the spline that
//! toppra is asked for. `benches/peers/motion/run` compares both with peers.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::Instant;

use nalgebra::Isometry3;
use twin::robot::motion::grid::{even, stations};
use twin::robot::motion::topp::fastest;
use twin::robot::motion::{
    Gantry, JointLimits, LegTo, MotionError, PointToPoint, Shape, Spline, State, ToolLimits,
    ToolRoute, along_tool, course_along,
};

const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("times") => times(&std::fs::read_to_string(&arguments[1])?),
        Some("spline") => {
            for cells in &arguments[1..] {
                println!("{:.10}", spline(cells.parse()?)?);
            }
            Ok(())
        }
        _ => Ok(bench()?),
    }
}

/// Solves moves written as numbers.
fn times(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    for line in text.lines() {
        let numbers: Vec<f64> =
            line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let axes: Vec<&[f64]> = numbers[1..].chunks(9).collect();
        let column = |n: usize| axes.iter().map(|axis| axis[n]).collect::<Vec<f64>>();
        let state = |n: usize| State {
            position: column(n),
            velocity: column(n + 1),
            acceleration: column(n + 2),
        };
        let limit = |axis: &&[f64]| JointLimits::free(axis[6], axis[7], axis[8]);
        let limits: Vec<JointLimits> = axes.iter().map(limit).collect();
        match PointToPoint::between(state(0), state(3), &limits).solve() {
            Ok(solved) => println!("{:.17e}", solved.duration()),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}

fn path() -> Result<Spline, MotionError> {
    let points = [[0.0; 3], [0.5, 0.2, -0.3], [1.0, -0.4, 0.2], [1.5, 0.0, 0.0]];
    Spline::through(points.map(Vec::from).to_vec())
}

fn spline(cells: usize) -> Result<f64, MotionError> {
    let limits = [JointLimits::free(2.0, 5.0, 1e9); 3];
    Ok(fastest(&stations(&path()?, &limits, &even(1.0, cells))?, 0.0, 0.0)?.duration())
}

/// How often a second `work` can be done, `count` times in each round.
fn rate(
    name: &str,
    count: usize,
    work: impl Fn(usize) -> Result<f64, MotionError>,
) -> Result<(), MotionError> {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for n in 0..count {
            black_box(work(n)?);
        }
        least = least.min(start.elapsed().as_secs_f64());
    }
    println!("{name:<58} {:>12.0} /s", count as f64 / least);
    Ok(())
}

fn bench() -> Result<(), MotionError> {
    let six = [JointLimits::free(3.0, 15.0, 150.0); 6];
    let to =
        |n: usize| [0, 1, 2, 3, 4, 5].map(|k| 1.5 * ((n * 7 + k * 13) % 29) as f64 / 29.0 - 0.7);
    for axes in [1, 6] {
        rate(&format!("moves of {axes} axes, rest to rest"), 2000, |n| {
            let move_ = PointToPoint::rest(&[0.0; 6][..axes], &to(n)[..axes], &six[..axes]);
            Ok(move_.solve()?.duration())
        })?;
    }
    let moving = State::moving(&[0.0; 6], &[0.5, -0.3, 0.2, 0.1, -0.6, 0.4]);
    rate("moves of 6 axes, moving at the start", 2000, |n| {
        let to = State::rest(&to(n));
        Ok(PointToPoint::between(moving.clone(), to, &six).solve()?.duration())
    })?;
    for cells in [200, 1000] {
        rate(&format!("courses along a spline of 3 axes, {cells} cells"), 100, |_| spline(cells))?;
    }
    let limits = [JointLimits::free(2.0, 5.0, 50.0); 3];
    let path = path()?;
    rate("the same with a limit on jerk", 10, |_| {
        Ok(course_along(&path, &limits)?.law.duration())
    })?;
    let line = |x: f64, z: f64, zone: f64| LegTo {
        to: Isometry3::translation(x, 0.0, z),
        shape: Shape::Line,
        zone,
        speed: f64::INFINITY,
    };
    let legs = [line(0.0, 0.1, 0.05), line(0.5, 0.1, 0.05), line(0.5, 0.0, 0.0)];
    let route = ToolRoute::new(Isometry3::identity(), &legs)?;
    let tool = ToolLimits { speed: 2.0, acceleration: 20.0, jerk: 400.0, angular_speed: 5.0 };
    let axes = [JointLimits::free(3.0, 30.0, 900.0); 3];
    rate("tool paths of three lines, jerk-limited, with kinematics", 5, |_| {
        Ok(along_tool(&route, &Gantry, &[0.0; 3], &axes, &tool)?.duration())
    })
}
