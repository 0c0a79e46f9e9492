//! Inclines of 30°: a part slides if μ < tan 30° = 0.577, with g (sin α − μ cos α).

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};
use twin::physics::{Belt, Cell, GRAVITY, GoodsId, PhysicsError, Settings, Surface};

use super::{S, carton, deck};
use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

const SLOPE: f64 = std::f64::consts::FRAC_PI_6;

/// V63.
pub(in crate::validate) fn check(_: &Bench) -> Findings {
    let mut out = Vec::new();
    for friction in [0.3, 0.55] {
        let (mut cell, goods) = incline(friction, None)?;
        cell.advance(S)?;
        let first = downhill(&cell, goods)?;
        cell.advance(2 * S)?;
        let gained = downhill(&cell, goods)? - first;
        let exact = GRAVITY * (SLOPE.sin() - friction * SLOPE.cos());
        let what = format!("chute, friction {friction}: speed gained in 1 s, m/s");
        out.push(Finding::within(what, exact, gained, 0.005 * exact, "0.5 %"));
    }
    let (mut cell, goods) = incline(0.6, None)?;
    let begin = cell.pose(goods)?;
    cell.advance(10 * S)?;
    let crept = (cell.pose(goods)?.translation.vector - begin.translation.vector).norm();
    out.push(Finding::within("chute, friction 0.6: creeps in 10 s, m", 0.0, crept, 1e-3, "1 mm"));
    // Against the slope, friction carries with μ cos α − sin α.
    let (mut cell, goods) = incline(0.6, Some(-0.3))?;
    cell.advance(10 * S)?;
    out.push(Finding::within(
        "belt uphill, friction 0.6: speed, m/s",
        -0.3,
        downhill(&cell, goods)?,
        1e-3,
        "1 mm/s",
    ));
    let (mut cell, goods) = incline(0.55, Some(-0.3))?;
    cell.advance(2 * S)?;
    let exact = 2.0 * GRAVITY * (SLOPE.sin() - 0.55 * SLOPE.cos());
    out.push(Finding::within(
        "belt uphill, friction 0.55: slides down with, m/s after 2 s",
        exact,
        downhill(&cell, goods)?,
        0.01 * exact,
        "1 %",
    ));
    Ok(out)
}

/// A carton at rest on a slope, with a belt if there is a `speed`; x leads downhill.
fn incline(friction: f64, speed: Option<f64>) -> Result<(Cell, GoodsId), PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let surface = match speed {
        None => Surface::Still,
        Some(speed) => Surface::Belts(vec![Belt::all(cell.add_drive(speed)?)]),
    };
    let tilt = UnitQuaternion::from_axis_angle(&Vector3::y_axis(), SLOPE);
    let mut slope = deck(-20.0, 20.0, friction, surface);
    slope.top = Isometry3::from_parts(Translation3::identity(), tilt);
    let at = slope.top * Translation3::new(0.0, 0.0, 0.1);
    cell.add_deck(slope)?;
    let goods = cell.add_goods(carton(friction), at)?;
    Ok((cell, goods))
}

fn downhill(cell: &Cell, goods: GoodsId) -> Result<f64, PhysicsError> {
    let way = Vector3::new(SLOPE.cos(), 0.0, -SLOPE.sin());
    Ok(cell.motion(goods)?.linear.dot(&way))
}
