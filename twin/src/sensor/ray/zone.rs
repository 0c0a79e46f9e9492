//! Zones that safety scanners guard.

use super::pattern::Pattern;
use super::range::Reading;

/// A field of a safety scanner: a polygon in its plane, m, in the scanner's own axes: x ahead, y left.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    corners: Vec<[f32; 2]>,
}

impl Zone {
    /// A polygon; none for fewer than three corners or one that is no number.
    pub fn new(corners: Vec<[f32; 2]>) -> Option<Self> {
        let right = corners.len() >= 3 && corners.iter().flatten().all(|x| x.is_finite());
        right.then_some(Self { corners })
    }

    /// Its corners, one after the other, m.
    pub fn corners(&self) -> &[[f32; 2]] {
        &self.corners
    }

    /// Whether a point lies in it: whether a line from there to far away leaves it an odd number of times (Shimrat 1962).
    pub fn holds(&self, x: f32, y: f32) -> bool {
        let ends = self.corners.iter().zip(self.corners.iter().cycle().skip(1));
        let crossings = ends.filter(|([ax, ay], [bx, by])| {
            (*ay > y) != (*by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
        });
        crossings.count() % 2 == 1
    }

    /// Beams of a scan whose echo lies in it.
    pub fn intrusions(&self, pattern: &Pattern, readings: &[Reading]) -> usize {
        let beams = pattern.beams.iter().zip(readings);
        let inside = beams.filter(|(beam, reading)| {
            reading.range.is_some_and(|range| {
                self.holds(range * beam.direction[0], range * beam.direction[1])
            })
        });
        inside.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_hold_what_lies_in_them() {
        let hook = [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [2.0, 3.0], [2.0, 1.0], [0.0, 1.0]];
        let zone = Zone::new(hook.to_vec()).unwrap();
        assert!(zone.holds(0.5, 0.5) && zone.holds(3.0, 2.5));
        assert!(!zone.holds(1.0, 2.0) && !zone.holds(-0.1, 0.5) && !zone.holds(4.1, 1.0));
        assert_eq!(Zone::new(vec![[0.0, 0.0], [1.0, 0.0]]), None);
        assert_eq!(Zone::new(vec![[0.0, 0.0], [1.0, f32::NAN], [1.0, 1.0]]), None);
    }
}
