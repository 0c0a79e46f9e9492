//! The engine of Genba: deterministic, headless, cloneable factories.
#![forbid(unsafe_code)]

pub mod climate;
pub mod diagnostics;
#[cfg(feature = "ecs")]
pub mod ecs;
pub mod edit;
pub mod engine;
pub mod field;
pub mod flow;
pub mod id;
pub mod kernel;
pub mod layout;
pub mod physics;
pub mod plant;
pub mod random;
pub mod robot;
pub mod seen;
pub mod sensor;
pub mod session;
pub mod stats;
pub mod study;
pub mod units;
