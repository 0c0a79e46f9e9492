//! The user's own keys: a file that gives commands other keys than the usual ones.
//!
//! ```ron
//! {
//!     "Run or pause": "F5",
//!     "Run to …": "Ctrl+Shift+G",
//! }
//! ```
//!
//! A command that is named has no other key; a key that is named means nothing else. `genba view --keys` writes the whole map in this form.

use std::collections::BTreeMap;
use std::path::PathBuf;

use egui::Key;
use twin::diagnostics::did_you_mean;

use super::command::{Command, PLAIN};
use super::keymap::{Chord, usual};

/// Commands that can be given other keys, by their names.
fn named() -> impl Iterator<Item = (&'static str, Command)> {
    let more = [Command::Palette];
    PLAIN.into_iter().chain(more).map(|command| (command.text().0, command))
}

/// The user's file, if there is a folder for such.
pub fn usual_file() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("genba").join("keys.ron"))
}

/// All keys, with those of `text` in the place of the usual ones.
///
/// # Errors
///
/// All that is wrong with it, each with its line and what would be right.
pub fn read(text: &str) -> Result<Vec<(Chord, Command)>, Vec<String>> {
    let wanted: BTreeMap<String, String> = ron::from_str(text)
        .map_err(|error| vec![format!("{}: {}", error.span.start.line, error.code)])?;
    let mut problems = Vec::new();
    let mut own: Vec<(Chord, Command)> = Vec::new();
    for (name, key) in wanted {
        let line =
            text.find(&format!("\"{name}\"")).map_or(0, |at| text[..at].matches('\n').count()) + 1;
        let command = named().find(|(one, _)| *one == name).map(|(_, command)| command);
        let chord = chord(&key);
        if command.is_none() {
            let near = did_you_mean(&name, named().map(|(name, _)| name));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            problems.push(format!("{line}: there is no command \"{name}\"{hint}"));
        }
        if chord.is_none() {
            problems.push(format!(
                "{line}: \"{key}\" is no key; such are \"F5\", \"Ctrl+Shift+G\", \"Home\""
            ));
        }
        let Some((command, chord)) = command.zip(chord) else { continue };
        if let Some((_, other)) = own.iter().find(|(one, _)| *one == chord) {
            let other = other.text().0;
            problems.push(format!("{line}: {} is the key of \"{other}\" already", chord.text()));
        }
        own.push((chord, command));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut all = usual();
    all.retain(|(chord, command)| {
        own.iter().all(|(own_chord, own_command)| own_chord != chord && own_command != command)
    });
    all.splice(0..0, own);
    Ok(all)
}

/// `keys` in the form in which they are read, as far as they can be.
pub fn write(keys: &[(Chord, Command)]) -> String {
    let key = |command: &Command| {
        keys.iter().find(|(_, other)| other == command).map(|(chord, _)| chord.name())
    };
    let line = |(name, command): (&str, Command)| match key(&command) {
        Some(key) => format!("    \"{name}\": \"{key}\",\n"),
        None => format!("    // \"{name}\": \"\",\n"),
    };
    format!("{{\n{}}}\n", named().map(line).collect::<String>())
}

/// A key as it is written: `Ctrl+Shift+G`.
fn chord(text: &str) -> Option<Chord> {
    let mut parts: Vec<&str> = text.split('+').map(str::trim).collect();
    let last = parts.pop()?;
    let key = Key::from_name(last)?;
    let held = |name: &str| parts.iter().any(|part| part.eq_ignore_ascii_case(name));
    let known = |part: &&str| ["ctrl", "shift"].contains(&part.to_lowercase().as_str());
    parts.iter().all(known).then_some(Chord { ctrl: held("ctrl"), shift: held("shift"), key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut before = usual();
        let again = read(&write(&before)).unwrap();
        // A command that has two keys is written with the first.
        before.retain(|pair| again.contains(pair));
        assert!(before.len() + 2 >= usual().len(), "{} of {}", before.len(), usual().len());
    }

    #[test]
    fn own_keys_take_the_place_of_usual_ones() {
        let keys = read(r#"{ "Run or pause": "F5", "Light or dark": "Ctrl+Shift+G" }"#).unwrap();
        let of = |command: &Command| {
            keys.iter()
                .filter(|(_, one)| one == command)
                .map(|(chord, _)| chord.text())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&Command::RunOrPause), ["F5"]);
        assert_eq!(of(&Command::Theme), ["Ctrl+Shift+G"]);
        let taken = read(r#"{ "Light or dark": "Space" }"#).unwrap();
        assert!(taken.iter().all(|(_, command)| *command != Command::RunOrPause));
    }

    #[test]
    fn mistakes_are_told_all_at_once_with_their_lines() {
        let text = "{\n  \"Run or paus\": \"F5\",\n  \"Theme\": \"Ctlr+T\",\n  \"Save\": \"F6\",\n  \"Open …\": \"F6\",\n}";
        let problems = read(text).unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().any(|one| one.starts_with("2: ") && one.contains("Run or pause")));
        assert!(problems.iter().any(|one| one.starts_with("3: ") && one.contains("Ctlr+T")));
        assert!(problems.iter().any(|one| one.contains("is the key of")));
        assert!(read("{ \"Save\" }").unwrap_err()[0].starts_with("1: "));
    }
}
