//! The widest vector instructions that this processor has.
//!
//! A program is built for the oldest processor of its kind, which has vectors of four. Loops over rows of cells run here as they are
//! built for the one at hand. Nothing else changes: the same operations in the same order, none of them fused, so that results are the same
//! to the bit.

use std::sync::LazyLock;

use pulp::Arch;

/// What the processor can do.
pub(in crate::field) static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);

/// Does what is given, with all that is inlined into it, in the widest vectors.
macro_rules! widest {
    ($work:expr) => {
        $crate::field::vector::ARCH.dispatch(
            #[inline(always)]
            || $work,
        )
    };
}

pub(in crate::field) use widest;
