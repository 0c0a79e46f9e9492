//! Encoders, scales, and what an arm feels: from `sensors: {…}` to tables, with all that makes no sense.

use super::amounts::{self, Unit};
use super::build::Builder;
use super::eyes::EVERY;
use crate::diagnostics::codes;
use crate::engine::{Gauge, Gauged, Level, State};
use crate::field::Quantity;
use crate::flow::{Conveyor, RigidConveyor, Robot};
use crate::id::EquipmentId;
use crate::layout::sensors::{AxisFile, ChainFile, HoldsFile, MeasuredFile, SensorFile};
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
                (of, self.level(file, Unit::Mass, Level::Load)?)
            }
            MeasuredFile::Vacuum { of, .. } => {
                let of = self.arm(of)?;
                self.cups(of)?;
                (of, self.level(file, Unit::Of(Quantity::Pressure), Level::Vacuum)?)
            }
            MeasuredFile::Force { of, along, .. } => {
                (self.arm(of)?, self.level(file, Unit::Force, Level::Force(axis(*along)))?)
            }
            MeasuredFile::Moment { of, about, .. } => {
                (self.arm(of)?, self.level(file, Unit::Moment, Level::Moment(axis(*about)))?)
            }
            _ => return None,
        };
        let (name, recorded) = (self.name.to_owned(), file.record.unwrap_or(true));
        let peak_every = self.peak_every(&file.is, of);
        let gauge = Gauge { name, of, measures, every, recorded, peak_every };
        if let Err(error) = gauge.bank(0) {
            let found = &mut *self.builder.found;
            self.slice.error(found, codes::BAD_VALUE, error.field(), error.to_string(), None);
            return None;
        }
        Some(gauge)
    }

    /// How often what holds the greatest looks: in each step of bodies.
    fn peak_every(&self, file: &MeasuredFile, of: EquipmentId) -> Option<SimDuration> {
        let holds = match file {
            MeasuredFile::Vacuum { holds, .. }
            | MeasuredFile::Force { holds, .. }
            | MeasuredFile::Moment { holds, .. } => *holds,
            _ => HoldsFile::Now,
        };
        let model = &self.builder.model;
        let cell = model.row(of).cell.map(|cell| &model.cells[cell as usize]);
        let step = cell.map_or(EVERY, |plan| SimDuration::from_ns(plan.start.settings().step_ns));
        (holds == HoldsFile::Peak).then_some(step)
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

    /// The robot called `name`, if an arm moves it.
    fn arm(&mut self, name: &str) -> Option<EquipmentId> {
        let of = self.builder.resolve_in(self.slice, "is.of", name)?;
        let robot = State::parameters::<Robot>(&self.builder.model, of);
        if robot.is_none_or(|robot| robot.arm().is_none()) {
            let kind = self.builder.kind_name(of).unwrap_or_default();
            let without = if robot.is_some() { " without one" } else { "" };
            self.error(
                "is.of",
                &format!("it is at the `arm` of a Robot, and that is a {kind}{without}"),
            );
            return None;
        }
        Some(of)
    }

    /// Whether the arm of `of` has cups.
    fn cups(&mut self, of: EquipmentId) -> Option<()> {
        let robot = State::parameters::<Robot>(&self.builder.model, of);
        let has = robot.is_some_and(Robot::has_cups);
        if !has {
            self.error("is.of", "its arm has no cups: `grip: Vacuum(…)`");
        }
        has.then_some(())
    }

    fn level(&mut self, file: &SensorFile, unit: Unit, what: Level) -> Option<Gauged> {
        let read = amounts::chain(unit, &file.chain)
            .and_then(|chain| Ok((chain, amounts::faults(unit, &file.failures)?)));
        let (chain, faults) = match read {
            Ok(read) => read,
            Err((field, message)) => {
                self.error(&field, &message);
                return None;
            }
        };
        Some(Gauged::Level { what, chain, faults })
    }
}

fn axis(file: AxisFile) -> usize {
    match file {
        AxisFile::X => 0,
        AxisFile::Y => 1,
        AxisFile::Z => 2,
    }
}
