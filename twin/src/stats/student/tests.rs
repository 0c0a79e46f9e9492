//! Reference values: the regularised incomplete beta function of mpmath at 40 digits, inverted by bisection.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

/// Level, degrees of freedom, critical value.
const TABLE: &[(f64, f64, f64)] = &[
    (0.5, 1.0, 1.0),
    (0.5, 2.0, 0.81649658092772603),
    (0.5, 2.5, 0.7850136829923011),
    (0.5, 4.0, 0.74069708411268263),
    (0.5, 10.0, 0.69981206131243163),
    (0.5, 19.0, 0.68762146020396027),
    (0.5, 99.0, 0.67697598554615263),
    (0.5, 1_000_000.0, 0.67448999553108738),
    (0.9, 1.0, 6.3137515146750431),
    (0.9, 2.0, 2.9199855803537257),
    (0.9, 2.5, 2.5582186141359366),
    (0.9, 4.0, 2.1318467863266503),
    (0.9, 10.0, 1.8124611228116764),
    (0.9, 19.0, 1.7291328115213695),
    (0.9, 99.0, 1.6603911560169909),
    (0.9, 1_000_000.0, 1.6448551507220405),
    (0.95, 1.0, 12.706204736174705),
    (0.95, 2.0, 4.3026527297494639),
    (0.95, 2.5, 3.5746548420036832),
    (0.95, 4.0, 2.7764451051977944),
    (0.95, 10.0, 2.2281388519862747),
    (0.95, 19.0, 2.0930240544083098),
    (0.95, 99.0, 1.9842169515864175),
    (0.95, 1_000_000.0, 1.959966356814107),
    (0.99, 1.0, 63.656741162871581),
    (0.99, 2.0, 9.9248432009182931),
    (0.99, 2.5, 7.1637281389487855),
    (0.99, 4.0, 4.6040948713499932),
    (0.99, 10.0, 3.1692726726169512),
    (0.99, 19.0, 2.8609346064649792),
    (0.99, 99.0, 2.6264054572808275),
    (0.99, 1_000_000.0, 2.5758342201053342),
    (0.999, 1.0, 636.61924876871962),
    (0.999, 2.0, 31.599054576443621),
    (0.999, 2.5, 18.277893528130648),
    (0.999, 4.0, 8.6103015813792751),
    (0.999, 10.0, 4.5868938587026359),
    (0.999, 19.0, 3.8834058525920829),
    (0.999, 99.0, 3.3915288333636506),
    (0.999, 1_000_000.0, 3.2905364612486911),
];

#[test]
fn critical_values_agree_with_the_table() {
    for &(level, degrees, expected) in TABLE {
        let got = student_t_critical(level, degrees);
        let error = (got / expected - 1.0).abs();
        assert!(error < 1e-11, "{level} {degrees}: {got}, not {expected} ({error:e})");
    }
}

#[test]
fn extreme_levels_lose_digits_only() {
    for (degrees, expected) in [(1.0, 636_619.772_367_057_7), (10.0, 10.516_489_956_914_905)] {
        let error = (student_t_critical(0.999_999, degrees) / expected - 1.0).abs();
        assert!(error < 1e-9, "{degrees}: {error:e}");
    }
    assert!(student_t_critical(1.0 - f64::EPSILON, 1.0).is_finite());
    assert_eq!(student_t_critical(1.0, 3.0), f64::INFINITY);
    assert_eq!(student_t_critical(0.0, 3.0), 0.0);
}

#[test]
fn with_many_degrees_it_is_the_normal_distribution() {
    for degrees in [1e12, 1e300, f64::INFINITY] {
        assert!((student_t_critical(0.95, degrees) - 1.959_963_984_540_054).abs() < 1e-9);
    }
}

#[test]
fn outside_of_the_range_it_is_nan() {
    for (level, degrees) in [(-0.1, 3.0), (1.1, 3.0), (0.95, 0.5), (f64::NAN, 3.0), (0.9, f64::NAN)]
    {
        assert!(student_t_critical(level, degrees).is_nan(), "{level} {degrees}");
    }
}

#[test]
fn quantiles_are_symmetric() {
    assert!((student_t_quantile(0.975, 10.0) - 2.228_138_851_986_274_7).abs() < 1e-11);
    assert!((student_t_quantile(0.025, 10.0) + 2.228_138_851_986_274_7).abs() < 1e-11);
    assert_eq!(student_t_quantile(0.5, 10.0), 0.0);
}

#[test]
fn estimates_of_few_values() {
    assert_eq!(Estimate::of(&[]), None);
    assert_eq!(Estimate::of(&[4.0]), Some(Estimate { mean: 4.0, half_width: None, n: 1 }));
    // s² = 2.5, t(0.975, 4) = 2.776445: 3 ± 2.776445 √0.5.
    let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    assert_eq!((estimate.mean, estimate.n), (3.0, 5));
    assert!((estimate.half_width.unwrap() - 1.963_243_161_7).abs() < 1e-9);
    assert!(estimate.covers(4.9) && !estimate.covers(5.0));
    assert!((estimate.relative_half_width().unwrap() - 0.654_414).abs() < 1e-6);
}

/// 4000 experiments of 20 normal replications: 95 % cover within 3.5 standard errors (0.34 % each).
#[test]
fn the_interval_covers_as_often_as_it_says() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let experiments = 4000;
    let covered = (0..experiments).filter(|_| {
        let values: [f64; 20] = std::array::from_fn(|_| StandardNormal.sample(&mut random));
        Estimate::of(&values).unwrap().covers(0.0)
    });
    let share = covered.count() as f64 / f64::from(experiments);
    assert!((share - 0.95).abs() < 0.012, "{share}");
}
