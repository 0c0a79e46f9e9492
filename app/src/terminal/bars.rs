//! How an equipment spent its time, as a stacked bar: one glyph and one colour for each state.

use super::style::{Ink, Style};

/// A state of equipment as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name in the legend.
    pub name: &'static str,
    /// Its colour, the glyph's companion and never its substitute.
    pub ink: Ink,
    glyph: &'static str,
    plain: &'static str,
}

impl State {
    /// The glyph that fills its part of the bar.
    pub const fn glyph(&self, style: Style) -> &'static str {
        style.glyph(self.glyph, self.plain)
    }
}

const fn state(name: &'static str, ink: Ink, glyph: &'static str, plain: &'static str) -> State {
    State { name, ink, glyph, plain }
}

/// The states, in the order of the shares that [`bar`] takes and of the bar itself.
pub const STATES: [State; 8] = [
    state("working", Ink::Green, "█", "#"),
    state("set-up", Ink::Cyan, "▓", "s"),
    state("starved", Ink::Faint, "░", "."),
    state("blocked", Ink::Yellow, "▒", "b"),
    state("failed", Ink::Red, "×", "X"),
    state("maintained", Ink::Magenta, "+", "+"),
    state("off shift", Ink::Faint, "·", "_"),
    state("waiting for worker", Ink::Blue, "○", "w"),
];

/// A bar exactly `width` columns wide. The shares are of any common unit; they are scaled to their sum, and what is
/// negative or not finite counts as nothing. Without any share the bar is empty: spaces.
pub fn bar(shares: &[f64; 8], width: usize, style: Style) -> String {
    let cells = apportion(shares, width);
    if cells.iter().all(|n| *n == 0) {
        return " ".repeat(width);
    }
    let parts = STATES.iter().zip(cells);
    parts.map(|(state, n)| style.paint(state.ink, &state.glyph(style).repeat(n))).collect()
}

/// The glyphs and names of those states of which `shares` has any, on lines no wider than the style, indented
/// by two columns.
pub fn legend<'a>(shares: impl IntoIterator<Item = &'a [f64; 8]>, style: Style) -> String {
    let mut present = [false; 8];
    for shares in shares {
        for (present, share) in present.iter_mut().zip(shares) {
            *present |= *share > 0.0;
        }
    }
    let mut out = String::new();
    let mut column = 0;
    for (state, _) in STATES.iter().zip(present).filter(|(_, present)| *present) {
        let width = 3 + state.name.len();
        let fits = column > 0 && column + 3 + width <= style.width;
        let before = match (column, fits) {
            (0, _) => "  ",
            (_, true) => "   ",
            (_, false) => "\n  ",
        };
        column = if fits { column + 3 + width } else { 2 + width };
        let glyph = state.glyph(style).repeat(2);
        out.push_str(before);
        out.push_str(&style.paint(state.ink, &glyph));
        out.push(' ');
        out.push_str(&style.paint(Ink::Faint, state.name));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// `width` cells divided in proportion to the shares by largest remainder (Hamilton's method): the parts always
/// sum to `width`, and none is off by a whole cell. Ties go to the state that comes first.
fn apportion(shares: &[f64; 8], width: usize) -> [usize; 8] {
    let shares = shares.map(|share| if share.is_finite() { share.max(0.0) } else { 0.0 });
    let sum: f64 = shares.iter().sum();
    if sum <= 0.0 || !sum.is_finite() {
        return [0; 8];
    }
    let quotas = shares.map(|share| share / sum * width as f64);
    let mut cells = quotas.map(|quota| quota as usize);
    let mut order: [usize; 8] = std::array::from_fn(|k| k);
    order.sort_by(|a, b| quotas[*b].fract().total_cmp(&quotas[*a].fract()));
    let missing = width.saturating_sub(cells.iter().sum());
    for k in order.into_iter().filter(|k| quotas[*k] > 0.0).take(missing) {
        cells[k] += 1;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::super::style::text_width;
    use super::*;

    #[test]
    fn parts_sum_to_the_width() {
        let check = |shares: [f64; 8], width, expected: [usize; 8]| {
            assert_eq!(apportion(&shares, width), expected);
        };
        check([0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0], 10, [5, 0, 5, 0, 0, 0, 0, 0]);
        check([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], 10, [4, 3, 3, 0, 0, 0, 0, 0]);
        check([0.47, 0.16, 0.16, 0.21, 0.0, 0.0, 0.0, 0.0], 10, [5, 2, 1, 2, 0, 0, 0, 0]);
        check([f64::NAN, -1.0, 0.0, 0.0, 3600.0, 0.0, 0.0, 0.0], 7, [0, 0, 0, 0, 7, 0, 0, 0]);
        check([0.0; 8], 7, [0; 8]);
        check([f64::MAX; 8], 7, [0; 8]);
    }

    #[test]
    fn every_bar_is_exactly_full() {
        for width in 0..60 {
            for k in 0..50 {
                let shares =
                    std::array::from_fn(|state| f64::from((k * 7 + state as u32 * 13) % 11));
                let text = bar(&shares, width, Style { unicode: true, ..Style::PLAIN });
                assert_eq!(text_width(&text), width, "{shares:?}");
            }
        }
    }

    #[test]
    fn states_differ_without_colour() {
        for style in [Style::PLAIN, Style { unicode: true, ..Style::PLAIN }] {
            for (k, state) in STATES.iter().enumerate() {
                assert_eq!(text_width(state.glyph(style)), 1);
                assert!(STATES[..k].iter().all(|other| other.glyph(style) != state.glyph(style)));
            }
        }
        let shares = [0.5, 0.1, 0.1, 0.1, 0.1, 0.0, 0.0, 0.1];
        assert_eq!(bar(&shares, 20, Style::PLAIN), "##########ss..bbXXww");
    }

    #[test]
    fn the_legend_names_what_is_there_and_fits() {
        let working = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(legend([&working], Style::PLAIN), "  ## working\n");
        assert_eq!(legend([&[0.0; 8]], Style::PLAIN), "");
        let text = legend([&[1.0; 8]], Style { width: 50, ..Style::PLAIN });
        assert_eq!(text.lines().count(), 3);
        assert!(text.lines().all(|line| text_width(line) <= 50), "{text}");
    }
}
