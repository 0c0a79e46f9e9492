//! Saving and restoring: arrays in the layout of the tier, margins included.

use super::plan::Plan;
use super::state::{State, Sums};
use crate::field::{FieldError, Saved, Tier};

/// The whole state.
pub(super) fn save(plan: &Plan, state: &State) -> Saved {
    let mut arrays = vec![
        ("velocity".into(), state.velocity.clone()),
        ("pressure".into(), state.pressure.clone()),
        ("slack".into(), state.slack.clone()),
        ("temperature".into(), state.heat.values.clone()),
        ("warmth left".into(), state.heat.remainder.clone()),
    ];
    if let Some(tracer) = &state.tracer {
        arrays.push(("tracer".into(), tracer.values.clone()));
        arrays.push(("tracer left".into(), tracer.remainder.clone()));
    }
    let of_bodies = |value: fn(&super::surfaces::BodyState) -> f64| {
        state.bodies.iter().map(value).collect::<Vec<f64>>()
    };
    let Sums { sources, boundaries, throughput, start } = state.sums;
    let numbers = vec![
        ("bodies".into(), of_bodies(|body| f64::from(body.temperature))),
        ("bodies left".into(), of_bodies(|body| body.remainder)),
        ("sums".into(), vec![sources, boundaries, throughput, start]),
        ("watts".into(), plan.watts.clone()),
    ];
    Saved { tier: Tier::Air, time: state.time, arrays, numbers }
}

/// Takes up a saved state; on an error nothing has changed.
pub(super) fn restore(plan: &mut Plan, state: &mut State, saved: &Saved) -> Result<(), FieldError> {
    if saved.tier != Tier::Air {
        return Err(FieldError::Foreign);
    }
    let len = plan.layout.len();
    let velocity = saved.array("velocity", 3 * len)?;
    let [pressure, slack] = [saved.array("pressure", len)?, saved.array("slack", len)?];
    let warmth = [saved.array("temperature", len)?, saved.array("warmth left", len)?];
    let tracer = match &state.tracer {
        Some(_) => Some([saved.array("tracer", len)?, saved.array("tracer left", len)?]),
        None => None,
    };
    let temperatures = saved.number("bodies", state.bodies.len())?;
    let left = saved.number("bodies left", state.bodies.len())?;
    let sums = saved.number("sums", 4)?;
    let watts = saved.number("watts", plan.watts.len())?;
    plan.set_power(watts);
    state.velocity.copy_from_slice(velocity);
    state.pressure.copy_from_slice(pressure);
    state.slack.copy_from_slice(slack);
    state.heat.values.copy_from_slice(warmth[0]);
    state.heat.remainder.copy_from_slice(warmth[1]);
    if let (Some(own), Some([values, remainder])) = (&mut state.tracer, tracer) {
        own.values.copy_from_slice(values);
        own.remainder.copy_from_slice(remainder);
    }
    for (body, (temperature, left)) in state.bodies.iter_mut().zip(temperatures.iter().zip(left)) {
        (body.temperature, body.remainder) = (*temperature as f32, *left);
    }
    plan.take(&state.heat.values, &mut state.bodies);
    let [sources, boundaries, throughput, start] = [sums[0], sums[1], sums[2], sums[3]];
    state.sums = Sums { sources, boundaries, throughput, start };
    state.time = saved.time;
    Ok(())
}
