//! What is wrong with a user's file, where, and what would be right.
//!
//! A mistake of the user is a [`Diagnostic`], never an error or a panic: it is collected in [`Diagnostics`], so that all
//! of a file's mistakes come at once, and shown at its place in the [`Sources`], as text ([`Diagnostics::render`]) or
//! as data ([`Diagnostics::to_data`]). Each kind of mistake has a [`Code`] with a page of its own
//! ([`codes::page`]).

pub mod codes;
mod collect;
mod data;
mod render;
mod source;
mod suggest;
#[cfg(test)]
mod tests;

pub use codes::{Code, Page};
pub use collect::{Diagnostic, Diagnostics, Severity};
pub use data::{DiagnosticData, NoteData};
pub use render::Look;
pub use source::{FileId, Sources, Span, TooLarge};
pub use suggest::did_you_mean;
