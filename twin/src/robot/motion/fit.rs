//! Calibration: what accelerations, jerks and zones of a real robot are, from moves whose times were taken.
//!
//! Makers publish speeds; accelerations, jerks and how wide corners are cut are inside their controllers. A recorded run of some moves of
//! different lengths shows them: short moves are ruled by jerk, middling ones by acceleration, moves through corners by zones. Three factors on
//! what was assumed are fitted by least squares of relative errors (Levenberg 1944, Marquardt 1963; the factors' logarithms, so that they stay
//! above 0). What the fit is worth is told by leaving each move out in turn and predicting it from the others.

use std::fmt;

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::curve::JointRoute;
use super::error::{MotionError, positive};
use super::follow::along_joints;
use super::limits::JointLimits;
use super::point::PointToPoint;

/// A move whose time was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Joint positions that it goes through, from rest to rest: two, or more for a move through corners.
    pub points: Vec<Vec<f64>>,
    /// The zone at its corners, a share from 0 to 1 as programmed.
    pub zone: f64,
    /// How long it took, s.
    pub measured: f64,
}

/// Factors on what was assumed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    /// On all accelerations.
    pub acceleration: f64,
    /// On all jerks.
    pub jerk: f64,
    /// On all zones; the product is cut off at 1.
    pub zone: f64,
}

impl Default for Factors {
    fn default() -> Self {
        Self { acceleration: 1.0, jerk: 1.0, zone: 1.0 }
    }
}

/// Logarithms of factors further off than this are not believed.
const FURTHEST: f64 = 4.0;
/// Iterations of a fit, at most.
const ROUNDS: usize = 40;
/// How far a factor's logarithm is moved to see what it does: far more than what courses through corners are optimal to.
const PROBE: f64 = 2e-2;
/// Logarithms are known to this, relative, when they move no more.
const SETTLED: f64 = 1e-4;
/// What a factor of e costs beside relative errors of moves: next to nothing, but it keeps at 1 what no move tells.
const PRIOR: f64 = 1e-3;

impl Factors {
    fn from_logs(logs: &DVector<f64>, used: [bool; 3]) -> Self {
        let mut all = [0.0; 3];
        let mut next = logs.iter();
        for (log, used) in all.iter_mut().zip(used) {
            if used {
                *log = next.next().copied().unwrap_or(0.0);
            }
        }
        let [acceleration, jerk, zone] = all.map(f64::exp);
        Self { acceleration, jerk, zone }
    }

    /// How long a move would take with these factors, s.
    ///
    /// # Errors
    ///
    /// If the move cannot be made.
    pub fn predict(&self, recorded: &Recorded, limits: &[JointLimits]) -> Result<f64, MotionError> {
        let limits: Vec<JointLimits> =
            limits.iter().map(|limit| limit.scaled(self.acceleration, self.jerk)).collect();
        if let [from, to] = recorded.points.as_slice() {
            return Ok(PointToPoint::rest(from, to, &limits).solve()?.duration());
        }
        let zones = vec![(recorded.zone * self.zone).min(1.0); recorded.points.len()];
        let route = JointRoute::new(recorded.points.clone(), &zones)?;
        Ok(along_joints(route, &limits)?.duration())
    }
}

/// A fit, and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The factors; those that no move says anything about stay 1.
    pub factors: Factors,
    /// Standard errors of the factors' logarithms, about their relative errors; infinite where a factor was not fitted or the moves do
    /// not tell it.
    pub errors: [f64; 3],
    /// Predicted less measured time of each move, s.
    pub residuals: Vec<f64>,
    /// The same, each move predicted from a fit to all others, s.
    pub left_out: Vec<f64>,
    /// Measured times, s.
    pub measured: Vec<f64>,
}

/// Fits factors on `limits` to recorded moves. Zones are fitted if a move has corners.
///
/// # Errors
///
/// Fewer moves than factors and one; times that are not above 0; moves that cannot be made with the limits as they are.
pub fn fit(recorded: &[Recorded], limits: &[JointLimits]) -> Result<Fit, MotionError> {
    let used = [true, true, recorded.iter().any(|one| one.points.len() > 2)];
    let unknowns = used.iter().filter(|used| **used).count();
    if recorded.len() <= unknowns {
        return Err(MotionError::Degenerate("a fit needs more moves than factors"));
    }
    for one in recorded {
        positive("a measured time", one.measured)?;
    }
    let all: Vec<&Recorded> = recorded.iter().collect();
    let problem = Problem { limits, used };
    let logs = problem.solve(&all, DVector::zeros(unknowns))?;
    let factors = Factors::from_logs(&logs, used);
    let errors = problem.errors(&all, &logs)?;
    let off = |one: &Recorded, factors: Factors| Ok(factors.predict(one, limits)? - one.measured);
    let residuals: Result<Vec<f64>, MotionError> =
        all.iter().map(|one| off(one, factors)).collect();
    let without = |n: usize| {
        let rest: Vec<&Recorded> =
            all.iter().enumerate().filter(|(k, _)| *k != n).map(|(_, one)| *one).collect();
        let logs = problem.solve(&rest, DVector::zeros(unknowns))?;
        off(all[n], Factors::from_logs(&logs, used))
    };
    let left_out: Result<Vec<f64>, MotionError> = (0..all.len()).map(without).collect();
    let measured = recorded.iter().map(|one| one.measured).collect();
    Ok(Fit { factors, errors, residuals: residuals?, left_out: left_out?, measured })
}

struct Problem<'a> {
    limits: &'a [JointLimits],
    used: [bool; 3],
}

impl Problem<'_> {
    /// Relative errors of all moves, and the prior's.
    fn errors_of(
        &self,
        all: &[&Recorded],
        logs: &DVector<f64>,
    ) -> Result<DVector<f64>, MotionError> {
        let factors = Factors::from_logs(logs, self.used);
        let error = |one: &&Recorded| Ok(factors.predict(one, self.limits)? / one.measured - 1.0);
        let prior = logs.iter().map(|log| Ok(PRIOR * log));
        let errors: Result<Vec<f64>, MotionError> = all.iter().map(error).chain(prior).collect();
        Ok(DVector::from_vec(errors?))
    }

    fn jacobian(
        &self,
        all: &[&Recorded],
        logs: &DVector<f64>,
        errors: &DVector<f64>,
    ) -> Result<DMatrix<f64>, MotionError> {
        let mut columns = Vec::new();
        for n in 0..logs.len() {
            let mut logs = logs.clone();
            logs[n] += PROBE;
            columns.push((self.errors_of(all, &logs)? - errors) / PROBE);
        }
        Ok(DMatrix::from_columns(&columns))
    }

    fn solve(&self, all: &[&Recorded], start: DVector<f64>) -> Result<DVector<f64>, MotionError> {
        let mut logs = start;
        let mut errors = self.errors_of(all, &logs)?;
        let mut damping = 1e-3;
        for _ in 0..ROUNDS {
            let jacobian = self.jacobian(all, &logs, &errors)?;
            let gradient = jacobian.tr_mul(&errors);
            let mut normal = jacobian.tr_mul(&jacobian);
            for n in 0..logs.len() {
                normal[(n, n)] *= 1.0 + damping;
            }
            let step = normal
                .cholesky()
                .map(|cholesky| cholesky.solve(&gradient))
                .ok_or(MotionError::NotConverged("a fit"))?;
            let next = (&logs - &step).map(|log| log.clamp(-FURTHEST, FURTHEST));
            let moved = (&next - &logs).amax();
            let trial = self.errors_of(all, &next)?;
            if trial.norm_squared() < errors.norm_squared() {
                (logs, errors) = (next, trial);
                damping = (damping * 0.2).max(1e-12);
            } else {
                damping *= 8.0;
            }
            if moved < SETTLED || damping > 1e9 {
                break;
            }
        }
        Ok(logs)
    }

    /// Standard errors of the logarithms: `σ² (JᵀJ)⁻¹`.
    fn errors(&self, all: &[&Recorded], logs: &DVector<f64>) -> Result<[f64; 3], MotionError> {
        let now = self.errors_of(all, logs)?;
        let jacobian = self.jacobian(all, logs, &now)?;
        let free = (all.len() - logs.len()) as f64;
        let variance = now.norm_squared() / free;
        let mut errors = [f64::INFINITY; 3];
        let Some(inverse) = jacobian.tr_mul(&jacobian).try_inverse() else { return Ok(errors) };
        let fitted = errors.iter_mut().zip(self.used).filter(|(_, used)| *used);
        for (n, (error, _)) in fitted.enumerate() {
            // Without moves that tell it, a factor is known to what the prior says.
            let told = jacobian.column(n).rows(0, all.len()).norm() > 10.0 * PRIOR;
            if told {
                *error = (variance * inverse[(n, n)]).max(0.0).sqrt();
            }
        }
        Ok(errors)
    }
}

impl Fit {
    /// The root of the mean squared relative error of `errors`, s by move.
    fn relative(&self, errors: &[f64]) -> f64 {
        let squares = errors.iter().zip(&self.measured).map(|(e, t)| (e / t).powi(2));
        (squares.sum::<f64>() / errors.len().max(1) as f64).sqrt()
    }

    /// Root mean squared relative error of the moves that were fitted.
    pub fn spread(&self) -> f64 {
        self.relative(&self.residuals)
    }

    /// Root mean squared relative error of predicting each move from the others: what the fit is worth for moves that it has not seen.
    pub fn worth(&self) -> f64 {
        self.relative(&self.left_out)
    }
}

/// For people.
impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Factors { acceleration, jerk, zone } = self.factors;
        let named = [("acceleration", acceleration), ("jerk", jerk), ("zone", zone)];
        for ((name, factor), error) in named.into_iter().zip(self.errors) {
            if error.is_finite() {
                writeln!(f, "{name:<13} × {factor:.4}  ± {:.2} %", error * 100.0)?;
            } else {
                writeln!(f, "{name:<13} × {factor:.4}  not told by these moves")?;
            }
        }
        writeln!(
            f,
            "{:>5} {:>11} {:>11} {:>13}",
            "move", "measured s", "fitted, ms", "left out, ms"
        )?;
        for (n, t) in self.measured.iter().enumerate() {
            let (fitted, left_out) = (self.residuals[n] * 1e3, self.left_out[n] * 1e3);
            writeln!(f, "{:>5} {t:>11.4} {fitted:>+11.2} {left_out:>+13.2}", n + 1)?;
        }
        writeln!(
            f,
            "fitted within {:.2} %, predicts a move that it has not seen within {:.2} % (root mean square)",
            self.spread() * 100.0,
            self.worth() * 100.0
        )
    }
}
