//! One ray, or all of them on all cores.

use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;

use super::tree::{Slabs, Way};
use super::triangle::Shear;
use super::world::{BodyId, Instance, World};

/// A ray. 36 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Ray {
    /// Where it begins, m.
    pub origin: [f32; 3],
    /// What is not farther away than this is not seen, m.
    pub near: f32,
    /// Its direction, of length 1.
    pub direction: [f32; 3],
    /// What is not nearer than this is not seen, m.
    pub far: f32,
    /// Number of a body that it passes through, such as the vehicle that the scanner stands on; [`Ray::SEES_ALL`] for none.
    pub skip: u32,
}

impl Ray {
    /// No body is passed through.
    pub const SEES_ALL: u32 = u32::MAX;

    /// A ray that sees everything.
    pub fn new(origin: [f32; 3], direction: [f32; 3]) -> Self {
        let [x, y, z] = direction;
        let length = (x * x + y * y + z * z).sqrt();
        let direction = direction.map(|d| d / length);
        Self { origin, near: 0.0, direction, far: f32::INFINITY, skip: Self::SEES_ALL }
    }
}

/// What a ray has met. 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Hit {
    /// How far, m; infinite: nothing.
    pub range: f32,
    /// Cosine of the angle between the ray and the direction across the surface, 0 to 1.
    pub cosine: f32,
    /// Number of the body; `u32::MAX`: nothing.
    pub body: u32,
    /// The triangle of its mesh, or the side of a box: 0 and 1 across its length, 2 and 3 across its width, 4 and 5 across its height.
    pub face: u32,
}

impl Hit {
    /// Nothing.
    pub const NONE: Self =
        Self { range: f32::INFINITY, cosine: 0.0, body: u32::MAX, face: u32::MAX };

    /// The body, if any was met.
    pub fn body(&self) -> Option<BodyId> {
        (self.body != u32::MAX).then_some(BodyId(self.body))
    }
}

/// Rays of one task: enough to be worth a thread, and the same for any number of them.
const CHUNK: usize = 1024;

/// The best so far: the body, and the pack and lane of the triangle or the side of the box.
#[derive(Clone, Copy)]
struct Best {
    body: u32,
    at: u32,
    lane: u32,
}

impl World {
    /// The nearest that `ray` meets. With equal ranges, as at an edge, the first that is found.
    pub fn closest(&self, ray: &Ray) -> Hit {
        self.closest_by(ray, &mut Way::to(0.0))
    }

    /// Whether `ray` meets anything at all.
    pub fn is_blocked(&self, ray: &Ray) -> bool {
        self.search(ray, &mut Way::to(ray.far), true).is_some()
    }

    /// The nearest that each of `rays` meets, on all cores. The same for any number of threads.
    pub fn cast(&self, rays: &[Ray]) -> Vec<Hit> {
        let mut hits = vec![Hit::NONE; rays.len()];
        hits.par_chunks_mut(CHUNK).zip(rays.par_chunks(CHUNK)).for_each(|(hits, rays)| {
            let mut way = Way::to(0.0);
            for (hit, ray) in hits.iter_mut().zip(rays) {
                *hit = self.closest_by(ray, &mut way);
            }
        });
        hits
    }

    fn closest_by(&self, ray: &Ray, way: &mut Way) -> Hit {
        way.again(ray.far);
        let Some(Best { body, at, lane }) = self.search(ray, way, false) else { return Hit::NONE };
        let instance = &self.instances[body as usize];
        let (_, direction) = instance.see(ray);
        let (across, face) = if instance.root == Instance::BOX {
            (direction[lane as usize / 2], lane)
        } else {
            let pack = &self.packs[at as usize];
            (dot(pack.normal(lane as usize), direction), pack.faces[lane as usize])
        };
        Hit { range: way.range, cosine: across.abs().min(1.0), body, face }
    }

    /// The nearest that `ray` meets, by trying every triangle of every body: to check the trees with.
    pub fn closest_of_all(&self, ray: &Ray) -> Hit {
        let mut nearest = Hit::NONE;
        for (body, instance) in (0_u32..).zip(&self.instances) {
            if body == ray.skip {
                continue;
            }
            let (origin, direction) = instance.see(ray);
            let far = nearest.range.min(ray.far);
            if instance.root == Instance::BOX {
                if let Some((range, side)) =
                    meet_box(&instance.half, origin, direction, ray.near, far)
                {
                    let cosine = direction[side as usize / 2].abs().min(1.0);
                    nearest = Hit { range, cosine, body, face: side };
                }
                continue;
            }
            let shear = Shear::new(origin, direction);
            for pack in self.packs_of(body) {
                let far = nearest.range.min(ray.far);
                if let Some((range, lane)) = pack.meet(&shear, ray.near, far) {
                    let cosine = dot(pack.normal(lane), direction).abs().min(1.0);
                    nearest = Hit { range, cosine, body, face: pack.faces[lane] };
                }
            }
        }
        nearest
    }

    /// Walks down both trees; if `any` is enough, to the first that is met.
    #[inline]
    fn search(&self, ray: &Ray, way: &mut Way, any: bool) -> Option<Best> {
        let mut best = None;
        let slabs = Slabs::new(ray.origin, ray.direction);
        slabs.walk(&self.upper, 0, ray.near, way, |body, way| {
            if body == ray.skip {
                return false;
            }
            let instance = &self.instances[body as usize];
            let (origin, direction) = instance.see(ray);
            if instance.root == Instance::BOX {
                let met = meet_box(&instance.half, origin, direction, ray.near, way.range);
                let Some((nearer, side)) = met else { return false };
                way.range = nearer;
                best = Some(Best { body, at: 0, lane: side });
                return any;
            }
            let shear = Shear::new(origin, direction);
            let slabs = Slabs::new(origin, direction);
            slabs.walk(&self.lower, instance.root, ray.near, way, |pack, way| {
                let met = self.packs[pack as usize].meet(&shear, ray.near, way.range);
                let Some((nearer, lane)) = met else { return false };
                way.range = nearer;
                best = Some(Best { body, at: pack, lane: lane as u32 });
                any
            })
        });
        best
    }
}

impl Instance {
    /// `ray` in the body's own axes: origin and direction.
    #[inline]
    fn see(&self, ray: &Ray) -> ([f32; 3], [f32; 3]) {
        let from = [0, 1, 2].map(|axis| ray.origin[axis] - self.rows[axis][3]);
        let turned =
            |v: [f32; 3]| self.rows.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
        (turned(from), turned(ray.direction))
    }
}

/// Where a ray meets a box about the origin: how far, and which side. From inside, where it leaves.
#[inline]
fn meet_box(
    half: &[f32; 3],
    origin: [f32; 3],
    direction: [f32; 3],
    near: f32,
    far: f32,
) -> Option<(f32, u32)> {
    let (mut enter, mut leave) = ((f32::NEG_INFINITY, 0_u32), (f32::INFINITY, 0_u32));
    for axis in 0..3 {
        let (o, d, h) = (origin[axis], direction[axis], half[axis]);
        if d == 0.0 {
            if o.abs() > h {
                return None;
            }
            continue;
        }
        let (low, high) = ((-h - o) / d, (h - o) / d);
        let side = 2 * axis as u32;
        let (first, last) =
            if d > 0.0 { ((low, side), (high, side + 1)) } else { ((high, side + 1), (low, side)) };
        enter = if first.0 > enter.0 { first } else { enter };
        leave = if last.0 < leave.0 { last } else { leave };
    }
    if enter.0 > leave.0 {
        return None;
    }
    let met = if enter.0 > near { enter } else { leave };
    (met.0 > near && met.0 < far).then_some(met)
}

#[inline]
fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
