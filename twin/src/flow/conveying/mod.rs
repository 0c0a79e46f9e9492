//! What lies between the machines: ways that take time, and buffers.

mod buffer;
mod carrier;
mod conveyor;
mod delay;
mod rigid;
mod turntable;

pub use buffer::{Buffer, BufferSpec, BufferState, LimitSpec, Overdue};
pub use carrier::{Carrier, CarrierSpec, CarrierState};
pub use conveyor::{Conveyor, ConveyorSpec, ConveyorState, Transport};
pub use delay::{Delay, DelaySpec, DelayState};
pub use rigid::{RigidConveyor, RigidConveyorState};
pub use turntable::{Turntable, TurntableSpec};

use crate::engine::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<Buffer>();
    registry.add::<Carrier>();
    registry.add::<Conveyor>();
    registry.add::<Delay>();
    registry.add::<Turntable>();
    registry.add_physical::<RigidConveyor>();
    registry.add_physical::<Turntable>();
}
