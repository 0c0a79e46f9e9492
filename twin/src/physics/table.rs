//! Turntables: round decks that turn about their middle, with rollers on them that point where they point.

use std::f64::consts::PI;

use nalgebra::Isometry3;
use rapier3d::geometry::{ColliderBuilder, SharedShape};
use rapier3d::math::Vector;

use super::cell::{Cell, material};
use super::deck::{DeckId, DriveId, Standing, Surface};
use super::error::{PhysicsError, finite, not_negative, pose, positive};

/// Between corners of the slab, rad.
const STEP: f64 = PI / 12.0;

/// A turntable as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Table {
    /// The middle of its top; at angle 0 its rollers carry along x.
    pub top: Isometry3<f64>,
    /// Diameter and thickness, m.
    pub section: [f64; 2],
    /// Coefficient of friction, combined with that of the goods by the geometric mean.
    pub friction: f64,
    /// What drives its rollers.
    pub rollers: DriveId,
}

impl Table {
    /// Its slab, with 24 corners: a square and at each side three pieces. The solver knows four corners of a face at most.
    fn slab(&self) -> Vec<SharedShape> {
        let [diameter, thick] = self.section;
        let corner = |n: i32, z: f64| {
            let (sin, cos) = libm::sincos(STEP * f64::from(n));
            Vector::new(0.5 * diameter * cos, 0.5 * diameter * sin, z)
        };
        let sides = (0..4)
            .flat_map(|side| (0..3).map(move |strip| (6 * side + strip, 6 * side + 6 - strip)));
        let strips = sides.map(|(from, to)| vec![from + 3, from + 4, to + 2, to + 3]);
        let square = vec![3, 9, 15, 21];
        let prism = |mut corners: Vec<i32>| {
            corners.dedup();
            let both: Vec<Vector> =
                corners.into_iter().flat_map(|n| [corner(n, 0.0), corner(n, -thick)]).collect();
            SharedShape::convex_hull(&both)
        };
        std::iter::once(square).chain(strips).filter_map(prism).collect()
    }
}

impl Cell {
    /// Adds a turntable, at angle 0.
    ///
    /// # Errors
    ///
    /// If anything about it is out of its range, or its drive is none of this cell.
    pub fn add_table(&mut self, table: Table) -> Result<DeckId, PhysicsError> {
        pose(table.top)?;
        not_negative("the friction of a turntable", table.friction)?;
        let measure = |&x: &f64| positive("the measures of a turntable, m", x).map(drop);
        table.section.iter().try_for_each(measure)?;
        self.drive(table.rollers)?;
        let surface = Surface::Table { angle: 0.0, next: 0.0, rollers: table.rollers };
        let piece = |shape| material(ColliderBuilder::new(shape), table.friction);
        let slab = table.slab().into_iter().map(piece);
        Ok(self.stand(Standing::new(table.top, surface), slab))
    }

    /// Turns a turntable to `angle` (rad, counterclockwise seen from above) by the end of the next step.
    ///
    /// # Errors
    ///
    /// If there is no such turntable or `angle` is no number.
    pub fn turn_table(&mut self, deck: DeckId, angle: f64) -> Result<(), PhysicsError> {
        let to = finite("the angle of a turntable, rad", angle)?;
        match self.decks.get_mut(deck.0 as usize).map(|deck| &mut deck.surface) {
            Some(Surface::Table { next, .. }) => *next = to,
            _ => return Err(PhysicsError::Unknown("turntable")),
        }
        Ok(())
    }

    /// Lets the rollers of a turntable carry towards `angle` (rad) from now on, without turning what lies on it: a transfer, whose rollers
    /// go down between belts that run across.
    ///
    /// # Errors
    ///
    /// As [`turn_table`](Self::turn_table).
    pub fn point_table(&mut self, deck: DeckId, towards: f64) -> Result<(), PhysicsError> {
        self.turn_table(deck, towards)?;
        if let Surface::Table { angle, next, .. } = &mut self.decks[deck.0 as usize].surface {
            *angle = *next;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use nalgebra::Vector3;

    use super::*;
    use crate::physics::{Goods, Settings};

    #[test]
    fn a_table_takes_goods_round_and_hands_them_on_where_it_points() -> Result<(), PhysicsError> {
        let mut cell = Cell::new(Settings::default())?;
        let rollers = cell.add_drive(0.0)?;
        let top = Isometry3::translation(2.0, 1.0, 0.5);
        let table = Table { top, section: [1.4, 0.05], friction: 0.5, rollers };
        let deck = cell.add_table(table)?;
        let size = Vector3::new(0.4, 0.3, 0.2);
        let goods = Goods { size, mass_kg: 5.0, friction: 0.5 };
        let goods = cell.add_goods(goods, Isometry3::translation(2.0, 1.0, 0.6))?;
        for n in 0..500 {
            let share = f64::from(n + 1) / 500.0;
            let smooth = share * share * (3.0 - 2.0 * share);
            cell.turn_table(deck, FRAC_PI_2 * smooth)?;
            cell.step()?;
        }
        let at = cell.pose(goods)?;
        let turned = at.rotation.scaled_axis();
        assert!((turned - Vector3::z() * FRAC_PI_2).norm() < 2e-3, "{turned:?}");
        let off = at.translation.vector - Vector3::new(2.0, 1.0, 0.6);
        assert!(off.norm() < 1e-3, "{off:?}");
        cell.set_drive(rollers, 0.5, Some(1.0))?;
        for _ in 0..250 {
            cell.step()?;
        }
        let at = cell.pose(goods)?.translation.vector;
        // v t - v² / 2 a, along y now.
        assert!((at.y - 1.375).abs() < 2e-3 && (at.x - 2.0).abs() < 2e-3, "{at:?}");
        assert!(cell.turn_table(deck, f64::NAN).is_err());
        let other = cell.add_table(Table { section: [0.0, 0.1], ..table });
        assert!(other.is_err());
        Ok(())
    }
}
