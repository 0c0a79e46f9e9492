//! The ends of the plant: where work is released, what holds it back until then, and where it leaves.
//!
//! | file | idea |
//! |---|---|
//! | `source` | parts come into being: by a time, a rate, a schedule, or whenever there is room |
//! | `mix` | of which product the next one is |
//! | `initial` | parts that are there when the run begins |
//! | `desk` | orders become lots |
//! | `policy` | what holds work back: CONWIP, kanban, base stock, the rope |
//! | `kanban` | the entrance of a stage with few cards |
//! | `demand` | customers ask, and take what is in stock |
//! | `sink` | parts leave |

mod demand;
mod desk;
mod initial;
mod kanban;
mod mix;
mod policy;
mod sink;
mod source;

pub use demand::{Demand, DemandSpec, DemandState, Short, WishSpec};
pub use desk::{OrderDesk, OrderDeskSpec, OrderDeskState, Sequence};
pub use initial::{InitialLotSpec, InitialWip, InitialWipSpec, InitialWipState};
pub use kanban::{Kanban, KanbanSpec, KanbanState};
pub use mix::MixSpec;
pub use policy::{Cards, ReleaseSpec, RopeLength};
pub use sink::{Sink, SinkSpec};
pub use source::{Source, SourceSpec, SourceState};

use crate::engine::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<Source>();
    registry.add::<InitialWip>();
    registry.add::<OrderDesk>();
    registry.add::<Kanban>();
    registry.add::<Demand>();
    registry.add::<Sink>();
}
