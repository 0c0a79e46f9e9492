//! What is drawn beside the plant itself: what sensors see and tell, where robots go and get, what pushes rigid bodies.
//!
//! | file | idea |
//! |---|---|
//! | `sensors` | beams, rays and readings |
//! | `robots` | ways of tools, reach, stretches where belts are tracked, what is near |
//! | `forces` | what pushes the parts of a cell, and the signs of cells |
//!
//! Nothing of it is worked out unless it is shown, and nothing where there is none of it.

mod forces;
mod robots;
mod sensors;

use std::time::{Duration, Instant};

use nalgebra::Point3;
use twin::climate::Climate;
use twin::engine::{Model, State};
use twin::id::EquipmentId;

use super::solid::Solid;
use super::standing::Standing;

pub use sensors::Sensor;

/// What may be drawn beside the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Sensors: beams, rays, readings.
    Sensors,
    /// Ways and tracking windows of all robots; those of the one that is selected are always shown.
    Ways,
    /// How far robots get.
    Reach,
    /// What pushes parts that are rigid bodies.
    Forces,
}

impl Layer {
    /// What it is called, and what it shows.
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Sensors => ("Sensors", "Beams, rays and what sensors tell, or none of it"),
            Self::Ways => ("Ways of robots", "Where tools go and where belts are tracked"),
            Self::Reach => {
                ("Reach of robots", "How far the tool gets, of all or of the selected one")
            }
            Self::Forces => ("Forces on bodies", "What pushes parts that run as rigid bodies"),
        }
    }
}

/// What of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown([bool; 4]);

impl Shown {
    /// Nothing.
    pub const NONE: Self = Self([false; 4]);

    /// The same with `layer`.
    #[must_use]
    pub const fn with(mut self, layer: Layer) -> Self {
        self.0[layer as usize] = true;
        self
    }

    /// Shows what is not shown, and the other way round.
    pub const fn toggle(&mut self, layer: Layer) {
        self.0[layer as usize] ^= true;
    }

    /// Whether it is shown.
    pub const fn has(self, layer: Layer) -> bool {
        self.0[layer as usize]
    }
}

impl Default for Shown {
    fn default() -> Self {
        Self::NONE.with(Layer::Sensors).with(Layer::Forces)
    }
}

/// What a mark means; a theme says by which colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A beam that nothing stands in, a switch that is off.
    Free,
    /// A beam that is broken, a switch that is on, a zone that is entered.
    Broken,
    /// A ray that measures.
    Ray,
    /// A reading.
    Reading,
    /// Of a way, what lies behind.
    Past,
    /// Of a way, what is to come.
    Coming,
    /// As far as a robot gets.
    Reach,
    /// A stretch of a belt that a robot tracks.
    Window,
    /// What comes near to something.
    Near,
    /// A force.
    Force,
}

/// How a line is drawn; told apart without its colour too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Wide.
    Solid,
    /// Thin.
    Thin,
    /// Dashes.
    Dashed,
    /// With a tip at its end.
    Arrow,
}

/// A line (m).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// From where to where.
    pub ends: [Point3<f32>; 2],
    /// What it means.
    pub tone: Tone,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// A point that is marked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Where (m).
    pub at: Point3<f32>,
    /// What it means.
    pub tone: Tone,
    /// Whether as a cross, else as a dot.
    pub cross: bool,
}

/// Something written beside the plant.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What it points to (m).
    pub at: Point3<f32>,
    /// What it is about.
    pub name: String,
    /// What it says.
    pub text: String,
    /// What it means.
    pub tone: Tone,
    /// Whether it is written only where everything is.
    pub quiet: bool,
}

/// All that is drawn beside the plant.
#[derive(Debug, Default)]
pub struct Marks {
    /// Lines.
    pub lines: Vec<Line>,
    /// Points.
    pub spots: Vec<Spot>,
    /// Writing.
    pub notes: Vec<Note>,
    /// Sensors and what they tell.
    pub sensors: Vec<Sensor>,
    /// Housings of the sensors: solids that stand as long as the plant stays the same.
    pub housings: Vec<Solid>,
    /// Counts versions of the housings.
    pub stands: u64,
    eyes: Option<sensors::Eyes>,
    reaches: robots::Reaches,
    from: Option<Key>,
    looked: Option<(Instant, Duration)>,
}

/// What the marks were made from: looks at the run, plants, what is shown, what is selected.
type Key = (u64, u64, Shown, Option<EquipmentId>);

/// Looking may take this share of the time at most.
const SHARE: u32 = 8;

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The plant.
    pub model: &'a Model,
    /// Its present state.
    pub state: &'a State,
    /// The fields of its hall.
    pub climate: Option<&'a Climate>,
    /// Where it stands.
    pub standing: &'a Standing,
    /// Counts looks at the present, and plants.
    pub versions: [u64; 2],
}

impl Marks {
    /// Marks what is `shown` of `scene`, if that is not what was marked last. Where it takes long, it is done less often. Cost: linear in what
    /// is shown, and with rays in what moves.
    pub fn renew(&mut self, scene: Scene<'_>, shown: Shown, selection: Option<EquipmentId>) {
        let [looks, plants] = scene.versions;
        let key = (looks, plants, shown, selection);
        if self.from == Some(key) {
            return;
        }
        let same = self.from.is_some_and(|from| (from.1, from.2, from.3) == (key.1, key.2, key.3));
        let tired = self.looked.is_some_and(|(at, took)| at.elapsed() < took * SHARE);
        if same && tired {
            return;
        }
        let (begin, senses) = (Instant::now(), shown.has(Layer::Sensors));
        if self.from.is_none_or(|from| (from.1, from.2.has(Layer::Sensors)) != (plants, senses)) {
            self.eyes = senses.then(|| sensors::Eyes::of(scene.model)).flatten();
            self.housings = if senses { sensors::housings(&scene) } else { Vec::new() };
            self.stands += 1;
            self.reaches.clear();
        }
        self.from = Some(key);
        (self.lines, self.spots, self.notes, self.sensors) = Default::default();
        if senses {
            self.sense(&scene);
        }
        self.robots(&scene, shown, selection);
        if shown.has(Layer::Forces) {
            self.forces(&scene, selection);
        }
        self.looked = Some((begin, begin.elapsed()));
    }

    fn line(&mut self, ends: [Point3<f32>; 2], tone: Tone, stroke: Stroke) {
        self.lines.push(Line { ends, tone, stroke });
    }

    fn spot(&mut self, at: Point3<f32>, tone: Tone, cross: bool) {
        self.spots.push(Spot { at, tone, cross });
    }
}
