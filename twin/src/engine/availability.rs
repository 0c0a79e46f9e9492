//! Failures, maintenance, shifts and commands: everything that makes an equipment stand still, whatever its kind.
//!
//! Each cause runs its own cycle: armed, then (if it has to wait for the work in hand) due, then standing still, waiting
//! for its crew if it needs one, for as long as it takes, then armed again. An equipment stands still while any cause
//! says so. Clocks of working time run only while at least one place works (ODF, operation-dependent failures); clocks of
//! the calendar always run (TDF, time-dependent failures), from the end of one repair to the next failure.
//!
//! Where a kind says so, each of its places stands still by itself: every cause is then there once for each place. What is
//! said below of an equipment holds of such a place; a [`Unit`] is either.
//!
//! A cause that may wait is put off while its crew is at work elsewhere: the equipment works on, and whenever the crew becomes
//! free the cause is due again, until it may wait no longer.

use serde::{Deserialize, Serialize};

use super::clock::Activity;
use super::contract::Signal;
use super::crew::Caller;
use super::model::{Interrupt, Model, Trigger};
use super::state::{Core, Event, Soon, State, order};
use crate::id::EquipmentId;
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};

/// Where a cause is in its cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    #[default]
    Armed,
    Due,
    /// Waits for its crew while the equipment works on.
    PutOff,
    Standing,
}

/// The state of one cause.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct CauseState {
    phase: Phase,
    /// Working time (ns) or cycles left until it comes.
    left: i64,
    /// Its event on the calendar: its coming, the end of its patience, or its end.
    key: EventKey,
    /// Until when it may be put off.
    patient_until: SimTime,
    /// Call number of its crew while it stands.
    crew: Option<u32>,
}

/// Whether and why an equipment stands still.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Standstill {
    /// Causes that hold it now.
    pub stops: u16,
    /// Causes that wait for the work in hand.
    pub due: u16,
    /// What it is shown as while it stands.
    pub shown: Activity,
    /// Places at work.
    working: u16,
    /// Since when at least one place has worked.
    since: SimTime,
    /// Whether a command has switched it off.
    commanded: bool,
    /// Speed factor, 1 unless a command says otherwise.
    pub pace: f64,
}

/// What stands still as a whole: an equipment, or one of its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(super) equipment: EquipmentId,
    pub(super) place: Option<u16>,
}

impl Unit {
    /// Its row in the table of standstills: equipment first, then places.
    #[inline]
    fn index(self, model: &Model) -> usize {
        match self.place {
            None => self.equipment.index(),
            Some(place) => {
                let places = &model.row(self.equipment).places;
                model.equipment.len() + places.start as usize + usize::from(place)
            }
        }
    }

    /// Its reasons to stand still.
    #[inline]
    fn causes(self, model: &Model) -> std::ops::Range<u32> {
        let row = model.row(self.equipment);
        match self.place {
            None => row.causes.clone(),
            Some(place) => {
                let each = row.causes.len() as u32 / row.places.len() as u32;
                let first = row.causes.start + u32::from(place) * each;
                first..first + each
            }
        }
    }

    /// The units of `equipment`: itself, or its places.
    pub(super) fn all(model: &Model, equipment: EquipmentId) -> impl Iterator<Item = Self> {
        let row = model.row(equipment);
        let places = if row.by_place { row.places.len() as u16 } else { 0 };
        let whole = (!row.by_place).then_some(None);
        let all = whole.into_iter().chain((0..places).map(Some));
        all.map(move |place| Self { equipment, place })
    }

    fn of(cause: &super::model::Cause) -> Self {
        Self { equipment: cause.equipment, place: cause.place }
    }
}

/// The availability of all equipment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Availability {
    causes: Vec<CauseState>,
    /// Causes that have been put off, in the order in which that happened.
    put_off: Vec<u32>,
    /// Equipment, then, if any kind stands still by place, all places.
    units: Vec<Standstill>,
    /// Whether each shift calendar is in working hours.
    on: Vec<bool>,
}

impl Standstill {
    /// Whether it stands still or is about to, as soon as the work in hand is done.
    #[inline]
    pub fn is_stopping(&self) -> bool {
        self.stops > 0 || self.due > 0
    }

    /// Whether a command has switched it off.
    pub fn is_commanded(&self) -> bool {
        self.commanded
    }
}

impl Availability {
    pub(super) fn new(model: &Model) -> Self {
        let fresh = Standstill {
            stops: 0,
            due: 0,
            shown: Activity::OffShift,
            working: 0,
            since: SimTime::ZERO,
            commanded: false,
            pace: 1.0,
        };
        let by_place = model.equipment.iter().any(|row| row.by_place);
        let places = if by_place { model.n_places } else { 0 };
        Self {
            causes: vec![CauseState::default(); model.causes.len()],
            put_off: Vec::new(),
            units: vec![fresh; model.equipment.len() + places],
            on: vec![true; model.calendars.len()],
        }
    }

    #[inline]
    pub(super) fn of(&self, equipment: EquipmentId) -> &Standstill {
        &self.units[equipment.index()]
    }

    #[inline]
    pub(super) fn of_unit(&self, model: &Model, unit: Unit) -> &Standstill {
        &self.units[unit.index(model)]
    }

    /// Whether cause `c` holds its equipment.
    pub(super) fn stands(&self, c: u32) -> bool {
        self.causes[c as usize].phase == Phase::Standing
    }

    /// The call for the crew of cause `c`, while it stands.
    pub(super) fn crew_of(&self, c: u32) -> Option<u32> {
        self.causes[c as usize].crew
    }

    /// Whether anything waits for its crew while its equipment works on.
    pub(super) fn has_put_off(&self) -> bool {
        !self.put_off.is_empty()
    }

    pub(super) fn set_pace(&mut self, equipment: EquipmentId, pace: f64) {
        self.units[equipment.index()].pace = pace;
    }
}

impl Core {
    /// The first place of `unit` begins to work, `at_most` for so long.
    pub(super) fn wear_begins(&mut self, model: &Model, unit: Unit, at_most: SimDuration) {
        let standstill = &mut self.availability.units[unit.index(model)];
        standstill.working += 1;
        if standstill.working > 1 {
            return;
        }
        standstill.since = self.now;
        for c in unit.causes(model) {
            let cause = self.availability.causes[c as usize];
            let counts = matches!(model.causes[c as usize].trigger, Trigger::Operating(_));
            if counts && cause.phase == Phase::Armed && cause.left < at_most.ns() {
                let after = SimDuration::from_ns(cause.left);
                let key = self.schedule(after, order::STOP, Event::CauseComes(c));
                self.availability.causes[c as usize].key = key;
            }
        }
    }

    /// The last place of `unit` ceases to work.
    pub(super) fn wear_ends(&mut self, model: &Model, unit: Unit) {
        let standstill = &mut self.availability.units[unit.index(model)];
        standstill.working -= 1;
        if standstill.working > 0 {
            return;
        }
        let worked = (self.now - standstill.since).ns();
        for c in unit.causes(model) {
            let cause = &mut self.availability.causes[c as usize];
            if matches!(model.causes[c as usize].trigger, Trigger::Operating(_))
                && cause.phase == Phase::Armed
            {
                cause.left = (cause.left - worked).max(0);
                self.calendar.cancel(&mut cause.key);
            }
        }
    }

    /// A cycle on so many `pieces` begins at `unit`. False: a cause that counts them comes first.
    pub(super) fn count_cycle(&mut self, model: &Model, unit: Unit, pieces: u32) -> bool {
        let mut may_begin = true;
        for c in unit.causes(model) {
            let cause = &mut self.availability.causes[c as usize];
            let counts = counted(&model.causes[c as usize].trigger, pieces).is_some();
            if !counts || cause.phase != Phase::Armed || cause.left > 0 {
                continue;
            }
            cause.phase = Phase::Due;
            self.availability.units[unit.index(model)].due += 1;
            self.soon.push(Soon::Rest(unit));
            may_begin = false;
        }
        if may_begin {
            for c in unit.causes(model) {
                if let Some(n) = counted(&model.causes[c as usize].trigger, pieces) {
                    self.availability.causes[c as usize].left -= n;
                }
            }
        }
        may_begin
    }

    /// Sets the clock of cause `c` to run until its next coming. At the start of the run `first` is true.
    fn arm(&mut self, model: &Model, c: u32, first: bool) {
        let info = &model.causes[c as usize];
        self.calendar.cancel(&mut self.availability.causes[c as usize].key);
        self.availability.causes[c as usize].phase = Phase::Armed;
        match &info.trigger {
            Trigger::Calendar(every, first_after) => {
                let after = match first_after {
                    Some(after) if first => *after,
                    _ => every.sampler.sample(self.streams.get(every.stream)),
                };
                let key = self.schedule(after, order::STOP, Event::CauseComes(c));
                self.availability.causes[c as usize].key = key;
            }
            Trigger::Every(period, offset) => {
                let elapsed = (self.now.ns() - offset.ns()).max(-1);
                let round =
                    if first && elapsed <= 0 { 0 } else { elapsed.div_euclid(period.ns()) + 1 };
                let at = SimTime::from_ns(offset.ns().saturating_add(round.max(0) * period.ns()));
                let key = self.schedule(at - self.now, order::STOP, Event::CauseComes(c));
                self.availability.causes[c as usize].key = key;
            }
            Trigger::Operating(every) => {
                let left = every.sampler.sample(self.streams.get(every.stream)).ns();
                self.set_left(model, c, left);
            }
            Trigger::Pieces(every, first_after) => {
                let left = match first_after {
                    Some(after) if first => *after,
                    _ => every.sampler.sample(self.streams.get(every.stream)),
                };
                self.availability.causes[c as usize].left = (left.round() as i64).max(0);
            }
            Trigger::Cycles(every) => {
                let left = every.sampler.sample(self.streams.get(every.stream)).round() as i64;
                self.availability.causes[c as usize].left = left.max(0);
            }
            Trigger::Shift(_) | Trigger::Call => {}
        }
    }

    /// Somebody calls for the maintenance of `equipment` that waits for a call. False: it has none.
    pub(super) fn call_maintenance(&mut self, model: &Model, equipment: EquipmentId) -> bool {
        let mut any = false;
        for c in model.row(equipment).causes.clone() {
            if !matches!(model.causes[c as usize].trigger, Trigger::Call) {
                continue;
            }
            any = true;
            let cause = self.availability.causes[c as usize];
            if cause.phase == Phase::Armed && cause.key.is_none() {
                let key = self.schedule(SimDuration::ZERO, order::STOP, Event::CauseComes(c));
                self.availability.causes[c as usize].key = key;
            }
        }
        any
    }

    /// Gives a clock of working time a new length, also while the equipment works.
    fn set_left(&mut self, model: &Model, c: u32, left: i64) {
        let unit = Unit::of(&model.causes[c as usize]);
        let standstill = self.availability.units[unit.index(model)];
        let mut cause = self.availability.causes[c as usize];
        if standstill.working > 0 {
            // What has been worked since `since` is taken off when the place ceases to work.
            cause.left = left + (self.now - standstill.since).ns();
            cause.key =
                self.schedule(SimDuration::from_ns(left), order::STOP, Event::CauseComes(c));
        } else {
            cause.left = left;
        }
        self.availability.causes[c as usize] = cause;
    }
}

impl State {
    /// Arms every cause and brings every shift calendar to where it stands at time zero.
    pub(super) fn start_availability(&mut self, model: &Model) {
        for c in 0..model.causes.len() as u32 {
            self.core.arm(model, c, true);
        }
        for calendar in 0..model.calendars.len() {
            self.core.availability.on[calendar] = model.calendars[calendar].changes[0].1;
            self.core.schedule_shift(model, calendar);
        }
        for calendar in 0..model.calendars.len() {
            self.apply_shift(model, calendar);
        }
    }

    /// The event of cause `c` has come: it itself, or the end of its patience.
    pub(super) fn cause_comes(&mut self, model: &Model, c: u32) {
        let info = &model.causes[c as usize];
        let now = self.core.now;
        let cause = &mut self.core.availability.causes[c as usize];
        cause.key = EventKey::NONE;
        if cause.phase == Phase::Due {
            return;
        }
        if cause.phase == Phase::PutOff {
            self.core.availability.put_off.retain(|other| *other != c);
        } else {
            cause.patient_until = now + info.may_wait;
            if info.may_wait > SimDuration::ZERO {
                let key = self.core.schedule(info.may_wait, order::STOP, Event::CauseComes(c));
                self.core.availability.causes[c as usize].key = key;
            }
        }
        if self.core.has_to_wait(model, c) {
            self.core.put_off(c);
        } else if info.interrupt == Interrupt::Finish && self.is_busy(model, Unit::of(info)) {
            self.core.fall_due(model, c);
        } else {
            self.stop(model, c);
        }
    }

    /// The equipment has no work in hand: whatever waited for that, or needs not wait, stops it now.
    pub(super) fn at_rest(&mut self, model: &Model, unit: Unit) {
        if self.core.availability.of_unit(model, unit).due == 0 {
            return;
        }
        let busy = self.is_busy(model, unit);
        for c in unit.causes(model) {
            let info = &model.causes[c as usize];
            let due = self.core.availability.causes[c as usize].phase == Phase::Due;
            if due && (!busy || info.interrupt != Interrupt::Finish) {
                self.core.availability.units[unit.index(model)].due -= 1;
                if self.core.has_to_wait(model, c) {
                    self.core.put_off(c);
                    if !self.core.availability.of_unit(model, unit).is_stopping() {
                        self.core.tell(unit, Tell::Go);
                    }
                } else {
                    self.stop(model, c);
                }
            }
        }
    }

    fn is_busy(&self, model: &Model, unit: Unit) -> bool {
        let row = model.row(unit.equipment);
        let kind = row.kind as usize;
        model.kinds[kind].is_busy(row.row, &*self.tables[kind], unit.place)
    }

    /// Cause `c` holds its equipment from now on.
    fn stop(&mut self, model: &Model, c: u32) {
        let info = &model.causes[c as usize];
        let unit = Unit::of(info);
        let cause = &mut self.core.availability.causes[c as usize];
        cause.phase = Phase::Standing;
        self.core.calendar.cancel(&mut cause.key);
        self.core.availability.units[unit.index(model)].stops += 1;
        self.core.show(model, unit);
        self.core.tell(unit, Tell::Stop(info.interrupt));
        if self.core.availability.of_unit(model, unit).due > 0 {
            // With the work in hand lost, what has waited for its end need not wait any more.
            self.core.soon.push(Soon::Rest(unit));
        }
        if matches!(info.trigger, Trigger::Shift(_)) {
            return;
        }
        if let Some(need) = info.crew {
            let call = self.core.call_crew(model, need, unit.equipment, Caller::Cause(c));
            self.core.availability.causes[c as usize].crew = Some(call);
        } else {
            self.core.begin_repair(model, c);
        }
    }

    /// Cause `c` is over.
    pub(super) fn cause_ends(&mut self, model: &Model, c: u32) {
        let info = &model.causes[c as usize];
        let unit = Unit::of(info);
        let cause = &mut self.core.availability.causes[c as usize];
        cause.key = EventKey::NONE;
        if let Some(call) = cause.crew.take() {
            self.core.dismiss_crew(call);
        }
        self.core.arm(model, c, false);
        if info.renews || info.activity == Activity::Maintained {
            self.core.change_tool(model, unit.equipment);
        }
        if info.renews {
            for other in unit.causes(model).filter(|other| *other != c) {
                if self.core.availability.causes[other as usize].phase == Phase::Armed {
                    self.core.arm(model, other, false);
                }
            }
        }
        self.release(model, unit);
    }

    /// One stop less.
    fn release(&mut self, model: &Model, unit: Unit) {
        let standstill = &mut self.core.availability.units[unit.index(model)];
        standstill.stops -= 1;
        let tell = if standstill.stops == 0 { Tell::Go } else { Tell::StopChanged };
        self.core.show(model, unit);
        self.core.tell(unit, tell);
    }

    /// A shift calendar changes over.
    pub(super) fn shift_change(&mut self, model: &Model, calendar: usize) {
        let on = model.calendars[calendar].is_on(self.core.now);
        self.core.schedule_shift(model, calendar);
        if std::mem::replace(&mut self.core.availability.on[calendar], on) != on {
            self.apply_shift(model, calendar);
        }
    }

    fn apply_shift(&mut self, model: &Model, calendar: usize) {
        let on = self.core.availability.on[calendar];
        for (c, cause) in model.causes.iter().enumerate() {
            let mine = matches!(cause.trigger, Trigger::Shift(other) if other.index() == calendar);
            if mine {
                self.switch(model, c as u32, on);
            }
        }
        self.core.pools_shift(model, calendar, on);
    }

    /// A command switches `equipment` on or off. Work in hand stands still meanwhile.
    pub(super) fn switch_by_command(&mut self, model: &Model, equipment: EquipmentId, on: bool) {
        for unit in Unit::all(model, equipment) {
            let standstill = &mut self.core.availability.units[unit.index(model)];
            if standstill.commanded == on {
                standstill.commanded = !on;
                self.switch_unit(model, unit, on);
            }
        }
    }

    /// The thermal switch of `equipment` has changed over. Work in hand stands still meanwhile.
    pub(super) fn switch_by_heat(&mut self, model: &Model, equipment: EquipmentId, on: bool) {
        Unit::all(model, equipment).for_each(|unit| self.switch_unit(model, unit, on));
    }

    fn switch_unit(&mut self, model: &Model, unit: Unit, on: bool) {
        if on {
            self.release(model, unit);
        } else {
            self.core.availability.units[unit.index(model)].stops += 1;
            self.core.show(model, unit);
            self.core.tell(unit, Tell::Stop(Interrupt::Resume));
        }
    }

    /// Switches the shift cause `c`, so that the equipment may run (`on`) or not.
    fn switch(&mut self, model: &Model, c: u32, on: bool) {
        let phase = self.core.availability.causes[c as usize].phase;
        let unit = Unit::of(&model.causes[c as usize]);
        match (phase, on) {
            (Phase::Armed, false) => self.cause_comes(model, c),
            (Phase::Due, true) => {
                self.core.availability.causes[c as usize].phase = Phase::Armed;
                self.core.availability.units[unit.index(model)].due -= 1;
                if !self.core.availability.of_unit(model, unit).is_stopping() {
                    // Places that were idle have begun nothing new meanwhile.
                    self.core.tell(unit, Tell::Go);
                }
            }
            (Phase::Standing, true) => {
                self.core.availability.causes[c as usize].phase = Phase::Armed;
                self.release(model, unit);
            }
            _ => {}
        }
    }
}

/// What a unit is told.
#[derive(Clone, Copy, Debug)]
enum Tell {
    Stop(Interrupt),
    StopChanged,
    Go,
}

/// By how much a cycle on so many pieces brings a cause nearer, if it counts cycles or pieces.
fn counted(trigger: &Trigger, pieces: u32) -> Option<i64> {
    match trigger {
        Trigger::Cycles(_) => Some(1),
        Trigger::Pieces(..) => Some(i64::from(pieces)),
        _ => None,
    }
}

impl Core {
    fn tell(&mut self, unit: Unit, what: Tell) {
        let signal = match (unit.place, what) {
            (None, Tell::Stop(how)) => Signal::Stop(how),
            (None, Tell::StopChanged) => Signal::StopChanged,
            (None, Tell::Go) => Signal::Go,
            (Some(place), Tell::Stop(how)) => Signal::PlaceStop(place, how),
            (Some(place), Tell::StopChanged) => Signal::PlaceStopChanged(place),
            (Some(place), Tell::Go) => Signal::PlaceGo(place),
        };
        self.soon.push(Soon::Signal(unit.equipment, signal));
    }

    /// Cause `c` stops its equipment as soon as the work in hand is done.
    fn fall_due(&mut self, model: &Model, c: u32) {
        self.availability.causes[c as usize].phase = Phase::Due;
        let unit = Unit::of(&model.causes[c as usize]);
        self.availability.units[unit.index(model)].due += 1;
    }

    fn put_off(&mut self, c: u32) {
        self.availability.causes[c as usize].phase = Phase::PutOff;
        self.availability.put_off.push(c);
    }

    /// Whether cause `c` is better put off: its crew is at work elsewhere, and it may still wait.
    fn has_to_wait(&self, model: &Model, c: u32) -> bool {
        let info = &model.causes[c as usize];
        let patient = self.now < self.availability.causes[c as usize].patient_until;
        patient && info.crew.is_some_and(|need| !self.has_crew(model, need, info.equipment))
    }

    /// Workers have become free: what has been put off for want of them is due.
    pub(super) fn call_up(&mut self, model: &Model) {
        for c in std::mem::take(&mut self.availability.put_off) {
            if self.has_to_wait(model, c) {
                self.availability.put_off.push(c);
            } else {
                self.fall_due(model, c);
                let unit = Unit::of(&model.causes[c as usize]);
                self.soon.push(Soon::Rest(unit));
            }
        }
    }

    /// The crew is there, or none is needed: the cause lasts from now as long as it takes.
    pub(super) fn begin_repair(&mut self, model: &Model, c: u32) {
        let takes = &model.causes[c as usize].takes;
        let lasts = takes.sampler.sample(self.streams.get(takes.stream));
        let key = self.schedule(lasts, order::STOP, Event::CauseEnds(c));
        self.availability.causes[c as usize].key = key;
    }

    /// What a standing equipment is shown as: a failure, which being too hot is too, before maintenance before the end of the
    /// shift.
    fn show(&mut self, model: &Model, unit: Unit) {
        let heated = model.row(unit.equipment).heated;
        let tripped = heated.is_some_and(|row| self.warmth.is_tripped(row));
        let shown = unit
            .causes(model)
            .filter(|c| self.availability.causes[*c as usize].phase == Phase::Standing)
            .map(|c| model.causes[c as usize].activity)
            .chain(tripped.then_some(Activity::Failed))
            .min();
        self.availability.units[unit.index(model)].shown = shown.unwrap_or(Activity::OffShift);
    }

    fn schedule_shift(&mut self, model: &Model, calendar: usize) {
        if let Some(at) = model.calendars[calendar].next_change(self.now) {
            self.calendar.schedule(at, order::STOP, Event::ShiftChange(calendar as u32));
        }
    }
}

impl super::model::ShiftCalendar {
    /// Whether `at` is in working hours.
    pub fn is_on(&self, at: SimTime) -> bool {
        let offset = at.ns().rem_euclid(self.period.ns());
        let past = self.changes.partition_point(|(start, _)| start.ns() <= offset);
        self.changes[past.max(1) - 1].1
    }

    /// The next change after `at`; `None` if there is only one state.
    pub fn next_change(&self, at: SimTime) -> Option<SimTime> {
        if self.changes.len() < 2 {
            return None;
        }
        let period = self.period.ns();
        let (round, offset) = (at.ns().div_euclid(period), at.ns().rem_euclid(period));
        let next = self.changes.iter().map(|(start, _)| start.ns()).find(|start| *start > offset);
        let ns = next.map_or((round + 1) * period, |start| round * period + start);
        Some(SimTime::from_ns(ns))
    }
}
