//! Parts by the number.

use twin::engine::State;

/// Parts of all products that have left the plant finished.
pub(crate) fn finished(state: &State) -> u64 {
    state.tallies().iter().map(|tally| tally.finished).sum()
}
