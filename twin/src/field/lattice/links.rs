//! What is at the borders of the fluid.
//!
//! A [`Link`] is a direction in which a cell would get a population from where there is none: from a solid, or from beyond a
//! side. Populations stream as if the box went on periodically in x and y, with an empty plane below and above; between two steps each link
//! then gets what it should have: what the cell itself sent that way (a wall half-way between), what the cell beside it sent
//! (a mirror half-way between), or what the cell at the other end sent (a period).
//!
//! A [`Face`] is a side of a cell at which heat or fluid goes in or out; adiabatic walls have links, but no faces.

use bytemuck::{Pod, Zeroable};

use super::super::grid::{Axis, Face as Side};
use super::super::scene::{Flow, Scene};
use super::plan::SOLID;
use super::stencil::{FLOW, SLOTS, VELOCITIES, mirrored, opposite, weight};
use super::units::Units;

/// No link.
pub const NONE: u32 = u32::MAX;

/// A direction from which a cell gets nothing by streaming.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Link {
    /// The population.
    pub slot: u32,
    /// The cell, by its number in its plane.
    pub own: u32,
    /// Where streaming would have got it from, by its number in that plane.
    pub far: u32,
    /// The link whose outgoing population comes in here: itself at a wall.
    pub partner: u32,
}

/// A side of a cell at which heat or fluid goes in or out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Face {
    /// The cell, by its number in its plane.
    pub own: u32,
    /// Number of its kind, and its side in the upper 8 bits.
    pub what: u32,
    /// Link of the heat, then those of the motion; [`NONE`] for fewer.
    pub links: [u32; 6],
}

impl Face {
    /// Number of its kind.
    pub fn kind(&self) -> usize {
        (self.what & 0xff_ffff) as usize
    }

    /// Which side of the cell it is, in the order of [`Side`].
    pub fn side(&self) -> usize {
        (self.what >> 24) as usize
    }
}

/// All links and faces, plane by plane.
#[derive(Clone, Debug, Default)]
pub struct Borders {
    /// The links, by cell, then by population.
    pub links: Vec<Link>,
    /// What is added to what comes in: by moving walls.
    pub added: Vec<f32>,
    /// Number of the first link of each plane, and the number of all.
    pub link_planes: Vec<usize>,
    /// The faces, by cell.
    pub faces: Vec<Face>,
    /// Number of the first face of each plane, and the number of all.
    pub face_planes: Vec<usize>,
    /// How many faces each kind has.
    counts: Vec<usize>,
}

/// Where a population comes from.
enum Origin {
    /// A neighbour, by streaming.
    Streams,
    /// This cell, by way of the link `1`.
    Cell([usize; 3], usize),
    /// Back from a wall: of a side, or of a solid.
    Wall(Option<Side>),
}

impl Borders {
    /// Number of faces of a kind.
    pub(super) fn faces_of(&self, kind: usize) -> usize {
        self.counts.get(kind).copied().unwrap_or(0)
    }

    /// Whether a kind has faces.
    pub(super) fn has_faces(&self, kind: usize) -> bool {
        self.faces_of(kind) > 0
    }

    /// Those of `scene`. Patches get faces where they are `active`.
    pub(super) fn of(
        scene: &Scene,
        units: &Units,
        flags: &[u8],
        active: &dyn Fn(usize) -> bool,
    ) -> Self {
        let finder = Finder { scene, flags, bodies: scene.body_of_cells() };
        let counts = vec![0; scene.patches.len() + scene.bodies.len()];
        let mut borders = Self { counts, ..Self::default() };
        let mut partners = Vec::new();
        let mut begun = 0;
        for (n, cell) in scene.grid.all().iter().enumerate() {
            while begun <= cell[2] {
                borders.link_planes.push(borders.links.len());
                borders.face_planes.push(borders.faces.len());
                begun += 1;
            }
            if flags[n] != SOLID && finder.is_at_border(cell) {
                borders.add_cell(&finder, units, cell, active, &mut partners);
            }
        }
        borders.link_planes.push(borders.links.len());
        borders.face_planes.push(borders.faces.len());
        borders.pair_up(scene, &partners);
        borders
    }

    fn add_cell(
        &mut self,
        finder: &Finder<'_>,
        units: &Units,
        cell: [usize; 3],
        active: &dyn Fn(usize) -> bool,
        partners: &mut Vec<([usize; 3], usize)>,
    ) {
        let area = finder.scene.grid.cells[0] * finder.scene.grid.cells[1];
        let own = (finder.scene.grid.index(cell) % area) as u32;
        let first = self.links.len();
        let mut walls = [None; SLOTS];
        for slot in (1..FLOW).chain(FLOW + 1..SLOTS) {
            let partner = match finder.origin(cell, slot) {
                Origin::Streams => continue,
                Origin::Cell(at, link) => (at, link),
                Origin::Wall(side) => {
                    walls[slot] = side;
                    (cell, slot)
                }
            };
            let far = finder.far(cell, slot);
            self.links.push(Link { slot: slot as u32, own, far, partner: NONE });
            self.added.push(0.0);
            partners.push(partner);
        }
        for side in Side::ALL {
            self.push_along(finder, units, cell, side, first, &walls);
            let Some(kind) = finder.kind(cell, side, active) else { continue };
            let mut links = [NONE; 6];
            let mut taken = 1;
            for n in first..self.links.len() {
                let slot = self.links[n].slot as usize;
                if slot == FLOW + 1 + side as usize {
                    links[0] = n as u32;
                } else if slot < FLOW && walls[slot] == Some(side) {
                    links[taken] = n as u32;
                    taken += 1;
                }
            }
            self.counts[kind] += 1;
            let what = kind as u32 | (side as u32) << 24;
            self.faces.push(Face { own, what, links });
        }
    }

    /// What moving and forced sides add to what their links bring in: `6 w c·u` (Ladd 1994), for forced ones so scaled that
    /// just so much goes through as should, at edges too, where some links belong to the wall beside.
    fn push_along(
        &mut self,
        finder: &Finder<'_>,
        units: &Units,
        cell: [usize; 3],
        side: Side,
        first: usize,
        walls: &[Option<Side>; SLOTS],
    ) {
        let (velocity, driven) = match finder.flow(cell, side) {
            Some(Flow::Moving(velocity)) => (velocity, false),
            Some(Flow::Forced { velocity, .. }) => (velocity, true),
            _ => return,
        };
        let velocity = velocity.map(|v| units.speed(v));
        let mine = |link: &Link| {
            let slot = link.slot as usize;
            slot < FLOW && walls[slot] == Some(side)
        };
        let through: f32 = (self.links[first..].iter().filter(|link| mine(link)))
            .map(|link| 6.0 * weight(link.slot as usize))
            .sum();
        let across = side.axis() as usize;
        for n in first..self.links.len() {
            if mine(&self.links[n]) {
                let slot = self.links[n].slot as usize;
                let term = |axis: usize| {
                    let scale = if axis != across {
                        1.0
                    } else if driven {
                        1.0 / through
                    } else {
                        0.0
                    };
                    VELOCITIES[slot][axis] as f32 * velocity[axis] * scale
                };
                self.added[n] = 6.0 * weight(slot) * (term(0) + term(1) + term(2));
            }
        }
    }

    fn pair_up(&mut self, scene: &Scene, partners: &[([usize; 3], usize)]) {
        let area = scene.grid.cells[0] * scene.grid.cells[1];
        for (n, (cell, slot)) in partners.iter().enumerate() {
            let (own, slot) = ((scene.grid.index(*cell) % area) as u32, *slot as u32);
            let first = self.link_planes[cell[2]];
            let plane = &self.links[first..self.link_planes[cell[2] + 1]];
            let found = plane.binary_search_by_key(&(own, slot), |link| (link.own, link.slot));
            // Both ends of a mirror or a period have a link by construction.
            self.links[n].partner = found.map_or(n, |at| first + at) as u32;
        }
    }
}

/// Looks up neighbours.
struct Finder<'a> {
    scene: &'a Scene,
    flags: &'a [u8],
    bodies: Vec<u16>,
}

impl Finder<'_> {
    fn is_at_border(&self, cell: [usize; 3]) -> bool {
        let grid = &self.scene.grid;
        if (0..3).any(|axis| cell[axis] == 0 || cell[axis] + 1 == grid.cells[axis]) {
            return true;
        }
        VELOCITIES[1..FLOW].iter().any(|velocity| {
            let at = std::array::from_fn(|a| cell[a].wrapping_add_signed(velocity[a] as isize));
            self.flags[grid.index(at)] == SOLID
        })
    }

    /// Number of `cell` among those of `side`.
    fn place(&self, cell: [usize; 3], side: Side) -> usize {
        let [fast, slow] = side.inside();
        cell[slow as usize] * self.scene.grid.cells[fast as usize] + cell[fast as usize]
    }

    fn is_at(&self, cell: [usize; 3], side: Side) -> bool {
        let axis = side.axis() as usize;
        cell[axis] == if side.is_upper() { self.scene.grid.cells[axis] - 1 } else { 0 }
    }

    /// How `side` is at `cell`, if the cell lies there.
    fn flow(&self, cell: [usize; 3], side: Side) -> Option<Flow> {
        let at = self.is_at(cell, side);
        at.then(|| self.scene.patch(side, self.place(cell, side)).flow)
    }

    /// Kind of the face of `cell` at `side`, if there is something that exchanges heat or lets fluid through.
    fn kind(&self, cell: [usize; 3], side: Side, active: &dyn Fn(usize) -> bool) -> Option<usize> {
        let axis = side.axis() as usize;
        let grid = &self.scene.grid;
        if self.is_at(cell, side) && !self.scene.is_periodic(side.axis()) {
            let patch = usize::from(self.scene.sides[side as usize][self.place(cell, side)]);
            return active(patch).then_some(patch);
        }
        let mut beside = cell;
        let n = grid.cells[axis];
        beside[axis] = (cell[axis] + if side.is_upper() { 1 } else { n - 1 }) % n;
        let body = usize::from(self.bodies[grid.index(beside)]).checked_sub(1)?;
        (self.scene.bodies[body].film > 0.0).then(|| self.scene.patches.len() + body)
    }

    /// Where streaming would get `slot` of `cell` from, by number in its plane.
    fn far(&self, cell: [usize; 3], slot: usize) -> u32 {
        let cells = self.scene.grid.cells;
        let at = |axis: usize| {
            let from = cell[axis] as i64 - i64::from(VELOCITIES[slot][axis]);
            from.rem_euclid(cells[axis] as i64) as usize
        };
        (at(1) * cells[0] + at(0)) as u32
    }

    fn origin(&self, cell: [usize; 3], slot: usize) -> Origin {
        let cells = self.scene.grid.cells;
        let (mut from, mut across) = (cell, [false; 3]);
        let (mut wall, mut ghost): (Option<Side>, bool) = (None, false);
        let mut mirrors = Vec::new();
        for axis in [Axis::X, Axis::Y, Axis::Z] {
            let a = axis as usize;
            let at = cell[a] as i64 - i64::from(VELOCITIES[slot][a]);
            if (0..cells[a] as i64).contains(&at) {
                from[a] = at as usize;
                continue;
            }
            let side = Side::ALL[2 * a + usize::from(at >= 0)];
            if self.scene.is_periodic(axis) {
                from[a] = at.rem_euclid(cells[a] as i64) as usize;
                ghost |= axis == Axis::Z;
            } else if self.flow(cell, side) == Some(Flow::Slip) {
                across[a] = true;
                mirrors.push(side);
            } else if wall.is_none_or(|other| self.rank(cell, side) < self.rank(cell, other)) {
                wall = Some(side);
            }
        }
        if wall.is_some() {
            return Origin::Wall(wall);
        }
        let reflects = mirrors.iter().all(|side| self.flow(from, *side) == Some(Flow::Slip));
        if self.flags[self.scene.grid.index(from)] == SOLID || !reflects {
            Origin::Wall(None)
        } else if across != [false; 3] || ghost {
            Origin::Cell(from, opposite(mirrored(slot, across)))
        } else {
            Origin::Streams
        }
    }

    /// Which of two sides a link through an edge belongs to: the one that holds the fluid back more.
    fn rank(&self, cell: [usize; 3], side: Side) -> u8 {
        match self.flow(cell, side) {
            None | Some(Flow::Wall | Flow::Slip | Flow::Periodic) => 0,
            Some(Flow::Moving(_)) => 1,
            Some(Flow::Forced { .. }) => 2,
            Some(Flow::Opening { .. }) => 3,
        }
    }
}
