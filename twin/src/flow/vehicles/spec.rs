//! What a plant file says about vehicles, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::flow::station::Blocking;
use crate::random::Distribution;
use crate::units::{Acceleration, Energy, Length, Power, Share, SimDuration, Speed};

/// The parameters of a network with its vehicles.
#[derive(Debug, Deserialize)]
#[serde(rename = "Vehicles", deny_unknown_fields)]
pub struct VehiclesSpec {
    /// Points of the guide-path by name, with their place in metres.
    #[serde(default)]
    pub nodes: BTreeMap<String, (f64, f64)>,
    /// Ways between them.
    #[serde(default)]
    pub paths: Vec<PathSpec>,
    /// Instead of nodes and paths: travel times from place to place, without traffic.
    #[serde(default)]
    pub travel: Option<TravelSpec>,
    /// Where loads are taken over and handed over.
    #[serde(default)]
    pub stations: BTreeMap<String, StationSpec>,
    /// The vehicles, by type.
    pub fleets: BTreeMap<String, FleetSpec>,
    /// Nodes where idle vehicles are out of the way.
    #[serde(default)]
    pub parking: Vec<String>,
    /// Nodes where batteries are charged.
    #[serde(default)]
    pub charging: Vec<String>,
    /// What a vehicle without work does. Default: it stays where it is.
    #[serde(default)]
    pub idle: Idle,
    /// How long a vehicle is without work before it does that. Default: not at all.
    #[serde(default)]
    pub idle_after: SimDuration,
    /// Which load a free vehicle fetches. Default: the nearest.
    #[serde(default)]
    pub loads: LoadRule,
    /// Which free vehicle a load gets. Default: the nearest.
    #[serde(default)]
    pub vehicles: VehicleRule,
    /// Whether room where a load goes is reserved before it is fetched. Default: yes, `BeforeService`.
    #[serde(default)]
    pub blocking: Option<Blocking>,
    /// Who fetches what, and in which order: name of the vehicle (`"agv 2"`) and of the product. The n-th mention of a
    /// product is the n-th time that a part of it is fetched.
    #[serde(default)]
    pub plan: Vec<(String, String)>,
    /// What a node or edge that another vehicle holds costs in the choice of a way. Default: 10 s.
    #[serde(default)]
    pub detour: Option<SimDuration>,
    /// How long a vehicle stands in traffic, or before a full place, until the result tells. Default: 10 min.
    #[serde(default)]
    pub patience: Option<SimDuration>,
}

/// A chain of nodes, `"A > B = C"`: one-way from A to B, two-way between B and C.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename = "path", deny_unknown_fields)]
pub struct PathFields {
    /// The chain.
    pub path: String,
    /// Length of each of its edges. Default: straight from node to node.
    #[serde(default)]
    pub length: Option<Length>,
    /// Limit of speed.
    #[serde(default)]
    pub speed: Option<Speed>,
    /// Radius, for the limit that the vehicle's `lateral` sets.
    #[serde(default)]
    pub radius: Option<Length>,
    /// Time to cover each of its edges, whatever the vehicle; it stops at both ends.
    #[serde(default)]
    pub time: Option<Distribution<SimDuration>>,
    /// The fleets that may use it. Default: all.
    #[serde(default)]
    pub fleets: Vec<String>,
    /// Whether it is for loaded vehicles, for empty ones, or for both.
    #[serde(default)]
    pub only: Option<Only>,
    /// Each of its edges is cut into so many, so that several vehicles can follow each other. Default: 1.
    #[serde(default)]
    pub zones: Option<u32>,
}

/// A chain of nodes as text, or with more to say about it.
#[derive(Clone, Debug)]
pub struct PathSpec(pub PathFields);

impl<'de> Deserialize<'de> for PathSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = PathSpec;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a path such as \"A > B > C = D\", or (path: \"A > B\", …)")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<PathSpec, E> {
                Ok(PathSpec(PathFields { path: path.to_owned(), ..PathFields::default() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PathSpec, A::Error> {
                PathFields::deserialize(MapAccessDeserializer::new(map)).map(PathSpec)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Whom an edge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Only {
    /// Vehicles with a load.
    Loaded,
    /// Vehicles without one.
    Empty,
}

/// Travel times between places.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "travel", deny_unknown_fields)]
pub struct TravelSpec {
    /// The places.
    pub places: Vec<String>,
    /// Times from each (row) to each (column) in the order of `places`.
    pub times: Vec<Vec<SimDuration>>,
}

/// Where loads change over: the name of a node, or `(at: …, …)`.
#[derive(Clone, Debug, Default)]
pub struct StationSpec {
    /// Its node.
    pub at: String,
    /// Equipment whose parts are fetched here. Default: the one with the station's name.
    pub from: Option<Vec<String>>,
    /// Equipment whose parts are brought here. Default: the one with the station's name.
    pub to: Option<Vec<String>>,
    /// Time to take a load over. Default: none.
    pub load: Option<Distribution<SimDuration>>,
    /// Time to hand a load over. Default: none.
    pub unload: Option<Distribution<SimDuration>>,
}

impl<'de> Deserialize<'de> for StationSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "station", deny_unknown_fields)]
        struct Full {
            at: String,
            #[serde(default)]
            from: Option<crate::layout::file::Names>,
            #[serde(default)]
            to: Option<crate::layout::file::Names>,
            #[serde(default)]
            load: Option<Distribution<SimDuration>>,
            #[serde(default)]
            unload: Option<Distribution<SimDuration>>,
        }
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = StationSpec;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a node, or (at: \"A\", load: \"10 s\", …)")
            }

            fn visit_str<E: Error>(self, at: &str) -> Result<StationSpec, E> {
                Ok(StationSpec { at: at.to_owned(), ..StationSpec::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<StationSpec, A::Error> {
                let full = Full::deserialize(MapAccessDeserializer::new(map))?;
                let Full { at, from, to, load, unload } = full;
                let names = |names: crate::layout::file::Names| names.0;
                let (from, to) = (from.map(names), to.map(names));
                Ok(StationSpec { at, from, to, load, unload })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Vehicles of one type. They are named after their fleet: `"tugger 1"`, `"tugger 2"`, …
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "fleet", deny_unknown_fields)]
pub struct FleetSpec {
    /// Where each of them is at the start.
    pub start: Vec<String>,
    /// Top speed. Default: 1 m/s.
    #[serde(default)]
    pub speed: Option<Speed>,
    /// Top speed with a load. Default: the same.
    #[serde(default)]
    pub loaded_speed: Option<Speed>,
    /// How fast it gains speed. Default: at once.
    #[serde(default)]
    pub acceleration: Option<Acceleration>,
    /// How fast it loses speed. Default: as it gains it.
    #[serde(default)]
    pub braking: Option<Acceleration>,
    /// Acceleration sideways that it stands in a curve: the speed there is at most √(lateral × radius). Default: any.
    #[serde(default)]
    pub lateral: Option<Acceleration>,
    /// Time to turn on the spot where the way turns by more than 30°; it stops for that. Default: it drives round corners.
    #[serde(default)]
    pub turn: Option<SimDuration>,
    /// Length: a node is free for the next when this vehicle is so far past it. Default: 1 m.
    #[serde(default)]
    pub length: Option<Length>,
    /// Its battery. Default: it never runs down.
    #[serde(default)]
    pub battery: Option<BatterySpec>,
}

/// A battery and when it is charged.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "battery", deny_unknown_fields)]
pub struct BatterySpec {
    /// What it holds.
    pub capacity: Energy,
    /// Drawn on the move.
    pub driving: Power,
    /// Drawn at rest. Default: nothing.
    #[serde(default)]
    pub standing: Option<Power>,
    /// Fed in while charging.
    pub charging: Power,
    /// Level below which it is charged before any further work. Default: 20 %.
    #[serde(default)]
    pub low: Option<Share>,
    /// Level up to which it is charged. Default: 100 %.
    #[serde(default)]
    pub full: Option<Share>,
    /// Level from which it can be called away from charging. Default: `full`; with `WhenIdle`, `low`.
    #[serde(default)]
    pub enough: Option<Share>,
    /// When it is charged. Default: `WhenLow`.
    #[serde(default)]
    pub strategy: Strategy,
}

/// When a battery is charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Strategy {
    /// After the job at whose end it is below `low`.
    #[default]
    WhenLow,
    /// Also whenever there is no work.
    WhenIdle,
    /// Also while it loads, unloads or waits at a node for charging.
    AtStations,
}

/// What a vehicle without work does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Idle {
    /// It stays where it is, until it is in the way.
    #[default]
    Stay,
    /// It drives to the nearest free node of `parking`.
    Park,
    /// It drives to where it was at the start.
    Home,
    /// It goes round by these nodes.
    Tour(Vec<String>),
}

/// Which load a free vehicle fetches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum LoadRule {
    /// The one that it is at soonest.
    #[default]
    Nearest,
    /// The one that has been longest where it is.
    Oldest,
    /// The one with the lowest priority number.
    Priority,
    /// The one that is due first.
    Due,
}

/// Which free vehicle a load gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum VehicleRule {
    /// The one that is there soonest.
    #[default]
    Nearest,
    /// The one that has been without work longest.
    LongestIdle,
    /// The one that has moved fewest loads.
    LeastUsed,
}
