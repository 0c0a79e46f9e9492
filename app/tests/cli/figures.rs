//! Every figure of a result stands in the statistics dictionary, and everything that stands there is a figure of a result.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

use crate::genba::{call, folder_with};
use crate::plants::ENERGY;

/// What says of which a row or an object speaks, and is no figure.
const WHICH: [&str; 29] = [
    "replication",
    "equipment",
    "kind",
    "group",
    "product",
    "serial",
    "place",
    "what",
    "figure",
    "medium",
    "activity",
    "from",
    "to",
    "from_s",
    "to_s",
    "at_s",
    "created_s",
    "left_s",
    "due_s",
    "priority",
    "quantity",
    "within",
    "unit",
    "fate",
    "other",
    "tier",
    "sensor",
    "alarm",
    "number",
];

/// Names that hold further names, and what stands beside figures without being one.
const OBJECTS: [&str; 6] = ["states", "media", "figures", "currency", "count", "flows"];

fn keys(value: &Value, into: &mut BTreeSet<String>) {
    let Some(object) = value.as_object() else { return };
    for (key, value) in object {
        let is_estimate = value.get("half_width").is_some();
        if !OBJECTS.contains(&key.as_str()) && !WHICH.contains(&key.as_str()) {
            into.insert(key.clone());
        }
        match key.as_str() {
            _ if is_estimate => {}
            // By name of the medium.
            "media" => each(value, into),
            // The kind's own, which it explains itself.
            "figures" => {}
            _ => keys(value, into),
        }
    }
}

fn each(values: &Value, into: &mut BTreeSet<String>) {
    values.as_object().unwrap().values().for_each(|value| keys(value, into));
}

fn columns(table: &Path) -> Vec<String> {
    let reader = SerializedFileReader::new(File::open(table).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    schema.columns().iter().map(|column| column.name().to_owned()).collect()
}

#[test]
fn the_dictionary_is_complete_and_true() {
    let folder = folder_with(ENERGY);
    let arguments = ["run", "plant.ron", "--json", "--out", "out", "--trace"];
    let result = call(folder.path(), &arguments).ends(0).json();
    let mut found = BTreeSet::new();
    keys(&result["kpis"], &mut found);
    for group in ["equipment", "products", "workers", "media"] {
        each(&result[group], &mut found);
    }
    keys(&result["bottleneck"], &mut found);
    let (mut fields, mut sensors) = (result["fields"].clone(), result["sensors"].clone());
    for (holder, by_name) in [(&mut fields, "equipment"), (&mut sensors, "alarms")] {
        let values = holder.as_object_mut().unwrap().remove(by_name).unwrap();
        assert!(values.as_object().is_some_and(|values| !values.is_empty()), "{by_name}");
        each(&values, &mut found);
        keys(holder, &mut found);
    }
    found.insert("bottleneck".to_owned());
    keys(&result["flows"][0], &mut found);
    let mut tables = 0;
    for entry in std::fs::read_dir(folder.path().join("out")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            tables += 1;
            found.extend(columns(&path).into_iter().filter(|name| !WHICH.contains(&name.as_str())));
        }
    }
    assert_eq!(tables, 11, "all tables were looked at");
    let figures = call(Path::new("."), &["explain", "kpi", "--json"]).ends(0).json();
    let figures = figures["figures"].as_array().unwrap();
    let known: BTreeSet<String> =
        figures.iter().map(|figure| figure["key"].as_str().unwrap().to_owned()).collect();
    let missing: Vec<_> = found.difference(&known).collect();
    let idle: Vec<_> = known.difference(&found).collect();
    assert!(
        missing.is_empty() && idle.is_empty(),
        "not explained: {missing:?}; not there: {idle:?}"
    );
}

#[test]
fn figures_are_explained() {
    let here = Path::new(".");
    let text = call(here, &["explain", "OEE"]).ends(0).out;
    assert!(text.starts_with("oee: overall equipment effectiveness") && text.contains("ISO 22400"));
    let list = call(here, &["explain", "kpi"]).ends(0).out;
    assert!(list.contains("utilisation_any") && list.lines().count() > 60, "{list}");
    for name in ["utilization", "Lead time s", "bottleneck"] {
        call(here, &["explain", name]).ends(0);
    }
    let called = call(here, &["explain", "availabilty"]).ends(2);
    assert!(called.err.contains("did you mean `availability`"), "{called:?}");
}

#[test]
fn energy_is_in_the_result_and_in_the_report() {
    let folder = folder_with(ENERGY);
    let result = call(folder.path(), &["run", "plant.ron", "--json"]).ends(0).json();
    let mean = |value: &Value| value["mean"].as_f64().unwrap();
    let power = &result["media"]["power"];
    let of = |name: &str| mean(&result["equipment"][name]["media"]["power"]["amount"]);
    assert!((of("mill") + of("belt") - mean(&power["amount"])).abs() < 1.0);
    // The products' shares make up the whole, in each replication; so the means do.
    let parts = |name: &str| mean(&result["products"][name]["finished"]);
    let finished = parts("gear") + parts("axle");
    assert!((mean(&power["per_part"]) * finished / mean(&power["amount"]) - 1.0).abs() < 0.01);
    assert_eq!(power["currency"], "EUR");
    assert!(mean(&power["peak"]) > 1000.0 && mean(&power["peak"]) < 8500.0);
    let report = call(folder.path(), &["run", "plant.ron", "--detail"]).ends(0).out;
    for word in ["power", "kWh", "EUR", "OEE", "availability", "Bottleneck"] {
        assert!(report.contains(word), "{word}\n{report}");
    }
}

/// Two orders of three pieces each at a machine that takes a minute a piece: closed after 3 and 6 minutes, the second late.
#[test]
fn orders_have_a_table() {
    let plant = r#"Plant(
        name: "orders", run: (until: "1 h"), products: { "gear": () },
        orders: [
            (order: "first", product: "gear", quantity: 3, due: "5 min"),
            (order: "second", product: "gear", quantity: 3, due: "5 min"),
        ],
        equipment: {
            "desk": (is: OrderDesk(), to: ["mill"]),
            "mill": (is: Station(time: "1 min", queue: "unlimited"), to: ["out"]),
            "out": (is: Sink),
        },
    )"#;
    let folder = folder_with(plant);
    call(folder.path(), &["run", "plant.ron", "--out", "out"]).ends(0);
    let table = File::open(folder.path().join("out/orders.parquet")).unwrap();
    let reader = SerializedFileReader::new(table).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    let rows: Vec<String> = rows.map(|row| row.unwrap().to_string()).collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    for (row, order, closed) in [(&rows[0], "first", "180.0"), (&rows[1], "second", "360.0")] {
        let has = |text: String| assert!(row.contains(&text), "{text} in {row}");
        has(format!("order: \"{order}\""));
        has(format!("closed_s: {closed}"));
        has("due_s: 300.0".into());
        has("delivered: 3".into());
    }
}
