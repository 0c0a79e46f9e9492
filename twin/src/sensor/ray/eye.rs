//! An instrument with rays as it stands in a plant: its beams, where it is, and what it tells.

use nalgebra::{Isometry3, Vector3};

use super::barrier::LightBarrier;
use super::pattern::{Mount, Pattern};
use super::range::{Draw, Ranging, Reading};
use super::signal::Response;
use super::view::View;
use super::world::World;
use super::zone::Zone;

/// An instrument with rays.
#[derive(Clone, Debug, PartialEq)]
pub struct Eye {
    /// Its tag.
    pub name: String,
    /// What it tells.
    pub tells: Tells,
    /// How often it looks, ns, above zero.
    pub every_ns: i64,
    /// How long something must stay as it is before its output switches.
    pub response: Response,
    /// Whether what it tells is wanted.
    pub recorded: bool,
    /// The ends of its only beam, m, if it tells no more than whether anything is in that.
    pub beam: Option<[Vector3<f64>; 2]>,
    /// Whether what it tells is solved by what carries the parts in its beam: inside the steps of rigid bodies, or as events.
    pub solved: bool,
}

/// What an instrument tells, and from what.
#[derive(Clone, Debug, PartialEq)]
pub enum Tells {
    /// Whether anything stands in its beams.
    Blocked(LightBarrier),
    /// Whether anything is near.
    Near {
        /// Its cone, from where.
        scan: Scan,
        /// Range at which it switches on, m.
        switches_at: f32,
        /// How much farther something is when it switches off again, m.
        hysteresis: f32,
    },
    /// Whether anything is in its zone.
    Intruded {
        /// Its fan, from where.
        scan: Scan,
        /// What is guarded.
        zone: Zone,
        /// Beams that must meet something in it.
        least: usize,
    },
    /// Ranges.
    Ranges(Scan),
    /// Poses of the parts in its view.
    Poses(View),
}

/// A pattern of beams, from where they are sent, and how ranges are measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The beams.
    pub pattern: Pattern,
    /// Where the instrument is: x ahead, z up.
    pub pose: Isometry3<f64>,
    /// What it makes of what it meets.
    pub ranging: Ranging,
}

impl Scan {
    /// A scan of a world.
    pub fn read(&self, world: &World, draw: Draw) -> Vec<Reading> {
        let hits = world.cast(&self.pattern.rays(&Mount::at(self.pose)));
        self.ranging.read_all(world, &hits, draw)
    }
}

impl Eye {
    /// Whether it has to look for what it tells.
    pub fn looks(&self) -> bool {
        self.recorded && !self.solved
    }

    /// Whether it has an output that switches; if not, it tells ranges or poses.
    pub fn switches(&self) -> bool {
        !matches!(self.tells, Tells::Ranges(_) | Tells::Poses(_))
    }

    /// Whether it tells ranges.
    pub fn tells_ranges(&self) -> bool {
        matches!(self.tells, Tells::Ranges(_))
    }

    /// The view in which it tells poses, if it does.
    pub fn view(&self) -> Option<&View> {
        if let Tells::Poses(view) = &self.tells { Some(view) } else { None }
    }

    /// Ranges that it tells by `until_ns`; 0 for one that switches.
    pub fn ranges_by(&self, until_ns: i64) -> u64 {
        let Tells::Ranges(scan) = &self.tells else { return 0 };
        let scans = until_ns.max(0) as u64 / self.every_ns.max(1) as u64 + 1;
        scans.saturating_mul(scan.pattern.beams.len() as u64)
    }

    /// Whether it sees something, after it `was`; false for one that does not switch.
    pub fn sees(&self, world: &World, was: bool, draw: Draw) -> bool {
        match &self.tells {
            Tells::Blocked(barrier) => barrier.is_blocked(world),
            Tells::Near { scan, switches_at, hysteresis } => {
                let limit = switches_at + if was { *hysteresis } else { 0.0 };
                let readings = scan.read(world, draw);
                readings.iter().filter_map(|reading| reading.range).any(|range| range <= limit)
            }
            Tells::Intruded { scan, zone, least } => {
                zone.intrusions(&scan.pattern, &scan.read(world, draw)) >= *least
            }
            Tells::Ranges(_) | Tells::Poses(_) => false,
        }
    }

    /// The ranges that it measures; empty for a light barrier, and for one that tells poses.
    pub fn ranges(&self, world: &World, draw: Draw) -> Vec<Reading> {
        match &self.tells {
            Tells::Blocked(_) | Tells::Poses(_) => Vec::new(),
            Tells::Near { scan, .. } | Tells::Intruded { scan, .. } | Tells::Ranges(scan) => {
                scan.read(world, draw)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::world::Surface;
    use super::*;

    /// A box of 0.2 m with its near side `range` ahead of the origin.
    fn ahead(range: f64) -> World {
        let mut world = World::new();
        let pose = Isometry3::translation(range + 0.1, 0.0, 0.0);
        world.add_box(Vector3::repeat(0.2), pose, Surface::default()).unwrap();
        world.update().unwrap();
        world
    }

    fn eye(tells: Tells) -> Eye {
        let response = Response::default();
        let (recorded, beam, solved) = (true, None, false);
        Eye { name: "e".into(), tells, every_ns: 1, response, recorded, beam, solved }
    }

    const DRAW: Draw = Draw { seed: 1, instrument: 0, scan: 0 };

    #[test]
    fn proximity_has_hysteresis() {
        let pattern = Pattern::cone(1, 0.02, 0.0, 5.0);
        let scan = Scan { pattern, pose: Isometry3::identity(), ranging: Ranging::IDEAL };
        let near = eye(Tells::Near { scan, switches_at: 1.0, hysteresis: 0.1 });
        for (range, was, sees) in
            [(0.99, false, true), (1.05, false, false), (1.05, true, true), (1.11, true, false)]
        {
            assert_eq!(near.sees(&ahead(range), was, DRAW), sees, "{range} {was}");
        }
    }

    #[test]
    fn a_zone_is_guarded() {
        let zone = Zone::new(vec![[0.0, -0.5], [2.0, -0.5], [2.0, 0.5], [0.0, 0.5]]).unwrap();
        let pattern = Pattern::fan(541, 1.5 * std::f64::consts::PI, 0.04, 0.05, 10.0);
        let scan = Scan { pattern, pose: Isometry3::identity(), ranging: Ranging::IDEAL };
        let guard = eye(Tells::Intruded { scan: scan.clone(), zone, least: 3 });
        assert!(guard.sees(&ahead(1.9), false, DRAW) && !guard.sees(&ahead(2.1), false, DRAW));
        let ranges = eye(Tells::Ranges(scan)).ranges(&ahead(1.5), DRAW);
        assert_eq!(ranges[270].range, Some(1.5));
        assert_eq!(ranges[0].range, None);
    }
}
