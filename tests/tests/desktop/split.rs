//! Two futures side by side, what the eye is kept on, and forms of equipment that go over into each other.

use app::desktop::command::{Command, PLAIN};
use app::desktop::follow::Followed;
use app::desktop::keymap::key_of;
use app::desktop::look::{Side, Theme};
use app::desktop::panels::Chrome;
use app::desktop::panels::split::split_ui;
use app::desktop::plan::Plan;
use app::desktop::shot::{Picture, ShotError, Studio};
use app::desktop::{Desk, Document, Overlay, Run, obey, views};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use twin::units::{SimDuration, SimTime};

use super::after;
use super::references::plant;
use super::work::{Bench, loader};

const SIZE: [u32; 2] = [960, 480];
/// Rows of it in which the line lies, above the figures.
const ROWS: std::ops::Range<u32> = 170..320;

fn desk(run: &Run, frame: [u32; 2]) -> Desk {
    let mut desk = Desk::new(Side::Top, run.sights(), frame.map(|side| side as f32));
    desk.overlay = Overlay::Off;
    desk
}

fn studio(run: Run, desk: Desk) -> Option<Studio> {
    match Studio::new(run, desk, SIZE, None) {
        Ok(studio) => Some(studio),
        Err(ShotError::NoAdapter) => {
            let required = std::env::var_os("GENBA_REQUIRE_GPU").is_some_and(|v| v == "1");
            assert!(!required, "GENBA_REQUIRE_GPU=1, but there is no adapter");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Share of the pixels of some columns in which two pictures of the same size differ.
fn apart(a: &Picture, b: &Picture, columns: [std::ops::Range<u32>; 2]) -> f64 {
    let [left, right] = columns;
    let (mut far, mut all) = (0_u32, 0);
    for y in ROWS {
        for (x, other) in left.clone().zip(right.clone()) {
            let at = |x: u32| 4 * (y * a.width + x) as usize;
            let seen = |n: usize| a.rgba[at(x) + n].abs_diff(b.rgba[at(other) + n]) > 32;
            far += u32::from((0..3).any(seen));
            all += 1;
        }
    }
    f64::from(far) / f64::from(all)
}

#[test]
fn both_futures_are_seen_from_the_same_eye() {
    let mut run = after(1.0);
    run.fork_and_run(SimDuration::from_s(600)).unwrap();
    let mut desk = desk(&run, [SIZE[0] / 2, SIZE[1]]);
    desk.split = true;
    let Some(mut studio) = studio(run, desk) else { return };
    let both = studio.take().unwrap();
    let halves = [0..SIZE[0] / 2, SIZE[0] / 2..SIZE[0]];
    let differ = apart(&both, &both, halves);
    // The halls are the same; a mill that is a quarter faster has another queue, and its parts are elsewhere.
    assert!(differ > 0.0005, "two futures look the same: {differ}");
    assert!(differ < 0.1, "the plants do not stand in the same places: {differ}");
}

#[test]
fn what_differs_stands_between_them() {
    let mut run = after(1.0);
    run.fork_and_run(SimDuration::from_s(3600)).unwrap();
    let view = views::versus(&run).unwrap();
    let first =
        view.rows.iter().find(|row| row.relative.is_some_and(|share| share != 0.0)).unwrap();
    let name = first.name.clone();
    let harness = Harness::new_ui(move |ui| split_ui(ui, &view, Theme::Light));
    harness.get_by_label("B less A");
    harness.get_by_label(&name);
}

#[test]
fn one_key_parts_the_window_and_joins_it_again() {
    let (mut run, mut chrome) = (after(0.5), Chrome::default());
    let mut desk = desk(&run, SIZE);
    assert!(key_of(&Command::Split).is_some());
    for parted in [true, false] {
        obey(Command::Split, &mut run, &mut desk, &mut chrome);
        run.look_at_other(desk.split);
        assert!(desk.split == parted && run.other().is_none(), "there is one future");
    }
    obey(Command::Fork, &mut run, &mut desk, &mut chrome);
    obey(Command::Split, &mut run, &mut desk, &mut chrome);
    run.look_at_other(desk.split);
    let doing = run.other().unwrap().doing.clone();
    assert_eq!(doing, run.doing(), "at the fork both are the same");
}

#[test]
fn pictures_in_a_row_show_how_it_goes_on() {
    let run = after(1.0);
    let desk = desk(&run, SIZE);
    let Some(mut studio) = studio(run, desk) else { return };
    let first = studio.take().unwrap();
    let again = studio.take().unwrap();
    let all = || [0..SIZE[0], 0..SIZE[0]];
    assert_eq!(apart(&first, &again, all()), 0.0, "nothing has moved");
    studio.seek(SimTime::from_seconds(3640.0)).unwrap();
    let later = studio.take().unwrap();
    let moved = apart(&first, &later, all());
    assert!(moved > 0.0 && moved < 0.1, "in forty seconds the mill is done with one: {moved}");
}

#[test]
fn the_eye_follows_a_part_until_it_leaves() {
    let mut run = after(1.0);
    let mut desk = desk(&run, SIZE);
    let belt = run.model.find("belt").unwrap();
    let good = *run.moving.goods.iter().find(|good| good.by == belt).unwrap();
    let at = good.pose.translation.vector;
    let above = nalgebra::Point3::new(at.x, at.y, 50.0);
    let picked = Followed::pick(&run, above, -nalgebra::Vector3::z()).unwrap();
    let serial = run.state().parts().get(good.part).serial;
    assert_eq!(picked, Followed::Part(serial));
    assert_eq!(Followed::named(&run, &format!("#{serial}")), Some(picked.clone()));
    obey(Command::FollowThis(picked), &mut run, &mut desk, &mut Chrome::default());
    desk.follow(&run);
    assert!((desk.eye.focus.coords - at).norm() < 1e-4);
    run.seek(SimTime::from_seconds(3602.0)).unwrap();
    desk.follow(&run);
    let gone = (desk.eye.focus.coords - at).norm();
    assert!(gone > 0.1, "it has not moved: {gone} m");
    run.seek(SimTime::from_seconds(3600.0 + 7200.0)).unwrap();
    desk.follow(&run);
    assert_eq!(desk.following, None, "it has left the plant");
}

#[test]
fn the_eye_follows_hands_and_vehicles() {
    let run = plant("arm-cell", 605.0);
    let hand = Followed::named(&run, "robot").unwrap().at(&run).unwrap();
    let arm = &run.moving.arms[0];
    assert!((hand.coords - arm.grip.translation.vector).norm() < 1e-5);
    let run = plant("agv-loop", 600.0);
    let cart = &run.moving.carts[1];
    let followed = Followed::named(&run, &cart.name).unwrap();
    assert_eq!(followed, Followed::Vehicle(cart.by, cart.name.clone()));
    let at = followed.at(&run).unwrap();
    assert!((at.coords - cart.pose.translation.vector).norm() < 1e-5);
    assert_eq!(Followed::named(&run, "nobody"), None);
}

#[test]
fn all_ways_to_look_have_keys_and_are_in_the_palette() {
    let sides = [Side::Iso, Side::Top, Side::Front, Side::Left].map(Command::View);
    let others = [Command::Focus, Command::Follow, Command::Split, Command::Film];
    for command in sides.iter().chain(&others) {
        assert!(PLAIN.contains(command), "{command:?} is not in the palette");
        assert!(key_of(command).is_some(), "{command:?} has no key");
    }
    let mut run = after(0.1);
    let (mut desk, mut chrome) = (desk(&run, SIZE), Chrome::default());
    let kept = desk.eye;
    assert!(key_of(&Command::Keep(3)).is_some() && key_of(&Command::Recall(3)).is_some());
    obey(Command::Keep(3), &mut run, &mut desk, &mut chrome);
    obey(Command::View(Side::Front), &mut run, &mut desk, &mut chrome);
    assert_ne!(desk.eye, kept);
    obey(Command::Recall(3), &mut run, &mut desk, &mut chrome);
    assert_eq!(desk.eye, kept);
}

/// Two belts in a row, of which the file says that they run as events.
const BELTS: &str = r#"Plant(
    name: "belts", run: (until: "1 h"),
    products: { "carton": (length: "0.4 m", width: "0.3 m", height: "0.25 m", mass: "6 kg") },
    equipment: {
        "in":     (is: Source(every: "5 s"), to: ["first"], at: (-2, 0)),
        "first":  (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["second"], at: (0, 0)),
        "second": (is: Conveyor(length: "2 m", speed: "0.4 m/s"), to: ["out"], at: (2, 0)),
        "out":    (is: Sink, at: (5, 0)),
    },
)"#;

#[test]
fn a_belt_goes_over_to_bodies_and_back() {
    let mut bench = Bench::of(Document::new("belts.ron", BELTS, None, loader()));
    let model = twin::plant::load_text(BELTS).model.unwrap();
    bench.run = Run::new(std::sync::Arc::new(model)).unwrap();
    bench.run.seek(SimTime::from_seconds(60.0)).unwrap();
    let mut switch = |name: &str| {
        bench.desk.selection = bench.run.model.find(name);
        bench.obey(Plan::Fidelity);
        let cells = bench.run.model.equipment.iter().filter(|row| row.cell.is_some());
        cells.map(|row| row.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(switch("first"), ["first"]);
    assert_eq!(switch("second"), ["first", "second"]);
    assert!(switch("second").is_empty(), "the whole cell goes over");
    assert!(switch("in").is_empty(), "a source has no such form");
    assert_eq!(switch("first"), ["first"]);
    let run = &bench.run;
    assert_eq!(run.state().now(), SimTime::from_seconds(60.0));
    assert!(run.state().bodies()[0].parts().count() > 0, "cartons lie on it as bodies");
    let first = run.model.find("first").unwrap();
    assert!(views::inspector(run, first).live.contains(&("runs as", "rigid bodies".to_owned())));
    assert!(bench.document.text().contains("physics: [\"first\"]"));
}
