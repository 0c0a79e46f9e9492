//! A recorded run: moves with their times, or positions as they were sampled.

use twin::robot::motion::JointLimits;
use twin::robot::motion::fit::Recorded;
use twin::units::{Angle, Length, SimDuration};

/// What a run tells.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    /// Moves that can be used.
    pub(super) moves: Vec<Recorded>,
    /// Those that cannot, and why.
    pub(super) left_out: Vec<String>,
}

/// An arm is at rest where its fastest joint is slower than this share of its full speed.
const REST: f64 = 2e-3;
/// The longest way that is no move, in seconds at full speed.
const SHORTEST: f64 = 2e-3;
/// How far a joint may go back on its way, as a share of the move's length.
const BACK: f64 = 0.02;

/// The part of a move by which its begin is told, as a share of it: above the noise of encoders.
const BEGIN: f64 = 5e-4;

/// A line of the file, its time (s), and the joints.
type Sample = (usize, f64, Vec<f64>);

/// A column: which, and what one of it is in SI.
struct Column {
    at: usize,
    si: f64,
}

struct Table<'a> {
    rows: Vec<(usize, Vec<&'a str>)>,
    names: Vec<(&'a str, Option<&'a str>)>,
}

/// Reads a run of an arm with these joints.
pub(super) fn parse(text: &str, limits: &[JointLimits]) -> Result<Record, String> {
    let table = Table::of(text)?;
    let joints: Vec<Column> = (1..=limits.len())
        .map(|n| table.column(&format!("J{n}"), &["deg", "rad", "mm", "m"]))
        .collect::<Result<_, _>>()?;
    let time = table.column("time", &["s", "ms"])?;
    if table.find("move").is_some() {
        moves(&table, &joints, &time)
    } else {
        sampled(&table, &joints, &time, limits)
    }
}

impl<'a> Table<'a> {
    fn of(text: &'a str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, head) = lines.next().ok_or("the file is empty")?;
        let separator = [';', '\t', ','].into_iter().find(|c| head.contains(*c)).unwrap_or(',');
        let cells = |line: &'a str| line.split(separator).map(str::trim).collect::<Vec<_>>();
        let name = |cell: &'a str| match cell.split_once('[') {
            Some((name, unit)) => (name.trim(), Some(unit.trim_end_matches(']').trim())),
            None => (cell, None),
        };
        let names = cells(head).into_iter().map(name).collect();
        Ok(Self { rows: lines.map(|(n, line)| (n + 1, cells(line))).collect(), names })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn column(&self, name: &str, units: &[&str]) -> Result<Column, String> {
        let at = self.find(name).ok_or_else(|| {
            let known: Vec<&str> = self.names.iter().map(|(name, _)| *name).collect();
            format!("line 1: there is no column `{name}`; there are {}", known.join(", "))
        })?;
        let unit = self.names[at].1.filter(|unit| units.contains(unit)).ok_or_else(|| {
            format!("line 1: column `{name}` needs its unit: `{name} [{}]`", units.join("] or ["))
        })?;
        let one = format!("1 {unit}");
        let si = one
            .parse()
            .map(Angle::radians)
            .or_else(|_| one.parse().map(Length::metres))
            .or_else(|_| one.parse().map(SimDuration::seconds))
            .map_err(|error| error.to_string())?;
        Ok(Column { at, si })
    }
}

impl Column {
    fn number(&self, (line, cells): &(usize, Vec<&str>)) -> Result<f64, String> {
        let cell = cells.get(self.at).copied().unwrap_or_default();
        let number = cell.parse().ok().filter(|number: &f64| number.is_finite());
        number
            .map(|number| number * self.si)
            .ok_or_else(|| format!("line {line}: `{cell}` is no number"))
    }
}

fn position(row: &(usize, Vec<&str>), joints: &[Column]) -> Result<Vec<f64>, String> {
    joints.iter().map(|joint| joint.number(row)).collect()
}

/// One line for each point of a move.
fn moves(table: &Table<'_>, joints: &[Column], time: &Column) -> Result<Record, String> {
    let named = table.find("move").unwrap_or_default();
    let zone = table.find("zone").map(|at| Column { at, si: 1.0 });
    let name = |row: &(usize, Vec<&str>)| row.1.get(named).copied().unwrap_or_default().to_owned();
    let mut moves = Vec::new();
    for rows in table.rows.chunk_by(|a, b| name(a) == name(b)) {
        let points = rows.iter().map(|row| position(row, joints)).collect::<Result<Vec<_>, _>>()?;
        let last = &rows[rows.len() - 1];
        if points.len() < 2 {
            return Err(format!("line {}: move `{}` has one point only", last.0, name(last)));
        }
        let share = |zone: &Column| {
            let given =
                rows.iter().find(|row| row.1.get(zone.at).is_some_and(|cell| !cell.is_empty()));
            given.map_or(Ok(0.0), |row| zone.number(row))
        };
        let zone = zone.as_ref().map_or(Ok(0.0), share)?;
        moves.push(Recorded { points, zone, measured: time.number(last)? });
    }
    Ok(Record { moves, left_out: Vec::new() })
}

/// Positions, with rests between moves.
fn sampled(
    table: &Table<'_>,
    joints: &[Column],
    time: &Column,
    limits: &[JointLimits],
) -> Result<Record, String> {
    let samples = table
        .rows
        .iter()
        .map(|row| Ok((row.0, time.number(row)?, position(row, joints)?)))
        .collect::<Result<Vec<_>, String>>()?;
    if let Some(pair) = samples.windows(2).find(|pair| pair[1].1 <= pair[0].1) {
        return Err(format!("line {}: the time does not go on", pair[1].0));
    }
    // Seconds that the slowest joint would take at full speed.
    let way = |a: &[f64], b: &[f64]| {
        let each = a.iter().zip(b).zip(limits);
        each.map(|((a, b), limit)| (b - a).abs() / limit.velocity).fold(0.0, f64::max)
    };
    let moving: Vec<bool> = samples
        .windows(2)
        .map(|pair| way(&pair[0].2, &pair[1].2) > REST * (pair[1].1 - pair[0].1))
        .collect();
    let mut record = Record { moves: Vec::new(), left_out: Vec::new() };
    let mut stretches: Vec<(bool, usize, usize)> = Vec::new();
    for run in moving.chunk_by(|a, b| a == b) {
        let first = stretches.last().map_or(0, |stretch| stretch.2);
        stretches.push((run[0], first, first + run.len()));
    }
    for (n, &(moves, first, last)) in stretches.iter().enumerate() {
        if !moves || way(&samples[first].2, &samples[last].2) < SHORTEST {
            continue;
        }
        let lines = format!("lines {} to {}", samples[first].0, samples[last].0);
        let before = n.checked_sub(1).map(|n| stretches[n]);
        let (Some(before), Some(after)) = (before, stretches.get(n + 1)) else {
            record.left_out.push(format!("{lines}: the arm is not at rest at both ends"));
            continue;
        };
        // From the middle of one rest to that of the next: slow ends count as rest.
        let whole = &samples[before.1.midpoint(before.2)..=after.1.midpoint(after.2)];
        let (start, end) = (&whole[0], &whole[whole.len() - 1]);
        let length = way(&start.2, &end.2);
        if turns_back(whole, limits) > BACK * length {
            record.left_out.push(format!(
                "{lines}: a joint turns back on its way, so it is no move of the joints"
            ));
            continue;
        }
        let from = |from: &Sample, sample: &Sample| (sample.1, way(&from.2, &sample.2));
        let begins = at_rest(whole.iter().map(|sample| from(start, sample)), length);
        let ends = at_rest(whole.iter().rev().map(|sample| from(end, sample)), length);
        record.moves.push(Recorded {
            points: vec![start.2.clone(), end.2.clone()],
            zone: 0.0,
            measured: ends.unwrap_or(samples[last].1) - begins.unwrap_or(samples[first].1),
        });
    }
    Ok(record)
}

/// When a move has begun from rest, by times and ways from there. Its first part goes with the third power of time, so it takes as long
/// from an eighth of a way to the whole as it took to the eighth.
fn at_rest(ways: impl Iterator<Item = (f64, f64)> + Clone, whole: f64) -> Option<f64> {
    let reaches = |level: f64| {
        let after = ways.clone().skip(1);
        let (a, b) = ways.clone().zip(after).find(|(a, b)| a.1 < level && level <= b.1)?;
        let root = |way: f64| way.max(0.0).cbrt();
        Some(a.0 + (b.0 - a.0) * (root(level) - root(a.1)) / (root(b.1) - root(a.1)))
    };
    Some(2.0 * reaches(BEGIN * whole)? - reaches(8.0 * BEGIN * whole)?)
}

/// How far a joint goes against the direction from its first place to its last, in seconds at full speed.
fn turns_back(samples: &[Sample], limits: &[JointLimits]) -> f64 {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return 0.0 };
    let of_joint = |(joint, limit): (usize, &JointLimits)| {
        let sign = (last.2[joint] - first.2[joint]).signum();
        let (mut farthest, mut back) = (f64::NEG_INFINITY, 0.0_f64);
        for (_, _, q) in samples {
            farthest = farthest.max(sign * q[joint]);
            back = back.max(farthest - sign * q[joint]);
        }
        back / limit.velocity
    };
    limits.iter().enumerate().map(of_joint).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twin::robot::motion::PointToPoint;

    fn limits() -> Vec<JointLimits> {
        [(3.0, 12.0, 90.0), (2.0, 10.0, 80.0)]
            .map(|(velocity, acceleration, jerk)| JointLimits {
                position: [-3.0, 3.0],
                velocity,
                acceleration,
                jerk,
            })
            .to_vec()
    }

    /// A run of point-to-point moves of an arm with `limits`, sampled every 4 ms, with rests of 0.2 s.
    fn run(limits: &[JointLimits], points: &[[f64; 2]]) -> String {
        let mut text = String::from("time [ms];J1 [deg];J2 [rad]\n");
        let (mut t, mut row) = (0.0, |t: f64, q: &[f64]| {
            text += &format!("{};{};{}\n", 1e3 * t, q[0].to_degrees(), q[1]);
        });
        for pair in points.windows(2) {
            for _ in 0..50 {
                row(t, &pair[0]);
                t += 0.004;
            }
            let course = PointToPoint::rest(&pair[0], &pair[1], limits).solve().unwrap();
            let n = (course.duration() / 0.004).ceil() as usize;
            for k in 0..n {
                row(t, &course.at(k as f64 * 0.004).position);
                t += 0.004;
            }
        }
        for _ in 0..50 {
            row(t, &points[points.len() - 1]);
            t += 0.004;
        }
        text
    }

    const POINTS: [[f64; 2]; 8] = [
        [0.0, 0.0],
        [1.5, 0.3],
        [1.4, 0.35],
        [-1.0, 1.0],
        [-0.7, 0.9],
        [0.5, -0.5],
        [0.4, 0.8],
        [0.0, 0.0],
    ];

    #[test]
    fn a_sampled_run_gives_its_limits_back() {
        let assumed = limits();
        let real: Vec<JointLimits> = assumed.iter().map(|limit| limit.scaled(0.7, 0.5)).collect();
        let record = parse(&run(&real, &POINTS), &assumed).unwrap();
        assert_eq!(record.moves.len(), 7, "{record:?}");
        let found = twin::robot::motion::fit::fit(&record.moves, &assumed).unwrap();
        assert!((found.factors.acceleration / 0.7 - 1.0).abs() < 0.02, "{found}");
        assert!((found.factors.jerk / 0.5 - 1.0).abs() < 0.05, "{found}");
        assert!(found.worth() < 0.02, "{found}");
    }

    #[test]
    fn moves_that_are_none_of_the_joints_are_left_out_by_line() {
        let text = "time [s],J1 [deg],J2 [deg]\n0,0,0\n1,0,0\n2,9,9\n3,9,0\n4,9,5\n5,9,5\n";
        let record = parse(text, &limits()).unwrap();
        assert!(record.moves.is_empty());
        assert_eq!(
            record.left_out,
            ["lines 3 to 6: a joint turns back on its way, so it is no move of the joints"]
        );
        let text = "time [s],J1 [deg],J2 [deg]\n0,0,0\n1,9,0\n2,9,0\n3,9,0\n4,20,0\n";
        let left_out = parse(text, &limits()).unwrap().left_out;
        assert_eq!(left_out.len(), 2, "{left_out:?}");
    }

    #[test]
    fn moves_may_be_listed() {
        let text = "move,J1 [deg],J2 [deg],zone,time [s]\na,0,0,,\na,90,0,,0.8\nb,0,0,0.5,\nb,45,0,,\nb,45,45,,1.4\n";
        let moves = parse(text, &limits()).unwrap().moves;
        assert_eq!((moves[0].points.len(), moves[1].points.len()), (2, 3));
        assert!((moves[0].measured - 0.8).abs() < 1e-12 && (moves[1].zone - 0.5).abs() < 1e-12);
        assert!((moves[0].points[1][0] - std::f64::consts::FRAC_PI_2).abs() < 1e-12);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, expected) in [
            ("", "the file is empty"),
            ("time [s],J1 [deg]\n", "no column `J2`"),
            ("time [s],J1,J2 [deg]\n", "needs its unit"),
            ("time [h],J1 [deg],J2 [deg]\n", "needs its unit"),
            ("time [s],J1 [deg],J2 [deg]\n0,0,x\n", "line 2: `x` is no number"),
            ("time [s],J1 [deg],J2 [deg]\n0,0\n", "line 2: `` is no number"),
            ("time [s],J1 [deg],J2 [deg]\n0,0,0\n0,0,0\n", "line 3: the time does not go on"),
            ("move,J1 [deg],J2 [deg],time [s]\na,0,0,1\n", "line 2: move `a` has one point only"),
            ("move,J1 [deg],J2 [deg],time [s]\na,0,0,\na,1,0,NaN\n", "line 3: `NaN` is no number"),
        ] {
            let told = parse(text, &limits()).unwrap_err();
            assert!(told.contains(expected), "{expected}: {told}");
        }
    }
}
