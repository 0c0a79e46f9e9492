//! Robot motion: joint moves and tool paths in the time that a controller would take.
//!
//! | question | answer |
//! |---|---|
//! | from one state of the joints to another | [`PointToPoint`] |
//! | the same on one axis, in closed form | [`ramp::DoubleS`], [`ramp::trapezoid`] |
//!
//! Nothing here knows an arm. All numbers are SI: rad or m for joints, m and rad for poses, s. What is wrong comes back as a
//! [`MotionError`] that names joint and place; nothing panics and nothing is stepped over.

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
pub use cycle::{CycleTime, Mover, Step, StepTime};
pub use error::MotionError;
pub use follow::{
    CELLS, PathMotion, ToolMotion, along_joints, along_tool, deviation, joints_along,
};
pub use kinematics::{Gantry, Kinematics};
pub use limits::{Derating, JointLimits, ToolLimits, check_limits, check_ranges};
pub use point::{PointToPoint, Synchronisation};
pub use route::{LegTo, PosePoint, Shape, ToolRoute};
pub use timing::TimeLaw;
pub use trajectory::{Piece, State, Trajectory};
