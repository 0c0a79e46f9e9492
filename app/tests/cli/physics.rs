//! `genba run --physics`.

use crate::genba::{call, folder_with};

/// The example of the assets.
const LINE: &str = include_str!("../../../assets/plants/rigid-line.ron");

fn throughput(result: &serde_json::Value) -> f64 {
    result["kpis"]["throughput_per_h"]["mean"].as_f64().unwrap_or_else(|| panic!("{result}"))
}

#[test]
fn a_flag_says_what_runs_as_rigid_bodies() {
    let folder = folder_with(LINE);
    let run = |more: &[&str]| {
        let arguments = [&["run", "plant.ron", "--until", "2min", "--json"], more].concat();
        call(folder.path(), &arguments).ends(0).json()
    };
    let (own, events) = (run(&[]), run(&["--physics", "none"]));
    assert_eq!(own["rigid_bodies"], serde_json::json!(["belt", "rollers"]));
    assert_eq!(events.get("rigid_bodies"), None);
    assert!((throughput(&own) - throughput(&events)).abs() <= 31.0, "{own} {events}");
    assert_ne!(own["state_hash"], events["state_hash"]);
    let named = run(&["--physics", "belt, rollers", "--jobs", "1"]);
    assert_eq!(named["kpis"], own["kpis"]);
}

#[test]
fn light_barriers_of_a_cell_stand_in_the_table_of_crossings() {
    let folder = folder_with(LINE);
    let arguments = ["run", "plant.ron", "--until", "1min", "--out", "result"];
    call(folder.path(), &arguments).ends(0);
    let names = crate::genba::names_in(&folder.path().join("result"));
    assert!(names.iter().any(|name| name.starts_with("crossings")), "{names:?}");
}

#[test]
fn what_cannot_run_as_rigid_bodies_is_refused() {
    let folder = folder_with(LINE);
    for (name, expected) in [("labeller", "P020"), ("belts", "did you mean \"belt\"?")] {
        let called = call(folder.path(), &["run", "plant.ron", "--physics", name]).ends(3);
        assert!(called.err.contains(expected) && called.err.contains("--physics"), "{called:?}");
        call(folder.path(), &["check", "plant.ron", "--physics", name]).ends(1);
    }
    call(folder.path(), &["run", "plant.ron", "--physics", ","]).ends(2);
}

/// The arm's cell of the assets: what its instruments tell stands in tables of their own.
#[test]
fn an_arm_among_rigid_bodies_tells_what_it_feels_and_a_camera_what_it_sees() {
    let plants = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/plants");
    let out = tempfile::tempdir().unwrap();
    let result = out.path().join("result");
    let arguments =
        ["run", "carton-cell.ron", "--until", "30s", "--json", "--out", result.to_str().unwrap()];
    let own = call(&plants, &arguments).ends(0).json();
    assert_eq!(own["rigid_bodies"], serde_json::json!(["infeed", "robot", "outfeed"]));
    let names = crate::genba::names_in(&result);
    for table in ["crossings", "gauges", "poses"] {
        assert!(names.iter().any(|name| name.starts_with(table)), "no {table} in {names:?}");
    }
}
