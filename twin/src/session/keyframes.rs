//! Keyframes: all of a run, now and then, within a budget of memory.
//!
//! They are kept as the bytes of a snapshot, so that what they take is known to the byte and not estimated. A new one is
//! taken as soon as it took enough work to come here from the one before. When the budget is spent, every other one goes,
//! and the distance doubles: the run may be of any length, and what is left stays evenly spread.

use std::sync::Arc;

use super::journal::Moment;
use crate::units::SimTime;

/// All of a run at one moment.
#[derive(Debug)]
pub(super) struct Keyframe {
    pub(super) moment: Moment,
    /// Commands of the journal that it has seen.
    pub(super) issued: usize,
    /// When the warm-up ends, if it still has to.
    pub(super) warm: Option<SimTime>,
    pub(super) state: Vec<u8>,
    pub(super) climate: Option<Vec<u8>>,
}

impl Keyframe {
    pub(super) fn size(&self) -> Size {
        let climate = self.climate.as_ref().map_or(0, Vec::len);
        Size { all: self.state.len() + climate, climate }
    }
}

/// Bytes of a keyframe.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) all: usize,
    pub(super) climate: usize,
}

/// What there is of keyframes, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyframeLook {
    /// How many.
    pub count: usize,
    /// What they take, in bytes.
    pub bytes: usize,
    /// What they may take, in bytes.
    pub budget: usize,
}

/// Work between two keyframes at the begin, in events: a few milliseconds.
const DISTANCE: u64 = 20_000;

/// Keyframes in the order of their moments; the first is the begin of the run and always there.
#[derive(Clone, Debug)]
pub(super) struct Keyframes {
    /// With the work that it took to come there. Forks share the bytes.
    frames: Vec<(u64, Arc<Keyframe>)>,
    distance: u64,
    bytes: usize,
    budget: usize,
}

impl Keyframes {
    pub(super) fn new(begin: Keyframe, budget: usize) -> Self {
        let bytes = begin.size().all;
        Self { frames: vec![(0, Arc::new(begin))], distance: DISTANCE, bytes, budget }
    }

    /// The last one at or before which `holds`, which must hold for a beginning of the list.
    pub(super) fn last_where(&self, holds: impl Fn(&Keyframe) -> bool) -> Arc<Keyframe> {
        let n = self.frames.partition_point(|(_, frame)| holds(frame));
        self.frames[n.max(1) - 1].1.clone()
    }

    /// The size of the last one before `moment`: the next will be much the same.
    pub(super) fn size_before(&self, moment: Moment) -> Size {
        self.last_where(|frame| frame.moment <= moment).size()
    }

    /// Whether one is due at `moment`, to which it took `work` to come. To take one costs about what it takes to handle an
    /// event for every sixteen bytes; so it is not taken before four times that has been done.
    pub(super) fn is_due(&self, moment: Moment, work: u64) -> bool {
        let n = self.frames.partition_point(|(_, frame)| frame.moment <= moment);
        let (before, frame) = &self.frames[n.max(1) - 1];
        work >= before + self.distance.max(frame.size().all as u64 / 4)
    }

    /// Puts one in.
    pub(super) fn put(&mut self, work: u64, frame: Keyframe) {
        let at = self.frames.partition_point(|(_, other)| other.moment <= frame.moment);
        self.bytes += frame.size().all;
        self.frames.insert(at, (work, Arc::new(frame)));
        while self.bytes > self.budget && self.frames.len() > 1 {
            self.thin();
        }
    }

    /// Every other one goes.
    fn thin(&mut self) {
        let mut stays = false;
        self.frames.retain(|_| {
            stays = !stays;
            stays
        });
        self.distance *= 2;
        self.count();
    }

    /// Forgets what lies behind `moment`, or has seen more than `issued` commands.
    pub(super) fn forget_after(&mut self, moment: Moment, issued: usize) {
        self.frames.retain(|(_, frame)| frame.moment <= moment && frame.issued <= issued);
        self.count();
    }

    fn count(&mut self) {
        self.bytes = self.frames.iter().map(|(_, frame)| frame.size().all).sum();
    }

    pub(super) fn budget(&self) -> usize {
        self.budget
    }

    pub(super) fn look(&self) -> KeyframeLook {
        KeyframeLook { count: self.frames.len(), bytes: self.bytes, budget: self.budget }
    }
}
