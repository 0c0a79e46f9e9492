//! Values over time.

use crate::desktop::Run;
use crate::desktop::trace::Trace;

/// A value over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Which.
    pub trace: Trace,
    /// Hours of simulated time, and values.
    pub points: Vec<[f64; 2]>,
}

/// What is followed of `run`.
pub fn courses(run: &Run, traces: &[Trace]) -> Vec<Course> {
    let course = |trace: &Trace| Course { trace: trace.clone(), points: trace.points(run) };
    traces.iter().map(course).collect()
}
