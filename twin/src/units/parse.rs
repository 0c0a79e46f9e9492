//! From text to numbers and units: the tables of units, the scanner, and the error that says what would be right.

use std::f64::consts::PI;
use std::fmt;

/// A text that is not the quantity that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityError {
    /// What would be right: `a duration such as "8 h" or "55 s"`.
    pub expected: &'static str,
    /// What stands there instead: `"8 kg"`.
    pub found: String,
    /// What is wrong with it, where more can be said: `kg is a unit of mass`.
    pub why: Option<String>,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)?;
        match &self.why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QuantityError {}

impl QuantityError {
    /// The same error for serde, which keeps `expected` and `found` apart.
    pub(super) fn into_serde<E: serde::de::Error>(self) -> E {
        let found = match self.why {
            Some(why) => format!("{}: {why}", self.found),
            None => self.found,
        };
        E::invalid_value(serde::de::Unexpected::Other(&found), &self.expected)
    }
}

/// One spelling of a unit; a value in it times `num / den`, plus `zero`, is the value in SI.
pub(super) struct Unit {
    pub(super) name: &'static str,
    pub(super) num: f64,
    pub(super) den: f64,
    /// Where its scale begins, in SI: not at zero for scales of temperature.
    pub(super) zero: f64,
}

/// A physical dimension: its units and the values that it allows.
pub(super) struct Dimension {
    /// For messages: `kg is a unit of mass`.
    pub(super) noun: &'static str,
    /// For messages: `a duration such as "8 h" or "55 s"`.
    pub(super) expected: &'static str,
    /// The first of equally short units is the one that is written.
    pub(super) units: &'static [Unit],
    /// Smallest and largest value, in SI.
    pub(super) range: (f64, f64),
    /// The range in words, for the message about a value outside.
    pub(super) limits: &'static str,
}

const fn unit(name: &'static str, num: f64, den: f64) -> Unit {
    scale(name, num, den, 0.0)
}

const fn scale(name: &'static str, num: f64, den: f64, zero: f64) -> Unit {
    Unit { name, num, den, zero }
}

/// Far beyond any factory, and far enough from the ends of `f64` that products of a few quantities stay finite.
const HUGE: f64 = 1e18;

pub(super) const DURATION: Dimension = Dimension {
    noun: "time",
    expected: "a duration such as \"8 h\" or \"55 s\"",
    units: &[
        unit("s", 1.0, 1.0),
        unit("min", 60.0, 1.0),
        unit("h", 3600.0, 1.0),
        unit("d", 86_400.0, 1.0),
        unit("w", 604_800.0, 1.0),
        unit("ms", 1.0, 1e3),
        unit("us", 1.0, 1e6),
        unit("µs", 1.0, 1e6),
        unit("ns", 1.0, 1e9),
    ],
    range: (0.0, 100.0 * 365.25 * 86_400.0),
    limits: "a duration is 0 to 100 years",
};

pub(super) const LENGTH: Dimension = Dimension {
    noun: "length",
    expected: "a length such as \"12 m\" or \"350 mm\"",
    units: &[
        unit("m", 1.0, 1.0),
        unit("mm", 1.0, 1e3),
        unit("cm", 1.0, 1e2),
        unit("km", 1e3, 1.0),
        unit("um", 1.0, 1e6),
        unit("µm", 1.0, 1e6),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const SPEED: Dimension = Dimension {
    noun: "speed",
    expected: "a speed such as \"0.5 m/s\" or \"30 m/min\"",
    units: &[
        unit("m/s", 1.0, 1.0),
        unit("m/min", 1.0, 60.0),
        unit("mm/s", 1.0, 1e3),
        unit("km/h", 1.0, 3.6),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const ACCELERATION: Dimension = Dimension {
    noun: "acceleration",
    expected: "an acceleration such as \"0.5 m/s2\" or \"300 mm/s2\"",
    units: &[
        unit("m/s2", 1.0, 1.0),
        unit("m/s²", 1.0, 1.0),
        unit("mm/s2", 1.0, 1e3),
        unit("mm/s²", 1.0, 1e3),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const RATE: Dimension = Dimension {
    noun: "rate",
    expected: "a rate such as \"60 /h\" or \"1.5 /min\"",
    units: &[
        unit("/s", 1.0, 1.0),
        unit("/min", 1.0, 60.0),
        unit("/h", 1.0, 3600.0),
        unit("/d", 1.0, 86_400.0),
    ],
    range: (0.0, HUGE),
    limits: "a rate is not negative",
};

pub(super) const POWER: Dimension = Dimension {
    noun: "power",
    expected: "a power such as \"1.5 kW\" or \"250 W\"",
    units: &[unit("W", 1.0, 1.0), unit("kW", 1e3, 1.0), unit("MW", 1e6, 1.0), unit("mW", 1.0, 1e3)],
    range: (0.0, HUGE),
    limits: "a power drawn is not negative",
};

pub(super) const ENERGY: Dimension = Dimension {
    noun: "energy",
    expected: "an energy such as \"0.4 kWh\" or \"350 kJ\"",
    units: &[
        unit("J", 1.0, 1.0),
        unit("kJ", 1e3, 1.0),
        unit("MJ", 1e6, 1.0),
        unit("Wh", 3600.0, 1.0),
        unit("kWh", 3.6e6, 1.0),
        unit("MWh", 3.6e9, 1.0),
    ],
    range: (0.0, HUGE),
    limits: "an energy is not negative",
};

pub(super) const VOLUME: Dimension = Dimension {
    noun: "volume",
    expected: "a volume such as \"2 m3\" or \"5 l\"",
    units: &[unit("m3", 1.0, 1.0), unit("l", 1.0, 1e3), unit("ml", 1.0, 1e6), unit("m³", 1.0, 1.0)],
    range: (0.0, HUGE),
    limits: "a volume is not negative",
};

pub(super) const FLOW: Dimension = Dimension {
    noun: "flow",
    expected: "a flow such as \"0.2 m3/min\" or \"5 l/s\"",
    units: &[
        unit("m3/s", 1.0, 1.0),
        unit("m3/min", 1.0, 60.0),
        unit("m3/h", 1.0, 3600.0),
        unit("l/s", 1.0, 1e3),
        unit("l/min", 1.0, 6e4),
        unit("l/h", 1.0, 3.6e6),
        unit("m³/min", 1.0, 60.0),
        unit("m³/h", 1.0, 3600.0),
    ],
    range: (0.0, HUGE),
    limits: "a flow is not negative",
};

pub(super) const SHARE: Dimension = Dimension {
    noun: "share",
    expected: "a share such as \"5 %\" or 0.05",
    units: &[unit("%", 1.0, 100.0)],
    range: (0.0, 1.0),
    limits: "a share is 0 % to 100 %, or 0 to 1",
};

pub(super) const ANGLE: Dimension = Dimension {
    noun: "angle",
    expected: "an angle such as \"90 deg\" or \"1.57 rad\"",
    units: &[unit("rad", 1.0, 1.0), unit("deg", PI, 180.0), unit("°", PI, 180.0)],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const JERK: Dimension = Dimension {
    noun: "jerk",
    expected: "a jerk such as \"50 m/s3\"",
    units: &[
        unit("m/s3", 1.0, 1.0),
        unit("m/s³", 1.0, 1.0),
        unit("mm/s3", 1.0, 1e3),
        unit("mm/s³", 1.0, 1e3),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const ANGULAR_SPEED: Dimension = Dimension {
    noun: "angular speed",
    expected: "an angular speed such as \"180 deg/s\" or \"2.61 rad/s\"",
    units: &[
        unit("rad/s", 1.0, 1.0),
        unit("deg/s", PI, 180.0),
        unit("°/s", PI, 180.0),
        unit("rpm", PI, 30.0),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const ANGULAR_ACCELERATION: Dimension = Dimension {
    noun: "angular acceleration",
    expected: "an angular acceleration such as \"1200 deg/s2\" or \"15 rad/s2\"",
    units: &[
        unit("rad/s2", 1.0, 1.0),
        unit("deg/s2", PI, 180.0),
        unit("rad/s²", 1.0, 1.0),
        unit("deg/s²", PI, 180.0),
        unit("°/s²", PI, 180.0),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const ANGULAR_JERK: Dimension = Dimension {
    noun: "angular jerk",
    expected: "an angular jerk such as \"12000 deg/s3\" or \"7500 rad/s3\"",
    units: &[
        unit("rad/s3", 1.0, 1.0),
        unit("deg/s3", PI, 180.0),
        unit("rad/s³", 1.0, 1.0),
        unit("deg/s³", PI, 180.0),
        unit("°/s³", PI, 180.0),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const FORCE: Dimension = Dimension {
    noun: "force",
    expected: "a force such as \"80 N\"",
    units: &[unit("N", 1.0, 1.0), unit("kN", 1e3, 1.0)],
    range: (0.0, HUGE),
    limits: "a force is not negative",
};

pub(super) const TORQUE: Dimension = Dimension {
    noun: "torque",
    expected: "a torque such as \"150 N m\"",
    units: &[unit("N m", 1.0, 1.0), unit("Nm", 1.0, 1.0), unit("kN m", 1e3, 1.0)],
    range: (0.0, HUGE),
    limits: "a torque is not negative",
};

pub(super) const MASS: Dimension = Dimension {
    noun: "mass",
    expected: "a mass such as \"2.5 kg\" or \"300 g\"",
    units: &[unit("kg", 1.0, 1.0), unit("g", 1.0, 1e3), unit("t", 1e3, 1.0), unit("mg", 1.0, 1e6)],
    range: (0.0, HUGE),
    limits: "a mass is not negative",
};

/// Kept in degrees Celsius, so that what is written so stays exact.
pub(super) const TEMPERATURE: Dimension = Dimension {
    noun: "temperature",
    expected: "a temperature such as \"22 degC\" or \"295 K\"",
    units: &[
        unit("degC", 1.0, 1.0),
        unit("°C", 1.0, 1.0),
        scale("K", 1.0, 1.0, -ICE_POINT),
        scale("degF", 5.0, 9.0, -160.0 / 9.0),
        scale("°F", 5.0, 9.0, -160.0 / 9.0),
    ],
    range: (-ICE_POINT, HUGE),
    limits: "nothing is colder than 0 K, which is -273.15 degC",
};

/// 0 °C in K.
const ICE_POINT: f64 = 273.15;

pub(super) const DIFFERENCE: Dimension = Dimension {
    noun: "temperature difference",
    expected: "a temperature difference such as \"2 K\" or \"50 mK\"",
    units: &[unit("K", 1.0, 1.0), unit("mK", 1.0, 1e3)],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const PRESSURE: Dimension = Dimension {
    noun: "pressure",
    expected: "a pressure such as \"20 Pa\" or \"1.2 kPa\"",
    units: &[
        unit("Pa", 1.0, 1.0),
        unit("hPa", 1e2, 1.0),
        unit("kPa", 1e3, 1.0),
        unit("mbar", 1e2, 1.0),
        unit("bar", 1e5, 1.0),
    ],
    range: (-HUGE, HUGE),
    limits: "the number is too large",
};

pub(super) const CONDUCTIVITY: Dimension = Dimension {
    noun: "thermal conductivity",
    expected: "a thermal conductivity such as \"45 W/(m K)\"",
    units: &[unit("W/(m K)", 1.0, 1.0), unit("mW/(m K)", 1.0, 1e3)],
    range: (0.0, HUGE),
    limits: "a conductivity is not negative",
};

pub(super) const MASS_FLOW: Dimension = Dimension {
    noun: "mass flow",
    expected: "a mass flow such as \"0.5 g/s\" or \"2 kg/h\"",
    units: &[
        unit("kg/s", 1.0, 1.0),
        unit("g/s", 1.0, 1e3),
        unit("kg/min", 1.0, 60.0),
        unit("kg/h", 1.0, 3600.0),
        unit("g/min", 1.0, 6e4),
        unit("g/h", 1.0, 3.6e6),
    ],
    range: (0.0, HUGE),
    limits: "a mass flow is not negative",
};

pub(super) const DENSITY: Dimension = Dimension {
    noun: "density",
    expected: "a density such as \"7850 kg/m3\"",
    units: &[
        unit("kg/m3", 1.0, 1.0),
        unit("g/cm3", 1e3, 1.0),
        unit("t/m3", 1e3, 1.0),
        unit("kg/m³", 1.0, 1.0),
    ],
    range: (0.0, HUGE),
    limits: "a density is not negative",
};

pub(super) const SPECIFIC_HEAT: Dimension = Dimension {
    noun: "specific heat",
    expected: "a specific heat such as \"490 J/(kg K)\" or \"0.49 kJ/(kg K)\"",
    units: &[unit("J/(kg K)", 1.0, 1.0), unit("kJ/(kg K)", 1e3, 1.0)],
    range: (0.0, HUGE),
    limits: "a specific heat is not negative",
};

pub(super) const HEAT_CAPACITY: Dimension = Dimension {
    noun: "heat capacity",
    expected: "a heat capacity such as \"980 kJ/K\"",
    units: &[unit("J/K", 1.0, 1.0), unit("kJ/K", 1e3, 1.0), unit("MJ/K", 1e6, 1.0)],
    range: (0.0, HUGE),
    limits: "a heat capacity is not negative",
};

pub(super) const HEAT_TRANSFER: Dimension = Dimension {
    noun: "heat transfer",
    expected: "a film coefficient or U-value such as \"8 W/(m2 K)\"",
    units: &[unit("W/(m2 K)", 1.0, 1.0), unit("W/(m² K)", 1.0, 1.0)],
    range: (0.0, HUGE),
    limits: "a film coefficient or U-value is not negative",
};

/// What is expected where a duration may also be negative.
pub(super) const SIGNED_DURATION: &str =
    "a duration such as \"8 h\" or \"-55 s\", which may be negative";

const ALL: &[&Dimension] = &[
    &DURATION,
    &LENGTH,
    &SPEED,
    &ACCELERATION,
    &RATE,
    &POWER,
    &ENERGY,
    &VOLUME,
    &FLOW,
    &SHARE,
    &ANGLE,
    &JERK,
    &ANGULAR_SPEED,
    &ANGULAR_ACCELERATION,
    &ANGULAR_JERK,
    &FORCE,
    &TORQUE,
    &MASS,
    &TEMPERATURE,
    &PRESSURE,
    &CONDUCTIVITY,
    &DENSITY,
    &MASS_FLOW,
    &SPECIFIC_HEAT,
    &HEAT_CAPACITY,
    &HEAT_TRANSFER,
];

/// Spellings that people use for units that we spell otherwise.
const FOREIGN: &[(&str, &str)] = &[
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("minute", "min"),
    ("minutes", "min"),
    ("mins", "min"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("week", "w"),
    ("weeks", "w"),
    ("msec", "ms"),
    ("usec", "us"),
    ("μs", "us"),
    ("μm", "um"),
    ("meter", "m"),
    ("meters", "m"),
    ("metre", "m"),
    ("metres", "m"),
    ("mps", "m/s"),
    ("m/s^2", "m/s2"),
    ("kmh", "km/h"),
    ("kph", "km/h"),
    ("/sec", "/s"),
    ("/hr", "/h"),
    ("/hour", "/h"),
    ("/minute", "/min"),
    ("per hour", "/h"),
    ("per min", "/min"),
    ("percent", "%"),
    ("degree", "deg"),
    ("degrees", "deg"),
    ("deg/s^2", "deg/s2"),
    ("deg/s^3", "deg/s3"),
    ("rad/s^2", "rad/s2"),
    ("rad/s^3", "rad/s3"),
    ("m/s^3", "m/s3"),
    ("dps", "deg/s"),
    ("watt", "W"),
    ("kilo", "kg"),
    ("C", "degC"),
    ("F", "degF"),
    ("kelvin", "K"),
    ("celsius", "degC"),
    ("fahrenheit", "degF"),
    ("W/mK", "W/(m K)"),
    ("W/m2K", "W/(m2 K)"),
    ("W/m²K", "W/(m2 K)"),
    ("J/kgK", "J/(kg K)"),
    ("kJ/kgK", "kJ/(kg K)"),
];

impl Dimension {
    /// The unit called `name`.
    pub(super) fn unit(&self, name: &str) -> Option<&'static Unit> {
        self.units.iter().find(|u| u.name == name)
    }

    /// The error for `text`, which stands in the file as a string.
    pub(super) fn error(&self, text: &str, why: impl Into<Option<String>>) -> QuantityError {
        let shown: String = text.chars().take(40).collect();
        let dots = if shown.len() < text.len() { "…" } else { "" };
        QuantityError {
            expected: self.expected,
            found: format!("\"{shown}{dots}\""),
            why: why.into(),
        }
    }

    /// The error for a number that has no unit.
    pub(super) fn bare(&self, number: impl fmt::Display) -> QuantityError {
        QuantityError {
            expected: self.expected,
            found: format!("the bare number {number}"),
            why: Some("a unit is needed".to_owned()),
        }
    }

    /// Why `name` is none of our units, and what is meant.
    pub(super) fn unknown_unit(&self, name: &str) -> String {
        if name.starts_with(',') {
            return "decimals are written with a point, as in \"0.5\"".to_owned();
        }
        let foreign = FOREIGN.iter().find(|(f, _)| f.eq_ignore_ascii_case(name));
        let meant = foreign.map_or(name, |(_, ours)| ours);
        let mut units = self.units.iter().map(|u| u.name);
        if let Some(ours) = units.find(|u| u.eq_ignore_ascii_case(meant)) {
            return format!("unknown unit `{name}`, write `{ours}`");
        }
        let other = ALL.iter().find(|d| d.unit(meant).is_some());
        if let Some(d) = other {
            return format!("`{name}` is a unit of {}", d.noun);
        }
        let units: Vec<&str> = self.units.iter().map(|u| u.name).collect();
        format!("unknown unit `{name}`, one of {}", units.join(", "))
    }

    /// The value of `text` in SI.
    pub(super) fn parse(&self, text: &str) -> Result<f64, QuantityError> {
        let (number, rest) = split_number(text.trim())
            .ok_or_else(|| self.error(text, not_a_number(text, self.units[0].name)))?;
        let name = rest.trim();
        if name.is_empty() {
            return Err(self.error(text, "a unit is needed".to_owned()));
        }
        let Some(unit) = self.unit(name) else {
            return Err(self.error(text, self.unknown_unit(name)));
        };
        let si = number.parse().map_or(f64::NAN, |n: f64| n * unit.num / unit.den + unit.zero);
        self.check(si).map_err(|why| self.error(text, why.to_owned()))
    }

    /// `si` if the dimension allows it, else the allowed range in words.
    pub(super) fn check(&self, si: f64) -> Result<f64, &'static str> {
        let (low, high) = self.range;
        if (low..=high).contains(&si) {
            Ok(si)
        } else if si > HUGE {
            Err("the number is too large")
        } else {
            Err(self.limits)
        }
    }

    /// The shortest text that reads as exactly `si`.
    pub(super) fn write(&self, si: f64) -> String {
        let mut best: Option<String> = None;
        for unit in self.units.iter().filter(|u| u.name.is_ascii()) {
            let text = format!("{} {}", short((si - unit.zero) * unit.den / unit.num), unit.name);
            let shorter = best.as_ref().is_none_or(|b| text.len() < b.len());
            if shorter && self.parse(&text).is_ok_and(|back| back.to_bits() == si.to_bits()) {
                best = Some(text);
            }
        }
        // SI itself always reads back; values that the reader refuses are written in it all the same.
        best.unwrap_or_else(|| format!("{} {}", short(si), self.units[0].name))
    }
}

/// The shortest decimal number that reads as `value`.
fn short(value: f64) -> String {
    let text = format!("{value:?}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// Why `text` does not begin with a number.
pub(super) fn not_a_number(text: &str, unit: &str) -> String {
    if text.trim().is_empty() {
        return "the text is empty".to_owned();
    }
    format!("it does not begin with a number, as in \"5 {unit}\"")
}

/// Splits a decimal number off the front of `text`: sign, digits, at most one point, exponent.
pub(super) fn split_number(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let n = bytes[from..].iter().take_while(|b| b.is_ascii_digit());
        from + n.count()
    };
    let start = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(start);
    let mut end = whole;
    let mut n_digits = whole - start;
    if bytes.get(end) == Some(&b'.') {
        end = digits(whole + 1);
        n_digits += end - whole - 1;
    }
    if n_digits == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = end + 1 + sign;
        if bytes.get(exponent).is_some_and(u8::is_ascii_digit) {
            end = digits(exponent);
        }
    }
    Some(text.split_at(end))
}
