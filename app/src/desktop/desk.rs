//! What the user has chosen: from where he looks, what is selected, how it is drawn. Nothing here changes the run.

use bevy::ecs::resource::Resource;
use nalgebra::Point3;
use twin::id::EquipmentId;

use super::look::{Eye, Frame, Side, Theme};

/// What is written over the plant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlay {
    /// Names of machines, and signs where somebody should look.
    #[default]
    Names,
    /// Names, contents and states of everything.
    All,
    /// Nothing.
    Off,
}

impl Overlay {
    /// The one after this.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Names => Self::All,
            Self::All => Self::Off,
            Self::Off => Self::Names,
        }
    }
}

/// The desk.
#[derive(Clone, Debug, Resource)]
pub struct Desk {
    /// From where the plant is seen.
    pub eye: Eye,
    /// Size of what shows the plant, in points.
    pub frame: Frame,
    /// Colours.
    pub theme: Theme,
    /// What is written over the plant.
    pub overlay: Overlay,
    /// What is selected.
    pub selection: Option<EquipmentId>,
}

impl Desk {
    /// A desk from which a box is seen from `side`.
    pub fn new(side: Side, (low, high): (Point3<f32>, Point3<f32>), frame: Frame) -> Self {
        Self {
            eye: Eye::of(side, low, high, frame),
            frame,
            theme: Theme::default(),
            overlay: Overlay::default(),
            selection: None,
        }
    }
}
