//! Robots in URDF, the description format of ROS.
//!
//! | URDF | becomes |
//! |---|---|
//! | the way of links from the root to one tip | a `Chain`, whose inverse is found by iteration |
//! | `revolute`, `continuous`, `prismatic`, `fixed` joints on it | `Turns`, `Turns`, `Slides`, `Fixed` |
//! | `limit` | range, speed, torque |
//! | `collision`, else `visual`: boxes, cylinders, spheres, meshes (STL, OBJ, COLLADA, glTF) | `girths` of the links |
//!
//! The format knows neither accelerations nor payloads: ramps are made up, in round figures that say so. All else, from
//! masses to transmissions, is counted in the notes; so is what had to be guessed, and what could not be found.

mod girth;
mod meshes;
mod read;
mod solid;
mod write;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::meshes::Meshes;
use super::{Imported, Problems};

/// Reads the robot in the file at `path` and writes the description of its way to the link `tip` (by itself: to the link
/// behind most joints that move). `packages` are the folders of packages that meshes speak of, by name.
///
/// # Errors
///
/// Everything that cannot be read, but meshes: they are noted.
pub fn import(
    path: &Path,
    tip: Option<&str>,
    packages: &[(String, PathBuf)],
) -> Result<Imported, Problems> {
    let (name, text) = super::read(path)?;
    import_text(&name, &text, tip, packages)
}

/// Likewise from a text; `name` is the file that messages speak of, and whose folder meshes are looked for in.
///
/// # Errors
///
/// As [`import`].
pub fn import_text(
    name: &str,
    text: &str,
    tip: Option<&str>,
    packages: &[(String, PathBuf)],
) -> Result<Imported, Problems> {
    let mut found = Problems::default();
    let mut notes = BTreeSet::new();
    let tree = match roxmltree::Document::parse(text) {
        Ok(tree) => tree,
        Err(error) => {
            let line = error.pos().row as usize;
            found.add(name, line, format!("is not XML: {error}"));
            return Err(found);
        }
    };
    let robot = read::robot(name, &tree, &mut found, &mut notes);
    let text = robot.and_then(|robot| {
        let way = read::way(name, &robot, tip, &mut found, &mut notes)?;
        let meshes = Meshes::new(Path::new(name).parent().unwrap_or(Path::new("")), packages);
        let girths = girth::girths(name, &robot, &way, &meshes, &mut notes);
        let read = meshes.read();
        if read > 0 {
            notes.insert(format!("{read} meshes read for the girths of links"));
        }
        Some(write::description(name, &robot, &way, girths.as_deref(), &mut notes))
    });
    match text {
        Some(text) if found.0.is_empty() => {
            Ok(Imported { text, notes: notes.into_iter().collect() })
        }
        _ => Err(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARM: &str = r#"<?xml version="1.0"?>
<robot name="two">
  <link name="world"/>
  <link name="upper"><visual><geometry><mesh filename="package://two/upper.stl"/></geometry></visual></link>
  <link name="slider"><inertial><mass value="0"/></inertial></link>
  <link name="tool"/>
  <link name="finger"/>
  <joint name="lift" type="prismatic">
    <parent link="upper"/><child link="slider"/>
    <origin xyz="0.4 0 0" rpy="0 0 1.570796327"/><axis xyz="0 0 1"/>
    <limit lower="-0.2" upper="0" velocity="0.5" effort="100"/>
    <dynamics damping="1"/>
  </joint>
  <joint name="turn" type="continuous">
    <parent link="world"/><child link="upper"/>
    <origin xyz="0 0 0.5"/><axis xyz="0 0 1"/>
  </joint>
  <joint name="flange" type="fixed"><parent link="slider"/><child link="tool"/><origin xyz="0 0 -0.1"/></joint>
  <joint name="grip" type="revolute">
    <parent link="tool"/><child link="finger"/><mimic joint="lift"/>
    <limit lower="0" upper="1" velocity="1" effort="1"/>
  </joint>
  <transmission name="t"/><transmission name="u"/><gazebo/>
</robot>"#;

    #[test]
    fn a_way_becomes_a_description_that_loads() {
        let imported = import_text("two.urdf", ARM, Some("tool"), &[]).unwrap();
        let loaded = twin::robot::load_text(&imported.text);
        let look = twin::diagnostics::Look::default();
        let report = loaded.diagnostics.render(&loaded.sources, look);
        let robot = loaded.robot.unwrap_or_else(|| panic!("{report}\n{}", imported.text));
        let arm = robot.arm().unwrap();
        assert_eq!((arm.name(), arm.joints().len()), ("two", 2));
        let flange = arm.forward(&[std::f64::consts::FRAC_PI_2, -0.1]).unwrap();
        let p = flange.translation.vector;
        assert!((p.x.abs() + (p.y - 0.4).abs() + (p.z - 0.3).abs()) < 1e-12, "{p}");
        assert_eq!(arm.joints()[1].range, (-0.2, 0.0));
    }

    #[test]
    fn what_is_left_out_or_guessed_is_listed() {
        let notes = import_text("two.urdf", ARM, None, &[]).unwrap().notes.join("\n");
        for word in [
            "2 `transmission`",
            "1 `gazebo`",
            "1 `dynamics`",
            "1 link without mass",
            "two.urdf:4: a mesh of `upper`: no folder around the file is called `two` and has upper.stl",
            "--package two=DIR",
            "girths are left out",
            "`grip` follows `lift`",
            "`turn` turns without end",
            "the tip is taken to be `finger`",
            "`grip` has no axis",
        ] {
            assert!(notes.contains(word), "no {word} in\n{notes}");
        }
        let shorter = import_text("two.urdf", ARM, Some("tool"), &[]).unwrap().notes.join("\n");
        assert!(shorter.contains("`grip` is not on the way"), "{shorter}");
    }

    /// A box about the line from the first joint to the second, and a mesh in a package, 0.1 m beside the line of the second link.
    #[test]
    fn solids_become_girths() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("parts/two");
        std::fs::create_dir_all(&package).unwrap();
        let rod = "v 0 0 0\nv 0.06 0.08 -0.1\nv 0 0.01 -0.05\nf 1 2 3\n";
        std::fs::write(package.join("rod.obj"), rod).unwrap();
        let solids = ARM
            .replace("<mesh filename=\"package://two/upper.stl\"/>", "<box size=\"0.4 0.06 0.08\"/>")
            .replace("<visual><geometry><box", "<visual><origin xyz=\"0.2 0 0\"/><geometry><box")
            .replace(
                "<link name=\"slider\">",
                "<link name=\"slider\"><collision><geometry><mesh filename=\"package://two/rod.obj\"/></geometry></collision>",
            );
        let packages = [("two".to_owned(), package.clone())];
        let imported = import_text("two.urdf", &solids, Some("tool"), &packages).unwrap();
        assert!(
            imported.notes.iter().any(|note| note.starts_with("1 mesh")),
            "{:?}",
            imported.notes
        );
        let robot = twin::robot::load_text(&imported.text).robot.unwrap();
        let girths = robot.arm().unwrap().girths().unwrap().to_vec();
        assert!(
            (girths[0] - 0.05).abs() < 1.01e-4 && (girths[1] - 0.1).abs() < 1.01e-4,
            "{girths:?}"
        );
        // Found by itself in a folder around the file.
        let name = folder.path().join("parts/urdf.xml").display().to_string();
        let found = import_text(&name, &solids, Some("tool"), &[]).unwrap();
        assert!(found.text.contains("girths"), "{:?}", found.notes);
    }

    #[test]
    fn links_and_limits_may_be_missing() {
        let bare = r#"<robot name="bare">
            <joint name="a" type="revolute"><parent link="base_link"/><child link="one"/><axis xyz="0 0 1"/></joint>
            <joint name="b" type="fixed"><parent link="base_link"/><child link="base"/></joint>
        </robot>"#;
        let imported = import_text("bare.urdf", bare, None, &[]).unwrap();
        let notes = imported.notes.join("\n");
        assert!(notes.contains("`a` has no limit: here half a turn either way"), "{notes}");
        assert!(notes.contains("only joints name the links `base`, `base_link`, `one`"), "{notes}");
        assert!(twin::robot::load_text(&imported.text).robot.is_some(), "{}", imported.text);
        // A link that is named `base` and is not the root.
        assert!(
            import_text("bare.urdf", bare, Some("base"), &[]).is_err(),
            "nothing moves on the way"
        );
    }

    /// Whatever is cut out, there is an answer, and what is written loads or says why not.
    #[test]
    fn damaged_files_never_panic() {
        let mut at = 1_usize;
        for n in 0..600 {
            at = (at * 48_271 + n) % 2_147_483_647;
            let cut = at % ARM.len();
            let end = (cut + n % 40).min(ARM.len());
            let damaged = format!("{}{}", &ARM[..cut], &ARM[end..]);
            if let Ok(imported) = import_text("two.urdf", &damaged, None, &[]) {
                let loaded = twin::robot::load_text(&imported.text);
                assert!(loaded.robot.is_some() || loaded.diagnostics.has_errors());
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str, tip| import_text("x.urdf", text, tip, &[]).unwrap_err().to_string();
        assert!(said("<robot", None).contains("is not XML"));
        assert!(said("<robot name='r'/>", None).contains("has no links"));
        assert!(said("<sdf/>", None).contains("x.urdf:1: is `sdf`"));
        assert!(
            said("<robot name='r' xmlns:xacro='x'><xacro:arm/></robot>", None).contains("xacro")
        );
        assert!(said(ARM, Some("tol")).contains("no link is named `tol`"));
        let floating = ARM.replace("type=\"continuous\"", "type=\"floating\"");
        assert!(said(&floating, None).contains("x.urdf:14: the joint `turn` is `floating`"));
        let number = ARM.replace("0.4 0 0", "0.4 zero 0");
        assert!(said(&number, None).contains("x.urdf:10: expected three numbers"));
        let twice = ARM.replace("<child link=\"tool\"/>", "<child link=\"upper\"/>");
        assert!(said(&twice, None).contains("`upper` has two parents"));
        let circle = ARM
            .replace("<parent link=\"world\"/>", "<parent link=\"tool\"/>")
            .replace("  <link name=\"world\"/>\n", "");
        assert!(said(&circle, None).contains("no link is the root"));
        let nan = ARM.replace("lower=\"-0.2\"", "lower=\"NaN\"");
        assert!(said(&nan, None).contains("is not a finite number"));
    }
}
