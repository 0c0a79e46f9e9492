//! The room as a whole.

use nalgebra::{Isometry3, Vector3};

use super::*;

const S: i64 = 1_000_000_000;

type Tried = Result<(), PhysicsError>;

fn at(x: f64, y: f64, z: f64) -> Isometry3<f64> {
    Isometry3::translation(x, y, z)
}

fn carton() -> Goods {
    Goods { size: Vector3::new(0.4, 0.3, 0.2), mass_kg: 5.0, friction: 0.3, restitution: 0.0 }
}

/// A belt of 20 m along x, its top at height 0, and a carton on it at x = 0.
fn belt(speed: f64) -> Result<(Cell, DriveId, GoodsId), PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(speed)?;
    cell.add_deck(Deck {
        size: Vector3::new(20.0, 1.0, 0.2),
        top: at(0.0, 0.0, 0.0),
        friction: 0.3,
        surface: Surface::Belts(vec![Belt::all(drive)]),
    })?;
    let goods = cell.add_goods(carton(), at(0.0, 0.0, 0.1))?;
    Ok((cell, drive, goods))
}

#[test]
fn a_belt_takes_goods_along() -> Tried {
    let (mut cell, drive, goods) = belt(0.5)?;
    cell.advance(3 * S)?;
    let x = cell.pose(goods)?.translation.x;
    assert!((x - 1.457_526).abs() < 2e-3, "{x}");
    assert!((cell.motion(goods)?.linear.x - 0.5).abs() < 1e-6);
    cell.set_drive(drive, 0.0, None)?;
    cell.advance(5 * S)?;
    let x = cell.pose(goods)?.translation.x;
    assert!((x - 1.5).abs() < 3e-3, "{x}");
    Ok(())
}
