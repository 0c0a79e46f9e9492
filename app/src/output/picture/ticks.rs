//! Round numbers along an axis.

/// Round numbers from `low` to `high`, about `wanted` of them, and how many decimals they need.
pub(super) fn ticks(low: f64, high: f64, wanted: usize) -> (Vec<f64>, usize) {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return (vec![low], 1);
    }
    let rough = span / wanted.max(1) as f64;
    let power = rough.log10().floor();
    let unit = 10_f64.powf(power);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|times| times * unit)
        .find(|step| span / step <= wanted.max(1) as f64 + 0.5)
        .unwrap_or(10.0 * unit);
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    // Quarters need one more.
    let more = i32::from((step / unit - 2.5).abs() < 1e-9);
    let decimals = (more - step.log10().floor() as i32).max(0) as usize;
    ((first..=last).map(|n| n as f64 * step).collect(), decimals)
}

/// Round numbers just below `low` and above `high`.
pub(super) fn rounded(low: f64, high: f64) -> (f64, f64) {
    let (found, _) = ticks(low, high, 10);
    let step = match found[..] {
        [a, b, ..] => b - a,
        _ => return (low, high),
    };
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// A number with so many decimals, with a real minus.
pub(super) fn written(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
        return text.trim_start_matches('-').to_owned();
    }
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(ticks(0.0, 60.0, 6), (vec![0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0], 0));
        assert_eq!(ticks(0.0, 1.0, 4), (vec![0.0, 0.25, 0.5, 0.75, 1.0], 2));
        assert_eq!(ticks(-0.3, 0.3, 3), (vec![-0.2, 0.0, 0.2], 1));
        assert_eq!(ticks(21.3, 21.3, 5).0, [21.3]);
        for (low, high) in [(0.0, 7.3), (20.13, 34.8), (1e-4, 3e-3), (-3.0, 900.0)] {
            let (found, _) = ticks(low, high, 6);
            assert!((2..=8).contains(&found.len()), "{found:?}");
            assert!(found.iter().all(|t| *t >= low - 1e-9 && *t <= high + 1e-9));
        }
    }

    #[test]
    fn ranges_widen_to_round_numbers() {
        assert_eq!(rounded(20.13, 34.8), (20.0, 36.0));
        assert_eq!(rounded(20.0, 30.0), (20.0, 30.0));
    }

    #[test]
    fn numbers_are_written_well() {
        assert_eq!(written(-1.5, 1), "−1.5");
        assert_eq!(written(-0.001, 1), "0.0");
    }
}
