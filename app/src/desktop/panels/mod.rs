//! Panels: plain egui functions. A view goes in, commands come out; no panel sees the run.

pub mod overlay;
pub mod signs;

pub use overlay::overlay_ui;
