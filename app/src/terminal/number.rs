//! Numbers as people write them: with a unit that fits, and no more digits than are known.

use twin::stats::Estimate;

use super::Style;

/// A unit of time, for columns in which all values share one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeScale {
    /// Its sign: `s`, `min`, …
    pub unit: &'static str,
    /// Its length.
    pub seconds: f64,
}

const SCALES: [TimeScale; 7] = [
    TimeScale { unit: "ns", seconds: 1e-9 },
    TimeScale { unit: "µs", seconds: 1e-6 },
    TimeScale { unit: "ms", seconds: 1e-3 },
    TimeScale { unit: "s", seconds: 1.0 },
    TimeScale { unit: "min", seconds: 60.0 },
    TimeScale { unit: "h", seconds: 3600.0 },
    TimeScale { unit: "d", seconds: 86_400.0 },
];

impl TimeScale {
    /// The largest unit of which `seconds` is at least one, after rounding to three digits; seconds for zero and
    /// for what is not finite.
    pub fn of(seconds: f64, style: Style) -> Self {
        let size = rounded(seconds.abs(), 3);
        if !size.is_finite() || size == 0.0 {
            return SCALES[3];
        }
        let fits = |scale: &&Self| size >= scale.seconds * (1.0 - 1e-12);
        let scale = *SCALES.iter().rev().find(fits).unwrap_or(&SCALES[0]);
        if scale == SCALES[1] { Self { unit: style.glyph("µs", "us"), ..scale } } else { scale }
    }
}

/// A length of time: `850 ms`, `12.4 min`, `7.50 h`, and from a day on `2 d 03:20`.
pub fn duration(seconds: f64, style: Style) -> String {
    if !seconds.is_finite() {
        return style.none().into();
    }
    let scale = TimeScale::of(seconds, style);
    if scale.unit != "d" {
        return format!(
            "{} {}",
            significant(rounded(seconds, 3) / scale.seconds, 3, style),
            scale.unit
        );
    }
    let minutes = (seconds.abs() / 60.0).round() as u64;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let sign = if seconds < 0.0 { style.glyph("−", "-") } else { "" };
    format!("{sign}{} d {hours:02}:{minutes:02}", count(days, style))
}

/// A rate: `58.3 /h`, or `4.80 /d` where it is less than one in an hour.
pub fn rate(per_hour: f64, style: Style) -> String {
    let daily = per_hour != 0.0 && rounded(per_hour.abs(), 3) < 1.0;
    let (value, unit) = if daily { (per_hour * 24.0, "/d") } else { (per_hour, "/h") };
    format!("{} {unit}", significant(value, 3, style))
}

/// A share of one in percent: `87.3 %`.
pub fn percent(share: f64, style: Style) -> String {
    format!("{} %", fixed(share * 100.0, 1, style))
}

/// A whole number, its digits in groups of three: `1 234 567`.
pub fn count(number: u64, style: Style) -> String {
    grouped(&number.to_string(), style)
}

/// `value` rounded to so many significant digits, never cutting digits before the point: `12 345`, `1.23`.
pub fn significant(value: f64, digits: i32, style: Style) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let decimals = digits - 1 - magnitude(rounded(value, digits));
    fixed(value, decimals.max(0), style)
}

/// `value` with so many decimals: `1 234.50`. Less than none rounds to tens, hundreds ….
pub fn fixed(value: f64, decimals: i32, style: Style) -> String {
    if !value.is_finite() {
        return style.none().into();
    }
    let text = if decimals < 0 {
        let power = 10_f64.powi(-decimals);
        format!("{:.0}", (value.abs() / power).round() * power)
    } else {
        format!("{:.*}", decimals as usize, value.abs())
    };
    let negative = value < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    let sign = if negative { style.glyph("−", "-") } else { "" };
    format!("{sign}{}", grouped(&text, style))
}

/// Mean and half-width, both rounded to the digits that the half-width has to say: `("12.34", "± 0.05")`.
///
/// The half-width keeps two digits where it begins with 1 or 2, one otherwise (the usual rule: rounding then changes
/// it by a sixth at most). Without a half-width the mean keeps four digits and the second part is empty.
pub fn estimate(estimate: &Estimate, style: Style) -> (String, String) {
    let sign = style.glyph("±", "+-");
    let Some(half_width) = estimate.half_width.filter(|half_width| half_width.is_finite()) else {
        return (significant(estimate.mean, 4, style), String::new());
    };
    // Below the rounding of the mean itself: it did not vary at all.
    if half_width <= estimate.mean.abs() * 1e-12 {
        return (significant(estimate.mean, 4, style), format!("{sign} 0"));
    }
    let first = rounded(half_width, 2) / 10_f64.powi(magnitude(rounded(half_width, 2)));
    let digits = if first < 2.95 { 2 } else { 1 };
    let decimals = digits - 1 - magnitude(rounded(half_width, digits));
    (
        fixed(estimate.mean, decimals, style),
        format!("{sign} {}", fixed(half_width, decimals, style)),
    )
}

/// Decimal exponent of the first digit: 2 for 123, -1 for 0.5.
fn magnitude(value: f64) -> i32 {
    // Through the decimal form, since log10 is off by one next to powers of ten on some machines.
    let text = format!("{:e}", value.abs());
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// `value` rounded to so many significant decimal digits.
fn rounded(value: f64, digits: i32) -> f64 {
    format!("{value:.*e}", (digits - 1) as usize).parse().unwrap_or(value)
}

/// Digits before the point in groups of three, from ten thousand on: four digits are read at a glance.
fn grouped(text: &str, style: Style) -> String {
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    if whole.len() < 5 {
        return text.into();
    }
    let mut out = String::new();
    for (k, digit) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k).is_multiple_of(3) {
            out.push_str(style.glyph("\u{202f}", " "));
        }
        out.push(digit);
    }
    out + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNICODE: Style = Style { unicode: true, ..Style::PLAIN };

    #[test]
    fn durations() {
        let check = |seconds: f64, expected: &str| assert_eq!(duration(seconds, UNICODE), expected);
        check(0.0, "0 s");
        check(3e-9, "3.00 ns");
        check(42e-6, "42.0 µs");
        check(0.85, "850 ms");
        check(0.999_9, "1.00 s");
        check(12.0, "12.0 s");
        check(59.97, "1.00 min");
        check(744.0, "12.4 min");
        check(27_000.0, "7.50 h");
        check(86_399.0, "1 d 00:00");
        check(184_800.0, "2 d 03:20");
        check(365.0 * 86_400.0 * 40.0, "14\u{202f}600 d 00:00");
        check(-744.0, "−12.4 min");
        check(f64::NAN, "–");
        assert_eq!(duration(42e-6, Style::PLAIN), "42.0 us");
    }

    #[test]
    fn rates_shares_and_counts() {
        assert_eq!(rate(58.26, UNICODE), "58.3 /h");
        assert_eq!(rate(0.2, UNICODE), "4.80 /d");
        assert_eq!(rate(0.0, UNICODE), "0 /h");
        assert_eq!(percent(0.873_4, UNICODE), "87.3 %");
        assert_eq!(percent(-0.000_01, UNICODE), "0.0 %");
        assert_eq!(count(1234, UNICODE), "1234");
        assert_eq!(count(1_234_567, UNICODE), "1\u{202f}234\u{202f}567");
        assert_eq!(count(1_234_567, Style::PLAIN), "1 234 567");
    }

    #[test]
    fn digits() {
        let check =
            |value: f64, expected: &str| assert_eq!(significant(value, 3, Style::PLAIN), expected);
        check(0.001_234_5, "0.00123");
        check(9.999, "10.0");
        check(99.95, "100");
        check(12_345.6, "12 346");
        check(-2.0, "-2.00");
        check(f64::INFINITY, "-");
        assert_eq!(fixed(1250.0, -2, Style::PLAIN), "1300");
        assert_eq!(fixed(1249.0, -2, Style::PLAIN), "1200");
        assert_eq!(fixed(-0.04, 1, Style::PLAIN), "0.0");
    }

    #[test]
    fn estimates_say_what_is_known() {
        let check = |mean: f64, half_width: f64, expected: &str| {
            let of = Estimate { mean, half_width: Some(half_width), n: 10 };
            let (mean, spread) = estimate(&of, UNICODE);
            assert_eq!(format!("{mean} {spread}"), expected);
        };
        check(12.341, 0.052, "12.34 ± 0.05");
        check(12.341, 0.12, "12.34 ± 0.12");
        check(12.341, 0.294, "12.34 ± 0.29");
        check(12.341, 0.296, "12.3 ± 0.3");
        check(12.341, 0.096, "12.3 ± 0.1");
        check(12.341, 3.7, "12 ± 4");
        check(12_341.0, 1234.0, "12\u{202f}300 ± 1200");
        check(12_341.0, 52.0, "12\u{202f}340 ± 50");
        check(0.0, 0.002, "0.0000 ± 0.0020");
        check(0.0, 0.003, "0.000 ± 0.003");
        check(-3.0, 0.5, "−3.0 ± 0.5");
        check(58.0, 0.0, "58.00 ± 0");
        let single = Estimate { mean: 12.341, half_width: None, n: 1 };
        assert_eq!(estimate(&single, UNICODE), ("12.34".into(), String::new()));
    }
}
