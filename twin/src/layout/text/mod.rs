//! Reading RON so that every mistake is found and shown at its place.
//!
//! `ron` stops at the first mistake and knows no places of values. Both can be had from it all the same. A
//! [`Slice`] is a piece of a file; [`Slice::entries`] takes it apart into its fields with the help of borrowed
//! [`RawValue`](ron::value::RawValue)s, whose addresses say where they stand. [`Slice::read`] parses a slice into a type;
//! on a mistake it reports it, blanks the innermost field around it, and parses again.
//!
//! Parameters are filled in before parsing ([`Slice::fill`]); places in the filled text lead back to the file.

mod edit;
mod entries;
mod fields;
mod fill;
mod path;
mod read;
mod slice;
mod splice;

pub use edit::{EditError, set};
pub use entries::Entry;
pub use fields::fields_of;
pub(crate) use fill::fill_name;
pub use fill::{Filled, Scope};
pub use path::{Path, Segment};
pub use slice::{Base, Slice};
pub use splice::{Piece, find, insert, pieces, put, remove, rename};

fn options() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}
