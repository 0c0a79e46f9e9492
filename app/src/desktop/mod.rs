//! The desktop twin: the plant in a window, and its pictures.
//!
//! | room | what is there |
//! |---|---|
//! | `look` | what a plant looks like, without a renderer |
//! | `scene` | the same in Bevy |
//! | `panels` | plain egui functions: a view goes in, commands come out |
//!
//! Data flows one way: the [`Run`] is looked at by views, views are drawn, what the user does becomes commands, and commands alone change the
//! run and the [`Desk`].

mod desk;
mod found;
mod glue;
pub mod look;
pub mod panels;
mod run;
mod scene;
pub mod shot;
pub mod views;

pub use desk::{Desk, Overlay};
pub use found::{Found, Thing, found};
pub use run::Run;
