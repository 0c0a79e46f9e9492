//! Cells of rigid bodies in a plant: the two forms of one line agree, nothing is lost at a border, and the bits are the same however
//! the run is cut.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

use twin::diagnostics::Look;
use twin::engine::{Activity, Log, Model, State, advance};
use twin::plant::{Files, Options, core_registry, load};
use twin::seen::{Watch, moving};
use twin::units::SimTime;

struct Text<'a>(&'a str);

impl Files for Text<'_> {
    fn read(&self, _path: &str, _limit: u64) -> std::io::Result<String> {
        Ok(self.0.to_owned())
    }
}

/// The plant in `text` with `physics` as rigid bodies.
fn loaded(text: &str, physics: &[&str]) -> Result<Model, String> {
    let physics = Some(physics.iter().map(ToString::to_string).collect());
    let options = Options { physics, ..Options::default() };
    let loaded = load("plant.ron", &Text(text), &core_registry(), &options);
    let look = Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    loaded.model.ok_or(report)
}

fn run(model: &Model, seconds: f64) -> State {
    let mut state = State::new(model, 1, 0);
    to(model, &mut state, seconds);
    state
}

fn to(model: &Model, state: &mut State, seconds: f64) {
    advance(model, state, SimTime::from_seconds(seconds), &mut Log::off()).unwrap();
}

fn finished(state: &State) -> u64 {
    state.tallies().iter().map(|tally| tally.finished).sum()
}

/// One part on a belt of 4 m at 0.5 m/s.
const ONE: &str = r#"Plant(name: "one", products: {"p": (length: "0.4 m")}, equipment: {
    "in": (is: Source(every: "20 s", total: 1), to: ["belt"]),
    "belt": (is: Conveyor(length: "4 m", speed: "0.5 m/s"), to: ["out"]),
    "out": (is: Sink)})"#;

#[test]
fn a_part_gets_through_at_the_time_of_the_event_form() {
    let [events, bodies] = [&[][..], &["belt"]].map(|physics| {
        let model = loaded(ONE, physics).unwrap();
        let state = run(&model, 60.0);
        state.tallies()[0].lead_time.max().unwrap()
    });
    assert_eq!(events, 8_000_000_000);
    assert!((bodies - events).abs() < 100_000, "{bodies} ns");
}
