//! The lattice tier on the device.
//!
//! The [solver](Lattice) is that of the plain form; here is the [engine](Engine) that moves the populations. Each step is one dispatch for
//! the cells and four small ones for the borders; many steps go into one submit. Populations lie plane by plane in one buffer, of which each
//! slab of planes has a window.

mod engine;

use std::sync::Arc;

use twin::field::lattice::Lattice;
use twin::field::{
    Balance, FieldError, FieldSolver, Heat, Probe, Quantity, Region, Saved, Scene, Settings, Tier,
};

use super::{FieldView, GpuField};
use crate::{Array, Gpu};

/// A lattice whose populations lie on a device.
#[derive(Debug)]
pub struct LatticeOnGpu {
    gpu: Arc<Gpu>,
    lattice: Lattice,
    shown: Option<Array<f32>>,
}

impl LatticeOnGpu {
    /// The lattice of `scene` on `gpu`.
    ///
    /// # Errors
    ///
    /// As [`Lattice::new`], or if the device cannot hold it.
    pub fn new(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        let make = |plan: &_| engine::engine(gpu, plan, settings);
        let lattice = Lattice::on(scene, settings, make)?;
        Ok(Self { gpu: gpu.clone(), lattice, shown: None })
    }
}

impl GpuField for LatticeOnGpu {
    /// By way of the host: this tier is for checking, its pictures are few.
    fn view(&mut self, quantity: Quantity) -> Option<FieldView<'_>> {
        let field = self.lattice.field(quantity)?;
        match &self.shown {
            Some(shown) => shown.write(0, &field),
            None => self.shown = Array::of(&self.gpu, "lattice view", &field).ok(),
        }
        self.shown.as_ref().map(|array| FieldView { array, first: 0 })
    }
}

impl FieldSolver for LatticeOnGpu {
    fn tier(&self) -> Tier {
        Tier::Lattice
    }

    fn device(&self) -> String {
        self.lattice.device()
    }

    fn time(&self) -> f64 {
        self.lattice.time()
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.lattice.set_power(watts);
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        self.lattice.set_patch(patch, heat);
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        self.lattice.advance(seconds)
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        self.lattice.settle(tolerance, most)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        self.lattice.sample(probes, out);
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        self.lattice.field(quantity)
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        self.lattice.mean(quantity, region)
    }

    fn bodies(&mut self) -> Vec<f64> {
        self.lattice.bodies()
    }

    fn balance(&mut self) -> Balance {
        self.lattice.balance()
    }

    fn save(&mut self) -> Saved {
        self.lattice.save()
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        self.lattice.restore(saved)
    }
}

#[cfg(test)]
mod tests;
