//! Where a run is to come to by itself: a time, the next part, or the first time that something holds.
//!
//! It goes there as fast as it can, within the budget of each frame, so that the window stays open to a change of mind.

use std::time::{Duration, Instant};

use twin::engine::{Activity, Model};
use twin::session::{Condition, SessionError, Stop, Watching};
use twin::units::{SimDuration, SimTime};

use super::Run;
use super::look::word;
use super::views::clock::time;

/// Where to.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// A time, be it ahead or in the past. There the run goes on, or stands, as it did before.
    Time(SimTime),
    /// So much later.
    Later(SimDuration),
    /// The next part that leaves the plant finished. There the run stands.
    Part,
    /// The first time that this holds and did not before. There the run stands.
    Condition(Condition),
}

/// What can be typed, for people.
pub const EXAMPLES: &str =
    "2h · +30min · 500 finished · 40 in plant · 5 in NAME · NAME failed · any failed";

impl Goal {
    /// What somebody has typed, see [`EXAMPLES`]; names are those of `model`.
    ///
    /// # Errors
    ///
    /// What would be right.
    pub fn read(text: &str, model: &Model) -> Result<Self, String> {
        let text = text.trim();
        let length = |text: &str| text.trim().parse::<SimDuration>();
        if let Some(later) = text.strip_prefix('+') {
            return length(later).map(Self::Later).map_err(|error| error.to_string());
        }
        if let Ok(at) = length(text) {
            return Ok(Self::Time(SimTime::ZERO + at));
        }
        let condition = counted(text).or_else(|| done(text));
        let Some(condition) = condition else { return Err(format!("What is meant? {EXAMPLES}")) };
        condition.watch(model).map_err(|error| error.to_string())?;
        Ok(Self::Condition(condition))
    }

    /// What it is, for people.
    pub fn name(&self) -> String {
        match self {
            Self::Time(at) => format!("to {}", time(*at)),
            Self::Later(by) => format!("{} s on", by.seconds()),
            Self::Part => "to the next part".to_owned(),
            Self::Condition(condition) => format!("until {}", condition.name()),
        }
    }
}

/// `500 finished`, `40 in plant`, `5 in buffer`.
fn counted(text: &str) -> Option<Condition> {
    let (number, what) = text.split_once(' ')?;
    match what.trim() {
        "finished" => Some(Condition::Finished(number.parse().ok()?)),
        "in plant" => Some(Condition::PartsInPlant(number.parse().ok()?)),
        what => {
            let name = what.strip_prefix("in ")?.trim();
            Some(Condition::PartsIn(name.to_owned(), number.parse().ok()?))
        }
    }
}

/// `mill failed`, `any off shift`.
fn done(text: &str) -> Option<Condition> {
    Activity::ALL.into_iter().find_map(|activity| {
        let name = text.strip_suffix(word(activity))?;
        let name = name.strip_suffix(' ')?.trim();
        Some(match name {
            "any" => Condition::AnyDoes(activity),
            name => Condition::Does(name.to_owned(), activity),
        })
    })
}

/// A goal on the way.
#[derive(Clone, Debug)]
pub(super) struct Going {
    goal: Goal,
    aim: Aim,
    /// Where it ends in any case.
    until: SimTime,
}

#[derive(Clone, Copy, Debug)]
enum Aim {
    Time,
    Part,
    Condition(Watching),
}

/// How far one call went.
enum Came {
    /// The time for it is over.
    Interrupted,
    /// It is there.
    There,
    /// It is at the end and has not met what it was to meet.
    Missed,
}

impl Run {
    /// Goes to `goal` from this frame on. Where that takes no longer than a frame may, it is there when this returns.
    pub fn go_to(&mut self, goal: Goal) {
        self.trouble = None;
        let now = self.state().now();
        let end = self.model.run.until;
        // Nobody wants to wait for ever for what does not come.
        let last = end.max(now + (end - SimTime::ZERO));
        let going = match &goal {
            Goal::Time(at) => Ok((Aim::Time, *at)),
            Goal::Later(by) => Ok((Aim::Time, now + *by)),
            Goal::Part => Ok((Aim::Part, last)),
            Goal::Condition(condition) => {
                condition.watch(&self.model).map(|watching| (Aim::Condition(watching), last))
            }
        };
        match going {
            Ok((aim, until)) => {
                let goal = match aim {
                    Aim::Time => Goal::Time(until),
                    _ => goal,
                };
                self.going = Some(Going { goal, aim, until });
                self.pursue(super::run::BUDGET[0]);
            }
            Err(error) => self.trouble = Some(error.to_string()),
        }
    }

    /// Where it goes by itself.
    pub fn goal(&self) -> Option<&Goal> {
        self.going.as_ref().map(|going| &going.goal)
    }

    /// Stays where it is.
    pub fn give_up(&mut self) {
        self.going = None;
        self.playing = false;
    }

    /// Waits until it has come to its goal.
    pub fn arrive(&mut self) {
        while self.going.is_some() {
            self.pursue(Duration::MAX);
        }
    }

    /// Goes on towards the goal for as long as `budget` lasts.
    pub(super) fn pursue(&mut self, budget: Duration) {
        let Some(going) = self.going.take() else { return };
        let begin = Instant::now();
        let came = self.come(&going, &mut || begin.elapsed() < budget);
        match came {
            Ok(Came::Interrupted) => self.going = Some(going),
            Ok(Came::There) => self.playing &= matches!(going.aim, Aim::Time),
            Ok(Came::Missed) => {
                self.playing = false;
                let name = going.goal.name();
                self.trouble = Some(format!("went {name}, which has not come"));
            }
            Err(error) => self.told(Err(error)),
        }
        self.refresh();
    }

    fn come(
        &mut self,
        going: &Going,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Came, SessionError> {
        let mut first = true;
        loop {
            let now = self.state().now();
            // What has been reached already is not worth a sample.
            let known = matches!(going.aim, Aim::Time) && going.until <= self.furthest();
            let next = if known { going.until } else { now + self.history.step() };
            let next = next.min(going.until);
            let stop = match going.aim {
                Aim::Time if first => arrived(self.session.seek_within(next, go_on)?),
                Aim::Time => arrived(self.session.advance_within(next, go_on)?),
                Aim::Part => self.session.step_part(next, go_on)?,
                Aim::Condition(watching) => {
                    let mut holds = |model: &Model, state: &_| watching.holds(model, state);
                    self.session.run_until(next, go_on, &mut holds)?
                }
            };
            first = false;
            self.history.record(&self.model, self.session.state());
            match stop {
                Stop::Met => return Ok(Came::There),
                Stop::Interrupted => return Ok(Came::Interrupted),
                Stop::Arrived if next == going.until => {
                    let time = matches!(going.aim, Aim::Time);
                    return Ok(if time { Came::There } else { Came::Missed });
                }
                Stop::Arrived if !go_on() => return Ok(Came::Interrupted),
                Stop::Arrived => {}
            }
        }
    }
}

fn arrived(there: bool) -> Stop {
    if there { Stop::Arrived } else { Stop::Interrupted }
}
