//! Connections find their stations, and every station its ways.

use std::collections::BTreeMap;

use super::compile::{Station, Unit, Vehicles};
use super::network::{NEVER, NONE};
use crate::engine::Compile;
use crate::id::{EquipmentId, LinkId};

impl Vehicles {
    /// Binds connections to stations, and checks that there are ways.
    pub(super) fn bind(&mut self, cx: &mut Compile<'_>) {
        let end = |link: LinkId| &cx.model().links[link.index()];
        let ins = cx.incoming().into_iter().map(|link| (link, end(link).from));
        let ins: Vec<(LinkId, EquipmentId)> = ins.collect();
        let outs = cx.outgoing().into_iter().map(|link| (link, end(link).to));
        let outs: Vec<(LinkId, EquipmentId)> = outs.collect();
        for (link, from) in &ins {
            let serves = |station: &Station| station.from.contains(from);
            self.bind_one(*from, serves, ("from", "are fetched from"), cx)
                .map(|station| self.picks.insert(*link, station));
        }
        for (link, to) in &outs {
            let serves = |station: &Station| station.to.contains(to);
            self.bind_one(*to, serves, ("to", "are brought to"), cx)
                .map(|station| self.drops.insert(*link, station));
        }
        if self.picks.len() == ins.len() && self.drops.len() == outs.len() {
            self.check_ways(cx);
        }
        for step in self.units.iter_mut().flat_map(|unit| &mut unit.plan) {
            // Before its n-th fetch (from 0), a part has had n steps of its route.
            let Some(before) = step.turn.checked_sub(1) else { continue };
            let mut at = cx.step_targets(step.product, before).iter();
            if let (Some(only), None) = (at.next(), at.next()) {
                step.station = fetched_at(*only, (&ins, &self.picks), (&outs, &self.drops));
            }
        }
    }

    fn bind_one(
        &self,
        other: EquipmentId,
        serves: impl Fn(&Station) -> bool,
        (field, what): (&str, &str),
        cx: &mut Compile<'_>,
    ) -> Option<u32> {
        let mut found = (0_u32..).zip(&self.stations).filter(|(_, station)| serves(station));
        let name = cx.name_of(other).to_owned();
        let Some((first, _)) = found.next() else {
            let message = format!(
                "parts {what} \"{name}\", but no station is named so, or says `{field}: \"{name}\"`"
            );
            cx.error("stations", &message);
            return None;
        };
        if let Some((second, _)) = found.next() {
            let names = (&self.station_names[first as usize], &self.station_names[second as usize]);
            let message =
                format!("parts {what} \"{name}\" at \"{}\" as well as \"{}\"", names.0, names.1);
            cx.error("stations", &message);
        }
        Some(first)
    }

    /// From every station where loads are fetched, one must be within reach; every place they go to must let go again.
    fn check_ways(&self, cx: &mut Compile<'_>) {
        let fleets = 0..self.fleets.len() as u32;
        let any = |class: u32, to: u32, from: u32| {
            fleets.clone().any(|fleet| self.time(2 * fleet + class, to, from) != NEVER)
        };
        let name = |station: u32| &self.station_names[station as usize];
        let node = |station: u32| self.stations[station as usize].node;
        for pick in self.picks.values() {
            let from_start = |unit: &Unit| self.time(2 * unit.fleet, *pick, unit.start) != NEVER;
            if !self.units.iter().any(from_start) {
                let message = format!("no vehicle can get to the station \"{}\"", name(*pick));
                cx.error("paths", &message);
            }
            if !self.drops.values().any(|drop| any(1, *drop, node(*pick))) {
                let message = format!("no way leads on from the station \"{}\"", name(*pick));
                cx.error("paths", &message);
            }
        }
        for drop in self.drops.values() {
            if !self.picks.values().any(|pick| any(0, *pick, node(*drop))) {
                let message = format!("no way leads back from the station \"{}\"", name(*drop));
                cx.error("paths", &message);
            }
        }
    }
}

/// Connections, and the stations that they are bound to.
type Bound<'a> = (&'a [(LinkId, EquipmentId)], &'a BTreeMap<LinkId, u32>);

/// The station where parts that were worked on at `equipment` are fetched: its own, or else the one where they were brought,
/// if parts are fetched there too (a machine with a place for finished parts beside it).
fn fetched_at(equipment: EquipmentId, ins: Bound<'_>, outs: Bound<'_>) -> u32 {
    let station = |(links, stations): Bound<'_>| {
        let link = links.iter().find(|(_, other)| *other == equipment)?.0;
        stations.get(&link).copied()
    };
    let beside = || station(outs).filter(|there| ins.1.values().any(|pick| pick == there));
    station(ins).or_else(beside).unwrap_or(NONE)
}
