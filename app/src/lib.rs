//! What the binary `genba` is made of: command line, reports, the validation ledger.

pub mod cli;
#[cfg(feature = "desktop")]
pub mod desktop;
pub mod import;
pub mod output;
pub mod validate;
