//! `genba robot`.

use std::path::{Path, PathBuf};

use crate::genba::call;

fn robots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/robots")
}

#[test]
fn a_sheet_says_where_its_figures_are_from() {
    let called = call(&robots(), &["robot", "abb-irb-120.ron"]).ends(0);
    for word in ["IRB 120-3/0.58", "0.580 m", "sheet", "assumed", "-165 … 165 deg", "a2 -70"] {
        assert!(called.out.contains(word), "no {word} in {called:?}");
    }
    let json = call(&robots(), &["robot", "universal-robots-ur5e.ron", "--json"]).ends(0).json();
    assert_eq!(json["schema"], "genba.robot/1");
    let arm = &json["arms"][0];
    assert_eq!(arm["joints"].as_array().unwrap().len(), 6);
    assert_eq!(arm["provenance"]["structure.a2"]["origin"], "sheet");
    assert_eq!(arm["provenance"]["joints[0].acceleration"]["origin"], "assumed");
}

#[test]
fn there_and_back_by_hand() {
    let at = "10, 20, -15, 30, 45, -60 deg";
    let file = "abb-irb-120.ron";
    let there = call(&robots(), &["robot", file, "--at", at]).ends(0).out;
    let json = call(&robots(), &["robot", file, "--to", there.trim(), "--json"]).ends(0).json();
    let ways = json["answer"]["ways"].as_array().unwrap();
    assert_eq!(ways.len(), 8);
    let first = |way: &serde_json::Value| way["q"][0].as_f64().unwrap().to_degrees();
    assert!(ways.iter().any(|way| way["within"] == true && (first(way) - 10.0).abs() < 1e-3));
    let near = call(&robots(), &["robot", file, "--to", there.trim(), "--near", at]).ends(0).out;
    for word in ["10.000", "20.000", "-15.000", "30.000", "45.000", "-60.000", "front, up, no flip"]
    {
        assert!(near.contains(word), "no {word} in {near}");
    }
}

#[test]
fn what_cannot_be_reached_is_a_finding() {
    let far = call(&robots(), &["robot", "abb-irb-120.ron", "--to", "2,0,0 m; 0,0,0 deg"]).ends(1);
    assert!(far.out.contains("out of reach by"), "{far:?}");
    let tilted =
        call(&robots(), &["robot", "epson-gx8-45x.ron", "--to", "0.3,0,0 m; 1,0,0 deg"]).ends(1);
    assert!(tilted.out.contains("tilted by 1.000 deg"), "{tilted:?}");
}

#[test]
fn usage_and_input() {
    let check = |arguments: &[&str], code: i32, word: &str| {
        let called = call(&robots(), arguments).ends(code);
        assert!(called.err.contains(word), "{called:?}");
    };
    check(&["robot", "not-there.ron"], 3, "there is no such file");
    check(&["robot", "abb-irb-120.ron", "--at", "1,2 deg"], 2, "6 joints, and 2");
    check(&["robot", "abb-irb-120.ron", "--at", "1,2,3,4,5,6 mm"], 2, "unit of length");
    check(&["robot", "dual-arm-fr3.ron", "--at", "1,2 deg"], 2, "left, right");
    let pair = call(&robots(), &["robot", "dual-arm-fr3.ron"]).ends(0).out;
    assert!(pair.contains("a hand of 5 fingers"), "{pair}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.ron"), "Robot(nam: \"x\")").unwrap();
    let wrong = call(folder.path(), &["robot", "r.ron"]).ends(3);
    assert!(wrong.err.contains("P003") && wrong.err.contains("did you mean `name`"), "{wrong:?}");
}

/// What is no comment.
fn plain(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim_start().starts_with(['!', ';', '#'])).collect()
}

#[test]
fn programs_go_to_controllers_and_back() {
    let plants = robots().join("../plants");
    let cell = std::fs::read_to_string(plants.join("arm-cell.ron")).unwrap();
    let arms = robots().canonicalize().unwrap();
    for (dialect, word) in [("rapid", "MoveAbsJ [["), ("krl", "PTP {A1"), ("urscript", "movej([")] {
        let there =
            call(&plants, &["robot", "arm-cell.ron", "--export", dialect, "robot"]).ends(0).out;
        assert!(there.contains(word) && there.contains("\"load lathe\" of \"robot\""), "{there}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cell.txt"), &there).unwrap();
        let back = call(folder.path(), &["robot", "cell.txt", "--import", dialect]).ends(0).out;
        // The same plant with what has come back, and once more.
        let (head, rest) = cell.split_once("    programs: {\n").unwrap();
        let (_, rest) = rest.split_once("    equipment: {").unwrap();
        let other = format!("{head}{back}    equipment: {{{rest}")
            .replace("\"load lathe\"}", "\"load_lathe\"}")
            .replace("../shapes", arms.with_file_name("shapes").to_str().unwrap())
            .replace("../robots", arms.to_str().unwrap());
        std::fs::write(folder.path().join("plant.ron"), &other).unwrap();
        let again = call(folder.path(), &["robot", "plant.ron", "--export", dialect]).ends(0).out;
        assert_eq!(plain(&there), plain(&again), "{dialect}\n{back}");
    }
}

#[test]
fn what_a_dialect_cannot_hold() {
    let scara = robots().join("epson-gx8-45x.ron").canonicalize().unwrap();
    let arm = robots().join("abb-irb-120.ron").canonicalize().unwrap();
    let plant = format!(
        r#"Plant(name: "x", robots: {{ "scara": {scara:?}, "arm": {arm:?} }}, products: {{ "p": () }},
        programs: {{
            "screw": [Move(to: Joints(["10 deg", "20 deg", "-100 mm", "0 deg"])), Wait("1 s")],
            "seal": [Move(to: Joints(["0 deg", "0 deg", "0 deg", "0 deg", "45 deg", "0 deg"])), Wait(Exponential("2 s"))],
        }},
        equipment: {{
            "in": (is: Source(every: "10 s"), to: ["m"]),
            "m": (is: Station(time: Program(robot: "scara", program: "screw")), to: ["n"]),
            "n": (is: Station(time: Program(robot: "arm", program: "seal")), to: ["out"]),
            "out": (is: Sink),
        }})"#
    );
    let folder = crate::genba::folder_with(&plant);
    let at = folder.path();
    let refused = call(at, &["robot", "plant.ron", "--export", "krl", "m"]).ends(3);
    assert!(refused.err.contains("joint 3 of the arm slides"), "{refused:?}");
    let noted = call(at, &["robot", "plant.ron", "--export", "krl", "n"]).ends(0);
    assert!(
        noted.out.contains("; step 2: the time is drawn at random")
            && noted.out.contains("WAIT SEC 2"),
        "{noted:?}"
    );
    let whose = call(at, &["robot", "plant.ron", "--export", "krl"]).ends(2);
    assert!(whose.err.contains("m, n"), "{whose:?}");
    call(at, &["robot", "plant.ron", "--export", "krl", "in"]).ends(2);
    std::fs::write(at.join("a.src"), "DEF a()\n  TRACK_ON(#belt)\nEND\n").unwrap();
    let tracks = call(at, &["robot", "a.src", "--import", "krl"]).ends(0);
    assert!(tracks.out.contains("Track(\"belt\")"), "{tracks:?}");
    std::fs::write(at.join("b.src"), "DEF a()\nEND\nDEF b()\n  HALT\nEND\n").unwrap();
    let line = call(at, &["robot", "b.src", "--import", "krl"]).ends(3);
    assert!(line.err.contains("b.src:4"), "{line:?}");
}

/// The programs of two robots and a press with signals, written and read back: the same plant, and the same run.
#[test]
fn signals_go_to_controllers_and_back() {
    let plants = robots().join("../plants");
    let cell = std::fs::read_to_string(plants.join("press-cell.ron")).unwrap();
    let arms = robots().canonicalize().unwrap();
    for (dialect, word) in [
        ("rapid", "WaitDI die_free,1"),
        ("krl", "WAIT FOR die_free"),
        ("urscript", "_in(die_free)==False"),
    ] {
        let mut back = String::new();
        for who in ["loader", "unloader", "press"] {
            let args = ["robot", "press-cell.ron", "--export", dialect, who];
            let there = call(&plants, &args).ends(0).out;
            assert!(who != "loader" || there.contains(word), "{there}");
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("cell.txt"), &there).unwrap();
            let read = call(folder.path(), &["robot", "cell.txt", "--import", dialect]).ends(0).out;
            let steps = read.strip_prefix("programs: {\n").unwrap().strip_suffix("},\n").unwrap();
            back += steps;
        }
        let (head, rest) = cell.split_once("    programs: {\n").unwrap();
        let (_, rest) = rest.split_once("    equipment: {").unwrap();
        let other = format!("{head}    programs: {{\n{back}}},\n    equipment: {{{rest}")
            .replace("../robots", arms.to_str().unwrap());
        let folder = crate::genba::folder_with(&other);
        for who in ["loader", "unloader", "press"] {
            let there =
                call(&plants, &["robot", "press-cell.ron", "--export", dialect, who]).ends(0).out;
            let again =
                call(folder.path(), &["robot", "plant.ron", "--export", dialect, who]).ends(0).out;
            assert_eq!(plain(&there), plain(&again), "{dialect}\n{back}");
        }
    }
}
