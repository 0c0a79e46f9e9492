//! Rays against the geometry of a plant: light barriers, scanners, lidars, cameras.
//!
//! | file | idea |
//! |---|---|
//! | `shape` | triangle meshes, and a few that are made by formula |
//! | `file` | meshes from STL, OBJ, COLLADA and glTF files |
//! | `colours` | those of glTF files |
//! | `build` | where to part a set of boxes |
//! | `tree` | a bounding volume hierarchy with four children a node, flat |
//! | `triangle` | four triangles at once, without leaks at their edges |
//! | `world` | bodies: shapes with a pose, under a tree of their own that follows them |
//! | `cast` | one ray, or all of them on all cores |
//! | `pattern` | the beams of an instrument, and the rays that they are from where it is mounted |
//! | `barrier` | light barriers and curtains |
//! | `zone` | what safety scanners guard |
//! | `eye` | an instrument as it stands in a plant: barrier, proximity switch, scanner, lidar, camera |
//! | `range` | what lidars and depth cameras make of it: noise, lost echoes, steps |
//! | `signal` | switching outputs and their response time |
//! | `hall` | a hall of any number of triangles, to measure with |
//!
//! Two levels: each distinct shape has one tree in its own coordinates, however many bodies have that shape, and a tree over the
//! bodies leads to them. Bodies move by a new pose; then only the upper tree is refitted. Everything lies in flat tables of
//! 16-byte rows ([`World::tables`]), which a device takes as they are.
//!
//! All is `f32` but poses. A ray that meets an edge or a corner of a closed mesh hits it, on one side or the other.

mod barrier;
mod build;
mod cast;
mod colours;
mod eye;
mod file;
mod hall;
mod pattern;
mod range;
mod shape;
mod signal;
#[cfg(test)]
mod tests;
mod tree;
mod triangle;
mod view;
mod world;
mod zone;

pub use barrier::{LightBarrier, MOST_CURTAIN, Optics};
pub use cast::{Hit, Ray};
pub use eye::{Eye, Scan, Tells};
pub use file::read_mesh;
pub use hall::DemoHall;
pub use pattern::{Beam, MOST_BEAMS, Mount, Mounted, Pattern};
pub use range::{Draw, Ranging, Reading};
pub use shape::Mesh;
pub use signal::{Edge, Response, Signal};
pub use tree::{LEAF, Node, STACK};
pub use triangle::Pack;
pub use view::View;
pub use world::{BodyId, Instance, RayError, ShapeId, Surface, Tables, World};
pub use zone::Zone;
