//! A plane cut through a field.

use twin::field::{Axis, Face, Flow, Scene};

/// Where a field is cut: across an axis, at a distance from the origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The axis that it stands across.
    pub axis: Axis,
    /// Where (m).
    pub at: f64,
}

impl Plane {
    /// The axes that lie in it: to the right, and upwards.
    pub fn inside(self) -> [Axis; 2] {
        Face::ALL[self.axis as usize * 2].inside()
    }

    /// `x`, `y` or `z`.
    pub fn letter(axis: Axis) -> &'static str {
        ["x", "y", "z"][axis as usize]
    }
}

/// What lies in a cell of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// Fluid.
    Fluid,
    /// A solid that is no body.
    Solid,
    /// The body with this number.
    Body(usize),
}

/// A stretch of an edge of a slice where fluid goes through.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// Name of the patch.
    pub name: String,
    /// Whether the flow is given; else it goes as pressure has it.
    pub forced: bool,
    /// On which side.
    pub face: Face,
    /// From and to along that side (m).
    pub span: [f64; 2],
}

/// The cells of a field that a plane goes through, the faster axis to the right.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// The plane that was asked for.
    pub plane: Plane,
    /// Cells to the right and upwards.
    pub cells: [usize; 2],
    /// Edge of a cell (m).
    pub cell: f64,
    /// Its corner (m).
    pub origin: [f64; 2],
    /// The values.
    pub values: Vec<f32>,
    /// What the cells are filled with.
    pub filling: Vec<Filling>,
    /// Velocity to the right and upwards [m/s], where it is known.
    pub flow: Option<Vec<[f32; 2]>>,
    /// Where fluid goes through the edges.
    pub gates: Vec<Gate>,
}

impl Slice {
    /// The cells of `values` that `plane` goes through; a plane on a border of cells takes those beyond it, one on the far side of the
    /// hall the last ones. None, if it misses the grid, or `values` has not one value for each cell.
    pub fn of(scene: &Scene, plane: Plane, values: &[f32]) -> Option<Self> {
        let grid = &scene.grid;
        let across = plane.axis as usize;
        let layer = (plane.at - grid.origin[across]) / grid.cell;
        let most = grid.cells[across];
        if !(layer > -1e-9 && layer < most as f64 + 1e-9) || values.len() != grid.len() {
            return None;
        }
        let [right, up] = plane.inside().map(|axis| axis as usize);
        let mut slice = Self {
            plane,
            cells: [grid.cells[right], grid.cells[up]],
            cell: grid.cell,
            origin: [grid.origin[right], grid.origin[up]],
            values: Vec::new(),
            filling: Vec::new(),
            flow: None,
            gates: Vec::new(),
        };
        let owners = scene.body_of_cells();
        for index in slice.indices(scene) {
            slice.values.push(values[index]);
            slice.filling.push(match owners[index] {
                0 if scene.filled[index].is_fluid() => Filling::Fluid,
                0 => Filling::Solid,
                body => Filling::Body(usize::from(body) - 1),
            });
        }
        slice.gates = slice.find_gates(scene);
        Some(slice)
    }

    /// The same with the velocity of the fluid: its components along x, y, z, cell by cell.
    #[must_use]
    pub fn with_flow(mut self, scene: &Scene, velocity: [&[f32]; 3]) -> Self {
        let [right, up] = self.plane.inside().map(|axis| velocity[axis as usize]);
        let flow = |index: usize| Some([*right.get(index)?, *up.get(index)?]);
        self.flow = self.indices(scene).into_iter().map(flow).collect();
        self
    }

    /// The layer of cells that the plane goes through.
    fn layer(&self, scene: &Scene) -> usize {
        let across = self.plane.axis as usize;
        let at = (self.plane.at - scene.grid.origin[across]) / scene.grid.cell;
        ((at + 1e-9).max(0.0) as usize).min(scene.grid.cells[across] - 1)
    }

    /// Numbers of its cells in the grid.
    fn indices(&self, scene: &Scene) -> Vec<usize> {
        let [right, up] = self.plane.inside().map(|axis| axis as usize);
        let mut cell = [self.layer(scene); 3];
        let mut indices = Vec::with_capacity(self.cells[0] * self.cells[1]);
        for v in 0..self.cells[1] {
            for u in 0..self.cells[0] {
                (cell[right], cell[up]) = (u, v);
                indices.push(scene.grid.index(cell));
            }
        }
        indices
    }

    fn find_gates(&self, scene: &Scene) -> Vec<Gate> {
        let mut gates: Vec<Gate> = Vec::new();
        let layer = self.layer(scene);
        for face in Face::ALL.into_iter().filter(|face| face.axis() != self.plane.axis) {
            let along = usize::from(face.axis() == self.plane.inside()[0]);
            let mut before = None;
            for n in 0..self.cells[along] {
                let number =
                    scene.sides[face as usize][side_cell(scene, face, self.plane.axis, layer, n)];
                let patch = &scene.patches[usize::from(number)];
                let at = |n: usize| self.origin[along] + n as f64 * self.cell;
                let forced = match patch.flow {
                    Flow::Forced { .. } => true,
                    Flow::Opening { .. } => false,
                    _ => {
                        before = None;
                        continue;
                    }
                };
                match gates.last_mut() {
                    Some(gate) if before == Some(number) => gate.span[1] = at(n + 1),
                    _ => {
                        let (name, span) = (patch.name.clone(), [at(n), at(n + 1)]);
                        gates.push(Gate { name, forced, face, span });
                    }
                }
                before = Some(number);
            }
        }
        gates
    }

    /// The value at a point of the plane (m): bilinear between the middles of fluid cells, so that solids do not colour the fluid; none in
    /// cells that are not fluid.
    pub fn value(&self, point: [f64; 2]) -> Option<f64> {
        self.blend(point, |n| [f64::from(self.values[n]), 0.0]).map(|[value, _]| value)
    }

    /// The velocity at a point of the plane [m/s].
    pub fn velocity(&self, point: [f64; 2]) -> Option<[f64; 2]> {
        let flow = self.flow.as_ref()?;
        self.blend(point, |n| flow[n].map(f64::from))
    }

    /// What lies at a point (m); none outside.
    pub fn filling_at(&self, point: [f64; 2]) -> Option<Filling> {
        let mut cell = [0; 2];
        for axis in 0..2 {
            let at = ((point[axis] - self.origin[axis]) / self.cell).floor();
            if !(at >= 0.0 && at < self.cells[axis] as f64) {
                return None;
            }
            cell[axis] = at as usize;
        }
        Some(self.filling[cell[1] * self.cells[0] + cell[0]])
    }

    fn blend(&self, point: [f64; 2], of: impl Fn(usize) -> [f64; 2]) -> Option<[f64; 2]> {
        if self.filling_at(point) != Some(Filling::Fluid) {
            return None;
        }
        let (mut sum, mut weights) = ([0.0; 2], 0.0);
        let at: [f64; 2] =
            std::array::from_fn(|axis| (point[axis] - self.origin[axis]) / self.cell - 0.5);
        let low = at.map(f64::floor);
        for [du, dv] in [[0, 0], [1, 0], [0, 1], [1, 1]] {
            let beside = [low[0] + f64::from(du), low[1] + f64::from(dv)];
            let near = |axis: usize| 1.0 - (at[axis] - beside[axis]).abs();
            let weight = near(0) * near(1);
            let clamped =
                |axis: usize| beside[axis].clamp(0.0, self.cells[axis] as f64 - 1.0) as usize;
            let cell = clamped(1) * self.cells[0] + clamped(0);
            if self.filling[cell] == Filling::Fluid && weight > 0.0 {
                let value = of(cell);
                sum = [sum[0] + weight * value[0], sum[1] + weight * value[1]];
                weights += weight;
            }
        }
        (weights > 0.0).then(|| sum.map(|sum| sum / weights))
    }

    /// Smallest and largest value in the fluid; none without fluid.
    pub fn range(&self) -> Option<[f64; 2]> {
        let fluid = self.values.iter().zip(&self.filling).filter(|(_, f)| **f == Filling::Fluid);
        fluid.map(|(value, _)| f64::from(*value)).filter(|value| value.is_finite()).fold(
            None,
            |range: Option<[f64; 2]>, value| {
                let [low, high] = range.unwrap_or([value; 2]);
                Some([low.min(value), high.max(value)])
            },
        )
    }

    /// Size (m).
    pub fn size(&self) -> [f64; 2] {
        self.cells.map(|n| n as f64 * self.cell)
    }
}

/// Number of a cell of `face`: in layer `layer` across `axis`, `n`th along the other axis of the face.
fn side_cell(scene: &Scene, face: Face, axis: Axis, layer: usize, n: usize) -> usize {
    let [fast, _] = face.inside();
    let width = scene.grid.face_cells(face)[0];
    if fast == axis { n * width + layer } else { layer * width + n }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twin::field::{Fluid, Grid, Material, Patch};

    fn scene() -> Scene {
        let grid = Grid { cells: [4, 3, 2], cell: 0.5, origin: [1.0, 0.0, 0.0] };
        Scene::new(grid, Fluid::AIR, 20.0)
    }

    fn numbered(scene: &Scene) -> Vec<f32> {
        (0..scene.grid.len()).map(|n| n as f32).collect()
    }

    #[test]
    fn a_slice_holds_the_cells_that_the_plane_goes_through() {
        let scene = scene();
        let values = numbered(&scene);
        let cut = |axis, at| Slice::of(&scene, Plane { axis, at }, &values);
        let floor = cut(Axis::Z, 0.3).expect("it meets the grid");
        assert_eq!((floor.cells, floor.origin), ([4, 3], [1.0, 0.0]));
        assert_eq!(floor.values, (0..12).map(|n| n as f32).collect::<Vec<_>>());
        assert_eq!(cut(Axis::X, 3.0).map(|s| s.values), Some(vec![3., 7., 11., 15., 19., 23.]));
        assert_eq!(cut(Axis::Y, 0.5).map(|s| s.values[0]), Some(4.0));
        assert!(cut(Axis::Z, 1.01).is_none() && cut(Axis::Z, f64::NAN).is_none());
        assert!(Slice::of(&scene, floor.plane, &values[1..]).is_none());
    }

    #[test]
    fn solids_do_not_colour_the_fluid() {
        let mut scene = scene();
        let steel = scene.add_material(Material {
            name: "steel".into(),
            conductivity: 50.0,
            density: 7850.0,
            specific_heat: 490.0,
            film: None,
        });
        scene.filled[1] = steel;
        let mut values = vec![20.0; scene.grid.len()];
        values[1] = 900.0;
        let plane = Plane { axis: Axis::Z, at: 0.1 };
        let slice = Slice::of(&scene, plane, &values).expect("it meets the grid");
        assert_eq!(slice.value([1.49, 0.25]), Some(20.0));
        assert_eq!(slice.value([1.6, 0.25]), None);
        assert_eq!(slice.filling_at([1.6, 0.25]), Some(Filling::Solid));
        assert_eq!(slice.range(), Some([20.0, 20.0]));
    }

    #[test]
    fn gates_are_found_on_the_edges() {
        let mut scene = scene();
        let flow = Flow::Opening { temperature: 20.0 };
        scene.patches.push(Patch { name: "door".into(), flow, ..Patch::default() });
        scene.paint(Face::North, [1.5, 0.0, 0.0], [2.5, 9.0, 0.5], 1);
        let values = numbered(&scene);
        let low = Slice::of(&scene, Plane { axis: Axis::Z, at: 0.2 }, &values).expect("a slice");
        assert_eq!(low.gates.len(), 1);
        assert_eq!((low.gates[0].face, low.gates[0].span), (Face::North, [1.5, 2.5]));
        let high = Slice::of(&scene, Plane { axis: Axis::Z, at: 0.7 }, &values).expect("a slice");
        assert!(high.gates.is_empty());
        let side = Slice::of(&scene, Plane { axis: Axis::X, at: 2.0 }, &values).expect("a slice");
        assert_eq!((side.gates[0].face, side.gates[0].span), (Face::North, [0.0, 0.5]));
    }
}
