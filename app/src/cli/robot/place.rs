//! `--reach` and `--base-for`: where the tool gets to, and where the base should stand.

use std::fmt::Write as _;

use nalgebra::Isometry3;
use serde_json::{Value, json};
use twin::planning::{Base, Directions, ReachPoint, best_bases, reach_map};
use twin::robot::{Mounted, Tooled};

use super::super::failure::Failure;
use super::super::table::{Side, Table};
use super::{RobotArgs, values};

/// Steps of the search for a base in one reach.
const STEPS: f64 = 20.0;
/// Bases that are shown.
const SHOWN: usize = 5;
/// Shades of a reach map, from few directions to all.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
/// Widest side of the shaded picture, in cubes.
const WIDEST: usize = 60;

/// A reach map, or bases, as was asked.
pub(super) enum Placed {
    /// Where the tool gets to, in cubes of an edge (m).
    Reach(Vec<ReachPoint>, f64, Directions),
    /// Places for the base.
    Bases(Vec<Base>),
}

/// What was asked of where things are, if anything was.
pub(super) fn placed(mounted: &Mounted, args: &RobotArgs) -> Result<Option<Placed>, Failure> {
    let length = |text: &str| values::length(text).map_err(Failure::usage);
    let tool = args.tool.as_deref().map_or(Ok(0.0), length)?;
    let arm = Tooled::straight(mounted.arm.clone(), tool);
    if let Some(text) = &args.reach {
        let spacing = length(text)?;
        let directions = match args.directions {
            None | Some(0) => Directions::Down,
            Some(n) => Directions::All(n),
        };
        let map = reach_map(&arm, spacing, directions).ok_or_else(|| {
            Failure::usage(format!("no map in cubes of {spacing} m")).hint(
                "at most a million cubes of an edge above zero, of an arm whose reach is known",
            )
        })?;
        return Ok(Some(Placed::Reach(map, spacing, directions)));
    }
    if args.base_for.is_empty() {
        return Ok(None);
    }
    let poses = args.base_for.iter().map(|text| values::pose(text).map_err(Failure::usage));
    let poses: Vec<Isometry3<f64>> = poses.collect::<Result<_, _>>()?;
    let reach = mounted.arm.reach().ok_or_else(|| {
        Failure::usage("where to look is not known").hint("the reach of the arm has to be known")
    })?;
    let end = |axis: usize, sign: f64| {
        let all = poses.iter().map(|pose| sign * pose.translation.vector[axis]);
        sign * (all.fold(f64::NEG_INFINITY, f64::max) + reach)
    };
    let area = ([end(0, -1.0), end(1, -1.0)], [end(0, 1.0), end(1, 1.0)]);
    let height = args.base_height.as_deref().map_or(Ok(0.0), length)?;
    let bases = best_bases(&arm, &poses, area, height, reach / STEPS).ok_or_else(|| {
        Failure::usage("the poses lie too far apart")
            .hint("at most a hundred thousand places are tried")
    })?;
    Ok(Some(Placed::Bases(bases)))
}

impl Placed {
    /// Whether there is nowhere.
    pub(super) fn is_nowhere(&self) -> bool {
        matches!(self, Self::Bases(bases) if bases.is_empty())
    }

    /// As JSON, in metres.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Reach(map, spacing, directions) => json!({
                "spacing_m": spacing,
                "directions": match directions { Directions::Down => 1, Directions::All(n) => *n },
                "volume_m3": volume(map, *spacing),
                "points": map.iter().map(|point| {
                    let [x, y, z] = point.at;
                    [x, y, z, point.share]
                }).collect::<Vec<_>>(),
            }),
            Self::Bases(bases) => bases
                .iter()
                .map(|base| json!({ "at_m": base.at, "dexterity": base.dexterity, "slack": base.slack }))
                .collect(),
        }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Reach(map, spacing, directions) => reach(map, *spacing, *directions),
            Self::Bases(bases) if bases.is_empty() => {
                "From no place does the tool get to all poses.\n".to_owned()
            }
            Self::Bases(bases) => {
                let mut table = Table::new(&[Side::Right; 4]);
                table.row(["x".into(), "y".into(), "dexterity".into(), "slack".into()]);
                for base in bases.iter().take(SHOWN) {
                    let [x, y] = base.at.map(|at| format!("{at:.3} m").into());
                    let shares = [base.dexterity, base.slack];
                    let [dexterity, slack] =
                        shares.map(|share| format!("{:.0} %", 100.0 * share).into());
                    table.row([x, y, dexterity, slack]);
                }
                let more = bases.len().saturating_sub(SHOWN);
                let rest = if more > 0 { format!("and {more} more\n") } else { String::new() };
                format!("Places for the base, the best first:\n{}{rest}", table.text())
            }
        }
    }
}

fn volume(map: &[ReachPoint], spacing: f64) -> f64 {
    map.len() as f64 * spacing.powi(3)
}

/// The layer through the base's middle, seen from the side.
fn reach(map: &[ReachPoint], spacing: f64, directions: Directions) -> String {
    let steps = |metres: f64| (metres / spacing).round() as i64;
    let layer: Vec<(i64, i64, f64)> = map
        .iter()
        .filter(|point| steps(point.at[1]) == 0)
        .map(|point| (steps(point.at[0]), steps(point.at[2]), point.share))
        .collect();
    let way = match directions {
        Directions::Down => "pointing down".to_owned(),
        Directions::All(n) => format!("in at least one of {n} directions"),
    };
    let mut out = format!("The tool gets to {:.3} m3, {way}.\n", volume(map, spacing));
    let ends = |of: fn(&(i64, i64, f64)) -> i64| {
        Some((layer.iter().map(of).min()?, layer.iter().map(of).max()?))
    };
    let (Some((left, right)), Some((low, high))) = (ends(|p| p.0), ends(|p| p.1)) else {
        return out;
    };
    if (right - left) as usize >= WIDEST {
        out += "The picture would be too wide: take larger cubes.\n";
        return out;
    }
    let _ = writeln!(out, "From the side, at y = 0; each sign is {spacing} m by {spacing} m:\n");
    for z in (low..=high).rev() {
        let _ = write!(out, "{:>7.2} m ", z as f64 * spacing);
        for x in left..=right {
            let share =
                layer.iter().find(|point| (point.0, point.1) == (x, z)).map(|point| point.2);
            let shade = share.map_or(' ', |share| {
                SHADES[((share * SHADES.len() as f64) as usize).min(SHADES.len() - 1)]
            });
            // Two columns of a terminal are about as wide as a line is high.
            out.extend([shade, shade]);
        }
        out.push('\n');
    }
    let ends = (left as f64 * spacing, right as f64 * spacing);
    let _ = writeln!(out, "{:>10}x from {:.2} m to {:.2} m", "", ends.0, ends.1);
    if directions != Directions::Down {
        let _ = writeln!(out, "{:>10}share of directions: · below 20 %, ░ ▒ ▓, █ from 80 %", "");
    }
    out
}
