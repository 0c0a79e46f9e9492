//! What is drawn beside the plant, against what can be worked out by hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::desktop::look::Side;
use app::desktop::look::marks::{Layer, Marks, Shown, Stroke, Tone};
use app::desktop::{Desk, Overlay, Run, found, views};
use twin::engine::Model;
use twin::units::SimTime;

use super::references::plant;

/// A part of 0.6 m rides through a beam across the belt 6 m from its entry, a switch looks at a box, and a lidar turns before it.
const PLANT: &str = r#"Plant(
    name: "seen", run: (until: "1 h"),
    products: { "crate": (length: "0.6 m", width: "0.4 m", height: "0.3 m", mass: "5 kg") },
    equipment: {
        "in":   (is: Source(every: "30 s"), to: ["belt"], at: (-2.0, 0.0)),
        "belt": (is: Conveyor(length: "12 m", speed: "0.5 m/s"), to: ["out"], at: (0.0, 0.0), size: (12.0, 0.7, 1.0)),
        "out":  (is: Sink, at: (13.0, 0.0)),
        "box":  (is: Buffer(capacity: 1), to: ["out"], at: (5.0, 5.0), size: (1.0, 1.0, 1.0)),
    },
    sensors: {
        "beam":  (is: LightBarrier(from: (6, -1, 1.1), to: (6, 1, 1.1)), every: "10 ms"),
        "count": (is: Encoder(of: "belt", counts_per_m: 1000), every: "1 s"),
        "kg":    (is: Scale(of: "belt"), every: "1 s"),
    },
)"#;

fn run(text: &str, seconds: f64) -> Run {
    let loaded = twin::plant::load_text(text);
    let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
    let said = loaded.diagnostics.render(&loaded.sources, look);
    let model: Arc<Model> = Arc::new(loaded.model.unwrap_or_else(|| panic!("{said}")));
    let mut run = Run::new(model).unwrap();
    run.seek(SimTime::from_seconds(seconds)).unwrap();
    run
}

fn told<'a>(marks: &'a Marks, name: &str) -> &'a str {
    &marks.sensors.iter().find(|sensor| sensor.name == name).unwrap().told
}

#[test]
fn a_beam_is_broken_while_a_part_is_in_it() {
    // Of the part that comes in at 30 s the front is at 6 m at 42 s, and its end a little more than a second later.
    for (seconds, says) in [(41.8, "free"), (42.5, "broken"), (44.0, "free")] {
        let mut run = run(PLANT, seconds);
        run.mark(Shown::default(), None);
        assert_eq!(told(&run.marks, "beam"), says, "at {seconds} s");
        let crossed = run.marks.spots.iter().any(|spot| spot.cross);
        assert_eq!(crossed, says == "broken", "a cross where it is broken, at {seconds} s");
        let dashed = run.marks.lines.iter().any(|line| line.stroke == Stroke::Dashed);
        assert_eq!(dashed, says == "broken", "no light behind it");
    }
}

#[test]
fn gauges_tell_what_there_is() {
    let mut run = run(PLANT, 36.0);
    run.mark(Shown::default(), None);
    // The belt runs from the start on, at half a metre a second; the first part left it long ago, the second is on it.
    assert_eq!(told(&run.marks, "count"), "18000 counts");
    assert!(told(&run.marks, "kg").ends_with(" kg"));
    assert!(
        told(&run.marks, "kg").starts_with("5.00") || told(&run.marks, "kg").starts_with("10.00")
    );
}

#[test]
fn what_is_not_shown_is_not_there() {
    let mut run = run(PLANT, 42.5);
    run.mark(Shown::NONE, None);
    let Marks { lines, spots, notes, sensors, housings, .. } = &run.marks;
    assert!(lines.is_empty() && spots.is_empty() && notes.is_empty());
    assert!(sensors.is_empty() && housings.is_empty());
    run.mark(Shown::default(), None);
    assert!(!run.marks.housings.is_empty());
}

#[test]
fn the_way_of_a_tool_begins_wide_and_goes_on_thin() {
    let mut run = plant("arm-cell", 600.0);
    let robot = run.model.find("robot").unwrap();
    let on_the_way = (0..400).any(|n| {
        run.seek(SimTime::from_seconds(600.0 + f64::from(n) * 0.5)).unwrap();
        run.mark(Shown::default(), Some(robot));
        let tones: Vec<Tone> = run.marks.lines.iter().map(|line| line.tone).collect();
        tones.contains(&Tone::Past) && tones.contains(&Tone::Coming)
    });
    assert!(on_the_way, "in two hundred seconds it goes nowhere");
    let lines = &run.marks.lines;
    let last_past = lines.iter().rposition(|line| line.tone == Tone::Past).unwrap();
    let here = lines[last_past].ends[1];
    let next = lines.iter().find(|line| line.tone == Tone::Coming).unwrap();
    assert!((next.ends[0] - here).norm() < 1e-4, "one line from begin to end");
    // The arm is where the way says: its hand is at the point between past and future.
    let arm = run.moving.arms.iter().find(|arm| arm.by == robot).unwrap();
    let off = (arm.grip.translation.vector - here.coords).norm();
    assert!(off < 0.12, "the hand is {off} m off its way");
}

#[test]
fn a_robot_reaches_what_it_serves_and_no_farther_than_its_sheet() {
    let mut run = plant("arm-cell", 60.0);
    let robot = run.model.find("robot").unwrap();
    run.mark(Shown::NONE.with(Layer::Reach), Some(robot));
    let outline = run.marks.lines.iter().filter(|line| line.tone == Tone::Reach);
    let base = run.standing.place(robot).pose.translation.vector;
    let far = outline.flat_map(|line| line.ends).map(|end| (end.coords - base).xy().norm());
    let far = far.fold(0.0, f32::max);
    // An IRB 4600-40/2.55, on whose flange the tool points down.
    assert!((2.0..2.65).contains(&far), "{far}");
}

#[test]
fn belts_show_where_they_are_tracked() {
    let mut run = plant("delta-line", 60.0);
    run.mark(Shown::NONE.with(Layer::Ways), None);
    let windows: Vec<_> = run.marks.lines.iter().filter(|line| line.tone == Tone::Window).collect();
    assert_eq!(windows.len(), 10, "four sides and a sensor for each of two");
    let x = windows.iter().flat_map(|line| line.ends).map(|end| end.x);
    assert!((x.clone().fold(f32::MAX, f32::min) - 0.9).abs() < 1e-4, "the first sensor");
    assert!((x.fold(f32::MIN, f32::max) - 3.9).abs() < 1e-4, "the end of the last window");
}

#[test]
fn forces_carry_what_lies_there() {
    let mut run = plant("rigid-line", 150.0);
    run.mark(Shown::default(), None);
    let arrows = run.marks.lines.iter().filter(|line| line.stroke == Stroke::Arrow).count();
    assert!(arrows > 0, "cartons lie on belts");
    let pushes = run.state().bodies()[0].cell().pushes();
    let up = |on| {
        let own = pushes.iter().filter(|push| push.on == on && push.by.is_none());
        own.map(|push| push.force_n.z).sum::<f64>()
    };
    let parts = run.state().bodies()[0].parts();
    // One that has just come in has not come to lie yet.
    let carried: Vec<f64> = parts.map(|(_, on)| up(on)).filter(|up| *up > 0.0).collect();
    assert!(carried.len() > 1, "{carried:?}");
    let weigh = 6.0 * 9.806_65;
    assert!(
        carried.iter().all(|up| (up - weigh).abs() < 0.1 * weigh),
        "{carried:?} N, not {weigh}"
    );
    assert!(run.marks.notes.iter().any(|note| note.name == "rigid bodies"));
}

#[test]
fn the_inspector_says_what_a_robot_is_about() {
    let mut run = plant("arm-cell", 600.0);
    let robot = run.model.find("robot").unwrap();
    let mut tasks = BTreeSet::new();
    let mut programs = BTreeSet::new();
    for n in 0..200 {
        run.seek(SimTime::from_seconds(600.0 + f64::from(n))).unwrap();
        let live = views::inspector(&run, robot).live;
        let value = |name: &str| live.iter().find(|row| row.0 == name).map(|row| row.1.clone());
        tasks.insert(value("task").unwrap());
        programs.extend(value("program"));
        if value("way").is_some() {
            let task = value("task").unwrap();
            assert!(task.contains(": ") && task.contains(" to "), "a way has two ends: {task}");
        }
    }
    assert!(tasks.iter().any(|task| task == "carries: infeed to lathe"), "{tasks:?}");
    assert_eq!(programs, BTreeSet::from(["load lathe, 4 steps".to_owned()]));
}

#[test]
fn what_is_written_follows_the_overlay() {
    let mut run = run(PLANT, 42.5);
    let mut desk = Desk::new(Side::Iso, run.sights(), [800.0, 600.0]);
    run.mark(desk.shown, None);
    let mut seen = |overlay: Overlay| {
        desk.overlay = overlay;
        views::marks(&run.marks, &desk)
    };
    let (all, names, off) = (seen(Overlay::All), seen(Overlay::Names), seen(Overlay::Off));
    assert!(all.notes.iter().any(|(_, name, text, _)| name == "beam" && text == "broken"));
    assert!(names.notes.is_empty() && off.notes.is_empty(), "readings are for those who ask");
    assert_eq!((all.lines.len(), all.spots.len()), (off.lines.len(), off.spots.len()));
    assert!(!off.lines.is_empty());
    let on = |[x, y]: [f32; 2]| (0.0..=800.0).contains(&x) && (0.0..=600.0).contains(&y);
    assert!(all.spots.iter().all(|(at, ..)| on(*at)));
}

#[test]
fn sensors_are_among_what_is_found_on_a_picture() {
    let mut run = run(PLANT, 42.5);
    let desk = Desk::new(Side::Iso, run.sights(), [800.0, 600.0]);
    run.mark(desk.shown, None);
    let found = found(&run, &desk, [800, 600]);
    let beam = found.things.iter().find(|thing| thing.name == "beam").unwrap();
    assert_eq!((beam.kind, beam.told.as_deref()), ("light barrier", Some("broken")));
    assert!(beam.pixels.is_some());
}

/// What sees by rays: a switch before a box, a scanner with a zone in which the box stands, a lidar that meets it.
const SEEING: &str = r#"Plant(
    name: "seeing", run: (until: "1 h"),
    products: { "crate": () },
    equipment: {
        "in":  (is: Source(every: "30 s"), to: ["out"], at: (-9.0, 0.0)),
        "out": (is: Sink, at: (-6.0, 0.0)),
        "box": (is: Station(time: "1 s"), to: ["out"], at: (2.0, 0.0), size: (1.0, 1.0, 1.0)),
    },
    sensors: {
        "near":  (is: Proximity(at: (1.3, 0, 0.5), switches_at: "0.5 m"), every: "10 ms"),
        "far":   (is: Proximity(at: (0.0, 0, 0.5), switches_at: "0.5 m"), every: "10 ms"),
        "lidar": (is: Lidar(at: (0, 0, 0.5), channels: 1, lowest: "0 deg", highest: "0 deg", columns: 36), every: "100 ms"),
    },
)"#;

#[test]
fn rays_end_at_what_they_meet() {
    let mut run = run(SEEING, 1.0);
    run.mark(Shown::default(), None);
    assert_eq!(told(&run.marks, "near"), "something near");
    assert_eq!(told(&run.marks, "far"), "nothing near");
    assert!(
        told(&run.marks, "lidar").starts_with("36 rays, nearest 1.5"),
        "{}",
        told(&run.marks, "lidar")
    );
    let hits = run.marks.spots.iter().filter(|spot| spot.tone == Tone::Ray);
    for hit in hits.clone() {
        assert!(hit.at.x > 1.49 && hit.at.x < 2.51 && hit.at.y.abs() < 0.51, "{hit:?}");
    }
    assert!(hits.count() >= 3);
}

#[test]
fn an_arm_that_avoids_something_tells_how_near_it_comes() {
    let path = format!("{}/../assets/plants/arm-cell.ron", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("settle: \"100 ms\",", "settle: \"100 ms\", avoids: [\"finished\"],");
    let text = text.replace("at: (4.5, -1.0))", "at: (4.5, -1.0), size: (1.4, 1.2, 0.7))");
    let model = super::work::loader().load(&path, &text).model.unwrap();
    let mut run = Run::new(Arc::new(model)).unwrap();
    run.seek(SimTime::from_seconds(60.0)).unwrap();
    let robot = run.model.find("robot").unwrap();
    let live = views::inspector(&run, robot).live;
    let near = &live.iter().find(|row| row.0 == "nearest").unwrap().1;
    let millimetres: f64 = near.split(' ').next().unwrap().parse().unwrap();
    // What is sold is three metres off; the arm is nearer to itself than that.
    assert!(near.contains(" mm to ") && (0.0..3000.0).contains(&millimetres), "{near}");
}
