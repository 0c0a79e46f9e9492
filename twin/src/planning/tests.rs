//! Ways, maps and places against what is known of them.

use std::f64::consts::PI;

use nalgebra::{Isometry3, Vector3};

use super::body::between;
use super::*;
use crate::random::Stream;
use crate::robot::motion::{JointPath, JointRoute, Kinematics, PointToPoint, along_joints};
use crate::robot::{Tooled, load};

fn arm(name: &str) -> Tooled {
    let path = format!("{}/../assets/robots/{name}.ron", env!("CARGO_MANIFEST_DIR"));
    let loaded = load(&path, &|path, _| std::fs::read_to_string(path));
    Tooled::straight(loaded.robot.unwrap().arm().unwrap().clone(), 0.1)
}

/// An IRB 120 that works on both sides of a wall as high as its shoulder.
struct Cell {
    arm: Tooled,
    body: Body,
    around: Surroundings,
}

const WALL: [f64; 3] = [0.5, 0.02, 0.5];

fn cell() -> Cell {
    let arm = arm("abb-irb-120");
    let body = Body::of(&arm).unwrap();
    let mut around = Surroundings::new();
    let beside = Isometry3::translation(0.45, 0.0, 0.25);
    assert!(around.add_box("wall", Vector3::from(WALL), &beside));
    Cell { arm, body, around }
}

impl Cell {
    fn checker(&self) -> Checker<'_> {
        Checker { arm: &self.arm, body: &self.body, around: &self.around, margin: 0.01 }
    }

    fn above(&self, at: [f64; 3]) -> Vec<f64> {
        let ways = self.arm.ways(&self.arm.down_at(at)).unwrap();
        let checker = self.checker();
        ways.into_iter().find(|way| checker.is_free(&way.q)).unwrap().q
    }
}

fn posture(stream: &mut Stream, arm: &Tooled) -> Vec<f64> {
    let joints = arm.arm.joints().iter();
    joints.map(|j| j.range.0 + (j.range.1 - j.range.0) * stream.uniform()).collect()
}

#[test]
fn lines_know_how_far_they_are_apart() {
    let mut stream = Stream::new(1, 0, "lines");
    let mut point = || Vector3::from_fn(|_, _| stream.uniform());
    for n in 0..200 {
        let (a, b) = ([point(), point()], [point(), point()]);
        let b = if n % 10 == 0 { [b[0], b[0]] } else { b };
        let mut least = f64::INFINITY;
        for i in 0..=200 {
            for k in 0..=200 {
                let on =
                    |line: &[Vector3<f64>; 2], n: i32| line[0].lerp(&line[1], f64::from(n) / 200.0);
                least = least.min((on(&a, i) - on(&b, k)).norm());
            }
        }
        let apart = between(&a, &b);
        assert!(apart <= least + 1e-12 && least - apart < 0.01, "{apart} {least}");
    }
}

#[test]
fn no_point_moves_farther_than_its_levers_say() {
    const ARMS: [&str; 5] = [
        "abb-irb-120",
        "universal-robots-ur5e",
        "epson-gx8-45x",
        "kuka-lbr-iiwa-14",
        "abb-irb-360-1-1130",
    ];
    for name in ARMS {
        let arm = arm(name);
        let body = Body::of(&arm).unwrap();
        let mut stream = Stream::new(2, 0, name);
        for _ in 0..200 {
            let q = posture(&mut stream, &arm);
            let next: Vec<f64> = q.iter().map(|q| q + 0.02 * (stream.uniform() - 0.5)).collect();
            let most = body.sweep(q.iter().zip(&next).map(|(a, b)| b - a));
            let (before, after) =
                (Body::lines(&arm, &q).unwrap(), Body::lines(&arm, &next).unwrap());
            for (a, b) in before.iter().flatten().zip(after.iter().flatten()) {
                assert!((a - b).norm() <= most + 1e-12, "{name}");
            }
        }
    }
}

#[test]
fn a_move_through_a_wall_is_seen_and_gone_around() {
    let cell = cell();
    let checker = cell.checker();
    let (from, to) = (cell.above([0.4, -0.25, 0.2]), cell.above([0.4, 0.25, 0.2]));
    let touch = checker.free(&from, &to).unwrap_err();
    assert_eq!(touch.what, "wall");
    assert!(touch.at > 0.1 && touch.at < 0.9 && touch.distance <= 0.01, "{touch:?}");

    let found =
        plan(&checker, &from, &to, &Settings::default(), &mut Stream::new(1, 0, "way")).unwrap();
    assert!(
        found.way.len() > 2 && found.way.first() == Some(&from) && found.way.last() == Some(&to)
    );
    // Looked at closely, by nothing that the search has used to step along.
    for leg in found.way.windows(2) {
        for n in 0..=500 {
            let share = f64::from(n) / 500.0;
            let q: Vec<f64> =
                leg[0].iter().zip(&leg[1]).map(|(a, b)| a + (b - a) * share).collect();
            assert!(checker.clearance(&q).unwrap().distance > 0.008);
            assert!(cell.arm.arm.violations(&q).is_empty());
        }
    }
    let again =
        plan(&checker, &from, &to, &Settings::default(), &mut Stream::new(1, 0, "way")).unwrap();
    assert_eq!(found, again, "the same stream gives the same way");
    let long = Settings { shortcuts: 0, ..Settings::default() };
    let long = plan(&checker, &from, &to, &long, &mut Stream::new(1, 0, "way")).unwrap();
    assert!(found.seconds < long.seconds, "{} {}", found.seconds, long.seconds);
}

/// Corners are cut where there is room, and what is driven then touches nothing and takes less time.
#[test]
fn corners_are_cut_as_far_as_nothing_is_touched() {
    let cell = cell();
    let checker = cell.checker();
    let (from, to) = (cell.above([0.4, -0.25, 0.2]), cell.above([0.4, 0.25, 0.2]));
    let limits = cell.arm.limits();
    let (mut cut, mut gained) = (0, 0.0);
    for n in 0..5 {
        let mut stream = Stream::new(4, n, "corners");
        let way = plan(&checker, &from, &to, &Settings::default(), &mut stream).unwrap().way;
        let zones = round(&checker, &way);
        assert_eq!(zones.len(), way.len());
        assert_eq!((zones[0], zones[way.len() - 1]), (0.0, 0.0));
        if zones[1..way.len() - 1].contains(&0.0) {
            continue;
        }
        let rest = |leg: &[Vec<f64>]| {
            PointToPoint::rest(&leg[0], &leg[1], &limits).solve().unwrap().duration()
        };
        let stops: f64 = way.windows(2).map(rest).sum();
        let motion = along_joints(JointRoute::new(way, &zones).unwrap(), &limits).unwrap();
        for k in 0..=2000 {
            let q = motion.at(motion.duration() * f64::from(k) / 2000.0).position;
            assert!(checker.clearance(&q).unwrap().distance > 0.008);
        }
        (cut, gained) = (cut + 1, gained + stops - motion.duration());
    }
    assert!(cut > 1 && gained > 0.0, "{cut} ways, {gained} s");
    // Up, and away from the wall; what cuts that corner touches a crate that stands in it.
    let mut tight = self::cell();
    let bent = |q: &[f64], joint: usize, by: f64| {
        let mut next = q.to_vec();
        next[joint] += by;
        next
    };
    let up = bent(&from, 1, -0.5);
    let way = [from.clone(), up.clone(), bent(&up, 0, -0.5)];
    let wide = round(&tight.checker(), &way)[1];
    let q = JointRoute::new(way.to_vec(), &[0.0, 1.0, 0.0]).unwrap();
    let on_cut = q.at(q.marks()[1]).q;
    let tip = tight.arm.forward(&on_cut).translation.vector;
    tight.around.add_box(
        "crate",
        Vector3::repeat(0.01),
        &Isometry3::from_parts(tip.into(), nalgebra::UnitQuaternion::identity()),
    );
    let narrow = round(&tight.checker(), &way)[1];
    assert!(wide == 1.0 && narrow < wide, "{wide} {narrow}");
}

/// Moves that the swept test lets pass touch nothing at any of many postures on the way.
#[test]
fn nothing_slips_through_between_two_postures() {
    let cell = cell();
    let checker = cell.checker();
    let mut stream = Stream::new(3, 0, "moves");
    let (mut free, mut blocked) = (0, 0);
    for _ in 0..150 {
        let (from, to) = (posture(&mut stream, &cell.arm), posture(&mut stream, &cell.arm));
        let least = (0..=400).map(|n| {
            let share = f64::from(n) / 400.0;
            let q: Vec<f64> = from.iter().zip(&to).map(|(a, b)| a + (b - a) * share).collect();
            checker.clearance(&q).unwrap().distance
        });
        let least = least.fold(f64::INFINITY, f64::min);
        match checker.free(&from, &to) {
            Ok(()) => {
                assert!(least > 0.009, "{least}");
                free += 1;
            }
            Err(touch) => {
                assert!(touch.distance <= 0.01 && least < 0.02, "{least} {touch:?}");
                blocked += 1;
            }
        }
    }
    assert!(free > 10 && blocked > 10, "{free} {blocked}");
}

#[test]
fn meshes_are_seen_like_boxes() {
    let mut cell = cell();
    let q = cell.above([0.4, -0.25, 0.2]);
    let by_box = cell.checker().clearance(&q).unwrap().distance;
    let at = |n: usize| {
        [0, 1, 2].map(|axis| if n >> axis & 1 == 1 { WALL[axis] / 2.0 } else { -WALL[axis] / 2.0 })
    };
    let quads =
        [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    let triangles: Vec<_> = quads
        .iter()
        .flat_map(|[a, b, c, d]| [[at(*a), at(*b), at(*c)], [at(*a), at(*c), at(*d)]])
        .collect();
    cell.around = Surroundings::new();
    assert!(cell.around.add_mesh("wall", &triangles, &Isometry3::translation(0.45, 0.0, 0.25)));
    let by_mesh = cell.checker().clearance(&q).unwrap().distance;
    assert!((by_box - by_mesh).abs() < 1e-6, "{by_box} {by_mesh}");
    assert!(!cell.around.add_mesh("nothing", &[], &Isometry3::identity()));
    assert!(!cell.around.add_box("flat", Vector3::new(1.0, 0.0, 1.0), &Isometry3::identity()));
    assert!(!cell.around.add_box(
        "nowhere",
        Vector3::new(1.0, 1.0, 1.0),
        &Isometry3::translation(f64::NAN, 0.0, 0.0)
    ));
}

#[test]
fn what_cannot_be_is_told() {
    let mut cell = cell();
    let (from, to) = (cell.above([0.4, -0.25, 0.2]), cell.above([0.4, 0.25, 0.2]));
    let stream = || Stream::new(1, 0, "way");
    let settings = Settings { draws: 50, ..Settings::default() };
    let beyond = vec![PI; 6];
    assert_eq!(
        plan(&cell.checker(), &beyond, &to, &settings, &mut stream()),
        Err(PlanError::Start)
    );
    assert_eq!(
        plan(&cell.checker(), &from, &to[..5], &settings, &mut stream()),
        Err(PlanError::End)
    );
    // A box about the end, larger than the arm's hand: closed in, or touched.
    let tip = cell.arm.arm.forward(&to).unwrap().translation.vector;
    cell.around.add_box(
        "crate",
        Vector3::new(0.1, 0.1, 0.1),
        &Isometry3::from_parts(tip.into(), nalgebra::UnitQuaternion::identity()),
    );
    let error = plan(&cell.checker(), &from, &to, &settings, &mut stream()).unwrap_err();
    assert!(matches!(&error, PlanError::EndTouches(touch) if touch.what == "crate"), "{error}");
    assert!(error.to_string().contains("crate"), "{error}");
    // Nobody looks for a way around the wall.
    let none = Settings { draws: 0, ..Settings::default() };
    let none = plan(&self::cell().checker(), &from, &to, &none, &mut stream());
    assert_eq!(none, Err(PlanError::NotFound(0)));
    assert_eq!(Body::new(&cell.arm, vec![0.1; 3]), Err(BodyError::Girths { expected: 7 }));
}

/// Whatever the posture, links are as long as the description says, and hang together.
#[test]
fn the_links_of_a_delta_keep_their_lengths() {
    let arm = arm("abb-irb-360-1-1130");
    let crate::robot::Structure::Delta(delta) = arm.arm.structure() else { panic!("no delta") };
    let mut stream = Stream::new(3, 0, "delta");
    for _ in 0..1000 {
        let q = posture(&mut stream, &arm);
        let lines = Body::lines(&arm, &q).unwrap();
        let flange = arm.arm.forward(&q).unwrap().translation.vector;
        assert_eq!(lines.len(), 11);
        let lengths = [delta.upper, delta.lower, delta.platform];
        for (n, [from, to]) in lines[..9].iter().enumerate() {
            assert!(((to - from).norm() - lengths[n / 3]).abs() < 1e-9, "link {n} at {q:?}");
        }
        for arm in 0..3 {
            let hip = lines[arm][0];
            assert!((hip.norm() - delta.base).abs() < 1e-9 && hip.z == 0.0);
            // Hip to knee, knee to corner, middle to corner.
            assert_eq!(lines[arm][1], lines[arm + 3][0]);
            assert_eq!(lines[arm + 3][1], lines[arm + 6][1]);
            assert_eq!(lines[arm + 6][0], lines[9][0]);
        }
        assert!((lines[9][1] - flange).norm() < 1e-9 && (lines[10][0] - flange).norm() < 1e-9);
        assert!((lines[10][1] - flange + Vector3::z() * 0.1).norm() < 1e-9, "its tool hangs");
    }
}

/// A lamp that hangs where its platform would pass, above the tip of its tool.
#[test]
fn a_delta_goes_around_what_stands_among_its_arms() {
    let arm = arm("abb-irb-360-1-1130");
    let body = Body::of(&arm).unwrap();
    assert!(body.apart().iter().all(|[a, b]| a / 3 != b / 3 || *a < 6), "{:?}", body.apart());
    let ways = |at: [f64; 3]| arm.ways(&arm.down_at(at)).unwrap().swap_remove(0).q;
    let (from, to) = (ways([-0.3, -0.25, -0.95]), ways([-0.3, 0.25, -0.95]));
    let mut around = Surroundings::new();
    let margin = 0.01;
    let free = |around: &Surroundings| {
        Checker { arm: &arm, body: &body, around, margin }
            .free(&from, &to)
            .map_err(|touch| touch.what)
    };
    assert_eq!(free(&around), Ok(()));
    let lamp = Isometry3::translation(-0.3, 0.0, -0.8);
    assert!(around.add_box("lamp", Vector3::repeat(0.06), &lamp));
    assert_eq!(free(&around), Err("lamp".to_owned()));
    let checker = Checker { arm: &arm, body: &body, around: &around, margin };
    let settings = Settings::default();
    let found = plan(&checker, &from, &to, &settings, &mut Stream::new(1, 0, "way")).unwrap();
    for leg in found.way.windows(2) {
        for n in 0..=200 {
            let at = |(a, b): (&f64, &f64)| a + (b - a) * f64::from(n) / 200.0;
            let q: Vec<f64> = leg[0].iter().zip(&leg[1]).map(at).collect();
            assert!(checker.clearance(&q).unwrap().distance > 0.008);
        }
    }
}

/// The area that a SCARA covers is a ring between its shortest and longest reach, as far around as its joints turn.
#[test]
fn a_reach_map_has_the_area_of_the_ring() {
    let arm = arm("epson-gx8-45x");
    let joints = arm.arm.joints();
    let crate::robot::Structure::Scara(lengths) = arm.arm.structure() else { panic!("no SCARA") };
    let (l1, l2) = (lengths.inner, lengths.outer);
    let spacing = 0.02;
    let map = reach_map(&arm, spacing, Directions::Down).unwrap();
    // A layer in the middle of the stroke, and what is covered in front: there the first joint does not limit.
    let heights: Vec<f64> = map.iter().map(|point| point.at[2]).collect();
    let middle = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max) - 0.06;
    let layer = map.iter().filter(|point| (point.at[2] - middle).abs() < spacing / 2.0);
    let front = layer.filter(|point| point.at[0] > 0.0 && point.at[1].abs() < point.at[0]);
    let area = front.count() as f64 * spacing * spacing;
    let bend = joints[1].range.1.min(-joints[1].range.0);
    let inner = l1 * l1 + l2 * l2 + 2.0 * l1 * l2 * bend.cos();
    let ring = PI / 4.0 * ((l1 + l2).powi(2) - inner);
    assert!((area / ring - 1.0).abs() < 0.03, "{area} of {ring}");
    assert_eq!(reach_map(&arm, 1e-3, Directions::Down), None, "too many places");
    assert_eq!(reach_map(&arm, f64::NAN, Directions::Down), None);
}

#[test]
fn a_reach_map_knows_how_freely_a_place_is_reached() {
    let arm = arm("abb-irb-120");
    let map = reach_map(&arm, 0.1, Directions::All(32)).unwrap();
    let share = |at: [f64; 3]| {
        let near = |point: &&ReachPoint| (0..3).all(|n| (point.at[n] - at[n]).abs() < 1e-9);
        map.iter().find(near).map_or(0.0, |point| point.share)
    };
    assert!(share([0.4, 0.0, 0.3]) > 0.5, "{}", share([0.4, 0.0, 0.3]));
    assert!(share([0.6, 0.0, 0.3]) < share([0.4, 0.0, 0.3]));
    assert!(share([0.0, 0.0, 1.4]) == 0.0);
}

#[test]
fn a_base_is_put_where_the_arm_works_best() {
    let arm = arm("abb-irb-120");
    let poses = [arm.down_at([0.0, 0.0, 0.2]), arm.down_at([0.2, 0.3, 0.2])];
    let area = ([-0.8, -0.8], [0.8, 0.8]);
    let bases = best_bases(&arm, &poses, area, 0.0, 0.2).unwrap();
    let best = bases[0];
    assert!(best.dexterity > 0.05 && best.slack > 0.1, "{best:?}");
    assert!(bases[1..].iter().all(|other| other.dexterity <= best.dexterity));
    // From there, both are reached.
    for pose in &poses {
        let seen = Isometry3::translation(best.at[0], best.at[1], 0.0).inverse() * pose;
        assert!(arm.ways(&seen).unwrap().iter().any(crate::robot::Solution::is_within));
    }
    let far = [arm.down_at([9.0, 0.0, 0.2])];
    assert_eq!(best_bases(&arm, &far, area, 0.0, 0.2), Some(Vec::new()));
    assert_eq!(best_bases(&arm, &poses, area, 0.0, 0.0), None);
    assert_eq!(best_bases(&arm, &[], area, 0.0, 0.2), None);
}
