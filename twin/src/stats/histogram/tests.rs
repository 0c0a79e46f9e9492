use proptest::prelude::*;

use super::*;

fn of(values: &[i64]) -> Histogram {
    let mut histogram = Histogram::new();
    for value in values {
        histogram.record(*value);
    }
    histogram
}

fn stored(histogram: &Histogram) -> Vec<u8> {
    postcard::to_stdvec(histogram).unwrap()
}

/// Magnitudes spread evenly, as no uniform draw of an `i64` is.
fn any_value() -> impl Strategy<Value = i64> {
    (0..=63_u32, any::<i64>()).prop_map(|(shift, value)| (value & i64::MAX) >> shift)
}

/// What [`Histogram::quantile`] stands for, on the values themselves.
fn exact_quantile(sorted: &[i64], q: f64) -> i64 {
    let rank = ((q * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len());
    sorted[rank - 1]
}

#[test]
fn buckets_are_contiguous_and_narrow() {
    let mut end = 0;
    for index in 0..=bucket_of(i64::MAX) {
        let (lower, width) = (lower_end(index), width(index));
        assert_eq!(lower, end, "bucket {index} begins where the one before ends");
        assert!(width == 1 || width * 64 <= lower, "bucket {index} is too wide");
        assert_eq!((bucket_of(lower), bucket_of(lower + (width - 1))), (index, index));
        end = lower.wrapping_add(width);
    }
    assert_eq!(end, i64::MIN, "the last bucket ends with the range");
}

#[test]
fn small_values_are_exact() {
    let histogram = of(&(1..=100).collect::<Vec<_>>());
    for (q, expected) in
        [(-1.0, 1), (0.0, 1), (0.01, 1), (0.5, 50), (0.9, 90), (0.99, 99), (2.0, 100)]
    {
        assert_eq!(histogram.quantile(q), Some(expected), "{q}");
    }
    assert_eq!(histogram.quantile(f64::NAN), None);
    assert_eq!((histogram.count(), histogram.sum(), histogram.mean()), (100, 5050, Some(50.5)));
}

#[test]
fn an_empty_one_costs_nothing() {
    let empty = Histogram::new();
    assert_eq!(
        (empty.min(), empty.max(), empty.mean(), empty.quantile(0.5)),
        (None, None, None, None)
    );
    assert_eq!(empty.counts.capacity(), 0);
    assert!(size_of::<Histogram>() <= 128);
    assert!(stored(&empty).len() <= 5);
}

#[test]
fn memory_is_bounded_by_the_octaves() {
    let everywhere: Vec<i64> = (0..63).map(|shift| i64::MAX >> shift).chain([0]).collect();
    assert_eq!(of(&everywhere).counts.len(), OCTAVES);
    assert_eq!(of(&[60_000_000_000; 1000]).counts.len(), 1);
}

#[test]
fn the_sum_does_not_overflow() {
    let histogram = of(&[i64::MAX; 5]);
    assert_eq!(histogram.sum(), 5 * i64::MAX as u128);
    let back: Histogram = postcard::from_bytes(&stored(&histogram)).unwrap();
    assert_eq!(back, histogram);
}

#[test]
fn reset_equals_new() {
    let mut histogram = of(&[5, 500, 50_000]);
    histogram.reset();
    assert_eq!(histogram, Histogram::new());
    histogram.record(9);
    assert_eq!(histogram, of(&[9]));
}

#[test]
fn a_damaged_file_is_refused() {
    let check = |min, max, sum, buckets: &[(u16, u64)], fine: bool| {
        let sparse = Sparse { sum, min, max, buckets: buckets.to_vec() };
        assert_eq!(Histogram::try_from(sparse).is_ok(), fine, "{min} {max} {buckets:?}");
    };
    check(0, 0, (0, 0), &[], true);
    check(0, 3, (0, 3), &[(0, 1), (3, 1)], true);
    check(0, 0, (0, 1), &[], false);
    check(1, 3, (0, 3), &[(0, 1), (3, 1)], false);
    check(-1, 3, (0, 3), &[(0, 1), (3, 1)], false);
    check(3, 3, (0, 6), &[(3, 1), (0, 1)], false);
    check(3, 3, (0, 0), &[(3, 0)], false);
    check(3, 3, (0, 6), &[(3, u64::MAX), (1, 1)], false);
    check(0, 1, (0, 6), &[(u16::MAX, 1)], false);
}

proptest! {
    #[test]
    fn quantiles_are_within_the_stated_error(
        mut values in prop::collection::vec(any_value(), 1..200),
        q in 0.0..1.0,
    ) {
        let histogram = of(&values);
        values.sort_unstable();
        let (exact, got) = (exact_quantile(&values, q), histogram.quantile(q).unwrap());
        prop_assert!((got - exact).abs() as f64 <= exact as f64 / 128.0, "{} for {}", got, exact);
    }

    #[test]
    fn order_does_not_matter(
        a in prop::collection::vec(any_value(), 0..50),
        b in prop::collection::vec(any_value(), 0..50),
    ) {
        let mut ab = of(&a);
        ab.merge(&of(&b));
        let mut ba = of(&b);
        ba.merge(&of(&a));
        let mut all: Vec<i64> = a.into_iter().chain(b).collect();
        all.reverse();
        prop_assert_eq!(&ab, &ba);
        prop_assert_eq!(&ab, &of(&all));
        prop_assert_eq!(stored(&ab), stored(&of(&all)));
        let back: Histogram = postcard::from_bytes(&stored(&ab)).unwrap();
        prop_assert_eq!(back, ab);
    }
}

/// Run by hand: `cargo test -p twin --release --no-default-features record_cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a test"]
#[expect(clippy::print_stdout, reason = "a measurement, run by hand")]
fn record_cost() {
    let values: Vec<i64> =
        (0..4096_i64).map(|k| 40_000_000_000 + (k * 2_654_435_761) % 200_000_000_000).collect();
    let mut histogram = Histogram::new();
    let mut round = || {
        let start = std::time::Instant::now();
        for value in values.iter().cycle().take(100 * values.len()) {
            histogram.record(std::hint::black_box(*value));
        }
        start.elapsed().as_nanos() as f64 / (100 * values.len()) as f64
    };
    let best = (0..50).map(|_| round()).fold(f64::INFINITY, f64::min);
    println!("{best:.2} ns for each record");
}
