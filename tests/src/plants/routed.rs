//! Plants with routes: stations, and between them a common transport or nothing at all.

use std::fmt::Write as _;

use super::Writer;
use super::times::time;

pub(super) fn write(writer: &mut Writer) {
    // Circles of full stations may stand still for ever, as in life.
    writer.plant.drains = false;
    let stations: Vec<String> = (0..writer.dice.within(2, 6)).map(|n| format!("s{n}")).collect();
    products(writer, &stations);
    let hub = writer.dice.one_in(2);
    write_sources(writer, &stations, hub);
    for name in &stations {
        let is = writer.station(name, true);
        let used = writer.head.contains(&format!("{name:?}"));
        let to = match (hub, used) {
            (true, _) => vec!["hub".to_owned()],
            (false, true) => Vec::new(),
            (false, false) => vec!["out".to_owned()],
        };
        let group = writer.dice.pick(&["", ", group: \"hall/line\""]);
        let extras = format!("{group}{}", writer.troubles());
        writer.add(name, &is, &to, &extras);
    }
    if hub {
        let to: Vec<String> = stations.iter().cloned().chain(["out".to_owned()]).collect();
        if writer.handles {
            let sources = (0..writer.products.len()).map(|n| format!("in{n}"));
            let from: Vec<String> = sources.collect();
            let is = writer.handling("hub", &from, &to);
            let troubles = writer.troubles();
            writer.add("hub", &is, &to, &troubles);
            writer.add("out", "Sink", &[], "");
            return;
        }
        let is = if writer.dice.one_in(2) { writer.conveyor("hub") } else { writer.buffer("hub") };
        let divert = writer.dice.pick(&[
            "",
            ", divert: Shortest",
            ", divert: Rotate",
            ", divert: RotateFree",
        ]);
        writer.add("hub", &is, &to, divert);
    }
    writer.add("out", "Sink", &[], "");
}

fn products(writer: &mut Writer, stations: &[String]) {
    let mut text = String::new();
    for (n, product) in writer.products.clone().iter().enumerate() {
        let mut route = String::new();
        for _ in 0..writer.dice.within(1, 5) {
            let first = &stations[writer.dice.index(stations.len())];
            let other = &stations[writer.dice.index(stations.len())];
            let _ = match writer.dice.index(4) {
                0 if first != other => write!(route, "(at: [{first:?}, {other:?}]), "),
                1 => write!(route, "(at: {first:?}, time: {}), ", time(&mut writer.dice, 10)),
                2 => write!(route, "(at: {first:?}, operation: \"wash\"), "),
                _ => write!(route, "{first:?}, "),
            };
        }
        let due = writer.dice.pick(&["", "due: \"15 min\", "]);
        let _ = write!(text, "{product:?}: (route: [{route}], {due}priority: {n}), ");
    }
    let _ = writeln!(writer.head, "    products: {{ {text} }},");
}

fn write_sources(writer: &mut Writer, stations: &[String], hub: bool) {
    let to = if hub { vec!["hub".to_owned()] } else { Vec::new() };
    for (n, product) in writer.products.clone().iter().enumerate() {
        let station = stations[writer.dice.index(stations.len())].clone();
        // Without a transport each source must lead to where its products begin: a mix may not.
        let is = writer.source(Some(product), true, Some(&station));
        writer.add(&format!("in{n}"), &is, &to, "");
    }
}
