//! How long work takes on a device: by its own clock where it has one, else by the wall clock around all of it.

use std::sync::Arc;
use std::time::Instant;

use crate::gpu::Gpu;

/// Two marks in the device's own time.
#[derive(Debug)]
struct Marks {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    staging: wgpu::Buffer,
}

/// A stopwatch for a device.
#[derive(Debug)]
pub struct Stopwatch {
    gpu: Arc<Gpu>,
    marks: Option<Marks>,
}

impl Stopwatch {
    /// A stopwatch for `gpu`.
    pub fn new(gpu: &Arc<Gpu>) -> Self {
        let needed =
            wgpu::Features::TIMESTAMP_QUERY | wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS;
        let device = &gpu.device;
        let marks = device.features().contains(needed).then(|| {
            let buffer = |usage| {
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("time"),
                    size: 16,
                    usage: usage | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                })
            };
            Marks {
                queries: device.create_query_set(&wgpu::QuerySetDescriptor {
                    label: Some("time"),
                    ty: wgpu::QueryType::Timestamp,
                    count: 2,
                }),
                resolved: buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC),
                staging: buffer(wgpu::BufferUsages::MAP_READ),
            }
        });
        Self { gpu: gpu.clone(), marks }
    }

    /// Whether it reads the device's own clock.
    pub fn is_own(&self) -> bool {
        self.marks.is_some()
    }

    /// Seconds from the beginning to the end of what `work` submits, which is waited for.
    pub fn time(&self, work: impl FnOnce()) -> f64 {
        // A lost device shows in the work itself.
        let _ = self.gpu.wait();
        let begun = Instant::now();
        if let Some(marks) = &self.marks {
            self.submit(|encoder| encoder.write_timestamp(&marks.queries, 0));
        }
        work();
        let own = self.marks.as_ref().and_then(|marks| self.read(marks));
        let _ = self.gpu.wait();
        own.unwrap_or_else(|| begun.elapsed().as_secs_f64())
    }

    /// Seconds between the marks, the second of which is set now; none, if the clock stood still or ran backwards.
    fn read(&self, Marks { queries, resolved, staging }: &Marks) -> Option<f64> {
        self.submit(|encoder| {
            encoder.write_timestamp(queries, 1);
            encoder.resolve_query_set(queries, 0..2, resolved, 0);
            encoder.copy_buffer_to_buffer(resolved, 0, staging, 0, 16);
        });
        staging.map_async(wgpu::MapMode::Read, .., |_| {});
        self.gpu.wait().ok()?;
        let ticks: [u64; 2] = bytemuck::pod_read_unaligned(&staging.get_mapped_range(..));
        staging.unmap();
        let ticks = ticks[1].checked_sub(ticks[0]).filter(|ticks| *ticks > 0)?;
        Some(ticks as f64 * f64::from(self.gpu.queue.get_timestamp_period()) * 1e-9)
    }

    fn submit(&self, write: impl FnOnce(&mut wgpu::CommandEncoder)) {
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        write(&mut encoder);
        self.gpu.queue.submit([encoder.finish()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure;

    #[test]
    fn twice_the_work_takes_longer() {
        let Some(gpu) = Gpu::for_tests() else { return };
        let watch = Stopwatch::new(&gpu);
        let copy = measure::DeviceCopy::new(&gpu, 1 << 20).expect("a megabyte fits");
        // The first run pays for everything that is done once.
        watch.time(|| copy.submit(1));
        let (few, many) = (watch.time(|| copy.submit(2)), watch.time(|| copy.submit(64)));
        assert!(few > 0.0 && many > 2.0 * few, "{few} s, {many} s");
    }
}
