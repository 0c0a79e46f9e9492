//! What is held, and what is written but does not run: outlines over the plant.

use nalgebra::{Isometry3, Point3};

use super::labels::edges;
use crate::desktop::hand::{Hand, Held};
use crate::desktop::{Desk, Run};

/// An outline, or a line, over the plant.
#[derive(Clone, Debug, PartialEq)]
pub struct Ghost {
    /// Lines on the picture.
    pub lines: Vec<[[f32; 2]; 2]>,
    /// Where something is written, if it is on the picture.
    pub at: Option<[f32; 2]>,
    /// What is written.
    pub text: String,
    /// Whether it would fit there.
    pub fits: bool,
    /// Whether it is held, or only written.
    pub held: bool,
}

/// All outlines.
pub fn ghosts(run: &Run, desk: &Desk) -> Vec<Ghost> {
    let written = desk.drafts.iter().map(|draft| {
        let pose = draft.pose();
        let on = desk.draft.as_ref() == Some(&draft.name);
        let text = format!("{} does not run yet", draft.name);
        outlined(desk, &pose, &draft.outline, text, true, on)
    });
    let mut out: Vec<Ghost> = written.collect();
    match &desk.hand {
        Hand::Empty | Hand::Placing(_, None) | Hand::Connecting(_, None) => {}
        Hand::Moving { held, by, .. } => out.push(moved(run, desk, &held.moved(*by), Some(held))),
        Hand::Placing(held, Some(at)) => out.push(moved(run, desk, &held.moved(*at), None)),
        Hand::Connecting(from, Some(end)) => out.extend(line(run, desk, from, *end)),
    }
    out
}

fn moved(run: &Run, desk: &Desk, held: &Held, before: Option<&Held>) -> Ghost {
    let clash = held.clash(run, before);
    let at = held.pose.translation.vector;
    let place = format!("{}  ({:.2}, {:.2}) m", held.name, at.x, at.y);
    let text = clash.as_ref().map_or_else(|| place.clone(), |clash| format!("{place}  {clash}"));
    outlined(desk, &held.pose, &held.outline, text, clash.is_none(), true)
}

fn outlined(
    desk: &Desk,
    pose: &Isometry3<f32>,
    outline: &crate::desktop::look::Outline,
    text: String,
    fits: bool,
    held: bool,
) -> Ghost {
    let top = pose * outline.top();
    let at = desk.eye.project(top, desk.frame);
    Ghost { lines: edges(desk, pose, outline), at, text, fits, held }
}

/// A line from an equipment to the pointer, or to the middle of what it would be connected to.
fn line(run: &Run, desk: &Desk, from: &str, end: [f32; 2]) -> Option<Ghost> {
    let begin = run.model.find(from).map(|id| run.standing.place(id).top());
    let draft = || desk.drafts.iter().find(|draft| draft.name == from);
    let begin = begin.or_else(|| {
        let draft = draft()?;
        Some(draft.pose() * Point3::new(0.0, 0.0, draft.outline.size[2]))
    });
    let begin = desk.eye.project(begin?, desk.frame)?;
    let (eye, way) = desk.eye.ray(end, desk.frame);
    let meets = run.standing.pick(eye, way).filter(|id| run.model.row(*id).name != from);
    let text = match meets {
        Some(id) => format!("{from} to {}", run.model.row(id).name),
        None => format!("{from} to …"),
    };
    Some(Ghost { lines: vec![[begin, end]], at: Some(end), text, fits: true, held: true })
}
