//! Where vehicles are and what they do: for views, and for tests that watch.

use super::compile::Vehicles;
use super::network::NONE;
use super::state::{DOING, Motion, Task, VehiclesState};
use crate::id::PartId;
use crate::units::SimTime;

/// One vehicle as it can be seen from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight<'a> {
    /// Its name: `"tugger 2"`.
    pub name: &'a str,
    /// The node where it is, or was last on the way.
    pub node: &'a str,
    /// Its place in metres, in the coordinates of the network.
    pub at: (f64, f64),
    /// Direction in radians, about the vertical, 0 along x.
    pub heading: f64,
    /// Its length in metres.
    pub length_m: f64,
    /// What it carries.
    pub load: Option<PartId>,
    /// What its time is counted as: `idle`, `empty`, `loaded`, `handling`, `waiting`, `charging`.
    pub doing: &'static str,
    /// Since when it stands in traffic, before a full place or for want of a charger.
    pub stands_since: Option<SimTime>,
    /// Whether that has been reported.
    pub told: bool,
    /// What is left in its battery, 0 to 1, when it last did something else; 1 without one.
    pub level: f64,
}

impl Vehicles {
    /// All vehicles, in the order of their fleets. Between two places with only a travel time, a vehicle is shown where it
    /// goes. O(vehicles).
    pub fn sights<'a>(
        &'a self,
        state: &'a VehiclesState,
        now: SimTime,
    ) -> impl Iterator<Item = Sight<'a>> {
        (0..self.units.len() as u16).map(move |v| self.sight(state, v, now))
    }

    /// The ways of the network from node to node in metres; a two-way one is there once for each direction. O(ways).
    pub fn ways(&self) -> impl Iterator<Item = [(f64, f64); 2]> + '_ {
        let at = |node: u32| self.network.at[node as usize];
        self.network.arcs.iter().map(move |arc| [at(arc.from), at(arc.to)])
    }

    /// Nodes that vehicles hold and are neither at, nor about to reach, nor just leaving: none, unless a zone has been
    /// forgotten. For tests. O(zones + ways).
    pub fn forgotten<'a>(&'a self, s: &'a VehiclesState) -> Vec<&'a str> {
        let mut holds = vec![0_u16; self.network.n_nodes()];
        for vehicle in s.vehicles.iter().filter(|_| !self.network.is_matrix()) {
            let ahead = &vehicle.path[vehicle.at as usize..vehicle.held as usize];
            let at = vehicle.motion == Motion::Standing || vehicle.motion == Motion::Turning;
            holds[vehicle.node as usize] += u16::from(at || vehicle.rear);
            ahead.iter().for_each(|arc| {
                holds[self.network.arcs[*arc as usize].to as usize] += 1;
            });
        }
        let held = s.holders.iter().zip(holds).zip(&self.network.names);
        held.filter(|((holder, held), _)| holder.1 != *held).map(|(_, name)| &**name).collect()
    }

    fn sight(&self, s: &VehiclesState, v: u16, now: SimTime) -> Sight<'_> {
        let vehicle = &s.vehicles[v as usize];
        let (at, heading) = self.place(s, v, now);
        let loaded =
            matches!(vehicle.task, Task::Loading | Task::Bring | Task::Unloading | Task::Full);
        Sight {
            name: &self.units[v as usize].name,
            node: &self.network.names[vehicle.node as usize],
            at,
            heading,
            length_m: self.fleets[self.units[v as usize].fleet as usize].length_m,
            load: loaded.then_some(vehicle.job.part),
            doing: DOING[vehicle.doing as usize],
            stands_since: vehicle.blocked,
            told: vehicle.told,
            level: self.level(s, v),
        }
    }

    fn place(&self, s: &VehiclesState, v: u16, now: SimTime) -> ((f64, f64), f64) {
        let vehicle = &s.vehicles[v as usize];
        let at = self.network.at[vehicle.node as usize];
        let heading = |arc: u32| {
            if arc == NONE { 0.0 } else { self.network.arcs[arc as usize].heading }
        };
        let on_the_way = matches!(vehicle.motion, Motion::Rolling | Motion::Timed);
        let Some(arc) = vehicle.ahead().first().filter(|_| on_the_way) else {
            return (at, heading(vehicle.last));
        };
        let row = &self.network.arcs[*arc as usize];
        let way = match (vehicle.motion, vehicle.left) {
            (Motion::Rolling, Some(_)) => vehicle.offset,
            (Motion::Rolling, None) => {
                let time = (now - vehicle.began).seconds() - vehicle.fraction;
                vehicle.profile.at_time(time.max(0.0)).0 - vehicle.arc_start
            }
            _ => 0.0,
        };
        let share = (way / row.length_m).clamp(0.0, 1.0);
        let to = self.network.at[row.to as usize];
        ((at.0 + (to.0 - at.0) * share, at.1 + (to.1 - at.1) * share), row.heading)
    }
}
