//! Motion programs of robots, as a plant file says them: steps in order, of no maker.
//!
//! ```ron
//! programs: {
//!     "load mill": [
//!         Move(to: Above("mill", "300 mm"), zone: "80 mm"),
//!         Linear(to: At("mill"), speed: "250 mm/s"),
//!         Release("400 ms"),
//!         Set(signal: "mill_loaded"),
//!     ],
//! }
//! ```
//!
//! Signals are digital inputs and outputs by name: see [`signals`](super::signals). From a belt that moves:
//!
//! ```ron
//! programs: {
//!     "pick carton": [
//!         Track("belt"),
//!         Move(to: Above("belt", "150 mm")),
//!         Linear(to: At("belt")),
//!         Grip("100 ms"),
//!         Linear(to: Above("belt", "80 mm")),
//!         StopTracking,
//!         Move(to: Above("pallet", "200 mm")),
//!         Linear(to: At("pallet")),
//!         Release("80 ms"),
//!     ],
//! }
//! ```

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::random::Distribution;
use crate::units::{Angle, Length, Share, SimDuration, Speed};

/// A step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MotionFile {
    /// All joints, arriving together; to a pose, in the configuration nearest to that at the end of the way.
    Move {
        /// Where to.
        to: TargetFile,
        /// Share of full speed. Default: all of it.
        #[serde(default)]
        speed: Option<Share>,
        /// From how far on the corner may be cut, which makes it a way point. Default: it stops there.
        #[serde(default)]
        zone: Option<Length>,
    },
    /// The tool on a straight line.
    Linear {
        /// Where to.
        to: TargetFile,
        /// How fast. Default: the speed of the arm's tool.
        #[serde(default)]
        speed: Option<Speed>,
        /// As for a move.
        #[serde(default)]
        zone: Option<Length>,
    },
    /// The tool along a circle.
    Circular {
        /// A place on the way.
        via: TargetFile,
        /// Where to.
        to: TargetFile,
        /// As for a line.
        #[serde(default)]
        speed: Option<Speed>,
        /// As for a move.
        #[serde(default)]
        zone: Option<Length>,
    },
    /// The gripper closes, which takes so long: from here on the arm carries its load.
    Grip(SimDuration),
    /// The gripper opens: from here on it does not.
    Release(SimDuration),
    /// Nothing, for a time that may be drawn.
    Wait(Distribution<SimDuration>),
    /// An output is set, which takes no time.
    Set {
        /// Its name.
        signal: String,
        /// To what. Default: true.
        #[serde(default = "yes")]
        to: bool,
    },
    /// It stands still until an input is so.
    WaitFor {
        /// Its name.
        signal: String,
        /// What is waited for. Default: true.
        #[serde(default = "yes")]
        is: bool,
        /// After so long it goes on all the same, and that is counted. Default: it waits for ever.
        #[serde(default)]
        timeout: Option<SimDuration>,
    },
    /// From here on places move with this belt, which the arm `tracks`: the first step of a way from there. Then come a `Move` to where it
    /// meets the part, lines and circles with a `Grip` between them, and `StopTracking`. Meanwhile `At` and `Above` the belt are those of
    /// the part on it, and a pose is that which the tool has when the part is at the begin of the window.
    Track(String),
    /// Places stand still again. The step behind it is a `Move` that stops.
    StopTracking,
}

fn yes() -> bool {
    true
}

/// Where a step leads.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum TargetFile {
    /// To these positions of the joints.
    Joints(Vec<Coordinate>),
    /// To this pose of the tool's centre point in the frame of the arm's base.
    Pose {
        /// Its place.
        at: (Length, Length, Length),
        /// How it is turned: about the base's x, then y, then z axis (roll, pitch, yaw). Default: it points down.
        #[serde(default)]
        turn: Option<(Angle, Angle, Angle)>,
    },
    /// To where an equipment takes parts or gives them, the tool pointing down. In what is written for controllers a part on a belt that
    /// is tracked is at the begin of the arm's window.
    At(String),
    /// So far above it.
    Above(String, Length),
}

/// The position of a joint: an angle, or a length where it slides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coordinate {
    /// Of a joint that turns.
    Turned(Angle),
    /// Of one that slides.
    Slid(Length),
}

impl Coordinate {
    /// Whether it is a length.
    pub fn is_length(self) -> bool {
        matches!(self, Self::Slid(_))
    }

    /// In rad or m.
    pub fn si(self) -> f64 {
        match self {
            Self::Turned(angle) => angle.radians(),
            Self::Slid(length) => length.metres(),
        }
    }
}

impl<'de> Deserialize<'de> for Coordinate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let angle = text.parse().map(Self::Turned);
        angle.or_else(|error| text.parse().map(Self::Slid).map_err(|_| D::Error::custom(error)))
    }
}
