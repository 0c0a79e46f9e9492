//! Work in process at the start: parts that are in the plant when the run begins.

use serde::{Deserialize, Serialize};

use crate::engine::{Candidate, Compile, Core, Ctx, Equipment};
use crate::flow::outbox::Outbox;
use crate::id::{LinkId, PartId, ProductId};
use crate::units::{SimDuration, SimTime};

/// `InitialWip(lots: [(product: "gear", next: "mill", age: "2 h"), …])`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitialWipSpec {
    /// The lots, in the order in which they set out.
    pub lots: Vec<InitialLotSpec>,
}

/// Lots of one product at one point of its route.
#[derive(Debug, Deserialize)]
#[serde(rename = "lot", deny_unknown_fields)]
pub struct InitialLotSpec {
    /// What it is.
    pub product: String,
    /// The operation of its route that comes next. Default: the first.
    #[serde(default)]
    pub next: Option<String>,
    /// How many such lots. Default 1.
    #[serde(default)]
    pub n: Option<u32>,
    /// Pieces in each. Default 1.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// How long ago it entered the plant; its lead time counts from there. Default: not at all.
    #[serde(default)]
    pub age: Option<SimDuration>,
    /// When it is due, counted from the start of the run.
    #[serde(default)]
    pub due: Option<SimDuration>,
    /// Its priority; lower goes first. Default: the product's.
    #[serde(default)]
    pub priority: Option<i16>,
}

/// `InitialWip`: brings parts at time zero, each on its way to the operation that comes next for it.
#[derive(Debug)]
pub struct InitialWip {
    lots: Vec<Lot>,
}

#[derive(Debug)]
struct Lot {
    product: ProductId,
    step: u16,
    n: u32,
    quantity: u32,
    age: SimDuration,
    due: Option<SimTime>,
    priority: Option<i16>,
}

/// What changes: the parts that have not found room yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InitialWipState {
    held: Outbox,
}

/// Parts that one such equipment may bring.
const MOST_PARTS: u64 = 10_000_000;

impl Equipment for InitialWip {
    const KIND: &'static str = "InitialWip";
    const INPUTS: &'static [&'static str] = &[];
    type Spec = InitialWipSpec;
    type State = InitialWipState;

    fn compile(spec: InitialWipSpec, cx: &mut Compile<'_>) -> Self {
        let total: u64 = spec.lots.iter().map(|lot| u64::from(lot.n.unwrap_or(1))).sum();
        if total > MOST_PARTS {
            cx.error("lots", "more than 10 000 000 parts at the start");
        }
        let lots = spec.lots.iter().enumerate();
        Self { lots: lots.filter_map(|(n, lot)| compile_lot(n, lot, cx)).collect() }
    }

    fn initial(&self) -> InitialWipState {
        InitialWipState::default()
    }

    fn places(&self) -> u32 {
        0
    }

    fn is_source(&self) -> bool {
        true
    }

    fn start(&self, _state: &mut InitialWipState, cx: &mut Ctx<'_>) {
        cx.timer(SimDuration::ZERO, 0, 0);
    }

    fn on_timer(&self, state: &mut InitialWipState, cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {
        for lot in &self.lots {
            for _ in 0..lot.n {
                let part = cx.new_part_at(lot.product, lot.step, lot.age);
                let info = cx.part_mut(part);
                info.quantity = lot.quantity;
                info.due = lot.due.unwrap_or(info.due);
                info.priority = lot.priority.unwrap_or(info.priority);
                state.held.send(cx, part);
            }
        }
    }

    fn on_enter(
        &self,
        _state: &mut InitialWipState,
        _cx: &mut Ctx<'_>,
        _part: PartId,
        _link: LinkId,
    ) {
    }

    fn give(
        &self,
        state: &mut InitialWipState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        state.held.give(cx, link, wanted)
    }

    fn list(&self, state: &InitialWipState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        state.held.list(link, out);
    }

    fn contents(&self, state: &InitialWipState, out: &mut Vec<PartId>) {
        out.extend(state.held.iter());
    }
}

fn compile_lot(n: usize, spec: &InitialLotSpec, cx: &mut Compile<'_>) -> Option<Lot> {
    let product = cx.product(&format!("lots[{n}].product"), &spec.product)?;
    let step = match &spec.next {
        None => 0,
        Some(next) => cx.step_of(&format!("lots[{n}].next"), product, next)?,
    };
    let age = spec.age.unwrap_or(SimDuration::ZERO);
    if age < SimDuration::ZERO || spec.quantity == Some(0) {
        cx.error(&format!("lots[{n}]"), "an age is not negative, and a lot holds a piece or more");
    }
    Some(Lot {
        product,
        step,
        n: spec.n.unwrap_or(1),
        quantity: spec.quantity.unwrap_or(1),
        age,
        due: spec.due.map(|due| SimTime::ZERO + due),
        priority: spec.priority,
    })
}
