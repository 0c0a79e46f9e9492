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
    /// Nothing more.
    Over,
}

/// Steps in their order, times that follow each other taken together.
#[derive(Clone, Debug)]
pub(super) struct Course {
    beats: Vec<Beat>,
    stream: StreamId,
}

impl Course {
    /// `beats`, whose times are drawn from `stream`.
    pub(super) fn new(beats: impl IntoIterator<Item = Beat>, stream: StreamId) -> Self {
        let mut all = Vec::new();
        let mut times = (Vec::new(), 0.0);
        for beat in beats {
            if let Beat::Pass(sampler, mean_s) = beat {
                times = (times.0.into_iter().chain([sampler]).collect(), times.1 + mean_s);
                continue;
            }
            flush(&mut all, &mut times);
            all.push(beat);
        }
        flush(&mut all, &mut times);
        Self { beats: all, stream }
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

    /// All its time at once, of one that is plain.
    pub(super) fn draw(&self, cx: &mut Ctx<'_>) -> SimDuration {
        match self.beats.as_slice() {
            [Beat::Pass(sampler, _)] => cx.draw_with(sampler, self.stream),
            _ => SimDuration::ZERO,
        }
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
            }
        }
        Stage::Over
    }
}

fn flush(all: &mut Vec<Beat>, times: &mut (Vec<Sampler<SimDuration>>, f64)) {
    let (samplers, mean_s) = std::mem::take(times);
    if !samplers.is_empty() {
        all.push(Beat::Pass(Sampler::sum(samplers), mean_s));
    }
}
