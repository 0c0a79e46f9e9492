//! The same as the plain form.

use nalgebra::{Isometry3, Vector3};
use twin::sensor::ray::{BodyId, DemoHall, Mount, Pattern, Ray, Surface};

use super::*;

/// Hits are the same but for rays that pass within rounding of an edge.
fn agree(one: &[Hit], other: &[Hit]) {
    assert_eq!(one.len(), other.len());
    let mut off = 0;
    for (a, b) in one.iter().zip(other) {
        let near = (a.range - b.range).abs() <= 2e-5 * a.range.max(1.0)
            || (a.range.is_infinite() && b.range.is_infinite());
        let same =
            near && (a.body, a.face) == (b.body, b.face) && (a.cosine - b.cosine).abs() < 1e-4;
        off += usize::from(!same);
    }
    assert!(off * 200 <= one.len(), "{off} of {}", one.len());
}

fn numbers(seed: u32) -> impl FnMut() -> f32 {
    let mut x = seed;
    move || {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        x as f32 / (u32::MAX as f32 / 2.0) - 1.0
    }
}

#[test]
fn listed_rays_agree() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let hall = DemoHall::with(20_000);
    let mut world = hall.world().unwrap();
    for n in 0..60 {
        let n = f64::from(n);
        let place = Isometry3::new(Vector3::new(n % 9.0, n * 0.2, 1.0), Vector3::new(n, 0.3, 0.1));
        world.add_box(Vector3::new(0.4, 0.3, 0.5), place, Surface::default()).unwrap();
    }
    world.update().unwrap();
    let rays = Rays::new(&gpu);
    let mut there = GpuWorld::new(&gpu, &world).unwrap();
    let mut next = numbers(9);
    let half = hall.size.map(|size| size as f32 / 2.0);
    let list: Vec<Ray> = (0..5000)
        .map(|n| {
            let origin = [0, 1, 2].map(|axis| half[axis] * (1.0 + 0.95 * next()));
            let mut ray = Ray::new(origin, [next(), next(), next()]);
            ray.skip = if n % 3 == 0 { 30 } else { Ray::SEES_ALL };
            ray.far = if n % 5 == 0 { 2.0 } else { f32::INFINITY };
            ray
        })
        .collect();
    agree(&rays.cast(&there, &list).unwrap(), &world.cast(&list));
    let blocked = rays.are_blocked(&there, &list).unwrap();
    let other = blocked.iter().zip(&list).filter(|(is, ray)| **is != world.is_blocked(ray));
    assert!(other.count() * 200 <= list.len() && blocked.contains(&true));
    assert!(blocked.contains(&false));
    // Bodies move, and more come.
    for n in 0..20 {
        let place = Isometry3::translation(f64::from(n) * 0.7, 3.0, 2.0);
        world.place(BodyId(n + 7), place);
        world.add_box(Vector3::repeat(0.3), place.inverse(), Surface::default()).unwrap();
    }
    world.update().unwrap();
    there.follow(&world).unwrap();
    agree(&rays.cast(&there, &list).unwrap(), &world.cast(&list));
}

#[test]
fn moving_scans_agree() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let world = DemoHall::with(20_000).world().unwrap();
    let pattern = Pattern::lidar(&[-0.2, 0.0, 0.3], 400, std::f64::consts::TAU, 0.1, 0.1, 60.0);
    let mounts: Vec<Mount> = (0..3)
        .map(|n| {
            let n = f64::from(n);
            let pose = Isometry3::new(Vector3::new(2.0 + n, 2.0, 1.5), Vector3::z() * n);
            let mut mount = Mount::at(pose);
            mount.velocity = Vector3::new(2.0 * n, -n, 0.0);
            mount.spin = Vector3::new(0.0, 0.3, n);
            mount
        })
        .collect();
    let scan = Scan::new(&gpu, &pattern, 4).unwrap();
    scan.cast(&Rays::new(&gpu), &GpuWorld::new(&gpu, &world).unwrap(), &mounts);
    let rays: Vec<Ray> = mounts.iter().flat_map(|mount| pattern.rays(mount)).collect();
    agree(&scan.hits().read().unwrap()[..rays.len()], &world.cast(&rays));
}

#[test]
fn what_does_not_fit_is_refused() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let world = DemoHall::with(20_000).world().unwrap();
    let small = gpu.bound_by(10_000);
    assert!(GpuWorld::new(&small, &world).is_err());
    let pattern = Pattern::camera(100, 100, 1.0, 0.1, 9.0);
    assert!(Scan::new(&gpu, &pattern, 1_000_000_000).is_err());
}

#[test]
fn meshes_have_no_holes() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let mesh = twin::sensor::ray::Mesh::sphere(1.0, 40, 20);
    let mut world = twin::sensor::ray::World::new();
    let shape = world.shape(&mesh).unwrap();
    world.add(shape, Isometry3::identity(), Surface::default());
    world.update().unwrap();
    let mut next = numbers(4);
    let mut list = Vec::new();
    for triangle in &mesh.triangles {
        let [a, b, _] = triangle.map(|corner| mesh.points[corner as usize]);
        for share in [0.0, 0.3, 0.5] {
            let origin = [next(), next(), next()].map(|x| 0.4 * x);
            let to = [0, 1, 2].map(|n| a[n] + share * (b[n] - a[n]) - origin[n]);
            list.push(Ray::new(origin, to));
        }
    }
    let hits = Rays::new(&gpu).cast(&GpuWorld::new(&gpu, &world).unwrap(), &list).unwrap();
    assert_eq!(hits.iter().filter(|hit| hit.body().is_none()).count(), 0);
}
