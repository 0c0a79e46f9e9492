//! Turntables: a part is taken over, turned, and handed on in another direction.

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt};
use crate::flow::outbox::list_one;
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{SimDuration, SimTime};

/// `Turntable`: holds one part at a time.
///
/// A part that comes in is turned for `turn`, then goes on. After it has left, the table turns back for `back` before it takes
/// the next one. Which way a part leaves is a matter of its route and of `divert`.
///
/// Shown as working while it turns either way, blocked while a turned part cannot leave.
#[derive(Debug)]
pub struct Turntable {
    turn: Draw,
    back: Draw,
}

/// The parameters of a turntable.
#[derive(Debug, Deserialize)]
#[serde(rename = "Turntable", deny_unknown_fields)]
pub struct TurntableSpec {
    /// Time to take a part over and turn it.
    pub turn: Distribution<SimDuration>,
    /// Time to turn back. Default: none.
    #[serde(default)]
    pub back: Option<Distribution<SimDuration>>,
}

/// What a turntable is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Free,
    Turning(PartId),
    Waiting(PartId),
    Back,
}

/// What changes in a turntable.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct TurntableState {
    phase: Phase,
    key: EventKey,
    ends: SimTime,
    /// What is left of the turn while it stands still.
    left: Option<SimDuration>,
}

impl Equipment for Turntable {
    const KIND: &'static str = "Turntable";
    type Spec = TurntableSpec;
    type State = TurntableState;

    fn compile(spec: TurntableSpec, cx: &mut Compile<'_>) -> Self {
        Self {
            turn: cx.draw("turn", &spec.turn),
            back: cx.draw_or_zero("back", spec.back.as_ref()),
        }
    }

    fn initial(&self) -> TurntableState {
        TurntableState { phase: Phase::Free, key: EventKey::NONE, ends: SimTime::ZERO, left: None }
    }

    fn start(&self, _state: &mut TurntableState, cx: &mut Ctx<'_>) {
        cx.open(1);
    }

    fn on_enter(&self, state: &mut TurntableState, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        let time = cx.draw(&self.turn);
        go(state, cx, Phase::Turning(part), time);
    }

    fn on_timer(&self, state: &mut TurntableState, cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {
        state.key = EventKey::NONE;
        match state.phase {
            Phase::Turning(part) if cx.send(part) => self.turn_back(state, cx),
            Phase::Turning(part) => {
                state.phase = Phase::Waiting(part);
                cx.set_activity(0, Activity::Blocked);
                cx.at_rest();
            }
            Phase::Back => free(state, cx),
            Phase::Free | Phase::Waiting(_) => {}
        }
    }

    fn give(
        &self,
        state: &mut TurntableState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let Phase::Waiting(part) = state.phase else { return None };
        if cx.is_stopped() || !cx.is_asked_for(part, link, wanted) {
            return None;
        }
        self.turn_back(state, cx);
        Some(part)
    }

    fn list(&self, state: &TurntableState, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        if let Phase::Waiting(part) = state.phase {
            list_one(core, Some(part), link, out);
        }
    }

    fn is_busy(&self, state: &TurntableState) -> bool {
        matches!(state.phase, Phase::Turning(_) | Phase::Back)
    }

    fn on_stop(&self, state: &mut TurntableState, cx: &mut Ctx<'_>, _how: Interrupt) {
        cx.shut(true);
        if self.is_busy(state) && state.left.is_none() {
            state.left = Some(state.ends - cx.now());
            cx.cancel(&mut state.key);
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut TurntableState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        match (state.phase, state.left.take()) {
            (phase, Some(left)) => go(state, cx, phase, left),
            (Phase::Waiting(part), None) => {
                cx.set_activity(0, Activity::Blocked);
                cx.offer(part);
            }
            (Phase::Free, None) => cx.set_activity(0, Activity::Starved),
            (Phase::Turning(_) | Phase::Back, None) => {}
        }
    }

    fn contents(&self, state: &TurntableState, out: &mut Vec<PartId>) {
        if let Phase::Turning(part) | Phase::Waiting(part) = state.phase {
            out.push(part);
        }
    }
}

impl Turntable {
    fn turn_back(&self, state: &mut TurntableState, cx: &mut Ctx<'_>) {
        let time = cx.draw(&self.back);
        if time > SimDuration::ZERO {
            go(state, cx, Phase::Back, time);
        } else {
            free(state, cx);
        }
    }
}

fn go(state: &mut TurntableState, cx: &mut Ctx<'_>, phase: Phase, time: SimDuration) {
    cx.set_activity_for(0, Activity::Working, time);
    state.phase = phase;
    state.ends = cx.now() + time;
    state.key = cx.timer(time, 0, 0);
}

/// Free for the next part.
fn free(state: &mut TurntableState, cx: &mut Ctx<'_>) {
    state.phase = Phase::Free;
    let shown = if cx.is_stopped() { cx.stop_activity() } else { Activity::Starved };
    cx.set_activity(0, shown);
    cx.at_rest();
    cx.open(1);
}

#[cfg(test)]
mod tests {
    use crate::engine::{Log, State, advance};
    use crate::units::SimTime;

    /// Parts every 10 s, 4 s to turn and 3 s back: the first is out at 14 s, and a turn and its way back fit between two.
    #[test]
    fn parts_are_turned_and_handed_on() {
        let text = r#"Plant(name: "t", products: {"p": ()}, equipment: {
            "in": (is: Source(every: "10 s", total: 5), to: ["table"]),
            "table": (is: Turntable(turn: "4 s", back: "3 s"), to: ["out"]),
            "out": (is: Sink)})"#;
        let model = crate::plant::load_text(text).model.expect("a good plant");
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(100.0), &mut Log::off())
            .expect("it runs");
        let table = model.find("table").expect("there is a table");
        let clock = &state.clocks(&model, table)[0];
        assert_eq!(clock.spent_ns(state.now())[0], 5 * 7_000_000_000, "five turns there and back");
        assert_eq!(state.tallies()[0].lead_time.max(), Some(4_000_000_000));
        assert_eq!(state.tallies()[0].finished, 5);
    }
}
