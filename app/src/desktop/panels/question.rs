//! What has to be answered or typed before the work goes on: by mouse, or by the letters that the buttons name.

use std::path::{Path, PathBuf};

use egui::{
    Align2, Area, Button, Context, Frame, Id, Key, Memory, Modal, Order, ScrollArea, TextEdit, vec2,
};
use twin::edit::Edit;

use super::plan::Work;
use crate::desktop::command::Command;
use crate::desktop::goal::EXAMPLES;
use crate::desktop::plan::{Plan, Question, Reply, Then};

/// A line that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What for.
    pub purpose: Purpose,
    /// What has been typed.
    pub text: String,
}

/// What a line is typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A file to write to.
    SaveAs,
    /// A file to open.
    Open,
    /// Another name of this entry.
    Rename(String),
    /// Where the run is to go.
    RunTo,
}

impl Purpose {
    const fn is_file(&self) -> bool {
        matches!(self, Self::SaveAs | Self::Open)
    }
}

impl Prompt {
    /// For a file to write to, beside the one that there is.
    pub fn save_as(path: Option<&Path>) -> Self {
        let text = path.map_or("plant.ron".into(), Path::to_string_lossy).into_owned();
        Self { purpose: Purpose::SaveAs, text }
    }

    /// For a file to open, in the folder of the one that there is.
    pub fn open(path: Option<&Path>) -> Self {
        let folder = path.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        let text = folder.map(|folder| folder.join("").to_string_lossy().into_owned());
        Self { purpose: Purpose::Open, text: text.unwrap_or_default() }
    }

    /// For another name of an entry.
    pub fn rename(entry: &str) -> Self {
        Self { purpose: Purpose::Rename(entry.to_owned()), text: entry.to_owned() }
    }

    /// For where the run is to go.
    pub const fn run_to() -> Self {
        Self { purpose: Purpose::RunTo, text: String::new() }
    }

    fn title(&self) -> String {
        match &self.purpose {
            Purpose::SaveAs => "Save as".to_owned(),
            Purpose::Open => "Open".to_owned(),
            Purpose::Rename(entry) => format!("Rename {entry}"),
            Purpose::RunTo => "Run to".to_owned(),
        }
    }

    /// Whether it is for a file to be written.
    pub fn is_saving(&self) -> bool {
        self.purpose == Purpose::SaveAs
    }

    /// What it comes to; `None`: nothing.
    pub fn command(&self) -> Option<Command> {
        let text = self.text.trim();
        let path = || PathBuf::from(text);
        let plan = match &self.purpose {
            _ if text.is_empty() => return None,
            Purpose::SaveAs => Plan::WriteTo(path()),
            Purpose::Open => Plan::Read(path()),
            Purpose::Rename(entry) if entry == text => return None,
            Purpose::Rename(entry) => {
                Plan::Make(Edit::Rename { name: entry.clone(), to: text.to_owned() })
            }
            Purpose::RunTo => return Some(Command::GoTo(text.to_owned())),
        };
        Some(Command::Plan(plan))
    }
}

/// Whatever of these is open. True: the keys are its own.
pub fn asking_ui(ctx: &Context, work: &mut Work, kinds: &[&str], out: &mut Vec<Command>) -> bool {
    if let Some(question) = &work.question {
        question_ui(ctx, question, out);
        return true;
    }
    if let Some(prompt) = &mut work.prompt {
        if prompt_ui(ctx, prompt, work.notice.as_deref(), out) {
            work.prompt = None;
            work.sure = None;
            ctx.memory_mut(Memory::stop_text_input);
        }
        return true;
    }
    if let Some(search) = &mut work.kinds {
        if kinds_ui(ctx, search, kinds, out) {
            work.kinds = None;
            ctx.memory_mut(Memory::stop_text_input);
        }
        return true;
    }
    false
}

/// What is asked, and the answers: what a button says, the key of it, what it means.
fn asked(question: &Question) -> (&'static str, String, Vec<(&'static str, Key, Reply)>) {
    match question {
        Question::Unsaved(then) => {
            let before = match then {
                Then::Close => "before the window is closed",
                Then::Open(_) => "before another plant is opened",
            };
            let answers = vec![
                ("Save (S)", Key::S, Reply::Keep),
                ("Discard (D)", Key::D, Reply::Drop),
                ("Cancel (Esc)", Key::Escape, Reply::Cancel),
            ];
            ("There are changes that are not saved", format!("Save them {before}?"), answers)
        }
        Question::Changed(_) => {
            let text =
                "Another program has written to it, and there are changes here that are not saved.";
            let answers = vec![
                ("Keep mine (K)", Key::K, Reply::Keep),
                ("Take the file's (T)", Key::T, Reply::Drop),
            ];
            ("The file has changed", text.to_owned(), answers)
        }
        Question::Kept(stale) => {
            let more = if *stale { " The file itself has been changed since." } else { "" };
            let text = format!("They were kept when this plant was last worked on.{more}");
            let answers = vec![
                ("Go on with them (G)", Key::G, Reply::Keep),
                ("Discard them (D)", Key::D, Reply::Drop),
            ];
            ("Unsaved changes were found", text, answers)
        }
    }
}

/// A question over everything.
pub fn question_ui(ctx: &Context, question: &Question, out: &mut Vec<Command>) {
    let (title, text, answers) = asked(question);
    Modal::new(Id::new("question")).show(ctx, |ui| {
        ui.set_width(380.0);
        ui.heading(title);
        ui.label(text);
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            for (label, key, reply) in answers {
                let pressed = ui.input(|input| input.key_pressed(key));
                if ui.add(Button::new(label).min_size(vec2(90.0, 26.0))).clicked() || pressed {
                    out.push(Command::Plan(Plan::Answer(reply)));
                }
            }
        });
    });
}

/// A line to be typed; true: it is done with.
fn prompt_ui(
    ctx: &Context,
    prompt: &mut Prompt,
    notice: Option<&str>,
    out: &mut Vec<Command>,
) -> bool {
    let mut done = ctx.input(|input| input.key_pressed(Key::Escape));
    top("prompt").show(ctx, |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(520.0);
            ui.strong(prompt.title());
            let hint = if prompt.purpose == Purpose::RunTo { EXAMPLES } else { "" };
            let line = TextEdit::singleline(&mut prompt.text).hint_text(hint);
            let line = line.desired_width(f32::INFINITY);
            let response = ui.add(line);
            // Enter takes the cursor away; it is asked for again unless this is done with.
            let entered = ui.input(|input| input.key_pressed(Key::Enter));
            response.request_focus();
            if let Some(notice) = notice {
                ui.label(notice);
            }
            let is_file = prompt.purpose.is_file();
            // What may turn out to be wrong can be mended.
            let stays = is_file || prompt.purpose == Purpose::RunTo;
            ui.horizontal(|ui| {
                if ui.button("OK (Enter)").clicked() || entered {
                    match prompt.command() {
                        Some(command) => {
                            done |= !stays;
                            out.push(command);
                        }
                        None => done = true,
                    }
                }
                if ui.button("Cancel (Esc)").clicked() {
                    done = true;
                }
                let tip = Plan::Browse.text().1;
                if is_file && ui.button("Browse …").on_hover_text(tip).clicked() {
                    out.push(Command::Plan(Plan::Browse));
                }
            });
        });
    });
    done
}

/// The kinds that can be added; true: it is done with.
fn kinds_ui(ctx: &Context, search: &mut String, kinds: &[&str], out: &mut Vec<Command>) -> bool {
    let mut done = ctx.input(|input| input.key_pressed(Key::Escape));
    top("kinds").show(ctx, |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(320.0);
            ui.strong("Add, where you click next");
            let hint = "Kind of equipment";
            let line = TextEdit::singleline(search).hint_text(hint).desired_width(f32::INFINITY);
            ui.add(line).request_focus();
            let find = search.trim().to_lowercase();
            let found = kinds.iter().filter(|kind| kind.to_lowercase().contains(&find));
            let first = ui.input(|input| input.key_pressed(Key::Enter));
            ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                for (n, kind) in found.enumerate() {
                    let chosen = ui.selectable_label(n == 0, *kind).clicked() || first && n == 0;
                    if chosen {
                        out.push(Command::Plan(Plan::Take((*kind).to_owned())));
                        done = true;
                    }
                }
            });
        });
    });
    done
}

fn top(id: &'static str) -> Area {
    Area::new(Id::new(id)).order(Order::Foreground).anchor(Align2::CENTER_TOP, vec2(0.0, 80.0))
}
