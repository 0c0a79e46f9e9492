//! Plants with cells of rigid bodies, loaded and run.

#![allow(dead_code, reason = "not each test uses all of it")]

use twin::diagnostics::Look;
use twin::engine::{Log, Model, State, advance};
use twin::plant::{Files, Options, core_registry, load};
use twin::units::SimTime;

pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Files for Text<'_> {
    fn read(&self, _path: &str, _limit: u64) -> std::io::Result<String> {
        Ok(self.0.to_owned())
    }
}

/// The plant in `text` with `physics` as rigid bodies.
pub(crate) fn loaded(text: &str, physics: &[&str]) -> Result<Model, String> {
    let physics = Some(physics.iter().map(ToString::to_string).collect());
    let options = Options { physics, ..Options::default() };
    let loaded = load("plant.ron", &Text(text), &core_registry(), &options);
    let look = Look { colour: false, limit: 20, width: 100 };
    let report = loaded.diagnostics.render(&loaded.sources, look);
    loaded.model.ok_or(report)
}

pub(crate) fn run(model: &Model, seconds: f64) -> State {
    let mut state = State::new(model, 1, 0);
    to(model, &mut state, seconds);
    state
}

pub(crate) fn to(model: &Model, state: &mut State, seconds: f64) {
    advance(model, state, SimTime::from_seconds(seconds), &mut Log::off()).unwrap();
}

pub(crate) fn finished(state: &State) -> u64 {
    state.tallies().iter().map(|tally| tally.finished).sum()
}

/// Every part is in exactly one place, and is a body there if and only if it is in a cell.
pub(crate) fn check_whole(model: &Model, state: &State) {
    let mut seen = std::collections::BTreeSet::new();
    let mut bodies = 0;
    for (index, row) in model.equipment.iter().enumerate() {
        let contents = state.contents(model, twin::id::EquipmentId::from_index(index));
        let here = state.traffic(twin::id::EquipmentId::from_index(index)).content;
        assert_eq!(contents.len(), here as usize, "{}", row.name);
        for part in contents {
            assert!(seen.insert(part), "{part:?} is in two places");
            if let Some(cell) = row.cell {
                assert!(state.bodies()[cell as usize].holds(part), "{part:?} has no body");
                bodies += 1;
            }
        }
    }
    let all: usize = state.bodies().iter().map(|bodies| bodies.parts().count()).sum();
    assert_eq!(all, bodies, "bodies without a part");
    let entered: u64 = state.tallies().iter().map(|tally| tally.entered).sum();
    assert_eq!(entered, finished(state) + seen.len() as u64);
    assert_eq!(state.little_misses(model), Vec::<String>::new());
}
