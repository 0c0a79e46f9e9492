//! `genba robot FILE`: what a robot's sheet says, where its flange gets, and which joints take it there; and the motion programs of a
//! plant, to controllers and back.

mod place;
mod programs;
mod report;
mod text;
mod values;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use nalgebra::Isometry3;
use twin::diagnostics::Look;
use twin::plant::Files;
use twin::robot::{AtSingularity, InverseError, Loaded, Mounted, Robot, Solution};

use super::failure::{Exit, Failure};
use super::{load, print};
use place::Placed;

const EXAMPLES: &str = "\
Examples:
  genba robot assets/robots/abb-irb-120.ron
  genba robot abb-irb-120.ron --at \"10, 20, -15, 0, 45, 0 deg\"
  genba robot abb-irb-120.ron --to \"0.35, 0.1, 0.4 m; 180, 0, 0 deg\"
  genba robot abb-irb-120.ron --to \"0.35, 0.1, 0.4 m; 180, 0, 0 deg\" --near \"0,0,0,0,90,0 deg\"
  genba robot epson-gx8-45x.ron --at \"10 deg, 20 deg, -100 mm, 0 deg\"
  genba robot abb-irb-120.ron --reach \"5 cm\" --directions 32
  genba robot abb-irb-120.ron --base-for \"0, 0, 0.2 m; 180, 0, 0 deg\" --base-for \"0.2, 0.3, 0.2 m; 180, 0, 0 deg\"
  genba robot assets/plants/arm-cell.ron --export rapid robot > robot.mod
  genba robot robot.mod --import rapid
  genba robot dual-arm-fr3.ron --arm left --at \"0,-0.8,0,-2.4,0,1.6,0.8 rad\"

Exit code 0; 1 if the pose of --to, or the poses of --base-for, cannot be reached; 3 if the file is wrong.";

/// Show a robot's sheet, the pose of its flange, all ways to a pose, how far it gets, and where it best stands; write a plant's motion
/// programs for a controller, and read them back.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RobotArgs {
    /// The description file; a plant with --export; a controller's program with --import. `-` for standard input.
    file: PathBuf,

    /// With --export: whose programs, if several equipments have some.
    #[arg(requires = "export")]
    equipment: Option<String>,

    /// Write the motion programs of the plant for a controller.
    #[arg(long, value_name = "DIALECT", conflicts_with_all = ["at", "to", "reach", "base_for", "json"])]
    export: Option<programs::Language>,

    /// Read a controller's programs, and write them as a plant's `programs`.
    #[arg(long, value_name = "DIALECT", conflicts_with_all = ["export", "at", "to", "reach", "base_for", "json"])]
    import: Option<programs::Language>,

    /// Which arm, if there are several.
    #[arg(long, value_name = "NAME")]
    arm: Option<String>,

    /// Where the flange is at these joint coordinates.
    #[arg(long, value_name = "JOINTS", allow_hyphen_values = true)]
    at: Option<String>,

    /// All ways to this pose: position, then roll, pitch and yaw about the fixed axes x, y and z.
    #[arg(long, value_name = "POSE", allow_hyphen_values = true)]
    to: Option<String>,

    /// With --to: only the way that is reached soonest from these joint coordinates.
    #[arg(long, value_name = "JOINTS", allow_hyphen_values = true, requires = "to")]
    near: Option<String>,

    /// A map of where the tool gets to, in cubes of this edge.
    #[arg(long, value_name = "LENGTH", conflicts_with_all = ["at", "to"])]
    reach: Option<String>,

    /// With --reach: how many directions of the tool are tried, evenly all around; without, it points down.
    #[arg(long, value_name = "N", requires = "reach", value_parser = clap::value_parser!(u16).range(0..=1000))]
    directions: Option<u16>,

    /// Places for the base from which the tool gets to this pose; may be given several times, for all of them.
    #[arg(long, value_name = "POSE", allow_hyphen_values = true, conflicts_with_all = ["at", "to", "reach"])]
    base_for: Vec<String>,

    /// With --base-for: height of the base.
    #[arg(long, value_name = "LENGTH", requires = "base_for", allow_hyphen_values = true)]
    base_height: Option<String>,

    /// With --reach and --base-for: length of a straight tool at the flange.
    #[arg(long, value_name = "LENGTH")]
    tool: Option<String>,

    /// Print it as one JSON object.
    #[arg(long)]
    json: bool,
}

/// What was asked of an arm.
struct Answer {
    /// The pose of its flange in the mount, for `--at`.
    pose: Option<Isometry3<f64>>,
    /// The ways to the pose of `--to`.
    ways: Option<Result<Vec<Solution>, InverseError>>,
    /// For `--reach` and `--base-for`.
    placed: Option<Placed>,
}

pub(super) fn robot(args: &RobotArgs) -> Result<Exit, Failure> {
    if let Some(language) = args.export {
        return programs::export(&args.file, language, args.equipment.as_deref());
    }
    if let Some(language) = args.import {
        return programs::import(&args.file, language);
    }
    let robot = open(&args.file)?;
    let where_asked = args.reach.is_some() || !args.base_for.is_empty();
    let asked = where_asked || args.at.is_some() || args.to.is_some();
    let answer = if asked {
        let mounted = chosen(&robot, args.arm.as_deref())?;
        Some((mounted, answer(mounted, args)?))
    } else {
        None
    };
    if args.json {
        print::json(&report::json(&robot, answer.as_ref()))?;
    } else {
        let text = match &answer {
            Some((mounted, answer)) => text::answer(&mounted.arm, answer),
            None => text::sheets(&robot),
        };
        print::data(&text)?;
    }
    let missed = answer.is_some_and(|(_, answer)| {
        matches!(answer.ways, Some(Err(_)))
            || answer.placed.is_some_and(|placed| placed.is_nowhere())
    });
    Ok(if missed { Exit::Findings } else { Exit::Fine })
}

/// Reads a description file, and tells what is wrong with it.
pub(super) fn open(file: &Path) -> Result<Robot, Failure> {
    let name = load::name(file)?;
    // No flag raises the limit of a description, so none is named.
    let too_large =
        |limit| io::Error::new(ErrorKind::FileTooLarge, format!("more than {limit} bytes"));
    let fetch = |path: &str, limit: u64| {
        load::Disk.read(path, limit).map_err(|error| match error.kind() {
            ErrorKind::FileTooLarge => too_large(limit),
            _ => error,
        })
    };
    let Loaded { robot, sources, diagnostics } = twin::robot::load(name, &fetch);
    // Colours are taken out again where the stream does not want them.
    let look = Look { colour: true, ..Look::default() };
    print::people(&diagnostics.render(&sources, look));
    robot.ok_or_else(Failure::told)
}

/// The arm that is meant.
pub(super) fn chosen<'a>(robot: &'a Robot, name: Option<&str>) -> Result<&'a Mounted, Failure> {
    let names = || robot.arms.iter().map(|arm| arm.name.as_str()).collect::<Vec<_>>().join(", ");
    match (name, robot.arms.as_slice()) {
        (None, [one]) => Ok(one),
        (None, _) => {
            Err(Failure::usage("which arm?").hint(format!("--arm with one of {}", names())))
        }
        (Some(name), arms) => arms.iter().find(|arm| arm.name == name).ok_or_else(|| {
            Failure::usage(format!("there is no arm `{name}`"))
                .hint(format!("the arms are {}", names()))
        }),
    }
}

fn answer(mounted: &Mounted, args: &RobotArgs) -> Result<Answer, Failure> {
    let Mounted { arm, mount, .. } = mounted;
    let joints = |text: &str| values::joints(arm, text).map_err(Failure::usage);
    let pose = match &args.at {
        Some(text) => Some(mount * arm.forward(&joints(text)?).map_err(Failure::input)?),
        None => None,
    };
    let ways = match &args.to {
        Some(text) => {
            let pose = mount.inverse() * values::pose(text).map_err(Failure::usage)?;
            Some(match &args.near {
                Some(near) => {
                    let near = joints(near)?;
                    arm.nearest(&pose, &near, AtSingularity::Hold).map(|way| vec![way])
                }
                None => arm.inverse(&pose),
            })
        }
        None => None,
    };
    Ok(Answer { pose, ways, placed: place::placed(mounted, args)? })
}
