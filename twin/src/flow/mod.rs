//! Material flow: the core's own equipment. Each file holds one kind: its parameters, its state, its behaviour.

pub mod assembly;
mod buffer;
mod carrier;
mod conveyor;
mod delay;
mod demand;
mod desk;
pub mod handling;
mod initial;
mod inspection;
mod kanban;
mod meter;
mod mix;
mod outbox;
mod queue;
mod release;
mod sink;
mod source;
pub mod station;
pub mod tools;
mod turntable;
pub mod vehicles;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

pub use assembly::{Assembly, Depalletiser, Disassembly, Palletiser};
pub use buffer::{Buffer, BufferSpec, BufferState, LimitSpec, Overdue};
pub use carrier::{Carrier, CarrierSpec, CarrierState};
pub use conveyor::{Conveyor, ConveyorSpec, ConveyorState, Transport};
pub use delay::{Delay, DelaySpec, DelayState};
pub use demand::{Demand, DemandSpec, DemandState, Short, WishSpec};
pub use desk::{OrderDesk, OrderDeskSpec, OrderDeskState, Sequence};
pub use handling::{Crane, Lift, Robot, Store, TransferCar};
pub use initial::{InitialLotSpec, InitialWip, InitialWipSpec, InitialWipState};
pub use inspection::{Inspection, InspectionSpec, InspectionState, ReworkSpec, Sample};
pub use kanban::{Kanban, KanbanSpec, KanbanState};
pub use mix::MixSpec;
pub use queue::{Key, Queue, Rule, View, Waiting};
pub use release::{Cards, ReleaseSpec, RopeLength};
pub use sink::{Sink, SinkSpec};
pub use source::{Source, SourceSpec, SourceState};
pub use station::Station;
pub use tools::ToolGroup;
pub use turntable::{Turntable, TurntableSpec};
pub use vehicles::Vehicles;

use crate::engine::Registry;

/// Puts the core's own kinds into `registry`.
pub fn register(registry: &mut Registry) {
    registry.add::<Source>();
    registry.add::<Sink>();
    registry.add::<Station>();
    registry.add::<Buffer>();
    registry.add::<Conveyor>();
    registry.add::<Carrier>();
    registry.add::<Delay>();
    registry.add::<ToolGroup>();
    registry.add::<InitialWip>();
    registry.add::<Turntable>();
    registry.add::<Robot>();
    registry.add::<Crane>();
    registry.add::<TransferCar>();
    registry.add::<Lift>();
    registry.add::<Store>();
    registry.add::<Assembly>();
    registry.add::<Disassembly>();
    registry.add::<Palletiser>();
    registry.add::<Depalletiser>();
    registry.add::<OrderDesk>();
    registry.add::<Kanban>();
    registry.add::<Demand>();
    registry.add::<Inspection>();
    registry.add::<Vehicles>();
}

/// How many parts fit: a number, or `"unlimited"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Capacity {
    /// So many.
    Places(u32),
    /// Any number.
    #[default]
    Unlimited,
}

impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Capacity;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number of parts such as 10, or \"unlimited\"")
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<Capacity, E> {
                u32::try_from(n)
                    .ok()
                    .filter(|n| *n < 1_000_000_000)
                    .map(Capacity::Places)
                    .ok_or_else(|| E::custom("a capacity is below 1e9, or \"unlimited\""))
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<Capacity, E> {
                u64::try_from(n)
                    .map_err(|_| E::custom("a capacity cannot be negative"))
                    .and_then(|n| self.visit_u64(n))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Capacity, E> {
                if text == "unlimited" {
                    return Ok(Capacity::Unlimited);
                }
                Err(E::custom(format!(
                    "expected a number of parts or \"unlimited\", found {text:?}"
                )))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
