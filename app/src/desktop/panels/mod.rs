//! Panels: plain egui functions. A view goes in, commands come out; no panel sees the run.
//!
//! | file | what it shows |
//! |---|---|
//! | `chrome` | the whole window: what stands where |
//! | `overlay` `field` | names and signs over the plant; what the colours of a field mean |
//! | `split` | how two futures differ that are side by side |
//! | `marks` | beams, rays, ways of robots and forces |
//! | `tree` `inspector` `bottleneck` `figures` `timeline` | one panel each |
//! | `courses` `events` `gantt` `flows` `versus` | tabs in the middle: values over time, what happened, states over time, material, A and B |
//! | `plan` `fields` `findings` `question` `ghost` | the plant's file: what is done to it, says, lacks, asks, and shows of what is held |
//! | `palette` | commands by name, and all keys |
//! | `bars` `signs` `style` | what several panels draw with |

pub mod bars;
pub mod bottleneck;
pub mod chrome;
pub mod courses;
pub mod events;
pub mod field;
pub mod fields;
pub mod figures;
pub mod findings;
pub mod flows;
pub mod gantt;
pub mod ghost;
pub mod inspector;
pub mod marks;
pub mod overlay;
pub mod palette;
pub mod plan;
pub mod question;
pub mod signs;
pub mod split;
pub mod style;
pub mod timeline;
pub mod tree;
pub mod versus;

pub use chrome::{Chrome, Pane, WindowView, window_ui};
pub use overlay::overlay_ui;
pub use plan::Work;
