//! What all dialects share: lines, numbers and names in text.

use super::{Angle, Instruction, Length, Program, ProgramError, Share, SimDuration, Speed};

/// A line that says something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub at: usize,
    /// Its text without comment and spaces around it.
    pub text: &'a str,
}

/// The lines of `text` that say something; comments begin with `comment`.
pub(super) fn lines<'a>(text: &'a str, comment: &str) -> Vec<Line<'a>> {
    let plain = |line: &'a str| line.split(comment).next().unwrap_or_default().trim();
    let numbered = text.lines().enumerate().map(|(n, line)| Line { at: n + 1, text: plain(line) });
    numbered.filter(|line| !line.text.is_empty()).collect()
}

impl<'a> Line<'a> {
    /// An error here.
    pub(super) fn error(&self, why: &str) -> ProgramError {
        ProgramError::new(self.at, format!("{why}: `{}`", self.text))
    }

    /// What stands between `open` and `close`.
    pub(super) fn between(&self, open: &str, close: &str) -> Result<&'a str, ProgramError> {
        let inside = self.text.split_once(open).and_then(|(_, rest)| rest.rsplit_once(close));
        inside.map(|(inside, _)| inside.trim()).ok_or_else(|| self.error("not understood"))
    }

    /// The numbers of a list: entries between commas and brackets, each the last word of what stands there (`A1 30`, `v=0.5`).
    pub(super) fn numbers(&self, text: &str) -> Result<Vec<f64>, ProgramError> {
        let entries = text.split([',', '[', ']', '{', '}', '(', ')']);
        let words =
            entries.filter_map(|entry| entry.split([' ', '=']).rfind(|word| !word.is_empty()));
        let number = |word: &str| {
            word.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| {
                ProgramError::new(self.at, format!("`{word}` is no number: `{}`", self.text))
            })
        };
        words.map(number).collect()
    }

    /// The one number of `text`.
    pub(super) fn number(&self, text: &str) -> Result<f64, ProgramError> {
        match self.numbers(text)?.as_slice() {
            [number] => Ok(*number),
            _ => Err(self.error("one number is wanted")),
        }
    }
}

/// A number as it is written: to nine digits behind the point and no more than it needs.
pub(super) fn write(number: f64) -> String {
    let text = format!("{number:.9}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// Numbers with commas between.
pub(super) fn list(numbers: &[f64]) -> String {
    numbers.iter().map(|number| write(*number)).collect::<Vec<String>>().join(",")
}

/// An angle from degrees.
pub(super) fn degrees(number: f64) -> Angle {
    Angle::from_radians(number.to_radians())
}

/// A length from millimetres.
pub(super) fn millimetres(number: f64) -> Length {
    Length::from_metres(number / 1000.0)
}

/// A duration from seconds, to the nanosecond.
pub(super) fn seconds(line: &Line<'_>, number: f64) -> Result<SimDuration, ProgramError> {
    if (0.0..1e9).contains(&number) {
        return Ok(SimDuration::from_seconds(number));
    }
    Err(line.error("a time from 0 on is wanted"))
}

/// A share of full speed, above 0 and at most 1.
pub(super) fn share(line: &Line<'_>, number: f64) -> Result<Share, ProgramError> {
    if number > 0.0 && number <= 1.0 + 1e-9 {
        return Ok(Share::from_fraction(number.min(1.0)));
    }
    Err(line.error("a share of full speed is wanted"))
}

/// A speed above 0, m/s.
pub(super) fn speed(line: &Line<'_>, number: f64) -> Result<Speed, ProgramError> {
    if number > 0.0 {
        return Ok(Speed::from_metres_per_second(number));
    }
    Err(line.error("a speed above 0 is wanted"))
}

/// Collects what a reader understands; a grip is an output and a pause.
#[derive(Debug, Default)]
pub(super) struct Collector {
    steps: Vec<Instruction>,
    /// Where the gripper was last set, and to what, until its pause is read.
    grip: Option<(usize, bool)>,
}

impl Collector {
    /// Adds an instruction.
    pub(super) fn push(&mut self, line: &Line<'_>, step: Instruction) -> Result<(), ProgramError> {
        let step = match (self.grip.take(), step) {
            (Some((_, close)), Instruction::Wait(takes)) => Instruction::Grip { close, takes },
            (Some(_), _) => return Err(line.error("a pause for the gripper is wanted")),
            (None, Instruction::Set { signal, to }) if signal == super::GRIPPER => {
                self.grip = Some((line.at, to));
                return Ok(());
            }
            (None, step) => step,
        };
        self.steps.push(step);
        Ok(())
    }

    /// The program.
    pub(super) fn finish(self, name: Option<String>) -> Result<Program, ProgramError> {
        if let Some((at, _)) = self.grip {
            return Err(ProgramError::new(at, "the gripper has no pause".to_owned()));
        }
        let name =
            name.ok_or_else(|| ProgramError::new(0, "the program has no name".to_owned()))?;
        let program = Program { name, steps: self.steps };
        program.check(1)?;
        Ok(program)
    }
}
