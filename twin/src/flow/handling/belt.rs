//! A moving belt as an arm sees it, while the table of its ways there and away is made.

use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use super::arm::Handling;
use super::falls::Poses;
use super::hold::{self, STEP_S};
use super::track::CELLS;
use super::ways::Reached;
use crate::engine::Compile;
use crate::id::EquipmentId;
use crate::robot::motion::belt::riding;
use crate::robot::motion::{CycleMotion, Kinematics, MotionError, PointToPoint, State, Step};

/// A place on a belt, m, and why it cannot be used.
pub(super) type Wrong = (f64, String);

/// A belt as the arm sees it. The axes that go with it are those of the base when the part is at the begin of the window.
pub(super) struct Belt<'a> {
    frame: Isometry3<f64>,
    turn: UnitQuaternion<f64>,
    near: &'a [f64],
    height: f64,
    approach: f64,
    pub(super) speed: f64,
    pub(super) window: [f64; 2],
}

/// What the arm does while it goes with a part: from where it has caught up with it to the grip, and from there to where it leaves.
#[derive(Debug)]
pub(super) struct Strokes {
    pub(super) down: Stroke,
    pub(super) up: Stroke,
}

/// A motion in the axes that go with the belt, without a rest at its ends.
#[derive(Debug)]
pub(super) struct Stroke {
    /// As it is at the begin of the window.
    pub(super) motion: CycleMotion,
    /// What it takes where it takes longest, s.
    pub(super) takes_s: f64,
}

impl Stroke {
    /// The joints so long after its begin (s), as if the belt stood at the begin of the window.
    pub(super) fn at(&self, t: f64) -> Vec<f64> {
        self.motion.at(t * self.motion.duration() / self.takes_s.max(1e-9))
    }
}

/// What a motion program says of it: the joints where it meets the part at the begin of the window, the steps up to the grip, and those
/// from there on.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) meets: Vec<f64>,
    pub(super) down: Vec<Step>,
    pub(super) up: Vec<Step>,
}

impl<'a> Belt<'a> {
    pub(super) fn new(
        arm: &Handling,
        belt: EquipmentId,
        speed: f64,
        window: [f64; 2],
        waiting: &'a Reached,
        cx: &Compile<'_>,
    ) -> Self {
        let frame = cx.model().row(cx.me()).pose.inverse() * cx.model().row(belt).pose;
        let (height, approach) = (arm.height_at(belt, cx), arm.approach);
        let start = frame * Point3::new(window[0], 0.0, 0.0);
        let turn = arm.down_at(belt, [start.x, start.y, height], cx).rotation;
        Self { frame, turn, near: &waiting.q, height, approach, speed, window }
    }

    /// A place of the belt in the frame of the mover.
    pub(super) fn place(&self, along: f64) -> Point3<f64> {
        self.frame * Point3::new(along, 0.0, 0.0)
    }

    /// How it moves in the base, m/s.
    pub(super) fn velocity(&self) -> Vector3<f64> {
        self.frame.rotation * Vector3::new(self.speed, 0.0, 0.0)
    }

    /// From where to where a part can be gripped, m: it is lifted within the window.
    pub(super) fn span(&self, strokes: &Strokes) -> [f64; 2] {
        [self.window[0], self.window[1] - self.speed * strokes.up.takes_s]
    }

    /// From the begin of the window to the place `along` (m).
    fn shift(&self, along: f64) -> Translation3<f64> {
        Translation3::from(self.velocity() * ((along - self.window[0]) / self.speed))
    }

    /// The tool so far above the begin of the window.
    fn tool(&self, above: f64) -> Isometry3<f64> {
        let at = self.place(self.window[0]);
        Isometry3::from_parts(Translation3::new(at.x, at.y, self.height + above), self.turn)
    }

    /// What it does with a part: what `head` says, else straight down and straight up.
    pub(super) fn strokes(&self, arm: &Handling, head: Option<&Head>) -> Result<Strokes, Wrong> {
        let line =
            |above: f64| Step::Line { to: self.tool(above), zone: 0.0, speed: f64::INFINITY };
        let (meets, near, down, up) = match head {
            Some(Head { meets, down, up }) => {
                (arm.arm.forward(meets), meets.as_slice(), down.clone(), up.clone())
            }
            None => {
                (self.tool(self.approach), self.near, vec![line(0.0)], vec![line(self.approach)])
            }
        };
        // It settles before it grips.
        let down: Vec<Step> = down.into_iter().chain([Step::Grip(0.0)]).collect();
        let down = self.stroke(arm, false, (&meets, near), &down)?;
        let grips = arm.arm.forward(down.motion.end());
        let up = self.stroke(arm, true, (&grips, down.motion.end()), &up)?;
        Ok(Strokes { down, up })
    }

    /// `steps` with the belt, from the tool at a pose on, with the joints as near as they can be to some.
    fn stroke(
        &self,
        arm: &Handling,
        loaded: bool,
        (start, near): (&Isometry3<f64>, &[f64]),
        steps: &[Step],
    ) -> Result<Stroke, Wrong> {
        let at = |along: f64| {
            let shift = self.shift(along);
            let q = arm.arm.nearest(&(shift * start), near);
            let q = q.map_err(|error| (along, error.to_string()))?;
            let steps: Vec<Step> = steps.iter().map(|step| step.moved(&shift)).collect();
            let motion = arm.mover(loaded).motion(&q, &steps);
            motion.map_err(|(_, error)| (along, error.to_string()))
        };
        let [first, last] = self.window;
        let (motion, other) = (at(first)?, at(last)?);
        Ok(Stroke { takes_s: motion.duration().max(other.duration()), motion })
    }

    /// The states of the joints with the tool, at `pose` at the begin of the window, going with the belt at [`CELLS`] + 1 places.
    pub(super) fn states(
        &self,
        arm: &Handling,
        pose: &Isometry3<f64>,
        near: &[f64],
    ) -> Result<Vec<(f64, State)>, Wrong> {
        let [upstream, downstream] = self.window;
        let mut states = Vec::with_capacity(CELLS + 1);
        for cell in 0..=CELLS {
            let along = upstream + (downstream - upstream) * cell as f64 / CELLS as f64;
            let pose = self.shift(along) * pose;
            let near = states.last().map_or(near, |last: &(f64, State)| &last.1.position);
            let state = riding(&arm.arm, arm.limits(false), &pose, self.velocity(), near);
            states.push((along, state.map_err(|error| (along, error.to_string()))?));
        }
        Ok(states)
    }

    /// Where the gripper is with a part that it has gripped at `along` (m): with the belt as `strokes` say, to rest at `to`, and on as
    /// `then` has it.
    pub(super) fn carried(
        &self,
        arm: &Handling,
        along: f64,
        strokes: &Strokes,
        (to, then): (&[f64], &Poses),
    ) -> Result<Poses, String> {
        let wrong = |error: MotionError| error.to_string();
        let up = &strokes.up.motion;
        let poses = hold::poses(&arm.arm, &up.postures([0.0, up.duration()], STEP_S));
        let with_belt = |(n, pose): (usize, &Isometry3<f64>)| {
            self.shift(along + self.speed * n as f64 * STEP_S) * pose
        };
        let mut poses: Poses = poses.iter().enumerate().map(with_belt).collect();
        let risen = self.shift(along + self.speed * poses.len() as f64 * STEP_S)
            * arm.arm.forward(up.end());
        let limits = arm.limits(true);
        let moving = riding(&arm.arm, limits, &risen, self.velocity(), up.end()).map_err(wrong)?;
        let swing =
            PointToPoint::between(moving, State::rest(to), limits).solve().map_err(wrong)?;
        let steps = (swing.duration() / STEP_S).ceil() as usize;
        let swung = (0..=steps).map(|n| swing.at(n as f64 * STEP_S).position);
        poses.extend(swung.map(|q| arm.arm.forward(&q)));
        poses.extend(then.iter().skip(1));
        Ok(poses)
    }
}
