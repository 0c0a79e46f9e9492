//! Colours, glyphs and widths: what every piece of terminal text needs.

use anstyle::{AnsiColor, Style as Ansi};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How text is to look on this terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to write ANSI colours.
    pub colour: bool,
    /// Whether to use glyphs beyond ASCII for lines, bars and signs. Names are written as they are in any case.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Style {
    /// ASCII without colour, 80 columns wide: for logs and for tests.
    pub const PLAIN: Self = Self { colour: false, unicode: false, width: 80 };

    /// `text` in `ink`, or as it is without colour.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        if !self.colour || ink == Ink::Plain || text.is_empty() {
            return text.to_owned();
        }
        let ansi = ink.ansi();
        format!("{ansi}{text}{ansi:#}")
    }

    /// `glyph`, or `plain` where only ASCII is wanted.
    pub const fn glyph(self, glyph: &'static str, plain: &'static str) -> &'static str {
        if self.unicode { glyph } else { plain }
    }

    /// What stands where there is no value.
    pub const fn none(self) -> &'static str {
        self.glyph("–", "-")
    }

    /// A faint line across `width` columns.
    pub fn rule(self, width: usize) -> String {
        self.paint(Ink::Faint, &self.glyph("─", "-").repeat(width))
    }
}

/// The colours in use, from the sixteen that a user's own theme defines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    /// As the terminal writes.
    #[default]
    Plain,
    /// Titles.
    Strong,
    /// What may be overlooked: units, heads, notes.
    Faint,
    /// Works, is well.
    Green,
    /// Changes over.
    Cyan,
    /// Waits for someone.
    Blue,
    /// Is cared for.
    Magenta,
    /// Is held up; a warning.
    Yellow,
    /// Is broken; an error.
    Red,
}

impl Ink {
    fn ansi(self) -> Ansi {
        let colour = |colour: AnsiColor| colour.on_default();
        match self {
            Self::Plain => Ansi::new(),
            Self::Strong => Ansi::new().bold(),
            // "Dim" is unreadable or missing on many terminals; bright black is neither.
            Self::Faint => colour(AnsiColor::BrightBlack),
            Self::Green => colour(AnsiColor::Green),
            Self::Cyan => colour(AnsiColor::Cyan),
            Self::Blue => colour(AnsiColor::Blue),
            Self::Magenta => colour(AnsiColor::Magenta),
            Self::Yellow => colour(AnsiColor::Yellow),
            Self::Red => colour(AnsiColor::Red),
        }
    }
}

/// Columns that `text` takes; East Asian wide characters take two. `text` must hold no ANSI sequences.
pub fn text_width(text: &str) -> usize {
    text.width()
}

/// `text` in at most `width` columns, cut with `…` (`~` in ASCII) where it is longer.
pub fn clip(text: &str, width: usize, style: Style) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = |c: &char| {
        let wide = c.width().unwrap_or(0);
        let fits = wide <= room;
        room = if fits { room - wide } else { 0 };
        fits
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    if width > 0 {
        cut.push_str(style.glyph("…", "~"));
    }
    cut
}

/// `text` in lines of at most `width` columns, broken at spaces; a longer word gets a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(line) + 1 + text_width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNICODE: Style = Style { unicode: true, ..Style::PLAIN };

    #[test]
    fn long_names_are_cut() {
        let check = |text: &str, width: usize, expected: &str| {
            assert_eq!(clip(text, width, UNICODE), expected);
            assert!(text_width(expected) <= width);
        };
        check("mill", 4, "mill");
        check("milling", 4, "mil…");
        check("組立ライン", 10, "組立ライン");
        check("組立ライン", 6, "組立…");
        check("組立ライン", 1, "…");
        check("mill", 0, "");
        assert_eq!(clip("milling", 4, Style::PLAIN), "mil~");
    }

    #[test]
    fn text_is_wrapped_at_spaces() {
        assert_eq!(wrap("the mill holds  up the line", 10), ["the mill", "holds up", "the line"]);
        assert_eq!(wrap("a bottleneckish b", 5), ["a", "bottleneckish", "b"]);
        assert!(wrap("", 10).is_empty());
    }

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(Style::PLAIN.paint(Ink::Red, "x"), "x");
        let colour = Style { colour: true, ..Style::PLAIN };
        assert_eq!(colour.paint(Ink::Red, "x"), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(colour.paint(Ink::Plain, "x"), "x");
    }
}
