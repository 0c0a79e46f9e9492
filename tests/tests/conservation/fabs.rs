//! Random fabs do what they are there for: lots are worked on together, set-ups change, lots go back, limits run.

use tests::plants;
use twin::engine::{Log, State, advance};

#[test]
fn fabs_use_what_routes_can_say() {
    let (mut batches, mut changes, mut limits, mut reworks, mut maintained) = (0, 0, 0, 0, 0);
    for seed in (12..2600).step_by(13).filter(|seed| plants::is_fab(*seed)) {
        let plant = plants::random(seed);
        let loaded = twin::plant::load_text(&plant.text);
        let model = loaded.model.unwrap_or_else(|| panic!("{seed}: {:?}", loaded.diagnostics));
        let mut state = State::new(&model, model.run.seed, 0);
        advance(&model, &mut state, model.run.until, &mut Log::off()).expect("it gets on in time");
        for (row, id) in
            model.equipment.iter().zip(0..).map(|(row, n)| (row, twin::id::EquipmentId(n)))
        {
            let figure = |name: &str| {
                let figures = state.figures(&model, id);
                figures.iter().find(|(key, _)| key == name).map_or(0.0, |(_, value)| *value)
            };
            batches += u64::from(figure("batch_mean") > 1.0);
            changes += u64::from(figure("changeovers") > 0.0);
            let maintains = |clock: &twin::engine::Clock| {
                clock.spent_ns(state.now())[twin::engine::Activity::Maintained as usize] > 0
            };
            let is_group = model.kind_of(id) == "ToolGroup" && row.by_place;
            maintained += u64::from(is_group && state.clocks(&model, id).iter().any(maintains));
        }
        reworks += u64::from(state.parts().iter().any(|(_, part)| part.reworks > 0));
        limits += u64::from(!model.limits.is_empty());
    }
    let found = [batches, changes, limits, reworks, maintained];
    assert!(
        found.iter().all(|n| *n > 20),
        "batches, set-ups, limits, rework, maintenance: {found:?}"
    );
}
