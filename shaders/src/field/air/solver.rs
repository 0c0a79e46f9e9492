//! The solver of the air tier on the device.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use twin::field::air::{LOOK, Lump, Pace, Plan, Pulse, Step, Sums};
use twin::field::{
    Balance, FieldError, FieldSolver, Heat, Probe, Quantity, Region, Saved, Scene, Settings, Tier,
};

use super::fields::{Body, Fields, Scalar};
use super::pieces::{Bound, Numbers, Over, one};
use super::stage::Stage;
use crate::field::{FieldView, GpuField};
use crate::{Array, Binding, Gpu};

/// Buoyant air in large time steps, on the device.
#[derive(Debug)]
pub struct AirOnGpu {
    gpu: Arc<Gpu>,
    plan: Plan,
    pace: Pace,
    fields: Fields,
    stage: Stage,
    time: f64,
    sums: Sums,
}

/// A point to be looked at; the same as `Point` in `look.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct Point {
    place: u32,
    which: u32,
    share: [f32; 3],
    pad: [u32; 3],
}

/// Number of a quantity in `look.wgsl`.
fn number(quantity: Quantity) -> u32 {
    match quantity {
        Quantity::Temperature => 0,
        Quantity::Speed => 1,
        Quantity::VelocityX => 2,
        Quantity::VelocityY => 3,
        Quantity::VelocityZ => 4,
        Quantity::Pressure => 8,
        Quantity::Concentration => 16,
    }
}

impl AirOnGpu {
    /// The solver for `scene` on `gpu`.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together, asks for what this tier cannot do, or does not fit the device.
    pub fn new(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        let plan = Plan::new(scene, settings)?;
        let fields = Fields::new(gpu, &plan)?;
        let stage = Stage::new(gpu, &plan, &fields)?;
        let pace = Pace::of(&plan);
        let sums = Sums::default();
        let mut air = Self { gpu: gpu.clone(), plan, pace, fields, stage, time: 0.0, sums };
        air.draw();
        air.sums.start = air.stored()?;
        Ok(air)
    }

    /// Runs `record` in one pass.
    fn submit(&self, record: impl FnOnce(&mut wgpu::ComputePass<'_>)) {
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        record(&mut encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default()));
        self.gpu.queue.submit([encoder.finish()]);
    }

    /// What flows to bodies now.
    fn draw(&self) {
        let numbers = Numbers::default();
        self.submit(|pass| self.stage.draw(pass, &self.plan, numbers, false));
    }

    fn pulse(&self) -> Result<Pulse, FieldError> {
        let [a, b] = Pulse::rate(&self.plan);
        let numbers = Numbers { a, b, ..Numbers::default() };
        self.submit(|pass| self.stage.cut.run(pass, &self.stage.pulse, numbers));
        let rows = self.fields.pulses.read()?;
        let start = Pulse { coldest: f64::MAX, warmest: f64::MIN, ..Pulse::default() };
        let pulse = rows.iter().fold(start, |pulse, row| Pulse {
            speed: pulse.speed.max(f64::from(row[0])),
            coldest: pulse.coldest.min(f64::from(row[1])),
            warmest: pulse.warmest.max(f64::from(row[2])),
            rate: pulse.rate.max(f64::from(row[3])),
        });
        if pulse.is_finite() && rows.iter().all(|row| row[3] >= 0.0) {
            return Ok(pulse);
        }
        Err(FieldError::Diverged { time: self.time, what: format!("{pulse:?}") })
    }

    fn steps(&mut self, step: Step, steps: usize) {
        self.submit(|pass| {
            (0..steps).for_each(|_| self.stage.record(pass, &self.plan, step));
        });
        let [given, all, flux, all_flux] = self.plan.given;
        let dt = step.dt * steps as f64;
        self.sums.sources += dt * given;
        self.sums.boundaries += dt * flux;
        self.sums.throughput += dt * (all + all_flux);
        self.time += dt;
    }

    /// Goes on by `seconds`, in steps as `pace` finds them.
    fn go(
        &mut self,
        seconds: f64,
        pace: fn(&Pace, &Plan, &Pulse, f64) -> Step,
    ) -> Result<(), FieldError> {
        let (start, mut done) = (self.time, 0.0);
        while done < seconds * (1.0 - 1e-12) {
            let step = pace(&self.pace, &self.plan, &self.pulse()?, seconds - done);
            let steps = (((seconds - done) / step.dt).round() as usize).clamp(1, LOOK);
            self.steps(step, steps);
            done += step.dt * steps as f64;
        }
        self.time = start + seconds.max(0.0);
        self.pulse().map(|_| ())
    }

    /// The largest relative change in the last step.
    fn change(&self) -> Result<f64, FieldError> {
        let pulse = self.pulse()?;
        self.submit(|pass| {
            for (which, stir) in (0..).zip(&self.stage.stir) {
                self.stage.cut.run(pass, stir, Numbers { which, ..Numbers::default() });
            }
        });
        let rows = self.fields.pulses.read()?;
        let least = f64::from(f32::MIN_POSITIVE);
        let largest =
            rows.iter().fold([0.0_f32; 4], |a, b| std::array::from_fn(|n| a[n].max(b[n])));
        let moved = f64::from(largest[0].max(largest[1]).max(largest[2]));
        let range = (pulse.warmest - pulse.coldest).max(least);
        Ok((moved / pulse.speed.max(least)).max(f64::from(largest[3]) / range))
    }

    /// Brings the sums of the device home and begins them anew.
    fn fetch(&mut self) -> Result<Vec<Body>, FieldError> {
        let passed = self.fields.passed.read()?;
        let mut bodies = self.fields.bodies.read()?;
        let unit = self.plan.watts_per_speed() * self.plan.scene.grid.cell;
        for [net, net_left, gross, gross_left] in &passed[..self.plan.sides.len()] {
            self.sums.boundaries += unit * (f64::from(*net) - f64::from(*net_left));
            self.sums.throughput += unit * (f64::from(*gross) - f64::from(*gross_left));
        }
        for body in &mut bodies {
            self.sums.boundaries += f64::from(body.net) - f64::from(body.net_left);
            self.sums.throughput += f64::from(body.gross) - f64::from(body.gross_left);
            [body.net, body.net_left, body.gross, body.gross_left] = [0.0; 4];
        }
        self.fields.passed.write(0, &vec![[0.0; 4]; passed.len()]);
        self.fields.bodies.write(0, &bodies);
        Ok(bodies)
    }

    /// Heat in cells and bodies (J).
    fn stored(&self) -> Result<f64, FieldError> {
        let (slack, heat) = (self.fields.slack.read()?, &self.fields.heat);
        let cells = self.plan.stored(&slack, &heat.values.read()?, &heat.remainder.read()?);
        let bodies = self.fields.bodies.read()?;
        // With the capacities that the device reckons with.
        let of = |body: &Body| {
            f64::from(body.capacity) * f64::from(body.temperature) + f64::from(body.remainder)
        };
        Ok(cells + bodies.iter().take(self.plan.lumps.len()).map(of).sum::<f64>())
    }

    /// Writes capacities of bodies and the table of heat.
    fn weigh(&self, lumps: &[Lump], table: &[f32]) -> Result<(), FieldError> {
        let mut bodies = self.fields.bodies.read()?;
        bodies.iter_mut().zip(lumps).for_each(|(body, lump)| body.capacity = lump.capacity as f32);
        self.fields.bodies.write(0, &bodies);
        self.fields.heat.table.write(0, table);
        Ok(())
    }

    fn write_powers(&self) {
        self.fields.heat.sources.write(0, &self.plan.warming);
        if let Ok(mut bodies) = self.fields.bodies.read() {
            let heated = self.plan.heated.iter();
            bodies.iter_mut().zip(heated).for_each(|(body, watts)| body.heated = *watts as f32);
            self.fields.bodies.write(0, &bodies);
        }
    }

    /// The field that has a quantity, its factor and what comes on top.
    fn source(&self, quantity: Quantity) -> Option<(&Array, f32, f32)> {
        let fluid = &self.plan.scene.fluid;
        let Fields { heat, pressure, tracer, .. } = &self.fields;
        Some(match quantity {
            Quantity::Pressure => (pressure, fluid.density as f32, 0.0),
            Quantity::Concentration => (&tracer.as_ref()?.values, 1.0, 0.0),
            _ => (&heat.values, 1.0, fluid.reference as f32),
        })
    }

    /// Runs a kernel that looks at a quantity.
    fn look(&self, entry: &str, quantity: Quantity, over: Over, count: usize, rest: &[Bound<'_>]) {
        let Some((field, a, b)) = self.source(quantity) else { return };
        let mut kinds = vec![Binding::Read, Binding::Read, Binding::Write];
        let mut bound = vec![Bound::Field(self.fields.velocity.buffer(), 3), one(field)];
        if rest.len() > 1 {
            kinds.insert(2, Binding::Read);
        }
        bound.extend(rest);
        let kernel = self.stage.cut.kernel(entry, include_str!("look.wgsl"), &kinds);
        let piece = self.stage.cut.bind(&kernel, over, &bound);
        let (which, count) = (number(quantity), count as u32);
        let numbers = Numbers { which, count, a, b, ..Numbers::default() };
        self.submit(|pass| self.stage.cut.run(pass, &piece, numbers));
    }
}

impl FieldSolver for AirOnGpu {
    fn tier(&self) -> Tier {
        Tier::Air
    }

    fn device(&self) -> String {
        self.gpu.name()
    }

    fn time(&self) -> f64 {
        self.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.plan.set_power(watts);
        self.pace = Pace::of(&self.plan);
        self.write_powers();
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        self.plan.set_patch(patch, heat);
        self.pace = Pace::of(&self.plan);
        self.fields.sides.write(0, &self.plan.sides);
        self.write_powers();
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        self.go(seconds, Pace::step)
    }

    fn carry(&mut self, seconds: f64) -> Result<(), FieldError> {
        self.submit(|pass| self.stage.hold(pass, &self.plan));
        self.go(seconds, Pace::carry)
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        let (lumps, table) = self.plan.light();
        self.weigh(&lumps, &table)?;
        let mut steps = 0;
        while steps < most {
            let step = self.pace.free(&self.plan, &self.pulse()?);
            let some = LOOK.min(most - steps);
            self.steps(step, some);
            steps += some;
            if self.change()? < tolerance {
                break;
            }
        }
        self.weigh(&self.plan.lumps, &self.plan.heat)?;
        self.fetch()?;
        self.sums = Sums { start: self.stored()?, ..Sums::default() };
        Ok(steps)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        out.fill(f32::NAN);
        let point = |probe: &Probe| {
            let (cell, share) = self.plan.scene.grid.corner(probe.at);
            let place = self.plan.layout.place(cell) as u32;
            Point { place, which: number(probe.quantity), share, ..Point::default() }
        };
        let points: Vec<Point> = probes.iter().map(point).collect();
        let (Ok(list), Ok(seen)) = (
            Array::of(&self.gpu, "points", &points),
            Array::<f32>::zeros(&self.gpu, "seen", points.len()),
        ) else {
            return;
        };
        let mut quantities: Vec<Quantity> = probes.iter().map(|probe| probe.quantity).collect();
        quantities.sort_by_key(|quantity| number(*quantity));
        quantities.dedup();
        for quantity in quantities {
            let rest = [Bound::All(list.buffer()), Bound::All(seen.buffer())];
            self.look("sample", quantity, Over::List, points.len(), &rest);
        }
        if let Ok(values) = seen.read() {
            let len = out.len().min(values.len());
            out[..len].copy_from_slice(&values[..len]);
        }
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        self.view(quantity)?;
        self.fields.picture.read().ok()
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        let field = self.field(quantity)?;
        let grid = self.plan.scene.grid;
        self.plan.mean(region, |cell| Some(f64::from(field[grid.index(cell)])))
    }

    fn bodies(&mut self) -> Vec<f64> {
        let reference = self.plan.scene.fluid.reference;
        let bodies = self.fields.bodies.read().unwrap_or_default();
        let of = |body: &Body| f64::from(body.temperature) + reference;
        bodies.iter().take(self.plan.lumps.len()).map(of).collect()
    }

    fn balance(&mut self) -> Balance {
        let (Ok(_), Ok(stored)) = (self.fetch(), self.stored()) else { return Balance::default() };
        let Sums { sources, boundaries, throughput, start } = self.sums;
        Balance { stored: stored - start, sources, boundaries, throughput }
    }

    fn save(&mut self) -> Saved {
        let bodies = self.fetch().unwrap_or_default();
        let read = |array: &Array| array.read().unwrap_or_default();
        let Fields { velocity, pressure, slack, heat, tracer, .. } = &self.fields;
        let mut arrays = vec![
            ("velocity".into(), read(velocity)),
            ("pressure".into(), read(pressure)),
            ("slack".into(), read(slack)),
            ("temperature".into(), read(&heat.values)),
            ("warmth left".into(), read(&heat.remainder)),
        ];
        if let Some(Scalar { values, remainder, .. }) = tracer {
            arrays.push(("tracer".into(), read(values)));
            arrays.push(("tracer left".into(), read(remainder)));
        }
        let of_bodies = |value: fn(&Body) -> f32| {
            let bodies = bodies.iter().take(self.plan.lumps.len());
            bodies.map(|body| f64::from(value(body))).collect::<Vec<f64>>()
        };
        let Sums { sources, boundaries, throughput, start } = self.sums;
        let numbers = vec![
            ("bodies".into(), of_bodies(|body| body.temperature)),
            ("bodies left".into(), of_bodies(|body| body.remainder)),
            ("sums".into(), vec![sources, boundaries, throughput, start]),
            ("watts".into(), self.plan.watts.clone()),
        ];
        Saved { tier: Tier::Air, time: self.time, arrays, numbers }
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        if saved.tier != Tier::Air {
            return Err(FieldError::Foreign);
        }
        let len = self.plan.layout.len();
        let velocity = saved.array("velocity", 3 * len)?;
        let pressure = saved.array("pressure", len)?;
        let slack = saved.array("slack", len)?;
        let (values, remainder) =
            (saved.array("temperature", len)?, saved.array("warmth left", len)?);
        let tracer = match &self.fields.tracer {
            Some(own) => Some((own, saved.array("tracer", len)?, saved.array("tracer left", len)?)),
            None => None,
        };
        let count = self.plan.lumps.len();
        let (temperatures, left) =
            (saved.number("bodies", count)?, saved.number("bodies left", count)?);
        let sums = saved.number("sums", 4)?;
        let watts = saved.number("watts", self.plan.watts.len())?;
        self.fields.velocity.write(0, velocity);
        self.fields.pressure.write(0, pressure);
        self.fields.slack.write(0, slack);
        self.fields.heat.values.write(0, values);
        self.fields.heat.remainder.write(0, remainder);
        if let Some((own, values, remainder)) = tracer {
            own.values.write(0, values);
            own.remainder.write(0, remainder);
        }
        let mut bodies = self.fetch()?;
        for (body, (temperature, left)) in bodies.iter_mut().zip(temperatures.iter().zip(left)) {
            (body.temperature, body.remainder) = (*temperature as f32, *left as f32);
        }
        self.fields.bodies.write(0, &bodies);
        let [sources, boundaries, throughput, start] = [sums[0], sums[1], sums[2], sums[3]];
        self.sums = Sums { sources, boundaries, throughput, start };
        self.time = saved.time;
        self.set_power(watts);
        self.draw();
        Ok(())
    }
}

impl GpuField for AirOnGpu {
    fn view(&mut self, quantity: Quantity) -> Option<FieldView<'_>> {
        self.source(quantity)?;
        let rest = [Bound::Bare(self.fields.picture.buffer())];
        self.look("view", quantity, Over::Cells, 0, &rest);
        Some(FieldView { array: &self.fields.picture, first: 0 })
    }
}
