//! Encoders, scales, and what arms feel, as they are read while a plant runs.
//!
//! Counts are exact whole numbers: the way of a conveyor's drive is a closed form of the time. What a scale carries, or an arm holds, goes through the
//! chain of any instrument, with chance of its own.

use crate::engine::{Bodies, Gauge, Gauged, Level, Model, State};
use crate::flow::handling::MoverState;
use crate::flow::{Conveyor, RigidConveyor, Robot, Wrench};
use crate::id::EquipmentId;
use crate::sensor::{self, Bank, Flags, SensorError, philox};
use crate::units::SimTime;

/// What a gauge has told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// When.
    pub at: SimTime,
    /// The gauge, by number.
    pub gauge: u32,
    /// What it tells: counts, kg, Pa, N or N m; none while it drops out.
    pub reading: Option<f64>,
    /// What was there: counts from the start of the run on, or likewise.
    pub truth: f64,
    /// What was wrong with it.
    pub flags: Flags,
}

/// A gauge, and what it has to remember.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    number: u32,
    gauge: Gauge,
    next: SimTime,
    /// When it looks next, and the greatest amount that it has seen since the last reading.
    look: SimTime,
    peak: f64,
    /// Its chain, with its first state made at the first reading.
    chain: Option<(Bank, Option<sensor::State>)>,
}

/// Sets chance of gauges apart from that of other instruments.
const GAUGES: u32 = u32::MAX - 1;

impl Reader {
    /// All gauges of `model` that are read, from the present of `state` on.
    pub(super) fn all(model: &Model, state: &State) -> Result<Vec<Self>, SensorError> {
        let seed = state.seed();
        let key = [seed as u32, (seed >> 32) as u32];
        let read = (0..).zip(&model.gauges).filter(|(_, gauge)| gauge.recorded);
        read.map(|(number, gauge)| {
            let [low, high, ..] = philox([state.replication(), number, 0, GAUGES], key);
            let bank = gauge.bank(u64::from(high) << 32 | u64::from(low))?;
            let chain = bank.map(|bank| (bank, None));
            let [next, look] = [state.now(); 2];
            Ok(Self { number, gauge: gauge.clone(), next, look, peak: 0.0, chain })
        })
        .collect()
    }

    /// When it looks or is read next.
    pub(super) fn due(&self) -> SimTime {
        if self.gauge.peak_every.is_some() { self.look.min(self.next) } else { self.next }
    }

    /// What it tells at the present of `state`, which is its time; none if it only looks.
    pub(super) fn read(&mut self, model: &Model, state: &State) -> Option<Measurement> {
        if let Some(every) = self.gauge.peak_every {
            let now = truth(model, state, &self.gauge);
            if now.abs() > self.peak.abs() {
                self.peak = now;
            }
            // On the grid of the steps of bodies.
            let step = every.ns();
            self.look = SimTime::from_ns((state.now().ns() / step + 1) * step);
        }
        (self.next == state.now()).then(|| self.tell(model, state))
    }

    fn tell(&mut self, model: &Model, state: &State) -> Measurement {
        let at = state.now();
        self.next = at + self.gauge.every;
        let own = Measurement {
            at,
            gauge: self.number,
            reading: None,
            truth: 0.0,
            flags: Flags::default(),
        };
        match (&self.gauge.measures, &mut self.chain) {
            (Gauged::Travel { modulus, .. }, _) => {
                let counts = truth(model, state, &self.gauge);
                let shown = modulus.map_or(counts, |modulus| counts.rem_euclid(modulus as f64));
                Measurement { reading: Some(shown), truth: counts, ..own }
            }
            (Gauged::Level { .. }, Some((bank, scale))) => {
                let truth = match self.gauge.peak_every {
                    Some(_) => std::mem::take(&mut self.peak),
                    None => truth(model, state, &self.gauge),
                };
                let now = [truth as f32];
                let scale = scale.get_or_insert_with(|| bank.start(&now));
                bank.step(scale, &now);
                let flags = scale.flags(0);
                let reading = (!flags.is_missing()).then(|| f64::from(scale.readings[0]));
                Measurement { reading, truth, flags, ..own }
            }
            (Gauged::Level { .. }, None) => own,
        }
    }
}

/// What there is for `gauge` to tell at the present of `state`, whatever its chain makes of it: counts from the start of the run on, or kg.
pub fn truth(model: &Model, state: &State, gauge: &Gauge) -> f64 {
    match gauge.measures {
        Gauged::Travel { per_m, .. } => (per_m * run_m(model, state, gauge.of)).floor(),
        Gauged::Level { what, .. } => level(model, state, gauge.of, what),
    }
}

/// How far a conveyor has run, m.
fn run_m(model: &Model, state: &State, of: EquipmentId) -> f64 {
    let events = || {
        let conveyor = State::parameters::<Conveyor>(model, of)?;
        Some(state.variables::<Conveyor>(model, of)?.run_m(conveyor, state.now()))
    };
    let bodies = || {
        let conveyor = State::parameters::<RigidConveyor>(model, of)?;
        Some(conveyor.run_m(&state.bodies()[model.row(of).cell? as usize], state.now()))
    };
    events().or_else(bodies).unwrap_or(0.0)
}

/// What there is at an equipment.
fn level(model: &Model, state: &State, of: EquipmentId, what: Level) -> f64 {
    match what {
        Level::Load => load_kg(model, state, of),
        Level::Vacuum => felt(model, state, of, Robot::vacuum_pa),
        Level::Force(axis) => wrench(model, state, of).force[axis],
        Level::Moment(axis) => wrench(model, state, of).moment[axis],
    }
}

/// What pulls at the flange of an arm.
fn wrench(model: &Model, state: &State, of: EquipmentId) -> Wrench {
    let mass = |part| state.mass_kg(model, part);
    felt(model, state, of, |robot, own, bodies| Some(robot.wrench(own, bodies, state.now(), mass)))
}

/// What a robot feels, with the bodies of its cell.
fn felt<T: Default>(
    model: &Model,
    state: &State,
    of: EquipmentId,
    feel: impl Fn(&Robot, &MoverState, Option<&Bodies>) -> Option<T>,
) -> T {
    let robot = State::parameters::<Robot>(model, of);
    let bodies = model.row(of).cell.map(|cell| &state.bodies()[cell as usize]);
    let own = state.variables::<Robot>(model, of);
    robot.zip(own).and_then(|(robot, own)| feel(robot, own, bodies)).unwrap_or_default()
}

/// What lies on an equipment, kg.
fn load_kg(model: &Model, state: &State, of: EquipmentId) -> f64 {
    let bodies = || {
        let conveyor = State::parameters::<RigidConveyor>(model, of)?;
        Some(conveyor.load_kg(&state.bodies()[model.row(of).cell? as usize]))
    };
    let events = || state.contents(model, of).iter().map(|part| state.mass_kg(model, *part)).sum();
    bodies().unwrap_or_else(events)
}
