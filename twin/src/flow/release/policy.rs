//! Release policies: what holds work back until the floor is ready for it.
//!
//! | policy | what is limited | it is given back |
//! |---|---|---|
//! | `Push` | nothing | |
//! | `Conwip(6)` | parts of this source in the plant | when a part leaves the plant |
//! | `Kanban(3, "store")` | parts between here and the end of a stretch | when a part leaves its end |
//! | `BaseStock(level: 5, demand: "customers")` | stock and work in process less backorders | when a customer asks |
//! | `Rope(drum: "mill", buffer: "2 h")` | the drum's work between here and the end of its operation | when a part leaves the drum |
//!
//! Spearman, Woodruff and Hopp 1990 describe CONWIP, Sugimori et al. 1977 kanban, Goldratt and Cox 1984 the drum, the buffer
//! and the rope; Buzacott and Shanthikumar, Stochastic Models of Manufacturing Systems, 1993, ch. 4 and 10, show how kanban
//! and base stock differ: cards move when goods are taken out, or when they are asked for.
//!
//! All cards are alike, or there are so many for each product; products that are not named are not held back.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::engine::{Compile, Ctx, Model};
use crate::id::{EquipmentId, PartId, ProductId};
use crate::units::SimDuration;

/// What holds work back.
#[derive(Debug, Default, Deserialize)]
pub enum ReleaseSpec {
    /// Nothing.
    #[default]
    Push,
    /// At most so many parts from here in the plant.
    Conwip(Cards),
    /// At most so many parts between here and the end of the operation at an equipment.
    Kanban(Cards, String),
    /// So many parts in stock and on their way to it, less those that customers wait for: one is released for each piece
    /// that is asked for.
    BaseStock {
        /// How many.
        level: Cards,
        /// The equipment where customers ask: a `Demand`.
        demand: String,
    },
    /// No more than so much work for the drum between here and the end of the operation there.
    Rope {
        /// The equipment that sets the pace of the plant.
        drum: String,
        /// How much: `"2 h"` of the drum's time, or a number of parts.
        buffer: RopeLength,
    },
}

/// A number of cards for all products together, or for each: `6`, or `{"gear": 4, "shaft": 2}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cards {
    /// For all together.
    Any(u32),
    /// For each product by name.
    ByProduct(BTreeMap<String, u32>),
}

/// How far ahead of its drum a rope lets work go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RopeLength {
    /// So many parts.
    Parts(u32),
    /// So much of the drum's time.
    Time(SimDuration),
}

struct CardsReader;

impl<'de> Visitor<'de> for CardsReader {
    type Value = Cards;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of cards such as 6, or of each product: {\"gear\": 4}")
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Cards, E> {
        u32::try_from(n).map(Cards::Any).map_err(|_| E::custom("that is more cards than can be"))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Cards, E> {
        u64::try_from(n)
            .map_err(|_| E::custom("a number of cards cannot be negative"))
            .and_then(|n| self.visit_u64(n))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cards, A::Error> {
        let mut cards = BTreeMap::new();
        while let Some((product, n)) = map.next_entry()? {
            cards.insert(product, n);
        }
        Ok(Cards::ByProduct(cards))
    }
}

impl<'de> Deserialize<'de> for Cards {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CardsReader)
    }
}

impl<'de> Deserialize<'de> for RopeLength {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = RopeLength;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as \"2 h\", or a number of parts")
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<RopeLength, E> {
                let n = u32::try_from(n).map_err(|_| E::custom("that is more parts than can be"));
                n.map(RopeLength::Parts)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RopeLength, E> {
                text.parse().map(RopeLength::Time).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A release policy, ready to run.
#[derive(Debug, Default)]
pub(super) struct Release {
    limit: Limit,
    /// Where cards come back; none: where the part's life ends.
    until: Option<EquipmentId>,
    /// Cards come back with the demand of customers and are not put on parts.
    by_demand: bool,
}

#[derive(Debug, Default)]
enum Limit {
    #[default]
    None,
    Any(u32),
    /// By product; none: no limit.
    ByProduct(Vec<Option<u32>>),
    /// Of the drum's time, ns.
    Work(i64, EquipmentId),
}

/// What is out under a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Released {
    /// Below zero where customers have asked for more than could be released yet.
    parts: i64,
    by_product: Vec<i64>,
    work_ns: i64,
}

impl Release {
    /// Checks what stands in `field`.
    pub(super) fn compile(spec: &ReleaseSpec, field: &str, cx: &mut Compile<'_>) -> Self {
        match spec {
            ReleaseSpec::Push => Self::default(),
            ReleaseSpec::Conwip(cards) => Self::cards(cards, None, field, cx),
            ReleaseSpec::Kanban(cards, until) => {
                let until = cx.equipment(field, until);
                Self::cards(cards, until, field, cx)
            }
            ReleaseSpec::BaseStock { level, demand } => {
                cx.replenish(&format!("{field}.demand"), demand);
                Self { by_demand: true, ..Self::cards(level, None, field, cx) }
            }
            ReleaseSpec::Rope { drum, buffer } => {
                let drum = cx.equipment(&format!("{field}.drum"), drum);
                let limit = match buffer {
                    RopeLength::Parts(0) => 0,
                    RopeLength::Time(time) => time.ns(),
                    RopeLength::Parts(n) => {
                        return Self { limit: Limit::Any(*n), until: drum, by_demand: false };
                    }
                };
                if limit <= 0 {
                    cx.error(&format!("{field}.buffer"), "a buffer of nothing starves the drum");
                }
                let limit = Limit::Work(limit, drum.unwrap_or(EquipmentId::NONE));
                Self { limit, until: drum, by_demand: false }
            }
        }
    }

    /// So many cards up to the end of `until`, or of the part's life.
    pub(super) fn cards(
        cards: &Cards,
        until: Option<EquipmentId>,
        field: &str,
        cx: &mut Compile<'_>,
    ) -> Self {
        let limit = match cards {
            Cards::Any(n) => Limit::Any(*n),
            Cards::ByProduct(cards) => {
                let mut by_product = vec![None; cx.n_products()];
                for (name, n) in cards {
                    if let Some(product) = cx.product(field, name) {
                        by_product[product.index()] = Some(*n);
                    }
                }
                Limit::ByProduct(by_product)
            }
        };
        let none = match &limit {
            Limit::Any(n) => *n == 0,
            Limit::ByProduct(by_product) => by_product.contains(&Some(0)),
            _ => false,
        };
        if none {
            cx.error(field, "with no cards nothing is ever released");
        }
        Self { limit, until, by_demand: false }
    }

    /// Nothing is out.
    pub(super) fn initial(&self) -> Released {
        let by_product = match &self.limit {
            Limit::ByProduct(limits) => vec![0; limits.len()],
            _ => Vec::new(),
        };
        Released { by_product, ..Released::default() }
    }

    pub(super) fn start(&self, cx: &mut Ctx<'_>) {
        if let Some(until) = self.until {
            cx.watch_cards(until);
        }
    }

    /// Whether anything is ever held back.
    #[inline]
    pub(super) const fn limits(&self) -> bool {
        !matches!(self.limit, Limit::None)
    }

    /// Whether all products are held back alike.
    pub(super) const fn is_common(&self) -> bool {
        matches!(self.limit, Limit::None | Limit::Any(_))
    }

    /// Whether demand, and not the end of a stretch, gives back.
    pub(super) const fn is_by_demand(&self) -> bool {
        self.by_demand
    }

    /// Whether a part of `product` may be released now.
    #[inline]
    pub(super) fn is_free(&self, out: &Released, model: &Model, product: ProductId) -> bool {
        match &self.limit {
            Limit::None => true,
            Limit::Any(most) => out.parts < i64::from(*most),
            Limit::ByProduct(most) => {
                let at = product.index();
                most[at].is_none_or(|most| out.by_product[at] < i64::from(most))
            }
            // One part at least, however long it takes.
            Limit::Work(most, drum) => {
                out.work_ns == 0 || out.work_ns + work_ns(model, *drum, product) <= *most
            }
        }
    }

    /// `part` of `product` is released.
    #[inline]
    pub(super) fn take(&self, out: &mut Released, cx: &mut Ctx<'_>, part: PartId) {
        if !self.limits() {
            return;
        }
        self.count(out, cx.model(), cx.part(part).product);
        if !self.by_demand {
            cx.put_card(part);
        }
    }

    /// Counts a part of `product` as released.
    pub(super) fn count(&self, out: &mut Released, model: &Model, product: ProductId) {
        out.parts += 1;
        match &self.limit {
            Limit::ByProduct(_) => out.by_product[product.index()] += 1,
            Limit::Work(_, drum) => out.work_ns += work_ns(model, *drum, product),
            _ => {}
        }
    }

    /// A card for `product` has come back.
    pub(super) fn give_back(&self, out: &mut Released, model: &Model, product: ProductId) {
        out.parts -= 1;
        match &self.limit {
            Limit::ByProduct(_) => out.by_product[product.index()] -= 1,
            Limit::Work(_, drum) => out.work_ns -= work_ns(model, *drum, product),
            _ => {}
        }
    }
}

impl Released {
    /// Parts that are out.
    pub(super) const fn parts(&self) -> i64 {
        self.parts
    }
}

/// Mean time of the first operation on `product` at `drum`, ns.
fn work_ns(model: &Model, drum: EquipmentId, product: ProductId) -> i64 {
    let product = &model.products[product.index()];
    let first = product.first_step as usize;
    let steps = &model.steps[first..first + usize::from(product.n_steps)];
    let step = steps.iter().find(|step| step.at.contains(&drum));
    let mean_s = step.map_or(model.row(drum).mean_s, |step| step.mean_s);
    SimDuration::from_seconds(mean_s).ns()
}

#[cfg(test)]
mod tests {
    use super::{Cards, RopeLength};

    #[test]
    fn cards_are_a_number_or_a_map() {
        assert_eq!(ron::from_str("6"), Ok(Cards::Any(6)));
        let by_product = [("gear".to_owned(), 4), ("shaft".to_owned(), 2)].into();
        assert_eq!(ron::from_str(r#"{"gear": 4, "shaft": 2}"#), Ok(Cards::ByProduct(by_product)));
        assert!(ron::from_str::<Cards>("-1").is_err());
    }

    #[test]
    fn a_rope_is_long_or_counts_parts() {
        assert_eq!(ron::from_str("5"), Ok(RopeLength::Parts(5)));
        let hours = crate::units::SimDuration::from_s(7200);
        assert_eq!(ron::from_str("\"2 h\""), Ok(RopeLength::Time(hours)));
        assert!(ron::from_str::<RopeLength>("\"2 m\"").is_err());
    }
}
