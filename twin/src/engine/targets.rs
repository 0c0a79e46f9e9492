//! What a plant shall achieve, and whether it does.

/// Targets of a plant; what has none is as good as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Targets {
    /// Parts finished per hour, at least.
    pub throughput_per_h: Option<f64>,
    /// Mean time from entry to exit (s), at most.
    pub lead_time_s: Option<f64>,
    /// Mean number of parts in the plant, at most.
    pub wip: Option<f64>,
    /// Share of the parts that leave which are lost, 0 to 1, at most.
    pub scrap_share: Option<f64>,
}

/// One target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

impl Target {
    /// Whether `value` reaches it.
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    /// In words, with its bound as `bound` has it: `at least 60 /h`.
    pub fn told(self, bound: &str) -> String {
        match self {
            Self::AtLeast(_) => format!("at least {bound}"),
            Self::AtMost(_) => format!("at most {bound}"),
        }
    }

    /// The bound, in the unit of the figure.
    pub const fn bound(self) -> f64 {
        match self {
            Self::AtLeast(bound) | Self::AtMost(bound) => bound,
        }
    }
}

impl Targets {
    /// Of the parts finished per hour.
    pub fn throughput(&self) -> Option<Target> {
        self.throughput_per_h.map(Target::AtLeast)
    }

    /// Of the mean lead time (s).
    pub fn lead_time(&self) -> Option<Target> {
        self.lead_time_s.map(Target::AtMost)
    }

    /// Of the mean number of parts in the plant.
    pub fn wip(&self) -> Option<Target> {
        self.wip.map(Target::AtMost)
    }

    /// Of the share of scrap.
    pub fn scrap(&self) -> Option<Target> {
        self.scrap_share.map(Target::AtMost)
    }
}
