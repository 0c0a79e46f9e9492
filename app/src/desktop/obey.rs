//! What each command does.

use twin::engine::Action;
use twin::id::EquipmentId;
use twin::units::SimDuration;

use super::command::Command;
use super::field::Cut;
use super::follow::Followed;
use super::goal::Goal;
use super::hand::Hand;
use super::panels::palette::Palette;
use super::panels::question::Prompt;
use super::panels::{Chrome, Pane, Work};
use super::run::FASTER;
use super::{Desk, Run, views};

/// Fastest and slowest speed that can be asked for.
const SPEEDS: [f64; 2] = [0.1, 100_000.0];
/// A step of simulated time.
const TICK: SimDuration = SimDuration::from_s(1);
/// Steps of the size of writing, and its bounds.
const ZOOM: (f32, [f32; 2]) = (1.1, [0.6, 2.5]);

/// What a command asks for that only the program around can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Close the window.
    Quit,
    /// Write a picture of it.
    Picture,
    /// Begin to write one after the other, or end it.
    Film,
}

/// Obeys `command`.
pub fn obey(
    command: Command,
    run: &mut Run,
    desk: &mut Desk,
    chrome: &mut Chrome,
) -> Option<Outside> {
    match command {
        Command::RunOrPause if run.goal().is_some() => run.give_up(),
        Command::RunOrPause => run.playing = !run.playing,
        Command::StepEvent => hold(run, |session| session.step_event().map(|_| ())),
        Command::StepBack => hold(run, |session| session.step_back().map(|_| ())),
        Command::Start => hold(run, |session| session.seek(twin::units::SimTime::ZERO)),
        Command::Seek(at) => run.go_to(Goal::Time(at)),
        Command::StepTick => {
            run.playing = false;
            run.go_to(Goal::Later(TICK));
        }
        Command::StepPart => run.go_to(Goal::Part),
        Command::RunTo => chrome.work.prompt = Some(Prompt::run_to()),
        Command::GoTo(text) => go_to(&text, run, &mut chrome.work),
        Command::Go(goal) => run.go_to(goal),
        Command::TakeBack => run.step(|session| session.take_back().map(|_| ())),
        Command::Faster => run.speed = Some(speed(run, 2.0)),
        Command::Slower => run.speed = Some(speed(run, 0.5)),
        Command::Speed(speed) => run.speed = Some(speed.clamp(SPEEDS[0], SPEEDS[1])),
        Command::Unlimited => {
            run.speed = if run.speed.is_none() { Some(60.0) } else { None };
        }
        Command::Pace(id, pace) => run.act(Action::Pace(name(run, id), pace)),
        Command::StopMachine(id) => run.act(Action::Stop(name(run, id))),
        Command::GoMachine(id) => run.act(Action::Go(name(run, id))),
        Command::WhatIf(id, faster) => run.ask(id, faster),
        Command::Palette => chrome.palette = Some(Palette::default()),
        Command::Find => chrome.search.wanted = true,
        Command::Keys => chrome.keys = !chrome.keys,
        Command::Bottleneck => {
            let machines = views::machines(run);
            if let Some(found) = views::bottleneck(run, &machines) {
                desk.selection = found.worst().map(|worst| worst.0);
                desk.focus(run);
            }
        }
        Command::Fork => fork(run, desk, chrome),
        Command::OtherFork => run.show_other(),
        Command::EndFork => run.fork = None,
        Command::Plot(trace) => chrome.plot(trace),
        Command::Show(pane) => chrome.show(pane),
        Command::Quit => return Some(Outside::Quit),
        Command::Screenshot => return Some(Outside::Picture),
        Command::Film => return Some(Outside::Film),
        other => look(other, run, desk),
    }
    None
}

/// Goes where somebody has typed, or says why not.
fn go_to(text: &str, run: &mut Run, work: &mut Work) {
    match Goal::read(text, &run.model) {
        Ok(goal) => {
            run.go_to(goal);
            work.prompt = None;
            work.notice = None;
        }
        Err(why) => work.notice = Some(why),
    }
}

/// Forks with what is selected a quarter faster, else the bottleneck, and shows how both do.
fn fork(run: &mut Run, desk: &Desk, chrome: &mut Chrome) {
    if let Some(id) = desk.selection.or_else(|| run.bottleneck()) {
        run.fork_off(id, FASTER);
        chrome.show(Pane::Versus);
    }
}

/// Obeys what only changes how the plant is looked at.
fn look(command: Command, run: &Run, desk: &mut Desk) {
    match command {
        Command::View(side) => desk.view(side, run),
        Command::Focus => desk.focus(run),
        Command::Follow => {
            let selected = desk.selection.filter(|_| desk.following.is_none());
            desk.following = selected.map(Followed::Equipment);
        }
        Command::FollowThis(followed) => desk.following = Some(followed),
        Command::Split => desk.split ^= true,
        Command::Keep(n) => {
            desk.kept.insert(n, desk.eye);
        }
        Command::Recall(n) => desk.eye = desk.kept.get(&n).copied().unwrap_or(desk.eye),
        Command::Theme => desk.theme = desk.theme.other(),
        Command::Overlay => desk.overlay = desk.overlay.next(),
        Command::Field => desk.cut = Cut::next(desk.cut),
        Command::FieldBy(cells) => {
            if let Some(cut) = &mut desk.cut {
                cut.height_m = run.fields.height(cut.height_m, f64::from(cells));
            }
        }
        Command::Layer(layer) => desk.shown.toggle(layer),
        Command::Larger => desk.zoom = (desk.zoom * ZOOM.0).min(ZOOM.1[1]),
        Command::Smaller => desk.zoom = (desk.zoom / ZOOM.0).max(ZOOM.1[0]),
        Command::UsualSize => desk.zoom = 1.0,
        // What is in hand is let go first.
        Command::Select(None) if !desk.hand.is_empty() => desk.hand = Hand::Empty,
        Command::Select(id) => {
            desk.selection = id;
            desk.following = None;
            desk.draft = None;
            desk.hand = Hand::Empty;
        }
        _ => {}
    }
}

/// Steps, and holds there.
fn hold(
    run: &mut Run,
    step: impl FnOnce(&mut twin::session::Session) -> Result<(), twin::session::SessionError>,
) {
    run.playing = false;
    run.step(step);
}

fn speed(run: &Run, factor: f64) -> f64 {
    (run.speed.unwrap_or(SPEEDS[1]) * factor).clamp(SPEEDS[0], SPEEDS[1])
}

fn name(run: &Run, id: EquipmentId) -> String {
    run.model.row(id).name.clone()
}
