//! Material flow: the core's own equipment, room by room. Each file, or each folder of a room, holds one kind: its parameters,
//! its state, its behaviour.
//!
//! | room | what is there |
//! |---|---|
//! | `release` | sources, order desks, kanban posts, demand, sinks: where work comes in and goes out |
//! | `processing` | stations, tool groups, inspections |
//! | [`assembly`] | parts come together and part again |
//! | `conveying` | conveyors, turntables, carriers, delays, buffers: what lies between the machines |
//! | [`handling`] | robots, cranes, transfer cars, lifts, stores |
//! | [`vehicles`] | vehicles on guide-paths |
//!
//! What several kinds need is beside the rooms: the [`Queue`] with its dispatch rules, the outbox of parts that cannot leave,
//! the [`Capacity`], the meter of a level over time, the course of a motion program.

pub mod assembly;
mod capacity;
mod conveying;
mod course;
pub mod handling;
mod meter;
mod outbox;
mod processing;
mod queue;
mod release;
pub mod vehicles;

pub use assembly::{Assembly, Depalletiser, Disassembly, Palletiser};
pub use capacity::Capacity;
pub use conveying::{
    Buffer, BufferSpec, BufferState, Carrier, CarrierSpec, CarrierState, Conveyor, ConveyorSpec,
    ConveyorState, Delay, DelaySpec, DelayState, LimitSpec, Overdue, RigidConveyor,
    RigidConveyorState, Transport, Turntable, TurntableSpec,
};
pub use handling::{Course, Crane, Lift, Posture, Reach, Robot, Store, Task, TransferCar, Wrench};
pub use processing::station::Station;
pub use processing::tools::ToolGroup;
pub use processing::{
    Inspection, InspectionSpec, InspectionState, ReworkSpec, Sample, station, tools,
};
pub use queue::{Key, Queue, Rule, View, Waiting};
pub use release::{
    Cards, Demand, DemandSpec, DemandState, InitialLotSpec, InitialWip, InitialWipSpec,
    InitialWipState, Kanban, KanbanSpec, KanbanState, MixSpec, OrderDesk, OrderDeskSpec,
    OrderDeskState, ReleaseSpec, RopeLength, Sequence, Short, Sink, SinkSpec, Source, SourceSpec,
    SourceState, WishSpec,
};
pub use vehicles::Vehicles;

use crate::engine::Registry;

/// Puts the core's own kinds into `registry`.
pub fn register(registry: &mut Registry) {
    release::register(registry);
    processing::register(registry);
    assembly::register(registry);
    conveying::register(registry);
    handling::register(registry);
    registry.add::<Vehicles>();
}
