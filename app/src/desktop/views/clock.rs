//! Where in simulated time the run is, and how fast it goes.

use twin::units::SimTime;

use crate::desktop::Run;
use crate::desktop::goal::Goal;

/// The clock of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// The present.
    pub now: SimTime,
    /// End of the run in the plant file.
    pub until: SimTime,
    /// How far it has come already; from there on going back costs little.
    pub furthest: SimTime,
    /// Whether time goes on.
    pub playing: bool,
    /// Simulated seconds a second that are asked for; none: as many as there can be.
    pub speed: Option<f64>,
    /// How many it has been of late.
    pub achieved: f64,
    /// Events in equal stretches of time from the start to the furthest, over the most of them.
    pub density: Vec<f32>,
    /// Where it goes by itself.
    pub goal: Option<String>,
    /// What stopped it, if something has.
    pub trouble: Option<String>,
}

/// The clock of `run`.
pub fn clock(run: &Run) -> Clock {
    let now = run.state().now();
    Clock {
        now,
        until: run.model.run.until.max(now),
        furthest: run.furthest(),
        playing: run.playing,
        speed: run.speed,
        achieved: run.achieved(),
        density: run.density(),
        goal: run.goal().map(Goal::name),
        trouble: run.trouble.clone(),
    }
}

/// Days, hours, minutes and seconds of simulated time.
pub fn time(at: SimTime) -> String {
    let s = at.seconds().max(0.0);
    let whole = s as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60);
    let seconds = s - (whole - whole % 60) as f64;
    let days = if days > 0 { format!("{days} d ") } else { String::new() };
    format!("{days}{hours:02}:{minutes:02}:{seconds:04.1}")
}

/// A speed as a person says it.
pub fn speed(speed: f64) -> String {
    match speed {
        s if s < 10.0 => format!("{s:.1} ×"),
        s if s < 10_000.0 => format!("{s:.0} ×"),
        s => format!("{:.0} k ×", s / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(time(SimTime::from_seconds(0.0)), "00:00:00.0");
        assert_eq!(time(SimTime::from_seconds(2.0 * 86_400.0 + 3661.5)), "2 d 01:01:01.5");
        assert_eq!(
            (speed(0.1), speed(60.0), speed(50_000.0)),
            ("0.1 ×".into(), "60 ×".into(), "50 k ×".into())
        );
    }
}
