//! Runs of plants with rigid bodies, and what holds at any time of them.

use std::collections::BTreeSet;

use twin::engine::{Log, Model, State, advance};
use twin::id::EquipmentId;
use twin::units::SimTime;

/// The plant after `seconds`.
pub(crate) fn run(model: &Model, seconds: f64) -> State {
    let mut state = State::new(model, 1, 0);
    to(model, &mut state, seconds);
    state
}

/// Goes on to `seconds` from the start.
pub(crate) fn to(model: &Model, state: &mut State, seconds: f64) {
    advance(model, state, SimTime::from_seconds(seconds), &mut Log::off()).unwrap();
}

/// Every part is in exactly one place, and is a body there if and only if that is in a cell.
pub(crate) fn check_whole(model: &Model, state: &State) {
    let (mut seen, mut bodies) = (BTreeSet::new(), 0);
    for (index, row) in model.equipment.iter().enumerate() {
        let id = EquipmentId::from_index(index);
        let contents = state.contents(model, id);
        assert_eq!(contents.len(), state.traffic(id).content as usize, "{}", row.name);
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
    let gone = state.tallies().iter().map(|tally| tally.entered - tally.finished - tally.scrapped);
    assert_eq!(gone.sum::<u64>(), seen.len() as u64, "parts that are nowhere");
    assert_eq!(state.little_misses(model), Vec::<String>::new());
}
