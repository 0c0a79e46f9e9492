//! The bar of colours with its numbers.

use super::canvas::{At, Canvas, Path};
use super::colour::INK;
use super::font::{Anchor, Font};
use super::layout::Layout;
use super::ticks::{ticks, written};
use super::{Scale, TEXT};

/// The numbers of a scale, at which there are lines in the field too, and their decimals.
pub(super) fn numbers(scale: &Scale) -> (Vec<f64>, usize) {
    ticks(scale.low, scale.high, 8)
}

/// Draws the bar. Where values lie beyond an end, that end is a point.
pub(super) fn draw(
    canvas: &mut Canvas,
    layout: &Layout,
    scale: &Scale,
    range: Option<[f64; 2]>,
    font: &Font,
) {
    let [low, high] = layout.bar;
    let axis = usize::from(layout.upright);
    let (from, to) = (low[axis] as i64, high[axis] as i64);
    for along in from..to {
        let share = (along as f64 + 0.5 - from as f64) / (to - from) as f64;
        let share = if layout.upright { 1.0 - share } else { share };
        let colour = scale.map.colour(share);
        for across in low[1 - axis] as i64..high[1 - axis] as i64 {
            let [x, y] = if layout.upright { [across, along] } else { [along, across] };
            canvas.dot(x, y, colour, 1.0);
        }
    }
    canvas.frame(layout.bar, 2.0, INK);
    let [least, most] = range.unwrap_or([scale.low, scale.high]);
    let slack = 1e-6 * (scale.high - scale.low);
    point(canvas, layout, scale, most > scale.high + slack, true);
    point(canvas, layout, scale, least < scale.low - slack, false);
    let (numbers, decimals) = numbers(scale);
    let style = (TEXT, INK);
    for value in numbers {
        let share = scale.share(value);
        let text = written(value, decimals);
        if layout.upright {
            let y = high[1] - share * (high[1] - low[1]);
            canvas.line([high[0] + 2.0, y], [high[0] + 10.0, y], 2.0, INK);
            let at = [high[0] + 17.0, y + Font::capitals(TEXT) / 2.0];
            font.write(canvas, at, &text, style, Anchor::Left);
        } else {
            let x = low[0] + share * (high[0] - low[0]);
            canvas.line([x, high[1] + 2.0], [x, high[1] + 10.0], 2.0, INK);
            font.write(canvas, [x, high[1] + 34.0], &text, style, Anchor::Middle);
        }
    }
    let title = format!("{} [{}]", scale.name, scale.unit);
    if layout.upright {
        let at = [high[0] + 118.0, f64::midpoint(low[1], high[1])];
        font.write_up(canvas, at, &title, TEXT, INK);
    } else {
        let at = [f64::midpoint(low[0], high[0]), high[1] + 68.0];
        font.write(canvas, at, &title, style, Anchor::Middle);
    }
}

/// The pointed end that says: there is more.
fn point(canvas: &mut Canvas, layout: &Layout, scale: &Scale, there: bool, upper: bool) {
    if !there {
        return;
    }
    let [low, high] = layout.bar;
    let corners: [At; 3] = match (layout.upright, upper) {
        (true, true) => {
            [[low[0], low[1]], [high[0], low[1]], [f64::midpoint(low[0], high[0]), low[1] - 24.0]]
        }
        (true, false) => [
            [low[0], high[1]],
            [high[0], high[1]],
            [f64::midpoint(low[0], high[0]), high[1] + 24.0],
        ],
        (false, true) => [
            [high[0], low[1]],
            [high[0], high[1]],
            [high[0] + 24.0, f64::midpoint(low[1], high[1])],
        ],
        (false, false) => {
            [[low[0], low[1]], [low[0], high[1]], [low[0] - 24.0, f64::midpoint(low[1], high[1])]]
        }
    };
    let mut path = Path::default();
    path.outline(&corners);
    canvas.fill(&path, scale.map.colour(f64::from(u8::from(upper))), 1.0);
    for n in 1..3 {
        canvas.line(corners[n], corners[(n + 1) % 3], 2.0, INK);
    }
}
