//! The desktop twin: the plant in a window, and its pictures.
//!
//! | room or file | what is there |
//! |---|---|
//! | `field` | the fields of the hall, as somebody looks at them |
//! | `look` | what a plant looks like, without a renderer |
//! | `scene` | the same in Bevy |
//! | `views` | what panels show, as plain data |
//! | `panels` | plain egui functions: a view goes in, commands come out |
//! | `command` `keymap` `own_keys` `obey` | everything that can be done, its keys, and what it does |
//! | `run` `goal` `history` `trace` `record` `whatif` `fork` `sight` | the run, where it goes, its past, and its futures |
//! | `follow` | what the eye is kept on |
//! | `document` `change` | the plant's file that is edited, and how the run goes on in what it has become |
//! | `plan` `amend` `alter` `fidelity` `tend` | what can be done to the file, what it does, and what goes on with it by itself |
//! | `side` | two futures side by side |
//! | `hand` `hold` | what the pointer holds meanwhile, and how |
//! | `dialog` `shield` | choosing files, and panels that fail |
//! | `window` `shot` `film` `bench` | the app with a window, without one, pictures in a row, and what a frame costs |
//!
//! Data flows one way: the [`Run`] is looked at by views, views are drawn, what the user does becomes commands, and commands alone
//! change the run.

mod alter;
mod amend;
pub mod bench;
mod change;
pub mod command;
mod desk;
mod dialog;
pub mod document;
mod fidelity;
pub mod field;
mod film;
pub mod follow;
pub mod fork;
mod found;
mod glue;
pub mod goal;
pub mod hand;
mod history;
mod hold;
pub mod keymap;
pub mod look;
mod obey;
pub mod own_keys;
pub mod panels;
pub mod plan;
mod pointer;
pub mod record;
mod run;
mod scene;
pub mod shield;
pub mod shot;
mod side;
pub mod sight;
mod tend;
pub mod trace;
pub mod views;
pub mod whatif;
pub mod window;

pub use amend::{amend, close};
pub use desk::{Desk, Overlay};
pub use document::Document;
pub use found::{Found, Thing, found};
pub use history::History;
pub use obey::{Outside, obey};
pub use run::Run;
pub use tend::tend;
