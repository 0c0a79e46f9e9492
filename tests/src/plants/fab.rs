//! Fabs and job shops: tool groups, delays between them, lots that are there at the start, and routes that say all that a
//! route can say.

use std::fmt::Write as _;

use super::Writer;
use super::times::time;

/// Where steps are done.
struct Place {
    name: String,
    /// A tool group, not a station.
    group: bool,
}

pub(super) fn write(writer: &mut Writer) {
    // Where chance decides where lots go on, nobody can reserve room there beforehand.
    writer.ahead = false;
    let n = writer.dice.within(1, 3);
    let mut places: Vec<Place> =
        (0..n).map(|n| Place { name: format!("g{n}"), group: true }).collect();
    if writer.dice.one_in(3) {
        // Full stations may hold each other up for ever, as in life.
        places.push(Place { name: "s".into(), group: false });
        writer.plant.drains = false;
    }
    let lasting = !writer.plant.drains;
    let used = products(writer, &places, lasting);
    let hub = writer.dice.one_in(2);
    let mut to: Vec<String> = places.iter().map(|place| place.name.clone()).collect();
    to.push("out".into());
    sources(writer, &places, hub);
    work_in_process(writer, hub, &to);
    for (place, used) in places.iter().zip(&used) {
        let is = if place.group {
            tool_group(writer, lasting)
        } else {
            writer.station(&place.name, true)
        };
        let extras = if place.group { group_troubles(writer) } else { writer.troubles() };
        let to = match (hub, used) {
            (true, _) => vec!["hub".to_owned()],
            (false, true) => Vec::new(),
            (false, false) => vec!["out".to_owned()],
        };
        writer.add(&place.name, &is, &to, &extras);
    }
    if hub {
        let is = match writer.dice.index(4) {
            0 => writer.conveyor("hub"),
            1 => "Buffer()".into(),
            _ => format!("Delay(time: {})", time(&mut writer.dice, 20)),
        };
        let divert = writer.dice.pick(&["", "", ", divert: Shortest", ", divert: RotateFree"]);
        writer.add("hub", &is, &to, divert);
    }
    writer.add("out", "Sink", &[], "");
}

/// Writes the products; returns which places they use. Where plants need not drain (`lasting`), lots may wait for others
/// that never come.
fn products(writer: &mut Writer, places: &[Place], lasting: bool) -> Vec<bool> {
    let mut used = vec![false; places.len()];
    let mut text = String::new();
    for (n, product) in writer.products.clone().iter().enumerate() {
        let at: Vec<usize> =
            (0..writer.dice.within(1, 6)).map(|_| writer.dice.index(places.len())).collect();
        at.iter().for_each(|at| used[*at] = true);
        let mut limited = 0;
        let mut route = String::new();
        for step in 0..at.len() {
            let mut fields = format!("at: {:?}, operation: \"o{step}\", ", places[at[step]].name);
            fields += &plain(writer);
            if places[at[step]].group {
                fields += &of_groups(writer, lasting);
                let earlier = (0..step).find(|earlier| at[*earlier] == at[step]);
                if let Some(earlier) = earlier.filter(|_| writer.dice.one_in(3)) {
                    let _ = write!(fields, "same_tool_as: \"o{earlier}\", ");
                }
            }
            fields += &back_and_on(writer, step, at.len(), &mut limited);
            let _ = write!(route, "({fields}), ");
        }
        let due = writer.dice.pick(&["", "due: \"15 min\", "]);
        let _ = write!(text, "{product:?}: (route: [{route}], {due}priority: {n}), ");
    }
    let _ = writeln!(writer.head, "    products: {{ {text} }},");
    used
}

/// What a step may say wherever it is done.
fn plain(writer: &mut Writer) -> String {
    let mut fields = String::new();
    if !writer.dice.one_in(4) {
        let _ = write!(fields, "time: {}, ", time(&mut writer.dice, 10));
    }
    fields += writer.dice.pick(&["", "", "", "share: \"40 %\", ", "share: 0.9, "]);
    fields
}

/// What it may say at a tool group.
fn of_groups(writer: &mut Writer, lasting: bool) -> String {
    let dice = &mut writer.dice;
    let mut fields = dice.pick(&["", "", "per: Piece, "]).to_owned();
    fields += dice.pick(&["", "", "cadence: \"3 s\", ", "cadence: \"1.5 s\", "]);
    if dice.one_in(3) {
        let min = if lasting { dice.within(1, 3) } else { 1 };
        let _ = write!(fields, "batch: (min: {min}, max: {}), ", min + dice.within(0, 3));
    }
    fields += dice.pick(&[
        "",
        "",
        "setup: \"a\", ",
        "setup: \"b\", ",
        "setup: \"b\", setup_time: \"7 s\", ",
        "setup: \"c\", setup_time: \"0 s\", ",
    ]);
    fields
}

/// Rework and limits. A limit ends where the last one has ended or later.
fn back_and_on(writer: &mut Writer, step: usize, n: usize, limited: &mut usize) -> String {
    let dice = &mut writer.dice;
    let mut fields = String::new();
    if dice.one_in(5) {
        let share = dice.pick(&["0.1", "\"50 %\""]);
        let _ = write!(fields, "rework: (to: \"o{}\", share: {share}), ", dice.index(step + 1));
    }
    if step + 1 < n && step >= *limited && dice.one_in(3) {
        *limited = step + 1 + dice.index(n - step - 1);
        let within = dice.pick(&["20 s", "3 min"]);
        let _ = write!(fields, "limit: (to: \"o{limited}\", within: \"{within}\"), ");
    }
    fields
}

fn sources(writer: &mut Writer, places: &[Place], hub: bool) {
    let to = if hub { vec!["hub".to_owned()] } else { Vec::new() };
    // Lots of many pieces may take longer than ever passes between two stops that make their work begin anew.
    let sizes = if writer.plant.drains { [""; 3] } else { ["", "quantity: 3, ", "quantity: 25, "] };
    for (n, product) in writer.products.clone().iter().enumerate() {
        let station = places[writer.dice.index(places.len())].name.clone();
        let is = writer.source(Some(product), true, Some(&station));
        let quantity = writer.dice.pick(&sizes);
        let is = is.replacen("Source(", &format!("Source({quantity}"), 1);
        writer.add(&format!("in{n}"), &is, &to, "");
    }
}

/// Lots at any point of their routes.
fn work_in_process(writer: &mut Writer, hub: bool, to: &[String]) {
    if writer.dice.one_in(3) {
        return;
    }
    let mut lots = String::new();
    for product in &writer.products {
        // Every route has a first operation; how many more is its own matter.
        let dice = &mut writer.dice;
        let next = dice.pick(&["", "next: \"o0\", "]);
        let n = dice.within(1, 4);
        let more = dice.pick(&["", "priority: 2, ", "age: \"9 min\", ", "due: \"1 min\", "]);
        let _ = write!(lots, "(product: {product:?}, n: {n}, {next}{more}), ");
    }
    let to = if hub && writer.dice.one_in(2) { vec!["hub".to_owned()] } else { to.to_vec() };
    writer.add("wip", &format!("InitialWip(lots: [{lots}])"), &to, "");
}

fn tool_group(writer: &mut Writer, lasting: bool) -> String {
    let tools = writer.dice.within(1, 5);
    let mut fields = format!("tools: {tools}, time: {}, ", time(&mut writer.dice, 12));
    fields += writer.dice.pick(&[
        "",
        "rank: [FewestSetups], ",
        "rank: [Priority, FewestSetups, Edd], ",
        "rank: [Slack, MostWork, LeastWork], ",
        "rank: [FewestSetups, QueueTime, Fifo], ",
    ]);
    fields += &writer.maybe(3, "load", 3);
    fields += &writer.maybe(3, "unload", 2);
    fields += writer.dice.pick(&["", "loads_ahead: true, "]);
    changes(writer, fields, lasting)
}

/// Only set-ups that some route asks for may be named.
fn changes(writer: &mut Writer, mut fields: String, lasting: bool) -> String {
    let known: Vec<&str> = ["a", "b", "c"]
        .into_iter()
        .filter(|name| writer.head.contains(&format!("setup: {name:?}")))
        .collect();
    if known.is_empty() {
        return format!("ToolGroup({fields})");
    }
    let mut rows = String::new();
    for to in &known {
        let from = match writer.dice.index(3) {
            0 => format!("from: {:?}, ", known[writer.dice.index(known.len())]),
            _ => String::new(),
        };
        let _ = write!(rows, "({from}to: {to:?}, time: {}), ", time(&mut writer.dice, 9));
    }
    let _ = write!(fields, "changeovers: [{rows}], ");
    if lasting && writer.dice.one_in(2) {
        let _ = write!(fields, "min_run: {{{:?}: {}}}, ", known[0], writer.dice.within(1, 4));
    }
    format!("ToolGroup({fields})")
}

/// Failures, maintenance and shifts, of each tool by itself.
fn group_troubles(writer: &mut Writer) -> String {
    let mut out = writer.troubles();
    if out.contains("maintenance") || writer.dice.one_in(2) {
        return out;
    }
    let takes = time(&mut writer.dice, 30);
    let dice = &mut writer.dice;
    let when = dice.pick(&[
        "pieces: 40",
        "pieces: 7, first_pieces: 2, staggered: true",
        "pieces: 60, staggered: true",
        "every: \"4 min\", staggered: true",
        "after: \"3 min\", first: \"50 s\", staggered: true",
    ]);
    let at_work =
        dice.pick(&["", "", ", at_work: Resume", ", at_work: Restart", ", at_work: Scrap"]);
    let more = dice.pick(&["", ", crew: (skill: \"fix\")", ", renews: true"]);
    let _ = write!(out, ", maintenance: [({when}, takes: {takes}{at_work}{more})]");
    out
}
