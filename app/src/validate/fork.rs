//! `Fork` and `Join`: equipment that the core does not have, written as a plugin's author would, by the public contract
//! alone.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use twin::engine::{Candidate, Compile, Core, Ctx, Equipment};
use twin::id::{LinkId, PartId, ProductId};

/// `Fork`: a part goes on by the first connection, a copy of it by each other one.
#[derive(Debug)]
pub(super) struct Fork {
    copy: ProductId,
}

/// The parameters of a fork.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForkSpec {
    /// What the copies are.
    copy: String,
}

/// Parts that cannot go on yet; each is committed to its connection.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ForkState {
    held: Vec<(LinkId, PartId)>,
}

impl Equipment for Fork {
    const KIND: &'static str = "Fork";
    type Spec = ForkSpec;
    type State = ForkState;

    fn compile(spec: ForkSpec, cx: &mut Compile<'_>) -> Self {
        Self { copy: cx.product("copy", &spec.copy).unwrap_or(ProductId::NONE) }
    }

    fn initial(&self) -> ForkState {
        ForkState::default()
    }

    fn start(&self, _state: &mut ForkState, cx: &mut Ctx<'_>) {
        cx.open(1);
    }

    fn on_enter(&self, state: &mut ForkState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let links = cx.model().row(cx.me()).links.clone();
        for link in links.clone().map(LinkId) {
            let first = link.0 == links.start;
            let goes = if first { part } else { cx.new_part(self.copy) };
            cx.part_mut(goes).via = link;
            if !cx.send(goes) {
                state.held.push((link, goes));
            }
        }
        if state.held.is_empty() {
            cx.open(1);
        }
    }

    fn give(
        &self,
        state: &mut ForkState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        _wanted: Option<PartId>,
    ) -> Option<PartId> {
        let at = state.held.iter().position(|(way, _)| *way == link)?;
        let (_, part) = state.held.remove(at);
        if state.held.is_empty() {
            cx.open(1);
        }
        Some(part)
    }

    fn list(&self, state: &ForkState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        let waiting = state.held.iter().filter(|(way, _)| *way == link);
        out.extend(waiting.map(|(link, part)| Candidate { part: *part, link: *link }));
    }

    fn contents(&self, state: &ForkState, out: &mut Vec<PartId>) {
        out.extend(state.held.iter().map(|(_, part)| part));
    }
}

/// `Join`: the n-th part from `part` goes on when the n-th from `copy` is there too, which ends here.
#[derive(Debug)]
pub(super) struct Join;

/// The parameters of a join: none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct JoinSpec {}

/// What waits for its other half, and what waits to go on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct JoinState {
    parts: VecDeque<PartId>,
    copies: VecDeque<PartId>,
    joined: VecDeque<PartId>,
}

const COPY: u8 = 1;

impl Equipment for Join {
    const KIND: &'static str = "Join";
    const INPUTS: &'static [&'static str] = &["part", "copy"];
    type Spec = JoinSpec;
    type State = JoinState;

    fn compile(_spec: JoinSpec, _cx: &mut Compile<'_>) -> Self {
        Self
    }

    fn initial(&self) -> JoinState {
        JoinState::default()
    }

    fn start(&self, _state: &mut JoinState, cx: &mut Ctx<'_>) {
        cx.open_endless();
        cx.open_endless_at(COPY);
    }

    fn on_enter(&self, state: &mut JoinState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        if cx.input_of(link) == COPY {
            state.copies.push_back(part);
        } else {
            state.parts.push_back(part);
        }
        if state.parts.is_empty() || state.copies.is_empty() {
            return;
        }
        if let (Some(part), Some(copy)) = (state.parts.pop_front(), state.copies.pop_front()) {
            cx.absorb(copy, part);
            if !state.joined.is_empty() || !cx.send(part) {
                state.joined.push_back(part);
            }
        }
    }

    fn give(
        &self,
        state: &mut JoinState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        _wanted: Option<PartId>,
    ) -> Option<PartId> {
        let part = state.joined.pop_front();
        if !state.joined.is_empty() {
            cx.wait(link);
        }
        part
    }

    fn list(&self, state: &JoinState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        out.extend(state.joined.iter().map(|part| Candidate { part: *part, link }));
    }

    fn contents(&self, state: &JoinState, out: &mut Vec<PartId>) {
        out.extend(state.joined.iter().chain(&state.parts).chain(&state.copies));
    }
}
