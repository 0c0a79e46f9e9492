//! Tables without borders: numbers to the right, names to the left, heads faint.

use super::style::{Ink, Style, clip, text_width};

/// To which side a column's cells are pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Names, notes.
    Left,
    /// Numbers.
    Right,
}

/// One column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    head: String,
    align: Align,
    /// Columns between this and the one before.
    gap: usize,
    /// Narrowest width to which names may be cut; `None` where nothing may be.
    least: Option<usize>,
}

impl Column {
    /// Names: cut with `…` where the terminal is too narrow, to no less than 8 columns.
    pub fn name(head: impl Into<String>) -> Self {
        Self { least: Some(8), ..Self::left(head) }
    }

    /// Text that is never cut.
    pub fn left(head: impl Into<String>) -> Self {
        Self { head: head.into(), align: Align::Left, gap: 3, least: None }
    }

    /// Numbers; the unit belongs into the head: `finished, /h`.
    pub fn number(head: impl Into<String>) -> Self {
        Self { align: Align::Right, ..Self::left(head) }
    }

    /// The same column, close to the one before: two parts of one figure.
    #[must_use]
    pub fn tight(self) -> Self {
        Self { gap: 1, ..self }
    }
}

/// One cell: text and its colour, or text that has been painted before.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    text: String,
    ink: Ink,
    /// Columns that `text` takes where it has been painted before.
    painted: Option<usize>,
}

impl Cell {
    /// `text` in `ink`.
    pub fn inked(ink: Ink, text: impl Into<String>) -> Self {
        Self { text: text.into(), ink, painted: None }
    }

    /// Text with ANSI colours in it, `width` columns wide; it is never cut.
    pub fn painted(text: impl Into<String>, width: usize) -> Self {
        Self { text: text.into(), ink: Ink::Plain, painted: Some(width) }
    }

    fn width(&self) -> usize {
        self.painted.unwrap_or_else(|| text_width(&self.text))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::inked(Ink::Plain, text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::inked(Ink::Plain, text)
    }
}

/// A table as wide as its content, and no wider than the terminal as long as cutting names helps.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    indent: usize,
}

impl Table {
    /// An empty table, two columns from the left edge.
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new(), indent: 2 }
    }

    /// Appends a row; missing cells are empty, further ones are left out.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = cells.into_iter().collect();
        row.resize_with(self.columns.len(), Cell::default);
        self.rows.push(row);
    }

    /// The table as lines, each ended; the head is left out where all its cells are empty. Nothing without rows.
    pub fn render(&self, style: Style) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let widths = self.widths(style.width);
        let mut out = String::new();
        if self.columns.iter().any(|column| !column.head.is_empty()) {
            let heads = self.columns.iter().map(|column| Cell::inked(Ink::Faint, &*column.head));
            self.line(&heads.collect::<Vec<_>>(), &widths, style, &mut out);
        }
        for row in &self.rows {
            self.line(row, &widths, style, &mut out);
        }
        out
    }

    fn line(&self, cells: &[Cell], widths: &[usize], style: Style, out: &mut String) {
        // Spaces are owed until something follows them, so no line ends in any.
        let mut owed = self.indent;
        for (k, ((column, cell), width)) in self.columns.iter().zip(cells).zip(widths).enumerate() {
            let text = match cell.painted {
                Some(_) => cell.text.clone(),
                None => clip(&cell.text, *width, style),
            };
            let spare = width.saturating_sub(cell.width().min(*width));
            owed += if k > 0 { column.gap } else { 0 };
            let (before, after) =
                if column.align == Align::Right { (spare, 0) } else { (0, spare) };
            owed += before;
            if !text.is_empty() {
                out.extend(std::iter::repeat_n(' ', std::mem::take(&mut owed)));
                out.push_str(&style.paint(cell.ink, &text));
            }
            owed += after;
        }
        out.push('\n');
    }

    /// Columns that the table takes when no name is cut.
    pub fn natural_width(&self) -> usize {
        self.total(&self.natural_widths())
    }

    fn natural_widths(&self) -> Vec<usize> {
        let natural = |(k, column): (usize, &Column)| {
            let cells = self.rows.iter().map(|row| row[k].width());
            cells.max().unwrap_or(0).max(text_width(&column.head))
        };
        self.columns.iter().enumerate().map(natural).collect()
    }

    fn total(&self, widths: &[usize]) -> usize {
        let gaps = self.columns.iter().skip(1).map(|column| column.gap);
        self.indent + gaps.sum::<usize>() + widths.iter().sum::<usize>()
    }

    /// Natural widths, names cut as far as needed and allowed, the widest first.
    fn widths(&self, available: usize) -> Vec<usize> {
        let mut widths = self.natural_widths();
        let mut excess = self.total(&widths).saturating_sub(available);
        while excess > 0 {
            let elastic = self.columns.iter().enumerate().filter(|(k, column)| {
                let floor = column.least.map(|least| least.max(text_width(&column.head)));
                floor.is_some_and(|floor| widths[*k] > floor)
            });
            let Some((widest, _)) = elastic.max_by_key(|(k, _)| widths[*k]) else { break };
            widths[widest] -= 1;
            excess -= 1;
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(vec![
            Column::name("product"),
            Column::number("finished, /h"),
            Column::left("").tight(),
            Column::left("note"),
        ]);
        table.row(["gear".into(), "58.3".into(), "± 0.4".into(), Cell::default()]);
        table.row(["a shaft with a long name".into(), "1.25".into(), "".into(), "rare".into()]);
        table
    }

    #[test]
    fn numbers_to_the_right_names_to_the_left() {
        let style = Style { unicode: true, ..Style::PLAIN };
        let expected = "  product                    finished, /h         note
  gear                               58.3 ± 0.4
  a shaft with a long name           1.25         rare
";
        assert_eq!(sample().render(style), expected);
    }

    #[test]
    fn names_are_cut_to_fit() {
        let style = Style { unicode: true, width: 44, ..Style::PLAIN };
        let expected = "  product          finished, /h         note
  gear                     58.3 ± 0.4
  a shaft with …           1.25         rare
";
        let text = sample().render(style);
        assert_eq!(text, expected);
        assert!(text.lines().all(|line| text_width(line) <= 44));
    }

    #[test]
    fn numbers_are_never_cut() {
        let text = sample().render(Style { width: 10, ..Style::PLAIN });
        assert!(text.contains("58.3") && text.contains("a shaft~"), "{text}");
    }

    #[test]
    fn a_table_without_rows_or_heads() {
        assert_eq!(Table::new(vec![Column::name("x")]).render(Style::PLAIN), "");
        let mut table = Table::new(vec![Column::name(""), Column::number("")]);
        table.row(["a".into(), "1".into(), "left out".into()]);
        assert_eq!(table.render(Style::PLAIN), "  a   1\n");
    }

    #[test]
    fn colour_does_not_shift_anything() {
        let colour = Style { colour: true, unicode: true, width: 80 };
        let stripped = anstream::adapter::strip_str(&sample().render(colour)).to_string();
        assert_eq!(stripped, sample().render(Style { colour: false, ..colour }));
    }
}
