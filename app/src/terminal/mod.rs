//! What is shown to people in a terminal: pure functions from data to text.
//!
//! Everything but the progress bar returns a `String`; the caller prints it, through `anstream`, which takes the colours out where
//! they are not wanted. [`Style`] says how wide the terminal is and whether colour and glyphs beyond ASCII may be
//! used; colour is never the only carrier of anything.

mod bars;
mod number;
mod progress;
mod report;
mod style;
mod table;

pub use bars::{STATES, State, bar, legend};
pub use number::{TimeScale, count, duration, estimate, fixed, percent, rate, significant};
pub use progress::ReplicationProgress;
pub use report::{EquipmentRow, KpiRow, ProductRow, RunView, run_report};
pub use style::{Ink, Style, clip, text_width, wrap};
pub use table::{Align, Cell, Column, Table};
