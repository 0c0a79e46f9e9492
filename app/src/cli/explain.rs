//! `genba explain CODE`: the code of a message, or a figure of a result.

use clap::builder::styling::Style;
use serde_json::{Value, json};
use twin::diagnostics::codes::{self, PAGES};
use twin::diagnostics::{Page, did_you_mean};
use twin::study::{FIGURES, Figure, figure};

use super::failure::{Exit, Failure};
use super::print;
use super::table::{Side, Table, Text, wrapped};

const EXAMPLES: &str = "\
Examples:
  genba explain         all codes
  genba explain P003    what P003 means, and how to put it right
  genba explain kpi     all figures of a result
  genba explain oee     what a figure is, how it is computed, and after whom";

const STRONG: Style = Style::new().bold();
/// Columns of a paragraph.
const WIDTH: usize = 80;

/// Explain the code of a message, or a figure of a result.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// The code, such as P003, a figure, such as `oee`, or `kpi` for all figures; without one, all codes are listed.
    code: Option<String>,

    /// Print it as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
    if let Some(figures) = args.code.as_deref().and_then(figures) {
        return explain_figures(&figures, args);
    }
    let pages = match &args.code {
        None => PAGES.iter().collect(),
        Some(code) => vec![codes::page(code).ok_or_else(|| unknown(code))?],
    };
    if args.json {
        let pages: Vec<Value> = pages.into_iter().map(as_json).collect();
        print::json(&json!({ "schema": "genba.explain/1", "codes": pages }))?;
    } else if args.code.is_some() {
        print::data(&pages.into_iter().map(text).collect::<String>())?;
    } else {
        print::data(&list(&pages))?;
    }
    Ok(Exit::Fine)
}

fn unknown(code: &str) -> Failure {
    let failure = Failure::usage(format!("there is no code and no figure `{code}`"));
    let meant = did_you_mean(&code.to_uppercase(), PAGES.iter().map(|page| page.code.0));
    let figure = || did_you_mean(&as_key(code), FIGURES.iter().map(|figure| figure.key));
    match meant.or_else(figure) {
        Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
        None => failure.hint("`genba explain` lists all codes, `genba explain kpi` all figures"),
    }
}

fn as_key(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_").replace("utilization", "utilisation")
}

/// The figures that `name` asks for: `kpi` for all, a key, or words of a name.
fn figures(name: &str) -> Option<Vec<&'static Figure>> {
    let key = as_key(name);
    if key == "kpi" || key == "kpis" {
        return Some(FIGURES.iter().collect());
    }
    figure(&key).map(|figure| vec![figure])
}

fn explain_figures(figures: &[&Figure], args: &ExplainArgs) -> Result<Exit, Failure> {
    if args.json {
        let rows: Vec<Value> = figures.iter().map(|figure| figure_as_json(figure)).collect();
        print::json(&json!({ "schema": "genba.explain/1", "figures": rows }))?;
    } else if let [figure] = figures {
        print::data(&figure_text(figure))?;
    } else {
        let mut table = Table::new(&[Side::Left, Side::Left, Side::Left]);
        for figure in figures {
            table.row([Text::styled(figure.key, STRONG), figure.unit.into(), figure.name.into()]);
        }
        print::data(&table.text())?;
    }
    Ok(Exit::Fine)
}

fn figure_text(figure: &Figure) -> String {
    let Figure { key, name, unit, definition, formula, source, stands } = figure;
    let unit = if unit.is_empty() { String::new() } else { format!(" [{unit}]") };
    format!(
        "{STRONG}{key}: {name}{unit}{STRONG:#}\n\n{}\n  formula    {formula}\n  source     {source}\n  \
         stands in  {stands}\n",
        wrapped(definition, WIDTH),
    )
}

fn figure_as_json(figure: &Figure) -> Value {
    json!({
        "key": figure.key,
        "name": figure.name,
        "unit": figure.unit,
        "definition": figure.definition,
        "formula": figure.formula,
        "source": figure.source,
        "stands_in": figure.stands,
    })
}

fn list(pages: &[&Page]) -> String {
    let mut table = Table::new(&[Side::Left, Side::Left]);
    for page in pages {
        table.row([Text::styled(page.code.0, STRONG), page.title.into()]);
    }
    table.text()
}

fn text(page: &Page) -> String {
    let (bad, good) = (print::ERROR, print::GOOD);
    let example = |word: &str, style: Style, text: &str| {
        let lines = text.replace('\n', "\n         ");
        format!("  {style}{word}{style:#}  {lines}\n")
    };
    format!(
        "{STRONG}{}: {}{STRONG:#}\n\n{}\n{}{}",
        page.code,
        page.title,
        wrapped(page.explanation, WIDTH),
        example("wrong", bad, page.wrong),
        example("right", good, page.right),
    )
}

fn as_json(page: &Page) -> Value {
    json!({
        "code": page.code,
        "title": page.title,
        "explanation": page.explanation,
        "wrong": page.wrong,
        "right": page.right,
    })
}
