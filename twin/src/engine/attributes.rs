//! Attributes: numbers that parts carry, such as a temperature, a mass, a measured width.
//!
//! A product says what its parts begin with. An attribute that nothing in the plant writes is the product's and costs
//! nothing; those that are written stand in one dense table, a row for each part and a column for each of them.

use super::context::Ctx;
use super::model::{Draw, EquipmentRow, Model};
use super::state::Core;
use crate::id::{AttributeId, PartId, ProductId};

/// A number that parts have.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in the file, with its unit if it has one: `mass_kg`.
    pub name: String,
    /// What parts begin with, by product; NaN for products that do not have it.
    pub by_product: Vec<f64>,
    /// Its column in the table of the parts' own values; none: nothing writes it.
    pub column: Option<u32>,
}

/// An attribute that a step leaves with a new value.
#[derive(Clone, Debug)]
pub struct SetAttribute {
    /// Which.
    pub attribute: AttributeId,
    /// To what.
    pub to: Draw<f64>,
}

impl Model {
    /// The attribute named `name`.
    pub fn attribute(&self, name: &str) -> Option<AttributeId> {
        let at = self.attributes.iter().position(|attribute| attribute.name == name);
        at.map(AttributeId::from_index)
    }

    /// Gives `attribute` a column in the parts' table, as something writes it.
    pub(crate) fn keep(&mut self, attribute: AttributeId) {
        let column = &mut self.attributes[attribute.index()].column;
        if column.is_none() {
            *column = Some(self.n_columns as u32);
            self.n_columns += 1;
        }
    }
}

impl Core {
    /// The value of `attribute` of `part`; NaN if its product does not have it.
    #[inline]
    pub fn attribute(&self, model: &Model, part: PartId, attribute: AttributeId) -> f64 {
        let row = &model.attributes[attribute.index()];
        match row.column {
            Some(column) => self.attributes[part.index() * model.n_columns + column as usize],
            None => row.by_product[self.parts.get(part).product.index()],
        }
    }

    /// Gives the new part `id` the values that its product begins with.
    pub(super) fn begin_attributes(&mut self, model: &Model, id: PartId, product: ProductId) {
        let (stride, first) = (model.n_columns, id.index() * model.n_columns);
        if self.attributes.len() < first + stride {
            self.attributes.resize(first + stride, f64::NAN);
        }
        for attribute in &model.attributes {
            if let Some(column) = attribute.column {
                let value = attribute.by_product[product.index()];
                self.attributes[first + column as usize] = value;
            }
        }
    }
}

impl Ctx<'_> {
    /// The value of `attribute` of `part`; NaN if its product does not have it.
    #[inline]
    pub fn attribute(&self, part: PartId, attribute: AttributeId) -> f64 {
        self.core.attribute(self.model, part, attribute)
    }

    /// Writes `attribute` of `part`. Its kind must have said so with
    /// [`Compile::written_attribute`](super::Compile::written_attribute); else nothing happens.
    pub fn set_attribute(&mut self, part: PartId, attribute: AttributeId, value: f64) {
        let column = self.model.attributes[attribute.index()].column;
        debug_assert!(column.is_some(), "an attribute is written that has no column");
        if let Some(column) = column {
            let at = part.index() * self.model.n_columns + column as usize;
            self.core.attributes[at] = value;
        }
    }

    /// What the plant says that a step here leaves on `part`.
    #[cold]
    pub(super) fn set_attributes(&mut self, part: PartId, row: &EquipmentRow) {
        for set in &row.sets {
            let value = self.draw_number(&set.to);
            self.set_attribute(part, set.attribute, value);
        }
    }
}
