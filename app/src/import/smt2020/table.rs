//! One table: a line of column names, then a line for each row, separated by tabs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use super::super::Problems;

/// A table with what was found wrong in it while it was read and looked at.
#[derive(Debug)]
pub(super) struct Table {
    file: String,
    columns: BTreeMap<String, usize>,
    rows: Vec<Vec<String>>,
    problems: RefCell<Problems>,
}

/// Largest file that is read.
const LARGEST: u64 = 256 << 20;

impl Table {
    /// Reads `folder/name`; `None` if there is no such file and it is not needed.
    pub(super) fn read(folder: &Path, name: &str, needed: bool, found: &mut Problems) -> Self {
        let path = folder.join(name);
        let file = path.display().to_string();
        let size = std::fs::metadata(&path).map(|data| data.len());
        let text = match size {
            Ok(size) if size > LARGEST => {
                found.add(&file, 0, "is larger than 256 MB");
                String::new()
            }
            Ok(_) => match std::fs::read(&path) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(error) => {
                    found.add(&file, 0, format!("cannot be read: {error}"));
                    String::new()
                }
            },
            Err(error) => {
                if needed {
                    found.add(&file, 0, format!("cannot be read: {error}"));
                }
                String::new()
            }
        };
        Self::parse(file, &text)
    }

    fn parse(file: String, text: &str) -> Self {
        let cells = |line: &str| -> Vec<String> {
            line.trim_end_matches('\r').split('\t').map(|cell| cell.trim().to_owned()).collect()
        };
        let mut lines = text.lines();
        let names = lines.next().map(cells).unwrap_or_default();
        let columns = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        Self { file, columns, rows: lines.map(cells).collect(), problems: RefCell::default() }
    }

    /// Rows that hold anything.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let filled = |row: &&Vec<String>| row.iter().any(|cell| !cell.is_empty());
        let rows = self.rows.iter().enumerate().filter(move |(_, row)| filled(row));
        rows.map(|(at, cells)| Row { table: self, cells, line: at + 2 })
    }

    /// What was found wrong.
    pub(super) fn problems(self) -> Problems {
        self.problems.into_inner()
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'t> {
    table: &'t Table,
    cells: &'t [String],
    line: usize,
}

impl<'t> Row<'t> {
    /// Reports something wrong with this row.
    pub(super) fn problem(self, message: impl Into<String>) {
        self.table.problems.borrow_mut().add(&self.table.file, self.line, message);
    }

    /// The text in `column`; empty if the row ends before it or the table lacks it.
    pub(super) fn text(self, column: &str) -> &'t str {
        let at = self.table.columns.get(column);
        at.and_then(|at| self.cells.get(*at)).map_or("", String::as_str)
    }

    /// The number in `column`; `None` if nothing is there.
    pub(super) fn number(self, column: &str) -> Option<f64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.problem(format!("`{column}` holds {text:?}, not a number"));
        }
        number
    }

    /// The number in `column`, which must be there.
    pub(super) fn needed(self, column: &str) -> f64 {
        if self.text(column).is_empty() {
            self.problem(format!("`{column}` is empty; a number belongs there"));
        }
        self.number(column).unwrap_or(0.0)
    }

    /// The text in `column`, which must be there.
    pub(super) fn name(self, column: &str) -> &'t str {
        let text = self.text(column);
        if text.is_empty() {
            self.problem(format!("`{column}` is empty; a name belongs there"));
        }
        text
    }

    /// A point in time, in days: `01/31/18 07:29:20`, month first.
    pub(super) fn days(self, column: &str) -> f64 {
        let text = self.text(column);
        days(text).unwrap_or_else(|| {
            self.problem(format!("`{column}` holds {text:?}, not a date like 01/31/18 07:29:20"));
            0.0
        })
    }
}

/// Days since the first of March of the year 0.
fn days(text: &str) -> Option<f64> {
    let (date, time) = text.split_once(' ').unwrap_or((text, "0:0:0"));
    let numbers = |text: &str, by: char| -> Option<Vec<i64>> {
        text.split(by).map(|part| part.trim().parse().ok()).collect()
    };
    let (date, time) = (numbers(date, '/')?, numbers(time, ':')?);
    let (&[month, day, year], &[hour, minute, second]) = (&date[..], &time[..]) else {
        return None;
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if year < 100 { year + 2000 } else { year };
    // Counted from March, leap days come last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let whole =
        y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (m * 153 + 2) / 5 + day
            - 1;
    let seconds = hour * 3600 + minute * 60 + second;
    Some(whole as f64 + seconds as f64 / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_apart_as_calendars_say() {
        for (from, to, apart) in [
            ("01/01/18 00:00:00", "02/23/18 12:00:00", 53.5),
            ("02/28/20 00:00:00", "03/01/20 00:00:00", 2.0),
            ("12/31/2018", "01/01/2019", 1.0),
        ] {
            assert_eq!(days(to).zip(days(from)).map(|(to, from)| to - from), Some(apart));
        }
        assert_eq!(days("31/12/18"), None);
        assert_eq!(days("soon"), None);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let table = Table::parse("tool.txt".into(), "STN\tQTY\nA\t2\n\nB\ttwo\n\t3\n");
        let read: Vec<(&str, f64)> =
            table.rows().map(|row| (row.name("STN"), row.needed("QTY"))).collect();
        assert_eq!(read, [("A", 2.0), ("B", 0.0), ("", 3.0)]);
        let lines: Vec<usize> = table.problems().0.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [4, 5]);
    }
}
