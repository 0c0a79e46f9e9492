//! Kanban posts: parts go on only with a card, and cards are few.

use serde::{Deserialize, Serialize};

use super::policy::{Cards, Release, Released};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Equipment, Interrupt};
use crate::flow::meter::Meter;
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId, ProductId};

/// `Kanban`: the entrance of a stage in which there are never more parts than cards.
///
/// A part stays upstream until a card is free (of its product, where each has its own). It carries the card until it leaves
/// `until`, most often the store behind the stage, or without `until` to the end of its life. Parts with a card that cannot
/// go on at once wait here: they are the orders of the stage. Stages may overlap or lie within one another.
///
/// Figure: `cards_out_mean`, the mean number of cards that are out.
///
/// Shown as blocked while parts with cards wait here, as working otherwise.
#[derive(Debug)]
pub struct Kanban {
    release: Release,
}

/// The parameters of a kanban post.
#[derive(Debug, Deserialize)]
#[serde(rename = "Kanban", deny_unknown_fields)]
pub struct KanbanSpec {
    /// How many cards there are, for all products together or for each.
    pub cards: Cards,
    /// Where parts give their card back as they leave. Default: at the end of their life.
    #[serde(default)]
    pub until: Option<String>,
}

/// What changes in a kanban post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KanbanState {
    /// Parts with a card that cannot go on, first out first.
    held: Outbox,
    released: Released,
    out: Meter,
    stopped: bool,
}

impl KanbanState {
    /// Cards that are out.
    pub fn cards_out(&self) -> i64 {
        self.released.parts()
    }
}

impl Equipment for Kanban {
    const KIND: &'static str = "Kanban";
    type Spec = KanbanSpec;
    type State = KanbanState;

    fn compile(spec: KanbanSpec, cx: &mut Compile<'_>) -> Self {
        let until = spec.until.and_then(|until| cx.equipment("until", &until));
        Self { release: Release::cards(&spec.cards, until, "cards", cx) }
    }

    fn initial(&self) -> KanbanState {
        let released = self.release.initial();
        KanbanState { held: Outbox::default(), released, out: Meter::default(), stopped: false }
    }

    fn is_selective(&self) -> bool {
        true
    }

    fn start(&self, state: &mut KanbanState, cx: &mut Ctx<'_>) {
        self.release.start(cx);
        cx.open_endless();
        show(state, cx);
    }

    fn select(
        &self,
        state: &mut KanbanState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        let mut released = state.released.clone();
        for (at, candidate) in candidates.iter().enumerate() {
            let product = cx.part(candidate.part).product;
            if self.release.is_free(&released, cx.model(), product) {
                self.release.count(&mut released, cx.model(), product);
                picks.push(at);
            } else if self.release.is_common() {
                return;
            }
        }
    }

    fn on_enter(&self, state: &mut KanbanState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        self.release.take(&mut state.released, cx, part);
        if state.stopped {
            state.held.keep(part);
        } else {
            state.held.send(cx, part);
        }
        show(state, cx);
    }

    fn give(
        &self,
        state: &mut KanbanState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        if state.stopped {
            return None;
        }
        let part = state.held.give(cx, link, wanted)?;
        show(state, cx);
        Some(part)
    }

    fn list(&self, state: &KanbanState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if !state.stopped {
            state.held.list(link, out);
        }
    }

    fn on_card(&self, state: &mut KanbanState, cx: &mut Ctx<'_>, product: ProductId) {
        self.release.give_back(&mut state.released, cx.model(), product);
        show(state, cx);
        if cx.is_awaited() {
            cx.decide_later();
        }
    }

    fn on_stop(&self, state: &mut KanbanState, cx: &mut Ctx<'_>, _how: Interrupt) {
        state.stopped = true;
        cx.shut(true);
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut KanbanState, cx: &mut Ctx<'_>) {
        state.stopped = false;
        cx.shut(false);
        state.held.offer_all(cx);
        show(state, cx);
    }

    fn reset_figures(&self, state: &mut KanbanState, core: &Core) {
        state.out.reset(core.now());
    }

    fn figures(&self, state: &KanbanState, core: &Core, out: &mut Vec<(String, f64)>) {
        out.push(("cards_out_mean".to_owned(), state.out.mean(core.now())));
    }

    fn contents(&self, state: &KanbanState, out: &mut Vec<PartId>) {
        out.extend(state.held.iter());
    }
}

fn show(state: &mut KanbanState, cx: &mut Ctx<'_>) {
    state.out.set(state.released.parts(), cx.now());
    if state.stopped {
        return;
    }
    let activity = if state.held.is_empty() { Activity::Working } else { Activity::Blocked };
    cx.set_activity(0, activity);
}
