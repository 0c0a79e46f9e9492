//! All structures alike: there and back, the Jacobian against differences, and what is refused.

use std::f64::consts::{FRAC_PI_2, PI};

use nalgebra::{Isometry3, Vector3};

use super::structure::{Delta, Franka, Scara, Spherical, Srs, Ur};
use super::trig::{turn_vector, wrap};
use super::{
    Arm, AtSingularity, Branch, Chain, Elbow, ForwardError, InverseError, Joint, Knee, Link,
    Motion, Place, Shoulder, Structure, Wrist,
};

/// Numbers from 0 to 1 (Marsaglia's xorshift).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn joint(motion: Motion, range: (f64, f64)) -> Joint {
    Joint {
        motion,
        range,
        speed: 1.0,
        acceleration: 5.0,
        jerk: 50.0,
        torque: None,
        sense: 1.0,
        zero: 0.0,
    }
}

pub(super) fn arm(structure: Structure) -> Arm {
    let joints = structure.motions().into_iter().map(|motion| match motion {
        Motion::Turns => joint(motion, (-3.0, 3.0)),
        Motion::Slides => joint(motion, (-0.3, 0.0)),
    });
    let joints = joints.collect();
    Arm::new("test", structure, joints).unwrap()
}

/// IRB 4600-40/2.55, with a sideways offset that it does not have.
const SPHERICAL: Spherical =
    Spherical { a1: 0.175, a2: -0.175, b: 0.05, c1: 0.495, c2: 1.095, c3: 1.270, c4: 0.135 };
const UR5E: Ur = Ur { d1: 0.1625, a2: -0.425, a3: -0.3922, d4: 0.1333, d5: 0.0997, d6: 0.0996 };
const SCARA: Scara = Scara { height: 0.4, inner: 0.2, outer: 0.25 };
const DELTA: Delta =
    Delta { base: 0.2, platform: 0.045, upper: 0.35, lower: 0.8, drop: 0.03, turns: true };
const IIWA: Srs = Srs { shoulder: 0.36, upper: 0.42, forearm: 0.4, hand: 0.126 };
const PANDA: Franka = Franka {
    shoulder: 0.333,
    upper: 0.316,
    crook: 0.0825,
    forearm: 0.384,
    wrist: 0.088,
    flange: 0.107,
};

fn all() -> Vec<Arm> {
    let delta = Structure::Delta(DELTA);
    vec![
        arm(Structure::Spherical(SPHERICAL)),
        arm(Structure::Ur(UR5E)),
        arm(Structure::Ur(Ur { a3: 0.3922, d4: -0.1333, ..UR5E })),
        arm(Structure::Scara(SCARA)),
        arm(delta),
        arm(Structure::Srs(IIWA)),
        arm(Structure::Franka(PANDA)),
    ]
}

/// Coordinates within the ranges that a delta can be joined at.
fn random(arm: &Arm, dice: &mut Dice) -> Vec<f64> {
    if let Structure::Delta(_) = arm.structure() {
        return (0..4).map(|_| -0.3 + 1.3 * dice.next()).collect();
    }
    let each = arm.joints().iter();
    each.map(|joint| joint.range.0 + (joint.range.1 - joint.range.0) * dice.next()).collect()
}

/// Largest of shift \[m\] and turn \[rad\] between poses.
fn apart(a: &Isometry3<f64>, b: &Isometry3<f64>) -> f64 {
    let shift = (a.translation.vector - b.translation.vector).norm();
    shift.max(turn_vector(&(a.rotation * b.rotation.inverse())).norm())
}

/// Largest difference, whole turns aside.
fn differs(arm: &Arm, a: &[f64], b: &[f64]) -> f64 {
    let each = arm.joints().iter().zip(a.iter().zip(b));
    each.map(|(joint, (a, b))| match joint.motion {
        Motion::Turns => wrap(a - b).abs(),
        Motion::Slides => (a - b).abs(),
    })
    .fold(0.0, f64::max)
}

#[test]
fn every_branch_leads_back_and_one_is_where_we_came_from() {
    let mut dice = Dice(7);
    for arm in all() {
        for _ in 0..2000 {
            let q = random(&arm, &mut dice);
            let pose = arm.forward(&q).unwrap();
            let free = arm.free_at(&q);
            let ways = arm.inverse_at(&pose, free.unwrap_or(0.0)).unwrap();
            for way in &ways {
                let off = apart(&arm.forward(&way.q).unwrap(), &pose);
                assert!(off < 1e-9, "{:?} {} off by {off:e}", arm.structure(), way.branch);
            }
            let names: std::collections::BTreeSet<_> = ways.iter().map(|way| way.branch).collect();
            assert_eq!(names.len(), ways.len(), "names tell all ways apart: {ways:#?}");
            let from = ways.iter().map(|way| differs(&arm, &way.q, &q)).fold(9.0, f64::min);
            // Of joints, next to a singularity, less is known than of the pose.
            assert!(from < 1e-6, "{:?}: {q:?} is not among {ways:#?}, {from:e}", arm.structure());
        }
    }
}

#[test]
fn jacobians_are_differences() {
    const STEP: f64 = 1e-5;
    let mut dice = Dice(9);
    for mut arm in all() {
        for joint in arm.joints.iter_mut().step_by(2) {
            joint.sense = -1.0;
        }
        for _ in 0..50 {
            let q: Vec<f64> = random(&arm, &mut dice);
            let q: Vec<f64> = q.iter().zip(arm.joints()).map(|(q, j)| q * j.sense).collect();
            let jacobian = arm.jacobian(&q).unwrap();
            for n in 0..q.len() {
                let (mut low, mut high) = (q.clone(), q.clone());
                (low[n], high[n]) = (q[n] - STEP, q[n] + STEP);
                let (a, b) = (arm.forward(&low).unwrap(), arm.forward(&high).unwrap());
                let shift = (b.translation.vector - a.translation.vector) / (2.0 * STEP);
                let turn = turn_vector(&(b.rotation * a.rotation.inverse())) / (2.0 * STEP);
                let column = jacobian.column(n);
                assert!((column.fixed_rows::<3>(0) - shift).norm() < 1e-7, "{arm:?} {n}");
                assert!((column.fixed_rows::<3>(3) - turn).norm() < 1e-7, "{arm:?} {n}");
            }
        }
    }
}

#[test]
fn senses_and_zeros_are_the_controllers() {
    let mut there = arm(Structure::Spherical(SPHERICAL));
    let pose = there.forward(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).unwrap();
    there.joints[1].zero = -FRAC_PI_2;
    there.joints[5].sense = -1.0;
    let again = there.forward(&[0.1, 0.2 - FRAC_PI_2, 0.3, 0.4, 0.5, -0.6]).unwrap();
    assert!(apart(&pose, &again) < 1e-15);
    let ways = there.inverse(&pose).unwrap();
    assert!(ways.iter().any(|way| differs(
        &there,
        &way.q,
        &[0.1, 0.2 - FRAC_PI_2, 0.3, 0.4, 0.5, -0.6]
    ) < 1e-12));
}

#[test]
fn a_wrist_in_line_is_named_and_held() {
    let there = arm(Structure::Spherical(SPHERICAL));
    let from = [0.3, 0.2, 0.4, 0.9, 0.0, -0.4];
    let pose = there.forward(&from).unwrap();
    let ways = there.inverse(&pose).unwrap();
    let front = ways.iter().find(|way| way.singular.is_some()).unwrap();
    let singular = front.singular.unwrap();
    assert_eq!((singular.place, singular.only), (Place::Wrist, Some((3, 5, false))));
    assert!((wrap(front.q[3] + front.q[5] - 0.5)).abs() < 1e-12);
    let hold = there.nearest(&pose, &from, AtSingularity::Hold).unwrap();
    assert!(differs(&there, &hold.q, &from) < 1e-12, "{hold:?}");
    let refused = there.nearest(&pose, &from, AtSingularity::Refuse).unwrap_err();
    assert_eq!(refused.to_string(), "wrist singularity: only J4 + J6 is defined");
}

#[test]
fn a_wrist_above_the_first_axis_leaves_it_free() {
    let upright = Spherical { b: 0.0, ..SPHERICAL };
    let there = arm(Structure::Spherical(upright));
    let turn = super::roll_pitch_yaw(0.4, 0.9, 0.2);
    let centre = Vector3::new(0.0, 0.0, 1.9);
    let flange = centre + turn * Vector3::z() * upright.c4;
    let pose = Isometry3::from_parts(flange.into(), turn);
    let from = [0.7, 0.0, 0.0, 0.0, 0.0, 0.0];
    for way in there.inverse(&pose).unwrap() {
        assert_eq!(way.singular.map(|s| s.place), Some(Place::Shoulder), "{way:?}");
        assert!(apart(&there.forward(&way.q).unwrap(), &pose) < 1e-12);
    }
    let held = there.nearest(&pose, &from, AtSingularity::Hold).unwrap();
    assert!((wrap(held.q[0] - 0.7)).abs() < 1e-12 || (wrap(held.q[0] - 0.7 + PI)).abs() < 1e-12);
    let refused = there.nearest(&pose, &from, AtSingularity::Refuse).unwrap_err();
    assert_eq!(refused.to_string(), "shoulder singularity");
}

#[test]
fn singular_poses_of_every_structure_are_reached_and_named() {
    let check = |structure: Structure, q: &[f64], place: Place| {
        let there = arm(structure);
        let pose = there.forward(q).unwrap();
        let held = there.nearest(&pose, q, AtSingularity::Hold).unwrap();
        assert!(apart(&there.forward(&held.q).unwrap(), &pose) < 1e-9, "{held:?}");
        assert_eq!(held.singular.map(|s| s.place), Some(place), "{held:?}");
        let refused = there.nearest(&pose, q, AtSingularity::Refuse);
        assert!(matches!(refused, Err(InverseError::Singular(_))), "{refused:?}");
    };
    check(Structure::Ur(UR5E), &[0.3, -1.2, 1.1, -0.4, 0.0, 0.7], Place::Wrist);
    check(Structure::Ur(UR5E), &[0.3, -1.2, 0.0, -0.4, 0.9, 0.7], Place::Elbow);
    check(Structure::Scara(SCARA), &[0.3, 0.0, -0.1, 0.7], Place::Elbow);
    check(Structure::Srs(IIWA), &[0.3, 0.5, 0.2, 0.9, 0.4, 0.0, 0.7], Place::Wrist);
    check(Structure::Srs(IIWA), &[0.3, 0.0, 0.2, 0.9, 0.4, 0.6, 0.7], Place::Shoulder);
    check(Structure::Srs(IIWA), &[0.3, 0.5, 0.2, 0.0, 0.4, 0.6, 0.7], Place::Elbow);
    check(Structure::Franka(PANDA), &[0.3, 0.0, 0.2, -1.9, 0.4, 1.6, 0.7], Place::Shoulder);
}

#[test]
fn out_of_reach_says_by_how_much() {
    let there = arm(Structure::Spherical(Spherical { b: 0.0, ..SPHERICAL }));
    let reach = there.reach().unwrap();
    let down = super::roll_pitch_yaw(PI, 0.0, 0.0);
    let at = |x: f64| {
        Isometry3::from_parts(
            nalgebra::Translation3::new(x, 0.0, SPHERICAL.c1 - SPHERICAL.c4),
            down,
        )
    };
    assert!(there.inverse(&at(reach - 1e-6)).is_ok());
    match there.inverse(&at(reach + 0.012)) {
        Err(InverseError::OutOfReach { by }) => assert!((by - 0.012).abs() < 1e-12, "{by}"),
        other => panic!("{other:?}"),
    }
    // Stretched out: two elbows are one.
    let stretched = there.inverse(&at(reach)).unwrap();
    assert!(stretched.iter().all(|way| way.singular.is_some_and(|s| s.place == Place::Elbow)));
}

#[test]
fn an_elbow_that_is_up_is_above() {
    for there in
        [arm(Structure::Spherical(Spherical { b: 0.0, ..SPHERICAL })), arm(Structure::Ur(UR5E))]
    {
        let down = super::roll_pitch_yaw(PI, 0.0, 0.4);
        let pose = Isometry3::from_parts(nalgebra::Translation3::new(-0.3, 0.35, 0.1), down);
        for way in there.inverse(&pose).unwrap() {
            let Branch::Articulated { elbow, .. } = way.branch else { panic!("{way:?}") };
            let poses = there.link_poses(&way.q).unwrap();
            // Second axis, elbow, and where the last links begin.
            let [a, e, w] = [1, 2, if there.reach() < Some(1.0) { 3 } else { 4 }]
                .map(|n| poses[n].translation.vector);
            let share = (e - a).dot(&(w - a)) / (w - a).norm_squared();
            let over = e.z - (a + (w - a) * share).z;
            assert_eq!(elbow == Elbow::Up, over > 0.0, "{way:?}");
        }
    }
}

#[test]
fn turns_are_kept_and_limits_are_told() {
    let mut there = arm(Structure::Spherical(SPHERICAL));
    there.joints[5].range = (-7.0, 7.0);
    let from = [0.3, 0.2, 0.4, 0.9, 0.7, 6.5];
    let pose = there.forward(&from).unwrap();
    let near = there.nearest(&pose, &from, AtSingularity::Refuse).unwrap();
    assert!(near.q.iter().zip(from).all(|(a, b)| (a - b).abs() < 1e-9), "{near:?}");
    assert!(there.inverse(&pose).unwrap().iter().all(|way| way.q[5].abs() < PI + 1e-9));
    // Nothing is clamped: what does not fit says so.
    for joint in &mut there.joints {
        joint.range = (-0.1, 0.1);
    }
    let ways = there.inverse(&pose).unwrap();
    assert!(ways.iter().all(|way| !way.is_within()));
    let same = |way: &&super::Solution| {
        way.branch
            == Branch::Articulated {
                shoulder: Shoulder::Front,
                elbow: Elbow::Up,
                wrist: Wrist::NoFlip,
            }
    };
    let way = ways.iter().find(same).unwrap();
    assert!((way.violations[0].by - 0.2).abs() < 1e-9, "{way:?}");
    let refused = there.nearest(&pose, &from, AtSingularity::Hold);
    assert!(matches!(refused, Err(InverseError::OutsideRange(_))), "{refused:?}");
}

#[test]
fn tools_that_cannot_be_tilted() {
    let tilted = Isometry3::new(Vector3::new(0.2, 0.1, 0.3), Vector3::new(0.01, 0.0, 0.0));
    for structure in [Structure::Scara(SCARA), Structure::Delta(DELTA)] {
        match arm(structure).inverse(&tilted) {
            Err(InverseError::Tilted { by }) => assert!((by - 0.01).abs() < 1e-12),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_delta_does_not_reach_above_itself() {
    // With arms folded over each other, geometry does; with all knees out, nothing does.
    for z in [0.3, 0.7, 1.4] {
        match arm(Structure::Delta(DELTA)).inverse(&Isometry3::translation(0.0, 0.0, z)) {
            Err(InverseError::OutOfReach { by }) => assert!(by > 0.01 && by < 3.0, "{by}"),
            Ok(ways) => assert!(ways.iter().all(|way| way.branch != Branch::Delta([Knee::Out; 3]))),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nonsense_is_an_error() {
    for there in all() {
        let n = there.joints().len();
        let wrong = ForwardError::WrongCount { expected: n, found: n - 1 };
        assert_eq!(there.forward(&vec![0.1; n - 1]), Err(wrong));
        let mut q = vec![0.1; n];
        q[1] = f64::NAN;
        assert_eq!(there.forward(&q), Err(ForwardError::NotFinite { joint: 1 }));
        let nan = Isometry3::translation(f64::NAN, 0.0, 0.0);
        assert_eq!(there.inverse(&nan), Err(InverseError::NotFinite));
    }
    let apart = arm(Structure::Delta(Delta { lower: 0.1, ..DELTA }));
    assert_eq!(apart.forward(&[0.0; 4]), Err(ForwardError::CannotBeJoined));
    assert!(
        Arm::new("five", Structure::Ur(UR5E), vec![joint(Motion::Turns, (-1.0, 1.0)); 5]).is_none()
    );
}

#[test]
fn a_stretched_arm_is_badly_conditioned() {
    let there = arm(Structure::Ur(UR5E));
    let bent = [0.0, -1.2, 1.4, -1.7, -1.5, 0.0];
    assert!(there.condition_number(&bent).unwrap() < 30.0);
    assert!(there.manipulability(&bent).unwrap() > 1e-2);
    let straight = [0.0, -1.2, 0.0, -1.7, -1.5, 0.0];
    assert!(there.condition_number(&straight).unwrap() > 1e10);
    assert!(there.manipulability(&straight).unwrap() < 1e-12);
}

#[test]
fn seven_axes_keep_their_free_parameter() {
    let mut dice = Dice(3);
    for there in [arm(Structure::Srs(IIWA)), arm(Structure::Franka(PANDA))] {
        for _ in 0..200 {
            let q: Vec<f64> = (0..7).map(|_| -1.5 + 3.0 * dice.next()).collect();
            let pose = there.forward(&q).unwrap();
            let near = there.nearest(&pose, &q, AtSingularity::Hold).unwrap();
            assert!(differs(&there, &near.q, &q) < 1e-6, "{near:?}");
            let free = there.free_at(&q).unwrap();
            for way in there.inverse_at(&pose, free).unwrap() {
                let off = wrap(there.free_at(&way.q).unwrap() - free).abs();
                assert!(off < 1e-6, "{free}: {way:?}");
            }
        }
    }
}

#[test]
fn chains_without_a_closed_form_are_iterated() {
    let chain = SPHERICAL.chain();
    let there = arm(Structure::Chain(chain));
    let q = [0.3, 0.2, 0.4, 0.9, 0.7, 0.5];
    let pose = there.forward(&q).unwrap();
    let ways = there.inverse(&pose).unwrap();
    assert!(ways.iter().all(|way| apart(&there.forward(&way.q).unwrap(), &pose) < 1e-9));
    // Each way once: no more than the closed form knows.
    assert!(ways.len() <= 8, "{ways:#?}");
    let near = there.nearest(&pose, &q, AtSingularity::Hold).unwrap();
    assert!(differs(&there, &near.q, &q) < 1e-9);
    let far = Isometry3::translation(9.0, 0.0, 0.0);
    assert!(matches!(there.inverse(&far), Err(InverseError::NotConverged { .. })));
    let one = Chain::new(
        vec![Link::turns("only", Isometry3::identity(), Vector3::z())],
        Isometry3::identity(),
    );
    assert!(arm(Structure::Chain(one)).inverse(&far).is_err());
}
