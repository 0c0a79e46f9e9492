//! Random plants in which parts come together do so: assemblies are made, pallets go round, parts come apart.

use tests::plants;
use twin::engine::{Log, State, advance};

#[test]
fn parts_come_together_and_apart() {
    let (mut made, mut busy, mut n) = (0, 0, 0);
    for seed in (3..1400).step_by(7) {
        let plant = plants::random(seed);
        let loaded = twin::plant::load_text(&plant.text);
        let model = loaded.model.unwrap_or_else(|| panic!("{seed}: {:?}", loaded.diagnostics));
        let mut state = State::new(&model, model.run.seed, 0);
        advance(&model, &mut state, model.run.until, &mut Log::off()).expect("it gets on in time");
        let consumed: u64 = state.tallies().iter().map(|tally| tally.consumed).sum();
        let apart = model.find("apart").expect("there is a disassembly");
        n += 1;
        made += consumed;
        busy += u64::from(consumed > 0 && state.traffic(apart).left > 0);
    }
    assert!(busy * 3 > n * 2, "of {n} plants {busy} have taken anything apart");
    assert!(made > 50 * n, "{made} parts were consumed in {n} plants");
}
