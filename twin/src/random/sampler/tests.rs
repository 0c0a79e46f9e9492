#![expect(clippy::float_cmp, reason = "what is compared is exact")]

use super::*;
use crate::units::SimDuration;

/// Every law, some in several shapes.
fn all() -> Vec<Distribution<f64>> {
    use Distribution as D;
    vec![
        D::Constant(3.0),
        D::Uniform { min: 1.0, max: 5.0 },
        D::Triangular { min: 1.0, mode: 2.0, max: 6.0 },
        D::Triangular { min: 1.0, mode: 1.0, max: 6.0 },
        D::Pert { min: 1.0, mode: 2.0, max: 6.0, shape: 4.0 },
        D::Exponential(2.0),
        D::Erlang { k: 4, mean: 2.0 },
        D::Erlang { k: 40, mean: 2.0 },
        D::Gamma { mean: 2.0, cv: 0.5 },
        D::Gamma { mean: 2.0, cv: 2.0 },
        D::Normal { mean: 5.0, sd: 1.0 },
        D::Normal { mean: 1.0, sd: 1.0 },
        D::Normal { mean: 0.0, sd: 2.0 },
        D::LogNormal { mean: 2.0, cv: 0.8 },
        D::Weibull { shape: 2.0, scale: 3.0 },
        D::Weibull { shape: 0.8, scale: 3.0 },
        D::Beta { alpha: 2.0, beta: 5.0, min: 1.0, max: 2.0 },
        D::Beta { alpha: 0.5, beta: 0.5, min: 0.0, max: 1.0 },
        D::Poisson { mean: 3.0, unit: 2.0 },
        D::Poisson { mean: 12.0, unit: 1.0 },
        D::Poisson { mean: 300.0, unit: 1.0 },
        D::Geometric { p: 0.3, unit: 2.0 },
        D::Geometric { p: 1.0, unit: 2.0 },
        D::Discrete(vec![(1.0, 3.0), (2.0, 0.0), (5.0, 1.0)]),
        D::Empirical(vec![(1.0, 0.2), (2.0, 0.5), (2.0, 0.6), (8.0, 1.0)]),
        D::Trace { values: vec![1.0, 2.0, 4.0], at_end: AtEnd::Repeat },
    ]
}

fn draws(distribution: &Distribution<f64>, name: &str, n: usize) -> Vec<f64> {
    let mut stream = Stream::new(11, 0, name);
    let sampler = distribution.sampler().unwrap();
    (0..n).map(|_| sampler.sample(&mut stream)).collect()
}

/// Mean within four standard errors from the exact variance; variance within four from the measured fourth moment.
#[test]
fn moments_are_exact() {
    let n = 300_000;
    for (i, distribution) in all().iter().enumerate() {
        let values = draws(distribution, &i.to_string(), n);
        let (mean, variance) = (distribution.mean(), distribution.variance());
        let got = values.iter().sum::<f64>() / n as f64;
        let error = (variance / n as f64).sqrt();
        assert!(
            (got - mean).abs() <= 4.0 * error + 1e-12,
            "{distribution:?}: mean {got}, not {mean}"
        );

        let squares: Vec<_> = values.iter().map(|x| (x - mean).powi(2)).collect();
        let got = squares.iter().sum::<f64>() / n as f64;
        let spread = squares.iter().map(|s| (s - got).powi(2)).sum::<f64>() / n as f64;
        let error = (spread / n as f64).sqrt();
        assert!(
            (got - variance).abs() <= 4.0 * error + 1e-12,
            "{distribution:?}: variance {got}, not {variance}"
        );
        assert!(values.iter().all(|x| *x >= 0.0), "{distribution:?}");
    }
}

#[test]
fn moments_of_known_cases() {
    use Distribution as D;
    for (distribution, mean, variance) in [
        (D::Weibull { shape: 1.0, scale: 2.0 }, 2.0, 4.0),
        (D::Pert { min: 0.0, mode: 3.0, max: 12.0, shape: 4.0 }, 4.0, 32.0 / 7.0),
        // Half-normal.
        (
            D::Normal { mean: 0.0, sd: 1.0 },
            (2.0 / std::f64::consts::PI).sqrt(),
            1.0 - 2.0 / std::f64::consts::PI,
        ),
        (D::Empirical(vec![(0.0, 0.0), (12.0, 1.0)]), 6.0, 12.0),
        (D::Empirical(vec![(3.0, 1.0)]), 3.0, 0.0),
        (D::Constant(0.0), 0.0, 0.0),
    ] {
        assert!((distribution.mean() - mean).abs() < 1e-12, "{distribution:?}");
        assert!((distribution.variance() - variance).abs() < 1e-12, "{distribution:?}");
    }
    assert_eq!(D::Exponential(3.0).cv2(), 1.0);
    assert_eq!(D::Constant(0.0).cv2(), 0.0);
}

/// Pearson's χ² against the probabilities of the first values, at a level of 10⁻⁴.
fn check_counts(distribution: &Distribution<f64>, expected: &[(f64, f64)], critical: f64) {
    let n = 200_000;
    let values = draws(distribution, "chi-square", n);
    let statistic: f64 = expected
        .iter()
        .map(|(value, p)| {
            let got = values.iter().filter(|x| *x == value).count() as f64;
            (got - n as f64 * p).powi(2) / (n as f64 * p)
        })
        .sum();
    assert!(statistic < critical, "{distribution:?}: {statistic}");
}

#[test]
fn discrete_laws_have_their_probabilities() {
    use Distribution as D;
    let discrete = D::Discrete(vec![(1.0, 1.0), (2.0, 5.0), (3.0, 2.0)]);
    check_counts(&discrete, &[(1.0, 0.125), (2.0, 0.625), (3.0, 0.25)], 18.4);
    let geometric: Vec<_> = (1..8).map(|k| (f64::from(k), 0.3 * 0.7_f64.powi(k - 1))).collect();
    check_counts(&D::Geometric { p: 0.3, unit: 1.0 }, &geometric, 29.9);
    for mean in [2.5, 12.0] {
        let around = (mean - 2.0_f64).floor() as i32..(mean + 4.0) as i32;
        let p =
            |k: i32| (f64::from(k) * f64::ln(mean) - mean - libm::lgamma(f64::from(k) + 1.0)).exp();
        let poisson: Vec<_> = around.map(|k| (f64::from(k), p(k))).collect();
        check_counts(&D::Poisson { mean, unit: 1.0 }, &poisson, 29.9);
    }
}

#[test]
fn durations_are_rounded_and_never_negative() {
    let mut stream = Stream::new(1, 0, "t");
    let check = |seconds: f64, expected: i64| {
        assert_eq!(SimDuration::from_units(seconds * 1e9), SimDuration::from_ns(expected));
    };
    check(1.4e-9, 1);
    check(1.6e-9, 2);
    check(-1.0, 0);
    check(f64::NAN, 0);
    check(f64::INFINITY, i64::MAX);
    let exponential = Distribution::Exponential(SimDuration::from_s(60)).sampler().unwrap();
    let mean = (0..100_000).map(|_| exponential.sample(&mut stream).seconds()).sum::<f64>() / 1e5;
    assert!((mean - 60.0).abs() < 4.0 * 60.0 / 1e5_f64.sqrt());
    assert_eq!(exponential.constant(), None);
    let exact = SimDuration::from_ns(123_456_789_012_345_678);
    assert_eq!(Distribution::Constant(exact).sampler().unwrap().constant(), Some(exact));
}

#[test]
fn a_trace_repeats_or_stops_and_its_place_is_state() {
    let trace = |at_end| Distribution::Trace { values: vec![1.0, 2.0], at_end }.sampler().unwrap();
    let mut stream = Stream::new(1, 0, "trace");
    let (repeat, stop) = (trace(AtEnd::Repeat), trace(AtEnd::Stop));
    assert_eq!(repeat.sample(&mut stream), 1.0);
    let mut fork = stream.clone();
    assert_eq!([2.0, 1.0], std::array::from_fn(|_| repeat.sample(&mut stream)));
    assert_eq!([2.0, f64::INFINITY], std::array::from_fn(|_| stop.sample(&mut fork)));
}

#[test]
fn a_sampler_is_small() {
    assert_eq!(size_of::<Sampler<SimDuration>>(), 24);
}

#[test]
fn a_sum_draws_one_after_the_other() {
    let one = |distribution: &Distribution<f64>| distribution.sampler().unwrap();
    let parts = [Distribution::Constant(3.0), Distribution::Exponential(2.0)];
    let parts = [&parts[0], &parts[1], &Distribution::Uniform { min: 1.0, max: 5.0 }].map(one);
    let sum = Sampler::sum(parts.to_vec());
    let (mut a, mut b) = (Stream::new(5, 0, "sum"), Stream::new(5, 0, "sum"));
    for _ in 0..100 {
        let alone: f64 = parts.iter().map(|part| part.sample(&mut b)).sum();
        assert!((sum.sample(&mut a) - alone).abs() < 1e-12);
    }
    assert_eq!(sum.constant(), None);
    let constant = Sampler::sum(vec![Sampler::constant_of(1.0), Sampler::constant_of(2.5)]);
    assert_eq!(constant.constant(), Some(3.5));
    assert_eq!(Sampler::<f64>::sum(Vec::new()).constant(), Some(0.0));
}
