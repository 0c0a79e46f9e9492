//! Writing to the two streams, in colour where they take it.

use std::io::{self, Write};

use clap::ColorChoice;
use clap::builder::styling::{AnsiColor, Style};

use super::failure::Failure;

/// For what is wrong.
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// For what is right.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// For what to beware of.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Sets whether both streams carry colours; `auto` goes by the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
pub(super) fn choose_color(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Puts `text` on stdout.
///
/// # Errors
///
/// If it cannot be written, unless the reader has gone away, as `head` does.
pub(super) fn data(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Puts `value` on stdout as one object, see [`as_json`].
///
/// # Errors
///
/// As [`data`].
pub(super) fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    data(&as_json(value)?)
}

/// One object and the end of the line: keys sorted, `null` for what is no number.
///
/// # Errors
///
/// If a key of a map is no text, which none is.
pub(super) fn as_json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_value(value)
        .and_then(|sorted| serde_json::to_string_pretty(&sorted))
        .map(|text| text + "\n")
        .map_err(|error| Failure::failed(format!("the result cannot be written as JSON: {error}")))
}

/// Puts `text` on stderr as it is.
pub(super) fn people(text: &str) {
    // Nobody is left to be told if this fails.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// `error: …` and its hint.
pub(super) fn failure(failure: &Failure) {
    let (message, hint) = failure.parts();
    if let Some(message) = message {
        people(&line("error", ERROR, message));
    }
    if let Some(hint) = hint {
        people(&line("hint", NOTE, hint));
    }
}

/// `note: …`
pub(super) fn note(message: &str) {
    people(&line("note", NOTE, message));
}

fn line(word: &str, style: Style, message: &str) -> String {
    format!("{style}{word}{style:#}: {message}\n")
}
