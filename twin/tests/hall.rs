//! The hall in the plant file: what it is to a solver, and what is told where it does not fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

use twin::diagnostics::Severity;
use twin::engine::Model;
use twin::field::{Face, Flow, Heat, Target};
use twin::plant::{Loaded, load_text};

/// A press line beside an oven, in a hall with gates; `hall` and `heat` are added to what stands there.
fn plant(hall: &str, heat: &str) -> String {
    format!(
        r#"Plant(name: "h", products: {{"p": ()}},
hall: (size: ("24 m", "12 m", 6), corner: (-2, -6), cell: "0.5 m", start: "22 degC", outside: "30 degC",
    walls: (west: (u_value: "1.2 W/(m2 K)"), floor: (kept_at: "16 degC")),
    {hall}),
equipment: {{
    "in": (is: Source(every: "60 s"), to: ["belt"], at: (-40, 0)),
    "belt": (is: Conveyor(length: "8 m", speed: "0.2 m/s"), to: ["press"], at: (10, 3), size: (8, 2, 2), facing: "180 deg",
        power: (working: "48 kW", ramp: "5 min"),
        heat: (share: "90 %", mass: "6 t", film: "8 W/(m2 K)")),
    "press": (is: Station(time: "50 s"), to: ["out"], at: (12, 0), size: (2, 1, 3), facing: "90 deg",
        power: (working: "8 kW", idle: "2 kW"),
        heat: ({heat})),
    "out": (is: Sink),
}})"#
    )
}

fn model(hall: &str, heat: &str) -> Model {
    let loaded = load_text(&plant(hall, heat));
    assert!(loaded.model.is_some(), "{}", told(&loaded).join("\n"));
    loaded.model.unwrap()
}

/// `P016 error 3: message` for all that was found.
fn told(loaded: &Loaded) -> Vec<String> {
    let line = |d: &twin::diagnostics::Diagnostic| d.at.map(|at| loaded.sources.position(at).0);
    let all = loaded.diagnostics.sorted().into_iter();
    let severity = |d: &twin::diagnostics::Diagnostic| match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    all.map(|d| format!("{} {} {}: {}", d.code, severity(d), line(d).unwrap_or(0), d.message))
        .collect()
}

const PRESS: &str = r#"mass: "4 t", convective: "30 %", senses: Air, gives: (working: "1 kW"), share: "50 %",
    derating: [("30 degC", "100 %"), ("45 degC", "70 %")], trips: (above: "60 degC", resets_below: "50 degC")"#;

#[test]
fn a_hall_becomes_a_scene() {
    let model = model(
        r#"openings: {"gate": (side: West, from: (-2, 0), to: (2, 4))},
        inlets: {"supply": (side: Roof, from: (0, 0), to: (0.6, 0.6), flow: "3600 m3/h", temperature: "18 degC")},
        obstacles: {"office": (from: (18, -6, 0), to: (22, -3, 3))},
        fans: {"fan": (from: (5, -5, 4), to: (6, -4, 5), velocity: ("1 m/s", "0 m/s", "0 m/s"))},
        porous: {"rack": (from: (0, -5, 0), to: (2, -4, 3), loss_per_m: 3)}"#,
        PRESS,
    );
    let hall = model.hall.as_ref().unwrap();
    let scene = hall.scene(None).unwrap();
    assert_eq!(scene.grid.cells, [48, 24, 12]);
    let [belt, press] = [&scene.bodies[0], &scene.bodies[1]];
    assert_eq!((belt.name.as_str(), press.name.as_str()), ("belt", "press"));
    // The belt runs from x = 10 m back to 2 m: its box lies between.
    assert_eq!((belt.region.from, belt.region.to), ([8, 16, 0], [24, 20, 4]));
    // The press is turned: 2 m along y.
    assert_eq!((press.region.from, press.region.to), ([27, 10, 0], [29, 14, 6]));
    assert!((press.capacity - 4000.0 * 450.0).abs() < 1e-6);
    assert!(press.area.is_some_and(|area| (area - (2.0 + 2.0 * 3.0 * 3.0)).abs() < 1e-9));
    // Half of the power and all that it gives besides; 30 % of both go into the air above.
    let powers = hall.powers(&[1000.0, 100.0]);
    let to: Vec<Target> = scene.sources.iter().map(|source| source.to).collect();
    let Target::Cells(above) = to[3] else { panic!("{:?}", to[3]) };
    assert_eq!((above.from, above.to), ([27, 10, 6], [29, 14, 7]));
    assert_eq!(to[..2], [Target::Body(0), Target::Body(1)]);
    for (power, expected) in powers.iter().zip([1000.0, 70.0, 0.0, 30.0]) {
        assert!((power - expected).abs() < 1e-9, "{powers:?}");
    }
    // A cubic metre a second through one cell of a quarter of a square metre; the gate is open to the outside.
    let vent = |name: &str| scene.patches.iter().find(|patch| patch.name == name).unwrap().flow;
    assert_eq!(vent("gate"), Flow::Opening { temperature: 30.0 });
    assert_eq!(vent("supply"), Flow::Forced { velocity: [0.0, 0.0, -4.0], temperature: 18.0 });
    let gate = scene.patches.iter().position(|patch| patch.name == "gate").unwrap();
    let cells = scene.sides[Face::West as usize].iter().filter(|n| usize::from(**n) == gate);
    assert_eq!(cells.count(), 8 * 8);
    let west = scene.patch(Face::West, scene.grid.face_cells(Face::West)[0] - 1).heat;
    assert_eq!(west, Heat::Surface { film: 1.2, emissivity: 0.0, ambient: 30.0 });
    assert_eq!(scene.patch(Face::Floor, 0).heat, Heat::Fixed(16.0));
    // Coarse cells lose nothing.
    let coarse = hall.scene(Some(3.0)).unwrap();
    assert!(coarse.bodies.iter().all(|body| !body.region.is_empty()) && coarse.fans.len() == 1);
}

#[test]
fn what_does_not_fit_is_told_at_its_line() {
    let vent = |at: &str| format!("openings: {{\"gate\": (side: West, {at})}}");
    let heat = |what: &str| format!("mass: \"1 t\", {what}");
    let cases: Vec<(&str, String, String)> = vec![
        ("P016 error 4", vent("from: (-4, 0), to: (0, 7)"), heat("")),
        ("P010 error 4", vent("from: (2, 0), to: (0, 3)"), heat("")),
        ("P010 error 4", vent("from: (NaN, 0), to: (0, 3)"), heat("")),
        ("P018 error 4", r#"inlets: {"a": (side: East, from: (0, 0), to: (1, 1), flow: "1 m3/s")}"#.into(), heat("")),
        ("P010 error 4", r#"materials: {"tin": (conductivity: "0 W/(m K)", density: "1 kg/m3", specific_heat: "1 J/(kg K)")}"#.into(), heat("")),
        ("P007 error 4", r#"materials: {"tin": (conductivity: "-3 W/(m K)", density: "1 kg/m3", specific_heat: "1 J/(kg K)")}"#.into(), heat("")),
        ("P007 error 4", r#"materials: {"tin": (conductivity: "NaN W/(m K)", density: "1 kg/m3", specific_heat: "1 J/(kg K)")}"#.into(), heat("")),
        ("P013 error 4", r#"obstacles: {"a": (from: (0, 0, 0), to: (1, 1, 1), of: "concret")}"#.into(), heat("")),
        ("P016 error 4", r#"obstacles: {"a": (from: (0, 0, 0), to: (1, 1, 9))}"#.into(), heat("")),
        ("P010 error 4", r#"walls: (), tick: "0 s""#.replace("walls: (), ", ""), heat("")),
        ("P010 error 4", r#"tick: "1 min", flow_every: "90 s""#.into(), heat("")),
        ("P010 error 4", r#"porous: {"a": (from: (0, 0, 0), to: (1, 1, 1), loss_per_m: -1)}"#.into(), heat("")),
        ("P013 error 12", String::new(), heat("material: \"stel\"")),
        ("P004 error 12", String::new(), "film: \"5 W/(m2 K)\"".into()),
        ("P010 error 12", String::new(), "mass: \"0 kg\"".into()),
        ("P010 error 12", String::new(), heat("capacity: \"1 kJ/K\"")),
        ("P010 error 12", String::new(), heat("derating: [(\"40 degC\", \"90 %\"), (\"30 degC\", \"100 %\")]")),
        ("P010 error 12", String::new(), heat("derating: [(\"40 degC\", \"0 %\")]")),
        ("P010 error 12", String::new(), heat("trips: (above: \"40 degC\", resets_below: \"50 degC\")")),
        ("P010 error 12", String::new(), heat("gives: (working: \"1 kW\", ramp: \"1 s\")")),
        ("P010 error 12", String::new(), heat("gives: (working: \"1 m3/s\")")),
    ];
    for (expected, hall, heat) in cases {
        let loaded = load_text(&plant(&hall, &heat));
        let told = told(&loaded);
        assert!(told.iter().any(|line| line.starts_with(expected)), "{hall} {heat}: {told:?}");
        assert!(loaded.model.is_none(), "{hall} {heat} loads");
    }
}

#[test]
fn what_stands_elsewhere_or_is_too_much_is_told() {
    let good = plant("", "mass: \"1 t\"");
    let check = |from: &str, to: &str, expected: &str| {
        assert!(good.contains(from), "{from}");
        let loaded = load_text(&good.replace(from, to));
        let told = told(&loaded);
        assert!(told.iter().any(|line| line.starts_with(expected)), "{to}: {told:?}");
        assert_eq!(loaded.model.is_some(), expected.contains("warning"), "{to}");
    };
    check("at: (12, 0)", "at: (12, 40)", "P016 error 10");
    check("cell: \"0.5 m\"", "cell: \"0 m\"", "P010 error 2");
    check("cell: \"0.5 m\"", "cell: \"-1 m\"", "P010 error 2");
    // 1.7e12 cells, before any memory is taken.
    check("cell: \"0.5 m\"", "cell: \"1 mm\"", "P009 error 2");
    check("(\"24 m\", \"12 m\", 6)", "(\"24 m\", 0, 6)", "P010 error 2");
    check("(\"24 m\", \"12 m\", 6)", "(\"24 m\", NaN, 6)", "P010 error 2");
    check("kept_at: \"16 degC\"", "kept_at: \"16 degC\", u_value: \"1 W/(m2 K)\"", "P010 error 3");
    check("walls: (west", "walls: (wets", "P003 error 3");
    check("at: (12, 0)", "at: (6, 3)", "P016 warning 10");
    check("power: (working: \"48 kW\", ramp: \"5 min\"),", "", "P010 error 9");
    check("hall: (", "templates: {}, hallo: (", "P003 error 2");
}

#[test]
fn heat_without_a_hall_is_told() {
    let text = plant("", "mass: \"1 t\"");
    let from = text.find("hall: (").unwrap();
    let to = text.find("equipment: {").unwrap();
    let loaded = load_text(&format!("{}{}", &text[..from], &text[to..]));
    assert!(loaded.model.as_ref().is_some_and(|model| model.hall.is_none()));
    assert!(
        told(&loaded).iter().any(|line| line.starts_with("P017 warning")),
        "{:?}",
        told(&loaded)
    );
}
