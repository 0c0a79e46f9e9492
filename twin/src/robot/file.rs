//! What a description file says, as it is written: the types of its text.
//!
//! ```ron
//! Robot(
//!     name: "IRB 120-3/0.58",
//!     maker: "ABB",
//!     payload: "3 kg",
//!     reach: "0.58 m",
//!     structure: Spherical(a1: "0 m", a2: "-70 mm", c1: "290 mm", c2: "270 mm", c3: "302 mm", c4: "72 mm"),
//!     joints: [
//!         Revolute(range: ("-165 deg", "165 deg"), speed: "250 deg/s"),
//!         …
//!     ],
//!     ramp: "150 ms",  // from rest to full speed
//!     rise: "100 ms",  // from none to full acceleration
//!     provenance: {
//!         "structure": Sheet("…"),
//!         "joints": Sheet("…"),
//!         "ramp": Assumed("…"),
//!         …
//!     },
//! )
//! ```
//!
//! Several arms on one mount, with hands, are an `Assembly(…)`. Every figure has a provenance: under its own path
//! (`"joints[2].speed"`), that of its like (`"joints.speed"`), or that of its block (`"joints"`); the closest counts.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::chain::Motion;
use crate::units::{
    Acceleration, Angle, AngularAcceleration, AngularJerk, AngularSpeed, Jerk, Length, Mass,
    SimDuration, Speed, Torque,
};

/// One arm: its sheet.
#[derive(Debug, Deserialize)]
#[serde(rename = "Robot", deny_unknown_fields)]
pub struct RobotFile {
    /// Its name as its maker gives it.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// What it may carry at its flange.
    #[serde(default)]
    pub payload: Option<Mass>,
    /// How far it gets; see [`Structure`](super::Structure) for from where to where.
    #[serde(default)]
    pub reach: Option<Length>,
    /// How its links are joined.
    pub structure: StructureFile,
    /// Its joints from the base outwards.
    pub joints: Vec<JointFile>,
    /// Time from rest to full speed, for joints whose acceleration is not given.
    #[serde(default)]
    pub ramp: Option<SimDuration>,
    /// Time from none to full acceleration, for joints whose jerk is not given.
    #[serde(default)]
    pub rise: Option<SimDuration>,
    /// Masses of the links from the first that moves.
    #[serde(default)]
    pub masses: Vec<Mass>,
    /// How thick the links are: the radius of each, from the first that moves, about the line from its joint to the next, of the last to
    /// the flange. Of a delta those of its upper arms come first, and the least is that of all else. Default: not known.
    #[serde(default)]
    pub girths: Vec<Length>,
    /// Where its figures come from, by path.
    pub provenance: BTreeMap<String, ProvenanceFile>,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum ProvenanceFile {
    /// The maker says so: which sheet, manual or description.
    Sheet(String),
    /// Worked out from what the maker says: how.
    Derived(String),
    /// Nobody says so: why this figure is likely.
    Assumed(String),
    /// Measured on a machine: how, and on which.
    Calibrated(String),
}

/// How links are joined, with their lengths.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum StructureFile {
    /// Six axes, parallel base, spherical wrist; see [`Spherical`](super::structure::Spherical).
    Spherical {
        /// First axis to second, forwards.
        #[serde(default)]
        a1: Option<Length>,
        /// Upper arm's line to forearm's.
        #[serde(default)]
        a2: Option<Length>,
        /// First axis to the plane of the arm, sideways.
        #[serde(default)]
        b: Option<Length>,
        /// Base to second axis, upwards.
        c1: Length,
        /// Upper arm.
        c2: Length,
        /// Forearm.
        c3: Length,
        /// Wrist centre to flange.
        c4: Length,
    },
    /// Six axes, three parallel, no spherical wrist; see [`Ur`](super::structure::Ur).
    Ur {
        /// Base to second axis.
        d1: Length,
        /// Upper arm, negative.
        a2: Length,
        /// Forearm, negative.
        a3: Length,
        /// Plane of the arm to fifth axis.
        d4: Length,
        /// Fourth axis to sixth.
        d5: Length,
        /// Fifth axis to flange.
        d6: Length,
    },
    /// Four vertical axes; see [`Scara`](super::structure::Scara).
    Scara {
        /// Base to flange where the stroke is 0.
        height: Length,
        /// First axis to second.
        inner: Length,
        /// Second axis to quill.
        outer: Length,
    },
    /// Three arms on one platform; see [`Delta`](super::structure::Delta).
    Delta {
        /// Middle of the base to hips.
        base: Length,
        /// Middle of the platform to its corners.
        platform: Length,
        /// Hip to knee.
        upper: Length,
        /// Knee to corner.
        lower: Length,
        /// Platform down to flange.
        #[serde(default)]
        drop: Option<Length>,
        /// Whether a fourth joint turns the flange.
        #[serde(default)]
        turns: bool,
    },
    /// Seven axes, spherical shoulder and wrist; see [`Srs`](super::structure::Srs).
    Srs {
        /// Base to shoulder.
        shoulder: Length,
        /// Shoulder to elbow.
        upper: Length,
        /// Elbow to wrist centre.
        forearm: Length,
        /// Wrist centre to flange.
        hand: Length,
    },
    /// Seven axes with offsets; see [`Franka`](super::structure::Franka).
    Franka {
        /// Base to shoulder.
        shoulder: Length,
        /// Shoulder to the height of the elbow.
        upper: Length,
        /// Line of the upper arm to elbow.
        crook: Length,
        /// Height of the elbow to the point of axes 5 and 6.
        forearm: Length,
        /// That point to the seventh axis.
        wrist: Length,
        /// From there to the flange.
        flange: Length,
    },
    /// Any other chain of links, each on another or on the `base`.
    Chain {
        /// The link that is the flange.
        tip: String,
        /// The links by name.
        links: BTreeMap<String, LinkFile>,
    },
}

/// A link of a chain.
#[derive(Debug, Deserialize)]
#[serde(rename = "link", deny_unknown_fields)]
pub struct LinkFile {
    /// The link that it sits on, or `base`.
    pub on: String,
    /// Where it sits there, at coordinate 0.
    #[serde(default)]
    pub at: Option<(Length, Length, Length)>,
    /// How it is turned there: roll, pitch and yaw about the fixed axes x, y, z.
    #[serde(default)]
    pub turned: Option<(Angle, Angle, Angle)>,
    /// How it moves. Default: not at all.
    #[serde(default)]
    pub moves: MovesFile,
}

/// How a link moves against the one that it sits on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MovesFile {
    /// Not at all.
    #[default]
    Fixed,
    /// It turns about an axis, which may have any length but 0.
    Turns(f64, f64, f64),
    /// It slides along an axis, likewise.
    Slides(f64, f64, f64),
}

/// What a joint can do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum JointFile {
    /// It turns.
    Revolute {
        /// Lower and upper end.
        range: (Angle, Angle),
        /// Greatest speed.
        speed: AngularSpeed,
        /// Greatest acceleration. Default: full speed within the `ramp`.
        #[serde(default)]
        acceleration: Option<AngularAcceleration>,
        /// Greatest jerk. Default: full acceleration within the `rise`.
        #[serde(default)]
        jerk: Option<AngularJerk>,
        /// Greatest torque.
        #[serde(default)]
        torque: Option<Torque>,
        /// Where the model's angle is 0, in the model's sense. Default: where the controller's is.
        #[serde(default)]
        zero: Option<Angle>,
        /// Whether the controller counts against the model.
        #[serde(default)]
        reversed: bool,
    },
    /// It slides.
    Prismatic {
        /// Lower and upper end.
        range: (Length, Length),
        /// Greatest speed.
        speed: Speed,
        /// Greatest acceleration, as above.
        #[serde(default)]
        acceleration: Option<Acceleration>,
        /// Greatest jerk, as above.
        #[serde(default)]
        jerk: Option<Jerk>,
        /// Where the model's coordinate is 0, as above.
        #[serde(default)]
        zero: Option<Length>,
        /// Whether the controller counts against the model.
        #[serde(default)]
        reversed: bool,
    },
}

impl JointFile {
    /// How the joint moves.
    pub fn motion(&self) -> Motion {
        match self {
            Self::Revolute { .. } => Motion::Turns,
            Self::Prismatic { .. } => Motion::Slides,
        }
    }
}

/// Several arms on one mount.
#[derive(Debug, Deserialize)]
#[serde(rename = "Assembly", deny_unknown_fields)]
pub struct AssemblyFile {
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// The arms by name.
    pub arms: BTreeMap<String, MountedFile>,
    /// Kinds of hands by name.
    #[serde(default)]
    pub hands: BTreeMap<String, HandFile>,
    /// Where its figures come from, by path.
    pub provenance: BTreeMap<String, ProvenanceFile>,
}

/// An arm on a mount.
#[derive(Debug, Deserialize)]
#[serde(rename = "arm", deny_unknown_fields)]
pub struct MountedFile {
    /// The file of the arm, from the folder of this one.
    pub robot: String,
    /// Where its base sits on the mount.
    pub at: (Length, Length, Length),
    /// How it is turned there: roll, pitch, yaw.
    #[serde(default)]
    pub turned: Option<(Angle, Angle, Angle)>,
    /// The hand at its flange, if there is one.
    #[serde(default)]
    pub hand: Option<String>,
}

/// A hand: fingers whose joints follow one drive each.
#[derive(Debug, Deserialize)]
#[serde(rename = "hand", deny_unknown_fields)]
pub struct HandFile {
    /// What it weighs.
    #[serde(default)]
    pub mass: Option<Mass>,
    /// The fingers by name.
    pub fingers: BTreeMap<String, FingerFile>,
}

/// A finger.
#[derive(Debug, Deserialize)]
#[serde(rename = "finger", deny_unknown_fields)]
pub struct FingerFile {
    /// Where its knuckle sits at the flange.
    pub at: (Length, Length, Length),
    /// How it is turned there: roll, pitch, yaw. It points along z and curls about y.
    #[serde(default)]
    pub turned: Option<(Angle, Angle, Angle)>,
    /// What its drive can do.
    pub curl: (Angle, Angle),
    /// How fast its drive is.
    pub speed: AngularSpeed,
    /// Its bones from the knuckle outwards.
    pub bones: Vec<BoneFile>,
}

/// A bone of a finger.
#[derive(Debug, Deserialize)]
#[serde(rename = "bone", deny_unknown_fields)]
pub struct BoneFile {
    /// How long it is.
    pub length: Length,
    /// How far its joint turns for each turn of the drive.
    pub follows: f64,
}
