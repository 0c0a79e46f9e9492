//! Rigid bodies: belts, light barriers, inclines and grippers against exact mechanics.
//!
//! g = 9.81 m/s². Nothing here is stochastic but for the parts that grippers are tried with, which are drawn from a fixed seed; the
//! tolerances are those of a step of 4 ms.

pub(super) mod arms;
pub(super) mod barriers;
pub(super) mod belts;
pub(super) mod forms;
pub(super) mod grippers;
pub(super) mod inclines;
pub(super) mod junctions;
pub(super) mod tracked;

use nalgebra::{Isometry3, Vector3};
use twin::physics::{Cell, Deck, Goods, PhysicsError, Surface};

/// Nanoseconds of a second.
const S: i64 = 1_000_000_000;

/// A carton of 0.4 by 0.3 by 0.2 m and 5 kg.
fn carton(friction: f64) -> Goods {
    Goods { size: Vector3::new(0.4, 0.3, 0.2), mass_kg: 5.0, friction }
}

/// A level deck from `from` to `to` along x, 1 m wide, its top at height 0.
fn deck(from: f64, to: f64, friction: f64, surface: Surface) -> Deck {
    Deck {
        size: Vector3::new(to - from, 1.0, 0.2),
        top: Isometry3::translation(0.5 * (from + to), 0.0, 0.0),
        friction,
        surface,
    }
}

/// Steps on until `until_ns`, telling of each step.
fn watch(
    cell: &mut Cell,
    until_ns: i64,
    mut tell: impl FnMut(&Cell) -> Result<(), PhysicsError>,
) -> Result<(), PhysicsError> {
    while cell.now_ns() < until_ns {
        cell.step()?;
        tell(cell)?;
    }
    Ok(())
}
