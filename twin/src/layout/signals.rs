//! What a plant file says about signals.
//!
//! ```ron
//! signals: {
//!     "press_full": Occupied("press"),
//!     "press_runs": Working("press"),
//!     "blank_there": Waiting("infeed"),
//!     "at_stop": Sensor("LB-1"),
//!     "die_free": Starts(true),
//! }
//! ```
//!
//! Motion programs set signals and wait for them. One that programs set need not stand here: it is false at the start. What the
//! plant knows by itself has to, and nobody sets it.

use serde::Deserialize;

/// Where a signal comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum SignalFile {
    /// Programs set it; at the start it is so.
    Starts(bool),
    /// Whether any part is in this equipment.
    Occupied(String),
    /// Whether this equipment works.
    Working(String),
    /// Whether a part waits in this equipment to be taken on from there.
    Waiting(String),
    /// The output of this instrument: a single beam (`LightBarrier` with a receiver, or `Proximity` without opening and hysteresis) that
    /// goes through parts on conveyors, be they rigid bodies or run as events. Its edges come at their own nanosecond, response times
    /// included. Conveyors with zones only as rigid bodies.
    Sensor(String),
}
