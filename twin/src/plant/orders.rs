//! The plant's orders: from the file to rows, and to the desks that release them.

use super::build::Builder;
use crate::diagnostics::{Code, codes, did_you_mean};
use crate::engine::OrderLine;
use crate::id::EquipmentId;
use crate::layout::orders::OrderFile;
use crate::layout::text::Slice;
use crate::random::Distribution;
use crate::units::{SimDuration, SimTime};

/// Most lots of one order: with nothing that holds it back, all come onto the floor at once.
const MOST_LOTS: u32 = 1_000_000;

impl Builder<'_, '_> {
    /// Compiles the `n`-th order.
    pub(super) fn order(&mut self, n: usize, slice: Slice<'_>, file: &OrderFile) {
        let wrong = |this: &mut Self, field: &str, message: &str| {
            this.order_error(slice, codes::BAD_VALUE, field, message.to_owned(), None);
        };
        let quantity = file.quantity.unwrap_or(1);
        let lot = file.lot.unwrap_or(1);
        if quantity == 0 || lot == 0 {
            let field = if quantity == 0 { "quantity" } else { "lot" };
            wrong(self, field, "an order and its lots have at least one piece");
        } else if quantity.div_ceil(lot) > MOST_LOTS {
            wrong(self, "quantity", "an order has at most 1 000 000 lots: make the `lot` larger");
        }
        if file.due.is_some_and(|due| due < file.release) {
            wrong(self, "due", "is before the order may be released");
        }
        if file.repeats.is_some() != file.every.is_some() && file.every.is_none() {
            wrong(self, "repeats", "says how many there are of those that come `every` so often");
        }
        if file.repeats == Some(0) {
            wrong(self, "repeats", "there is at least one");
        }
        if file.every.as_ref().is_some_and(|every| every.mean() <= 0.0) {
            wrong(self, "every", "the time from one order to the next must be longer than zero");
        }
        let name = &file.product.0;
        let Some(product) = self.names.products.get(name).copied() else {
            let known = self.names.products.keys().map(String::as_str);
            let hint = did_you_mean(name, known).map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("no product is named \"{name}\"");
            self.order_error(slice, codes::UNKNOWN_NAME, "product", message, hint);
            return;
        };
        let every = file.every.as_ref().and_then(|every| self.interval(n, slice, every));
        let allowance = file.due.map(|due| due - file.release);
        let line = OrderLine {
            name: file.order.clone().map_or_else(|| format!("{name} {}", n + 1), |label| label.0),
            product,
            quantity,
            lot,
            release: SimTime::ZERO + file.release,
            repeats: if every.is_some() { file.repeats.unwrap_or(u32::MAX) } else { 1 },
            every,
            allowance: allowance.or(self.model.products[product.index()].due_after),
            priority: file.priority,
            desk: EquipmentId::NONE,
        };
        self.model.orders.push(line);
    }

    fn interval(
        &mut self,
        n: usize,
        slice: Slice<'_>,
        every: &Distribution<SimDuration>,
    ) -> Option<crate::engine::Draw> {
        match every.sampler() {
            Ok(sampler) => {
                let stream = self.names.stream(&mut self.model, format!("orders[{n}]/every"));
                Some(crate::engine::Draw { sampler, stream, mean: every.mean() })
            }
            Err(message) => {
                self.order_error(slice, codes::BAD_VALUE, "every", message, None);
                None
            }
        }
    }

    /// Reports orders that no desk releases.
    pub(super) fn homeless_orders(&mut self, files: &[(Slice<'_>, OrderFile)]) {
        if self.found.has_errors() {
            return;
        }
        for (n, (slice, file)) in files.iter().enumerate() {
            let homeless = self.model.orders.get(n).is_some_and(|order| order.desk.is_none());
            if homeless {
                let message = format!("no desk releases orders for \"{}\"", file.product.0);
                let hint = "add one: \"desk\": (is: OrderDesk(), to: […])".to_owned();
                self.order_error(*slice, codes::BAD_VALUE, "product", message, Some(hint));
            }
        }
    }

    fn order_error(
        &mut self,
        slice: Slice<'_>,
        code: Code,
        field: &str,
        message: String,
        hint: Option<String>,
    ) {
        slice.error(self.found, code, field, message, hint);
    }
}
