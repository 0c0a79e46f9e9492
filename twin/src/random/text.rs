//! "Either a plain value or a named form", as in `"55 s"` or `Exponential("1 min")`.
//!
//! `ron` gives a name only to who asks for an enum, and then takes no plain value. So the text is captured first
//! and looked at.

use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

/// Reads a `plain` value, or what `named` reads if the text begins with a name.
pub(super) fn plain_or_named<'de, D, V, T>(
    deserializer: D,
    plain: impl FnOnce(V) -> T,
    named: impl FnOnce(&mut ron::Deserializer<'_>) -> ron::Result<T>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    V: DeserializeOwned,
{
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = raw.trim().get_ron();
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let value = if begins_with_name(text) {
        ron::Deserializer::from_str_with_options(text, &options)
            .map_err(|e| e.code)
            .and_then(|mut inner| named(&mut inner))
    } else {
        options.from_str(text).map(plain).map_err(|e| e.code)
    };
    // The position in the captured text would mislead; the reader of the file adds that of the whole value.
    value.map_err(D::Error::custom)
}

/// Whether this is neither a number nor a string (`r"…"` included).
fn begins_with_name(text: &str) -> bool {
    let name = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let raw_string = name == "r" && text[1..].starts_with(['"', '#']);
    name.starts_with(char::is_alphabetic) && !raw_string && !["inf", "NaN"].contains(&name)
}
