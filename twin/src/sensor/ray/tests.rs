//! Rays whose answer is known, and rays against the answer without trees.

use nalgebra::{Isometry3, Vector3};

use super::*;

/// Reproducible numbers in -1..1 (Marsaglia's xorshift).
pub(super) struct Dice(u32);

impl Dice {
    pub(super) fn new(seed: u32) -> Self {
        Self(seed.max(1))
    }

    pub(super) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / (u32::MAX as f32 / 2.0) - 1.0
    }

    pub(super) fn point(&mut self, reach: [f32; 3]) -> [f32; 3] {
        reach.map(|r| r * self.next())
    }
}

fn world_of(mesh: &Mesh, pose: Isometry3<f64>) -> World {
    let mut world = World::new();
    let shape = world.shape(mesh).unwrap();
    world.add(shape, pose, Surface::default());
    world.update().unwrap();
    world
}

fn pose(x: f64, y: f64, z: f64, turn: [f64; 3]) -> Isometry3<f64> {
    Isometry3::new(Vector3::new(x, y, z), Vector3::from(turn))
}

#[test]
fn a_plane_is_met_where_it_is() {
    let mesh = Mesh {
        points: vec![
            [-50.0, -50.0, 0.0],
            [50.0, -50.0, 0.0],
            [50.0, 50.0, 0.0],
            [-50.0, 50.0, 0.0],
        ],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
        colours: Vec::new(),
    };
    let world = world_of(&mesh, Isometry3::identity());
    let mut dice = Dice::new(7);
    for _ in 0..2000 {
        let height = 2.5 + dice.next();
        let [x, y, _] = dice.point([2.0; 3]);
        let down = -0.5 + 0.3 * dice.next();
        let ray = Ray::new([x, y, height], [dice.next(), dice.next(), down]);
        let hit = world.closest(&ray);
        let expected = -height / ray.direction[2];
        assert!((hit.range / expected - 1.0).abs() < 1e-5, "{ray:?}: {hit:?}");
        assert!((hit.cosine + ray.direction[2]).abs() < 1e-5);
    }
    assert_eq!(world.closest(&Ray::new([0.0, 0.0, 1.0], [0.3, 0.1, 0.2])), Hit::NONE);
}

#[test]
fn the_inside_of_a_box_has_no_hole() {
    // Rays from inside, most of them at corners and edges of the mesh and at the diagonals of its faces.
    let size = [4.0, 2.0, 1.0];
    for turn in [[0.0; 3], [0.3, -0.7, 1.1]] {
        let pose = pose(12.0, -7.0, 3.0, turn);
        let world = world_of(&Mesh::cuboid(size), pose);
        let mut dice = Dice::new(3);
        let origin = pose * nalgebra::Point3::new(0.3, -0.2, 0.1);
        for n in 0..8000 {
            let mut at = dice.point([2.0, 1.0, 0.5]);
            for axis in 0..3 {
                if n >> axis & 1 == 1 {
                    at[axis] = at[axis].signum() * size[axis] as f32 / 2.0;
                }
            }
            if n % 8 == 0 {
                at[0] = 2.0;
                at[1] = 2.0 * at[2];
            }
            let to = pose * nalgebra::Point3::from(at.map(f64::from));
            let way = (to - origin).map(|x| x as f32);
            let ray = Ray::new([0, 1, 2].map(|n| origin[n] as f32), [way.x, way.y, way.z]);
            let hit = world.closest(&ray);
            assert_eq!(hit.body, 0, "a hole at {at:?}");
            assert!(world.is_blocked(&ray));
        }
    }
}

#[test]
fn a_sphere_has_no_hole() {
    let mesh = Mesh::sphere(1.5, 40, 20);
    let world = world_of(&mesh, Isometry3::identity());
    let mut dice = Dice::new(5);
    for triangle in &mesh.triangles {
        let [a, b, c] = triangle.map(|corner| mesh.points[corner as usize]);
        let between = |p: [f32; 3], q: [f32; 3]| [0, 1, 2].map(|n| f32::midpoint(p[n], q[n]));
        for target in [a, between(a, b), between(b, c), between(c, a)] {
            let origin = dice.point([0.4; 3]);
            let to = [0, 1, 2].map(|axis| target[axis] - origin[axis]);
            let hit = world.closest(&Ray::new(origin, to));
            assert_eq!(hit.body, 0, "a hole at {target:?}");
            let [x, y, z] = to.map(f64::from);
            let far = (x * x + y * y + z * z).sqrt();
            assert!((f64::from(hit.range) / far - 1.0).abs() < 1e-5, "{hit:?} for {far}");
        }
    }
}

#[test]
fn trees_see_what_trying_all_sees() {
    let hall = DemoHall::with(20_000);
    let mut instanced = hall.world().unwrap();
    for n in 0..40 {
        let n = f64::from(n);
        let place = pose(n % 8.0 + 1.0, n * 0.4, 0.5 + n * 0.1, [n, 0.5 * n, 0.0]);
        instanced.add_box(Vector3::new(0.5, 0.3, 0.4), place, Surface::default()).unwrap();
    }
    instanced.update().unwrap();
    for (world, n) in [(instanced, 3000), (hall.flat_world().unwrap(), 3000)] {
        let mut dice = Dice::new(11);
        let half = hall.size.map(|size| size as f32 / 2.0);
        let mut differ = 0;
        for _ in 0..n {
            let origin = [0, 1, 2].map(|axis| half[axis] * (1.0 + 0.95 * dice.next()));
            let ray = Ray::new(origin, dice.point([1.0; 3]));
            let (tree, all) = (world.closest(&ray), world.closest_of_all(&ray));
            assert_eq!(tree.range, all.range, "{ray:?}: {tree:?} {all:?}");
            differ += u32::from((tree.body, tree.face) != (all.body, all.face));
            assert!(world.is_blocked(&ray), "the hall is closed");
        }
        // Only where two faces meet or coincide may another be named.
        assert!(differ * 100 < n, "{differ} of {n}");
    }
}

#[test]
fn boxes_and_meshes_of_boxes_agree() {
    let mut dice = Dice::new(23);
    let size = Vector3::new(1.0, 2.0, 0.5);
    let place = pose(3.0, 1.0, 0.0, [0.2, 0.4, -0.9]);
    let meshed = world_of(&Mesh::cuboid([1.0, 2.0, 0.5]), place);
    let mut exact = World::new();
    exact.add_box(size, place, Surface { reflectivity: 0.9 }).unwrap();
    exact.update().unwrap();
    let mut met = 0;
    for _ in 0..5000 {
        let ray = Ray::new(dice.point([5.0; 3]), dice.point([1.0; 3]));
        let (a, b) = (meshed.closest(&ray), exact.closest(&ray));
        assert_eq!(a.body, b.body, "{ray:?}");
        if b.body().is_some() {
            met += 1;
            assert!(
                (a.range - b.range).abs() < 1e-5 * a.range.max(1.0)
                    && (a.cosine - b.cosine).abs() < 1e-4
            );
        }
    }
    assert!(met > 30, "{met}");
}

#[test]
fn what_moves_is_seen_where_it_is() {
    let mut world = World::new();
    let ids: Vec<BodyId> = (0..50)
        .map(|n| {
            let place = pose(f64::from(n), 0.0, 0.0, [0.0; 3]);
            world.add_box(Vector3::repeat(0.4), place, Surface::default()).unwrap()
        })
        .collect();
    world.update().unwrap();
    let beam = |x: f64| Ray::new([x as f32, -3.0, 0.0], [0.0, 1.0, 0.0]);
    assert_eq!(world.closest(&beam(20.1)).body, 20);
    // First a little, which refits; then through each other, which builds anew.
    for step in [0.3, 400.0] {
        for (n, id) in ids.iter().enumerate() {
            let x = (n as f64 + step) * if n % 2 == 0 { 1.0 } else { -1.0 };
            world.place(*id, pose(x, 0.0, 0.0, [0.0; 3]));
        }
        world.update().unwrap();
        for id in &ids {
            let x = world.pose(*id).translation.x;
            assert_eq!(world.closest(&beam(x)).body, id.0, "step {step}");
        }
    }
    world.truncate(10);
    world.update().unwrap();
    assert_eq!(world.closest(&beam(world.pose(BodyId(8)).translation.x)).body, 8);
    assert!(!world.is_blocked(&beam(444.0)));
}

#[test]
fn own_bodies_and_limits_of_range() {
    let mut world = World::new();
    let near = world
        .add_box(Vector3::repeat(1.0), pose(0.0, 0.0, 0.0, [0.0; 3]), Surface::default())
        .unwrap();
    world.add_box(Vector3::repeat(1.0), pose(5.0, 0.0, 0.0, [0.0; 3]), Surface::default()).unwrap();
    world.update().unwrap();
    let ray = Ray::new([0.0; 3], [1.0, 0.0, 0.0]);
    assert_eq!((world.closest(&ray).body, world.closest(&ray).range), (0, 0.5));
    let past = Ray { skip: near.0, ..ray };
    assert_eq!((world.closest(&past).range, world.closest(&past).face), (4.5, 0));
    assert!(!world.is_blocked(&Ray { far: 4.5, ..past }));
    assert_eq!(world.closest(&Ray { near: 4.6, ..past }).range, 5.5);
}

#[test]
fn wrong_geometry_is_refused() {
    let mut world = World::new();
    assert_eq!(world.shape(&Mesh::default()), Err(RayError::Empty));
    let mut mesh = Mesh::cuboid([1.0; 3]);
    mesh.triangles[3][1] = 99;
    assert_eq!(world.shape(&mesh), Err(RayError::NoCorner { corner: 99, points: 8 }));
    let mut mesh = Mesh::cuboid([1.0; 3]);
    mesh.points[2][0] = f32::NAN;
    assert_eq!(world.shape(&mesh), Err(RayError::NotFinite));
    let here = Isometry3::identity();
    assert_eq!(
        world.add_box(Vector3::new(1.0, 0.0, 1.0), here, Surface::default()),
        Err(RayError::Flat)
    );
    assert_eq!(
        world.add_box(Vector3::repeat(f64::INFINITY), here, Surface::default()),
        Err(RayError::NotFinite)
    );
}

#[test]
fn what_lies_in_one_place_is_parted_by_number() {
    let many = Mesh {
        points: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
        triangles: vec![[0, 1, 2]; 100_000],
        colours: Vec::new(),
    };
    let mut world = world_of(&many, pose(0.0, 0.0, -1.0, [0.0; 3]));
    for _ in 0..20_000 {
        world.add_box(Vector3::repeat(1.0), Isometry3::identity(), Surface::default()).unwrap();
    }
    world.update().unwrap();
    assert_eq!(world.closest(&Ray::new([0.1, 0.1, 9.0], [0.0, 0.0, -1.0])).range, 8.5);
    assert_eq!(world.closest(&Ray::new([0.1, 0.1, -9.0], [0.0, 0.0, 1.0])).range, 8.0);
}

#[test]
fn threads_do_not_show() {
    let hall = DemoHall::with(20_000);
    let world = hall.world().unwrap();
    let pattern = Pattern::lidar(&[-0.2, 0.0, 0.2], 700, std::f64::consts::TAU, 0.1, 0.1, 100.0);
    let rays = pattern.rays(&Mount::at(pose(2.0, 2.0, 1.5, [0.0; 3])));
    let cast = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| world.cast(&rays))
    };
    let one = cast(1);
    assert_eq!(one, cast(3));
    assert!(one.iter().all(|hit| hit.body().is_some()));
}

#[test]
fn patterns_look_where_they_should() {
    let fan = Pattern::fan(3, std::f64::consts::PI, 0.3, 0.0, 9.0);
    let expected = [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    for (beam, expected) in fan.beams.iter().zip(expected) {
        assert!((0..3).all(|n| (beam.direction[n] - expected[n] as f32).abs() < 1e-6));
    }
    assert!((fan.beams[2].delay_s - 0.2).abs() < 1e-7);
    let camera = Pattern::camera(4, 2, std::f64::consts::FRAC_PI_2, 0.1, 9.0);
    assert_eq!(camera.beams.len(), 8);
    let [x, y, z] = camera.beams[0].direction;
    assert!((y / x - 0.75).abs() < 1e-6 && (z / x - 0.25).abs() < 1e-6, "the top left");
    assert_eq!(Pattern::cone(3, 0.2, 0.0, 1.0).beams.len(), 1 + 6 + 12 + 18);
}

#[test]
fn beams_of_a_moving_scanner_begin_where_it_is_then() {
    let pattern = Pattern::fan(5, 2.0, 0.5, 0.0, 100.0);
    let mut mount = Mount::at(pose(1.0, 2.0, 0.5, [0.0, 0.0, 0.3]));
    mount.velocity = Vector3::new(2.0, 0.0, 0.0);
    mount.spin = Vector3::new(0.0, 0.0, 1.5);
    for (n, ray) in pattern.rays(&mount).iter().enumerate() {
        let time = 0.1 * n as f64;
        let angle = 0.3 + 1.5 * time + 2.0 * (n as f64 / 4.0 - 0.5);
        assert!((f64::from(ray.origin[0]) - 1.0 - 2.0 * time).abs() < 1e-6);
        assert!((f64::from(ray.direction[0]) - angle.cos()).abs() < 1e-6);
        assert!((f64::from(ray.direction[1]) - angle.sin()).abs() < 1e-6);
    }
}

#[test]
fn a_barrier_sees_what_passes() {
    let at = Vector3::new;
    let mut world = World::new();
    let size = at(0.4, 0.3, 0.2);
    let body = world.add_box(size, pose(-2.0, 0.0, 0.1, [0.0; 3]), Surface::default()).unwrap();
    let through =
        LightBarrier::new(at(1.0, -0.5, 0.1), at(1.0, 0.5, 0.1), Optics::Through).unwrap();
    let retro = Optics::Retro { blind_m: 0.7 };
    let retro = LightBarrier::new(at(1.0, -0.5, 0.1), at(1.0, 0.5, 0.1), retro).unwrap();
    let over = LightBarrier::curtain(
        at(1.0, -0.5, 0.3),
        at(1.0, 0.5, 0.3),
        Vector3::z() * 0.1,
        4,
        Optics::Through,
    );
    // 0.5 m/s: the front edge is at the beam after 5.6 s, the back edge after 6.4 s.
    let mut signal = Signal::default();
    let response = Response { on_ns: 4_000_000, off_ns: 4_000_000 };
    let mut edges = Vec::new();
    for tick in 0..8000 {
        let x = -2.0 + 0.5e-3 * f64::from(tick) + 1e-9;
        world.place(body, pose(x, 0.0, 0.1, [0.0; 3]));
        world.update().unwrap();
        edges.extend(signal.step(
            response,
            i64::from(tick) * 1_000_000,
            through.is_blocked(&world),
        ));
        assert!(!retro.is_blocked(&world) && !over.as_ref().unwrap().is_blocked(&world));
    }
    let times: Vec<i64> = edges.iter().map(|edge| edge.at_ns / 1_000_000).collect();
    assert_eq!(times, [5604, 6404]);
    assert_eq!(LightBarrier::new(at(1.0, 1.0, 1.0), at(1.0, 1.0, 1.0), Optics::Through), None);
}

#[test]
fn ranges_are_lost_and_noisy_as_they_should_be() {
    let mut world = World::new();
    let wall = Surface { reflectivity: 0.4 };
    world.add_box(Vector3::new(0.2, 50.0, 50.0), pose(10.1, 0.0, 0.0, [0.0; 3]), wall).unwrap();
    world.update().unwrap();
    let ray = |angle: f32| Ray::new([0.0; 3], [angle.cos(), angle.sin(), 0.0]);
    let draw = Draw { seed: 5, instrument: 3, scan: 0 };
    // 10 % at 20 m is 40 % at 40 m head on; at 10 m / cos a it is gone when cos³ a < 1/16.
    let dull = Ranging { reach: 20.0, reference: 0.1, ..Ranging::IDEAL };
    let last = (1.0_f32 / 16.0).cbrt().acos();
    for (angle, seen) in [(0.0, true), (last - 0.001, true), (last + 0.001, false)] {
        let reading = dull.read(&world, &world.closest(&ray(angle)), draw, 0);
        assert_eq!(reading.range.is_some(), seen, "at {angle}");
        assert!((reading.truth * angle.cos() - 10.0).abs() < 1e-4);
    }
    let noisy = Ranging { noise: 0.02, noise_per_m: 0.001, step: 0.001, ..Ranging::IDEAL };
    let hits = vec![world.closest(&ray(0.0)); 20_000];
    let readings = noisy.read_all(&world, &hits, draw);
    let errors: Vec<f64> =
        readings.iter().filter_map(|r| r.range).map(|range| f64::from(range) - 10.0).collect();
    let n = errors.len() as f64;
    let mean = errors.iter().sum::<f64>() / n;
    let sigma = (errors.iter().map(|e| e * e).sum::<f64>() / n).sqrt();
    assert!(
        mean.abs() < 3.0 * 0.03 / n.sqrt() && (sigma / 0.03 - 1.0).abs() < 3.0 / (2.0 * n).sqrt()
    );
    assert_eq!(readings, noisy.read_all(&world, &hits, draw));
    assert_ne!(readings, noisy.read_all(&world, &hits, Draw { scan: 1, ..draw }));
    let near = Ranging { farthest: 9.0, ..Ranging::IDEAL };
    assert_eq!(near.read(&world, &hits[0], draw, 0).range, None);
}
