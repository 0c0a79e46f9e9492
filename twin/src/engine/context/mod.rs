//! What an equipment can do: the [`Ctx`] that every handler gets. Here: the plant, time, chance, workers, and what is told;
//! parts, routes, flow and activity each have a file.

mod activity;
mod bodies;
mod flow;
mod life;
mod route;

use super::log::{Log, What};
use super::model::{Draw, EquipmentRow, Model};
use super::notice::Notice;
use super::state::{Core, Event, order};
use crate::id::{EquipmentId, PartId, StreamId};
use crate::kernel::EventKey;
use crate::random::{RateSampler, Sampler};
use crate::units::{SimDuration, SimTime};

/// The engine as one equipment sees it during one call.
#[derive(Debug)]
pub struct Ctx<'a> {
    pub(crate) model: &'a Model,
    pub(crate) core: &'a mut Core,
    pub(crate) log: &'a mut Log,
    pub(crate) me: EquipmentId,
    pub(crate) row: &'a EquipmentRow,
}

impl<'a> Ctx<'a> {
    #[inline]
    pub(crate) fn new(
        model: &'a Model,
        core: &'a mut Core,
        log: &'a mut Log,
        me: EquipmentId,
    ) -> Self {
        Self { model, core, log, me, row: &model.equipment[me.index()] }
    }

    /// The present.
    #[inline]
    pub fn now(&self) -> SimTime {
        self.core.now
    }

    /// The equipment that is being called.
    #[inline]
    pub fn me(&self) -> EquipmentId {
        self.me
    }

    /// The plant.
    #[inline]
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// What can be read of the state.
    #[inline]
    pub fn core(&self) -> &Core {
        self.core
    }

    // Time and chance.

    /// Calls [`on_timer`](crate::engine::Equipment::on_timer) with `tag` and `arg` after `after`.
    #[inline]
    pub fn timer(&mut self, after: SimDuration, tag: u8, arg: u16) -> EventKey {
        let event = Event::Timer { equipment: self.me, tag, arg };
        self.core.schedule(after, order::FLOW, event)
    }

    /// Takes a timer back that has not run down yet.
    #[inline]
    pub fn cancel(&mut self, key: &mut EventKey) {
        self.core.calendar.cancel(key);
    }

    /// Draws a length of time.
    #[inline]
    pub fn draw(&mut self, draw: &Draw) -> SimDuration {
        draw.sampler.sample(self.core.streams.get(draw.stream))
    }

    /// Draws from `sampler` with the stream of `draw`: for times that a route gives and a machine draws.
    #[inline]
    pub fn draw_with(&mut self, sampler: &Sampler<SimDuration>, stream: StreamId) -> SimDuration {
        sampler.sample(self.core.streams.get(stream))
    }

    /// Draws a plain number.
    #[inline]
    pub fn draw_number(&mut self, draw: &Draw<f64>) -> f64 {
        draw.sampler.sample(self.core.streams.get(draw.stream))
    }

    /// A number from 0 up to but not including 1.
    #[inline]
    pub fn uniform(&mut self, stream: StreamId) -> f64 {
        self.core.streams.get(stream).uniform()
    }

    /// The next arrival of a Poisson stream whose rate varies with time.
    pub fn next_arrival(&mut self, rate: &RateSampler, stream: StreamId) -> SimTime {
        rate.next_arrival(self.core.now, self.core.streams.get(stream))
    }

    // Workers.

    /// Calls for the workers of `need`; [`on_crew`](crate::engine::Equipment::on_crew) with `arg` tells when they are there.
    /// Returns the number of the call, for [`dismiss_crew`](Self::dismiss_crew).
    pub fn call_crew(&mut self, need: u32, arg: u16) -> u32 {
        self.core.call_crew(self.model, need, self.me, crate::engine::crew::Caller::Equipment(arg))
    }

    /// Lets the workers go, or takes the call back.
    pub fn dismiss_crew(&mut self, call: u32) {
        self.core.dismiss_crew(call);
    }

    /// Tells whoever reads the result of something that should not have happened, and that no figure shows: a deadlock, a
    /// limit that was passed. The first [`Notice::MOST`] are kept, the rest is counted.
    pub fn report(&mut self, text: String) {
        let notice = Notice { at: self.core.now, equipment: self.me, text };
        self.core.notices.add(notice);
    }

    /// Writes a line into the trace, if one is kept.
    #[inline]
    pub fn trace(&mut self, what: What, part: PartId) {
        if self.log.traces() {
            self.log.trace(self.core.now, self.core.parts.get(part), what);
        }
    }
}
