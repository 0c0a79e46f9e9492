//! How long a tick of many instruments takes: to look at the field, each at its point, and to make readings of it.

use std::sync::Arc;

use twin::field::{Grid, Probe, Quantity, Settings, Tier};
use twin::sensor::{Bank, Begin, Chain, Effect, Entry, Fault, Look, Tolerance};

use super::place::{Effort, MeasureError, Place, best, cube};
use crate::sensor::GpuBank;
use crate::{Gpu, Kind};

/// How long a tick of instruments takes.
#[derive(Clone, Debug, PartialEq)]
pub struct TickRate {
    /// What they do.
    pub what: &'static str,
    /// How many there are.
    pub sensors: usize,
    /// Ticks that were timed at once.
    pub ticks: usize,
    /// Time that these took (s). On a device, readings stay there.
    pub seconds: f64,
    /// Time that a tick takes on a device if its readings are brought home and waited for (s); none on the processor, where they
    /// are at home.
    pub home: Option<f64>,
}

impl TickRate {
    /// Time that a tick takes (s).
    pub fn tick(&self) -> f64 {
        self.seconds / self.ticks as f64
    }

    /// Instruments that are read in a second.
    pub fn sensors_per_s(&self) -> f64 {
        self.sensors as f64 / self.tick()
    }
}

/// Thermometers, each at its own point in a closed cube of 64³ cells whose temperature differs from place to place.
#[derive(Clone, Copy, Debug)]
pub struct SensorCase {
    /// What they do.
    pub what: &'static str,
    entry: fn(Vec<Probe>) -> Entry,
}

/// All that instruments are measured by.
pub const SENSORS: [SensorCase; 2] = [
    SensorCase { what: "ideal thermometers", entry: ideal },
    SensorCase { what: "whole chain, nine faults", entry: real },
];

/// Cells along an edge of the cube.
const EDGE: usize = 64;

/// Length of a tick (s).
const TICK: f64 = 1.0;

impl SensorCase {
    /// How long a tick takes at `place`.
    ///
    /// # Errors
    ///
    /// If they do not fit the device.
    pub fn measure(&self, place: &Place, effort: Effort) -> Result<TickRate, MeasureError> {
        let (grid, sensors) = (cube(EDGE).grid, count(place, effort));
        let entry = (self.entry)(points(&grid, sensors));
        let bank = Bank::of(1, TICK, vec![entry], Bank::MOST_VALUES)?;
        let timed =
            |ticks: &mut dyn FnMut(usize)| best(effort, &mut |count| place.time(|| ticks(count)));
        let ((ticks, seconds), home) = match place {
            Place::Host => (timed(&mut on_host(bank)?), None),
            Place::Device(gpu) => {
                let mut device = OnDevice::new(gpu, bank)?;
                let there = timed(&mut |ticks| device.stay(ticks));
                let (ticks, seconds) = timed(&mut |ticks| device.come_home(ticks));
                (there, Some(seconds / ticks as f64))
            }
        };
        Ok(TickRate { what: self.what, sensors, ticks, seconds, home })
    }
}

/// How many instruments.
fn count(place: &Place, effort: Effort) -> usize {
    match (place, effort) {
        (_, Effort::Quick) => 20_000,
        (Place::Device(gpu), Effort::Full) if gpu.kind() == Kind::Software => 100_000,
        (_, Effort::Full) => 1_000_000,
    }
}

fn ideal(points: Vec<Probe>) -> Entry {
    Entry::ideal("T", Look::Points(points), TICK)
}

/// With everything that a measurement chain can do but a deadband, and every fault once an hour, for a minute.
fn real(points: Vec<Probe>) -> Entry {
    let chain = Chain {
        delay: 2.0 * TICK,
        lag: 8.0,
        gain: 0.001,
        bias: 0.05,
        tolerance: Tolerance::CLASSES[2].1,
        drift: 1e-8,
        noise: 0.05,
        flicker: 0.02,
        range: [-50.0, 150.0],
        quantum: 0.01,
        ..Chain::default()
    };
    let effects = [
        Effect::Stuck,
        Effect::Dropout,
        Effect::Spikes { size: 10.0, share: 0.1 },
        Effect::Drift { rate: 0.01 },
        Effect::Bias { step: 2.0 },
        Effect::Noise { factor: 5.0 },
        Effect::Crossed { with: None },
        Effect::Late { by: 3.0 * TICK },
        Effect::Saturated { high: true },
    ];
    let hourly = |effect| Fault { effect, begin: Begin::Every(3600.0), repair: Some(60.0) };
    Entry { chain, faults: effects.map(hourly).into(), ..ideal(points) }
}

/// Points all over the grid, none beside the one before: multiples of three irrational numbers, whose fractions fill a cube evenly.
fn points(grid: &Grid, count: usize) -> Vec<Probe> {
    const STRIDES: [f64; 3] = [0.819_172_513_396_164, 0.671_043_606_703_789, 0.549_700_477_901_970];
    let at = |n: usize| -> [f64; 3] {
        std::array::from_fn(|axis| {
            let length = grid.cells[axis] as f64 * grid.cell;
            grid.origin[axis] + (n as f64 * STRIDES[axis]).fract() * length
        })
    };
    (0..count).map(|n| Probe { quantity: Quantity::Temperature, at: at(n) }).collect()
}

/// Makes so many ticks on the processor.
fn on_host(bank: Bank) -> Result<impl FnMut(usize), MeasureError> {
    let mut field = Place::Host.build(Tier::Conduction, &cube(EDGE), &Settings::default())?;
    let mut truth = vec![0.0; bank.len()];
    bank.look_at(&mut *field, &mut truth);
    let mut state = bank.start(&truth);
    Ok(move |ticks| {
        for _ in 0..ticks {
            bank.look_at(&mut *field, &mut truth);
            bank.step(&mut state, &truth);
        }
    })
}

/// Instruments and their field on a device.
struct OnDevice {
    bank: Bank,
    field: Box<dyn crate::field::GpuField>,
    device: GpuBank,
}

impl OnDevice {
    fn new(gpu: &Arc<Gpu>, bank: Bank) -> Result<Self, MeasureError> {
        let scene = cube(EDGE);
        let field = crate::field::build(gpu, Tier::Conduction, &scene, &Settings::default())?;
        let state = bank.start(&vec![20.0; bank.len()]);
        let device = GpuBank::new(gpu, &bank, &scene.grid, &state)?;
        Ok(Self { bank, field, device })
    }

    /// Submits ticks. Nobody takes their readings, so the ring for these is full and the later ones stay.
    fn stay(&mut self, ticks: usize) {
        (0..ticks).for_each(|_| self.device.step(&self.bank, &mut *self.field));
    }

    /// Makes ticks and waits for the readings of each.
    fn come_home(&mut self, ticks: usize) {
        while self.device.wait().is_some() {}
        for _ in 0..ticks {
            self.device.step(&self.bank, &mut *self.field);
            self.device.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_in_the_grid_and_all_over_it() {
        let grid = cube(4).grid;
        let mut seen = vec![0; grid.len()];
        for probe in points(&grid, 6400) {
            seen[grid.index(grid.cell_of(probe.at).expect("inside"))] += 1;
        }
        assert!(seen.iter().all(|n| (80..120).contains(n)), "{seen:?}");
    }

    #[test]
    fn every_case_runs_in_both_places() {
        let device = Gpu::for_tests().map(Place::Device);
        for place in std::iter::once(Place::Host).chain(device) {
            for case in SENSORS {
                match case.measure(&place, Effort::Quick) {
                    Ok(rate) => {
                        assert!(rate.sensors_per_s() > 0.0 && rate.sensors == 20_000, "{rate:?}");
                        assert_eq!(rate.home.is_some(), matches!(place, Place::Device(_)));
                    }
                    Err(error) => panic!("{}: {error}", case.what),
                }
            }
        }
    }
}
