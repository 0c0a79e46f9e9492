//! What the user has chosen: from where he looks, what is selected, how it is drawn. Nothing here changes the run.

use std::collections::BTreeMap;

use bevy::ecs::resource::Resource;
use nalgebra::Point3;
use twin::engine::Model;
use twin::id::EquipmentId;

use super::Run;
use super::document::Draft;
use super::field::Cut;
use super::follow::Followed;
use super::hand::Hand;
use super::look::{Eye, Frame, Shown, Side, Theme};
use super::panels::Pane;

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
    /// What the eye is kept on.
    pub following: Option<Followed>,
    /// Views that are kept, by number.
    pub kept: BTreeMap<u8, Eye>,
    /// Size of everything that is written, 1 as usual.
    pub zoom: f32,
    /// An entry of the file that is selected but does not run (yet).
    pub draft: Option<String>,
    /// All entries of the file that do not run.
    pub drafts: Vec<Draft>,
    /// What the pointer holds.
    pub hand: Hand,
    /// The tab that is in front when the window opens.
    pub tab: Pane,
    /// The field of the hall that is looked at.
    pub cut: Option<Cut>,
    /// What is drawn beside the plant.
    pub shown: Shown,
    /// Whether two futures are seen side by side, if there are two.
    pub split: bool,
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
            following: None,
            kept: BTreeMap::new(),
            zoom: 1.0,
            draft: None,
            drafts: Vec::new(),
            hand: Hand::Empty,
            tab: Pane::Machines,
            cut: None,
            shown: Shown::default(),
            split: false,
        }
    }

    /// Looks from `side` at everything.
    pub fn view(&mut self, side: Side, run: &Run) {
        let (low, high) = run.sights();
        self.eye = Eye::of(side, low, high, self.frame);
    }

    /// Looks at what is selected, else at everything, from where it looks now.
    pub fn focus(&mut self, run: &Run) {
        let (low, high) = self.selection.map_or_else(|| run.sights(), |id| run.around(id));
        self.eye.fit(low, high, self.frame);
    }

    /// The plant is another version by now: what was chosen in `before` is looked for by its name.
    pub fn renew(&mut self, before: &Model, run: &Run) {
        let again = |id: EquipmentId| run.model.find(&before.row(id).name);
        self.selection = self.selection.and_then(again);
        self.following = self.following.take().and_then(|followed| match followed {
            Followed::Equipment(id) => again(id).map(Followed::Equipment),
            Followed::Vehicle(id, name) => again(id).map(|id| Followed::Vehicle(id, name)),
            part @ Followed::Part(_) => Some(part),
        });
        if let Some(id) = self.draft.as_deref().and_then(|name| run.model.find(name)) {
            self.selection = Some(id);
            self.draft = None;
        }
        // What is held may not be there any more, or not where it was taken.
        if matches!(self.hand, Hand::Moving { .. }) {
            self.hand = Hand::Empty;
        }
    }

    /// Keeps the eye on what is followed, as long as it is there.
    pub fn follow(&mut self, run: &Run) {
        let Some(followed) = &self.following else { return };
        match followed.at(run) {
            Some(at) => self.eye.focus = at,
            None => self.following = None,
        }
    }
}
