//! What every bank must do.

use super::*;

fn bank(entries: Vec<Entry>) -> Bank {
    match Bank::of(7, 1.0, entries, Bank::MOST_VALUES) {
        Ok(bank) => bank,
        Err(error) => panic!("{error}"),
    }
}

fn given(n: usize) -> Entry {
    Entry::ideal("T", Look::Given(n), 1.0)
}

fn run(bank: &Bank, ticks: u32, truth: impl Fn(u32) -> f32) -> Vec<Vec<f32>> {
    let mut state = bank.start(&vec![truth(0); bank.len()]);
    let mut seen = Vec::new();
    for tick in 0..ticks {
        bank.step(&mut state, &vec![truth(tick); bank.len()]);
        seen.push(state.readings.clone());
    }
    seen
}

fn planned(effect: Effect, at: f64, repair: f64) -> Fault {
    Fault { effect, begin: Begin::At(at), repair: Some(repair) }
}

#[test]
fn an_ideal_instrument_reads_what_is_there() {
    for (tick, readings) in (0_u16..).zip(run(&bank(vec![given(3)]), 5, |t| t as f32)) {
        assert_eq!(readings, [f32::from(tick); 3]);
    }
}

#[test]
fn readings_are_held_between_samples_and_come_late_by_the_delay() {
    let chain = Chain { delay: 3.0, ..Chain::default() };
    let seen = run(&bank(vec![Entry { every: 4.0, chain, ..given(1) }]), 14, |t| t as f32);
    let seen: Vec<f32> = seen.into_iter().map(|readings| readings[0]).collect();
    assert_eq!(seen, [0., 0., 0., 0., 1., 1., 1., 1., 5., 5., 5., 5., 9., 9.]);
}

#[test]
fn errors_add_up_and_end_at_the_range() {
    let chain = Chain {
        gain: 0.1,
        reference: 10.0,
        bias: 0.25,
        drift: 0.5,
        range: [0.0, 34.0],
        quantum: 0.5,
        ..Chain::default()
    };
    let seen = run(&bank(vec![Entry { chain, ..given(1) }]), 7, |t| 20.0 + 2.0 * t as f32);
    // 20 + 2 t + 0.1 (10 + 2 t) + 0.25 + 0.5 t, to the nearest half, at most 34.
    let seen: Vec<f32> = seen.into_iter().map(|readings| readings[0]).collect();
    assert_eq!(seen, [21.5, 24.0, 26.5, 29.5, 32.0, 34.0, 34.0]);
}

#[test]
fn a_deadband_holds_small_changes_back() {
    let chain = Chain { deadband: 2.0, ..Chain::default() };
    let seen = run(&bank(vec![Entry { chain, ..given(1) }]), 6, |t| t as f32);
    let seen: Vec<f32> = seen.into_iter().map(|readings| readings[0]).collect();
    assert_eq!(seen, [0., 0., 2., 2., 4., 4.]);
}

#[test]
fn each_fault_does_what_its_name_says() {
    let chain = || Chain { range: [-50.0, 150.0], ..Chain::default() };
    let with =
        |effect| Entry { chain: chain(), faults: vec![planned(effect, 3.0, 3.0)], ..given(1) };
    for (effect, expected) in [
        (Effect::Stuck, [2., 2., 2., 2., 6.]),
        (Effect::Dropout, [2., 2., 2., 2., 6.]),
        (Effect::Drift { rate: 10.0 }, [2., 3., 14., 25., 6.]),
        (Effect::Bias { step: -5.0 }, [2., -2., -1., 0., 6.]),
        (Effect::Late { by: 2.0 }, [2., 1., 2., 3., 6.]),
        (Effect::Saturated { high: true }, [2., 150., 150., 150., 6.]),
        (Effect::Saturated { high: false }, [2., -50., -50., -50., 6.]),
    ] {
        let name = EFFECTS[effect.number()];
        let bank = bank(vec![with(effect)]);
        let mut state = bank.start(&[0.0]);
        for tick in 0..7_u16 {
            bank.step(&mut state, &[f32::from(tick)]);
            if tick >= 2 {
                assert_eq!(state.readings[0], expected[usize::from(tick) - 2], "{name} at {tick}");
            }
            let told: Vec<&str> = state.flags(0).names().collect();
            assert_eq!(told, if (3..6).contains(&tick) { vec![name] } else { vec![] });
        }
    }
}

#[test]
fn spikes_come_in_their_share_and_noise_grows() {
    let spikes = planned(Effect::Spikes { size: 100.0, share: 0.25 }, 0.0, 1e6);
    let noise = planned(Effect::Noise { factor: 5.0 }, 0.0, 1e6);
    let chain = Chain { noise: 1.0, ..Chain::default() };
    let n = 20_000;
    let bank = bank(vec![
        Entry { faults: vec![spikes], ..given(n) },
        Entry { faults: vec![noise], chain, ..given(n) },
    ]);
    let readings = run(&bank, 1, |_| 0.0).remove(0);
    let spiked = readings[..n].iter().filter(|x| x.abs() == 100.0).count() as f64;
    assert!((spiked / n as f64 - 0.25).abs() < 3.0 * (0.25 * 0.75 / n as f64).sqrt());
    let squares: f64 = readings[n..].iter().map(|x| f64::from(*x).powi(2)).sum();
    assert!((squares / n as f64 / 25.0 - 1.0).abs() < 3.0 * (2.0 / n as f64).sqrt());
}

#[test]
fn crossed_tags_swap_and_come_back() {
    let cross =
        |with: Option<&str>| planned(Effect::Crossed { with: with.map(str::to_owned) }, 2.0, 2.0);
    let named = |name: &str, faults| Entry { name: name.into(), faults, ..given(1) };
    let bank = bank(vec![
        named("a", vec![cross(Some("b"))]),
        named("b", vec![]),
        Entry { every: 3.0, faults: vec![cross(None)], ..given(3) },
    ]);
    let mut state = bank.start(&[0.0; 5]);
    let mut seen = Vec::new();
    for _ in 0..5 {
        bank.step(&mut state, &[1.0, 2.0, 3.0, 4.0, 5.0]);
        seen.push(state.readings.clone());
        let crossed = state.flags(1).names().eq(["crossed"]);
        assert_eq!(crossed, (3..=4).contains(&state.ticks));
    }
    assert_eq!(seen[1], [1., 2., 3., 4., 5.]);
    assert_eq!(seen[2], [2., 1., 4., 3., 5.]);
    assert_eq!(seen[3], [2., 1., 4., 3., 5.]);
    assert_eq!(seen[4], [1., 2., 3., 4., 5.]);
}

#[test]
fn states_are_the_same_on_any_number_of_threads_and_after_a_pause() {
    let chain = Chain { noise: 0.1, flicker: 0.05, lag: 4.0, delay: 2.0, ..Chain::default() };
    let fault =
        |effect, mean, repair| Fault { effect, begin: Begin::Every(mean), repair: Some(repair) };
    let faults = vec![
        fault(Effect::Stuck, 30.0, 5.0),
        fault(Effect::Crossed { with: None }, 40.0, 7.0),
        fault(Effect::Late { by: 3.0 }, 20.0, 4.0),
    ];
    let bank = bank(vec![given(5), Entry { chain, faults, ..given(10_000) }]);
    let truth: Vec<f32> = (0..bank.len()).map(|i| i as f32 * 0.01).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let Ok(pool) = pool else { panic!("a pool of {threads}") };
        pool.install(|| {
            let mut state = bank.start(&truth);
            for tick in 0..40 {
                bank.step(&mut state, &truth);
                if tick == 20 {
                    state = state.clone();
                }
            }
            state
        })
    };
    let one = run(1);
    assert!(one.flags.iter().any(|flags| *flags != 0));
    assert_eq!(one, run(2));
    assert_eq!(one, run(5));
}

#[test]
fn tolerances_stay_within_their_limits_and_fill_them() {
    let (_, b) = Tolerance::CLASSES[2];
    let chain = Chain { tolerance: b, ..Chain::default() };
    let readings = run(&bank(vec![Entry { chain, ..given(5000) }]), 1, |_| 100.0).remove(0);
    let (low, high) =
        readings.iter().fold((f32::MAX, f32::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
    // Class B at 100 °C: ±0.8 K.
    assert!((99.2..99.21).contains(&low), "{low}");
    assert!((100.79..=100.8).contains(&high), "{high}");
}

#[test]
fn what_makes_no_sense_is_refused_before_memory_is_taken() {
    let refused = |entry: Entry| match Bank::of(0, 1.0, vec![entry], 1000) {
        Ok(_) => None,
        Err(error) => Some((error.field().to_owned(), error.entry().map(str::to_owned))),
    };
    let told = |field: &str| Some((field.to_owned(), Some("T".to_owned())));
    assert_eq!(refused(given(100)), None);
    assert_eq!(refused(given(1_000_000)), told(""));
    assert_eq!(refused(given(usize::MAX)), told(""));
    assert_eq!(refused(Entry { every: 0.2, ..given(1) }), told("every"));
    assert_eq!(refused(Entry { every: f64::NAN, ..given(1) }), told("every"));
    let chain = Chain { delay: 1e9, ..Chain::default() };
    assert_eq!(refused(Entry { chain, ..given(1) }), told(""));
    let fault =
        |effect, begin| Entry { faults: vec![Fault { effect, begin, repair: None }], ..given(1) };
    assert_eq!(refused(fault(Effect::Stuck, Begin::Every(0.0))), told("every"));
    assert_eq!(refused(fault(Effect::Late { by: 1e12 }, Begin::At(0.0))), told(""));
    let nan = Effect::Bias { step: f64::NAN };
    assert_eq!(refused(fault(nan, Begin::At(0.0))), told("size"));
    for with in [None, Some("T".to_owned()), Some("nobody".to_owned())] {
        assert_eq!(refused(fault(Effect::Crossed { with }, Begin::At(0.0))), told("failures"));
    }
    assert!(matches!(Bank::of(0, 0.0, vec![], 1), Err(SensorError::Tick(_))));
}

#[test]
fn tags_and_entries_find_each_other() {
    let bank = bank(vec![given(1), Entry { name: "G".into(), ..given(3) }]);
    assert_eq!((0..4).map(|s| bank.name(s)).collect::<Vec<_>>(), ["T", "G[1]", "G[2]", "G[3]"]);
    assert_eq!((bank.of_entry(1), bank.entry_of(0), bank.entry_of(3)), (1..4, 0, 1));
}
