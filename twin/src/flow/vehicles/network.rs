//! The guide-path: nodes, and edges between them, in the vocabulary of VDMA's Layout Interchange Format.
//!
//! A two-way edge is two arcs over one zone. Every node and every edge is a zone, and a zone holds one vehicle.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

use super::spec::{Only, PathFields, VehiclesSpec};
use crate::engine::{Compile, Draw};

/// An edge in one direction.
#[derive(Clone, Debug)]
pub(super) struct Arc {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Its edge: the zone `n_nodes + edge`.
    pub(super) edge: u32,
    pub(super) length_m: f64,
    /// Limit of speed, m/s; infinite without one.
    pub(super) limit: f64,
    /// Radius in m; infinite where it is straight.
    pub(super) radius_m: f64,
    /// Time to cover it from stop to stop, instead of speeds.
    pub(super) time: Option<Draw>,
    /// Bit c: vehicles of class c may use it.
    pub(super) classes: u64,
    /// Direction in radians.
    pub(super) heading: f64,
    pub(super) two_way: bool,
}

/// Nodes and arcs; or places with travel times between them.
#[derive(Debug, Default)]
pub(super) struct Network {
    pub(super) names: Vec<String>,
    pub(super) at: Vec<(f64, f64)>,
    /// Sorted by where they begin.
    pub(super) arcs: Vec<Arc>,
    /// Arcs that begin at a node.
    pub(super) out: Vec<Range<u32>>,
    /// Arcs that end at a node.
    into: Vec<Vec<u32>>,
    pub(super) n_edges: usize,
    /// Travel times in ns, row by row; empty where there are arcs.
    pub(super) times: Vec<i64>,
    by_name: BTreeMap<String, u32>,
}

/// Nodes of a network, at most: node numbers and tables of travel times stay small.
const NODES: usize = 100_000;
/// Edges of a network, at most.
const EDGES: usize = 400_000;
/// Directions that differ by more than this are a turn, rad.
const TURN: f64 = std::f64::consts::FRAC_PI_6;
/// No node, no arc, no zone.
pub(super) const NONE: u32 = u32::MAX;
/// Cannot be reached, ns.
pub(super) const NEVER: i64 = i64::MAX;

impl Network {
    /// Reads nodes, paths and travel times; reports what makes no sense.
    pub(super) fn compile(
        spec: &VehiclesSpec,
        fleets: &BTreeMap<String, u32>,
        cx: &mut Compile<'_>,
    ) -> Self {
        let mut network = Self::default();
        if let Some(travel) = &spec.travel {
            if !spec.nodes.is_empty() || !spec.paths.is_empty() {
                cx.error("travel", "a network has either nodes and paths, or travel times");
            }
            network.read_times(travel, cx);
            return network;
        }
        if spec.nodes.is_empty() || spec.nodes.len() > NODES {
            cx.error("nodes", "a network has from 1 to 100 000 nodes, or travel times");
            return network;
        }
        for (name, (x, y)) in &spec.nodes {
            if !x.is_finite() || !y.is_finite() {
                cx.error("nodes", &format!("\"{name}\" lies at finite numbers of metres"));
            }
            network.add_node(name.clone(), (*x, *y));
        }
        for (n, path) in spec.paths.iter().enumerate() {
            network.read_path(&format!("paths[{n}]"), &path.0, fleets, cx);
        }
        network.index();
        network
    }

    fn read_times(&mut self, travel: &super::spec::TravelSpec, cx: &mut Compile<'_>) {
        let n = travel.places.len();
        if n == 0 || n > 2000 {
            cx.error("travel.places", "there are from 1 to 2000 places");
            return;
        }
        if travel.times.len() != n || travel.times.iter().any(|row| row.len() != n) {
            cx.error("travel.times", &format!("{n} places need {n} rows of {n} times each"));
            return;
        }
        for name in &travel.places {
            if self.by_name.contains_key(name) {
                cx.error("travel.places", &format!("\"{name}\" is there twice"));
            }
            self.add_node(name.clone(), (0.0, 0.0));
        }
        self.times = travel.times.iter().flatten().map(|time| time.ns()).collect();
        self.index();
    }

    fn add_node(&mut self, name: String, at: (f64, f64)) -> u32 {
        let node = self.names.len() as u32;
        self.by_name.insert(name.clone(), node);
        self.names.push(name);
        self.at.push(at);
        node
    }

    /// The node named `name`; reported at `field` if there is none.
    pub(super) fn node(&self, field: &str, name: &str, cx: &mut Compile<'_>) -> u32 {
        if let Some(node) = self.by_name.get(name) {
            return *node;
        }
        let known = self.by_name.keys().map(String::as_str);
        let meant = crate::diagnostics::did_you_mean(name, known);
        let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
        cx.error_with(field, &format!("no node is named \"{name}\""), hint);
        0
    }

    fn read_path(
        &mut self,
        field: &str,
        path: &PathFields,
        fleets: &BTreeMap<String, u32>,
        cx: &mut Compile<'_>,
    ) {
        let Some(template) = edge_of(field, path, fleets, cx) else { return };
        let zones = path.zones.unwrap_or(1);
        let mut rest = path.path.as_str();
        let mut before: Option<(u32, bool)> = None;
        loop {
            let cut = rest.find(['>', '=']);
            let name = cut.map_or(rest, |cut| &rest[..cut]).trim();
            let node = self.node(field, name, cx);
            if let Some((from, two_way)) = before {
                self.add_edge(field, (from, node), (zones, two_way), (path, &template), cx);
            }
            let Some(cut) = cut else { break };
            before = Some((node, rest[cut..].starts_with('=')));
            rest = &rest[cut + 1..];
        }
        if before.is_none() {
            cx.error(field, "a path leads from node to node, as in \"A > B = C\"");
        }
    }

    fn add_edge(
        &mut self,
        field: &str,
        (from, to): (u32, u32),
        (zones, two_way): (u32, bool),
        (path, template): (&PathFields, &Arc),
        cx: &mut Compile<'_>,
    ) {
        let (a, b) = (self.at[from as usize], self.at[to as usize]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let straight = (dx * dx + dy * dy).sqrt();
        let length = path.length.map_or(straight, crate::units::Length::metres);
        if from == to || !(length > 0.0 && length < 1e7) {
            let (from, to) = (&self.names[from as usize], &self.names[to as usize]);
            cx.error(field, &format!("from \"{from}\" to \"{to}\" is no way: it has no length"));
            return;
        }
        if self.n_edges + zones as usize > EDGES || self.names.len() + zones as usize > NODES {
            cx.error(field, "a network has at most 100 000 nodes and 400 000 edges");
            return;
        }
        let heading = libm::atan2(dy, dx);
        let names = (self.names[from as usize].clone(), self.names[to as usize].clone());
        let mut last = from;
        for zone in 1..=zones {
            let share = f64::from(zone) / f64::from(zones);
            let next = if zone == zones {
                to
            } else {
                let name = format!("{} > {} {zone}/{zones}", names.0, names.1);
                self.add_node(name, (a.0 + dx * share, a.1 + dy * share))
            };
            let arc = Arc {
                from: last,
                to: next,
                edge: self.n_edges as u32,
                length_m: length / f64::from(zones),
                heading,
                two_way,
                ..template.clone()
            };
            if two_way {
                let heading = libm::atan2(-dy, -dx);
                self.arcs.push(Arc { from: next, to: last, heading, ..arc.clone() });
            }
            self.arcs.push(arc);
            self.n_edges += 1;
            last = next;
        }
    }

    /// Sorts arcs, so that those out of one node stand together.
    fn index(&mut self) {
        self.arcs.sort_by_key(|arc| arc.from);
        let n = self.names.len();
        self.out = vec![0..0; n];
        self.into = vec![Vec::new(); n];
        for (at, arc) in self.arcs.iter().enumerate() {
            let out = &mut self.out[arc.from as usize];
            if out.end == 0 {
                out.start = at as u32;
            }
            out.end = at as u32 + 1;
            self.into[arc.to as usize].push(at as u32);
        }
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.names.len()
    }

    /// Whether it is places with times between them.
    pub(super) fn is_matrix(&self) -> bool {
        !self.times.is_empty()
    }

    /// Number of zones: nodes first, then edges.
    pub(super) fn n_zones(&self) -> usize {
        if self.is_matrix() { 0 } else { self.names.len() + self.n_edges }
    }

    /// The zone of an arc.
    pub(super) fn edge_zone(&self, arc: u32) -> u32 {
        self.names.len() as u32 + self.arcs[arc as usize].edge
    }

    /// Whether a vehicle that came by `last` (none: from nowhere) has to turn to go on by `next`.
    pub(super) fn turns(&self, last: u32, next: u32) -> bool {
        if last == NONE {
            return false;
        }
        let by = (self.arcs[next as usize].heading - self.arcs[last as usize].heading).abs();
        by.min(2.0 * std::f64::consts::PI - by) > TURN
    }

    /// Whether `next` leads back over the edge that `last` came by.
    pub(super) fn returns(&self, last: u32, next: u32) -> bool {
        last != NONE && self.arcs[last as usize].edge == self.arcs[next as usize].edge
    }

    /// Times in ns from every node to `goal`, by the arcs of one class, each with its `time`, turns left out. O(arcs log
    /// arcs).
    pub(super) fn times_to(&self, goal: u32, class: u32, time: impl Fn(u32) -> i64) -> Vec<i64> {
        let n = self.n_nodes();
        if self.is_matrix() {
            return (0..n).map(|from| self.times[from * n + goal as usize]).collect();
        }
        let mut best = vec![NEVER; n];
        best[goal as usize] = 0;
        let mut open = BinaryHeap::from([Reverse((0_i64, goal))]);
        while let Some(Reverse((cost, node))) = open.pop() {
            if cost > best[node as usize] {
                continue;
            }
            for arc in &self.into[node as usize] {
                let row = &self.arcs[*arc as usize];
                if row.classes >> class & 1 == 0 {
                    continue;
                }
                let cost = cost + time(*arc);
                if cost < best[row.from as usize] {
                    best[row.from as usize] = cost;
                    open.push(Reverse((cost, row.from)));
                }
            }
        }
        best
    }
}

/// What the edges of a path have in common.
fn edge_of(
    field: &str,
    path: &PathFields,
    fleets: &BTreeMap<String, u32>,
    cx: &mut Compile<'_>,
) -> Option<Arc> {
    let mut classes = if path.fleets.is_empty() { u64::MAX } else { 0 };
    for name in &path.fleets {
        match fleets.get(name) {
            Some(fleet) => classes |= 0b11 << (2 * fleet),
            None => cx.error(field, &format!("no fleet is named \"{name}\"")),
        }
    }
    classes &= match path.only {
        None => u64::MAX,
        Some(Only::Empty) => 0x5555_5555_5555_5555,
        Some(Only::Loaded) => 0xaaaa_aaaa_aaaa_aaaa,
    };
    let limit = path.speed.map_or(f64::INFINITY, crate::units::Speed::metres_per_second);
    let radius_m = path.radius.map_or(f64::INFINITY, crate::units::Length::metres);
    if !(limit > 0.0) || !(radius_m > 0.0) {
        cx.error(field, "a limit of speed and a radius are above zero");
    }
    if !(1..=1000).contains(&path.zones.unwrap_or(1)) {
        cx.error(field, "an edge is cut into from 1 to 1000 zones");
        return None;
    }
    let time = path.time.as_ref().map(|time| cx.draw(&format!("{field}.time"), time));
    Some(Arc {
        from: 0,
        to: 0,
        edge: 0,
        length_m: 0.0,
        limit,
        radius_m,
        time,
        classes,
        heading: 0.0,
        two_way: false,
    })
}
