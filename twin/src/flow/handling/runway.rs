//! Several devices on one runway: they cannot pass each other, and keep a distance.
//!
//! Each claims the stretch of the runway that its work still needs: all of it when it sets out, less and less as it gets
//! on. Two claims never come nearer to each other than the clearance `c`. Who stands idle in a stretch that another needs is sent
//! aside, just as far as it must, at the same instant as the other sets out. Both run alike, the one in front has the
//! shorter way, so the distance between them shrinks to `c` and no further. Who is at work is waited for; as all work that has
//! begun comes to its end, so does the wait.

use serde::{Deserialize, Serialize};

/// The stretch that a device needs, in metres along the runway.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Its lower end.
    pub from: f64,
    /// Its upper end.
    pub to: f64,
}

impl Claim {
    /// A stretch that holds all of `points`.
    pub fn over(points: impl IntoIterator<Item = f64>) -> Self {
        let none = Self { from: f64::INFINITY, to: f64::NEG_INFINITY };
        points.into_iter().fold(none, |all, at| Self { from: all.from.min(at), to: all.to.max(at) })
    }
}

/// A runway.
#[derive(Clone, Copy, Debug)]
pub struct Runway {
    /// Where it begins and ends, in metres.
    pub ends: (f64, f64),
    /// Distance that two devices keep, in metres.
    pub clearance: f64,
}

impl Runway {
    /// Where idle devices have to go so that device `who` gets the stretch `wanted`: their numbers and places. `None`: not
    /// now. `all` are the claims of all devices in order, and whether each is idle.
    pub fn make_way(
        &self,
        who: usize,
        wanted: Claim,
        all: impl Fn(usize) -> (Claim, bool),
        n: usize,
    ) -> Option<Vec<(usize, f64)>> {
        let mut aside = Vec::new();
        let mut edge = wanted.to;
        for other in who + 1..n {
            let (claim, idle) = all(other);
            if claim.from >= edge + self.clearance {
                edge = f64::NEG_INFINITY;
                break;
            }
            if !idle {
                return None;
            }
            edge += self.clearance;
            aside.push((other, edge));
        }
        if edge > self.ends.1 {
            return None;
        }
        let mut edge = wanted.from;
        for other in (0..who).rev() {
            let (claim, idle) = all(other);
            if claim.to <= edge - self.clearance {
                edge = f64::INFINITY;
                break;
            }
            if !idle {
                return None;
            }
            edge -= self.clearance;
            aside.push((other, edge));
        }
        (edge >= self.ends.0).then_some(aside)
    }

    /// Whether one of `n` devices can ever get the stretch `wanted`.
    pub fn can_serve(&self, wanted: Claim, n: u32) -> bool {
        (0..n).any(|who| {
            let (below, above) = (f64::from(who), f64::from(n - 1 - who));
            wanted.from >= self.ends.0 + below * self.clearance
                && wanted.to <= self.ends.1 - above * self.clearance
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNWAY: Runway = Runway { ends: (0.0, 30.0), clearance: 3.0 };

    /// Where devices stand and whether they are idle; who wants which stretch; who has to go where.
    type Row = (&'static [(f64, bool)], usize, (f64, f64), Option<&'static [(usize, f64)]>);

    const ROWS: &[Row] = &[
        (&[(5.0, true), (20.0, true)], 0, (2.0, 17.0), Some(&[])),
        (&[(5.0, true), (20.0, true)], 0, (2.0, 18.0), Some(&[(1, 21.0)])),
        (&[(5.0, true), (20.0, false)], 0, (2.0, 18.0), None),
        (&[(5.0, true), (20.0, true)], 0, (2.0, 28.0), None),
        (&[(5.0, true), (20.0, true)], 1, (4.0, 30.0), Some(&[(0, 1.0)])),
        (&[(5.0, true), (20.0, true)], 1, (2.0, 30.0), None),
        // One pushes the next; the last is far enough.
        (
            &[(5.0, true), (8.0, true), (11.0, true), (25.0, false)],
            0,
            (5.0, 10.0),
            Some(&[(1, 13.0), (2, 16.0)]),
        ),
        (&[(5.0, true), (8.0, true), (11.0, true), (18.0, false)], 0, (5.0, 10.0), None),
    ];

    #[test]
    fn idle_ones_make_way() {
        for (devices, who, (from, to), expected) in ROWS {
            let all = |at: usize| (Claim::over([devices[at].0]), devices[at].1);
            let wanted = Claim { from: *from, to: *to };
            let got = RUNWAY.make_way(*who, wanted, all, devices.len());
            assert_eq!(got.as_deref(), *expected, "{devices:?} {who} {from} {to}");
        }
    }

    #[test]
    fn ends_limit_what_can_be_served() {
        assert!(RUNWAY.can_serve(Claim::over([0.0, 27.0]), 2));
        assert!(RUNWAY.can_serve(Claim::over([3.0, 30.0]), 2));
        assert!(!RUNWAY.can_serve(Claim::over([2.0, 28.0]), 2));
    }
}
