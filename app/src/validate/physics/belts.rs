//! Belts: what friction does to goods when a belt starts, stops, creeps, changes, turns.
//!
//! A part at rest on a belt with the speed v takes it up after v / μ g, and v² / 2 μ g behind the belt; on a belt that stops it slides
//! as far.

use nalgebra::{Isometry3, Vector2, Vector3};
use twin::physics::{
    Belt, Cell, DriveId, GRAVITY, GoodsId, Motion, PhysicsError, Settings, Surface,
};

use super::{S, carton, deck, watch};
use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

/// Speed of the belt, m/s, and coefficient of friction, where nothing else is said.
const SPEED: f64 = 0.5;
const FRICTION: f64 = 0.3;
/// Time and way until a part goes with the belt, s and m.
const LOCK: f64 = SPEED / (FRICTION * GRAVITY);
const SLIP: f64 = SPEED * LOCK / 2.0;

/// V60.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let mut out = starting()?;
    out.extend(stopping()?);
    out.extend(resting()?);
    out.extend(creeping()?);
    out.extend(seams()?);
    out.extend(curve()?);
    out.extend(long_rest(if bench.is_quick() { 60 } else { 600 })?);
    out.push(pile()?);
    out.push(encoder()?);
    Ok(out)
}

/// A belt along x with a carton on it.
fn belt(speed: f64, friction: f64) -> Result<(Cell, DriveId, GoodsId), PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(speed)?;
    cell.add_deck(deck(-10.0, 10.0, friction, Surface::Belts(vec![Belt::all(drive)])))?;
    let goods = cell.add_goods(carton(friction), Isometry3::translation(0.0, 0.0, 0.1))?;
    Ok((cell, drive, goods))
}

fn x(cell: &Cell, goods: GoodsId) -> Result<f64, PhysicsError> {
    Ok(cell.pose(goods)?.translation.x)
}

fn v(cell: &Cell, goods: GoodsId) -> Result<f64, PhysicsError> {
    Ok(cell.motion(goods)?.linear.x)
}

/// When the speed first comes within 0.5 % of the belt's of `target`, s.
fn locked(cell: &mut Cell, goods: GoodsId, target: f64) -> Result<f64, PhysicsError> {
    let (begin, mut at) = (cell.now_ns(), f64::NAN);
    watch(cell, begin + S, |cell| {
        if at.is_nan() && (v(cell, goods)? - target).abs() <= 0.005 * SPEED {
            at = (cell.now_ns() - begin) as f64 * 1e-9;
        }
        Ok(())
    })?;
    Ok(at)
}

const STEP: &str = "a step of 4 ms";

fn starting() -> Findings {
    let (mut cell, drive, goods) = belt(SPEED, FRICTION)?;
    let lock = locked(&mut cell, goods, SPEED)?;
    let slip = cell.drive(drive)?.travel(cell.now_ns()) - x(&cell, goods)?;
    cell.advance(3 * S)?;
    Ok(vec![
        Finding::within("start: 99.5 % of the belt's speed, s", 0.995 * LOCK, lock, 0.004, STEP),
        Finding::within("start: behind the belt, m", SLIP, slip, 0.03 * SLIP, "3 %"),
        Finding::within(
            "start: place after 3 s, m",
            3.0 * SPEED - SLIP,
            x(&cell, goods)?,
            1e-3,
            "1 mm",
        ),
        Finding::within("start: speed after 3 s, m/s", SPEED, v(&cell, goods)?, 1e-6, "1e-6 m/s"),
    ])
}

fn stopping() -> Findings {
    let (mut cell, drive, goods) = belt(SPEED, FRICTION)?;
    cell.advance(3 * S)?;
    let begin = x(&cell, goods)?;
    cell.set_drive(drive, 0.0, None)?;
    let lock = locked(&mut cell, goods, 0.0)?;
    let slip = x(&cell, goods)? - begin;
    Ok(vec![
        Finding::within("stop: 0.5 % of the belt's speed, s", 0.995 * LOCK, lock, 0.004, STEP),
        Finding::within("stop: way, m", SLIP, slip, 0.03 * SLIP, "3 %"),
    ])
}

/// A belt that starts under a box which has been lying still.
fn resting() -> Findings {
    let (mut cell, drive, goods) = belt(0.0, FRICTION)?;
    cell.advance(10 * S)?;
    let begin = x(&cell, goods)?;
    cell.set_drive(drive, SPEED, None)?;
    cell.advance(13 * S)?;
    let way = x(&cell, goods)? - begin;
    Ok(vec![
        Finding::within("a box at rest: moves in 10 s, m", 0.0, begin, 1e-5, "10 um"),
        Finding::within(
            "a box at rest: 3 s from the start, m",
            3.0 * SPEED - SLIP,
            way,
            1e-3,
            "1 mm",
        ),
    ])
}

fn creeping() -> Findings {
    let (mut cell, _, goods) = belt(0.02, FRICTION)?;
    cell.advance(10 * S)?;
    let way = 0.2 - 0.02 * 0.02 / (2.0 * FRICTION * GRAVITY);
    Ok(vec![Finding::within("creep: 10 s at 0.02 m/s, m", way, x(&cell, goods)?, 1e-4, "0.1 mm")])
}

/// Over the border of two belts, as two decks and as one.
fn seams() -> Findings {
    let mut out = Vec::new();
    for two in [false, true] {
        for (first, second) in [(0.3, 0.3), (0.3, 0.6), (0.6, 0.3)] {
            let (slowest, hop, passed) = seam(two, first, second)?;
            let decks = if two { "two decks" } else { "one deck" };
            let what = |what: &str| format!("{decks}, {first} to {second} m/s: {what}");
            let slower = first.min(second);
            out.push(Finding::within(what("lowest speed, m/s"), slower, slowest, 0.01, "0.01 m/s"));
            out.push(Finding::within(what("highest hop, m"), 0.0, hop, 2e-4, "0.2 mm"));
            if (first, second) == (0.3, 0.6) {
                let rule = "between the new speed at first and at last touch";
                out.push(Finding::within(what("2 m at, s"), 6.6665, passed, 0.3335, rule));
            }
        }
    }
    Ok(out)
}

/// Lowest speed, m/s, highest hop, m, and when the middle passes 2 m, s.
fn seam(two: bool, first: f64, second: f64) -> Result<(f64, f64, f64), PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let (near, far) = (cell.add_drive(first)?, cell.add_drive(second)?);
    if two {
        cell.add_deck(deck(-2.0, 1.0, 0.5, Surface::Belts(vec![Belt::all(near)])))?;
        cell.add_deck(deck(1.0, 5.0, 0.5, Surface::Belts(vec![Belt::all(far)])))?;
    } else {
        // Its middle is at 1 m too.
        let half = |from, to, drive| Belt {
            from: Vector2::new(from, -0.5),
            to: Vector2::new(to, 0.5),
            ..Belt::all(drive)
        };
        let belts = vec![half(-4.0, 0.0, near), half(0.0, 4.0, far)];
        cell.add_deck(deck(-3.0, 5.0, 0.5, Surface::Belts(belts)))?;
    }
    let goods = cell.add_goods(carton(0.5), Isometry3::translation(-0.5, 0.0, 0.1))?;
    let linear = Vector3::new(first, 0.0, 0.0);
    cell.set_motion(goods, Motion { linear, ..Motion::default() })?;
    let (mut slowest, mut hop, mut passed) = (f64::INFINITY, 0.0_f64, f64::NAN);
    watch(&mut cell, 10 * S, |cell| {
        slowest = slowest.min(v(cell, goods)?);
        hop = hop.max(cell.pose(goods)?.translation.z - 0.1);
        let beyond = x(cell, goods)? - 2.0;
        if passed.is_nan() && beyond >= 0.0 {
            passed = cell.now_ns() as f64 * 1e-9 - beyond / v(cell, goods)?;
        }
        Ok(())
    })?;
    Ok((slowest, hop, passed))
}

/// A curve of 1 m at 0.5 m/s: goods turn with it, at their distance.
fn curve() -> Findings {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(0.5)?;
    // The axis is not in the middle of the deck.
    let surface = Surface::Turning { centre: Vector2::new(-1.0, 0.0), radius_m: 1.0, drive };
    let mut square = deck(-1.0, 3.0, 0.5, surface);
    square.size.y = 4.0;
    cell.add_deck(square)?;
    let goods = cell.add_goods(carton(0.5), Isometry3::translation(1.0, 0.0, 0.1))?;
    cell.advance(S)?;
    let (first, begin) = (cell.pose(goods)?, cell.now_ns());
    cell.advance(5 * S)?;
    let last = cell.pose(goods)?;
    let radius = |pose: &Isometry3<f64>| pose.translation.vector.xy().norm();
    let turned = (last.rotation * first.rotation.inverse()).angle();
    let exact = 0.5 * (cell.now_ns() - begin) as f64 * 1e-9;
    let drift = radius(&last) - radius(&first);
    Ok(vec![
        Finding::within("curve: turn in 4 s, rad", exact, turned, 1e-3, "1 mrad"),
        Finding::within("curve: outwards in 4 s, m", 0.0, drift, 1e-4, "0.1 mm"),
    ])
}

/// A box held back by a stop on a belt that runs on: nothing may build up.
fn long_rest(seconds: i64) -> Findings {
    let (mut cell, _, goods) = belt(SPEED, FRICTION)?;
    let stop = Vector3::new(0.1, 0.8, 0.2);
    let pose = Isometry3::translation(0.5, 0.0, 0.1);
    cell.add_stroke(stop, pose, Vector3::z(), 0.2)?;
    cell.advance(5 * S)?;
    let first = cell.pose(goods)?.translation.vector;
    let mut off = 0.0_f64;
    watch(&mut cell, (5 + seconds) * S, |cell| {
        off = off.max((cell.pose(goods)?.translation.vector - first).norm());
        Ok(())
    })?;
    let what = format!("against a stop for {seconds} s: farthest from its place, m");
    Ok(vec![
        Finding::within("resting: sinks in, m", 0.0, first.z - 0.1, 1e-4, "0.1 mm"),
        Finding::within(what, 0.0, off, 1e-5, "10 um"),
    ])
}

/// Twenty boxes on each other: what a scale under them shows.
fn pile() -> Result<Finding, PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let under = cell.add_deck(deck(-1.0, 1.0, 0.5, Surface::Still))?;
    for n in 0..20 {
        let z = 0.1 + 0.2 * f64::from(n);
        cell.add_goods(carton(0.5), Isometry3::translation(0.0, 0.0, z))?;
    }
    cell.advance(10 * S)?;
    let exact = 20.0 * 5.0 * GRAVITY;
    let what = "a pile of 20: force on a scale, N";
    Ok(Finding::within(what, exact, cell.load(under)?, 1e-4 * exact, "1e-4"))
}

/// Up a ramp and down again: ⌊k s⌋.
fn encoder() -> Result<Finding, PhysicsError> {
    let (mut cell, drive, _) = belt(0.0, FRICTION)?;
    cell.set_drive(drive, 0.8, Some(0.3))?;
    cell.advance(5 * S)?;
    cell.set_drive(drive, -0.2, Some(0.5))?;
    cell.advance(10 * S)?;
    // 0.8²/0.6 + 0.8 (5 − 8/3), then 0.8²/1.0 − 0.2²/1.0 − 0.2 (5 − 2).
    let way: f64 = 0.64 / 0.6 + 0.8 * (5.0 - 8.0 / 3.0) + 0.64 - 0.04 - 0.6;
    let counts = cell.drive(drive)?.counts(4096.0, cell.now_ns());
    let exact = (4096.0 * way).floor();
    Ok(Finding::equal("encoder of 4096 counts/m over two ramps", exact, counts as f64))
}
