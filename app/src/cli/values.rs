//! What the values of flags mean.

use twin::units::{Length, SimDuration};

/// What `--warmup` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Warmup {
    /// So long.
    After(SimDuration),
    /// As long as MSER-5 finds.
    Auto,
}

/// Names of equipment or groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names(pub(super) Vec<String>);

/// Names with commas in between, or `none`.
pub(super) fn names(text: &str) -> Result<Names, String> {
    if text == "none" {
        return Ok(Names(Vec::new()));
    }
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err("expected names with commas in between, or `none`".to_owned());
    }
    Ok(Names(names))
}

/// A length of time above 0.
pub(super) fn duration(text: &str) -> Result<SimDuration, String> {
    let time: SimDuration = text.parse().map_err(|error| format!("{error}"))?;
    if time > SimDuration::ZERO { Ok(time) } else { Err("a time above 0 is needed".to_owned()) }
}

/// A length above 0, in metres.
pub(super) fn length(text: &str) -> Result<f64, String> {
    let length: Length = text.parse().map_err(|error| format!("{error}"))?;
    let metres = length.metres();
    if metres > 0.0 { Ok(metres) } else { Err("a length above 0 is needed".to_owned()) }
}

/// A length of time, or `auto`.
pub(super) fn warmup(text: &str) -> Result<Warmup, String> {
    if text == "auto" {
        return Ok(Warmup::Auto);
    }
    text.parse().map(Warmup::After).map_err(|error| format!("{error}; or `auto`"))
}

/// `PATH=VALUE`.
pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() && !value.trim().is_empty() => {
            Ok((path.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("expected PATH=VALUE, such as parameters.mill_time=\"70 s\"".to_owned()),
    }
}

/// Width and height such as `1280x720`.
#[cfg(feature = "desktop")]
pub(super) fn pixels(text: &str) -> Result<[u32; 2], String> {
    let side = |text: &str| text.parse().ok().filter(|side| (16..=8192).contains(side));
    let sides = text.split_once('x').and_then(|(w, h)| Some([side(w)?, side(h)?]));
    sides.ok_or_else(|| "two numbers of pixels from 16 to 8192, such as 1280x720".to_owned())
}

/// Bytes: `1000000`, `64MB`, `1GiB`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] = [
        ("", 1),
        ("B", 1),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ];
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| factor);
    let number: Option<u64> = number.parse().ok();
    number
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(*factor))
        .ok_or_else(|| "expected a size such as 64MB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_flags() {
        assert_eq!(duration("8h"), Ok(SimDuration::from_s(8 * 3600)));
        assert!(duration("0 s").is_err());
        assert_eq!(length("50cm"), Ok(0.5));
        assert!(length("0 m").is_err() && length("-1 m").is_err() && length("1").is_err());
        let two = Names(vec!["infeed belt".to_owned(), "cell 3".to_owned()]);
        assert_eq!(names("infeed belt, cell 3"), Ok(two));
        assert_eq!(names("none"), Ok(Names(Vec::new())));
        assert!(names("").is_err() && names("a,,b").is_err());
        assert_eq!(warmup("auto"), Ok(Warmup::Auto));
        assert_eq!(warmup("0 s"), Ok(Warmup::After(SimDuration::ZERO)));
        assert!(warmup("automatic").is_err());
        assert_eq!(assignment("a.b = 70 s"), Ok(("a.b".to_owned(), "70 s".to_owned())));
        assert_eq!(assignment("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        for bad in ["a", "=1", "a="] {
            assert!(assignment(bad).is_err(), "{bad}");
        }
        for (text, bytes) in [("12", 12), ("64MB", 64_000_000), ("2 GiB", 2 << 30)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for bad in ["", "MB", "1.5MB", "99999999999999GB", "3 apples"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
