//! Steps per second of rigid bodies.
//!
//! `cargo bench -p twin --no-default-features --bench physics` prints, for 1 000 boxes on twenty belts at 240 and at 250 Hz, the
//! time of a step and how many times faster than the clock on the wall that is, on pools of 1, 2 and 4 threads; what ten light
//! barriers add, and ten arms of six joints, each of which swings a carton to and fro in two fingers along a jerk-limited move; and the steps per second of an arm of six joints with motors. Each figure is that of the fastest of several
//! rounds, so that a busy machine shows little.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::time::Instant;

use nalgebra::{Isometry3, Vector3};
use rapier3d::prelude as rapier;
use twin::physics::{Belt, Cell, Deck, Fingers, Goods, Grip, PhysicsError, Settings, Surface};
use twin::robot::motion::{JointLimits, PointToPoint};
use twin::sensor::ray::Response;

const ROUNDS: usize = 5;
type Problem = Box<dyn std::error::Error + Send + Sync>;

const LINES: usize = 20;
const ON_EACH: usize = 50;

fn main() -> Result<(), Problem> {
    println!("{} boxes on belts", LINES * ON_EACH);
    println!("{:<34} {:>10} {:>12}", "", "ms/step", "x real time");
    for (rate, step_ns) in [("240 Hz", 4_166_667), ("250 Hz", 4_000_000), ("125 Hz", 8_000_000)] {
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
            let step_s = pool.install(|| belts(step_ns, 8, 0))?;
            row(&format!("{rate}, 8 rounds, {threads} threads"), step_s, step_ns);
        }
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    row("250 Hz, 4 rounds, 1 thread", pool.install(|| belts(4_000_000, 4, 0))?, 4_000_000);
    row("the same with 10 light barriers", pool.install(|| belts(4_000_000, 4, 10))?, 4_000_000);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    for iterations in [8, 4] {
        let step_s = pool.install(|| robots(4_166_667, iterations))?;
        row(&format!("240 Hz, {iterations} rounds, ten arms, 2 threads"), step_s, 4_166_667);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    println!("an arm of six joints: {:.0} steps/s", 1.0 / pool.install(arm));
    Ok(())
}

fn row(name: &str, step_s: f64, step_ns: i64) {
    println!("{name:<34} {:>10.3} {:>12.2}", step_s * 1e3, step_ns as f64 * 1e-9 / step_s);
}

/// Seconds of the fastest of several rounds of `steps` times `step`, for one step.
fn fastest(steps: usize, mut step: impl FnMut()) -> f64 {
    let round = |_| {
        let start = Instant::now();
        (0..steps).for_each(|_| step());
        start.elapsed().as_secs_f64() / steps as f64
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

/// Seconds for a step of cartons on belts that have taken up their speed.
fn belts(step_ns: i64, iterations: u32, barriers: usize) -> Result<f64, PhysicsError> {
    let mut cell = cartons(step_ns, iterations, barriers)?;
    let mut went = Ok(());
    let step_s = fastest(100, || {
        if went.is_ok() {
            went = cell.step();
        }
    });
    went.map(|()| step_s)
}

/// The same with ten arms that swing cartons beside them.
fn robots(step_ns: i64, iterations: u32) -> Result<f64, Problem> {
    let mut cell = cartons(step_ns, iterations, 0)?;
    let fetch = |path: &str, _: u64| std::fs::read_to_string(path);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/robots/abb-irb-4600-40.ron");
    let robot = twin::robot::load(path, &fetch).robot.ok_or("no robot")?;
    let arm = &robot.arms.first().ok_or("no arm")?.arm;
    let ends = [[-0.8, 0.0, 0.0, 0.0, 0.6, 0.0], [0.8, 0.3, 0.2, 0.5, 0.9, 0.5]];
    let limits = [JointLimits::free(2.5, 8.0, 60.0); 6];
    let move_there = PointToPoint::rest(&ends[0], &ends[1], &limits).solve()?;
    let flange = |base: &Isometry3<f64>, t: f64| {
        let cycle = 2.0 * move_there.duration();
        let t = t % cycle;
        let joints = move_there.at(t.min(cycle - t)).position;
        arm.forward(&joints).map(|pose| base * pose)
    };
    let mut hands = Vec::new();
    for n in 0..10 {
        let base = Isometry3::translation(-8.0, 4.0 * f64::from(n), 0.0);
        let at = flange(&base, 0.0)?;
        let goods = cell.add_goods(carton(), at * Isometry3::translation(0.0, 0.0, 0.2))?;
        let hand = cell.add_hand(at)?;
        let axis = Vector3::y();
        let fingers = Fingers { force_n: 2_000.0, friction: 0.5, axis, pad_m: 0.05 };
        cell.grip(hand, goods, Grip::Fingers(fingers))?;
        hands.push((hand, base));
    }
    let mut failed = None;
    let began = cell.now_ns();
    let step = |cell: &mut Cell| -> Result<(), Problem> {
        let t = (cell.now_ns() - began) as f64 * 1e-9;
        for (hand, base) in &hands {
            cell.move_hand(*hand, flange(base, t)?)?;
        }
        Ok(cell.step()?)
    };
    let step_s = fastest(100, || {
        if failed.is_none() {
            failed = step(&mut cell).err();
        }
    });
    let held = hands.iter().filter(|(hand, _)| cell.held(*hand).is_ok_and(|held| held.is_some()));
    println!("held to the end: {} cartons", held.count());
    failed.map_or(Ok(step_s), Err)
}

fn carton() -> Goods {
    Goods { size: Vector3::new(0.4, 0.3, 0.2), mass_kg: 5.0, friction: 0.4 }
}

/// Cartons on belts that have taken up their speed.
fn cartons(step_ns: i64, iterations: u32, barriers: usize) -> Result<Cell, PhysicsError> {
    let mut cell = Cell::new(Settings { step_ns, iterations, ..Settings::default() })?;
    let drive = cell.add_drive(0.5)?;
    let length = ON_EACH as f64 * 0.6 + 20.0;
    for line in 0..LINES {
        let y = line as f64;
        cell.add_deck(Deck {
            size: Vector3::new(length, 0.6, 0.1),
            top: Isometry3::translation(0.5 * length - 1.0, y, 0.8),
            friction: 0.4,
            surface: Surface::Belts(vec![Belt::all(drive)]),
        })?;
        for n in 0..ON_EACH {
            cell.add_goods(carton(), Isometry3::translation(0.6 * n as f64, y, 0.9))?;
        }
    }
    for n in 0..barriers {
        let at = |y| Vector3::new(10.0, n as f64 + y, 0.85);
        cell.add_barrier(at(-0.4), at(0.4), Response::default())?;
    }
    cell.advance(1_000_000_000)?;
    Ok(cell)
}

/// Seconds for a step of a six-axis arm as a multibody, its motors holding a pose.
fn arm() -> f64 {
    let mut world = rapier::PhysicsWorld::new();
    world.gravity = rapier::Vector::new(0.0, 0.0, -9.81);
    world.integration_parameters.dt = 0.004;
    let mut parent = world.insert_body(rapier::RigidBodyBuilder::fixed());
    let axes = [
        rapier::Vector::Z,
        rapier::Vector::Y,
        rapier::Vector::Y,
        rapier::Vector::X,
        rapier::Vector::Y,
        rapier::Vector::X,
    ];
    let lengths = [0.2, 0.4, 0.4, 0.1, 0.1, 0.1];
    let mut last = 0.0;
    for (axis, length) in axes.into_iter().zip(lengths) {
        let (link, _) = world.insert(
            rapier::RigidBodyBuilder::dynamic().can_sleep(false),
            rapier::ColliderBuilder::cuboid(0.04, 0.04, 0.5 * length)
                .translation(rapier::Vector::new(0.0, 0.0, 0.5 * length))
                .mass(20.0 * length),
        );
        let joint = rapier::RevoluteJointBuilder::new(axis)
            .local_anchor1(rapier::Vector::new(0.0, 0.0, last))
            .contacts_enabled(false)
            .motor_position(0.3, 2e4, 2e3);
        world.insert_multibody_joint(parent, link, joint);
        (parent, last) = (link, length);
    }
    fastest(5_000, || world.step())
}
