//! JSON with one form for each value, so that results can be compared byte by byte.

use serde::Serialize;

/// `value` as JSON: keys sorted, two spaces of indent, `null` for NaN and infinities, floats in the shortest form
/// that reads back to the same `f64`, and a newline at the end. The same value gives the same bytes.
///
/// # Errors
///
/// Where JSON has no form for the value: map keys that are not strings or numbers, integers beyond 64 bits, or
/// a `Serialize` that fails itself.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    // `Value` turns what is not finite into `null`. It also sorts keys, unless some other crate in the build
    // switches serde_json's `preserve_order` on; hence the explicit sort.
    let mut tree = serde_json::to_value(value)?;
    tree.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&tree)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Serialize)]
    struct Sample {
        zeta: f64,
        alpha: Vec<Option<f64>>,
        nested: BTreeMap<&'static str, f64>,
    }

    #[test]
    fn keys_are_sorted_and_floats_short() {
        let sample = Sample {
            zeta: 0.1 + 0.2,
            alpha: vec![Some(1.0), None, Some(f64::NAN), Some(1e-7)],
            nested: BTreeMap::from([("b", f64::INFINITY), ("a", -1e300)]),
        };
        let expected = "{
  \"alpha\": [
    1.0,
    null,
    null,
    1e-7
  ],
  \"nested\": {
    \"a\": -1e+300,
    \"b\": null
  },
  \"zeta\": 0.30000000000000004
}
";
        assert_eq!(to_json(&sample).unwrap(), expected);
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        assert!(to_json(&u128::MAX).is_err());
        assert!(to_json(&BTreeMap::from([((1, 2), 3)])).is_err());
    }
}
