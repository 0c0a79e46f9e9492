//! What a plant file says about shapes: triangles from files of other programs.
//!
//! ```ron
//! shapes: {
//!     "hood":  "../shapes/hood.stl",                        // in metres
//!     "press": (file: "../shapes/press.stl", unit: "1 mm"),
//! },
//! ```

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::units::Length;

/// A shape: a file of triangles, STL, OBJ, COLLADA or glTF.
#[derive(Clone, Debug)]
pub struct ShapeFile {
    /// Its path, from the folder of the plant.
    pub file: String,
    /// What one unit of the file is. Default: 1 m.
    pub unit: Option<Length>,
}

#[derive(Deserialize)]
#[serde(rename = "shape", deny_unknown_fields)]
struct Fields {
    file: String,
    #[serde(default)]
    unit: Option<Length>,
}

impl<'de> Deserialize<'de> for ShapeFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = ShapeFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path such as \"hood.stl\", or (file: \"hood.stl\", unit: \"1 mm\")")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<ShapeFile, E> {
                Ok(ShapeFile { file: path.to_owned(), unit: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ShapeFile, A::Error> {
                let Fields { file, unit } = Fields::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ShapeFile { file, unit })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
