//! Why an edit cannot be made.

use crate::layout::text::EditError;

/// Why an edit cannot be made. The text is unchanged then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditProblem {
    /// The path leads nowhere, or the value is no RON.
    #[error(transparent)]
    Text(#[from] EditError),
    /// No equipment of that name stands in the file itself.
    #[error(
        "no equipment \"{0}\" stands in this file: it may come from a template, a repetition or another file"
    )]
    NoEquipment(String),
    /// The name is taken.
    #[error("there is a \"{0}\" already")]
    Taken(String),
    /// There is such a connection already.
    #[error("\"{0}\" is connected to \"{1}\" already")]
    Connected(String, String),
    /// There is no such connection.
    #[error("\"{0}\" is not connected to \"{1}\"")]
    NotConnected(String, String),
    /// An equipment with several outputs: which?
    #[error("\"{0}\" has several outputs: say which of them")]
    WhichOutput(String),
    /// A number that is none.
    #[error("a place is given in numbers")]
    NoNumber,
}
