//! The command line as a user meets it: the binary itself, its streams, files and exit codes.
#![expect(clippy::unwrap_used, reason = "a test that cannot get on fails")]
#![expect(unreachable_pub, reason = "the modules of a test binary are its own")]

mod explain;
mod fab;
mod field;
mod figures;
mod genba;
mod kill;
mod physics;
mod plants;
mod refuse;
mod result;
mod robot;
mod starter;
