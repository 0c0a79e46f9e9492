//! What pushes the parts of cells of rigid bodies, and how equipment that can run as bodies runs.

use nalgebra::{Point3, Vector3};
use twin::engine::Bodies;
use twin::id::EquipmentId;

use super::{Marks, Note, Scene, Stroke, Tone};

/// Length of an arrow for each root of a newton (m): 60 N are 0.3 m.
const LENGTH: f64 = 0.04;
/// Below this a push is not drawn (N).
const LEAST: f64 = 0.5;
/// Arrows at most; of more nobody reads one.
const MOST: usize = 400;

impl Marks {
    /// Signs of the cells, and the pushes in the one that is selected; in all of them, if nothing is.
    pub(super) fn forces(&mut self, scene: &Scene<'_>, selection: Option<EquipmentId>) {
        let chosen = selection.and_then(|id| scene.model.row(id).cell);
        for (cell, bodies) in scene.state.bodies().iter().enumerate() {
            if chosen.is_none_or(|chosen| chosen as usize == cell) {
                self.pushes(bodies);
            }
            let members = &scene.model.cells[cell].members;
            let Some(first) = members.first() else { continue };
            let place = scene.standing.place(*first);
            let at =
                place.pose * Point3::new(0.2, -place.outline.size[1] / 2.0, place.outline.deck);
            let parts = bodies.parts().count();
            self.notes.push(Note {
                at,
                name: "rigid bodies".to_owned(),
                text: format!("{parts} parts"),
                tone: Tone::Force,
                quiet: false,
            });
        }
    }

    /// An arrow for each push, its tip where the force acts.
    fn pushes(&mut self, bodies: &Bodies) {
        let mut pushes = bodies.cell().pushes();
        pushes.retain(|push| push.force_n.norm() > LEAST);
        pushes.sort_by(|a, b| b.force_n.norm().total_cmp(&a.force_n.norm()));
        for push in pushes.iter().take(MOST) {
            let newtons = push.force_n.norm();
            let way = push.force_n / newtons;
            let tip = Point3::from(push.at_m);
            let tail = tip - way * (LENGTH * newtons.sqrt());
            let narrow = |at: Point3<f64>| nalgebra::convert::<_, Point3<f32>>(at);
            self.line([narrow(tail), narrow(tip)], Tone::Force, Stroke::Arrow);
            let aside = Vector3::new(0.0, 0.0, -0.02);
            self.notes.push(Note {
                at: narrow(tail + aside),
                name: String::new(),
                text: format!("{newtons:.0} N"),
                tone: Tone::Force,
                quiet: push.by.is_none(),
            });
        }
    }
}
