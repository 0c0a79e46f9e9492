//! Looking back, beside and into the hall: events, states over time, the flow of material, two futures, fields, arms.

use app::desktop::command::Command;
use app::desktop::field::Cut;
use app::desktop::look::{Side, Theme};
use app::desktop::panels::events::events_ui;
use app::desktop::panels::flows::flows_ui;
use app::desktop::panels::gantt::gantt_ui;
use app::desktop::panels::versus::versus_ui;
use app::desktop::panels::{Chrome, Pane};
use app::desktop::record::Record;
use app::desktop::{Desk, obey, views};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use twin::engine::Activity;
use twin::field::Quantity;
use twin::units::{SimDuration, SimTime};

use super::after;
use super::references::plant;

const HOUR: SimDuration = SimDuration::from_s(3600);

#[test]
fn states_over_time_add_up_to_what_the_clocks_say() {
    let run = after(2.0);
    let record = Record::of(&run, SimDuration::from_s(2 * 3600));
    let chart = views::gantt(&run, &record);
    assert!(!chart.cut && chart.rows.len() == 3, "{chart:?}");
    for row in &chart.rows {
        let mut spent = [0; Activity::COUNT];
        let mut from = chart.span[0];
        for (until, activity) in &row.pieces {
            spent[*activity as usize] += (*until - from).ns();
            from = *until;
        }
        assert_eq!(from, chart.span[1], "{} ends too early", row.name);
        let clock = &run.state().clocks(&run.model, row.id)[0];
        assert_eq!(spent, clock.spent_ns(run.state().now()), "{}", row.name);
    }
}

#[test]
fn the_last_hour_is_told_line_by_line() {
    let mut run = after(2.0);
    let wash = run.model.find("wash").unwrap();
    run.act(twin::engine::Action::Pace("mill".to_owned(), 2.0));
    let record = Record::of(&run, HOUR);
    let all = views::events(&run, &record, "");
    assert!(all[0].what.contains("2.00 times its speed by command"), "{:?}", all[0]);
    // One crate every 30 s.
    let crates = views::events(&run, &record, "Finished").len();
    assert!((119..=121).contains(&crates), "{crates} crates in an hour");
    let starved = views::events(&run, &record, "wash");
    assert!(starved.iter().all(|event| event.id == wash) && starved.len() > 200);
    assert!(all.windows(2).all(|pair| pair[0].at >= pair[1].at), "the last comes first");

    let first = starved[0].clone();
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        let (mut find, mut window) = ("wash".to_owned(), HOUR);
        events_ui(ui, &starved[..1], &mut find, &mut window, Theme::Light, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("wash").click();
    harness.run();
    assert_eq!(harness.state(), &[Command::Select(Some(wash)), Command::Focus]);
    harness.state_mut().clear();
    harness.get_by_label("wash").click_modifiers(egui::Modifiers::COMMAND);
    harness.run();
    assert!(harness.state().contains(&Command::Seek(first.at)), "{:?}", harness.state());
}

#[test]
fn a_machine_is_chosen_from_its_bar() {
    let run = after(1.0);
    let mill = run.model.find("mill").unwrap();
    let chart = views::gantt(&run, &Record::of(&run, HOUR));
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        gantt_ui(ui, &chart, &mut HOUR.clone(), None, Theme::Dark, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("4 h");
    harness.get_by_label("mill").click();
    harness.run();
    assert_eq!(harness.state(), &[Command::Select(Some(mill))]);
}

#[test]
fn the_flow_goes_from_machine_to_machine() {
    let run = after(4.0);
    let flows = views::flows(&run);
    let names: Vec<&str> = flows.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["in", "saw", "mill", "wash", "out"], "the belt only carries");
    let layers: Vec<usize> = flows.nodes.iter().map(|node| node.layer).collect();
    assert_eq!(layers, [0, 1, 2, 3, 4]);
    let last = flows.bands.iter().find(|band| band.ends == [3, 4]).unwrap();
    assert!((last.per_hour - 120.0).abs() < 2.0, "{} an hour", last.per_hour);
    let mill = flows.nodes[2].id;
    let label = format!("mill {:.1} /h", flows.nodes[2].per_hour);
    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| {
        flows_ui(ui, &flows, None, Theme::Light, out);
    };
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label(&label).click();
    harness.run();
    assert_eq!(harness.state(), &[Command::Select(Some(mill))]);
}

#[test]
fn two_futures_run_side_by_side() {
    let mut run = after(2.0);
    let mill = run.model.find("mill").unwrap();
    let mut desk = Desk::new(Side::Iso, run.sights(), [640.0, 360.0]);
    let mut chrome = Chrome::default();
    desk.selection = Some(mill);
    obey(Command::Fork, &mut run, &mut desk, &mut chrome);
    let there = SimTime::from_seconds(4.0 * 3600.0);
    while run.fork.as_ref().unwrap().other.now() < there {
        run.step(|session| session.seek(there));
    }
    let view = views::versus(&run).unwrap();
    let made = &view.rows[0];
    // 30 s a part in A, 24 s in B: a quarter more.
    assert_eq!(made.name, "throughput");
    assert!((made.relative.unwrap() - 0.25).abs() < 0.02, "{made:?}");
    assert!(made.difference.as_ref().unwrap().starts_with('+'), "{made:?}");
    let before = run.state().hash(&run.model);
    obey(Command::OtherFork, &mut run, &mut desk, &mut chrome);
    assert!(run.fork.as_ref().unwrap().shows_b && run.pace(mill) == 1.25);
    assert_eq!(views::versus(&run).unwrap().rows, view.rows, "A stays A, whichever is shown");
    obey(Command::OtherFork, &mut run, &mut desk, &mut chrome);
    assert_eq!(run.state().hash(&run.model), before, "A has felt nothing of it");

    let ui = move |ui: &mut egui::Ui, out: &mut Vec<Command>| versus_ui(ui, Some(&view), out);
    let mut harness = Harness::new_ui_state(ui, Vec::new());
    harness.get_by_label("Show B").click();
    harness.run();
    assert_eq!(harness.state(), &[Command::OtherFork]);
}

#[test]
fn tabs_are_reached_by_keys() {
    let keys = app::desktop::keymap::keys();
    for pane in [Pane::Events, Pane::Gantt, Pane::Flows, Pane::Versus] {
        assert!(keys.iter().any(|(_, command)| *command == Command::Show(pane)), "{pane:?}");
    }
}

#[test]
fn the_window_names_the_bottleneck_of_the_report() {
    let run = plant("tutorial", 500.0 * 3600.0);
    let named = views::bottleneck(&run, &views::machines(&run)).unwrap();
    assert_eq!(named.ranked[0].1, "mill", "as the plant file says");
    let figures = run.session().figures();
    let row = run.model.find("mill").unwrap().index();
    let shares = figures.equipment[row].shares;
    let active: f64 =
        Activity::ALL.iter().zip(shares).filter(|one| one.0.is_active()).map(|one| one.1).sum();
    assert!((named.ranked[0].2 - active).abs() < 1e-9, "as the report counts it");
}

#[test]
fn the_field_of_the_hall_can_be_probed() {
    let mut run = plant("melt-shop", 2.0 * 3600.0);
    let warm = run.session().climate().unwrap().air();
    run.look_at(Some(Cut { quantity: Quantity::Temperature, height_m: 1.5 }));
    let plate = run.fields.plate().unwrap();
    let beside = plate.value(9.0, 1.0).unwrap();
    assert!((beside - warm).abs() < 1.0, "{beside} °C in the corner, {warm} °C on the average");
    assert_eq!(plate.value(-1.0, 1.0), None, "outside the hall");
    assert!(plate.scale.low <= beside && beside <= plate.scale.high);
    run.look_at(Some(Cut { quantity: Quantity::Speed, height_m: 1.5 }));
    assert!(run.fields.plate().unwrap().slice.is_none(), "zones have no speed");
    let desk = Desk {
        cut: Cut::next(Some(Cut { quantity: Quantity::Temperature, height_m: 1.5 })),
        ..Desk::new(Side::Top, run.sights(), [640.0, 360.0])
    };
    let legend = views::field(&run, &desk).unwrap();
    assert!(legend.trouble.is_some_and(|why| why.contains("--fields air")));
}

#[test]
fn an_arm_goes_as_its_times_say() {
    let mut run = plant("arm-cell", 1800.0);
    let mut tip_before = None;
    let mut touched = 0;
    let mut fastest: f32 = 0.0;
    for n in 0..1200_u32 {
        run.seek(SimTime::from_seconds(1800.0 + 0.05 * f64::from(n))).unwrap();
        let arm = &run.moving.arms[0];
        let tip = arm.grip.translation.vector;
        let low = arm.links.iter().flat_map(|link| link.0).map(|point| point.z).fold(9.0, f32::min);
        assert!(low > -0.05, "a link is under the floor at {n}");
        if let Some(before) = tip_before {
            let way: f32 = (tip - before as nalgebra::Vector3<f32>).norm();
            fastest = fastest.max(way / 0.05);
            touched += u32::from(way < 1e-6);
        }
        tip_before = Some(tip);
    }
    assert!(touched > 100, "it never rests to pick or place");
    assert!(fastest > 0.5 && fastest < 12.0, "{fastest} m/s");
}
