//! Robots that follow belts: the encoder of each belt, and the parts that its sensors have told them of.
//!
//! A belt that is tracked keeps its encoder up to date ([`Ctx::turn_encoder`]) and tells the robot of each part that passes its
//! sensor ([`Ctx::see`]), until the part is gone ([`Ctx::lose_sight`]). The robot asks where a part is by now ([`Ctx::ride`]).

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::context::Ctx;
use super::model::Model;
use super::state::Core;
use crate::id::{EquipmentId, LinkId, PartId};
use crate::units::{SimDuration, SimTime};

/// A robot that takes parts from a belt while it moves. Places are those of a part's middle, m from the belt's entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracker {
    /// The robot.
    pub robot: EquipmentId,
    /// The belt.
    pub belt: EquipmentId,
    /// The connection between them.
    pub link: LinkId,
    /// Where the robot hears of a part.
    pub sensor_m: f64,
    /// The stretch in which it is with a part.
    pub window_m: [f64; 2],
}

/// What a tracker knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Track {
    /// How long the belt had run at `since`.
    running: SimDuration,
    since: SimTime,
    moves: bool,
    /// Parts that have passed the sensor, with how long the belt had run when their middle was at the entry.
    seen: VecDeque<(PartId, SimDuration)>,
}

impl Track {
    pub(crate) fn new() -> Self {
        let (running, since) = (SimDuration::ZERO, SimTime::ZERO);
        Self { running, since, moves: true, seen: VecDeque::new() }
    }
}

/// A part on a belt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ride {
    /// How far its middle is from the belt's entry, m.
    pub along_m: f64,
    /// Whether the belt moves.
    pub moves: bool,
}

impl Ctx<'_> {
    /// The encoder of this belt: it has run for `running` until now, and moves on or stands. Who tracks it hears of a change.
    pub fn turn_encoder(&mut self, running: SimDuration, moves: bool) {
        let model = self.model;
        for (row, tracker) in model.trackers.iter().enumerate() {
            if tracker.belt != self.me {
                continue;
            }
            let track = &mut self.core.tracks[row];
            (track.running, track.since) = (running, self.core.now);
            let changed = std::mem::replace(&mut track.moves, moves) != moves;
            if changed && !track.seen.is_empty() {
                self.wait(tracker.link);
            }
        }
    }

    /// Tells the robot of row `tracker` of [`Model::trackers`] that `part` has passed its sensor. `entered` is how long the belt had run
    /// when the part's middle was at the entry.
    pub fn see(&mut self, tracker: u32, part: PartId, entered: SimDuration) {
        self.core.tracks[tracker as usize].seen.push_back((part, entered));
        self.wait(self.model.trackers[tracker as usize].link);
    }

    /// `part` is not on this belt any more.
    pub fn lose_sight(&mut self, part: PartId) {
        for (row, tracker) in self.model.trackers.iter().enumerate() {
            if tracker.belt == self.me {
                self.core.tracks[row].seen.retain(|(seen, _)| *seen != part);
            }
        }
    }

    /// Where `part` is that would come over `link`, if this robot tracks it there.
    pub fn ride(&self, link: LinkId, part: PartId) -> Option<Ride> {
        let row = self.model.tracker(link)?;
        let track = &self.core.tracks[row];
        let (_, entered) = track.seen.iter().find(|(seen, _)| *seen == part)?;
        let since = if track.moves { self.core.now - track.since } else { SimDuration::ZERO };
        let speed = self.model.row(self.model.trackers[row].belt).belt_mps?;
        let along_m = (track.running + since - *entered).seconds() * speed;
        Some(Ride { along_m, moves: track.moves })
    }
}

impl Core {
    /// Parts that the robot of row `tracker` of [`Model::trackers`] has been told of, and that are still on the belt.
    pub fn seen(&self, tracker: u32) -> impl ExactSizeIterator<Item = PartId> + '_ {
        self.tracks[tracker as usize].seen.iter().map(|(part, _)| *part)
    }
}

impl Model {
    /// The row of [`Self::trackers`] whose parts come over `link`.
    pub fn tracker(&self, link: LinkId) -> Option<usize> {
        self.trackers.iter().position(|tracker| tracker.link == link)
    }
}
