//! Joints: what they can do, in SI, with what follows from ramps.

use crate::diagnostics::{Diagnostics, codes};
use crate::layout::text::Slice;
use crate::units::{
    Acceleration, Angle, AngularAcceleration, AngularJerk, Jerk, Length, SimDuration, Torque,
};

use super::super::arm::Joint;
use super::super::chain::Motion;
use super::super::file::{JointFile, RobotFile};

/// The joints, checked against how the structure's joints move. Their mistakes are reported; what is returned then is of no
/// use.
pub(super) fn check(
    slice: &Slice<'_>,
    file: &RobotFile,
    motions: &[Motion],
    found: &mut Diagnostics,
) -> Vec<Joint> {
    if file.joints.len() != motions.len() {
        let message = format!(
            "the structure has {} joints, and {} are described",
            motions.len(),
            file.joints.len()
        );
        slice.error(found, codes::WRONG_JOINTS, "joints", message, None);
    }
    let ramps = Ramps {
        ramp: time(slice, "ramp", file.ramp, found),
        rise: time(slice, "rise", file.rise, found),
    };
    let each = file.joints.iter().enumerate();
    each.map(|(n, joint)| {
        let place = Place { slice, path: format!("joints[{n}]"), number: n + 1 };
        let joint = place.joint(joint, &ramps, found);
        if motions.get(n).is_some_and(|motion| *motion != joint.motion) {
            let (is, wants) = match joint.motion {
                Motion::Turns => ("turns", "slide: write `Prismatic(…)`"),
                Motion::Slides => ("slides", "turn: write `Revolute(…)`"),
            };
            let message = format!("J{} {is}, and in this structure has to {wants}", n + 1);
            slice.error(found, codes::WRONG_JOINTS, &place.path, message, None);
        }
        joint
    })
    .collect()
}

/// Checks the joints of a file that cannot be read as a whole, each for itself, so that their mistakes need not wait.
pub(super) fn check_alone(slice: &Slice<'_>, found: &mut Diagnostics) {
    let ramps = Ramps { ramp: Some(1.0), rise: Some(1.0) };
    let mut unread = Diagnostics::new();
    let entries = slice.entries(&mut unread);
    let Some(joints) = entries.iter().find(|entry| entry.name == "joints") else { return };
    for (n, entry) in joints.value.entries(&mut unread).iter().enumerate() {
        // What cannot be read has been said by whoever tried to read all of it.
        if let Some(joint) = entry.value.read::<JointFile>(&mut unread) {
            Place { slice, path: format!("joints[{n}]"), number: n + 1 }
                .joint(&joint, &ramps, found);
        }
    }
}

/// Seconds of `time`, which has to be more than 0.
fn time(
    slice: &Slice<'_>,
    path: &str,
    time: Option<SimDuration>,
    found: &mut Diagnostics,
) -> Option<f64> {
    let seconds = time?.seconds();
    if seconds > 0.0 {
        return Some(seconds);
    }
    let message = format!("the `{path}` has to be longer than nothing");
    slice.error(found, codes::BAD_VALUE, path, message, None);
    // It is there, so nobody need miss it.
    Some(f64::NAN)
}

/// How speeds and accelerations are built up where a joint does not say it.
struct Ramps {
    ramp: Option<f64>,
    rise: Option<f64>,
}

/// What a joint's file says, in SI.
struct Given {
    motion: Motion,
    range: (f64, f64),
    speed: f64,
    acceleration: Option<f64>,
    jerk: Option<f64>,
    torque: Option<f64>,
    zero: Option<f64>,
    reversed: bool,
}

impl Given {
    fn new(joint: &JointFile) -> Self {
        match joint {
            JointFile::Revolute { range, speed, acceleration, jerk, torque, zero, reversed } => {
                Self {
                    motion: Motion::Turns,
                    range: (range.0.radians(), range.1.radians()),
                    speed: speed.radians_per_second(),
                    acceleration: acceleration.map(AngularAcceleration::radians_per_second_squared),
                    jerk: jerk.map(AngularJerk::radians_per_second_cubed),
                    torque: torque.map(Torque::newton_metres),
                    zero: zero.map(Angle::radians),
                    reversed: *reversed,
                }
            }
            JointFile::Prismatic { range, speed, acceleration, jerk, zero, reversed } => Self {
                motion: Motion::Slides,
                range: (range.0.metres(), range.1.metres()),
                speed: speed.metres_per_second(),
                acceleration: acceleration.map(Acceleration::metres_per_second_squared),
                jerk: jerk.map(Jerk::metres_per_second_cubed),
                torque: None,
                zero: zero.map(Length::metres),
                reversed: *reversed,
            },
        }
    }
}

/// A joint and where it stands.
struct Place<'a, 's> {
    slice: &'a Slice<'s>,
    path: String,
    number: usize,
}

impl Place<'_, '_> {
    fn joint(&self, file: &JointFile, ramps: &Ramps, found: &mut Diagnostics) -> Joint {
        let given = Given::new(file);
        let (low, high) = given.range;
        if !(low < high) {
            let message = format!("the range of J{} ends before it begins", self.number);
            let hint = "the lower end stands first".to_owned();
            let path = format!("{}.range", self.path);
            self.slice.error(found, codes::BAD_RANGE, &path, message, Some(hint));
        }
        self.positive("speed", Some(given.speed), found);
        self.positive("acceleration", given.acceleration, found);
        self.positive("jerk", given.jerk, found);
        let acceleration = given.acceleration.or(ramps.ramp.map(|ramp| given.speed / ramp));
        let acceleration = self.needed("acceleration", "ramp", acceleration, found);
        let jerk = given.jerk.or(ramps.rise.map(|rise| acceleration / rise));
        Joint {
            motion: given.motion,
            range: given.range,
            speed: given.speed,
            acceleration,
            jerk: self.needed("jerk", "rise", jerk, found),
            torque: given.torque,
            sense: if given.reversed { -1.0 } else { 1.0 },
            zero: given.zero.unwrap_or(0.0),
        }
    }

    fn positive(&self, field: &str, value: Option<f64>, found: &mut Diagnostics) {
        if value.is_some_and(|value| !(value > 0.0)) {
            let message = format!("the {field} of J{} has to be more than 0", self.number);
            let path = format!("{}.{field}", self.path);
            self.slice.error(found, codes::BAD_RANGE, &path, message, None);
        }
    }

    fn needed(
        &self,
        field: &str,
        instead: &str,
        value: Option<f64>,
        found: &mut Diagnostics,
    ) -> f64 {
        value.unwrap_or_else(|| {
            let message = format!("J{} has no `{field}`, and there is no `{instead}`", self.number);
            self.slice.error(found, codes::MISSING_FIELD, &self.path, message, None);
            f64::NAN
        })
    }
}
