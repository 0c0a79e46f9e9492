//! What is wrong with a description is said at its place, all of it at once.

use super::{load, load_text};
use crate::diagnostics::Look;

const GOOD: &str = r#"Robot(
    name: "small",
    maker: "test",
    payload: "3 kg",
    reach: "0.58 m",
    structure: Spherical(a2: "-70 mm", c1: "290 mm", c2: "270 mm", c3: "302 mm", c4: "72 mm"),
    joints: [
        Revolute(range: ("-165 deg", "165 deg"), speed: "250 deg/s"),
        Revolute(range: ("-110 deg", "110 deg"), speed: "250 deg/s", acceleration: "900 deg/s2"),
        Revolute(range: ("-110 deg", "70 deg"), speed: "250 deg/s", zero: "-90 deg"),
        Revolute(range: ("-160 deg", "160 deg"), speed: "320 deg/s"),
        Revolute(range: ("-120 deg", "120 deg"), speed: "320 deg/s"),
        Revolute(range: ("-400 deg", "400 deg"), speed: "420 deg/s", reversed: true),
    ],
    ramp: "200 ms",
    rise: "100 ms",
    provenance: {
        "payload": Sheet("s"), "reach": Sheet("s"), "structure": Derived("d"), "joints": Sheet("j"),
        "joints.speed": Sheet("speeds"), "joints[1].acceleration": Calibrated("c"), "ramp": Assumed("a"), "rise": Assumed("a"),
    },
)"#;

/// `code line:column message` of everything that is wrong with `GOOD`, after each first text was put for the second.
fn mistakes(changes: &[(&str, &str)]) -> Vec<String> {
    let mut text = GOOD.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    found(&text)
}

fn found(text: &str) -> Vec<String> {
    let loaded = load_text(text);
    assert!(loaded.robot.is_none());
    let data = loaded.diagnostics.to_data(&loaded.sources);
    data.iter().map(|d| format!("{} {}:{} {}", d.code, d.line, d.column, d.message)).collect()
}

#[test]
fn a_sheet_becomes_an_arm() {
    let loaded = load_text(GOOD);
    let look = Look::default();
    let robot = loaded
        .robot
        .unwrap_or_else(|| panic!("{}", loaded.diagnostics.render(&loaded.sources, look)));
    let arm = robot.arm().unwrap();
    assert_eq!((arm.name(), arm.payload(), arm.joints().len()), ("small", Some(3.0), 6));
    let joint = arm.joints()[1];
    assert!((joint.acceleration - 900_f64.to_radians()).abs() < 1e-12);
    assert!((joint.jerk - 9000_f64.to_radians()).abs() < 1e-9, "{}", joint.jerk);
    let first = arm.joints()[0];
    assert!((first.acceleration - 1250_f64.to_radians()).abs() < 1e-9);
    assert_eq!(arm.joints()[5].sense, -1.0);
    let sheet = &robot.arms[0].sheet.provenance;
    let from = |path: &str| sheet[path].source.as_str();
    assert_eq!(from("joints[1].acceleration"), "c");
    assert_eq!(from("joints[0].acceleration"), "a", "that of the ramp");
    assert_eq!(from("joints[4].speed"), "speeds");
    assert_eq!(from("joints[4].range"), "j");
    assert_eq!(from("structure.c2"), "d");
}

#[test]
fn all_mistakes_come_at_once() {
    let wrong = mistakes(&[
        ("range: (\"-165 deg\", \"165 deg\")", "range: (\"165 deg\", \"-165 deg\")"),
        ("speed: \"320 deg/s\"", "speed: \"0 deg/s\""),
        ("c2: \"270 mm\"", "c2: \"0 mm\""),
        ("\"payload\": Sheet(\"s\"), ", ""),
        ("\"ramp\": Assumed", "\"rump\": Assumed"),
    ]);
    let codes: Vec<&str> = wrong.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(codes, ["R005", "R006", "R003", "R002", "R002", "R005", "P013"], "{wrong:#?}");
    assert_eq!(wrong[0], "R005 4:14 nothing says where `payload` comes from");
    assert_eq!(wrong[2], "R003 6:58 `c2` has to be longer than 0, or there is no such arm");
    assert_eq!(wrong[3], "R002 8:25 the range of J1 ends before it begins");
}

#[test]
fn joints_need_not_wait_for_the_rest_to_be_readable() {
    let wrong = mistakes(&[
        ("c2: ", "c22: "),
        ("range: (\"-165 deg\", \"165 deg\")", "range: (\"165 deg\", \"-165 deg\")"),
        ("speed: \"420 deg/s\"", "speed: \"420 kg\""),
    ]);
    let codes: Vec<&str> = wrong.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(codes, ["P004", "P003", "R002", "P007"], "{wrong:#?}");
}

#[test]
fn each_mistake_has_its_words() {
    let check = |old: &str, new: &str, expected: &str| {
        let wrong = mistakes(&[(old, new)]);
        assert!(wrong.iter().any(|line| line.starts_with(expected)), "{expected}: {wrong:#?}");
    };
    check("payload", "paylaod", "P003 4:5 there is no field `paylaod`");
    check("Spherical", "Sperical", "P005 6:16 `Sperical` is not among the choices here");
    check("\"250 deg/s\"", "\"250 deg\"", "P007 8:");
    check("\"250 deg/s\"", "\"NaN deg/s\"", "P007 8:");
    check("\"250 deg/s\"", "inf", "P007 8:");
    check(
        "    ramp: \"200 ms\",\n",
        "",
        "P004 8:9 J1 has no `acceleration`, and there is no `ramp`",
    );
    check("ramp: \"200 ms\"", "ramp: \"0 ms\"", "P010 15:11");
    check(
        "c3: \"302 mm\"",
        "c3: \"320 mm\"",
        "R006 5:12 the sheet says 0.58 m, and the lengths come to 0.5976 m",
    );
    check(
        "        Revolute(range: (\"-165 deg\", \"165 deg\"), speed: \"250 deg/s\"),\n",
        "",
        "R001 7:13 the structure has 6 joints, and 5",
    );
    let slides = "Prismatic(range: (\"0 m\", \"1 m\"), speed: \"1 m/s\")";
    check(
        "Revolute(range: (\"-165 deg\", \"165 deg\"), speed: \"250 deg/s\")",
        slides,
        "R001 8:9 J1 slides",
    );
    check("\"reach\": Sheet(\"s\")", "\"reach\": Sheet(\" \")", "R005 18");
    check("name: \"small\"", "name: \"\"", "P010 2:11 a robot needs a name");
    check("maker: \"test\",", "maker: \"test\", maker: \"twice\",", "P008 3");
    check("Robot(", "Robt(", "P001");
    check("\"joints\": Sheet(\"j\")", "\"joints\": Guessed(\"j\")", "P005 18");
}

/// A chain of three links, `changes` made.
fn chain(changes: &[(&str, &str)]) -> String {
    let mut text = r#"Robot(name: "c", maker: "test",
    structure: Chain(tip: "tool", links: {
        "column": (on: "base", at: ("0 m", "0 m", "0.3 m"), moves: Turns(0, 0, 2)),
        "slide": (on: "column", at: ("0.1 m", "0 m", "0 m"), turned: ("0 deg", "90 deg", "0 deg"), moves: Slides(0, 0, 1)),
        "tool": (on: "slide", at: ("0 m", "0 m", "0.2 m")),
    }),
    joints: [
        Revolute(range: ("-3 rad", "3 rad"), speed: "1 rad/s"),
        Prismatic(range: ("0 m", "1 m"), speed: "1 m/s"),
    ],
    ramp: "0.2 s", rise: "0.1 s",
    provenance: {"structure": Assumed("a test"), "joints": Assumed("a test"), "ramp": Assumed("a test"), "rise": Assumed("a test")},
)"#
    .to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    text
}

#[test]
fn chains_are_put_in_order() {
    let loaded = load_text(&chain(&[]));
    let robot = loaded.robot.unwrap_or_else(|| {
        panic!("{}", loaded.diagnostics.render(&loaded.sources, Look::default()))
    });
    let flange = robot.arm().unwrap().forward(&[0.0, 0.5]).unwrap();
    assert!((flange.translation.vector - nalgebra::Vector3::new(0.8, 0.0, 0.3)).norm() < 1e-15);
}

#[test]
fn circles_and_loose_ends_are_named() {
    let circle = found(&chain(&[("on: \"base\"", "on: \"slide\"")]));
    assert_eq!(
        circle,
        ["R004 3:24 links sit on each other in a circle: column on slide on column"]
    );
    let itself = found(&chain(&[("on: \"slide\"", "on: \"tool\"")]));
    assert_eq!(itself, ["R004 5:22 links sit on each other in a circle: tool on tool"]);
    let nothing = found(&chain(&[("on: \"slide\"", "on: \"slider\"")]));
    assert_eq!(nothing, ["P013 5:22 no link is named `slider`"]);
    let axis = found(&chain(&[("Turns(0, 0, 2)", "Turns(0, 0, 0)")]));
    assert_eq!(axis, ["R003 3:68 the axis of `column` has no direction"]);
    let nan = found(&chain(&[("Turns(0, 0, 2)", "Turns(0, NaN, 2)")]));
    assert_eq!(nan, ["R003 3:68 the axis of `column` has no direction"]);
    let tip = found(&chain(&[("tip: \"tool\"", "tip: \"tol\"")]));
    assert_eq!(tip, ["P013 2:27 no link is named `tol`"]);
    let loose = load_text(&chain(&[("tip: \"tool\"", "tip: \"slide\"")]));
    assert!(loose.robot.is_some() && !loose.diagnostics.is_empty(), "a warning");
}

const PAIR: &str = r#"Assembly(name: "pair", maker: "test",
    arms: {
        "left": (robot: "small.ron", at: ("0 m", "0.3 m", "1 m"), turned: ("0 deg", "90 deg", "0 deg"), hand: "claw"),
        "right": (robot: "small.ron", at: ("0 m", "-0.3 m", "1 m")),
    },
    hands: {"claw": (fingers: {"one": (at: ("0 m", "0 m", "0.1 m"), curl: ("0 deg", "60 deg"), speed: "100 deg/s",
        bones: [(length: "40 mm", follows: 1.0)])})},
    provenance: {"arms": Assumed("a test"), "hands": Assumed("a test")},
)"#;

fn pair(text: &str) -> super::Loaded {
    load("folder/pair.ron", &|path, _| match path {
        "folder/pair.ron" => Ok(text.to_owned()),
        "folder/small.ron" => Ok(GOOD.to_owned()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    })
}

#[test]
fn assemblies_take_arms_from_their_files() {
    let loaded = pair(PAIR);
    let robot = loaded.robot.unwrap_or_else(|| {
        panic!("{}", loaded.diagnostics.render(&loaded.sources, Look::default()))
    });
    assert!(robot.arm().is_none());
    let [left, right] = robot.arms.as_slice() else { panic!("{robot:?}") };
    assert_eq!((left.name.as_str(), right.name.as_str()), ("left", "right"));
    assert_eq!(left.arm, right.arm);
    assert!(left.hand.is_some() && right.hand.is_none());
    let up = left.mount.rotation * nalgebra::Vector3::z();
    assert!((up - nalgebra::Vector3::x()).norm() < 1e-15);
}

#[test]
fn wrong_assemblies() {
    let check = |old: &str, new: &str, code: &str, line: usize| {
        assert!(PAIR.contains(old), "{old}");
        let loaded = pair(&PAIR.replacen(old, new, 1));
        assert!(loaded.robot.is_none(), "{new}");
        let data = loaded.diagnostics.to_data(&loaded.sources);
        assert!(data.iter().any(|d| d.code.0 == code && d.line == line), "{new}: {data:#?}");
    };
    check("small.ron", "large.ron", "P015", 3);
    check("hand: \"claw\"", "hand: \"clow\"", "P013", 3);
    check("curl: (\"0 deg\"", "curl: (\"70 deg\"", "R002", 6);
    check("length: \"40 mm\"", "length: \"0 mm\"", "R003", 7);
    check("follows: 1.0", "follows: inf", "P010", 7);
    check("\"hands\": Assumed(\"a test\")", "", "R005", 6);
}

#[test]
fn damaged_files_never_panic() {
    let mut at = 1_usize;
    for text in [GOOD.to_owned(), chain(&[]), PAIR.to_owned()] {
        for n in 0..400 {
            at = (at * 48_271 + n) % 2_147_483_647;
            let cut = text.floor_char_boundary(at % text.len());
            let end = text.ceil_char_boundary((cut + n % 9).min(text.len()));
            let damaged = format!("{}{}", &text[..cut], &text[end..]);
            let _ = pair(&damaged);
        }
    }
}
