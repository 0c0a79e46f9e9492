//! Parts come together and part again: assembly and kitting, disassembly, loading and unloading of carriers.
//!
//! Whatever waits at one of these machines waits at its input, in places of its own. What a part holds travels with it (see
//! [`Ctx::load`](crate::engine::Ctx::load)); what is built into it ends as a part of its own (see
//! [`Ctx::absorb`](crate::engine::Ctx::absorb)).

mod assemble;
mod depalletiser;
mod disassembly;
mod job;
mod palletiser;

pub use assemble::{Assembly, AssemblySpec, AssemblyState, Joins, Takes};
pub use depalletiser::{Depalletiser, DepalletiserSpec, DepalletiserState};
pub use disassembly::{Disassembly, DisassemblySpec, DisassemblyState};
pub use job::{AmountSpec, Job, WorkersSpec};
pub use palletiser::{Palletiser, PalletiserSpec, PalletiserState};

use crate::engine::Registry;

pub(super) fn register(registry: &mut Registry) {
    registry.add::<Assembly>();
    registry.add::<Disassembly>();
    registry.add::<Palletiser>();
    registry.add::<Depalletiser>();
}
