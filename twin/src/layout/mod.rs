//! What a plant file says: its text, read with all its mistakes, and the types of what stands in it.

pub mod energy;
pub mod file;
pub mod hall;
pub mod orders;
pub mod program;
pub mod quality;
pub mod sensors;
pub mod shape;
pub mod signals;
pub mod text;
