//! `genba explain CODE`.

use clap::builder::styling::Style;
use serde_json::{Value, json};
use twin::diagnostics::codes::{self, PAGES};
use twin::diagnostics::{Page, did_you_mean};

use super::failure::{Exit, Failure};
use super::print;
use super::table::{Side, Table, Text, wrapped};

const EXAMPLES: &str = "\
Examples:
  genba explain         all codes
  genba explain P003    what P003 means, and how to put it right";

const STRONG: Style = Style::new().bold();
/// Columns of a paragraph.
const WIDTH: usize = 80;

/// Explain the code of a message.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// The code, such as P003; without one, all codes are listed.
    code: Option<String>,

    /// Print it as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
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
    let known = PAGES.iter().map(|page| page.code.0);
    let failure = Failure::usage(format!("there is no code `{code}`"));
    match did_you_mean(&code.to_uppercase(), known) {
        Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
        None => failure.hint("`genba explain` lists all codes"),
    }
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
