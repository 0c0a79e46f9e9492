//! Reference values: the regularised incomplete beta function of mpmath at 40 digits, inverted by bisection.

use crate::random::Stream;

use super::*;

/// Level, degrees of freedom, critical value.
const TABLE: &[(f64, f64, f64)] = &[
    (0.5, 1.0, 1.0),
    (0.5, 2.0, 0.816_496_580_927_726),
    (0.5, 2.5, 0.785_013_682_992_301),
    (0.5, 4.0, 0.740_697_084_112_682),
    (0.5, 10.0, 0.699_812_061_312_431),
    (0.5, 19.0, 0.687_621_460_203_96),
    (0.5, 99.0, 0.676_975_985_546_152),
    (0.5, 1_000_000.0, 0.674_489_995_531_087),
    (0.9, 1.0, 6.313_751_514_675_04),
    (0.9, 2.0, 2.919_985_580_353_72),
    (0.9, 2.5, 2.558_218_614_135_93),
    (0.9, 4.0, 2.131_846_786_326_65),
    (0.9, 10.0, 1.812_461_122_811_67),
    (0.9, 19.0, 1.729_132_811_521_36),
    (0.9, 99.0, 1.660_391_156_016_99),
    (0.9, 1_000_000.0, 1.644_855_150_722_04),
    (0.95, 1.0, 12.706_204_736_174_7),
    (0.95, 2.0, 4.302_652_729_749_46),
    (0.95, 2.5, 3.574_654_842_003_68),
    (0.95, 4.0, 2.776_445_105_197_79),
    (0.95, 10.0, 2.228_138_851_986_27),
    (0.95, 19.0, 2.093_024_054_408_3),
    (0.95, 99.0, 1.984_216_951_586_41),
    (0.95, 1_000_000.0, 1.959_966_356_814_1),
    (0.99, 1.0, 63.656_741_162_871_5),
    (0.99, 2.0, 9.924_843_200_918_29),
    (0.99, 2.5, 7.163_728_138_948_78),
    (0.99, 4.0, 4.604_094_871_349_99),
    (0.99, 10.0, 3.169_272_672_616_95),
    (0.99, 19.0, 2.860_934_606_464_97),
    (0.99, 99.0, 2.626_405_457_280_82),
    (0.99, 1_000_000.0, 2.575_834_220_105_33),
    (0.999, 1.0, 636.619_248_768_719),
    (0.999, 2.0, 31.599_054_576_443_6),
    (0.999, 2.5, 18.277_893_528_130_6),
    (0.999, 4.0, 8.610_301_581_379_27),
    (0.999, 10.0, 4.586_893_858_702_63),
    (0.999, 19.0, 3.883_405_852_592_08),
    (0.999, 99.0, 3.391_528_833_363_65),
    (0.999, 1_000_000.0, 3.290_536_461_248_69),
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
    for (degrees, expected) in [(1.0, 636_619.772_367_057_7), (10.0, 10.516_489_956_914_9)] {
        let error = (student_t_critical(0.999_999, degrees) / expected - 1.0).abs();
        assert!(error < 1e-9, "{degrees}: {error:e}");
    }
    assert!(student_t_critical(1.0 - f64::EPSILON, 1.0).is_finite());
    assert!(student_t_critical(1.0, 3.0).is_infinite());
    assert!(student_t_critical(0.0, 3.0).abs() < 1e-300);
}

#[test]
fn with_many_degrees_it_is_the_normal_distribution() {
    for degrees in [1e12, 1e300, f64::INFINITY] {
        assert!((student_t_critical(0.95, degrees) - 1.959_963_984_540_05).abs() < 1e-9);
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
    assert!((student_t_quantile(0.975, 10.0) - 2.228_138_851_986_27).abs() < 1e-11);
    assert!((student_t_quantile(0.025, 10.0) + 2.228_138_851_986_27).abs() < 1e-11);
    assert!(student_t_quantile(0.5, 10.0).abs() < 1e-300);
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
    let mut random = Stream::new(1, 0, "student");
    let experiments = 4000;
    let covered = (0..experiments).filter(|_| {
        let values: [f64; 20] = std::array::from_fn(|_| random.normal());
        Estimate::of(&values).unwrap().covers(0.0)
    });
    let share = covered.count() as f64 / f64::from(experiments);
    assert!((share - 0.95).abs() < 0.012, "{share}");
}
