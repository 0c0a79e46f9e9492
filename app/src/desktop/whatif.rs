//! What if a machine were faster, from now on? The plant is run ahead twice from the present, as it is and with the change, under
//! the same random numbers, so that all that differs follows from the change. It is done beside the window, on a thread of its own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use twin::engine::{Action, Command, Log, Model, State, advance};
use twin::id::EquipmentId;
use twin::study::Bottleneck;
use twin::units::{SimDuration, SimTime};

/// How far ahead is looked: a quarter of the run of the plant file, within these bounds (h).
const HOURS: [f64; 2] = [2.0, 168.0];

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Which equipment.
    pub id: EquipmentId,
    /// Its name in the plant file.
    pub name: String,
    /// How many times as fast.
    pub faster: f64,
    /// How far ahead (h).
    pub hours: f64,
}

/// What is known so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is being run.
    Working(Question),
    /// It could not be run, and why.
    Failed(String),
    /// It has been run.
    Done {
        /// What was asked.
        question: Question,
        /// Parts finished as it is, and with the change.
        finished: [u64; 2],
        /// The machine that is active most with the change.
        next: String,
    },
}

/// The last question and its answer.
#[derive(Debug, Default)]
pub struct WhatIf {
    answer: Option<Answer>,
    coming: Option<Receiver<Answer>>,
}

impl WhatIf {
    /// What is known of the last question.
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// Begins to work on a question; one that is still open is dropped.
    pub fn ask(&mut self, model: &Arc<Model>, state: &State, id: EquipmentId, faster: f64) {
        let quarter = model.run.until.seconds() / 3600.0 / 4.0;
        let name = model.row(id).name.clone();
        let question = Question { id, name, faster, hours: quarter.clamp(HOURS[0], HOURS[1]) };
        let (tell, coming) = channel();
        self.answer = Some(Answer::Working(question.clone()));
        self.coming = Some(coming);
        let (model, state) = (model.clone(), state.clone());
        std::thread::spawn(move || {
            // Nobody listens any more if another question was asked meanwhile.
            let _ = tell.send(answer(&model, &state, question));
        });
    }

    /// Looks whether there is an answer.
    pub fn poll(&mut self) {
        let Some(coming) = &self.coming else { return };
        match coming.try_recv() {
            Ok(answer) => self.answer = Some(answer),
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {
                self.answer =
                    Some(Answer::Failed("The run ahead has ended without a result.".to_owned()));
            }
        }
        self.coming = None;
    }
}

/// Runs ahead twice and compares.
pub fn answer(model: &Model, state: &State, question: Question) -> Answer {
    let until = state.now() + SimDuration::from_seconds(question.hours * 3600.0);
    let run = |pace: Option<f64>| -> Result<State, String> {
        let mut state = state.clone();
        state.reset_statistics(model);
        if let Some(pace) = pace {
            let action = Action::Pace(question.name.clone(), pace);
            let command = Command { at: state.now(), action };
            state.command(model, command).map_err(|error| error.to_string())?;
        }
        ahead(model, &mut state, until)?;
        Ok(state)
    };
    match (run(None), run(Some(question.faster))) {
        (Ok(now), Ok(then)) => Answer::Done {
            finished: [finished(&now), finished(&then)],
            next: busiest(model, &then),
            question,
        },
        (Err(why), _) | (_, Err(why)) => Answer::Failed(why),
    }
}

fn ahead(model: &Model, state: &mut State, until: SimTime) -> Result<(), String> {
    advance(model, state, until, &mut Log::off()).map_err(|error| error.to_string())
}

fn finished(state: &State) -> u64 {
    state.tallies().iter().map(|tally| tally.finished).sum()
}

/// The name of the machine that is active most.
fn busiest(model: &Model, state: &State) -> String {
    let found = Bottleneck::so_far(model, state);
    found.map_or_else(String::new, |found| model.row(found.by_share).name.clone())
}
