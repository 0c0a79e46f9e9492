//! Who is served first, and where the part goes.
//!
//! All handling equipment works by the same rule against deadlock: room at the far end is reserved before a part is picked
//! up. So no gripper, hook or cab ever holds a part that nobody can take. Until it is picked up, a part stays where it is and
//! keeps its place there occupied; it is only spoken for.

use serde::{Deserialize, Serialize};

use crate::engine::{Candidate, Compile, Ctx, Divert, Model};
use crate::id::{EquipmentId, LinkId, PartId};

/// A part on its way, or about to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leg {
    /// The part.
    pub(super) part: PartId,
    /// Its running number: ids are given again.
    pub(super) serial: u64,
    /// The connection by which it comes.
    pub(super) from: LinkId,
    /// The connection by which it goes on.
    pub(super) to: LinkId,
    /// Whether room is reserved there.
    pub(super) room: bool,
}

impl Leg {
    /// Speaks for the part `candidate`, which is to go on by `to`, where room has been reserved if `room`.
    pub(super) fn claim(cx: &mut Ctx<'_>, candidate: Candidate, to: LinkId, room: bool) -> Self {
        let part = cx.part_mut(candidate.part);
        part.via = candidate.link;
        Self { part: candidate.part, serial: part.serial, from: candidate.link, to, room }
    }

    /// Whether it is about the part of `candidate`.
    pub(super) fn is(&self, candidate: Candidate) -> bool {
        self.part == candidate.part && self.from == candidate.link
    }

    /// Gives back what has been reserved.
    pub(super) fn unreserve(&mut self, cx: &mut Ctx<'_>) {
        if std::mem::take(&mut self.room) {
            cx.unreserve(self.to);
        }
    }

    /// Speaks no more for a part that has not been picked up: it may have gone otherwise or be lost.
    pub(super) fn disclaim(mut self, cx: &mut Ctx<'_>) {
        self.unreserve(cx);
        let holder = cx.model().links[self.from.index()].from;
        let part = cx.part_mut(self.part);
        if part.at == holder && part.serial == self.serial && part.via == self.from {
            part.via = LinkId::NONE;
        }
    }
}

/// Room at the far ends that has been offered and kept until the end of the instant.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Rooms(Vec<LinkId>);

impl Rooms {
    /// Within [`give`](crate::engine::Equipment::give): keeps the room.
    pub(super) fn keep(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        self.0.push(link);
        cx.keep_room();
        cx.decide_later();
    }

    /// Takes room over `link`: what has been kept, or what is free.
    pub(super) fn take(&mut self, cx: &mut Ctx<'_>, link: LinkId) -> bool {
        if let Some(at) = self.0.iter().position(|kept| *kept == link) {
            self.0.remove(at);
            return true;
        }
        cx.reserve_in_turn(link)
    }

    /// Gives back what nobody has taken.
    pub(super) fn release(&mut self, cx: &mut Ctx<'_>) {
        for link in std::mem::take(&mut self.0) {
            cx.unreserve(link);
        }
    }

    /// Whether any is kept.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Which of the waiting parts a device goes to first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Rule {
    /// Where it was called first: since the connection had nothing to fetch, or since something was fetched there last.
    #[default]
    FirstCome,
    /// The part that has been longest where it is.
    LongestWaiting,
    /// The part that is reached soonest.
    Nearest,
    /// The part with the fewest operations left: downstream first, so that there is room for those that follow.
    Pull,
}

/// Reports a `divert` that cannot be followed, as room is reserved before a part is picked up.
pub(super) fn check_divert(cx: &mut Compile<'_>) {
    if !matches!(cx.model().row(cx.me()).divert, Divert::FirstFree | Divert::ByProduct(_)) {
        cx.error(
            "divert",
            "handling equipment brings parts where there is room first: leave it out, or ByProduct",
        );
    }
}

/// The connections by which `part` may go on from `me`.
pub(super) fn ways<'a>(
    model: &'a Model,
    me: EquipmentId,
    part: &crate::engine::Part,
) -> impl Iterator<Item = LinkId> + Clone + use<'a> {
    let row = model.row(me);
    // The output is that of the equipment where it still is.
    let part = &crate::engine::Part { output: None, ..*part };
    let only = match &row.divert {
        Divert::ByProduct(links) => links[part.product.index()],
        _ => LinkId::NONE,
    };
    model.ways(row, part).filter(move |link| only.is_none() || *link == only)
}

/// Connections with parts that wait, in the order in which they called: since there was nothing to fetch, or since
/// something was fetched last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Calls(Vec<LinkId>);

impl Calls {
    /// Takes note of who waits now.
    pub(super) fn update(&mut self, candidates: &[Candidate]) {
        self.0.retain(|link| candidates.iter().any(|candidate| candidate.link == *link));
        for candidate in candidates {
            if !self.0.contains(&candidate.link) {
                self.0.push(candidate.link);
            }
        }
    }

    /// Somebody is on the way to `link`: what waits there else, waits from now on.
    pub(super) fn answered(&mut self, link: LinkId) {
        self.0.retain(|other| *other != link);
        self.0.push(link);
    }

    /// Its turn: lower goes first.
    pub(super) fn turn(&self, link: LinkId) -> usize {
        self.0.iter().position(|other| *other == link).unwrap_or(self.0.len())
    }
}
