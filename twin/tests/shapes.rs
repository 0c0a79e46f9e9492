//! Shapes from files of triangles: what they are to fields, to rays and to those who write them down wrongly.

#![expect(clippy::unwrap_used, reason = "a test that cannot load its plant has failed")]

use std::io;

use twin::diagnostics::Look;
use twin::engine::{Model, State};
use twin::plant::{Files, Loaded, Options, core_registry, load};
use twin::seen::{Owner, Scenery};
use twin::sensor::ray::Ray;

/// A plant, and an upright prism on a triangle, 2 m high: corners at (0, 0), (4, 0), (0, 4) in units of its file.
struct Disk {
    plant: String,
    prism: String,
}

impl Files for Disk {
    fn read(&self, path: &str, _limit: u64) -> io::Result<String> {
        match path {
            "a/plant.ron" => Ok(self.plant.clone()),
            "a/shapes/prism.obj" => Ok(self.prism.clone()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

const PRISM: &str = "v 0 0 0\nv 4 0 0\nv 0 4 0\nv 0 0 2\nv 4 0 2\nv 0 4 2
f 1 3 2\nf 4 5 6\nf 1 2 5 4\nf 2 3 6 5\nf 3 1 4 6\n";

fn plant(shapes: &str, hall: &str, sensors: &str) -> String {
    format!(
        r#"Plant(name: "s", products: {{"p": ()}}, shapes: {{{shapes}}},
hall: (size: (16, 12, 4), cell: "0.5 m", start: "20 degC", {hall}),
equipment: {{
    "in": (is: Source(every: "60 s"), to: ["press"]),
    "press": (is: Station(time: "50 s"), to: ["out"], at: (8, 8), facing: "90 deg", shape: "prism",
        power: (working: "8 kW"), heat: (mass: "4 t")),
    "out": (is: Sink),
}}, sensors: {{{sensors}}})"#
    )
}

const PRISM_IN_METRES: &str = r#""prism": "shapes/prism.obj""#;
const OBSTACLE: &str =
    r#"obstacles: {"ramp": (shape: "prism", at: (2, 2, 0), facing: "0 deg", of: "steel")}"#;

fn loaded(plant: String, prism: &str) -> Loaded {
    let files = Disk { plant, prism: prism.to_owned() };
    load("a/plant.ron", &files, &core_registry(), &Options::default())
}

fn told(loaded: &Loaded) -> String {
    loaded.diagnostics.render(&loaded.sources, Look { colour: false, limit: 20, width: 200 })
}

fn model(plant: String) -> Model {
    let loaded = loaded(plant, PRISM);
    let report = told(&loaded);
    assert!(report.is_empty(), "{report}");
    loaded.model.unwrap()
}

#[test]
fn shapes_take_up_their_cells_and_no_more() {
    let model = model(plant(PRISM_IN_METRES, OBSTACLE, ""));
    let scene = model.hall.as_ref().unwrap().scene(None).unwrap();
    let is_air = |x: f64, y: f64, z: f64| {
        scene.filled[scene.grid.index(scene.grid.cell_of([x, y, z]).unwrap())].is_fluid()
    };
    // The ramp's slope runs from (6, 2) to (2, 6).
    assert!(!is_air(2.2, 2.2, 0.2) && !is_air(2.2, 5.2, 1.8) && !is_air(3.7, 3.7, 1.0));
    assert!(is_air(4.8, 4.8, 1.0) && is_air(2.2, 2.2, 2.2) && is_air(1.8, 2.2, 0.2));
    // The press faces north: its corners are at (8, 8), (8, 12), (4, 8).
    let press = &scene.bodies[0];
    assert_eq!((press.region.from, press.region.to), ([8, 16, 0], [16, 24, 4]));
    assert!(press.fills([15, 16, 0]) && !press.fills([8, 23, 0]) && is_air(4.2, 11.8, 0.2));
    let cells = press.cells().count() as f64 * 0.125;
    // Middles on its slope count as inside.
    assert!((cells - 18.0).abs() < 1e-9, "{cells} m3 of 16, and half of the cells on the slope");
    // Its sides and its top.
    let area = 2.0 * (4.0 + 4.0 + 32_f64.sqrt()) + 8.0;
    assert!((press.area.unwrap() - area).abs() < 1e-4, "{:?}", press.area);
    let row = model.row(model.find("press").unwrap());
    assert!(row.is_sized && (row.size.x, row.size.y, row.size.z) == (4.0, 4.0, 2.0));
}

#[test]
fn rays_meet_shapes_as_they_are() {
    let model = model(plant(PRISM_IN_METRES, OBSTACLE, ""));
    let mut scenery = Scenery::new(&model).unwrap();
    scenery.follow(&model, &State::new(&model, 1, 0)).unwrap();
    // From the middle of the room towards the ramp's slope, and past its corner.
    let hit = scenery.world().closest(&Ray::new([6.0, 6.0, 1.0], [-1.0, -1.0, 0.0]));
    assert_eq!(scenery.owner(hit.body().unwrap()), &Owner::Obstacle(0));
    let way = f64::from(hit.range);
    assert!((way - 8_f64.sqrt()).abs() < 1e-4, "{way}");
    let hit = scenery.world().closest(&Ray::new([5.5, 4.0, 1.0], [-1.0, 1.0, 0.0]));
    assert!(
        matches!(scenery.owner(hit.body().unwrap()), Owner::Side(_)),
        "{:?}",
        scenery.owner(hit.body().unwrap())
    );
}

#[test]
fn instruments_stand_beside_shapes_not_in_them() {
    let eye = |at: &str| format!(r#""l": (is: Lidar(at: {at}))"#);
    assert!(loaded(plant(PRISM_IN_METRES, OBSTACLE, &eye("(5, 5, 1)")), PRISM).model.is_some());
    let inside = loaded(plant(PRISM_IN_METRES, OBSTACLE, &eye("(3, 3, 1)")), PRISM);
    assert!(told(&inside).contains("is inside of \"ramp\""), "{}", told(&inside));
    let inside = loaded(plant(PRISM_IN_METRES, OBSTACLE, &eye("(7, 9, 1)")), PRISM);
    assert!(told(&inside).contains("is inside of \"press\""), "{}", told(&inside));
}

#[test]
fn a_unit_makes_it_small_or_large() {
    let model = model(plant(r#""prism": (file: "shapes/prism.obj", unit: "10 cm")"#, "", ""));
    let row = model.row(model.find("press").unwrap());
    assert!((row.size.x - 0.4).abs() < 1e-6 && (row.size.z - 0.2).abs() < 1e-6);
}

#[test]
fn what_is_wrong_with_shapes_is_told_at_its_place() {
    let open = PRISM.replace("f 4 5 6\n", "");
    let cases = [
        (r#""prisn": "shapes/prism.obj""#, "", PRISM, "no shape is called \"prism\""),
        (r#""prism": "shapes/prison.obj""#, "", PRISM, "cannot read a/shapes/prison.obj"),
        (r#""prism": "shapes/prism.step""#, "", PRISM, "cannot read a/shapes/prism.step"),
        (PRISM_IN_METRES, "", "f 1 2 3", "a/shapes/prism.obj"),
        (PRISM_IN_METRES, "", open.as_str(), "is not closed: 3 of its edges"),
        (PRISM_IN_METRES, r#"obstacles: {"r": (shape: "prism")}"#, PRISM, "an obstacle is a box"),
        (
            PRISM_IN_METRES,
            r#"obstacles: {"r": (shape: "prism", from: (0, 0, 0), at: (0, 0, 0))}"#,
            PRISM,
            "an obstacle is a box",
        ),
        (
            PRISM_IN_METRES,
            r#"obstacles: {"r": (shape: "prisn", at: (0, 0, 0))}"#,
            PRISM,
            "did you mean \"prism\"",
        ),
        (
            PRISM_IN_METRES,
            r#"obstacles: {"r": (shape: "prism", at: (14, 0, 0))}"#,
            PRISM,
            "\"r\" reaches beyond the hall",
        ),
        (
            PRISM_IN_METRES,
            r#"obstacles: {"r": (shape: "prism", at: (inf, 0, 0))}"#,
            PRISM,
            "a place is three numbers",
        ),
        (
            r#""prism": (file: "shapes/prism.obj", unit: "0 m")"#,
            "",
            PRISM,
            "a unit is a length above zero",
        ),
        (r#""prism": (file: "shapes/prism.obj", unit: "1 km")"#, "", PRISM, "not within the hall"),
        (
            PRISM_IN_METRES,
            r#"leaks: {"valve": (from: (1, 1, 1), to: (99, 2, 2), rate: "1 g/s")}"#,
            PRISM,
            "\"valve\" reaches beyond",
        ),
        (
            PRISM_IN_METRES,
            r#"leaks: {"valve": (from: (1, 1, 1), to: (2, 2, 2), rate: "1 m/s")}"#,
            PRISM,
            "a mass flow such as",
        ),
    ];
    for (shapes, hall, prism, expected) in cases {
        let loaded = loaded(plant(shapes, hall, ""), prism);
        let report = told(&loaded);
        assert!(report.contains(expected), "{expected:?} is missing in\n{report}");
    }
}

#[test]
fn another_shape_is_another_plant() {
    let one = model(plant(PRISM_IN_METRES, "", ""));
    let other = loaded(plant(PRISM_IN_METRES, "", ""), &PRISM.replace("v 0 0 2", "v 0 0 2.0"));
    assert_ne!(one.fingerprint, other.model.unwrap().fingerprint);
}

#[test]
fn what_leaks_gets_into_the_air() {
    let leak = r#"leaks: {"valve": (from: (1, 1, 1), to: (2, 2, 2), rate: "2 g/s")}"#;
    let model = model(plant(PRISM_IN_METRES, leak, ""));
    let scene = model.hall.as_ref().unwrap().scene(None).unwrap();
    let tracer = scene.tracer.unwrap();
    assert!((tracer.leaks[0].1 - 2e-3).abs() < 1e-12);
    assert_eq!(tracer.leaks[0].0.len(), 8);
}
