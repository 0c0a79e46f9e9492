//! Bodies: shapes with a pose, under a tree that follows them.

use bytemuck::{Pod, Zeroable};
use nalgebra::{Isometry3, Vector3};

use super::shape::Mesh;
use super::tree::{self, Bounds, Node, STACK};
use super::triangle::Pack;

/// Farthest coordinate, m: beyond it `f32` could not tell centimetres.
pub(super) const FARTHEST: f32 = 1e5;

/// What is wrong with geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RayError {
    /// No triangles.
    #[error("the mesh has no triangles")]
    Empty,
    /// More triangles than a table holds.
    #[error("the mesh has {triangles} triangles, at most {most} are possible")]
    TooMany {
        /// How many.
        triangles: usize,
        /// How many there may be.
        most: usize,
    },
    /// A triangle names a corner that there is not.
    #[error("a triangle names corner {corner}, but there are {points} points")]
    NoCorner {
        /// Which.
        corner: u32,
        /// How many there are.
        points: usize,
    },
    /// A coordinate is not a number, or farther away than 100 km.
    #[error("a coordinate is not a number below 100 km")]
    NotFinite,
    /// So many triangles lie in one place that no tree parts them.
    #[error("the tree is too deep: too many triangles or bodies lie in the same place")]
    TooDeep,
    /// A box without a length, width or height above zero.
    #[error("a box needs a length, a width and a height above zero")]
    Flat,
}

/// A shape, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeId(pub u32);

/// A body, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BodyId(pub u32);

/// What a body's surface does with light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// Share of the light that it scatters back, 0 to 1, as of white paper (Lambert's law).
    pub reflectivity: f32,
}

impl Default for Surface {
    /// Painted metal: a half.
    fn default() -> Self {
        Self { reflectivity: 0.5 }
    }
}

/// A body as rays see it. 64 bytes: four rows of 16.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Instance {
    /// Rows of the rotation from the world into its own axes, and behind each a coordinate of its origin in the world.
    pub rows: [[f32; 4]; 3],
    /// Half the length, width and height of a box.
    pub half: [f32; 3],
    /// Root of its shape in [`Tables::lower`]; [`Instance::BOX`] for a box.
    pub root: u32,
}

impl Instance {
    /// Mark of a box.
    pub const BOX: u32 = u32::MAX;

    fn at(pose: &Isometry3<f64>, half: [f32; 3], root: u32) -> Self {
        let turn = pose.rotation.to_rotation_matrix();
        let row = |n: usize| {
            // Into the body's axes: the transpose.
            let column = turn.matrix().column(n);
            [
                column[0] as f32,
                column[1] as f32,
                column[2] as f32,
                pose.translation.vector[n] as f32,
            ]
        };
        Self { rows: [row(0), row(1), row(2)], half, root }
    }
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    root: u32,
    /// Middle and half size of its bounds.
    middle: Vector3<f64>,
    half: Vector3<f64>,
    stack: usize,
}

#[derive(Clone, Copy, Debug)]
struct Body {
    shape: Shape,
    pose: Isometry3<f64>,
}

/// Everything that rays can hit.
#[derive(Clone, Debug, Default)]
pub struct World {
    shapes: Vec<Shape>,
    pub(super) lower: Vec<Node>,
    pub(super) packs: Vec<Pack>,
    bodies: Vec<Body>,
    pub(super) instances: Vec<Instance>,
    surfaces: Vec<Surface>,
    pub(super) upper: Vec<Node>,
    /// Sum of the surfaces of the upper tree's boxes when it was built; none: to be built.
    built: Option<f64>,
}

/// A world in flat rows of 16 bytes, as a device takes it.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// The tree over bodies; its leaves are rows of `instances`.
    pub upper: &'a [Node],
    /// Trees of all shapes; their leaves are rows of `packs`.
    pub lower: &'a [Node],
    /// Triangles.
    pub packs: &'a [Pack],
    /// Bodies.
    pub instances: &'a [Instance],
}

/// A tree that was refitted to this many times its cost is built anew.
const WORN: f64 = 1.5;

impl World {
    /// One without anything.
    pub fn new() -> Self {
        Self { upper: vec![Node::EMPTY], ..Self::default() }
    }

    /// Takes a mesh as a shape that bodies can have. O(n log n).
    ///
    /// # Errors
    ///
    /// If the mesh is empty, too large, or not whole.
    pub fn shape(&mut self, mesh: &Mesh) -> Result<ShapeId, RayError> {
        mesh.check()?;
        let [low, high] = mesh.bounds().ok_or(RayError::Empty)?;
        let extent = low.abs().sup(&high.abs()).max() as f32;
        let items: Vec<Bounds> =
            (0..mesh.triangles.len()).map(|n| padded(&mesh.corners(n), extent)).collect();
        let tree = tree::build(&items, 4);
        let stack = tree::stack(&tree.nodes);
        if stack > STACK {
            return Err(RayError::TooDeep);
        }
        let (first, first_pack) = (self.lower.len() as u32, self.packs.len() as u32);
        self.lower.extend(tree.nodes.iter().map(|node| {
            let shifted =
                |child: u32| child + if child & tree::LEAF == 0 { first } else { first_pack };
            Node { children: node.children.map(shifted), ..*node }
        }));
        self.packs.extend(tree.leaves.iter().map(|leaf| {
            let rows: Vec<_> = leaf.iter().map(|n| (*n, mesh.corners(*n as usize))).collect();
            Pack::of(&rows)
        }));
        let (middle, half) = ((low + high) / 2.0, (high - low) / 2.0);
        self.shapes.push(Shape { root: first, middle, half, stack });
        Ok(ShapeId(self.shapes.len() as u32 - 1))
    }

    /// Adds a body of `shape`, a shape of this world.
    pub fn add(&mut self, shape: ShapeId, pose: Isometry3<f64>, surface: Surface) -> BodyId {
        let shape = self.shapes[shape.0 as usize];
        self.push(shape, pose, [0.0; 3], surface)
    }

    /// Adds a box of `size` in metres about its pose: exact, and cheaper than a mesh.
    ///
    /// # Errors
    ///
    /// If it is flat, or not finite.
    pub fn add_box(
        &mut self,
        size: Vector3<f64>,
        pose: Isometry3<f64>,
        surface: Surface,
    ) -> Result<BodyId, RayError> {
        let half = size / 2.0;
        if !(half.min() > 0.0) {
            return Err(RayError::Flat);
        }
        let farthest = f64::from(FARTHEST);
        if !(half.max() < farthest && pose.translation.vector.amax() < farthest) {
            return Err(RayError::NotFinite);
        }
        let shape = Shape { root: Instance::BOX, middle: Vector3::zeros(), half, stack: 0 };
        Ok(self.push(shape, pose, [half.x as f32, half.y as f32, half.z as f32], surface))
    }

    fn push(
        &mut self,
        shape: Shape,
        pose: Isometry3<f64>,
        half: [f32; 3],
        surface: Surface,
    ) -> BodyId {
        self.bodies.push(Body { shape, pose });
        self.instances.push(Instance::at(&pose, half, shape.root));
        self.surfaces.push(surface);
        self.built = None;
        BodyId(self.bodies.len() as u32 - 1)
    }

    /// Moves a body. Seen by rays after [`update`](Self::update).
    pub fn place(&mut self, body: BodyId, pose: Isometry3<f64>) {
        let row = body.0 as usize;
        self.bodies[row].pose = pose;
        self.instances[row] =
            Instance::at(&pose, self.instances[row].half, self.instances[row].root);
    }

    /// Takes all bodies from number `from` on away: those of the last tick that come and go.
    pub fn truncate(&mut self, from: usize) {
        if from < self.bodies.len() {
            self.bodies.truncate(from);
            self.instances.truncate(from);
            self.surfaces.truncate(from);
            self.built = None;
        }
    }

    /// Number of bodies.
    pub fn len(&self) -> usize {
        self.bodies.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bodies.is_empty()
    }

    /// Number of triangles of all shapes, each shape once.
    pub fn triangles(&self) -> usize {
        self.packs.iter().flat_map(|pack| pack.faces).filter(|face| *face != u32::MAX).count()
    }

    /// The pose of a body.
    pub fn pose(&self, body: BodyId) -> &Isometry3<f64> {
        &self.bodies[body.0 as usize].pose
    }

    /// The surface of a body.
    pub fn surface(&self, body: BodyId) -> Surface {
        self.surfaces[body.0 as usize]
    }

    /// Brings the tree over the bodies up to date with their poses: O(n) if they have only moved, O(n log n) if some came or went
    /// or have moved so far that the tree is no good any more. Rays are cast after it.
    ///
    /// # Errors
    ///
    /// If so many bodies lie in one place that no tree parts them.
    pub fn update(&mut self) -> Result<(), RayError> {
        let boxes: Vec<Bounds> = self.bodies.iter().map(around).collect();
        if let Some(built) = self.built {
            let cost = tree::refit(&mut self.upper, |row| boxes[row as usize]);
            if cost <= built * WORN {
                return Ok(());
            }
        }
        let mut tree = tree::build(&boxes, 1);
        if tree::stack(&tree.nodes) > STACK {
            return Err(RayError::TooDeep);
        }
        // One body a leaf: the leaf's number becomes the body's.
        for child in tree.nodes.iter_mut().flat_map(|node| &mut node.children) {
            if let Some(leaf) =
                (*child & tree::LEAF != 0).then(|| tree.leaves.get((*child & !tree::LEAF) as usize))
            {
                *child = tree::LEAF | leaf.and_then(|items| items.first()).copied().unwrap_or(0);
            }
        }
        self.upper = tree.nodes;
        self.built = Some(tree::refit(&mut self.upper, |row| boxes[row as usize]));
        Ok(())
    }

    /// All tables, as they were at the last [`update`](Self::update).
    pub fn tables(&self) -> Tables<'_> {
        Tables {
            upper: &self.upper,
            lower: &self.lower,
            packs: &self.packs,
            instances: &self.instances,
        }
    }

    /// Rows that wait on the way down both trees together, at most.
    pub fn stack(&self) -> usize {
        let upper = tree::stack(&self.upper);
        upper + self.bodies.iter().map(|body| body.shape.stack).max().unwrap_or(0)
    }
}

/// Room for rounding of coordinates up to `extent`, so that what lies in a face of its box is still inside.
fn padded(corners: &[[f32; 3]], extent: f32) -> Bounds {
    let pad = extent * 1e-6;
    let lowest = |axis: usize| corners.iter().map(|c| c[axis]).fold(f32::INFINITY, f32::min);
    let highest = |axis: usize| corners.iter().map(|c| c[axis]).fold(f32::NEG_INFINITY, f32::max);
    [[0, 1, 2].map(|axis| lowest(axis) - pad), [0, 1, 2].map(|axis| highest(axis) + pad)]
}

/// The box about a body, along the axes of the world.
fn around(body: &Body) -> Bounds {
    let turn = body.pose.rotation.to_rotation_matrix();
    let middle = body.pose * nalgebra::Point3::from(body.shape.middle);
    let reach = turn.matrix().abs() * body.shape.half;
    let (low, high) = (middle.coords - reach, middle.coords + reach);
    let extent = low.amax().max(high.amax()) as f32;
    let row = |v: Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
    padded(&[row(low), row(high)], extent)
}

impl World {
    /// The triangles of a body's mesh.
    pub(super) fn packs_of(&self, body: u32) -> impl Iterator<Item = &Pack> {
        let root = self.bodies[body as usize].shape.root as usize;
        let next = self.shapes.iter().map(|shape| shape.root as usize).find(|other| *other > root);
        let nodes = &self.lower[root..next.unwrap_or(self.lower.len())];
        let leaves = nodes.iter().flat_map(|node| {
            (0..4).filter(|child| node.is_there(*child)).map(|child| node.children[child])
        });
        leaves
            .filter(|child| child & tree::LEAF != 0)
            .map(|leaf| &self.packs[(leaf & !tree::LEAF) as usize])
    }
}
