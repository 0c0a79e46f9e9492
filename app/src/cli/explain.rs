//! `genba explain CODE`.

use super::failure::{Exit, Failure};
use super::print;

/// Explain the code of a message.
#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The code, such as P001; without one, all codes are listed.
    code: Option<String>,
}

pub(super) fn explain(_args: &ExplainArgs) -> Result<Exit, Failure> {
    print::data("")?;
    Ok(Exit::Fine)
}
