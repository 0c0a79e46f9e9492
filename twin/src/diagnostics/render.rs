//! Diagnostics as people read them, in the look of rustc.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Severity, Sources, Span};

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// With ANSI colours.
    pub colour: bool,
    /// At most so many, then "and 31 more".
    pub limit: usize,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Look {
    /// Plain, 20, 120 columns.
    fn default() -> Self {
        Self { colour: false, limit: 20, width: 120 }
    }
}

/// Lines longer than this are cut around the place before they are drawn, in bytes.
const LONG_LINE: usize = 1000;

impl Diagnostics {
    /// All diagnostics, sorted, each once, at most `look.limit` of them; empty if there are none.
    pub fn render(&self, sources: &Sources, look: Look) -> String {
        let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(look.width).hyperlink(false);
        let list = self.sorted();
        let mut text = String::new();
        for diagnostic in list.iter().take(look.limit) {
            text += &render(diagnostic, sources, &renderer);
            text += "\n\n";
        }
        let more = list.len().saturating_sub(look.limit) + self.n_dropped();
        if more > 0 {
            text += &format!("and {more} more\n");
        }
        text
    }
}

fn render(d: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match d.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut main = Group::with_title(level.primary_title(&d.message).id(d.code.0));
    if let Some(at) = d.at {
        main = place(main, sources, at, &d.label);
    }
    for hint in &d.hints {
        main = main.element(Level::HELP.with_name("hint").message(hint));
    }
    let notes = d.notes.iter().map(|(span, message)| {
        let group = Group::with_title(Level::NOTE.secondary_title(message));
        place(group, sources, *span, "")
    });
    let groups: Vec<Group<'_>> = std::iter::once(main).chain(notes).collect();
    renderer.render(&groups)
}

/// Adds the path, the line and the underline of `span`; of a place of many lines, the first is drawn.
fn place<'a>(group: Group<'a>, sources: &'a Sources, span: Span, label: &'a str) -> Group<'a> {
    let range = sources.clamp(span);
    let (line, column) = sources.position(span);
    let text = sources.text(span.file);
    let whole = sources.line(span.file, line);
    let window = cut(text, whole.clone(), range.start);
    let within = |at: usize| at.clamp(window.start, window.end) - window.start;
    let mark = AnnotationKind::Primary.span(within(range.start)..within(range.end));
    let mark = if label.is_empty() { mark } else { mark.label(label) };
    let path = sources.path(span.file);
    let snippet = Snippet::source(&text[window.clone()]).line_start(line);
    let snippet = snippet.annotation(mark);
    if window.start == whole.start {
        return group.element(snippet.path(path));
    }
    // The renderer counts columns from where the line was cut, so the place is given apart.
    let origin = Origin::path(path).line(line).char_column(column);
    group.element(origin).element(snippet)
}

/// The part of a very long line around the byte `at`.
fn cut(text: &str, line: std::ops::Range<usize>, at: usize) -> std::ops::Range<usize> {
    if line.len() <= LONG_LINE {
        return line;
    }
    let start = text.floor_char_boundary(at.saturating_sub(LONG_LINE / 4));
    let end = text.ceil_char_boundary(start.max(line.start) + LONG_LINE);
    start.max(line.start)..end.min(line.end)
}
