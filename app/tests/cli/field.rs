//! `genba field` and `genba gpu`.

use std::fs;
use std::path::Path;

use crate::genba::{call, folder_with, names_in};
use crate::plants::CELL;

/// An oven and a press in a small hall with an office.
const HALL: &str = r#"Plant(
    name: "small hall", run: (until: "1 h"), products: { "gear": () },
    hall: (
        size: ("12 m", "8 m", "4 m"), cell: "0.5 m", start: "20 degC",
        walls: (west: (u_value: "2 W/(m2 K)"), roof: (u_value: "2 W/(m2 K)"), floor: (kept_at: "16 degC")),
        obstacles: { "office": (from: (9, 5, 0), to: (12, 8, 2.5)) },
    ),
    equipment: {
        "infeed": (is: Source(every: "60 s"), to: ["oven"]),
        "oven": (is: Station(time: "50 s"), to: ["press"], at: (4, 4), size: (3, 2, 2),
                 power: (working: "10 kW", idle: "2 kW"), heat: (mass: "500 kg")),
        "press": (is: Station(time: "40 s"), to: ["out"], at: (8, 4), size: (1, 1, 2),
                  power: (working: "3 kW"), heat: (share: "50 %", mass: "1 t")),
        "out": (is: Sink),
    },
)"#;

#[test]
fn a_hall_comes_with_figures_pictures_and_fields() {
    let folder = folder_with(HALL);
    let arguments = [
        "field",
        "plant.ron",
        "--tier",
        "network,air",
        "--until",
        "20s",
        "--device",
        "cpu",
        "--json",
        "--out",
        "warm",
        "--slice",
        "z=1m",
        "--slice",
        "y=4m",
        "--show",
        "temperature,speed",
        "--arrows",
    ];
    let called = call(folder.path(), &arguments).ends(0);
    let result = called.json();
    assert_eq!(result["schema"], "genba.field/1");
    let tiers = result["tiers"].as_array().unwrap();
    assert_eq!((&tiers[0]["tier"], &tiers[1]["tier"]), (&"network".into(), &"air".into()));
    for tier in tiers {
        let given = tier["balance"]["sources_j"].as_f64().unwrap();
        assert!((given - 20.0 * 11.5e3).abs() < 1.0, "{given} J");
        assert!(tier["balance"]["residual"].as_f64().unwrap() < 1e-4, "{tier:#}");
        let of = |n: usize| tier["equipment"][n]["itself_c"].as_f64().unwrap();
        assert!(of(0) > of(1) && of(1) > 20.0, "the oven is warmer than the press: {tier:#}");
    }
    let expected = [
        "air-speed-y4m.png",
        "air-speed-z1m.png",
        "air-temperature-y4m.png",
        "air-temperature-z1m.png",
        "air.vti",
        "network-temperature-y4m.png",
        "network-temperature-z1m.png",
        "network.vti",
        "result.json",
    ];
    let warm = folder.path().join("warm");
    assert_eq!(names_in(&warm), expected);
    assert_eq!(fs::read_to_string(warm.join("result.json")).unwrap(), called.out);
    assert!(fs::read(warm.join("air-speed-z1m.png")).unwrap().starts_with(b"\x89PNG"));
    let again = call(folder.path(), &arguments).ends(0);
    assert_eq!(called.out, again.out, "the same input gives the same bytes");
}

#[test]
fn people_get_a_table() {
    let folder = folder_with(HALL);
    let steady = ["field", "plant.ron", "--tier", "network", "--state", "idle"];
    let called = call(folder.path(), &steady).ends(0);
    for word in ["small hall", "machines idle", "steady after", "oven", "2.00 kW", "air around"] {
        assert!(called.out.contains(word), "no {word} in {}", called.out);
    }
    assert!(called.err.contains("network tier on cpu"), "{}", called.err);
    let quiet = call(folder.path(), &[&steady[..], &["--quiet"]].concat()).ends(0);
    assert_eq!((quiet.out, quiet.err), (called.out, String::new()));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = folder_with(HALL);
    for (arguments, code, word) in [
        (&["--tier", "lava"][..], 2, "network"),
        (&["--slice", "z=1m"], 2, "--out"),
        (&["--slice", "z=9m", "--out", "warm"], 2, "the hall is from z = 0 m to 4 m"),
        (&["--slice", "height", "--out", "warm"], 2, "z=1.5m"),
        (&["--cell", "0 m"], 2, "above 0"),
        (&["--cell", "1 mm"], 3, "cells"),
        (&["--steady", "--until", "5 s"], 2, "cannot be used"),
    ] {
        let called = call(folder.path(), &[&["field", "plant.ron"], arguments].concat()).ends(code);
        assert!(called.err.contains(word), "no {word} in {}", called.err);
        assert_eq!(called.out, "");
    }
    assert_eq!(names_in(folder.path()), ["plant.ron"]);
    let called = call(folder_with(CELL).path(), &["field", "plant.ron"]).ends(3);
    assert!(called.err.contains("has no hall"), "{}", called.err);
}

#[test]
fn the_processor_is_measured_without_any_adapter() {
    let here = Path::new(".");
    let result = call(here, &["gpu", "--quick", "--device", "cpu", "--json"]).ends(0).json();
    assert_eq!(result["schema"], "genba.gpu/1");
    assert!(["cpu", "gpu"].contains(&result["auto"]["takes"].as_str().unwrap()));
    assert!(result["devices"][0]["copy_bytes_per_s"].as_f64().unwrap() > 1e8);
    let kernels = result["kernels"].as_array().unwrap();
    assert!(kernels.len() >= 5, "{result:#}");
    for kernel in kernels {
        let (rate, each) = (&kernel["cells_per_s"], &kernel["bytes_per_cell"]);
        let bytes = rate.as_f64().unwrap() * each.as_f64().unwrap();
        assert!((bytes / kernel["bytes_per_s"].as_f64().unwrap() - 1.0).abs() < 1e-9);
        assert!(kernel["share"].as_f64().unwrap() > 0.0, "{kernel:#}");
    }
    let sensors = result["sensors"].as_array().unwrap();
    assert_eq!(sensors.len(), 2, "{result:#}");
    for tick in sensors {
        let per_s = tick["sensors"].as_f64().unwrap() / tick["seconds_per_tick"].as_f64().unwrap();
        assert!((per_s / tick["sensors_per_s"].as_f64().unwrap() - 1.0).abs() < 1e-9);
    }
    let rays = result["rays"].as_array().unwrap();
    assert_eq!(rays.len(), 4, "{result:#}");
    assert!(
        rays.iter().all(|ray| ray["nearest_per_s"].as_f64() > Some(0.0) && ray["threads"] == 1)
    );
}
