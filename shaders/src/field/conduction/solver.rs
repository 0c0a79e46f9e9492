//! The solver on the device.

use std::sync::Arc;

use twin::field::conduction::{Book, Pace, Plan, SETTLE_STEPS, STEPS, Skin, look};
use twin::field::multigrid::Multigrid as Host;
use twin::field::{
    Balance, FieldError, FieldSolver, Heat, Probe, Quantity, Region, Saved, Scene, Settings, Tier,
};

use super::super::multigrid::level::{Bound as Stencil, Grid, Kernels as GridKernels};
use super::super::{FieldView, GpuField, Multigrid};
use super::skin::{Bound as SkinBound, Kernels as SkinKernels, SkinOnGpu};
use super::{Device, Kernels, Pair};
use crate::{Array, Gpu, GpuError};

/// Explicit and implicit steps in one submit.
const BATCH: [usize; 2] = [64, 4];

/// Heat in solids and in fluid at rest, on a device.
#[derive(Debug)]
pub struct ConductionOnGpu {
    gpu: Device,
    plan: Plan,
    settings: Settings,
    skin: Skin,
    book: Book,
    pace: Pace,
    faces: Option<[Vec<f32>; 3]>,
    capacities: Vec<f32>,
    kernels: Kernels,
    skin_kernels: SkinKernels,
    /// Two fields; which of them is the present one.
    fields: [Array; 2],
    now: usize,
    /// From the first field to the second, and back.
    pairs: [Pair; 2],
    varying: Option<Varying>,
    dress: Option<Dress>,
    implicit: Option<Implicit>,
    /// The present field as it was read last.
    seen: Option<Vec<f32>>,
}

/// Conductances, bound to the two fields both ways.
#[derive(Debug)]
struct Varying {
    kernels: GridKernels,
    bound: [Stencil; 2],
}

/// The skin, bound to the two fields both ways.
#[derive(Debug)]
struct Dress {
    skin: SkinOnGpu,
    bound: [SkinBound; 2],
}

/// What implicit steps need: the change goes into the second field.
#[derive(Debug)]
struct Implicit {
    step: f64,
    multigrid: Multigrid,
    flow: Stencil,
    begin: SkinBound,
    end: SkinBound,
}

impl ConductionOnGpu {
    /// The solver for a scene on `gpu`.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together or does not fit the device.
    pub fn new(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        if let Some(wrong) = scene.check().into_iter().next() {
            return Err(wrong.into());
        }
        Ok(Self::made(gpu, scene, settings)?)
    }

    fn made(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> Result<Self, GpuError> {
        let plan = Plan::new(scene);
        let grid = *plan.grid();
        let first: Vec<f32> =
            grid.all().iter().map(|c| scene.temperature.at(grid.middle(c)) as f32).collect();
        let fields = [
            Array::of(gpu, "temperature", &first)?,
            Array::zeros(gpu, "next temperature", first.len())?,
        ];
        let kernels = Kernels::new(gpu);
        let pair = |from: usize| {
            let both = [&fields[from], &fields[1 - from]];
            Pair::new(gpu, &kernels, grid.cells, plan.around(), both)
        };
        let pairs = [pair(0)?, pair(1)?];
        let mut solver = Self {
            gpu: gpu.clone(),
            skin: Skin::default(),
            book: Book::new(scene, 0.0),
            pace: Pace { step: 1.0, implicit: false },
            settings: *settings,
            faces: None,
            capacities: Vec::new(),
            skin_kernels: SkinKernels::new(gpu),
            kernels,
            fields,
            now: 0,
            pairs,
            varying: None,
            dress: None,
            implicit: None,
            seen: Some(first),
            plan,
        };
        if solver.plan.uniform.is_none() {
            solver.capacities = solver.plan.capacities();
            solver.vary()?;
        }
        solver.dress()?;
        solver.book.origin = solver.heat()?;
        Ok(solver)
    }

    fn vary(&mut self) -> Result<(), GpuError> {
        let faces = self.plan.faces();
        let none = vec![0.0; self.capacities.len()];
        let grid = Grid::new(&self.gpu, self.plan.grid().cells, &faces, &none)?;
        let rates: Vec<f32> = self.capacities.iter().map(|capacity| 1.0 / capacity).collect();
        let rates = Array::of(&self.gpu, "rates", &rates)?;
        let kernels = GridKernels::new(&self.gpu);
        let [a, b] = &self.fields;
        let bound = [grid.bind(&kernels, a, &rates, b), grid.bind(&kernels, b, &rates, a)];
        self.varying = Some(Varying { kernels, bound });
        self.faces = Some(faces);
        Ok(())
    }

    /// Makes the skin anew: conditions came or went.
    fn dress(&mut self) -> Result<(), GpuError> {
        if let Some(dress) = self.dress.take() {
            dress.skin.fold(&mut self.book)?;
        }
        self.skin = Skin::new(&self.plan);
        self.skin.set_power(&self.book.power);
        self.pace = self.plan.pace(&self.skin, self.faces.as_ref(), &self.settings);
        self.implicit = None;
        let capacity = |cell| self.capacity(cell);
        let skin = SkinOnGpu::new(&self.gpu, &self.plan, &self.skin, capacity)?;
        let [a, b] = &self.fields;
        let kernel = &self.skin_kernels.explicit;
        let bound = [skin.bind(kernel, a, b, None), skin.bind(kernel, b, a, None)];
        self.dress = Some(Dress { skin, bound });
        Ok(())
    }

    fn capacity(&self, cell: usize) -> f32 {
        self.plan.uniform.map_or_else(|| self.capacities[cell], |[_, capacity]| capacity)
    }

    /// The present field.
    fn look(&mut self) -> Result<&[f32], GpuError> {
        let seen = match self.seen.take() {
            Some(seen) => seen,
            None => self.fields[self.now].read()?,
        };
        Ok(self.seen.insert(seen))
    }

    fn heat(&mut self) -> Result<f64, GpuError> {
        self.look()?;
        let field = self.seen.as_deref().unwrap_or_default();
        Ok(look::heat(&self.plan, &self.capacities, field))
    }

    fn explicit_step(&mut self, pass: &mut wgpu::ComputePass<'_>, dt: f64) {
        let from = self.now;
        if let Some(varying) = &self.varying {
            varying.bound[from].run(pass, &varying.kernels.step_on, dt as f32);
        } else {
            let [conductance, capacity] = self.plan.uniform.unwrap_or([0.0, 1.0]).map(f64::from);
            let ratio = (conductance * dt / capacity) as f32;
            self.pairs[from].run(pass, &self.kernels.step, ratio);
        }
        if let Some(dress) = &self.dress {
            dress.bound[from].run(pass, &self.skin_kernels.explicit, dt);
        }
        self.now = 1 - from;
    }

    /// The hierarchy for implicit steps of `dt`, and the present field in the first array.
    fn need_implicit(&mut self, dt: f64) -> Result<(), GpuError> {
        if self.now == 1 {
            let [a, b] = &self.fields;
            let mut encoder =
                self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            encoder.copy_buffer_to_buffer(b.buffer(), 0, a.buffer(), 0, b.buffer().size());
            self.gpu.queue.submit([encoder.finish()]);
            self.now = 0;
        }
        let Some(dress) = &self.dress else { return Ok(()) };
        if self.implicit.as_ref().is_some_and(|implicit| implicit.step == dt) {
            return Ok(());
        }
        let field = self.fields[0].read()?;
        let mass: Vec<f32> = (0..field.len()).map(|cell| self.capacity(cell) / dt as f32).collect();
        let mut walls = vec![0.0; field.len()];
        for place in 0..self.skin.cells.len() {
            let cell = self.skin.cells[place] as usize;
            for element in self.skin.of(place) {
                walls[cell] += self.skin.linear(element, field[cell])[0];
            }
        }
        let faces = self.faces.clone().unwrap_or_else(|| self.plan.faces());
        let host = Host::new(self.plan.grid().cells, faces, &walls, &mass);
        let [field, change] = &self.fields;
        let right = Array::zeros(&self.gpu, "right", field.len())?;
        let multigrid = Multigrid::new(&self.gpu, &host, change, &right)?;
        let (begin, end) = (&self.skin_kernels.begin, &self.skin_kernels.end);
        self.implicit = Some(Implicit {
            step: dt,
            flow: multigrid.flows(field, &right),
            begin: dress.skin.bind(begin, field, &right, Some(multigrid.extra())),
            end: dress.skin.bind(end, field, change, None),
            multigrid,
        });
        Ok(())
    }

    fn implicit_step(&self, pass: &mut wgpu::ComputePass<'_>, dt: f64, most: usize) {
        let Some(implicit) = &self.implicit else { return };
        implicit.multigrid.flow(pass, &implicit.flow);
        implicit.begin.run(pass, &self.skin_kernels.begin, dt);
        self.pairs[0].run(pass, &self.kernels.clear, 0.0);
        implicit.multigrid.conjugate(pass, most);
        implicit.end.run(pass, &self.skin_kernels.end, dt);
        self.pairs[1].run(pass, &self.kernels.add, 0.0);
    }

    fn go(&mut self, count: usize, dt: f64, implicit: bool, most: usize) -> Result<(), GpuError> {
        self.seen = None;
        if implicit {
            self.need_implicit(dt)?;
        }
        let mut left = count;
        while left > 0 {
            let batch = left.min(BATCH[usize::from(implicit)]);
            let mut encoder =
                self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for _ in 0..batch {
                if implicit {
                    self.implicit_step(&mut pass, dt, most);
                } else {
                    self.explicit_step(&mut pass, dt);
                }
            }
            drop(pass);
            self.gpu.queue.submit([encoder.finish()]);
            left -= batch;
        }
        Ok(())
    }

    fn settled(&mut self, tolerance: f64, most: usize) -> Result<usize, GpuError> {
        let dt = self.plan.long_step();
        let mut made = 0;
        while made < most {
            self.go(1, dt, true, SETTLE_STEPS)?;
            made += 1;
            let change = self.fields[1].read()?;
            if look::change(&change, self.look()?) <= tolerance {
                break;
            }
        }
        self.fold()?;
        let heat = self.heat()?;
        self.book.begin(heat);
        Ok(made)
    }

    fn fold(&mut self) -> Result<(), GpuError> {
        match &self.dress {
            Some(dress) => dress.skin.fold(&mut self.book),
            None => Ok(()),
        }
    }

    /// The field for looking at; empty if the device is lost.
    fn shown(&mut self) -> Vec<f32> {
        self.look().map(<[f32]>::to_vec).unwrap_or_default()
    }
}

impl FieldSolver for ConductionOnGpu {
    fn tier(&self) -> Tier {
        Tier::Conduction
    }

    fn device(&self) -> String {
        self.gpu.name()
    }

    fn time(&self) -> f64 {
        self.book.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.book.power.copy_from_slice(watts);
        self.skin.set_power(watts);
        if let Some(dress) = &self.dress {
            dress.skin.update(&self.skin);
        }
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        let before = std::mem::replace(&mut self.plan.scene.patches[patch].heat, heat);
        self.book.heat[patch] = heat;
        if (before == Heat::Adiabatic) != (heat == Heat::Adiabatic) {
            // A device that is lost shows when the field goes on.
            if self.dress().is_err() {
                self.dress = None;
            }
            return;
        }
        self.skin.set_patch(patch, &heat);
        if let Some(dress) = &self.dress {
            dress.skin.update(&self.skin);
        }
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        if !(seconds > 0.0) {
            return Ok(());
        }
        let (count, dt) = self.pace.steps(seconds);
        let implicit = self.pace.implicit;
        self.go(count, dt, implicit, STEPS)?;
        self.book.advance(seconds);
        Ok(())
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        let made = self.settled(tolerance, most)?;
        if self.book.origin.is_finite() {
            return Ok(made);
        }
        let what = "a temperature is no number".into();
        Err(FieldError::Diverged { time: self.book.time, what })
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        let read = self.look().is_ok();
        match self.seen.as_deref().filter(|_| read) {
            Some(field) => look::sample(&self.plan, field, probes, out),
            None => out.fill(f32::NAN),
        }
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        if quantity != Quantity::Temperature {
            return None;
        }
        self.look().ok().map(<[f32]>::to_vec)
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        if quantity != Quantity::Temperature || self.look().is_err() {
            return None;
        }
        look::mean(&self.plan, self.seen.as_deref()?, region)
    }

    fn bodies(&mut self) -> Vec<f64> {
        let field = self.shown();
        look::bodies(&self.plan, &field)
    }

    fn balance(&mut self) -> Balance {
        let heat = self.fold().and_then(|()| self.heat()).unwrap_or(f64::NAN);
        self.book.balance(heat)
    }

    fn save(&mut self) -> Saved {
        // What cannot be read leaves a field that nobody takes up.
        let read = self.fold().is_ok();
        let field = self.shown();
        self.book.save(if read { field } else { Vec::new() })
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        self.fold()?;
        let field = self.book.restore(saved, self.plan.grid().len())?;
        self.fields[0].write(0, field);
        self.now = 0;
        self.seen = Some(field.to_vec());
        for (patch, heat) in self.plan.scene.patches.iter_mut().zip(&self.book.heat) {
            patch.heat = *heat;
        }
        Ok(self.dress()?)
    }
}

impl GpuField for ConductionOnGpu {
    fn view(&mut self, quantity: Quantity) -> Option<FieldView<'_>> {
        let array = &self.fields[self.now];
        (quantity == Quantity::Temperature).then_some(FieldView { array, first: 0 })
    }
}
