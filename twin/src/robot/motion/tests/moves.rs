//! Moves between states.

use proptest::prelude::*;

use super::super::ramp::{DoubleS, trapezoid};
use super::super::{
    Derating, JointLimits, MotionError, PointToPoint, State, Synchronisation, Trajectory,
};
use super::{limits, problem};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// At a thousand instants of a random move between moving states.
    #[test]
    fn limits_hold_and_nothing_jumps((from, to, limits) in problem()) {
        let solved = PointToPoint::between(from.clone(), to.clone(), &limits).solve().unwrap();
        let most = solved.use_of(&limits, 1000);
        prop_assert!(most.iter().all(|share| *share <= 1.0 + 1e-8), "{most:?}");
        let ends = [(0.0, &from), (solved.duration(), &to)];
        for (t, state) in ends {
            let is = solved.at(t);
            for n in 0..limits.len() {
                prop_assert!((is.position[n] - state.position[n]).abs() < 1e-7);
                prop_assert!((is.velocity[n] - state.velocity[n]).abs() < 1e-7);
                prop_assert!((is.acceleration[n] - state.acceleration[n]).abs() < 1e-6);
            }
        }
        // Where pieces meet, position, velocity and acceleration are the same from both sides.
        for axis in 0..limits.len() {
            for pair in solved.pieces(axis).unwrap().windows(2) {
                let before = pair[0].at(pair[1].start);
                let behind = pair[1].at(pair[1].start);
                for (a, b) in before.iter().zip(behind) {
                    prop_assert!((a - b).abs() < 1e-6, "{before:?} {behind:?}");
                }
            }
        }
    }

    /// The solver against the closed form.
    #[test]
    fn rest_to_rest_is_the_double_s(limit in limits(), distance in 1e-4..5.0_f64, back in any::<bool>()) {
        let distance = if back { -distance } else { distance };
        let solved = PointToPoint::rest(&[0.3], &[0.3 + distance], &[limit]).solve().unwrap();
        let closed = DoubleS::new(distance, limit.velocity, limit.acceleration, limit.jerk).unwrap();
        prop_assert!((solved.duration() - closed.duration()).abs() < 1e-9);
        for n in 0..=50 {
            let t = closed.duration() * f64::from(n) / 50.0;
            let [p, v, a] = closed.at(t);
            let state = solved.at(t);
            prop_assert!((state.position[0] - 0.3 - p).abs() < 1e-8);
            prop_assert!((state.velocity[0] - v).abs() < 1e-7);
            prop_assert!((state.acceleration[0] - a).abs() < 1e-5 * limit.acceleration);
        }
        // No jerk limit can only be faster, and an endless one is a trapezoid.
        let plain = trapezoid(distance, limit.velocity, limit.acceleration).unwrap();
        prop_assert!(plain <= closed.duration() + 1e-12);
        let steep = DoubleS::new(distance, limit.velocity, limit.acceleration, 1e12).unwrap();
        prop_assert!((steep.duration() - plain).abs() < 1e-3 * plain);
    }

    /// Higher limits never make a move from rest to rest slower; backwards it takes as long.
    #[test]
    fn faster_limits_are_faster_and_ways_are_symmetric(
        (from, to, limits) in problem(),
        more in (1.0..3.0_f64, 1.0..3.0_f64, 1.0..3.0_f64),
    ) {
        let there = PointToPoint::rest(&from.position, &to.position, &limits).solve().unwrap();
        let back = PointToPoint::rest(&to.position, &from.position, &limits).solve().unwrap();
        prop_assert!((there.duration() - back.duration()).abs() < 1e-9);
        let higher: Vec<JointLimits> = limits
            .iter()
            .map(|limit| JointLimits { velocity: limit.velocity * more.0, ..limit.scaled(more.1, more.2) })
            .collect();
        let faster = PointToPoint::rest(&from.position, &to.position, &higher).solve().unwrap();
        prop_assert!(faster.duration() <= there.duration() + 1e-9);
    }

    /// Run backwards in time, a move between moving states takes as long.
    #[test]
    fn time_has_no_direction((from, to, limits) in problem()) {
        let turned = |state: &State| State {
            velocity: state.velocity.iter().map(|v| -v).collect(),
            ..state.clone()
        };
        let there = PointToPoint::between(from.clone(), to.clone(), &limits);
        let back = PointToPoint::between(turned(&to), turned(&from), &limits);
        // One joint alone: together, joints also wait for durations that others cannot make.
        let alone = (there.independent().unwrap(), back.independent().unwrap());
        for (a, b) in alone.0.iter().zip(&alone.1) {
            prop_assert!((a - b).abs() < 1e-6 * (1.0 + a), "{a} {b}");
        }
    }

    /// In phase the joints stay on the straight line, and take what the slowest of them needs at least.
    #[test]
    fn in_phase_is_straight((from, to, limits) in problem()) {
        let asked = PointToPoint::rest(&from.position, &to.position, &limits);
        let solved = asked.clone().synchronised(Synchronisation::Phase).solve().unwrap();
        let slowest = asked.independent().unwrap().into_iter().fold(0.0, f64::max);
        prop_assert!(solved.duration() >= slowest - 1e-9);
        let most = solved.use_of(&limits, 200);
        prop_assert!(most.iter().all(|share| *share <= 1.0 + 1e-7), "{most:?}");
        let (p, q) = (&from.position, &to.position);
        let long = (0..p.len()).max_by(|a, b| (q[*a] - p[*a]).abs().total_cmp(&(q[*b] - p[*b]).abs())).unwrap();
        for n in 0..=100 {
            let state = solved.at(solved.duration() * f64::from(n) / 100.0).position;
            let share = (state[long] - p[long]) / (q[long] - p[long]);
            for k in 0..p.len() {
                prop_assert!((state[k] - p[k] - share * (q[k] - p[k])).abs() < 1e-7);
            }
        }
    }
}

fn solve(from: State, to: State, limits: &[JointLimits]) -> Result<Trajectory, MotionError> {
    PointToPoint::between(from, to, limits).solve()
}

#[test]
fn bad_numbers_are_errors() {
    let good = JointLimits::free(1.0, 2.0, 3.0);
    let rest = |x: f64| State::rest(&[x]);
    let wrong = |limit: JointLimits| solve(rest(0.0), rest(1.0), &[limit]).unwrap_err();
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(wrong(JointLimits { velocity: bad, ..good }), MotionError::Limit { .. }));
        assert!(matches!(
            wrong(JointLimits { acceleration: bad, ..good }),
            MotionError::Limit { .. }
        ));
        assert!(matches!(wrong(JointLimits { jerk: bad, ..good }), MotionError::Limit { .. }));
    }
    assert!(matches!(
        wrong(JointLimits { position: [1.0, -1.0], ..good }),
        MotionError::Limit { .. }
    ));
    assert!(matches!(
        wrong(JointLimits { position: [f64::NAN, 1.0], ..good }),
        MotionError::Limit { .. }
    ));
    assert_eq!(
        solve(rest(f64::NAN), rest(1.0), &[good]),
        Err(MotionError::NotFinite("a position"))
    );
    assert_eq!(
        solve(State::rest(&[0.0, 0.0]), rest(1.0), &[good]),
        Err(MotionError::Count { what: "a position", expected: 1, found: 2 })
    );
    assert_eq!(
        solve(State::rest(&[]), State::rest(&[]), &[]),
        Err(MotionError::Empty("the list of joints"))
    );
    let fast = State::moving(&[1.0], &[1.5]);
    let refused = solve(rest(0.0), fast, &[good]);
    assert!(matches!(&refused, Err(MotionError::State(why)) if !why.is_empty()), "{refused:?}");
}

#[test]
fn a_start_above_its_limit_is_braked() {
    let limit = JointLimits::free(1.0, 2.0, 20.0);
    let solved = solve(State::moving(&[0.0], &[1.4]), State::rest(&[3.0]), &[limit]).unwrap();
    let later = solved.at(0.5 * solved.duration());
    assert!(later.velocity[0] <= 1.0 + 1e-9);
    assert!((solved.at(solved.duration()).position[0] - 3.0).abs() < 1e-9);
}

#[test]
fn ranges_hold_between_the_ends_too() {
    let limit = JointLimits { position: [-1.0, 1.0], ..JointLimits::free(2.0, 4.0, 40.0) };
    let outside = solve(State::rest(&[0.0]), State::rest(&[1.2]), &[limit]);
    assert!(matches!(outside, Err(MotionError::Range { joint: 0, at: 1.0, .. })), "{outside:?}");
    // Towards the end of its range too fast to stop before it.
    let over = solve(State::moving(&[0.9], &[1.5]), State::rest(&[0.0]), &[limit]);
    assert!(over.is_err(), "{over:?}");
}

#[test]
fn phase_needs_velocities_along_the_line() {
    let limits = [JointLimits::free(1.0, 2.0, 20.0); 2];
    let from = State::moving(&[0.0, 0.0], &[0.2, -0.2]);
    let asked = PointToPoint::between(from, State::rest(&[1.0, 1.0]), &limits);
    let straight = asked.synchronised(Synchronisation::Phase).solve();
    assert_eq!(straight, Err(MotionError::NotStraight { joint: 0 }));
}

#[test]
fn a_least_duration_is_kept() {
    let limits = [JointLimits::free(1.0, 2.0, 20.0)];
    let solved = PointToPoint::rest(&[0.0], &[0.5], &limits).lasting(3.0).solve().unwrap();
    assert!((solved.duration() - 3.0).abs() < 1e-12);
    assert!((solved.at(3.0).position[0] - 0.5).abs() < 1e-9);
    let nonsense = PointToPoint::rest(&[0.0], &[0.5], &limits).lasting(f64::NAN).solve();
    assert!(nonsense.is_err());
}

#[test]
fn the_same_input_gives_the_same_bits() {
    let limits = [JointLimits::free(1.3, 2.7, 31.0); 6];
    let to = [1.0, -0.3, 0.7, 2.0, 0.1, -1.4];
    let solve = || PointToPoint::rest(&[0.0; 6], &to, &limits).solve().unwrap();
    let (one, two) = (solve(), solve());
    assert_eq!(one.duration().to_bits(), two.duration().to_bits());
    assert_eq!(one, two);
}

#[test]
fn payload_slows_down() {
    let derating = Derating { rated_kg: 10.0, loss: Derating::ASSUMED_LOSS };
    assert_eq!(derating.factor(0.0), Ok(1.0));
    let factors: Vec<f64> = [2.0, 5.0, 10.0].map(|kg| derating.factor(kg).unwrap()).to_vec();
    assert!(factors.is_sorted_by(|a, b| a > b));
    assert!((factors[2] - 1.0 / 1.35).abs() < 1e-12);
    assert!(derating.factor(10.1).is_err());
    assert!(derating.factor(-1.0).is_err());
    assert!(derating.factor(f64::NAN).is_err());
    let limits = derating.apply(&[JointLimits::free(1.0, 2.0, 20.0)], 10.0).unwrap();
    assert_eq!(limits[0].velocity, 1.0);
    assert!((limits[0].acceleration - 2.0 / 1.35).abs() < 1e-12);
}
