//! What the pointer holds: something that is moved, something new, or the end of a connection.

use nalgebra::{Isometry3, Point3};
use twin::id::EquipmentId;

use super::look::{Eye, Frame, Outline, Place};
use super::{Desk, Run};

/// Step of the grid that what is held keeps to (m).
pub const GRID: f64 = 0.5;

/// What the pointer holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Hand {
    /// Nothing.
    #[default]
    Empty,
    /// Something that stands, and is on its way to another place.
    Moving {
        /// What.
        held: Held,
        /// Where it was taken (m).
        grip: Point3<f32>,
        /// How far it has come (m).
        by: [f64; 2],
    },
    /// Something new, whose name is its kind; where it is to stand, once the pointer is over the plant.
    Placing(Held, Option<[f64; 2]>),
    /// A connection that begins at this equipment; where the pointer is, on the picture.
    Connecting(String, Option<[f32; 2]>),
}

/// What is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Which equipment of the run, if it runs.
    pub id: Option<EquipmentId>,
    /// Where it stood when it was taken.
    pub pose: Isometry3<f32>,
    /// Its size.
    pub outline: Outline,
}

impl Held {
    /// Something new of a kind.
    pub fn new(kind: &str, outline: Outline) -> Self {
        Self { name: kind.to_owned(), id: None, pose: Isometry3::identity(), outline }
    }

    /// What is selected.
    pub fn selected(run: &Run, desk: &Desk) -> Option<Self> {
        if let Some(draft) = &desk.draft {
            let draft = desk.drafts.iter().find(|one| one.name == *draft)?;
            return Some(Self { pose: draft.pose(), ..Self::new(&draft.name, draft.outline) });
        }
        let id = desk.selection?;
        let Place { pose, outline, .. } = run.standing.place(id).clone();
        Some(Self { name: run.model.row(id).name.clone(), id: Some(id), pose, outline })
    }

    /// The same, moved by so much (m).
    #[must_use]
    pub fn moved(&self, by: [f64; 2]) -> Self {
        let by = Isometry3::translation(by[0] as f32, by[1] as f32, 0.0);
        Self { pose: by * self.pose, ..self.clone() }
    }

    /// It as a place, to be asked for its box.
    fn place(&self) -> Place {
        let id = self.id.unwrap_or_else(|| EquipmentId::from_index(0));
        Place { id, kind: "", pose: self.pose, outline: self.outline, girths: Vec::new() }
    }

    /// The equipment whose box it would be in, seen from above, and was not in `before`; or that it would leave the hall. What only carries
    /// is often meant to reach into another, so this is a hint and no ban.
    pub fn clash(&self, run: &Run, before: Option<&Self>) -> Option<String> {
        let own = self.place().bounds();
        if let Some(hall) = &run.model.hall {
            let (low, size) = (hall.origin, hall.size);
            let is_in = |axis: usize| {
                f64::from(own.0[axis]) >= low[axis]
                    && f64::from(own.1[axis]) <= low[axis] + size[axis]
            };
            if !(is_in(0) && is_in(1)) {
                return Some("outside the hall".to_owned());
            }
        }
        let was = before.map(|before| before.place().bounds());
        let others = run.standing.places.iter().filter(|place| Some(place.id) != self.id);
        let mut hits = others.filter(|place| {
            let other = place.bounds();
            place.kind != "Vehicles"
                && overlap(own, other)
                && !was.is_some_and(|was| overlap(was, other))
        });
        hits.next().map(|place| format!("into {}", run.model.row(place.id).name))
    }

    /// Whether a ray meets it, and how far away (m).
    pub fn hit(&self, from: Point3<f32>, way: nalgebra::Vector3<f32>) -> Option<f32> {
        self.place().hit(from, way)
    }
}

type Corners = (Point3<f32>, Point3<f32>);

/// Whether two boxes share more than a face, seen from above.
fn overlap(a: Corners, b: Corners) -> bool {
    const TOUCH: f32 = 0.01;
    (0..2).all(|axis| a.0[axis] + TOUCH < b.1[axis] && b.0[axis] + TOUCH < a.1[axis])
}

impl Hand {
    /// Takes what is selected where the pointer meets it; empty, if it does not.
    pub fn grab(run: &Run, desk: &Desk, at: [f32; 2]) -> Self {
        let (from, way) = desk.eye.ray(at, desk.frame);
        let Some(held) = Held::selected(run, desk) else { return Self::Empty };
        let Some(far) = held.hit(from, way) else { return Self::Empty };
        // What is in front of it is meant, if there is something.
        if held.id.is_some() && run.standing.pick(from, way) != held.id {
            return Self::Empty;
        }
        Self::Moving { held, grip: from + way * far, by: [0.0; 2] }
    }

    /// The pointer is at a point of the picture; what is held keeps to the grid unless it is `free`.
    pub fn follow(&mut self, eye: &Eye, at: [f32; 2], frame: Frame, free: bool) {
        match self {
            Self::Empty => {}
            Self::Moving { held, grip, by } => {
                let Some(now) = level(eye, at, frame, grip.z) else { return };
                let stood = held.pose.translation.vector;
                *by = std::array::from_fn(|axis| {
                    let stood = f64::from(stood[axis]);
                    let wanted = stood + f64::from(now[axis] - grip[axis]);
                    snap(wanted, free) - stood
                });
            }
            Self::Placing(_, place) => {
                let now = level(eye, at, frame, 0.0);
                *place = now.map(|now| [now.x, now.y].map(|x| snap(f64::from(x), free)));
            }
            Self::Connecting(_, end) => *end = Some(at),
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }
}

/// The nearest place on the grid, in whole millimetres in any case.
fn snap(metres: f64, free: bool) -> f64 {
    let step = if free { 1e-3 } else { GRID };
    let snapped = (metres / step).round() * step;
    (snapped * 1e3).round() / 1e3
}

/// The point at a height that is seen at a point of the picture.
fn level(eye: &Eye, at: [f32; 2], frame: Frame, height: f32) -> Option<Point3<f32>> {
    let (from, way) = eye.ray(at, frame);
    let far = (height - from.z) / way.z;
    (far.is_finite() && far > 0.0).then(|| from + way * far)
}

/// The direction along the floor that is nearest to one on the picture, of the four along its grid.
pub fn heading(eye: &Eye, way: super::plan::Way) -> [f64; 2] {
    use super::plan::Way;
    let right = eye.right();
    let ahead = nalgebra::Vector3::z().cross(&right);
    let along = match way {
        Way::Left => -right,
        Way::Right => right,
        Way::Up => ahead,
        Way::Down => -ahead,
    };
    if along.x.abs() >= along.y.abs() {
        [f64::from(along.x.signum()), 0.0]
    } else {
        [0.0, f64::from(along.y.signum())]
    }
}
