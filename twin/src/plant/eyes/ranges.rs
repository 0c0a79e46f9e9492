//! Those that tell ranges: lidars and depth cameras; and cameras that tell poses.

use super::{Compiler, FARTHEST, degrees};
use crate::diagnostics::codes;
use crate::layout::hall::Metres;
use crate::layout::sensors::{MeasuredFile, RangingFile};
use crate::sensor::ray::{MOST_BEAMS, Pattern, Ranging, Scan, Tells, View};
use crate::units::{Angle, Share, SimDuration};

/// Farthest range unless the file says otherwise, m.
const RANGE: f64 = 10.0;
/// What a stated reach is about unless the file says otherwise.
const REFERENCE: f64 = 0.1;

impl Compiler<'_, '_, '_> {
    pub(super) fn lidar(
        &mut self,
        file: &MeasuredFile,
        every: SimDuration,
        beams: &mut usize,
    ) -> Option<Tells> {
        let MeasuredFile::Lidar {
            at,
            facing,
            tilt,
            channels,
            lowest,
            highest,
            columns,
            angle,
            ranging,
        } = file
        else {
            return None;
        };
        let (channels, columns) = (channels.unwrap_or(16), columns.unwrap_or(360));
        self.pixels(beams, [("is.channels", channels), ("is.columns", columns)])?;
        let angle = self.opening(degrees(*angle, 360.0), std::f64::consts::TAU)?;
        let elevations = self.elevations(channels, *lowest, *highest)?;
        let ranging = self.ranging(ranging)?;
        let pose = self.pose("is.at", *at, *facing, *tilt)?;
        let (near, far) = (0.0, f64::from(ranging.farthest));
        let pattern =
            Pattern::lidar(&elevations, columns as usize, angle, every.seconds(), near, far);
        Some(Tells::Ranges(Scan { pattern, pose, ranging }))
    }

    pub(super) fn camera(&mut self, file: &MeasuredFile, beams: &mut usize) -> Option<Tells> {
        let MeasuredFile::DepthCamera { at, facing, tilt, width, height, angle, ranging } = file
        else {
            return None;
        };
        let (width, height) = (width.unwrap_or(64), height.unwrap_or(48));
        self.pixels(beams, [("is.width", width), ("is.height", height)])?;
        let angle = self.lens("is.angle", *angle, 70.0)?;
        let ranging = self.ranging(ranging)?;
        let pose = self.pose("is.at", *at, *facing, *tilt)?;
        let far = f64::from(ranging.farthest);
        let pattern = Pattern::camera(width as usize, height as usize, angle, 0.0, far);
        Some(Tells::Ranges(Scan { pattern, pose, ranging }))
    }

    /// The angle (rad) that a camera opens by.
    fn lens(&mut self, field: &str, angle: Option<Angle>, otherwise: f64) -> Option<f64> {
        let angle = degrees(angle, otherwise);
        let right = angle > 0.0 && angle < std::f64::consts::PI;
        if !right {
            self.error(codes::BAD_VALUE, field, "a camera opens between 0 and 180 degrees");
        }
        right.then_some(angle)
    }

    /// A camera that tells poses.
    pub(super) fn view(&mut self, file: &MeasuredFile) -> Option<Tells> {
        let MeasuredFile::PoseCamera { at, facing, tilt, angle, high, range, noise, turn_noise } =
            file
        else {
            return None;
        };
        let angles = [self.lens("is.angle", *angle, 70.0)?, self.lens("is.high", *high, 55.0)?];
        let range_m = self.above_zero("is.range", range.map_or(RANGE, |range| range.0))?;
        let (noise_m, noise_rad) = (noise.map_or(0.0, |noise| noise.0), degrees(*turn_noise, 0.0));
        for (field, noise) in [("is.noise", noise_m), ("is.turn_noise", noise_rad)] {
            if !(noise >= 0.0 && noise.is_finite()) {
                self.error(codes::BAD_VALUE, field, "noise is not below zero");
                return None;
            }
        }
        let pose = self.pose("is.at", *at, *facing, *tilt)?;
        let opening = angles.map(|angle| libm::tan(0.5 * angle));
        Some(Tells::Poses(View { pose, opening, range_m, noise_m, noise_rad }))
    }

    /// Whether rows and columns of beams are some, and not too many.
    fn pixels(&mut self, beams: &mut usize, [rows, columns]: [(&str, u32); 2]) -> Option<()> {
        for (field, count) in [rows, columns] {
            if count == 0 {
                self.error(codes::BAD_VALUE, field, "without a beam it sees nothing");
                return None;
            }
        }
        let count = (rows.1 as usize).saturating_mul(columns.1 as usize);
        self.count_in(columns.0, beams, count, MOST_BEAMS)
    }

    /// Elevations of the beams of a column (rad), evenly from the lowest to the highest.
    fn elevations(
        &mut self,
        channels: u32,
        lowest: Option<Angle>,
        highest: Option<Angle>,
    ) -> Option<Vec<f64>> {
        let (low, high) = (degrees(lowest, -15.0), degrees(highest, 15.0));
        let up = std::f64::consts::FRAC_PI_2 * (1.0 + 1e-9);
        if !(low >= -up && high <= up && low <= high) {
            let message = "elevations run from `lowest` up to `highest`, within 90 degrees";
            self.error(codes::BAD_VALUE, "is.lowest", message);
            return None;
        }
        let step = (high - low) / f64::from(channels.max(2) - 1);
        Some((0..channels).map(|n| low + step * f64::from(n)).collect())
    }

    fn ranging(&mut self, file: &RangingFile) -> Option<Ranging> {
        let mut metres = |field: &str, value: Option<Metres>, otherwise: f64| {
            let value = value.map_or(otherwise, |metres| metres.0);
            let right = (0.0..FARTHEST).contains(&value);
            if !right {
                let field = format!("is.ranging.{field}");
                self.error(codes::BAD_VALUE, &field, "is not below zero, and below 100 km");
            }
            right.then_some(value)
        };
        let nearest = metres("nearest", file.nearest, 0.0)?;
        let farthest = metres("range", file.range, RANGE)?;
        let noise = metres("noise", file.noise, 0.0)?;
        let noise_per_m = metres("noise_per_m", file.noise_per_m, 0.0)?;
        let step = metres("step", file.step, 0.0)?;
        let reach = match file.reach {
            Some(_) => metres("reach", file.reach, 0.0)?,
            None => f64::INFINITY,
        };
        let reference = file.reference.map_or(REFERENCE, Share::fraction);
        let wrong = [
            (!(nearest < farthest), "range", "the farthest range is beyond the nearest"),
            (!(reach > 0.0), "reach", "a reach is above zero"),
            (!(reference > 0.0), "reference", "a reflectivity is above zero"),
        ];
        if let Some((_, field, message)) = wrong.into_iter().find(|(wrong, ..)| *wrong) {
            self.error(codes::BAD_VALUE, &format!("is.ranging.{field}"), message);
            return None;
        }
        Some(Ranging {
            nearest: nearest as f32,
            farthest: farthest as f32,
            reach: reach as f32,
            reference: reference as f32,
            noise: noise as f32,
            noise_per_m: noise_per_m as f32,
            step: step as f32,
        })
    }
}
