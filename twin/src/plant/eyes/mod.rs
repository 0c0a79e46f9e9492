//! Instruments with rays: from `sensors: {…}` to beams, with all that makes no sense.

mod ranges;

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use super::build::Builder;
use super::cells;
use crate::diagnostics::{Code, codes};
use crate::engine::EquipmentRow;
use crate::layout::hall::Metres;
use crate::layout::sensors::{MeasuredFile, Point, SensorFile};
use crate::layout::text::Slice;
use crate::sensor::ray::{
    Eye, LightBarrier, MOST_BEAMS, MOST_CURTAIN, Optics, Pattern, Ranging, Response, Scan, Tells,
    Zone,
};
use crate::units::{Angle, SimDuration};

/// How often they look, and gauges are read, unless the file says otherwise.
pub(super) const EVERY: SimDuration = SimDuration::from_ns(10_000_000);
/// Rings of beams in the cone of a proximity switch.
const RINGS: u32 = 3;
/// Farthest from the origin, m.
const FARTHEST: f64 = 1e5;

/// An entry on its way to an instrument with rays.
pub(super) struct Compiler<'c, 'a, 'd> {
    pub(super) builder: &'c mut Builder<'a, 'd>,
    pub(super) name: &'c str,
    pub(super) slice: Slice<'c>,
}

fn point((x, y, z): Point) -> Vector3<f64> {
    Vector3::new(x.0, y.0, z.0)
}

fn degrees(angle: Option<Angle>, otherwise: f64) -> f64 {
    angle.map_or(otherwise.to_radians(), Angle::radians)
}

impl Compiler<'_, '_, '_> {
    fn error(&mut self, code: Code, field: &str, message: &str) {
        let message = format!("\"{}\": {message}", self.name);
        self.slice.error(self.builder.found, code, field, message, None);
    }

    /// The instrument; `beams` counts those of all instruments.
    pub(super) fn eye(&mut self, file: &SensorFile, beams: &mut usize) -> Option<Eye> {
        let every = file.every.unwrap_or(EVERY);
        if every <= SimDuration::ZERO {
            self.error(codes::BAD_VALUE, "every", "it looks at times that go on");
        }
        if !file.alarms.is_empty() || !file.failures.is_empty() {
            let field = if file.alarms.is_empty() { "failures" } else { "alarms" };
            self.error(codes::BAD_VALUE, field, "what looks at bodies has none");
        }
        let (tells, on, off) = match &file.is {
            MeasuredFile::LightBarrier { from, to, beams: n, step, blind, on_delay, off_delay } => {
                let count = n.unwrap_or(1) as usize;
                self.count(beams, count, MOST_CURTAIN)?;
                let step = step.map_or(Vector3::zeros(), point);
                let barrier = self.barrier([point(*from), point(*to), step], count, *blind)?;
                (Tells::Blocked(barrier), on_delay, off_delay)
            }
            MeasuredFile::Proximity { on_delay, off_delay, .. } => {
                self.count(beams, 1 + 3 * (RINGS * (RINGS + 1)) as usize, MOST_BEAMS)?;
                (self.near(&file.is)?, on_delay, off_delay)
            }
            MeasuredFile::SafetyScanner {
                at,
                facing,
                angle,
                beams: n,
                range,
                noise,
                zone,
                least,
                on_delay,
                off_delay,
            } => {
                let count = n.unwrap_or(541) as usize;
                self.count(beams, count, MOST_BEAMS)?;
                let angle = self.opening(degrees(*angle, 270.0), std::f64::consts::TAU)?;
                let range = self.above_zero("is.range", range.map_or(10.0, |range| range.0))?;
                let noise = noise.map_or(0.0, |noise| noise.0);
                if !(noise >= 0.0 && noise.is_finite()) {
                    self.error(codes::BAD_VALUE, "is.noise", "noise is not below zero");
                    return None;
                }
                let pose = self.pose("is.at", *at, *facing, None)?;
                let zone = self.zone(zone)?;
                let pattern = Pattern::fan(count, angle, every.seconds(), 0.0, range);
                let ranging =
                    Ranging { farthest: range as f32, noise: noise as f32, ..Ranging::IDEAL };
                let least = (least.unwrap_or(2) as usize).max(1);
                let scan = Scan { pattern, pose, ranging };
                (Tells::Intruded { scan, zone, least }, on_delay, off_delay)
            }
            MeasuredFile::Lidar { .. } => (self.lidar(&file.is, every, beams)?, &None, &None),
            MeasuredFile::DepthCamera { .. } => (self.camera(&file.is, beams)?, &None, &None),
            MeasuredFile::PoseCamera { .. } => (self.view(&file.is)?, &None, &None),
            _ => return None,
        };
        let delay = |delay: &Option<SimDuration>| delay.map_or(0, SimDuration::ns);
        let response = Response { on_ns: delay(on), off_ns: delay(off) };
        let (name, every_ns) = (self.name.to_owned(), every.ns());
        let recorded = file.record.unwrap_or(true);
        let number = self.builder.model.eyes.len() as u32;
        let beam = self.single_beam(&file.is);
        let solved =
            beam.is_some_and(|ends| cells::take_beam(self.builder, number, ends, response));
        Some(Eye { name, tells, every_ns, response, recorded, beam, solved })
    }

    /// The ends of the only beam of an instrument that tells no more than whether anything is in it.
    fn single_beam(&mut self, file: &MeasuredFile) -> Option<[Vector3<f64>; 2]> {
        match file {
            MeasuredFile::LightBarrier { from, to, beams, blind: None, .. }
                if beams.unwrap_or(1) == 1 =>
            {
                Some([point(*from), point(*to)])
            }
            MeasuredFile::Proximity {
                at, facing, tilt, switches_at, hysteresis, angle, ..
            } if hysteresis.is_none_or(|by| by.0 == 0.0)
                && angle.is_some_and(|angle| angle.radians() == 0.0) =>
            {
                let pose = self.pose("is.at", *at, *facing, *tilt)?;
                let end = pose * nalgebra::Point3::new(switches_at.0, 0.0, 0.0);
                Some([pose.translation.vector, end.coords])
            }
            _ => None,
        }
    }

    /// A proximity switch.
    fn near(&mut self, file: &MeasuredFile) -> Option<Tells> {
        let MeasuredFile::Proximity { at, facing, tilt, switches_at, hysteresis, angle, .. } = file
        else {
            return None;
        };
        let hysteresis = hysteresis.map_or(0.0, |by| by.0);
        let range = self.above_zero("is.switches_at", switches_at.0)?;
        if !(hysteresis >= 0.0 && hysteresis.is_finite()) {
            self.error(codes::BAD_VALUE, "is.hysteresis", "the way back is not below zero");
            return None;
        }
        let angle = self.opening(degrees(*angle, 8.0), std::f64::consts::PI)?;
        let pose = self.pose("is.at", *at, *facing, *tilt)?;
        let pattern = Pattern::cone(RINGS, angle, 0.0, range + hysteresis + 1e-3);
        let scan = Scan { pattern, pose, ranging: Ranging::IDEAL };
        let (switches_at, hysteresis) = (range as f32, hysteresis as f32);
        Some(Tells::Near { scan, switches_at, hysteresis })
    }

    /// Whether `count` beams are some, and not too many, before memory is taken for them.
    fn count(&mut self, beams: &mut usize, count: usize, most: usize) -> Option<()> {
        self.count_in("is.beams", beams, count, most)
    }

    fn count_in(
        &mut self,
        field: &str,
        beams: &mut usize,
        count: usize,
        most: usize,
    ) -> Option<()> {
        if count == 0 {
            self.error(codes::BAD_VALUE, field, "without a beam it sees nothing");
            return None;
        }
        *beams = beams.saturating_add(count);
        if count > most || *beams > MOST_BEAMS {
            let message = format!("{count} beams: at most {most}, and {MOST_BEAMS} in the plant");
            self.error(codes::TOO_LARGE, field, &message);
            return None;
        }
        Some(())
    }

    fn above_zero(&mut self, field: &str, value: f64) -> Option<f64> {
        let right = value > 0.0 && value < FARTHEST;
        if !right {
            self.error(codes::BAD_VALUE, field, "a range is above zero, and below 100 km");
        }
        right.then_some(value)
    }

    fn opening(&mut self, angle: f64, most: f64) -> Option<f64> {
        let right = angle >= 0.0 && angle <= most * (1.0 + 1e-9);
        if !right {
            let message = format!("it opens from 0 to {} degrees", most.to_degrees());
            self.error(codes::BAD_VALUE, "is.angle", &message);
        }
        right.then_some(angle)
    }

    fn zone(&mut self, corners: &[(Metres, Metres)]) -> Option<Zone> {
        let corners = corners.iter().map(|(x, y)| [x.0 as f32, y.0 as f32]).collect();
        let zone = Zone::new(corners);
        if zone.is_none() {
            self.error(codes::BAD_VALUE, "is.zone", "a zone has three corners or more");
        }
        zone
    }

    fn barrier(
        &mut self,
        [from, to, step]: [Vector3<f64>; 3],
        count: usize,
        blind: Option<Metres>,
    ) -> Option<LightBarrier> {
        self.stands("is.from", from)?;
        self.stands("is.to", to)?;
        let optics = match blind {
            None => Optics::Through,
            Some(blind) if blind.0 >= 0.0 && blind.0 < (to - from).norm() => {
                Optics::Retro { blind_m: blind.0 }
            }
            Some(_) => {
                let message = "what it does not see is shorter than its way, and not below zero";
                self.error(codes::BAD_VALUE, "is.blind", message);
                return None;
            }
        };
        let spread = step * (count - 1) as f64;
        if !(spread.amax() < FARTHEST) || (count > 1 && step.norm() == 0.0) {
            let message = "a curtain has a `step` from each beam to the next";
            self.error(codes::BAD_VALUE, "is.step", message);
            return None;
        }
        let barrier = LightBarrier::curtain(from, to, step, count, optics);
        if barrier.is_none() {
            let message = "there is no way from `from` to `to`: they are in the same place";
            self.error(codes::BAD_VALUE, "is.to", message);
        }
        barrier
    }

    fn pose(
        &mut self,
        field: &str,
        at: Point,
        facing: Option<Angle>,
        tilt: Option<Angle>,
    ) -> Option<Isometry3<f64>> {
        let at = point(at);
        self.stands(field, at)?;
        let (turn, up) = (degrees(facing, 0.0), degrees(tilt, 0.0));
        if !(turn.is_finite() && up.is_finite()) {
            self.error(codes::BAD_VALUE, field, "it faces somewhere");
            return None;
        }
        let turn = UnitQuaternion::from_euler_angles(0.0, -up, turn);
        Some(Isometry3::from_parts(Translation3::from(at), turn))
    }

    /// Whether an instrument can be at `at`: somewhere, in the hall if there is one, and in nothing solid.
    fn stands(&mut self, field: &str, at: Vector3<f64>) -> Option<()> {
        if !at.iter().all(|x| x.abs() < FARTHEST) {
            self.error(codes::BAD_VALUE, field, "a place is three numbers below 100 km");
            return None;
        }
        let Some(hall) = &self.builder.model.hall else { return self.is_free(field, at) };
        let within =
            |axis: usize| (0.0..=hall.size[axis]).contains(&(at[axis] - hall.origin[axis]));
        if !(0..3).all(within) {
            self.error(codes::OUTSIDE_HALL, field, "is outside of the hall");
            return None;
        }
        let mut blocks = hall.obstacles.iter().map(|obstacle| &obstacle.block);
        if let Some(block) = blocks.find(|block| block.holds(at.into())) {
            let message = format!("is inside of \"{}\"", block.name);
            self.error(codes::OUTSIDE_HALL, field, &message);
            return None;
        }
        self.is_free(field, at)
    }

    /// Whether no equipment whose size is known is there.
    fn is_free(&mut self, field: &str, at: Vector3<f64>) -> Option<()> {
        let holds = |row: &EquipmentRow| {
            if let Some(form) = &row.form {
                return row.is_sized && form.holds(at.into());
            }
            let (size, pose) = row.block();
            let own = pose.inverse_transform_point(&nalgebra::Point3::from(at));
            row.is_sized && (0..3).all(|axis| own[axis].abs() < size[axis] / 2.0)
        };
        let Some(row) = self.builder.model.equipment.iter().find(|row| holds(row)) else {
            return Some(());
        };
        let message = format!("is inside of \"{}\"", row.name);
        self.error(codes::OUTSIDE_HALL, field, &message);
        None
    }
}
