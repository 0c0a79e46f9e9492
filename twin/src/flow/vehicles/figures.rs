//! Figures of a network: what each vehicle did with its time.

use super::compile::Vehicles;
use super::state::{DOING, Deadlocks, Tally, VehiclesState};
use crate::engine::Core;

/// Vehicles with figures of their own, at most; the sums are over all of them.
const OWN: usize = 32;

impl Vehicles {
    pub(super) fn reset(&self, s: &mut VehiclesState, core: &Core) {
        s.window = core.now();
        s.deadlocks = Deadlocks::default();
        for vehicle in &mut s.vehicles {
            vehicle.tally = Tally::default();
            // The time before the window is booked to nothing; energy is.
            let spent = if s.stopped { 0 } else { (core.now() - vehicle.since).ns() };
            vehicle.tally.spent[vehicle.doing as usize] -= spent;
        }
    }

    pub(super) fn add_figures(&self, s: &VehiclesState, core: &Core, out: &mut Vec<(String, f64)>) {
        let window = (core.now() - s.window).ns().max(1) as f64;
        let n = s.vehicles.len() as f64;
        let sum = |f: &dyn Fn(&Tally) -> f64| s.vehicles.iter().map(|v| f(&v.tally)).sum::<f64>();
        out.push(("loads".to_owned(), sum(&|tally| tally.loads as f64)));
        out.push(("distance_m".to_owned(), sum(&|tally| tally.distance_m)));
        out.push(("edges_covered".to_owned(), sum(&|tally| tally.edges as f64)));
        let shares: Vec<[f64; DOING.len()]> = s
            .vehicles
            .iter()
            .map(|vehicle| {
                let mut spent = vehicle.tally.spent;
                if !s.stopped {
                    spent[vehicle.doing as usize] += (core.now() - vehicle.since).ns();
                }
                spent.map(|ns| ns as f64 / window)
            })
            .collect();
        for (at, name) in DOING.iter().enumerate() {
            let mean = shares.iter().map(|shares| shares[at]).sum::<f64>() / n;
            out.push((format!("{name}_share"), mean));
        }
        out.push(("deadlocks".to_owned(), s.deadlocks.found as f64));
        out.push(("deadlocks_rerouted".to_owned(), s.deadlocks.rerouted as f64));
        out.push(("deadlocks_backed_out".to_owned(), s.deadlocks.backed_out as f64));
        for (v, vehicle) in s.vehicles.iter().enumerate().take(OWN) {
            let name = &self.units[v].name;
            out.push((format!("{name}: loads"), vehicle.tally.loads as f64));
            out.push((format!("{name}: distance_m"), vehicle.tally.distance_m));
            for (at, doing) in DOING.iter().enumerate() {
                out.push((format!("{name}: {doing}_share"), shares[v][at]));
            }
        }
    }
}
