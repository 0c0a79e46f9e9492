//! Robot motion: durations that are known in closed form, from another solver, or from data sheets.
//!
//! Nothing here is stochastic. Reference figures of Ruckig and toppra are those of the official packages (ruckig 0.19.4, toppra 0.6.10 from
//! PyPI); `twin/benches/peers/motion` runs both again.

mod arm;
pub(super) mod belts;
pub(super) mod cycles;
pub(super) mod moves;
pub(super) mod paths;
pub(super) mod tracking;
