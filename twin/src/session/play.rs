//! Going on by steps: to the next event, the next finished part, or until a condition holds.

use super::error::SessionError;
use super::whole::Session;
use crate::engine::{Model, State};
use crate::units::{SimDuration, SimTime};

/// Why a run has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// What was waited for has come.
    Met,
    /// The end has come first.
    Arrived,
    /// The caller did not want to go on; the same call again does.
    Interrupted,
}

/// Events between two questions whether to go on.
const EVENTS: u32 = 256;

impl Session {
    /// Handles the next event. False: nothing will happen any more.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn step_event(&mut self) -> Result<bool, SessionError> {
        let mut stepped = false;
        while !stepped {
            self.issue_what_is_due()?;
            // Where a command was given in the quiet is a place to come to as well.
            let command = self.next_issued().map(|issued| issued.moment.at);
            let next = self.run.state.next_event().into_iter().chain(command).min();
            let Some(next) = next else { return Ok(false) };
            stepped = self.run.step(next)?;
        }
        self.book()?;
        Ok(stepped)
    }

    /// Goes back by one event. False: it is the begin of the run.
    ///
    /// # Errors
    ///
    /// If the way back cannot be simulated.
    pub fn step_back(&mut self) -> Result<bool, SessionError> {
        let Some(events) = self.moment().events.checked_sub(1) else { return Ok(false) };
        self.seek_event(events)?;
        Ok(true)
    }

    /// Goes on to the next multiple of `tick`, as long as `go_on` says so. True: arrived.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn step_tick(
        &mut self,
        tick: SimDuration,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<bool, SessionError> {
        let tick = tick.ns().max(1);
        let next = (self.now().ns() / tick + 1).saturating_mul(tick);
        self.advance_within(SimTime::from_ns(next), go_on)
    }

    /// Goes on until the next part leaves the plant finished, at most to `until`.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn step_part(
        &mut self,
        until: SimTime,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Stop, SessionError> {
        let finished =
            |state: &State| state.tallies().iter().map(|tally| tally.finished).sum::<u64>();
        let mut before = finished(self.state());
        self.run_events(until, go_on, &mut |_, state| {
            let now = finished(state);
            // Counts begin anew at the end of the warm-up.
            let came = now > before;
            before = now;
            came
        })
    }

    /// Goes on until `condition` holds after an event and did not before it, at most to `until`. Asked after every event.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn run_until(
        &mut self,
        until: SimTime,
        go_on: &mut dyn FnMut() -> bool,
        condition: &mut dyn FnMut(&Model, &State) -> bool,
    ) -> Result<Stop, SessionError> {
        let mut held = condition(&self.run.model, &self.run.state);
        self.run_events(until, go_on, &mut |model, state| {
            let holds = condition(model, state);
            let begins = holds && !held;
            held = holds;
            begins
        })
    }

    fn run_events(
        &mut self,
        until: SimTime,
        go_on: &mut dyn FnMut() -> bool,
        met: &mut dyn FnMut(&Model, &State) -> bool,
    ) -> Result<Stop, SessionError> {
        loop {
            for _ in 0..EVENTS {
                self.issue_what_is_due()?;
                let next = self.next_issued().map(|issued| issued.moment.at);
                let limit = next.map_or(until, |next| next.min(until));
                if self.run.step(limit)? {
                    if met(&self.run.model, &self.run.state) {
                        self.book()?;
                        return Ok(Stop::Met);
                    }
                } else if next.is_none_or(|next| next > until) {
                    self.book()?;
                    return Ok(Stop::Arrived);
                }
            }
            self.book()?;
            if !go_on() {
                return Ok(Stop::Interrupted);
            }
        }
    }

    /// Gives the commands of the journal that were given at this very moment.
    fn issue_what_is_due(&mut self) -> Result<(), SessionError> {
        while let Some(next) = self.next_issued().map(|issued| issued.moment) {
            if next != self.moment() {
                break;
            }
            self.issue(next)?;
        }
        Ok(())
    }
}
