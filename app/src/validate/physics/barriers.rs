//! Light barriers: cartons of 0.4 m at 0.6 m from each other and 0.5 m/s past a beam.

use nalgebra::{Isometry3, Vector3};
use twin::physics::{Belt, Cell, Goods, Motion, PhysicsError, Settings, Surface};
use twin::sensor::ray::Response;

use super::{S, carton, deck};
use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

const SPEED: f64 = 0.5;

/// V61.
pub(in crate::validate) fn check(_: &Bench) -> Findings {
    let mut out = Vec::new();
    for step_ns in [1_000_000, 4_000_000, 8_333_333] {
        out.extend(row(step_ns)?);
    }
    out.extend(response()?);
    out.push(on_edge()?);
    Ok(out)
}

const RULE: &str = "0.1 ms";

/// Edges, s, of `goods` that ride a belt from `starts`, m, turned by `yaw`, past a beam at 2 m.
fn edges(
    settings: Settings,
    goods: Goods,
    starts: &[f64],
    yaw: f64,
    response: Response,
) -> Result<Vec<f64>, PhysicsError> {
    let mut cell = Cell::new(settings)?;
    let drive = cell.add_drive(SPEED)?;
    cell.add_deck(deck(-3.0, 6.0, 0.5, Surface::Belts(vec![Belt::all(drive)])))?;
    for &x in starts {
        let pose = Isometry3::new(Vector3::new(x, 0.0, 0.1), Vector3::z() * yaw);
        let goods = cell.add_goods(goods, pose)?;
        let linear = Vector3::new(SPEED, 0.0, 0.0);
        cell.set_motion(goods, Motion { linear, ..Motion::default() })?;
    }
    let end = |y| Vector3::new(2.0, y, 0.1);
    cell.add_barrier(end(-0.6), end(0.6), response)?;
    cell.advance(9 * S)?;
    Ok(cell.take_edges().iter().map(|(_, edge)| edge.at_ns as f64 * 1e-9).collect())
}

/// Three cartons: first edge, pulses, gaps.
fn row(step_ns: i64) -> Findings {
    let settings = Settings { step_ns, ..Settings::default() };
    let starts = [0.0, -0.6, -1.2];
    let edges = edges(settings, carton(0.5), &starts, 0.0, Response::default())?;
    let what = |what: &str| format!("steps of {} ms: {what}", step_ns as f64 * 1e-6);
    let span = |n: usize| edges.get(n + 1).zip(edges.get(n)).map_or(f64::NAN, |(b, a)| b - a);
    let worst = |all: [usize; 2], exact: f64| {
        let far = all
            .into_iter()
            .map(span)
            .max_by(|a, b| (a - exact).abs().total_cmp(&(b - exact).abs()));
        far.unwrap_or(f64::NAN)
    };
    let first = edges.first().copied().unwrap_or(f64::NAN);
    Ok(vec![
        Finding::equal(what("edges of three cartons"), 6.0, edges.len() as f64),
        Finding::within(what("first edge, s"), 3.6, first, 1e-4, RULE),
        Finding::within(what("pulse, s"), 0.8, worst([0, 2], 0.8), 1e-4, RULE),
        Finding::within(what("gap, s"), 0.4, worst([1, 3], 0.4), 1e-4, RULE),
    ])
}

/// An output that takes 5 ms to switch on and 12 ms to switch off.
fn response() -> Findings {
    let response = Response { on_ns: 5_000_000, off_ns: 12_000_000 };
    let edges = edges(Settings::default(), carton(0.5), &[0.0], 0.0, response)?;
    let edge = |n: usize| edges.get(n).copied().unwrap_or(f64::NAN);
    Ok(vec![
        Finding::within("response of 5 ms: on at, s", 3.605, edge(0), 1e-4, RULE),
        Finding::within("response of 12 ms: off at, s", 4.412, edge(1), 1e-4, RULE),
    ])
}

/// A square carton turned by 45°: its diagonal.
fn on_edge() -> Result<Finding, PhysicsError> {
    let size = Vector3::new(0.3, 0.3, 0.2);
    let goods = Goods { size, ..carton(0.5) };
    let yaw = std::f64::consts::FRAC_PI_4;
    let edges = edges(Settings::default(), goods, &[0.0], yaw, Response::default())?;
    let pulse = edges.get(1).zip(edges.first()).map_or(f64::NAN, |(b, a)| b - a);
    let exact = 0.3 * 2.0_f64.sqrt() / SPEED;
    Ok(Finding::within("corner first: pulse, s", exact, pulse, 1e-4, RULE))
}
