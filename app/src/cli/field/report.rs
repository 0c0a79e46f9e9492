//! What was found, for people and as JSON.

use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Value, json};
use twin::engine::{Hall, Model};
use twin::field::Scene;
use twin::units::SimDuration;

use super::super::number::{self, Unit};
use super::super::table::{Side, Table, Text};
use super::args::FieldArgs;
use super::solve::Solved;

const STRONG: Style = Style::new().bold();
const FAINT: Style = AnsiColor::BrightBlack.on_default();

/// Rows of equipment shown; beyond that, the coolest are left out.
const ROWS: usize = 40;

/// What was worked out.
pub(super) struct Found<'a> {
    pub(super) model: &'a Model,
    pub(super) hall: &'a Hall,
    pub(super) scene: &'a Scene,
    pub(super) args: &'a FieldArgs,
    /// Heat of each equipment with heat (W).
    pub(super) heat: &'a [f64],
    pub(super) all: &'a [Solved],
    pub(super) interrupted: bool,
}

/// `air tier, cells of 0.5 m, machines working, steady after 640 steps`.
pub(super) fn how(solved: &Solved, scene: &Scene, args: &FieldArgs) -> String {
    let end = match solved.settled {
        Some((steps, true)) => format!("steady after {} steps", whole(steps)),
        Some((steps, false)) => format!("not yet steady after {} steps", whole(steps)),
        None => format!("after {}", SimDuration::from_seconds(solved.time)),
    };
    let (tier, cell, state) = (solved.tier.name(), scene.grid.cell, args.state.name());
    format!("{tier} tier, cells of {cell} m, machines {state}, {end}")
}

/// The report for people.
pub(super) fn text(found: &Found<'_>) -> String {
    let Found { model, hall, scene, all, .. } = found;
    let [nx, ny, nz] = scene.grid.cells;
    let [l, w, h] = hall.size;
    let cells = whole(scene.grid.len());
    let mut out = format!(
        "{STRONG}{}{STRONG:#}\n{FAINT}hall of {l} × {w} × {h} m in {nx} × {ny} × {nz} = {cells} cells{FAINT:#}\n",
        model.name
    );
    for solved in *all {
        out += &format!("{FAINT}{}{FAINT:#}\n", how(solved, scene, found.args));
    }
    for section in [hall_table(found), equipment(found), vents(found)] {
        if !section.is_empty() {
            out.push('\n');
            out += &section;
        }
    }
    if found.interrupted {
        out += "\n  interrupted: this is how far it came\n";
    }
    out
}

/// A table with a column for each tier, and one for their difference where there are two.
struct Columns {
    table: Table,
    tiers: usize,
}

impl Columns {
    /// With columns of its own before those of the tiers, of which each has `each`.
    fn new(own: &[&str], each: &[&'static str], all: &[Solved]) -> Self {
        let tiers = all.len();
        let difference = if tiers == 2 { each.len() } else { 0 };
        let mut sides = vec![Side::Left];
        sides.resize(own.len() + each.len() * tiers + difference, Side::Right);
        let mut titles: Vec<&str> = own.to_vec();
        for solved in all {
            let title = |each: &&'static str| if tiers == 1 { *each } else { solved.tier.name() };
            titles.extend(each.iter().map(title));
        }
        titles.extend(each.iter().take(difference).map(|_| "difference"));
        let mut table = Table::new(&sides);
        table.row(titles.into_iter().map(|title| Text::styled(title, FAINT)));
        Self { table, tiers }
    }

    /// A row: `values` tier by tier, for each all of its columns.
    fn row(
        &mut self,
        own: Vec<Text>,
        values: &[Vec<Option<f64>>],
        shown: impl Fn(f64) -> String,
        apart: impl Fn(f64) -> String,
    ) {
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
        let cell = |value: &Option<f64>| Text::styled(or_none(value.map(&shown)), STRONG);
        let mut row = own;
        row.extend(values.iter().flatten().map(cell));
        if self.tiers == 2 {
            let pairs = values[0].iter().zip(&values[1]);
            let apart = |(a, b): (&Option<f64>, &Option<f64>)| {
                let difference = a.zip(*b).map(|(a, b)| b - a);
                Text::from(or_none(difference.map(&apart)))
            };
            row.extend(pairs.map(apart));
        }
        self.table.row(row);
    }
}

fn hall_table(found: &Found<'_>) -> String {
    let all = found.all;
    let mut columns = Columns::new(&["Hall"], &[""], all);
    let mut row = |name: &str, of: &dyn Fn(&Solved) -> Option<f64>, unit: Shown| {
        let values: Vec<_> = all.iter().map(|solved| vec![of(solved)]).collect();
        columns.row(
            vec![name.into()],
            &values,
            |value| unit.text(value),
            |value| unit.apart(value),
        );
    };
    row("air, mean", &|solved| solved.air.map(|air| air[1]), Shown::Celsius);
    row("  coolest", &|solved| solved.air.map(|air| air[0]), Shown::Celsius);
    row("  warmest", &|solved| solved.air.map(|air| air[2]), Shown::Celsius);
    let over = |solved: &Solved, joules: f64| (solved.over > 0.0).then(|| joules / solved.over);
    row("heat given off", &|solved| over(solved, solved.balance.sources), Shown::Watts);
    row("  in through sides", &|solved| over(solved, solved.balance.boundaries), Shown::Watts);
    row("  stored", &|solved| over(solved, solved.balance.stored), Shown::Watts);
    row("  unaccounted for", &|solved| Some(solved.balance.relative()), Shown::Tiny);
    columns.table.text()
}

/// Equipment, the warmest first: one table for a single tier, else one for what is compared.
fn equipment(found: &Found<'_>) -> String {
    let Found { hall, all, .. } = found;
    let mut shown: Vec<usize> = (0..hall.heated.len()).collect();
    let warmth = |n: usize| all.first().and_then(|solved| solved.bodies.get(n).copied());
    let warmth = |n: usize| warmth(n).unwrap_or(f64::MIN);
    shown.sort_by(|a, b| warmth(*b).total_cmp(&warmth(*a)).then(a.cmp(b)));
    let left = shown.len().saturating_sub(ROWS);
    shown.truncate(ROWS);
    let (itself, around): (&Read, &Read) =
        (&|solved, n| solved.bodies.get(n).copied(), &|solved, n| solved.around[n]);
    let mut out = match (shown.is_empty(), all.len()) {
        (true, _) => return String::new(),
        (_, 1) => warm(found, &shown, "Equipment", &["itself", "air around"], &[itself, around]),
        _ => {
            let own = warm(found, &shown, "Equipment itself", &[""], &[itself]);
            own + "\n" + &warm(found, &shown, "Air around equipment", &[""], &[around])
        }
    };
    if left > 0 {
        out += &format!("  {FAINT}and {left} that are cooler{FAINT:#}\n");
    }
    out
}

/// Reads the temperature that belongs to an equipment.
type Read = dyn Fn(&Solved, usize) -> Option<f64>;

fn warm(
    found: &Found<'_>,
    shown: &[usize],
    title: &str,
    titles: &[&'static str],
    read: &[&Read],
) -> String {
    let mut columns = Columns::new(&[title, "gives"], titles, found.all);
    for n in shown.iter().copied() {
        let name = found.hall.heated[n].block.name.as_str();
        let gives = number::value(Some(found.heat[n]), Unit::Watts);
        let values: Vec<Vec<_>> = found
            .all
            .iter()
            .map(|solved| read.iter().map(|read| read(solved, n)).collect())
            .collect();
        let own = vec![Text::from(name), Text::from(gives)];
        columns.row(own, &values, |t| Shown::Celsius.text(t), |dt| Shown::Celsius.apart(dt));
    }
    columns.table.text()
}

fn vents(found: &Found<'_>) -> String {
    let Found { hall, all, .. } = found;
    if hall.vents.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(&["Air in (out: −)", "at"], &[""], all);
    for (n, vent) in hall.vents.iter().enumerate() {
        let values: Vec<_> = all.iter().map(|solved| vec![solved.flows[n]]).collect();
        let (name, warm) = (vent.block.name.as_str(), Shown::Celsius.text(vent.temperature));
        // Of air that goes out the temperature is not given but found.
        let comes_in = all.iter().any(|solved| solved.flows[n].is_some_and(|flow| flow > 0.0));
        let warm = if comes_in { warm } else { String::new() };
        let own = vec![Text::from(name), Text::from(warm)];
        columns.row(own, &values, |v| Shown::Flow.text(v), |v| Shown::Flow.apart(v));
    }
    columns.table.text()
}

/// How a value is written.
#[derive(Clone, Copy)]
enum Shown {
    Celsius,
    Watts,
    Flow,
    Tiny,
}

impl Shown {
    fn text(self, value: f64) -> String {
        match self {
            Self::Celsius => minus(format!("{value:.1} °C")),
            Self::Watts => minus(number::value(Some(value), Unit::Watts)),
            Self::Flow => minus(format!("{value:.2} m³/s")),
            Self::Tiny if value == 0.0 => "0".to_owned(),
            Self::Tiny => minus(format!("{value:.0e}")),
        }
    }

    /// A difference, with its sign.
    fn apart(self, value: f64) -> String {
        let text = match self {
            Self::Celsius => format!("{value:+.1} K"),
            // Less than a milliwatt is rounding.
            Self::Watts if value.abs() < 1e-3 => "0 W".to_owned(),
            Self::Watts => {
                let sign = if value < 0.0 { '-' } else { '+' };
                format!("{sign}{}", number::value(Some(value.abs()), Unit::Watts))
            }
            Self::Flow => format!("{value:+.2} m³/s"),
            Self::Tiny => String::new(),
        };
        minus(text)
    }
}

/// With a real minus.
fn minus(text: String) -> String {
    text.replace('-', "−")
}

/// `86 400`.
fn whole(number: usize) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|part| std::str::from_utf8(part).ok())
        .collect();
    parts.join("\u{2009}")
}

/// All of it as one object.
pub(super) fn json(found: &Found<'_>) -> Value {
    let Found { model, hall, scene, args, heat, all, interrupted } = found;
    let equipment = |solved: &Solved| -> Vec<Value> {
        let rows = hall.heated.iter().enumerate().map(|(n, heated)| {
            json!({
                "name": heated.block.name,
                "gives_w": heat[n],
                "itself_c": solved.bodies.get(n),
                "air_around_c": solved.around[n],
            })
        });
        rows.collect()
    };
    let vents = |solved: &Solved| -> Vec<Value> {
        let rows = hall.vents.iter().zip(&solved.flows);
        rows.map(|(vent, flow)| json!({ "name": vent.block.name, "in_m3_per_s": flow })).collect()
    };
    let tier = |solved: &Solved| {
        let balance = solved.balance;
        json!({
            "tier": solved.tier.name(),
            "device": solved.device,
            "steady": solved.settled.map(|(_, steady)| steady),
            "steps": solved.settled.map(|(steps, _)| steps),
            "time_s": solved.settled.is_none().then_some(solved.time),
            "air_c": solved.air.map(|[low, mean, high]| json!({ "min": low, "mean": mean, "max": high })),
            "equipment": equipment(solved),
            "vents": vents(solved),
            "balance": {
                "over_s": solved.over,
                "sources_j": balance.sources,
                "boundaries_j": balance.boundaries,
                "stored_j": balance.stored,
                "throughput_j": balance.throughput,
                "residual": balance.relative(),
            },
        })
    };
    json!({
        "schema": "genba.field/1",
        "plant": model.name,
        "source": model.source,
        "state": args.state.name(),
        "size_m": hall.size,
        "cell_m": scene.grid.cell,
        "cells": scene.grid.cells,
        "tiers": all.iter().map(tier).collect::<Vec<_>>(),
        "interrupted": interrupted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(whole(86_400), "86\u{2009}400");
        assert_eq!((whole(7), whole(1_000_000)), ("7".into(), "1\u{2009}000\u{2009}000".into()));
        assert_eq!(Shown::Celsius.text(-3.04), "−3.0 °C");
        assert_eq!(Shown::Watts.apart(-1500.0), "−1.50 kW");
    }
}
