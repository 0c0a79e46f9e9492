//! The climate of a hall: the equipment warms the fields, and the fields tell the equipment how warm it is.
//!
//! Both go on by ticks. First the engine runs to the end of the tick; the heat that each equipment gave off in it follows from
//! its meters, exactly, whatever it did meanwhile. That energy as a mean power drives the fields through the same tick. Then
//! temperatures are read, rounded to 1/64 K, and told to the equipment that responds to them by a command
//! ([`Action::Temperature`]), one nanosecond after the tick: so a replay of the log comes to the same state without any
//! field. A temperature that would change next to nothing is not told.
//!
//! The engine knows nothing of this room. Whoever wants a climate calls [`Climate::advance`] instead of
//! [`advance`], with a solver of whatever tier on whatever device.
//!
//! With a solver on the processor, the same plant and seed come to the same state on any number of threads. On a GPU,
//! temperatures are the same but for round-off, which the rounding takes out nearly always.

mod figures;
mod instruments;
mod maker;

pub use figures::{ClimateFigures, HeatFigures, Range};
pub use instruments::{AlarmChange, AlarmFigures, Reading};
pub use maker::Climates;

use serde::{Deserialize, Serialize};

use self::figures::Tally;
use self::instruments::{Watched, Watching};
use crate::engine::{Action, Command, Hall, Log, Model, Response, RunError, State, advance};
use crate::field::{FieldError, FieldSolver, Grid, Quantity, Region, Saved, Tier};
use crate::sensor::{self, Bank, SensorError};
use crate::units::{SimDuration, SimTime};

/// Temperatures are told in steps of one by so many kelvin.
const STEPS: f64 = 64.0;
/// A change of speed that is told.
const SPEED: f64 = 1.0 / 256.0;
/// A change of the share of defects that is told.
const DEFECTS: f64 = 1.0 / 1024.0;

/// The fields of a hall while it runs.
pub struct Climate {
    solver: Box<dyn FieldSolver>,
    grid: Grid,
    /// The instruments, once they are there.
    watching: Option<Watching>,
    /// The air around each equipment with heat, and all of it.
    around: Vec<Region>,
    all: Region,
    tick: SimDuration,
    now: Now,
    tally: Tally,
}

/// What a climate has to remember of the tick that runs, by row of [`Hall::heated`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Now {
    /// When the tick began.
    begun: SimTime,
    /// Heat given off in the window up to then (J).
    given: Vec<f64>,
    /// Heat of this tick from before the window began anew (J).
    carried: Vec<f64>,
    /// Temperature that was told last [°C].
    told: Vec<f64>,
    warm: Vec<Warm>,
    /// Mean temperature of the air [°C].
    air: f64,
}

/// How warm an equipment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Warm {
    /// Temperature of its body [°C].
    pub body: f64,
    /// Mean temperature of the air around it [°C].
    pub air: f64,
    /// Heat that it gave off in the last tick, on the average (W).
    pub watts: f64,
}

/// Why a climate cannot be restored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ClimateError {
    /// The bytes are no climate.
    #[error("not a climate of this version of Genba: {0}")]
    Encoding(#[from] postcard::Error),
    /// It is that of another hall or tier.
    #[error(transparent)]
    Field(#[from] FieldError),
}

impl Climate {
    /// The climate of the hall of a model at the begin of a run, with a solver of [`Hall::scene`].
    ///
    /// # Errors
    ///
    /// If the hall is too large for its cells.
    pub fn new(
        hall: &Hall,
        cell: Option<f64>,
        solver: Box<dyn FieldSolver>,
    ) -> Result<Self, FieldError> {
        let grid = hall.grid(cell)?;
        let n = hall.heated.len();
        let still = Warm { body: hall.start, air: hall.start, watts: 0.0 };
        Ok(Self {
            around: hall.heated.iter().map(|heated| hall.around(&grid, heated)).collect(),
            all: grid.all(),
            tick: hall.tick,
            now: Now {
                begun: SimTime::ZERO,
                given: vec![0.0; n],
                carried: vec![0.0; n],
                told: vec![f64::NAN; n],
                warm: vec![still; n],
                air: hall.start,
            },
            tally: Tally::new(n),
            watching: None,
            grid,
            solver,
        })
    }

    /// Puts the instruments of the plant into the hall, at the begin of a run, and reads them for the first time. Their chance
    /// comes from `seed` and the number of the replication. With `keeps`, readings and changes of alarms are kept until they are
    /// [taken](Self::take_record).
    ///
    /// # Errors
    ///
    /// If the fields do not have what they measure.
    pub fn watch(
        &mut self,
        model: &Model,
        state: &mut State,
        seed: u64,
        replication: u32,
        keeps: bool,
    ) -> Result<(), SensorError> {
        if model.instruments.is_empty() {
            return Ok(());
        }
        let key = [seed as u32, (seed >> 32) as u32];
        let [low, high, ..] = sensor::philox([replication, 0, 0, u32::MAX], key);
        let seed = u64::from(high) << 32 | u64::from(low);
        let solver = &mut *self.solver;
        let (instruments, tick) = (&model.instruments, self.tick);
        let mut watching = Watching::new(instruments, &self.grid, tick, seed, solver)?;
        watching.keep_record(keeps);
        watching.read(model, state, solver, self.now.begun);
        self.watching = Some(watching);
        Ok(())
    }

    /// Readings and changes of alarms that have been kept, in the order of time.
    pub fn take_record(&mut self) -> (Vec<Reading>, Vec<AlarmChange>) {
        self.watching.as_mut().map(Watching::take_record).unwrap_or_default()
    }

    /// The instruments and what they read at the last tick; none: there are none.
    pub fn instruments(&self) -> Option<(&Bank, &sensor::State)> {
        self.watching.as_ref().map(|watching| (watching.bank(), watching.sensors()))
    }

    /// Runs the plant and its fields up to and including `until`, like [`advance`]. The fields stand at the last
    /// tick that is over by then. However the way is cut into calls, the result is the same.
    ///
    /// # Errors
    ///
    /// As [`advance`], or if the solver fails.
    pub fn advance(
        &mut self,
        model: &Model,
        state: &mut State,
        until: SimTime,
        log: &mut Log,
    ) -> Result<(), RunError> {
        let Some(hall) = &model.hall else { return advance(model, state, until, log) };
        while self.now.begun + self.tick <= until {
            let end = self.now.begun + self.tick;
            advance(model, state, end, log)?;
            self.end_tick(model, hall, state)
                .map_err(|error| RunError::Field { at: end, what: error.to_string() })?;
        }
        advance(model, state, until, log)
    }

    /// The engine has come to the end of a tick: the fields follow.
    fn end_tick(
        &mut self,
        model: &Model,
        hall: &Hall,
        state: &mut State,
    ) -> Result<(), FieldError> {
        let seconds = self.tick.seconds();
        let now = &mut self.now;
        for (n, heated) in hall.heated.iter().enumerate() {
            let given = state.heat_given(model, heated);
            let joules = given - now.given[n] + std::mem::take(&mut now.carried[n]);
            now.given[n] = given;
            now.warm[n].watts = joules / seconds;
            self.tally.heat(n, joules);
        }
        now.begun += self.tick;
        let watts: Vec<f64> = now.warm.iter().map(|warm| warm.watts).collect();
        self.solver.set_power(&hall.powers(&watts));
        let number = (now.begun.ns() / self.tick.ns()) as u64 - 1;
        if number.is_multiple_of(hall.flow_ticks) {
            self.solver.advance(seconds)?;
        } else {
            self.solver.carry(seconds)?;
        }
        self.read(hall)?;
        let speeds = hall.heated.iter().map(|heated| state.speed_left(model, heated.equipment));
        self.tally.tick(&self.now, self.tick, speeds);
        if hall.coupled {
            self.tell(model, hall, state);
        }
        if let Some(watching) = &mut self.watching {
            watching.read(model, state, &mut *self.solver, self.now.begun);
        }
        Ok(())
    }

    /// Reads all temperatures.
    fn read(&mut self, hall: &Hall) -> Result<(), FieldError> {
        let bodies = self.solver.bodies();
        let all = self.solver.mean(Quantity::Temperature, self.all).unwrap_or(hall.start);
        self.now.air = all;
        let around = self.around.iter().zip(&mut self.now.warm).zip(bodies);
        for ((region, warm), body) in around {
            let air = self.solver.mean(Quantity::Temperature, *region).unwrap_or(all);
            (warm.body, warm.air) = (body, air);
            if !(body.is_finite() && air.is_finite()) {
                let what = "a temperature is no number any more".to_owned();
                return Err(FieldError::Diverged { time: self.solver.time(), what });
            }
        }
        Ok(())
    }

    /// Tells equipment how warm it is, where that matters.
    fn tell(&mut self, model: &Model, hall: &Hall, state: &mut State) {
        let at = self.now.begun + SimDuration::from_ns(1);
        for (n, heated) in hall.heated.iter().enumerate() {
            let warm = self.now.warm[n];
            let felt = if heated.feels_air { warm.air } else { warm.body };
            let felt = (felt * STEPS).round() / STEPS;
            let told = &mut self.now.told[n];
            if heated.response.is_none() || !matters(&heated.response, *told, felt) {
                continue;
            }
            *told = felt;
            let name = model.row(heated.equipment).name.clone();
            let command = Command { at, action: Action::Temperature(name, felt) };
            let taken = state.command(model, command);
            debug_assert!(
                taken.is_ok(),
                "the present is over, and the equipment has heat: {taken:?}"
            );
        }
    }

    /// Ends the warm-up: figures begin anew, the plant and the fields stay as they are. Instead of
    /// [`State::reset_statistics`].
    pub fn reset_statistics(&mut self, model: &Model, state: &mut State) {
        let heated = model.hall.iter().flat_map(|hall| &hall.heated).enumerate();
        for (n, heated) in heated {
            self.now.carried[n] += state.heat_given(model, heated) - self.now.given[n];
            self.now.given[n] = 0.0;
        }
        state.reset_statistics(model);
        self.tally.reset(state.now());
        if let Some(watching) = &mut self.watching {
            watching.reset();
        }
    }

    /// What it came to over the window.
    pub fn figures(&mut self, model: &Model, state: &State) -> ClimateFigures {
        let balance = self.solver.balance();
        let heated = model.hall.iter().flat_map(|hall| &hall.heated);
        let each =
            heated.enumerate().map(|(n, heated)| self.tally.figures(model, state, n, heated));
        ClimateFigures {
            tier: self.solver.tier(),
            device: self.solver.device(),
            air: self.tally.air(),
            residual: balance.relative(),
            heated: each.collect(),
            alarms: self.watching.as_ref().map(Watching::figures).unwrap_or_default(),
        }
    }

    /// How warm each equipment with heat was at the end of the last tick, in the order of [`Hall::heated`].
    pub fn warm(&self) -> &[Warm] {
        &self.now.warm
    }

    /// Mean temperature of the air at the end of the last tick [°C].
    pub fn air(&self) -> f64 {
        self.now.air
    }

    /// Which fields are solved.
    pub fn tier(&self) -> Tier {
        self.solver.tier()
    }

    /// Length of a tick.
    pub fn tick(&self) -> SimDuration {
        self.tick
    }

    /// Time up to which the fields have been solved.
    pub fn solved_until(&self) -> SimTime {
        self.now.begun
    }

    /// The solver, to look into its fields. Whoever changes it changes the run.
    pub fn solver(&mut self) -> &mut dyn FieldSolver {
        &mut *self.solver
    }

    /// The climate as bytes; [`State::save`] does not have it.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub fn save(&mut self) -> Result<Vec<u8>, ClimateError> {
        let watched = self.watching.as_ref().map(Watching::state);
        Ok(postcard::to_stdvec(&(&self.now, &self.tally, self.solver.save(), watched))?)
    }

    /// Takes up what [`save`](Self::save) wrote, of the same hall and tier, on whatever device.
    ///
    /// # Errors
    ///
    /// If the bytes are damaged or belong to another hall or tier. The climate is of no use then.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), ClimateError> {
        let (now, tally, saved, watched): (Now, Tally, Saved, Option<Watched>) =
            postcard::from_bytes(bytes)?;
        let lengths =
            [now.given.len(), now.carried.len(), now.told.len(), now.warm.len(), tally.len()];
        if lengths.iter().any(|length| *length != self.around.len()) {
            return Err(FieldError::Foreign.into());
        }
        let watches = match (&mut self.watching, watched) {
            (Some(watching), Some(watched)) => watching.restore(watched),
            (None, None) => true,
            _ => false,
        };
        if !watches {
            return Err(FieldError::Foreign.into());
        }
        self.solver.restore(&saved)?;
        (self.now, self.tally) = (now, tally);
        Ok(())
    }
}

/// Whether it makes a difference that the temperature is `now`, and not `told`, which is no number while nothing was told.
fn matters(response: &Response, told: f64, now: f64) -> bool {
    let untold = told.is_nan();
    let (speed, defects) =
        if untold { (1.0, 0.0) } else { (response.speed_at(told), response.defects_at(told)) };
    let before = if untold { f64::NEG_INFINITY } else { told };
    let crosses =
        |limit: f64| (before > limit) != (now > limit) || (before >= limit) != (now >= limit);
    (speed - response.speed_at(now)).abs() >= SPEED
        || (defects - response.defects_at(now)).abs() >= DEFECTS
        || response.trips.is_some_and(|(above, below)| crosses(above) || crosses(below))
}

impl std::fmt::Debug for Climate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tier = self.solver.tier();
        f.debug_struct("Climate")
            .field("tier", &tier)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_is_told() {
        let response = Response {
            speed: vec![(30.0, 1.0), (45.0, 0.7)],
            defects: vec![],
            trips: Some((60.0, 50.0)),
        };
        let check = |told: f64, now: f64| matters(&response, told, now);
        assert!(!check(f64::NAN, 22.0), "at full speed nobody needs to know");
        assert!(
            !check(22.0, 30.0) && !check(30.0, 30.1) && check(30.0, 30.25) && check(31.0, 30.0)
        );
        assert!(!check(46.0, 49.9) && check(49.9, 50.0) && check(50.0, 60.5) && check(60.5, 59.0));
    }
}
