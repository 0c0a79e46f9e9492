//! The command line: one file for each subcommand.
//!
//! Invariants: stdout carries data or the report that was asked for, stderr everything else; the same input gives the same
//! bytes on stdout; no subcommand ends the process itself, it returns an [`Exit`].

mod calibrate;
mod check;
mod completions;
mod device;
mod explain;
mod failure;
mod field;
mod gpu;
mod import;
mod interrupt;
mod load;
mod new;
mod number;
mod print;
mod progress;
mod robot;
mod run;
#[cfg(feature = "desktop")]
mod shot;
mod table;
mod validate;
mod values;
mod verbosity;
#[cfg(feature = "desktop")]
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ColorChoice, CommandFactory, Parser, Subcommand};

pub use failure::{Exit, Failure};
pub use new::STARTER;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  genba new plant cell                       write a small plant to start from
  genba check cell.ron                       find everything that is wrong with it
  genba run cell.ron --reps 20               run it, with confidence intervals
  genba run cell.ron --set parameters.mill_time=\"70 s\"
  genba field hall.ron --out warm            where it gets warm, with pictures
  genba explain P003                         what a code in a message means

Exit codes: 0 fine, 1 findings, 2 usage, 3 bad input, 4 the run failed, 130 interrupted";

/// A digital twin of a factory: write the plant down once, run it, see what it does.
#[derive(Debug, Parser)]
#[command(name = "genba", version, styles = STYLES, after_help = EXAMPLES)]
#[command(propagate_version = true, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// What every subcommand understands.
#[derive(Debug, clap::Args)]
struct Global {
    /// Colours in the output.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = false
    )]
    color: ColorChoice,
    /// Tell more about what is done; twice: everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Say nothing but results and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// No progress bar; there is none anyway where stderr is not a terminal.
    #[arg(long, global = true)]
    no_progress: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a plant and report everything that is wrong with it.
    Check(check::CheckArgs),
    /// Run a plant and report what it comes to.
    Run(Box<run::RunArgs>),
    /// Run the cases whose answer is known and compare.
    Validate(validate::ValidateArgs),
    /// Work out the temperatures and the air of a hall.
    Field(Box<field::FieldArgs>),
    /// Show what fields can be calculated on, and how fast each kernel is there.
    Gpu(gpu::GpuArgs),
    /// Show a robot's sheet, and the ways to a pose.
    Robot(robot::RobotArgs),
    /// Fit accelerations, jerks and zones of an arm to a recorded run.
    Calibrate(calibrate::CalibrateArgs),
    /// Look at a plant in a window, run it, and change it.
    #[cfg(feature = "desktop")]
    View(view::ViewArgs),
    /// Draw a plant at a point in time, without a window.
    #[cfg(feature = "desktop")]
    Shot(shot::ShotArgs),
    /// Explain the code of a message.
    Explain(explain::ExplainArgs),
    /// Write a plant file, or a robot's, from another tool's files.
    Import(import::ImportArgs),
    /// Write a file to start from.
    New(new::NewArgs),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArgs),
}

/// Does what the arguments of the process say.
pub fn main() -> ExitCode {
    main_with(std::env::args_os())
}

/// Does what `arguments` say; the first is the name of the program.
fn main_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that has gone away is no concern of ours.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() };
        }
    };
    print::choose_color(cli.global.color);
    verbosity::listen(&cli.global);
    match dispatch(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            print::failure(&failure);
            failure.exit().into()
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Command::Check(args) => check::check(&args),
        Command::Run(args) => run::run(&args, &cli.global),
        Command::Validate(args) => validate::validate(&args, &cli.global),
        Command::Field(args) => field::field(&args, &cli.global),
        Command::Gpu(args) => gpu::gpu(&args, &cli.global),
        Command::Robot(args) => robot::robot(&args),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        #[cfg(feature = "desktop")]
        Command::View(args) => view::view(&args),
        #[cfg(feature = "desktop")]
        Command::Shot(args) => shot::shot(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Import(args) => import::import(&args),
        Command::New(args) => new::new(&args),
        Command::Completions(args) => completions::completions(&args, &mut Cli::command()),
    }
}
