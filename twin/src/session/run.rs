//! The run of a session: the state, its fields and its warm-up, brought to any place exactly.
//!
//! However the way there is cut into pieces, single events included, the result is the same. For that, an instant is
//! *settled* as soon as its last event is handled: the tick of the fields that ends there is solved, and the warm-up that
//! ends there is over.

use std::sync::Arc;

use super::error::SessionError;
use super::journal::{Journal, Moment};
use super::keyframes::{Keyframe, Size};
use crate::climate::{Climate, Climates};
use crate::engine::{Log, Model, RunError, State, Warmup, advance, step};
use crate::field::Tier;
use crate::units::{SimDuration, SimTime};

/// How a session is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Seed of all random streams.
    pub seed: u64,
    /// Number of the replication.
    pub replication: u32,
    /// What is left out of the figures at the start.
    pub warmup: SimDuration,
    /// Who makes the fields of the hall; none: the plant feels none.
    pub climates: Climates,
    /// What keyframes may take, in bytes. Their size is counted, not estimated: they are kept as bytes.
    pub keyframe_bytes: usize,
}

impl Setup {
    /// What the plant file says, without fields, with 256 MiB for keyframes. A warm-up that would have to be found is left
    /// out.
    pub fn of(model: &Model) -> Self {
        let warmup = match model.run.warmup {
            Warmup::After(time) => time,
            Warmup::Found => SimDuration::ZERO,
        };
        Self {
            seed: model.run.seed,
            replication: 0,
            warmup,
            climates: Climates::default(),
            keyframe_bytes: 256 << 20,
        }
    }
}

const INSTANT: SimDuration = SimDuration::from_ns(1);

/// A state on its way.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) model: Arc<Model>,
    pub(super) state: State,
    pub(super) climate: Option<Climate>,
    climates: Climates,
    /// When the warm-up ends, if it still has to.
    warm: Option<SimTime>,
    /// Off, unless somebody wants rows of the past.
    pub(super) log: Log,
}

impl Run {
    /// The begin of the run of `journal`.
    pub(super) fn new(
        model: Arc<Model>,
        climates: Climates,
        journal: &Journal,
    ) -> Result<Self, SessionError> {
        let mut state = State::new(&model, journal.seed, journal.replication);
        let climate = begin_climate(&model, &climates, &mut state)?;
        Ok(Self { model, state, climate, climates, warm: journal.warm_until(), log: Log::off() })
    }

    pub(super) fn now(&self) -> SimTime {
        self.state.now()
    }

    pub(super) fn moment(&self) -> Moment {
        Moment { events: self.state.events(), at: self.state.now() }
    }

    /// Goes on up to and including `until`.
    pub(super) fn advance(&mut self, until: SimTime) -> Result<(), RunError> {
        if let Some(warm) = self.warm.filter(|warm| *warm <= until) {
            self.advance_plainly(warm)?;
            match &mut self.climate {
                Some(climate) => climate.reset_statistics(&self.model, &mut self.state),
                None => self.state.reset_statistics(&self.model),
            }
            self.warm = None;
        }
        self.advance_plainly(until)
    }

    fn advance_plainly(&mut self, until: SimTime) -> Result<(), RunError> {
        let (model, state, log) = (&*self.model, &mut self.state, &mut self.log);
        match &mut self.climate {
            Some(climate) => climate.advance(model, state, until, log),
            None => advance(model, state, until, log),
        }
    }

    /// Handles the next event at or before `until`. False: there is none; the present is `until` then.
    pub(super) fn step(&mut self, until: SimTime) -> Result<bool, RunError> {
        loop {
            let stop = self.landmark().map_or(until, |landmark| landmark.min(until));
            match self.state.next_event() {
                Some(next) if next <= stop => return self.handle(next).map(|()| true),
                _ => self.advance(stop)?,
            }
            if stop == until {
                return Ok(false);
            }
        }
    }

    fn handle(&mut self, at: SimTime) -> Result<(), RunError> {
        if !step(&self.model, &mut self.state, at, &mut self.log) {
            return Err(RunError::Stuck { at, what: "something".into() });
        }
        if self.state.next_event() == Some(at) { Ok(()) } else { self.advance(at) }
    }

    /// The next end of a tick of the fields, or of the warm-up.
    fn landmark(&self) -> Option<SimTime> {
        let tick = self.climate.as_ref().map(|climate| climate.solved_until() + climate.tick());
        [tick, self.warm].into_iter().flatten().min()
    }

    /// Goes on to `moment`, which lies ahead and was come to before.
    pub(super) fn reach(&mut self, moment: Moment) -> Result<(), RunError> {
        if moment.at > self.now() + INSTANT {
            self.advance(moment.at - INSTANT)?;
        }
        while self.state.events() < moment.events && self.step(moment.at)? {}
        // It may stand behind the last event, in the quiet.
        if self.now() < moment.at { self.advance(moment.at) } else { Ok(()) }
    }

    /// All of it, as a keyframe that has seen `issued` commands of the journal.
    pub(super) fn keyframe(&mut self, issued: usize) -> Result<Keyframe, SessionError> {
        let climate = self.climate.as_mut().map(Climate::save).transpose()?;
        let state = self.state.save(&self.model)?;
        Ok(Keyframe { moment: self.moment(), issued, warm: self.warm, state, climate })
    }

    /// Goes back to what `keyframe` holds.
    pub(super) fn restore(&mut self, keyframe: &Keyframe) -> Result<(), SessionError> {
        let state = State::restore(&self.model, &keyframe.state)?;
        if let Some((climate, bytes)) = self.climate.as_mut().zip(keyframe.climate.as_ref()) {
            climate.restore(bytes)?;
        }
        (self.state, self.warm) = (state, keyframe.warm);
        Ok(())
    }

    /// Another run of the same plant that stands where `keyframe` does.
    pub(super) fn another_at(&self, keyframe: &Keyframe) -> Result<Self, SessionError> {
        let mut begin = State::new(&self.model, self.state.seed(), self.state.replication());
        let mut run = Self {
            model: self.model.clone(),
            climate: begin_climate(&self.model, &self.climates, &mut begin)?,
            state: begin,
            climates: self.climates.clone(),
            warm: None,
            log: Log::off(),
        };
        run.restore(keyframe)?;
        Ok(run)
    }

    /// Who made the fields.
    pub(super) fn climates(&self) -> &Climates {
        &self.climates
    }

    /// What it took to come here from the begin, in events. A tick of the fields counts by what they keep: one for every
    /// eight bytes of a network, eight for every byte of cells, over which a solver goes many times.
    pub(super) fn work(&self, size: Size) -> u64 {
        let Some(climate) = &self.climate else { return self.state.events() };
        let ticks = (climate.solved_until().ns() / climate.tick().ns().max(1)) as u64;
        let bytes = size.climate as u64;
        let tick = if climate.tier() == Tier::Network { bytes / 8 } else { bytes * 8 };
        self.state.events() + ticks * tick
    }
}

/// The climate of a run at its begin, with its instruments; `None` without fields.
fn begin_climate(
    model: &Model,
    climates: &Climates,
    state: &mut State,
) -> Result<Option<Climate>, SessionError> {
    let mut climate = climates.make(model.hall.as_ref())?;
    if let Some(climate) = &mut climate {
        let (seed, replication) = (state.seed(), state.replication());
        climate.watch(model, state, seed, replication, false)?;
    }
    Ok(climate)
}
