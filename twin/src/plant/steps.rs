//! The steps of a product's route.

use super::build::Builder;
use crate::diagnostics::{Code, Diagnostic, codes, did_you_mean};
use crate::engine::{Dedication, Equipment, QueueTimeLimit, Step, StepRules};
use crate::flow::ToolGroup;
use crate::id::{EquipmentId, ProductId};
use crate::layout::file::{PerFile, StepFile};
use crate::layout::text::Slice;
use crate::random::Distribution;
use crate::units::{Share, SimDuration};

/// Compiles the route of `product`. Its steps join the table of all.
pub(super) fn compile(
    builder: &mut Builder<'_, '_>,
    product: ProductId,
    slice: Slice<'_>,
    files: &[StepFile],
) {
    let first = builder.model.steps.len();
    for (n, file) in files.iter().enumerate() {
        let step = At { builder: &mut *builder, slice, n }.step(file);
        builder.model.steps.push(step);
    }
    let mut names = Names { files, first, slots: 0 };
    for (n, file) in files.iter().enumerate() {
        names.refer(&mut At { builder: &mut *builder, slice, n }, product, file);
    }
    check_limits(builder, product, slice);
    let slots = usize::from(names.slots);
    builder.model.n_tool_slots = builder.model.n_tool_slots.max(slots);
}

/// Warns of what only tool groups know, said of steps that are done elsewhere.
pub(super) fn check_places(
    builder: &mut Builder<'_, '_>,
    product: ProductId,
    slice: Slice<'_>,
    files: &[StepFile],
) {
    let first = builder.model.products[product.index()].first_step as usize;
    for (n, file) in files.iter().enumerate() {
        let fields = [
            ("per", file.per == PerFile::Piece),
            ("cadence", file.cadence.is_some()),
            ("batch", file.batch.is_some()),
            ("setup", file.setup.is_some()),
            ("same_tool_as", file.same_tool_as.is_some()),
        ];
        let model = &builder.model;
        let at = model.steps[first + n].at.iter();
        let Some(other) = at.copied().find(|at| model.kind_of(*at) != ToolGroup::KIND) else {
            continue;
        };
        let (name, kind) = (model.row(other).name.clone(), model.kind_of(other));
        for (field, _) in fields.iter().filter(|(_, said)| *said) {
            let message = format!("`{field}` is for tool groups, and \"{name}\" is a {kind}");
            let place = slice.span_at(&format!("route[{n}].{field}"));
            builder.found.push(Diagnostic::warning(codes::BAD_VALUE, message).at(place));
        }
    }
}

/// Whether the steps of a route have rules to look at when they are done, and whether chance decides anything.
pub(super) fn rules_of(steps: &[Step]) -> (bool, bool) {
    let chance = steps.iter().any(|step| step.rules.share.is_some() || step.rules.rework.is_some());
    let limits = steps.iter().any(|step| step.rules.limit.is_some());
    (chance || limits, chance)
}

/// A step being compiled.
struct At<'s, 'b, 'a, 'd> {
    builder: &'b mut Builder<'a, 'd>,
    slice: Slice<'s>,
    n: usize,
}

impl At<'_, '_, '_, '_> {
    fn error(&mut self, code: Code, field: &str, message: String, hint: Option<String>) {
        let dot = if field.is_empty() { "" } else { "." };
        let path = format!("route[{}]{dot}{field}", self.n);
        self.slice.error(self.builder.found, code, &path, message, hint);
    }

    fn bad(&mut self, field: &str, message: &str) {
        self.error(codes::BAD_VALUE, field, message.to_owned(), None);
    }

    fn step(&mut self, file: &StepFile) -> Step {
        let at = self.targets(&file.at.0);
        let operation = file.operation.clone().unwrap_or_else(|| file.at.0.join("|"));
        let operations = &mut self.builder.names.operations;
        let next = operations.len() as u32;
        let operation_no = *operations.entry(operation.clone()).or_insert(next);
        let time = file.time.as_ref().and_then(|time| match time.sampler() {
            Ok(sampler) => Some(sampler),
            Err(message) => {
                self.bad("time", &message);
                None
            }
        });
        Step {
            operation,
            operation_no,
            at,
            target_set: 0,
            time,
            mean_s: file.time.as_ref().map_or(f64::NAN, Distribution::mean),
            remaining_s: 0.0,
            rules: self.rules(file),
        }
    }

    /// The equipment that the names of a step stand for: equipment, or all members of a group that work on parts.
    fn targets(&mut self, names: &[String]) -> Vec<EquipmentId> {
        let mut at = Vec::new();
        for name in names {
            if let Some(members) = self.builder.members.get(name) {
                at.extend(members);
                continue;
            }
            let meant = did_you_mean(name, self.builder.members.keys().map(String::as_str));
            let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("no equipment or group is named \"{name}\"");
            self.error(codes::UNKNOWN_NAME, "", message, hint);
        }
        if names.is_empty() {
            self.error(codes::MISSING_FIELD, "", "a step says where it is done".into(), None);
        }
        at
    }

    /// What does not refer to other steps.
    fn rules(&mut self, file: &StepFile) -> StepRules {
        if file.cadence.is_some_and(|cadence| cadence <= SimDuration::ZERO) {
            self.bad("cadence", "is longer than zero");
        }
        if file.batch.is_some_and(|batch| batch.min == 0 || batch.min > batch.max) {
            self.bad("batch", "a batch holds from `min` to `max` lots, at least one");
        }
        if file.setup_time.is_some() && file.setup.is_none() {
            self.bad("setup_time", "goes with the `setup` that it is the time of");
        }
        StepRules {
            per_piece: file.per == PerFile::Piece,
            cadence: file.cadence,
            batch: file.batch.map(|batch| (batch.min, batch.max)),
            setup: file.setup.as_ref().map(|name| setup_number(self.builder, name)),
            setup_time: file.setup_time,
            share: file.share.map(|share| self.probability("share", share)),
            rework: None,
            limit: None,
            dedication: None,
        }
    }

    fn probability(&mut self, field: &str, share: Share) -> f64 {
        let share = share.fraction();
        if !(0.0..=1.0).contains(&share) {
            self.bad(field, "a share lies between 0 and 1 (\"100 %\")");
        }
        share
    }
}

/// The number of a set-up's name: equal names, equal numbers.
fn setup_number(builder: &mut Builder<'_, '_>, name: &str) -> u32 {
    let setups = &mut builder.model.setups;
    let known = setups.iter().position(|setup| setup == name);
    known.unwrap_or_else(|| {
        setups.push(name.to_owned());
        setups.len() - 1
    }) as u32
}

/// The operations of one route, for steps that refer to each other.
struct Names<'f> {
    files: &'f [StepFile],
    first: usize,
    slots: u16,
}

impl Names<'_> {
    /// What refers to other steps.
    fn refer(&mut self, at: &mut At<'_, '_, '_, '_>, product: ProductId, file: &StepFile) {
        if let Some(rework) = &file.rework {
            let share = at.probability("rework.share", rework.share);
            if share >= 1.0 {
                at.bad("rework.share", "with all parts going back none would ever go on");
            }
            let to = self.before(at, "rework.to", &rework.to, true);
            self.rules(at).rework = to.map(|to| (to, share));
        }
        if let Some(limit) = &file.limit
            && let Some(to) = self.after(at, "limit.to", &limit.to)
        {
            let row = at.builder.model.limits.len() as u32;
            let (from, within) = (at.n as u16, limit.within);
            at.builder.model.limits.push(QueueTimeLimit { product, from, to, within });
            self.rules(at).limit = Some(row);
        }
        if let Some(earlier) = &file.same_tool_as
            && let Some(earlier) = self.before(at, "same_tool_as", earlier, false)
        {
            self.dedicate(at, usize::from(earlier));
        }
    }

    fn dedicate(&mut self, at: &mut At<'_, '_, '_, '_>, earlier: usize) {
        let steps = &mut at.builder.model.steps[self.first..];
        if steps[earlier].at != steps[at.n].at || steps[at.n].at.len() > 1 {
            at.bad("same_tool_as", "the two operations are done at one and the same tool group");
            return;
        }
        let slot = steps[earlier].rules.dedication.map_or_else(
            || {
                self.slots += 1;
                self.slots - 1
            },
            |dedication| dedication.slot,
        );
        steps[earlier].rules.dedication.get_or_insert(Dedication { slot, bound: false });
        steps[at.n].rules.dedication = Some(Dedication { slot, bound: true });
    }

    fn rules<'r>(&self, at: &'r mut At<'_, '_, '_, '_>) -> &'r mut StepRules {
        &mut at.builder.model.steps[self.first + at.n].rules
    }

    fn operation(&self, at: &At<'_, '_, '_, '_>, n: usize) -> String {
        at.builder.model.steps[self.first + n].operation.clone()
    }

    /// The nearest step named `name` before this one, or up to it.
    fn before(
        &self,
        at: &mut At<'_, '_, '_, '_>,
        field: &str,
        name: &str,
        itself: bool,
    ) -> Option<u16> {
        let end = at.n + usize::from(itself);
        let found = (0..end).rev().find(|n| self.operation(at, *n) == name);
        self.found(at, field, name, found, 0..end, "earlier")
    }

    /// The nearest step named `name` after this one.
    fn after(&self, at: &mut At<'_, '_, '_, '_>, field: &str, name: &str) -> Option<u16> {
        let range = at.n + 1..self.files.len();
        let found = range.clone().find(|n| self.operation(at, *n) == name);
        self.found(at, field, name, found, range, "later")
    }

    fn found(
        &self,
        at: &mut At<'_, '_, '_, '_>,
        field: &str,
        name: &str,
        found: Option<usize>,
        known: std::ops::Range<usize>,
        which: &str,
    ) -> Option<u16> {
        if found.is_none() {
            let known: Vec<String> = known.map(|n| self.operation(at, n)).collect();
            let meant = did_you_mean(name, known.iter().map(String::as_str));
            let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("no {which} operation of this route is named \"{name}\"");
            at.error(codes::UNKNOWN_NAME, field, message, hint);
        }
        found.map(|n| n as u16)
    }
}

/// A part keeps one limit in mind: the next may begin where the last ends, not before.
fn check_limits(builder: &mut Builder<'_, '_>, product: ProductId, slice: Slice<'_>) {
    let mut end = 0;
    let limits: Vec<QueueTimeLimit> =
        builder.model.limits.iter().filter(|limit| limit.product == product).cloned().collect();
    for limit in limits {
        let field = format!("route[{}].limit", limit.from);
        if limit.within <= SimDuration::ZERO {
            let message = "a limit is longer than zero";
            slice.error(builder.found, codes::BAD_VALUE, &field, message, None);
        }
        if limit.from < end {
            let message = "an earlier limit still runs here: limits of one route must not overlap";
            slice.error(builder.found, codes::BAD_VALUE, &field, message, None);
        }
        end = limit.to;
    }
}

/// Room behind an equipment cannot be reserved for a part of which chance decides where it goes.
pub(super) fn check_chance(builder: &mut Builder<'_, '_>) {
    let mut found = Vec::new();
    for product in &builder.model.products {
        let first = product.first_step as usize;
        let steps = &builder.model.steps[first..first + usize::from(product.n_steps)];
        for (n, step) in steps.iter().enumerate() {
            let left_out = steps.get(n + 1).is_some_and(|next| next.rules.share.is_some());
            if step.rules.rework.is_some() || left_out {
                let ahead = step.at.iter().filter(|at| builder.ahead[at.index()]);
                found.extend(ahead.map(|at| (*at, step.operation.clone())));
            }
        }
    }
    for (at, operation) in found {
        let message = format!(
            "reserves room ahead, but after \"{operation}\" chance decides where parts go: use blocking after service"
        );
        builder.error(at, "is", &message);
    }
}
