//! What an equipment says in the file, field by field, and what it could say: for a panel in which it is edited.

use super::error::EditProblem;
use super::names;
use crate::engine::Registry;
use crate::layout::file::EquipmentFile;
use crate::layout::text::{Path, Segment, fields_of, find, pieces};

/// A field of an equipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where it stands, or would: for [`Edit::Set`](super::Edit::Set).
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its text in the file; `None`: it is not there, and its default holds.
    pub text: Option<String>,
}

/// The fields of an equipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Its kind; empty where a template makes it.
    pub kind: String,
    /// The parameters of its kind: those in the file first, in its order, then the others.
    pub parameters: Vec<Field>,
    /// What can be true of any equipment, likewise; `is` is left out.
    pub common: Vec<Field>,
}

/// The fields of the equipment `name`.
///
/// # Errors
///
/// If it does not stand in this text.
pub fn inspect(text: &str, name: &str, registry: &Registry) -> Result<Inspection, EditProblem> {
    names::there(text, name)?;
    let whole = names::path(name);
    let is = whole.then(Segment::Name("is".into()));
    let kind = match find(text, &is) {
        Ok(place) => {
            let rest = &text[place];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            rest[..end.unwrap_or(rest.len())].to_owned()
        }
        Err(_) => String::new(),
    };
    let parameters = fields(text, &is, registry.fields(&kind));
    let mut common = fields(text, &whole, fields_of::<EquipmentFile>());
    common.retain(|field| field.name != "is");
    Ok(Inspection { kind, parameters, common })
}

/// The named entries of the value at `path`, then those of `known` that are not there.
fn fields(text: &str, path: &Path, known: &[&str]) -> Vec<Field> {
    let found = find(text, path).and_then(|place| pieces(text, place)).unwrap_or_default();
    let field = |name: &str, text: Option<String>| Field {
        path: path.then(Segment::Name(name.to_owned())).to_string(),
        name: name.to_owned(),
        text,
    };
    let named = found.iter().filter(|piece| !piece.name.is_empty());
    let mut out: Vec<Field> =
        named.map(|piece| field(&piece.name, Some(text[piece.value.clone()].to_owned()))).collect();
    let unsaid = known.iter().filter(|name| !found.iter().any(|piece| piece.name == **name));
    out.extend(unsaid.map(|name| field(name, None)));
    out
}
