//! Changing a plant's file: each change is a value with a name for people, and touches nothing but what it is about.
//!
//! An [`Edit`] applied to a text gives a new text: comments, order, spacing and everything else stay byte for byte. A
//! [`History`] holds the text and what was done to it, for undo and redo by name; a drag of a hundred steps is one change. After
//! an edit the ordinary loader says what it thinks of the new text ([`check`]): a plant that has become wrong gets the same
//! diagnostics as any file, and can be undone.

mod apply;
mod check;
mod error;
mod history;
mod inspect;
mod names;
mod origin;
mod wiring;

pub use apply::Edit;
pub use check::check;
pub use error::EditProblem;
pub use history::{Entry, History};
pub use inspect::{Field, Inspection, inspect};
pub use origin::{Origin, origin};
