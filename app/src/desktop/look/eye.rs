//! Where one looks from: an eye that orbits a point, and what it sees where on the picture.
//!
//! Pictures have their origin at the top left; points are in metres in the frame of the plant, z up.

use nalgebra::{Point3, Vector3};

/// Vertical angle of view of the perspective (rad): narrow, as drawings of machines have it.
pub const FIELD: f32 = 0.52;
/// How steep one may look, up or down (rad).
const STEEPEST: f32 = std::f32::consts::FRAC_PI_2;
/// Metres over the height of the picture: nearest and farthest.
const SPANS: [f32; 2] = [0.2, 20_000.0];

/// The usual directions to look in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From above, as on a layout drawing.
    Top,
    /// From the front, level.
    Front,
    /// From the side, level.
    Left,
    /// From a corner, above.
    Iso,
}

/// An eye.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eye {
    /// The point it looks at (m).
    pub focus: Point3<f32>,
    /// Direction from the focus to the eye, about the vertical (rad); 0 is along x.
    pub yaw: f32,
    /// The same above the horizon (rad).
    pub pitch: f32,
    /// Height of what the picture shows at the focus (m).
    pub span: f32,
    /// Parallel projection: lengths can be compared.
    pub flat: bool,
}

/// An eye over a picture, ready to project.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    from: Point3<f32>,
    /// Right, up, ahead.
    axes: [Vector3<f32>; 3],
    /// How large a metre is on the picture at the focus.
    metre: f32,
    /// How far the focus is; none: the projection is parallel.
    distance: Option<f32>,
    middle: Frame,
}

impl Lens {
    /// Where a point is on the picture; `None` if it is behind the eye.
    pub fn project(&self, point: Point3<f32>) -> Option<[f32; 2]> {
        let [x, y, depth] = self.axes.map(|axis| (point - self.from).dot(&axis));
        if depth <= 0.05 {
            return None;
        }
        let scale = self.metre * self.distance.map_or(1.0, |distance| distance / depth);
        Some([self.middle[0] + x * scale, self.middle[1] - y * scale])
    }
}

/// Width and height of a picture, in points or pixels.
pub type Frame = [f32; 2];

impl Eye {
    /// The eye that looks from `side` and sees a box from corner to corner on a picture of `frame`.
    pub fn of(side: Side, low: Point3<f32>, high: Point3<f32>, frame: Frame) -> Self {
        use std::f32::consts::FRAC_PI_2;
        let (yaw, pitch, flat) = match side {
            Side::Top => (-FRAC_PI_2, FRAC_PI_2, true),
            Side::Front => (-FRAC_PI_2, 0.0, true),
            Side::Left => (std::f32::consts::PI, 0.0, true),
            Side::Iso => (-FRAC_PI_2 - 0.5, 0.62, false),
        };
        let span = (high - low).norm().max(1.0);
        let mut eye = Self { focus: nalgebra::center(&low, &high), yaw, pitch, span, flat };
        eye.fit(low, high, frame);
        eye
    }

    /// Moves and zooms so that a box just fits the picture, with a margin.
    pub fn fit(&mut self, low: Point3<f32>, high: Point3<f32>, frame: Frame) {
        self.focus = nalgebra::center(&low, &high);
        self.span = (high - low).norm().max(1.0) * 1.5;
        // With a perspective the right place is found step by step; it settles after a few.
        for _ in 0..8 {
            let [x, y] = self.extent(low, high, frame);
            let (right, up) = (self.right(), self.up());
            let metres = self.span / frame[1];
            self.focus += right * ((x[0] + x[1] - frame[0]) / 2.0 * metres);
            self.focus -= up * ((y[0] + y[1] - frame[1]) / 2.0 * metres);
            let fill = ((x[1] - x[0]) / frame[0]).max((y[1] - y[0]) / frame[1]);
            self.span = (self.span * fill * 1.08).clamp(SPANS[0], SPANS[1]);
        }
    }

    /// Where a box lies on the picture: from and to, across and down. Behind the eye it counts as far aside.
    pub fn extent(&self, low: Point3<f32>, high: Point3<f32>, frame: Frame) -> [[f32; 2]; 2] {
        let mut out = [[f32::MAX, f32::MIN]; 2];
        let lens = self.lens(frame);
        for corner in corners(low, high) {
            let Some(at) = lens.project(corner) else { continue };
            for (range, value) in out.iter_mut().zip(at) {
                *range = [range[0].min(value), range[1].max(value)];
            }
        }
        out
    }

    /// Unit vector from the eye to the focus.
    pub fn forward(&self) -> Vector3<f32> {
        let (cos, sin) = (self.pitch.cos(), self.pitch.sin());
        -Vector3::new(cos * self.yaw.cos(), cos * self.yaw.sin(), sin)
    }

    /// Unit vector to the right of the picture.
    pub fn right(&self) -> Vector3<f32> {
        Vector3::new(-self.yaw.sin(), self.yaw.cos(), 0.0)
    }

    /// Unit vector to its top.
    pub fn up(&self) -> Vector3<f32> {
        self.right().cross(&self.forward())
    }

    /// How far the eye is from the focus (m).
    pub fn distance(&self) -> f32 {
        let near = self.span / 2.0 / (FIELD / 2.0).tan();
        // A parallel projection sees the same from anywhere, so it stands back far enough to have all in front.
        if self.flat { near.max(500.0) } else { near }
    }

    /// Where the eye is.
    pub fn position(&self) -> Point3<f32> {
        self.focus - self.forward() * self.distance()
    }

    /// Where a point is on the picture; `None` if it is behind the eye.
    pub fn project(&self, point: Point3<f32>, frame: Frame) -> Option<[f32; 2]> {
        self.lens(frame).project(point)
    }

    /// What projects many points on a picture of `frame`.
    pub fn lens(&self, frame: Frame) -> Lens {
        Lens {
            from: self.position(),
            axes: [self.right(), self.up(), self.forward()],
            metre: frame[1] / self.span,
            distance: if self.flat { None } else { Some(self.distance()) },
            middle: frame.map(|side| side / 2.0),
        }
    }

    /// The ray through a point of the picture: where it starts and where it goes.
    pub fn ray(&self, at: [f32; 2], frame: Frame) -> (Point3<f32>, Vector3<f32>) {
        let metres = self.span / frame[1];
        let x = (at[0] - frame[0] / 2.0) * metres;
        let y = (frame[1] / 2.0 - at[1]) * metres;
        let aside = self.right() * x + self.up() * y;
        if self.flat {
            (self.position() + aside, self.forward())
        } else {
            let way = self.forward() * self.distance() + aside;
            (self.position(), way.normalize())
        }
    }

    /// Turns about the focus by angles to the left and up (rad).
    pub fn orbit(&mut self, left: f32, up: f32) {
        self.yaw = (self.yaw + left) % std::f32::consts::TAU;
        self.pitch = (self.pitch + up).clamp(-0.1, STEEPEST);
        self.flat &= left == 0.0 && up == 0.0;
    }

    /// Moves along the picture by so many of its points.
    pub fn pan(&mut self, by: [f32; 2], frame: Frame) {
        let metres = self.span / frame[1];
        self.focus += (self.right() * -by[0] + self.up() * by[1]) * metres;
    }

    /// Comes closer by a factor; what is under `at` stays there as far as a perspective lets it.
    pub fn zoom(&mut self, factor: f32, at: [f32; 2], frame: Frame) {
        let before = self.span;
        self.span = (self.span / factor).clamp(SPANS[0], SPANS[1]);
        let metres = (before - self.span) / frame[1];
        let off = [at[0] - frame[0] / 2.0, frame[1] / 2.0 - at[1]];
        self.focus += (self.right() * off[0] + self.up() * off[1]) * metres;
    }
}

/// The corners of a box.
pub fn corners(low: Point3<f32>, high: Point3<f32>) -> [Point3<f32>; 8] {
    std::array::from_fn(|n| {
        let pick = |bit: usize, axis: usize| if n >> bit & 1 == 0 { low[axis] } else { high[axis] };
        Point3::new(pick(0, 0), pick(1, 1), pick(2, 2))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = [1280.0, 720.0];

    #[test]
    fn all_of_a_plant_is_on_the_picture() {
        let (low, high) = (Point3::new(-10.0, -8.0, 0.0), Point3::new(110.0, 18.0, 7.0));
        for side in [Side::Top, Side::Front, Side::Left, Side::Iso] {
            let eye = Eye::of(side, low, high, FRAME);
            let [x, y] = eye.extent(low, high, FRAME);
            let inside = x[0] >= 0.0 && x[1] <= FRAME[0] && y[0] >= 0.0 && y[1] <= FRAME[1];
            assert!(inside, "{side:?}: {x:?} {y:?}");
            let fill = ((x[1] - x[0]) / FRAME[0]).max((y[1] - y[0]) / FRAME[1]);
            assert!(fill > 0.85, "{side:?} fills {fill}");
        }
    }

    #[test]
    fn from_above_north_is_up_and_east_is_right() {
        let (low, high) = (Point3::new(0.0, 0.0, 0.0), Point3::new(10.0, 10.0, 1.0));
        let eye = Eye::of(Side::Top, low, high, FRAME);
        let at = |x, y| eye.project(Point3::new(x, y, 0.0), FRAME).unwrap();
        assert!(at(9.0, 5.0)[0] > at(1.0, 5.0)[0] && at(5.0, 9.0)[1] < at(5.0, 1.0)[1]);
    }

    #[test]
    fn rays_go_through_what_is_seen() {
        let (low, high) = (Point3::new(0.0, 0.0, 0.0), Point3::new(40.0, 20.0, 5.0));
        for side in [Side::Top, Side::Iso] {
            let eye = Eye::of(side, low, high, FRAME);
            let point = Point3::new(7.0, 13.0, 1.5);
            let seen = eye.project(point, FRAME).unwrap();
            let (from, way) = eye.ray(seen, FRAME);
            let off = (point - from) - way * (point - from).dot(&way);
            assert!(off.norm() < 0.01, "{side:?} misses by {}", off.norm());
        }
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut eye = Eye::of(Side::Top, Point3::origin(), Point3::new(40.0, 20.0, 5.0), FRAME);
        let point = Point3::new(3.0, 3.0, 0.0);
        let before = eye.project(point, FRAME).unwrap();
        eye.zoom(2.0, before, FRAME);
        let after = eye.project(point, FRAME).unwrap();
        assert!((before[0] - after[0]).hypot(before[1] - after[1]) < 0.1);
    }
}
