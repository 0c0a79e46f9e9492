//! An arm as it is used: immutable, with the joint coordinates that its controller shows.
//!
//! A controller's coordinate `q` and the model's `θ` differ by a sense and a zero: `θ = ±q - zero`.

use nalgebra::{DMatrix, Isometry3, Matrix6xX, Vector3};

use super::chain::{Chain, Motion};
use super::error::{ForwardError, Violation};
use super::structure::{Delta, Franka, Scara, Spherical, Srs, Ur};
use super::trig::{about, shift};

/// How the links of an arm are joined, with their lengths.
#[derive(Clone, Debug, PartialEq)]
pub enum Structure {
    /// Six axes, parallel base, spherical wrist.
    Spherical(Spherical),
    /// Six axes, three of them parallel, no spherical wrist.
    Ur(Ur),
    /// Four axes, all vertical.
    Scara(Scara),
    /// Three arms on one platform.
    Delta(Delta),
    /// Seven axes, spherical shoulder and wrist.
    Srs(Srs),
    /// Seven axes with offsets at elbow and wrist.
    Franka(Franka),
    /// Any other chain; its inverse is found by iteration.
    Chain(Chain),
}

impl Structure {
    /// The chain of links; none for a delta.
    pub fn chain(&self) -> Option<Chain> {
        match self {
            Self::Spherical(lengths) => Some(lengths.chain()),
            Self::Ur(lengths) => Some(lengths.chain()),
            Self::Scara(lengths) => Some(lengths.chain()),
            Self::Delta(_) => None,
            Self::Srs(lengths) => Some(lengths.chain()),
            Self::Franka(lengths) => Some(lengths.chain()),
            Self::Chain(chain) => Some(chain.clone()),
        }
    }

    /// How far the arm gets \[m\] as a formula of its lengths has it, where there is one; see the structures for from where to
    /// where.
    pub fn reach(&self) -> Option<f64> {
        match self {
            Self::Spherical(lengths) => Some(lengths.reach()),
            Self::Ur(lengths) => Some(lengths.reach()),
            Self::Scara(lengths) => Some(lengths.reach()),
            Self::Srs(lengths) => Some(lengths.reach()),
            Self::Franka(lengths) => Some(lengths.reach()),
            Self::Delta(_) | Self::Chain(_) => None,
        }
    }

    /// Whether and how its joints move, from the base outwards.
    pub fn motions(&self) -> Vec<Motion> {
        match self {
            Self::Delta(delta) => vec![Motion::Turns; delta.joints()],
            other => {
                let chain = other.chain();
                chain.iter().flat_map(Chain::links).map(|link| link.motion).collect()
            }
        }
    }
}

/// What is known of a joint, in the coordinates of the controller: \[rad\] for joints that turn, \[m\] for those that slide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joint {
    /// How it moves.
    pub motion: Motion,
    /// Lower and upper end of its range.
    pub range: (f64, f64),
    /// Greatest speed [rad/s or m/s].
    pub speed: f64,
    /// Greatest acceleration [rad/s² or m/s²].
    pub acceleration: f64,
    /// Greatest jerk [rad/s³ or m/s³].
    pub jerk: f64,
    /// Greatest torque [N m], where it is known.
    pub torque: Option<f64>,
    /// 1, or -1 where the controller counts against the model.
    pub sense: f64,
    /// What is taken off the controller's coordinate, in the model's sense, for the model's [rad or m].
    pub zero: f64,
}

impl Joint {
    /// The model's coordinate for the controller's.
    #[inline]
    pub(super) fn to_model(self, q: f64) -> f64 {
        self.sense * q - self.zero
    }

    /// The controller's coordinate for the model's.
    #[inline]
    pub(super) fn to_controller(self, theta: f64) -> f64 {
        self.sense * (theta + self.zero)
    }

    /// How far `q` is beyond the range: negative below, positive above, 0 within.
    pub fn beyond(&self, q: f64) -> f64 {
        // What rounding of a sheet's degrees may come to.
        const ROUNDING: f64 = 1e-9;
        let (low, high) = self.range;
        if q < low - ROUNDING {
            q - low
        } else if q > high + ROUNDING {
            q - high
        } else {
            0.0
        }
    }
}

/// Least singular value, relative to the greatest, below which an arm counts as singular.
const SINGULAR: f64 = 1e-12;

/// An arm: what it is, what its joints can do, and where it gets. Nothing of it changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    pub(super) name: String,
    pub(super) structure: Structure,
    pub(super) chain: Option<Chain>,
    pub(super) joints: Vec<Joint>,
    pub(super) payload: Option<f64>,
    pub(super) reach: Option<f64>,
    pub(super) girths: Vec<f64>,
}

impl Arm {
    /// An arm of `structure` with `joints`, from the base outwards; none if their number or motion does not fit.
    pub fn new(name: impl Into<String>, structure: Structure, joints: Vec<Joint>) -> Option<Self> {
        let fits = structure.motions().into_iter().eq(joints.iter().map(|joint| joint.motion));
        let (chain, reach) = (structure.chain(), structure.reach());
        fits.then(|| Self {
            name: name.into(),
            structure,
            chain,
            joints,
            payload: None,
            reach,
            girths: Vec::new(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How its links are joined.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// Its joints from the base outwards.
    pub fn joints(&self) -> &[Joint] {
        &self.joints
    }

    /// The mass that it may carry at its flange \[kg\], where it is known.
    pub fn payload(&self) -> Option<f64> {
        self.payload
    }

    /// How far it gets \[m\]: by formula where there is one, else by its sheet; see the structures for from where to where.
    pub fn reach(&self) -> Option<f64> {
        self.structure.reach().or(self.reach)
    }

    /// How thick its links are \[m\]: the radius of each, from the first that moves, about the line from its joint to the next, of the last
    /// to the flange; of a delta those of its upper arms come first, and the least is that of all else; none where nobody says.
    pub fn girths(&self) -> Option<&[f64]> {
        Some(self.girths.as_slice()).filter(|girths| !girths.is_empty())
    }

    /// The coordinates of the model for those of the controller.
    pub(super) fn model(&self, q: &[f64]) -> Result<Vec<f64>, ForwardError> {
        let (expected, found) = (self.joints.len(), q.len());
        if expected != found {
            return Err(ForwardError::WrongCount { expected, found });
        }
        if let Some(joint) = q.iter().position(|q| !q.is_finite()) {
            return Err(ForwardError::NotFinite { joint });
        }
        Ok(self.joints.iter().zip(q).map(|(joint, q)| joint.to_model(*q)).collect())
    }

    /// Pose of the flange in the base for joint coordinates `q` [rad or m], whether or not they are within their ranges.
    ///
    /// # Errors
    ///
    /// Coordinates that are too few, too many or not finite; a delta that cannot be joined.
    pub fn forward(&self, q: &[f64]) -> Result<Isometry3<f64>, ForwardError> {
        let theta = self.model(q)?;
        match (&self.chain, &self.structure) {
            (Some(chain), _) => Ok(chain.forward(&theta)),
            (None, Structure::Delta(delta)) => {
                delta.forward(&theta).ok_or(ForwardError::CannotBeJoined)
            }
            (None, _) => Err(ForwardError::CannotBeJoined),
        }
    }

    /// Poses of all links in the base, each at the joint that moves it, and of the flange at the end. Of a delta: of its
    /// three upper arms at their hips, and of the flange.
    ///
    /// # Errors
    ///
    /// As [`Arm::forward`].
    pub fn link_poses(&self, q: &[f64]) -> Result<Vec<Isometry3<f64>>, ForwardError> {
        let theta = self.model(q)?;
        match (&self.chain, &self.structure) {
            (Some(chain), _) => Ok(chain.poses(&theta)),
            (None, Structure::Delta(delta)) => {
                let flange = delta.forward(&theta).ok_or(ForwardError::CannotBeJoined)?;
                let mut poses: Vec<_> = (0..3).map(|arm| hip(delta, arm, theta[arm])).collect();
                poses.push(flange);
                Ok(poses)
            }
            (None, _) => Err(ForwardError::CannotBeJoined),
        }
    }

    /// Ends of its links for joint coordinates `q` in the base \[m\]: from each joint to the next, and from the last to the flange; of a
    /// delta see [`Delta::links`].
    ///
    /// # Errors
    ///
    /// As [`Arm::forward`].
    pub fn links(&self, q: &[f64]) -> Result<Vec<[Vector3<f64>; 2]>, ForwardError> {
        if let Structure::Delta(delta) = &self.structure {
            let links = delta.links(&self.model(q)?).ok_or(ForwardError::CannotBeJoined)?;
            return Ok(links.to_vec());
        }
        let points: Vec<Vector3<f64>> =
            self.link_poses(q)?.iter().map(|pose| pose.translation.vector).collect();
        Ok(points.windows(2).map(|pair| [pair[0], pair[1]]).collect())
    }

    /// Number of its [`links`](Self::links).
    pub fn n_links(&self) -> usize {
        if matches!(self.structure, Structure::Delta(_)) { Delta::LINKS } else { self.joints.len() }
    }

    /// The geometric Jacobian at the flange in the axes of the base (6 × n), by the controller's coordinates: rows 0 to 2 are
    /// velocities [m/s], rows 3 to 5 angular velocities [rad/s].
    ///
    /// # Errors
    ///
    /// As [`Arm::forward`]; a delta whose platform is not held.
    pub fn jacobian(&self, q: &[f64]) -> Result<Matrix6xX<f64>, ForwardError> {
        let theta = self.model(q)?;
        let mut jacobian = match (&self.chain, &self.structure) {
            (Some(chain), _) => chain.jacobian(&theta).1,
            (None, Structure::Delta(delta)) => {
                delta.jacobian(&theta).ok_or(ForwardError::CannotBeJoined)?
            }
            (None, _) => return Err(ForwardError::CannotBeJoined),
        };
        for (mut column, joint) in jacobian.column_iter_mut().zip(&self.joints) {
            column *= joint.sense;
        }
        Ok(jacobian)
    }

    /// Singular values of the Jacobian, largest first: as many as there are directions of motion. Lengths are measured in
    /// reaches (metres where none is known), so that metres and radians can stand in one figure.
    fn gains(&self, q: &[f64]) -> Result<Vec<f64>, ForwardError> {
        let mut jacobian = self.jacobian(q)?;
        let length = self.reach().filter(|reach| *reach > 0.0).unwrap_or(1.0);
        for row in 0..3 {
            jacobian.row_mut(row).scale_mut(1.0 / length);
        }
        let jacobian = DMatrix::from_iterator(6, self.joints.len(), jacobian.iter().copied());
        let mut gains: Vec<f64> = jacobian.singular_values().iter().copied().collect();
        gains.sort_by(|a, b| b.total_cmp(a));
        Ok(gains)
    }

    /// Yoshikawa's manipulability `√det(J Jᵀ)` (of arms with fewer than six axes `√det(Jᵀ J)`), with lengths measured in
    /// reaches: 0 where the arm is singular.
    ///
    /// # Errors
    ///
    /// As [`Arm::jacobian`].
    pub fn manipulability(&self, q: &[f64]) -> Result<f64, ForwardError> {
        Ok(self.gains(q)?.iter().product())
    }

    /// Largest over smallest singular value of the Jacobian, with lengths measured in reaches: 1 at best, infinite where the
    /// arm is singular.
    ///
    /// # Errors
    ///
    /// As [`Arm::jacobian`].
    pub fn condition_number(&self, q: &[f64]) -> Result<f64, ForwardError> {
        let gains = self.gains(q)?;
        let (most, least) =
            (gains.first().copied().unwrap_or(0.0), gains.last().copied().unwrap_or(0.0));
        Ok(if least > SINGULAR * most { most / least } else { f64::INFINITY })
    }

    /// The joints that `q` takes beyond their ranges; none if it keeps within. Coordinates are taken as they are: 350° is
    /// not -10°.
    pub fn violations(&self, q: &[f64]) -> Vec<Violation> {
        let beyond = |(joint, (limits, q)): (usize, (&Joint, &f64))| Violation {
            joint,
            by: limits.beyond(*q),
        };
        self.joints.iter().zip(q).enumerate().map(beyond).filter(|v| v.by != 0.0).collect()
    }
}

/// Pose of an upper arm of a delta, at its hip: x outwards along the arm, z up at angle 0.
fn hip(delta: &Delta, arm: usize, theta: f64) -> Isometry3<f64> {
    let around = about(&Vector3::z(), arm as f64 * 2.0 * std::f64::consts::PI / 3.0);
    let down = about(&Vector3::y(), theta);
    around * shift(delta.base, 0.0, 0.0) * down
}
