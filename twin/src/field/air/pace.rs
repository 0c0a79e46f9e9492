//! How long a step may be, and how many sweeps it takes.

use super::plan::{Plan, TABLE};
use super::state::Step;

/// What the sweeps of a step leave of the error where the fluid is fastest.
const LEFT: f64 = 0.1;

/// Sweeps, at least and at most. Where more would be needed, the rest is left to the next steps.
const SWEEPS: [usize; 2] = [2, 24];

/// Largest sum of links that the most sweeps bring down to what is left.
const FAR: f64 = 9.5;

/// Least difference of temperature to be reckoned with (K).
const STIR: f64 = 0.05;

/// What a field is like at some time: all that a step depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pulse {
    /// Largest sum of the velocities along the axes [m/s].
    pub speed: f64,
    /// Lowest temperature, relative (K).
    pub coldest: f64,
    /// Highest temperature, relative (K).
    pub warmest: f64,
    /// Largest sum of speed over the length of a cell and of diffusion by eddies, [`Pulse::rate`] [1/s].
    pub rate: f64,
}

impl Pulse {
    /// Numbers that with the speed and the mixing length of a cell make its rate: `speed (a + b mixing)`.
    pub fn rate(plan: &Plan) -> [f32; 2] {
        let h = plan.scene.grid.cell;
        [(1.0 / h) as f32, (6.0 / (super::TURBULENT_PRANDTL * h * h)) as f32]
    }

    /// Whether all is a number.
    pub fn is_finite(&self) -> bool {
        [self.speed, self.coldest, self.warmest, self.rate].iter().all(|value| value.is_finite())
    }
}

/// What does not change from step to step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Speed of fans and of what is driven through sides [m/s].
    driven: f64,
    /// Lowest and highest temperature beyond the sides.
    beyond: [f64; 2],
    /// Fastest warming by sources [K/s].
    warming: f64,
    /// Largest sum of conductances over capacity [m/s].
    conductance: f64,
}

impl Pace {
    /// That of `plan`.
    pub fn of(plan: &Plan) -> Self {
        let most = |a: f64, b: f64| a.max(b);
        let sum = |v: &[f64; 3]| v.iter().map(|v| v.abs()).sum::<f64>();
        let fans = plan.scene.fans.iter().map(|fan| sum(&fan.velocity)).fold(0.0, most);
        let driven = plan.velocity.iter().map(|v| f64::from(v.abs())).fold(fans, most);
        let mut beyond = [f64::INFINITY, f64::NEG_INFINITY];
        for side in plan.sides.iter().filter(|side| side.film + side.radiation > 0.0) {
            beyond[0] = beyond[0].min(f64::from(side.ambient));
            beyond[1] = beyond[1].max(f64::from(side.ambient));
        }
        let largest = |field: &[f32]| field.iter().map(|v| f64::from(v.abs())).fold(0.0, most);
        Self { driven, beyond, warming: largest(&plan.warming), conductance: conductance(plan) }
    }

    /// The step for a field like `pulse`; `rest` is the time that is left.
    pub fn step(&self, plan: &Plan, pulse: &Pulse, rest: f64) -> Step {
        let h = plan.scene.grid.cell;
        let speed = pulse.speed.max(self.driven);
        let longest = plan.settings.step.unwrap_or_else(|| self.longest(plan, pulse, speed));
        let dt = even(rest, longest);
        // What drives the air may not have done so yet.
        let carried = (pulse.rate * dt).max(speed * dt / h);
        let viscosity = plan.scene.fluid.viscosity;
        Step {
            dt,
            momentum: sweeps(carried + 6.0 * viscosity * dt / (h * h)),
            heat: sweeps(carried + self.conductance * dt / h),
        }
    }

    /// The step where the fluid moves on as it does: as long as the sweeps can follow.
    pub fn carry(&self, plan: &Plan, pulse: &Pulse, rest: f64) -> Step {
        let h = plan.scene.grid.cell;
        let rate = pulse.rate.max(self.driven / h) + self.conductance / h;
        let longest = plan.settings.step.unwrap_or(FAR / rate.max(f64::MIN_POSITIVE));
        let dt = even(rest, longest);
        Step { dt, momentum: 0, heat: sweeps(rate * dt) }
    }

    /// The longest step for a field like `pulse`.
    pub fn free(&self, plan: &Plan, pulse: &Pulse) -> Step {
        let speed = pulse.speed.max(self.driven);
        let longest = plan.settings.step.unwrap_or_else(|| self.longest(plan, pulse, speed));
        self.step(plan, pulse, longest.min(3600.0))
    }

    /// The step in which nothing goes farther than the Courant number says, be it on its way or about to be lifted.
    fn longest(&self, plan: &Plan, pulse: &Pulse, speed: f64) -> f64 {
        let fluid = &plan.scene.fluid;
        let fall = fluid.gravity.iter().map(|g| g * g).sum::<f64>().sqrt() * fluid.expansion;
        let range = pulse.warmest.max(self.beyond[1]) - pulse.coldest.min(self.beyond[0]);
        let way = plan.settings.courant * plan.scene.grid.cell;
        let lift = |range: f64| fall * (0.5 * range.max(0.0) + STIR);
        let first = time(way, speed, lift(range));
        let second = time(way, speed, lift(range + 2.0 * self.warming * first.min(3600.0)));
        if second.is_finite() { second } else { f64::MAX }
    }
}

/// Steps of one length that fill `rest`, none longer than `longest` but for round-off.
fn even(rest: f64, longest: f64) -> f64 {
    rest / (rest / longest - 1e-6).ceil().max(1.0)
}

/// Time to go `way` at `speed` with `acceleration`.
fn time(way: f64, speed: f64, acceleration: f64) -> f64 {
    // The form of the quadratic's root that has no difference of large numbers.
    2.0 * way / (speed + (speed * speed + 4.0 * acceleration * way).sqrt())
}

fn sweeps(links: f64) -> usize {
    let [least, most] = SWEEPS;
    let share = links / (1.0 + links);
    ((LEFT.ln() / share.ln()).ceil() as usize).clamp(least, most)
}

/// The largest sum of a cell's conductances over its capacity [m/s].
fn conductance(plan: &Plan) -> f64 {
    let (layout, steps) = (&plan.layout, plan.layout.steps());
    let at = |place, part| f64::from(plan.heat[layout.index(place, part, TABLE)]);
    let of_cell = |cell| {
        let place = layout.place(cell);
        let pair = |axis: usize| at(place, 1 + axis) + at(place + steps[axis], 1 + axis);
        if at(place, 0) > 0.0 { (0..3).map(pair).sum::<f64>() / at(place, 0) } else { 0.0 }
    };
    plan.scene.grid.all().iter().map(of_cell).fold(0.0, f64::max)
}
