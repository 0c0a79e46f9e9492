//! Two sessions side by side: what differs in their figures.
//!
//! Both runs draw the same random numbers wherever the plants are alike, so that what differs follows from the change. It is one
//! run against one run all the same: a difference here is what happened, not what would happen on the average. For that there
//! are studies.
//!
//! Figures count from the end of the warm-up. What two forks have in common dilutes the difference; with the figures at the
//! fork taken off, only what came after it counts:
//! `(total now - total then) / (weight now - weight then)`.

use std::collections::BTreeMap;

use super::whole::Session;
use crate::engine::{Activity, Model};
use crate::study::Figures;
use crate::units::SimTime;

/// One figure of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Its key in the [dictionary](crate::study::FIGURES).
    pub key: &'static str,
    /// The product, equipment or medium that it is of; empty: the plant.
    pub of: String,
    /// In the first; `None` where there is none.
    pub first: Option<f64>,
    /// In the second.
    pub second: Option<f64>,
}

impl Compared {
    /// Second less first; `None` where one is missing.
    pub fn difference(&self) -> Option<f64> {
        Some(self.second? - self.first?)
    }

    /// The difference as a share of the first; `None` where that is zero or one is missing.
    pub fn relative(&self) -> Option<f64> {
        let first = self.first.filter(|first| *first != 0.0)?;
        Some(self.difference()? / first.abs())
    }
}

/// The figures of two sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The present of both. Where they differ, so do the windows.
    pub at: [SimTime; 2],
    /// Figure by figure: the plant's, then by product, by equipment, by medium, in the order of the first; then those that
    /// only the second has.
    pub rows: Vec<Compared>,
}

impl Comparison {
    /// Compares two sessions, whose plants may differ: what has the same name is held against each other. With `begin`, the
    /// figures that both had when they parted, only what came after counts. Cost: linear in the plants.
    pub fn of(first: &Session, second: &Session, begin: Option<&Figures>) -> Self {
        let sums = |session: &Session| sums(session.model(), &session.figures());
        let begin = begin.map(|begin| sums_by_name(self::sums(first.model(), begin)));
        let value = |name: &Name, sum: Sum| sum.since(begin.as_ref().and_then(|b| b.get(name)));
        let mut others = sums_by_name(sums(second));
        let mut rows = Vec::new();
        for (name, sum) in sums(first) {
            let second = others.remove(&name).and_then(|sum| value(&name, sum));
            let first = value(&name, sum);
            rows.push(Compared { key: name.0, of: name.1, first, second });
        }
        for (name, sum) in sums(second) {
            if others.contains_key(&name) {
                let second = value(&name, sum);
                rows.push(Compared { key: name.0, of: name.1, first: None, second });
            }
        }
        Self { at: [first.now(), second.now()], rows }
    }

    /// The figure `key` of `of`, if there is one.
    pub fn get(&self, key: &str, of: &str) -> Option<&Compared> {
        self.rows.iter().find(|row| row.key == key && row.of == of)
    }
}

impl Session {
    /// The figures of the run up to the present, from the end of the warm-up. Cost: linear in the plant.
    pub fn figures(&self) -> Figures {
        Figures::of(self.model(), self.state())
    }
}

/// Key and whose.
type Name = (&'static str, String);

/// A figure as a total over a weight; without a weight it is a count.
#[derive(Clone, Copy, Debug)]
struct Sum {
    total: f64,
    weight: Option<f64>,
}

impl Sum {
    /// What has come since `begin`, unless the figures have begun anew in between.
    fn since(self, begin: Option<&Self>) -> Option<f64> {
        let earlier = |begin: &&Self| begin.weight <= self.weight && begin.total <= self.total;
        let (total, weight) = match begin.filter(earlier) {
            Some(begin) => (
                self.total - begin.total,
                self.weight.zip(begin.weight).map(|(now, then)| now - then),
            ),
            None => (self.total, self.weight),
        };
        match weight {
            None => Some(total),
            Some(weight) => (weight > 0.0).then(|| total / weight),
        }
    }
}

fn sums_by_name(sums: Vec<(Name, Sum)>) -> BTreeMap<Name, Sum> {
    sums.into_iter().collect()
}

fn sums(model: &Model, figures: &Figures) -> Vec<(Name, Sum)> {
    let mut out = Vec::new();
    plant(figures, &mut out);
    products(model, figures, &mut out);
    equipment(model, figures, &mut out);
    for (medium, taken) in model.media.iter().zip(&figures.media) {
        let finished = figures.finished() as f64;
        put(&mut out, "amount", &medium.name, taken.amount, None);
        put(&mut out, "per_part", &medium.name, taken.amount, Some(finished));
        put(&mut out, "cost", &medium.name, taken.cost, None);
        put(&mut out, "cost_per_part", &medium.name, taken.cost, Some(finished));
        put(&mut out, "co2_kg", &medium.name, taken.co2_kg, None);
    }
    out
}

fn put(out: &mut Vec<(Name, Sum)>, key: &'static str, of: &str, total: f64, weight: Option<f64>) {
    out.push(((key, of.to_owned()), Sum { total, weight }));
}

fn plant(figures: &Figures, out: &mut Vec<(Name, Sum)>) {
    let (finished, window) = (figures.finished() as f64, figures.window_s);
    let lead = figures.lead_time().mean().unwrap_or(0.0) * 1e-9;
    let count = |f: fn(&crate::study::ProductFigures) -> u64| -> f64 {
        figures.products.iter().map(|product| f(product) as f64).sum()
    };
    let (scrapped, consumed) = (count(|p| p.scrapped), count(|p| p.consumed));
    put(out, "throughput_per_h", "", finished, Some(window / 3600.0));
    put(out, "lead_time_s", "", lead * finished, Some(finished));
    put(out, "wip", "", figures.wip * window, Some(window));
    put(out, "scrap_share", "", scrapped, Some(scrapped + consumed + finished));
    put(out, "tardy_share", "", count(|p| p.tardy), Some(finished));
}

fn products(model: &Model, figures: &Figures, out: &mut Vec<(Name, Sum)>) {
    for (product, made) in model.products.iter().zip(&figures.products) {
        let finished = made.finished as f64;
        let lead = made.lead_time.mean().unwrap_or(0.0) * 1e-9;
        put(out, "finished", &product.name, finished, None);
        put(out, "throughput_per_h", &product.name, finished, Some(figures.window_s / 3600.0));
        put(out, "lead_time_s", &product.name, lead * finished, Some(finished));
        put(out, "scrapped", &product.name, made.scrapped as f64, None);
    }
}

fn equipment(model: &Model, figures: &Figures, out: &mut Vec<(Name, Sum)>) {
    let window = figures.window_s;
    for (row, did) in model.equipment.iter().zip(&figures.equipment) {
        put(out, "finished", &row.name, did.finished as f64, None);
        put(out, "content", &row.name, did.content * window, Some(window));
        for (activity, share) in Activity::ALL.into_iter().zip(did.shares) {
            put(out, activity.key(), &row.name, share * window, Some(window));
        }
    }
}
