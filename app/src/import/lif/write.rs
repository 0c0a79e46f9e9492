//! From a layout to the text of a plant.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use super::read::{Edge, Layout};

/// The plant; what had to be made up goes to `notes`.
pub(super) fn plant(
    file: &str,
    layout: &Layout,
    vehicles: u32,
    notes: &mut BTreeSet<String>,
) -> String {
    let stations = stations(layout, notes);
    notes.insert(
        "made up: a source and a sink at each station, and loads between all of them".into(),
    );
    notes.insert("made up: speeds, and where vehicles are at the start".into());
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let mut out = format!(
        "// From {file}, in the Layout Interchange Format. Loads, speeds and starting places are made up: it says none.\n\
         Plant(\n    name: {:?},\n    source: \"Layout Interchange Format\",\n    run: (until: \"8 h\", warmup: \"1 h\"),\n\
         \x20   parameters: {{ \"every\": \"10 min\" }},\n",
        file.strip_suffix(".json").unwrap_or(file),
    );
    let targets: BTreeMap<&str, Vec<&str>> =
        stations.iter().map(|(id, node)| (*id, reached(layout, &stations, id, node))).collect();
    let brought: BTreeSet<&str> = targets.values().flatten().copied().collect();
    if brought.is_empty() {
        notes.insert(
            "no two stations with a way there and back: the plant has yet to be given loads".into(),
        );
    }
    let products: Vec<String> = brought.iter().map(|id| format!("\"to {id}\": ()")).collect();
    let _ = writeln!(out, "    products: {{ {} }},\n    equipment: {{", products.join(", "));
    for (id, to) in targets.iter().filter(|(_, to)| !to.is_empty()) {
        let mix: Vec<String> = to.iter().map(|to| format!("(\"to {to}\", 1)")).collect();
        let _ = writeln!(
            out,
            "        \"{id} out\": (is: Source(every: Exponential(\"$every\"), mix: Share([{}])), to: [\"vehicles\"]),",
            mix.join(", ")
        );
    }
    for id in &brought {
        let _ = writeln!(out, "        \"{id} in\": (is: Sink),");
    }
    vehicles_of(&mut out, (layout, &stations, &targets), vehicles, notes);
    out += "    },\n)\n";
    out
}

/// Stations where loads change over, with their nodes: chargers are none.
fn stations<'a>(layout: &'a Layout, notes: &mut BTreeSet<String>) -> BTreeMap<&'a str, &'a str> {
    let all = layout.stations.iter().map(|(id, node)| (id.as_str(), node.as_str()));
    let (chargers, stations): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.partition(|(_, node)| layout.charging.contains(*node));
    for id in chargers.keys() {
        notes.insert(format!("station \"{id}\" is a charger: no loads come or go there"));
    }
    stations
}

/// Stations that a loaded vehicle of some type can get to from `node`, and that an empty one can get back from.
fn reached<'a>(
    layout: &Layout,
    stations: &BTreeMap<&'a str, &'a str>,
    from: &str,
    node: &str,
) -> Vec<&'a str> {
    let mut found = BTreeSet::new();
    for kind in &layout.types {
        let loaded = spread(layout, kind, node, |edge| edge.loaded);
        for (id, at) in stations {
            let back = || spread(layout, kind, at, |edge| edge.empty).contains(node);
            if *id != from && loaded.contains(at) && back() {
                found.insert(*id);
            }
        }
    }
    found.into_iter().collect()
}

/// Nodes that vehicles of a type can get to from `node`.
fn spread<'a>(
    layout: &'a Layout,
    kind: &str,
    node: &'a str,
    may: impl Fn(&Edge) -> bool,
) -> BTreeSet<&'a str> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in layout.edges.iter().filter(|edge| may(edge) && edge.types.contains(kind)) {
        next.entry(&edge.from).or_default().push(&edge.to);
    }
    let mut seen = BTreeSet::from([node]);
    let mut open = VecDeque::from([node]);
    while let Some(node) = open.pop_front() {
        for to in next.get(node).into_iter().flatten() {
            if seen.insert(to) {
                open.push_back(to);
            }
        }
    }
    seen
}

/// A layout, its stations, and where loads go from each.
type Plan<'a> = (&'a Layout, &'a BTreeMap<&'a str, &'a str>, &'a BTreeMap<&'a str, Vec<&'a str>>);

fn vehicles_of(
    out: &mut String,
    (layout, stations, targets): Plan<'_>,
    vehicles: u32,
    notes: &mut BTreeSet<String>,
) {
    *out += "        \"vehicles\": (\n            is: Vehicles(\n                nodes: {\n";
    for (id, (x, y)) in &layout.nodes {
        let _ = writeln!(out, "                    {id:?}: ({x:?}, {y:?}),");
    }
    *out += "                },\n                paths: [\n";
    for path in paths(layout, notes) {
        let _ = writeln!(out, "                    {path},");
    }
    *out += "                ],\n                stations: {\n";
    for (id, node) in stations {
        let from = targets.get(id).is_some_and(|to| !to.is_empty());
        let to = targets.values().any(|to| to.contains(id));
        if from || to {
            let list = |there: bool, side: &str| {
                if there { format!("[\"{id} {side}\"]") } else { "[]".to_owned() }
            };
            let _ = writeln!(
                out,
                "                    {id:?}: (at: {node:?}, from: {}, to: {}, load: \"20 s\", unload: \"20 s\"),",
                list(from, "out"),
                list(to, "in"),
            );
        }
    }
    *out += "                },\n                fleets: {\n";
    let mut free = starts(layout, stations);
    for kind in &layout.types {
        let may =
            |node: &String| layout.edges.iter().any(|e| e.from == *node && e.types.contains(kind));
        let mut start = Vec::new();
        while start.len() < vehicles as usize {
            let Some(at) = free.iter().position(may) else { break };
            start.push(format!("{:?}", free.remove(at)));
        }
        if !start.is_empty() {
            let _ = writeln!(
                out,
                "                    {kind:?}: (start: [{}], speed: \"1 m/s\", acceleration: \"0.5 m/s2\"),",
                start.join(", ")
            );
        }
    }
    *out += "                },\n";
    if !layout.charging.is_empty() {
        let nodes: Vec<String> = layout.charging.iter().map(|node| format!("{node:?}")).collect();
        let _ = writeln!(out, "                charging: [{}],", nodes.join(", "));
    }
    let brought: BTreeSet<&str> = targets.values().flatten().copied().collect();
    let to: Vec<String> = brought.iter().map(|id| format!("\"{id} in\"")).collect();
    let divert: Vec<String> =
        brought.iter().map(|id| format!("\"to {id}\": \"{id} in\"")).collect();
    let _ = writeln!(
        out,
        "            ),\n            to: [{}],\n            divert: ByProduct({{ {} }}),\n        ),",
        to.join(", "),
        divert.join(", ")
    );
}

/// Chargers first, then places off the stations, then stations.
fn starts(layout: &Layout, stations: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut nodes: Vec<String> = layout.nodes.keys().cloned().collect();
    let rank =
        |node: &String| (!layout.charging.contains(node), stations.values().any(|at| *at == node));
    nodes.sort_by_cached_key(rank);
    nodes
}

/// Every edge as an entry of `paths`; two in opposite directions that are alike become one.
fn paths(layout: &Layout, notes: &mut BTreeSet<String>) -> Vec<String> {
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut by_ends: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, edge) in layout.edges.iter().enumerate() {
        by_ends.entry((&edge.from, &edge.to)).or_default().push(at);
    }
    let mut out = Vec::new();
    for (at, edge) in layout.edges.iter().enumerate() {
        if !done.insert(at) {
            continue;
        }
        if !edge.loaded && !edge.empty {
            notes.insert(format!(
                "no vehicle may use the edge from \"{}\" to \"{}\"",
                edge.from, edge.to
            ));
            continue;
        }
        let alike = |other: &&usize| {
            let back = &layout.edges[**other];
            let turned = Edge { from: back.to.clone(), to: back.from.clone(), ..back.clone() };
            !done.contains(*other) && turned == *edge
        };
        let back = by_ends.get(&(&edge.to, &edge.from)).and_then(|all| all.iter().find(alike));
        done.extend(back);
        let sign = if back.is_some() { '=' } else { '>' };
        let (first, second) = if back.is_some() && edge.to < edge.from {
            (&edge.to, &edge.from)
        } else {
            (&edge.from, &edge.to)
        };
        let mut edge = edge.clone();
        if layout.nodes.get(first) == layout.nodes.get(second) && edge.length_m.is_none() {
            notes.insert(format!(
                "\"{first}\" and \"{second}\" are at one place: taken as 1 m apart"
            ));
            edge.length_m = Some(1.0);
        }
        out.push(entry(layout, &edge, &format!("{first} {sign} {second}")));
    }
    out
}

fn entry(layout: &Layout, edge: &Edge, path: &str) -> String {
    let mut fields = vec![format!("path: {path:?}")];
    if let Some(length) = edge.length_m {
        fields.push(format!("length: \"{length} m\""));
    }
    if let Some(limit) = edge.limit {
        fields.push(format!("speed: \"{limit} m/s\""));
    }
    match (edge.loaded, edge.empty) {
        (true, false) => fields.push("only: Loaded".to_owned()),
        (false, true) => fields.push("only: Empty".to_owned()),
        _ => {}
    }
    if edge.types != layout.types {
        let types: Vec<String> = edge.types.iter().map(|kind| format!("{kind:?}")).collect();
        fields.push(format!("fleets: [{}]", types.join(", ")));
    }
    if fields.len() == 1 { format!("{path:?}") } else { format!("({})", fields.join(", ")) }
}
