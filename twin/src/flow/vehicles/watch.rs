//! What is told of vehicles that stand for too long: who, where, since when, and what for.

use super::compile::Vehicles;
use super::network::NONE;
use super::state::{Task, VehiclesState};
use super::tag;
use crate::engine::Ctx;
use crate::units::SimDuration;

impl Vehicles {
    /// Tells of those that have stood for longer than anyone should.
    pub(super) fn watch(&self, s: &mut VehiclesState, cx: &mut Ctx<'_>) {
        s.watching = false;
        let mut next: Option<SimDuration> = None;
        for v in 0..s.vehicles.len() as u16 {
            let vehicle = &s.vehicles[v as usize];
            let Some(since) = vehicle.blocked.filter(|_| !vehicle.told) else { continue };
            let left = self.patience - (cx.now() - since);
            if left > SimDuration::ZERO || s.stopped {
                let left = if s.stopped { self.patience } else { left };
                next = Some(next.map_or(left, |next| next.min(left)));
                continue;
            }
            let text = self.describe(s, cx, v);
            cx.report(text);
            let cycle = self.cycle(s, v).unwrap_or_else(|| vec![v]);
            for v in cycle {
                s.vehicles[v as usize].told |= s.vehicles[v as usize].blocked.is_some();
            }
        }
        if let Some(next) = next {
            s.watching = true;
            cx.timer(next.max(SimDuration::from_ns(1)), tag::WATCH, 0);
        }
    }

    /// Who stands where, since when, and what for, along the chain of waits.
    fn describe(&self, s: &VehiclesState, cx: &Ctx<'_>, v: u16) -> String {
        let place = |zone: u32| {
            let n = self.network.n_nodes() as u32;
            if zone < n {
                return format!("\"{}\"", self.network.names[zone as usize]);
            }
            let arc = self.network.arcs.iter().find(|arc| arc.edge == zone - n);
            let name = |node: u32| &self.network.names[node as usize];
            arc.map_or(String::new(), |arc| format!("\"{} > {}\"", name(arc.from), name(arc.to)))
        };
        let closed = self.cycle(s, v).is_some();
        let since = s.vehicles[v as usize].blocked.unwrap_or(cx.now());
        let mut text = if closed {
            format!("deadlock since {since}: ")
        } else {
            format!("at a stand since {since}: ")
        };
        let (mut at, mut told) = (v, Vec::new());
        loop {
            let vehicle = &s.vehicles[at as usize];
            let (name, here) =
                (&self.units[at as usize].name, &self.network.names[vehicle.node as usize]);
            told.push(at);
            text += &format!("{name} at \"{here}\" ");
            let Some(next) = self.waits_for(s, at) else {
                return text + &self.what_it_does(s, cx, at);
            };
            let other = &self.units[next as usize].name;
            text += &if vehicle.waits == NONE {
                format!("gives way to {other}")
            } else {
                format!("waits for {} ({other})", place(vehicle.waits))
            };
            if told.contains(&next) {
                return text;
            }
            text += "; ";
            at = next;
        }
    }

    /// Why a vehicle that waits for no other stands.
    fn what_it_does(&self, s: &VehiclesState, cx: &Ctx<'_>, v: u16) -> String {
        let vehicle = &s.vehicles[v as usize];
        match vehicle.task {
            Task::Full => {
                let to = cx.model().links[vehicle.job.out.index()].to;
                return format!("waits for room at \"{}\"", cx.model().row(to).name);
            }
            Task::ToCharger if vehicle.spot == NONE => "waits for a free charger",
            Task::Idle => "has nothing to do",
            Task::Charging => "is charging",
            Task::Take => "waits for its load",
            Task::Loading => "is loading",
            Task::Unloading => "is unloading",
            _ => "is on its way",
        }
        .to_owned()
    }
}
