//! The whole window: what stands where.
//!
//! Tree, inspector and time are at the sides and cannot be lost; what lies in the middle can be dragged about.

use egui::{Frame, Margin, Panel, Rect, RichText, ScrollArea, Ui};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, TabState, Tile, TileId, Tiles,
    Tree, UiResponse,
};
use twin::id::EquipmentId;
use twin::units::SimDuration;

use super::bottleneck::bottleneck_ui;
use super::courses::courses_ui;
use super::events::events_ui;
use super::fields::fields_ui;
use super::figures::{alarms_ui, machines_ui, tiles_ui};
use super::findings::findings_ui;
use super::flows::flows_ui;
use super::gantt::gantt_ui;
use super::inspector::inspector_ui;
use super::palette::Palette;
use super::plan::{Work, plan_ui};
use super::timeline::timeline_ui;
use super::tree::{Search, tree_ui};
use super::versus::versus_ui;
use crate::desktop::command::Command;
use crate::desktop::keymap::key_of;
use crate::desktop::look::{Side, Theme};
use crate::desktop::trace::Trace;
use crate::desktop::views::{
    self, Alarm, Bottleneck, Clock, Course, Event, Flows, Gantt, Inspector, Machine, PlanView,
    TreeRow, Versus,
};
use crate::desktop::whatif::Answer;

/// All that the window shows.
#[derive(Clone, Debug)]
pub struct WindowView {
    /// Name of the plant.
    pub title: String,
    /// Simulated time.
    pub clock: Clock,
    /// Figures of the plant.
    pub tiles: Vec<views::Tile>,
    /// The plant tree.
    pub rows: Vec<TreeRow>,
    /// The bottleneck.
    pub bottleneck: Option<Bottleneck>,
    /// What was asked about the future.
    pub answer: Option<Answer>,
    /// What is selected.
    pub inspector: Option<Inspector>,
    /// The machines.
    pub machines: Vec<Machine>,
    /// What somebody should look at.
    pub alarms: Vec<Alarm>,
    /// What is followed in the plot, over time.
    pub courses: Vec<Course>,
    /// The plant's file.
    pub plan: PlanView,
    /// What happened, as far as it is shown.
    pub events: Vec<Event>,
    /// States over time, if they are shown.
    pub gantt: Option<Gantt>,
    /// The flow of material, if it is shown.
    pub flows: Option<Flows>,
    /// Two futures, if there are.
    pub versus: Option<Versus>,
    /// Colours.
    pub theme: Theme,
}

/// What lies in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The plant.
    Plant,
    /// Time of the machines.
    Machines,
    /// What somebody should look at.
    Alarms,
    /// Courses over time.
    Courses,
    /// What happened.
    Events,
    /// States of the machines over time.
    Gantt,
    /// The flow of material.
    Flows,
    /// Two futures.
    Versus,
}

impl Pane {
    /// What its tab is called, and what it shows.
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Plant => ("Plant", "The plant in three dimensions"),
            Self::Machines => ("Machines", "What each machine has done with its time"),
            Self::Alarms => ("Alarms", "Machines that somebody should look at"),
            Self::Courses => ("Courses", "Values over time, as many as are put there"),
            Self::Events => ("Events", "What happened, when and where, to be searched"),
            Self::Gantt => ("States", "What each machine did when"),
            Self::Flows => ("Flow", "Parts per hour from equipment to equipment"),
            Self::Versus => ("A and B", "Two futures of the plant and how they differ"),
        }
    }
}

/// What is looked back on, and how far.
#[derive(Clone, Debug)]
pub struct LookBack {
    /// How far.
    pub window: SimDuration,
    /// What events are searched for.
    pub find: String,
    /// The panes that were drawn in the last frame: nobody needs what others show.
    pub drawn: Vec<Pane>,
}

impl Default for LookBack {
    fn default() -> Self {
        Self { window: SimDuration::from_s(4 * 3600), find: String::new(), drawn: Vec::new() }
    }
}

/// What the panels remember.
#[derive(Debug)]
pub struct Chrome {
    /// What is searched for in the tree.
    pub search: Search,
    /// The palette, if it is open.
    pub palette: Option<Palette>,
    /// Whether the keys are shown.
    pub keys: bool,
    /// The plant's file.
    pub work: Work,
    /// How far is looked back.
    pub back: LookBack,
    /// What is followed in the plot.
    pub plotted: Vec<Trace>,
    middle: Tree<Pane>,
}

impl Chrome {
    /// Brings a tab to the front.
    pub fn show(&mut self, pane: Pane) {
        self.middle.make_active(|_, tile| matches!(tile, Tile::Pane(one) if *one == pane));
    }

    /// Puts a value into the plot, or takes it out where it is there already.
    pub fn plot(&mut self, trace: Trace) {
        let before = self.plotted.len();
        self.plotted.retain(|one| *one != trace);
        if self.plotted.len() == before {
            self.plotted.push(trace);
            self.show(Pane::Courses);
        }
    }
}

impl Default for Chrome {
    fn default() -> Self {
        let mut tiles = Tiles::default();
        let plant = tiles.insert_pane(Pane::Plant);
        let below = [
            Pane::Machines,
            Pane::Courses,
            Pane::Alarms,
            Pane::Gantt,
            Pane::Events,
            Pane::Flows,
            Pane::Versus,
        ];
        let below = below.map(|pane| tiles.insert_pane(pane));
        let below = tiles.insert_tab_tile(below.to_vec());
        let mut linear = Linear::new(LinearDir::Vertical, vec![plant, below]);
        linear.shares.set_share(plant, 2.6);
        linear.shares.set_share(below, 1.0);
        let root = tiles.insert_container(Container::Linear(linear));
        let middle = Tree::new("middle", root, tiles);
        let (search, work) = (Search::default(), Work::default());
        let back = LookBack::default();
        let plotted = vec![Trace::WorkInProcess, Trace::Throughput];
        Self { search, palette: None, keys: false, work, back, plotted, middle }
    }
}

impl Chrome {
    /// What panels remember after one of them has failed for this reason: nothing but that.
    pub fn after_failure(why: &str) -> Self {
        let mut new = Self::default();
        let text = "A panel has failed and was set up anew; the plant is as it was";
        new.work.notice = Some(format!("{text}. Please report: {why}"));
        new
    }
}

/// The window; where the plant is to be drawn comes back.
pub fn window_ui(
    ui: &mut Ui,
    view: &WindowView,
    chrome: &mut Chrome,
    selection: Option<EquipmentId>,
    out: &mut Vec<Command>,
) -> Rect {
    Panel::top("top").show_inside(ui, |ui| top(ui, view, out));
    let Work { folded, fields, .. } = &mut chrome.work;
    Panel::bottom("time").show_inside(ui, |ui| {
        ui.add_space(3.0);
        timeline_ui(ui, &view.clock, view.theme, out);
    });
    if !view.plan.findings.is_empty() {
        Panel::bottom("findings").show_inside(ui, |ui| {
            findings_ui(ui, &view.plan.findings, folded, view.theme, out);
        });
    }
    Panel::left("tree").default_size(230.0).show_inside(ui, |ui| {
        tree_ui(ui, &view.rows, &mut chrome.search, selection, view.theme, out);
    });
    Panel::right("inspector").default_size(300.0).show_inside(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.add_space(4.0);
            bottleneck_ui(ui, view.bottleneck.as_ref(), view.answer.as_ref(), view.theme, out);
            ui.separator();
            match (&view.inspector, &view.plan.fields) {
                (Some(inspector), _) => inspector_ui(ui, inspector, view.theme, out),
                (None, Some(_)) => {}
                (None, None) => {
                    ui.weak("Click a machine to see what it does and why.");
                }
            }
            if let Some(shown) = &view.plan.fields {
                ui.separator();
                fields_ui(ui, shown, fields, view.theme, out);
            }
        });
    });
    chrome.back.drawn.clear();
    let back = &mut chrome.back;
    let mut middle = Middle { view, selection, back, out, plant: Rect::NOTHING };
    chrome.middle.ui(&mut middle, ui);
    middle.plant
}

fn top(ui: &mut Ui, view: &WindowView, out: &mut Vec<Command>) {
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        ui.vertical(|ui| {
            ui.label(RichText::new(&view.title).heading().strong());
            ui.horizontal(|ui| {
                let buttons = [
                    ("Iso", Command::View(Side::Iso)),
                    ("Top", Command::View(Side::Top)),
                    ("Front", Command::View(Side::Front)),
                    ("Names", Command::Overlay),
                    ("Theme", Command::Theme),
                    ("Keys", Command::Keys),
                    ("Commands …", Command::Palette),
                ];
                for (text, command) in buttons {
                    let (name, tip) = command.text();
                    let key = key_of(&command).unwrap_or_default();
                    if ui.button(text).on_hover_text(format!("{name} ({key})\n{tip}")).clicked() {
                        out.push(command);
                    }
                }
            });
            plan_ui(ui, &view.plan, view.theme, out);
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            tiles_ui(ui, &view.tiles, view.theme, out);
        });
    });
    ui.add_space(2.0);
}

/// The middle while it is drawn.
struct Middle<'a> {
    view: &'a WindowView,
    selection: Option<EquipmentId>,
    back: &'a mut LookBack,
    out: &'a mut Vec<Command>,
    plant: Rect,
}

impl Behavior<Pane> for Middle<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, pane: &mut Pane) -> UiResponse {
        let theme = self.view.theme;
        let LookBack { window, find, drawn } = &mut *self.back;
        drawn.push(*pane);
        if *pane == Pane::Plant {
            self.plant = ui.max_rect();
            return UiResponse::None;
        }
        let frame = Frame::new().fill(ui.visuals().panel_fill).inner_margin(Margin::same(6));
        frame.show(ui, |ui| match pane {
            Pane::Plant => {}
            Pane::Machines => machines_ui(ui, &self.view.machines, self.selection, theme, self.out),
            Pane::Alarms => alarms_ui(ui, &self.view.alarms, theme, self.out),
            Pane::Courses => courses_ui(ui, &self.view.courses, theme, self.out),
            Pane::Events => {
                events_ui(ui, &self.view.events, find, window, theme, self.out);
            }
            Pane::Gantt => {
                if let Some(gantt) = &self.view.gantt {
                    gantt_ui(ui, gantt, window, self.selection, theme, self.out);
                }
            }
            Pane::Flows => {
                if let Some(flows) = &self.view.flows {
                    flows_ui(ui, flows, self.selection, theme, self.out);
                }
            }
            Pane::Versus => versus_ui(ui, self.view.versus.as_ref(), self.out),
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> egui::WidgetText {
        match pane {
            Pane::Alarms => format!("Alarms ({})", self.view.alarms.len()).into(),
            other => other.text().0.into(),
        }
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: false,
            ..SimplificationOptions::default()
        }
    }

    fn tab_bar_color(&self, visuals: &egui::Visuals) -> egui::Color32 {
        visuals.extreme_bg_color
    }

    fn tab_bg_color(
        &self,
        visuals: &egui::Visuals,
        _: &Tiles<Pane>,
        _: TileId,
        state: &TabState,
    ) -> egui::Color32 {
        if state.active { visuals.panel_fill } else { visuals.extreme_bg_color }
    }
}
