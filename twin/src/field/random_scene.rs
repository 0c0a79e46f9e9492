//! Scenes at random, for tests that compare solvers: the same number gives the same scene on every machine.

use super::grid::{Face, Grid, Region};
use super::scene::{
    Body, Fan, Flow, Fluid, Heat, Material, MaterialId, Patch, Porous, Scene, Source, Target,
};
use super::voxels::{Triangle, Voxels};

/// What is wanted of the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Air {
    /// Closed and at rest in the beginning; all conditions for heat.
    Still,
    /// Besides, one inlet, one opening, a fan and a resistance.
    Driven,
}

/// Numbers from a linear congruential generator (Knuth's MMIX constants).
struct Draw(u64);

impl Draw {
    /// 0 to 1, 1 excluded.
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Between two numbers.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Between two numbers, evenly in their logarithm.
    fn scale(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// From `low` to `high`, included.
    fn whole(&mut self, low: usize, high: usize) -> usize {
        (low + (self.unit() * (high - low + 1) as f64) as usize).min(high)
    }

    /// A box of cells that leaves `margin` cells at each side, of up to a third of the grid along each axis.
    fn region(&mut self, grid: &Grid, margin: usize) -> Region {
        let mut region = Region::default();
        for axis in 0..3 {
            let n = grid.cells[axis];
            let long = self.whole(1, (n / 3).max(1));
            region.from[axis] = self.whole(margin, (n - margin).saturating_sub(long).max(margin));
            region.to[axis] = (region.from[axis] + long).min(n);
        }
        region
    }

    /// A condition for heat of a wall, around 20 °C.
    fn heat(&mut self) -> Heat {
        match self.whole(0, 4) {
            0 => Heat::Adiabatic,
            1 => Heat::Fixed(self.between(0.0, 40.0)),
            2 => Heat::Flux(self.between(-50.0, 100.0)),
            n => Heat::Surface {
                film: self.between(0.0, 15.0),
                emissivity: if n == 3 { 0.0 } else { self.unit() },
                ambient: self.between(-10.0, 40.0),
            },
        }
    }
}

/// Scene number `seed`: a hall of 8 to 20 cells along each axis at 20 °C and somewhat more towards one corner, with walls of several
/// kinds, blocks of several materials, up to three bodies and heat sources; every fourth one is periodic along x.
pub fn random_scene(seed: u64, air: Air) -> Scene {
    let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1));
    for _ in 0..4 {
        draw.unit();
    }
    let cells = [(); 3].map(|()| draw.whole(8, 20));
    let cell = draw.between(0.05, 0.25);
    let mut scene = Scene::new(Grid { cells, cell, origin: [0.0; 3] }, Fluid::AIR, 20.0);
    let long = cell * cells[0] as f64;
    let rise = draw.between(-5.0, 5.0) / long;
    scene.temperature =
        super::Initial::Of(std::sync::Arc::new(move |[x, y, z]| 20.0 + rise * (x + 0.5 * y - z)));
    walls(&mut scene, &mut draw, seed % 4 == 3 && air == Air::Still);
    solids(&mut scene, &mut draw);
    if air == Air::Driven {
        drives(&mut scene, &mut draw);
    }
    scene
}

fn walls(scene: &mut Scene, draw: &mut Draw, periodic: bool) {
    for face in Face::ALL {
        let heat = draw.heat();
        let patch =
            scene.set_side(face, Patch { name: format!("{face:?}"), heat, ..Patch::default() });
        // A window in the wall.
        let other =
            Patch { name: format!("window {patch}"), heat: draw.heat(), ..Patch::default() };
        scene.patches.push(other);
        let high = scene.grid.middle(scene.grid.cells.map(|n| draw.whole(2, n)));
        scene.paint(face, [0.0; 3], high, patch as u8 + 1);
    }
    if periodic {
        for face in [Face::West, Face::East] {
            scene.set_side(face, Patch { flow: Flow::Periodic, ..Patch::default() });
        }
    }
}

fn solids(scene: &mut Scene, draw: &mut Draw) {
    let grid = scene.grid;
    for n in 0..draw.whole(1, 4) {
        let film = (draw.unit() < 0.5).then(|| draw.scale(1.0, 50.0));
        let material = scene.add_material(Material {
            name: format!("material {n}"),
            conductivity: draw.scale(0.05, 50.0),
            density: draw.between(100.0, 8000.0),
            specific_heat: draw.between(400.0, 2000.0),
            film,
        });
        let region = draw.region(&grid, 0);
        scene.fill(region.iter(), material);
    }
    let some = draw.region(&grid, 1);
    let watts = draw.between(-100.0, 500.0);
    scene.sources.push(Source { name: "source".into(), to: Target::Cells(some), watts });
    let mut taken: Vec<Region> = Vec::new();
    for n in 0..draw.whole(0, 3) {
        let region = draw.region(&grid, 1);
        let apart = |other: &Region| {
            (0..3).any(|axis| {
                region.to[axis] <= other.from[axis] || other.to[axis] <= region.from[axis]
            })
        };
        if !taken.iter().all(apart) {
            continue;
        }
        taken.push(region);
        let voxels = (draw.unit() < 0.5).then(|| diamond(&grid, region)).flatten();
        let body = scene.add_body(Body {
            name: format!("body {n}"),
            region: voxels.as_ref().map_or(region, Voxels::region),
            voxels,
            material: MaterialId(draw.whole(1, scene.materials.len()) as u8),
            capacity: draw.scale(1e3, 1e5),
            area: (draw.unit() < 0.5).then(|| draw.between(0.1, 2.0)),
            film: draw.between(2.0, 20.0),
            emissivity: draw.unit(),
        });
        let watts = draw.between(0.0, 300.0);
        scene.sources.push(Source { name: format!("heater {n}"), to: Target::Body(body), watts });
    }
}

/// The cells of an octahedron in a region.
fn diamond(grid: &Grid, region: Region) -> Option<Voxels> {
    let corner = |at: [usize; 3]| -> [f64; 3] {
        std::array::from_fn(|axis| grid.origin[axis] + at[axis] as f64 * grid.cell)
    };
    let (low, high) = (corner(region.from), corner(region.to));
    let middle: [f64; 3] = std::array::from_fn(|axis| f64::midpoint(low[axis], high[axis]));
    let tip = |axis: usize, up: bool| {
        let mut at = middle;
        at[axis] = if up { high[axis] } else { low[axis] };
        at
    };
    let faces: Vec<Triangle> = (0..8)
        .map(|n| {
            let up = |axis: usize| n >> axis & 1 == 1;
            let [x, y, z] = [0, 1, 2].map(|axis| tip(axis, up(axis)));
            if up(0) ^ up(1) ^ up(2) { [x, y, z] } else { [x, z, y] }
        })
        .collect();
    grid.enclosed(&faces)
}

/// An inlet low in the west, an opening high in the east, a fan and a resistance between them. Their way is free at both ends.
fn drives(scene: &mut Scene, draw: &mut Draw) {
    let grid = scene.grid;
    let [nx, ny, nz] = grid.cells;
    for x in [0, nx - 1] {
        scene.fill(Region { from: [x, 0, 0], to: [x + 1, ny, nz] }.iter(), MaterialId::FLUID);
    }
    let height = grid.cell * nz as f64;
    let velocity = [draw.between(0.1, 0.5), 0.0, 0.0];
    let temperature = draw.between(12.0, 24.0);
    for (face, low, high, flow) in [
        (Face::West, 0.0, height / 3.0, Flow::Forced { velocity, temperature }),
        (Face::East, height / 2.0, height * 2.0, Flow::Opening { temperature }),
    ] {
        scene.patches.push(Patch { name: format!("{flow:?}"), heat: Heat::Adiabatic, flow });
        let patch = scene.patches.len() as u8 - 1;
        scene.paint(face, [0.0, 0.0, low], [1e3, 1e3, high], patch);
    }
    let velocity = [(); 3].map(|()| draw.between(-0.3, 0.3));
    let region = draw.region(&grid, 1);
    scene.fans.push(Fan { name: "fan".into(), region, velocity });
    let region = draw.region(&grid, 1);
    scene.porous.push(Porous { name: "rack".into(), region, loss: draw.scale(1.0, 100.0) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_hold_together() {
        for seed in 0..100 {
            for air in [Air::Still, Air::Driven] {
                let scene = random_scene(seed, air);
                assert!(scene.check().is_empty(), "{seed}: {:?}", scene.check());
                assert!(scene.filled.iter().any(|m| m.is_fluid()) && !scene.materials.is_empty());
            }
        }
    }
}
