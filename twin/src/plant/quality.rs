//! Where defects arise: from `quality: (…)` of an equipment to the row of its process, and customers to their suppliers.

use super::build::Builder;
use crate::engine::{Compile, Drift, DriftAfter, Process};
use crate::id::EquipmentId;
use crate::layout::quality::{DriftFile, QualityFile};
use crate::units::Share;

/// Seconds of an hour.
const HOUR_S: f64 = 3600.0;

impl Builder<'_, '_> {
    /// Compiles the processes of all equipment.
    pub(super) fn processes(&mut self) {
        for index in 0..self.items.len() {
            if let Some(file) = self.items[index].file.quality.take() {
                self.process(EquipmentId::from_index(index), &file);
            }
        }
    }

    fn process(&mut self, id: EquipmentId, file: &QualityFile) {
        let row = self.model.row(id);
        let lasts = file.drift.is_some() || file.wear.per_part.or(file.wear.per_hour).is_some();
        if !row.processor {
            self.error(id, "quality", "defects arise where parts are worked on, not here");
            return;
        }
        if row.by_place && lasts {
            let message = "each place of this kind is maintained by itself, so that the equipment as \
                           a whole has neither wear nor drift";
            self.error(id, "quality", message);
            return;
        }
        let drift = file.drift.as_ref().and_then(|drift| self.drift(id, drift));
        let mut cx = Compile { model: &mut self.model, names: &mut self.names, me: id };
        let stream = cx.stream("quality");
        let share = |share: Option<Share>| share.map_or(0.0, Share::fraction);
        let process = Process {
            equipment: id,
            defects: share(file.defects),
            per_cycle: share(file.wear.per_part),
            per_second: share(file.wear.per_hour) / HOUR_S,
            drift,
            repairs: share(file.repairs),
            stream,
        };
        self.model.equipment[id.index()].process = self.model.processes.len() as u32;
        self.model.processes.push(process);
    }

    fn drift(&mut self, id: EquipmentId, file: &DriftFile) -> Option<Drift> {
        let mut cx = Compile { model: &mut self.model, names: &mut self.names, me: id };
        let after = match (&file.every, &file.parts) {
            (Some(every), None) => DriftAfter::Work(cx.draw("quality.drift/every", every)),
            (None, Some(parts)) => DriftAfter::Parts(cx.draw_number("quality.drift/parts", parts)),
            _ => {
                let message =
                    "a process goes out of control `every` so much work, or after `parts`";
                self.error(id, "quality.drift", message);
                return None;
            }
        };
        Some(Drift { after, defects: file.defects.fraction() })
    }

    /// Tells customers who replenishes what they ask for.
    pub(super) fn suppliers(&mut self, customers: &[bool]) {
        for (supplier, at) in std::mem::take(&mut self.names.suppliers) {
            if customers.get(at.index()).copied().unwrap_or(false) {
                self.model.equipment[at.index()].suppliers.push(supplier);
            } else {
                let name = self.model.row(at).name.clone();
                let message = format!("no customers come to \"{name}\": it is not a `Demand`");
                self.error(supplier, "is.release.demand", &message);
            }
        }
    }
}
