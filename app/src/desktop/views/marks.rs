//! What is drawn beside the plant, on the picture: sensors, ways of robots, forces.

use nalgebra::Point3;

use crate::desktop::look::marks::{Marks, Stroke, Tone};
use crate::desktop::{Desk, Overlay};

/// What is drawn beside the plant, in points of the frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MarksView {
    /// Lines.
    pub lines: Vec<([[f32; 2]; 2], Tone, Stroke)>,
    /// Points; whether as a cross.
    pub spots: Vec<([f32; 2], Tone, bool)>,
    /// Writing: where to, about what, and what it says.
    pub notes: Vec<([f32; 2], String, String, Tone)>,
}

/// What of `marks` is seen from `desk`.
pub fn marks(marks: &Marks, desk: &Desk) -> MarksView {
    let lens = desk.eye.lens(desk.frame);
    let on = |at: &[f32; 2]| (0..2).all(|axis| (0.0..=desk.frame[axis]).contains(&at[axis]));
    let seen = |at: Point3<f32>| lens.project(at).filter(on);
    let lines = marks.lines.iter().filter_map(|line| {
        let [from, to] = line.ends.map(|end| lens.project(end));
        let ends = [from?, to?];
        // One end off the picture is for the painter to cut.
        ends.iter().any(on).then_some((ends, line.tone, line.stroke))
    });
    let spots = marks.spots.iter().filter_map(|spot| Some((seen(spot.at)?, spot.tone, spot.cross)));
    let notes = marks.notes.iter().filter(|note| match desk.overlay {
        Overlay::All => true,
        Overlay::Names => !note.quiet,
        Overlay::Off => false,
    });
    let notes = notes
        .filter_map(|note| Some((seen(note.at)?, note.name.clone(), note.text.clone(), note.tone)));
    MarksView { lines: lines.collect(), spots: spots.collect(), notes: notes.collect() }
}
