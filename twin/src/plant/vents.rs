//! Where air comes into a hall and goes out: openings, inlets and outlets in its sides.

use super::hall::{HallCompiler, MOST};
use crate::diagnostics::codes;
use crate::engine::Vent;
use crate::field::Face;
use crate::layout::hall::{HallFile, Metres, SideFile};
use crate::units::Temperature;

impl HallCompiler<'_, '_, '_, '_> {
    pub(super) fn vents(&mut self, file: &HallFile) {
        let outside = self.hall.outside;
        let or_outside = |t: Option<Temperature>| t.map_or(outside, Temperature::celsius);
        for (name, gate) in &file.openings {
            let field = format!("openings.\"{name}\"");
            let t = or_outside(gate.temperature);
            self.vent(&field, name, gate.side, (gate.from, gate.to), (None, t));
        }
        for (name, inlet) in &file.inlets {
            let field = format!("inlets.\"{name}\"");
            let flow = inlet.flow.cubic_metres_per_second();
            if flow <= 0.0 {
                self.error(codes::BAD_VALUE, &format!("{field}.flow"), "nothing comes in");
            }
            let t = or_outside(inlet.temperature);
            self.vent(&field, name, inlet.side, (inlet.from, inlet.to), (Some(flow), t));
        }
        for (name, outlet) in &file.outlets {
            let field = format!("outlets.\"{name}\"");
            let flow = outlet.flow.map(|flow| -flow.cubic_metres_per_second());
            self.vent(&field, name, outlet.side, (outlet.from, outlet.to), (flow, outside));
        }
        if self.hall.vents.len() > MOST {
            self.error(codes::TOO_LARGE, "", "there are at most 200 openings, inlets and outlets");
        }
        self.check_flow();
    }

    fn vent(
        &mut self,
        field: &str,
        name: &str,
        side: SideFile,
        (from, to): ((Metres, Metres), (Metres, Metres)),
        (flow, temperature): (Option<f64>, f64),
    ) {
        let face = face(side);
        let [fast, slow] = face.inside().map(|axis| axis as usize);
        let (mut low, mut high) = (self.hall.origin, self.hall.origin);
        (low[fast], low[slow]) = (from.0.0, from.1.0);
        (high[fast], high[slow]) = (to.0.0, to.1.0);
        let across = face.axis() as usize;
        high[across] += self.hall.size[across];
        let Some(mut block) = self.block(field, name, low, high) else { return };
        let at = if face.is_upper() { block.high[across] } else { block.low[across] };
        (block.low[across], block.high[across]) = (at, at);
        let meets = |other: &Vent| {
            let shared = |axis: usize| {
                other.block.low[axis] < block.high[axis] && block.low[axis] < other.block.high[axis]
            };
            other.face == face && shared(fast) && shared(slow)
        };
        if let Some(other) = self.hall.vents.iter().find(|other| meets(other)) {
            let message = format!("\"{name}\" overlaps with \"{}\"", other.block.name);
            self.error(codes::OUTSIDE_HALL, field, message);
        }
        self.hall.vents.push(Vent { block, face, flow, temperature });
    }

    /// What comes in has to go out: air is not compressed.
    fn check_flow(&mut self) {
        let vents = &self.hall.vents;
        if vents.iter().any(|vent| vent.flow.is_none()) {
            return;
        }
        let flow = |sign: f64| -> f64 {
            let driven = vents.iter().filter_map(|vent| vent.flow);
            driven.map(|flow| (flow * sign).max(0.0)).sum()
        };
        let (inwards, outwards) = (flow(1.0), flow(-1.0));
        if (inwards - outwards).abs() > 1e-6 * inwards.max(outwards) {
            let field = if inwards > outwards { "inlets" } else { "outlets" };
            let message = format!(
                "{inwards} m3/s of air come in and {outwards} m3/s go out: with no opening, and no outlet without a \
                 `flow`, the difference has nowhere to go"
            );
            self.error(codes::NO_WAY_OUT, field, message);
        }
    }
}

fn face(side: SideFile) -> Face {
    match side {
        SideFile::West => Face::West,
        SideFile::East => Face::East,
        SideFile::South => Face::South,
        SideFile::North => Face::North,
        SideFile::Floor => Face::Floor,
        SideFile::Roof => Face::Roof,
    }
}
