//! Work that a robot does by a motion program: welding, gluing, screwing.

use ron::extensions::Extensions;
use serde::Deserialize;

use crate::engine::{ArmProgram, Compile};
use crate::flow::handling::ArmSpec;
use crate::random::Sampler;
use crate::units::{Length, Mass, SimDuration, Speed};

/// A robot that works on parts, in a plant file. Its base stands at the station's `at`; its program begins with a `Move`, and goes
/// on for the next part from where it has ended.
#[derive(Debug, Deserialize)]
#[serde(rename = "Program", deny_unknown_fields)]
pub struct ProcessSpec {
    /// The name of its arm among the plant's `robots`.
    robot: String,
    /// Which of the plant's `programs`. What it waits for at random, is drawn for each part.
    program: String,
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

    /// Its time with the mean (s); what cannot be done is reported.
    pub(super) fn compile(self, cx: &mut Compile<'_>) -> (Sampler<SimDuration>, f64) {
        let nothing = (Sampler::constant_of(SimDuration::ZERO), 0.0);
        let arm = ArmSpec {
            robot: self.robot,
            base: self.base,
            tool: self.tool,
            gripper: self.load,
            load: self.load,
            speed: self.speed,
            settle: self.settle,
            ..ArmSpec::default()
        };
        let Some(arm) = arm.compile("time", cx) else { return nothing };
        let Some((number, steps)) = cx.program("time.program", &self.program) else {
            return nothing;
        };
        match arm.process(&steps, cx) {
            Ok((made, sampler, mean_s)) => {
                cx.keep_program(ArmProgram { name: self.program, ..made });
                (sampler, mean_s)
            }
            Err((step, why)) => {
                cx.program_error(number, step, &why);
                nothing
            }
        }
    }
}
