//! `--export` and `--import`: motion programs of a plant as a controller has them, and back.

use std::fmt::Write as _;
use std::path::Path;

use twin::engine::{ArmProgram, Model};
use twin::id::EquipmentId;
use twin::plant::Files;
use twin::robot::program::{Dialect, Instruction, Pose, Program, Zone, plain_name};

use super::super::failure::{Exit, Failure};
use super::super::load::{self, Reading};
use super::super::print;

/// Most bytes of a controller's program.
const MOST_BYTES: u64 = 16 << 20;

/// A dialect, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    /// ABB.
    Rapid,
    /// KUKA.
    Krl,
    /// Universal Robots.
    Urscript,
}

impl Language {
    fn dialect(self) -> Dialect {
        match self {
            Self::Rapid => Dialect::Rapid,
            Self::Krl => Dialect::Krl,
            Self::Urscript => Dialect::UrScript,
        }
    }
}

/// Prints the programs of an equipment of the plant in `file`.
pub(super) fn export(
    file: &Path,
    language: Language,
    equipment: Option<&str>,
) -> Result<Exit, Failure> {
    let reading = Reading { overrides: &[], physics: None, max_file_size: None, max_cells: None };
    let model = load::plant(file, &reading)?;
    let whose = whose(&model, equipment)?;
    let programs = model.programs.iter().filter(|program| program.equipment == whose);
    let (mut out, mut names) = (String::new(), Vec::new());
    for program in programs {
        let name = plain_name(&program.name);
        if names.contains(&name) {
            let message = format!(
                "two programs of \"{}\" are both called `{name}` there",
                model.row(whose).name
            );
            return Err(Failure::input(message));
        }
        out += &text(&model, program, &name, language.dialect())?;
        names.push(name);
    }
    print::data(&out)?;
    Ok(Exit::Fine)
}

/// The equipment that is meant.
fn whose(model: &Model, name: Option<&str>) -> Result<EquipmentId, Failure> {
    let mut all: Vec<EquipmentId> =
        model.programs.iter().map(|program| program.equipment).collect();
    all.sort_unstable();
    all.dedup();
    let names = || {
        let names: Vec<&str> = all.iter().map(|id| model.row(*id).name.as_str()).collect();
        names.join(", ")
    };
    match (name, all.as_slice()) {
        (_, []) => Err(Failure::usage("no equipment of this plant has motion programs")
            .hint("a Robot's `arm: (…, programs: …)` and a Station's `time: Program(…)` use them")),
        (None, [one]) => Ok(*one),
        (None, _) => Err(Failure::usage("whose programs?").hint(format!("one of {}", names()))),
        (Some(name), _) => model.find(name).filter(|id| all.contains(id)).ok_or_else(|| {
            Failure::usage(format!("no equipment `{name}` has motion programs"))
                .hint(format!("those that have: {}", names()))
        }),
    }
}

/// A program with what the dialect cannot hold as comments in it.
fn text(
    model: &Model,
    program: &ArmProgram,
    name: &str,
    dialect: Dialect,
) -> Result<String, Failure> {
    let wrong = |step: usize, why: &str| {
        Failure::input(format!(
            "\"{}\", step {step}, cannot be written as {dialect}: {why}",
            program.name
        ))
    };
    let moves = program.steps.iter().position(|step| matches!(step, Instruction::Move { .. }));
    if let (Some(joint), Some(step)) = (program.slides.first(), moves) {
        let why = format!("joint {} of the arm slides, and its joint moves hold angles", joint + 1);
        return Err(wrong(step + 1, &why));
    }
    let mut notes = vec![format!(
        "\"{}\" of \"{}\" in {}",
        program.name,
        model.row(program.equipment).name,
        model.name
    )];
    for step in &program.drawn {
        notes.push(format!(
            "step {}: the time is drawn at random there; its mean stands here",
            step + 1
        ));
    }
    let whole = Program { name: name.to_owned(), steps: program.steps.clone() };
    dialect.write(&whole, &notes).map_err(|error| wrong(error.at, &error.why))
}

/// Prints the programs in `file` as a plant has them.
pub(super) fn import(file: &Path, language: Language) -> Result<Exit, Failure> {
    let name = load::name(file)?;
    let text = load::Disk
        .read(name, MOST_BYTES)
        .map_err(|error| Failure::input(format!("cannot read {name}: {error}")))?;
    let programs = language.dialect().read(&text).map_err(|error| {
        let place = if error.at > 0 { format!(":{}", error.at) } else { String::new() };
        Failure::input(format!("{name}{place}: {}", error.why))
    })?;
    let mut out = "programs: {\n".to_owned();
    for program in &programs {
        let _ = writeln!(out, "    \"{}\": [", program.name);
        for instruction in &program.steps {
            let _ = writeln!(out, "        {},", step(instruction));
        }
        out += "    ],\n";
    }
    out += "},\n";
    print::data(&out)?;
    Ok(Exit::Fine)
}

/// An instruction as a plant file says it.
fn step(instruction: &Instruction) -> String {
    let corner = |zone: &Zone| match zone {
        Zone::Fine => String::new(),
        Zone::Within(radius) => format!(", zone: \"{radius}\""),
    };
    match instruction {
        Instruction::Move { to, speed, zone } => {
            let joints: Vec<String> = to.iter().map(|angle| format!("\"{angle}\"")).collect();
            let joints = joints.join(", ");
            format!("Move(to: Joints([{joints}]), speed: \"{speed}\"{})", corner(zone))
        }
        Instruction::Linear { to, speed, zone } => {
            format!("Linear(to: {}, speed: \"{speed}\"{})", target(to), corner(zone))
        }
        Instruction::Circular { via, to, speed, zone } => format!(
            "Circular(via: {}, to: {}, speed: \"{speed}\"{})",
            target(via),
            target(to),
            corner(zone)
        ),
        Instruction::Grip { close: true, takes } => format!("Grip(\"{takes}\")"),
        Instruction::Grip { close: false, takes } => format!("Release(\"{takes}\")"),
        Instruction::Wait(time) => format!("Wait(\"{time}\")"),
        Instruction::Set { signal, to: true } => format!("Set(signal: \"{signal}\")"),
        Instruction::Set { signal, to: false } => format!("Set(signal: \"{signal}\", to: false)"),
        Instruction::WaitFor { signal, is, timeout } => {
            let is = if *is { "" } else { ", is: false" };
            let timeout =
                timeout.map_or_else(String::new, |limit| format!(", timeout: \"{limit}\""));
            format!("WaitFor(signal: \"{signal}\"{is}{timeout})")
        }
        Instruction::Track(Some(belt)) => format!("Track(\"{belt}\")"),
        Instruction::Track(None) => "StopTracking".to_owned(),
    }
}

fn target(pose: &Pose) -> String {
    let [x, y, z] = pose.at.map(|length| format!("\"{length}\""));
    let [roll, pitch, yaw] = pose.turn.map(|angle| format!("\"{angle}\""));
    format!("Pose(at: ({x}, {y}, {z}), turn: ({roll}, {pitch}, {yaw}))")
}
