//! Names of places in a file: `equipment.mill.is.time`, `equipment."a.b".to[0]`.

use std::fmt;
use std::str::FromStr;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A field of a struct or an entry of a map.
    Name(String),
    /// An element of a list.
    Index(usize),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// A way into a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Segment>);

impl Path {
    /// Its steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The way through fields or entries of these names.
    pub fn of(names: &[&str]) -> Self {
        Self(names.iter().map(|name| Segment::Name((*name).to_owned())).collect())
    }

    /// One step further.
    #[must_use]
    pub fn then(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// All but the last step, and that one; `None` for the way to the whole.
    pub fn split_last(&self) -> Option<(Self, Segment)> {
        let (last, before) = self.0.split_last()?;
        Some((Self(before.to_vec()), last.clone()))
    }
}

impl FromStr for Path {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let end = after.find(']').ok_or("`[` without `]`")?;
                let index = after[..end].parse();
                segments
                    .push(Segment::Index(index.map_err(|_| "an index is a number".to_owned())?));
                rest = &after[end + 1..];
            } else if let Some(after) = rest.strip_prefix('"') {
                let end = after.find('"').ok_or("`\"` without its end")?;
                segments.push(Segment::Name(after[..end].to_owned()));
                rest = &after[end + 1..];
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("`{text}` is not a path such as equipment.mill.is.time"));
                }
                segments.push(Segment::Name(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            if let Some(after) = rest.strip_prefix('.') {
                if after.is_empty() {
                    return Err(format!("`{text}` ends with a dot"));
                }
                rest = after;
            }
        }
        Ok(Self(segments))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Name(name) => {
                    if n > 0 {
                        f.write_str(".")?;
                    }
                    if name.contains(['.', '[', ' ']) {
                        write!(f, "\"{name}\"")?;
                    } else {
                        f.write_str(name)?;
                    }
                }
            }
        }
        Ok(())
    }
}
