//! A and B: how their figures differ since they parted.

use twin::session::{Compared, Comparison};
use twin::study::figure;
use twin::units::SimTime;

use super::inspector::duration;
use crate::desktop::Run;

/// Rows of equipment that are told, at most: those that differ most.
const MOST: usize = 12;
/// Below this share of the first a figure is not told apart.
const SAME: f64 = 0.0005;

/// Two futures of one plant.
#[derive(Clone, Debug, PartialEq)]
pub struct Versus {
    /// What was changed in B.
    pub change: String,
    /// When they parted.
    pub since: SimTime,
    /// How far behind B is, or A, if B is shown (s).
    pub behind_s: f64,
    /// Whether B is the one that is shown.
    pub shows_b: bool,
    /// Figures of the plant, of products, then of equipment where they differ most.
    pub rows: Vec<VersusRow>,
}

/// One figure of both.
#[derive(Clone, Debug, PartialEq)]
pub struct VersusRow {
    /// What it is, and whose.
    pub name: String,
    /// In A and in B.
    pub values: [String; 2],
    /// B less A, with its sign; none where one is missing.
    pub difference: Option<String>,
    /// The same as a share of A.
    pub relative: Option<f64>,
}

/// How the futures of `run` differ, if there are two.
pub fn versus(run: &Run) -> Option<Versus> {
    let fork = run.fork.as_ref()?;
    let [a, b] = fork.pair(run.session());
    let found = Comparison::of(a, b, Some(&fork.begin));
    let plant = found.rows.iter().filter(|row| row.of.is_empty());
    let product = |row: &&Compared| {
        let known = run.model.products.iter().any(|product| product.name == row.of);
        known && row.key == "finished" && (row.first, row.second) != (Some(0.0), Some(0.0))
    };
    let several = run.model.products.len() > 1;
    let products = found.rows.iter().filter(product).filter(|_| several);
    let busy = |row: &&Compared| {
        row.key == "working" && row.relative().is_some_and(|share| share.abs() > SAME)
    };
    let mut machines: Vec<&Compared> = found.rows.iter().filter(busy).collect();
    let far = |row: &Compared| row.difference().unwrap_or_default().abs();
    machines.sort_by(|one, other| far(other).total_cmp(&far(one)));
    machines.truncate(MOST);
    Some(Versus {
        change: fork.change.clone(),
        since: fork.since,
        behind_s: (run.state().now() - fork.other.now()).seconds(),
        shows_b: fork.shows_b,
        rows: plant.chain(products).chain(machines).map(row).collect(),
    })
}

fn row(row: &Compared) -> VersusRow {
    let known = figure(row.key);
    let (name, unit) = known.map_or((row.key, ""), |figure| (figure.name, figure.unit));
    let name = if row.of.is_empty() { name.to_owned() } else { format!("{}: {name}", row.of) };
    let told = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| amount(v, unit));
    let difference = row.difference().map(|by| {
        let sign = if by < 0.0 { "−" } else { "+" };
        format!("{sign}{}", amount(by.abs(), unit))
    });
    VersusRow {
        name,
        values: [told(row.first), told(row.second)],
        difference,
        relative: row.relative(),
    }
}

/// A figure with its unit, as a person says it.
fn amount(value: f64, unit: &str) -> String {
    match unit {
        "s" => duration(value),
        "share" => format!("{:.1} %", value * 100.0),
        "1/h" => format!("{value:.2} /h"),
        "" | "parts" => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        unit => format!("{value:.2} {unit}"),
    }
}
