//! VDMA's Layout Interchange Format (LIF) for guide-paths, versions 1.0 and 2.0 in JSON.
//!
//! | LIF | becomes |
//! |---|---|
//! | node | node, in the coordinates of its layout |
//! | edge | one-way edge; two that run in opposite directions, and are alike, become one two-way edge |
//! | properties for each vehicle type | limits of speed, load restrictions and fleets of the edge |
//! | station | a station with a source and a sink, so that the plant runs |
//! | a node with the action `startCharging` | a node for charging |
//!
//! The format says nothing of loads, of how fast vehicles are or where they stand: products, arrivals, speeds and starting
//! places are made up, in round figures that are easy to find and change. Everything else that is not used is counted in
//! the notes.

mod read;
mod write;

use std::collections::BTreeSet;
use std::path::Path;

use super::{Imported, Problems};

/// Reads the layouts in the file at `path` and writes a plant with `vehicles` of each type.
///
/// # Errors
///
/// Everything that cannot be read.
pub fn import(path: &Path, vehicles: u32) -> Result<Imported, Problems> {
    let (name, text) = super::read(path)?;
    import_text(&name, &text, vehicles)
}

/// Likewise from a text; `name` is the file that messages speak of.
///
/// # Errors
///
/// As [`import`].
pub fn import_text(name: &str, text: &str, vehicles: u32) -> Result<Imported, Problems> {
    let mut found = Problems::default();
    let mut notes = BTreeSet::new();
    let json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            found.add(name, error.line(), format!("is not JSON: {error}"));
            return Err(found);
        }
    };
    let layout = read::layout(name, &json, &mut found, &mut notes);
    if !found.0.is_empty() {
        return Err(found);
    }
    let text = write::plant(name, &layout, vehicles, &mut notes);
    Ok(Imported { text, notes: notes.into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two machines and a charger on a loop, in the names of version 1.0 or 2.0.
    fn example(version: u32) -> String {
        let (types, properties, speed) = match version {
            1 => (r#""vehicleTypeId": "tug""#, "vehicleType", "maxSpeed"),
            _ => (
                r#""mobileRobotTypes": [{ "manufacturer": "A", "seriesName": "tug" }]"#,
                "mobileRobotType",
                "maximumSpeed",
            ),
        };
        let node = |id: &str, x: f64, y: f64, action: &str| {
            format!(
                r#"{{ "nodeId": "{id}", "mapId": "m", "nodePosition": {{ "x": {x}, "y": {y} }},
                     "{properties}NodeProperties": [{{ {types}, "actions": [{{ "actionType": "{action}" }}] }}] }}"#
            )
        };
        let edge = |from: &str, to: &str, more: &str| {
            format!(
                r#"{{ "edgeId": "{from}-{to}", "startNodeId": "{from}", "endNodeId": "{to}",
                     "{properties}EdgeProperties": [{{ {types}, "orientationType": "TANGENTIAL"{more} }}] }}"#
            )
        };
        let nodes = [
            node("N1", 0.0, 0.0, "pick"),
            node("N2", 10.0, 0.0, "drop"),
            node("N3", 10.0, 8.0, "none"),
            node("C1", 12.0, 8.0, "startCharging"),
        ];
        let edges = [
            edge("N1", "N2", &format!(r#", "{speed}": 0.8"#)),
            edge("N2", "N3", ""),
            edge("N3", "N1", r#", "loadRestriction": { "unloaded": true, "loaded": true }"#),
            edge("N3", "C1", ""),
            edge("C1", "N3", ""),
        ];
        let stations = r#"{ "stationId": "S1", "interactionNodeIds": ["N1"], "stationHeight": 0.5 },
            { "stationId": "S2", "interactionNodeIds": ["N2"] }"#;
        let layouts = format!(
            r#""layouts": [{{ "layoutId": "L", "nodes": [{}], "edges": [{}], "stations": [{stations}] }}]"#,
            nodes.join(","),
            edges.join(",")
        );
        if version == 1 {
            format!("{{ {layouts} }}")
        } else {
            format!(r#"{{ "origins": [{{ "originId": "O", {layouts} }}] }}"#)
        }
    }

    #[test]
    fn both_versions_become_plants_that_run() {
        for version in [1, 2] {
            let imported = import_text("x.json", &example(version), 2).unwrap();
            let loaded = twin::plant::load_text(&imported.text);
            let model = loaded
                .model
                .unwrap_or_else(|| panic!("{:?}\n{}", loaded.diagnostics, imported.text));
            let mut state = twin::engine::State::new(&model, 1, 0);
            let end = twin::units::SimTime::from_seconds(8.0 * 3600.0);
            let mut log = twin::engine::Log::off();
            twin::engine::advance(&model, &mut state, end, &mut log).unwrap();
            let finished: u64 = state.tallies().iter().map(|tally| tally.finished).sum();
            assert!(finished > 20, "{finished}");
            assert_eq!(state.notices().count(), 0, "{:?}", state.notices());
            assert!(imported.text.contains(r#"(path: "N1 > N2", speed: "0.8 m/s")"#));
            assert!(imported.text.contains(r#""C1 = N3""#), "{}", imported.text);
            assert!(imported.text.contains(r#"charging: ["C1"]"#));
            let notes = imported.notes.join("\n");
            assert!(
                notes.contains("stationHeight") && notes.contains("orientationType"),
                "{notes}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str| import_text("x.json", text, 1).unwrap_err().to_string();
        assert!(said("{").contains("x.json:1: is not JSON"));
        assert!(said("{}").contains("no \"layouts\""));
        let cut = example(1).replace("\"endNodeId\": \"N2\"", "\"endNodeId\": \"N9\"");
        assert!(said(&cut).contains("edge \"N1-N2\" leads to \"N9\", which is no node"));
    }
}
