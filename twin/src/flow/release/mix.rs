//! Which product comes next, where several come from one place or are asked for at one.

use serde::Deserialize;

use crate::engine::{Compile, Ctx};
use crate::id::{ProductId, StreamId};

/// Several products from one source.
#[derive(Debug, Deserialize)]
pub enum MixSpec {
    /// At random, by weight.
    Share(Vec<(String, f64)>),
    /// One after the other, over and over.
    Sequence(Vec<String>),
}

/// Products in their order.
#[derive(Debug)]
pub(super) struct Mix {
    kind: Kind,
    stream: StreamId,
}

#[derive(Debug)]
enum Kind {
    One(ProductId),
    Share(Vec<(ProductId, f64)>),
    Sequence(Vec<ProductId>),
}

impl Mix {
    /// One `product`, or a `mix`; without either the plant's only product.
    pub(super) fn compile(
        product: Option<&str>,
        mix: Option<&MixSpec>,
        cx: &mut Compile<'_>,
    ) -> Self {
        let kind = match (product, mix) {
            (Some(_), Some(_)) => {
                cx.error("mix", "there is either a `product` or a `mix`, not both");
                Kind::One(ProductId::NONE)
            }
            (Some(product), None) => {
                Kind::One(cx.product("product", product).unwrap_or(ProductId::NONE))
            }
            (None, Some(MixSpec::Share(shares))) => Self::shares(shares, cx),
            (None, Some(MixSpec::Sequence(products))) => {
                if products.is_empty() {
                    cx.error("mix", "a sequence names at least one product");
                }
                let of = |name: &String| cx.product("mix", name).unwrap_or(ProductId::NONE);
                Kind::Sequence(products.iter().map(of).collect())
            }
            // A plant with one product need not repeat its name.
            (None, None) => Kind::One(cx.only_product("product").unwrap_or(ProductId::NONE)),
        };
        Self { kind, stream: cx.stream("mix") }
    }

    /// No product of its own: somebody else always says which.
    pub(super) fn none(cx: &mut Compile<'_>) -> Self {
        Self { kind: Kind::One(ProductId::NONE), stream: cx.stream("mix") }
    }

    fn shares(shares: &[(String, f64)], cx: &mut Compile<'_>) -> Kind {
        let total: f64 = shares.iter().map(|share| share.1).sum();
        if shares.iter().any(|share| !(share.1 >= 0.0)) || !(total > 0.0 && total.is_finite()) {
            cx.error("mix", "shares are numbers from 0 up, and not all 0");
        }
        let of = |share: &(String, f64)| {
            (cx.product("mix", &share.0).unwrap_or(ProductId::NONE), share.1)
        };
        Kind::Share(shares.iter().map(of).collect())
    }

    /// The only product, if there is only one.
    pub(super) fn only(&self) -> Option<ProductId> {
        match self.kind {
            Kind::One(product) => Some(product),
            _ => None,
        }
    }

    /// The product that comes after `n` others.
    #[inline]
    pub(super) fn draw(&self, cx: &mut Ctx<'_>, n: u64) -> ProductId {
        match &self.kind {
            Kind::One(product) => *product,
            Kind::Share(shares) => {
                let mut mark = cx.uniform(self.stream) * shares.iter().map(|s| s.1).sum::<f64>();
                let hit = shares.iter().find(|(_, weight)| {
                    mark -= weight;
                    mark < 0.0
                });
                hit.unwrap_or(&shares[shares.len() - 1]).0
            }
            Kind::Sequence(products) => products[(n % products.len() as u64) as usize],
        }
    }
}
