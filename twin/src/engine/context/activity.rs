//! What each place is doing, and whether it may.

use super::Ctx;
use crate::engine::availability::{Standstill, Unit};
use crate::engine::clock::Activity;
use crate::engine::log::Switched;
use crate::engine::state::Soon;
use crate::units::SimDuration;

impl Ctx<'_> {
    /// The place `place` goes over to `activity`.
    #[inline]
    pub fn set_activity(&mut self, place: u32, activity: Activity) {
        self.set_activity_for(place, activity, SimDuration::MAX);
    }

    /// Like [`set_activity`](Self::set_activity), with the longest time that it can last: spares the engine a timer if
    /// nothing wears out before.
    #[inline]
    pub fn set_activity_for(&mut self, place: u32, activity: Activity, at_most: SimDuration) {
        let was = self.core.clocks[(self.row.places.start + place) as usize].activity();
        if self.row.wears {
            let unit = self.unit(place);
            if was == Activity::Working {
                self.core.wear_ends(self.model, unit);
            }
            if activity == Activity::Working {
                let single = self.row.by_place || self.row.places.len() == 1;
                let at_most = if single { at_most } else { SimDuration::MAX };
                self.core.wear_begins(self.model, unit, at_most);
            }
        }
        if was == activity {
            return;
        }
        if self.row.watched {
            self.watch(place, activity);
        }
        let clock = &mut self.core.clocks[(self.row.places.start + place) as usize];
        clock.switch(activity, self.core.now);
        let switched = Switched { equipment: self.me, place, was, activity };
        self.log.activity(self.core.now, self.row, switched);
    }

    /// The present activity of a place.
    pub fn activity(&self, place: u32) -> Activity {
        self.core.clocks[(self.row.places.start + place) as usize].activity()
    }

    /// Counts the begin of a cycle. False: the equipment breaks down before it, and the work must not begin now; it will be
    /// stopped and later told to go on.
    #[inline]
    pub fn begin_cycle(&mut self) -> bool {
        self.begin_cycle_on(0, 1)
    }

    /// Likewise, for a cycle of `place` on so many pieces.
    #[inline]
    pub fn begin_cycle_on(&mut self, place: u16, pieces: u32) -> bool {
        !self.row.wears || self.core.count_cycle(self.model, self.unit(u32::from(place)), pieces)
    }

    #[inline]
    fn unit(&self, place: u32) -> Unit {
        Unit { equipment: self.me, place: self.row.by_place.then_some(place as u16) }
    }

    /// Of a kind that stops by place.
    #[inline]
    fn standstill(&self, place: u16) -> &Standstill {
        self.core.availability.of_unit(self.model, self.unit(u32::from(place)))
    }

    /// Whether `place`, of a kind that stops by place, stands still.
    pub fn is_place_stopped(&self, place: u16) -> bool {
        self.standstill(place).stops > 0
    }

    /// Whether it does, or is about to as soon as the work in hand is done.
    pub fn is_place_stopping(&self, place: u16) -> bool {
        self.standstill(place).is_stopping()
    }

    /// What it is shown as while it stands.
    pub fn place_stop_activity(&self, place: u16) -> Activity {
        self.standstill(place).shown
    }

    /// No work is in hand on `place`: stops of it that have waited for that may begin.
    pub fn place_at_rest(&mut self, place: u16) {
        if self.standstill(place).due > 0 {
            self.core.soon.push(Soon::Rest(self.unit(u32::from(place))));
        }
    }

    /// Whether it stands still.
    #[inline]
    pub fn is_stopped(&self) -> bool {
        self.core.availability.of(self.me).stops > 0
    }

    /// Whether it stands still or is about to, as soon as the work in hand is done: nothing new may begin.
    #[inline]
    pub fn is_stopping(&self) -> bool {
        self.core.availability.of(self.me).is_stopping()
    }

    /// What a standing equipment is shown as.
    pub fn stop_activity(&self) -> Activity {
        self.core.availability.of(self.me).shown
    }

    /// It stands still for another reason than before: its places are shown accordingly.
    pub(in crate::engine) fn show_stop_again(&mut self) {
        for place in 0..self.row.places.len() as u32 {
            if self.activity(place).is_stop() {
                self.set_activity(place, self.stop_activity());
            }
        }
    }

    /// No work is in hand: stops that have waited for that may begin.
    #[inline]
    pub fn at_rest(&mut self) {
        if self.core.availability.of(self.me).due > 0 {
            self.core.soon.push(Soon::Rest(Unit { equipment: self.me, place: None }));
        }
    }

    /// Speed factor for work that begins now: that of a command, times what temperature makes of it; 1 without either.
    #[inline]
    pub fn pace(&self) -> f64 {
        let pace = self.core.availability.of(self.me).pace;
        self.row.heated.map_or(pace, |row| pace * self.core.warmth.speed(row))
    }
}
