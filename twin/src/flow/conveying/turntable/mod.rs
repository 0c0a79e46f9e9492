//! Turntables: a part is taken over, turned, and handed on in another direction.

mod rigid;

use serde::{Deserialize, Serialize};

use crate::engine::{
    Activity, Bodies, Candidate, Compile, Core, Ctx, Draw, Embodied, Equipment, Interrupt,
};
use crate::flow::outbox::list_one;
use crate::id::{LinkId, PartId};
use crate::kernel::EventKey;
use crate::random::Distribution;
use crate::units::{Length, SimDuration, SimTime, Speed};

use rigid::{Disc, Measures, Ride};

/// `Turntable`: holds one part at a time.
///
/// A part that comes in is turned for `turn`, then goes on. After it has left, the table turns back for `back` before it takes
/// the next one. Which way a part leaves is a matter of its route and of `divert`.
///
/// Shown as working while it turns either way, blocked while a turned part cannot leave.
///
/// It may run as rigid bodies where the conveyors around it do: `turn` and `back` then say how fast it turns, and what friction gives is the
/// limit. Of `turn` the time *d/v + v/a* is for riding over the diameter *d* at the speed *v*, with stops and starts at half of what friction
/// gives, *a = μ g / 2*; of `back` the time *l/v* for a part of length *l* to ride off.
#[derive(Debug)]
pub struct Turntable {
    turn: Draw,
    back: Draw,
    measures: Measures,
    /// Where it runs as rigid bodies.
    disc: Option<Disc>,
}

/// The parameters of a turntable.
#[derive(Debug, Deserialize)]
#[serde(rename = "Turntable", deny_unknown_fields)]
pub struct TurntableSpec {
    /// Time to take a part over and turn it: from its front at the one rim to its front at the other.
    pub turn: Distribution<SimDuration>,
    /// Time to turn back, from when the front of the part has left. Default: none.
    #[serde(default)]
    pub back: Option<Distribution<SimDuration>>,
    /// From rim to rim, where it runs as rigid bodies. Default: 1.4 m.
    #[serde(default)]
    pub diameter: Option<Length>,
    /// Speed of its rollers, likewise. Default: 0.5 m/s.
    #[serde(default)]
    pub speed: Option<Speed>,
    /// Whether it is a transfer, likewise: it does not turn, but its drives change direction, and parts go off sideways as they lie.
    /// Default: no.
    #[serde(default)]
    pub transfer: bool,
    /// Coefficient of friction between it and parts, likewise. Default: 0.5.
    #[serde(default)]
    pub friction: Option<f64>,
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TurntableState {
    phase: Phase,
    key: EventKey,
    ends: SimTime,
    /// What is left of the turn while it stands still.
    left: Option<SimDuration>,
    /// Where its part is, if it runs as rigid bodies.
    ride: Ride,
}

impl Equipment for Turntable {
    const KIND: &'static str = "Turntable";
    type Spec = TurntableSpec;
    type State = TurntableState;

    fn compile(spec: TurntableSpec, cx: &mut Compile<'_>) -> Self {
        Self {
            turn: cx.draw("turn", &spec.turn),
            back: cx.draw_or_zero("back", spec.back.as_ref()),
            measures: Measures::of(&spec, cx),
            disc: None,
        }
    }

    fn embodied(&self) -> Embodied {
        Embodied::Joins { reach_m: self.measures.reach }
    }

    fn linked(&mut self, cx: &mut Compile<'_>) {
        self.disc = Disc::place(self.measures, [self.turn.mean, self.back.mean], cx);
    }

    fn initial(&self) -> TurntableState {
        TurntableState {
            phase: Phase::Free,
            key: EventKey::NONE,
            ends: SimTime::ZERO,
            left: None,
            ride: Ride::default(),
        }
    }

    fn start(&self, _state: &mut TurntableState, cx: &mut Ctx<'_>) {
        cx.open(1);
    }

    fn on_enter(&self, state: &mut TurntableState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        let time = cx.draw(&self.turn);
        if let Some(disc) = &self.disc {
            state.phase = Phase::Turning(part);
            cx.set_activity(0, Activity::Working);
            disc.take(&mut state.ride, cx, part, link, time);
            return;
        }
        go(state, cx, Phase::Turning(part), time);
    }

    fn before_step(&self, state: &TurntableState, bodies: &mut Bodies, to: SimTime) {
        if let Some(disc) = &self.disc {
            disc.before_step(&state.ride, bodies, to);
        }
    }

    fn on_step(&self, state: &mut TurntableState, cx: &mut Ctx<'_>) {
        if let Some(disc) = &self.disc {
            disc.on_step(&mut state.ride, cx);
        }
    }

    fn on_timer(&self, state: &mut TurntableState, cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {
        state.key = EventKey::NONE;
        if let (Some(disc), Phase::Turning(_) | Phase::Back) = (&self.disc, state.phase) {
            match disc.on_timer(&mut state.ride, cx) {
                rigid::Came::Nowhere => return,
                rigid::Came::Lost => {
                    wait(state, cx);
                    return;
                }
                rigid::Came::Home => {}
            }
        }
        match state.phase {
            Phase::Turning(part) if cx.send(part) => self.turn_back(state, cx),
            Phase::Turning(_) => {
                if let Some(disc) = &self.disc {
                    disc.hold(cx);
                }
                wait(state, cx);
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
        if let Some(disc) = &self.disc
            && state.ride.is_undecided()
        {
            cx.commit(part, link);
            disc.turn_out(&mut state.ride, cx, link);
            state.phase = Phase::Turning(part);
            cx.set_activity(0, Activity::Working);
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
        if let Some(disc) = &self.disc {
            disc.stop(&mut state.ride, cx);
        } else if self.is_busy(state) && state.left.is_none() {
            state.left = Some(state.ends - cx.now());
            cx.cancel(&mut state.key);
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut TurntableState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if let Some(disc) = &self.disc {
            disc.go_on(&mut state.ride, cx);
            if self.is_busy(state) {
                cx.set_activity(0, Activity::Working);
            }
        }
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

impl TurntableState {
    /// Where `table` points at `now`, rad from x of the equipment: for views. 0 where it runs as events.
    pub fn points(&self, table: &Turntable, now: SimTime) -> f64 {
        table.disc.as_ref().map_or(0.0, |disc| disc.points(&self.ride, now))
    }
}

impl Turntable {
    /// From rim to rim, m.
    pub fn diameter_m(&self) -> f64 {
        2.0 * self.measures.reach
    }

    /// The part has left.
    fn turn_back(&self, state: &mut TurntableState, cx: &mut Ctx<'_>) {
        let time = cx.draw(&self.back);
        if let Some(disc) = &self.disc {
            state.phase = Phase::Back;
            cx.set_activity(0, Activity::Working);
            disc.let_go(&mut state.ride, cx, time);
            return;
        }
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

/// The part cannot leave.
fn wait(state: &mut TurntableState, cx: &mut Ctx<'_>) {
    if let Phase::Turning(part) = state.phase {
        state.phase = Phase::Waiting(part);
        cx.set_activity(0, Activity::Blocked);
        cx.at_rest();
    }
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
