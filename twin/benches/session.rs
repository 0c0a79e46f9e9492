//! How long a rewind takes: twenty places of the battery line, in no order, over one shift and over a week.
//!
//! Prints figures that hold for the machine that they were taken on.
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

use std::sync::Arc;
use std::time::Instant;

use twin::climate::Climates;
use twin::engine::Model;
use twin::field::{Scene, Settings, Tier, build};
use twin::session::{Session, Setup};
use twin::units::{SimDuration, SimTime};

type Error = Box<dyn std::error::Error>;

const PLANT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/plants/battery-line.ron"));

fn main() -> Result<(), Error> {
    let model = Arc::new(twin::plant::load_text(PLANT).model.ok_or("the plant has mistakes")?);
    let hall = model.hall.as_ref().ok_or("no hall")?;
    let network = |scene: &Scene| build(Tier::Network, scene, &Settings::default());
    let network = Climates::of(hall, None, network)?;
    for (name, climates) in [("no fields", Climates::default()), ("network", network)] {
        for hours in [8.0, 168.0] {
            rewinds(&model, name, climates.clone(), hours)?;
        }
    }
    Ok(())
}

fn rewinds(model: &Arc<Model>, name: &str, climates: Climates, hours: f64) -> Result<(), Error> {
    let setup = Setup { climates, warmup: SimDuration::ZERO, ..Setup::of(model) };
    let mut session = Session::new(model.clone(), setup)?;
    let at = |share: f64| SimTime::from_seconds(hours * 3600.0 * share);
    let begun = Instant::now();
    session.seek(at(1.0))?;
    let straight_ms = begun.elapsed().as_secs_f64() * 1e3;
    let events = session.state().events();
    let mut worst_ms: f64 = 0.0;
    let mut sum_ms = 0.0;
    // Multiples of the golden ratio spread evenly, in no order.
    for n in 1..=20 {
        let begun = Instant::now();
        session.seek(at((f64::from(n) * 0.618_034).fract()))?;
        let took_ms = begun.elapsed().as_secs_f64() * 1e3;
        sum_ms += took_ms;
        worst_ms = worst_ms.max(took_ms);
    }
    let look = session.keyframes();
    println!(
        "{name}, {hours} h: {events} events straight in {straight_ms:.0} ms; {} keyframes, {:.1} MiB; a rewind {:.1} ms, at most {worst_ms:.1} ms",
        look.count,
        look.bytes as f64 / f64::from(1 << 20),
        sum_ms / 20.0,
    );
    Ok(())
}
