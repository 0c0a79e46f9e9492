//! Reading plant files from disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use twin::diagnostics::Look;
use twin::engine::{Model, Registry};
use twin::plant::{Files, Limits, Loaded, Options};

use super::failure::Failure;
use super::print;

/// How a plant file is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// Values that replace those of the file.
    pub(super) overrides: &'a [(String, String)],
    /// Equipment and groups that run as rigid bodies, if not those that the file names.
    pub(super) physics: Option<&'a [String]>,
    /// Bytes that a file may have, if not as many as usual.
    pub(super) max_file_size: Option<u64>,
    /// Cells that the hall may have, likewise.
    pub(super) max_cells: Option<u64>,
}

/// The plant in the file at `path`, and all that is wrong with it.
///
/// # Errors
///
/// If the file cannot be opened at all.
pub(super) fn read(path: &Path, reading: &Reading<'_>) -> Result<Loaded, Failure> {
    Ok(twin::plant::load(name(path)?, &Disk, &registry(), &options(reading)))
}

fn options(reading: &Reading<'_>) -> Options {
    let mut limits = Limits::default();
    limits.file_bytes = reading.max_file_size.unwrap_or(limits.file_bytes);
    let cells = reading.max_cells.map(|cells| usize::try_from(cells).unwrap_or(usize::MAX));
    limits.cells = cells.unwrap_or(limits.cells);
    let physics = reading.physics.map(<[String]>::to_vec);
    Options { set: reading.overrides.to_vec(), physics, limits }
}

/// The plant in the file at `path`, and its text, to be worked on; what is wrong with it has been told.
///
/// # Errors
///
/// If it cannot be run.
#[cfg(feature = "desktop")]
pub(super) fn document(
    path: &Path,
    reading: &Reading<'_>,
) -> Result<(Model, crate::desktop::Document), Failure> {
    use crate::desktop::document::{Document, Loader};
    let name = name(path)?;
    let options = options(reading);
    let text = Disk.read(name, options.limits.file_bytes);
    let text =
        text.map_err(|error| Failure::input(format!("cannot read {name}: {}", reason(&error))))?;
    let loader = Loader::new(Disk, registry(), options);
    let loaded = loader.load(name, &text);
    tell(&loaded);
    let file = (name != STDIN).then_some(path);
    let document = Document::new(name, &text, file, loader.into()).with(&loaded);
    Ok((loaded.model.ok_or_else(Failure::told)?, document))
}

/// The name of the file at `path`, which can be opened.
///
/// # Errors
///
/// If it cannot, or if its name is not Unicode.
pub(super) fn name(path: &Path) -> Result<&str, Failure> {
    let name = path
        .to_str()
        .ok_or_else(|| Failure::input(format!("the path {} is not Unicode", path.display())))?;
    if name != STDIN
        && let Err(error) = File::open(path).and_then(|file| file.metadata()).and_then(is_file)
    {
        return Err(Failure::input(format!("cannot read {name}: {}", reason(&error))));
    }
    Ok(name)
}

/// The plant in the file at `path`; what is wrong with it has been told.
///
/// # Errors
///
/// If it cannot be run.
pub(super) fn plant(path: &Path, reading: &Reading<'_>) -> Result<Model, Failure> {
    let loaded = read(path, reading)?;
    tell(&loaded);
    loaded.model.ok_or_else(Failure::told)
}

/// The kinds of equipment that a plant can name.
fn registry() -> Registry {
    let mut registry = Registry::default();
    twin::flow::register(&mut registry);
    registry
}

/// The path of standard input.
const STDIN: &str = "-";

/// The files of this computer.
pub(super) struct Disk;

impl Files for Disk {
    fn read(&self, path: &str, limit: u64) -> io::Result<String> {
        String::from_utf8(self.bytes(path, limit)?).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8")
        })
    }

    fn bytes(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let limited = limit.saturating_add(1);
        let read = if path == STDIN {
            io::stdin().take(limited).read_to_end(&mut bytes)?
        } else {
            File::open(path)?.take(limited).read_to_end(&mut bytes)?
        };
        if read as u64 > limit {
            let problem =
                format!("it has more than {limit} bytes; --max-file-size raises the limit");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
        }
        Ok(bytes)
    }
}

fn is_file(found: std::fs::Metadata) -> io::Result<()> {
    if found.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(()) }
}

/// What went wrong, without the number that the system gives it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Tells what is wrong with the plant.
pub(super) fn tell(loaded: &Loaded) {
    // Colours are taken out again where the stream does not want them.
    let look = Look { colour: true, ..Look::default() };
    print::people(&loaded.diagnostics.render(&loaded.sources, look));
}
