//! The flow in the plane of a slice: short pieces of its paths, from thin to thick, with a head.
//!
//! Arrows start on a staggered raster and follow the flow, so they bend with it. One of a round
//! speed stands above the plot, for comparison.

use super::TEXT;
use super::canvas::{At, Canvas, Path};
use super::colour::{INK, PAPER};
use super::font::{Anchor, Font};
use super::layout::Layout;
use super::slice::Slice;
use super::ticks::{ticks, written};

/// Distance of the raster [pixels].
const RASTER: f64 = 38.0;
/// Steps along an arrow.
const STEPS: usize = 12;
/// Most that a head sticks out beyond the last step [pixels].
const HEAD: f64 = 11.0;
/// Arrows shorter than this are not drawn [pixels].
const SHORTEST: f64 = 3.0;

/// Draws arrows, and one for comparison right above the plot.
pub(super) fn draw(canvas: &mut Canvas, layout: &Layout, slice: &Slice, font: &Font) {
    let Some(flow) = &slice.flow else { return };
    let Some(full) = reference(flow) else { return };
    let [low, high] = layout.plot;
    let (mut dark, mut light) = (Path::default(), Path::default());
    let mut row = 0;
    let mut y = low[1] + RASTER / 2.0;
    while y < high[1] {
        let mut x = low[0] + RASTER / 2.0 * (1.0 + f64::from(row % 2));
        while x < high[0] {
            let points = follow(layout, slice, [x, y], 1.6 * RASTER / full);
            arrow(&mut dark, &points, 4.0);
            arrow(&mut light, &points, 1.8);
            x += RASTER;
        }
        y += RASTER * 0.87;
        row += 1;
    }
    canvas.fill(&dark, INK, 0.55);
    canvas.fill(&light, PAPER, 0.95);
    let (text, y) = (format!("{} m/s", written(full, 2)), low[1] - 18.0);
    let left = high[0] - font.width(&text, TEXT);
    let mut path = Path::default();
    let from = left - 14.0 - 1.6 * RASTER;
    arrow(&mut path, &[[from, y], [from + 0.8 * RASTER, y], [left - 14.0, y]], 2.8);
    canvas.fill(&path, INK, 1.0);
    let at = [left, y + Font::capitals(TEXT) / 2.0];
    font.write(canvas, at, &text, (TEXT, INK), Anchor::Left);
}

/// A round speed near the fastest [m/s], the highest hundredth of all left out; none, if nothing moves.
fn reference(flow: &[[f32; 2]]) -> Option<f64> {
    let speed = |[u, v]: &[f32; 2]| f64::from(*u).hypot(f64::from(*v));
    let mut speeds: Vec<f64> = flow.iter().map(speed).filter(|s| s.is_finite()).collect();
    speeds.sort_by(f64::total_cmp);
    let fast = *speeds.get(speeds.len().checked_sub(1)? * 99 / 100)?;
    let (round, _) = ticks(0.0, fast, 2);
    round.last().copied().filter(|full| *full > 0.0)
}

/// Points of a path of the flow through `at`, half before and half behind: `stretch` pixels for each m/s.
fn follow(layout: &Layout, slice: &Slice, at: At, stretch: f64) -> Vec<At> {
    let velocity = |at: At| slice.velocity(layout.metres(at)).map(|[u, v]| [u, -v]);
    let step = stretch / STEPS as f64;
    let mut points = vec![at];
    for sign in [-1.0, 1.0] {
        let mut here = at;
        for _ in 0..STEPS / 2 {
            let Some(first) = velocity(here) else { break };
            let half = step * sign / 2.0;
            let Some(mid) = velocity([here[0] + half * first[0], here[1] + half * first[1]]) else {
                break;
            };
            let next = [here[0] + 2.0 * half * mid[0], here[1] + 2.0 * half * mid[1]];
            // An arrow never points out of the fluid, nor does its head.
            let step = [next[0] - here[0], next[1] - here[1]];
            let ahead = HEAD / step[0].hypot(step[1]).max(f64::MIN_POSITIVE);
            let tip = [next[0] + ahead * step[0], next[1] + ahead * step[1]];
            if velocity(next).is_none() || velocity(tip).is_none() {
                break;
            }
            here = next;
            if sign < 0.0 { points.insert(0, here) } else { points.push(here) }
        }
    }
    points
}

/// Adds an arrow along `points` to a path.
fn arrow(path: &mut Path, points: &[At], width: f64) {
    let length: f64 = points.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
    let [.., before, tip] = points else { return };
    let step = [tip[0] - before[0], tip[1] - before[1]];
    let size = step[0].hypot(step[1]);
    if length < SHORTEST || size == 0.0 {
        return;
    }
    path.stroke(points, width, 0.4);
    let along = step.map(|s| s / size);
    let head = (2.0 + 0.16 * length).min(7.0) + width;
    let side = |by: f64| [tip[0] - along[1] * by, tip[1] + along[0] * by];
    let point = [tip[0] + along[0] * head * 1.3, tip[1] + along[1] * head * 1.3];
    path.outline(&[side(-head * 0.55), point, side(head * 0.55)]);
}
