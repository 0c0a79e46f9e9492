//! The shapes that a plant names: `shapes: { "hood": "../shapes/hood.stl" }`, each a file of triangles from another program.
//!
//! What matters is what they enclose. Corners of the same coordinates are one; where an edge does not have one triangle on
//! either side, the shape is open, which is told.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use nalgebra::Isometry3;

use super::build::Builder;
use super::sources::beside;
use super::{Files, Limits};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::engine::Form;
use crate::id::EquipmentId;
use crate::layout::shape::ShapeFile;
use crate::layout::text::Slice;
use crate::sensor::ray::{Mesh, read_mesh};
use crate::units::Length;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// Meshes by the names that the plant gives them; none where the file is wrong.
    pub(super) meshes: Vec<(String, Option<Arc<Mesh>>)>,
    /// All files that were read.
    pub(super) files: Vec<Vec<u8>>,
}

/// Reads the files of triangles that `plant` names, from its own folder.
pub(super) fn read(
    named: &[(String, Slice<'_>, ShapeFile)],
    plant: &str,
    files: &dyn Files,
    limits: &Limits,
    found: &mut Diagnostics,
) -> Shapes {
    let mut shapes = Shapes::default();
    for (name, slice, file) in named {
        let path = beside(plant, &file.file);
        let mesh = files
            .bytes(&path, limits.file_bytes)
            .map_err(|error| format!("cannot read {path}: {error}"))
            .and_then(|bytes| {
                let unit = file.unit.map_or(1.0, Length::metres);
                let more = RefCell::new(Vec::new());
                let mesh = mesh(&path, &bytes, unit, |other| {
                    let part = files.bytes(&beside(&path, other), limits.file_bytes)?;
                    more.borrow_mut().push(part.clone());
                    Ok(part)
                });
                shapes.files.push(bytes);
                shapes.files.extend(more.into_inner());
                mesh
            });
        match &mesh {
            Err(message) => slice.error(found, codes::UNREADABLE, "", message, None),
            Ok(mesh) => warn(name, &path, open_edges(mesh), *slice, found),
        }
        shapes.meshes.push((name.clone(), mesh.ok().map(Arc::new)));
    }
    shapes
}

fn warn(name: &str, path: &str, open: usize, slice: Slice<'_>, found: &mut Diagnostics) {
    if open == 0 {
        return;
    }
    let message = format!(
        "the shape \"{name}\" in {path} is not closed: {open} of its edges have no other side"
    );
    let hint =
        "where it has holes, its surface alone stands in the way; close it where it was drawn";
    found.push(Diagnostic::warning(codes::OPEN_SHAPE, message).at(slice.span_at("")).hint(hint));
}

/// The triangles in `bytes`, in metres where one unit of the file is `unit` metres.
fn mesh(
    path: &str,
    bytes: &[u8],
    unit: f64,
    beside: impl Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Mesh, String> {
    if !(unit.is_finite() && unit > 0.0) {
        return Err(format!("{path}: a unit is a length above zero, such as \"1 mm\""));
    }
    read_mesh(path, bytes, unit, beside).map_err(|message| format!("{path}: {message}"))
}

/// Edges that do not have as many triangles on the one side as on the other.
fn open_edges(mesh: &Mesh) -> usize {
    // By value, and -0 is 0.
    let key = |n: u32| mesh.points[n as usize].map(|x| (x + 0.0).to_bits());
    let mut balance: BTreeMap<_, i64> = BTreeMap::new();
    for [a, b, c] in &mesh.triangles {
        let corners = [*a, *b, *c].map(key);
        for n in 0..3 {
            let (from, to) = (corners[n], corners[(n + 1) % 3]);
            let (edge, sign) = if from <= to { ((from, to), 1) } else { ((to, from), -1) };
            if from != to {
                *balance.entry(edge).or_default() += sign;
            }
        }
    }
    balance.values().filter(|balance| **balance != 0).count()
}

impl Builder<'_, '_> {
    /// The shape called `name`, none where its file is wrong; else what may have been meant.
    pub(super) fn mesh(&self, name: &str) -> Result<Option<Arc<Mesh>>, (String, Option<String>)> {
        let known = self.meshes.iter().find(|(known, _)| known == name);
        known.map(|(_, mesh)| mesh.clone()).ok_or_else(|| {
            let meant = did_you_mean(name, self.meshes.iter().map(|(name, _)| name.as_str()));
            let hint = meant.map_or_else(
                || "name its file: `shapes: { \"press\": \"press.stl\" }`".to_owned(),
                |meant| format!("did you mean \"{meant}\"?"),
            );
            (format!("no shape is called \"{name}\""), Some(hint))
        })
    }

    /// The form of an equipment that has a shape.
    pub(super) fn form(&mut self, id: EquipmentId, pose: Isometry3<f64>) -> Option<Form> {
        let name = self.items[id.index()].file.shape.clone()?;
        match self.mesh(&name) {
            Ok(mesh) => mesh.map(|mesh| Form::new(mesh, pose)),
            Err((message, hint)) => {
                let slice = self.items[id.index()].slice;
                slice.error(self.found, codes::UNKNOWN_NAME, "shape", message, hint);
                None
            }
        }
    }
}

/// Length, width and height of a form.
pub(super) fn extent(form: &Form) -> Option<(f64, f64, f64)> {
    let [low, high] = form.mesh().bounds()?;
    let size = high - low;
    Some((size.x, size.y, size.z))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tetrahedron as a text of its time.
    const STL: &str = "solid t
facet normal 0 0 0
outer loop
vertex 0 0 0
vertex 0 1000 0
vertex 1000 0 0
endloop
endfacet
facet normal 0 0 0
outer loop
vertex 0 0 0
vertex 1000 0 0
vertex 0 0 1000
endloop
endfacet
facet normal 0 0 0
outer loop
vertex 0 0 0
vertex 0 0 1000
vertex 0 1000 0
endloop
endfacet
facet normal 0 0 0
outer loop
vertex 1000 0 0
vertex 0 1000 0
vertex 0 0 1000
endloop
endfacet
endsolid t
";
    const OBJ: &str = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n";

    fn read(path: &str, bytes: &[u8], unit: f64) -> Result<Mesh, String> {
        mesh(path, bytes, unit, |_| Err(io::ErrorKind::NotFound.into()))
    }

    #[test]
    fn both_sorts_of_files_give_the_same() {
        let stl = read("a/t.STL", STL.as_bytes(), 1e-3).unwrap();
        let obj = read("t.obj", OBJ.as_bytes(), 1.0).unwrap();
        let corners = |mesh: &Mesh| -> Vec<[[f32; 3]; 3]> {
            mesh.triangles.iter().map(|t| t.map(|n| mesh.points[n as usize])).collect()
        };
        assert_eq!(corners(&stl), corners(&obj));
        assert_eq!((open_edges(&stl), open_edges(&obj)), (0, 0));
        let mut open = obj;
        open.triangles.pop();
        assert_eq!(open_edges(&open), 3);
    }

    #[test]
    fn what_is_no_shape_is_refused() {
        for (path, bytes) in [
            ("t.step", &b"ISO-10303-21;"[..]),
            ("t.stl", b""),
            ("t.stl", b"solid nothing\nendsolid nothing\n"),
            ("t.stl", &[0; 90]),
            ("t.obj", b"v 0 0 0\nf 1 2 9\n"),
            ("t.obj", b"v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
        ] {
            assert!(read(path, bytes, 1.0).is_err(), "{path} {bytes:?}");
        }
        assert!(read("t.stl", STL.as_bytes(), f64::NAN).is_err());
    }

    #[test]
    fn damaged_files_are_told_apart_from_good_ones_and_nothing_panics() {
        for (path, text) in [("t.stl", STL), ("t.obj", OBJ)] {
            for at in 0..text.len() {
                for with in [b'-', b'9', b'\n', b'e', 0, 0xff] {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[at] = with;
                    if let Ok(mesh) = read(path, &bytes, 1.0) {
                        mesh.check().unwrap();
                    }
                    let _ = read(path, &bytes[..at], 1.0);
                }
            }
        }
    }
}
