//! What a description file comes to: arms, their mounts and hands, and where every figure is from.

use std::collections::BTreeMap;
use std::fmt;

use nalgebra::Isometry3;

use super::arm::Arm;
use super::hand::Hand;

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The maker says so.
    Sheet,
    /// Worked out from what the maker says.
    Derived,
    /// Nobody says so.
    Assumed,
    /// Measured on a machine.
    Calibrated,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sheet => "sheet",
            Self::Derived => "derived",
            Self::Assumed => "assumed",
            Self::Calibrated => "calibrated",
        })
    }
}

/// Where a figure comes from, and the words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// How far it can be trusted.
    pub origin: Origin,
    /// Which sheet, how, why.
    pub source: String,
}

/// The sheet of an arm, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Who makes it.
    pub maker: String,
    /// Masses of its links \[kg\] from the first that moves; empty where they are not known.
    pub masses: Vec<f64>,
    /// Where figures come from, by path: `reach`, `joints[2].speed`. Every figure of the file is among them.
    pub provenance: BTreeMap<String, Provenance>,
}

/// An arm on a mount.
#[derive(Clone, Debug, PartialEq)]
pub struct Mounted {
    /// Its name on this mount; that of the arm itself if it stands alone.
    pub name: String,
    /// Its base in the mount.
    pub mount: Isometry3<f64>,
    /// The arm.
    pub arm: Arm,
    /// Its sheet.
    pub sheet: Sheet,
    /// The hand at its flange.
    pub hand: Option<Hand>,
}

/// What a description file describes: one arm, or several on one mount.
#[derive(Clone, Debug, PartialEq)]
pub struct Robot {
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// Its arms by name; at least one.
    pub arms: Vec<Mounted>,
    /// Where the figures of an assembly come from, by path; empty for a single arm, whose sheet has them.
    pub provenance: BTreeMap<String, Provenance>,
}

impl Robot {
    /// A single arm, on a mount that is its own base.
    pub(super) fn single(arm: Arm, sheet: Sheet) -> Self {
        let (name, maker) = (arm.name().to_owned(), sheet.maker.clone());
        let mount = Isometry3::identity();
        let one = Mounted { name: name.clone(), mount, arm, sheet, hand: None };
        Self { name, maker, arms: vec![one], provenance: BTreeMap::new() }
    }

    /// Its arm, if it has one only.
    pub fn arm(&self) -> Option<&Arm> {
        match self.arms.as_slice() {
            [one] => Some(&one.arm),
            _ => None,
        }
    }
}
