//! A serial chain: from joints to poses and to the Jacobian.
//!
//! A link's frame sits on the joint that moves it. With `A_i` the fixed frame of joint `i` in the link before, and `M_i(θ)`
//! its motion (a turn about its axis, or a shift along it), the pose of link `i` is `T_i = T_(i-1) A_i M_i(θ_i)`, and the
//! flange is at `T_n F`. Column `i` of the geometric Jacobian at the flange `p` is `(z_i × (p - o_i), z_i)` for a joint that
//! turns and `(z_i, 0)` for one that slides (Siciliano et al., Robotics, 2009, section 3.1).

use nalgebra::{Isometry3, Matrix6xX, Translation3, UnitQuaternion, Vector3};

use super::trig::about;

/// How a joint moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motion {
    /// It turns about its axis; its coordinate is an angle \[rad\].
    Turns,
    /// It slides along its axis; its coordinate is a length \[m\].
    Slides,
}

/// A joint and the link that it moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// Where its joint sits in the frame of the link before, at coordinate 0.
    pub frame: Isometry3<f64>,
    /// The axis of the joint in that frame, of length 1.
    pub axis: Vector3<f64>,
    /// How it moves.
    pub motion: Motion,
}

impl Link {
    /// A link `frame` away from the one before, whose joint turns about `axis`, which has length 1.
    pub fn turns(
        name: impl Into<String>,
        frame: Isometry3<f64>,
        axis: impl Into<Vector3<f64>>,
    ) -> Self {
        Self { name: name.into(), frame, axis: axis.into(), motion: Motion::Turns }
    }

    /// Likewise, with a joint that slides along `axis`.
    pub fn slides(
        name: impl Into<String>,
        frame: Isometry3<f64>,
        axis: impl Into<Vector3<f64>>,
    ) -> Self {
        Self { motion: Motion::Slides, ..Self::turns(name, frame, axis) }
    }

    /// Its pose in the link before, at `theta` [rad or m].
    fn pose(&self, theta: f64) -> Isometry3<f64> {
        let moved = match self.motion {
            Motion::Turns => Isometry3::from_parts(Translation3::identity(), self.turn(theta)),
            Motion::Slides => Isometry3::translation(
                self.axis.x * theta,
                self.axis.y * theta,
                self.axis.z * theta,
            ),
        };
        self.frame * moved
    }

    fn turn(&self, theta: f64) -> UnitQuaternion<f64> {
        about(&self.axis, theta)
    }
}

/// Links, one behind the other, and the flange at their end. Coordinates are the model's own: senses and zeros of a
/// controller belong to [`Arm`](super::Arm).
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    links: Vec<Link>,
    flange: Isometry3<f64>,
}

impl Chain {
    /// A chain whose flange sits at `flange` in the frame of the last link.
    pub fn new(links: Vec<Link>, flange: Isometry3<f64>) -> Self {
        Self { links, flange }
    }

    /// The links from the base outwards.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Where the flange sits in the frame of the last link.
    pub fn flange(&self) -> &Isometry3<f64> {
        &self.flange
    }

    /// Number of joints.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there are no joints.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Pose of the flange in the base, for coordinates `theta` [rad or m]; those that are missing count as 0.
    pub fn forward(&self, theta: &[f64]) -> Isometry3<f64> {
        let mut pose = Isometry3::identity();
        for (n, link) in self.links.iter().enumerate() {
            pose *= link.pose(theta.get(n).copied().unwrap_or(0.0));
        }
        pose * self.flange
    }

    /// Poses of all links in the base, and of the flange at the end: one more than there are joints.
    pub fn poses(&self, theta: &[f64]) -> Vec<Isometry3<f64>> {
        let mut pose = Isometry3::identity();
        let mut poses = Vec::with_capacity(self.links.len() + 1);
        for (n, link) in self.links.iter().enumerate() {
            pose *= link.pose(theta.get(n).copied().unwrap_or(0.0));
            poses.push(pose);
        }
        poses.push(pose * self.flange);
        poses
    }

    /// Pose of the flange, and the geometric Jacobian there in the axes of the base (6 × n): rows 0 to 2 are velocities [m/s],
    /// 3 to 5 angular velocities [rad/s], by coordinate.
    pub fn jacobian(&self, theta: &[f64]) -> (Isometry3<f64>, Matrix6xX<f64>) {
        let poses = self.poses(theta);
        let flange = poses[self.links.len()];
        let tip = flange.translation.vector;
        let mut columns = Matrix6xX::zeros(self.links.len());
        for (n, (link, pose)) in self.links.iter().zip(&poses).enumerate() {
            let axis = pose.rotation * link.axis;
            let (linear, angular) = match link.motion {
                Motion::Turns => (axis.cross(&(tip - pose.translation.vector)), axis),
                Motion::Slides => (axis, Vector3::zeros()),
            };
            columns.fixed_view_mut::<3, 1>(0, n).copy_from(&linear);
            columns.fixed_view_mut::<3, 1>(3, n).copy_from(&angular);
        }
        (flange, columns)
    }
}
