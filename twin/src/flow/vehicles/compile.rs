//! From the file to rows: fleets, vehicles, stations, travel times. Every mistake is reported at its field.

use std::collections::BTreeMap;

use super::motion::Rates;
use super::network::{NEVER, NONE, Network};
use super::spec::{
    BatterySpec, FleetSpec, Idle, LoadRule, StationSpec, Strategy, VehicleRule, VehiclesSpec,
};
use crate::engine::{Compile, Draw};
use crate::flow::station::Blocking;
use crate::id::{EquipmentId, LinkId, ProductId};
use crate::random::Distribution;
use crate::units::{SimDuration, Speed};

/// A type of vehicle.
#[derive(Debug)]
pub(super) struct Fleet {
    /// Top speed empty and loaded, m/s.
    pub(super) speed: [f64; 2],
    pub(super) rates: Rates,
    pub(super) lateral: f64,
    /// Time of a turn; negative: it drives round corners.
    pub(super) turn: SimDuration,
    pub(super) length_m: f64,
    pub(super) battery: Option<Battery>,
}

/// A battery, in J, W and shares.
#[derive(Debug)]
pub(super) struct Battery {
    pub(super) capacity: f64,
    pub(super) driving: f64,
    pub(super) standing: f64,
    pub(super) charging: f64,
    pub(super) low: f64,
    pub(super) full: f64,
    pub(super) enough: f64,
    pub(super) strategy: Strategy,
}

/// One vehicle.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) fleet: u32,
    pub(super) start: u32,
    /// What it has to fetch, in this order.
    pub(super) plan: Vec<PlanStep>,
}

/// The `turn`-th fetch (from 0) of a part of `product`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlanStep {
    pub(super) product: ProductId,
    pub(super) turn: u32,
    /// The station where it will be, if there is only one.
    pub(super) station: u32,
}

/// Where loads change over.
#[derive(Debug)]
pub(super) struct Station {
    pub(super) node: u32,
    /// Equipment whose parts are fetched and brought here.
    pub(super) from: Vec<EquipmentId>,
    pub(super) to: Vec<EquipmentId>,
    pub(super) load: Draw,
    pub(super) unload: Draw,
}

/// A node to park or charge at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) node: u32,
    pub(super) charges: bool,
}

/// `Vehicles`: automated guided vehicles or mobile robots on a network of nodes and edges, with all that they carry.
///
/// A part is fetched where it waits and brought to where it goes next. It is on the vehicle from the beginning of loading to
/// the end of unloading; until then it stays in the equipment before. Connections into and out of a network are bound to its
/// `stations`. One load at a time.
///
/// **Traffic.** Every node and every edge is a zone for one vehicle. A vehicle holds the zone where it is and those ahead
/// that it needs to brake in; a node behind it is free again when the vehicle is its own length past it. Two-way edges are
/// entered only when all zones up to the next one-way edge or the target can be had at once. Whoever has to wait is served
/// in turn; what stands idle in the way makes way. Each time a vehicle comes to a stop in traffic, the chain of those
/// that wait for each other is followed; if it closes, one of them takes another way or backs out to a place aside. What
/// cannot be resolved is told, with names and places, after `patience`.
///
/// Shown as working on the move with a job and while loading, blocked in traffic and before a full place, maintained while
/// charging, else starved.
#[derive(Debug)]
pub struct Vehicles {
    pub(super) network: Network,
    pub(super) stations: Vec<Station>,
    pub(super) station_names: Vec<String>,
    pub(super) fleets: Vec<Fleet>,
    pub(super) units: Vec<Unit>,
    pub(super) spots: Vec<Spot>,
    /// Spot of a node, or none.
    pub(super) spot_of: Vec<u32>,
    pub(super) idle: Idle,
    /// Nodes of [`Idle::Tour`].
    pub(super) tour: Vec<u32>,
    pub(super) idle_after: SimDuration,
    pub(super) loads: LoadRule,
    pub(super) choice: VehicleRule,
    pub(super) reserves: bool,
    pub(super) detour: i64,
    pub(super) patience: SimDuration,
    /// Products that the plan names, with the number of times.
    pub(super) planned: BTreeMap<ProductId, u32>,
    /// Stations of the connections that lead in and out.
    pub(super) picks: BTreeMap<LinkId, u32>,
    pub(super) drops: BTreeMap<LinkId, u32>,
    /// Travel times in ns by class, station or spot, and node.
    times: Vec<Vec<i64>>,
}

/// Entries of the tables of travel times, at most: 160 MB.
const MOST_TIMES: usize = 20_000_000;

impl Vehicles {
    pub(super) fn build(spec: VehiclesSpec, cx: &mut Compile<'_>) -> Self {
        let numbers: BTreeMap<String, u32> = spec.fleets.keys().cloned().zip(0_u32..).collect();
        if numbers.is_empty() || numbers.len() > 32 {
            cx.error("fleets", "there are from 1 to 32 types of vehicles");
        }
        let network = Network::compile(&spec, &numbers, cx);
        let mut vehicles = Self {
            stations: Vec::new(),
            station_names: spec.stations.keys().cloned().collect(),
            fleets: Vec::new(),
            units: Vec::new(),
            spots: Vec::new(),
            spot_of: vec![NONE; network.n_nodes()],
            tour: Vec::new(),
            idle_after: spec.idle_after,
            loads: spec.loads,
            choice: spec.vehicles,
            reserves: spec.blocking.unwrap_or(Blocking::BeforeService) == Blocking::BeforeService,
            detour: spec.detour.unwrap_or(SimDuration::from_s(10)).ns(),
            patience: spec.patience.unwrap_or(SimDuration::from_s(600)),
            planned: BTreeMap::new(),
            picks: BTreeMap::new(),
            drops: BTreeMap::new(),
            times: Vec::new(),
            idle: spec.idle.clone(),
            network,
        };
        if vehicles.network.n_nodes() == 0 || numbers.is_empty() || numbers.len() > 32 {
            return vehicles;
        }
        for (name, fleet) in &spec.fleets {
            vehicles.add_fleet(name, fleet, cx);
        }
        for (name, station) in &spec.stations {
            vehicles.add_station(name, station, cx);
        }
        vehicles.add_spots(&spec, cx);
        vehicles.add_plan(&spec.plan, cx);
        vehicles.find_times(cx);
        vehicles
    }

    fn add_fleet(&mut self, name: &str, file: &FleetSpec, cx: &mut Compile<'_>) {
        let field = |field: &str| format!("fleets.{name}.{field}");
        let speed = file.speed.map_or(1.0, Speed::metres_per_second);
        let loaded = file.loaded_speed.map_or(speed, Speed::metres_per_second);
        if !(speed > 1e-6 && loaded > 1e-6) {
            cx.error(&field("speed"), "vehicles move: their speed is above zero");
        }
        let rate = |rate: Option<crate::units::Acceleration>, default: f64| {
            rate.map_or(default, crate::units::Acceleration::metres_per_second_squared)
        };
        let accelerate = rate(file.acceleration, Rates::INSTANT);
        let brake = rate(file.braking, accelerate);
        let lateral = rate(file.lateral, f64::INFINITY);
        if !(accelerate > 1e-6 && brake > 1e-6 && lateral > 1e-6) {
            cx.error(&field("acceleration"), "an acceleration is above zero");
        }
        let length_m = file.length.map_or(1.0, crate::units::Length::metres);
        if !(length_m >= 0.0) {
            cx.error(&field("length"), "a length is not negative");
        }
        if file.start.is_empty() || self.units.len() + file.start.len() > 10_000 {
            cx.error(&field("start"), "names the node of each vehicle; all in all 1 to 10 000");
        }
        let fleet = self.fleets.len() as u32;
        for (n, node) in file.start.iter().enumerate() {
            let start = self.network.node(&field(&format!("start[{n}]")), node, cx);
            if !self.network.is_matrix() && self.units.iter().any(|unit| unit.start == start) {
                cx.error(&field("start"), &format!("two vehicles cannot stand at \"{node}\""));
            }
            let name = format!("{name} {}", n + 1);
            self.units.push(Unit { name, fleet, start, plan: Vec::new() });
        }
        let battery = file.battery.as_ref().map(|file| battery(name, file, cx));
        self.fleets.push(Fleet {
            speed: [speed, loaded],
            rates: Rates { accelerate, brake },
            lateral,
            turn: file.turn.unwrap_or(SimDuration::from_ns(-1)),
            length_m,
            battery,
        });
    }

    fn add_station(&mut self, name: &str, file: &StationSpec, cx: &mut Compile<'_>) {
        let node = self.network.node(&format!("stations.{name}"), &file.at, cx);
        let mut bound = |field: &str, names: Option<&Vec<String>>| match names {
            None => cx.find(name).into_iter().collect(),
            Some(names) => {
                let field = format!("stations.{name}.{field}");
                names.iter().filter_map(|name| cx.equipment(&field, name)).collect()
            }
        };
        let (from, to) = (bound("from", file.from.as_ref()), bound("to", file.to.as_ref()));
        let mut draw = |what: &str, file: Option<&Distribution<SimDuration>>| {
            cx.draw_or_zero(&format!("stations.{name}.{what}"), file)
        };
        let (load, unload) =
            (draw("load", file.load.as_ref()), draw("unload", file.unload.as_ref()));
        self.stations.push(Station { node, from, to, load, unload });
    }

    fn add_spots(&mut self, spec: &VehiclesSpec, cx: &mut Compile<'_>) {
        let parking = spec.parking.iter().map(|name| ("parking", name, false));
        let charging = spec.charging.iter().map(|name| ("charging", name, true));
        for (field, name, charges) in parking.chain(charging) {
            let node = self.network.node(field, name, cx);
            let spot = &mut self.spot_of[node as usize];
            if *spot == NONE {
                *spot = self.spots.len() as u32;
                self.spots.push(Spot { node, charges });
            } else {
                self.spots[*spot as usize].charges |= charges;
            }
        }
        let charges = self.spots.iter().any(|spot| spot.charges);
        if !charges && self.fleets.iter().any(|fleet| fleet.battery.is_some()) {
            cx.error("charging", "names the nodes where the batteries are charged");
        }
        match &spec.idle {
            Idle::Park if spec.parking.is_empty() => {
                cx.error("parking", "names the nodes for idle vehicles");
            }
            Idle::Tour(names) if names.is_empty() || self.network.is_matrix() => {
                cx.error("idle", "a tour leads by at least one node, on paths");
            }
            Idle::Tour(names) => {
                self.tour = names.iter().map(|name| self.network.node("idle", name, cx)).collect();
            }
            Idle::Stay | Idle::Park | Idle::Home => {}
        }
    }

    fn add_plan(&mut self, plan: &[(String, String)], cx: &mut Compile<'_>) {
        for (n, (name, product)) in plan.iter().enumerate() {
            let field = format!("plan[{n}]");
            let Some(product) = cx.product(&field, product) else { continue };
            let turn = self.planned.entry(product).or_insert(0);
            let step = PlanStep { product, turn: *turn, station: NONE };
            *turn += 1;
            match self.units.iter_mut().find(|unit| unit.name == *name) {
                Some(unit) => unit.plan.push(step),
                None => cx.error(&field, &format!("no vehicle is named \"{name}\"")),
            }
        }
    }

    fn find_times(&mut self, cx: &mut Compile<'_>) {
        let goals = self.stations.len() + self.spots.len();
        let entries = 2 * self.fleets.len() * goals * self.network.n_nodes();
        if entries > MOST_TIMES {
            cx.error(
                "stations",
                "2 × fleets × (stations + parking + charging) × nodes is at most 20 000 000: cut the network in two",
            );
            return;
        }
        for class in 0..2 * self.fleets.len() as u32 {
            let mut table = Vec::with_capacity(entries / 2 / self.fleets.len());
            let goals = self.stations.iter().map(|station| station.node);
            for goal in goals.chain(self.spots.iter().map(|spot| spot.node)) {
                let time = |arc| self.arc_time(arc, class);
                table.extend(self.network.times_to(goal, class, time));
            }
            self.times.push(table);
        }
    }

    /// Limit of speed of a class (twice the fleet, one more with a load) on an arc, m/s.
    pub(super) fn limit(&self, arc: u32, class: u32) -> f64 {
        let (row, fleet) = (&self.network.arcs[arc as usize], &self.fleets[class as usize / 2]);
        let bend = if row.radius_m.is_finite() && fleet.lateral.is_finite() {
            (fleet.lateral * row.radius_m).sqrt()
        } else {
            f64::INFINITY
        };
        fleet.speed[class as usize % 2].min(row.limit).min(bend)
    }

    /// Time to cover an arc without a stop, ns.
    pub(super) fn arc_time(&self, arc: u32, class: u32) -> i64 {
        let row = &self.network.arcs[arc as usize];
        let time = row
            .time
            .as_ref()
            .map_or_else(|| row.length_m / self.limit(arc, class), |draw| draw.mean);
        (time * 1e9) as i64
    }

    /// Travel time from a node to a station (or spot, these are counted on), ns; `NEVER` if there is no way.
    pub(super) fn time(&self, class: u32, goal: u32, node: u32) -> i64 {
        let at = goal as usize * self.network.n_nodes() + node as usize;
        self.times.get(class as usize).and_then(|table| table.get(at)).copied().unwrap_or(NEVER)
    }
}

fn battery(name: &str, file: &BatterySpec, cx: &mut Compile<'_>) -> Battery {
    let share = |share: Option<crate::units::Share>, default: f64| {
        share.map_or(default, crate::units::Share::fraction)
    };
    let low = share(file.low, 0.2);
    let full = share(file.full, 1.0);
    let at_any = file.strategy == Strategy::WhenIdle;
    let enough = share(file.enough, if at_any { low } else { full });
    let field = format!("fleets.{name}.battery");
    if !(low <= enough && enough <= full && low < full) {
        cx.error(&field, "levels ascend: low, enough, full");
    }
    let (capacity, charging) = (file.capacity.joules(), file.charging.watts());
    if !(capacity > 0.0) || !(charging > 0.0) {
        cx.error(&field, "a battery holds something, and is charged with some power");
    }
    let standing = file.standing.map_or(0.0, crate::units::Power::watts);
    Battery {
        capacity,
        driving: file.driving.watts(),
        standing,
        charging,
        low,
        full,
        enough,
        strategy: file.strategy,
    }
}
