//! A ring of staging buffers: small results come home some submits later, and nobody waits.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use bytemuck::Pod;

use crate::gpu::Gpu;

/// A copy under way.
#[derive(Debug)]
struct Flight {
    slot: usize,
    bytes: u64,
    stamp: f64,
    done: Receiver<Result<(), wgpu::BufferAsyncError>>,
}

/// A ring of staging buffers of one size.
#[derive(Debug)]
pub struct Readback {
    gpu: Arc<Gpu>,
    slots: Vec<wgpu::Buffer>,
    free: Vec<usize>,
    flights: VecDeque<Flight>,
}

impl Readback {
    /// A ring of `slots` buffers of `bytes` bytes each. Three are enough for one that is filled, one that travels and one that is read.
    pub fn new(gpu: &Arc<Gpu>, label: &str, slots: usize, bytes: u64) -> Self {
        let buffer = |_| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.max(4).next_multiple_of(4),
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let slots: Vec<wgpu::Buffer> = (0..slots.max(1)).map(buffer).collect();
        let free = (0..slots.len()).collect();
        Self { gpu: gpu.clone(), slots, free, flights: VecDeque::new() }
    }

    /// Sends the first `bytes` bytes of `from` home, as they are when all that was submitted before is done; `stamp` comes back
    /// with them: the simulated time that they belong to. False, and nothing is sent, if all slots are under way: take
    /// what has come first.
    pub fn send(&mut self, from: &wgpu::Buffer, bytes: u64, stamp: f64) -> bool {
        let Some(slot) = self.free.pop() else { return false };
        let buffer = &self.slots[slot];
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(from, 0, buffer, 0, bytes);
        self.gpu.queue.submit([encoder.finish()]);
        let (tell, done) = mpsc::channel();
        buffer.map_async(wgpu::MapMode::Read, ..bytes, move |result| {
            // Nobody listens any more if the ring is gone.
            let _ = tell.send(result);
        });
        self.flights.push_back(Flight { slot, bytes, stamp, done });
        true
    }

    /// The oldest copy, if it has come: its stamp and values. Does not wait.
    pub fn take<T: Pod>(&mut self) -> Option<(f64, Vec<T>)> {
        // A lost device shows as a copy that never comes.
        let _ = self.gpu.device.poll(wgpu::PollType::Poll);
        let arrived = self.flights.front()?.done.try_recv().ok()?;
        let flight = self.flights.pop_front()?;
        let buffer = &self.slots[flight.slot];
        self.free.push(flight.slot);
        arrived.ok()?;
        let mut values = vec![T::zeroed(); flight.bytes as usize / size_of::<T>()];
        bytemuck::cast_slice_mut(&mut values)
            .copy_from_slice(&buffer.get_mapped_range(..flight.bytes));
        buffer.unmap();
        Some((flight.stamp, values))
    }

    /// The oldest copy, waiting for it. None: nothing is under way, or the device is lost.
    pub fn wait<T: Pod>(&mut self) -> Option<(f64, Vec<T>)> {
        self.flights.front()?;
        self.gpu.wait().ok()?;
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Array;

    #[test]
    fn copies_come_home_in_order() {
        let Some(gpu) = Gpu::for_tests() else { return };
        let Ok(array) = Array::of(&gpu, "numbers", &[1.0_f32, 2.0, 3.0]) else {
            panic!("three numbers fit")
        };
        let mut ring = Readback::new(&gpu, "ring", 2, 12);
        assert!(ring.send(array.buffer(), 12, 0.5));
        array.write(1, &[7.0]);
        assert!(ring.send(array.buffer(), 12, 1.5));
        assert!(!ring.send(array.buffer(), 12, 2.5), "both slots are under way");
        assert_eq!(ring.wait::<f32>(), Some((0.5, vec![1.0, 2.0, 3.0])));
        assert_eq!(ring.wait::<f32>(), Some((1.5, vec![1.0, 7.0, 3.0])));
        assert_eq!(ring.wait::<f32>(), None);
    }
}
