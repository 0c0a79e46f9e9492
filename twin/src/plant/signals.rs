//! Signals: what `signals: {…}` says of them, who sets them, who waits for them, and what of that cannot be meant. And programs that
//! nobody uses, whose signals count for nothing.

use std::collections::BTreeSet;

use super::beams;
use super::build::Builder;
use crate::diagnostics::{Code, Diagnostic, codes, did_you_mean};
use crate::engine::{MotionFile, SignalRow, SignalSource};
use crate::id::SignalId;
use crate::layout::signals::SignalFile;
use crate::layout::text::Slice;
use crate::robot::program::is_name;

type Files<'a> = [(String, Slice<'a>, SignalFile)];

/// Makes the names known; what they mean shows when all equipment is there.
pub(super) fn declare(builder: &mut Builder<'_, '_>, files: &Files<'_>) {
    for (name, slice, file) in files {
        if let Err(why) = is_name(name) {
            slice.error(builder.found, codes::BAD_VALUE, "", why, None);
        }
        let starts = matches!(file, SignalFile::Starts(true));
        let source = SignalSource::Programs(starts);
        builder.model.signals.push(SignalRow { name: name.clone(), source, setters: Vec::new() });
    }
}

/// Everything else is known: where signals come from, and whether all of them do.
pub(super) fn build(builder: &mut Builder<'_, '_>, files: &Files<'_>) {
    for (row, (_, slice, file)) in files.iter().enumerate() {
        if let Some(source) = source(builder, *slice, file) {
            builder.model.signals[row].source = source;
        }
    }
    let model = &mut builder.model;
    for program in &model.programs {
        for (signal, to) in program.sets() {
            let row = model.signals.iter_mut().find(|row| row.name == signal);
            row.into_iter().for_each(|row| row.setters.push((program.equipment, to)));
        }
    }
    for row in &mut model.signals {
        row.setters.sort_unstable();
        row.setters.dedup();
    }
    let observed = (0..).map(SignalId).zip(&model.signals);
    let observed = observed.filter(|(_, row)| row.source.is_observed()).map(|(id, _)| id);
    model.observed = observed.collect();
    check(builder, files);
    unused(builder);
}

fn source(
    builder: &mut Builder<'_, '_>,
    slice: Slice<'_>,
    file: &SignalFile,
) -> Option<SignalSource> {
    Some(match file {
        SignalFile::Starts(_) => return None,
        SignalFile::Occupied(of) => SignalSource::Occupied(builder.resolve_in(slice, "", of)?),
        SignalFile::Working(of) => SignalSource::Working(builder.resolve_in(slice, "", of)?),
        SignalFile::Waiting(of) => {
            let at = builder.resolve_in(slice, "", of)?;
            if builder.model.row(at).links.is_empty() {
                let message = format!("nothing waits in \"{of}\" to be taken on: it leads nowhere");
                slice.error(builder.found, codes::BAD_VALUE, "", message, None);
                return None;
            }
            SignalSource::Waiting(at)
        }
        SignalFile::Sensor(name) => {
            let eyes = &builder.model.eyes;
            let Some(row) = eyes.iter().position(|eye| eye.name == *name) else {
                let known = eyes.iter().map(|eye| eye.name.as_str());
                let hint = meant(did_you_mean(name, known));
                let message = format!("no light barrier or proximity switch is named \"{name}\"");
                slice.error(builder.found, codes::UNKNOWN_NAME, "", message, hint);
                return None;
            };
            if !eyes[row].solved
                && let Err(why) = beams::take(builder, row as u32)
            {
                let message = format!(
                    "\"{name}\" tells no program: {why}. A sensor does that is a single beam through parts on a conveyor"
                );
                let hint = "`Occupied`, `Working` and `Waiting` tell of equipment without sensors";
                slice.error(builder.found, codes::BAD_VALUE, "", message, Some(hint.to_owned()));
                return None;
            }
            SignalSource::Sensor(row as u32)
        }
    })
}

fn meant(name: Option<&str>) -> Option<String> {
    name.map(|name| format!("did you mean \"{name}\"?"))
}

/// A step of a program that is used, with a signal in it.
struct Mention {
    program: usize,
    step: usize,
    signal: String,
    value: bool,
    waits: bool,
    /// Goes on some time without it.
    limited: bool,
}

fn mentions(builder: &Builder<'_, '_>) -> Vec<Mention> {
    let names = &builder.names;
    let used = names.programs.iter().enumerate().filter(|(n, _)| names.used.contains(n));
    let steps = used.flat_map(|(program, (_, steps))| {
        steps.iter().enumerate().map(move |(step, said)| (program, step, said))
    });
    let mention = |(program, step, said): (usize, usize, &MotionFile)| {
        let (signal, value, waits, limited) = match said {
            MotionFile::Set { signal, to } => (signal.clone(), *to, false, false),
            MotionFile::WaitFor { signal, is, timeout } => {
                (signal.clone(), *is, true, timeout.is_some())
            }
            _ => return None,
        };
        Some(Mention { program, step, signal, value, waits, limited })
    };
    steps.filter_map(mention).collect()
}

/// Whether what is waited for comes, and what is set is waited for.
fn check(builder: &mut Builder<'_, '_>, files: &Files<'_>) {
    let all = mentions(builder);
    let (waits, sets): (Vec<&Mention>, Vec<&Mention>) = all.iter().partition(|one| one.waits);
    let by_plant: BTreeSet<&str> =
        files.iter().filter(|(.., file)| is_known(file)).map(|(name, ..)| name.as_str()).collect();
    let set: BTreeSet<&str> = sets.iter().map(|one| one.signal.as_str()).collect();
    let read: BTreeSet<&str> = waits.iter().map(|one| one.signal.as_str()).collect();
    for wait in &waits {
        let name = wait.signal.as_str();
        if by_plant.contains(name) {
            continue;
        }
        if !set.contains(name) {
            let hint = meant(did_you_mean(name, set.union(&by_plant).copied()));
            let message = format!("nobody sets signal \"{name}\"");
            at_step(builder, wait, codes::UNKNOWN_NAME, message, hint);
            continue;
        }
        let starts =
            files.iter().any(|(own, _, file)| own == name && *file == SignalFile::Starts(true));
        let comes = sets.iter().any(|one| one.signal == name && one.value == wait.value);
        if !comes && starts != wait.value && !wait.limited {
            let message = format!("nobody sets signal \"{name}\" to {}", wait.value);
            at_step(builder, wait, codes::BAD_VALUE, message, None);
        }
    }
    for one in &sets {
        let name = one.signal.as_str();
        if by_plant.contains(name) {
            let message =
                format!("the plant knows signal \"{name}\" by itself: no program sets it");
            at_step(builder, one, codes::BAD_VALUE, message, None);
        } else if !read.contains(name) {
            let message = format!("nobody waits for signal \"{name}\"");
            let place = builder.programs[one.program].span_at(&format!("[{}]", one.step));
            let warning = Diagnostic::warning(codes::UNUSED, message).at(place);
            builder.found.push(warning.did_you_mean(did_you_mean(name, read.iter().copied())));
        }
    }
    for (name, slice, _) in files.iter().filter(|(name, ..)| !read.contains(name.as_str())) {
        if !set.contains(name.as_str()) {
            let message = format!("nobody waits for signal \"{name}\"");
            let warning = Diagnostic::warning(codes::UNUSED, message).at(slice.head());
            builder.found.push(warning.did_you_mean(did_you_mean(name, read.iter().copied())));
        }
    }
}

/// Whether the plant knows it by itself.
fn is_known(file: &SignalFile) -> bool {
    !matches!(file, SignalFile::Starts(_))
}

fn at_step(
    builder: &mut Builder<'_, '_>,
    one: &Mention,
    code: Code,
    message: String,
    hint: Option<String>,
) {
    let slice = builder.programs[one.program];
    slice.error(builder.found, code, &format!("[{}]", one.step), message, hint);
}

/// Tells of programs that nobody uses, and whether any arm could follow them.
fn unused(builder: &mut Builder<'_, '_>) {
    for (n, (name, _)) in builder.names.programs.iter().enumerate() {
        if builder.names.used.contains(&n) {
            continue;
        }
        let slice = builder.programs[n];
        let message = format!("nobody uses program \"{name}\"");
        let (message, place) = match builder.names.tried.get(&n) {
            Some(Err((step, why))) => {
                let message = format!("{message}, and no arm of the plant could follow it: {why}");
                (message, slice.span_at(&format!("[{step}]")))
            }
            _ => (message, slice.head()),
        };
        builder.found.push(Diagnostic::warning(codes::UNUSED, message).at(place));
    }
}
