//! `genba completions SHELL`.

use clap_complete::Shell;

use super::failure::{Exit, Failure};
use super::print;

const EXAMPLES: &str = "\
Examples:
  genba completions bash > ~/.local/share/bash-completion/completions/genba
  genba completions zsh > ~/.zfunc/_genba
  genba completions fish > ~/.config/fish/completions/genba.fish";

/// Print the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// Which shell.
    shell: Shell,
}

pub(super) fn completions(
    args: &CompletionsArgs,
    command: &mut clap::Command,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "genba", &mut script);
    print::data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
