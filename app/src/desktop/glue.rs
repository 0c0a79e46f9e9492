//! Between Bevy and the panels: views are made, panels drawn, and commands obeyed, once a frame.

use std::path::Path;
use std::time::Duration;

use bevy::app::AppExit;
use bevy::ecs::prelude::{
    Commands, MessageReader, MessageWriter, NonSend, NonSendMut, Query, Res, ResMut, Resource,
    Result,
};
use bevy::math::UVec2;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};
use bevy::time::Time;
use bevy::window::{FileDragAndDrop, Window, WindowCloseRequested};
use bevy_egui::EguiContexts;
use egui::{Id, LayerId, Order, Pos2, Rect, UiBuilder, Vec2};

use super::command::Command;
use super::dialog::Dialog;
use super::film::Film;
use super::keymap::keys;
use super::obey::{Outside, obey};
use super::panels::field::{field_ui, probe_ui};
use super::panels::ghost::ghosts_ui;
use super::panels::marks::marks_ui;
use super::panels::palette::{Known, keys_ui, palette_ui};
use super::panels::plan::notice_ui;
use super::panels::question::asking_ui;
use super::panels::{Chrome, Pane, WindowView, overlay_ui, style, window_ui};
use super::plan::Plan;
use super::record::Record;
use super::scene::Canvas;
use super::shield::shielded;
use super::side::{both_ui, halves, whole};
use super::views::{Bottleneck, Labels, MarksView, Worst};
use super::{Desk, Document, Overlay, Run, amend, close, pointer, tend, views};

/// What the panels remember, and the commands that wait to be obeyed.
#[derive(Debug, Default, Resource)]
pub(super) struct Panels {
    pub(super) chrome: Chrome,
    pub(super) waiting: Vec<Command>,
    fitted: bool,
    /// What they said last, and when.
    pub(super) view: Option<(Duration, WindowView)>,
    record: Option<Record>,
}

/// How old what the panels say may be. The plant itself is drawn as it is now.
const STALE: Duration = Duration::from_millis(100);

/// Writes over the plant where nothing else is on the picture.
pub(super) fn overlay(
    mut contexts: EguiContexts<'_, '_>,
    run: NonSend<'_, Run>,
    desk: Res<'_, Desk>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    ctx.set_visuals(style::visuals(desk.theme));
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("overlay")));
    let whole = whole(&run, &desk);
    let [area, other] = halves(whole, &run);
    both_ui(&ctx, &painter, whole, [area, other], &run, &desk);
    let machines = views::machines(&run);
    let worst = views::bottleneck(&run, &machines).and_then(|found| found.worst());
    let taken = marks_ui(&painter, area, &views::marks(&run.marks, &desk), desk.theme);
    overlay_ui(&painter, area, &views::labels(&run, &desk, worst.as_ref()), &taken, desk.theme);
    if let Some(legend) = views::field(&run, &desk) {
        field_ui(&painter, area, &legend, desk.theme);
    }
    Ok(())
}

/// Looks after the plant's file, and asks the system for another one where that is wanted.
pub(super) fn look_after(
    mut document: NonSendMut<'_, Document>,
    mut run: NonSendMut<'_, Run>,
    mut desk: ResMut<'_, Desk>,
    mut panels: ResMut<'_, Panels>,
    mut dialog: NonSendMut<'_, Dialog>,
) {
    let Panels { chrome, waiting, .. } = &mut *panels;
    let work = &mut chrome.work;
    tend(&mut document, &mut run, &mut desk, work);
    let wanted = std::mem::take(&mut work.browse);
    if let Some(prompt) = work.prompt.as_ref().filter(|_| wanted) {
        dialog.show(prompt.is_saving(), &prompt.text);
    }
    if let Some((path, prompt)) = dialog.poll().zip(work.prompt.as_mut()) {
        prompt.text = path.to_string_lossy().into_owned();
        // The system has asked whether it is to be replaced.
        work.sure = Some(path);
        waiting.extend(prompt.command());
    }
}

/// Says in the title whether there is something unsaved, and asks before it is lost.
pub(super) fn frame_of_window(
    document: NonSend<'_, Document>,
    run: NonSend<'_, Run>,
    mut panels: ResMut<'_, Panels>,
    mut asked: MessageReader<'_, '_, WindowCloseRequested>,
    mut windows: Query<'_, '_, &mut Window>,
) {
    let mark = if document.is_unsaved() { "● " } else { "" };
    let title = format!("{mark}{} – Genba", run.model.name);
    for mut window in &mut windows {
        if window.title != title {
            window.title.clone_from(&title);
        }
    }
    panels.waiting.extend(asked.read().map(|_| Command::Quit));
}

/// Opens a file that is dropped on the window.
pub(super) fn dropped(
    mut files: MessageReader<'_, '_, FileDragAndDrop>,
    mut panels: ResMut<'_, Panels>,
) {
    for file in files.read() {
        let Panels { chrome, waiting, .. } = &mut *panels;
        match file {
            FileDragAndDrop::DroppedFile { path_buf, .. } => {
                waiting.push(Command::Plan(Plan::Read(path_buf.clone())));
            }
            FileDragAndDrop::HoveredFile { path_buf, .. } => {
                chrome.work.notice = Some(format!("Let go to open {}", path_buf.display()));
            }
            FileDragAndDrop::HoveredFileCanceled { .. } => chrome.work.notice = None,
        }
    }
}

/// Lets the run go on. Where it goes on in another version of its plant, whatever was chosen in the old one is looked for in the new.
pub(super) fn advance(
    mut run: NonSendMut<'_, Run>,
    mut desk: ResMut<'_, Desk>,
    mut panels: ResMut<'_, Panels>,
    time: Res<'_, Time>,
) {
    let (before, plants) = (run.model.clone(), run.plants);
    run.frame(time.delta());
    if run.plants != plants {
        desk.renew(&before, &run);
        panels.view = None;
    }
}

/// Looks at the field and at what else the desk asks for.
pub(super) fn field(mut run: NonSendMut<'_, Run>, desk: Res<'_, Desk>) {
    run.look_at(desk.cut);
    run.mark(desk.shown, desk.selection);
    run.look_at_other(desk.split);
}

/// Keeps the eye on what is followed.
pub(super) fn follow(run: NonSend<'_, Run>, mut desk: ResMut<'_, Desk>) {
    desk.follow(&run);
}

/// Draws the window and takes what the user wants.
pub(super) fn window(
    mut contexts: EguiContexts<'_, '_>,
    mut panels: ResMut<'_, Panels>,
    mut canvas: ResMut<'_, Canvas>,
    mut desk: ResMut<'_, Desk>,
    run: NonSend<'_, Run>,
    document: NonSend<'_, Document>,
    time: Res<'_, Time>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    ctx.set_visuals(style::visuals(desk.theme));
    ctx.set_zoom_factor(desk.zoom);
    let now = time.elapsed();
    let kept = panels.view.take().filter(|(made, _)| now.saturating_sub(*made) < STALE);
    let (made, view) = kept.unwrap_or_else(|| (now, view(&run, &document, &desk, &mut panels)));
    let mut out = Vec::new();
    let builder = UiBuilder::new().layer_id(LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx.clone(), "window".into(), builder);
    let selection = desk.selection;
    let chrome = &mut panels.chrome;
    let plant = shielded(|| window_ui(&mut ui, &view, chrome, selection, &mut out));
    let plant = plant.unwrap_or_else(|why| {
        panels.chrome = Chrome::after_failure(&why);
        ui.max_rect()
    });
    let plant = in_sight(plant, ctx.viewport_rect());
    let scale = ctx.pixels_per_point();
    let pixels = |v: Vec2| UVec2::new((v.x * scale) as u32, (v.y * scale) as u32);
    canvas.0 = Some([pixels(plant.min.to_vec2()), pixels(plant.size())]);
    let whole = plant;
    let [plant, other] = halves(whole, &run);
    desk.frame = plant.size().into();
    if !std::mem::replace(&mut panels.fitted, true) {
        panels.chrome.show(desk.tab);
        let (low, high) = run.sights();
        let frame = desk.frame;
        desk.eye.fit(low, high, frame);
    }
    let painter = ui.painter_at(plant);
    let worst = view.bottleneck.as_ref().and_then(Bottleneck::worst);
    let (labels, marks) = with_alt(&ctx, &run, &mut desk, worst.as_ref());
    let taken = marks_ui(&painter, plant, &marks, desk.theme);
    overlay_ui(&painter, plant, &labels, &taken, desk.theme);
    both_ui(&ctx, &painter, whole, [plant, other], &run, &desk);
    ghosts_ui(&painter, plant, &views::ghosts(&run, &desk), desk.theme);
    if let Some(legend) = views::field(&run, &desk) {
        field_ui(&painter, plant, &legend, desk.theme);
        let pointer = ctx.pointer_hover_pos().filter(|at| plant.contains(*at));
        let under = |at: Pos2| views::field::probe(&run, &desk, (at - plant.min).into());
        if let Some((at, value)) = pointer.and_then(|at| Some((at, under(at)?))) {
            probe_ui(&painter, at, &value, desk.theme);
        }
    }
    pointer::look_around(&ui, whole, halves(whole, &run), &run, &mut desk, &mut out);
    // What the user does is to be seen at once.
    let quiet = !ctx.input(|input| input.pointer.any_pressed() || !input.events.is_empty());
    panels.view = Some((made, view)).filter(|_| quiet);
    let Panels { chrome, waiting, .. } = &mut *panels;
    let kinds: Vec<&str> = document.loader().registry.names().collect();
    let drawn = shielded(|| {
        let asking = asking_ui(&ctx, &mut chrome.work, &kinds, &mut out);
        notice_ui(&ctx, &mut chrome.work);
        floating(&ctx, chrome, &run, &document, &mut out);
        asking
    });
    let asking = drawn.unwrap_or_else(|why| {
        *chrome = Chrome::after_failure(&why);
        false
    });
    if !asking && chrome.palette.is_none() {
        let typing = ctx.egui_wants_keyboard_input();
        out.extend(pressed(&ctx).into_iter().filter(|command| !typing || command.while_typing()));
    }
    waiting.append(&mut out);
    Ok(())
}

/// What is left of `plant` in `window`; where that is nothing, because panels need all of a small window or another tab hides it, a corner:
/// no eye can look at nothing.
fn in_sight(plant: Rect, window: Rect) -> Rect {
    /// Least side, in points.
    const LEAST: f32 = 2.0;
    let seen = plant.intersect(window);
    let is_seen = seen.width() >= LEAST && seen.height() >= LEAST;
    if is_seen { seen } else { Rect::from_min_size(window.min, Vec2::splat(LEAST)) }
}

/// What is written over the plant: all there is to say as long as Alt is held.
fn with_alt(
    ctx: &egui::Context,
    run: &Run,
    desk: &mut Desk,
    worst: Option<&Worst>,
) -> (Labels, MarksView) {
    let asked = desk.overlay;
    if ctx.input(|input| input.modifiers.alt) {
        desk.overlay = Overlay::All;
    }
    let seen = (views::labels(run, desk, worst), views::marks(&run.marks, desk));
    desk.overlay = asked;
    seen
}

/// What floats over the window: the palette and the keys.
fn floating(
    ctx: &egui::Context,
    chrome: &mut Chrome,
    run: &Run,
    document: &Document,
    out: &mut Vec<Command>,
) {
    if let Some(palette) = &mut chrome.palette {
        let names = run.model.equipment.iter().zip(&run.standing.places);
        let names: Vec<_> = names.map(|(row, place)| (place.id, row.name.clone())).collect();
        let changes = document.names();
        let recent: Vec<&Path> = chrome.work.recent.paths().collect();
        let known = Known { equipment: &names, changes: &changes, recent: &recent };
        if palette_ui(ctx, palette, &known, out) {
            chrome.palette = None;
            // The next key means what it says.
            ctx.memory_mut(egui::Memory::stop_text_input);
        }
    }
    keys_ui(ctx, &mut chrome.keys);
}

/// The commands of the keys that were pressed.
fn pressed(ctx: &egui::Context) -> Vec<Command> {
    let map = keys();
    ctx.input(|input| {
        let events = input.events.iter();
        let keys = events.filter_map(|event| match event {
            egui::Event::Key { key, pressed: true, modifiers, .. } => Some((*key, *modifiers)),
            _ => None,
        });
        keys.filter_map(|(key, held)| {
            map.iter().find(|(chord, _)| chord.is(key, held)).map(|(_, command)| command.clone())
        })
        .collect()
    })
}

/// All that the window shows.
fn view(run: &Run, document: &Document, desk: &Desk, panels: &mut Panels) -> WindowView {
    let machines = views::machines(run);
    let Panels { chrome, record, .. } = panels;
    let drawn = |pane| chrome.back.drawn.contains(&pane);
    let (events, gantt) = (drawn(Pane::Events), drawn(Pane::Gantt));
    let kept = record.take().filter(|record| record.is_fresh(run, chrome.back.window));
    *record =
        (events || gantt).then(|| kept.unwrap_or_else(|| Record::of(run, chrome.back.window)));
    let past = record.as_ref();
    WindowView {
        title: run.model.name.clone(),
        clock: views::clock(run),
        tiles: views::kpis(run),
        rows: views::tree(run, &chrome.search.text, chrome.search.only),
        bottleneck: views::bottleneck(run, &machines),
        answer: run.what_if.answer().cloned(),
        inspector: desk.selection.map(|id| views::inspector(run, id)),
        machines,
        alarms: views::alarms(run, drawn(Pane::Alarms)),
        courses: if drawn(Pane::Courses) {
            views::courses(run, &chrome.plotted)
        } else {
            Vec::new()
        },
        plan: views::plan(document, run, desk),
        events: past
            .filter(|_| events)
            .map_or_else(Vec::new, |past| views::events(run, past, &chrome.back.find)),
        gantt: past.filter(|_| gantt).map(|past| views::gantt(run, past)),
        flows: drawn(Pane::Flows).then(|| views::flows(run)),
        versus: views::versus(run),
        theme: desk.theme,
    }
}

/// Obeys what was wanted in this frame.
pub(super) fn carry_out(
    mut panels: ResMut<'_, Panels>,
    mut run: NonSendMut<'_, Run>,
    mut document: NonSendMut<'_, Document>,
    mut desk: ResMut<'_, Desk>,
    mut commands: Commands<'_, '_>,
    mut exit: MessageWriter<'_, AppExit>,
    mut film: ResMut<'_, Film>,
) {
    let waiting = std::mem::take(&mut panels.waiting);
    for command in waiting {
        let work = &mut panels.chrome.work;
        if !matches!(command, Command::Plan(Plan::Nudge(_))) {
            document.end_nudge();
        }
        let outside = match command {
            Command::Plan(plan) => {
                let outside = amend(plan, &mut document, &mut run, &mut desk, work);
                panels.view = None;
                outside
            }
            Command::Quit if !close(&document, work) => None,
            other => obey(other, &mut run, &mut desk, &mut panels.chrome),
        };
        match outside {
            None => {}
            Some(Outside::Quit) => {
                exit.write(AppExit::Success);
            }
            Some(Outside::Film) => {
                let told = film.begin_or_end(Path::new("."), run.state().now().seconds());
                panels.chrome.work.notice = Some(told);
            }
            Some(Outside::Picture) => {
                let seconds = run.state().now().seconds();
                let name = format!("genba-{seconds:.0}s.png");
                commands.spawn(Screenshot::primary_window()).observe(save_to_disk(name));
            }
        }
    }
    desk.follow(&run);
}
