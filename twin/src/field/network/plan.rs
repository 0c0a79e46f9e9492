//! From a scene to nodes, links between them, and edges to the world.

use std::collections::BTreeMap;

use super::flows::{Way, potential};
use super::zones::{NodeKind, Zones};
use super::{EXCHANGE, WALL_FILM};
use crate::field::{Axis, Face, FieldError, Flow, Heat, MaterialId, Region, Scene, Target, Tier};

/// A lump with one temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Heat capacity [J/K].
    pub capacity: f64,
    /// Temperature at the beginning.
    pub temperature: f64,
}

/// Heat between two nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Link {
    /// One end.
    pub a: u32,
    /// The other: above `a`, if one is above.
    pub b: u32,
    /// Films, conduction, and air that fans send round [W/K].
    pub conductance: f64,
    /// Turbulent exchange: times a speed [m/s] it is a conductance [W s/(m K)].
    pub mixing: f64,
    /// Whether `b` lies above `a`.
    pub upwards: bool,
    /// Heat capacity of the air that is driven from `a` to `b` [W/K]; negative: from `b` to `a`.
    pub flow: f64,
}

/// Heat between a node and the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    /// Through a side, as patch number `patch` has it.
    Side {
        /// The patch.
        patch: usize,
        /// Its surface (m²).
        area: f64,
        /// Film or conductance from the node to that surface [W/(m² K)].
        contact: f64,
    },
    /// By radiation to the surroundings of the scene.
    Surroundings {
        /// Emissivity times surface (m²).
        area: f64,
    },
    /// With air that comes in.
    In {
        /// Its heat capacity [W/K].
        rate: f64,
        /// Its temperature.
        temperature: f64,
    },
    /// With air that goes out.
    Out {
        /// Its heat capacity [W/K].
        rate: f64,
    },
}

/// The network of a scene.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Nodes: bodies first, in the order of the scene.
    pub nodes: Vec<Node>,
    /// Links between nodes.
    pub links: Vec<Link>,
    /// Edges with their nodes.
    pub edges: Vec<(u32, Edge)>,
    /// Shares of each source that go to nodes.
    pub shares: Vec<Vec<(u32, f64)>>,
    /// `(g β H / ρ c A)`: times a power, the cube of the convective velocity [m³/(s³ W)].
    pub buoyancy: f64,
    /// Which node each cell belongs to.
    pub zones: Zones,
}

/// Surfaces between two nodes, in faces of cells: by axis.
type Contacts = BTreeMap<(u32, u32), [usize; 3]>;

impl Plan {
    /// The network of `scene`.
    ///
    /// # Errors
    ///
    /// If air is driven in that cannot get out.
    pub fn of(scene: &Scene) -> Result<Self, FieldError> {
        let zones = Zones::of(scene);
        let contacts = contacts(scene, &zones);
        let mut plan = Self {
            nodes: nodes(scene, &zones),
            links: Vec::new(),
            edges: Vec::new(),
            shares: shares(scene, &zones),
            buoyancy: buoyancy(scene),
            zones,
        };
        plan.link(scene, &contacts);
        plan.fans(scene);
        plan.sides(scene);
        plan.radiators(scene, &contacts);
        plan.drive(scene)?;
        Ok(plan)
    }

    fn link(&mut self, scene: &Scene, contacts: &Contacts) {
        let exposed = exposed_faces(scene, &self.zones, contacts);
        for (&(a, b), faces) in contacts {
            let area = faces.iter().sum::<usize>() as f64 * scene.grid.cell.powi(2);
            let air = (self.zones.is_air(a), self.zones.is_air(b));
            let upwards = faces[Axis::Z as usize] > faces[0] + faces[1];
            let mut link = Link { a, b, upwards, ..Link::default() };
            if air == (true, true) {
                link.mixing = EXCHANGE * scene.fluid.density * scene.fluid.specific_heat * area;
                link.conductance = scene.fluid.conductivity * area / self.between(a, b);
            } else if air == (false, false) {
                link.conductance = self.solid_contact(scene, a, b) * area;
            } else {
                let solid = if air.0 { b } else { a };
                link.conductance = self.film(scene, solid, exposed[solid as usize]) * area;
            }
            self.links.push(link);
        }
        for (n, body) in scene.bodies.iter().enumerate().filter(|(n, _)| exposed[*n] == 0) {
            // A body that touches no air in the grid, but has a surface: it meets the nearest.
            let near = self.zones.air_near(self.zones.middles[n]);
            if let (Some(area), Some(air)) = (body.area, near) {
                let conductance = body.film * area;
                self.links.push(Link { a: n as u32, b: air, conductance, ..Link::default() });
            }
        }
    }

    fn between(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (self.zones.middles[a as usize], self.zones.middles[b as usize]);
        (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
    }

    /// Conductance of contact between two solid nodes [W/(m² K)]. Bodies have one temperature up to their surface.
    fn solid_contact(&self, scene: &Scene, a: u32, b: u32) -> f64 {
        let conductivity = |node: u32| match self.zones.kinds[node as usize] {
            NodeKind::Solid(MaterialId(n)) => scene.materials[usize::from(n) - 1].conductivity,
            NodeKind::Body(_) | NodeKind::Air => f64::INFINITY,
        };
        let (ka, kb) = (conductivity(a), conductivity(b));
        let least = ka.min(kb);
        if least.is_infinite() {
            // Two machines side by side: a gap of air of half a cell.
            return scene.fluid.conductivity / (0.5 * scene.grid.cell);
        }
        let half = 0.5 * self.between(a, b).max(scene.grid.cell);
        1.0 / (half / ka + half / kb)
    }

    /// Film coefficient of a solid node whose cells have `exposed` faces to air [W/(m² K)].
    fn film(&self, scene: &Scene, node: u32, exposed: usize) -> f64 {
        match self.zones.kinds[node as usize] {
            NodeKind::Body(n) => {
                let body = &scene.bodies[n];
                let seen = exposed.max(1) as f64 * scene.grid.cell.powi(2);
                body.film * body.area.unwrap_or(seen) / seen
            }
            NodeKind::Solid(MaterialId(n)) => {
                scene.materials[usize::from(n) - 1].film.unwrap_or(WALL_FILM)
            }
            NodeKind::Air => WALL_FILM,
        }
    }

    /// A fan sends air to the next zone in its direction, and as much comes back.
    fn fans(&mut self, scene: &Scene) {
        for fan in &scene.fans {
            let speeds = fan.velocity.map(f64::abs);
            let axis = (0..3).max_by(|a, b| speeds[*a].total_cmp(&speeds[*b])).unwrap_or(0);
            let middle = middle_of(scene, fan.region);
            let reach =
                scene.grid.cells[axis] as f64 * scene.grid.cell / self.zones.blocks[axis] as f64;
            let mut ahead = middle;
            ahead[axis] += reach * fan.velocity[axis].signum();
            let (here, there) = (self.zones.air_near(middle), self.zones.air_near(ahead));
            if let (Some(a), Some(b)) = (here, there)
                && a != b
            {
                let across =
                    fan.region.len() / (fan.region.to[axis] - fan.region.from[axis]).max(1);
                let flow = speeds[axis] * across as f64 * scene.grid.cell.powi(2);
                let conductance = flow * scene.fluid.density * scene.fluid.specific_heat;
                self.links.push(Link { a, b, conductance, ..Link::default() });
            }
        }
    }

    fn sides(&mut self, scene: &Scene) {
        let mut areas: BTreeMap<(u32, u8), usize> = BTreeMap::new();
        for face in Face::ALL {
            for (n, patch) in scene.sides[face as usize].iter().enumerate() {
                let cell = scene.grid.index(scene.grid.behind(face, n));
                *areas.entry((self.zones.node_of[cell], *patch)).or_default() += 1;
            }
        }
        for ((node, patch), faces) in areas {
            let heat = scene.patches[usize::from(patch)].heat;
            let area = faces as f64 * scene.grid.cell.powi(2);
            let contact = match self.zones.kinds[node as usize] {
                NodeKind::Air => WALL_FILM,
                NodeKind::Solid(MaterialId(n)) => {
                    let conductivity = scene.materials[usize::from(n) - 1].conductivity;
                    conductivity / (0.5 * scene.grid.cell)
                }
                NodeKind::Body(n) => {
                    let material = usize::from(scene.bodies[n].material.0) - 1;
                    scene.materials[material].conductivity / (0.5 * scene.grid.cell)
                }
            };
            let patch = usize::from(patch);
            // Patches may be given other conditions later, but a side that fluid goes through has no surface.
            let solid =
                matches!(scene.patches[patch].flow, Flow::Wall | Flow::Moving(_) | Flow::Slip);
            if solid || heat != Heat::Adiabatic {
                self.edges.push((node, Edge::Side { patch, area, contact }));
            }
        }
    }

    fn radiators(&mut self, scene: &Scene, contacts: &Contacts) {
        let exposed = exposed_faces(scene, &self.zones, contacts);
        for (n, body) in scene.bodies.iter().enumerate() {
            let seen = exposed[n] as f64 * scene.grid.cell.powi(2);
            let area = body.emissivity * body.area.unwrap_or(seen);
            if area > 0.0 {
                self.edges.push((n as u32, Edge::Surroundings { area }));
            }
        }
    }

    /// Air that is driven through the hall.
    fn drive(&mut self, scene: &Scene) -> Result<(), FieldError> {
        let face_area = scene.grid.cell.powi(2);
        let heat_of_air = scene.fluid.density * scene.fluid.specific_heat;
        let mut driven = vec![0.0; self.nodes.len()];
        let mut ways: Vec<Way> = Vec::new();
        let mut inner = Vec::new();
        for (n, link) in self.links.iter().enumerate().filter(|(_, link)| link.mixing > 0.0) {
            let area = link.mixing / (EXCHANGE * heat_of_air);
            let conductance = area / self.between(link.a, link.b);
            ways.push(Way { from: link.a as usize, to: Some(link.b as usize), conductance });
            inner.push(n);
        }
        let mut open = Vec::new();
        for face in Face::ALL {
            let axis = face.axis() as usize;
            for n in 0..scene.sides[face as usize].len() {
                let cell = scene.grid.index(scene.grid.behind(face, n));
                let node = self.zones.node_of[cell];
                if !self.zones.is_air(node) {
                    continue;
                }
                match scene.patch(face, n).flow {
                    Flow::Forced { velocity, temperature } => {
                        let inwards = if face.is_upper() { -1.0 } else { 1.0 };
                        let flow = inwards * velocity[axis] * face_area;
                        driven[node as usize] += flow;
                        self.through(node, flow * heat_of_air, temperature);
                    }
                    Flow::Opening { temperature } => {
                        let conductance = face_area / scene.grid.cell;
                        ways.push(Way { from: node as usize, to: None, conductance });
                        open.push(temperature);
                    }
                    Flow::Wall | Flow::Moving(_) | Flow::Slip | Flow::Periodic => {}
                }
            }
        }
        let flows =
            potential(self.nodes.len(), &ways, &driven).ok_or_else(|| FieldError::Unsupported {
                tier: Tier::Network,
                what:
                    "air that is blown in has no way out: give the hall an opening, or an outlet \
                       of the same flow"
                        .into(),
            })?;
        for (link, flow) in inner.iter().zip(&flows) {
            self.links[*link].flow = flow * heat_of_air;
        }
        for ((way, flow), temperature) in
            ways[inner.len()..].iter().zip(&flows[inner.len()..]).zip(open)
        {
            self.through(way.from as u32, -flow * heat_of_air, temperature);
        }
        Ok(())
    }

    /// Air of heat capacity `rate` [W/K] that comes in, or goes out if it is negative.
    fn through(&mut self, node: u32, rate: f64, temperature: f64) {
        let edge =
            if rate >= 0.0 { Edge::In { rate, temperature } } else { Edge::Out { rate: -rate } };
        if rate != 0.0 {
            self.edges.push((node, edge));
        }
    }

    /// Convective velocity [m/s] when so much heat (W) goes into the air.
    pub fn stirring(&self, watts: f64) -> f64 {
        (self.buoyancy * watts.max(0.0)).cbrt().max(super::DRAUGHT)
    }
}

fn middle_of(scene: &Scene, region: Region) -> [f64; 3] {
    let middle = |axis: usize| 0.5 * (region.from[axis] + region.to[axis]) as f64;
    std::array::from_fn(|axis| scene.grid.origin[axis] + scene.grid.cell * middle(axis))
}

fn buoyancy(scene: &Scene) -> f64 {
    let fluid = &scene.fluid;
    let gravity = fluid.gravity.iter().map(|g| g * g).sum::<f64>().sqrt();
    let side = |axis: usize| scene.grid.cells[axis] as f64 * scene.grid.cell;
    gravity * fluid.expansion * side(2) / (fluid.density * fluid.specific_heat * side(0) * side(1))
}

fn nodes(scene: &Scene, zones: &Zones) -> Vec<Node> {
    let volume = scene.grid.cell.powi(3);
    let node = |((kind, cells), middle): ((&NodeKind, &usize), &[f64; 3])| {
        let each = match *kind {
            NodeKind::Air => scene.fluid.density * scene.fluid.specific_heat * volume,
            NodeKind::Solid(MaterialId(n)) => {
                let material = &scene.materials[usize::from(n) - 1];
                material.density * material.specific_heat * volume
            }
            NodeKind::Body(n) => scene.bodies[n].capacity / (*cells).max(1) as f64,
        };
        Node { capacity: each * (*cells).max(1) as f64, temperature: scene.temperature.at(*middle) }
    };
    zones.kinds.iter().zip(&zones.cells).zip(&zones.middles).map(node).collect()
}

fn shares(scene: &Scene, zones: &Zones) -> Vec<Vec<(u32, f64)>> {
    let share = |to: &Target| match *to {
        Target::Body(n) => vec![(n as u32, 1.0)],
        Target::Cells(region) => {
            let mut cells: BTreeMap<u32, usize> = BTreeMap::new();
            for cell in region.iter() {
                *cells.entry(zones.node_of[scene.grid.index(cell)]).or_default() += 1;
            }
            let all = region.len() as f64;
            cells.into_iter().map(|(node, n)| (node, n as f64 / all)).collect()
        }
    };
    scene.sources.iter().map(|source| share(&source.to)).collect()
}

/// Faces between cells of different nodes, across the ends of periodic axes too.
fn contacts(scene: &Scene, zones: &Zones) -> Contacts {
    let mut contacts = Contacts::new();
    let grid = scene.grid;
    for cell in grid.all().iter() {
        let here = zones.node_of[grid.index(cell)];
        for axis in [Axis::X, Axis::Y, Axis::Z] {
            let mut next = cell;
            next[axis as usize] += 1;
            let wraps = next[axis as usize] == grid.cells[axis as usize];
            if wraps && !scene.is_periodic(axis) {
                continue;
            }
            next[axis as usize] %= grid.cells[axis as usize];
            let there = zones.node_of[grid.index(next)];
            if here != there {
                // The upper one is `b`, unless the two already know each other the other way round.
                let known = contacts.contains_key(&(there, here));
                let pair = if known { (there, here) } else { (here, there) };
                contacts.entry(pair).or_default()[axis as usize] += 1;
            }
        }
    }
    contacts
}

/// Faces of each node that is no air, where it touches air.
fn exposed_faces(scene: &Scene, zones: &Zones, contacts: &Contacts) -> Vec<usize> {
    let mut exposed = vec![0; zones.kinds.len()];
    for (&(a, b), faces) in contacts {
        let faces: usize = faces.iter().sum();
        match (zones.is_air(a), zones.is_air(b)) {
            (true, false) => exposed[b as usize] += faces,
            (false, true) => exposed[a as usize] += faces,
            _ => {}
        }
    }
    debug_assert!(exposed.len() >= scene.bodies.len(), "bodies come first");
    exposed
}
