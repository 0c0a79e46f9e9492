//! Which device of a mover goes to which part, at the end of an instant in which something has changed.

use super::chase::Prospect;
use super::mover::{Device, MoverState, Phase, Plan};
use super::order::{Leg, Rule, ways};
use super::place::Spot;
use super::runway::Claim;
use crate::engine::{Activity, Candidate, Ctx};
use crate::id::{EquipmentId, LinkId, PartId};
use crate::units::SimDuration;

/// A device that can do a job, and who has to go where for it.
struct Chosen {
    device: usize,
    aside: Vec<(usize, f64)>,
}

impl Plan {
    /// What can be decided without knowing who waits.
    pub(super) fn decide(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if !cx.is_stopping() {
            self.put_down(state, cx);
            self.approach(state, cx);
        }
        state.ask(cx);
        state.looked = true;
        if !state.rooms.is_empty() || self.is_away(state) {
            state.check_later(cx);
        }
    }

    /// A part that is still in the other hand goes where there is room by now.
    fn put_down(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        let Device { phase: Phase::Idle, hand: Some(mut leg), .. } = state.devices[0] else {
            return;
        };
        let ways = ways(cx.model(), cx.me(), cx.part(leg.part));
        for link in ways.clone() {
            if state.rooms.take(cx, link) {
                (leg.to, leg.room) = (link, true);
                (state.devices[0].hand, state.devices[0].job) = (None, Some(leg));
                self.carry(state, cx, 0);
                return;
            }
        }
        ways.for_each(|link| {
            cx.wait(link);
        });
    }

    /// With a fixed round: on to the next place that holds anything, ahead of time.
    fn approach(&self, state: &mut MoverState, cx: &mut Ctx<'_>) {
        if self.round.is_empty() || state.devices[0].phase != Phase::Idle {
            return;
        }
        let n = self.round.len();
        let place = |step: usize| self.round[(state.turn as usize + step) % n];
        let Some(step) = (0..n).find(|step| cx.core().content(place(*step)) > 0) else { return };
        let stop = self.stops.find(place(step));
        state.turn = ((state.turn as usize + step) % n) as u32;
        if let Some(stop) = stop.filter(|stop| *stop != state.devices[0].at.stop) {
            self.go(state, cx, 0, Phase::Aside, self.stops.spot(stop), SimDuration::ZERO);
        }
    }

    /// Sends devices to `candidates`, the parts that wait.
    pub(super) fn dispatch(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
    ) {
        let caught = self.catchable(state, cx, candidates);
        let candidates = caught.as_deref().unwrap_or(candidates);
        state.calls.update(candidates);
        if !self.round.is_empty() {
            self.follow_round(state, cx, candidates);
            return;
        }
        loop {
            let idle = state.devices.iter().any(|device| device.phase == Phase::Idle);
            if !idle || cx.is_stopping() {
                return;
            }
            let order = self.order(state, cx, candidates);
            if !order.iter().any(|at| self.try_start(state, cx, candidates, *at)) {
                if self.fetches_ahead && state.devices[0].hand.is_none() {
                    self.fetch_ahead(state, cx, order.iter().map(|at| candidates[*at]));
                }
                return;
            }
        }
    }

    /// The candidates that nobody is on the way to, in the order of the rule.
    fn order(&self, state: &MoverState, cx: &Ctx<'_>, candidates: &[Candidate]) -> Vec<usize> {
        let open = |at: &usize| !state.is_spoken_for(candidates[*at].part);
        let mut order: Vec<usize> = (0..candidates.len()).filter(open).collect();
        order.sort_by_cached_key(|at| {
            let Candidate { part, link } = candidates[*at];
            let info = cx.part(part);
            let rank = match self.rule {
                Rule::FirstCome => 0,
                Rule::LongestWaiting => info.entered.ns(),
                Rule::Nearest => self.soonest(state, self.stops.by_link(link)).ns(),
                Rule::Pull => {
                    i64::from(cx.model().products[info.product.index()].n_steps)
                        - i64::from(info.step)
                }
            };
            (rank, state.calls.turn(link), *at)
        });
        order
    }

    fn soonest(&self, state: &MoverState, to: Spot) -> SimDuration {
        let idle = state.devices.iter().filter(|device| device.phase == Phase::Idle);
        idle.map(|device| self.travel(device.at, to)).min().unwrap_or(SimDuration::MAX)
    }

    /// Sends a device for candidate `at`, if that is possible now.
    fn try_start(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        at: usize,
    ) -> bool {
        let one = candidates[at];
        if !self.two_hands {
            return self.try_move(state, cx, one);
        }
        if let Some(hand) = state.devices[0].hand {
            return self.try_exchange_hand(state, cx, hand, one) || self.try_move(state, cx, one);
        }
        let holder = |one: Candidate| cx.model().links[one.link.index()].from;
        let open = |other: &Candidate| {
            other.part != one.part
                && holder(*other) != holder(one)
                && !state.is_spoken_for(other.part)
        };
        let goes_to = |part: PartId, to: EquipmentId| {
            let mut ways = ways(cx.model(), cx.me(), cx.part(part));
            ways.find(|link| cx.model().links[link.index()].to == to)
        };
        // Somebody who is to take the place of this part; somebody whose place this part is to take.
        let mut others = candidates.iter().copied().filter(open);
        let comes =
            others.clone().find_map(|other| Some((other, goes_to(other.part, holder(one))?)));
        let leaves = others.find_map(|other| Some((other, goes_to(one.part, holder(other))?)));
        if let Some((new, to)) = comes
            && self.try_exchange(state, cx, (new, to), one)
        {
            return true;
        }
        if self.try_move(state, cx, one) {
            return true;
        }
        leaves.is_some_and(|(old, to)| self.try_exchange(state, cx, (one, to), old))
    }

    /// A part from place to place: with room reserved for it, and a device that gets through.
    fn try_move(&self, state: &mut MoverState, cx: &mut Ctx<'_>, one: Candidate) -> bool {
        let from = self.stops.by_link(one.link);
        let mut ways = Vec::new();
        for link in self.onward(cx, one) {
            let prospect = self.prospect(state, cx, one, link);
            if !matches!(prospect, Prospect::Lost) {
                ways.push((link, prospect));
            }
        }
        for (link, prospect) in &ways {
            let Some(chosen) = self.choose(state, from, self.stops.by_link(*link)) else {
                continue;
            };
            if state.rooms.take(cx, *link) {
                let leg = Leg::claim(cx, one, *link, true);
                if let Prospect::Met(chase) = prospect {
                    self.begin_chase(state, cx, leg, *chase);
                } else {
                    self.begin(state, cx, chosen, leg, None);
                }
                return true;
            }
        }
        for (link, _) in ways {
            if self.choose(state, from, self.stops.by_link(link)).is_some() {
                cx.wait(link);
            }
        }
        false
    }

    /// The part `new` goes by `to` to where `old` is, and `old` to where there is room.
    fn try_exchange(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        (new, to): (Candidate, LinkId),
        old: Candidate,
    ) -> bool {
        let Some(out) = self.room_for(state, cx, old) else { return false };
        let first = Leg::claim(cx, new, to, false);
        let second = Leg::claim(cx, old, out, true);
        self.begin(state, cx, Chosen { device: 0, aside: Vec::new() }, first, Some(second));
        true
    }

    /// Takes a part for the machine along while that is still at work.
    fn fetch_ahead(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        mut open: impl Iterator<Item = Candidate>,
    ) {
        let model = cx.model();
        let machine = |one: Candidate| {
            let mut ways = ways(model, cx.me(), cx.part(one.part));
            let way = ways.find(|link| {
                let to = model.links[link.index()].to;
                self.stops.ways(to).0 && cx.core().content(to) > 0
            });
            way.filter(|_| !self.stops.ways(model.links[one.link.index()].from).1)
                .map(|way| (one, way))
        };
        if let Some((one, to)) = open.find_map(machine) {
            let leg = Leg::claim(cx, one, to, false);
            self.begin(state, cx, Chosen { device: 0, aside: Vec::new() }, leg, None);
        }
    }

    /// The part `hand`, in the one hand, goes to where `old` is.
    fn try_exchange_hand(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        mut hand: Leg,
        old: Candidate,
    ) -> bool {
        let holder = cx.model().links[old.link.index()].from;
        let mut ways = ways(cx.model(), cx.me(), cx.part(hand.part));
        let to = ways.find(|link| cx.model().links[link.index()].to == holder);
        let Some(to) = to else { return false };
        let Some(out) = self.room_for(state, cx, old) else { return false };
        hand.to = to;
        state.devices[0].hand = Some(hand);
        let leg = Leg::claim(cx, old, out, true);
        self.begin(state, cx, Chosen { device: 0, aside: Vec::new() }, leg, None);
        true
    }

    /// Reserves room for `one` anywhere but where it is.
    fn room_for(&self, state: &mut MoverState, cx: &mut Ctx<'_>, one: Candidate) -> Option<LinkId> {
        let model = cx.model();
        let holder = model.links[one.link.index()].from;
        let mut ways = ways(model, cx.me(), cx.part(one.part))
            .filter(|link| model.links[link.index()].to != holder);
        ways.find(|link| state.rooms.take(cx, *link))
    }

    /// The idle device that is at `from` soonest, of those that get through from there to `to`.
    fn choose(&self, state: &MoverState, from: Spot, to: Spot) -> Option<Chosen> {
        let all = |at: usize| (state.devices[at].claim, state.devices[at].phase == Phase::Idle);
        let n = state.devices.len();
        let idle = (0..n).filter(|at| all(*at).1);
        let through = idle.filter_map(|at| {
            let wanted = Claim::over([state.devices[at].at.x, from.x, to.x]);
            let aside =
                if n == 1 { Vec::new() } else { self.runway.make_way(at, wanted, all, n)? };
            Some(Chosen { device: at, aside })
        });
        through.min_by_key(|one| (self.travel(state.devices[one.device].at, from), one.device))
    }

    /// A device sets out for the part of `leg`, and the others out of its way.
    fn begin(
        &self,
        state: &mut MoverState,
        cx: &mut Ctx<'_>,
        chosen: Chosen,
        leg: Leg,
        next: Option<Leg>,
    ) {
        if !cx.begin_cycle() {
            leg.disclaim(cx);
            if let Some(next) = next {
                next.disclaim(cx);
            }
            return;
        }
        for (other, x) in chosen.aside {
            let to = Spot { x, stop: Spot::FREE, ..state.devices[other].at };
            state.devices[other].claim = Claim::over([x]);
            self.go(state, cx, other, Phase::Aside, to, SimDuration::ZERO);
        }
        let from = self.stops.by_link(leg.from);
        let device = &mut state.devices[chosen.device];
        device.claim = Claim::over([device.at.x, from.x, self.stops.by_link(leg.to).x]);
        (device.job, device.next) = (Some(leg), next);
        state.calls.answered(leg.from);
        self.go(state, cx, chosen.device, Phase::ToPick, from, SimDuration::ZERO);
    }

    /// Takes what waits at the place of the round where the device stands.
    fn follow_round(&self, state: &mut MoverState, cx: &mut Ctx<'_>, candidates: &[Candidate]) {
        for _ in 0..self.round.len() {
            if state.devices[0].phase != Phase::Idle || cx.is_stopping() {
                return;
            }
            let here = state.devices[0].at.stop;
            if self.stops.find(self.round[state.turn as usize]) != Some(here) {
                return;
            }
            let is_here = |one: &&Candidate| self.stops.by_link(one.link).stop == here;
            let Some(one) = candidates.iter().find(is_here).copied() else { return };
            if self.try_move(state, cx, one) {
                if state.devices[0].phase != Phase::Idle {
                    self.next_turn(state);
                }
                return;
            }
            // It must not wait for room at a place that only it can empty.
            let mut ways = ways(cx.model(), cx.me(), cx.part(one.part));
            let own = ways.any(|link| self.round.contains(&cx.model().links[link.index()].to));
            if !own {
                cx.set_activity(0, Activity::Blocked);
                return;
            }
            self.next_turn(state);
            self.approach(state, cx);
        }
    }

    fn next_turn(&self, state: &mut MoverState) {
        state.turn = (state.turn + 1) % self.round.len() as u32;
    }
}

impl MoverState {
    /// Whether a device is on the way to `part`.
    fn is_spoken_for(&self, part: PartId) -> bool {
        let legs = self.devices.iter().flat_map(|device| [device.job, device.next]);
        legs.flatten().any(|leg| leg.part == part)
    }
}
