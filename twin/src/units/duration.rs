//! Durations as people write them, exact to the nanosecond: `"8 h"`, `"1 h 30 min"`, `"0.25 s"`.
//!
//! Decimal numbers are multiplied as integers, never through `f64`, so that what is written reads back unchanged.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::parse::{DURATION, QuantityError, SIGNED_DURATION, not_a_number, split_number};
use super::{SimDuration, SimTime};

/// Nanoseconds in each unit that a duration is written in, longest first.
const WRITTEN: [(&str, i64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// The longest duration in a file: 100 years of 365.25 days.
const LONGEST_NS: i128 = 36_525 * 86_400_000_000_000;

/// Whether a text may say a negative duration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Positive,
    Any,
}

impl FromStr for SimDuration {
    type Err = QuantityError;

    /// Numbers with units from ns to w, one or several (`"1 h 30 min"`), 0 to 100 years.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        parse(text, Sign::Positive)
    }
}

/// The shortest text that reads as exactly this duration; whole numbers are preferred (`90 min`, not `1.5 h`).
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&write(self.ns()))
    }
}

/// Text for people, nanoseconds for machines. Negative and very long ones are written, but only [`signed_duration`]
/// reads the negative ones again, and nothing reads more than 100 years.
impl Serialize for SimDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.ns())
        }
    }
}

impl<'de> Deserialize<'de> for SimDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer, Sign::Positive)
    }
}

/// A point in time is written as its distance from the start of the run: `"2 h"`.
impl Serialize for SimTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SimDuration::from_ns(self.ns()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SimTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SimDuration::deserialize(deserializer).map(|d| Self::from_ns(d.ns()))
    }
}

/// Reads a duration that may be negative: `#[serde(deserialize_with = "twin::units::signed_duration")]`.
///
/// # Errors
/// What is not a duration of at most 100 years either way.
pub fn signed_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SimDuration, D::Error> {
    deserialize(deserializer, Sign::Any)
}

fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
    sign: Sign,
) -> Result<SimDuration, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(DurationVisitor(sign))
    } else {
        i64::deserialize(deserializer).map(SimDuration::from_ns)
    }
}

struct DurationVisitor(Sign);

impl Visitor<'_> for DurationVisitor {
    type Value = SimDuration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expected(self.0))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SimDuration, E> {
        parse(text, self.0).map_err(QuantityError::into_serde)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<SimDuration, E> {
        Err(DURATION.bare(value).into_serde())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<SimDuration, E> {
        Err(DURATION.bare(value).into_serde())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<SimDuration, E> {
        Err(DURATION.bare(value).into_serde())
    }
}

const fn expected(sign: Sign) -> &'static str {
    match sign {
        Sign::Positive => DURATION.expected,
        Sign::Any => SIGNED_DURATION,
    }
}

fn parse(text: &str, sign: Sign) -> Result<SimDuration, QuantityError> {
    let error =
        |why: String| QuantityError { expected: expected(sign), ..DURATION.error(text, why) };
    let mut rest = text.trim();
    let negative = rest.starts_with('-');
    rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    let mut total: i128 = 0;
    loop {
        if rest.starts_with(['-', '+']) {
            return Err(error("only one sign may stand in front".to_owned()));
        }
        let (number, after) =
            split_number(rest).ok_or_else(|| error(not_a_number(text, DURATION.units[0].name)))?;
        let after = after.trim_start();
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace());
        let (name, after) = after.split_at(end.unwrap_or(after.len()));
        if name.is_empty() {
            return Err(error("a unit is needed".to_owned()));
        }
        let unit_ns = unit_ns(name).ok_or_else(|| error(DURATION.unknown_unit(name)))?;
        total = nanoseconds(number, unit_ns)
            .map_or(i128::MAX, |ns| total.saturating_add(ns))
            .min(i128::MAX / 2);
        rest = after.trim_start();
        if rest.is_empty() {
            break;
        }
    }
    if total > LONGEST_NS || (negative && total != 0 && sign == Sign::Positive) {
        return Err(error(DURATION.limits.to_owned()));
    }
    let ns = total as i64;
    Ok(SimDuration::from_ns(if negative { -ns } else { ns }))
}

/// Nanoseconds in the unit called `name`.
fn unit_ns(name: &str) -> Option<i64> {
    let unit = DURATION.unit(name)?;
    Some((unit.num * (1e9 / unit.den)).round() as i64)
}

/// `number` units of `unit_ns` nanoseconds, rounded to the nearest, halves up; `None` if far out of range.
fn nanoseconds(number: &str, unit_ns: i64) -> Option<i128> {
    let Some((mantissa, decimals)) = decimal(number) else {
        // An exponent or very many digits: the error of `f64` is no larger than what the writer meant.
        let ns = number.parse::<f64>().ok()? * unit_ns as f64;
        return (ns.abs() < 1e30).then(|| ns.round() as i128);
    };
    let scale = 10_i128.pow(decimals);
    Some((mantissa * i128::from(unit_ns) + scale / 2) / scale)
}

/// An unsigned decimal number of at most 20 digits as mantissa and number of decimals.
fn decimal(number: &str) -> Option<(i128, u32)> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() > 20 {
        return None;
    }
    let mantissa = format!("{whole}{fraction}").parse().ok()?;
    Some((mantissa, fraction.len() as u32))
}

/// The largest unit with a whole number; if that needs five digits or more, the shortest decimal form.
fn write(ns: i64) -> String {
    if ns == 0 {
        return "0 s".to_owned();
    }
    let (unit, count) = WRITTEN
        .iter()
        .find(|(_, unit_ns)| ns % unit_ns == 0)
        .map_or(("ns", ns), |(unit, unit_ns)| (*unit, ns / unit_ns));
    let whole = format!("{count} {unit}");
    if count.unsigned_abs() < 10_000 {
        return whole;
    }
    WRITTEN
        .iter()
        .filter_map(|(unit, unit_ns)| Some(format!("{} {unit}", ratio(ns, *unit_ns)?)))
        .fold(whole, |best, text| if text.len() < best.len() { text } else { best })
}

/// `ns / unit_ns` as a decimal number, if it is one of at most 9 decimals.
fn ratio(ns: i64, unit_ns: i64) -> Option<String> {
    let scaled = i128::from(ns) * 1_000_000_000;
    if scaled % i128::from(unit_ns) != 0 {
        return None;
    }
    let scaled = scaled / i128::from(unit_ns);
    let (sign, size) = (if scaled < 0 { "-" } else { "" }, scaled.unsigned_abs());
    let text = format!("{sign}{}.{:09}", size / 1_000_000_000, size % 1_000_000_000);
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}
