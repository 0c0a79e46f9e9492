//! What a motion program comes to among the events: time that passes, signals that are set, and signals that are waited for.
//!
//! Time between signals is known beforehand, drawn waits apart; how long a signal is waited for shows while the plant runs.

use crate::engine::{Awaited, Compile, Ctx, MotionFile};
use crate::id::{SignalId, StreamId};
use crate::random::{Distribution, Sampler};
use crate::robot::program::{Instruction, is_name};
use crate::units::SimDuration;

/// One step of it.
#[derive(Clone, Debug)]
pub(super) enum Beat {
    /// Time passes; with its mean (s).
    Pass(Sampler<SimDuration>, f64),
    /// A signal is set.
    Set(SignalId, bool),
    /// A signal is waited for.
    Wait(Awaited),
    /// A hand has opened that holds a body.
    Open,
}

impl Beat {
    /// A step that needs no arm; else why it does. Chance that makes no sense is told at `field`.
    pub(super) fn of(step: &MotionFile, field: &str, cx: &mut Compile<'_>) -> Result<Self, String> {
        still(step)?;
        Ok(match step {
            MotionFile::Wait(time) => Self::Pass(cx.sampler(field, time), time.mean()),
            MotionFile::Set { signal, to } => Self::Set(cx.signal(signal), *to),
            MotionFile::WaitFor { signal, is, timeout } => {
                Self::Wait(Awaited { signal: cx.signal(signal), is: *is, timeout: *timeout })
            }
            _ => return Err("a step that moves needs an arm: `robot`".to_owned()),
        })
    }
}

/// A step that needs no arm, as a controller has it; none if it does.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn still(step: &MotionFile) -> Result<Option<Instruction>, String> {
    Ok(Some(match step {
        MotionFile::Wait(time) => {
            time.check()?;
            Instruction::Wait(SimDuration::from_seconds(time.mean()))
        }
        MotionFile::Set { signal, to } => {
            is_name(signal)?;
            Instruction::Set { signal: signal.clone(), to: *to }
        }
        MotionFile::WaitFor { signal, is, timeout } => {
            is_name(signal)?;
            Instruction::WaitFor { signal: signal.clone(), is: *is, timeout: *timeout }
        }
        _ => return Ok(None),
    }))
}

/// The steps, from 0, whose time is drawn.
pub(super) fn drawn(steps: &[MotionFile]) -> Vec<usize> {
    let is_drawn = |step: &MotionFile| match step {
        MotionFile::Wait(time) => !matches!(time, Distribution::Constant(_)),
        _ => false,
    };
    steps.iter().enumerate().filter(|(_, step)| is_drawn(step)).map(|(n, _)| n).collect()
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// So much time passes; on the average so much.
    Passes(SimDuration, SimDuration),
    /// A signal is waited for, which is not as it should be yet.
    Waits,
    /// A hand has opened.
    Opens,
    /// Nothing more.
    Over,
}

/// Steps in their order, times that follow each other taken together.
#[derive(Clone, Debug)]
pub(super) struct Course {
    beats: Vec<Beat>,
    /// For each beat, what it is taken together from: time on the average (s), and whether it is drawn.
    pieces: Vec<Vec<(f64, bool)>>,
    stream: StreamId,
}

impl Course {
    /// `beats`, whose times are drawn from `stream`.
    pub(super) fn new(beats: impl IntoIterator<Item = Beat>, stream: StreamId) -> Self {
        let mut course = Self { beats: Vec::new(), pieces: Vec::new(), stream };
        let mut samplers = Vec::new();
        for beat in beats {
            let Beat::Pass(sampler, mean_s) = beat else {
                course.flush(&mut samplers);
                course.beats.push(beat);
                course.pieces.push(Vec::new());
                continue;
            };
            if samplers.is_empty() {
                course.pieces.push(Vec::new());
            }
            let pieces = course.pieces.last_mut();
            pieces.into_iter().for_each(|all| all.push((mean_s, sampler.constant().is_none())));
            samplers.push(sampler);
        }
        course.flush(&mut samplers);
        course
    }

    /// Times that were taken together become a beat.
    fn flush(&mut self, samplers: &mut Vec<Sampler<SimDuration>>) {
        if !samplers.is_empty() {
            let mean_s = self.pieces.last().into_iter().flatten().map(|piece| piece.0).sum();
            self.beats.push(Beat::Pass(Sampler::sum(std::mem::take(samplers)), mean_s));
        }
    }

    /// How far it has got, as time on the average since its begin, s: before beat `next`, of the time before which so much is `gone` of what
    /// it `takes` this time. What is drawn stretches, moves do not.
    pub(super) fn progress_s(&self, next: u16, gone: SimDuration, takes: SimDuration) -> f64 {
        let mean = |pieces: &[(f64, bool)]| pieces.iter().map(|piece| piece.0).sum::<f64>();
        let done = usize::from(next).min(self.pieces.len());
        let before = |n: usize| self.pieces[..n].iter().map(|all| mean(all)).sum::<f64>();
        if takes <= SimDuration::ZERO || done == 0 {
            return before(done);
        }
        let pieces = &self.pieces[done - 1];
        let drawn: f64 = pieces.iter().filter(|piece| piece.1).map(|piece| piece.0).sum();
        let fixed = mean(pieces) - drawn;
        // Without anything drawn, who works at another pace moves at that.
        let [pace, stretch] = if drawn > 0.0 {
            [1.0, (takes.seconds() - fixed) / drawn]
        } else {
            [takes.seconds() / fixed, 1.0]
        };
        let (mut left, mut progress) = (gone.seconds(), before(done - 1));
        for (mean_s, is_drawn) in pieces {
            let lasts = mean_s * if *is_drawn { stretch } else { pace };
            if left < lasts {
                return progress + mean_s * (left / lasts);
            }
            (left, progress) = (left - lasts, progress + mean_s);
        }
        progress
    }

    /// What it takes on the average (s) if nothing has to be waited for.
    pub(super) fn mean_s(&self) -> f64 {
        let mean = |beat: &Beat| if let Beat::Pass(_, mean_s) = beat { *mean_s } else { 0.0 };
        self.beats.iter().map(mean).sum()
    }

    /// Whether nothing but time passes.
    pub(super) fn is_plain(&self) -> bool {
        self.beats.iter().all(|beat| matches!(beat, Beat::Pass(..)))
    }

    /// Whether it goes on after some time without what it waits for.
    pub(super) fn has_timeout(&self) -> bool {
        self.beats.iter().any(|beat| matches!(beat, Beat::Wait(Awaited { timeout: Some(_), .. })))
    }

    /// The time of one that is plain, with its mean (s).
    pub(super) fn into_time(mut self) -> (Sampler<SimDuration>, f64) {
        match self.beats.pop() {
            Some(Beat::Pass(sampler, mean_s)) => (sampler, mean_s),
            _ => (Sampler::constant_of(SimDuration::ZERO), 0.0),
        }
    }

    /// Goes on from beat `next` to the first that takes time. Who waits is called by the timer `tag` of `place`.
    pub(super) fn go_on(&self, next: &mut u16, cx: &mut Ctx<'_>, (tag, place): (u8, u16)) -> Stage {
        while let Some(beat) = self.beats.get(usize::from(*next)) {
            *next += 1;
            match beat {
                Beat::Pass(sampler, mean_s) => {
                    let time = cx.draw_with(sampler, self.stream);
                    return Stage::Passes(time, SimDuration::from_seconds(*mean_s));
                }
                Beat::Set(signal, on) => cx.set_signal(*signal, *on),
                Beat::Wait(awaited) if cx.wait_for(*awaited, tag, place) => return Stage::Waits,
                Beat::Wait(_) => {}
                Beat::Open => return Stage::Opens,
            }
        }
        Stage::Over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::StreamId;

    /// A move of 2 s, a drawn wait of 3 s on the average, a move of 1 s.
    #[test]
    fn what_is_drawn_stretches_and_moves_do_not() {
        let seconds = SimDuration::from_seconds;
        let drawn = Distribution::Exponential(seconds(3.0));
        let pass = |time: f64| Beat::Pass(Sampler::constant_of(seconds(time)), time);
        let wait = Beat::Pass(drawn.sampler().expect("a mean above zero"), 3.0);
        let set = Beat::Set(SignalId::from_index(0), true);
        let course = Course::new([pass(2.0), wait, pass(1.0), set, pass(5.0)], StreamId(0));
        assert_eq!(course.beats.len(), 3);
        assert!((course.mean_s() - 11.0).abs() < 1e-12);
        // This time the wait takes 9 s.
        for (gone, progress) in
            [(0.0, 0.0), (1.5, 1.5), (2.0, 2.0), (6.5, 3.5), (11.0, 5.0), (11.5, 5.5), (12.0, 6.0)]
        {
            let found = course.progress_s(1, seconds(gone), seconds(12.0));
            assert!((found - progress).abs() < 1e-9, "{gone}: {found}, not {progress}");
        }
        // At the signal, before the last move, within it, and at its end.
        assert_eq!(course.progress_s(2, SimDuration::ZERO, SimDuration::ZERO), 6.0);
        assert_eq!(course.progress_s(3, seconds(2.5), seconds(5.0)), 8.5);
        assert_eq!(course.progress_s(3, SimDuration::ZERO, SimDuration::ZERO), 11.0);
    }
}
