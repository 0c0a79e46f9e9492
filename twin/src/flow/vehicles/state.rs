//! What changes: each vehicle, who holds which zone, who waits for one.

use serde::{Deserialize, Serialize};

use super::compile::Vehicles;
use super::motion::Profile;
use super::network::NONE;
use super::route::Scratch;
use crate::id::{LinkId, PartId, ProductId};
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};
use std::collections::BTreeMap;

/// Nobody.
pub(super) const NOBODY: u16 = u16::MAX;

/// What a vehicle is on its way to, or at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Task {
    /// Nothing.
    Idle,
    /// On the way out of somebody's way.
    Yield,
    /// On the way to a place to be idle.
    Park,
    /// Round and round; the stop that comes next.
    Tour(u16),
    /// On the way to a charger, or waiting until one is free.
    ToCharger,
    Charging,
    /// On the way to where a load is expected by the plan, or there.
    Expect,
    /// On the way to its load.
    Fetch,
    /// There, about to take it.
    Take,
    Loading,
    /// On the way with its load.
    Bring,
    Unloading,
    /// There, and no room.
    Full,
}

impl Task {
    /// Whether a new job may take its place. Chargers are asked separately.
    pub(super) fn is_free(self) -> bool {
        matches!(self, Self::Idle | Self::Yield | Self::Park | Self::Tour(_))
    }

    /// Whether it has a load or is after one.
    pub(super) fn is_job(self) -> bool {
        matches!(
            self,
            Self::Fetch | Self::Take | Self::Loading | Self::Bring | Self::Unloading | Self::Full
        )
    }
}

/// How a vehicle moves just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Motion {
    /// Not at all.
    Standing,
    /// It turns on the spot.
    Turning,
    /// Along its profile.
    Rolling,
    /// Over an edge with a time of its own, or between two places.
    Timed,
}

/// A load and its way.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) part: PartId,
    /// Tells one part from a later one with the same id.
    pub(super) serial: u64,
    pub(super) link: LinkId,
    pub(super) pick: u32,
    /// Where it goes; with room reserved or without.
    pub(super) out: LinkId,
    pub(super) reserved: bool,
}

impl Job {
    pub(super) const NONE: Self = Self {
        part: PartId::NONE,
        serial: 0,
        link: LinkId::NONE,
        pick: NONE,
        out: LinkId::NONE,
        reserved: false,
    };
}

/// What a vehicle's time is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Doing {
    Idle,
    Empty,
    Loaded,
    Handling,
    Waiting,
    Charging,
}

/// Names of [`Doing`] in results.
pub(super) const DOING: [&str; 6] = ["idle", "empty", "loaded", "handling", "waiting", "charging"];

/// What a vehicle has done since the end of the warm-up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    /// ns by [`Doing`], closed intervals only.
    pub(super) spent: [i64; DOING.len()],
    pub(super) loads: u64,
    pub(super) distance_m: f64,
    /// Edges covered.
    pub(super) edges: u64,
}

/// One vehicle.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Vehicle {
    pub(super) task: Task,
    pub(super) motion: Motion,
    pub(super) job: Job,
    /// The next event of its motion or work.
    pub(super) key: EventKey,
    pub(super) ends: SimTime,
    /// What was left of it when it was stopped.
    pub(super) left: Option<SimDuration>,

    /// Where it is, or was last on the way.
    pub(super) node: u32,
    /// The arc that it came by.
    pub(super) last: u32,
    /// Its way: arcs, those before `at` done, those before `held` reserved, those before `stop` in the profile.
    pub(super) path: Vec<u32>,
    pub(super) at: u32,
    pub(super) held: u32,
    pub(super) stop: u32,
    /// Whether it still holds `node` while it drives away.
    pub(super) rear: bool,
    /// Whether it has turned into the direction of the next arc.
    pub(super) turned: bool,
    pub(super) profile: Profile,
    /// When the profile began: whole and fractional part, s.
    pub(super) began: SimTime,
    pub(super) fraction: f64,
    /// Where the present arc begins on the profile, m.
    pub(super) arc_start: f64,
    /// Where it stands on the arc after a stop between two nodes, m.
    pub(super) offset: f64,

    /// The zone that it stands in line for.
    pub(super) waits: u32,
    /// Since when it stands in traffic or before a full place.
    pub(super) blocked: Option<SimTime>,
    /// Whether that has been told.
    pub(super) told: bool,
    /// The vehicle that it has backed out for, and the node that it left to it.
    pub(super) gives_way: u16,
    pub(super) left_node: u32,
    /// Times that it has backed out since it last got anywhere.
    pub(super) backed: u16,
    /// The spot that it goes to or stands at.
    pub(super) spot: u32,

    pub(super) plan_at: u32,
    pub(super) idle_since: SimTime,
    pub(super) doing: Doing,
    pub(super) since: SimTime,
    pub(super) tally: Tally,
    /// Energy left, J, at `since`.
    pub(super) level: f64,
    pub(super) ran_down: bool,
}

/// What changes in a network with its vehicles.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VehiclesState {
    pub(super) vehicles: Vec<Vehicle>,
    /// Who holds each zone, and how often.
    pub(super) holders: Vec<(u16, u16)>,
    /// Who stands in line for a zone, longest first.
    pub(super) line: Vec<(u32, u16)>,
    /// Who has a spot.
    pub(super) claims: Vec<u16>,
    /// Times that parts of a product that the plan names have been fetched.
    pub(super) fetched: BTreeMap<ProductId, u32>,
    pub(super) stopped: bool,
    /// A deadlock was found and not resolved: to be tried again when something has moved.
    pub(super) stuck: bool,
    pub(super) watching: bool,
    /// How many have backed out for others and wait until these have passed.
    pub(super) patient: u16,
    /// Start of the window that figures speak of.
    pub(super) window: SimTime,
    pub(super) deadlocks: Deadlocks,
    #[serde(skip)]
    pub(super) scratch: Scratch,
    #[serde(skip)]
    pub(super) numbers: Vec<f64>,
    #[serde(skip)]
    pub(super) stretches: Vec<(f64, f64)>,
}

/// Deadlocks since the end of the warm-up.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Deadlocks {
    pub(super) found: u64,
    pub(super) rerouted: u64,
    pub(super) backed_out: u64,
}

impl Vehicles {
    pub(super) fn first_state(&self) -> VehiclesState {
        let mut holders = vec![(NOBODY, 0); self.network.n_zones()];
        let mut claims = vec![NOBODY; self.spots.len()];
        let mut vehicles = Vec::with_capacity(self.units.len());
        for (v, unit) in (0_u16..).zip(&self.units) {
            let fleet = &self.fleets[unit.fleet as usize];
            if let Some(holder) = holders.get_mut(unit.start as usize) {
                *holder = (v, 1);
            }
            let mut spot = self.spot_of[unit.start as usize];
            if spot != NONE && claims[spot as usize] != NOBODY {
                spot = NONE;
            }
            if spot != NONE {
                claims[spot as usize] = v;
            }
            vehicles.push(Vehicle {
                task: Task::Idle,
                motion: Motion::Standing,
                job: Job::NONE,
                key: EventKey::NONE,
                ends: SimTime::ZERO,
                left: None,
                node: unit.start,
                last: NONE,
                path: Vec::new(),
                at: 0,
                held: 0,
                stop: 0,
                rear: false,
                turned: false,
                profile: Profile::default(),
                began: SimTime::ZERO,
                fraction: 0.0,
                arc_start: 0.0,
                offset: 0.0,
                waits: NONE,
                blocked: None,
                told: false,
                gives_way: NOBODY,
                left_node: NONE,
                backed: 0,
                spot,
                plan_at: 0,
                idle_since: SimTime::ZERO,
                doing: Doing::Idle,
                since: SimTime::ZERO,
                tally: Tally::default(),
                level: fleet.battery.as_ref().map_or(0.0, |battery| battery.capacity),
                ran_down: false,
            });
        }
        VehiclesState {
            vehicles,
            holders,
            line: Vec::new(),
            claims,
            fetched: BTreeMap::new(),
            stopped: false,
            stuck: false,
            watching: false,
            patient: 0,
            window: SimTime::ZERO,
            deadlocks: Deadlocks::default(),
            scratch: Scratch::default(),
            numbers: Vec::new(),
            stretches: Vec::new(),
        }
    }
}

impl Vehicle {
    /// The arcs that still lie ahead, the present one included.
    pub(super) fn ahead(&self) -> &[u32] {
        &self.path[self.at as usize..]
    }

    /// Whether it stands at a node.
    pub(super) fn stands(&self) -> bool {
        self.motion == Motion::Standing && self.offset == 0.0
    }

    /// Whether it stands with nothing reserved ahead, and waits for a zone or for another vehicle to pass.
    pub(super) fn is_held_up(&self) -> bool {
        self.motion == Motion::Standing
            && self.held == self.at
            && (self.waits != NONE || self.gives_way != NOBODY)
    }
}
