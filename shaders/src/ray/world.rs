//! The tables of a world on the device.

use std::sync::Arc;

use bytemuck::Pod;
use twin::sensor::ray::{Instance, Node, Pack, World};

use super::fitting;
use crate::{Array, Gpu, GpuError};

/// Rows that may wait in a walk, as the kernel has it.
const STACK: usize = 96;

/// A world on the device.
#[derive(Debug)]
pub struct GpuWorld {
    gpu: Arc<Gpu>,
    upper: Array<Node>,
    lower: Array<Node>,
    packs: Array<Pack>,
    instances: Array<Instance>,
}

impl GpuWorld {
    /// Brings `world` to the device.
    ///
    /// # Errors
    ///
    /// If it does not fit there.
    pub fn new(gpu: &Arc<Gpu>, world: &World) -> Result<Self, GpuError> {
        check(gpu, world)?;
        let tables = world.tables();
        Ok(Self {
            gpu: gpu.clone(),
            upper: fitting(gpu, Array::of(gpu, "tree of bodies", tables.upper)?)?,
            lower: fitting(gpu, Array::of(gpu, "trees of shapes", tables.lower)?)?,
            packs: fitting(gpu, Array::of(gpu, "triangles", tables.packs)?)?,
            instances: fitting(gpu, Array::of(gpu, "bodies", tables.instances)?)?,
        })
    }

    /// Follows the bodies of `world`, which has the same shapes as when it was brought.
    ///
    /// # Errors
    ///
    /// If it does not fit any more.
    pub fn follow(&mut self, world: &World) -> Result<(), GpuError> {
        check(&self.gpu, world)?;
        let tables = world.tables();
        put(&self.gpu, &mut self.upper, "tree of bodies", tables.upper)?;
        put(&self.gpu, &mut self.instances, "bodies", tables.instances)
    }

    /// The tables, and behind them what a kernel binds of its own.
    pub(super) fn bindings<'a>(
        &'a self,
        own: [wgpu::BufferBinding<'a>; 3],
    ) -> [wgpu::BufferBinding<'a>; 7] {
        let [a, b, c] = own;
        let [upper, lower] = [self.upper.whole(), self.lower.whole()];
        [upper, lower, self.packs.whole(), self.instances.whole(), a, b, c]
    }

    pub(super) fn instances(&self) -> &Array<Instance> {
        &self.instances
    }
}

fn check(gpu: &Gpu, world: &World) -> Result<(), GpuError> {
    let stack = world.stack();
    if stack > STACK {
        let why = format!("the trees are {stack} rows deep, it walks {STACK}");
        return Err(GpuError::Unfit { name: gpu.name(), why });
    }
    Ok(())
}

/// Writes `values`, into a larger array if need be.
fn put<T: Pod>(
    gpu: &Arc<Gpu>,
    array: &mut Array<T>,
    label: &str,
    values: &[T],
) -> Result<(), GpuError> {
    if values.len() > array.len() {
        *array = fitting(gpu, Array::zeros(gpu, label, values.len().next_power_of_two())?)?;
    }
    array.write(0, values);
    Ok(())
}
