//! The rigid bodies of the equipment's cell.

use super::Ctx;
use crate::engine::bodies::Bodies;

impl Ctx<'_> {
    /// The rigid bodies of its cell; none if it runs as events.
    pub fn bodies(&self) -> Option<&Bodies> {
        self.core.bodies.get(self.row.cell? as usize)
    }

    /// The same, to be changed. The cell steps on from now; its bodies are at the end of the [step](Bodies::step_span) that the present
    /// is in.
    pub fn change_bodies(&mut self) -> Option<&mut Bodies> {
        let cell = self.row.cell?;
        self.core.wake_cell(cell);
        self.core.bodies.get_mut(cell as usize)
    }
}
