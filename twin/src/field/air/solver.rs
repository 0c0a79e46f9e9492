//! The solver of the air tier in plain Rust.

use super::layout::MARGIN;
use super::pace::{Pace, Pulse};
use super::plan::{Lump, Plan, TABLE};
use super::state::{State, Step, Sums, Work};
use crate::field::probe;
use crate::field::{
    Balance, FieldError, FieldSolver, Heat, Probe, Quantity, Region, Saved, Scene, Settings, Tier,
};

/// Steps between two looks at how fast the fluid has become.
pub const LOOK: usize = 16;

/// Buoyant air in large time steps, on the processor.
#[derive(Debug)]
pub struct Air {
    plan: Plan,
    pace: Pace,
    state: State,
    work: Work,
}

impl Air {
    /// The solver for `scene`.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together, or asks for what this tier cannot do.
    pub fn new(scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        let plan = Plan::new(scene, settings)?;
        let (pace, state, work) = (Pace::of(&plan), State::new(&plan), Work::new(&plan));
        Ok(Self { plan, pace, state, work })
    }

    /// What a step depends on, as it is now.
    fn pulse(&self) -> Pulse {
        let layout = &self.plan.layout;
        let values = layout.part(&self.state.heat.values, 0, 1);
        let capacities = layout.part(&self.state.heat.table, 0, TABLE);
        let [carried, stirred] = Pulse::rate(&self.plan);
        let mixing = match self.plan.mixing.as_slice() {
            [] => None,
            mixing => Some(layout.part(mixing, 0, 1)),
        };
        let start = Pulse { coldest: f64::MAX, warmest: f64::MIN, ..Pulse::default() };
        // Comparisons, so that what is no number shows.
        let join = |a: Pulse, b: Pulse| Pulse {
            speed: if b.speed <= a.speed { a.speed } else { b.speed },
            coldest: if b.coldest >= a.coldest { a.coldest } else { b.coldest },
            warmest: if b.warmest <= a.warmest { a.warmest } else { b.warmest },
            rate: if b.rate <= a.rate { a.rate } else { b.rate },
        };
        let of_row = |row, _| {
            let cells = layout.cells[0];
            let [u, v, w] = [0, 1, 2].map(|axis| {
                layout.part(&self.state.velocity, axis, 3).slice(row, MARGIN, cells, [0; 3])
            });
            let values = values.slice(row, MARGIN, cells, [0; 3]);
            let mixing = mixing.map(|mixing| mixing.slice(row, MARGIN, cells, [0; 3]));
            let capacities = capacities.slice(row, MARGIN, cells, [0; 3]);
            (0..cells).fold(start, |pulse, i| {
                let value = f64::from(values[i]);
                let speed = u[i].abs() + v[i].abs() + w[i].abs();
                let rate = speed * (carried + stirred * mixing.map_or(0.0, |mixing| mixing[i]));
                let (speed, rate) = (f64::from(speed), f64::from(rate));
                // Bodies are warm, but do not rise.
                let [coldest, warmest] = if capacities[i] > 0.0 || value.is_nan() {
                    [value; 2]
                } else {
                    [start.coldest, start.warmest]
                };
                join(pulse, Pulse { speed, coldest, warmest, rate })
            })
        };
        layout.fold_rows(start, of_row, join)
    }

    /// Goes on by `seconds`, in steps as `pace` finds them, at most [`LOOK`] between two looks.
    fn go(
        &mut self,
        seconds: f64,
        pace: fn(&Pace, &Plan, &Pulse, f64) -> Step,
    ) -> Result<(), FieldError> {
        let (start, mut done) = (self.state.time, 0.0);
        let lumps = self.plan.lumps.clone();
        while done < seconds * (1.0 - 1e-12) {
            let pulse = self.checked_pulse()?;
            let step = pace(&self.pace, &self.plan, &pulse, seconds - done);
            let steps = (((seconds - done) / step.dt).round() as usize).clamp(1, LOOK);
            for _ in 0..steps {
                self.state.step(&self.plan, &lumps, &mut self.work, step);
            }
            done += step.dt * steps as f64;
        }
        self.state.time = start + seconds.max(0.0);
        self.checked_pulse().map(|_| ())
    }

    /// Some steps, as long as they may be; how many they were.
    fn free_steps(&mut self, lumps: &[Lump], most: usize) -> Result<usize, FieldError> {
        let pulse = self.checked_pulse()?;
        let step = self.pace.free(&self.plan, &pulse);
        let steps = LOOK.min(most);
        for _ in 0..steps {
            self.state.step(&self.plan, lumps, &mut self.work, step);
        }
        Ok(steps)
    }

    fn checked_pulse(&self) -> Result<Pulse, FieldError> {
        let pulse = self.pulse();
        if pulse.is_finite() {
            return Ok(pulse);
        }
        Err(FieldError::Diverged { time: self.state.time, what: format!("{pulse:?}") })
    }

    /// The largest relative change in the last step.
    fn change(&self) -> f64 {
        let largest = |field: &[f32]| field.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        let moved = self.work.changes.iter().map(|change| largest(change)).fold(0.0, f32::max);
        let pulse = self.pulse();
        let range = (pulse.warmest - pulse.coldest).max(f64::from(f32::MIN_POSITIVE));
        let speed = pulse.speed.max(f64::from(f32::MIN_POSITIVE));
        (f64::from(moved) / speed).max(f64::from(largest(&self.work.warming)) / range)
    }
}

impl FieldSolver for Air {
    fn tier(&self) -> Tier {
        Tier::Air
    }

    fn device(&self) -> String {
        match rayon::current_num_threads() {
            1 => "cpu, 1 thread".into(),
            n => format!("cpu, {n} threads"),
        }
    }

    fn time(&self) -> f64 {
        self.state.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.plan.set_power(watts);
        self.pace = Pace::of(&self.plan);
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        self.plan.set_patch(patch, heat);
        self.pace = Pace::of(&self.plan);
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        self.go(seconds, Pace::step)
    }

    fn carry(&mut self, seconds: f64) -> Result<(), FieldError> {
        self.state.hold(&self.plan, &mut self.work);
        self.go(seconds, Pace::carry)
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        let (lumps, heat) = self.plan.light();
        let capacities = std::mem::replace(&mut self.state.heat.table, heat);
        let (mut steps, mut end) = (0, Ok(0));
        while steps < most && end.is_ok() {
            end = self.free_steps(&lumps, most - steps);
            steps += LOOK.min(most - steps);
            if self.change() < tolerance {
                break;
            }
        }
        self.state.heat.table = capacities;
        let start = self.state.stored(&self.plan);
        self.state.sums = Sums { start, ..Sums::default() };
        end.map(|_| steps)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        probe::sample(probes, out, |probe| self.state.probe(&self.plan, probe));
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        let cells = self.plan.scene.grid.all().iter();
        cells.map(|cell| self.state.at(&self.plan, quantity, cell)).collect()
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        let values = |cell| self.state.at(&self.plan, quantity, cell).map(f64::from);
        self.plan.mean(region, values)
    }

    fn bodies(&mut self) -> Vec<f64> {
        let reference = self.plan.scene.fluid.reference;
        self.state.bodies.iter().map(|body| f64::from(body.temperature) + reference).collect()
    }

    fn balance(&mut self) -> Balance {
        let Sums { sources, boundaries, throughput, start } = self.state.sums;
        let stored = self.state.stored(&self.plan) - start;
        Balance { stored, sources, boundaries, throughput }
    }

    fn save(&mut self) -> Saved {
        super::saved::save(&self.plan, &self.state)
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        super::saved::restore(&mut self.plan, &mut self.state, saved)?;
        self.pace = Pace::of(&self.plan);
        Ok(())
    }
}
