//! Encoders and scales: from `sensors: {…}` to tables, with all that makes no sense.

use super::amounts::{self, Unit};
use super::build::Builder;
use super::eyes::EVERY;
use crate::diagnostics::codes;
use crate::engine::{Gauge, Gauged, State};
use crate::flow::{Conveyor, RigidConveyor};
use crate::id::EquipmentId;
use crate::layout::sensors::{ChainFile, MeasuredFile, SensorFile};
use crate::layout::text::Slice;
use crate::units::SimDuration;

/// Widest counter: beyond it, tables could not tell counts apart.
const MOST_BITS: u32 = 52;

/// An entry on its way to a gauge.
pub(super) struct Compiler<'c, 'a, 'd> {
    pub(super) builder: &'c mut Builder<'a, 'd>,
    pub(super) name: &'c str,
    pub(super) slice: Slice<'c>,
}

impl Compiler<'_, '_, '_> {
    fn error(&mut self, field: &str, message: &str) {
        let message = format!("\"{}\": {message}", self.name);
        self.slice.error(self.builder.found, codes::BAD_VALUE, field, message, None);
    }

    pub(super) fn gauge(&mut self, file: &SensorFile) -> Option<Gauge> {
        let every = file.every.unwrap_or(EVERY);
        if every <= SimDuration::ZERO {
            self.error("every", "it is read at times that go on");
            return None;
        }
        if !file.alarms.is_empty() {
            self.error("alarms", "only what looks at the fields of a hall has alarms");
        }
        let (of, measures) = match &file.is {
            MeasuredFile::Encoder { of, counts_per_m, bits } => {
                let of = self.builder.resolve_in(self.slice, "is.of", of)?;
                (of, self.travel(file, of, *counts_per_m, *bits)?)
            }
            MeasuredFile::Scale { of } => {
                let of = self.builder.resolve_in(self.slice, "is.of", of)?;
                (of, self.load(file)?)
            }
            _ => return None,
        };
        let (name, recorded) = (self.name.to_owned(), file.record.unwrap_or(true));
        let gauge = Gauge { name, of, measures, every, recorded };
        if let Err(error) = gauge.bank(0) {
            let found = &mut *self.builder.found;
            self.slice.error(found, codes::BAD_VALUE, error.field(), error.to_string(), None);
            return None;
        }
        Some(gauge)
    }

    fn travel(
        &mut self,
        file: &SensorFile,
        of: EquipmentId,
        per_m: f64,
        bits: Option<u32>,
    ) -> Option<Gauged> {
        let model = &self.builder.model;
        let runs = State::parameters::<Conveyor>(model, of).is_some()
            || State::parameters::<RigidConveyor>(model, of).is_some();
        if !runs {
            let kind = self.builder.kind_name(of).unwrap_or_default();
            self.error("is.of", &format!("an encoder is on a Conveyor, and that is a {kind}"));
        }
        if !(per_m > 0.0 && per_m.is_finite()) {
            self.error("is.counts_per_m", "counts for each metre are more than zero");
        }
        if bits.is_some_and(|bits| !(1..=MOST_BITS).contains(&bits)) {
            self.error("is.bits", &format!("a counter has 1 to {MOST_BITS} bits"));
            return None;
        }
        if file.chain != ChainFile::default() || !file.failures.is_empty() {
            let field = if file.failures.is_empty() { "chain" } else { "failures" };
            self.error(field, "an encoder counts, and that is exact");
        }
        Some(Gauged::Travel { per_m, modulus: bits.map(|bits| 1 << bits) })
    }

    fn load(&mut self, file: &SensorFile) -> Option<Gauged> {
        let read = amounts::chain(Unit::Mass, &file.chain)
            .and_then(|chain| Ok((chain, amounts::faults(Unit::Mass, &file.failures)?)));
        let (chain, faults) = match read {
            Ok(read) => read,
            Err((field, message)) => {
                self.error(&field, &message);
                return None;
            }
        };
        Some(Gauged::Load { chain, faults })
    }
}
