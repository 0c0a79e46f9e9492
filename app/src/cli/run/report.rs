//! The result of a run as people read it.
//!
//! The question first (what ran), then the answer (figures with intervals), then where the time goes, and at the end what
//! to beware of. Everything can be read without colours; all figures are in the JSON form.

use clap::builder::styling::{AnsiColor, Style};
use twin::engine::{Activity, Model, Target, Targets};
use twin::id::EquipmentId;
use twin::stats::{Estimate, LEVEL};
use twin::units::SimTime;

use super::super::number::{self, Unit};
use super::super::print;
use super::super::table::{Side, Table, Text, wrapped};
use super::result::RunResult;
use super::warmup::Found;
use super::{alarms, climate, insight};

pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = AnsiColor::BrightBlack.on_default();

/// Rows of equipment shown; beyond that, those that are busy least are left out.
pub(super) const ROWS: usize = 40;
/// Characters of a line of a warning.
const WIDTH: usize = 88;
/// Characters of a bar of activities.
const BAR: usize = 32;

/// The whole report.
pub(super) fn text(result: &RunResult, model: &Model, detail: bool) -> String {
    let mut sections = vec![
        head(result, model),
        figures(result, model),
        products(result, model),
        equipment(result, model),
        workers(result, model),
        insight::media(result, model),
        climate::text(result, model, detail),
        alarms::text(model, &result.summary),
    ];
    if detail {
        sections.push(insight::intake(result, model));
        sections.push(insight::oee(result, model));
        sections.push(insight::own(result, model));
    }
    sections.push(insight::bottleneck(result, model));
    sections.push(warnings(result));
    let sections: Vec<String> = sections.into_iter().filter(|text| !text.is_empty()).collect();
    sections.join("\n")
}

/// `gear cell` and what was run of it.
fn head(result: &RunResult, model: &Model) -> String {
    let plan = &result.plan;
    let n = result.figures.len();
    let mut run = vec![format!("{} of {}", count(n, "replication"), plan.until - SimTime::ZERO)];
    run.push(match (&result.found, plan.warmup.ns()) {
        (None, 0) => "no warm-up".to_owned(),
        (None, _) => format!("warm-up {}", plan.warmup),
        (Some(Found::End), _) => format!("warm-up {} (found by MSER-5)", plan.warmup),
        (Some(Found::Nothing(_)), _) => format!("warm-up {} (none found)", plan.warmup),
    });
    let rigid = model.rigid().count();
    if rigid > 0 {
        run.push(format!("{} as rigid bodies", count(rigid, "equipment")));
    }
    run.push(format!("seed {}", plan.seed));
    run.push(format!("{} events", number::value(Some(result.events() as f64), Unit::One)));
    if let Some(wall_s) = result.wall_s {
        let rate = number::value(Some(result.events() as f64 / wall_s / 1e6), Unit::One);
        run.push(format!("{} ({rate} million/s)", number::value(Some(wall_s), Unit::Seconds)));
    }
    if result.interrupted {
        run.push(format!("interrupted, {} were asked for", plan.replications));
    }
    let run = run.join(" · ");
    format!("{STRONG}{}{STRONG:#}\n{FAINT}{run}{FAINT:#}\n", model.name)
}

fn figures(result: &RunResult, model: &Model) -> String {
    let all = &result.summary;
    let sides = [Side::Left, Side::Right, Side::Left, Side::Left, Side::Left];
    let mut table = Table::new(&sides);
    let intervals = if result.figures.len() > 1 {
        format!("{:.0} % interval", LEVEL * 100.0)
    } else {
        String::new()
    };
    let aimed_at = if model.targets == Targets::default() { "" } else { "target" };
    table.row(["", "mean", &intervals, "", aimed_at].map(|title| Text::styled(title, FAINT)));
    let mut row =
        |name: &str, figure: &Option<Estimate>, unit: Unit, more: &str, target: Option<Target>| {
            if let Some(figure) = figure {
                let (mean, half_width) = number::estimate(Some(figure), unit);
                let (name, mean) = (Text::from(name), Text::styled(mean, STRONG));
                let target = target.map_or_else(|| "".into(), |one| aimed(one, figure.mean, unit));
                table.row([name, mean, half_width.into(), more.into(), target]);
            }
        };
    let targets = &model.targets;
    row("Throughput", &all.throughput_per_h, Unit::One, "parts per hour", targets.throughput());
    row("Lead time", &all.lead_time_s, Unit::Seconds, "", targets.lead_time());
    row("  half of the parts within", &all.lead_time_p50_s, Unit::Seconds, "", None);
    row("  nine of ten", &all.lead_time_p90_s, Unit::Seconds, "", None);
    row("  99 of 100", &all.lead_time_p99_s, Unit::Seconds, "", None);
    row("Work in process", &all.wip, Unit::One, "parts", targets.wip());
    let is_some = |estimate: &Option<Estimate>| estimate.is_some_and(|e| e.mean > 0.0);
    if is_some(&all.tardy_share) {
        row("Finished late", &all.tardy_share, Unit::Share, "of the parts", None);
        row("Tardiness", &all.tardiness_s, Unit::Seconds, "over all parts", None);
    }
    if is_some(&all.scrap_share) || targets.scrap_share.is_some() {
        row("Scrap", &all.scrap_share, Unit::Share, "of the parts", targets.scrap());
    }
    table.text()
}

/// `✔ at least 60`: a target, and whether it is met by `value`.
fn aimed(target: Target, value: f64, unit: Unit) -> Text {
    let told = target.told(&number::value(Some(target.bound()), unit));
    if target.is_met(value) {
        Text::styled(format!("✔ {told}"), print::GOOD)
    } else {
        Text::styled(format!("✘ {told}"), print::WARNING)
    }
}

/// By product, where there are several.
fn products(result: &RunResult, model: &Model) -> String {
    if model.products.len() < 2 {
        return String::new();
    }
    let sides = [Side::Left, Side::Right, Side::Left, Side::Right, Side::Left, Side::Right];
    let mut table = Table::new(&sides);
    let titles = ["Product", "per hour", "", "lead time", "", "99 % within"];
    table.row(titles.map(|title| Text::styled(title, FAINT)));
    let mut others = Vec::new();
    for (product, all) in model.products.iter().zip(&result.summary.products) {
        if all.finished.is_none_or(|finished| finished.mean == 0.0) {
            others.push(product.name.as_str());
            continue;
        }
        let (rate, rate_half) = number::estimate(all.throughput_per_h.as_ref(), Unit::One);
        let (lead, lead_half) = number::estimate(all.lead_time_s.as_ref(), Unit::Seconds);
        let p99 = number::value(all.lead_time_quantiles_s[2], Unit::Seconds);
        table.row([product.name.clone(), rate, rate_half, lead, lead_half, p99].map(Text::from));
    }
    if others.is_empty() {
        return table.text();
    }
    let others = others.join(", ");
    format!("{}  {FAINT}built in, lost or still there: {others}{FAINT:#}\n", table.text())
}

fn equipment(result: &RunResult, model: &Model) -> String {
    let all = &result.summary.equipment;
    let mut shown: Vec<usize> = (0..all.len()).collect();
    if shown.len() > ROWS {
        // Where parts are worked on comes before what only brings, carries and holds them.
        let works = |e: usize| f64::from(u8::from(model.equipment[e].processor));
        let busy = |e: usize| works(e) + all[e].active.map_or(0.0, |active| active.mean);
        shown.sort_by(|a, b| busy(*b).total_cmp(&busy(*a)).then(a.cmp(b)));
        shown.truncate(ROWS);
        shown.sort_unstable();
    }
    let mut sides = [Side::Right; 8];
    (sides[0], sides[1], sides[6], sides[7]) = (Side::Left, Side::Left, Side::Left, Side::Left);
    let mut table = Table::new(&sides);
    let titles = ["Equipment", "", "parts out", "content", "time in", "OEE", "what it does", ""];
    table.row(titles.map(|title| Text::styled(title, FAINT)));
    let mut seen = [false; Activity::COUNT];
    for e in shown.iter().copied() {
        let (row, summary) = (&model.equipment[e], &all[e]);
        let id = EquipmentId::from_index(e);
        let mean =
            |estimate: &Option<Estimate>, unit| number::value(estimate.map(|e| e.mean), unit);
        for (seen, share) in seen.iter_mut().zip(summary.shares) {
            *seen |= share > 0.0;
        }
        let works = model.kind_of(id) != "Sink";
        table.row([
            Text::from(row.name.as_str()),
            Text::styled(model.kind_of(id), FAINT),
            mean(&summary.finished, Unit::One).into(),
            mean(&summary.content, Unit::One).into(),
            mean(&summary.time_in_s, Unit::Seconds).into(),
            oee(summary).into(),
            if works { bar(&summary.shares) } else { Text::default() },
            if works { largest(&summary.shares) } else { Text::default() },
        ]);
    }
    let mut text = table.text();
    if shown.len() < all.len() {
        let more = all.len() - shown.len();
        let line =
            format!("  {FAINT}and {more} more that are busy less; --json has all{FAINT:#}\n");
        text += &line;
    }
    text + &legend(seen)
}

fn oee(summary: &twin::study::EquipmentSummary) -> String {
    let oee = summary.oee.as_ref().and_then(|oee| oee.oee);
    oee.map_or(String::new(), |oee| format!("{:.0} %", oee.mean * 100.0))
}

fn workers(result: &RunResult, model: &Model) -> String {
    if model.pools.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[Side::Left, Side::Right, Side::Left, Side::Left]);
    table.row(["Workers", "", "busy", ""].map(|title| Text::styled(title, FAINT)));
    for (p, pool) in model.pools.iter().enumerate() {
        let mean = |f: &dyn Fn(usize) -> f64| {
            (0..result.figures.len()).map(f).sum::<f64>() / result.figures.len() as f64
        };
        let mut shares = [0.0; Activity::COUNT];
        shares[Activity::Working as usize] = mean(&|r| result.figures[r].pools[p].busy);
        shares[Activity::Starved as usize] = mean(&|r| result.figures[r].pools[p].idle);
        shares[Activity::OffShift as usize] = mean(&|r| result.figures[r].pools[p].off_shift);
        let busy = number::value(Some(shares[0]), Unit::Share);
        table.row([
            pool.name.clone().into(),
            pool.count.to_string().into(),
            bar(&shares),
            busy.into(),
        ]);
    }
    table.text()
}

fn warnings(result: &RunResult) -> String {
    let style = print::WARNING;
    let lines = |text: &str| {
        let text = wrapped(text, WIDTH).trim_end().replace('\n', "\n           ");
        format!("  {style}warning{style:#}: {text}\n")
    };
    result.warnings.iter().map(|warning| lines(&warning.message)).collect()
}

/// How an activity is drawn: told apart by shape as well as by colour.
fn look(activity: Activity) -> (char, Style) {
    let color = |color: AnsiColor| color.on_default();
    match activity {
        Activity::Working => ('█', color(AnsiColor::Green)),
        Activity::SetUp => ('▓', color(AnsiColor::Cyan)),
        Activity::Starved => ('·', FAINT),
        Activity::Blocked => ('▒', color(AnsiColor::Yellow)),
        Activity::Failed => ('×', color(AnsiColor::Red)),
        Activity::Maintained => ('+', color(AnsiColor::Magenta)),
        Activity::OffShift => ('-', FAINT),
        Activity::WaitingForWorker => ('?', color(AnsiColor::Blue)),
        Activity::Off => ('_', FAINT),
    }
}

/// The order in which activities stand in a bar.
const ORDER: [Activity; Activity::COUNT] = [
    Activity::Working,
    Activity::SetUp,
    Activity::WaitingForWorker,
    Activity::Failed,
    Activity::Maintained,
    Activity::Blocked,
    Activity::Starved,
    Activity::Off,
    Activity::OffShift,
];

/// Shares of time as a bar: the ends of the stretches are rounded, so that they add up to the whole.
fn bar(shares: &[f64; Activity::COUNT]) -> Text {
    let mut text = Text::default();
    let (mut sum, mut drawn) = (0.0, 0);
    for activity in ORDER {
        sum += shares[activity as usize];
        let end = (sum * BAR as f64).round() as usize;
        let (glyph, style) = look(activity);
        if end > drawn {
            text = text.then(glyph.to_string().repeat(end - drawn), style);
            drawn = end;
        }
    }
    text
}

/// The two largest shares in words.
fn largest(shares: &[f64; Activity::COUNT]) -> Text {
    let mut order: Vec<Activity> = ORDER.to_vec();
    order.sort_by(|a, b| shares[*b as usize].total_cmp(&shares[*a as usize]));
    let words: Vec<String> = order
        .iter()
        .filter(|activity| shares[**activity as usize] >= 0.005)
        .take(2)
        .map(|activity| format!("{:.0} % {}", shares[*activity as usize] * 100.0, word(*activity)))
        .collect();
    Text::from(words.join(", "))
}

fn word(activity: Activity) -> &'static str {
    match activity {
        Activity::Working => "working",
        Activity::SetUp => "set up",
        Activity::Starved => "starved",
        Activity::Blocked => "blocked",
        Activity::Failed => "failed",
        Activity::Maintained => "maintained",
        Activity::OffShift => "off shift",
        Activity::WaitingForWorker => "waiting for a worker",
        Activity::Off => "switched off",
    }
}

fn legend(seen: [bool; Activity::COUNT]) -> String {
    let entry = |activity: Activity| {
        let (glyph, style) = look(activity);
        format!("{style}{glyph}{style:#} {FAINT}{}{FAINT:#}", word(activity))
    };
    let entries: Vec<String> =
        ORDER.into_iter().filter(|activity| seen[*activity as usize]).map(entry).collect();
    format!("  {}\n", entries.join("  "))
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
