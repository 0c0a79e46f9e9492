//! Hands whose fingers follow one drive each.

use nalgebra::{Isometry3, Vector3};

use super::trig::{about, shift};

/// A bone of a finger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bone {
    /// Its length \[m\].
    pub length: f64,
    /// How far its joint turns for each turn of the drive.
    pub follows: f64,
}

/// A finger: it points along its own z and curls about its own y.
#[derive(Clone, Debug, PartialEq)]
pub struct Finger {
    /// Its name.
    pub name: String,
    /// Its knuckle in the flange.
    pub knuckle: Isometry3<f64>,
    /// Range of its drive \[rad\].
    pub range: (f64, f64),
    /// Greatest speed of its drive [rad/s].
    pub speed: f64,
    /// Its bones from the knuckle outwards.
    pub bones: Vec<Bone>,
}

impl Finger {
    /// Poses in the flange of its bones, each at the joint that it turns about, and of its tip at the end, for its drive at
    /// `curl` \[rad\], whether or not that is within its range.
    pub fn poses(&self, curl: f64) -> Vec<Isometry3<f64>> {
        let mut pose = self.knuckle;
        let mut poses = Vec::with_capacity(self.bones.len() + 1);
        for bone in &self.bones {
            pose *= about(&Vector3::y(), curl * bone.follows);
            poses.push(pose);
            pose *= shift(0.0, 0.0, bone.length);
        }
        poses.push(pose);
        poses
    }
}

/// A hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Hand {
    /// What it weighs \[kg\], where it is known.
    pub mass: Option<f64>,
    /// Its fingers by name.
    pub fingers: Vec<Finger>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bones_follow_their_drive() {
        let bone = |follows| Bone { length: 0.04, follows };
        let finger = Finger {
            name: "index".to_owned(),
            knuckle: shift(0.0, 0.03, 0.1),
            range: (0.0, 1.6),
            speed: 3.0,
            bones: vec![bone(1.0), bone(0.5)],
        };
        let straight = finger.poses(0.0);
        assert_eq!(straight.len(), 3);
        assert!((straight[2].translation.vector - Vector3::new(0.0, 0.03, 0.18)).norm() < 1e-15);
        // A quarter, and an eighth more.
        let curl = std::f64::consts::FRAC_PI_2;
        let tip = finger.poses(curl)[2].translation.vector;
        let (s, c) = libm::sincos(1.5 * curl);
        let expected = Vector3::new(0.04 + 0.04 * s, 0.03, 0.1 + 0.04 * c);
        assert!((tip - expected).norm() < 1e-15, "{tip}");
    }
}
