#![expect(clippy::float_cmp, reason = "what is compared is exact")]

use super::*;

type Profile = RateProfile<f64, f64>;

const UNITS: f64 = 30_000.0;

/// Times of arrivals, in seconds, until [`UNITS`].
fn arrivals(mut next: impl FnMut(SimTime) -> SimTime) -> Vec<f64> {
    let mut now = SimTime::ZERO;
    std::iter::from_fn(|| {
        now = next(now);
        Some(now.seconds()).filter(|t| *t < UNITS)
    })
    .collect()
}

/// First Fourier coefficients (sine, cosine) with angular frequency `g` of the number in service of an infinite-server
/// station with exponential service, mean 1, with standard errors from 30 batches.
fn wave_of_number(arrivals: &[f64], g: f64) -> [(f64, f64); 2] {
    const BATCHES: usize = 30;
    let mut service = Stream::new(5, 0, "service");
    let mut sums = [[0.0; BATCHES]; 2];
    for &from in arrivals {
        let to = from + service.exponential();
        let batch = (from / UNITS * BATCHES as f64) as usize;
        let weight = 2.0 * BATCHES as f64 / UNITS / g;
        sums[0][batch] += weight * ((g * from).cos() - (g * to).cos());
        sums[1][batch] += weight * ((g * to).sin() - (g * from).sin());
    }
    sums.map(|batches| {
        let mean = batches.iter().sum::<f64>() / BATCHES as f64;
        let variance =
            batches.iter().map(|b| (b - mean).powi(2)).sum::<f64>() / (BATCHES - 1) as f64;
        (mean, (variance / BATCHES as f64).sqrt())
    })
}

/// Reference case V29 (Eick, Massey, Whitt: Management Science 39 (1993) 241): λ(t) = 10 + 8 sin(g t) gives a mean number
/// 10 + A sin(g t − φ), A = 8 / √(1 + g²), tan φ = g.
fn expected(g: f64) -> [f64; 2] {
    let (amplitude, lag) = (8.0 / (1.0 + g * g).sqrt(), g.atan());
    [amplitude * lag.cos(), -amplitude * lag.sin()]
}

fn misses(got: [(f64, f64); 2], expected: [f64; 2]) -> bool {
    got.iter().zip(expected).any(|((mean, error), exact)| (mean - exact).abs() > 4.0 * error)
}

#[test]
fn the_number_in_service_follows_a_sine_rate_with_the_exact_lag() {
    for (g, amplitude, lag) in
        [(1.0_f64, 5.656_854, std::f64::consts::FRAC_PI_4), (0.5, 7.155_418, 0.463_647_6)]
    {
        let [sine, cosine] = expected(g);
        assert!(
            (sine.hypot(cosine) - amplitude).abs() < 1e-6
                && ((-cosine).atan2(sine) - lag).abs() < 1e-6
        );
        let period = 2.0 * std::f64::consts::PI / g;
        let rate = Profile::Sine { mean: 10.0, amplitude: 8.0, period }.sampler().unwrap();
        let mut stream = Stream::new(3, 0, "arrivals");
        let got = wave_of_number(&arrivals(|now| rate.next_arrival(now, &mut stream)), g);
        assert!(!misses(got, expected(g)), "g {g}: {got:?}, not {:?}", expected(g));
        assert!(got.iter().all(|(_, error)| *error < 0.05), "too noisy to tell: {got:?}");
    }
}

/// The classic mistake, one exponential step at the present rate, must be seen by the test above.
#[test]
fn a_rate_that_changes_only_at_arrivals_is_found_out() {
    let mut stream = Stream::new(3, 0, "arrivals");
    let naive = arrivals(|now| {
        let rate = 10.0 + 8.0 * now.seconds().sin();
        now + SimDuration::from_seconds(stream.exponential() / rate)
    });
    assert!(misses(wave_of_number(&naive, 1.0), expected(1.0)));
}

/// Counts arrivals in equal bins of the period against the integral of the rate.
fn check_counts(profile: &Profile, period: f64, expected: &[f64]) {
    let rate = profile.sampler().unwrap();
    let mut stream = Stream::new(4, 0, "bins");
    let mut counts = vec![0.0; expected.len()];
    for at in arrivals(|now| rate.next_arrival(now, &mut stream)) {
        counts[(at % period / period * expected.len() as f64) as usize] += 1.0;
    }
    for (got, mean) in counts.iter().zip(expected) {
        let mean = mean * UNITS / period;
        assert!(
            (got - mean).abs() <= 4.0 * mean.sqrt(),
            "{profile:?}: {counts:?}, not {expected:?}"
        );
    }
}

#[test]
fn arrivals_are_as_many_as_the_rate_says() {
    let steps = vec![(0.0, 0.0), (2.0, 3.0), (6.0, 1.0)];
    check_counts(&Profile::Steps { points: steps, period: Some(8.0) }, 8.0, &[0.0, 6.0, 6.0, 2.0]);
    let lines = vec![(0.0, 0.0), (2.0, 4.0)];
    check_counts(&Profile::Linear { points: lines, period: Some(4.0) }, 4.0, &[1.0, 3.0, 3.0, 1.0]);
    check_counts(&Profile::Constant(2.0), 4.0, &[4.0, 4.0]);
}

#[test]
fn what_ends_ends() {
    let rate =
        Profile::Steps { points: vec![(0.0, 5.0), (100.0, 0.0)], period: None }.sampler().unwrap();
    let mut stream = Stream::new(1, 0, "end");
    let all = arrivals(|now| rate.next_arrival(now, &mut stream));
    assert!(all.iter().all(|t| *t < 100.0) && (400..600).contains(&all.len()));
    assert_eq!(rate.next_arrival(SimTime::from_seconds(200.0), &mut stream), SimTime::NEVER);
    assert_eq!(rate.rate_at(SimTime::from_seconds(99.0)), 5.0);
}

#[test]
fn senseless_profiles_are_found() {
    for (profile, expected) in [
        (Profile::Constant(-1.0), "not negative"),
        (Profile::Steps { points: vec![], period: None }, "time 0"),
        (Profile::Steps { points: vec![(1.0, 1.0)], period: None }, "time 0"),
        (Profile::Steps { points: vec![(0.0, 1.0), (5.0, 1.0)], period: Some(4.0) }, "period"),
        (Profile::Steps { points: vec![(0.0, 0.0)], period: Some(4.0) }, "always 0"),
        (Profile::Linear { points: vec![(0.0, 1.0), (1.0, f64::NAN)], period: None }, "finite"),
        (Profile::Sine { mean: 1.0, amplitude: 2.0, period: 1.0 }, "amplitude"),
        (Profile::Sine { mean: 1.0, amplitude: 0.5, period: 0.0 }, "period"),
    ] {
        let message = profile.sampler().unwrap_err();
        assert!(message.contains(expected), "{profile:?}: {message}");
    }
}

#[test]
fn files_are_read() {
    let read = |text: &str| ron::from_str::<Profile>(text).unwrap();
    assert_eq!(read("2.5"), Profile::Constant(2.5));
    assert_eq!(
        read("Steps(points: [(0, 1), (60, 2)], period: 120)"),
        Profile::Steps { points: vec![(0.0, 1.0), (60.0, 2.0)], period: Some(120.0) }
    );
    assert_eq!(
        read("Sine(mean: 2, amplitude: 1, period: 60)"),
        Profile::Sine { mean: 2.0, amplitude: 1.0, period: 60.0 }
    );
}
