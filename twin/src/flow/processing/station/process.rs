//! Work by a program: of a robot that welds, glues or screws, or of a machine that waits for signals and sets them.

use ron::extensions::Extensions;
use serde::Deserialize;

use crate::engine::{ArmProgram, Compile, MotionFile};
use crate::flow::course::{self, Beat, Course};
use crate::flow::handling::{ArmAtWork, ArmSpec};
use crate::id::StreamId;
use crate::units::{Length, Mass, SimDuration, Speed};

/// A robot that works on parts, in a plant file. Its program, seen from its base, begins with a `Move`, and goes on for the next part from where
/// it has ended. While it waits for a signal, the station is shown as blocked.
#[derive(Debug, Deserialize)]
#[serde(rename = "Program", deny_unknown_fields)]
pub struct ProcessSpec {
    /// The name of its arm among the plant's `robots`. Without one the program only waits and sets signals.
    #[serde(default)]
    robot: Option<String>,
    /// Which of the plant's `programs`. What it waits for at random, is drawn for each part.
    program: String,
    /// Where its base stands, seen from the station's `at`, where parts are: ahead, and to the left. Default: at that place itself.
    #[serde(default)]
    stands: Option<(Length, Length)>,
    /// Height of its base above the floor. Default: 0 m.
    #[serde(default)]
    base: Option<Length>,
    /// From the flange to the tool's centre point. Default: 0.1 m.
    #[serde(default)]
    tool: Option<Length>,
    /// Mass of the tool, by which accelerations are reduced. Default: none.
    #[serde(default)]
    load: Option<Mass>,
    /// Speed of the tool on lines and circles that do not say theirs, and the most on those that do. Default: 1 m/s.
    #[serde(default)]
    speed: Option<Speed>,
    /// Time in which the tool comes to rest before it waits or grips. Default: none.
    #[serde(default)]
    settle: Option<SimDuration>,
}

impl ProcessSpec {
    /// What `text` says, `Program(…)`.
    pub(super) fn read(text: &str) -> Result<Self, ron::Error> {
        let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
        options.from_str(text).map_err(|error| error.code)
    }

    /// Its course, and the arm that goes by it; what cannot be done is reported.
    pub(super) fn compile(self, cx: &mut Compile<'_>) -> Option<(Course, Option<Box<ArmAtWork>>)> {
        let stream = cx.stream("process");
        let Some(robot) = self.robot else {
            let arm = [self.base.is_some(), self.tool.is_some(), self.load.is_some()];
            if arm.contains(&true)
                || self.stands.is_some()
                || self.speed.is_some()
                || self.settle.is_some()
            {
                cx.error("time", "says how an arm moves, and not which: `robot`");
            }
            let (number, steps) = cx.program("time.program", &self.program)?;
            return Some((still((number, self.program), &steps, stream, cx), None));
        };
        let arm = ArmSpec {
            robot,
            base: self.base,
            tool: self.tool,
            gripper: self.load,
            load: self.load,
            speed: self.speed,
            settle: self.settle,
            ..ArmSpec::default()
        };
        let arm = arm.compile("time", cx)?;
        let (number, steps) = cx.program("time.program", &self.program)?;
        let stands = self.stands.map_or([0.0; 2], |(x, y)| [x.metres(), y.metres()]);
        match arm.process(&steps, (stands, stream), cx) {
            Ok((made, arm)) => {
                cx.keep_program(ArmProgram { name: self.program, ..made });
                Some((arm.course().clone(), Some(Box::new(arm))))
            }
            Err((step, why)) => {
                cx.program_error(number, step, &why);
                None
            }
        }
    }
}

/// The course of a program without an arm.
fn still(
    (number, name): (usize, String),
    steps: &[MotionFile],
    stream: StreamId,
    cx: &mut Compile<'_>,
) -> Course {
    let mut beats = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        match Beat::of(step, "time.program", cx) {
            Ok(beat) => beats.push(beat),
            Err(why) => cx.program_error(number, n, &why),
        }
    }
    let made = steps.iter().filter_map(|step| course::still(step).ok().flatten()).collect();
    let (equipment, drawn) = (cx.me(), course::drawn(steps));
    cx.keep_program(ArmProgram { equipment, name, steps: made, drawn, slides: Vec::new() });
    Course::new(beats, stream)
}
