//! `genba run`: what is in the result, and that it is always the same.

use std::fs;

use serde_json::Value;

use crate::genba::{call, folder_with, names_in};
use crate::plants::{CELL, FLOOD, STUCK};

fn mean(value: &Value) -> f64 {
    value["mean"].as_f64().unwrap()
}

fn kinds_of_warnings(result: &Value) -> Vec<&str> {
    let warnings = result["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| warning["kind"].as_str().unwrap()).collect()
}

#[test]
fn the_first_level_of_the_result() {
    let folder = folder_with(CELL);
    let result = call(folder.path(), &["run", "plant.ron", "--json"]).ends(0).json();
    let keys: Vec<&str> = result.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "bottleneck",
            "equipment",
            "events",
            "fields",
            "flows",
            "interrupted",
            "kpis",
            "media",
            "plant",
            "products",
            "replications",
            "schema",
            "seed",
            "sensors",
            "simulated_s",
            "state_hash",
            "targets",
            "version",
            "warmup_s",
            "warnings",
            "workers",
        ]
    );
    assert_eq!(result["schema"], "genba.run/1");
    assert_eq!(result["plant"], "cell");
    assert_eq!(result["replications"], 4);
    assert_eq!(result["simulated_s"], 28_800.0);
    assert_eq!(result["warmup_s"], 3_600.0);
    assert_eq!(result["bottleneck"]["equipment"], "mill");
}

#[test]
fn figures_hang_together() {
    let folder = folder_with(CELL);
    let result = call(folder.path(), &["run", "plant.ron", "--json"]).ends(0).json();
    for (name, row) in result["equipment"].as_object().unwrap() {
        let states = row["states"].as_object().unwrap();
        let sum: f64 = states.values().map(|share| share.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{name}: {sum}");
    }
    let gear = &result["products"]["gear"];
    assert_eq!(result["kpis"]["throughput_per_h"], gear["throughput_per_h"]);
    assert!((mean(&gear["finished"]) / 7.0 - mean(&gear["throughput_per_h"])).abs() < 1e-9);
    let p = |q: &str| mean(&result["kpis"][q]);
    assert!(p("lead_time_p50_s") < p("lead_time_p90_s"));
    assert!(p("lead_time_p90_s") < p("lead_time_p99_s"));
    assert!(result["kpis"]["wip"]["half_width"].as_f64().unwrap() > 0.0);
    let fitters = &result["workers"]["fitters"]["states"];
    let sum: f64 = fitters.as_object().unwrap().values().map(|s| s.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn equal_input_gives_equal_bytes() {
    let folder = folder_with(CELL);
    for form in [&["--json"][..], &[][..]] {
        let run = |more: &[&str]| {
            let arguments = [&["run", "plant.ron"], form, more].concat();
            call(folder.path(), &arguments).ends(0).out
        };
        let once = run(&[]);
        assert_eq!(once, run(&["--jobs", "1"]));
        assert_eq!(once, run(&["--jobs", "3"]));
        assert_ne!(once, run(&["--seed", "8"]));
    }
}

#[test]
fn the_wall_clock_only_where_it_was_asked_for() {
    let folder = folder_with(CELL);
    let timed = call(folder.path(), &["run", "plant.ron", "--json", "--timing"]).ends(0).json();
    assert!(timed["wall_s"].as_f64().unwrap() > 0.0);
    assert!(timed["events_per_s"].as_f64().unwrap() > 0.0);
    let plain = call(folder.path(), &["run", "plant.ron", "--json"]).ends(0).json();
    assert!(plain.get("wall_s").is_none() && plain.get("events_per_s").is_none());
}

#[test]
fn flags_go_before_the_file() {
    let folder = folder_with(CELL);
    let flags = ["--until", "2h", "--warmup", "0 s", "--reps", "1", "--seed", "3"];
    let result = call(folder.path(), &[&["run", "plant.ron", "--json"], &flags[..]].concat());
    let result = result.ends(0).json();
    assert_eq!(result["simulated_s"], 7_200.0);
    assert_eq!(result["warmup_s"], 0.0);
    assert_eq!(result["replications"], 1);
    assert_eq!(result["seed"], 3);
    assert_eq!(result["kpis"]["wip"]["half_width"], Value::Null, "one replication has no interval");
}

#[test]
fn a_value_of_the_file_can_be_changed() {
    let folder = folder_with(CELL);
    let working = |more: &[&str]| {
        let arguments = [&["run", "plant.ron", "--json"], more].concat();
        let result = call(folder.path(), &arguments).ends(0).json();
        result["equipment"]["mill"]["states"]["working"].as_f64().unwrap()
    };
    let (as_written, faster) = (working(&[]), working(&["--set", "parameters.mill_time=\"25 s\""]));
    assert!((as_written / faster - 2.0).abs() < 0.1, "{as_written} {faster}");
}

#[test]
fn a_plant_that_floods_says_so() {
    let folder = folder_with(FLOOD);
    let called = call(folder.path(), &["run", "plant.ron", "--json"]).ends(0);
    let result = called.json();
    assert_eq!(kinds_of_warnings(&result), ["unstable"]);
    let message = result["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("`mill`") && !message.contains("`infeed`"), "{message}");
    assert_eq!(
        kinds_of_warnings(&call(folder_with(CELL).path(), &["run", "plant.ron", "--json"]).json())
            .len(),
        0
    );
}

#[test]
fn a_plant_that_stands_still_says_where() {
    let folder = folder_with(STUCK);
    let result = call(folder.path(), &["run", "plant.ron", "--json"]).ends(0).json();
    assert_eq!(kinds_of_warnings(&result), ["standstill", "nothing_finished"]);
    let message = result["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("`oven` (3)"), "{message}");
    assert_eq!(result["kpis"]["lead_time_s"]["mean"], Value::Null);
}

#[test]
fn the_warm_up_is_found_or_missed() {
    let folder = folder_with(CELL);
    let auto = ["run", "plant.ron", "--json", "--warmup", "auto", "--reps", "10"];
    let result = call(folder.path(), &auto).ends(0).json();
    let warmup_s = result["warmup_s"].as_f64().unwrap();
    assert!(warmup_s < 14_400.0, "{warmup_s}");
    let flood = folder_with(FLOOD);
    let result = call(flood.path(), &auto).ends(0).json();
    assert_eq!(result["warmup_s"], 14_400.0, "half of the run");
    assert!(kinds_of_warnings(&result).contains(&"warmup_not_found"));
}

#[test]
fn the_folder_is_whole_and_the_same() {
    let folder = folder_with(CELL);
    let run = |out: &str, more: &[&str]| {
        let arguments = [&["run", "plant.ron", "--json", "--out", out], more].concat();
        call(folder.path(), &arguments).ends(0).out
    };
    let printed = run("a", &[]);
    run("b", &["--jobs", "1"]);
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    let names = names_in(&a);
    let tables = ["equipment", "flows", "histograms", "intervals", "parts"];
    let mut expected: Vec<String> = tables.map(|table| format!("{table}.parquet")).to_vec();
    expected.push("result.json".to_owned());
    assert_eq!(names, expected);
    for name in names {
        assert_eq!(fs::read(a.join(&name)).unwrap(), fs::read(b.join(&name)).unwrap(), "{name}");
    }
    assert_eq!(fs::read_to_string(a.join("result.json")).unwrap(), printed);
    run("c", &["--trace"]);
    let traced = names_in(&folder.path().join("c"));
    for table in ["states", "trace"] {
        assert!(traced.contains(&format!("{table}.parquet")), "{traced:?}");
    }
    assert_eq!(
        names_in(folder.path()),
        ["a", "b", "c", "plant.ron"],
        "nothing is left beside them"
    );
}

#[test]
fn targets_are_told_with_whether_they_are_met() {
    let plant = r#"Plant(
        name: "aimed", run: (until: "10 h", warmup: "1 h"),
        targets: (throughput: "58 /h", lead_time: "20 s", work_in_process: 1, scrap: "1 %"),
        products: { "gear": () },
        equipment: {
            "in": (is: Source(every: "1 min"), to: ["mill"]),
            "mill": (is: Station(time: "30 s"), to: ["out"]),
            "out": (is: Sink),
        },
    )"#;
    let folder = folder_with(plant);
    let targets = &call(folder.path(), &["run", "plant.ron", "--json"]).ends(0).json()["targets"];
    let met = |name: &str| targets[name]["met"].as_bool();
    assert_eq!(met("throughput_per_h"), Some(true), "{targets}");
    assert_eq!(met("lead_time_s"), Some(false), "{targets}");
    assert_eq!(met("wip"), Some(true), "{targets}");
    assert_eq!(targets["throughput_per_h"]["target"].as_f64(), Some(58.0));
    let told = call(folder.path(), &["run", "plant.ron"]).ends(0).out;
    assert!(told.contains("✔ at least 58") && told.contains("✘ at most 20"), "{told}");
    let wrong = folder_with(&plant.replace("lead_time: \"20 s\"", "leadtime: \"20 s\""));
    let told = call(wrong.path(), &["check", "plant.ron"]).ends(1).err;
    assert!(told.contains("plant.ron:3:") && told.contains("lead_time"), "{told}");
}
