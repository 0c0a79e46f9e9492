//! How fast kernels are on this machine, on the processor and on a device, beside what its memory can do at best.
//!
//! Field kernels do little arithmetic for each byte, so memory sets the pace (the roofline of Williams, Waterman and Patterson, 2009):
//! what counts is cells in a second, the bytes that each cell must move at least, and the share of a plain copy's bandwidth that this
//! comes to. All is measured in the same run, the best of some rounds, many steps at once so that launches do not count.
//!
//! Of instruments, what counts is how long one tick of many takes; of rays, how many are cast in a second.

mod copy;
mod kernels;
mod place;
mod rays;
mod sensors;

pub use copy::{Bandwidth, DeviceCopy, device_copy, host_copy, threads};
pub use kernels::{CASES, Case, Rate};
pub use place::{Effort, MeasureError, Place};
pub use rays::{ANY_WITHIN, RAYS, RayCase, RayRate};
pub use sensors::{SENSORS, SensorCase, TickRate};
