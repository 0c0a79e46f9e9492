//! Finished parts that cannot go on, first out first: what most equipment without places for them keeps them in.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::engine::{Candidate, Core, Ctx};
use crate::id::{LinkId, PartId};

/// Parts that wait to leave an equipment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Outbox(VecDeque<PartId>);

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Passes `part` on, or keeps it until [`give`](Self::give) is asked for it. Those that have waited longer for the same
    /// way go before it, as they stand in line there. Returns whether it has gone.
    pub(super) fn send(&mut self, cx: &mut Ctx<'_>, part: PartId) -> bool {
        let gone = cx.send(part);
        if !gone {
            self.0.push_back(part);
        }
        gone
    }

    /// Keeps `part` without trying: who does so calls [`Ctx::offer`], now or later.
    pub(super) fn keep(&mut self, part: PartId) {
        self.0.push_back(part);
    }

    /// Tries all that are here.
    pub(super) fn send_all(&mut self, cx: &mut Ctx<'_>) {
        self.0.retain(|part| !cx.send(*part));
    }

    /// Makes known again all that are here, after a standstill.
    pub(super) fn offer_all(&self, cx: &mut Ctx<'_>) {
        self.0.iter().for_each(|part| cx.offer(*part));
    }

    /// The answer to [`Equipment::give`](crate::engine::Equipment::give); stands in line again if more may go by `link`.
    pub(super) fn give(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let at = self.0.iter().position(|part| cx.is_asked_for(*part, link, wanted))?;
        let part = self.0.remove(at);
        if self.0.iter().any(|part| cx.may_take(*part, link)) {
            cx.wait(link);
        }
        part
    }

    /// The answer to [`Equipment::list`](crate::engine::Equipment::list).
    pub(super) fn list(&self, link: LinkId, out: &mut Vec<Candidate>) {
        out.extend(self.0.iter().map(|part| Candidate { part: *part, link }));
    }

    /// All that are here.
    pub(super) fn iter(&self) -> impl Iterator<Item = &PartId> {
        self.0.iter()
    }

    /// Takes all out.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = PartId> + use<> {
        std::mem::take(&mut self.0).into_iter()
    }
}

/// The same answer of equipment with room for one: `part`, unless it stands still.
pub(super) fn list_one(core: &Core, part: Option<PartId>, link: LinkId, out: &mut Vec<Candidate>) {
    let part = part.filter(|part| !stands_still(core, *part));
    out.extend(part.map(|part| Candidate { part, link }));
}

/// Whether the equipment where `part` is stands still.
pub(super) fn stands_still(core: &Core, part: PartId) -> bool {
    core.is_stopped(core.parts().get(part).at)
}
