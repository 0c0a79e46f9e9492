//! Instruments: from `sensors: {…}` to tables, with all that makes no sense.

use super::amounts::{self, Unit};
use super::build::Builder;
use super::{eyes, gauges};
use crate::diagnostics::{Code, Diagnostic, codes};
use crate::engine::{Hall, Instrument, InstrumentAlarm, Place};
use crate::field::Quantity;
use crate::id::EquipmentId;
use crate::layout::sensors::{AlarmFile, GridFile, MeasuredFile, Point, SensorFile};
use crate::layout::text::Slice;
use crate::sensor::{Alarm, Bank, Entry, Look};
use crate::units::SimDuration;

/// A sensor as it stands in the file.
type Named<'a> = (String, Slice<'a>, SensorFile);

/// Instruments of one entry up to which readings are recorded unless the file says otherwise.
const RECORDED: usize = 1000;
/// Time within which an alarm is due unless the file says otherwise (s).
const DUE: f64 = 600.0;

/// Compiles all instruments, `most` at most: those that look at fields, those with rays, and gauges.
pub(super) fn build(builder: &mut Builder<'_, '_>, files: &[Named<'_>], most: usize) {
    let of_fields = |(.., file): &&Named<'_>| !file.is.has_rays() && !file.is.is_gauge();
    let (fields, others): (Vec<_>, Vec<_>) = files.iter().partition(of_fields);
    of_hall(builder, &fields, most);
    let mut beams = 0;
    for (name, slice, file) in others {
        if !has_room(builder, (*slice, ""), 1, most) {
            return;
        }
        if file.is.has_rays() {
            let eye = eyes::Compiler { builder, name, slice: *slice }.eye(file, &mut beams);
            builder.model.eyes.extend(eye);
        } else {
            let gauge = gauges::Compiler { builder, name, slice: *slice }.gauge(file);
            builder.model.gauges.extend(gauge);
        }
    }
}

/// Whether there may be `more` instruments, `most` of all sorts; else that is told at a field of a slice.
fn has_room(
    builder: &mut Builder<'_, '_>,
    (slice, field): (Slice<'_>, &str),
    more: u128,
    most: usize,
) -> bool {
    let model = &builder.model;
    let all = model.instruments.count() + model.eyes.len() + model.gauges.len();
    let fits = all as u128 + more <= most as u128;
    if !fits {
        let message = format!("{} instruments exceed the limit of {most}", all as u128 + more);
        slice.error(builder.found, codes::TOO_LARGE, field, message, None);
    }
    fits
}

/// Compiles those that look at the fields of a hall.
fn of_hall(builder: &mut Builder<'_, '_>, files: &[&Named<'_>], most: usize) {
    let Some((_, first, _)) = files.first() else { return };
    let Some(hall) = builder.model.hall.take() else {
        if !builder.found.has_errors() {
            let message = "instruments look at the fields of a hall, and the plant has no `hall`";
            let error = Diagnostic::error(codes::NO_HALL, message).at(first.head());
            builder.found.push(error.hint("say where it stands: `hall: (size: …, cell: …)`"));
        }
        return;
    };
    for (name, slice, file) in files {
        Compiler { builder, hall: &hall, name, slice: *slice, most }.instrument(file);
    }
    if !builder.found.has_errors() {
        check_bank(builder, &hall, files);
    }
    builder.model.hall = Some(hall);
}

/// What only all of them together can tell: whether tags can be crossed, and whether they are too many. Places are left out, as
/// they take memory.
fn check_bank(builder: &mut Builder<'_, '_>, hall: &Hall, files: &[&Named<'_>]) {
    let rows = &builder.model.instruments.rows;
    let entries = rows.iter().map(|row| Entry {
        name: row.name.clone(),
        look: Look::Given(row.place.count()),
        every: row.every,
        chain: row.chain.clone(),
        faults: row.faults.clone(),
    });
    let made = Bank::of(0, hall.tick.seconds(), entries.collect(), Bank::MOST_VALUES);
    let Err(error) = made else { return };
    let file = files.iter().find(|(name, ..)| Some(name.as_str()) == error.entry());
    let Some((_, slice, _)) = file else { return };
    slice.error(builder.found, codes::BAD_VALUE, error.field(), error.to_string(), None);
}

struct Compiler<'c, 'a, 'd> {
    builder: &'c mut Builder<'a, 'd>,
    hall: &'c Hall,
    name: &'c str,
    slice: Slice<'c>,
    most: usize,
}

impl Compiler<'_, '_, '_> {
    fn error(&mut self, code: Code, field: &str, message: &str) {
        let message = format!("\"{}\": {message}", self.name);
        self.slice.error(self.builder.found, code, field, message, None);
    }

    fn instrument(&mut self, file: &SensorFile) {
        let Some((quantity, place)) = self.place(&file.is) else { return };
        let tick = self.hall.tick;
        let every = file.every.unwrap_or(tick);
        if every < tick {
            let message = format!(
                "\"{}\": the fields go on by ticks of {tick}, and so do readings",
                self.name
            );
            let hint = format!("say `tick: \"{every}\"` in the `hall`, or read as seldom");
            self.slice.error(self.builder.found, codes::BAD_VALUE, "every", message, Some(hint));
        }
        let unit = Unit::Of(quantity);
        let compiled = amounts::chain(unit, &file.chain)
            .and_then(|chain| Ok((chain, amounts::faults(unit, &file.failures)?)));
        let (chain, faults) = match compiled {
            Ok(compiled) => compiled,
            Err((field, message)) => return self.error(codes::BAD_VALUE, &field, &message),
        };
        let count = place.count();
        let row = Instrument {
            name: self.name.to_owned(),
            place,
            every: every.seconds(),
            chain,
            faults,
            record: file.record.unwrap_or(count <= RECORDED),
        };
        self.builder.model.instruments.rows.push(row);
        for (n, alarm) in file.alarms.iter().enumerate() {
            self.alarm(quantity, n, alarm);
        }
    }

    /// What they measure, and where.
    fn place(&mut self, is: &MeasuredFile) -> Option<(Quantity, Place)> {
        let (quantity, at, grid, of, from, to) = match is {
            MeasuredFile::Temperature { at, grid, of, from, to } => {
                (Quantity::Temperature, at, grid, of.as_ref(), from, to)
            }
            MeasuredFile::AirSpeed { at, grid, from, to } => {
                (Quantity::Speed, at, grid, None, from, to)
            }
            MeasuredFile::Pressure { at, grid } => {
                (Quantity::Pressure, at, grid, None, &None, &None)
            }
            MeasuredFile::Concentration { at, grid, from, to } => {
                (Quantity::Concentration, at, grid, None, from, to)
            }
            // Those with rays, and gauges, are compiled elsewhere.
            _ => return None,
        };
        let place = match (at, grid, of, from, to) {
            (Some(at), None, None, None, None) => {
                let at = point(at);
                self.check_point(quantity, "is.at", at)?;
                Place::Points(quantity, vec![at])
            }
            (None, Some(grid), None, None, None) => self.grid(quantity, grid)?,
            (None, None, Some(of), None, None) => Place::Heated(self.heated(of)?),
            (None, None, None, Some(from), Some(to)) => {
                let (low, high) = (point(from), point(to));
                self.check_box("is.to", low, high)?;
                Place::Mean(quantity, low, high)
            }
            _ => {
                let message = "has one place: a point `at`, a `grid` of points, or a box `from` … `to`; \
                    a temperature also that `of` an equipment";
                self.error(codes::BAD_VALUE, "is", message);
                return None;
            }
        };
        Some((quantity, place))
    }

    /// Row of the hall's equipment with heat.
    fn heated(&mut self, of: &str) -> Option<usize> {
        let id = self.equipment(of, "is.of")?;
        let row = self.hall.heated.iter().position(|heated| heated.equipment == id);
        if row.is_none() {
            let message = format!("\"{of}\" has no temperature: give it `heat`");
            self.error(codes::BAD_VALUE, "is.of", &message);
        }
        row
    }

    fn equipment(&mut self, name: &str, field: &str) -> Option<EquipmentId> {
        self.builder.resolve_in(self.slice, field, name)
    }

    fn check_box(&mut self, field: &str, low: [f64; 3], high: [f64; 3]) -> Option<()> {
        let rises = (0..3).all(|axis| low[axis] <= high[axis]);
        if !(rises && self.is_inside(low) && self.is_inside(high)) {
            let message = "a box runs from smaller to larger coordinates within the hall";
            self.error(codes::OUTSIDE_HALL, field, message);
            return None;
        }
        Some(())
    }

    fn is_inside(&self, at: [f64; 3]) -> bool {
        let Hall { origin, size, .. } = self.hall;
        (0..3).all(|axis| (0.0..=size[axis]).contains(&(at[axis] - origin[axis])))
    }

    /// Whether air is there, or something else whose temperature it can have.
    fn check_point(&mut self, quantity: Quantity, field: &str, at: [f64; 3]) -> Option<()> {
        if !self.is_inside(at) {
            self.error(codes::OUTSIDE_HALL, field, "is outside of the hall");
            return None;
        }
        let obstacles = self.hall.obstacles.iter().map(|obstacle| &obstacle.block);
        let mut blocks = obstacles.chain(self.hall.heated.iter().map(|heated| &heated.block));
        let Some(block) = blocks.find(|block| block.holds(at)) else { return Some(()) };
        let message = format!("\"{}\" is inside of \"{}\"", self.name, block.name);
        if quantity == Quantity::Temperature {
            let warning = Diagnostic::warning(codes::OUTSIDE_HALL, message);
            let hint = "it reads how warm that is, not the air";
            self.builder.found.push(warning.at(self.slice.span_at(field)).hint(hint));
            return Some(());
        }
        self.slice.error(self.builder.found, codes::OUTSIDE_HALL, field, message, None);
        None
    }

    fn grid(&mut self, quantity: Quantity, file: &GridFile) -> Option<Place> {
        let (low, high) = (point(&file.from), point(&file.to));
        self.check_box("is.grid", low, high)?;
        let n = [file.n.0, file.n.1, file.n.2];
        if n.contains(&0) {
            self.error(codes::BAD_VALUE, "is.grid.n", "has one point at least along each axis");
            return None;
        }
        let all = n.iter().fold(1, |all: u128, n| all * u128::from(*n));
        if !has_room(self.builder, (self.slice, "is.grid.n"), all, self.most) {
            return None;
        }
        let along = |axis: usize, i: u32| {
            let share = if n[axis] > 1 { f64::from(i) / f64::from(n[axis] - 1) } else { 0.5 };
            low[axis] + share * (high[axis] - low[axis])
        };
        let [nx, ny, nz] = n;
        let rows = (0..nz).flat_map(|z| (0..ny).map(move |y| (y, z)));
        let points =
            rows.flat_map(|(y, z)| (0..nx).map(move |x| [along(0, x), along(1, y), along(2, z)]));
        Some(Place::Points(quantity, points.collect()))
    }

    fn alarm(&mut self, quantity: Quantity, n: usize, file: &AlarmFile) {
        let field = |name: &str| format!("alarms[{n}].{name}");
        let unit = Unit::Of(quantity);
        let (limit, above) = match (&file.above, &file.below) {
            (Some(limit), None) => (limit, true),
            (None, Some(limit)) => (limit, false),
            _ => {
                let message = "an alarm is `above` a limit, or `below` it";
                return self.error(codes::BAD_VALUE, &format!("alarms[{n}]"), message);
            }
        };
        let hysteresis =
            file.hysteresis.as_ref().map_or(Ok(0.0), |by| amounts::difference(unit, by));
        let (limit, hysteresis) = match (amounts::level(unit, limit), hysteresis) {
            (Ok(limit), Ok(hysteresis)) if hysteresis >= 0.0 => (limit, hysteresis),
            (Ok(_), Ok(_)) => {
                let message = "the way back is not below zero";
                return self.error(codes::BAD_VALUE, &field("hysteresis"), message);
            }
            (Err(message), _) => {
                let name = if above { "above" } else { "below" };
                return self.error(codes::BAD_VALUE, &field(name), &message);
            }
            (_, Err(message)) => {
                return self.error(codes::BAD_VALUE, &field("hysteresis"), &message);
            }
        };
        let mut targets = |names: &[String], of: &str| -> Vec<EquipmentId> {
            let ids = names.iter().enumerate();
            ids.filter_map(|(k, name)| self.equipment(name, &format!("alarms[{n}].{of}[{k}]")))
                .collect()
        };
        let (stops, starts) = (targets(&file.stops, "stops"), targets(&file.starts, "starts"));
        let seconds = |time: Option<SimDuration>| time.map_or(0.0, SimDuration::seconds);
        let usual = format!("{} {}", self.name, if above { "high" } else { "low" });
        let entry = self.builder.model.instruments.rows.len() - 1;
        self.builder.model.instruments.alarms.push(InstrumentAlarm {
            name: file.name.clone().unwrap_or(usual),
            alarm: Alarm {
                entry,
                limit,
                above,
                hysteresis,
                delay: [seconds(file.delay), seconds(file.off_delay)],
                window: file.within.map_or(DUE, SimDuration::seconds),
            },
            stops,
            starts,
            latches: file.latches,
        });
    }
}

fn point((x, y, z): &Point) -> [f64; 3] {
    [x.0, y.0, z.0]
}
