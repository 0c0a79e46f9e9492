//! `genba new plant NAME`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::failure::{Exit, Failure};
use super::print;

/// The plant that `genba new plant` writes, `NAME` in place of its name.
pub const STARTER: &str = include_str!("plant.ron");

/// Write a file to start from.
#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write a small plant that runs, with comments, as NAME.ron.
    #[command(after_help = "Example:\n  genba new plant cell && genba run cell.ron")]
    Plant {
        /// Name of the plant; may begin with a folder. A file that is there already stays as it is.
        #[arg(value_name = "NAME")]
        name: PathBuf,
    },
}

pub(super) fn new(args: &NewArgs) -> Result<Exit, Failure> {
    let What::Plant { name } = &args.what;
    let (path, title) = place(name)?;
    let text = STARTER.replacen("NAME", &title, 1);
    write_new(&path, &text)?;
    let path = path.display();
    print::data(&format!("Wrote {path}. Next: genba run {path}\n"))?;
    Ok(Exit::Fine)
}

/// The file for a plant named `name`, and its name as it stands in the file.
fn place(name: &Path) -> Result<(PathBuf, String), Failure> {
    let stem = match name.extension() {
        Some(extension) if extension == "ron" => name.file_stem(),
        _ => name.file_name(),
    };
    let title =
        stem.and_then(|stem| stem.to_str()).filter(|stem| is_plain(stem)).ok_or_else(|| {
            Failure::usage(format!("`{}` cannot be the name of a plant", name.display()))
                .hint("use letters, digits, spaces, `-`, `_` and `.`")
        })?;
    Ok((name.with_file_name(format!("{title}.ron")), title.to_owned()))
}

fn is_plain(stem: &str) -> bool {
    stem.chars().all(|c| c.is_alphanumeric() || " -_.".contains(c))
        && stem.chars().any(char::is_alphanumeric)
}

pub(super) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::input(format!("{} is there already", path.display()))
            .hint("choose another name, or take the file out of the way"),
        _ => Failure::input(format!("cannot write {}: {error}", path.display())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_file_is_the_name_of_the_plant() {
        for (given, path, title) in [
            ("cell", "cell.ron", "cell"),
            ("cell.ron", "cell.ron", "cell"),
            ("plants/line 2.1", "plants/line 2.1.ron", "line 2.1"),
        ] {
            let found = place(Path::new(given)).unwrap();
            assert_eq!(found, (PathBuf::from(path), title.to_owned()), "{given}");
        }
        for bad in ["a\"b", "..", "", "a\\b", "plants/"] {
            let found = place(Path::new(bad));
            if bad == "plants/" {
                assert!(found.is_ok(), "a trailing slash is no part of the name");
            } else {
                assert!(found.is_err(), "{bad}");
            }
        }
    }

    #[test]
    fn the_starter_has_one_place_for_its_name() {
        assert_eq!(STARTER.matches("NAME").count(), 1);
    }
}
