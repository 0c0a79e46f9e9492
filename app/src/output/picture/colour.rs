//! Colours: two maps that the eye reads evenly, light to dark, and the few others of a picture.
//!
//! *Inferno* and *viridis* are by Smith, van der Walt and Firing (2015), dedicated to the public domain (CC0). Here stands every fifteenth of
//! their 256 colours; between them they are drawn straight, which is off by 5 of 255 at most.

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

pub(super) const PAPER: Colour = [255, 255, 255];
pub(super) const INK: Colour = [26, 29, 33];
pub(super) const FAINT: Colour = [107, 114, 124];
pub(super) const SOLID: Colour = [142, 149, 158];
pub(super) const SUPPLY: Colour = [31, 120, 220];
pub(super) const OPENING: Colour = [38, 150, 95];

/// Which colours stand for small and large values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourMap {
    /// Black, purple, orange, yellow: for temperatures.
    Inferno,
    /// Violet, green, yellow: for all else.
    Viridis,
}

impl ColourMap {
    /// The colour of `share`, from 0 to 1; what lies beyond has the colour of the end.
    pub(super) fn colour(self, share: f64) -> Colour {
        let knots = match self {
            Self::Inferno => &INFERNO,
            Self::Viridis => &VIRIDIS,
        };
        let at = share.clamp(0.0, 1.0) * (knots.len() - 1) as f64;
        let first = (at as usize).min(knots.len() - 2);
        let (from, to) = (knots[first], knots[first + 1]);
        mixed(from, to, at - first as f64)
    }
}

/// `to` over `from` with a share of `alpha`.
pub(super) fn mixed(from: Colour, to: Colour, alpha: f64) -> Colour {
    std::array::from_fn(|n| {
        let (from, to) = (f64::from(from[n]), f64::from(to[n]));
        (from + (to - from) * alpha.clamp(0.0, 1.0)).round() as u8
    })
}

/// Whether dark ink reads better on it than light: its luma after ITU-R BT.601.
pub(super) fn is_light([red, green, blue]: Colour) -> bool {
    0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue) > 140.0
}

#[rustfmt::skip]
const INFERNO: [Colour; 18] = [
    [0, 0, 4], [10, 7, 34], [30, 12, 69], [56, 9, 98], [81, 14, 108], [105, 22, 110],
    [128, 31, 108], [152, 39, 102], [176, 49, 91], [198, 61, 77], [217, 77, 61], [233, 97, 43],
    [244, 121, 24], [250, 148, 7], [252, 176, 20], [248, 205, 55], [242, 234, 105], [252, 255, 164],
];

#[rustfmt::skip]
const VIRIDIS: [Colour; 18] = [
    [68, 1, 84], [72, 23, 105], [71, 42, 122], [67, 61, 132], [61, 78, 138], [53, 94, 141],
    [46, 109, 142], [41, 123, 142], [35, 137, 142], [31, 151, 139], [33, 165, 133], [46, 179, 124],
    [70, 192, 111], [101, 203, 94], [137, 213, 72], [176, 221, 47], [216, 226, 25], [253, 231, 37],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_grow_lighter_all_the_way() {
        let luma = |[r, g, b]: Colour| {
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        for map in [ColourMap::Inferno, ColourMap::Viridis] {
            let all: Vec<f64> = (0..=100).map(|n| luma(map.colour(f64::from(n) / 100.0))).collect();
            assert!(all.windows(2).all(|pair| pair[1] >= pair[0] - 1.0), "{map:?}: {all:?}");
            assert_eq!(map.colour(-1.0), map.colour(0.0));
            assert_eq!(map.colour(7.0), map.colour(1.0));
        }
        assert_eq!(ColourMap::Inferno.colour(1.0), [252, 255, 164]);
    }
}
