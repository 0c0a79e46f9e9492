//! Text as shapes, set in Roboto (Apache 2.0, cut down to 36 KB; see `assets/roboto/NOTICE`).

use ttf_parser::{Face, OutlineBuilder};

use super::canvas::{At, Canvas, Path};
use super::colour::Colour;

/// Which point of a text is put down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// The font.
pub(super) struct Font {
    face: Option<Face<'static>>,
}

impl Font {
    /// Opens the font that is part of the program.
    pub(super) fn new() -> Self {
        // A test opens it; without it a picture would have no text, which is better than no picture.
        let face = Face::parse(include_bytes!("../../../assets/roboto/Roboto-Regular.ttf"), 0).ok();
        Self { face }
    }

    /// Height of capitals [pixels] at `size`: Roboto's is 1456 of 2048.
    pub(super) fn capitals(size: f64) -> f64 {
        size * 1456.0 / 2048.0
    }

    /// Width of a text [pixels].
    pub(super) fn width(&self, text: &str, size: f64) -> f64 {
        let Some(face) = &self.face else { return 0.0 };
        let scale = size / f64::from(face.units_per_em());
        text.chars().map(|c| advance(face, c) * scale).sum()
    }

    /// The text, cut with an ellipsis so that it is no wider than `most`; none, if not even three characters fit.
    pub(super) fn fitted(&self, text: &str, size: f64, most: f64) -> Option<String> {
        if self.width(text, size) <= most {
            return Some(text.to_owned());
        }
        let mut cut = text.to_owned();
        while cut.pop().is_some() {
            let shorter = format!("{}…", cut.trim_end());
            if self.width(&shorter, size) <= most {
                return (cut.chars().count() >= 3).then_some(shorter);
            }
        }
        None
    }

    /// Writes a text with its baseline at `at`.
    pub(super) fn write(
        &self,
        canvas: &mut Canvas,
        at: At,
        text: &str,
        (size, colour): (f64, Colour),
        anchor: Anchor,
    ) {
        let path = self.path(self.start(at, text, size, anchor), text, size);
        canvas.fill(&path, colour, 1.0);
    }

    /// The same with an edge around it in another colour, so that it can be read on anything.
    pub(super) fn write_on(
        &self,
        canvas: &mut Canvas,
        at: At,
        text: &str,
        (size, colour, edge): (f64, Colour, Colour),
    ) {
        let start = self.start(at, text, size, Anchor::Middle);
        for [x, y] in [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [0.0, 1.5], [0.0, -1.5]]
        {
            let path = self.path([start[0] + x * 1.2, start[1] + y * 1.2], text, size);
            canvas.fill(&path, edge, 0.5);
        }
        canvas.fill(&self.path(start, text, size), colour, 1.0);
    }

    /// Writes a text upwards, the middle of its baseline at `at`.
    pub(super) fn write_up(
        &self,
        canvas: &mut Canvas,
        at: At,
        text: &str,
        size: f64,
        colour: Colour,
    ) {
        let start = -self.width(text, size) / 2.0;
        let level = self.path([start, 0.0], text, size);
        canvas.fill(&level.turned_up(at), colour, 1.0);
    }

    fn start(&self, [x, y]: At, text: &str, size: f64, anchor: Anchor) -> At {
        let shift = match anchor {
            Anchor::Left => 0.0,
            Anchor::Middle => self.width(text, size) / 2.0,
            Anchor::Right => self.width(text, size),
        };
        [x - shift, y]
    }

    fn path(&self, [x, y]: At, text: &str, size: f64) -> Path {
        let mut path = Path::default();
        let Some(face) = &self.face else { return path };
        let scale = size / f64::from(face.units_per_em());
        let mut pen = Pen { path: &mut path, scale, zero: [x, y], begin: [x, y], at: [x, y] };
        for c in text.chars() {
            if let Some(glyph) = face.glyph_index(c).or_else(|| face.glyph_index('\u{fffd}')) {
                face.outline_glyph(glyph, &mut pen);
            }
            pen.zero[0] += advance(face, c) * scale;
        }
        path
    }
}

fn advance(face: &Face<'_>, c: char) -> f64 {
    let glyph = face.glyph_index(c).or_else(|| face.glyph_index('\u{fffd}'));
    glyph.and_then(|glyph| face.glyph_hor_advance(glyph)).map_or(0.0, f64::from)
}

/// Turns the outlines of a glyph, y upwards in units of the font, into pieces of a path.
struct Pen<'a> {
    path: &'a mut Path,
    scale: f64,
    zero: At,
    begin: At,
    at: At,
}

impl Pen<'_> {
    fn place(&self, x: f32, y: f32) -> At {
        [self.zero[0] + f64::from(x) * self.scale, self.zero[1] - f64::from(y) * self.scale]
    }
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.begin = self.place(x, y);
        self.at = self.begin;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.path.line(self.at, to);
        self.at = to;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (over, to) = (self.place(x1, y1), self.place(x, y));
        self.path.bow(self.at, over, to);
        self.at = to;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        // TrueType outlines have none; if ever there is one, a bow over the middle of its handles is close.
        self.quad_to(f32::midpoint(x1, x2), f32::midpoint(y1, y2), x, y);
    }

    fn close(&mut self) {
        self.path.line(self.at, self.begin);
        self.at = self.begin;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::picture::colour::{INK, PAPER};

    #[test]
    fn the_font_has_what_quantities_are_written_with() {
        let font = Font::new();
        let face = font.face.as_ref().expect("the font opens");
        for c in "Aaäéß 0123456789°²³·–−%/()…µΔ".chars() {
            assert!(face.glyph_index(c).is_some(), "no {c}");
        }
        assert_eq!(face.capital_height(), Some(1456));
    }

    #[test]
    fn text_leaves_ink_where_it_should() {
        let (font, mut canvas) = (Font::new(), Canvas::new(100, 40));
        let width = font.width("H 20 °C", 20.0);
        assert!((60.0..80.0).contains(&width), "{width}");
        font.write(&mut canvas, [10.0, 30.0], "H", (20.0, INK), Anchor::Left);
        let inked = |rows: std::ops::Range<usize>| {
            rows.flat_map(|y| (0..100).map(move |x| (x, y))).any(|(x, y)| canvas.at(x, y) != PAPER)
        };
        assert!(inked(15..30) && !inked(0..15) && !inked(31..40));
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let font = Font::new();
        let cut = font.fitted("a very long name of an oven", 16.0, 80.0).expect("some of it fits");
        assert!(cut.ends_with('…') && font.width(&cut, 16.0) <= 80.0, "{cut}");
        assert_eq!(font.fitted("oven", 16.0, 80.0).as_deref(), Some("oven"));
        assert_eq!(font.fitted("oven", 16.0, 8.0), None);
    }
}
