//! Parts move: room at inputs, sending, waiting in line, reservations, diverting.

use super::Ctx;
use crate::engine::log::What;
use crate::engine::model::{Divert, EquipmentRow, Link, Model};
use crate::engine::part::Part;
use crate::engine::state::{Core, Soon};
use crate::id::{EquipmentId, InletId, LinkId, PartId};

impl Ctx<'_> {
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

    /// Whether what its first connection leads to has shut its ways in.
    pub fn is_shut_ahead(&self) -> bool {
        let link = &self.model.links[self.row.links.start as usize];
        self.core.inlets[link.inlet.index()].shut
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
    /// and will be asked by [`give`](crate::engine::Equipment::give). Equipment with several outputs says which, by
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
    /// equipment stands in line, and [`give`](crate::engine::Equipment::give) is called when there is room.
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

    /// Within [`give`](crate::engine::Equipment::give) that answers `None`: keeps the room that was offered as a reservation over the
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

    /// Commits `part` to the connection that it will leave by, before it is there: that which `divert` says or has room now; none: none of
    /// its ways has room, and this equipment stands in line on them.
    pub fn aim(&mut self, part: PartId) -> LinkId {
        let mut via = self.choose(part);
        if via.is_none() {
            let info = *self.core.parts.get(part);
            let mut ways = self.model.ways(self.row, &info);
            let free = match self.row.divert {
                Divert::Shortest => self.shortest(&info),
                Divert::RotateFree => self.next_free(&info),
                _ => ways.clone().find(|link| self.is_open(*link)),
            };
            via = match free {
                Some(link) => link,
                None if ways.len() == 1 => ways.next().unwrap_or(LinkId::NONE),
                None => LinkId::NONE,
            };
            if via.is_none() {
                ways.for_each(|link| {
                    self.wait(link);
                });
                return via;
            }
        }
        self.commit(part, via);
        via
    }

    /// Commits `part` to leaving by `link`.
    pub fn commit(&mut self, part: PartId, link: LinkId) {
        self.core.parts.get_mut(part).via = link;
    }

    /// The connection that has waited longest to bring a part.
    pub fn first_in_line(&self) -> Option<LinkId> {
        self.core.inlets[self.row.inlets.start as usize].waiters.first().copied()
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
    /// [`give`](crate::engine::Equipment::give) when a way has room.
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

    /// Whether `part` is what [`give`](crate::engine::Equipment::give) is asked for: the one that is `wanted`, or without one
    /// any that may leave by `link`.
    #[inline]
    pub fn is_asked_for(&self, part: PartId, link: LinkId, wanted: Option<PartId>) -> bool {
        wanted.map_or_else(|| self.may_take(part, link), |wanted| wanted == part)
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

    /// Asks for [`on_decide`](crate::engine::Equipment::on_decide) (and, for selective equipment, for
    /// [`select`](crate::engine::Equipment::select)) once everything else of this instant has happened.
    pub fn decide_later(&mut self) {
        self.core.decide(self.model, self.me);
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
