//! Batches: parts that are worked on together.
//!
//! A batch is formed from the parts that wait, in the order of the station's rule: the first part leads, and every later
//! one that fits joins until the batch is full. If that is fewer than `min`, the next part that does not fit leads, and so
//! on. Once the longest wait is over, the first batch starts whatever its size.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{BATCH_WAIT_OVER, Station, StationState};
use crate::engine::{Candidate, Compile, Ctx, Model, Part};
use crate::flow::Rule;
use crate::id::{PartId, ProductId};
use crate::kernel::EventKey;
use crate::units::SimDuration;

/// What goes into one batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchSpec {
    /// Fewest parts. Default: as many as fit.
    pub min: Option<u32>,
    /// Most parts.
    pub max: u32,
    /// Longest time that parts wait for others. Default: for ever.
    pub wait: Option<SimDuration>,
    /// What parts of a batch must have in common. Default: the operation.
    #[serde(default)]
    pub by: BatchBy,
    /// Operations at which a batch must be of one product.
    #[serde(default)]
    pub pure: Vec<String>,
    /// Products that join batches of any product.
    #[serde(default)]
    pub joins: Vec<String>,
    /// Most parts of a product in one batch.
    #[serde(default)]
    pub limits: BTreeMap<String, u32>,
}

/// What parts of a batch must have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum BatchBy {
    /// Nothing.
    Any,
    /// The operation.
    #[default]
    Operation,
    /// The product.
    Product,
    /// Both.
    ProductAndOperation,
}

/// The compiled form.
#[derive(Debug)]
pub struct Batch {
    pub(super) min: u32,
    pub(super) max: u32,
    wait: Option<SimDuration>,
    by: BatchBy,
    pure: Vec<u32>,
    joins: Vec<ProductId>,
    limits: Vec<(ProductId, u32)>,
}

impl Batch {
    /// One part at a time.
    pub(super) fn single() -> Self {
        Self {
            min: 1,
            max: 1,
            wait: None,
            by: BatchBy::Any,
            pure: Vec::new(),
            joins: Vec::new(),
            limits: Vec::new(),
        }
    }

    pub(super) fn compile(spec: &BatchSpec, cx: &mut Compile<'_>) -> Self {
        let min = spec.min.unwrap_or(spec.max);
        if spec.max == 0 || min == 0 || min > spec.max {
            cx.error("batch", "a batch holds from `min` to `max` parts, at least one");
        }
        if spec.max > 100_000 {
            cx.error("batch.max", "a batch holds at most 100 000 parts");
        }
        let pure = spec.pure.iter().filter_map(|name| cx.operation("batch.pure", name)).collect();
        let joins = spec.joins.iter().filter_map(|name| cx.product("batch.joins", name)).collect();
        let mut limits = Vec::new();
        for (name, limit) in &spec.limits {
            limits.extend(cx.product("batch.limits", name).map(|product| (product, *limit)));
        }
        Self { min, max: spec.max, wait: spec.wait, by: spec.by, pure, joins, limits }
    }

    /// Whether `part` may join the batch that `leader` leads. A leader that joins any product stands for no product, so the
    /// first member that has one decides: see [`Forming`].
    fn operation(model: &Model, part: &Part) -> u32 {
        model.step(part).map_or(u32::MAX, |step| model.steps[step.index()].operation_no)
    }
}

/// A batch while it is put together.
struct Forming<'a> {
    batch: &'a Batch,
    operation: u32,
    product: Option<ProductId>,
    counts: Vec<u32>,
    members: Vec<usize>,
}

impl<'a> Forming<'a> {
    fn new(batch: &'a Batch) -> Self {
        let counts = vec![0; batch.limits.len()];
        Self { batch, operation: 0, product: None, counts, members: Vec::new() }
    }

    fn try_add(&mut self, model: &Model, part: &Part, at: usize) -> bool {
        let batch = self.batch;
        let operation = Batch::operation(model, part);
        if self.members.is_empty() {
            self.operation = operation;
        }
        let by_operation = matches!(batch.by, BatchBy::Operation | BatchBy::ProductAndOperation);
        if by_operation && operation != self.operation {
            return false;
        }
        let by_product = matches!(batch.by, BatchBy::Product | BatchBy::ProductAndOperation)
            || batch.pure.contains(&operation);
        let joins = batch.joins.contains(&part.product);
        if by_product && !joins && self.product.is_some_and(|product| product != part.product) {
            return false;
        }
        let limit = batch.limits.iter().position(|(product, _)| *product == part.product);
        if limit.is_some_and(|limit| self.counts[limit] >= batch.limits[limit].1) {
            return false;
        }
        if let Some(limit) = limit {
            self.counts[limit] += 1;
        }
        if !joins {
            self.product.get_or_insert(part.product);
        }
        self.members.push(at);
        true
    }
}

impl Station {
    /// The batch that can start out of `parts`, which stand in the order of the rule: places in the list.
    fn form(&self, cx: &Ctx<'_>, parts: &[PartId], hurry: bool) -> Option<Vec<usize>> {
        let mut led = vec![false; parts.len()];
        let mut first = None;
        for leader in 0..parts.len() {
            if led[leader] {
                continue;
            }
            let mut forming = Forming::new(&self.batch);
            for (at, part) in parts.iter().enumerate().skip(leader) {
                if forming.members.len() < self.batch.max as usize
                    && forming.try_add(cx.model(), cx.part(*part), at)
                {
                    led[at] = true;
                }
            }
            if forming.members.len() >= self.batch.min as usize {
                return Some(forming.members);
            }
            if !forming.members.is_empty() {
                first.get_or_insert(forming.members);
            }
        }
        first.filter(|_| hurry)
    }

    /// Starts a batch from the station's own queue, if there is one. False: there is none.
    pub(super) fn start_batch(&self, state: &mut StationState, cx: &mut Ctx<'_>) -> bool {
        let parts = self.ranked(state, cx, state.queue.in_order(self.rule));
        let Some(members) = self.form(cx, &parts, state.hurry) else {
            self.await_batch(state, cx);
            return false;
        };
        self.calm(state, cx);
        let at = self.idle_place(state);
        for (n, member) in members.iter().enumerate() {
            state.queue.remove(parts[*member]);
            if n == 0 {
                state.places[at].first = parts[*member];
            } else {
                state.places[at].rest.push(parts[*member]);
            }
        }
        state.free -= 1;
        self.begin_job(state, cx, at);
        true
    }

    /// Chooses among the parts that wait before the station.
    pub(super) fn pick_upstream(
        &self,
        state: &mut StationState,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|at| {
            let info = cx.part(candidates[*at].part);
            (self.key(state, cx, info), info.entered, info.serial)
        });
        if self.batch.max == 1 {
            picks.extend(order.first());
            return;
        }
        let parts: Vec<PartId> = order.iter().map(|at| candidates[*at].part).collect();
        match self.form(cx, &parts, state.hurry) {
            Some(members) => picks.extend(members.iter().map(|member| order[*member])),
            None => self.await_batch(state, cx),
        }
    }

    /// The parts in the order of a rule whose keys change; of other rules, as they are.
    fn ranked(&self, state: &StationState, cx: &Ctx<'_>, mut parts: Vec<PartId>) -> Vec<PartId> {
        if !self.rule.is_static() || self.rule == Rule::FewestSetups {
            parts.sort_by_key(|part| self.key(state, cx, cx.part(*part)));
        }
        parts
    }

    /// Too few parts: the longest wait begins, if it has not yet.
    fn await_batch(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        if let Some(wait) = self.batch.wait
            && state.wait == EventKey::NONE
        {
            state.wait = cx.timer(wait, BATCH_WAIT_OVER, 0);
        }
    }

    /// A batch has started: the next one has its full wait before it.
    fn calm(&self, state: &mut StationState, cx: &mut Ctx<'_>) {
        state.hurry = false;
        cx.cancel(&mut state.wait);
    }
}
