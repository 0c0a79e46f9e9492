//! How fast memory is: what a plain copy gets, by which everything else is measured.

use std::sync::Arc;
use std::time::Instant;

use crate::{Array, Binding, Gpu, GpuError, Kernel, Program, Stopwatch};

/// Bytes that go through memory for each `f32` that is copied: it is read and written.
const BYTES: f64 = 8.0;

/// What a copy got.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bandwidth {
    /// Bytes read and written in a second.
    pub bytes_per_s: f64,
    /// Bytes of each of the two arrays.
    pub array_bytes: u64,
}

/// A copy from one array on a device to another.
#[derive(Debug)]
pub struct DeviceCopy {
    gpu: Arc<Gpu>,
    kernel: Kernel,
    bound: wgpu::BindGroup,
    /// Values of 16 bytes.
    values: u32,
}

impl DeviceCopy {
    /// Between two arrays of `values` `f32` each, a multiple of 4.
    ///
    /// # Errors
    ///
    /// If they do not fit.
    pub fn new(gpu: &Arc<Gpu>, values: usize) -> Result<Self, GpuError> {
        let kernel = Kernel::new(
            gpu,
            &Program {
                label: "copy",
                code: include_str!("copy.wgsl"),
                entry: "copy",
                bindings: &[Binding::Read, Binding::Write],
                immediates: 4,
                constants: &[],
            },
        );
        let from = Array::of(gpu, "copy from", &vec![1.0_f32; values])?;
        let to = Array::<f32>::zeros(gpu, "copy to", values)?;
        let bound = kernel.bind(gpu, &[from.whole(), to.whole()]);
        Ok(Self { gpu: gpu.clone(), kernel, bound, values: (values / 4) as u32 })
    }

    /// Submits `times` copies. Does not wait.
    pub fn submit(&self, times: u32) {
        let groups = self.values.div_ceil(256);
        let wide = groups.min(32_768);
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for _ in 0..times {
                let groups = [wide, groups.div_ceil(wide), 1];
                self.kernel.dispatch(&mut pass, &self.bound, &self.values, groups);
            }
        }
        self.gpu.queue.submit([encoder.finish()]);
    }
}

/// What a copy between two arrays of `bytes` bytes, or as many as one binding holds, gets on a device: the best of some rounds.
///
/// # Errors
///
/// If the arrays do not fit.
pub fn device_copy(gpu: &Arc<Gpu>, bytes: u64) -> Result<Bandwidth, GpuError> {
    const TIMES: u32 = 20;
    let bytes = bytes.min(gpu.most_bound).min(gpu.device.limits().max_buffer_size) / 1024 * 1024;
    let values = (bytes / 4) as usize;
    let (copy, watch) = (DeviceCopy::new(gpu, values)?, Stopwatch::new(gpu));
    watch.time(|| copy.submit(2));
    let seconds = (0..ROUNDS).map(|_| watch.time(|| copy.submit(TIMES))).fold(f64::MAX, f64::min);
    let bytes_per_s = BYTES * values as f64 * f64::from(TIMES) / seconds;
    Ok(Bandwidth { bytes_per_s, array_bytes: bytes })
}

const ROUNDS: usize = 5;

/// What a copy between two arrays of `bytes` bytes gets on the processor, with as many threads as it has: the best of some
/// rounds.
pub fn host_copy(bytes: u64) -> Bandwidth {
    let values = (bytes / 4) as usize;
    let (from, mut to) = (vec![1.0_f32; values], vec![0.0_f32; values]);
    let threads = threads();
    let part = values.div_ceil(threads).max(1);
    let mut round = || {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for (from, to) in from.chunks(part).zip(to.chunks_mut(part)) {
                scope.spawn(|| to.copy_from_slice(std::hint::black_box(from)));
            }
        });
        begun.elapsed().as_secs_f64()
    };
    let seconds = (0..2 * ROUNDS).map(|_| round()).fold(f64::MAX, f64::min);
    std::hint::black_box(&to);
    Bandwidth { bytes_per_s: BYTES * values as f64 / seconds, array_bytes: bytes }
}

/// Threads that this machine runs at once.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_take_time() {
        let host = host_copy(4 << 20);
        assert!((1e8..1e13).contains(&host.bytes_per_s), "{host:?}");
        let Some(gpu) = Gpu::for_tests() else { return };
        let device = device_copy(&gpu, 4 << 20).expect("4 MB fit");
        assert_eq!(device.array_bytes, 4 << 20);
        assert!((1e7..1e14).contains(&device.bytes_per_s), "{device:?}");
    }

    #[test]
    fn the_copy_is_a_copy() {
        let Some(gpu) = Gpu::for_tests() else { return };
        let values: Vec<f32> = (0..5000).map(|n| n as f32).collect();
        let from = Array::of(&gpu, "from", &values).expect("it fits");
        let to = Array::<f32>::zeros(&gpu, "to", 5000).expect("it fits");
        let mut copy = DeviceCopy::new(&gpu, 5000).expect("it fits");
        copy.bound = copy.kernel.bind(&gpu, &[from.whole(), to.whole()]);
        copy.submit(1);
        assert_eq!(to.read().expect("the device is there"), values);
    }
}
