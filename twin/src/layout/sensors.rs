//! What a plant file says about instruments.
//!
//! ```ron
//! sensors: {
//!     "TT-101": (
//!         is: Temperature(at: (3.0, 2.0, 1.5)), every: "1 min",
//!         chain: (lag: "8 s", noise: "0.1 K", tolerance: "class B", quantum: "0.1 K", drift: ("0.5 K", "365 d")),
//!         failures: [Stuck(every: "1000 h", repair: "2 h"), Drift(by: ("1 K", "1 h"), at: "3 h")],
//!         alarms: [(above: "60 degC", hysteresis: "2 K", delay: "2 min", stops: ["press"])],
//!     ),
//!     "TT-102": (is: Temperature(of: "oven")),
//!     "hall": (is: Temperature(grid: (from: (1, 1, 1), to: (59, 29, 5), n: (100, 100, 10))), every: "5 min"),
//!     "zone": (is: Temperature(from: (0, 0, 0), to: (10, 30, 2))),
//!     "LB-1": (is: LightBarrier(from: (12, 3, 0.9), to: (12, 4, 0.9), on_delay: "5 ms"), every: "10 ms"),
//!     "PX-1": (is: Proximity(at: (8, 3, 1.4), tilt: "-90 deg", switches_at: "0.4 m", hysteresis: "0.02 m")),
//!     "SC-1": (is: SafetyScanner(at: (2, 3, 0.3), zone: [(0, -1), (2, -1), (2, 1), (0, 1)]), every: "40 ms"),
//!     "LI-1": (is: Lidar(at: (5, 5, 3), channels: 16, lowest: "-15 deg", highest: "15 deg", ranging: (noise: "2 cm")), every: "1 s"),
//!     "EN-1": (is: Encoder(of: "belt", counts_per_m: 2000), every: "10 ms"),
//!     "WT-1": (is: Scale(of: "weigher"), every: "0.1 s", chain: (lag: "80 ms", noise: "5 g", quantum: "10 g")),
//!     "VS-1": (is: Vacuum(of: "robot"), chain: (lag: "20 ms", noise: "200 Pa")),
//!     "FT-1": (is: Force(of: "robot", along: Z), every: "4 ms", chain: (noise: "0.5 N")),
//!     "FT-2": (is: Force(of: "robot", along: Z, holds: Peak), every: "1 s"),
//!     "MT-1": (is: Moment(of: "robot", about: Y), every: "4 ms", chain: (noise: "0.02 N m")),
//!     "PC-1": (is: PoseCamera(at: (1, 3, 2.5), tilt: "-90 deg", noise: "1 mm", turn_noise: "0.3 deg"), every: "0.2 s"),
//!     "DC-1": (is: DepthCamera(at: (8, 3, 2.5), tilt: "-90 deg", width: 64, height: 48, ranging: (range: "4 m")), every: "1 s"),
//! }
//! ```
//!
//! What is measured decides in which unit the numbers of an instrument are: temperatures (limits, ranges) in `degC`, differences of
//! temperature (errors, steps, hystereses) in `K`; speeds of air in `m/s`, pressures in `Pa`, concentrations in
//! `kg/m3`, what a scale carries in `kg`, forces in `N`, moments in `N m`, vacuum in `Pa`.

use serde::Deserialize;

use super::hall::Metres;
use crate::units::{Angle, Share, SimDuration};

/// Instruments.
#[derive(Debug, Deserialize)]
#[serde(rename = "sensor", deny_unknown_fields)]
pub struct SensorFile {
    /// What they measure, and where.
    pub is: MeasuredFile,
    /// Time from one reading to the next. Default: that of the hall's `tick`, which is the shortest that there is; for those with rays,
    /// and those at an equipment (encoders, scales, vacuum, forces) 10 ms.
    #[serde(default)]
    pub every: Option<SimDuration>,
    /// How readings come about. Default: they are what is there.
    #[serde(default)]
    pub chain: ChainFile,
    /// What goes wrong with them.
    #[serde(default)]
    pub failures: Vec<SensorFailureFile>,
    /// Alarms on their readings.
    #[serde(default)]
    pub alarms: Vec<AlarmFile>,
    /// Whether readings go into the table `readings`. Default: yes, of up to a thousand instruments. Those with rays: whether they
    /// look at all, and tell what they saw in the tables `crossings`, `scans` and `poses`; those at an equipment likewise, in the table
    /// `gauges`; default: yes.
    #[serde(default)]
    pub record: Option<bool>,
}

/// What instruments measure.
#[derive(Debug, Deserialize)]
#[serde(rename = "is", deny_unknown_fields)]
pub enum MeasuredFile {
    /// Temperature.
    Temperature {
        /// At a point.
        #[serde(default)]
        at: Option<Point>,
        /// At points that are spread evenly over a box.
        #[serde(default)]
        grid: Option<GridFile>,
        /// Or of an equipment with `heat`.
        #[serde(default)]
        of: Option<String>,
        /// Or its mean over the air in a box, from here …
        #[serde(default)]
        from: Option<Point>,
        /// … to there.
        #[serde(default)]
        to: Option<Point>,
    },
    /// Speed of the air.
    AirSpeed {
        /// At a point.
        #[serde(default)]
        at: Option<Point>,
        /// At points that are spread evenly over a box.
        #[serde(default)]
        grid: Option<GridFile>,
        /// Or its mean over a box, from here …
        #[serde(default)]
        from: Option<Point>,
        /// … to there.
        #[serde(default)]
        to: Option<Point>,
    },
    /// Pressure beyond that of air at rest.
    Pressure {
        /// At a point.
        #[serde(default)]
        at: Option<Point>,
        /// At points that are spread evenly over a box.
        #[serde(default)]
        grid: Option<GridFile>,
    },
    /// Concentration of what the air carries.
    Concentration {
        /// At a point.
        #[serde(default)]
        at: Option<Point>,
        /// At points that are spread evenly over a box.
        #[serde(default)]
        grid: Option<GridFile>,
        /// Or its mean over a box, from here …
        #[serde(default)]
        from: Option<Point>,
        /// … to there.
        #[serde(default)]
        to: Option<Point>,
    },
    /// Whether anything stands between two points: a beam of light and its receiver. One beam with a receiver that goes through a
    /// cell of rigid bodies sees the parts there and nothing else, and need not look every so often: it is solved in the cell's steps. So
    /// does one over conveyors that run as events if a signal comes from it.
    LightBarrier {
        /// The sender.
        from: Point,
        /// The receiver, or the reflector.
        to: Point,
        /// Beams of a curtain. Default: one.
        #[serde(default)]
        beams: Option<u32>,
        /// From each beam of a curtain to the next.
        #[serde(default)]
        step: Option<Point>,
        /// With a reflector: the stretch before the sender where nothing is seen. Default: a receiver, which sees all.
        #[serde(default)]
        blind: Option<Metres>,
        /// How long something must be there before the output switches on. Default: no time.
        #[serde(default)]
        on_delay: Option<SimDuration>,
        /// How long it must be gone before the output switches off. Default: no time.
        #[serde(default)]
        off_delay: Option<SimDuration>,
    },
    /// Whether anything is near: a cone of light or of ultrasound. Without opening and hysteresis, and going through a cell of rigid
    /// bodies, it is solved in the cell's steps, as one beam of a `LightBarrier` is; likewise where a signal comes from it.
    Proximity {
        /// Where it is.
        at: Point,
        /// Direction about the vertical. Default: along x.
        #[serde(default)]
        facing: Option<Angle>,
        /// Direction above the horizontal. Default: level.
        #[serde(default)]
        tilt: Option<Angle>,
        /// Range at which it switches on.
        switches_at: Metres,
        /// How much farther something is when it switches off. Default: nothing.
        #[serde(default)]
        hysteresis: Option<Metres>,
        /// Opening of the cone; none: a single beam. Default: 8 degrees.
        #[serde(default)]
        angle: Option<Angle>,
        /// As for `LightBarrier`.
        #[serde(default)]
        on_delay: Option<SimDuration>,
        /// As for `LightBarrier`.
        #[serde(default)]
        off_delay: Option<SimDuration>,
    },
    /// Whether anything is in a zone: a fan of beams in a level plane.
    SafetyScanner {
        /// Where it is.
        at: Point,
        /// Direction of the middle of its fan about the vertical. Default: along x.
        #[serde(default)]
        facing: Option<Angle>,
        /// Opening of the fan. Default: 270 degrees.
        #[serde(default)]
        angle: Option<Angle>,
        /// Beams of the fan. Default: 541.
        #[serde(default)]
        beams: Option<u32>,
        /// Farthest range. Default: 10 m.
        #[serde(default)]
        range: Option<Metres>,
        /// Standard deviation of its ranges. Default: none.
        #[serde(default)]
        noise: Option<Metres>,
        /// Corners of the zone: ahead, and to the left.
        zone: Vec<(Metres, Metres)>,
        /// Beams that must meet something in the zone. Default: 2.
        #[serde(default)]
        least: Option<u32>,
        /// As for `LightBarrier`.
        #[serde(default)]
        on_delay: Option<SimDuration>,
        /// As for `LightBarrier`.
        #[serde(default)]
        off_delay: Option<SimDuration>,
    },
    /// Ranges all around: columns of beams that turn about the vertical, each column sent at once, one after the other until it looks again.
    Lidar {
        /// Where it is.
        at: Point,
        /// Direction of its middle column about the vertical. Default: along x.
        #[serde(default)]
        facing: Option<Angle>,
        /// Direction above the horizontal. Default: level.
        #[serde(default)]
        tilt: Option<Angle>,
        /// Beams of a column. Default: 16.
        #[serde(default)]
        channels: Option<u32>,
        /// Elevation of the lowest beam. Default: -15 degrees.
        #[serde(default)]
        lowest: Option<Angle>,
        /// Elevation of the highest one. Default: 15 degrees.
        #[serde(default)]
        highest: Option<Angle>,
        /// Columns. Default: 360.
        #[serde(default)]
        columns: Option<u32>,
        /// What they turn through. Default: 360 degrees.
        #[serde(default)]
        angle: Option<Angle>,
        /// How it measures.
        #[serde(default)]
        ranging: RangingFile,
    },
    /// Ranges in the pixels of a pinhole camera, all at once.
    DepthCamera {
        /// Where it is.
        at: Point,
        /// Direction about the vertical. Default: along x.
        #[serde(default)]
        facing: Option<Angle>,
        /// Direction above the horizontal. Default: level.
        #[serde(default)]
        tilt: Option<Angle>,
        /// Pixels of a row. Default: 64.
        #[serde(default)]
        width: Option<u32>,
        /// Rows. Default: 48.
        #[serde(default)]
        height: Option<u32>,
        /// Angle across a row. Default: 70 degrees.
        #[serde(default)]
        angle: Option<Angle>,
        /// How it measures.
        #[serde(default)]
        ranging: RangingFile,
    },
    /// Poses of the parts in the view of a camera, as the processing of its pictures tells them: where a part's middle is in the plant, and how
    /// it lies. A part is seen if nothing stands before its middle. Arms stand before nothing.
    PoseCamera {
        /// Where it is.
        at: Point,
        /// Direction about the vertical. Default: along x.
        #[serde(default)]
        facing: Option<Angle>,
        /// Direction above the horizontal. Default: level.
        #[serde(default)]
        tilt: Option<Angle>,
        /// Angle that it sees across. Default: 70 degrees.
        #[serde(default)]
        angle: Option<Angle>,
        /// Angle that it sees up and down. Default: 55 degrees.
        #[serde(default)]
        high: Option<Angle>,
        /// How far ahead it sees. Default: 10 m.
        #[serde(default)]
        range: Option<Metres>,
        /// Standard deviation of a part's place along each axis. Default: none.
        #[serde(default)]
        noise: Option<Metres>,
        /// Standard deviation of how it lies about each axis. Default: none.
        #[serde(default)]
        turn_noise: Option<Angle>,
    },
    /// How far a conveyor has run: counts of an incremental encoder on its belt or rollers, from the start of the run on, always of
    /// what the drive has done and not of what lies on it.
    Encoder {
        /// The conveyor.
        of: String,
        /// Counts for each metre.
        counts_per_m: f64,
        /// Width of its counter: it begins anew at 0 after 2 to this power less 1. Default: it never does.
        #[serde(default)]
        bits: Option<u32>,
    },
    /// What lies on an equipment, in kg: the masses of the parts in it with all that they hold. Where it runs as rigid bodies the force
    /// with which they lie on its deck, so that a part on the way onto it or off it weighs as much as it leans on it.
    Scale {
        /// The equipment.
        of: String,
    },
    /// How far the pressure in the cups of a robot's arm is below that outside, in Pa: what its `grip: Vacuum(…)` says while it has a part,
    /// else 0.
    Vacuum {
        /// The robot.
        of: String,
        /// What it tells. Default: what there is at that moment.
        #[serde(default)]
        holds: HoldsFile,
    },
    /// Force with which the part that it has pulls at the flange of a robot's arm, in N, along an axis of the flange; z is where the tool
    /// points. Where it runs as rigid bodies that which took the part along in the last step, and as events its weight.
    Force {
        /// The robot.
        of: String,
        /// The axis.
        along: AxisFile,
        /// What it tells. Default: what there is at that moment.
        #[serde(default)]
        holds: HoldsFile,
    },
    /// The moment of that force about an axis of the flange, in N m.
    Moment {
        /// The robot.
        of: String,
        /// The axis.
        about: AxisFile,
        /// What it tells. Default: what there is at that moment.
        #[serde(default)]
        holds: HoldsFile,
    },
}

/// An axis of a flange.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum AxisFile {
    /// The first.
    X,
    /// The second.
    Y,
    /// Where the tool points.
    Z,
}

/// What an instrument at an arm tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum HoldsFile {
    /// What there is at the moment of a reading.
    #[default]
    Now,
    /// The greatest amount, with its sign, since the reading before: of all steps where the arm runs as rigid bodies, and as events of looks
    /// every 10 ms.
    Peak,
}

impl MeasuredFile {
    /// Whether it measures at an equipment itself.
    pub fn is_gauge(&self) -> bool {
        matches!(
            self,
            Self::Encoder { .. }
                | Self::Scale { .. }
                | Self::Vacuum { .. }
                | Self::Force { .. }
                | Self::Moment { .. }
        )
    }

    /// Whether it looks at bodies by rays, and not at fields.
    pub fn has_rays(&self) -> bool {
        matches!(
            self,
            Self::LightBarrier { .. }
                | Self::Proximity { .. }
                | Self::SafetyScanner { .. }
                | Self::Lidar { .. }
                | Self::DepthCamera { .. }
                | Self::PoseCamera { .. }
        )
    }
}

/// How ranges are measured.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "ranging", deny_unknown_fields, default)]
pub struct RangingFile {
    /// Nearest range that is measured. Default: 0 m.
    pub nearest: Option<Metres>,
    /// Farthest range that is measured. Default: 10 m.
    pub range: Option<Metres>,
    /// Range up to which a surface that scatters `reference` of the light back is seen head on; what scatters less, or stands aslant, is seen
    /// less far. Default: no limit.
    pub reach: Option<Metres>,
    /// What `reach` is stated for. Default: 10 %.
    pub reference: Option<Share>,
    /// Standard deviation of a range. Default: none.
    pub noise: Option<Metres>,
    /// What comes on top for each metre of range. Default: none.
    pub noise_per_m: Option<Metres>,
    /// Step between ranges. Default: none.
    pub step: Option<Metres>,
}

/// A point in the coordinates of the plant.
pub type Point = (Metres, Metres, Metres);

/// Points spread evenly over a box, x fastest; those at its sides included.
#[derive(Debug, Deserialize)]
#[serde(rename = "grid", deny_unknown_fields)]
pub struct GridFile {
    /// Corner with the smallest coordinates.
    pub from: Point,
    /// Corner with the largest coordinates.
    pub to: Point,
    /// How many along x, y and z.
    pub n: (u32, u32, u32),
}

/// An amount of what is measured, with its unit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub String);

/// How readings come about.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename = "chain", deny_unknown_fields, default)]
pub struct ChainFile {
    /// Time constant of the first-order lag.
    pub lag: Option<SimDuration>,
    /// Time that what is measured takes to the instrument.
    pub delay: Option<SimDuration>,
    /// Relative error of the slope.
    pub gain: Option<f64>,
    /// Constant error.
    pub bias: Option<Amount>,
    /// How wrong single ones may be: an amount, or `"class A"` of IEC 60751 (AA, A, B, C) for thermometers.
    pub tolerance: Option<Amount>,
    /// Error that grows: how much in which time.
    pub drift: Option<(Amount, SimDuration)>,
    /// Standard deviation of white noise.
    pub noise: Option<Amount>,
    /// Flicker noise: the floor of its Allan deviation.
    pub flicker: Option<Amount>,
    /// Range of readings.
    pub range: Option<(Amount, Amount)>,
    /// Step between readings.
    pub quantum: Option<Amount>,
    /// Smallest change that is shown.
    pub deadband: Option<Amount>,
}

/// When something goes wrong: after `every`, exponentially distributed, or once `at` a time.
#[derive(Debug, Deserialize)]
#[serde(rename = "failure", deny_unknown_fields)]
pub enum SensorFailureFile {
    /// Readings stay as they are.
    Stuck {
        /// Mean time from a repair to the next failure.
        #[serde(default)]
        every: Option<SimDuration>,
        /// Or the time of the only one.
        #[serde(default)]
        at: Option<SimDuration>,
        /// How long it lasts. Default: to the end.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// There are no readings.
    Dropout {
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// A share of the readings is wrong, up or down.
    Spikes {
        /// By so much.
        by: Amount,
        /// How many of them.
        share: Share,
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// Readings go astray.
    Drift {
        /// By so much in such a time.
        by: (Amount, SimDuration),
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// Readings are wrong.
    Bias {
        /// By so much.
        by: Amount,
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// Noise is stronger.
    Noise {
        /// So many times.
        times: f64,
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// Readings come under another tag, and its readings under this.
    Crossed {
        /// The other. Default, for a grid: neighbours.
        #[serde(default)]
        with: Option<String>,
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// Readings come late.
    Late {
        /// By so much.
        by: SimDuration,
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
    /// Readings are at the upper end of the range, or at the lower one.
    Saturated {
        /// Whether at the lower one. Default: no.
        #[serde(default)]
        low: bool,
        /// As for `Stuck`.
        #[serde(default)]
        every: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        at: Option<SimDuration>,
        /// As for `Stuck`.
        #[serde(default)]
        repair: Option<SimDuration>,
    },
}

/// An alarm on readings: above a limit, or below it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "alarm", deny_unknown_fields, default)]
pub struct AlarmFile {
    /// Its name. Default: the tag, and `high` or `low`.
    pub name: Option<String>,
    /// It is raised above.
    pub above: Option<Amount>,
    /// Or below.
    pub below: Option<Amount>,
    /// By how much readings have to be back. Default: nothing.
    pub hysteresis: Option<Amount>,
    /// How long readings have to be beyond the limit before it is raised. Default: no time.
    pub delay: Option<SimDuration>,
    /// How long they have to be back before it is cleared. Default: no time.
    pub off_delay: Option<SimDuration>,
    /// Time from when the truth crosses the limit within which it is due, for its score. Default: 10 minutes.
    pub within: Option<SimDuration>,
    /// Equipment that is switched off when it is raised, and on again when it is cleared.
    pub stops: Vec<String>,
    /// Equipment that is switched on when it is raised, and off again when it is cleared.
    pub starts: Vec<String>,
    /// Whether equipment stays as it is when it is cleared. Default: no.
    pub latches: bool,
}
