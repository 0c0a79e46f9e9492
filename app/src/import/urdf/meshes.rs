//! Meshes of links: where their files are, and what is in them.
//!
//! | written as | looked for |
//! |---|---|
//! | `package://NAME/PATH` | in the folder that `--package NAME=DIR` gives; else in every folder around the file that is called NAME |
//! | `file:///PATH`, `/PATH` | there |
//! | `PATH` | from the folder of the file |

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use twin::sensor::ray::read_mesh;

use crate::import::LARGEST;

/// Files of meshes, each read once.
#[derive(Debug)]
pub(super) struct Meshes<'a> {
    /// Folder of the URDF file.
    folder: &'a Path,
    /// Folders of packages by name.
    packages: &'a [(String, PathBuf)],
    known: RefCell<BTreeMap<String, Result<Vec<[f32; 3]>, String>>>,
}

impl<'a> Meshes<'a> {
    pub(super) fn new(folder: &'a Path, packages: &'a [(String, PathBuf)]) -> Self {
        Self { folder, packages, known: RefCell::default() }
    }

    /// The corners in a file, in metres as long as its unit is one.
    pub(super) fn corners(&self, written: &str) -> Result<Vec<[f32; 3]>, String> {
        if let Some(known) = self.known.borrow().get(written) {
            return known.clone();
        }
        let corners = self.find(written).and_then(|path| load(&path));
        self.known.borrow_mut().insert(written.to_owned(), corners.clone());
        corners
    }

    /// How many files could be read.
    pub(super) fn read(&self) -> usize {
        self.known.borrow().values().filter(|corners| corners.is_ok()).count()
    }

    fn find(&self, written: &str) -> Result<PathBuf, String> {
        if let Some(inside) = written.strip_prefix("package://") {
            let (package, path) = inside.split_once('/').unwrap_or((inside, ""));
            return self.package(package, path);
        }
        let path = written.strip_prefix("file://").unwrap_or(written);
        let path = self.folder.join(path);
        if path.is_file() { Ok(path) } else { Err(format!("{} is not there", path.display())) }
    }

    fn package(&self, package: &str, path: &str) -> Result<PathBuf, String> {
        let given = self.packages.iter().find(|(name, _)| name == package);
        if let Some((_, folder)) = given {
            let path = folder.join(path);
            return if path.is_file() {
                Ok(path)
            } else {
                Err(format!("{} is not there", path.display()))
            };
        }
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.to_owned());
        let around = folder.ancestors().flat_map(|folder| {
            let own = folder.ends_with(package).then(|| folder.join(path));
            own.into_iter().chain([folder.join(package).join(path)])
        });
        around.into_iter().find(|path| path.is_file()).ok_or_else(|| {
            format!(
                "no folder around the file is called `{package}` and has {path}; say where it is: --package {package}=DIR"
            )
        })
    }
}

fn load(path: &Path) -> Result<Vec<[f32; 3]>, String> {
    let bytes = |path: &Path| -> std::io::Result<Vec<u8>> {
        if std::fs::metadata(path)?.len() > LARGEST {
            return Err(std::io::Error::other("is larger than 64 MiB"));
        }
        std::fs::read(path)
    };
    let name = path.display().to_string();
    let own = bytes(path).map_err(|error| format!("{name}: {error}"))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mesh = read_mesh(&name, &own, 1.0, |other| bytes(&folder.join(other)));
    mesh.map(|mesh| mesh.points).map_err(|message| format!("{name}: {message}"))
}
