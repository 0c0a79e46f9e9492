//! `--device`: where fields are solved.

use std::sync::Arc;

use clap::ValueEnum;
use shaders::{Choice, Gpu};

use super::failure::Failure;

/// What `--device` can say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Device {
    /// The GPU if there is a real one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// The GPU, be it software.
    Gpu,
}

impl Device {
    /// The device; none for the processor.
    ///
    /// # Errors
    ///
    /// If a GPU was asked for and there is none.
    pub(super) fn chosen(self) -> Result<Option<Arc<Gpu>>, Failure> {
        let choice = match self {
            Self::Auto => Choice::Auto,
            Self::Cpu => Choice::Cpu,
            Self::Gpu => Choice::Gpu,
        };
        Gpu::chosen(choice).map_err(|error| {
            Failure::failed(error)
                .hint("`--device cpu` needs none; `genba gpu` shows what there is")
        })
    }
}
