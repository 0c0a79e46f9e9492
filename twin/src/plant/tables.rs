//! Measured values from CSV files: `Csv(path: "times.csv", column: "mill")` in a plant becomes the values themselves.
//!
//! By default they are drawn one after the other as recorded (`Trace`); with `draw: Empirical` at random, with straight lines
//! between neighbours in size. Values are seconds unless `unit` says otherwise; `unit: ""` is for plain numbers.
//!
//! Without `column` the whole table stands there as a list, each line with its cells by the names of their columns:
//! `orders: Csv(path: "orders.csv")`. A unit in brackets after the name of a column, `release [h]`, goes with each of its
//! values; an empty cell is left out.

use std::fmt::Write as _;

use serde::Deserialize;

use super::sources::beside;
use super::{Files, Options};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};

/// What stands in the brackets.
#[derive(Debug, Deserialize)]
#[serde(rename = "Csv", deny_unknown_fields)]
struct Csv {
    path: String,
    #[serde(default)]
    column: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    draw: Drawn,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
enum Drawn {
    /// One after the other.
    #[default]
    Trace,
    /// At random.
    Empirical,
}

/// Most values of one column.
const MOST_VALUES: usize = 10_000_000;

/// Puts the values of CSV files in place of their names. Lines stay where they are.
pub(super) fn fill_in(
    text: String,
    plant: &str,
    files: &dyn Files,
    options: &Options,
    found: &mut Diagnostics,
) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for (start, end) in uses(&text) {
        let slice = &text[start..end];
        match values(slice, plant, files, options) {
            Ok(values) => {
                out.push_str(&text[copied..start]);
                out.push_str(&values);
                // As many lines as before, so that places further down stay right.
                out.extend(std::iter::repeat_n('\n', slice.matches('\n').count()));
                copied = end;
            }
            Err(message) => {
                let line = text[..start].matches('\n').count() + 1;
                let message = format!("{slice} in {plant}, line {line}: {message}");
                found.push(Diagnostic::error(codes::UNREADABLE, message));
            }
        }
    }
    if copied == 0 {
        return text;
    }
    out.push_str(&text[copied..]);
    out
}

/// Where `Csv(…)` stands outside strings and comments.
fn uses(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    if !text.contains("Csv") {
        return out;
    }
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with('"') {
            at += string_length(rest);
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("Csv") && rest[3..].trim_start().starts_with('(') {
            let end = at + bracket_length(rest);
            out.push((at, end));
            at = end;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    out
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Up to and including the bracket that closes the first one.
fn bracket_length(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        match rest.as_bytes()[0] {
            b'"' => at += string_length(rest) - 1,
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
    text.len()
}

fn values(
    slice: &str,
    plant: &str,
    files: &dyn Files,
    options: &Options,
) -> Result<String, String> {
    let ron =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let csv: Csv = ron.from_str(slice).map_err(|error| error.to_string())?;
    let path = beside(plant, &csv.path);
    let table = files
        .read(&path, options.limits.file_bytes)
        .map_err(|error| format!("cannot read {path}: {error}"))?;
    let Some(name) = &csv.column else { return records(&table) };
    let numbers = column(&table, name)?;
    let unit = csv.unit.as_deref().unwrap_or("s");
    let value = |number: f64| {
        if unit.is_empty() { format!("{number:?}") } else { format!("\"{number} {unit}\"") }
    };
    let mut out = String::new();
    match csv.draw {
        Drawn::Trace => {
            out.push_str("Trace(values: [");
            for number in numbers {
                let _ = write!(out, "{}, ", value(number));
            }
            out.push_str("])");
        }
        Drawn::Empirical => {
            let mut sorted = numbers;
            sorted.sort_by(f64::total_cmp);
            let last = (sorted.len() - 1).max(1) as f64;
            out.push_str("Empirical([");
            for (at, number) in sorted.iter().enumerate() {
                let share = if sorted.len() == 1 { 1.0 } else { at as f64 / last };
                let _ = write!(out, "({}, {share:?}), ", value(*number));
            }
            out.push_str("])");
        }
    }
    Ok(out)
}

/// A table without the mark that some programs put at its start, its first line, and what separates its cells: commas,
/// semicolons or tabs.
fn head(table: &str) -> (&str, &str, char) {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let head = table.lines().next().unwrap_or_default();
    let separator = [';', '\t', ','].into_iter().find(|c| head.contains(*c)).unwrap_or(',');
    (table, head, separator)
}

fn cell(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}

/// The lines of a table as a list of structs.
fn records(table: &str) -> Result<String, String> {
    let (table, head, separator) = head(table);
    let mut names: Vec<(String, String)> = Vec::new();
    for title in head.split(separator).map(cell) {
        let (name, unit) = title.split_once('[').unwrap_or((&title, ""));
        let (name, unit) = (name.trim().to_owned(), unit.trim_end_matches(']').trim().to_owned());
        if !name.starts_with(|c: char| c.is_ascii_alphabetic())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Err(format!("its first line names a column {title:?}, which is no field"));
        }
        names.push((name, unit));
    }
    let mut out = String::from("[");
    for (line, text) in
        table.lines().enumerate().skip(1).filter(|(_, text)| !text.trim().is_empty())
    {
        let cells: Vec<String> = text.split(separator).map(cell).collect();
        if cells.len() > names.len() {
            return Err(format!("line {} of the file has more cells than the first", line + 1));
        }
        out.push('(');
        for ((name, unit), cell) in names.iter().zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
            let _ = write!(out, "{name}: {}, ", literal(cell, unit));
        }
        out.push_str("), ");
        if line > MOST_LINES {
            return Err(format!("the file has more than {MOST_LINES} lines"));
        }
    }
    out.push(']');
    Ok(out)
}

/// Most lines of a table that is read as a whole.
const MOST_LINES: usize = 1_000_000;

/// A cell as RON: a whole number as it is, anything else as a text.
fn literal(cell: &str, unit: &str) -> String {
    if !unit.is_empty() {
        return format!("{:?}", format!("{cell} {unit}"));
    }
    let number = cell.parse::<i64>().ok().filter(|n| n.to_string() == cell);
    number.map_or_else(|| format!("{cell:?}"), |n| n.to_string())
}

/// The numbers of a column.
fn column(table: &str, name: &str) -> Result<Vec<f64>, String> {
    let (table, head, separator) = head(table);
    let names: Vec<String> = head.split(separator).map(cell).collect();
    let at = names
        .iter()
        .position(|other| other == name)
        .ok_or_else(|| format!("the file has no column \"{name}\", but {}", names.join(", ")))?;
    let mut numbers = Vec::new();
    for (line, text) in
        table.lines().enumerate().skip(1).filter(|(_, text)| !text.trim().is_empty())
    {
        let text = cell(text.split(separator).nth(at).unwrap_or_default());
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
        numbers.push(number.ok_or_else(|| {
            format!("line {} of the file has {text:?} where a number from 0 up belongs", line + 1)
        })?);
        if numbers.len() > MOST_VALUES {
            return Err(format!("the file has more than {MOST_VALUES} values"));
        }
    }
    if numbers.is_empty() { Err("the column is empty".to_owned()) } else { Ok(numbers) }
}

#[cfg(test)]
mod tests {
    use super::super::{Files, Options, core_registry, load};
    use crate::engine::{Log, State, advance};
    use crate::units::SimTime;

    struct Folder(&'static str);

    impl Files for Folder {
        fn read(&self, path: &str, _limit: u64) -> std::io::Result<String> {
            match path {
                "plants/a.ron" => Ok(self.0.to_owned()),
                "plants/times.csv" => Ok("part;mill\n1;3\n2;5\n3;4\n".to_owned()),
                _ => Err(std::io::ErrorKind::NotFound.into()),
            }
        }
    }

    const PLANT: &str = r#"Plant(name: "a", products: {"p": ()}, equipment: {
        "in": (is: Source(every: "10 s", total: 3), to: ["mill"]), // not Csv(path: "x")
        "mill": (is: Station(time: Csv(path: "times.csv",
            column: "mill")), to: ["out"]),
        "out": (is: Sink)})"#;

    #[test]
    fn recorded_times_come_one_after_the_other() {
        let loaded = load("plants/a.ron", &Folder(PLANT), &core_registry(), &Options::default());
        let model = loaded.model.expect("a good plant");
        let mut state = State::new(&model, 1, 0);
        advance(&model, &mut state, SimTime::from_seconds(100.0), &mut Log::off())
            .expect("it runs");
        let lead_time = &state.tallies()[0].lead_time;
        assert_eq!(lead_time.sum(), 12_000_000_000, "3 s, 5 s and 4 s");
    }

    #[test]
    fn a_whole_table_is_a_list() {
        let table = "order;product;quantity;due [h]\n007;saw;3;8\n\n8;drill \"x\";;\n";
        let list = r#"[(order: "007", product: "saw", quantity: 3, due: "8 h", ), (order: 8, product: "drill \"x", ), ]"#;
        assert_eq!(super::records(table).as_deref(), Ok(list));
        assert!(super::records("a;b c\n").is_err(), "`b c` is no field");
        assert!(super::records("a;b\n1;2;3\n").is_err(), "a cell too many");
    }

    #[test]
    fn what_is_not_there_is_said() {
        let bad = r#"Plant(name: "a", products: {"p": ()}, equipment: {
            "in": (is: Source(every: Csv(path: "times.csv", column: "saw")), to: ["out"]), "out": (is: Sink)})"#;
        let loaded = load("plants/a.ron", &Folder(bad), &core_registry(), &Options::default());
        assert!(loaded.model.is_none());
        let said = loaded.diagnostics.iter().any(|d| d.message.contains("part, mill"));
        assert!(said, "{:?}", loaded.diagnostics);
    }
}
