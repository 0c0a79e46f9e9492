//! Pixels, and shapes laid over them with smooth edges.
//!
//! Every shape is a closed path that is turned into the share of each pixel that it covers; text is shapes too. The same
//! calls give the same bytes.

use ab_glyph_rasterizer::{Point, Rasterizer, point};

use super::colour::{Colour, PAPER, mixed};

/// A point or a step [pixels], y downwards.
pub(super) type At = [f64; 2];

/// A picture in the making.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pixels: Vec<Colour>,
}

/// A piece of a path.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Line(At, At),
    Bow(At, At, At),
}

/// A shape: closed outlines.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    pieces: Vec<Piece>,
}

impl Path {
    /// Adds a piece.
    pub(super) fn line(&mut self, from: At, to: At) {
        self.pieces.push(Piece::Line(from, to));
    }

    /// Adds a quadratic bow.
    pub(super) fn bow(&mut self, from: At, over: At, to: At) {
        self.pieces.push(Piece::Bow(from, over, to));
    }

    /// Adds a closed outline, turned so that outlines that overlap add up instead of making a hole.
    pub(super) fn outline(&mut self, corners: &[At]) {
        let sides = || corners.iter().zip(corners.iter().cycle().skip(1));
        let area: f64 = sides().map(|(from, to)| from[0] * to[1] - to[0] * from[1]).sum();
        for (from, to) in sides() {
            let (from, to) = if area < 0.0 { (to, from) } else { (from, to) };
            self.line(*from, *to);
        }
    }

    /// Adds a stroke along `points`, `width` wide, that narrows to `width * taper` at its beginning.
    pub(super) fn stroke(&mut self, points: &[At], width: f64, taper: f64) {
        let last = points.len().saturating_sub(1).max(1) as f64;
        let half = |n: usize| width / 2.0 * (taper + (1.0 - taper) * n as f64 / last);
        for (n, pair) in points.windows(2).enumerate() {
            let [from, to] = [pair[0], pair[1]];
            let step = [to[0] - from[0], to[1] - from[1]];
            let length = step[0].hypot(step[1]);
            if length > 0.0 {
                let across = [-step[1] / length, step[0] / length];
                let side = |at: At, by: f64| [at[0] + across[0] * by, at[1] + across[1] * by];
                let (a, b) = (half(n), half(n + 1));
                self.outline(&[side(from, -a), side(to, -b), side(to, b), side(from, a)]);
            }
        }
    }

    /// The same, turned a quarter to the left about the origin and moved to `to`.
    pub(super) fn turned_up(&self, to: At) -> Self {
        let turn = |[x, y]: At| [to[0] + y, to[1] - x];
        let turn_piece = |piece: &Piece| match *piece {
            Piece::Line(a, b) => Piece::Line(turn(a), turn(b)),
            Piece::Bow(a, b, c) => Piece::Bow(turn(a), turn(b), turn(c)),
        };
        Self { pieces: self.pieces.iter().map(turn_piece).collect() }
    }

    fn bounds(&self) -> Option<[At; 2]> {
        let mut bounds: Option<[At; 2]> = None;
        let mut take = |at: At| {
            let [low, high] = bounds.get_or_insert([at, at]);
            for axis in 0..2 {
                low[axis] = low[axis].min(at[axis]);
                high[axis] = high[axis].max(at[axis]);
            }
        };
        for piece in &self.pieces {
            match *piece {
                Piece::Line(from, to) => [from, to].into_iter().for_each(&mut take),
                Piece::Bow(from, over, to) => [from, over, to].into_iter().for_each(&mut take),
            }
        }
        bounds
    }
}

impl Canvas {
    /// Blank paper.
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![PAPER; width * height] }
    }

    /// Lays `colour` over a pixel; nothing beyond the edge.
    pub(super) fn dot(&mut self, x: i64, y: i64, colour: Colour, alpha: f64) {
        if (0..self.width as i64).contains(&x) && (0..self.height as i64).contains(&y) {
            let pixel = &mut self.pixels[y as usize * self.width + x as usize];
            *pixel = mixed(*pixel, colour, alpha);
        }
    }

    /// Lays a shape over the picture.
    pub(super) fn fill(&mut self, path: &Path, colour: Colour, alpha: f64) {
        let Some([low, high]) = path.bounds() else { return };
        let (left, top) = (low[0].floor() - 1.0, low[1].floor() - 1.0);
        let size = [(high[0] - left).ceil() as usize + 2, (high[1] - top).ceil() as usize + 2];
        let moved = |at: At| -> Point { point((at[0] - left) as f32, (at[1] - top) as f32) };
        let mut cover = Rasterizer::new(size[0], size[1]);
        for piece in &path.pieces {
            match *piece {
                Piece::Line(from, to) => cover.draw_line(moved(from), moved(to)),
                Piece::Bow(from, over, to) => cover.draw_quad(moved(from), moved(over), moved(to)),
            }
        }
        cover.for_each_pixel_2d(|x, y, share| {
            if share > 0.002 {
                let (x, y) = (i64::from(x) + left as i64, i64::from(y) + top as i64);
                self.dot(x, y, colour, alpha * f64::from(share.min(1.0)));
            }
        });
    }

    /// A box.
    pub(super) fn area(&mut self, [low, high]: [At; 2], colour: Colour, alpha: f64) {
        let mut path = Path::default();
        path.outline(&[low, [high[0], low[1]], high, [low[0], high[1]]]);
        self.fill(&path, colour, alpha);
    }

    /// A line.
    pub(super) fn line(&mut self, from: At, to: At, width: f64, colour: Colour) {
        let mut path = Path::default();
        path.stroke(&[from, to], width, 1.0);
        self.fill(&path, colour, 1.0);
    }

    /// The edge of a box, drawn around its outside.
    pub(super) fn frame(&mut self, [low, high]: [At; 2], width: f64, colour: Colour) {
        let (a, b) = ([low[0] - width, low[1] - width], [high[0] + width, high[1] + width]);
        self.area([a, [b[0], low[1]]], colour, 1.0);
        self.area([[a[0], high[1]], b], colour, 1.0);
        self.area([[a[0], low[1]], [low[0], high[1]]], colour, 1.0);
        self.area([[high[0], low[1]], [b[0], high[1]]], colour, 1.0);
    }

    /// The picture as PNG.
    pub(super) fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(self.pixels.as_flattened())?;
        writer.finish()?;
        Ok(bytes)
    }

    /// The colour of a pixel.
    #[cfg(test)]
    pub(super) fn at(&self, x: usize, y: usize) -> Colour {
        self.pixels[y * self.width + x]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_half_covered_is_half_as_dark() {
        let mut canvas = Canvas::new(10, 10);
        canvas.area([[2.0, 2.0], [4.5, 4.0]], [0, 0, 0], 1.0);
        assert_eq!(canvas.at(3, 3), [0, 0, 0]);
        assert_eq!(canvas.at(4, 3), [128, 128, 128]);
        assert_eq!(canvas.at(5, 3), PAPER);
        assert_eq!(canvas.at(3, 4), PAPER);
    }

    #[test]
    fn what_lies_beyond_the_edge_does_no_harm() {
        let mut canvas = Canvas::new(8, 8);
        canvas.area([[-5.0, -5.0], [3.0, 20.0]], [0, 0, 0], 1.0);
        canvas.line([6.0, -9.0], [6.0, 30.0], 2.0, [9, 9, 9]);
        assert_eq!((canvas.at(0, 0), canvas.at(2, 7)), ([0; 3], [0; 3]));
        assert_eq!((canvas.at(4, 4), canvas.at(5, 4)), (PAPER, [9; 3]));
    }
}
