//! Figures as people read them: as many digits as they deserve, in units that suit.

use twin::stats::Estimate;

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A plain number.
    One,
    /// A time in seconds.
    Seconds,
    /// A share, shown in percent.
    Share,
    /// Energy in joules, shown in kWh.
    Joules,
    /// Power in watts.
    Watts,
    /// A volume in cubic metres.
    CubicMetres,
    /// A flow in cubic metres per second, shown by the minute.
    Flow,
}

/// A mean and half of its confidence interval as text, each with its unit where it has one.
pub(super) fn estimate(estimate: Option<&Estimate>, unit: Unit) -> (String, String) {
    let Some(estimate) = estimate else { return ("–".to_owned(), String::new()) };
    let (name, factor) = scale(estimate.mean, unit);
    let mean = estimate.mean / factor;
    let half_width = estimate.half_width.map(|half_width| half_width / factor);
    let decimals = decimals(mean, half_width);
    let with_unit = |value: f64| join(&thousands(&format!("{value:.decimals$}")), name);
    (with_unit(mean), half_width.map_or(String::new(), |half| format!("± {}", with_unit(half))))
}

/// One figure as text with its unit.
pub(super) fn value(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return "–".to_owned() };
    let (name, factor) = scale(value, unit);
    let value = value / factor;
    join(&thousands(&format!("{value:.*}", decimals(value, None))), name)
}

fn join(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number} {unit}") }
}

/// The unit that suits a figure of this size, and what one of it is in SI.
fn scale(value: f64, unit: Unit) -> (&'static str, f64) {
    match (unit, value.abs()) {
        (Unit::One, _) => ("", 1.0),
        (Unit::Share, _) => ("%", 0.01),
        (Unit::Joules, j) if j >= 3.6e10 => ("MWh", 3.6e9),
        (Unit::Joules, j) if j >= 3.6e5 || j == 0.0 => ("kWh", 3.6e6),
        (Unit::Joules, _) => ("Wh", 3600.0),
        (Unit::Watts, w) if w >= 1e6 => ("MW", 1e6),
        (Unit::Watts, w) if w >= 1e3 || w == 0.0 => ("kW", 1e3),
        (Unit::Watts, _) => ("W", 1.0),
        (Unit::CubicMetres, v) if v >= 0.1 || v == 0.0 => ("m³", 1.0),
        (Unit::CubicMetres, _) => ("l", 1e-3),
        (Unit::Flow, _) => ("m³/min", 1.0 / 60.0),
        (Unit::Seconds, s) if s >= 172_800.0 => ("d", 86_400.0),
        (Unit::Seconds, s) if s >= 7200.0 => ("h", 3600.0),
        (Unit::Seconds, s) if s >= 120.0 => ("min", 60.0),
        (Unit::Seconds, s) if s >= 0.1 || s == 0.0 => ("s", 1.0),
        (Unit::Seconds, _) => ("ms", 1e-3),
    }
}

/// Decimals of a mean: two digits of its half-width are worth showing, or three digits of its own without one.
fn decimals(mean: f64, half_width: Option<f64>) -> usize {
    let (of, digits) = match half_width {
        Some(half_width) if half_width > 0.0 => (half_width, 2),
        _ => (mean.abs(), 3),
    };
    if of == 0.0 || !of.is_finite() {
        return 0;
    }
    (digits - 1 - of.log10().floor() as i32).clamp(0, 6) as usize
}

/// `12345.6` as `12 345.6`, with thin spaces.
fn thousands(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::new();
    for (at, c) in number.chars().enumerate() {
        let left = whole.saturating_sub(at);
        let digit_before = text.ends_with(|c: char| c.is_ascii_digit());
        if at < whole && left % 3 == 0 && digit_before && whole > 4 {
            text.push('\u{2009}');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_mean_something() {
        for (mean, half_width, unit, expected) in [
            (47.2345, Some(0.6189), Unit::One, ("47.23", "± 0.62")),
            (47.2345, None, Unit::One, ("47.2", "")),
            (12_345.6, Some(230.0), Unit::One, ("12\u{2009}346", "± 230")),
            (3600.0, Some(66.0), Unit::Seconds, ("60.0 min", "± 1.1 min")),
            (0.02, None, Unit::Seconds, ("20.0 ms", "")),
            (0.5, Some(0.0), Unit::Share, ("50.0 %", "± 0.0 %")),
            (0.0, Some(0.0), Unit::One, ("0", "± 0")),
        ] {
            let found = estimate(Some(&Estimate { mean, half_width, n: 2 }), unit);
            assert_eq!(found, (expected.0.to_owned(), expected.1.to_owned()));
        }
        assert_eq!(estimate(None, Unit::One).0, "–");
        assert_eq!(value(Some(f64::NAN), Unit::One), "–");
        assert_eq!(value(Some(1234.0), Unit::One), "1234");
    }
}
