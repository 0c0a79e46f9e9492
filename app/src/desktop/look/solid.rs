//! What everything is made of: blocks, rods and balls with a paint.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

/// The shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A box.
    Block,
    /// A cylinder about its z axis.
    Rod,
    /// A ball.
    Ball,
}

/// What a surface looks like; a theme says which colour that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paint {
    /// Sheet metal of machines.
    Body,
    /// Sheet metal in shadow: plinths, backs, motors.
    Frame,
    /// Bare steel: rails, rollers, posts.
    Steel,
    /// Rubber: belts, feet.
    Rubber,
    /// Panes and screens.
    Glass,
    /// Arms, bridges, cars: what moves on its own.
    Mover,
    /// Marks on the floor.
    Mark,
    /// Clothes of people.
    Cloth,
    /// Vests and helmets of people.
    Vest,
    /// Skin of people.
    Skin,
    /// Pallets, crates, boxes.
    Wood,
    /// A part, by the number of its product.
    Product(u16),
}

/// A shape at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solid {
    /// What it is.
    pub shape: Shape,
    /// Its middle and how it is turned.
    pub at: Isometry3<f32>,
    /// Length, width and height (m); of rods and balls the diameters.
    pub size: [f32; 3],
    /// What it looks like.
    pub paint: Paint,
}

impl Solid {
    /// A box that stands on height `low` (m) with its middle over `x`, `y`.
    pub fn block(paint: Paint, [x, y, low]: [f32; 3], size: [f32; 3]) -> Self {
        Self::new(Shape::Block, paint, [x, y, low + size[2] / 2.0], size)
    }

    /// An upright cylinder that stands on height `low` (m).
    pub fn post(paint: Paint, [x, y, low]: [f32; 3], diameter: f32, height: f32) -> Self {
        let size = [diameter, diameter, height];
        Self::new(Shape::Rod, paint, [x, y, low + height / 2.0], size)
    }

    /// A cylinder from one point to another.
    pub fn bar(paint: Paint, from: [f32; 3], to: [f32; 3], diameter: f32) -> Self {
        let (a, b) = (Vector3::from(from), Vector3::from(to));
        let way = b - a;
        let turn = UnitQuaternion::rotation_between(&Vector3::z(), &way).unwrap_or_else(|| {
            UnitQuaternion::from_axis_angle(&Vector3::x_axis(), std::f32::consts::PI)
        });
        let at = Isometry3::from_parts(Translation3::from((a + b) / 2.0), turn);
        Self { shape: Shape::Rod, at, size: [diameter, diameter, way.norm()], paint }
    }

    /// A ball about a point.
    pub fn ball(paint: Paint, at: [f32; 3], diameter: f32) -> Self {
        Self::new(Shape::Ball, paint, at, [diameter; 3])
    }

    fn new(shape: Shape, paint: Paint, [x, y, z]: [f32; 3], size: [f32; 3]) -> Self {
        Self { shape, at: Isometry3::translation(x, y, z), size, paint }
    }

    /// The same, turned about the vertical through the origin by `angle` (rad).
    #[must_use]
    pub fn turned(mut self, angle: f32) -> Self {
        self.at = Isometry3::rotation(Vector3::z() * angle) * self.at;
        self
    }
}
