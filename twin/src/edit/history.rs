//! Undo and redo, by name.

use serde::{Deserialize, Serialize};

use super::apply::Edit;
use super::error::EditProblem;

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What.
    pub edit: Edit,
    patch: Patch,
    /// It is part of a drag that goes on.
    open: bool,
}

/// The piece of text that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Patch {
    at: usize,
    before: String,
    after: String,
}

/// A text, and what was done to it. Memory: the pieces of text that changes were about. It can be kept in a file, so that
/// nothing is lost with the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    text: String,
    done: Vec<Entry>,
    undone: Vec<Entry>,
    /// How many had been done when the text was saved; `None`: that state is gone.
    saved: Option<usize>,
}

impl History {
    /// A text as it was read from its file.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), saved: Some(0), ..Self::default() }
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was done, the last at the end.
    pub fn done(&self) -> &[Entry] {
        &self.done
    }

    /// What was undone, the next to be redone at the end.
    pub fn undone(&self) -> &[Entry] {
        &self.undone
    }

    /// Whether the text differs from what was saved.
    pub fn is_unsaved(&self) -> bool {
        self.saved != Some(self.done.len())
    }

    /// The text has been written to its file.
    pub fn set_saved(&mut self) {
        self.end_drag();
        self.saved = Some(self.done.len());
    }

    /// The file has become another one: whatever the text is, it differs from what was saved.
    pub fn set_unsaved(&mut self) {
        self.saved = None;
    }

    /// Makes a change. What was undone cannot be redone any more.
    ///
    /// # Errors
    ///
    /// If it cannot be made; all is as before then.
    pub fn apply(&mut self, edit: Edit) -> Result<(), EditProblem> {
        self.end_drag();
        self.make(edit, false)
    }

    /// Makes a change that is a step of a drag: until [`end_drag`](Self::end_drag), the next one of the same thing takes its place.
    ///
    /// # Errors
    ///
    /// If it cannot be made; all is as before then.
    pub fn drag(&mut self, edit: Edit) -> Result<(), EditProblem> {
        let goes_on = self.done.last().is_some_and(|last| last.open && edit.overrides(&last.edit));
        if !goes_on {
            self.end_drag();
            return self.make(edit, true);
        }
        let Some(last) = self.done.pop() else { return Ok(()) };
        let before = last.patch.undo(&self.text);
        match edit.apply(&before) {
            Ok(after) => {
                let patch = Patch::between(&before, &after);
                self.text = after;
                self.done.push(Entry { edit, patch, open: true });
                Ok(())
            }
            Err(problem) => {
                self.done.push(last);
                Err(problem)
            }
        }
    }

    /// The drag is over: the next step begins a change of its own.
    pub fn end_drag(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.open = false;
        }
    }

    /// Undoes the last change; which that was.
    pub fn undo(&mut self) -> Option<&Edit> {
        self.end_drag();
        let entry = self.done.pop()?;
        self.text = entry.patch.undo(&self.text);
        self.undone.push(entry);
        self.undone.last().map(|entry| &entry.edit)
    }

    /// Makes the change again that was undone last; which that is.
    pub fn redo(&mut self) -> Option<&Edit> {
        let entry = self.undone.pop()?;
        self.text = entry.patch.redo(&self.text);
        self.done.push(entry);
        self.done.last().map(|entry| &entry.edit)
    }

    fn make(&mut self, edit: Edit, open: bool) -> Result<(), EditProblem> {
        let after = edit.apply(&self.text)?;
        let patch = Patch::between(&self.text, &after);
        if self.saved.is_some_and(|saved| saved > self.done.len()) {
            self.saved = None;
        }
        self.undone.clear();
        self.text = after;
        self.done.push(Entry { edit, patch, open });
        Ok(())
    }
}

impl Patch {
    fn between(before: &str, after: &str) -> Self {
        let same = before.char_indices().zip(after.chars()).find(|((_, a), b)| a != b);
        let head = same.map_or(before.len().min(after.len()), |((at, _), _)| at);
        let (old, new) = (&before[head..], &after[head..]);
        let tail: usize = old
            .chars()
            .rev()
            .zip(new.chars().rev())
            .take_while(|(a, b)| a == b)
            .map(|(c, _)| c.len_utf8())
            .sum();
        Self {
            at: head,
            before: old[..old.len() - tail].to_owned(),
            after: new[..new.len() - tail].to_owned(),
        }
    }

    fn undo(&self, text: &str) -> String {
        self.swap(text, &self.after, &self.before)
    }

    fn redo(&self, text: &str) -> String {
        self.swap(text, &self.before, &self.after)
    }

    fn swap(&self, text: &str, is: &str, shall: &str) -> String {
        let mut out = text.to_owned();
        out.replace_range(self.at..self.at + is.len(), shall);
        out
    }
}
