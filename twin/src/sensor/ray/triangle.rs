//! Four triangles at once, without leaks at their edges.
//!
//! After Woop, Benthin & Wald 2013, "Watertight ray/triangle intersection": space is sheared so that the ray becomes the z-axis; it meets a
//! triangle if the origin lies on the same side of its three edges. For a common edge two neighbours compute the same two
//! products and subtract them the one way and the other, so they never both miss. A product of a difference can be lost to
//! zero, but its sign is never wrong; since zero counts as inside for both, nothing else is needed to close the gap.

use bytemuck::{Pod, Zeroable};
use wide::f32x4;

/// Four triangles. 160 bytes: ten rows of 16.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Pack {
    /// Coordinates by corner, axis, triangle. Missing triangles are points.
    pub corners: [[[f32; 4]; 3]; 3],
    /// Their numbers in the mesh; `u32::MAX` for one that is missing.
    pub faces: [u32; 4],
}

/// A ray as triangles see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shear {
    origin: [f32; 3],
    /// The axes in the order in which the last is the one along which the ray runs most.
    axes: [usize; 3],
    /// Shears and scale.
    by: [f32; 3],
}

impl Shear {
    pub(super) fn new(origin: [f32; 3], direction: [f32; 3]) -> Self {
        let [x, y, z] = direction.map(f32::abs);
        let last = if x > y && x > z { 0 } else { 1 + usize::from(z >= y) };
        let axes = [(last + 1) % 3, (last + 2) % 3, last];
        let along = direction[last];
        let by = [direction[axes[0]] / along, direction[axes[1]] / along, 1.0 / along];
        Self { origin, axes, by }
    }
}

impl Pack {
    /// Up to four triangles, by number and corners.
    pub(super) fn of(triangles: &[(u32, [[f32; 3]; 3])]) -> Self {
        let first = triangles.first().map_or([0.0; 3], |(_, corners)| corners[0]);
        let mut pack = Self { corners: [[[0.0; 4]; 3]; 3], faces: [u32::MAX; 4] };
        for lane in 0..4 {
            let (face, corners) = triangles.get(lane).copied().unwrap_or((u32::MAX, [first; 3]));
            pack.faces[lane] = face;
            for (corner, point) in corners.iter().enumerate() {
                for (axis, x) in point.iter().enumerate() {
                    pack.corners[corner][axis][lane] = *x;
                }
            }
        }
        pack
    }

    /// The first of them that the ray meets farther than `near` and nearer than `far`: how far, and which.
    #[inline]
    pub(super) fn meet(&self, shear: &Shear, near: f32, far: f32) -> Option<(f32, usize)> {
        let [p, q, r] = shear.axes;
        let [sx, sy, sz] = shear.by.map(f32x4::splat);
        let [ox, oy, oz] = shear.axes.map(|axis| f32x4::splat(shear.origin[axis]));
        // Sheared corners: x, y, and the way along the ray.
        let corner = |n: usize| {
            let at = |axis: usize| f32x4::from(self.corners[n][axis]);
            let z = at(r) - oz;
            (at(p) - ox - sx * z, at(q) - oy - sy * z, sz * z)
        };
        let ((ax, ay, at), (bx, by, bt), (cx, cy, ct)) = (corner(0), corner(1), corner(2));
        let (u, v, w) = (cx * by - cy * bx, ax * cy - ay * cx, bx * ay - by * ax);
        let zero = f32x4::ZERO;
        let least = u.fast_min(v).fast_min(w);
        let most = u.fast_max(v).fast_max(w);
        let det = u + v + w;
        let range = (u * at + v * bt + w * ct) / det;
        let inside = least.simd_ge(zero) | most.simd_le(zero);
        let meets = inside
            & det.simd_ne(zero)
            & range.simd_gt(f32x4::splat(near))
            & range.simd_lt(f32x4::splat(far));
        let mut met = meets.to_bitmask();
        let ranges = range.to_array();
        let mut found = (far, usize::MAX);
        while met != 0 {
            let lane = met.trailing_zeros() as usize & 3;
            met &= met - 1;
            if ranges[lane] < found.0 {
                found = (ranges[lane], lane);
            }
        }
        (found.1 < 4).then_some(found)
    }

    /// The direction across triangle `lane`, of length 1.
    pub(super) fn normal(&self, lane: usize) -> [f32; 3] {
        let point = |corner: usize| [0, 1, 2].map(|axis| self.corners[corner][axis][lane]);
        let [a, b, c] = [0, 1, 2].map(point);
        let (e, f) = ([0, 1, 2].map(|n| b[n] - a[n]), [0, 1, 2].map(|n| c[n] - a[n]));
        let n = [e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]];
        let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt();
        n.map(|x| x / length)
    }
}
