//! How many parts fit somewhere.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// How many parts fit: a number, or `"unlimited"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Capacity {
    /// So many.
    Places(u32),
    /// Any number.
    #[default]
    Unlimited,
}

impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Capacity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of parts such as 10, or \"unlimited\"")
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<Capacity, E> {
                u32::try_from(n)
                    .ok()
                    .filter(|n| *n < 1_000_000_000)
                    .map(Capacity::Places)
                    .ok_or_else(|| E::custom("a capacity is below 1e9, or \"unlimited\""))
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<Capacity, E> {
                u64::try_from(n)
                    .map_err(|_| E::custom("a capacity cannot be negative"))
                    .and_then(|n| self.visit_u64(n))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Capacity, E> {
                if text == "unlimited" {
                    return Ok(Capacity::Unlimited);
                }
                Err(E::custom(format!(
                    "expected a number of parts or \"unlimited\", found {text:?}"
                )))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
