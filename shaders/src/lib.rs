//! WGSL kernels of Genba and the host code that dispatches them: the only crate that names `wgpu`.
//!
//! Everything here has a plain form in `twin` that does the same; nothing here is needed for a right result, only for a fast one.
//! The device is handed in as a [`Gpu`], never global, so that a window can share its own.
//!
//! How the rooms share the work: [`Kernel`] is one compute pipeline with its bindings and immediates (the small numbers that
//! change with each dispatch travel there); [`Array`] is a buffer of `f32` or `u32`; [slabs](slab) cut a field that is larger than one binding
//! into windows of one buffer, so that no halo is copied; a [`Readback`] ring brings small results home without
//! anybody waiting.
#![forbid(unsafe_code)]

mod adapter;
mod array;
pub mod field;
mod gpu;
mod kernel;
pub mod measure;
pub mod ray;
mod readback;
pub mod sensor;
pub mod slab;
mod timing;

pub use adapter::Adapter;
pub use array::Array;
pub use gpu::{Choice, Gpu, GpuError, Kind};
pub use kernel::{Binding, Kernel, Program};
pub use readback::Readback;
pub use timing::Stopwatch;
