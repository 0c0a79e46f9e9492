//! The engine: [`Model`], [`State`] and [`advance`].
//!
//! A [`Model`] is the compiled plant, immutable and shared. A [`State`] is all that changes. `advance(&model, &mut state,
//! until, &mut log)` is the whole engine; forks are clones, snapshots are [`State::save`].
//!
//! Invariants: `State` holds no pointer into anything but itself; no handler reads a clock, a thread, an environment
//! variable or a hash map's order; simulated time is an integer; every equipment, the core's own too, comes in through
//! [`Equipment`].

mod attributes;
mod availability;
mod beams;
mod bodies;
mod cards;
mod clock;
mod command;
mod compile;
mod context;
mod contract;
mod crew;
mod energy;
mod form;
mod hall;
mod heat;
mod instruments;
mod log;
mod model;
mod monitor;
mod nest;
mod nesting;
mod notice;
mod orders;
mod part;
mod ports;
mod quality;
mod run;
mod signals;
mod snapshot;
mod state;
mod targets;
mod tariff;
mod tracking;
mod way;
mod why;
mod work;

pub use crate::layout::program::{Coordinate, MotionFile, TargetFile};
pub use attributes::{Attribute, SetAttribute};
pub use availability::{Availability, Standstill};
pub use beams::{Beam, BeamOver};
pub use bodies::{Bodies, CellPlan, Embodied, MOST_LYING};
pub use clock::{Activity, Clock, Traffic};
pub use command::{Action, Command, CommandError};
pub use compile::{Compile, Fault, Registry};
pub(crate) use compile::{Names, Ports, Row};
pub use context::Ctx;
pub use contract::{Candidate, Equipment};
pub use crew::{CallLook, Crews, WorkerSight};
pub use energy::{Intake, Meter, Metered};
pub use form::Form;
pub use hall::{Block, Hall, Heated, Obstacle, Response, Vent};
pub use instruments::{Gauge, Gauged, Instrument, InstrumentAlarm, Instruments, Level, Place};
pub use log::{Log, OrderRow, PartRow, TraceRow, What};
pub use model::{
    ArmProgram, Cause, Dedication, Divert, Draw, EquipmentRow, Interrupt, Link, Merge, Model, Need,
    Outlet, Planned, Pool, Product, QueueTimeLimit, RunSettings, ShiftCalendar, Step, StepRules,
    Trigger, Warmup, Ways,
};
pub use monitor::{Monitor, Watched};
pub use notice::{Notice, Notices};
pub use orders::{NO_ORDER, OpenOrder, OrderBook, OrderLine, OrderTally};
pub use part::{Fate, INSIDE, NOT_DRAWN, Part, Parts};
pub use quality::{Drift, DriftAfter, Made, NO_PROCESS, Process};
pub use run::{EVENTS_PER_INSTANT, RunError, advance, step};
pub use signals::{Awaited, SignalEdge, SignalLevel, SignalRow, SignalSource, SignalWait, Waited};
pub use snapshot::SnapshotError;
pub use state::{Core, LimitTally, State, Tally};
pub use targets::{Target, Targets};
pub use tariff::{Medium, Peak, Tariff};
pub use tracking::{Ride, Tracker};
pub use way::{Stretch, Way};
pub use why::{Door, Hold};
pub use work::Work;
