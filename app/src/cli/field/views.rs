//! `--out`: pictures of slices, whole fields for other tools, the result.

use std::path::{Path, PathBuf};

use twin::engine::{Hall, Model};
use twin::field::{Axis, Quantity, Scene};

use super::super::failure::Failure;
use super::args::{FieldArgs, Shown};
use super::solve::{Solved, shows};
use crate::output::picture::{Filling, Mark, Picture, Plane, Scale, Slice};
use crate::output::vti::{self, Array, Values};
use crate::output::{FolderError, ResultFolder};

/// Above the floor, at the height of people and machines (m).
const USUAL: f64 = 1.5;
/// Share of the cells at either end that a scale leaves out, so that a plume does not darken the rest.
const LEFT_OUT: f64 = 0.005;

/// A folder in the making.
pub(super) struct Views {
    folder: ResultFolder,
    planes: Vec<Plane>,
}

impl Views {
    /// Begins the folder, and finds out whether the slices meet the hall.
    pub(super) fn begin(out: &Path, args: &FieldArgs, hall: &Hall) -> Result<Self, Failure> {
        let usual = Plane { axis: Axis::Z, at: USUAL.min(hall.size[2] / 2.0) };
        let planes = if args.slice.is_empty() { vec![usual] } else { args.slice.clone() };
        for Plane { axis, at } in &planes {
            let across = *axis as usize;
            let (low, size) = (hall.origin[across], hall.size[across]);
            if !(low..=low + size).contains(at) {
                let letter = Plane::letter(*axis);
                let message = format!("no slice at {letter} = {at} m");
                let hint = format!("the hall is from {letter} = {low} m to {} m", low + size);
                return Err(Failure::usage(message).hint(hint));
            }
        }
        let folder = ResultFolder::begin(out).map_err(refused)?;
        Ok(Self { folder, planes })
    }

    /// Writes everything and puts the folder in its place.
    pub(super) fn finish(
        self,
        (model, scene, args): (&Model, &Scene, &FieldArgs),
        all: &[Solved],
        json: &str,
    ) -> Result<PathBuf, Failure> {
        for shown in &args.show {
            self.pictures((model, scene, args), all, *shown)?;
        }
        for solved in all {
            self.field(scene, solved)?;
        }
        self.folder.write("result.json", json).map_err(refused)?;
        self.folder.commit().map_err(refused)
    }

    /// One picture for each tier and plane, all on one scale, so that they can be laid side by side.
    fn pictures(
        &self,
        (model, scene, args): (&Model, &Scene, &FieldArgs),
        all: &[Solved],
        shown: Shown,
    ) -> Result<(), Failure> {
        let slices: Vec<(&Solved, Slice)> = all
            .iter()
            .filter(|solved| shows(solved, shown))
            .flat_map(|solved| self.planes.iter().map(move |plane| (solved, *plane)))
            .filter_map(|(solved, plane)| Some((solved, cut(scene, solved, plane, shown)?)))
            .collect();
        let (name, unit, map) = shown.look();
        let range = range(slices.iter().map(|(_, slice)| slice)).unwrap_or([0.0, 1.0]);
        let scale = Scale::around(range, name, unit, map);
        for (solved, slice) in &slices {
            let Plane { axis, at } = slice.plane;
            let place = format!("{} = {at} m", Plane::letter(axis));
            let picture = Picture {
                title: format!("{}: {name} at {place}", model.name),
                subtitle: super::report::how(solved, scene, args),
                slice,
                scale: scale.clone(),
                marks: marks(model, scene, solved, shown),
                arrows: args.arrows,
            };
            let file = format!("{}-{name}-{}{at}m.png", solved.tier.name(), Plane::letter(axis));
            let bytes = picture.png().map_err(Failure::failed)?;
            self.folder.write(&file, bytes).map_err(refused)?;
        }
        Ok(())
    }

    fn field(&self, scene: &Scene, solved: &Solved) -> Result<(), Failure> {
        let mut arrays = Vec::new();
        for (name, quantity) in
            [("temperature [°C]", Quantity::Temperature), ("pressure [Pa]", Quantity::Pressure)]
        {
            let values = solved.field(quantity).map(Values::Scalar);
            arrays.extend(values.map(|values| Array { name, values }));
        }
        if let Some(velocity) = velocity(solved) {
            arrays.push(Array { name: "velocity [m/s]", values: Values::Vector(velocity) });
        }
        let materials: Vec<u16> = scene.filled.iter().map(|id| u16::from(id.0)).collect();
        let bodies = scene.body_of_cells();
        arrays.push(Array { name: "material", values: Values::Mark(&materials) });
        arrays.push(Array { name: "body", values: Values::Mark(&bodies) });
        let file = format!("{}.vti", solved.tier.name());
        let mut out = self.folder.create(&file).map_err(refused)?;
        vti::write(&mut out, &scene.grid, solved.time, &arrays)
            .map_err(|error| Failure::failed(format!("cannot write {file}: {error}")))
    }
}

fn velocity(solved: &Solved) -> Option<[&[f32]; 3]> {
    Some([
        solved.field(Quantity::VelocityX)?,
        solved.field(Quantity::VelocityY)?,
        solved.field(Quantity::VelocityZ)?,
    ])
}

fn cut(scene: &Scene, solved: &Solved, plane: Plane, shown: Shown) -> Option<Slice> {
    let slice = Slice::of(scene, plane, solved.field(shown.quantity())?)?;
    Some(match velocity(solved) {
        Some(velocity) => slice.with_flow(scene, velocity),
        None => slice,
    })
}

/// The range of the fluid in all slices, without the ends.
fn range<'a>(slices: impl Iterator<Item = &'a Slice>) -> Option<[f64; 2]> {
    let mut values: Vec<f64> = slices
        .flat_map(|slice| slice.values.iter().zip(&slice.filling))
        .filter(|(value, filling)| **filling == Filling::Fluid && value.is_finite())
        .map(|(value, _)| f64::from(*value))
        .collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let cut = (last as f64 * LEFT_OUT) as usize;
    Some([values[cut], values[last - cut]])
}

/// Bodies with their temperatures, then obstacles.
fn marks(model: &Model, scene: &Scene, solved: &Solved, shown: Shown) -> Vec<Mark> {
    let grid = &scene.grid;
    let corner = |cell: [usize; 3]| -> [f64; 3] {
        std::array::from_fn(|axis| grid.origin[axis] + cell[axis] as f64 * grid.cell)
    };
    let warm = shown == Shown::Temperature;
    let bodies = scene.bodies.iter().zip(&solved.bodies).map(|(body, t)| Mark {
        name: body.name.clone(),
        low: corner(body.region.from),
        high: corner(body.region.to),
        value: warm.then_some(*t),
    });
    let obstacles = model.hall.iter().flat_map(|hall| &hall.obstacles).map(|obstacle| {
        let block = &obstacle.block;
        Mark { name: block.name.clone(), low: block.low, high: block.high, value: None }
    });
    bodies.chain(obstacles).collect()
}

fn refused(error: FolderError) -> Failure {
    match error {
        FolderError::Io { .. } | FolderError::Incomplete => Failure::failed(error),
        _ => Failure::usage(error),
    }
}
