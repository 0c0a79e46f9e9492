//! Everything that can be done at the window, in one place: what it is called, what it does, and to what it leads.
//!
//! Panels, keys and the palette all speak in commands; nothing else changes the run or the desk.

use twin::id::EquipmentId;
use twin::units::SimTime;

use super::follow::Followed;
use super::goal::Goal;
use super::look::{Layer, Side};
use super::panels::Pane;
use super::plan::Plan;
use super::trace::Trace;

/// Something that the user wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Runs, or pauses.
    RunOrPause,
    /// Handles the next event.
    StepEvent,
    /// Goes back by one event.
    StepBack,
    /// Goes on by a second of simulated time.
    StepTick,
    /// Goes on to the next part that leaves the plant finished.
    StepPart,
    /// Asks where to go.
    RunTo,
    /// Goes there, as it was typed.
    GoTo(String),
    /// Goes there.
    Go(Goal),
    /// Twice as fast.
    Faster,
    /// Half as fast.
    Slower,
    /// As fast as the machine can, or back to a speed.
    Unlimited,
    /// Simulated seconds a second.
    Speed(f64),
    /// Back to the start.
    Start,
    /// Goes to a point in time.
    Seek(SimTime),
    /// Looks from a side at everything.
    View(Side),
    /// Looks at what is selected, else at everything.
    Focus,
    /// Keeps the eye on what is selected.
    Follow,
    /// Keeps the eye on something that moves.
    FollowThis(Followed),
    /// Keeps the present view under a number.
    Keep(u8),
    /// Goes to a view that is kept.
    Recall(u8),
    /// The other theme.
    Theme,
    /// Names, all, nothing.
    Overlay,
    /// The next field of the hall, or none.
    Field,
    /// Looks at it so many cells higher.
    FieldBy(i8),
    /// Draws something beside the plant, or no longer.
    Layer(Layer),
    /// Larger writing.
    Larger,
    /// Smaller writing.
    Smaller,
    /// The usual size.
    UsualSize,
    /// All commands, to be searched.
    Palette,
    /// To the search of the plant tree.
    Find,
    /// The list of keys.
    Keys,
    /// Selects an equipment, or nothing.
    Select(Option<EquipmentId>),
    /// Selects the bottleneck.
    Bottleneck,
    /// Sets the speed of an equipment relative to its file.
    Pace(EquipmentId, f64),
    /// Switches an equipment off.
    StopMachine(EquipmentId),
    /// Switches it on.
    GoMachine(EquipmentId),
    /// Runs the plant ahead twice, as it is and with this equipment faster by this factor, and compares.
    WhatIf(EquipmentId, f64),
    /// Takes the last change of the run back.
    TakeBack,
    /// Does something to the plant's file.
    Plan(Plan),
    /// Forks the run: beside it runs another, in which what is selected, else the bottleneck, is a quarter faster.
    Fork,
    /// Shows the other of two forks.
    OtherFork,
    /// Shows both forks side by side, or one of them.
    Split,
    /// Goes on with the one that is shown alone.
    EndFork,
    /// Puts a value into the plot, or takes it out.
    Plot(Trace),
    /// Brings a tab to the front.
    Show(Pane),
    /// Writes a picture of the window.
    Screenshot,
    /// Begins to take pictures of the window one after the other, or ends it.
    Film,
    /// Closes the window.
    Quit,
}

/// Those that need nothing to be said with them, as the palette lists them.
pub const PLAIN: [Command; 58] = [
    Command::RunOrPause,
    Command::StepEvent,
    Command::StepBack,
    Command::StepTick,
    Command::StepPart,
    Command::RunTo,
    Command::Faster,
    Command::Slower,
    Command::Unlimited,
    Command::Start,
    Command::Bottleneck,
    Command::View(Side::Iso),
    Command::View(Side::Top),
    Command::View(Side::Front),
    Command::View(Side::Left),
    Command::Focus,
    Command::Follow,
    Command::Theme,
    Command::Overlay,
    Command::Field,
    Command::FieldBy(1),
    Command::FieldBy(-1),
    Command::Layer(Layer::Sensors),
    Command::Layer(Layer::Ways),
    Command::Layer(Layer::Reach),
    Command::Layer(Layer::Forces),
    Command::Larger,
    Command::Smaller,
    Command::UsualSize,
    Command::Find,
    Command::Keys,
    Command::TakeBack,
    Command::Plan(Plan::Save),
    Command::Plan(Plan::SaveAs),
    Command::Plan(Plan::Open),
    Command::Plan(Plan::Fields),
    Command::Plan(Plan::Add),
    Command::Plan(Plan::Connect),
    Command::Plan(Plan::Rename),
    Command::Plan(Plan::Duplicate),
    Command::Plan(Plan::Delete),
    Command::Plan(Plan::Fidelity),
    Command::Plan(Plan::Undo),
    Command::Plan(Plan::Redo),
    Command::Fork,
    Command::OtherFork,
    Command::Split,
    Command::EndFork,
    Command::Show(Pane::Machines),
    Command::Show(Pane::Courses),
    Command::Show(Pane::Alarms),
    Command::Show(Pane::Events),
    Command::Show(Pane::Gantt),
    Command::Show(Pane::Flows),
    Command::Show(Pane::Versus),
    Command::Screenshot,
    Command::Film,
    Command::Quit,
];

impl Command {
    /// Whether its key means it even while something is being typed.
    pub const fn while_typing(&self) -> bool {
        matches!(self, Self::Palette | Self::Quit | Self::Plan(Plan::Save | Plan::SaveAs))
    }

    /// What it is called and what it does.
    pub const fn text(&self) -> (&'static str, &'static str) {
        match self {
            Self::RunOrPause => ("Run or pause", "Let simulated time go on, or hold it"),
            Self::StepEvent => ("Step one event", "Handle the next event and hold"),
            Self::StepBack => ("Step back one event", "Go back to before the last event"),
            Self::StepTick => ("Step one second", "Go on by a second of simulated time and hold"),
            Self::StepPart => ("Step to the next part", "Go on until a part is finished and hold"),
            Self::RunTo => ("Run to …", "Go to a time, or until something is the case"),
            Self::GoTo(_) | Self::Go(_) => ("Go", "Go to a time, or until something is the case"),
            Self::Faster => ("Faster", "Double the speed of simulated time"),
            Self::Slower => ("Slower", "Halve the speed of simulated time"),
            Self::Unlimited => {
                ("As fast as possible", "Let the run go as fast as this computer can")
            }
            Self::Speed(_) => ("Speed", "Simulated seconds a second"),
            Self::Start => ("Back to the start", "Go to the begin of the run"),
            Self::Seek(_) => ("Go to a time", "Go to a point in simulated time"),
            Self::View(Side::Iso) => ("View from a corner", "The whole plant in perspective"),
            Self::View(Side::Top) => ("View from above", "The whole plant as on a layout drawing"),
            Self::View(Side::Front) => ("View from the front", "The whole plant, level"),
            Self::View(Side::Left) => ("View from the left", "The whole plant from its side"),
            Self::Focus => {
                ("Look at the selection", "Bring what is selected, or the whole plant, into view")
            }
            Self::Follow => ("Follow the selection", "Keep the eye on what is selected"),
            Self::FollowThis(_) => ("Follow this", "Keep the eye on a part or a vehicle"),
            Self::Keep(_) => ("Keep this view", "Keep the present view under a number"),
            Self::Recall(_) => ("Go to a kept view", "Look from where a view was kept"),
            Self::Theme => ("Light or dark", "Change the colours of the window"),
            Self::Overlay => ("Names over the plant", "Names; names, contents and rates; nothing"),
            Self::Field => ("Field of the hall", "Temperature, speed, concentration, nothing"),
            Self::FieldBy(0..) => ("Field one cell higher", "Look at the field further up"),
            Self::FieldBy(_) => ("Field one cell lower", "Look at the field further down"),
            Self::Layer(layer) => layer.text(),
            Self::Larger => ("Larger writing", "Enlarge everything that is written"),
            Self::Smaller => ("Smaller writing", "Reduce everything that is written"),
            Self::UsualSize => ("Usual size of writing", "Back to the usual size"),
            Self::Palette => ("Commands", "Find a command or an equipment by its name"),
            Self::Find => ("Find equipment", "Search the plant tree"),
            Self::Keys => ("Keys", "Show all keys"),
            Self::Select(_) => ("Select", "Show an equipment in the inspector"),
            Self::Bottleneck => (
                "Go to the bottleneck",
                "Select the machine that holds the plant up and look at it",
            ),
            Self::Pace(..) => ("Pace", "Speed of an equipment relative to its file"),
            Self::StopMachine(_) => ("Switch off", "Stop an equipment; its work stands still"),
            Self::GoMachine(_) => ("Switch on", "Let an equipment go on"),
            Self::WhatIf(..) => ("What if it were faster", "Run the plant ahead twice and compare"),
            Self::TakeBack => (
                "Take back in the run",
                "Undo the last thing that was done to the run, not to the plant's file",
            ),
            Self::Plan(plan) => plan.text(),
            Self::Fork => (
                "Fork from now",
                "Run a second future beside, with the selected machine a quarter faster",
            ),
            Self::OtherFork => ("Show the other future", "Look at B instead of A, or back"),
            Self::Split => {
                ("Both futures", "A and B side by side, from the same eye, or one of them")
            }
            Self::EndFork => ("End the fork", "Go on with the future that is shown alone"),
            Self::Plot(_) => ("Plot", "Put a value into the plot, or take it out"),
            Self::Show(pane) => pane.text(),
            Self::Screenshot => ("Picture", "Write a picture of the window to a file"),
            Self::Film => {
                ("Film", "Write pictures of the window, 25 a second, until it is said again")
            }
            Self::Quit => ("Close", "Close the window"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for (n, one) in PLAIN.iter().enumerate() {
            let (name, tip) = one.text();
            assert!(!name.is_empty() && tip.len() > name.len() / 2, "{one:?}");
            assert!(
                PLAIN[n + 1..].iter().all(|other| other.text().0 != name),
                "{name} is there twice"
            );
        }
    }
}
