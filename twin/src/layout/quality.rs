//! What a plant file can say of the defects that arise in an equipment.

use serde::Deserialize;

use crate::random::Distribution;
use crate::units::{Share, SimDuration};

/// `quality: (…)` of an equipment.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "quality", deny_unknown_fields, default)]
pub struct QualityFile {
    /// Share of the parts that become defective with a new tool. Default 0.
    pub defects: Option<Share>,
    /// What wear adds to it.
    pub wear: WearFile,
    /// How the process goes out of control.
    pub drift: Option<DriftFile>,
    /// Share of the defective parts that are mended here. Default 0.
    pub repairs: Option<Share>,
}

/// What wear adds to the share of defects.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "wear", deny_unknown_fields, default)]
pub struct WearFile {
    /// For each part since the tool was changed.
    pub per_part: Option<Share>,
    /// For each hour of work since.
    pub per_hour: Option<Share>,
}

/// How a process goes out of control.
#[derive(Debug, Deserialize)]
#[serde(rename = "drift", deny_unknown_fields)]
pub struct DriftFile {
    /// After so much work,
    #[serde(default)]
    pub every: Option<Distribution<SimDuration>>,
    /// or with the n-th part.
    #[serde(default)]
    pub parts: Option<Distribution<f64>>,
    /// Share of the parts that become defective from then on.
    pub defects: Share,
}
