//! The device does what the plain form does.

use std::sync::Arc;

use twin::field::{
    Balance, FieldError, FieldSolver, Grid, Heat, Probe, Quantity, Region, Saved, Tier,
};
use twin::sensor::{Bank, Begin, Chain, Effect, Entry, Fault, Look, State, Tolerance};

use super::GpuBank;
use crate::field::{FieldView, GpuField};
use crate::{Array, Gpu};

/// A field that does not move.
struct Still {
    grid: Grid,
    values: Vec<f32>,
    on_device: Array<f32>,
    first: usize,
}

impl Still {
    /// `1 + 2 x - 3 y + 4 z`, some values into its buffer.
    fn linear(gpu: &Arc<Gpu>, grid: Grid, first: usize) -> Self {
        let value = |cell| {
            let [x, y, z] = grid.middle(cell);
            (1.0 + 2.0 * x - 3.0 * y + 4.0 * z) as f32
        };
        let values: Vec<f32> = grid.all().iter().map(value).collect();
        let on_device = Array::of(gpu, "still", &[vec![-1.0; first], values.clone()].concat());
        Self { grid, values, on_device: on_device.unwrap(), first }
    }
}

impl FieldSolver for Still {
    fn tier(&self) -> Tier {
        Tier::Air
    }
    fn device(&self) -> String {
        "test".into()
    }
    fn time(&self) -> f64 {
        0.0
    }
    fn set_power(&mut self, _: &[f64]) {}
    fn set_patch(&mut self, _: usize, _: Heat) {}
    fn advance(&mut self, _: f64) -> Result<(), FieldError> {
        Ok(())
    }
    fn settle(&mut self, _: f64, _: usize) -> Result<usize, FieldError> {
        Ok(0)
    }
    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        for (probe, out) in probes.iter().zip(out) {
            let cell = self.grid.cell_of(probe.at).unwrap_or_default();
            *out = self.values[self.grid.index(cell)];
        }
    }
    fn field(&mut self, _: Quantity) -> Option<Vec<f32>> {
        Some(self.values.clone())
    }
    fn mean(&mut self, _: Quantity, region: Region) -> Option<f64> {
        Some(region.len() as f64)
    }
    fn bodies(&mut self) -> Vec<f64> {
        vec![70.0, 80.0]
    }
    fn balance(&mut self) -> Balance {
        Balance::default()
    }
    fn save(&mut self) -> Saved {
        Saved { tier: Tier::Air, time: 0.0, arrays: vec![], numbers: vec![] }
    }
    fn restore(&mut self, _: &Saved) -> Result<(), FieldError> {
        Ok(())
    }
}

impl GpuField for Still {
    fn view(&mut self, quantity: Quantity) -> Option<FieldView<'_>> {
        (quantity == Quantity::Temperature)
            .then_some(FieldView { array: &self.on_device, first: self.first })
    }
}

fn bank(entries: Vec<Entry>) -> Bank {
    Bank::of(11, 0.5, entries, Bank::MOST_VALUES).unwrap()
}

/// All that can be said of instruments, at once.
fn everything(n: usize) -> Vec<Entry> {
    let hazard =
        |effect, mean, repair| Fault { effect, begin: Begin::Every(mean), repair: Some(repair) };
    let chain = Chain {
        delay: 1.5,
        lag: 4.0,
        gain: 0.01,
        bias: 0.1,
        tolerance: Tolerance { offset: 0.3, slope: 0.005 },
        drift: 1e-3,
        noise: 0.05,
        flicker: 0.02,
        range: [-20.0, 60.0],
        ..Chain::default()
    };
    let faults = vec![
        hazard(Effect::Stuck, 30.0, 5.0),
        hazard(Effect::Dropout, 40.0, 3.0),
        hazard(Effect::Spikes { size: 9.0, share: 0.3 }, 25.0, 6.0),
        hazard(Effect::Drift { rate: 0.2 }, 45.0, 10.0),
        hazard(Effect::Bias { step: -2.0 }, 35.0, 4.0),
        hazard(Effect::Noise { factor: 6.0 }, 50.0, 8.0),
        hazard(Effect::Crossed { with: None }, 33.0, 7.0),
        hazard(Effect::Late { by: 4.0 }, 20.0, 6.0),
        hazard(Effect::Saturated { high: true }, 60.0, 2.0),
        Fault { effect: Effect::Late { by: 2.5 }, begin: Begin::At(9.0), repair: Some(4.0) },
    ];
    let slow = Entry {
        name: "slow".into(),
        look: Look::Given(n / 2),
        every: 2.0,
        chain: Chain { deadband: 0.02, ..chain.clone() },
        faults: faults.clone(),
    };
    let fast = Entry { name: "fast".into(), look: Look::Given(n), every: 0.5, chain, faults };
    vec![Entry::ideal("ideal", Look::Given(3), 1.0), slow, fast]
}

fn truth(n: usize, tick: u32) -> Vec<f32> {
    (0..n).map(|i| 20.0 + 10.0 * ((i as f32 * 0.37) + tick as f32 * 0.11).sin()).collect()
}

#[test]
fn chain_and_faults_agree_with_the_plain_form() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let bank = bank(everything(700));
    let n = bank.len();
    let mut plain = bank.start(&truth(n, 0));
    let grid = Grid { cells: [2, 2, 2], cell: 1.0, origin: [0.0; 3] };
    let mut device = GpuBank::new(&gpu, &bank, &grid, &plain).unwrap();
    for tick in 0..80 {
        let truth = truth(n, tick);
        bank.step(&mut plain, &truth);
        device.give(0, &truth);
        device.step_given();
        let results = device.wait().unwrap();
        assert_eq!(results.time, f64::from(tick) * 0.5);
        assert_eq!(results.truth, truth);
        assert_eq!(results.flags, plain.flags, "flags of tick {tick}");
        let worst = results.readings.iter().zip(&plain.readings);
        let worst = worst.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "readings of tick {tick} differ by {worst}");
    }
    let saved = device.save().unwrap();
    assert_eq!(saved.onsets, plain.onsets, "beginnings of faults, to the bit");
    for effect in 0..9 {
        assert!(plain.onsets.len() > 1000 && seen(&bank, effect), "effect {effect} never came");
    }
    close(&saved, &plain);
}

/// Whether an effect comes up within 80 ticks of the plain form.
fn seen(bank: &Bank, effect: u32) -> bool {
    let mut state = bank.start(&truth(bank.len(), 0));
    (0..80).any(|tick| {
        bank.step(&mut state, &truth(bank.len(), tick));
        state.flags.iter().any(|flags| flags >> effect & 1 == 1)
    })
}

fn close(a: &State, b: &State) {
    assert_eq!(
        (a.ticks, &a.truth, &a.input, &a.delayed),
        (b.ticks, &b.truth, &b.input, &b.delayed)
    );
    let pairs = [(&a.lagged, &b.lagged), (&a.shown, &b.shown), (&a.late, &b.late)];
    for (a, b) in pairs {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4) && a.len() == b.len());
    }
    let flicker = a.flicker.as_flattened().iter().zip(b.flicker.as_flattened());
    assert!(flicker.fold(0.0, |worst: f32, (a, b)| worst.max((a - b).abs())) < 1e-5);
}

#[test]
fn a_state_goes_over_and_comes_back() {
    let Some(gpu) = Gpu::for_tests() else { return };
    let bank = bank(everything(40));
    let n = bank.len();
    let mut plain = bank.start(&truth(n, 0));
    (0..30).for_each(|tick| bank.step(&mut plain, &truth(n, tick)));
    let grid = Grid { cells: [2, 2, 2], cell: 1.0, origin: [0.0; 3] };
    let mut device = GpuBank::new(&gpu, &bank, &grid, &plain).unwrap();
    assert_eq!(device.save().unwrap(), plain);
    for tick in 30..40 {
        bank.step(&mut plain, &truth(n, tick));
        device.give(0, &truth(n, tick));
        device.step_given();
    }
    let saved = device.save().unwrap();
    assert_eq!((&saved.onsets, &saved.flags), (&plain.onsets, &plain.flags));
    close(&saved, &plain);
}

#[test]
fn points_are_interpolated_through_any_number_of_windows() {
    let Some(whole) = Gpu::for_tests() else { return };
    let grid = Grid { cells: [40, 30, 20], cell: 0.25, origin: [1.0, -2.0, 0.5] };
    let at = |i: usize| {
        let share = |prime: f64| (i as f64 * prime).fract() * 0.98 + 0.01;
        let inside = [share(0.618_034), share(0.754_877), share(0.569_840)];
        std::array::from_fn(|axis| {
            let (n, cell) = (grid.cells[axis] as f64 - 1.0, grid.cell);
            grid.origin[axis] + (0.5 + inside[axis] * n) * cell
        })
    };
    let points: Vec<[f64; 3]> = (0..500).map(at).collect();
    let probe = |quantity| move |at: &[f64; 3]| Probe { quantity, at: *at };
    let probes = points.iter().map(probe(Quantity::Temperature)).collect();
    let speeds = points.iter().take(5).map(probe(Quantity::Speed)).collect();
    let beyond = Probe { quantity: Quantity::Temperature, at: [1e6, -1e6, 1e6] };
    let region = grid.cells_in([1.0, -2.0, 0.5], [2.0, -1.0, 1.5]);
    let bank = bank(vec![
        Entry::ideal("speeds", Look::Points(speeds), 0.5),
        Entry::ideal("points", Look::Points(probes), 0.5),
        Entry::ideal("beyond", Look::Points(vec![beyond]), 0.5),
        Entry::ideal("mean", Look::Mean(Quantity::Temperature, region), 0.5),
        Entry::ideal("body", Look::Body(1), 0.5),
        Entry::ideal("nobody", Look::Given(1), 0.5),
    ]);
    let start = bank.start(&vec![0.0; bank.len()]);
    // Whole, and in slabs of three planes or so.
    for gpu in [whole.clone(), whole.bound_by(5 * 40 * 30 * 4 + 1024)] {
        let mut field = Still::linear(&gpu, grid, 77);
        let mut device = GpuBank::new(&gpu, &bank, &grid, &start).unwrap();
        device.give(bank.len() - 1, &[5.0]);
        device.step(&bank, &mut field);
        let read = device.wait().unwrap().readings;
        let mut speeds = vec![0.0; 5];
        let Look::Points(probes) = bank.look(0) else { panic!("points") };
        field.sample(probes, &mut speeds);
        assert_eq!(read[..5], speeds);
        for ([x, y, z], got) in points.iter().zip(&read[5..]) {
            let exact = 1.0 + 2.0 * x - 3.0 * y + 4.0 * z;
            assert!((f64::from(*got) - exact).abs() < 2e-5, "{got} for {exact}");
        }
        let corner = field.values[grid.index([39, 0, 19])];
        assert_eq!(read[505..], [corner, 64.0, 80.0, 5.0]);
    }
}
