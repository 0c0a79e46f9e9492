//! Courses along paths, of joints and of the tool.

use nalgebra::{Dyn, Isometry3, OMatrix, Point3, Translation3, U6, UnitQuaternion, Vector3};
use proptest::prelude::*;

use super::super::grid::{Row, Station, even, stations};
use super::super::jerk::smoothest;
use super::super::ramp::DoubleS;
use super::super::topp::fastest;
use super::super::{
    Gantry, JointLimits, JointPath, JointRoute, Kinematics, LegTo, MotionError, PathMotion, Shape,
    Spline, ToolLimits, ToolRoute, along_joints, along_tool, course_along, deviation,
};

/// An arm of two links of 1 m in the plane, elbow on one side or the other as before.
struct TwoLinks;

impl Kinematics for TwoLinks {
    fn joints(&self) -> usize {
        2
    }

    fn forward(&self, q: &[f64]) -> Isometry3<f64> {
        let (a, b) = (q[0], q[0] + q[1]);
        Isometry3::translation(a.cos() + b.cos(), a.sin() + b.sin(), 0.0)
    }

    fn inverse(&self, pose: &Isometry3<f64>, near: &[f64]) -> Result<Vec<f64>, String> {
        let (x, y) = (pose.translation.x, pose.translation.y);
        let cos = (x * x + y * y - 2.0) / 2.0;
        if cos.abs() > 1.0 + 1e-12 {
            return Err("beyond both links".to_owned());
        }
        let candidate = |bend: f64| {
            let first = y.atan2(x) - bend.sin().atan2(1.0 + bend.cos());
            let turns = ((near[0] - first) / std::f64::consts::TAU).round();
            vec![first + turns * std::f64::consts::TAU, bend]
        };
        let bend = cos.clamp(-1.0, 1.0).acos();
        let far = |q: &[f64]| q.iter().zip(near).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let (one, two) = (candidate(bend), candidate(-bend));
        Ok(if far(&one) <= far(&two) { one } else { two })
    }

    fn jacobian(&self, q: &[f64]) -> OMatrix<f64, U6, Dyn> {
        let (a, b) = (q[0], q[0] + q[1]);
        let mut jacobian = OMatrix::<f64, U6, Dyn>::zeros(2);
        jacobian[(0, 0)] = -a.sin() - b.sin();
        jacobian[(1, 0)] = a.cos() + b.cos();
        jacobian[(0, 1)] = -b.sin();
        jacobian[(1, 1)] = b.cos();
        jacobian[(5, 0)] = 1.0;
        jacobian[(5, 1)] = 1.0;
        jacobian
    }
}

/// The highest share of joint limits at a thousand instants; jerk by differences of acceleration.
fn most<P: JointPath>(motion: &PathMotion<P>, limits: &[JointLimits]) -> [f64; 3] {
    let (n, mut most) = (1000, [0.0_f64; 3]);
    let dt = motion.duration() / f64::from(n);
    let mut last: Option<Vec<f64>> = None;
    for k in 0..=n {
        let state = motion.at(f64::from(k) * dt);
        for (joint, limit) in limits.iter().enumerate() {
            most[0] = most[0].max(state.velocity[joint].abs() / limit.velocity);
            most[1] = most[1].max(state.acceleration[joint].abs() / limit.acceleration);
            if let Some(last) = &last {
                let jerk = (state.acceleration[joint] - last[joint]) / dt;
                most[2] = most[2].max(jerk.abs() / limit.jerk);
            }
        }
        last = Some(state.acceleration);
    }
    most
}

fn points() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let joints = 1..4_usize;
    joints.prop_flat_map(|joints| {
        prop::collection::vec(prop::collection::vec(-1.5..1.5_f64, joints), 3..6)
            .prop_filter("neighbours must differ", |points| {
                points.windows(2).all(|pair| (pair[0][0] - pair[1][0]).abs() > 0.05)
            })
    })
}

#[test]
fn what_does_not_move_has_no_course() {
    let path = Spline::through(vec![vec![0.3], vec![0.3], vec![0.3]]).unwrap();
    let stations = stations(&path, &[JointLimits::free(1.0, 2.0, 20.0)], &even(1.0, 50)).unwrap();
    assert!(matches!(fastest(&stations, 0.0, 0.0), Err(MotionError::Degenerate(_))));
    assert!(matches!(smoothest(&stations), Err(MotionError::Degenerate(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// Random splines: the course keeps its limits at every station from both sides, and more room is never slower.
    #[test]
    fn fastest_courses_keep_limits(points in points(), v in 0.5..4.0_f64, a in 1.0..20.0_f64) {
        let path = Spline::through(points).unwrap();
        let limits = vec![JointLimits::free(v, a, 1e9); path.joints()];
        let stations = stations(&path, &limits, &even(1.0, 300)).unwrap();
        let course = fastest(&stations, 0.0, 0.0).unwrap();
        for n in 0..stations.len() - 1 {
            let u = (course.x[n + 1] - course.x[n]) / (2.0 * (course.s[n + 1] - course.s[n]));
            for (station, x) in [(&stations[n], course.x[n]), (&stations[n + 1], course.x[n + 1])] {
                prop_assert!(x <= station.most * (1.0 + 1e-9));
                for Row { u: by_u, x: by_x, bound } in &station.rows {
                    prop_assert!(by_u * u + by_x * x <= bound * (1.0 + 1e-6), "station {n}");
                }
            }
        }
        let law = course.law();
        prop_assert!((law.duration() - course.duration()).abs() < 1e-9);
        let roomy = vec![JointLimits::free(1.3 * v, 1.2 * a, 1e9); path.joints()];
        let roomy = super::super::grid::stations(&path, &roomy, &even(1.0, 300)).unwrap();
        prop_assert!(fastest(&roomy, 0.0, 0.0).unwrap().duration() <= course.duration() + 1e-9);
    }

    /// Random splines with a limit on jerk: limits hold at a thousand instants, between stations too; jerk to some percent where a
    /// joint turns back.
    #[test]
    fn jerk_limited_courses_keep_limits(points in points(), v in 0.5..4.0_f64, a in 1.0..20.0_f64, ramp in 0.03..0.3_f64) {
        let path = Spline::through(points).unwrap();
        let limits = vec![JointLimits::free(v, a, a / ramp); path.joints()];
        let course = course_along(&path, &limits).unwrap();
        prop_assert!(course.law.duration() >= 0.999 * course.without_jerk);
        prop_assert!(course.stretch < 1.5, "{}", course.stretch);
        let motion = PathMotion { path, law: course.law, without_jerk: course.without_jerk };
        let shares = most(&motion, &limits);
        prop_assert!(shares[0] < 1.005 && shares[1] < 1.02 && shares[2] < 1.15, "{shares:?}");
        let [end, speed, ..] = motion.law.at(motion.duration());
        prop_assert!((end - 1.0).abs() < 1e-9 && speed.abs() < 1e-7);
    }
}

#[test]
fn a_spline_repeats_a_cubic() {
    let cubic = |x: f64| 1.0 + x * (2.0 + x * (-3.0 + x * 0.5));
    let knots = vec![0.0, 0.3, 0.5, 1.1, 2.0];
    let path = Spline::new(knots.clone(), knots.iter().map(|x| vec![cubic(*x)]).collect()).unwrap();
    for n in 0..=20 {
        let x = 0.1 * f64::from(n);
        let place = path.at(x);
        assert!((place.q[0] - cubic(x)).abs() < 1e-12);
        assert!((place.first[0] - (2.0 - 6.0 * x + 1.5 * x * x)).abs() < 1e-11);
        assert!((place.second[0] - (-6.0 + 3.0 * x)).abs() < 1e-10);
        assert!((place.third[0] - 3.0).abs() < 1e-9);
    }
    assert!(Spline::through(vec![]).is_err());
    assert!(Spline::through(vec![vec![0.0]]).is_err());
    assert!(Spline::new(vec![0.0, 0.0], vec![vec![0.0], vec![1.0]]).is_err());
    assert!(Spline::through(vec![vec![0.0], vec![f64::NAN]]).is_err());
}

#[test]
fn speeds_at_the_ends_are_met_or_refused() {
    let path = Spline::through(vec![vec![0.0], vec![1.0]]).unwrap();
    let limits = [JointLimits::free(2.0, 5.0, 1e9)];
    let stations = stations(&path, &limits, &even(1.0, 200)).unwrap();
    let course = fastest(&stations, 1.0, 0.5).unwrap();
    assert!((course.x[0] - 1.0).abs() < 1e-12 && (course.x[200] - 0.25).abs() < 1e-12);
    let too_fast = fastest(&stations, 0.0, 2.1);
    assert!(matches!(too_fast, Err(MotionError::Infeasible { at: 1.0, .. })), "{too_fast:?}");
    // 2 m/s within 0.2 m is out of reach from rest: v² = 2 a s = 2.
    let short = Spline::through(vec![vec![0.0], vec![0.2]]).unwrap();
    let short = super::super::grid::stations(&short, &limits, &even(1.0, 200)).unwrap();
    let unreached = fastest(&short, 0.0, 10.0);
    assert!(matches!(unreached, Err(MotionError::Infeasible { .. })), "{unreached:?}");
    assert!(fastest(&stations, f64::NAN, 0.0).is_err());
    assert!(fastest(&stations[..1], 0.0, 0.0).is_err());
}

/// A joint that turns back on its way has no inertia there: the course passes, as fast as the other joint allows.
#[test]
fn zero_inertia_is_passed() {
    let path = Spline::through(vec![vec![0.0, 0.0], vec![0.5, 0.3], vec![1.0, 0.0]]).unwrap();
    let limits = [JointLimits::free(1.0, 3.0, 1e9); 2];
    let coarse = fastest(&stations(&path, &limits, &even(1.0, 500)).unwrap(), 0.0, 0.0).unwrap();
    let fine = fastest(&stations(&path, &limits, &even(1.0, 8000)).unwrap(), 0.0, 0.0).unwrap();
    assert!((coarse.duration() - fine.duration()).abs() < 2e-3);
    // Joint 1 alone would take 1/1 + 1/3 s.
    assert!(fine.duration() > 4.0 / 3.0 - 1e-3 && fine.duration() < 2.5, "{}", fine.duration());
}

#[test]
fn bounds_that_leave_nothing_are_named() {
    let row = |u: f64, bound: f64| Row { u, x: 0.0, bound };
    let station = |s: f64, low: f64| Station {
        s,
        most: 1.0,
        // At least `low`, at most -low: nothing, where low is above 0.
        rows: vec![row(-1.0, -low), row(1.0, -low)],
        jerks: vec![],
        before: vec![],
    };
    let all: Vec<Station> =
        (0..=10).map(|n| station(f64::from(n), if n == 7 { 1.0 } else { -1.0 })).collect();
    let refused = fastest(&all, 0.0, 0.0);
    assert!(
        matches!(refused, Err(MotionError::Infeasible { at, .. }) if (0.6..=0.7).contains(&at)),
        "{refused:?}"
    );
}

#[test]
fn rounded_corners_do_not_stop() {
    let limits = [JointLimits::free(2.0, 5.0, 50.0); 2];
    let points = vec![vec![0.0, 0.0], vec![1.0, 0.0], vec![1.0, 1.0]];
    let stops = 2.0 * DoubleS::new(1.0, 2.0, 5.0, 50.0).unwrap().duration();
    let mut last = stops;
    for zone in [0.1, 0.3, 0.6, 1.0] {
        let route = JointRoute::new(points.clone(), &[0.0, zone, 0.0]).unwrap();
        let motion = along_joints(route, &limits).unwrap();
        assert!(motion.duration() < last, "{zone}: {} {last}", motion.duration());
        last = motion.duration();
        let shares = most(&motion, &limits);
        assert!(shares[0] < 1.005 && shares[1] < 1.01 && shares[2] < 1.03, "{zone}: {shares:?}");
        let slowest = (50..950).map(|n| {
            let v = motion.at(motion.duration() * f64::from(n) / 1000.0).velocity;
            v[0].hypot(v[1])
        });
        assert!(slowest.fold(f64::INFINITY, f64::min) > 0.1);
    }
    assert!(JointRoute::new(points.clone(), &[0.0, 0.0, 0.0]).is_err());
    assert!(JointRoute::new(points.clone(), &[0.0, 1.5, 0.0]).is_err());
    assert!(JointRoute::new(vec![vec![0.0], vec![0.0]], &[0.0; 2]).is_err());
    assert!(JointRoute::new(vec![], &[]).is_err());
}

fn at(x: f64, y: f64) -> Isometry3<f64> {
    Isometry3::translation(x, y, 0.0)
}

fn line(x: f64, y: f64, zone: f64) -> LegTo {
    LegTo { to: at(x, y), shape: Shape::Line, zone, speed: f64::INFINITY }
}

const TOOL: ToolLimits =
    ToolLimits { speed: 0.5, acceleration: 5.0, jerk: 50.0, angular_speed: 2.0 };

/// Derivatives of a route agree with differences, and nothing jumps at its borders.
#[test]
fn routes_are_smooth() {
    let turned = |x: f64, y: f64, angle: f64| {
        let turn = UnitQuaternion::from_axis_angle(&Vector3::y_axis(), angle);
        Isometry3::from_parts(Translation3::new(x, y, 0.1), turn)
    };
    let legs = [
        LegTo { to: turned(0.5, 0.0, 0.3), shape: Shape::Line, zone: 0.1, speed: f64::INFINITY },
        LegTo {
            to: turned(0.9, 0.4, 0.9),
            shape: Shape::Arc(Point3::new(0.8, 0.1, 0.1)),
            zone: 0.08,
            speed: f64::INFINITY,
        },
        LegTo { to: turned(0.5, 0.8, 0.2), shape: Shape::Line, zone: 0.0, speed: f64::INFINITY },
    ];
    let route = ToolRoute::new(turned(0.0, 0.0, 0.0), &legs).unwrap();
    assert_eq!(route.borders().len(), 4);
    let h = 1e-5;
    for n in 1..400 {
        let s = route.length() * f64::from(n) / 400.0;
        let (a, b, c) = (route.at(s - h), route.at(s), route.at(s + h));
        let place = |p: &super::super::PosePoint| p.pose.translation.vector;
        assert!(((place(&c) - place(&a)) / (2.0 * h) - b.first).norm() < 1e-6, "{s}");
        assert!(((c.first - a.first) / (2.0 * h) - b.second).norm() < 1e-3, "{s}");
        let turn = (a.pose.rotation.inverse() * c.pose.rotation).scaled_axis() / (2.0 * h);
        assert!((turn - b.turn).norm() < 1e-4, "{s} {turn} {}", b.turn);
    }
    for s in route.borders() {
        let (a, b) = (route.at(s - 1e-9), route.at(s + 1e-9));
        assert!((a.second - b.second).norm() < 1e-4, "{s}");
        assert!((a.third - b.third).norm() < 1e-2, "{s}");
    }
}

#[test]
fn arcs_are_circles() {
    // Three quarters of a circle of 0.2 m about (0, 0).
    let via = Point3::new(0.0, 0.2, 0.0);
    let leg = LegTo { to: at(0.0, -0.2), shape: Shape::Arc(via), zone: 0.0, speed: f64::INFINITY };
    let route = ToolRoute::new(at(0.2, 0.0), &[leg]).unwrap();
    assert!((route.length() - 0.3 * std::f64::consts::PI).abs() < 1e-12);
    for n in 0..=30 {
        let place = route.at(route.length() * f64::from(n) / 30.0);
        assert!((place.pose.translation.vector.norm() - 0.2).abs() < 1e-12);
        assert!(
            (place.first.norm() - 1.0).abs() < 1e-12 && (place.second.norm() - 5.0).abs() < 1e-9
        );
    }
    let flat = LegTo {
        to: at(0.4, 0.0),
        shape: Shape::Arc(Point3::new(0.3, 0.0, 0.0)),
        zone: 0.0,
        speed: f64::INFINITY,
    };
    assert!(ToolRoute::new(at(0.2, 0.0), &[flat]).is_err());
    assert!(ToolRoute::new(at(0.2, 0.0), &[line(0.2, 0.0, 0.0)]).is_err());
    assert!(ToolRoute::new(at(0.2, 0.0), &[line(0.2, 0.2, 0.0), line(0.4, 0.2, 0.0)]).is_err());
    assert!(ToolRoute::new(at(0.2, 0.0), &[line(f64::NAN, 0.2, 0.0)]).is_err());
    assert!(ToolRoute::new(at(0.2, 0.0), &[]).is_err());
}

/// On an arm whose axes leave all to the tool, a line is the double S, and turning alone has its own limit.
#[test]
fn a_line_is_a_double_s() {
    let axes = [JointLimits::free(10.0, 100.0, 1e5); 3];
    let route = ToolRoute::new(at(0.0, 0.0), &[line(0.3, 0.4, 0.0)]).unwrap();
    let motion = along_tool(&route, &Gantry, &[0.0; 3], &axes, &TOOL).unwrap();
    let exact = DoubleS::new(0.5, 0.5, 5.0, 50.0).unwrap().duration();
    assert!((motion.duration() - exact).abs() < 0.003 * exact, "{} {exact}", motion.duration());
    assert!(deviation(&motion, &route, &Gantry, 500) < 1e-9);
}

/// Two links on a line well within reach: the tool stays on it, joints keep their limits.
#[test]
fn an_arm_follows_a_line() {
    let limits = [JointLimits::free(1.5, 6.0, 120.0); 2];
    let q = TwoLinks.inverse(&at(0.6, 1.2), &[0.2, 1.2]).unwrap();
    let route = ToolRoute::new(at(0.6, 1.2), &[line(1.2, 0.2, 0.1), line(0.7, -0.9, 0.0)]).unwrap();
    let motion = along_tool(&route, &TwoLinks, &q, &limits, &TOOL).unwrap();
    assert!(deviation(&motion, &route, &TwoLinks, 1000) < 1e-5);
    let shares = most(&motion, &limits);
    assert!(shares[0] < 1.005 && shares[1] < 1.01 && shares[2] < 1.03, "{shares:?}");
    let mut fastest = 0.0_f64;
    for n in 0..=1000 {
        let state = motion.at(motion.duration() * f64::from(n) / 1000.0);
        let v = TwoLinks.jacobian(&state.position) * nalgebra::DVector::from_vec(state.velocity);
        fastest = fastest.max(v.fixed_rows::<3>(0).norm());
    }
    assert!(fastest < TOOL.speed * 1.005 && fastest > 0.95 * TOOL.speed, "{fastest}");
}

#[test]
fn what_cannot_be_reached_is_named() {
    let limits = [JointLimits::free(2.0, 8.0, 160.0); 2];
    let start = |x: f64, y: f64| TwoLinks.inverse(&at(x, y), &[0.0, 1.0]).unwrap();
    let follow = |from: [f64; 2], to: [f64; 2], limits: &[JointLimits]| {
        let route = ToolRoute::new(at(from[0], from[1]), &[line(to[0], to[1], 0.0)]).unwrap();
        along_tool(&route, &TwoLinks, &start(from[0], from[1]), limits, &TOOL).map(|m| m.duration())
    };
    // Out beyond 2 m after three quarters of the way.
    let beyond = follow([0.5, 0.0], [2.5, 0.0], &limits);
    assert!(
        matches!(&beyond, Err(MotionError::Unreachable { at, .. }) if (0.74..0.77).contains(at)),
        "{beyond:?}"
    );
    // Through the base, where both links fold onto each other: the first joint jumps by half a turn.
    let through = follow([1.0, 0.0], [-1.0, 0.0], &limits);
    assert!(
        matches!(through, Err(MotionError::Singular { joint: 0, at, .. }) if (at - 0.5).abs() < 0.02),
        "{through:?}"
    );
    // A joint's range ends on the way.
    let mut narrow = limits;
    narrow[1].position = [0.0, 2.0];
    let ranged = follow([1.5, 0.0], [0.5, 0.0], &narrow);
    // cos 2 = (x² - 2) / 2 at x = 1.0806.
    assert!(
        matches!(ranged, Err(MotionError::Range { joint: 1, at, .. }) if (at - 0.42).abs() < 0.01),
        "{ranged:?}"
    );
    // The arm stands elsewhere.
    let route = ToolRoute::new(at(1.0, 0.0), &[line(1.2, 0.0, 0.0)]).unwrap();
    assert!(along_tool(&route, &TwoLinks, &[0.0, 1.0], &limits, &TOOL).is_err());
}
