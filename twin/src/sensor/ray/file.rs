//! Meshes from files of other programs.
//!
//! | ending | format | up, unit |
//! |---|---|---|
//! | `.stl` | STL, text or binary | as it is |
//! | `.obj` | Wavefront OBJ | as it is |
//! | `.dae` | COLLADA, its nodes and its unit applied | as it is |
//! | `.glb`, `.gltf` | glTF 2.0, its nodes applied | turned from y up, as the format has it, to z up |
//!
//! Colours are taken from glTF; whatever else is in a file is not looked at.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use nalgebra::{Matrix4, Point3};

use super::colours;
use super::shape::Mesh;

/// What is said of a file with another ending.
const ENDINGS: &str = "shapes are read from .stl, .obj, .dae, .glb and .gltf files";

/// The triangles in the file called `name` with the content `bytes`, in metres where one unit of it is `unit` metres; 1 for glTF, which is
/// in metres, and for COLLADA, which says what its unit is. `beside` gives the content of a file by its path from there, for formats that consist of several.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn read_mesh(
    name: &str,
    bytes: &[u8],
    unit: f64,
    beside: impl Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Mesh, String> {
    let mut mesh = triangles(name, bytes, beside)?;
    let scaled = |x: f32| (f64::from(x) * unit) as f32;
    mesh.points.iter_mut().for_each(|point| *point = point.map(scaled));
    mesh.check().map_err(|error| error.to_string())?;
    Ok(mesh)
}

fn triangles(
    name: &str,
    bytes: &[u8],
    beside: impl Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Mesh, String> {
    let ending = Path::new(name).extension().map(OsStr::to_ascii_lowercase);
    let scene = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("stl") => mesh_loader::stl::from_slice(bytes),
        Some("obj") => {
            // Colours are not looked for.
            let none = |_: &Path| -> io::Result<Vec<u8>> { Err(io::ErrorKind::NotFound.into()) };
            mesh_loader::obj::from_slice(bytes, None, none)
        }
        Some("dae") => mesh_loader::collada::from_slice(bytes),
        Some("glb" | "gltf") => return gltf_mesh(bytes, beside),
        _ => return Err(ENDINGS.to_owned()),
    };
    let mut all = Mesh::default();
    for part in scene.map_err(|error| error.to_string())?.meshes {
        join(&mut all, part.vertices, part.faces);
    }
    Ok(all)
}

/// Adds corners, and triangles by their numbers among them.
fn join(
    all: &mut Mesh,
    points: impl IntoIterator<Item = [f32; 3]>,
    triangles: impl IntoIterator<Item = [u32; 3]>,
) {
    let first = all.points.len() as u32;
    all.points.extend(points);
    let moved = |corners: [u32; 3]| corners.map(|n| n.saturating_add(first));
    all.triangles.extend(triangles.into_iter().map(moved));
}

/// All triangles of the scene of a glTF file, z up.
fn gltf_mesh(bytes: &[u8], beside: impl Fn(&str) -> io::Result<Vec<u8>>) -> Result<Mesh, String> {
    let unchecked = gltf::Gltf::from_slice_without_validation(bytes);
    let unchecked = unchecked.map_err(|error| error.to_string())?;
    // The check that follows looks at these before it has checked that they are there.
    let root = unchecked.document.as_json();
    let parts = root.meshes.iter().flat_map(|mesh| &mesh.primitives);
    if parts.flat_map(|part| part.attributes.values()).any(|n| n.value() >= root.accessors.len()) {
        return Err("speaks of an accessor that is not there".to_owned());
    }
    let file = gltf::Gltf::from_slice(bytes).map_err(|error| error.to_string())?;
    let buffers = file.buffers().map(|buffer| match buffer.source() {
        gltf::buffer::Source::Bin => {
            file.blob.clone().ok_or_else(|| "its binary part is missing".to_owned())
        }
        gltf::buffer::Source::Uri(uri) if uri.starts_with("data:") => {
            Err("has its data inside as text; save it as .glb".to_owned())
        }
        gltf::buffer::Source::Uri(uri) => beside(uri).map_err(|error| format!("{uri}: {error}")),
    });
    let buffers = buffers.collect::<Result<Vec<_>, String>>()?;
    let scene = file.default_scene().or_else(|| file.scenes().next()).ok_or("has no scene")?;
    #[rustfmt::skip]
    let upright = Matrix4::new(
        1.0, 0.0, 0.0, 0.0,
        0.0, 0.0, -1.0, 0.0,
        0.0, 1.0, 0.0, 0.0,
        0.0, 0.0, 0.0, 1.0,
    );
    let mut mesh = Mesh::default();
    let mut open: Vec<(gltf::Node<'_>, Matrix4<f32>)> =
        scene.nodes().map(|node| (node, upright)).collect();
    // In a tree, no more nodes are met than there are.
    let mut left = file.nodes().len();
    while let Some((node, outer)) = open.pop() {
        left = left.checked_sub(1).ok_or("its nodes form no tree")?;
        let pose = outer * Matrix4::from(node.transform().matrix());
        if let Some(own) = node.mesh() {
            for part in own.primitives() {
                primitive(&mut mesh, &part, &pose, &buffers)?;
            }
        }
        open.extend(node.children().map(|child| (child, pose)));
    }
    // White is what the format says where a file says nothing.
    if mesh.colours.iter().all(|colour| *colour == [u8::MAX; 3]) {
        mesh.colours.clear();
    }
    Ok(mesh)
}

/// Adds one set of triangles; points and lines enclose nothing and are left out.
fn primitive(
    mesh: &mut Mesh,
    part: &gltf::Primitive<'_>,
    pose: &Matrix4<f32>,
    buffers: &[Vec<u8>],
) -> Result<(), String> {
    use gltf::accessor::{DataType, Dimensions};
    use gltf::mesh::Mode;
    match part.mode() {
        Mode::Triangles => {}
        Mode::Points | Mode::Lines | Mode::LineLoop | Mode::LineStrip => return Ok(()),
        Mode::TriangleStrip | Mode::TriangleFan => {
            return Err("has strips or fans: save it with plain triangles".to_owned());
        }
    }
    let points = part.get(&gltf::Semantic::Positions).ok_or("has triangles without corners")?;
    if (points.data_type(), points.dimensions()) != (DataType::F32, Dimensions::Vec3) {
        return Err("has corners that are no three numbers of 32 bits".to_owned());
    }
    let place = |bytes: &[u8]| {
        let point = [0, 4, 8].map(|at| f32::from_le_bytes(first(&bytes[at..])));
        pose.transform_point(&Point3::from(point)).coords.into()
    };
    let points: Vec<[f32; 3]> = items(&points, buffers)?.map(place).collect();
    let corners: Vec<u32> = match part.indices() {
        None => (0..points.len() as u32).collect(),
        Some(indices) if indices.dimensions() == Dimensions::Scalar => {
            let number: fn(&[u8]) -> u32 = match indices.data_type() {
                DataType::U8 => |bytes| u32::from(bytes[0]),
                DataType::U16 => |bytes| u32::from(u16::from_le_bytes(first(bytes))),
                DataType::U32 => |bytes| u32::from_le_bytes(first(bytes)),
                _ => return Err("counts corners by numbers that are not whole".to_owned()),
            };
            items(&indices, buffers)?.map(number).collect()
        }
        Some(_) => return Err("counts corners by more than one number".to_owned()),
    };
    let triangles = corners.as_chunks::<3>().0;
    mesh.colours.extend(colours::of(part, triangles, buffers)?);
    join(mesh, points, triangles.iter().copied());
    Ok(())
}

/// The first bytes, which are there.
pub(super) fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|n| bytes[n])
}

/// The bytes of each item that an accessor speaks of, if all are there.
pub(super) fn items<'b>(
    accessor: &gltf::Accessor<'_>,
    buffers: &'b [Vec<u8>],
) -> Result<impl Iterator<Item = &'b [u8]> + use<'b>, String> {
    let view = accessor.view().filter(|_| accessor.sparse().is_none());
    let view = view.ok_or("has sparse data: save it with plain triangles")?;
    let (size, count) = (accessor.size(), accessor.count());
    let stride = view.stride().unwrap_or(size);
    let data = buffers.get(view.buffer().index()).map_or(&[][..], Vec::as_slice);
    let begin = view.offset().saturating_add(accessor.offset());
    let last = count.saturating_sub(1).saturating_mul(stride).saturating_add(begin);
    if stride < size || last.saturating_add(size) > data.len() {
        return Err("is shorter than it says".to_owned());
    }
    Ok((0..count).map(move |n| &data[begin + n * stride..][..size]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(_: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    /// A triangle in a glTF file of its own and a buffer beside it, moved by 1 along x by its node.
    const GLTF: &str = r#"{"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "translation": [1, 0, 0]}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 2, 3]}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}], "buffers": [{"byteLength": 36, "uri": "corners.bin"}]}"#;

    fn corners() -> Vec<u8> {
        let numbers: [f32; 9] = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 3.0];
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn gltf_stands_up() {
        let mesh = read_mesh("a.gltf", GLTF.as_bytes(), 1.0, |uri| {
            assert_eq!(uri, "corners.bin");
            Ok(corners())
        })
        .unwrap();
        assert_eq!(mesh.triangles, [[0, 1, 2]]);
        assert_eq!(mesh.points, [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [1.0, -3.0, 2.0]]);
    }

    #[test]
    fn gltf_has_colours() {
        let read = |text: &str| read_mesh("a.gltf", text.as_bytes(), 1.0, |_| Ok(corners()));
        assert!(read(GLTF).unwrap().colours.is_empty());
        let red = GLTF.replace("{\"POSITION\": 0}", "{\"POSITION\": 0}, \"material\": 0").replace(
            "\"meshes\"",
            "\"materials\": [{\"pbrMetallicRoughness\": {\"baseColorFactor\": [1, 0, 0.22, 1]}}], \"meshes\"",
        );
        assert_eq!(read(&red).unwrap().colours, [[255, 0, 129]]);
        // The corners as colours: 0 0 0, 1 0 0 and 0 2 3, a third of each.
        let own = GLTF.replace("{\"POSITION\": 0}", "{\"POSITION\": 0, \"COLOR_0\": 0}");
        assert_eq!(read(&own).unwrap().colours, [[156, 213, 255]]);
        let counted = own.replace("\"VEC3\"", "\"VEC2\"");
        assert!(read(&counted).is_err());
    }

    #[test]
    fn collada_has_a_unit_and_nodes() {
        let text = r##"<?xml version="1.0"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
  <asset><unit meter="0.01" name="centimeter"/><up_axis>Z_UP</up_axis></asset>
  <library_geometries><geometry id="g"><mesh>
    <source id="p"><float_array id="pa" count="9">0 0 0 100 0 0 0 200 0</float_array>
      <technique_common><accessor source="#pa" count="3" stride="3">
        <param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/>
      </accessor></technique_common></source>
    <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
    <triangles count="1"><input semantic="VERTEX" source="#v" offset="0"/><p>0 1 2</p></triangles>
  </mesh></geometry></library_geometries>
  <library_visual_scenes><visual_scene id="s"><node id="n"><instance_geometry url="#g"/></node></visual_scene></library_visual_scenes>
  <scene><instance_visual_scene url="#s"/></scene>
</COLLADA>"##;
        let mesh = read_mesh("a.dae", text.as_bytes(), 1.0, alone).unwrap();
        assert_eq!(mesh.triangles.len(), 1);
        let largest = |axis: usize| mesh.points.iter().map(|p| p[axis]).fold(0.0, f32::max);
        assert!((largest(0) - 1.0).abs() < 1e-6 && (largest(1) - 2.0).abs() < 1e-6, "{mesh:?}");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let said =
            |name: &str, text: &str| read_mesh(name, text.as_bytes(), 1.0, alone).unwrap_err();
        assert!(said("a.step", "").contains(".glb"));
        assert!(said("a.gltf", GLTF).contains("corners.bin"));
        assert!(said("a.gltf", "{}").len() > 5);
        let circle = GLTF.replace("\"mesh\": 0,", "\"mesh\": 0, \"children\": [0],");
        let read = read_mesh("a.gltf", circle.as_bytes(), 1.0, |_| Ok(corners()));
        assert!(read.unwrap_err().contains("no tree"));
        let strip = GLTF.replace("{\"POSITION\": 0}", "{\"POSITION\": 0}, \"mode\": 5");
        assert!(said("a.gltf", &strip).contains("corners.bin"));
        let read = read_mesh("a.gltf", strip.as_bytes(), 1.0, |_| Ok(corners()));
        assert!(read.unwrap_err().contains("strips"));
    }

    /// Whatever is cut out of a file or changed in it, there is an answer.
    #[test]
    fn damaged_files_never_panic() {
        let mut at = 1_usize;
        for n in 0..20_000 {
            at = (at * 48_271 + n) % 2_147_483_647;
            let mut text = GLTF.as_bytes().to_vec();
            let place = at % text.len();
            if n % 2 == 0 {
                text[place] = b"0123456789-,[]{}"[at / 7 % 16];
            } else {
                text.drain(place..(place + n % 9).min(GLTF.len()));
            }
            let _ = read_mesh("a.gltf", &text, 1.0, |_| Ok(corners()));
        }
    }
}
