//! What an equipment can do: the [`Ctx`] that every handler gets.

use super::availability::Unit;
use super::cards::BOTTOM;
use super::clock::Activity;
use super::energy::Change;
use super::log::{Log, Switched, What};
use super::model::{Divert, Draw, EquipmentRow, Link, Model, Step, StepRules};
use super::notice::Notice;
use super::orders::NO_ORDER;
use super::part::{Fate, NOT_DRAWN, Part};
use super::quality::NO_PROCESS;
use super::state::{Core, Event, Soon, order};
use crate::id::{EquipmentId, InletId, LinkId, PartId, ProductId, StreamId};
use crate::kernel::EventKey;
use crate::random::{RateSampler, Sampler};
use crate::units::{SimDuration, SimTime};

/// The engine as one equipment sees it during one call.
#[derive(Debug)]
pub struct Ctx<'a> {
    pub(crate) model: &'a Model,
    pub(crate) core: &'a mut Core,
    pub(crate) log: &'a mut Log,
    pub(crate) me: EquipmentId,
    pub(crate) row: &'a EquipmentRow,
}

impl<'a> Ctx<'a> {
    #[inline]
    pub(crate) fn new(
        model: &'a Model,
        core: &'a mut Core,
        log: &'a mut Log,
        me: EquipmentId,
    ) -> Self {
        Self { model, core, log, me, row: &model.equipment[me.index()] }
    }

    /// The present.
    #[inline]
    pub fn now(&self) -> SimTime {
        self.core.now
    }

    /// The equipment that is being called.
    #[inline]
    pub fn me(&self) -> EquipmentId {
        self.me
    }

    /// The plant.
    #[inline]
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// What can be read of the state.
    #[inline]
    pub fn core(&self) -> &Core {
        self.core
    }

    // Time and chance.

    /// Calls [`on_timer`](super::Equipment::on_timer) with `tag` and `arg` after `after`.
    #[inline]
    pub fn timer(&mut self, after: SimDuration, tag: u8, arg: u16) -> EventKey {
        let event = Event::Timer { equipment: self.me, tag, arg };
        self.core.schedule(after, order::FLOW, event)
    }

    /// Takes a timer back that has not run down yet.
    #[inline]
    pub fn cancel(&mut self, key: &mut EventKey) {
        self.core.calendar.cancel(key);
    }

    /// Draws a length of time.
    #[inline]
    pub fn draw(&mut self, draw: &Draw) -> SimDuration {
        draw.sampler.sample(self.core.streams.get(draw.stream))
    }

    /// Draws from `sampler` with the stream of `draw`: for times that a route gives and a machine draws.
    #[inline]
    pub fn draw_with(&mut self, sampler: &Sampler<SimDuration>, stream: StreamId) -> SimDuration {
        sampler.sample(self.core.streams.get(stream))
    }

    /// Draws a plain number.
    #[inline]
    pub fn draw_number(&mut self, draw: &Draw<f64>) -> f64 {
        draw.sampler.sample(self.core.streams.get(draw.stream))
    }

    /// A number from 0 up to but not including 1.
    #[inline]
    pub fn uniform(&mut self, stream: StreamId) -> f64 {
        self.core.streams.get(stream).uniform()
    }

    /// The next arrival of a Poisson stream whose rate varies with time.
    pub fn next_arrival(&mut self, rate: &RateSampler, stream: StreamId) -> SimTime {
        rate.next_arrival(self.core.now, self.core.streams.get(stream))
    }

    // Parts.

    /// The part `id`.
    #[inline]
    pub fn part(&self, id: PartId) -> &Part {
        self.core.parts.get(id)
    }

    /// The part `id`, to be changed.
    #[inline]
    pub fn part_mut(&mut self, id: PartId) -> &mut Part {
        self.core.parts.get_mut(id)
    }

    /// The step of its route that the part is on its way to or at.
    #[inline]
    pub fn step(&self, id: PartId) -> Option<&'a Step> {
        let step = self.model.step(self.core.parts.get(id))?;
        Some(&self.model.steps[step.index()])
    }

    /// Brings a new part into the plant, here.
    pub fn new_part(&mut self, product: ProductId) -> PartId {
        self.new_part_at(product, 0, SimDuration::ZERO)
    }

    /// Likewise, one that has done so many steps of its route and entered the plant so long ago.
    pub fn new_part_at(&mut self, product: ProductId, step: u16, age: SimDuration) -> PartId {
        let now = self.core.now;
        let info = &self.model.products[product.index()];
        let part = Part {
            product,
            step,
            priority: info.priority,
            at: self.me,
            via: LinkId::NONE,
            card: EquipmentId::NONE,
            quantity: 1,
            output: None,
            order: NO_ORDER,
            cards_below: BOTTOM,
            defect: 0,
            reworks: 0,
            serial: 0,
            created: now - age,
            due: info.due_after.map_or(SimTime::NEVER, |after| now - age + after),
            entered: now,
            limit_until: SimTime::NEVER,
            limit: 0,
            work: NOT_DRAWN,
            drawn: NOT_DRAWN,
        };
        let id = self.core.parts.insert(part);
        if self.model.n_columns > 0 {
            self.core.begin_attributes(self.model, id, product);
        }
        if let Some(stream) = info.branches {
            self.skip_left_out(id, stream);
        }
        self.core.traffic[self.me.index()].enter(now);
        self.core.plant.enter(now);
        self.log.content(self.core.plant.content, now);
        self.core.tallies[product.index()].entered += 1;
        self.trace(What::Created, id);
        id
    }

    /// The part leaves the plant finished, with all that it holds. Its id is void afterwards.
    pub fn finish(&mut self, id: PartId) {
        self.trace(What::Finished, id);
        self.end(id, Fate::Finished, None);
    }

    /// The part is lost, with all that it holds. Its id is void afterwards.
    pub fn scrap(&mut self, id: PartId) {
        self.trace(What::Scrapped, id);
        self.end(id, Fate::Scrapped, None);
    }

    /// Takes the part and what it holds out of all books. It ends within the part with the number `within`, if any.
    pub(super) fn end(&mut self, id: PartId, fate: Fate, within: Option<u64>) {
        while let Some(inner) = self.core.nest.take(id) {
            let serial = self.core.parts.get(id).serial;
            let what = match fate {
                Fate::Finished => What::Finished,
                Fate::Scrapped => What::Scrapped,
                Fate::Consumed => What::Absorbed,
            };
            self.trace_pair(what, inner, id);
            self.end(inner, fate, Some(serial));
        }
        let part = self.remove(id);
        let now = self.core.now;
        let tally = &mut self.core.tallies[part.product.index()];
        match fate {
            Fate::Finished => tally.finish(&part, now),
            Fate::Scrapped => {
                tally.scrapped += 1;
                self.core.work[self.me.index()].scrapped += 1;
                *self.core.scrapped.entry((self.me, part.product)).or_default() += 1;
            }
            Fate::Consumed => tally.consumed += 1,
        }
        if part.order != NO_ORDER {
            self.lot_ended(&part, fate != Fate::Scrapped);
        }
        self.log.part(&part, now, fate, within);
    }

    #[inline]
    fn remove(&mut self, id: PartId) -> Part {
        let part = self.core.parts.remove(id);
        let now = self.core.now;
        if !part.is_inside() {
            self.core.traffic[part.at.index()].leave(part.entered, now);
        }
        self.core.plant.leave(part.created, now);
        self.log.content(self.core.plant.content, now);
        if !part.card.is_none() {
            self.core.return_cards(&part);
        }
        part
    }

    /// The operation at this equipment is done: the part goes on to the next step of its route.
    #[inline]
    pub fn step_done(&mut self, id: PartId) {
        if self.row.process != NO_PROCESS {
            self.make(self.row.process, id);
        }
        let part = self.core.parts.get_mut(id);
        part.work = NOT_DRAWN;
        part.drawn = NOT_DRAWN;
        if !self.row.sets.is_empty() {
            self.set_attributes(id, self.row);
        }
        let part = self.core.parts.get_mut(id);
        let work = &mut self.core.work[self.me.index()];
        work.done += 1;
        let Some(step) = self.model.step(part) else {
            work.planned_ns += self.row.planned.of(part.product);
            return;
        };
        let step = &self.model.steps[step.index()];
        if step.at.contains(&self.me) {
            work.planned_ns += step.planned_ns(self.row.at_once, part.quantity);
            part.step += 1;
            let product = part.product;
            if self.model.products[product.index()].has_rules {
                self.route_on(id, &step.rules);
            }
        } else if self.row.processor && part.reworks == 0 {
            self.lost_its_way(id);
        }
    }

    /// Work on the next step of its route begins: ends the queue-time limit that speaks of it.
    #[inline]
    pub fn step_begins(&mut self, id: PartId) {
        self.trace(What::Began, id);
        let now = self.core.now;
        let part = self.core.parts.get_mut(id);
        if part.limit_until == SimTime::NEVER {
            return;
        }
        let row = part.limit as usize;
        if part.step == self.model.limits[row].to {
            let late = now > part.limit_until;
            part.limit_until = SimTime::NEVER;
            let tally = &mut self.core.limits[row];
            *(if late { &mut tally.missed } else { &mut tally.kept }) += 1;
        }
    }

    /// The tool of a group that `id` is bound to for its next step, if an earlier step has chosen it.
    pub fn bound_tool(&self, id: PartId) -> Option<u16> {
        let dedication = self.step(id)?.rules.dedication.filter(|d| d.bound)?;
        self.core.parts.tool(id, dedication.slot)
    }

    /// Keeps in mind that `tool` does the next step of `id`, if a later one has to be done on the same.
    pub fn bind_tool(&mut self, id: PartId, tool: u16) {
        if let Some(dedication) = self.step(id).and_then(|step| step.rules.dedication) {
            self.core.parts.set_tool(id, dedication.slot, tool);
        }
    }

    // Flow.

    /// Room for `n` more parts. With several inputs: at the first; see [`open_at`](Self::open_at).
    #[inline]
    pub fn open(&mut self, n: u32) {
        self.open_at(0, n);
    }

    /// Room without end, likewise.
    pub fn open_endless(&mut self) {
        self.open_endless_at(0);
    }

    /// Takes back room that has been given and not used: at most `n`. Returns how much it was.
    pub fn close(&mut self, n: u32) -> u32 {
        self.close_at(0, n)
    }

    /// Shuts every way in, whatever the room, or opens them again.
    pub fn shut(&mut self, shut: bool) {
        for at in self.row.inlets.clone().map(InletId) {
            self.core.inlets[at.index()].shut = shut;
            if !shut {
                self.core.nudge(self.model, self.me, at);
            }
        }
    }

    /// Room that is still open.
    pub fn room(&self) -> u32 {
        self.room_at(0)
    }

    /// Whether somebody waits to come in.
    pub fn is_awaited(&self) -> bool {
        self.is_awaited_at(0)
    }

    /// Passes `part` on, if one of its ways has room now: then it is gone. Else this equipment stands in line on those ways
    /// and will be asked by [`give`](super::Equipment::give). Equipment with several outputs says which, by
    /// [`send_from`](Self::send_from).
    #[inline]
    pub fn send(&mut self, part: PartId) -> bool {
        if self.has_one_way() {
            let link = LinkId(self.row.links.start);
            return self.send_by(part, link) || self.wait(link);
        }
        self.send_among(part)
    }

    fn send_among(&mut self, part: PartId) -> bool {
        let via = self.choose(part);
        if !via.is_none() {
            self.core.parts.get_mut(part).via = via;
            return self.send_by(part, via) || self.wait(via);
        }
        let info = *self.core.parts.get(part);
        let ways = self.model.ways(self.row, &info);
        let first = match self.row.divert {
            Divert::Shortest => self.shortest(&info),
            Divert::RotateFree => self.next_free(&info),
            _ => None,
        };
        if first.is_some_and(|link| self.send_by(part, link)) {
            return true;
        }
        if ways.clone().any(|link| self.send_by(part, link)) {
            return true;
        }
        ways.for_each(|link| {
            self.wait(link);
        });
        false
    }

    /// Reserves room behind this equipment for `part` once its step here is done: the connection, or none; then this
    /// equipment stands in line, and [`give`](super::Equipment::give) is called when there is room.
    pub fn reserve(&mut self, part: PartId) -> LinkId {
        let after = self.after_step(part);
        let ways = self.model.ways(self.row, &after);
        for link in ways.clone() {
            if self.reserve_in_turn(link) {
                return link;
            }
        }
        ways.for_each(|link| {
            self.wait(link);
        });
        LinkId::NONE
    }

    /// Reserves room over `link`, if there is any and nobody stands in line for it.
    pub fn reserve_in_turn(&mut self, link: LinkId) -> bool {
        let at = self.model.links[link.index()].inlet;
        self.core.inlets[at.index()].waiters.is_empty() && self.reserve_by(link)
    }

    /// Reserves room over `link`, if there is any. What has been reserved is used by
    /// [`send_reserved`](Self::send_reserved) or given back by [`unreserve`](Self::unreserve).
    pub fn reserve_by(&mut self, link: LinkId) -> bool {
        let at = self.model.links[link.index()].inlet;
        let inlet = &mut self.core.inlets[at.index()];
        let open = inlet.is_open() && !inlet.selective;
        if open {
            inlet.take();
        }
        open
    }

    /// Within [`give`](super::Equipment::give) that answers `None`: keeps the room that was offered as a reservation over the
    /// connection in question.
    pub fn keep_room(&mut self) {
        self.core.keeps_room = true;
    }

    /// Gives reserved room back.
    pub fn unreserve(&mut self, link: LinkId) {
        let Link { to, inlet, .. } = self.model.links[link.index()];
        self.core.inlets[inlet.index()].give_back();
        self.core.nudge(self.model, to, inlet);
    }

    /// Passes `part` on over `link`, where room has been reserved for it. Always true.
    pub fn send_reserved(&mut self, part: PartId, link: LinkId) -> bool {
        let to = self.model.links[link.index()].to;
        self.core.hand_over(part, to);
        self.trace(What::Entered, part);
        self.core.soon.push(Soon::Enter { to, part, link });
        true
    }

    /// Whether `part` may leave by `link` once its step here is done.
    pub fn may_go(&self, part: PartId, link: LinkId) -> bool {
        let after = self.after_step(part);
        self.model.ways(self.row, &after).any(|way| way == link)
    }

    fn after_step(&self, part: PartId) -> Part {
        let mut part = *self.core.parts.get(part);
        part.step += u16::from(self.model.does_step(self.me, &part));
        part
    }

    /// Makes known that `part` may be fetched, without handing it over at once: it goes through
    /// [`give`](super::Equipment::give) when a way has room.
    pub fn offer(&mut self, part: PartId) {
        let via = self.choose(part);
        if !via.is_none() {
            self.core.parts.get_mut(part).via = via;
            self.wait(via);
            return;
        }
        let info = *self.core.parts.get(part);
        self.model.ways(self.row, &info).for_each(|link| {
            self.wait(link);
        });
    }

    /// Whether a connection leads to equipment that chooses among waiting parts itself.
    pub fn faces_choice(&self) -> bool {
        let mut links = self.row.links.clone();
        links.any(|link| {
            let at = self.model.links[link as usize].inlet;
            self.core.inlets[at.index()].selective
        })
    }

    /// Whether all parts leave by the same connection.
    #[inline]
    pub fn has_one_way(&self) -> bool {
        self.row.has_one_way()
    }

    /// Whether `part` may leave by `link`.
    #[inline]
    pub fn may_take(&self, part: PartId, link: LinkId) -> bool {
        self.core.may_take(self.model, self.row, part, link)
    }

    /// Stands in line for `link` (once, however often it is called). Returns false, for use at the end of
    /// [`send`](Self::send). Equipment that chooses hears of every part, as each one more can make up a batch.
    pub fn wait(&mut self, link: LinkId) -> bool {
        let Link { to, inlet: at, .. } = self.model.links[link.index()];
        let inlet = &mut self.core.inlets[at.index()];
        let new = !std::mem::replace(&mut self.core.waiting[link.index()], true);
        if new {
            inlet.waiters.push(link);
        }
        if new || inlet.selective {
            self.core.nudge(self.model, to, at);
        }
        false
    }

    #[inline]
    fn send_by(&mut self, part: PartId, link: LinkId) -> bool {
        let Link { to, inlet: at, .. } = self.model.links[link.index()];
        let inlet = &mut self.core.inlets[at.index()];
        if !inlet.is_open() || inlet.selective || !inlet.waiters.is_empty() {
            return false;
        }
        inlet.take();
        inlet.last = link.0;
        self.core.hand_over(part, to);
        self.trace(What::Entered, part);
        self.core.soon.push(Soon::Enter { to, part, link });
        true
    }

    /// The connection that the divert rule commits a part to, if it is of that sort.
    fn choose(&mut self, part: PartId) -> LinkId {
        let info = *self.core.parts.get(part);
        if !info.via.is_none() {
            return info.via;
        }
        let mut ways = self.model.ways(self.row, &info);
        match &self.row.divert {
            Divert::FirstFree | Divert::RotateFree | Divert::Shortest => LinkId::NONE,
            Divert::Rotate => {
                let turn = self.turn(&info);
                let n = ways.len() as u32;
                *turn = (*turn + 1) % n.max(1);
                ways.nth(((*turn + n - 1) % n.max(1)) as usize).unwrap_or(LinkId::NONE)
            }
            Divert::Share(weights, stream) => {
                let first = self.row.links.start;
                let weight = |link: LinkId| weights[(link.0 - first) as usize];
                let total: f64 = ways.clone().map(weight).sum();
                let mut mark = self.core.streams.get(*stream).uniform() * total;
                let mut last = LinkId::NONE;
                for link in ways {
                    mark -= weight(link);
                    last = link;
                    if mark < 0.0 {
                        break;
                    }
                }
                last
            }
            Divert::ByProduct(links) => self.within_output(&info, links[info.product.index()]),
            Divert::ByAttribute(attribute, bounds) => {
                let value = self.attribute(part, *attribute);
                let fits = bounds.iter().find(|(bound, _)| value <= *bound).or(bounds.last());
                self.within_output(&info, fits.map_or(LinkId::NONE, |(_, link)| *link))
            }
        }
    }

    /// `link`, unless the part leaves by another output: what a rule says of one output says nothing of the others.
    fn within_output(&self, part: &Part, link: LinkId) -> LinkId {
        let fits = link.is_none() || part.output.is_none_or(|port| port == self.output_of(link));
        if fits { link } else { LinkId::NONE }
    }

    /// The connection next in turn, of each output by itself.
    fn turn(&mut self, part: &Part) -> &mut u32 {
        let port = part.output.unwrap_or(0);
        &mut self.core.turns[self.row.outlets.start as usize + usize::from(port)]
    }

    fn is_open(&self, link: LinkId) -> bool {
        self.core.inlets[self.model.links[link.index()].inlet.index()].is_open()
    }

    fn shortest(&self, part: &Part) -> Option<LinkId> {
        let content = |link: &LinkId| {
            let to = self.model.links[link.index()].to;
            self.core.traffic[to.index()].content
        };
        self.model.ways(self.row, part).filter(|link| self.is_open(*link)).min_by_key(content)
    }

    fn next_free(&mut self, part: &Part) -> Option<LinkId> {
        let ways: Vec<LinkId> = self.model.ways(self.row, part).collect();
        let turn = *self.turn(part) as usize % ways.len().max(1);
        let order = ways[turn..].iter().chain(&ways[..turn]);
        let free = order.copied().find(|link| self.is_open(*link))?;
        let at = ways.iter().position(|link| *link == free).unwrap_or(0);
        *self.turn(part) = (at + 1) as u32;
        Some(free)
    }

    /// Asks for [`on_decide`](super::Equipment::on_decide) (and, for selective equipment, for
    /// [`select`](super::Equipment::select)) once everything else of this instant has happened.
    pub fn decide_later(&mut self) {
        self.core.decide(self.model, self.me);
    }

    // Activity and availability.

    /// The place `place` goes over to `activity`.
    #[inline]
    pub fn set_activity(&mut self, place: u32, activity: Activity) {
        self.set_activity_for(place, activity, SimDuration::MAX);
    }

    /// Like [`set_activity`](Self::set_activity), with the longest time that it can last: spares the engine a timer if
    /// nothing wears out before.
    #[inline]
    pub fn set_activity_for(&mut self, place: u32, activity: Activity, at_most: SimDuration) {
        let was = self.core.clocks[(self.row.places.start + place) as usize].activity();
        if self.row.wears {
            let unit = self.unit(place);
            if was == Activity::Working {
                self.core.wear_ends(self.model, unit);
            }
            if activity == Activity::Working {
                let single = self.row.by_place || self.row.places.len() == 1;
                let at_most = if single { at_most } else { SimDuration::MAX };
                self.core.wear_begins(self.model, unit, at_most);
            }
        }
        if was == activity {
            return;
        }
        if self.row.watched {
            self.watch(place, activity);
        }
        let clock = &mut self.core.clocks[(self.row.places.start + place) as usize];
        clock.switch(activity, self.core.now);
        let switched = Switched { equipment: self.me, place, was, activity };
        self.log.activity(self.core.now, self.row, switched);
    }

    fn watch(&mut self, place: u32, next: Activity) {
        let clock = &self.core.clocks[(self.row.places.start + place) as usize];
        let (was, since, now) = (clock.activity(), clock.since(), self.core.now);
        let change = Change { place: place as usize, was, since, next, now };
        self.core.watch(self.model, self.me, change);
    }

    /// The present activity of a place.
    pub fn activity(&self, place: u32) -> Activity {
        self.core.clocks[(self.row.places.start + place) as usize].activity()
    }

    /// Counts the begin of a cycle. False: the equipment breaks down before it, and the work must not begin now; it will be
    /// stopped and later told to go on.
    #[inline]
    pub fn begin_cycle(&mut self) -> bool {
        self.begin_cycle_on(0, 1)
    }

    /// Likewise, for a cycle of `place` on so many pieces.
    #[inline]
    pub fn begin_cycle_on(&mut self, place: u16, pieces: u32) -> bool {
        !self.row.wears || self.core.count_cycle(self.model, self.unit(u32::from(place)), pieces)
    }

    #[inline]
    fn unit(&self, place: u32) -> Unit {
        Unit { equipment: self.me, place: self.row.by_place.then_some(place as u16) }
    }

    /// Whether `place`, of a kind that stops by place, stands still.
    pub fn is_place_stopped(&self, place: u16) -> bool {
        self.core.availability.of_unit(self.model, self.unit(u32::from(place))).stops > 0
    }

    /// Whether it does, or is about to as soon as the work in hand is done.
    pub fn is_place_stopping(&self, place: u16) -> bool {
        self.core.availability.of_unit(self.model, self.unit(u32::from(place))).is_stopping()
    }

    /// What it is shown as while it stands.
    pub fn place_stop_activity(&self, place: u16) -> Activity {
        self.core.availability.of_unit(self.model, self.unit(u32::from(place))).shown
    }

    /// No work is in hand on `place`: stops of it that have waited for that may begin.
    pub fn place_at_rest(&mut self, place: u16) {
        let unit = self.unit(u32::from(place));
        if self.core.availability.of_unit(self.model, unit).due > 0 {
            self.core.soon.push(Soon::Rest(unit.equipment, unit.place));
        }
    }

    /// Whether it stands still.
    #[inline]
    pub fn is_stopped(&self) -> bool {
        self.core.availability.of(self.me).stops > 0
    }

    /// Whether it stands still or is about to, as soon as the work in hand is done: nothing new may begin.
    #[inline]
    pub fn is_stopping(&self) -> bool {
        self.core.availability.of(self.me).is_stopping()
    }

    /// What a standing equipment is shown as.
    pub fn stop_activity(&self) -> Activity {
        self.core.availability.of(self.me).shown
    }

    /// No work is in hand: stops that have waited for that may begin.
    #[inline]
    pub fn at_rest(&mut self) {
        if self.core.availability.of(self.me).due > 0 {
            self.core.soon.push(Soon::Rest(self.me, None));
        }
    }

    /// Speed factor that a command has set; 1 without one.
    #[inline]
    pub fn pace(&self) -> f64 {
        self.core.availability.of(self.me).pace
    }

    // Workers.

    /// Calls for the workers of `need`; [`on_crew`](super::Equipment::on_crew) with `arg` tells when they are there.
    /// Returns the number of the call, for [`dismiss_crew`](Self::dismiss_crew).
    pub fn call_crew(&mut self, need: u32, arg: u16) -> u32 {
        self.core.call_crew(self.model, need, self.me, super::crew::Caller::Equipment(arg))
    }

    /// Lets the workers go, or takes the call back.
    pub fn dismiss_crew(&mut self, call: u32) {
        self.core.dismiss_crew(call);
    }

    /// Tells whoever reads the result of something that should not have happened, and that no figure shows: a deadlock, a
    /// limit that was passed. The first [`Notice::MOST`] are kept, the rest is counted.
    pub fn report(&mut self, text: String) {
        let notice = Notice { at: self.core.now, equipment: self.me, text };
        self.core.notices.add(notice);
    }

    /// Writes a line into the trace, if one is kept.
    #[inline]
    pub fn trace(&mut self, what: What, part: PartId) {
        if self.log.traces() {
            self.log.trace(self.core.now, self.core.parts.get(part), what);
        }
    }
}

impl Ctx<'_> {
    /// A step with `rules` is done: queue-time limits begin, rework goes back, steps that are left out are passed over.
    fn route_on(&mut self, id: PartId, rules: &StepRules) {
        let now = self.core.now;
        let part = self.core.parts.get_mut(id);
        if let Some(row) = rules.limit {
            part.limit_until = now + self.model.limits[row as usize].within;
            part.limit = row;
        }
        let Some(stream) = self.model.products[part.product.index()].branches else { return };
        if let Some((back, share)) = rules.rework
            && self.core.streams.get(stream).uniform() < share
        {
            part.go_back_to(back);
            part.reworks = part.reworks.saturating_add(1);
        }
        self.skip_left_out(id, stream);
    }

    /// A part is worked on where its route does not lead: from where it came, its next step cannot be reached.
    #[cold]
    fn lost_its_way(&mut self, id: PartId) {
        let Some(step) = self.step(id) else { return };
        let product = self.model.product_name(self.part(id).product);
        let text = format!(
            "\"{product}\" is worked on here on its way to \"{}\": no connection leads there from where it came",
            step.operation
        );
        self.report(text);
    }

    fn skip_left_out(&mut self, id: PartId, stream: StreamId) {
        while let Some(share) = self.step(id).and_then(|step| step.rules.share) {
            if self.core.streams.get(stream).uniform() < share {
                return;
            }
            self.core.parts.get_mut(id).step += 1;
        }
    }
}

impl Core {
    /// Books the part from where it is to `to`.
    #[inline]
    pub(crate) fn hand_over(&mut self, id: PartId, to: EquipmentId) {
        let now = self.now;
        let part = self.parts.get_mut(id);
        let from = part.at;
        let entered = part.entered;
        part.at = to;
        part.entered = now;
        part.via = LinkId::NONE;
        part.output = None;
        if !part.card.is_none() {
            self.end_cards(id, from);
        }
        self.traffic[from.index()].leave(entered, now);
        self.traffic[to.index()].enter(now);
    }

    /// Whether `part`, now at the equipment of `row`, may leave by `link`.
    #[inline]
    pub fn may_take(&self, model: &Model, row: &EquipmentRow, part: PartId, link: LinkId) -> bool {
        if row.has_one_way() {
            return true;
        }
        let part = self.parts.get(part);
        if part.via.is_none() {
            model.ways(row, part).any(|way| way == link)
        } else {
            part.via == link
        }
    }
}
