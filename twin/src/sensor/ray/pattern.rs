//! The beams of an instrument, and the rays that they are from where it is mounted.
//!
//! A scanner that moves sends each beam at its own time, from where it is then: with velocity *v* and spin *ω* the beam of delay
//! *τ* begins at *p + v τ* and is turned about the axis of *ω* by |*ω*| *τ* (Rodrigues' rotation). What comes of it is the
//! distortion that real scans of moving vehicles show.

use bytemuck::{Pod, Zeroable};
use nalgebra::{Isometry3, Vector3};

use super::cast::Ray;
use super::world::BodyId;

/// Most beams of one instrument.
pub const MOST_BEAMS: usize = 1 << 24;

/// A beam. 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Beam {
    /// Its direction, of length 1, in the instrument's own axes: x ahead, y left, z up.
    pub direction: [f32; 3],
    /// How long after the start of the scan it is sent, s.
    pub delay_s: f32,
}

/// The beams of an instrument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    /// In the order in which they are reported.
    pub beams: Vec<Beam>,
    /// Nearest distance that is seen, m.
    pub near: f32,
    /// Farthest distance that is seen, m.
    pub far: f32,
}

impl Pattern {
    /// One beam ahead.
    pub fn single(near: f64, far: f64) -> Self {
        let beams = vec![Beam { direction: [1.0, 0.0, 0.0], delay_s: 0.0 }];
        Self { beams, near: near as f32, far: far as f32 }
    }

    /// A fan in the plane of x and y: `n` beams, at most 2²⁴, from -`angle`/2 to +`angle`/2 (rad), sent one after the other
    /// within `period_s`. A full turn has no beam twice.
    pub fn fan(n: usize, angle: f64, period_s: f64, near: f64, far: f64) -> Self {
        Self::lidar(&[0.0], n, angle, period_s, near, far)
    }

    /// One fan for each of `elevations` (rad above the plane): column by column, from low to high as they are given; a column is
    /// sent at once, columns one after the other within `period_s`.
    pub fn lidar(
        elevations: &[f64],
        columns: usize,
        angle: f64,
        period_s: f64,
        near: f64,
        far: f64,
    ) -> Self {
        let columns = columns.min(MOST_BEAMS / elevations.len().max(1)).max(1);
        let whole = angle >= std::f64::consts::TAU * (1.0 - 1e-9);
        let gaps = if whole { columns } else { (columns - 1).max(1) } as f64;
        let mut beams = Vec::with_capacity(columns * elevations.len());
        for column in 0..columns {
            let turn = if columns == 1 { 0.0 } else { angle * (column as f64 / gaps - 0.5) };
            let delay_s = (period_s * column as f64 / columns as f64) as f32;
            for up in elevations {
                let flat = up.cos();
                let direction = [flat * turn.cos(), flat * turn.sin(), up.sin()];
                beams.push(Beam { direction: direction.map(|d| d as f32), delay_s });
            }
        }
        Self { beams, near: near as f32, far: far as f32 }
    }

    /// A pinhole camera of `width` by `height` pixels, `angle` wide (rad, below π): rows from the top, each from the left.
    pub fn camera(width: usize, height: usize, angle: f64, near: f64, far: f64) -> Self {
        let (width, height) = (width.max(1), height.max(1).min(MOST_BEAMS / width.max(1)).max(1));
        let pixel = 2.0 * (angle / 2.0).tan() / width as f64;
        let across = |n: usize, of: usize| (of as f64 / 2.0 - 0.5 - n as f64) * pixel;
        let beam = |n: usize| {
            let (y, z) = (across(n % width, width), across(n / width, height));
            let direction = Vector3::new(1.0, y, z).normalize();
            Beam { direction: [0, 1, 2].map(|axis| direction[axis] as f32), delay_s: 0.0 }
        };
        Self { beams: (0..width * height).map(beam).collect(), near: near as f32, far: far as f32 }
    }

    /// A cone about x: one beam ahead and `rings` rings of beams around it, the outermost `angle`/2 (rad) off; ring r has 6 r.
    pub fn cone(rings: u32, angle: f64, near: f64, far: f64) -> Self {
        let mut pattern = Self::single(near, far);
        for ring in 1..=rings.min(1000) {
            let off = angle / 2.0 * f64::from(ring) / f64::from(rings);
            for n in 0..6 * ring {
                let turn = std::f64::consts::TAU * f64::from(n) / f64::from(6 * ring);
                let direction = [off.cos(), off.sin() * turn.cos(), off.sin() * turn.sin()];
                pattern.beams.push(Beam { direction: direction.map(|d| d as f32), delay_s: 0.0 });
            }
        }
        pattern
    }

    /// The ray of beam `n` from `mount`.
    #[inline]
    pub fn ray(&self, mount: &Mounted, n: usize) -> Ray {
        let Beam { direction, delay_s } = self.beams[n];
        let turned = turn(mount.spin, mount.spin[3] * delay_s, rotate(mount.rotation, direction));
        let origin = [0, 1, 2].map(|axis| mount.position[axis] + mount.velocity[axis] * delay_s);
        Ray { origin, near: self.near, direction: turned, far: self.far, skip: mount.skip }
    }

    /// All rays from `mount`.
    pub fn rays(&self, mount: &Mount) -> Vec<Ray> {
        let mounted = mount.flat();
        (0..self.beams.len()).map(|n| self.ray(&mounted, n)).collect()
    }
}

/// Where an instrument is, and how it moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mount {
    /// Its place and turn at the start of the scan.
    pub pose: Isometry3<f64>,
    /// m/s, along the axes of the world.
    pub velocity: Vector3<f64>,
    /// rad/s, about the axes of the world.
    pub spin: Vector3<f64>,
    /// The body that carries it, which it does not see.
    pub on: Option<BodyId>,
}

impl Mount {
    /// One that stands still.
    pub fn at(pose: Isometry3<f64>) -> Self {
        Self { pose, velocity: Vector3::zeros(), spin: Vector3::zeros(), on: None }
    }

    /// In the form that rays are made of.
    pub fn flat(&self) -> Mounted {
        let row = |v: &Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
        let q = self.pose.rotation.coords;
        let rate = self.spin.norm();
        let axis = if rate > 0.0 { self.spin / rate } else { Vector3::z() };
        let [x, y, z] = row(&axis);
        let [vx, vy, vz] = row(&self.velocity);
        Mounted {
            position: row(&self.pose.translation.vector),
            skip: self.on.map_or(Ray::SEES_ALL, |body| body.0),
            rotation: [q.x as f32, q.y as f32, q.z as f32, q.w as f32],
            velocity: [vx, vy, vz, 0.0],
            spin: [x, y, z, rate as f32],
        }
    }
}

/// A [`Mount`] in four rows of 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Mounted {
    /// Place at the start of the scan, m.
    pub position: [f32; 3],
    /// Number of the body that carries it; [`Ray::SEES_ALL`] for none.
    pub skip: u32,
    /// Quaternion: x, y, z, w.
    pub rotation: [f32; 4],
    /// m/s; the last is not used.
    pub velocity: [f32; 4],
    /// Axis of the spin, of length 1, and its rate, rad/s.
    pub spin: [f32; 4],
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// `v` turned by the unit quaternion `q`: v + 2 w (u × v) + 2 u × (u × v).
fn rotate(q: [f32; 4], v: [f32; 3]) -> [f32; 3] {
    let u = [q[0], q[1], q[2]];
    let once = cross(u, v);
    let twice = cross(u, once);
    [0, 1, 2].map(|n| v[n] + 2.0 * (q[3] * once[n] + twice[n]))
}

/// `v` turned about the axis `k` by `angle`: v cos + (k × v) sin + k (k·v) (1 - cos).
fn turn(k: [f32; 4], angle: f32, v: [f32; 3]) -> [f32; 3] {
    if angle == 0.0 {
        return v;
    }
    let k = [k[0], k[1], k[2]];
    let (sin, cos) = angle.sin_cos();
    let (side, along) = (cross(k, v), k[0] * v[0] + k[1] * v[1] + k[2] * v[2]);
    [0, 1, 2].map(|n| v[n] * cos + side[n] * sin + k[n] * along * (1.0 - cos))
}
