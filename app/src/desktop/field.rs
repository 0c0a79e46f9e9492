//! The fields of the hall as somebody looks at them: one quantity in a level plane.

use std::sync::Arc;

use shaders::field::build_on;
use twin::climate::Climates;
use twin::engine::Model;
use twin::field::{Axis, FieldError, Quantity, Scene, Settings, Tier};
use twin::units::SimTime;

use crate::output::picture::{ColourMap, Filling, Plane, Scale, Slice};

/// At which height people and machines feel it (m).
const USUAL: f64 = 1.5;

/// What is looked at, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Temperature, speed, or concentration.
    pub quantity: Quantity,
    /// Height above the origin of the plant (m).
    pub height_m: f64,
}

impl Cut {
    /// The next thing to look at: temperature, speed, concentration, nothing.
    pub fn next(now: Option<Self>) -> Option<Self> {
        let quantity = match now.map(|cut| cut.quantity) {
            None => Quantity::Temperature,
            Some(Quantity::Temperature) => Quantity::Speed,
            Some(Quantity::Speed) => Quantity::Concentration,
            Some(_) => return None,
        };
        Some(Self { quantity, height_m: now.map_or(USUAL, |cut| cut.height_m) })
    }

    /// The narrowest scale: what differs by less must not look as if it mattered.
    fn narrowest(self) -> f64 {
        match self.quantity {
            Quantity::Temperature => 2.0,
            Quantity::Speed => 0.05,
            _ => 0.0,
        }
    }

    /// What it is called, its unit, and its colours.
    pub fn look(self) -> (&'static str, &'static str, ColourMap) {
        match self.quantity {
            Quantity::Temperature => ("temperature", "°C", ColourMap::Inferno),
            Quantity::Concentration => ("concentration", "kg/m³", ColourMap::Viridis),
            _ => ("speed of the air", "m/s", ColourMap::Viridis),
        }
    }
}

/// A plane with its colours.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    /// What is looked at.
    pub cut: Cut,
    /// The cells in the plane; none: the solver does not have this quantity.
    pub slice: Option<Slice>,
    /// What the colours mean.
    pub scale: Scale,
    /// When it was so.
    pub at: SimTime,
}

impl Plate {
    /// The value at a point of the plane (m); none outside it, and in what is no air.
    pub fn value(&self, x: f64, y: f64) -> Option<f64> {
        let slice = self.slice.as_ref()?;
        let cell = |at: f64, axis: usize| {
            let n = ((at - slice.origin[axis]) / slice.cell).floor();
            (n >= 0.0 && n < slice.cells[axis] as f64).then_some(n as usize)
        };
        let index = cell(y, 1)? * slice.cells[0] + cell(x, 0)?;
        (slice.filling[index] != Filling::Solid).then(|| f64::from(slice.values[index]))
    }
}

/// The fields of a hall, if there are any, and the plane that is looked at.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    scene: Option<Arc<Scene>>,
    plate: Option<Plate>,
    /// Of each quantity the least and the most that was seen, so that colours keep their meaning.
    seen: Vec<(Quantity, [f64; 2])>,
}

impl Fields {
    /// The fields of `model` and who solves them on the processor by `tier`; nobody, if there is no hall in which anything is warm.
    ///
    /// # Errors
    ///
    /// If the hall is too large for its cells.
    pub fn of(model: &Model, tier: Option<Tier>) -> Result<(Self, Climates), FieldError> {
        let hall = model.hall.as_ref().filter(|hall| !hall.heated.is_empty());
        let Some((hall, tier)) = hall.zip(tier) else {
            return Ok((Self::default(), Climates::default()));
        };
        let solver = move |scene: &Scene| build_on(None, tier, scene, &Settings::default());
        let scene = Some(Arc::new(hall.scene(None)?));
        Ok((Self { scene, ..Self::default() }, Climates::of(hall, None, solver)?))
    }

    /// Whether there are any.
    pub fn are_some(&self) -> bool {
        self.scene.is_some()
    }

    /// The plane that was looked at last.
    pub fn plate(&self) -> Option<&Plate> {
        self.plate.as_ref()
    }

    /// A height within the hall next to this one (m), `by` cells higher.
    pub fn height(&self, from: f64, by: f64) -> f64 {
        let Some(grid) = self.scene.as_ref().map(|scene| &scene.grid) else { return from };
        let low = grid.origin[2] + grid.cell / 2.0;
        let high = grid.origin[2] + (grid.cells[2] as f64 - 0.5) * grid.cell;
        (from + by * grid.cell).clamp(low, high)
    }

    /// Looks at `cut`, or at nothing. `field` gives the whole field of a quantity at `at`; it is asked only if that is not what was looked at
    /// already. Cost then: linear in the cells of the hall.
    pub fn look(
        &mut self,
        cut: Option<Cut>,
        at: SimTime,
        field: impl FnOnce(Quantity) -> Option<Vec<f32>>,
    ) {
        let Some((scene, cut)) = self.scene.as_ref().zip(cut) else {
            self.plate = None;
            return;
        };
        if self.plate.as_ref().is_some_and(|plate| plate.cut == cut && plate.at == at) {
            return;
        }
        let plane = Plane { axis: Axis::Z, at: cut.height_m };
        let slice = field(cut.quantity).and_then(|all| Slice::of(scene, plane, &all));
        let found = slice.as_ref().and_then(range).unwrap_or([0.0, 1.0]);
        let range =
            if let Some((_, seen)) = self.seen.iter_mut().find(|seen| seen.0 == cut.quantity) {
                *seen = [seen[0].min(found[0]), seen[1].max(found[1])];
                *seen
            } else {
                self.seen.push((cut.quantity, found));
                found
            };
        let range = widened(range, cut.narrowest());
        let (name, unit, map) = cut.look();
        self.plate = Some(Plate { cut, slice, scale: Scale::around(range, name, unit, map), at });
    }
}

/// The same about its middle, at least so wide.
fn widened([low, high]: [f64; 2], least: f64) -> [f64; 2] {
    let more = ((least - (high - low)) / 2.0).max(0.0);
    [low - more, high + more]
}

/// Least and most of the air in a slice.
fn range(slice: &Slice) -> Option<[f64; 2]> {
    let values = slice.values.iter().zip(&slice.filling);
    let air = values.filter(|(value, filling)| **filling == Filling::Fluid && value.is_finite());
    air.map(|(value, _)| f64::from(*value)).fold(None, |range, value| {
        let [low, high] = range.unwrap_or([value; 2]);
        Some([low.min(value), high.max(value)])
    })
}
