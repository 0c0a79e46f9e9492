//! How results are written: a folder that is whole or absent, JSON for the summary, Parquet for the tables, PNG and VTK for fields.
//!
//! Equal results give equal bytes: keys are sorted, floats take their shortest form, nothing carries a date.

mod folder;
mod json;
mod parquet;
pub mod picture;
mod table;
pub mod vti;

pub use folder::{FolderError, ResultFolder};
pub use json::to_json;
pub use parquet::TableWriter;
pub use table::{Cell, Column, ColumnKind, TableError};
