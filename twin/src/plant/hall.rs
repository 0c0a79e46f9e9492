//! The hall: from `hall: (…)` and the `heat: (…)` of equipment to boxes, materials and responses, with all that does not fit.

use nalgebra::{Isometry3, Vector3};

use super::build::Builder;
use super::heat;
use crate::diagnostics::{Code, Diagnostic, codes, did_you_mean};
use crate::engine::{Block, Form, Hall, Obstacle};
use crate::field::{Face, Heat, Material, SceneError, Tier};
use crate::layout::hall::{
    FieldsFile, HallFile, HeatFile, LeakFile, Metres, ObstacleFile, WallFile,
};
use crate::layout::text::Slice;
use crate::units::{HeatTransfer, SimDuration, Temperature};

/// Solids that are known anyway: thermal conductivity [W/(m K)], density [kg/m³] and specific heat [J/(kg K)], after
/// ISO 10456:2007, table 3.
const SOLIDS: [(&str, f64, f64, f64); 8] = [
    ("steel", 50.0, 7800.0, 450.0),
    ("stainless steel", 17.0, 7900.0, 500.0),
    ("aluminium", 160.0, 2800.0, 880.0),
    ("copper", 380.0, 8900.0, 380.0),
    ("concrete", 2.0, 2400.0, 1000.0),
    ("glass", 1.0, 2500.0, 750.0),
    ("plasterboard", 0.25, 900.0, 1000.0),
    ("plywood", 0.13, 500.0, 1600.0),
];

/// Most materials, and most vents: cells and faces are told apart by a byte.
pub(super) const MOST: usize = 200;
/// Part of a cell by which a box may reach beyond the hall, for rounding.
const SLACK: f64 = 1e-6;

/// Compiles the hall and the heat of all equipment; at most `most_cells` cells.
pub(super) fn build(
    builder: &mut Builder<'_, '_>,
    hall: Option<(Slice<'_>, HallFile)>,
    most_cells: usize,
) {
    let heats = heat::take_heats(builder);
    let Some((slice, file)) = hall else {
        if let Some((id, _)) = heats.first() {
            let item = &builder.items[id.index()];
            let message = format!("\"{}\" has `heat`, but the plant has no `hall`", item.name);
            let warning = Diagnostic::warning(codes::NO_HALL, message);
            let warning = warning.at(item.slice.span_at("heat"));
            builder.found.push(warning.hint("say where it stands: `hall: (size: …, cell: …)`"));
        }
        return;
    };
    let mut compiler = HallCompiler { builder, slice, hall: empty(&file, most_cells) };
    compiler.check_size(&file);
    if compiler.builder.found.has_errors() {
        return;
    }
    compiler.walls(&file);
    compiler.materials(&file);
    compiler.obstacles(&file);
    compiler.vents(&file);
    compiler.inside(&file);
    for (id, heat) in heats {
        compiler.heat(id, &heat);
    }
    compiler.overlaps();
    let hall = compiler.hall;
    builder.model.hall = Some(hall);
}

fn tick(file: &HallFile) -> SimDuration {
    file.tick.unwrap_or(SimDuration::from_s(60))
}

/// The hall without anything in it.
fn empty(file: &HallFile, most_cells: usize) -> Hall {
    let start = file.start.map_or(20.0, Temperature::celsius);
    let [x, y] = file.corner.map_or([0.0; 2], |(x, y)| [x.0, y.0]);
    let (l, w, h) = file.size;
    let tier = match file.fields {
        FieldsFile::None => None,
        FieldsFile::Network => Some(Tier::Network),
        FieldsFile::Conduction => Some(Tier::Conduction),
        FieldsFile::Air => Some(Tier::Air),
        FieldsFile::Lattice => Some(Tier::Lattice),
    };
    Hall {
        size: [l.0, w.0, h.0],
        origin: [x, y, 0.0],
        cell: file.cell.metres(),
        most_cells,
        tier,
        coupled: file.coupled.unwrap_or(true),
        tick: tick(file),
        flow_ticks: file
            .flow_every
            .map_or(1, |every| (every.ns() / tick(file).ns().max(1)).max(1) as u64),
        start,
        outside: file.outside.map_or(start, Temperature::celsius),
        walls: [Heat::Adiabatic; 6],
        materials: Vec::new(),
        obstacles: Vec::new(),
        vents: Vec::new(),
        fans: Vec::new(),
        porous: Vec::new(),
        leaks: Vec::new(),
        diffusivity: LeakFile::DIFFUSIVITY,
        heated: Vec::new(),
    }
}

/// The hall under construction.
pub(super) struct HallCompiler<'b, 'a, 'd, 's> {
    pub(super) builder: &'b mut Builder<'a, 'd>,
    pub(super) slice: Slice<'s>,
    pub(super) hall: Hall,
}

impl HallCompiler<'_, '_, '_, '_> {
    pub(super) fn error(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.slice.error(self.builder.found, code, field, message, None);
    }

    fn check_size(&mut self, file: &HallFile) {
        match self.hall.grid(None) {
            Ok(_) => {}
            Err(error @ SceneError::TooManyCells { .. }) => {
                let hint = "larger cells make fewer, and `--max-cells` raises the limit".to_owned();
                let message = error.to_string();
                self.slice.error(self.builder.found, codes::TOO_LARGE, "cell", message, Some(hint));
            }
            Err(SceneError::CellSize(_)) => {
                self.error(codes::BAD_VALUE, "cell", "cells are larger than zero");
            }
            Err(_) => {
                let message =
                    "a hall has a length, a width and a height above zero, and stands somewhere";
                self.error(codes::BAD_VALUE, "size", message);
            }
        }
        if file.tick.is_some_and(|tick| tick <= SimDuration::ZERO) {
            self.error(codes::BAD_VALUE, "tick", "a tick is longer than zero");
        } else if let Some(every) = file.flow_every {
            let tick = tick(file);
            if every < tick || every.ns() % tick.ns() != 0 {
                let message = format!("the flow is solved every one, two, three … ticks of {tick}");
                self.error(codes::BAD_VALUE, "flow_every", message);
            }
        }
    }

    fn walls(&mut self, file: &HallFile) {
        let walls = &file.walls;
        let all = [&walls.west, &walls.east, &walls.south, &walls.north, &walls.floor, &walls.roof];
        for (face, wall) in Face::ALL.into_iter().zip(all) {
            let Some(WallFile { u_value, beyond, kept_at }) = wall else { continue };
            let ambient = beyond.map_or(self.hall.outside, Temperature::celsius);
            self.hall.walls[face as usize] = match (u_value, kept_at) {
                (Some(u), None) => {
                    let film = u.watts_per_square_metre_kelvin();
                    Heat::Surface { film, emissivity: 0.0, ambient }
                }
                (None, Some(kept)) if beyond.is_none() => Heat::Fixed(kept.celsius()),
                _ => {
                    let field = format!("walls.{}", format!("{face:?}").to_lowercase());
                    let message = "a wall has a `u_value` and what is `beyond` it, or is `kept_at` a temperature";
                    self.error(codes::BAD_VALUE, &field, message);
                    Heat::Adiabatic
                }
            };
        }
    }

    fn materials(&mut self, file: &HallFile) {
        let film = |film: Option<HeatTransfer>| {
            film.map_or(HeatFile::FILM, HeatTransfer::watts_per_square_metre_kelvin)
        };
        for (name, own) in &file.materials {
            let material = Material {
                name: name.clone(),
                conductivity: own.conductivity.watts_per_metre_kelvin(),
                density: own.density.kilograms_per_cubic_metre(),
                specific_heat: own.specific_heat.joules_per_kilogram_kelvin(),
                film: Some(film(own.film)),
            };
            let Material { conductivity, density, specific_heat, .. } = material;
            if !(conductivity > 0.0 && density > 0.0 && specific_heat > 0.0) {
                let message = "a material conducts, weighs and stores more than nothing";
                self.error(codes::BAD_VALUE, &format!("materials.\"{name}\""), message);
            }
            self.hall.materials.push(material);
        }
        for (name, conductivity, density, specific_heat) in SOLIDS {
            if !file.materials.contains_key(name) {
                self.hall.materials.push(Material {
                    name: name.to_owned(),
                    conductivity,
                    density,
                    specific_heat,
                    film: Some(film(None)),
                });
            }
        }
        if self.hall.materials.len() > MOST {
            self.error(codes::TOO_LARGE, "materials", "there are at most 190 materials");
        }
    }

    /// The row of the material called `name`; else what may have been meant.
    pub(super) fn material(&self, name: &str) -> Result<usize, (String, Option<String>)> {
        let known = || self.hall.materials.iter().map(|material| material.name.as_str());
        known().position(|known| known == name).ok_or_else(|| {
            let hint = did_you_mean(name, known()).map_or_else(
                || format!("the materials are: {}", known().collect::<Vec<_>>().join(", ")),
                |meant| format!("did you mean \"{meant}\"?"),
            );
            (format!("no material is called \"{name}\""), Some(hint))
        })
    }

    /// The box from `from` to `to`, which stands at `field` of the hall; `None` if it is none or lies beyond the hall.
    pub(super) fn block(
        &mut self,
        field: &str,
        name: &str,
        from: [f64; 3],
        to: [f64; 3],
    ) -> Option<Block> {
        let ordered = (0..3).all(|axis| from[axis] < to[axis]);
        if !ordered || from.iter().chain(&to).any(|at| !at.is_finite()) {
            let message = format!("\"{name}\" reaches from smaller to larger coordinates");
            self.error(codes::BAD_VALUE, field, message);
            return None;
        }
        self.within(field, Block { name: name.to_owned(), low: from, high: to, form: None })
    }

    /// `block`, unless it lies beyond the hall.
    fn within(&mut self, field: &str, block: Block) -> Option<Block> {
        if self.holds(&block) {
            return Some(block);
        }
        let message =
            format!("\"{}\" reaches beyond the hall, which is {}", block.name, self.extent());
        self.error(codes::OUTSIDE_HALL, field, message);
        None
    }

    /// What an obstacle takes up: a box, or a shape at a place.
    fn obstacle(&mut self, field: &str, name: &str, file: &ObstacleFile) -> Option<Block> {
        match file {
            ObstacleFile {
                from: Some(from),
                to: Some(to),
                shape: None,
                at: None,
                facing: None,
                ..
            } => self.block(field, name, point(*from), point(*to)),
            ObstacleFile {
                from: None, to: None, shape: Some(shape), at: Some(at), facing, ..
            } => {
                let turn = facing.map_or(0.0, crate::units::Angle::radians);
                let at = Vector3::from(point(*at));
                if !(at.iter().all(|x| x.is_finite()) && turn.is_finite()) {
                    self.error(codes::BAD_VALUE, field, "a place is three numbers of metres");
                    return None;
                }
                match self.builder.mesh(shape) {
                    Ok(mesh) => {
                        let pose = Isometry3::new(at, Vector3::z() * turn);
                        self.within(field, Block::about(name.to_owned(), Form::new(mesh?, pose)))
                    }
                    Err((message, hint)) => {
                        let (field, code) = (format!("{field}.shape"), codes::UNKNOWN_NAME);
                        self.slice.error(self.builder.found, code, &field, message, hint);
                        None
                    }
                }
            }
            _ => {
                let message = "an obstacle is a box `from` a corner `to` another, or a `shape` that is `at` a place";
                self.error(codes::MISSING_FIELD, field, message);
                None
            }
        }
    }

    pub(super) fn holds(&self, block: &Block) -> bool {
        let Hall { origin, size, cell, .. } = &self.hall;
        (0..3).all(|axis| {
            block.low[axis] >= origin[axis] - SLACK * cell
                && block.high[axis] <= origin[axis] + size[axis] + SLACK * cell
        })
    }

    /// `x 0 to 60 m, y 0 to 30 m, z 0 to 6 m`.
    pub(super) fn extent(&self) -> String {
        let Hall { origin, size, .. } = &self.hall;
        let sides = ["x", "y", "z"].iter().enumerate();
        let sides = sides.map(|(axis, name)| {
            format!("{name} {} to {} m", origin[axis], origin[axis] + size[axis])
        });
        sides.collect::<Vec<_>>().join(", ")
    }

    fn obstacles(&mut self, file: &HallFile) {
        for (name, obstacle) in &file.obstacles {
            let field = format!("obstacles.\"{name}\"");
            let Some(block) = self.obstacle(&field, name, obstacle) else { continue };
            match self.material(obstacle.of.as_deref().unwrap_or("concrete")) {
                Ok(material) => self.hall.obstacles.push(Obstacle { block, material }),
                Err((message, hint)) => {
                    let (field, code) = (format!("{field}.of"), codes::UNKNOWN_NAME);
                    self.slice.error(self.builder.found, code, &field, message, hint);
                }
            }
        }
    }

    fn inside(&mut self, file: &HallFile) {
        for (name, fan) in &file.fans {
            let field = format!("fans.\"{name}\"");
            let (x, y, z) = fan.velocity;
            let velocity = [x, y, z].map(crate::units::Speed::metres_per_second);
            if let Some(block) = self.block(&field, name, point(fan.from), point(fan.to)) {
                self.hall.fans.push((block, velocity));
            }
        }
        for (name, porous) in &file.porous {
            let field = format!("porous.\"{name}\"");
            if !(porous.loss_per_m.is_finite() && porous.loss_per_m >= 0.0) {
                let field = format!("{field}.loss_per_m");
                self.error(codes::BAD_VALUE, &field, "a loss is a number from 0 up");
            }
            if let Some(block) = self.block(&field, name, point(porous.from), point(porous.to)) {
                self.hall.porous.push((block, porous.loss_per_m));
            }
        }
        for (name, leak) in &file.leaks {
            let field = format!("leaks.\"{name}\"");
            if let Some(block) = self.block(&field, name, point(leak.from), point(leak.to)) {
                self.hall.leaks.push((block, leak.rate.kilograms_per_second()));
            }
        }
    }
}

fn point((x, y, z): (Metres, Metres, Metres)) -> [f64; 3] {
    [x.0, y.0, z.0]
}
