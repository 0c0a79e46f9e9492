//! Which key means what.

use std::sync::OnceLock;

use egui::{Key, Modifiers};

use super::command::Command;
use super::look::{Layer, Side};
use super::panels::Pane;
use super::plan::{Plan, Way};

/// A key with what is held down along with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// Ctrl, or ⌘ on a Mac.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// The key.
    pub key: Key,
}

const fn plain(key: Key) -> Chord {
    Chord { ctrl: false, shift: false, key }
}

const fn ctrl(key: Key) -> Chord {
    Chord { ctrl: true, shift: false, key }
}

const fn ctrl_shift(key: Key) -> Chord {
    Chord { ctrl: true, shift: true, key }
}

/// Keys by number.
const DIGITS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// The keys of this window, once they have been asked for or set.
static KEYS: OnceLock<Vec<(Chord, Command)>> = OnceLock::new();

/// All keys.
pub fn keys() -> &'static [(Chord, Command)] {
    KEYS.get_or_init(usual)
}

/// From now on `keys` are the keys, unless they have been asked for already.
pub fn set(keys: Vec<(Chord, Command)>) {
    // Whoever comes second has no window to show them in.
    let _ = KEYS.set(keys);
}

/// The usual keys: first those that have a meaning of their own, then the numbers of kept views.
pub fn usual() -> Vec<(Chord, Command)> {
    let mut out = vec![
        (plain(Key::Space), Command::RunOrPause),
        (plain(Key::Period), Command::StepEvent),
        (plain(Key::Comma), Command::StepBack),
        (ctrl(Key::ArrowRight), Command::StepTick),
        (ctrl(Key::Period), Command::StepPart),
        (ctrl(Key::G), Command::RunTo),
        (plain(Key::Plus), Command::Faster),
        (plain(Key::Minus), Command::Slower),
        (plain(Key::M), Command::Unlimited),
        (plain(Key::Home), Command::Start),
        (plain(Key::B), Command::Bottleneck),
        (plain(Key::I), Command::View(Side::Iso)),
        (plain(Key::T), Command::View(Side::Top)),
        (plain(Key::R), Command::View(Side::Front)),
        (plain(Key::L), Command::View(Side::Left)),
        (plain(Key::F), Command::Focus),
        (Chord { shift: true, ..plain(Key::F) }, Command::Follow),
        (plain(Key::D), Command::Theme),
        (plain(Key::O), Command::Overlay),
        (plain(Key::H), Command::Field),
        (plain(Key::N), Command::Layer(Layer::Sensors)),
        (plain(Key::P), Command::Layer(Layer::Ways)),
        (plain(Key::K), Command::Layer(Layer::Reach)),
        (plain(Key::Y), Command::Layer(Layer::Forces)),
        (Chord { shift: true, ..plain(Key::Y) }, Command::Plan(Plan::Fidelity)),
        (plain(Key::PageUp), Command::FieldBy(1)),
        (plain(Key::PageDown), Command::FieldBy(-1)),
        (ctrl(Key::Plus), Command::Larger),
        (ctrl(Key::Minus), Command::Smaller),
        (ctrl(Key::Num0), Command::UsualSize),
        (ctrl(Key::K), Command::Palette),
        (ctrl(Key::F), Command::Find),
        (plain(Key::Questionmark), Command::Keys),
        (plain(Key::Escape), Command::Select(None)),
        (plain(Key::U), Command::TakeBack),
        (ctrl(Key::Z), Command::Plan(Plan::Undo)),
        (ctrl_shift(Key::Z), Command::Plan(Plan::Redo)),
        (ctrl(Key::Y), Command::Plan(Plan::Redo)),
        (ctrl(Key::S), Command::Plan(Plan::Save)),
        (ctrl_shift(Key::S), Command::Plan(Plan::SaveAs)),
        (ctrl(Key::O), Command::Plan(Plan::Open)),
        (plain(Key::E), Command::Plan(Plan::Fields)),
        (plain(Key::A), Command::Plan(Plan::Add)),
        (plain(Key::C), Command::Plan(Plan::Connect)),
        (plain(Key::F2), Command::Plan(Plan::Rename)),
        (ctrl(Key::D), Command::Plan(Plan::Duplicate)),
        (plain(Key::Delete), Command::Plan(Plan::Delete)),
        (plain(Key::ArrowLeft), Command::Plan(Plan::Nudge(Way::Left))),
        (plain(Key::ArrowRight), Command::Plan(Plan::Nudge(Way::Right))),
        (plain(Key::ArrowUp), Command::Plan(Plan::Nudge(Way::Up))),
        (plain(Key::ArrowDown), Command::Plan(Plan::Nudge(Way::Down))),
        (plain(Key::X), Command::Fork),
        (Chord { shift: true, ..plain(Key::X) }, Command::EndFork),
        (plain(Key::V), Command::OtherFork),
        (Chord { shift: true, ..plain(Key::V) }, Command::Split),
        (plain(Key::J), Command::Show(Pane::Events)),
        (plain(Key::G), Command::Show(Pane::Gantt)),
        (plain(Key::S), Command::Show(Pane::Flows)),
        (plain(Key::W), Command::Show(Pane::Versus)),
        (plain(Key::F12), Command::Screenshot),
        (ctrl(Key::F12), Command::Film),
        (ctrl(Key::Q), Command::Quit),
    ];
    for (n, key) in (1..).zip(DIGITS) {
        out.push((plain(key), Command::Recall(n)));
        out.push((ctrl(key), Command::Keep(n)));
    }
    out
}

impl Chord {
    /// How it is shown: `Ctrl+K`, `Ctrl++`.
    pub fn text(self) -> String {
        self.with(self.key.symbol_or_name())
    }

    /// How it is written in a file: `Ctrl+K`, `Ctrl+Plus`.
    pub fn name(self) -> String {
        self.with(self.key.name())
    }

    fn with(self, key: &str) -> String {
        let ctrl = if self.ctrl { "Ctrl+" } else { "" };
        let shift = if self.shift { "Shift+" } else { "" };
        format!("{ctrl}{shift}{key}")
    }

    /// Whether it is meant by a key and what is held down. Shift counts only with letters: on some keyboards it takes shift to write
    /// a plus.
    pub fn is(self, key: Key, held: Modifiers) -> bool {
        let letter = self.key.name().len() == 1 && self.key.name().chars().all(char::is_alphabetic);
        self.key == key && self.ctrl == held.command && (!letter || self.shift == held.shift)
    }
}

/// The key of a command, if it has one.
pub fn key_of(command: &Command) -> Option<String> {
    keys().iter().find(|(_, other)| other == command).map(|(chord, _)| chord.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let keys = usual();
        for (n, (chord, command)) in keys.iter().enumerate() {
            let other = keys[n + 1..].iter().find(|(other, _)| other == chord);
            assert!(other.is_none(), "{} is {command:?} and {other:?}", chord.text());
        }
    }

    #[test]
    fn shift_with_a_letter_is_another_key() {
        let follow = Chord { shift: true, ..plain(Key::F) };
        assert!(follow.is(Key::F, Modifiers::SHIFT) && !plain(Key::F).is(Key::F, Modifiers::SHIFT));
        assert!(plain(Key::Plus).is(Key::Plus, Modifiers::SHIFT));
    }
}
