//! Signals: digital inputs and outputs by name, which motion programs set and wait for.
//!
//! Who waits ([`Ctx::wait_for`]) is called by a timer as soon as the signal is as it should be, behind all flows of that instant, and
//! asks then whether it still is ([`Ctx::waited`]): a level that is there for no time is not seen. What the plant knows by itself is
//! looked at after each event; a sensor switches at its own nanosecond.
//!
//! Those that wait without a limit for what only others set that wait likewise will wait for ever. When a wait closes such a circle it is
//! told as a [`Notice`](super::Notice).

use serde::{Deserialize, Serialize};

use super::beams::BeamState;
use super::clock::Activity;
use super::context::Ctx;
use super::log::Log;
use super::model::Model;
use super::state::{Core, Event, State, order};
use crate::id::{EquipmentId, SignalId};
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};

/// A signal of a plant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalRow {
    /// Its name.
    pub name: String,
    /// What sets it.
    pub source: SignalSource,
    /// Whose programs set it, and to what; sorted.
    pub setters: Vec<(EquipmentId, bool)>,
}

/// What sets a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalSource {
    /// Programs; at the start it is so.
    Programs(bool),
    /// Whether any part is there.
    Occupied(EquipmentId),
    /// Whether that works.
    Working(EquipmentId),
    /// Whether a part waits there to be taken on.
    Waiting(EquipmentId),
    /// A sensor: row of [`Model::eyes`].
    Sensor(u32),
}

impl SignalSource {
    /// Whether it follows from the state, so that somebody has to look.
    pub(crate) fn is_observed(self) -> bool {
        matches!(self, Self::Occupied(_) | Self::Working(_) | Self::Waiting(_))
    }
}

impl SignalRow {
    /// Whose programs set it to `value`.
    pub fn set_by(&self, value: bool) -> impl Iterator<Item = EquipmentId> + '_ {
        self.setters.iter().filter(move |(_, to)| *to == value).map(|(who, _)| *who)
    }
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The signal.
    pub signal: SignalId,
    /// What it should be.
    pub is: bool,
    /// The longest wait; none: for ever.
    pub timeout: Option<SimDuration>,
}

/// How a wait has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// The signal is as it should be.
    Came,
    /// It has taken too long.
    TimedOut,
}

/// A place of an equipment that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalWait {
    /// Whose program.
    pub equipment: EquipmentId,
    /// On which of its places.
    pub place: u16,
    /// For what.
    pub signal: SignalId,
    /// What that should be.
    pub is: bool,
    /// Since when.
    pub since: SimTime,
    /// When it goes on all the same; [`SimTime::NEVER`] if it does not.
    pub until: SimTime,
    tag: u8,
    key: EventKey,
}

/// What a signal is, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalLevel {
    /// Whether it is on.
    pub on: bool,
    /// Since when.
    pub since: SimTime,
}

/// An edge of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalEdge {
    /// When.
    pub at: SimTime,
    /// Which.
    pub signal: SignalId,
    /// What it is from then on.
    pub on: bool,
}

/// The signals of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Signals {
    levels: Vec<SignalLevel>,
    waits: Vec<SignalWait>,
    /// By row of [`Model::beams`].
    pub(super) beams: Vec<BeamState>,
}

impl Signals {
    pub(crate) fn new(model: &Model) -> Self {
        let level = |row: &SignalRow| SignalLevel {
            on: row.source == SignalSource::Programs(true),
            since: SimTime::ZERO,
        };
        Self {
            levels: model.signals.iter().map(level).collect(),
            waits: Vec::new(),
            beams: BeamState::all(model),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// Whether they are those of `model`.
    pub(crate) fn fits(&self, model: &Model) -> bool {
        self.levels.len() == model.signals.len() && self.beams.len() == model.beams.len()
    }

    /// Whether all places of `who` wait.
    fn all_wait(&self, model: &Model, who: EquipmentId, stuck: &[bool]) -> bool {
        let waits = self.waits.iter().zip(stuck);
        let own = waits.filter(|(wait, stuck)| **stuck && wait.equipment == who).count();
        own >= model.row(who).places.len()
    }

    /// Which waits will never end unless somebody steps in.
    fn stuck(&self, model: &Model) -> Vec<bool> {
        let by_programs = |signal: SignalId| {
            matches!(model.signals[signal.index()].source, SignalSource::Programs(_))
        };
        let endless = |wait: &SignalWait| wait.until == SimTime::NEVER && by_programs(wait.signal);
        let mut stuck: Vec<bool> = self.waits.iter().map(endless).collect();
        loop {
            let frees = |(n, wait): &(usize, &SignalWait)| {
                let mut setters = model.signals[wait.signal.index()].set_by(wait.is);
                stuck[*n] && setters.any(|who| !self.all_wait(model, who, &stuck))
            };
            let Some((freed, _)) = self.waits.iter().enumerate().find(frees) else { return stuck };
            stuck[freed] = false;
        }
    }

    /// The circle of waits that the one of `who` is part of, itself first.
    fn circle(&self, model: &Model, who: EquipmentId) -> Option<Vec<&SignalWait>> {
        let stuck = self.stuck(model);
        let waits = |who: EquipmentId| {
            let own = self.waits.iter().zip(&stuck);
            own.filter(move |(wait, stuck)| **stuck && wait.equipment == who).map(|(wait, _)| wait)
        };
        let mut ways: Vec<Vec<&SignalWait>> = waits(who).map(|wait| vec![wait]).collect();
        let mut been = vec![who];
        // Shortest first.
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let last = way[way.len() - 1];
                for setter in model.signals[last.signal.index()].set_by(last.is) {
                    if setter == who {
                        return Some(way);
                    }
                    if !been.contains(&setter) {
                        been.push(setter);
                        longer.extend(waits(setter).map(|wait| [way.as_slice(), &[wait]].concat()));
                    }
                }
            }
            ways = longer;
        }
        None
    }
}

impl Core {
    /// Whether `signal` is on.
    pub fn signal(&self, signal: SignalId) -> bool {
        self.signals.levels[signal.index()].on
    }

    /// Sets `signal`, and calls who waits for that.
    pub(crate) fn set_signal(&mut self, log: &mut Log, signal: SignalId, on: bool) {
        let level = &mut self.signals.levels[signal.index()];
        if level.on == on {
            return;
        }
        *level = SignalLevel { on, since: self.now };
        log.signal(SignalEdge { at: self.now, signal, on });
        for wait in &self.signals.waits {
            if wait.signal == signal && wait.is == on {
                let SignalWait { equipment, tag, place: arg, .. } = *wait;
                let event = Event::Timer { equipment, tag, arg };
                self.calendar.schedule(self.now, order::SIGNAL, event);
            }
        }
    }
}

impl Ctx<'_> {
    /// Sets a signal.
    pub fn set_signal(&mut self, signal: SignalId, on: bool) {
        self.core.set_signal(self.log, signal, on);
    }

    /// `place` waits. Calls [`on_timer`](super::Equipment::on_timer) with `tag` and `place` when [`waited`](Self::waited) may
    /// know more. False: it is so already, and nothing is waited for.
    pub fn wait_for(&mut self, awaited: Awaited, tag: u8, place: u16) -> bool {
        let Awaited { signal, is, timeout } = awaited;
        if self.core.signal(signal) == is {
            return false;
        }
        let (equipment, since) = (self.me, self.core.now);
        let (until, key) = match timeout {
            None => (SimTime::NEVER, EventKey::NONE),
            Some(time) => {
                let event = Event::Timer { equipment, tag, arg: place };
                (since + time, self.core.schedule(time, order::SIGNAL, event))
            }
        };
        let wait = SignalWait { equipment, place, signal, is, since, until, tag, key };
        self.core.signals.waits.push(wait);
        if let Some(circle) = self.core.signals.circle(self.model, self.me) {
            let text = told(self.model, &circle);
            self.report(text);
        }
        true
    }

    /// Whether the wait of `place` is over; then it is forgotten.
    pub fn waited(&mut self, place: u16) -> Option<Waited> {
        let at = self.own_wait(place)?;
        let wait = &self.core.signals.waits[at];
        let how = if self.core.signal(wait.signal) == wait.is {
            Waited::Came
        } else if wait.until <= self.core.now {
            Waited::TimedOut
        } else {
            return None;
        };
        self.stop_waiting(place);
        Some(how)
    }

    /// `place` waits no more. The time that was left of its longest wait, if it waited and had one.
    pub fn stop_waiting(&mut self, place: u16) -> Option<SimDuration> {
        let at = self.own_wait(place)?;
        let mut wait = self.core.signals.waits.remove(at);
        self.core.calendar.cancel(&mut wait.key);
        (wait.until < SimTime::NEVER).then(|| wait.until - self.core.now)
    }

    fn own_wait(&self, place: u16) -> Option<usize> {
        let own = |wait: &SignalWait| wait.equipment == self.me && wait.place == place;
        self.core.signals.waits.iter().position(own)
    }
}

impl State {
    /// What `signal` is.
    pub fn level(&self, signal: SignalId) -> SignalLevel {
        self.core.signals.levels[signal.index()]
    }

    /// Who waits for a signal, longest first.
    pub fn signal_waits(&self) -> &[SignalWait] {
        &self.core.signals.waits
    }

    /// The circle of waits that `who` is in, as a sentence; none if it is in none.
    pub fn signal_circle(&self, model: &Model, who: EquipmentId) -> Option<String> {
        Some(told(model, &self.core.signals.circle(model, who)?))
    }

    /// Looks at what the plant knows by itself.
    pub(crate) fn observe(&mut self, model: &Model, log: &mut Log) {
        for signal in &model.observed {
            let on = match model.signals[signal.index()].source {
                SignalSource::Occupied(at) => self.core.content(at) > 0,
                SignalSource::Working(at) => {
                    let clocks = self.clocks(model, at);
                    clocks.iter().any(|clock| clock.activity() == Activity::Working)
                }
                SignalSource::Waiting(at) => self.has_for_others(model, at),
                SignalSource::Programs(_) | SignalSource::Sensor(_) => continue,
            };
            self.core.set_signal(log, *signal, on);
        }
    }
}

/// A circle of waits in a sentence.
fn told(model: &Model, circle: &[&SignalWait]) -> String {
    let name = |id: EquipmentId| format!("`{}`", model.row(id).name);
    let each = circle.iter().enumerate().map(|(n, wait)| {
        let who = if n == 0 { name(wait.equipment) } else { "which".to_owned() };
        let next = name(circle[(n + 1) % circle.len()].equipment);
        let not = if wait.is { "" } else { "not " };
        let signal = &model.signals[wait.signal.index()].name;
        format!("{who} waits for signal {not}`{signal}`, which only comes from {next}")
    });
    let links: Vec<String> = each.collect();
    format!("a deadlock: {}", links.join(", "))
}
