//! The rack: openings in bays and levels on the sides of an aisle, and which of the free ones a part is put into.
//!
//! Openings are numbered by the travel time from the front of the aisle, nearest first, so that "nearest free" is the lowest
//! number and a class of fast movers is a run of numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::engine::{Compile, Ctx};
use crate::flow::handling::Axis;
use crate::id::{ProductId, StreamId};
use crate::units::{Share, SimDuration};

/// Which free opening a part is put into.
#[derive(Debug, Default, Deserialize)]
pub enum SlottingSpec {
    /// Any, all alike.
    #[default]
    Random,
    /// That with the shortest way from the front of the aisle.
    Nearest,
    /// By class: the first class has the nearest openings, the next one those behind, and so on; any within the class. If it
    /// is full, the next classes lend theirs, then those before. Products of no class go to the last.
    Classes(Vec<ClassSpec>),
}

/// A class of products, and its share of the openings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "class")]
pub struct ClassSpec {
    /// The products.
    pub products: Vec<String>,
    /// Their share of all openings.
    pub share: Share,
}

/// The openings and how they are given out.
#[derive(Debug)]
pub struct Rack {
    /// Middle of each opening, metres along and up.
    middles: Vec<(f64, f64)>,
    travel: Axis,
    lift: Axis,
    stream: StreamId,
    nearest: bool,
    /// First opening behind each class.
    ends: Vec<u32>,
    /// Class of each product.
    class: Vec<usize>,
}

/// Where the machine stands: at an opening, or at the front of the aisle.
pub type Stand = Option<u32>;

/// Openings that hold nothing and are meant for nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Free {
    /// In order of their way.
    Nearest(BTreeSet<u32>),
    /// Class by class, in no order.
    Classes(Vec<Vec<u32>>),
}

/// The size of a rack.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Openings along the aisle, one above the other, and sides of the aisle that have any.
    pub openings: (u32, u32, u32),
    /// Width and height of an opening in metres.
    pub opening: (f64, f64),
}

impl Rack {
    /// A rack of `size`, served by a machine that runs and lifts at the same time.
    pub fn new(
        size: Size,
        travel: Axis,
        lift: Axis,
        slotting: &SlottingSpec,
        cx: &mut Compile<'_>,
    ) -> Self {
        let (bays, levels, sides) = size.openings;
        let mut rack = Self {
            middles: Vec::new(),
            travel,
            lift,
            stream: cx.stream("slotting"),
            nearest: matches!(slotting, SlottingSpec::Nearest),
            ends: Vec::new(),
            class: Vec::new(),
        };
        for bay in 0..bays {
            for level in 0..levels {
                let x = (f64::from(bay) + 0.5) * size.opening.0;
                let y = (f64::from(level) + 0.5) * size.opening.1;
                rack.middles.extend((0..sides).map(|_| (x, y)));
            }
        }
        let mut middles = std::mem::take(&mut rack.middles);
        middles.sort_by_cached_key(|middle| rack.between((0.0, 0.0), *middle));
        rack.middles = middles;
        rack.classes(slotting, cx);
        rack
    }

    fn classes(&mut self, slotting: &SlottingSpec, cx: &mut Compile<'_>) {
        let n = self.middles.len();
        let SlottingSpec::Classes(classes) = slotting else {
            self.ends = vec![n as u32];
            self.class = vec![0; cx.n_products()];
            return;
        };
        let total: f64 = classes.iter().map(|class| class.share.fraction()).sum();
        if classes.is_empty() || (total - 1.0).abs() > 1e-6 {
            cx.error("slotting", "the shares of the classes make up 100 %");
        }
        self.class = vec![classes.len().saturating_sub(1); cx.n_products()];
        let mut share = 0.0;
        let mut seen = BTreeMap::new();
        for (at, class) in classes.iter().enumerate() {
            share += class.share.fraction();
            self.ends.push(((n as f64 * share).round() as u32).min(n as u32));
            for name in &class.products {
                let Some(product) = cx.product("slotting", name) else { continue };
                self.class[product.index()] = at;
                if seen.insert(product, at).is_some() {
                    cx.error("slotting", &format!("\"{name}\" is in two classes"));
                }
            }
        }
        if let Some(last) = self.ends.last_mut() {
            *last = n as u32;
        }
    }

    /// Number of openings.
    pub fn count(&self) -> usize {
        self.middles.len()
    }

    /// Time from one place to another: the machine runs and lifts at the same time.
    pub fn time(&self, from: Stand, to: Stand) -> SimDuration {
        let place = |stand: Stand| stand.map_or((0.0, 0.0), |slot| self.middles[slot as usize]);
        self.between(place(from), place(to))
    }

    fn between(&self, from: (f64, f64), to: (f64, f64)) -> SimDuration {
        self.travel.time(to.0 - from.0).max(self.lift.time(to.1 - from.1))
    }

    /// All openings are free.
    pub fn all_free(&self) -> Free {
        let n = self.middles.len() as u32;
        if self.nearest {
            return Free::Nearest((0..n).collect());
        }
        let mut first = 0;
        let class = |end: &u32| {
            let slots = (first.min(*end)..*end).collect();
            first = *end;
            slots
        };
        Free::Classes(self.ends.iter().map(class).collect())
    }

    /// Chooses an opening for a part of `product`: it is no longer free.
    pub fn take(&self, free: &mut Free, cx: &mut Ctx<'_>, product: ProductId) -> Stand {
        match free {
            Free::Nearest(free) => free.pop_first(),
            Free::Classes(classes) => {
                let own = self.class[product.index()];
                let mut order = (own..classes.len()).chain((0..own).rev());
                let class = order.find(|class| !classes[*class].is_empty())?;
                let slots = &mut classes[class];
                let at = (cx.uniform(self.stream) * slots.len() as f64) as usize;
                Some(slots.swap_remove(at.min(slots.len() - 1)))
            }
        }
    }

    /// An opening is free again.
    pub fn give_back(&self, free: &mut Free, slot: u32) {
        match free {
            Free::Nearest(free) => {
                free.insert(slot);
            }
            Free::Classes(classes) => {
                let class = self.ends.iter().position(|end| slot < *end);
                classes[class.unwrap_or(0)].push(slot);
            }
        }
    }
}

impl Free {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nearest(free) => free.is_empty(),
            Self::Classes(classes) => classes.iter().all(Vec::is_empty),
        }
    }
}
