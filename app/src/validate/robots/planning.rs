//! Ways around: an arm that has to get from one side of a wall to the other through the gap between its top and a beam, from many streams.
//! Each way is looked at closely, by nothing that the search has stepped along, and timed against what no way can be faster than.

use nalgebra::{Isometry3, Vector3};
use twin::planning::{Body, Checker, Settings, Surroundings, plan, round};
use twin::random::Stream;
use twin::robot::Tooled;
use twin::robot::motion::{
    JointLimits, JointRoute, MotionError, PointToPoint, State, along_joints,
};

use crate::validate::bench::{Bench, Failure, Findings};
use crate::validate::finding::Finding;

/// Ways that are looked for, each from a stream of its own.
const WAYS: u32 = 20;
/// Postures that each leg, and each way with its corners cut, is looked at in.
const LOOKS: u32 = 500;
/// How far the arm keeps away, m, and what of that the steps of a swept test may take.
const MARGIN: f64 = 0.01;
const STEP: f64 = 0.002;

/// V53.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    passage("abb-irb-120.ron", 0.75)
}

/// An arm with a wall before it, 0.8 of its reach high, and a beam above that, the gap a share of its reach.
fn passage(file: &str, gap: f64) -> Findings {
    let arm = Tooled::straight(super::arm(file)?, 0.1);
    let reach = arm.arm.reach().unwrap_or(1.0);
    let body = Body::of(&arm).map_err(|error| Failure::Robot(error.to_string()))?;
    let mut around = Surroundings::new();
    let thin = 0.03 * reach;
    let at = |z: f64| Isometry3::translation(0.75 * reach, 0.0, z * reach);
    around.add_box("wall", Vector3::new(0.85 * reach, thin, 0.8 * reach), &at(0.4));
    around.add_box("beam", Vector3::new(0.85 * reach, thin, 0.4 * reach), &at(1.0 + gap));
    let checker = Checker { arm: &arm, body: &body, around: &around, margin: MARGIN };
    let side = |sign: f64| {
        let pose = arm.down_at([0.65 * reach, sign * 0.45 * reach, 0.35 * reach]);
        arm.ways(&pose).ok()?.into_iter().find(|way| checker.is_free(&way.q)).map(|way| way.q)
    };
    let (Some(from), Some(to)) = (side(-1.0), side(1.0)) else {
        return Err(Failure::Robot(format!("{file} does not stand free beside the wall")));
    };
    let limits = arm.limits();
    let fastest = PointToPoint::rest(&from, &to, &limits).solve()?.duration();
    let (mut ways, mut seen) = (0, Seen::default());
    for n in 0..WAYS {
        let mut stream = Stream::new(1, n, "narrow passage");
        let Ok(found) = plan(&checker, &from, &to, &Settings::default(), &mut stream) else {
            continue;
        };
        ways += 1;
        seen.look(&checker, &found.way, &limits, fastest)?;
    }
    let count = |what: &str, of: u32, got: u32| {
        Finding::equal(format!("{}: {what}", arm.arm.name()), f64::from(of), f64::from(got))
    };
    let through = u32::from(checker.free(&from, &to).is_err());
    let saved = 100.0 * (1.0 - seen.cut_s / seen.stops_s);
    let longest = seen.longest / fastest;
    Ok(vec![
        count("straight moves that touch the wall", 1, through),
        count("ways found", WAYS, ways),
        count("of them free in every posture looked at", ways, seen.free),
        Finding {
            note: Some(format!("the slowest takes {longest:.2} times as long")),
            ..count("of them no faster than the fastest straight move", ways, seen.no_faster)
        },
        count("of them free with their corners cut", ways, seen.free_cut),
        Finding {
            note: Some(format!("{saved:.1} % of the time saved on the whole")),
            ..count("of them faster with their corners cut", ways, seen.gained)
        },
    ])
}

/// What has been seen of ways.
#[derive(Debug, Default)]
struct Seen {
    free: u32,
    no_faster: u32,
    free_cut: u32,
    gained: u32,
    longest: f64,
    /// All together, s: with a stop at each posture, and with corners cut where that is faster.
    stops_s: f64,
    cut_s: f64,
}

impl Seen {
    fn look(
        &mut self,
        checker: &Checker<'_>,
        way: &[Vec<f64>],
        limits: &[JointLimits],
        fastest: f64,
    ) -> Result<(), MotionError> {
        let clear =
            |q: &[f64]| checker.clearance(q).is_none_or(|touch| touch.distance > MARGIN - STEP);
        let (mut free, mut stops) = (true, 0.0);
        for leg in way.windows(2) {
            let motion = PointToPoint::rest(&leg[0], &leg[1], limits).solve()?;
            stops += motion.duration();
            free &= (0..=LOOKS).all(|n| {
                let share = f64::from(n) / f64::from(LOOKS);
                let on = leg[0].iter().zip(&leg[1]).map(|(a, b)| a + (b - a) * share);
                clear(&on.collect::<Vec<f64>>())
            });
        }
        let (cut, free_cut) = cut(checker, way, limits, &clear)?;
        self.free += u32::from(free);
        self.free_cut += u32::from(free_cut);
        self.no_faster += u32::from(stops.min(cut) >= fastest - 1e-9);
        self.gained += u32::from(cut < stops);
        self.longest = self.longest.max(cut.min(stops));
        self.stops_s += stops;
        self.cut_s += cut.min(stops);
        Ok(())
    }
}

/// What a way takes with its corners cut, s, with stops where one cannot be; and whether it is free.
fn cut(
    checker: &Checker<'_>,
    way: &[Vec<f64>],
    limits: &[JointLimits],
    clear: &dyn Fn(&[f64]) -> bool,
) -> Result<(f64, bool), MotionError> {
    let zones = round(checker, way);
    let (mut seconds, mut free, mut first) = (0.0, true, 0);
    for last in 1..way.len() {
        if last < way.len() - 1 && zones[last] > 0.0 {
            continue;
        }
        let (points, zones) = (way[first..=last].to_vec(), &zones[first..=last]);
        let motion = along_joints(JointRoute::new(points, zones)?, limits)?;
        free &= (0..=LOOKS).all(|n| {
            let State { position, .. } =
                motion.at(motion.duration() * f64::from(n) / f64::from(LOOKS));
            clear(&position)
        });
        seconds += motion.duration();
        first = last;
    }
    Ok((seconds, free))
}
