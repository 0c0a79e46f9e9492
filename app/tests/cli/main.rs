//! The command line as a user meets it: the binary itself, its streams, files and exit codes.

mod explain;
mod genba;
mod kill;
mod plants;
mod refuse;
mod result;
mod starter;
