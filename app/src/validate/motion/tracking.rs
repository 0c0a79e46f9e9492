//! A delta that takes parts from a moving belt inside a plant: when it has them, and how many it gets.
//!
//! What a run says is compared with the meeting of arm and part worked out part by part, without the plant's tables: where the arm
//! waits for the part, in closed form; where it comes late, by the solver of meetings itself.

use nalgebra::{Isometry3, Vector3};
use twin::engine::{Log, Model, State, TraceRow, What, advance};
use twin::plant::{Options, core_registry};
use twin::robot::Tooled;
use twin::robot::motion::belt::{Part, Tracker, Window, riding};
use twin::robot::motion::{JointLimits, Mover, PointToPoint, State as Joints, Step, ToolLimits};
use twin::units::SimTime;

use crate::validate::bench::{Bench, Beside, Failure, Findings};
use crate::validate::finding::Finding;

const DELTA: &str = include_str!("../../../../assets/robots/abb-irb-360-1-1130.ron");

/// Speed of the belt, m/s; where its entry and its window are, m; half a part; above the belt the tool waits.
const SPEED: f64 = 0.3;
const ENTRY: [f64; 2] = [-2.0, 0.15];
const SENSOR: f64 = 1.2;
const WINDOW: [f64; 2] = [1.7, 2.3];
const HALF: f64 = 0.05;
const BOX: [f64; 2] = [0.0, -0.3];
const HEIGHT: f64 = 0.95 - 1.95;
const APPROACH: f64 = 0.08;
/// To grip and to let go, s.
const HAND: f64 = 0.1;

/// V59.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    let picker = Picker::new()?;
    let mut found = Vec::new();
    // One part at a time: the arm waits for it at the begin of its window.
    let lone = run("every: \"8 s\"", 60.0)?;
    let waits = (WINDOW[0] + HALF) / SPEED + picker.strokes[0] + HAND;
    for (entered, taken) in lone.iter().filter_map(|(entered, taken)| Some((*entered, (*taken)?))) {
        let what =
            format!("a part that comes at {entered:.1} s, waited for: in the gripper after, s");
        found.push(Finding::within(what, waits, taken - entered, 2e-9, "closed form, 2 ns"));
    }
    // Two in a row: the second is met as early as the arm can be there.
    let pairs = run("every: \"8 s\", batch: 2", 60.0)?;
    for (n, expected) in
        picker.meet_all(&pairs)?.into_iter().enumerate().filter(|(n, _)| n % 2 == 1)
    {
        let (entered, taken) = pairs[n];
        let what = format!("the part behind it at {entered:.1} s, met late: in the gripper at, s");
        let (expected, taken) = (expected.unwrap_or(f64::NAN), taken.unwrap_or(f64::NAN));
        found.push(Finding::within(what, expected, taken, 1e-6, "solver of meetings, 1 us"));
    }
    // At random, more than it can take.
    let many = run("every: Exponential(\"0.8 s\")", 300.0)?;
    let expected = picker.meet_all(&many)?.iter().filter(|taken| taken.is_some()).count();
    let caught = many.iter().filter(|(_, taken)| taken.is_some()).count();
    let what = format!("parts caught, of {} that come at random", many.len());
    found.push(Finding::equal(what, expected as f64, caught as f64));
    found.push(Finding::within(
        "share that is caught",
        expected as f64 / many.len() as f64,
        caught as f64 / many.len() as f64,
        1e-12,
        "part by part",
    ));
    Ok(found)
}

/// When each part came onto the belt, and when the robot had it, if it did, s: of those that had the time to ride past it.
fn run(source: &str, until_s: f64) -> Result<Vec<(f64, Option<f64>)>, Failure> {
    let plant = format!(
        r#"Plant(name: "delta", robots: {{ "delta": "delta.ron" }}, products: {{ "p": (length: "{} m") }}, equipment: {{
            "in": (is: Source({source}), to: ["belt"]),
            "belt": (is: Conveyor(length: "4 m", speed: "{SPEED} m/s", gap: "50 mm"), to: ["picker", "end"], at: ({}, {})),
            "picker": (
                is: Robot(
                    arm: (
                        robot: "delta", base: "1.95 m", height: "0.95 m", tool: "50 mm", approach: "{APPROACH} m",
                        tracks: [(belt: "belt", sensor: "{SENSOR} m", window: ("{} m", "{} m"))],
                    ),
                    pick: "{HAND} s", place: "{HAND} s",
                ),
                to: ["box"],
            ),
            "box": (is: Sink, at: ({}, {:?})), "end": (is: Sink),
        }})"#,
        2.0 * HALF,
        ENTRY[0],
        ENTRY[1],
        WINDOW[0],
        WINDOW[1],
        BOX[0],
        BOX[1],
    );
    let loaded = twin::plant::load(
        "plant.ron",
        &Beside(plant, &[("delta.ron", DELTA)]),
        &core_registry(),
        &Options::default(),
    );
    let report = loaded.diagnostics.render(&loaded.sources, twin::diagnostics::Look::default());
    let model: Model = loaded.model.ok_or(Failure::Plant(report))?;
    let mut state = State::new(&model, 1, 0);
    let mut log = Log::new(true, true);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut log)?;
    let entered = |name: &str| {
        let wanted = model.find(name);
        let rows = log.trace.iter().filter_map(|row| match *row {
            TraceRow::Part { at, equipment, serial, what: What::Entered, .. }
                if Some(equipment) == wanted =>
            {
                Some((serial, at.seconds()))
            }
            _ => None,
        });
        rows.collect::<Vec<(u64, f64)>>()
    };
    let taken = entered("picker");
    let past = until_s - 4.0 / SPEED;
    let came = entered("belt").into_iter().filter(|(_, at)| *at < past);
    let of = |part: u64| taken.iter().find(|(other, _)| *other == part).map(|(_, at)| *at);
    Ok(came.map(|(part, at)| (at, of(part))).collect())
}

/// The arm by itself.
struct Picker {
    arm: Tooled,
    limits: Vec<JointLimits>,
    tool: ToolLimits,
    /// The joints above the begin of the window, and above the box.
    waiting: Vec<f64>,
    over_box: Vec<f64>,
    /// Straight down with the belt, and up again, s.
    strokes: [f64; 2],
    /// Likewise at the box: up without a part, down with one.
    at_box: [f64; 2],
}

impl Picker {
    fn new() -> Result<Self, Failure> {
        let robot = twin::robot::load_text(DELTA).robot;
        let arm = robot.as_ref().and_then(twin::robot::Robot::arm).cloned();
        let arm = arm.ok_or_else(|| Failure::Robot("the delta has no arm".to_owned()))?;
        let arm = Tooled::straight(arm, 0.05);
        let limits = arm.limits();
        let tool = ToolLimits {
            speed: 1.0,
            acceleration: 10.0,
            jerk: 100.0,
            angular_speed: std::f64::consts::PI,
        };
        let near = vec![0.3; limits.len() - 1].into_iter().chain([0.0]).collect::<Vec<f64>>();
        let mut out = Self {
            arm,
            limits,
            tool,
            waiting: near.clone(),
            over_box: near,
            strokes: [0.0; 2],
            at_box: [0.0; 2],
        };
        out.waiting = out.joints(&out.over(WINDOW[0]))?;
        out.over_box = out.joints(&Isometry3::translation(BOX[0], BOX[1], HEIGHT + APPROACH))?;
        let ends = [out.stroke(&out.over(WINDOW[0]))?, out.stroke(&out.over(WINDOW[1]))?];
        out.strokes = [0, 1].map(|way| ends[0][way].max(ends[1][way]));
        let [down, up] = out.stroke(&Isometry3::translation(BOX[0], BOX[1], HEIGHT + APPROACH))?;
        out.at_box = [up, down];
        Ok(out)
    }

    /// The tool above the place `along` of the belt.
    fn over(&self, along: f64) -> Isometry3<f64> {
        Isometry3::translation(ENTRY[0] + along, ENTRY[1], HEIGHT + APPROACH)
    }

    fn joints(&self, pose: &Isometry3<f64>) -> Result<Vec<f64>, Failure> {
        let found = self.arm.nearest(pose, &self.waiting);
        found.map_err(|error| Failure::Robot(error.to_string()))
    }

    /// Straight down from `over` and up again, s.
    fn stroke(&self, over: &Isometry3<f64>) -> Result<[f64; 2], Failure> {
        let mut low = *over;
        low.translation.z -= APPROACH;
        let line = |to: Isometry3<f64>| [Step::Line { to, zone: 0.0, speed: f64::INFINITY }];
        let mover = Mover { arm: &self.arm, limits: &self.limits, tool: self.tool, settle_s: 0.0 };
        let time = |from: &Isometry3<f64>, to: Isometry3<f64>| {
            let times = mover.time(&self.joints(from)?, &line(to));
            times.map(|cycle| cycle.total).map_err(|(_, error)| Failure::from(error))
        };
        Ok([time(over, low)?, time(&low, *over)?])
    }

    /// When each part is in the gripper, if it is, for parts that came onto the belt when `parts` says.
    fn meet_all(&self, parts: &[(f64, Option<f64>)]) -> Result<Vec<Option<f64>>, Failure> {
        // At rest from `free` on, so long below where it sets out from.
        let (mut free, mut up, mut from) = (0.0_f64, 0.0, self.waiting.clone());
        let mut out = Vec::with_capacity(parts.len());
        for (entered, _) in parts {
            let middle = entered + HALF / SPEED;
            let start = free.max(middle + SENSOR / SPEED) + up;
            let along = SPEED * (start - middle);
            let over = self.meet(along, &from)?.map(|time| start + time);
            out.push(over.map(|over| over + self.strokes[0] + HAND));
            let Some(over) = over else { continue };
            let leaves = over + self.strokes[0] + HAND + self.strokes[1];
            free = leaves + self.away(SPEED * (leaves - middle))? + self.at_box[1] + HAND;
            (up, from) = (self.at_box[0], self.over_box.clone());
        }
        Ok(out)
    }

    /// How long until the tool is above the part at `along`, from rest at `from`.
    fn meet(&self, along: f64, from: &[f64]) -> Result<Option<f64>, Failure> {
        let [upstream, end] = WINDOW;
        let hold_s = self.strokes[0] + HAND + self.strokes[1];
        let velocity = Vector3::new(SPEED, 0.0, 0.0);
        let until = (upstream - along) / SPEED;
        if until > 0.0 {
            let there = riding(&self.arm, &self.limits, &self.over(upstream), velocity, from)?;
            let way = PointToPoint::between(Joints::rest(from), there, &self.limits).solve()?;
            if way.duration() <= until {
                return Ok(Some(until));
            }
        }
        let window = Window { upstream, downstream: end };
        let tracker = Tracker { arm: &self.arm, limits: &self.limits, window, hold_s };
        let grip = self.over(along);
        let part = Part { grip, along: Vector3::x_axis(), speed: SPEED, place: along };
        match tracker.meet(&part, &Joints::rest(from)) {
            Ok(meeting) => Ok(Some(meeting.time)),
            Err(twin::robot::motion::MotionError::Missed { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// From above the place `along` of the moving belt to above the box.
    fn away(&self, along: f64) -> Result<f64, Failure> {
        let velocity = Vector3::new(SPEED, 0.0, 0.0);
        let there = riding(&self.arm, &self.limits, &self.over(along), velocity, &self.over_box)?;
        let rest = Joints::rest(&self.over_box);
        Ok(PointToPoint::between(there, rest, &self.limits).solve()?.duration())
    }
}
