//! What a plant file can say of an order.

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::random::Distribution;
use crate::units::SimDuration;

/// One of the plant's `orders`.
#[derive(Debug, Deserialize)]
#[serde(rename = "order", deny_unknown_fields)]
pub struct OrderFile {
    /// Its name. Default: the product with a number.
    #[serde(default)]
    pub order: Option<Label>,
    /// What is ordered.
    pub product: Label,
    /// How many pieces. Default 1.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// Most pieces of a lot, which goes through the plant as one part. Default 1.
    #[serde(default)]
    pub lot: Option<u32>,
    /// When it may be released at the earliest, counted from the start of the run. Default: at once.
    #[serde(default)]
    pub release: SimDuration,
    /// When it is due, counted likewise. Default: as the product says.
    #[serde(default)]
    pub due: Option<SimDuration>,
    /// Its priority; lower goes first. Default: as the product says.
    #[serde(default)]
    pub priority: Option<i16>,
    /// It comes again and again: time from one to the next.
    #[serde(default)]
    pub every: Option<Distribution<SimDuration>>,
    /// How many there are then. Default: without end.
    #[serde(default)]
    pub repeats: Option<u32>,
}

/// A name. Numbers are names too, as tables that come from elsewhere have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(pub String);

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Label;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Label, E> {
                Ok(Label(name.to_owned()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Label, E> {
                Ok(Label(number.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Label, E> {
                Ok(Label(number.to_string()))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
