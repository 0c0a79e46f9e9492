//! The rigid bodies of the equipment's cell.

use super::Ctx;
use crate::engine::bodies::Bodies;
use crate::units::SimTime;

impl Ctx<'_> {
    /// The rigid bodies of its cell; none if it runs as events.
    pub fn bodies(&mut self) -> Option<&mut Bodies> {
        let cell = self.row.cell? as usize;
        self.core.bodies.get_mut(cell)
    }

    /// Makes sure that its cell steps on, and returns the time at which its bodies are: the end of the step that the present is in.
    /// The present without a cell.
    pub fn wake_cell(&mut self) -> SimTime {
        match self.row.cell {
            Some(cell) => self.core.wake_cell(cell),
            None => self.core.now,
        }
    }
}
