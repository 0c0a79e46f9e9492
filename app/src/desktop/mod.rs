//! The desktop twin: the plant in a window, and its pictures.
//!
//! | room or file | what is there |
//! |---|---|
//! | `field` | the fields of the hall, as somebody looks at them |
//! | `look` | what a plant looks like, without a renderer |
//! | `scene` | the same in Bevy |
//! | `views` | what panels show, as plain data |
//! | `panels` | plain egui functions: a view goes in, commands come out |
//! | `command` `keymap` `obey` | everything that can be done, its keys, and what it does |
//! | `run` `history` `record` `whatif` `fork` | the run, its past, and its futures |
//! | `window` `shot` `bench` | the app with a window, without one, and what a frame costs |
//!
//! Data flows one way: the [`Run`] is looked at by views, views are drawn, what the user does becomes commands, and commands alone
//! change the run.

pub mod bench;
pub mod command;
mod desk;
pub mod field;
pub mod fork;
mod found;
mod glue;
mod history;
pub mod keymap;
pub mod look;
mod obey;
pub mod panels;
mod pointer;
pub mod record;
mod run;
mod scene;
pub mod shot;
pub mod views;
pub mod whatif;
pub mod window;

pub use desk::{Desk, Overlay};
pub use found::{Found, Thing, found};
pub use history::History;
pub use obey::{Outside, obey};
pub use run::Run;
