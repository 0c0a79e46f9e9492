//! Banks of instruments on the device: what is there, the measurement chain and the faults, at every tick, without a word to the
//! processor but the readings.
//!
//! A [`GpuBank`] does what `twin::sensor::Bank` does, with the same state. Instruments at points look into the fields where these lie
//! on the device ([`GpuField::view`]), through windows where a field is larger than one binding; what has no field there (bodies,
//! means, tiers without cells) is looked up by the processor and brought over. Readings come home through a ring, a
//! tick or two later, stamped with their time.

mod look;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytemuck::{NoUninit, Pod, Zeroable};
use twin::field::Grid;
use twin::sensor::{Bank, Look, State, Tables};

use crate::field::GpuField;
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program, Readback};
use look::Looker;

/// Results of one tick, instrument by instrument.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Simulated time (s).
    pub time: f64,
    /// What was there.
    pub truth: Vec<f32>,
    /// What was read.
    pub readings: Vec<f32>,
    /// Active faults, see `twin::sensor::Flags`.
    pub flags: Vec<u32>,
}

/// A bank of instruments on a device.
#[derive(Debug)]
pub struct GpuBank {
    gpu: Arc<Gpu>,
    tables: Tabled,
    state: OnDevice,
    sample: Kernel,
    uncross: Kernel,
    bound: wgpu::BindGroup,
    looker: Looker,
    ring: Readback,
    /// Length of a tick (s), and how many have been made.
    tick: f64,
    ticks: u32,
    sensors: u32,
    pairs: u32,
    key: [u32; 2],
}

/// Tables that never change.
#[derive(Debug)]
struct Tabled {
    classes: Array<u32>,
    modes: Array<u32>,
    crossings: Array<u32>,
    trim: Array<[f32; 2]>,
    class_of: Array<u32>,
}

/// Tables that change, as in [`State`].
#[derive(Debug)]
struct OnDevice {
    input: Array<f32>,
    lagged: Array<f32>,
    shown: Array<f32>,
    sent: Array<f32>,
    flicker: Array<[f32; 4]>,
    onsets: Array<u32>,
    delayed: Array<f32>,
    late: Array<f32>,
    results: Array<u32>,
    /// Lengths of those that may be empty: flicker, onsets, delayed, late.
    lengths: [usize; 4],
}

/// What changes with each dispatch of the chain.
#[repr(C)]
#[derive(Clone, Copy, Debug, Zeroable, Pod)]
struct Tick {
    count: u32,
    sensors: u32,
    now: u32,
    padding: u32,
    key: [u32; 2],
}

const BINDINGS: [Binding; 14] = {
    let (read, write) = (Binding::Read, Binding::Write);
    [read, read, read, read, read, write, write, write, write, write, write, write, write, write]
};

/// Groups of 256 for `count` threads, in rows of 65535.
fn groups(count: u32) -> [u32; 3] {
    let all = count.div_ceil(256);
    [all.min(65_535), all.div_ceil(65_535), 1]
}

/// An array of at least `least` values: a binding may not be empty.
fn filled<T: Pod>(
    gpu: &Arc<Gpu>,
    label: &str,
    values: &[T],
    least: usize,
) -> Result<Array<T>, GpuError> {
    let array = Array::zeros(gpu, label, values.len().max(least))?;
    let bytes = (array.len() * size_of::<T>()) as u64;
    if bytes > gpu.most_bound {
        let why = format!("{label} take {bytes} bytes, one binding holds {}", gpu.most_bound);
        return Err(GpuError::Unfit { name: gpu.name(), why });
    }
    array.write(0, values);
    Ok(array)
}

impl Tabled {
    fn of(gpu: &Arc<Gpu>, tables: &Tables<'_>) -> Result<Self, GpuError> {
        Ok(Self {
            classes: filled(gpu, "kinds of instruments", tables.classes, Tables::CLASS)?,
            modes: filled(gpu, "faults of instruments", tables.modes, Tables::MODE)?,
            crossings: filled(gpu, "crossings", tables.crossings, Tables::CROSSING)?,
            trim: filled(gpu, "trims of instruments", tables.trim, 1)?,
            class_of: filled(gpu, "instruments", &tables.class_of, 1)?,
        })
    }
}

impl OnDevice {
    fn of(gpu: &Arc<Gpu>, state: &State) -> Result<Self, GpuError> {
        let floats = |label, values: &[f32]| filled(gpu, label, values, 1);
        let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
        let results = [bits(&state.truth), bits(&state.readings), state.flags.clone()].concat();
        Ok(Self {
            input: floats("input", &state.input)?,
            lagged: floats("lagged", &state.lagged)?,
            shown: floats("shown", &state.shown)?,
            sent: floats("sent", &state.sent)?,
            flicker: filled(gpu, "flicker", &state.flicker, 1)?,
            onsets: filled(gpu, "onsets", &state.onsets, 1)?,
            delayed: floats("delayed", &state.delayed)?,
            late: floats("late", &state.late)?,
            results: filled(gpu, "readings", &results, 3)?,
            lengths: [
                state.flicker.len(),
                state.onsets.len(),
                state.delayed.len(),
                state.late.len(),
            ],
        })
    }
}

impl GpuBank {
    /// `bank` in `state` on `gpu`, looking at fields of `grid`.
    ///
    /// # Errors
    ///
    /// If a table is larger than the device can hold or bind.
    pub fn new(gpu: &Arc<Gpu>, bank: &Bank, grid: &Grid, state: &State) -> Result<Self, GpuError> {
        let given = bank.tables();
        let tables = Tabled::of(gpu, &given)?;
        let device = OnDevice::of(gpu, state)?;
        let code = concat!(include_str!("chance.wgsl"), include_str!("chain.wgsl"));
        let kernel = |entry| {
            Kernel::new(
                gpu,
                &Program {
                    label: entry,
                    code,
                    entry,
                    bindings: &BINDINGS,
                    immediates: size_of::<Tick>() as u32,
                    constants: &[],
                },
            )
        };
        let (sample, uncross) = (kernel("sample"), kernel("uncross"));
        let bound = sample.bind(
            gpu,
            &[
                tables.classes.whole(),
                tables.modes.whole(),
                tables.crossings.whole(),
                tables.trim.whole(),
                tables.class_of.whole(),
                device.input.whole(),
                device.lagged.whole(),
                device.shown.whole(),
                device.sent.whole(),
                device.flicker.whole(),
                device.onsets.whole(),
                device.delayed.whole(),
                device.late.whole(),
                device.results.whole(),
            ],
        );
        let looker = Looker::new(gpu, bank, grid)?;
        let ring = Readback::new(gpu, "readings", 3, bank.len() as u64 * 12);
        Ok(Self {
            gpu: gpu.clone(),
            sample,
            uncross,
            bound,
            looker,
            ring,
            tick: bank.tick(),
            ticks: state.ticks,
            sensors: bank.len() as u32,
            pairs: (given.crossings.len() / Tables::CROSSING) as u32,
            key: given.key,
            tables,
            state: device,
        })
    }

    /// Ticks made so far.
    pub fn ticks(&self) -> u32 {
        self.ticks
    }

    /// Puts what is there at instruments from number `first` on, for [`Look::Given`].
    pub fn give(&self, first: usize, truth: &[f32]) {
        let bits: Vec<u32> = truth.iter().map(|x| x.to_bits()).collect();
        self.state.results.write(first, &bits);
    }

    /// Makes a tick: looks at `field`, and reads. Results set out for home; with all places in the ring taken, those of this
    /// tick stay.
    pub fn step(&mut self, bank: &Bank, field: &mut dyn GpuField) {
        self.look_up(bank, field);
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.looker.look(&self.gpu, field, &self.state.results, &mut pass);
            self.dispatch(&mut pass);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.sent_off();
    }

    /// Makes a tick with what has been [given](Self::give) to all instruments.
    pub fn step_given(&mut self) {
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.dispatch(&mut pass);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.sent_off();
    }

    fn dispatch(&self, pass: &mut wgpu::ComputePass<'_>) {
        let Self { sensors, pairs, key, ticks: now, .. } = *self;
        let mut run = |kernel: &Kernel, count: u32| {
            if count > 0 {
                let numbers = Tick { count, sensors, now, padding: 0, key };
                kernel.dispatch(pass, &self.bound, &numbers, groups(count));
            }
        };
        run(&self.sample, sensors);
        run(&self.uncross, pairs);
    }

    fn sent_off(&mut self) {
        let time = f64::from(self.ticks) * self.tick;
        self.ring.send(self.state.results.buffer(), u64::from(self.sensors) * 12, time);
        self.ticks = self.ticks.saturating_add(1);
    }

    /// Brings over what only the processor can look up.
    fn look_up(&mut self, bank: &Bank, field: &mut dyn GpuField) {
        let any_body = (0..bank.entries()).any(|n| matches!(bank.look(n), Look::Body(_)));
        let bodies = if any_body { field.bodies() } else { Vec::new() };
        for entry in 0..bank.entries() {
            let sensors = bank.of_entry(entry);
            let one = match bank.look(entry) {
                Look::Given(_) => continue,
                Look::Mean(quantity, region) => field.mean(*quantity, *region),
                Look::Body(body) => bodies.get(*body).copied(),
                Look::Points(probes) => {
                    let quantity = probes.first().map(|probe| probe.quantity);
                    if quantity.is_some_and(|quantity| field.view(quantity).is_none()) {
                        let mut seen = vec![0.0; sensors.len()];
                        field.sample(probes, &mut seen);
                        self.give(sensors.start, &seen);
                    }
                    continue;
                }
            };
            self.give(sensors.start, &[one.unwrap_or(f64::NAN) as f32]);
        }
    }

    /// The oldest results that have come home and not been taken. Does not wait.
    pub fn take(&mut self) -> Option<Results> {
        self.ring.take().map(|(time, words)| results(time, words))
    }

    /// The oldest results not taken, waiting for them.
    pub fn wait(&mut self) -> Option<Results> {
        self.ring.wait().map(|(time, words)| results(time, words))
    }

    /// The whole state, waiting for everything that was submitted.
    ///
    /// # Errors
    ///
    /// If the device is lost.
    pub fn save(&self) -> Result<State, GpuError> {
        let Results { truth, readings, flags, .. } = results(0.0, {
            let mut words = self.state.results.read()?;
            words.truncate(self.sensors as usize * 3);
            words
        });
        let n = self.sensors as usize;
        let [flicker, onsets, delayed, late] = self.state.lengths;
        Ok(State {
            ticks: self.ticks,
            truth,
            readings,
            flags,
            input: first(&self.state.input, n)?,
            lagged: first(&self.state.lagged, n)?,
            shown: first(&self.state.shown, n)?,
            sent: first(&self.state.sent, n)?,
            flicker: first(&self.state.flicker, flicker)?,
            onsets: first(&self.state.onsets, onsets)?,
            delayed: first(&self.state.delayed, delayed)?,
            late: first(&self.state.late, late)?,
        })
    }

    /// The tables as they lie on the device, in bytes.
    pub fn bytes(&self) -> u64 {
        let Tabled { classes, modes, crossings, trim, class_of } = &self.tables;
        let fixed = [classes, modes, crossings, class_of].map(|array| array.buffer().size());
        let OnDevice { input, lagged, shown, sent, delayed, late, .. } = &self.state;
        let floats = [input, lagged, shown, sent, delayed, late].map(|array| array.buffer().size());
        let OnDevice { flicker, onsets, results, .. } = &self.state;
        fixed.iter().chain(&floats).sum::<u64>()
            + trim.buffer().size()
            + flicker.buffer().size()
            + onsets.buffer().size()
            + results.buffer().size()
    }
}

fn first<T: Pod + NoUninit>(array: &Array<T>, len: usize) -> Result<Vec<T>, GpuError> {
    array.read().map(|mut values| {
        values.truncate(len);
        values
    })
}

fn results(time: f64, words: Vec<u32>) -> Results {
    let n = words.len() / 3;
    let floats = |from: usize| words[from..from + n].iter().map(|x| f32::from_bits(*x)).collect();
    Results { time, truth: floats(0), readings: floats(n), flags: words[2 * n..].to_vec() }
}
