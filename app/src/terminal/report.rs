//! The report of a run as it appears when the run ends: key figures, products, equipment, bottleneck, warnings.

use twin::stats::Estimate;

use super::bars::{bar, legend};
use super::number::{TimeScale, estimate, fixed};
use super::style::{Ink, Style, clip, text_width, wrap};
use super::table::{Cell, Column, Table};

/// Equipments that are shown at most.
const EQUIPMENT_MAX: usize = 40;
/// Where a share stands in [`EquipmentRow::shares`].
const WORKING: usize = 0;

/// All that the report of a run shows. Text is shown as it is given.
#[derive(Clone, Debug, Default)]
pub struct RunView {
    /// Name of the plant.
    pub plant: String,
    /// File that it was read from.
    pub source: Option<String>,
    /// Seed of the random streams.
    pub seed: u64,
    /// Number of replications.
    pub replications: u64,
    /// Simulated time of a replication, in words.
    pub simulated: String,
    /// Warm-up that the figures leave out, in words; empty for none.
    pub warmup: String,
    /// Key figures.
    pub kpis: Vec<KpiRow>,
    /// Products.
    pub products: Vec<ProductRow>,
    /// Equipment, in the plant's order.
    pub equipment: Vec<EquipmentRow>,
    /// Name of the bottleneck, and why it is one, as a sentence.
    pub bottleneck: Option<(String, String)>,
    /// What the reader must know about the figures above.
    pub warnings: Vec<String>,
}

/// One key figure.
#[derive(Clone, Debug, Default)]
pub struct KpiRow {
    /// Its name.
    pub name: String,
    /// Unit of the estimate.
    pub unit: String,
    /// The figure over the replications; `None` where it is undefined.
    pub estimate: Option<Estimate>,
    /// A remark; may be empty.
    pub note: String,
}

/// One product.
#[derive(Clone, Debug, Default)]
pub struct ProductRow {
    /// Its name.
    pub name: String,
    /// Finished parts an hour.
    pub finished_per_h: Option<Estimate>,
    /// Mean lead time in seconds.
    pub lead_mean_s: Option<Estimate>,
    /// Median of the lead time in seconds.
    pub lead_p50_s: Option<f64>,
    /// Its 90th percentile.
    pub lead_p90_s: Option<f64>,
    /// Its 99th percentile.
    pub lead_p99_s: Option<f64>,
    /// Mean tardiness in seconds; `None` without due dates.
    pub tardiness_s: Option<f64>,
}

/// One equipment.
#[derive(Clone, Debug, Default)]
pub struct EquipmentRow {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Shares of time in the order of [`STATES`](super::STATES).
    pub shares: [f64; 8],
    /// Finished parts an hour.
    pub finished_per_h: f64,
    /// Mean number of parts in it.
    pub mean_content: f64,
    /// Whether it is the plant's bottleneck.
    pub bottleneck: bool,
}

impl EquipmentRow {
    /// Share of time in which it is the equipment itself that takes time, not its neighbours, workers or shifts: working,
    /// set up, failed, maintained (the active period of Roser, Nakano & Tanaka 2001).
    fn active(&self) -> f64 {
        let [working, setup, _, _, failed, maintained, _, _] = self.shares;
        working + setup + failed + maintained
    }
}

/// The report, as lines each of which is ended.
pub fn run_report(view: &RunView, style: Style) -> String {
    let blocks = [
        head(view, style),
        kpis(&view.kpis, style),
        products(&view.products, style),
        equipment(&view.equipment, style),
        bottleneck(view.bottleneck.as_ref(), style),
        warnings(&view.warnings, style),
    ];
    let blocks: Vec<String> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
    blocks.join("\n")
}

fn head(view: &RunView, style: Style) -> String {
    let dot = style.glyph(" · ", ", ");
    let plural = if view.replications == 1 { "" } else { "s" };
    let mut facts = vec![
        format!("{} replication{plural}", view.replications),
        format!("seed {}", view.seed),
        format!("simulated {}", view.simulated),
    ];
    if !view.warmup.is_empty() {
        facts.push(format!("warm-up {}", view.warmup));
    }
    let mut out = style.paint(Ink::Strong, &clip(&view.plant, style.width, style));
    let room = style.width.saturating_sub(text_width(&view.plant) + 3);
    if let Some(source) = view.source.as_ref().filter(|source| text_width(source) <= room) {
        out += "   ";
        out += &style.paint(Ink::Faint, source);
    }
    out.push('\n');
    for line in wrap(&facts.join(dot), style.width) {
        out += &style.paint(Ink::Faint, &line);
        out.push('\n');
    }
    out
}

/// The title of a block, on a faint line across the terminal.
fn title(text: &str, remark: &str, style: Style) -> String {
    let remark = if remark.is_empty() { String::new() } else { format!("  {remark}") };
    format!("{}{}\n", style.paint(Ink::Strong, text), style.paint(Ink::Faint, &remark))
}

fn kpis(rows: &[KpiRow], style: Style) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let spread = rows.iter().any(|row| row.estimate.is_some_and(|of| of.half_width.is_some()));
    let remark = if spread {
        "mean with 95 % confidence interval"
    } else {
        "one replication: no confidence interval"
    };
    let mut table = Table::new(vec![
        Column::name(""),
        Column::number(""),
        Column::left("").tight(),
        Column::name(""),
    ]);
    let estimates: Vec<_> = rows.iter().map(|row| row.estimate).collect();
    for (row, figure) in rows.iter().zip(figures(&estimates, 1.0, style)) {
        let [unit, note] = [&row.unit, &row.note].map(|text| Cell::inked(Ink::Faint, &**text));
        table.row([row.name.as_str().into(), figure, unit, note]);
    }
    title("Key figures", remark, style) + &table.render(style)
}

fn products(rows: &[ProductRow], style: Style) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let longest = rows.iter().filter_map(|row| row.lead_p99_s.or(row.lead_p50_s));
    let means = rows.iter().filter_map(|row| row.lead_mean_s.map(|of| of.mean));
    let scale = TimeScale::of(means.clone().fold(0.0, f64::max), style);
    let decimals = decimals_for(longest.chain(means).fold(0.0, f64::max) / scale.seconds);
    let tardy = rows.iter().any(|row| row.tardiness_s.is_some());
    let mut columns = vec![
        Column::name("product"),
        Column::number("finished, /h"),
        Column::number(format!("lead time, {}", scale.unit)),
        Column::number("p50"),
        Column::number("p90"),
        Column::number("p99"),
    ];
    if tardy {
        columns.push(Column::number(format!("tardy, {}", scale.unit)));
    }
    let width = columns.len();
    let mut table = Table::new(columns);
    let time = |seconds: Option<f64>| {
        let text = |seconds| fixed(seconds / scale.seconds, decimals, style);
        seconds.map_or(Cell::inked(Ink::Faint, style.none()), |seconds| text(seconds).into())
    };
    let finished: Vec<_> = rows.iter().map(|row| row.finished_per_h).collect();
    let lead: Vec<_> = rows.iter().map(|row| row.lead_mean_s).collect();
    let means =
        figures(&finished, 1.0, style).into_iter().zip(figures(&lead, scale.seconds, style));
    for (row, (finished, lead)) in rows.iter().zip(means) {
        let start = [row.name.as_str().into(), finished, lead];
        let times = [row.lead_p50_s, row.lead_p90_s, row.lead_p99_s, row.tardiness_s].map(time);
        table.row(start.into_iter().chain(times).take(width));
    }
    title("Products", "", style) + &table.render(style)
}

fn equipment(rows: &[EquipmentRow], style: Style) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let shown = most_active(rows);
    // The bar takes what the rest leaves.
    let without = equipment_table(&shown, 0, style).natural_width();
    let width = (BAR_HEAD.len() + style.width).saturating_sub(without);
    let table = equipment_table(&shown, width.clamp(BAR_HEAD.len(), 40), style);
    let remark = match rows.len() - shown.len() {
        0 => String::new(),
        n => format!("the {EQUIPMENT_MAX} that are active most; {n} more left out"),
    };
    let legend = legend(shown.iter().map(|row| &row.shares), style);
    title("Equipment", &remark, style) + &table.render(style) + "\n" + &legend
}

/// Head above the bars, which are at least as wide.
const BAR_HEAD: &str = "share of time";

fn equipment_table(rows: &[&EquipmentRow], bar_width: usize, style: Style) -> Table {
    let finished = decimals_for(rows.iter().map(|row| row.finished_per_h).fold(0.0, f64::max));
    let content = decimals_for(rows.iter().map(|row| row.mean_content).fold(0.0, f64::max));
    let mut table = Table::new(vec![
        Column::name("equipment"),
        Column::name("kind"),
        Column::left(BAR_HEAD),
        Column::number("working, %"),
        Column::number("finished, /h"),
        Column::number("content"),
        Column::left("").tight(),
    ]);
    for row in rows {
        let mark = if row.bottleneck { style.glyph("◀", "<") } else { "" };
        let ink = if row.bottleneck { Ink::Strong } else { Ink::Plain };
        // Sources and sinks have no states to speak of.
        let idle = row.shares.iter().all(|share| *share == 0.0);
        let working = if idle {
            Cell::inked(Ink::Faint, style.none())
        } else {
            fixed(row.shares[WORKING] * 100.0, 1, style).into()
        };
        table.row([
            Cell::inked(ink, &*row.name),
            Cell::inked(Ink::Faint, &*row.kind),
            Cell::painted(bar(&row.shares, bar_width, style), bar_width),
            working,
            fixed(row.finished_per_h, finished, style).into(),
            fixed(row.mean_content, content, style).into(),
            Cell::inked(Ink::Red, mark),
        ]);
    }
    table
}

/// Those with the highest active share, still in the plant's order.
fn most_active(rows: &[EquipmentRow]) -> Vec<&EquipmentRow> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| rows[*b].active().total_cmp(&rows[*a].active()));
    order.truncate(EQUIPMENT_MAX);
    order.sort_unstable();
    order.into_iter().map(|k| &rows[k]).collect()
}

fn bottleneck(of: Option<&(String, String)>, style: Style) -> String {
    let Some((name, why)) = of else { return String::new() };
    let text = format!("{name}: {why}");
    title("Bottleneck", "", style) + &indented(&text, "  ", Ink::Plain, style)
}

fn warnings(warnings: &[String], style: Style) -> String {
    warnings.iter().map(|text| indented(text, "warning: ", Ink::Yellow, style)).collect()
}

/// `text` wrapped behind `lead`, the following lines as far in.
fn indented(text: &str, lead: &str, ink: Ink, style: Style) -> String {
    let indent = text_width(lead);
    let mut out = String::new();
    for (k, line) in wrap(text, style.width.saturating_sub(indent).max(20)).into_iter().enumerate()
    {
        let lead = if k == 0 { style.paint(ink, lead) } else { " ".repeat(indent) };
        out.extend([lead.as_str(), line.as_str(), "\n"]);
    }
    out
}

/// A column of estimates in units of `unit`, all cells equally wide, so that the `±` stand below one another.
fn figures(of: &[Option<Estimate>], unit: f64, style: Style) -> Vec<Cell> {
    let in_unit = |of: &Estimate| {
        let half_width = of.half_width.map(|half_width| half_width / unit);
        estimate(&Estimate { mean: of.mean / unit, half_width, n: of.n }, style)
    };
    let none = || (style.none().to_owned(), String::new());
    let parts: Vec<(String, String)> =
        of.iter().map(|of| of.as_ref().map_or_else(none, in_unit)).collect();
    let left = parts.iter().map(|(mean, _)| text_width(mean)).max().unwrap_or(0);
    let right = parts.iter().map(|(_, spread)| text_width(spread)).max().unwrap_or(0);
    let gap = usize::from(right > 0);
    let cells = parts.iter().map(|(mean, spread)| {
        let before = " ".repeat(left - text_width(mean));
        let after = " ".repeat(gap + right - text_width(spread));
        let text = if spread.is_empty() {
            format!("{before}{mean}{after}")
        } else {
            let after = &after[gap..];
            format!("{before}{mean} {}{after}", style.paint(Ink::Faint, spread))
        };
        Cell::painted(text, left + gap + right)
    });
    cells.collect()
}

/// Decimals of a column whose largest value is `largest`: three digits there, none from 100 on.
fn decimals_for(largest: f64) -> i32 {
    match largest {
        largest if largest >= 99.95 => 0,
        largest if largest >= 9.995 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests;
