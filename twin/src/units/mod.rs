//! Quantities: simulated time as integer nanoseconds, and physical quantities as people write them.
//!
//! A quantity in a file is a text of a number and a unit (`"8 h"`, `"0.5 m/s"`, `"60 /h"`, `"5 %"`). It is read once,
//! checked, and kept in SI from then on. What is written back is the shortest text that reads as exactly the same
//! value. In formats for machines (snapshots) the bare SI value is stored instead.

mod duration;
mod parse;
mod quantity;
mod ratio;
#[cfg(test)]
mod tests;
mod time;

pub use duration::signed_duration;
pub use parse::QuantityError;
pub use quantity::{
    Acceleration, Angle, AngularAcceleration, AngularJerk, AngularSpeed, Conductivity, Density,
    Difference, Energy, Flow, Force, HeatCapacity, HeatTransfer, Jerk, Length, Mass, MassFlow,
    Power, Pressure, Rate, Share, SpecificHeat, Speed, Temperature, Torque, Volume,
};
pub use ratio::{Emission, Per, Price};
pub use time::{SimDuration, SimTime};
