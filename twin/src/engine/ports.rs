//! Several inputs and outputs: what an equipment can do at each for itself.
//!
//! Room is counted by input, so that parts of one sort cannot take the places of another. A part that is sent by an output
//! takes a connection that leaves there; the divert rule of the equipment chooses among them, and the part's route narrows
//! the choice where it can.

use super::context::Ctx;
use super::state::Inlet;
use crate::id::{InletId, LinkId, PartId};

impl Ctx<'_> {
    /// The input of its target that `link` leads to; the first for what was put here by a command.
    #[inline]
    pub fn input_of(&self, link: LinkId) -> u8 {
        if link.is_none() { 0 } else { self.model.links[link.index()].to_port }
    }

    /// The output that `link` leaves by.
    #[inline]
    pub fn output_of(&self, link: LinkId) -> u8 {
        self.model.links[link.index()].from_port
    }

    /// Whether anything is connected to input `port`.
    pub fn is_input_connected(&self, port: u8) -> bool {
        self.model.fed[self.inlet(port).index()]
    }

    /// Whether anything is connected to output `port`.
    pub fn is_output_connected(&self, port: u8) -> bool {
        !self.model.outlet(self.row, port).links.is_empty()
    }

    #[inline]
    fn inlet(&self, port: u8) -> InletId {
        debug_assert!(usize::from(port) < self.row.inlets.len(), "{} has no input", self.row.name);
        InletId(self.row.inlets.start + u32::from(port))
    }

    /// Room for `n` more parts at input `port`.
    #[inline]
    pub fn open_at(&mut self, port: u8, n: u32) {
        let at = self.inlet(port);
        let inlet = &mut self.core.inlets[at.index()];
        inlet.room = inlet.room.saturating_add(n);
        if !inlet.waiters.is_empty() {
            self.core.nudge(self.model, self.me, at);
        }
    }

    /// Room without end at input `port`.
    pub fn open_endless_at(&mut self, port: u8) {
        let at = self.inlet(port);
        self.core.inlets[at.index()].room = Inlet::ENDLESS;
        self.core.nudge(self.model, self.me, at);
    }

    /// Takes back room at input `port` that has been given and not used: at most `n`. Returns how much it was.
    pub fn close_at(&mut self, port: u8, n: u32) -> u32 {
        let at = self.inlet(port);
        let room = &mut self.core.inlets[at.index()].room;
        let taken = n.min(*room);
        *room -= taken;
        taken
    }

    /// Room that is still open at input `port`.
    pub fn room_at(&self, port: u8) -> u32 {
        self.core.inlets[self.inlet(port).index()].room
    }

    /// Whether somebody waits to come in at input `port`.
    pub fn is_awaited_at(&self, port: u8) -> bool {
        !self.core.inlets[self.inlet(port).index()].waiters.is_empty()
    }

    /// [`send`](Self::send) by output `port`. The part is committed to that output, also for
    /// [`offer`](Self::offer), [`may_take`](Self::may_take) and [`reserve`](Self::reserve), until it is gone.
    #[inline]
    pub fn send_from(&mut self, port: u8, part: PartId) -> bool {
        self.leave_by(port, part);
        self.send(part)
    }

    /// Commits `part` to output `port`.
    #[inline]
    pub fn leave_by(&mut self, port: u8, part: PartId) {
        debug_assert!(
            usize::from(port) < self.row.outlets.len(),
            "{} has no output",
            self.row.name
        );
        self.core.parts.get_mut(part).output = Some(port);
    }
}
