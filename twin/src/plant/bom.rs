//! Bills of materials: what goes into a product is a product, and none goes into itself.

use super::build::Builder;
use crate::diagnostics::{codes, did_you_mean};
use crate::layout::file::ProductFile;
use crate::layout::text::Slice;

impl Builder<'_, '_> {
    /// Checks the bills of all products.
    pub(super) fn check_boms(&mut self, products: &[(String, Slice<'_>, ProductFile)]) {
        for (name, slice, file) in products {
            for part in file.bom.keys().filter(|part| !self.names.products.contains_key(*part)) {
                let known = self.names.products.keys().map(String::as_str);
                let hint = did_you_mean(part, known);
                let hint = hint.map(|meant| format!("did you mean \"{meant}\"?"));
                let message = format!("no product is named \"{part}\"");
                slice.error(self.found, codes::UNKNOWN_NAME, "bom", message, hint);
            }
            if self.goes_into_itself(name) {
                let message =
                    format!("a \"{name}\" goes into itself, by way of its bill of materials");
                slice.error(self.found, codes::BAD_VALUE, "bom", message, None);
            }
        }
    }

    fn goes_into_itself(&self, name: &str) -> bool {
        let bill = |name: &str| {
            let product = self.names.products.get(name)?;
            Some(&self.model.products.get(product.index())?.bom)
        };
        let mut open: Vec<&str> = vec![name];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(at) = open.pop() {
            for part in bill(at).into_iter().flat_map(|bill| bill.keys()) {
                if part == name {
                    return true;
                }
                if seen.insert(part.as_str()) {
                    open.push(part);
                }
            }
        }
        false
    }
}
