//! Which of the ways to reach a pose, by the names that programmers of robots use.

use std::fmt;

/// Where the shoulder of an articulated arm looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shoulder {
    /// Towards the wrist.
    Front,
    /// Away from it: the arm reaches over its own base.
    Back,
}

/// Where the elbow of an articulated arm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Elbow {
    /// Above the line from shoulder to wrist. Of an arm of seven axes: its elbow is bent the way that it is built for.
    Up,
    /// Below it, or bent the other way.
    Down,
}

/// How the wrist is turned. Of Franka's arms, which have no wrist to flip: which of two roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wrist {
    /// The middle axis of the wrist is not negative, counted in the model's sense.
    NoFlip,
    /// It is negative.
    Flip,
}

/// On which side the elbow of a SCARA is, seen from above and from the shoulder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The second joint is not negative: the elbow is on the right.
    Right,
    /// The second joint is negative: the elbow is on the left.
    Left,
}

/// Where a knee of a delta is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Knee {
    /// Away from the middle, as it is built to work.
    Out,
    /// Towards the middle, which no machine allows, but geometry does.
    In,
}

/// One of the ways in which an arm reaches a pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// Of an articulated arm: at most eight.
    Articulated {
        /// Where the shoulder looks.
        shoulder: Shoulder,
        /// Where the elbow is.
        elbow: Elbow,
        /// How the wrist is turned.
        wrist: Wrist,
    },
    /// Of a SCARA: two.
    Scara(Side),
    /// Of a delta: eight, of which machines use the first.
    Delta([Knee; 3]),
    /// Found by iteration, which does not know that there are no others; from which start.
    Numerical {
        /// 0 is the nearest start: where the arm was, or the middle of its ranges.
        start: usize,
    },
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Articulated { shoulder, elbow, wrist } => {
                let shoulder = if *shoulder == Shoulder::Front { "front" } else { "back" };
                let elbow = if *elbow == Elbow::Up { "up" } else { "down" };
                let wrist = if *wrist == Wrist::Flip { "flip" } else { "no flip" };
                write!(f, "{shoulder}, {elbow}, {wrist}")
            }
            Self::Scara(side) => f.write_str(if *side == Side::Right { "right" } else { "left" }),
            Self::Delta(knees) => {
                let words = knees.map(|knee| if knee == Knee::Out { "out" } else { "in" });
                f.write_str(&words.join(", "))
            }
            Self::Numerical { start } => write!(f, "numerical, start {start}"),
        }
    }
}

/// Where an arm loses a direction of motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The wrist lies on the first axis, or first and third axis are in line: the first joint is free.
    Shoulder,
    /// The arm is stretched out or folded up: it cannot go on in this direction, and two branches meet.
    Elbow,
    /// Two axes of the wrist are in line.
    Wrist,
}

/// A pose at which joints are not defined one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Singularity {
    /// Where.
    pub place: Place,
    /// Two joints (from 0) of which only the sum is defined, or the difference if the last is true.
    pub only: Option<(usize, usize, bool)>,
}

impl Singularity {
    /// At `place`, nothing being free.
    pub(super) fn at(place: Place) -> Self {
        Self { place, only: None }
    }
}

impl fmt::Display for Singularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            Place::Shoulder => "shoulder",
            Place::Elbow => "elbow",
            Place::Wrist => "wrist",
        };
        write!(f, "{place} singularity")?;
        if let Some((one, other, minus)) = self.only {
            let sign = if minus { '-' } else { '+' };
            write!(f, ": only J{} {sign} J{} is defined", one + 1, other + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_trade() {
        let branch = Branch::Articulated {
            shoulder: Shoulder::Front,
            elbow: Elbow::Down,
            wrist: Wrist::NoFlip,
        };
        assert_eq!(branch.to_string(), "front, down, no flip");
        assert_eq!(Branch::Delta([Knee::Out, Knee::In, Knee::Out]).to_string(), "out, in, out");
        let wrist = Singularity { place: Place::Wrist, only: Some((3, 5, false)) };
        assert_eq!(wrist.to_string(), "wrist singularity: only J4 + J6 is defined");
        let elbow = Singularity::at(Place::Elbow);
        assert_eq!(elbow.to_string(), "elbow singularity");
    }
}
