//! The robots that a plant names: `robots: { "handler": "../robots/abb-irb-1600-6.ron" }`, each a description file of its own.

use std::cell::RefCell;

use super::Files;
use super::sources::beside;
use crate::diagnostics::{Diagnostics, Look, codes};
use crate::layout::text::Slice;
use crate::robot::{self, Arm};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Robots {
    /// Arms by the names that the plant gives them; of an assembly each arm, as `name/arm`. None where the file is wrong.
    pub(super) arms: Vec<(String, Option<Arm>)>,
    /// All texts that were read.
    pub(super) texts: Vec<String>,
}

/// Reads the description files that `plant` names, from its own folder. What is wrong in one is told at its name.
pub(super) fn read(
    named: &[(String, Slice<'_>, String)],
    plant: &str,
    files: &dyn Files,
    found: &mut Diagnostics,
) -> Robots {
    let texts = RefCell::new(Vec::new());
    let fetch = |path: &str, limit: u64| {
        let text = files.read(path, limit)?;
        texts.borrow_mut().push(text.clone());
        Ok(text)
    };
    let mut arms = Vec::new();
    for (name, slice, path) in named {
        let path = beside(plant, path);
        let loaded = robot::load(&path, &fetch);
        let Some(robot) = loaded.robot else {
            let look = Look { colour: false, limit: 3, width: 100 };
            let report = loaded.diagnostics.render(&loaded.sources, look);
            let report = report.trim_end();
            let message = format!("the robot \"{name}\" is not in {path}:\n{report}");
            let hint = Some(format!("`genba robot {path}` shows all that is wrong there"));
            slice.error(found, codes::UNREADABLE, "", message, hint);
            arms.push((name.clone(), None));
            continue;
        };
        match robot.arm() {
            Some(arm) => arms.push((name.clone(), Some(arm.clone()))),
            None => arms.extend(
                robot.arms.into_iter().map(|one| (format!("{name}/{}", one.name), Some(one.arm))),
            ),
        }
    }
    Robots { arms, texts: texts.into_inner() }
}
