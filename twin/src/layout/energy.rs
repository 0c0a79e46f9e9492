//! What a plant file says about power, other media and what they cost.
//!
//! ```ron
//! tariffs: {
//!     "power": (
//!         price: "0.30 EUR/kWh", times: [("22 h", "24 h", "0.18 EUR/kWh"), ("0 h", "6 h", "0.18 EUR/kWh")],
//!         co2: "380 g/kWh", peak: (charge: "120 EUR/kW"),
//!     ),
//!     "air": (price: "0.02 EUR/m3"),
//! },
//! equipment: {
//!     "mill": (
//!         is: Station(time: "55 s", start_up: "2 min", off_after: "10 min"),
//!         power: (working: "8 kW", idle: "1.5 kW", off: "50 W", ramp: "5 s", switch_on: "0.1 kWh"),
//!         media: { "air": (working: "0.2 m3/min") },
//!     ),
//! }
//! ```

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::units::{Emission, Energy, Flow, Power, Price, SimDuration, Volume};

/// What one place of an equipment takes of a medium, by what it does.
///
/// What is not said: `set_up` is as `working`; `starved`, `blocked`, `waiting_for_worker`, `failed` and `maintained` are as
/// `idle`; `off_shift` is as `off`; `working`, `idle` and `off` are zero.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename = "power", deny_unknown_fields, default)]
pub struct UseFile {
    /// While it works.
    pub working: Option<Uptake>,
    /// While it is set up or starts up.
    pub set_up: Option<Uptake>,
    /// While it is on and does nothing.
    pub idle: Option<Uptake>,
    /// While it has nothing to work on.
    pub starved: Option<Uptake>,
    /// While it cannot pass on.
    pub blocked: Option<Uptake>,
    /// While it waits for a worker.
    pub waiting_for_worker: Option<Uptake>,
    /// While it is broken.
    pub failed: Option<Uptake>,
    /// While it is under maintenance.
    pub maintained: Option<Uptake>,
    /// While it is off shift, or switched off by a command.
    pub off_shift: Option<Uptake>,
    /// While it is switched off for want of work.
    pub off: Option<Uptake>,
    /// Time in which it goes evenly from one level to the next. Default: at once.
    pub ramp: Option<SimDuration>,
    /// What switching on takes besides: each change from off or off shift to anything else.
    pub switch_on: Option<Amount>,
}

/// How much is taken in at a time: power, or a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Uptake {
    /// Energy for each time.
    Power(Power),
    /// Volume for each time.
    Flow(Flow),
}

/// How much is taken in: energy, or a volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Energy.
    Energy(Energy),
    /// Volume.
    Volume(Volume),
}

macro_rules! either {
    ($name:ident, $energy:ident, $volume:ident, $expected:literal) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl Visitor<'_> for Reader {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        if let Ok(volume) = text.parse() {
                            return Ok($name::$volume(volume));
                        }
                        text.parse().map($name::$energy).map_err(|error| E::custom(error))
                    }
                }
                deserializer.deserialize_str(Reader)
            }
        }
    };
}

either!(Uptake, Power, Flow, "a power such as \"8 kW\", or a flow such as \"0.2 m3/min\"");
either!(Amount, Energy, Volume, "an energy such as \"0.4 kWh\", or a volume such as \"2 m3\"");

impl Uptake {
    /// Watts, or cubic metres per second.
    pub const fn si(self) -> f64 {
        match self {
            Self::Power(power) => power.watts(),
            Self::Flow(flow) => flow.cubic_metres_per_second(),
        }
    }

    /// Whether it is a flow.
    pub const fn is_flow(self) -> bool {
        matches!(self, Self::Flow(_))
    }
}

impl Amount {
    /// Joules, or cubic metres.
    pub const fn si(self) -> f64 {
        match self {
            Self::Energy(energy) => energy.joules(),
            Self::Volume(volume) => volume.cubic_metres(),
        }
    }

    /// Whether it is a volume.
    pub const fn is_volume(self) -> bool {
        matches!(self, Self::Volume(_))
    }
}

/// What a medium costs.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "tariff", deny_unknown_fields)]
pub struct TariffFile {
    /// Price where `times` do not say another.
    pub price: Price,
    /// Times with another price: from and to within the period. Where they overlap, the last one counts.
    #[serde(default)]
    pub times: Vec<(SimDuration, SimDuration, Price)>,
    /// Length of the pattern. Default: one day.
    #[serde(default)]
    pub period: Option<SimDuration>,
    /// What is emitted by its use.
    #[serde(default)]
    pub co2: Option<Emission>,
    /// Charge for the highest demand.
    #[serde(default)]
    pub peak: Option<PeakFile>,
}

/// Charge for the highest demand: mean power over an interval of the clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "peak", deny_unknown_fields)]
pub struct PeakFile {
    /// Price of the highest demand.
    pub charge: Price,
    /// Time that the charge is for. Default: 365 days.
    #[serde(default)]
    pub per: Option<SimDuration>,
    /// Length of the intervals over which demand is measured. Default: 15 minutes.
    #[serde(default)]
    pub over: Option<SimDuration>,
}
