//! From JSON to what is used of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::import::Problems;

/// All layouts of a file together: node numbers are unique across them.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Nodes with their place in m.
    pub(super) nodes: BTreeMap<String, (f64, f64)>,
    pub(super) edges: Vec<Edge>,
    /// Stations with their first node.
    pub(super) stations: BTreeMap<String, String>,
    pub(super) charging: BTreeSet<String>,
    /// Names of the types of vehicles.
    pub(super) types: BTreeSet<String>,
}

/// An edge for some types of vehicles that it treats alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) length_m: Option<f64>,
    pub(super) limit: Option<f64>,
    /// Whether loaded and empty vehicles may use it.
    pub(super) loaded: bool,
    pub(super) empty: bool,
    pub(super) types: BTreeSet<String>,
}

/// What is there and not used, by where and what, with how often.
type Unused = BTreeMap<String, usize>;

/// Reads `json`.
pub(super) fn layout(
    file: &str,
    json: &Value,
    found: &mut Problems,
    notes: &mut BTreeSet<String>,
) -> Layout {
    let mut all = Layout::default();
    let mut unused = Unused::new();
    let layouts: Vec<&Value> = match json.get("layouts") {
        Some(layouts) => list(layouts).collect(),
        None => list(&json["origins"]).flat_map(|origin| list(&origin["layouts"])).collect(),
    };
    if layouts.is_empty() {
        found.add(file, 0, "has no \"layouts\", as a file in the Layout Interchange Format has");
    }
    if layouts.len() > 1 {
        notes.insert(format!("{} layouts are taken as one network", layouts.len()));
    }
    for layout in &layouts {
        for node in list(&layout["nodes"]) {
            all.read_node(file, node, found, &mut unused);
        }
    }
    for layout in &layouts {
        for edge in list(&layout["edges"]) {
            all.read_edge(file, edge, found, &mut unused);
        }
        for station in list(&layout["stations"]) {
            all.read_station(file, station, found, &mut unused);
        }
    }
    for (what, n) in unused {
        notes.insert(format!("not used: {n} × {what}"));
    }
    all
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// A name as a path can say it: without the signs that stand between names there.
fn name(id: &str) -> String {
    id.replace(['>', '='], "_").trim().to_owned()
}

/// Counts the fields of `value` that are not among `used`.
fn count(value: &Value, of: &str, used: &[&str], unused: &mut Unused) {
    let fields = value.as_object().into_iter().flat_map(Map::keys);
    for field in fields.filter(|field| !used.contains(&field.as_str())) {
        *unused.entry(format!("\"{field}\" of {of}")).or_insert(0) += 1;
    }
}

/// The properties for types of vehicles, in the words of either version.
fn properties<'a>(value: &'a Value, of: &str) -> impl Iterator<Item = &'a Value> {
    let keys = [format!("vehicleType{of}Properties"), format!("mobileRobotType{of}Properties")];
    keys.into_iter().filter_map(|key| value.get(key)).flat_map(list)
}

/// The types that some properties are for.
fn types(properties: &Value) -> BTreeSet<String> {
    let one = text(properties, "vehicleTypeId").map(str::to_owned);
    let ids = ["vehicleTypeIds", "mobileRobotTypeIds"];
    let ids = ids.into_iter().flat_map(|key| list(&properties[key]));
    let several = list(&properties["mobileRobotTypes"]).map(|row| {
        let part = |key| text(row, key).unwrap_or("?");
        format!("{} {}", part("manufacturer"), part("seriesName"))
    });
    let ids = ids.filter_map(Value::as_str).map(str::to_owned);
    one.into_iter().chain(ids).chain(several).collect()
}

impl Layout {
    fn read_node(&mut self, file: &str, node: &Value, found: &mut Problems, unused: &mut Unused) {
        let Some(id) = text(node, "nodeId").map(name) else {
            found.add(file, 0, "a node has no \"nodeId\"");
            return;
        };
        let axis = |axis: &str| node["nodePosition"][axis].as_f64().filter(|x| x.is_finite());
        let (Some(x), Some(y)) = (axis("x"), axis("y")) else {
            found.add(file, 0, format!("node \"{id}\" has no position"));
            return;
        };
        let used = [
            "nodeId",
            "nodePosition",
            "nodeName",
            "nodeDescription",
            "nodeDescriptor",
            "mapId",
            "vehicleTypeNodeProperties",
            "mobileRobotTypeNodeProperties",
        ];
        count(node, "nodes", &used, unused);
        for row in properties(node, "Node") {
            self.types.extend(types(row));
            for key in ["actions", "requiredActions", "feasibleActions"] {
                for action in list(&row[key]).filter_map(|action| text(action, "actionType")) {
                    match action {
                        "startCharging" => {
                            self.charging.insert(id.clone());
                        }
                        "pick" | "drop" | "stopCharging" => {}
                        other => {
                            *unused.entry(format!("action \"{other}\" of nodes")).or_insert(0) += 1;
                        }
                    }
                }
            }
            let used = [TYPES, &["actions", "requiredActions", "feasibleActions"]].concat();
            count(row, "nodes", &used, unused);
        }
        if self.nodes.insert(id.clone(), (x, y)).is_some() {
            found.add(file, 0, format!("two nodes are named \"{id}\""));
        }
    }

    fn read_edge(&mut self, file: &str, edge: &Value, found: &mut Problems, unused: &mut Unused) {
        let id = text(edge, "edgeId").unwrap_or("?");
        let mut end = |key: &str, verb: &str| {
            let node = text(edge, key).map(name).unwrap_or_default();
            if !self.nodes.contains_key(&node) {
                let message = format!("edge \"{id}\" {verb} \"{node}\", which is no node");
                found.add(file, 0, message);
            }
            node
        };
        let (from, to) = (end("startNodeId", "begins at"), end("endNodeId", "leads to"));
        let used = [
            "edgeId",
            "edgeName",
            "edgeDescription",
            "edgeDescriptor",
            "startNodeId",
            "endNodeId",
            "vehicleTypeEdgeProperties",
            "mobileRobotTypeEdgeProperties",
        ];
        count(edge, "edges", &used, unused);
        for row in properties(edge, "Edge") {
            let types = types(row);
            self.types.extend(types.iter().cloned());
            let number = |key: &str| row.get(key).and_then(Value::as_f64).filter(|x| *x > 0.0);
            let may = |key: &str| row["loadRestriction"][key].as_bool().unwrap_or(true);
            let length_m = row["physicalLineGuidedProperty"]["length"].as_f64();
            let new = Edge {
                from: from.clone(),
                to: to.clone(),
                length_m: length_m.filter(|length| *length > 0.0),
                limit: number("maxSpeed").or(number("maximumSpeed")),
                loaded: may("loaded"),
                empty: may("unloaded"),
                types,
            };
            let used =
                ["maxSpeed", "maximumSpeed", "loadRestriction", "physicalLineGuidedProperty"];
            count(row, "edges", &[TYPES, &used].concat(), unused);
            let used = ["unloaded", "loaded"];
            count(&row["loadRestriction"], "load restrictions", &used, unused);
            self.add_edge(new);
        }
    }

    /// Adds an edge, together with one that differs in nothing but the types.
    fn add_edge(&mut self, mut new: Edge) {
        let types = std::mem::take(&mut new.types);
        let same = |edge: &&mut Edge| {
            let Edge { from, to, length_m, limit, loaded, empty, .. } = &**edge;
            (from, to, length_m, limit, loaded, empty)
                == (&new.from, &new.to, &new.length_m, &new.limit, &new.loaded, &new.empty)
        };
        // Edges between the same nodes follow each other in any file of a sane size: the last few are enough to look at.
        match self.edges.iter_mut().rev().take(64).find(same) {
            Some(edge) => edge.types.extend(types),
            None => self.edges.push(Edge { types, ..new }),
        }
    }

    fn read_station(
        &mut self,
        file: &str,
        station: &Value,
        found: &mut Problems,
        unused: &mut Unused,
    ) {
        let Some(id) = text(station, "stationId") else {
            found.add(file, 0, "a station has no \"stationId\"");
            return;
        };
        let mut nodes = list(&station["interactionNodeIds"]).filter_map(Value::as_str).map(name);
        let Some(node) = nodes.next().filter(|node| self.nodes.contains_key(node)) else {
            found.add(file, 0, format!("station \"{id}\" is at no node"));
            return;
        };
        let more = nodes.count();
        if more > 0 {
            *unused.entry("further \"interactionNodeIds\" of stations".into()).or_insert(0) += more;
        }
        let used = [
            "stationId",
            "interactionNodeIds",
            "stationName",
            "stationDescription",
            "stationDescriptor",
        ];
        count(station, "stations", &used, unused);
        self.stations.insert(id.to_owned(), node);
    }
}

/// Fields that say which types some properties are for.
const TYPES: &[&str] =
    &["vehicleTypeId", "vehicleTypeIds", "mobileRobotTypeIds", "mobileRobotTypes"];
