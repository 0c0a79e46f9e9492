//! Instruments: their measurement chain in closed form, the moments and the Allan variance of their noise, the rate of their faults,
//! and that the processor and the adapter come to the same faults, to the bit.

use std::time::Instant;

use shaders::sensor::{GpuBank, Results};
use twin::field::{FieldError, Grid};
use twin::sensor::{Alarm, Alarms, Bank, Begin, Chain, Effect, Entry, Fault, Look, State, philox};

use super::super::finding::Finding;
use super::super::{Bench, Failure, Findings};
use super::Backend;

/// Instruments in closed form.
pub(in super::super) fn check(bench: &Bench) -> Findings {
    let mut found = known_answers();
    for backend in Backend::all() {
        found.extend(step_response(backend)?);
        found.extend(white_noise(backend, bench)?);
        found.extend(digits(backend)?);
        found.extend(faults(backend, bench)?);
    }
    found.extend(flicker(bench)?);
    found.push(detection()?);
    for backend in Backend::all().iter().skip(1) {
        found.extend(same_faults(backend)?);
    }
    found.push(million(bench)?);
    Ok(found)
}

/// A bank with its state, on one back end; what is there is handed in.
enum Runner {
    Cpu(Box<(Bank, State)>),
    Gpu(Box<GpuBank>),
}

impl Runner {
    fn new(backend: &Backend, entries: Vec<Entry>, start: &[f32]) -> Result<Self, Failure> {
        let bank = Bank::of(47, 1.0, entries, Bank::MOST_VALUES)?;
        let state = bank.start(start);
        let grid = Grid { cells: [1; 3], cell: 1.0, origin: [0.0; 3] };
        match backend {
            Backend::Cpu => Ok(Self::Cpu(Box::new((bank, state)))),
            Backend::Gpu(gpu) => {
                let device = GpuBank::new(gpu, &bank, &grid, &state)?;
                Ok(Self::Gpu(Box::new(device)))
            }
        }
    }

    fn step(&mut self, truth: &[f32]) -> Result<Results, Failure> {
        match self {
            Self::Cpu(both) => {
                let (bank, state) = &mut **both;
                bank.step(state, truth);
                let State { truth, readings, flags, .. } = state.clone();
                Ok(Results { time: 0.0, truth, readings, flags })
            }
            Self::Gpu(bank) => {
                bank.give(0, truth);
                bank.step_given();
                bank.wait().ok_or_else(|| FieldError::Device("no readings".into()).into())
            }
        }
    }

    fn onsets(&self) -> Result<Vec<u32>, Failure> {
        match self {
            Self::Cpu(both) => Ok(both.1.onsets.clone()),
            Self::Gpu(bank) => Ok(bank.save()?.onsets),
        }
    }
}

fn given(n: usize, chain: Chain, faults: Vec<Fault>) -> Entry {
    Entry { name: "T".into(), look: Look::Given(n), every: 1.0, chain, faults }
}

/// Words that differ from the answers that the authors publish with their library.
fn known_answers() -> Vec<Finding> {
    let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
    let vectors = [
        ("zeros", [0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        (
            "ones",
            [u32::MAX; 4],
            [u32::MAX; 2],
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
        ),
        (
            "digits of pi",
            pi,
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ),
    ];
    let compare = |(name, counter, key, answer): (_, _, _, [u32; 4])| {
        let wrong = philox(counter, key).iter().zip(answer).filter(|(got, a)| **got != *a).count();
        Finding::equal(format!("Philox-4x32-10 of {name}: words that differ"), 0.0, wrong as f64)
    };
    vectors.into_iter().map(compare).collect()
}

/// A lag of 8 s after a rise within one tick: `y = 1 - τ/h (1 - a) aⁿ⁻¹`, `a = exp(-h/τ)`. And a delay of 7 ticks.
fn step_response(backend: &Backend) -> Findings {
    let lagged = Chain { lag: 8.0, ..Chain::default() };
    let delayed = Chain { delay: 7.0, ..Chain::default() };
    let entries = vec![given(1, lagged, vec![]), given(1, delayed, vec![])];
    let mut runner = Runner::new(backend, entries, &[0.0; 2])?;
    let (mut found, mut arrived) = (Vec::new(), None);
    for n in 0..=40 {
        let truth = if n == 0 { 0.0 } else { 1.0 };
        let Results { readings, .. } = runner.step(&[truth; 2])?;
        let a = f64::exp(-1.0 / 8.0);
        if [1, 8, 40].contains(&n) {
            let exact = 1.0 - 8.0 * (1.0 - a) * a.powi(n - 1);
            let what = format!("{}: lag of 8 s, {n} s after a step", backend.name());
            found.push(Finding::within(
                what,
                exact,
                f64::from(readings[0]),
                1e-6,
                "single precision",
            ));
        }
        if readings[1] == 1.0 {
            arrived = arrived.or(Some(n));
        }
    }
    let what = format!("{}: a delay of 7 s, first seen at, s", backend.name());
    found.push(Finding::equal(what, 8.0, f64::from(arrived.unwrap_or(-1))));
    Ok(found)
}

/// Moments of white noise: those of the normal distribution, within 3 standard errors.
fn white_noise(backend: &Backend, bench: &Bench) -> Findings {
    let (n, ticks) = (20_000, if bench.is_quick() { 2 } else { 10 });
    let chain = Chain { noise: 0.5, ..Chain::default() };
    let mut runner = Runner::new(backend, vec![given(n, chain, vec![])], &vec![0.0; n])?;
    let (mut moments, count) = ([0.0; 4], (n * ticks) as f64);
    for _ in 0..ticks {
        for reading in runner.step(&vec![0.0; n])?.readings {
            let x = f64::from(reading) / 0.5;
            for (order, sum) in (1..).zip(&mut moments) {
                *sum += x.powi(order) / count;
            }
        }
    }
    // Variances of x, x², x³, x⁴ of a standard normal deviate.
    let expected = [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0_f64)];
    let findings = (1..).zip(moments).zip(expected).map(|((order, got), (exact, variance))| {
        let what = format!("{}: white noise, moment {order} over its σ", backend.name());
        Finding::within(what, exact, got, 3.0 * (variance / count).sqrt(), "3 se")
    });
    Ok(findings.collect())
}

/// Readings in steps of 0.1: off by half a step at most, and by step²/12 in the mean square.
fn digits(backend: &Backend) -> Findings {
    let n = 100_000;
    let truth: Vec<f32> = (0..n).map(|i| (i as f32 + 0.5) * 1e-4).collect();
    let chain = Chain { quantum: 0.1, ..Chain::default() };
    let mut runner = Runner::new(backend, vec![given(n, chain, vec![])], &truth)?;
    let readings = runner.step(&truth)?.readings;
    let errors = readings.iter().zip(&truth).map(|(got, is)| f64::from(*got) - f64::from(*is));
    let (largest, squares) = errors
        .fold((0.0_f64, 0.0), |(largest, sum), e| (largest.max(e.abs()), sum + e * e / n as f64));
    let name = backend.name();
    Ok(vec![
        Finding::within(
            format!("{name}: digits of 0.1, largest error"),
            0.05,
            largest,
            1e-4,
            "grid of inputs",
        ),
        Finding::within(
            format!("{name}: digits of 0.1, mean square over step²/12"),
            1.0,
            squares / (0.01 / 12.0),
            1e-3,
            "grid of inputs",
        ),
    ])
}

/// Beginnings of faults with a mean of 300 s between them and 20 s of repair, over 2000 instruments: cycles of 300.5 s (whole
/// ticks) + 20 s, as renewal theory counts them, with half the squared variation of the first cycle beyond the mean.
fn faults(backend: &Backend, bench: &Bench) -> Findings {
    let (n, ticks) = (2000, if bench.is_quick() { 400 } else { 1500 });
    let fault = Fault { effect: Effect::Stuck, begin: Begin::Every(300.0), repair: Some(20.0) };
    let mut runner =
        Runner::new(backend, vec![given(n, Chain::default(), vec![fault])], &vec![0.0; n])?;
    let (mut before, mut begun, mut active) = (vec![0; n], 0_u32, 0_u32);
    for _ in 0..ticks {
        let Results { flags, .. } = runner.step(&vec![0.0; n])?;
        begun += (0..n).filter(|s| flags[*s] == 1 && before[*s] == 0).count() as u32;
        active += flags.iter().sum::<u32>();
        before = flags;
    }
    let (expected, unavailable) = renewals(300.0, 20, ticks);
    // The variance of the number of renewals is at most that of a Poisson process of the rate.
    let sigma = (n as f64 * expected).sqrt();
    let name = backend.name();
    let counted = Finding::within(
        format!("{name}: faults begun of {n} instruments in {ticks} s"),
        n as f64 * expected,
        f64::from(begun),
        3.0 * sigma,
        "3 σ of a Poisson process",
    );
    let down = Finding::within(
        format!("{name}: share of time with a fault"),
        unavailable,
        f64::from(active) / (n * ticks) as f64,
        3.0 * 20.0 * sigma / (n * ticks) as f64,
        "3 σ of a Poisson process",
    );
    Ok(vec![counted, down])
}

/// Expected number of beginnings in `ticks` ticks, and share of ticks with a fault, of one instrument whose faults begin in a whole tick
/// after an exponential time of `mean` and last `repair` ticks: by recursion over ticks.
fn renewals(mean: f64, repair: usize, ticks: usize) -> (f64, f64) {
    let p = 1.0 - f64::exp(-1.0 / mean);
    // Chance that a fault begins at a tick: none at tick 0, as one begins a tick after the last has ended at the soonest.
    let mut begins = vec![0.0; ticks];
    let mut waiting = 1.0;
    for tick in 1..ticks {
        begins[tick] = waiting * p;
        let back = if tick >= repair { begins[tick - repair] } else { 0.0 };
        waiting += back - begins[tick];
    }
    let active = |begin: &(usize, &f64)| begin.1 * repair.min(ticks - begin.0) as f64;
    let share = begins.iter().enumerate().map(|begin| active(&begin)).sum::<f64>() / ticks as f64;
    (begins.iter().sum(), share)
}

/// The Allan deviation of flicker noise, from one averaging time to the next, beside that of its four processes in closed form;
/// its floor is 1.
fn flicker(bench: &Bench) -> Findings {
    let (n, ticks) = if bench.is_quick() { (200, 1024) } else { (1000, 4096) };
    let chain = Chain { flicker: 1.0, ..Chain::default() };
    let mut runner = Runner::new(&Backend::Cpu, vec![given(n, chain, vec![])], &vec![0.0; n])?;
    let mut series = vec![Vec::with_capacity(ticks); n];
    for _ in 0..ticks {
        let Results { readings, .. } = runner.step(&vec![0.0; n])?;
        series.iter_mut().zip(readings).for_each(|(own, y)| own.push(f64::from(y)));
    }
    let mut found = Vec::new();
    for m in [2, 8, 32, 128] {
        let variances: Vec<f64> = series.iter().map(|own| allan(own, m)).collect();
        let exact: f64 = [1.0, 10.0, 100.0, 1000.0].map(|n| allan_of(n, m)).iter().sum();
        let what = format!("flicker noise, Allan variance over {m} samples");
        let floor = format!("{:.3} of the floor that was asked for", exact.sqrt());
        found.push(Finding::mean(what, exact, &variances, 3.0, 0.05).note(&floor));
    }
    Ok(found)
}

/// Half the mean square of the difference between means of `m` samples and of the `m` next.
fn allan(series: &[f64], m: usize) -> f64 {
    let means: Vec<f64> =
        series.chunks_exact(m).map(|own| own.iter().sum::<f64>() / m as f64).collect();
    let squares: f64 = means.windows(2).map(|two| (two[1] - two[0]).powi(2)).sum();
    squares / 2.0 / (means.len() - 1) as f64
}

/// That of an Ornstein-Uhlenbeck process of time constant `n` samples and variance `ln 10 / (2 ln 2)`, over `m` samples: the
/// variance of a mean less the covariance of two that follow each other.
fn allan_of(n: f64, m: usize) -> f64 {
    let kept = f64::exp(-1.0 / n);
    let sum = |k: usize| (m - k) as f64 * kept.powi(k as i32);
    let variance = m as f64 + 2.0 * (1..m).map(sum).sum::<f64>();
    let covariance = kept * ((1.0 - kept.powi(m as i32)) / (1.0 - kept)).powi(2);
    f64::ln(10.0) / (2.0 * f64::ln(2.0)) * (variance - covariance) / (m * m) as f64
}

/// On a ramp, a thermometer with a lag is behind by its time constant, and its alarm by its delay besides.
fn detection() -> Result<Finding, Failure> {
    let chain = Chain { lag: 20.0, ..Chain::default() };
    let bank = Bank::of(47, 1.0, vec![given(1, chain, vec![])], Bank::MOST_VALUES)?;
    let alarm = Alarm {
        entry: 0,
        limit: 60.0,
        above: true,
        hysteresis: 2.0,
        delay: [30.0, 0.0],
        window: 100.0,
    };
    let alarms = Alarms::of(&bank, &[alarm]);
    let (mut state, mut listening) = (bank.start(&[20.0]), alarms.start());
    for tick in 0..1000_u16 {
        let truth = [20.0 + 0.1 * f32::from(tick)];
        bank.step(&mut state, &truth);
        alarms.step(&mut listening, u32::from(tick), &state.readings, &truth);
    }
    let score = alarms.score(&listening, 0);
    let delay = alarms.delays(&score).map_or(f64::NAN, |[mean, _]| mean);
    let what = "a ramp through the limit of an alarm: seen after, s";
    Ok(Finding::within(what, 50.0, delay, 1.0, "one tick"))
}

/// Instruments with all kinds of faults at once: the beginnings of these, and flags, on both.
fn same_faults(backend: &Backend) -> Findings {
    let hazard =
        |effect, mean, repair| Fault { effect, begin: Begin::Every(mean), repair: Some(repair) };
    let all = vec![
        hazard(Effect::Stuck, 30.0, 5.0),
        hazard(Effect::Dropout, 40.0, 3.0),
        hazard(Effect::Spikes { size: 9.0, share: 0.3 }, 25.0, 6.0),
        hazard(Effect::Drift { rate: 0.2 }, 45.0, 10.0),
        hazard(Effect::Bias { step: -2.0 }, 35.0, 4.0),
        hazard(Effect::Noise { factor: 6.0 }, 50.0, 8.0),
        hazard(Effect::Crossed { with: None }, 33.0, 7.0),
        hazard(Effect::Late { by: 4.0 }, 20.0, 6.0),
        hazard(Effect::Saturated { high: true }, 60.0, 2.0),
    ];
    let (n, ticks) = (2000, 100);
    let chain = Chain { noise: 0.1, range: [-20.0, 80.0], ..Chain::default() };
    let truth: Vec<f32> = (0..n).map(|i| 20.0 + i as f32 * 0.01).collect();
    let entries = || vec![given(n, chain.clone(), all.clone())];
    let mut plain = Runner::new(&Backend::Cpu, entries(), &truth)?;
    let mut device = Runner::new(backend, entries(), &truth)?;
    let (mut flags, mut worst) = (0, 0.0_f64);
    for _ in 0..ticks {
        let (a, b) = (plain.step(&truth)?, device.step(&truth)?);
        flags += a.flags.iter().zip(&b.flags).filter(|(a, b)| a != b).count();
        let pairs = a.readings.iter().zip(&b.readings);
        worst = pairs.fold(worst, |worst, (a, b)| worst.max(f64::from((a - b).abs())));
    }
    let (a, b) = (plain.onsets()?, device.onsets()?);
    let onsets = a.iter().zip(&b).filter(|(a, b)| a != b).count();
    let what = |what: &str| format!("gpu and cpu, {n} instruments in {ticks} ticks: {what}");
    Ok(vec![
        Finding::equal(what("flags that differ"), 0.0, flags as f64),
        Finding::equal(what("beginnings of faults that differ"), 0.0, onsets as f64),
        Finding::within(what("largest difference"), 0.0, worst, 1e-4, "single precision"),
    ])
}

/// A million thermometers: all of them are read within a tick. How long that takes is told, and never judged.
fn million(bench: &Bench) -> Result<Finding, Failure> {
    let n = if bench.is_quick() { 100_000 } else { 1_000_000 };
    let chain = Chain { lag: 8.0, noise: 0.05, flicker: 0.02, ..Chain::default() };
    let fault = Fault { effect: Effect::Stuck, begin: Begin::Every(3.6e6), repair: Some(7200.0) };
    let entry = given(n, chain, vec![fault]);
    let bank = Bank::of(47, 1.0, vec![entry], Bank::MOST_VALUES)?;
    let truth = vec![20.0; n];
    let mut state = bank.start(&truth);
    let mut fastest = f64::INFINITY;
    for _ in 0..5 {
        let begin = Instant::now();
        bank.step(&mut state, &truth);
        fastest = fastest.min(begin.elapsed().as_secs_f64());
    }
    let read = state.readings.iter().filter(|reading| **reading != 20.0).count();
    let share = read as f64 / n as f64;
    let what = format!("cpu: share of {n} instruments that show their noise");
    let note = format!("{:.0} ms a tick on this machine", fastest * 1e3);
    Ok(Finding::within(what, 1.0, share, 1e-4, "single precision").note(&note))
}
