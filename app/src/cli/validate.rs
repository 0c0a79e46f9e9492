//! `genba validate`.

use crate::validate as ledger;

use super::Global;
use super::failure::{Exit, Failure};
use super::print;

const EXAMPLES: &str = "\
Examples:
  genba validate                 all cases
  genba validate V01,conveyor    some, by number or part of the name
  genba validate --quick         shorter runs, wider limits

Exit code 1 if a figure misses.";

/// Run the cases whose answer is known, and compare.
///
/// Queueing theory, transfer lines, conveyors and more, each with its source: what must come out, what comes out on this
/// machine, and whether that is within the tolerance.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ValidateArgs {
    /// Numbers of cases or parts of their names, separated by commas; all unless given.
    #[arg(value_name = "CASES")]
    filter: Option<String>,

    /// Shorter runs with wider limits.
    #[arg(long)]
    quick: bool,

    /// Threads; as many as there are cores unless given.
    #[arg(short, long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    jobs: usize,

    /// Print the ledger as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn validate(args: &ValidateArgs, global: &Global) -> Result<Exit, Failure> {
    let filter = args.filter.as_deref();
    let wanted = ledger::CASES.iter().filter(|case| ledger::is_wanted(case, filter)).count();
    if wanted == 0 {
        return Err(Failure::usage(format!("no case is called {}", filter.unwrap_or_default()))
            .hint("`genba validate --help` shows how to name cases"));
    }
    let progress = global.progress("cases", wanted as u32, 1);
    let mut begun = false;
    let found = ledger::run(filter, args.jobs, args.quick, |_| {
        if std::mem::replace(&mut begun, true) {
            progress.step();
            progress.one_done();
        }
    });
    progress.end();
    if args.json {
        print::json(&found)?;
    } else {
        print::data(&painted(&found.to_string()))?;
    }
    Ok(if found.misses() == 0 { Exit::Fine } else { Exit::Findings })
}

/// Verdicts in green and red.
fn painted(table: &str) -> String {
    let paint = |line: &str| {
        if let Some(rest) = line.strip_prefix("  pass  ") {
            format!("  {}pass{:#}  {rest}\n", print::GOOD, print::GOOD)
        } else if let Some(rest) = line.strip_prefix("  MISS  ") {
            format!("  {}MISS{:#}  {rest}\n", print::ERROR, print::ERROR)
        } else {
            format!("{line}\n")
        }
    };
    table.lines().map(paint).collect()
}
