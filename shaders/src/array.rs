//! A storage buffer of 32-bit values.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::mpsc;

use bytemuck::Pod;

use crate::gpu::{Gpu, GpuError};
use crate::slab::Window;

/// Values on the device.
#[derive(Clone, Debug)]
pub struct Array<T = f32> {
    gpu: Arc<Gpu>,
    buffer: wgpu::Buffer,
    len: usize,
    values: PhantomData<T>,
}

impl<T: Pod> Array<T> {
    /// `len` zeros.
    ///
    /// # Errors
    ///
    /// If they are more than a buffer of this device can hold. No memory is taken then.
    pub fn zeros(gpu: &Arc<Gpu>, label: &str, len: usize) -> Result<Self, GpuError> {
        let bytes = (len.max(1) * size_of::<T>()) as u64;
        let most = gpu.device.limits().max_buffer_size;
        if bytes > most {
            let why = format!("{label} takes {bytes} bytes, a buffer holds {most}");
            return Err(GpuError::Unfit { name: gpu.name(), why });
        }
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes.next_multiple_of(4),
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Ok(Self { gpu: gpu.clone(), buffer, len, values: PhantomData })
    }

    /// `values`, brought to the device.
    ///
    /// # Errors
    ///
    /// As [`zeros`](Self::zeros).
    pub fn of(gpu: &Arc<Gpu>, label: &str, values: &[T]) -> Result<Self, GpuError> {
        let array = Self::zeros(gpu, label, values.len())?;
        array.write(0, values);
        Ok(array)
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The buffer itself.
    pub fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }

    /// All of it, for [`Kernel::bind`](crate::Kernel::bind).
    pub fn whole(&self) -> wgpu::BufferBinding<'_> {
        self.buffer.as_entire_buffer_binding()
    }

    /// A window of it, for [`Kernel::bind`](crate::Kernel::bind).
    pub fn window(&self, window: &Window) -> wgpu::BufferBinding<'_> {
        let size = window.bytes.min(self.buffer.size() - window.offset);
        wgpu::BufferBinding {
            buffer: &self.buffer,
            offset: window.offset,
            size: wgpu::BufferSize::new(size),
        }
    }

    /// Writes `values` from number `from` on, before whatever is submitted next.
    pub fn write(&self, from: usize, values: &[T]) {
        if !values.is_empty() {
            let at = (from * size_of::<T>()) as u64;
            self.gpu.queue.write_buffer(&self.buffer, at, bytemuck::cast_slice(values));
        }
    }

    /// Reads all values, waiting for everything that was submitted. For snapshots, pictures and tests; what is read
    /// every tick goes through a [`Readback`](crate::Readback).
    ///
    /// # Errors
    ///
    /// If the device is lost.
    pub fn read(&self) -> Result<Vec<T>, GpuError> {
        let lost = |why: String| GpuError::Unfit { name: self.gpu.name(), why };
        let size = self.buffer.size();
        let staging = self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("read"),
            size,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(&self.buffer, 0, &staging, 0, size);
        self.gpu.queue.submit([encoder.finish()]);
        let (done, end) = mpsc::channel();
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver lives until the end of this function.
            let _ = done.send(result);
        });
        self.gpu.wait().map_err(|error| lost(error.to_string()))?;
        end.recv()
            .map_err(|error| lost(error.to_string()))?
            .map_err(|error| lost(error.to_string()))?;
        let bytes = staging.get_mapped_range(..);
        // Not a cast: mapped memory need not be aligned for `T`.
        let mut values = vec![T::zeroed(); self.len];
        let len = self.len * size_of::<T>();
        bytemuck::cast_slice_mut(&mut values).copy_from_slice(&bytes[..len]);
        Ok(values)
    }
}
