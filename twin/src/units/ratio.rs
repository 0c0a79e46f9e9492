//! Prices and emissions: an amount of money or of mass for each unit of something.

use std::str::FromStr;

use serde::Deserialize;
use serde::de::Error;

use super::parse::{Dimension, ENERGY, MASS, POWER, VOLUME, split_number};

/// What a price or an emission is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// A joule; written by the kWh as a rule.
    Energy,
    /// A cubic metre.
    Volume,
    /// A watt; written by the kW as a rule.
    Power,
}

impl Per {
    const ALL: [(Self, &'static Dimension); 3] =
        [(Self::Energy, &ENERGY), (Self::Volume, &VOLUME), (Self::Power, &POWER)];

    /// What `unit` is a unit of, and what one of it is in SI.
    fn parse(unit: &str) -> Option<(Self, f64)> {
        let found = |(per, dimension): (Self, &Dimension)| {
            dimension.unit(unit).map(|unit| (per, unit.num / unit.den))
        };
        Self::ALL.into_iter().find_map(found)
    }
}

/// A price, at least 0: `"0.24 EUR/kWh"`, `"0.02 USD/m3"`, `"120 CHF/kW"`. The currency is a word of letters, taken as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// Money for each joule, cubic metre or watt.
    pub each: f64,
    /// The currency as it was written.
    pub currency: String,
    /// What it is for.
    pub per: Per,
}

/// Mass that is emitted, at least 0: `"380 g/kWh"`, `"0.2 kg/m3"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emission {
    /// Kilograms for each joule, cubic metre or watt.
    pub kilograms: f64,
    /// What it is for.
    pub per: Per,
}

/// Number, what stands over the line, and what stands under it.
fn split(text: &str) -> Option<(f64, &str, Per, f64)> {
    let (number, rest) = split_number(text.trim())?;
    let (over, under) = rest.trim().split_once('/')?;
    let (per, factor) = Per::parse(under.trim())?;
    let number: f64 = number.parse().ok()?;
    ((0.0..1e12).contains(&number)).then_some((number, over.trim(), per, factor))
}

impl FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = split(text).filter(|(_, currency, ..)| {
            !currency.is_empty() && currency.chars().all(char::is_alphabetic)
        });
        let (number, currency, per, factor) = parsed.ok_or_else(|| {
            format!("expected a price such as \"0.24 EUR/kWh\" or \"0.02 EUR/m3\", found {text:?}")
        })?;
        Ok(Self { each: number / factor, currency: currency.to_owned(), per })
    }
}

impl FromStr for Emission {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = split(text).and_then(|(number, mass, per, factor)| {
            let mass = MASS.unit(mass)?;
            Some(Self { kilograms: number * mass.num / mass.den / factor, per })
        });
        parsed.ok_or_else(|| {
            format!("expected an emission such as \"380 g/kWh\" or \"0.2 kg/m3\", found {text:?}")
        })
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Emission {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_emissions_are_read() {
        let price = |text: &str| text.parse::<Price>().map(|p| (p.each, p.currency, p.per));
        assert_eq!(price("0.36 EUR/kWh"), Ok((1e-7, "EUR".into(), Per::Energy)));
        assert_eq!(price(" 0.02 USD / m3"), Ok((0.02, "USD".into(), Per::Volume)));
        assert_eq!(price("120 €/kW").ok(), None, "a word of letters");
        assert_eq!(price("120 CHF/kW"), Ok((0.12, "CHF".into(), Per::Power)));
        for bad in
            ["", "0.3", "0.3 EUR", "0.3 EUR/h", "-1 EUR/kWh", "EUR/kWh", "1 /kWh", "1e99 EUR/J"]
        {
            assert!(price(bad).is_err(), "{bad}");
        }
        let emission = |text: &str| text.parse::<Emission>().map(|e| (e.kilograms, e.per));
        assert_eq!(emission("360 g/kWh"), Ok((1e-7, Per::Energy)));
        assert!(emission("360 EUR/kWh").is_err());
    }
}
