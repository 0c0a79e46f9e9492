//! What the colours of a field mean, and its value under the pointer.

use twin::field::Quantity;

use crate::desktop::{Desk, Run};

/// Steps of the scale that are drawn.
const STEPS: usize = 48;

/// The legend of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldView {
    /// The quantity, its unit, and where it is looked at.
    pub title: String,
    /// Colours from the low end to the high one.
    pub colours: Vec<[u8; 3]>,
    /// Numbers along the scale: how far along, 0 to 1, and what.
    pub numbers: Vec<(f32, String)>,
    /// Why nothing is drawn, if so.
    pub trouble: Option<String>,
}

/// The legend of what is looked at; none if that is nothing.
pub fn field(run: &Run, desk: &Desk) -> Option<FieldView> {
    let cut = desk.cut?;
    let Some(plate) = run.fields.plate() else {
        let trouble = "This plant has no hall with fields.".to_owned();
        return Some(FieldView {
            title: cut.look().0.to_owned(),
            colours: Vec::new(),
            numbers: Vec::new(),
            trouble: Some(trouble),
        });
    };
    let scale = &plate.scale;
    let title = format!("{} [{}] at {:.2} m", scale.name, scale.unit, cut.height_m);
    let trouble = plate.slice.is_none().then(|| match cut.quantity {
        Quantity::Speed => "The solver knows no speed: view with --fields air.".to_owned(),
        _ => "The solver does not have this quantity.".to_owned(),
    });
    let at = |n: usize| scale.low + (scale.high - scale.low) * n as f64 / STEPS as f64;
    let numbers = scale.numbers().into_iter().map(|(share, text)| (share as f32, text));
    Some(FieldView {
        title,
        colours: (0..=STEPS).map(|n| scale.colour(at(n))).collect(),
        numbers: numbers.collect(),
        trouble,
    })
}

/// The value of the field where a ray through a point of the picture meets its plane, with its unit.
pub fn probe(run: &Run, desk: &Desk, at: [f32; 2]) -> Option<String> {
    let plate = run.fields.plate().filter(|_| desk.cut.is_some())?;
    let (from, way) = desk.eye.ray(at, desk.frame);
    let far = (plate.cut.height_m as f32 - from.z) / way.z;
    let point = from + way * far;
    let value = plate.value(f64::from(point.x), f64::from(point.y)).filter(|_| far > 0.0)?;
    Some(format!("{value:.2} {}", plate.scale.unit))
}
