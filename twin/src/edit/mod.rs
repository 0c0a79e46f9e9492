//! Changing a plant's file: each change is a value with a name for people, and touches nothing but what it is about.
//!
//! An [`Edit`] applied to a text gives a new text: comments, order, spacing and everything else stay byte for byte. A
//! [`History`] holds the text and what was done to it, for undo and redo by name; a drag of a hundred steps is one change. After
//! an edit the ordinary loader says what it thinks of the new text ([`check`]): a plant that has become wrong gets the same
//! diagnostics as any file, and can be undone.
//!
//! ```
//! use twin::edit::{Edit, History};
//!
//! let mut history = History::new("Plant(equipment: { \"mill\": (is: Station(time: \"50 s\")) }) // ours");
//! history.apply(Edit::Set { path: "equipment.mill.is.time".into(), value: "35 s".into() })?;
//! assert_eq!(history.text(), "Plant(equipment: { \"mill\": (is: Station(time: \"35 s\")) }) // ours");
//! assert_eq!(history.undo().map(Edit::name).as_deref(), Some("Set time of mill to 35 s"));
//! # Ok::<(), twin::edit::EditProblem>(())
//! ```

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
