//! What instruments tell of a run.

use twin::engine::{Command, Log, Model, State, advance};
use twin::seen::Watch;
use twin::units::SimTime;

/// What all instruments have told by `seconds` of a run under `commands`, to be taken.
pub(crate) fn told(model: &Model, seconds: f64, commands: &[Command]) -> Watch {
    let start = || {
        let mut state = State::new(model, 1, 0);
        commands.iter().for_each(|command| state.command(model, command.clone()).unwrap());
        state
    };
    let (mut state, mut alone) = (start(), start());
    let mut watch = Watch::new(model, &state, model.eyes.clone()).unwrap();
    let until = SimTime::from_seconds(seconds);
    watch.advance(model, &mut state, None, until, &mut Log::off()).unwrap();
    // Reading changes nothing.
    advance(model, &mut alone, until, &mut Log::off()).unwrap();
    assert_eq!(alone.hash(model), state.hash(model));
    watch
}
