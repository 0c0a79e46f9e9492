//! The heat of equipment: from `heat: (…)` to a body with a capacity, what it gives off, and what temperature does to it.

use super::build::Builder;
use super::energy;
use super::hall::HallCompiler;
use crate::diagnostics::{Diagnostic, codes};
use crate::engine::{Activity, Block, Heated, Response};
use crate::id::EquipmentId;
use crate::layout::hall::{HeatFile, SensesFile};
use crate::units::{HeatTransfer, Share, Temperature};

/// Slowest speed that heat may bring about.
const SLOWEST: f64 = 0.01;

/// Takes what the file says about the heat of all equipment.
pub(super) fn take_heats(builder: &mut Builder<'_, '_>) -> Vec<(EquipmentId, HeatFile)> {
    let items = builder.items.iter_mut().enumerate();
    let heats =
        items.filter_map(|(n, item)| Some((EquipmentId::from_index(n), item.file.heat.take()?)));
    heats.collect()
}

impl HallCompiler<'_, '_, '_, '_> {
    /// Compiles the heat of `id`.
    pub(super) fn heat(&mut self, id: EquipmentId, file: &HeatFile) {
        let block = self.builder.stands(id);
        if !self.holds(&block) {
            let spans = ["x", "y", "z"].iter().enumerate();
            let spans = spans.map(|(axis, name)| {
                format!("{name} {} to {} m", block.low[axis], block.high[axis])
            });
            let spans = spans.collect::<Vec<_>>().join(", ");
            let message =
                format!("stands at {spans}, not within the hall, which is {}", self.extent());
            self.builder.error_as(codes::OUTSIDE_HALL, id, "at", &message);
            return;
        }
        let Some((material, capacity)) = self.capacity(id, file) else { return };
        let (share, gives) = self.off(id, file);
        let film = file.film.map(HeatTransfer::watts_per_square_metre_kelvin);
        let response = self.response(id, file);
        self.builder.model.equipment[id.index()].heated = Some(self.hall.heated.len() as u32);
        self.hall.heated.push(Heated {
            equipment: id,
            block,
            material,
            capacity,
            film: film.unwrap_or(HeatFile::FILM),
            emissivity: file.emissivity.map_or(HeatFile::EMISSIVITY, Share::fraction),
            share,
            gives,
            convective: file.convective.map_or(0.0, Share::fraction),
            feels_air: file.senses == SensesFile::Air,
            response,
        });
    }

    /// The row of its material, and its heat capacity [J/K].
    fn capacity(&mut self, id: EquipmentId, file: &HeatFile) -> Option<(usize, f64)> {
        let material = match self.material(file.material.as_deref().unwrap_or("steel")) {
            Ok(material) => material,
            Err((message, hint)) => {
                let item = &self.builder.items[id.index()];
                let message = format!("\"{}\": {message}", item.name);
                let code = codes::UNKNOWN_NAME;
                item.slice.error(self.builder.found, code, "heat.material", message, hint);
                return None;
            }
        };
        let specific = self.hall.materials[material].specific_heat;
        let capacity = match (file.mass, file.capacity) {
            (Some(mass), None) => mass.kilograms() * specific,
            (None, Some(capacity)) => capacity.joules_per_kelvin(),
            (None, None) => {
                let message = "how fast it warms up follows from its `mass`, or its `capacity`";
                self.builder.error_as(codes::MISSING_FIELD, id, "heat", message);
                return None;
            }
            (Some(_), Some(_)) => {
                let message = "has a `mass` or a heat `capacity`, not both";
                self.builder.error(id, "heat.capacity", message);
                return None;
            }
        };
        if !(capacity > 0.0) {
            let field = if file.mass.is_some() { "heat.mass" } else { "heat.capacity" };
            self.builder.error(id, field, "what weighs nothing has no temperature");
            return None;
        }
        Some((material, capacity))
    }

    /// What it gives off: the share of its electric power, and heat besides by activity.
    fn off(&mut self, id: EquipmentId, file: &HeatFile) -> (f64, [f64; Activity::COUNT]) {
        if file.share.is_some() && !self.builder.model.takes_power(id) {
            let message = "a share of its electric power, but it takes none: give it `power`";
            self.builder.error(id, "heat.share", message);
        }
        let Some(gives) = &file.gives else {
            return (file.share.map_or(1.0, Share::fraction), [0.0; Activity::COUNT]);
        };
        if gives.ramp.is_some() || gives.switch_on.is_some() {
            let message = "heat has no ramps of its own: the `mass` says how fast it warms up";
            self.builder.error(id, "heat.gives", message);
        }
        if !energy::is_uniform(gives, false) {
            self.builder.error(id, "heat.gives", "heat is a power such as \"8 kW\" everywhere");
        }
        (file.share.map_or(0.0, Share::fraction), energy::levels(gives))
    }

    fn response(&mut self, id: EquipmentId, file: &HeatFile) -> Response {
        let processor = self.builder.model.row(id).processor;
        let points = |points: &[(Temperature, Share)]| -> Vec<(f64, f64)> {
            points.iter().map(|(t, share)| (t.celsius(), share.fraction())).collect()
        };
        let (speed, defects) = (points(&file.derating), points(&file.defects));
        for (field, points) in [("heat.derating", &speed), ("heat.defects", &defects)] {
            if !points.is_empty() && !processor {
                let message = "only where parts are worked on does temperature change the work; `trips` can be anywhere";
                self.builder.error(id, field, message);
            }
            if !points.windows(2).all(|pair| pair[0].0 < pair[1].0) {
                self.builder.error(id, field, "each point is warmer than the one before");
            }
        }
        if speed.iter().any(|(_, speed)| *speed < SLOWEST) {
            let message = "slower than 1 % is as good as standing: that is what `trips` are for";
            self.builder.error(id, "heat.derating", message);
        }
        let trips = file.trips.map(|trips| (trips.above.celsius(), trips.resets_below.celsius()));
        if trips.is_some_and(|(above, below)| below > above) {
            let message = "it switches on again where it is colder than where it switches off";
            self.builder.error(id, "heat.trips.resets_below", message);
        }
        Response { speed, defects, trips }
    }

    /// Warns of boxes of bodies and obstacles that stand in each other. Of forms it is not known: a hood is about its oven.
    pub(super) fn overlaps(&mut self) {
        let heated = &self.hall.heated;
        let boxes = heated.iter().enumerate().filter(|(_, one)| one.block.form.is_none());
        for (n, one) in boxes {
            let before = heated[..n].iter().map(|other| &other.block);
            let others = before.chain(self.hall.obstacles.iter().map(|other| &other.block));
            let mut boxes = others.filter(|other| other.form.is_none());
            let Some(other) = boxes.find(|other| other.meets(&one.block)) else { continue };
            let message = format!("\"{}\" stands in \"{}\"", one.block.name, other.name);
            let item = &self.builder.items[one.equipment.index()];
            let warning =
                Diagnostic::warning(codes::OUTSIDE_HALL, message).at(item.slice.span_at("at"));
            let hint = "cells that both take are those of the one that the file names last";
            self.builder.found.push(warning.hint(hint));
        }
    }
}

impl Builder<'_, '_> {
    /// Where `id` stands: its form; without one, the box about its place, or, where parts leave it further on, from its place to there. Turned
    /// boxes are taken with the sides along the axes that hold them.
    fn stands(&self, id: EquipmentId) -> Block {
        let row = self.model.row(id);
        if let Some(form) = &row.form {
            return Block::about(row.name.clone(), form.clone());
        }
        let at = row.pose.translation.vector;
        let (_, _, turn) = row.pose.rotation.euler_angles();
        let (sin, cos) = turn.sin_cos();
        let [l, w, h] = [row.size.x, row.size.y, row.size.z];
        let ahead = row.way.length_m() / 2.0;
        let middle = [at.x + ahead * cos, at.y + ahead * sin];
        let half = [(l * cos).abs() + (w * sin).abs(), (l * sin).abs() + (w * cos).abs()];
        // Quarter turns are exact but for the last bits.
        let round = |metres: f64| (metres * 1e9).round() / 1e9;
        let side = |axis: usize, sign: f64| round(middle[axis] + sign * half[axis] / 2.0);
        Block {
            name: row.name.clone(),
            low: [side(0, -1.0), side(1, -1.0), at.z],
            high: [side(0, 1.0), side(1, 1.0), at.z + h],
            form: None,
        }
    }
}
