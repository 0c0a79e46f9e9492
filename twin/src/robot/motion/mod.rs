//! Robot motion: joint moves and tool paths in the time that a controller would take.
//!
//! | question | answer |
//! |---|---|
//! | from one state of the joints to another | [`PointToPoint`] |
//! | the same on one axis, in closed form | [`ramp::DoubleS`], [`ramp::trapezoid`] |
//! | along way points of the joints, corners rounded | [`JointRoute`], [`along_joints`] |
//! | the tool along lines and arcs, corners rounded | [`ToolRoute`], [`along_tool`] |
//! | the fastest course along any path, without and with a limit on jerk | [`topp::fastest`], [`course_along`] |
//! | meet a part on a belt; share parts among robots | [`belt::Tracker`], [`belt::hand_over`] |
//! | what a whole cycle takes | [`Mover`] |
//! | limits as they really are, from recorded moves | [`fit::fit`] |
//!
//! Nothing here knows an arm but by [`Kinematics`]. All numbers are SI: rad or m for joints, m and rad for poses, s. What is wrong comes back as a
//! [`MotionError`] that names joint and place; nothing panics and nothing is stepped over.

mod barrier;
pub mod belt;
mod curve;
mod cycle;
mod error;
pub mod fit;
mod follow;
pub mod grid;
pub mod jerk;
mod kinematics;
mod limits;
mod point;
pub mod ramp;
mod route;
#[cfg(test)]
mod tests;
mod timing;
pub mod topp;
mod trajectory;

pub use curve::{JointPath, JointRoute, PathPoint, Spline};
pub use cycle::{CycleMotion, CycleTime, Mover, Step, StepTime};
pub use error::MotionError;
pub use follow::{
    CELLS, PathMotion, ToolMotion, along_joints, along_tool, course_along, deviation, joints_along,
};
pub use kinematics::{Gantry, Kinematics};
pub use limits::{Derating, JointLimits, ToolLimits, check_limits, check_ranges};
pub use point::{PointToPoint, Synchronisation};
pub use route::{LegTo, PosePoint, Shape, ToolRoute};
pub use timing::TimeLaw;
pub use trajectory::{Piece, State, Trajectory};
