//! Attributes: their names, what products begin with, what steps leave.

use super::build::Builder;
use crate::diagnostics::{codes, did_you_mean};
use crate::engine::{Attribute, Compile, SetAttribute};
use crate::id::{AttributeId, EquipmentId};

/// Most attributes of a plant: more is a mistake, and a part's row of them has to stay short.
const MOST: usize = 1000;

impl Builder<'_, '_> {
    /// A number for each name that a product gives a value to, in the order of the names.
    pub(super) fn attributes(&mut self) {
        let products = &self.model.products;
        let mut names: Vec<&String> =
            products.iter().flat_map(|product| product.attributes.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let attribute = |name: &String| Attribute {
            name: name.clone(),
            by_product: products
                .iter()
                .map(|product| product.attributes.get(name).copied().unwrap_or(f64::NAN))
                .collect(),
            column: None,
        };
        self.model.attributes = names.iter().take(MOST).copied().map(attribute).collect();
    }

    /// What the operations of each equipment leave on parts.
    pub(super) fn sets(&mut self) {
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            let sets = std::mem::take(&mut self.items[index].file.sets);
            if !sets.is_empty() && !self.model.row(id).processor {
                self.error(id, "sets", "does not work on parts, so it leaves no value on them");
            }
            for (name, value) in sets {
                let Some(attribute) = self.known_attribute(id, "sets", &name) else { continue };
                self.model.keep(attribute);
                let mut cx = Compile { model: &mut self.model, names: &mut self.names, me: id };
                let to = cx.draw_number(&format!("sets.{name}"), &value);
                self.model.equipment[index].sets.push(SetAttribute { attribute, to });
            }
        }
    }

    /// The attribute `name`; one that no product has is reported.
    pub(super) fn known_attribute(
        &mut self,
        at: EquipmentId,
        field: &str,
        name: &str,
    ) -> Option<AttributeId> {
        let found = self.model.attribute(name);
        if found.is_none() {
            let known = self.model.attributes.iter().map(|attribute| attribute.name.as_str());
            let hint = did_you_mean(name, known).map_or_else(
                || {
                    format!(
                        "products say what parts begin with: `attributes: {{ \"{name}\": 0.0 }}`"
                    )
                },
                |meant| format!("did you mean \"{meant}\"?"),
            );
            let item = &self.items[at.index()];
            let message = format!("\"{}\": no product has an attribute \"{name}\"", item.name);
            item.slice.error(self.found, codes::UNKNOWN_NAME, field, message, Some(hint));
        }
        found
    }
}
