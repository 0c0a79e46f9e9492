//! Sequence-dependent set-up.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::engine::{Compile, Ctx, Draw, Model, Part};
use crate::random::Distribution;
use crate::units::SimDuration;

/// When a station is changed over, and for how long. What it made last and what comes next are compared; the first job of
/// a run needs no set-up.
#[derive(Debug, Deserialize)]
pub enum SetupSpec {
    /// So long when the product changes.
    Product(Distribution<SimDuration>),
    /// So long when the operation changes.
    Operation(Distribution<SimDuration>),
    /// By what changes.
    Changes {
        /// The product only.
        product: Distribution<SimDuration>,
        /// The operation only.
        operation: Distribution<SimDuration>,
        /// Both.
        both: Distribution<SimDuration>,
    },
    /// From product to product; what is not in the table needs `default`, or no set-up.
    Matrix {
        /// Times by the product made last, then by the next one.
        times: BTreeMap<String, BTreeMap<String, Distribution<SimDuration>>>,
        /// For all other changes of product.
        default: Option<Distribution<SimDuration>>,
    },
}

/// The compiled form.
#[derive(Debug)]
pub struct Setup {
    product: Option<Draw>,
    operation: Option<Draw>,
    both: Option<Draw>,
    /// By (from, to), sorted.
    matrix: Vec<((u32, u32), Draw)>,
}

/// What a station is set up for: product, and operation (of the step, if there is a route).
pub(super) fn family(model: &Model, part: &Part) -> (u32, u32) {
    let step = model.step(part).map(|step| &model.steps[step.index()]);
    (part.product.0, step.map_or(u32::MAX, |step| step.operation_no))
}

impl Setup {
    pub(super) fn compile(spec: &SetupSpec, cx: &mut Compile<'_>) -> Self {
        let mut setup = Self { product: None, operation: None, both: None, matrix: Vec::new() };
        match spec {
            SetupSpec::Product(time) => {
                setup.product = Some(cx.draw("setup", time));
                setup.both = Some(cx.draw("setup", time));
            }
            SetupSpec::Operation(time) => {
                setup.operation = Some(cx.draw("setup", time));
                setup.both = Some(cx.draw("setup", time));
            }
            SetupSpec::Changes { product, operation, both } => {
                setup.product = Some(cx.draw("setup", product));
                setup.operation = Some(cx.draw("setup", operation));
                setup.both = Some(cx.draw("setup", both));
            }
            SetupSpec::Matrix { times, default } => {
                if let Some(time) = default {
                    setup.product = Some(cx.draw("setup", time));
                    setup.both = Some(cx.draw("setup", time));
                }
                for (from, row) in times {
                    let from = cx.product("setup", from);
                    for (to, time) in row {
                        let to = cx.product("setup", to);
                        if let (Some(from), Some(to)) = (from, to) {
                            setup.matrix.push(((from.0, to.0), cx.draw("setup", time)));
                        }
                    }
                }
                setup.matrix.sort_by_key(|row| row.0);
            }
        }
        setup
    }

    fn find(&self, from: Option<(u32, u32)>, to: (u32, u32)) -> Option<&Draw> {
        let from = from?;
        if let Ok(at) = self.matrix.binary_search_by_key(&(from.0, to.0), |row| row.0) {
            return Some(&self.matrix[at].1);
        }
        match (from.0 != to.0, from.1 != to.1) {
            (false, false) => None,
            (true, false) => self.product.as_ref(),
            (false, true) => self.operation.as_ref(),
            (true, true) => self.both.as_ref(),
        }
    }

    pub(super) fn draw(
        &self,
        cx: &mut Ctx<'_>,
        from: Option<(u32, u32)>,
        to: (u32, u32),
    ) -> SimDuration {
        self.find(from, to).map_or(SimDuration::ZERO, |draw| cx.draw(draw))
    }

    pub(super) fn mean_s(&self, from: Option<(u32, u32)>, to: (u32, u32)) -> f64 {
        self.find(from, to).map_or(0.0, |draw| draw.mean)
    }
}
