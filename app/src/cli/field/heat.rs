//! What machines give off when all of them do the same.

use twin::engine::{Activity, Hall, Heated, Model};

/// Heat of each equipment of [`Hall::heated`] in `activity` (W): the share of its electric power that becomes heat, and what it
/// gives off besides, over all its places.
pub(super) fn levels(model: &Model, hall: &Hall, activity: Activity) -> Vec<f64> {
    hall.heated.iter().map(|heated| level(model, heated, activity)).collect()
}

fn level(model: &Model, heated: &Heated, activity: Activity) -> f64 {
    let row = model.row(heated.equipment);
    let meters = row.metered.map_or(&[][..], |metered| {
        let meters = &model.metered[metered as usize].meters;
        &model.meters[meters.start as usize..meters.end as usize]
    });
    let is_power = |medium: u32| model.media[medium as usize].name == "power";
    let power = meters.iter().find(|meter| is_power(meter.medium));
    let electric = power.map_or(0.0, |meter| meter.levels[activity as usize]);
    row.places.len() as f64 * (heated.share * electric + heated.gives[activity as usize])
}
