//! Meshes of solids: faces with a colour at each corner, and edges as lines.

use std::collections::BTreeMap;

use bevy::asset::RenderAssetUsages;
use bevy::color::{ColorToComponents, LinearRgba, Srgba};
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use nalgebra::{Isometry3, Point3, Vector3};
use twin::field::Triangle;

use crate::desktop::look::{Rgb, Shape, Solid, Theme};

/// Sides of a rod.
const SIDES: u32 = 16;
/// Rings and segments of a ball.
const BALL: [u32; 2] = [8, 16];
/// How far edges stand off their faces (m), so that they are not hidden by them.
const STAND_OFF: f32 = 0.004;

/// A colour as shaders have it.
pub(super) fn linear([r, g, b]: Rgb) -> [f32; 4] {
    LinearRgba::from(Srgba::rgb_u8(r, g, b)).to_f32_array()
}

/// Corners on their way into a mesh.
#[derive(Default)]
struct Corners {
    at: Vec<[f32; 3]>,
    normal: Vec<[f32; 3]>,
    colour: Vec<[f32; 4]>,
    indices: Vec<u32>,
}

impl Corners {
    fn add(
        &mut self,
        pose: &Isometry3<f32>,
        at: [f32; 3],
        normal: [f32; 3],
        colour: [f32; 4],
    ) -> u32 {
        self.at.push((pose * Point3::from(at)).coords.into());
        self.normal.push((pose * Vector3::from(normal)).into());
        self.colour.push(colour);
        self.at.len() as u32 - 1
    }

    fn quad(&mut self, [a, b, c, d]: [u32; 4]) {
        self.indices.extend([a, b, c, a, c, d]);
    }

    fn mesh(self, topology: PrimitiveTopology) -> Mesh {
        let mut mesh = Mesh::new(topology, RenderAssetUsages::RENDER_WORLD);
        mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, self.at);
        mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, self.normal);
        mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, self.colour);
        mesh.insert_indices(Indices::U32(self.indices));
        mesh
    }
}

/// The faces of solids in the colours of a theme.
pub(super) fn faces(solids: &[Solid], theme: Theme) -> Mesh {
    let mut corners = Corners::default();
    for solid in solids {
        let colour = linear(theme.paint(solid.paint));
        match solid.shape {
            Shape::Block => block(&mut corners, &solid.at, solid.size, colour),
            Shape::Rod => rod(&mut corners, &solid.at, solid.size, colour),
            Shape::Ball => ball(&mut corners, &solid.at, solid.size, colour),
        }
    }
    corners.mesh(PrimitiveTopology::TriangleList)
}

/// Triangles, each flat and in its own colour; where not all have one, in one colour.
pub(super) fn surface(triangles: &[Triangle], colours: &[Rgb], otherwise: Rgb) -> Mesh {
    let mut corners = Corners::default();
    let here = Isometry3::identity();
    let known = colours.len() == triangles.len();
    for (n, triangle) in triangles.iter().enumerate() {
        let colour = linear(if known { colours[n] } else { otherwise });
        let normal = normal(triangle).map_or([0.0, 0.0, 1.0], |n| n.map(|x| x as f32));
        for corner in triangle {
            let n = corners.add(&here, corner.map(|x| x as f32), normal, colour);
            corners.indices.push(n);
        }
    }
    corners.mesh(PrimitiveTopology::TriangleList)
}

/// The edges of a surface at which it bends by more than 30 degrees, or ends.
pub(super) fn creases(triangles: &[Triangle], colour: Rgb) -> Mesh {
    const BEND: f64 = 0.866;
    let mut sides: BTreeMap<[[u64; 3]; 2], Vec<[f64; 3]>> = BTreeMap::new();
    for triangle in triangles {
        let Some(normal) = normal(triangle) else { continue };
        for n in 0..3 {
            let mut ends =
                [triangle[n], triangle[(n + 1) % 3]].map(|p| p.map(|x| (x + 0.0).to_bits()));
            ends.sort_unstable();
            sides.entry(ends).or_default().push(normal);
        }
    }
    let mut lines = Lines::default();
    for (ends, normals) in sides {
        let flat = |a: &[f64; 3], b: &[f64; 3]| (0..3).map(|n| a[n] * b[n]).sum::<f64>() > BEND;
        if normals.len() < 2 || normals.iter().any(|other| !flat(&normals[0], other)) {
            let [from, to] = ends.map(|end| end.map(|bits| f64::from_bits(bits) as f32));
            lines.add(from, to, 0);
        }
    }
    lines.mesh(|_| colour)
}

/// The direction in which a triangle looks; none for one without an area.
fn normal([a, b, c]: &Triangle) -> Option<[f64; 3]> {
    let [a, b, c] = [a, b, c].map(|p| Vector3::from(*p));
    (b - a).cross(&(c - a)).try_normalize(0.0).map(Into::into)
}

/// So many copies of a shape of size one in white, one in the other; the first texture coordinate says which copy a corner is of.
pub(super) fn copies(shape: Shape, count: usize) -> Mesh {
    let mut corners = Corners::default();
    let (at, size, white) = (Isometry3::identity(), [1.0; 3], [1.0; 4]);
    for _ in 0..count {
        match shape {
            Shape::Block => block(&mut corners, &at, size, white),
            Shape::Rod => rod(&mut corners, &at, size, white),
            Shape::Ball => ball(&mut corners, &at, size, white),
        }
    }
    let owners = owners(corners.at.len(), count);
    let mut mesh = corners.mesh(PrimitiveTopology::TriangleList);
    mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, owners);
    mesh
}

/// The same as lines along their edges. Rims of thin rods are too many to help, and balls have none: of them nothing is drawn.
pub(super) fn copied_edges(shape: Shape, count: usize) -> Mesh {
    let mut lines = Lines::default();
    let (at, size) = (Isometry3::identity(), [1.0; 3]);
    for _ in 0..count {
        match shape {
            Shape::Block => lines.block(&at, size),
            Shape::Rod => lines.rims(&at, size),
            Shape::Ball => {}
        }
    }
    let corners = lines.ends.len();
    let mut mesh = lines.mesh(|_| [255; 3]);
    mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, owners(corners, count));
    mesh
}

/// To which of `count` copies each of so many corners belongs, as a texture coordinate.
fn owners(corners: usize, count: usize) -> Vec<[f32; 2]> {
    let each = (corners / count.max(1)).max(1);
    (0..corners).map(|n| [(n / each) as f32, 0.0]).collect()
}

/// A solid by whose edges those of `solid` are seen: they stand off its faces a little. None: its edges are not drawn.
pub(super) fn edged(solid: &Solid) -> Option<Solid> {
    // Rims of thin rods are too many to help.
    let drawn = match solid.shape {
        Shape::Block => true,
        Shape::Rod => solid.size[0] > 0.2,
        Shape::Ball => false,
    };
    let size = solid.size.map(|side| side + 2.0 * STAND_OFF);
    drawn.then_some(Solid { size, ..*solid })
}

/// Straight lines on their way into a mesh, each of a group that has a colour.
#[derive(Default)]
pub(super) struct Lines {
    ends: Vec<([f32; 3], usize)>,
}

impl Lines {
    /// A line in the colour of group `group`.
    pub(super) fn add(&mut self, from: [f32; 3], to: [f32; 3], group: usize) {
        self.ends.extend([(from, group), (to, group)]);
    }

    fn block(&mut self, pose: &Isometry3<f32>, size: [f32; 3]) {
        let corner = |n: usize| {
            let side =
                |axis: usize| if n >> axis & 1 == 0 { -size[axis] / 2.0 } else { size[axis] / 2.0 };
            let at: Point3<f32> = pose * Point3::new(side(0), side(1), side(2));
            <[f32; 3]>::from(at.coords)
        };
        for from in 0..8 {
            for axis in (0..3).filter(|axis| from >> axis & 1 == 0) {
                self.add(corner(from), corner(from | 1 << axis), 0);
            }
        }
    }

    fn rims(&mut self, pose: &Isometry3<f32>, [d, _, h]: [f32; 3]) {
        for z in [-h / 2.0, h / 2.0] {
            let at = |n: u32| {
                let (x, y) = spoke(n, SIDES);
                <[f32; 3]>::from((pose * Point3::new(x * d / 2.0, y * d / 2.0, z)).coords)
            };
            (0..SIDES).for_each(|n| self.add(at(n), at(n + 1), 0));
        }
    }

    /// The lines as a mesh.
    pub(super) fn mesh(self, colour: impl Fn(usize) -> Rgb) -> Mesh {
        let n = self.ends.len();
        let (at, groups): (Vec<_>, Vec<_>) = self.ends.into_iter().unzip();
        let colours: Vec<_> = groups.into_iter().map(|group| linear(colour(group))).collect();
        let mut mesh = Mesh::new(PrimitiveTopology::LineList, RenderAssetUsages::RENDER_WORLD);
        mesh.insert_attribute(Mesh::ATTRIBUTE_POSITION, at);
        mesh.insert_attribute(Mesh::ATTRIBUTE_NORMAL, vec![[0.0, 0.0, 1.0]; n]);
        mesh.insert_attribute(Mesh::ATTRIBUTE_COLOR, colours);
        mesh
    }
}

fn block(out: &mut Corners, pose: &Isometry3<f32>, size: [f32; 3], colour: [f32; 4]) {
    for axis in 0..3 {
        for sign in [-1.0_f32, 1.0] {
            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
            let mut normal = [0.0; 3];
            normal[axis] = sign;
            let corner = |out: &mut Corners, a: f32, b: f32| {
                let mut at = [0.0; 3];
                at[axis] = sign * size[axis] / 2.0;
                at[u] = a * size[u] / 2.0;
                at[v] = b * size[v] / 2.0;
                out.add(pose, at, normal, colour)
            };
            let mut quad = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
                .map(|(a, b)| corner(out, a, b));
            if sign < 0.0 {
                quad.reverse();
            }
            out.quad(quad);
        }
    }
}

/// Direction of spoke `n` of `of`.
fn spoke(n: u32, of: u32) -> (f32, f32) {
    let (sin, cos) = (std::f32::consts::TAU * n as f32 / of as f32).sin_cos();
    (cos, sin)
}

fn rod(out: &mut Corners, pose: &Isometry3<f32>, [dx, dy, h]: [f32; 3], colour: [f32; 4]) {
    let rim = |n: u32, z: f32| {
        let (x, y) = spoke(n, SIDES);
        [x * dx / 2.0, y * dy / 2.0, z]
    };
    for n in 0..SIDES {
        let (a, b) = (spoke(n, SIDES), spoke(n + 1, SIDES));
        let low = [
            out.add(pose, rim(n, -h / 2.0), [a.0, a.1, 0.0], colour),
            out.add(pose, rim(n + 1, -h / 2.0), [b.0, b.1, 0.0], colour),
        ];
        let high = [
            out.add(pose, rim(n, h / 2.0), [a.0, a.1, 0.0], colour),
            out.add(pose, rim(n + 1, h / 2.0), [b.0, b.1, 0.0], colour),
        ];
        out.quad([low[0], low[1], high[1], high[0]]);
    }
    for sign in [-1.0_f32, 1.0] {
        let normal = [0.0, 0.0, sign];
        let middle = out.add(pose, [0.0, 0.0, sign * h / 2.0], normal, colour);
        for n in 0..SIDES {
            let a = out.add(pose, rim(n, sign * h / 2.0), normal, colour);
            let b = out.add(pose, rim(n + 1, sign * h / 2.0), normal, colour);
            out.indices.extend(if sign > 0.0 { [middle, a, b] } else { [middle, b, a] });
        }
    }
}

fn ball(out: &mut Corners, pose: &Isometry3<f32>, size: [f32; 3], colour: [f32; 4]) {
    let [rings, segments] = BALL;
    let first = out.at.len() as u32;
    for ring in 0..=rings {
        let (sin, cos) = (std::f32::consts::PI * ring as f32 / rings as f32).sin_cos();
        for segment in 0..=segments {
            let (x, y) = spoke(segment, segments);
            let normal = [x * sin, y * sin, cos];
            let at = std::array::from_fn(|axis| normal[axis] * size[axis] / 2.0);
            out.add(pose, at, normal, colour);
        }
    }
    let at = |ring: u32, segment: u32| first + ring * (segments + 1) + segment;
    for ring in 0..rings {
        for s in 0..segments {
            out.quad([at(ring, s), at(ring + 1, s), at(ring + 1, s + 1), at(ring, s + 1)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::look::Paint;

    /// All faces look outwards: the middle of each lies on the side of its normal, and it is wound that way.
    #[test]
    fn faces_look_outwards() {
        for shape in [Shape::Block, Shape::Rod, Shape::Ball] {
            let mut corners = Corners::default();
            let (at, size) = (Isometry3::identity(), [1.0, 1.0, 1.0]);
            match shape {
                Shape::Block => block(&mut corners, &at, size, [1.0; 4]),
                Shape::Rod => rod(&mut corners, &at, size, [1.0; 4]),
                Shape::Ball => ball(&mut corners, &at, size, [1.0; 4]),
            }
            for face in corners.indices.chunks(3) {
                let [a, b, c] = [0, 1, 2].map(|n| Vector3::from(corners.at[face[n] as usize]));
                let wound = (b - a).cross(&(c - a));
                if wound.norm() < 1e-6 {
                    continue;
                }
                assert!(wound.dot(&(a + b + c)) > 0.0, "{shape:?}: {a} {b} {c}");
                assert!(wound.dot(&Vector3::from(corners.normal[face[0] as usize])) > 0.0);
            }
        }
    }

    #[test]
    fn creases_are_where_a_surface_bends() {
        let mesh = twin::sensor::ray::Mesh::cuboid([1.0; 3]);
        let triangles = twin::engine::Form::new(mesh.into(), Isometry3::identity()).triangles();
        assert_eq!(creases(&triangles, [0; 3]).count_vertices(), 24, "no diagonals");
        assert_eq!(creases(&triangles[..1], [0; 3]).count_vertices(), 6);
        assert_eq!(surface(&triangles, &[], [0; 3]).count_vertices(), 36);
    }

    #[test]
    fn a_block_has_twelve_edges() {
        assert_eq!(copied_edges(Shape::Block, 3).count_vertices(), 3 * 24);
        let [thin, thick] = [0.1, 0.3].map(|d| Solid::post(Paint::Steel, [0.0; 3], d, 1.0));
        assert!(edged(&thin).is_none() && edged(&thick).is_some_and(|rod| rod.size[0] > 0.3));
    }
}
