//! `genba import FORMAT …`: a plant file or a robot's from another tool's files.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::failure::{Exit, Failure};
use super::print;
use crate::import::{Imported, lif, smt2020, urdf};

/// Write a plant file or a robot's from another tool's files.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Format {
    /// A guide-path for vehicles in VDMA's Layout Interchange Format.
    #[command(after_help = "Example:\n  genba import lif layout.json --vehicles 4 --out hall.ron")]
    Lif {
        /// The layout, a JSON file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Vehicles of each type; the format does not say how many there are.
        #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1000))]
        vehicles: u32,
        #[command(flatten)]
        out: Out,
    },
    /// A semiconductor fab from tab-separated tables in the form of the SMT2020 testbed.
    #[command(after_help = "Example:\n  genba import smt2020 SMT2020_HVLM --out fab.ron")]
    Smt2020 {
        /// The folder with tool.txt.1l, route_*.txt, order.txt and the others.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        out: Out,
    },
    /// A robot in URDF, the description format of ROS.
    #[command(
        after_help = "Example:\n  genba import urdf arm.urdf --tip tool0 --package my_robot=../my_robot --out arm.ron"
    )]
    Urdf {
        /// The robot, an XML file; xacro has to be expanded first.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The link that is the flange; by itself, the one behind most joints that move.
        #[arg(long, value_name = "LINK")]
        tip: Option<String>,
        /// Folder of a package that meshes are said to be in (`package://NAME/…`), as often as there are packages; by itself, folders
        /// around the file that are called like it.
        #[arg(long, value_name = "NAME=DIR", value_parser = package)]
        package: Vec<(String, PathBuf)>,
        #[command(flatten)]
        out: Out,
    },
}

fn package(text: &str) -> Result<(String, PathBuf), String> {
    let (name, folder) = text.split_once('=').ok_or("a name, `=` and a folder are expected")?;
    Ok((name.to_owned(), folder.into()))
}

/// Where the result goes.
#[derive(Debug, clap::Args)]
struct Out {
    /// The file to be written. A file that is there already stays as it is.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn import(args: &ImportArgs) -> Result<Exit, Failure> {
    match &args.format {
        Format::Lif { file, vehicles, out } => {
            let imported = lif::import(file, *vehicles)
                .map_err(|problems| Failure::input(problems.to_string()))?;
            save(&imported, &out.out, "run")
        }
        Format::Smt2020 { folder, out } => {
            let imported =
                smt2020::import(folder).map_err(|problems| Failure::input(problems.to_string()))?;
            save(&imported, &out.out, "run")
        }
        Format::Urdf { file, tip, package, out } => {
            let imported = urdf::import(file, tip.as_deref(), package)
                .map_err(|problems| Failure::input(problems.to_string()))?;
            save(&imported, &out.out, "robot")
        }
    }
}

fn save(imported: &Imported, path: &Path, next: &str) -> Result<Exit, Failure> {
    super::new::write_new(path, &imported.text)?;
    for note in &imported.notes {
        print::note(note);
    }
    let path = path.display();
    print::data(&format!("Wrote {path}. Next: genba {next} {path}\n"))?;
    Ok(Exit::Fine)
}
