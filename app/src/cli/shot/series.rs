//! Pictures in a row: the same plant from one point in time to another, for a film.

use std::path::PathBuf;

use twin::units::{SimDuration, SimTime};

use super::args::ShotArgs;
use super::{no_adapter, write};
use crate::cli::failure::{Exit, Failure};
use crate::cli::print;
use crate::desktop::shot::Studio;

/// Pictures of one series, at most: more than an hour of film.
const MOST: i64 = 100_000;

/// Takes one picture after the other.
pub(super) fn take(
    args: &ShotArgs,
    studio: &mut Studio,
    [from, to]: [SimDuration; 2],
) -> Result<Exit, Failure> {
    let count = (to - from).ns() / args.every.ns() + 1;
    if to < from {
        return Err(Failure::usage("--to is before --from"));
    }
    if count > MOST {
        let why = format!("{count} pictures are more than {MOST}: say a longer --every");
        return Err(Failure::usage(why));
    }
    let pattern = args.out.to_string_lossy();
    let Some(name) = Pattern::of(&pattern) else {
        let why = format!("{pattern} does not say where the number goes");
        return Err(Failure::usage(why).hint("such as `-o frames/%05d.png`"));
    };
    let first = name.file(0);
    if let Some(folder) = first.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let cannot = |error| Failure::failed(format!("cannot make {}: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    for n in 0..count {
        let at = SimTime::ZERO + from + SimDuration::from_ns(args.every.ns() * n);
        studio.seek(at).map_err(Failure::failed)?;
        write(&name.file(n), &studio.take().map_err(no_adapter)?)?;
    }
    print::note(&format!(
        "wrote {count} pictures, {} to {}; a film: ffmpeg -framerate 25 -i {pattern} -pix_fmt yuv420p film.mp4",
        first.display(),
        name.file(count - 1).display()
    ));
    Ok(Exit::Fine)
}

/// A name with a place for a number in it, as C prints it: `%d`, `%05d`.
#[derive(Debug, PartialEq, Eq)]
struct Pattern<'a> {
    before: &'a str,
    digits: usize,
    after: &'a str,
}

impl<'a> Pattern<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (before, rest) = text.split_once('%')?;
        let (digits, after) = rest.split_once('d')?;
        let digits = if digits.is_empty() { 1 } else { digits.parse().ok()? };
        (digits < 20).then_some(Self { before, digits, after })
    }

    fn file(&self, n: i64) -> PathBuf {
        PathBuf::from(format!("{}{n:0wide$}{}", self.before, self.after, wide = self.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_where_the_name_says() {
        let name = Pattern::of("frames/%05d.png").unwrap();
        assert_eq!(name.file(42), PathBuf::from("frames/00042.png"));
        assert_eq!(Pattern::of("a%d.png").unwrap().file(123), PathBuf::from("a123.png"));
        for wrong in ["a.png", "a%.png", "a%xd.png", "a%99d.png"] {
            assert_eq!(Pattern::of(wrong), None, "{wrong}");
        }
    }
}
