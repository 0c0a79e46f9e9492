//! Slices of a field as pictures: colours, a scale with numbers, metres along the edges, names of what stands there.
//!
//! A picture is drawn in layers: the field with its lines of equal value, solids and bodies, arrows of the flow, the frame with
//! openings, and around it title, axes and scale. Colours run between the middles of cells, but never through a solid. No text is put where it does
//! not fit. The same slice gives the same bytes.

mod arrows;
mod canvas;
mod colour;
mod font;
mod layout;
mod legend;
mod slice;
mod ticks;

use canvas::{At, Canvas};
use colour::{FAINT, INK, OPENING, PAPER, SOLID, SUPPLY, is_light};
use font::{Anchor, Font};
use layout::Layout;
use ticks::{ticks, written};
use twin::field::Face;

pub use colour::ColourMap;
pub use slice::{Filling, Gate, Plane, Slice};

/// Size of text [pixels].
const TEXT: f64 = 22.0;
/// Size of a title [pixels].
const TITLE: f64 = 34.0;
/// Sizes that names are tried in [pixels].
const SIZES: [f64; 3] = [TEXT, 18.0, 15.0];

/// What colours mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The quantity.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The value of the first colour.
    pub low: f64,
    /// The value of the last colour.
    pub high: f64,
    /// The colours.
    pub map: ColourMap,
}

impl Scale {
    /// A scale from below `low` to above `high`, to round numbers; it has a width even where the two are the same.
    pub fn around([low, high]: [f64; 2], name: &str, unit: &str, map: ColourMap) -> Self {
        let least = 1e-3 * low.abs().max(high.abs()).max(1e-3);
        let (low, high) =
            if high - low < least { (low - least, high + least) } else { (low, high) };
        let (low, high) = ticks::rounded(low, high);
        Self { name: name.into(), unit: unit.into(), low, high, map }
    }

    /// The colour of a value; what lies beyond an end has that of the end.
    pub fn colour(&self, value: f64) -> [u8; 3] {
        self.map.colour(self.share(value))
    }

    /// Round numbers along it: how far along they stand, 0 to 1, and how they are written.
    pub fn numbers(&self) -> Vec<(f64, String)> {
        let (values, decimals) = ticks(self.low, self.high, 5);
        values.into_iter().map(|value| (self.share(value), written(value, decimals))).collect()
    }

    fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// A thing with a name that a slice may go through.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its name.
    pub name: String,
    /// Its low corner (m).
    pub low: [f64; 3],
    /// Its high corner (m).
    pub high: [f64; 3],
    /// Its value, if it has one of its own.
    pub value: Option<f64>,
}

/// A slice with all that is written around it.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// The first line.
    pub title: String,
    /// The second.
    pub subtitle: String,
    /// What is drawn.
    pub slice: &'a Slice,
    /// What its colours mean.
    pub scale: Scale,
    /// Bodies, by their numbers in the slice, then other things with names.
    pub marks: Vec<Mark>,
    /// Whether arrows show the flow, where the slice has one.
    pub arrows: bool,
}

impl Picture<'_> {
    /// The picture as PNG.
    ///
    /// # Errors
    ///
    /// If it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        self.draw().png()
    }

    fn draw(&self) -> Canvas {
        let layout = Layout::of(self.slice);
        let mut canvas = Canvas::new(layout.width, layout.height);
        let font = Font::new();
        self.draw_field(&mut canvas, &layout);
        if self.arrows {
            arrows::draw(&mut canvas, &layout, self.slice, &font);
        }
        self.draw_marks(&mut canvas, &layout, &font);
        canvas.frame(layout.plot, 2.0, INK);
        self.draw_gates(&mut canvas, &layout, &font);
        self.draw_axes(&mut canvas, &layout, &font);
        legend::draw(&mut canvas, &layout, &self.scale, self.range(), &font);
        let most = layout.width as f64 - 2.0 * layout.margin;
        let title = font.fitted(&self.title, TITLE, most).unwrap_or_default();
        let subtitle = font.fitted(&self.subtitle, TEXT, most).unwrap_or_default();
        let left = layout.margin;
        font.write(&mut canvas, [left, 58.0], &title, (TITLE, INK), Anchor::Left);
        font.write(&mut canvas, [left, 94.0], &subtitle, (TEXT, FAINT), Anchor::Left);
        canvas
    }

    /// Colours, lines of equal value at the numbers of the scale, and solids.
    fn draw_field(&self, canvas: &mut Canvas, layout: &Layout) {
        let [low, high] = layout.plot.map(|corner| corner.map(|at| at as usize));
        let (lines, _) = legend::numbers(&self.scale);
        let width = high[0] - low[0];
        let row = |y: usize| -> Vec<Option<f64>> {
            let at = |x: usize| layout.metres([x as f64 + 0.5, y as f64 + 0.5]);
            (low[0]..high[0]).map(|x| self.slice.value(at(x))).collect()
        };
        let mut above = row(low[1]);
        for y in low[1]..high[1] {
            let here = if y == low[1] { above.clone() } else { row(y) };
            for n in 0..width {
                let (x, y) = ((low[0] + n) as i64, y as i64);
                let Some(value) = here[n] else {
                    self.draw_solid(canvas, layout, [x, y]);
                    continue;
                };
                let colour = self.scale.map.colour(self.scale.share(value));
                canvas.dot(x, y, colour, 1.0);
                let beside = here[n.saturating_sub(1)].unwrap_or(value);
                let slope = (value - beside).hypot(value - above[n].unwrap_or(value));
                let over = lines.iter().map(|line| (value - line).abs()).fold(f64::MAX, f64::min);
                if slope > 0.0 && over < 1.5 * slope {
                    let ink = if is_light(colour) { INK } else { PAPER };
                    canvas.dot(x, y, ink, 0.45 * (1.3 - over / slope).clamp(0.0, 1.0));
                }
            }
            above = here;
        }
    }

    fn draw_solid(&self, canvas: &mut Canvas, layout: &Layout, [x, y]: [i64; 2]) {
        let point = layout.metres([x as f64 + 0.5, y as f64 + 0.5]);
        let colour = if let Some(Filling::Body(body)) = self.slice.filling_at(point) {
            let value = self.marks.get(body).and_then(|mark| mark.value);
            value.map_or(SOLID, |v| self.scale.map.colour(self.scale.share(v)))
        } else if (x + y).rem_euclid(12) < 2 {
            // Hatched, so that nobody takes it for a value.
            FAINT
        } else {
            SOLID
        };
        canvas.dot(x, y, colour, 1.0);
    }

    /// Marks that the slice goes through.
    fn met(&self) -> impl Iterator<Item = &Mark> {
        let (axis, at) = (self.slice.plane.axis as usize, self.slice.plane.at);
        self.marks.iter().filter(move |mark| mark.low[axis] <= at && at < mark.high[axis])
    }

    /// Smallest and largest value that is shown.
    fn range(&self) -> Option<[f64; 2]> {
        let values = self.met().filter_map(|mark| mark.value);
        let wider = |[low, high]: [f64; 2], value: f64| [low.min(value), high.max(value)];
        self.slice.range().map(|range| values.fold(range, wider))
    }

    /// Outlines of what is solid, and names where they fit.
    fn draw_marks(&self, canvas: &mut Canvas, layout: &Layout, font: &Font) {
        layout.borders(self.slice, |from, to| canvas.line(from, to, 2.5, INK));
        let [right, up] = self.slice.plane.inside().map(|axis| axis as usize);
        for mark in self.met().filter(|mark| !mark.name.is_empty()) {
            let corner = |of: [f64; 3]| layout.pixels([of[right], of[up]]);
            let [low, high] = [corner(mark.low), corner(mark.high)];
            let [width, height] = [high[0] - low[0], low[1] - high[1]];
            let middle = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
            let [width, height] = [width - 8.0, height - 6.0];
            let fits = |size: &f64| height >= *size && font.width(&mark.name, *size) <= width;
            let size = SIZES.into_iter().find(fits).unwrap_or(SIZES[SIZES.len() - 1]);
            let Some(name) = font.fitted(&mark.name, size, width).filter(|_| height >= size) else {
                continue;
            };
            let fill = mark.value.map_or(SOLID, |v| self.scale.map.colour(self.scale.share(v)));
            let style = (size, if is_light(fill) { INK } else { PAPER }, fill);
            let value = mark.value.map(|value| {
                format!("{} {}", written(value, usize::from(value.abs() < 100.0)), self.scale.unit)
            });
            let fits = |text: &String| font.width(text, size) <= width && height >= 2.4 * size;
            if let Some(value) = value.filter(fits) {
                let (upper, lower) = (middle[1] - 0.2 * size, middle[1] + size);
                font.write_on(canvas, [middle[0], upper], &name, style);
                font.write_on(canvas, [middle[0], lower], &value, style);
            } else {
                let base = middle[1] + Font::capitals(size) / 2.0;
                font.write_on(canvas, [middle[0], base], &name, style);
            }
        }
    }

    /// Where fluid goes in and out.
    fn draw_gates(&self, canvas: &mut Canvas, layout: &Layout, font: &Font) {
        for gate in &self.slice.gates {
            let colour = if gate.forced { SUPPLY } else { OPENING };
            let ends = gate.span.map(|at| layout.on_edge(self.slice, gate.face, at));
            let inward = layout.inward(self.slice, gate.face);
            let mid: At =
                [f64::midpoint(ends[0][0], ends[1][0]), f64::midpoint(ends[0][1], ends[1][1])];
            canvas.line(ends[0], ends[1], 10.0, colour);
            let size = 18.0;
            let most = if inward[0] == 0.0 {
                (ends[1][0] - ends[0][0]).abs().max(90.0)
            } else {
                0.25 * (layout.plot[1][0] - layout.plot[0][0])
            };
            let Some(name) = font.fitted(&gate.name, size, most) else { continue };
            let half = font.width(&name, size) / 2.0;
            let at = [
                mid[0] + inward[0] * (half + 14.0),
                mid[1] + inward[1] * 22.0 + Font::capitals(size) / 2.0,
            ];
            font.write_on(canvas, at, &name, (size, PAPER, INK));
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas, layout: &Layout, font: &Font) {
        let [low, high] = layout.plot;
        let size = self.slice.size();
        let origin = self.slice.origin;
        let letters = self.slice.plane.inside().map(Plane::letter);
        let style = (TEXT, INK);
        let wanted = |pixels: f64, each: f64| ((pixels / each) as usize).clamp(1, 12);
        let (right, decimals) =
            ticks(origin[0], origin[0] + size[0], wanted(high[0] - low[0], 110.0));
        for at in right {
            let x = layout.pixels([at, origin[1]])[0];
            canvas.line([x, high[1] + 2.0], [x, high[1] + 10.0], 2.0, INK);
            let text = written(at, decimals);
            font.write(canvas, [x, high[1] + 34.0], &text, style, Anchor::Middle);
        }
        let (up, decimals) = ticks(origin[1], origin[1] + size[1], wanted(high[1] - low[1], 70.0));
        for at in up {
            let y = layout.pixels([origin[0], at])[1];
            canvas.line([low[0] - 10.0, y], [low[0] - 2.0, y], 2.0, INK);
            let place = [low[0] - 16.0, y + Font::capitals(TEXT) / 2.0];
            font.write(canvas, place, &written(at, decimals), style, Anchor::Right);
        }
        let middle = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
        let title = |letter: &str| format!("{letter} [m]");
        let below = [middle[0], high[1] + 66.0];
        font.write(canvas, below, &title(letters[0]), style, Anchor::Middle);
        font.write_up(canvas, [low[0] - 76.0, middle[1]], &title(letters[1]), TEXT, INK);
    }
}

impl Gate {
    /// Whether it lies on the left or right edge of a slice across `plane`.
    fn is_upright(face: Face, plane: Plane) -> bool {
        face.axis() == plane.inside()[0]
    }
}

#[cfg(test)]
mod tests;
