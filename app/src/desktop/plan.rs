//! What can be done to the plant's file, by whatever hand: each thing has a name and says what it does.

use std::path::PathBuf;

use twin::edit::Edit;

/// Something that the user wants of the plant's file.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Makes a change.
    Make(Edit),
    /// Undoes the last change.
    Undo,
    /// Makes the change again that was undone last.
    Redo,
    /// Writes the file.
    Save,
    /// Asks for another file to write to.
    SaveAs,
    /// Asks for another plant.
    Open,
    /// Writes to this file, which is the plant's own from now on.
    WriteTo(PathBuf),
    /// Opens the plant in this file.
    Read(PathBuf),
    /// Asks the system for a file.
    Browse,
    /// Shows the fields of what is selected and puts the cursor there.
    Fields,
    /// Asks what to add.
    Add,
    /// Takes a new equipment of this kind in hand.
    Take(String),
    /// Puts it down (m).
    Put([f64; 2]),
    /// Connects what is selected to what is clicked next.
    Connect,
    /// Connects an equipment to another, or takes that connection away.
    Join(String, String),
    /// Asks for another name of what is selected.
    Rename,
    /// Copies what is selected.
    Duplicate,
    /// Takes what is selected out.
    Delete,
    /// Lets what is selected run as rigid bodies, or as events again.
    Fidelity,
    /// Moves what is selected by a step of the grid.
    Nudge(Way),
    /// Moves an entry of the file by so much (m).
    Shift(String, [f64; 2]),
    /// Selects an entry of the file.
    Pick(String),
    /// Answers the question that is open.
    Answer(Reply),
}

/// Along the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To its left.
    Left,
    /// To its right.
    Right,
    /// To its top.
    Up,
    /// To its bottom.
    Down,
}

/// A question that has to be answered before anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// There is something unsaved.
    Unsaved(Then),
    /// The file has become this, and there is something unsaved.
    Changed(String),
    /// Something unsaved was kept when the window was last closed, or has crashed; whether the file has changed since.
    Kept(bool),
}

/// What is to be done after an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// The window is closed.
    Close,
    /// Another plant is opened.
    Open(PathBuf),
}

/// An answer. What it means depends on the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Keep what was done in this window: save it, stay with it, or go on with it.
    Keep,
    /// Drop it.
    Drop,
    /// Neither.
    Cancel,
}

impl Plan {
    /// What it is called and what it does.
    pub const fn text(&self) -> (&'static str, &'static str) {
        match self {
            Self::Make(_) => ("Change", "Change the plant's file"),
            Self::Undo => ("Undo", "Undo the last change of the plant's file"),
            Self::Redo => ("Redo", "Make the change again that was undone last"),
            Self::Save => ("Save", "Write the plant to its file; comments and order stay"),
            Self::SaveAs => ("Save as …", "Write the plant to another file"),
            Self::Open => ("Open …", "Open another plant"),
            Self::WriteTo(_) => ("Save to a file", "Write the plant to this file"),
            Self::Read(_) => ("Open a file", "Open the plant in this file"),
            Self::Browse => ("Browse …", "Choose a file in a window of the system"),
            Self::Fields => ("Edit fields", "Put the cursor into the fields of the selection"),
            Self::Add => ("Add equipment …", "Choose a kind and put it where you click"),
            Self::Take(_) => ("Add", "Put a new equipment where you click"),
            Self::Put(_) => ("Put", "Put the new equipment here"),
            Self::Connect => {
                ("Connect", "Connect the selection to what you click next, or part them")
            }
            Self::Join(..) => ("Connect two", "Connect two equipments, or part them"),
            Self::Rename => ("Rename …", "Give the selection another name, wherever it is named"),
            Self::Duplicate => ("Duplicate", "Copy the selection beside itself"),
            Self::Delete => ("Delete", "Take the selection out of the plant and close the gap"),
            Self::Fidelity => {
                ("Bodies or events", "Let the selection, with its cell, run in its other form")
            }
            Self::Nudge(Way::Left) => ("Move left", "Move the selection a step to the left"),
            Self::Nudge(Way::Right) => ("Move right", "Move the selection a step to the right"),
            Self::Nudge(Way::Up) => ("Move up", "Move the selection a step up the picture"),
            Self::Nudge(Way::Down) => ("Move down", "Move the selection a step down the picture"),
            Self::Shift(..) => ("Move", "Move an equipment"),
            Self::Pick(_) => ("Show", "Select what this is about"),
            Self::Answer(_) => ("Answer", "Answer the question"),
        }
    }
}
