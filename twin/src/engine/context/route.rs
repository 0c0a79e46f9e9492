//! Parts go on along their routes: steps that begin and end, limits between them, rework, steps that are left out.

use super::Ctx;
use crate::engine::log::What;
use crate::engine::model::{Step, StepRules};
use crate::engine::part::NOT_DRAWN;
use crate::engine::quality::NO_PROCESS;
use crate::id::{PartId, StreamId};
use crate::units::SimTime;

impl<'a> Ctx<'a> {
    /// The step of its route that the part is on its way to or at.
    #[inline]
    pub fn step(&self, id: PartId) -> Option<&'a Step> {
        let step = self.model.step(self.core.parts.get(id))?;
        Some(&self.model.steps[step.index()])
    }

    /// The operation at this equipment is done: the part goes on to the next step of its route.
    #[inline]
    pub fn step_done(&mut self, id: PartId) {
        if self.row.process != NO_PROCESS {
            self.make(self.row.process, id);
        }
        if let Some(row) = self.row.heated {
            self.spoil(row, id);
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

    pub(super) fn skip_left_out(&mut self, id: PartId, stream: StreamId) {
        while let Some(share) = self.step(id).and_then(|step| step.rules.share) {
            if self.core.streams.get(stream).uniform() < share {
                return;
            }
            self.core.parts.get_mut(id).step += 1;
        }
    }
}
