//! The past, looked at from the side: what a plot or a chart of states needs of it, without moving the present.

use super::error::SessionError;
use super::whole::Session;
use crate::engine::{Log, Model, State};
use crate::units::{SimDuration, SimTime};

impl Session {
    /// A second session over the same run that stands at `at`, or the keyframe after which the way there is long. Advanced or
    /// sought, it goes where this one went and will go; this one stays where it is.
    ///
    /// # Errors
    ///
    /// If the fields of the hall cannot be set up.
    pub fn past(&self, at: SimTime) -> Result<Self, SessionError> {
        let near = self.keyframes.last_where(|frame| frame.moment.at <= at);
        Ok(Self {
            run: self.run.another_at(&near)?,
            journal: self.journal.clone(),
            issued: near.issued,
            keyframes: self.keyframes.clone(),
            density: self.density.clone(),
            ..*self
        })
    }

    /// The rows of [`Log`] from `from` on up to and including `until`: parts and orders that left, and with `trace` every change
    /// of activity and all that happened to parts. `None` if `go_on` did not let it come to the end.
    ///
    /// # Errors
    ///
    /// If the way cannot be simulated.
    pub fn rows(
        &self,
        from: SimTime,
        until: SimTime,
        trace: bool,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Log>, SessionError> {
        // What happens at `from` itself belongs to the rows.
        let before = from - SimDuration::from_ns(1);
        let mut past = self.past(before)?;
        if !past.advance_within(before, go_on)? {
            return Ok(None);
        }
        past.run.log = Log::new(true, trace);
        let there = past.advance_within(until, go_on)?;
        Ok(there.then(|| std::mem::take(&mut past.run.log)))
    }

    /// What `probe` reads at `from` and every `every` after it, up to and including `until`. `None` if `go_on` did not let it
    /// come to the end.
    ///
    /// # Errors
    ///
    /// If the way cannot be simulated.
    pub fn sample<T>(
        &self,
        (from, until): (SimTime, SimTime),
        every: SimDuration,
        go_on: &mut dyn FnMut() -> bool,
        mut probe: impl FnMut(&Model, &State) -> T,
    ) -> Result<Option<Vec<T>>, SessionError> {
        let mut past = self.past(from)?;
        let mut samples = Vec::new();
        let mut next = from;
        while next <= until {
            if !past.advance_within(next, go_on)? {
                return Ok(None);
            }
            samples.push(probe(past.model(), past.state()));
            if every <= SimDuration::ZERO {
                break;
            }
            next += every;
        }
        Ok(Some(samples))
    }
}
