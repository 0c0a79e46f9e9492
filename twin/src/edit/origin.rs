//! Where in a file an equipment comes from: it may stand there itself, or come from a repetition or a template.

use super::error::EditProblem;
use crate::layout::text::{Path, find, pieces};

/// The entry of a file that an equipment comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its name in the file: `press`, `m${i}`, or that of the use of a template.
    pub entry: String,
    /// Whether it makes only this equipment, so that an edit of the entry is one of the equipment alone.
    pub is_alone: bool,
}

/// Where the equipment that the plant calls `name` comes from; `None`: not from the equipment of this text, but from another
/// file, or by a name that a parameter makes.
///
/// # Errors
///
/// If the text is no RON.
pub fn origin(text: &str, name: &str) -> Result<Option<Origin>, EditProblem> {
    let Ok(all) = find(text, &Path::of(&["equipment"])) else { return Ok(None) };
    let entries: Vec<String> = pieces(text, all)?.into_iter().map(|piece| piece.name).collect();
    // The longest first: a name may have a stroke in it by itself.
    let ends = name.match_indices('/').map(|(at, _)| at).rev();
    for end in std::iter::once(name.len()).chain(ends) {
        let made = &name[..end];
        if let Some(entry) = entries.iter().find(|entry| makes(entry, made)) {
            let is_alone = end == name.len() && entry == made;
            return Ok(Some(Origin { entry: entry.clone(), is_alone }));
        }
    }
    Ok(None)
}

/// Whether an entry makes an equipment, or a use of a template, of that name: itself, or for a number of its repetition.
fn makes(entry: &str, name: &str) -> bool {
    let Some((head, tail)) = entry.split_once("${i}") else { return entry == name };
    let number = name.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
