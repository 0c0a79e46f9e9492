//! `genba calibrate ROBOT RUN`: what accelerations, jerks and zones of a real arm are, from a run of it that was recorded.

mod record;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::builder::styling::Style;
use serde_json::{Value, json};
use twin::plant::Files as _;
use twin::robot::motion::JointLimits;
use twin::robot::motion::fit::{Fit, fit};
use twin::robot::{Arm, Tooled};

use super::failure::{Exit, Failure};
use super::{load, print, robot};
use record::Record;

/// Largest run that is read, bytes.
const LARGEST: u64 = 256 << 20;

const STRONG: Style = Style::new().bold();

const EXAMPLES: &str = "\
Examples:
  genba calibrate abb-irb-120.ron joints.csv
  genba calibrate abb-irb-120.ron moves.csv --json

A recorded run is a table with commas, semicolons or tabs, in one of two forms. Positions of the joints as they were sampled,
rests between the moves, each of which has to be a move of the joints, not a line of the tool:

  time [s], J1 [deg], J2 [deg], J3 [deg], J4 [deg], J5 [deg], J6 [deg]

or the moves themselves, one line for each point that they go through, their time in the last:

  move, J1 [deg], J2 [deg], J3 [deg], J4 [deg], J5 [deg], J6 [deg], zone, time [s]

Units are deg or rad, mm or m, s or ms. A zone is a share from 0 to 1; without the column there are none.

Exit code 0; 3 if a file is wrong or tells too little.";

/// Fit accelerations, jerks and zones of an arm to a recorded run.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CalibrateArgs {
    /// The description file of the robot.
    robot: PathBuf,

    /// The recorded run.
    run: PathBuf,

    /// Which arm, if there are several.
    #[arg(long, value_name = "NAME")]
    arm: Option<String>,

    /// Print it as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn calibrate(args: &CalibrateArgs) -> Result<Exit, Failure> {
    let robot = robot::open(&args.robot)?;
    let mounted = robot::chosen(&robot, args.arm.as_deref())?;
    let limits = Tooled::straight(mounted.arm.clone(), 0.0).limits();
    let text = load::Disk
        .read(load::name(&args.run)?, LARGEST)
        .map_err(|error| in_file(&args.run, &error.to_string()))?;
    let record = record::parse(&text, &limits).map_err(|why| in_file(&args.run, &why))?;
    let found = fit(&record.moves, &limits).map_err(|why| {
        let moves = record.moves.len();
        in_file(&args.run, &format!("{why} ({moves} moves that can be used)"))
    })?;
    if args.json {
        print::json(&report(&mounted.arm, &record, &found))?;
    } else {
        print::data(&text_of(&mounted.arm, &limits, &record, &found))?;
    }
    Ok(Exit::Fine)
}

fn in_file(path: &Path, why: &str) -> Failure {
    Failure::input(format!("{}: {why}", path.display()))
}

fn text_of(arm: &Arm, limits: &[JointLimits], record: &Record, found: &Fit) -> String {
    let mut out = String::new();
    let _ =
        writeln!(out, "{STRONG}{}{STRONG:#}: factors on what its description says\n", arm.name());
    let _ = writeln!(out, "{found}");
    for left in &record.left_out {
        let _ = writeln!(out, "left out: {left}");
    }
    let (ramp, rise) = times(limits, found);
    let _ = writeln!(out, "In its description, where joints have no accelerations of their own:\n");
    let _ = writeln!(out, "    ramp: \"{:.0} ms\",", 1e3 * ramp);
    let _ = writeln!(out, "    rise: \"{:.0} ms\",", 1e3 * rise);
    let worth = 100.0 * found.worth();
    let n = found.measured.len();
    let _ = writeln!(
        out,
        "    provenance: {{ \"ramp\": Calibrated(\"{n} moves, others predicted within {worth:.1} %\"), … }}"
    );
    out
}

/// Time to full speed and to full acceleration that the fit comes to, the mean of all joints (s).
fn times(limits: &[JointLimits], found: &Fit) -> (f64, f64) {
    let n = limits.len().max(1) as f64;
    let mean = |of: fn(&JointLimits) -> f64| limits.iter().map(of).sum::<f64>() / n;
    let ramp = mean(|limit| limit.velocity / limit.acceleration) / found.factors.acceleration;
    let rise = mean(|limit| limit.acceleration / limit.jerk);
    (ramp, rise * found.factors.acceleration / found.factors.jerk)
}

fn report(arm: &Arm, record: &Record, found: &Fit) -> Value {
    let finite = |error: f64| error.is_finite().then_some(error);
    json!({
        "schema": "genba.calibration/1",
        "arm": arm.name(),
        "factors": {
            "acceleration": found.factors.acceleration,
            "jerk": found.factors.jerk,
            "zone": found.factors.zone,
        },
        "relative_errors": {
            "acceleration": finite(found.errors[0]),
            "jerk": finite(found.errors[1]),
            "zone": finite(found.errors[2]),
        },
        "moves": (0..found.measured.len()).map(|n| json!({
            "measured_s": found.measured[n],
            "fitted_less_measured_s": found.residuals[n],
            "left_out_less_measured_s": found.left_out[n],
        })).collect::<Vec<_>>(),
        "left_out": record.left_out,
        "spread": found.spread(),
        "worth": found.worth(),
    })
}
