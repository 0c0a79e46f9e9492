//! The desktop twin as its user meets it: panels by what they say, pictures by what is where on them.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing to look at has failed")]

mod asking;
mod edits;
mod file;
mod goals;
mod looking;
mod marks;
mod panels;
mod pictures;
mod references;
mod split;
mod work;

use std::sync::Arc;

use app::desktop::Run;
use twin::units::SimTime;

/// A line with a bottleneck that anybody can see: the middle machine takes twice as long as the others.
const LINE: &str = r#"Plant(
    name: "three machines", run: (until: "8 h"),
    products: { "crate": (length: "0.6 m") },
    equipment: {
        "in":    (is: Source(every: "20 s"), to: ["saw"], at: (-3.0, 0.0)),
        "saw":   (is: Station(time: "15 s", queue: "unlimited"), to: ["belt"], at: (0.0, 0.0), size: (2.0, 2.0, 2.0)),
        "belt":  (is: Conveyor(length: "6 m", speed: "0.3 m/s"), to: ["mill"], at: (2.0, 0.0)),
        "mill":  (is: Station(time: "30 s"), to: ["wash"], at: (10.0, 0.0), size: (2.0, 2.0, 2.0)),
        "wash":  (is: Station(time: "14 s"), to: ["out"], at: (14.0, 0.0), size: (2.0, 2.0, 2.0)),
        "out":   (is: Sink, at: (17.0, 0.0)),
    },
)"#;

/// The line after so many hours.
fn after(hours: f64) -> Run {
    let model = twin::plant::load_text(LINE).model.unwrap();
    let mut run = Run::new(Arc::new(model)).unwrap();
    run.seek(SimTime::from_seconds(hours * 3600.0)).unwrap();
    run
}
