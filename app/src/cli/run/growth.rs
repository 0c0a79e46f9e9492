//! Whether the work in process grows over the whole window.
//!
//! A rule of thumb, as a straight line fits a random walk well now and then: the regression of the mean content of the
//! intervals on time explains at least 80 % of its variance, the content rises in both halves of the window, in the later at least a
//! third as steeply as on the whole, and the rise amounts to ten parts and to half of the mean content. A plant that fills
//! up and levels off does not pass; one that takes in more than it can put through does.

/// Sums for a straight line through points in equal steps; constant memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    n: f64,
    t: f64,
    y: f64,
    tt: f64,
    ty: f64,
    yy: f64,
}

impl Line {
    /// Takes in the point (`t`, `y`).
    pub(super) fn push(&mut self, t: f64, y: f64) {
        self.n += 1.0;
        self.t += t;
        self.y += y;
        self.tt += t * t;
        self.ty += t * y;
        self.yy += y * y;
    }

    fn with(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            t: self.t + other.t,
            y: self.y + other.y,
            tt: self.tt + other.tt,
            ty: self.ty + other.ty,
            yy: self.yy + other.yy,
        }
    }

    fn slope(&self) -> f64 {
        (self.n * self.ty - self.t * self.y) / (self.n * self.tt - self.t * self.t)
    }

    /// Share of the variance of y that the line explains.
    fn explained(&self) -> f64 {
        let (tt, yy) = (self.n * self.tt - self.t * self.t, self.n * self.yy - self.y * self.y);
        let ty = self.n * self.ty - self.t * self.y;
        if yy > 0.0 { ty * ty / (tt * yy) } else { 0.0 }
    }
}

/// Fewest points in each half.
const POINTS_MIN: f64 = 10.0;

/// Content at the start and at the end of the window, on the straight line, if it grew all the time. `early` and `late`
/// are the halves of the window, with time counted in intervals.
pub(super) fn rise(early: Line, late: Line) -> Option<(f64, f64)> {
    if early.n < POINTS_MIN || late.n < POINTS_MIN {
        return None;
    }
    let whole = early.with(late);
    let slope = whole.slope();
    let rise = slope * whole.n;
    let mean = whole.y / whole.n;
    let grows = whole.explained() >= 0.8
        && early.slope() > 0.0
        && late.slope() >= slope / 3.0
        && rise >= 10.0
        && rise >= mean / 2.0;
    grows.then(|| ((mean - rise / 2.0).max(0.0), mean + rise / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
        let mut halves = [Line::default(); 2];
        for k in 0..100 {
            halves[k / 50].push(k as f64, content(k as f64));
        }
        rise(halves[0], halves[1])
    }

    #[test]
    fn growth_is_told_from_filling_up() {
        let (from, to) = check(|k| 5.0 + k).unwrap();
        assert!((from - 4.5).abs() < 1e-9 && (to - 104.5).abs() < 1e-9, "{from} {to}");
        assert!(check(|k| 2.0 * k + 10.0 * (k / 3.0).sin()).is_some(), "noise on top");
        assert_eq!(check(|_| 7.0), None, "steady");
        assert_eq!(check(|k| 50.0 * (1.0 - (-k / 10.0).exp())), None, "fills up and levels off");
        assert_eq!(check(|k| 20.0 + 10.0 * (k / 8.0).sin()), None, "swings");
        assert_eq!(check(|k| 100.0 - k), None, "empties");
        assert_eq!(check(|k| 1000.0 + k), None, "hardly, for so many");
        assert_eq!(check(|k| k / 20.0), None, "too few parts to say");
    }

    #[test]
    fn too_short_to_say() {
        let mut half = Line::default();
        (0..9).for_each(|k| half.push(f64::from(k), f64::from(k) * 100.0));
        assert_eq!(rise(half, half), None);
    }
}
