//! Instruments in the climate of a hall: they are read at its ticks, alarms listen, and equipment is switched by commands.
//!
//! The first tick is at the begin of the run. Whatever an alarm does takes effect one nanosecond after its tick, like what the
//! fields tell the equipment, so a replay of the log comes to the same state without any instrument.

use serde::{Deserialize, Serialize};

use crate::engine::{Action, Command, Instruments, Model, State};
use crate::field::{FieldSolver, Grid};
use crate::id::EquipmentId;
use crate::sensor::{self, AlarmState, Alarms, Bank, Flags, Score, SensorError};
use crate::units::{SimDuration, SimTime};

/// A reading, for the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// When.
    pub at: SimTime,
    /// Number of the instrument in its [`Bank`].
    pub sensor: u32,
    /// What was read.
    pub reading: f32,
    /// What was there.
    pub truth: f32,
    /// What was wrong.
    pub flags: Flags,
}

/// A change of an alarm, for the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmChange {
    /// When.
    pub at: SimTime,
    /// Row of [`Instruments::alarms`].
    pub alarm: u32,
    /// Number of the instrument.
    pub sensor: u32,
    /// Whether it was raised, or cleared.
    pub raised: bool,
}

/// How good an alarm was over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmFigures {
    /// Row of [`Instruments::alarms`].
    pub alarm: usize,
    /// Counts.
    pub score: Score,
    /// Mean and largest time from the begin of a case to its alarm (s); none without a detected case.
    pub delay_s: Option<[f64; 2]>,
    /// Tag of the instrument that saw the first detected case, and when.
    pub first: Option<(String, SimTime)>,
}

/// The instruments of a hall while it runs.
#[derive(Debug)]
pub(super) struct Watching {
    bank: Bank,
    alarms: Alarms,
    state: Watched,
    truth: Vec<f32>,
    tick: SimDuration,
    /// Whether readings and changes are kept.
    keeps: bool,
    readings: Vec<Reading>,
    changes: Vec<AlarmChange>,
}

/// What changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Watched {
    sensors: sensor::State,
    alarms: AlarmState,
    /// Whether any instrument has an alarm raised, by alarm.
    raised: Vec<bool>,
    /// Which alarms hold an equipment: alarm, whether switched off, equipment.
    held: Vec<(u32, bool, u32)>,
}

impl Watching {
    /// `instruments` on the fields of `solver`, which stand at the begin of a run.
    pub(super) fn new(
        instruments: &Instruments,
        grid: &Grid,
        tick: SimDuration,
        seed: u64,
        solver: &mut dyn FieldSolver,
    ) -> Result<Self, SensorError> {
        let bank = instruments.bank(grid, tick.seconds(), seed)?;
        let own: Vec<sensor::Alarm> =
            instruments.alarms.iter().map(|alarm| alarm.alarm.clone()).collect();
        let alarms = Alarms::of(&bank, &own);
        let mut truth = vec![0.0; bank.len()];
        bank.look_at(solver, &mut truth);
        if let Some(blind) = truth.iter().position(|value| !value.is_finite()) {
            let entry = bank.name(blind);
            let why = "cannot be measured in the fields that are solved";
            return Err(SensorError::Number { entry, what: "is", why });
        }
        let state = Watched {
            sensors: bank.start(&truth),
            alarms: alarms.start(),
            raised: vec![false; own.len()],
            held: Vec::new(),
        };
        let (readings, changes) = (Vec::new(), Vec::new());
        Ok(Self { bank, alarms, state, truth, tick, keeps: false, readings, changes })
    }

    /// Reads all instruments at the end of a tick, at `now`.
    pub(super) fn read(
        &mut self,
        model: &Model,
        state: &mut State,
        solver: &mut dyn FieldSolver,
        now: SimTime,
    ) {
        self.bank.look_at(solver, &mut self.truth);
        let tick = self.state.sensors.ticks;
        self.bank.step(&mut self.state.sensors, &self.truth);
        if self.keeps {
            self.keep(model, tick, now);
        }
        let Watched { sensors, alarms, .. } = &mut self.state;
        let changes = self.alarms.step(alarms, tick, &sensors.readings, &sensors.truth);
        if changes.is_empty() {
            return;
        }
        let changed = changes.iter().map(|change| AlarmChange {
            at: now,
            alarm: change.alarm as u32,
            sensor: change.sensor as u32,
            raised: change.raised,
        });
        if self.keeps {
            self.changes.extend(changed);
        }
        let mut touched: Vec<usize> = changes.iter().map(|change| change.alarm).collect();
        touched.dedup();
        for alarm in touched {
            let raised = self.alarms.is_raised(&self.state.alarms, alarm);
            if raised != self.state.raised[alarm] {
                self.state.raised[alarm] = raised;
                self.act(model, state, alarm, raised, now);
            }
        }
    }

    fn keep(&mut self, model: &Model, tick: u32, at: SimTime) {
        let sensors = &self.state.sensors;
        for (entry, row) in model.instruments.rows.iter().enumerate() {
            if !(row.record && self.bank.is_due(entry, tick)) {
                continue;
            }
            self.readings.extend(self.bank.of_entry(entry).map(|sensor| Reading {
                at,
                sensor: sensor as u32,
                reading: sensors.readings[sensor],
                truth: sensors.truth[sensor],
                flags: sensors.flags(sensor),
            }));
        }
    }

    /// An alarm switches equipment; what several hold is let go by the last.
    fn act(&mut self, model: &Model, state: &mut State, alarm: usize, raised: bool, now: SimTime) {
        let row = &model.instruments.alarms[alarm];
        let stops = row.stops.iter().map(|id| (*id, true));
        let targets: Vec<(EquipmentId, bool)> =
            stops.chain(row.starts.iter().map(|id| (*id, false))).collect();
        for (equipment, off) in targets {
            let own = (alarm as u32, off, equipment.0);
            if raised {
                self.state.held.push(own);
                self.switch(model, state, equipment, off, now);
            } else {
                self.state.held.retain(|held| *held != own);
                let other = self.state.held.iter().any(|held| (held.1, held.2) == (off, own.2));
                if !row.latches && !other {
                    self.switch(model, state, equipment, !off, now);
                }
            }
        }
    }

    fn switch(
        &self,
        model: &Model,
        state: &mut State,
        equipment: EquipmentId,
        off: bool,
        now: SimTime,
    ) {
        let name = model.row(equipment).name.clone();
        let action = if off { Action::Stop(name) } else { Action::Go(name) };
        let at = now + SimDuration::from_ns(1);
        let taken = state.command(model, Command { at, action });
        debug_assert!(taken.is_ok(), "the present is over, and the equipment is there: {taken:?}");
    }

    pub(super) fn keep_record(&mut self, keeps: bool) {
        self.keeps = keeps;
    }

    pub(super) fn take_record(&mut self) -> (Vec<Reading>, Vec<AlarmChange>) {
        (std::mem::take(&mut self.readings), std::mem::take(&mut self.changes))
    }

    pub(super) fn reset(&mut self) {
        self.alarms.reset(&mut self.state.alarms);
    }

    pub(super) fn figures(&self) -> Vec<AlarmFigures> {
        let figures = |alarm| {
            let score = self.alarms.score(&self.state.alarms, alarm);
            let first = score.first.map(|(tick, sensor)| {
                let at = SimTime::from_ns(self.tick.ns() * i64::from(tick));
                (self.bank.name(sensor as usize), at)
            });
            AlarmFigures { alarm, score, delay_s: self.alarms.delays(&score), first }
        };
        (0..self.state.raised.len()).map(figures).collect()
    }

    pub(super) fn bank(&self) -> &Bank {
        &self.bank
    }

    pub(super) fn sensors(&self) -> &sensor::State {
        &self.state.sensors
    }

    pub(super) fn state(&self) -> &Watched {
        &self.state
    }

    /// Takes up a state; false if it is that of other instruments.
    pub(super) fn restore(&mut self, state: Watched) -> bool {
        let fits = state.sensors.truth.len() == self.bank.len()
            && state.sensors.onsets.len() == self.state.sensors.onsets.len()
            && state.sensors.flicker.len() == self.state.sensors.flicker.len()
            && state.sensors.delayed.len() == self.state.sensors.delayed.len()
            && state.sensors.late.len() == self.state.sensors.late.len()
            && state.raised.len() == self.state.raised.len();
        if fits {
            self.state = state;
        }
        fits
    }
}
