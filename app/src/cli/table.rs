//! Tables for people: columns that line up, in colour or not.

use std::fmt::Write as _;

use clap::builder::styling::Style;

/// A piece of text in a style; its width is that of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pieces: Vec<(String, Style)>,
}

impl Text {
    /// In a style.
    pub(super) fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { pieces: vec![(text.into(), style)] }
    }

    /// With more behind it.
    #[must_use]
    pub(super) fn then(mut self, text: impl Into<String>, style: Style) -> Self {
        self.pieces.push((text.into(), style));
        self
    }

    fn width(&self) -> usize {
        self.pieces.iter().map(|(text, _)| text.chars().count()).sum()
    }

    fn write(&self, out: &mut String) {
        for (text, style) in &self.pieces {
            // Writing to a string cannot fail.
            let _ = write!(out, "{style}{text}{style:#}");
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::styled(text, Style::new())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::styled(text, Style::new())
    }
}

/// On which side a column lines up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Rows of equally many cells.
#[derive(Debug)]
pub(super) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<Text>>,
}

impl Table {
    /// A table with a column for each side.
    pub(super) fn new(sides: &[Side]) -> Self {
        Self { sides: sides.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, row: impl IntoIterator<Item = Text>) {
        self.rows.push(row.into_iter().collect());
    }

    /// Lines that begin with two spaces; columns are two spaces apart, empty ones are left out.
    pub(super) fn text(&self) -> String {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.sides.len()).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            let mut gap = 2;
            for ((cell, width), side) in row.iter().zip(&widths).zip(&self.sides) {
                if *width == 0 {
                    continue;
                }
                let free = width - cell.width();
                let (before, after) = if *side == Side::Left { (0, free) } else { (free, 0) };
                if cell.width() == 0 {
                    gap += free + 2;
                    continue;
                }
                line += &" ".repeat(gap + before);
                cell.write(&mut line);
                gap = after + 2;
            }
            out += &line;
            out.push('\n');
        }
        out
    }
}

/// Lines of at most `columns` characters, broken between words; lines that are broken already stay so.
pub(super) fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut width = 0;
        for word in line.split_whitespace() {
            let more = word.chars().count();
            if width > 0 && width + 1 + more > columns {
                out.push('\n');
                width = 0;
            }
            if width > 0 {
                out.push(' ');
                width += 1;
            }
            out += word;
            width += more;
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_clean() {
        let mut table = Table::new(&[Side::Left, Side::Right, Side::Left, Side::Left]);
        table.row(["a", "1", "", "x"].map(Text::from));
        table.row(["long", "100", "", ""].map(Text::from));
        assert_eq!(table.text(), "  a       1  x\n  long  100\n");
    }

    #[test]
    fn paragraphs_are_broken_between_words() {
        let text = wrapped(&"word ".repeat(40), 80);
        assert!(text.lines().all(|line| line.len() <= 80));
        assert_eq!(text.split_whitespace().count(), 40);
        assert_eq!(wrapped("a  b\n\nc", 80), "a b\n\nc\n");
    }
}
