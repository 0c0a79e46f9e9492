//! Random guide-paths with fleets up to saturation: loops with stubs, grids, single tracks with bays, ladders of one-way
//! lanes. A seed stands for one plant for ever.

use std::fmt::Write as _;

use crate::dice::Dice;

/// A network while it is written.
#[derive(Default)]
struct Network {
    nodes: Vec<(String, u64, u64)>,
    paths: Vec<String>,
    /// Nodes where loads can change over.
    stops: Vec<String>,
    /// Nodes off the ways.
    bays: Vec<String>,
}

impl Network {
    fn node(&mut self, name: &str, x: u64, y: u64) -> String {
        self.nodes.push((name.to_owned(), x, y));
        name.to_owned()
    }
}

/// The plant that `seed` stands for: one day of loads between stations.
pub fn random(seed: u64) -> String {
    let mut dice = Dice::new(seed ^ 0x007a_ff1c);
    let network = match dice.index(4) {
        0 => one_way_loop(&mut dice),
        1 => grid(&mut dice),
        2 => single_track(&mut dice),
        _ => ladder(&mut dice),
    };
    write(&mut dice, seed, network)
}

/// A one-way loop; stations on it or in stubs, bays in stubs.
fn one_way_loop(dice: &mut Dice) -> Network {
    let mut network = Network::default();
    let n = dice.within(5, 14);
    let names: Vec<String> = (0..n).map(|k| network.node(&format!("l{k}"), k * 8, 0)).collect();
    let length = dice.within(4, 12);
    let around = [names.join(" > "), names[0].clone()].join(" > ");
    network.paths.push(format!(r#"(path: "{around}", length: "{length} m")"#));
    for (k, name) in names.iter().enumerate() {
        match dice.index(4) {
            0 => network.stops.push(name.clone()),
            1 => {
                let stub = network.node(&format!("s{k}"), k as u64 * 8, 6);
                network.paths.push(format!(r#""{name} = {stub}""#));
                network.stops.push(stub);
            }
            2 => {
                let bay = network.node(&format!("b{k}"), k as u64 * 8, 9);
                network.paths.push(format!(r#""{name} = {bay}""#));
                network.bays.push(bay);
            }
            _ => {}
        }
    }
    network
}

/// A grid of two-way edges.
fn grid(dice: &mut Dice) -> Network {
    let mut network = Network::default();
    let (w, h) = (dice.within(2, 5), dice.within(2, 4));
    for y in 0..h {
        let row: Vec<String> =
            (0..w).map(|x| network.node(&format!("g{x}-{y}"), x * 7, y * 7)).collect();
        network.paths.push(format!(r#""{}""#, row.join(" = ")));
    }
    for x in 0..w {
        let column: Vec<String> = (0..h).map(|y| format!("g{x}-{y}")).collect();
        network.paths.push(format!(r#""{}""#, column.join(" = ")));
    }
    let all: Vec<String> = network.nodes.iter().map(|node| node.0.clone()).collect();
    network.stops = all.iter().filter(|_| dice.one_in(3)).cloned().collect();
    network
}

/// One two-way line with bays beside it.
fn single_track(dice: &mut Dice) -> Network {
    let mut network = Network::default();
    let n = dice.within(3, 9);
    let names: Vec<String> = (0..n).map(|k| network.node(&format!("t{k}"), k * 10, 0)).collect();
    network.paths.push(format!(r#""{}""#, names.join(" = ")));
    for (k, name) in names.iter().enumerate() {
        if dice.one_in(2) {
            let bay = network.node(&format!("b{k}"), k as u64 * 10, 5);
            network.paths.push(format!(r#""{name} = {bay}""#));
            network.bays.push(bay);
        }
        if dice.one_in(3) {
            network.stops.push(name.clone());
        }
    }
    network.stops.push(names[0].clone());
    network.stops.push(names[names.len() - 1].clone());
    network
}

/// Two lanes in opposite directions, joined at the ends and by rungs.
fn ladder(dice: &mut Dice) -> Network {
    let mut network = Network::default();
    let n = dice.within(3, 8);
    let up: Vec<String> = (0..n).map(|k| network.node(&format!("u{k}"), k * 9, 5)).collect();
    let down: Vec<String> =
        (0..n).rev().map(|k| network.node(&format!("d{k}"), k * 9, 0)).collect();
    let around = [up.join(" > "), down.join(" > "), up[0].clone()].join(" > ");
    network.paths.push(format!(r#""{around}""#));
    for k in 1..n - 1 {
        let rung = *dice.pick(&[&">", &"=", &""]);
        if !rung.is_empty() {
            network.paths.push(format!(r#""u{k} {rung} d{k}""#));
        }
    }
    let all: Vec<String> = network.nodes.iter().map(|node| node.0.clone()).collect();
    network.stops = all.iter().filter(|_| dice.one_in(3)).cloned().collect();
    network
}

/// At least two stops, no two alike.
fn complete_stops(network: &mut Network) {
    network.stops.dedup();
    for (name, ..) in &network.nodes {
        if network.stops.len() >= 2 {
            break;
        }
        if !network.stops.contains(name) {
            network.stops.push(name.clone());
        }
    }
}

fn write(dice: &mut Dice, seed: u64, mut network: Network) -> String {
    complete_stops(&mut network);
    let n = network.stops.len().min(5);
    let (mut products, mut equipment, mut divert) = (String::new(), String::new(), String::new());
    let (mut stations, mut to) = (String::new(), String::new());
    let every = dice.within(40, 600);
    let machine = dice.one_in(3);
    for at in 0..n {
        let target = (at + 1 + dice.index(n - 1)) % n;
        let _ = write!(products, "\"p{at}\": (), ");
        let _ = writeln!(
            equipment,
            "        \"in{at}\": (is: Source(product: \"p{at}\", every: Exponential(\"{every} s\")), to: [\"q{at}\"]),
        \"q{at}\": (is: Buffer(capacity: 30), to: [\"agvs\"]),"
        );
        let _ = if machine {
            writeln!(
                equipment,
                "        \"o{at}\": (is: Station(time: Exponential(\"{} s\"), queue: 1), to: [\"x{at}\"]),
        \"x{at}\": (is: Sink),",
                dice.within(5, every)
            )
        } else {
            writeln!(equipment, "        \"o{at}\": (is: Sink),")
        };
        let (load, unload) = (dice.within(0, 30), dice.within(0, 30));
        let _ = write!(
            stations,
            "\"s{at}\": (at: \"{}\", from: \"q{at}\", to: \"o{at}\", load: \"{load} s\", unload: \"{unload} s\"), ",
            network.stops[at]
        );
        let _ = write!(divert, "\"p{at}\": \"o{target}\", ");
        let _ = write!(to, "\"o{at}\", ");
    }
    let fleet = fleet(dice, &network);
    let nodes: Vec<String> =
        network.nodes.iter().map(|(name, x, y)| format!("\"{name}\": ({x}, {y})")).collect();
    let extras = dice.pick(&[
        "",
        r#", shift: "hours""#,
        r#", failures: [(every: Exponential("50 min"), repair: Exponential("5 min"))]"#,
    ]);
    format!(
        r#"Plant(
    name: "traffic {seed}",
    run: (until: "1 d", seed: {}),
    products: {{ {products} }},
    shifts: {{ "hours": (period: "4 h", work: [("0 s", "3 h")]) }},
    equipment: {{
{equipment}
        "agvs": (
            is: Vehicles(
                nodes: {{ {} }},
                paths: [{}],
                stations: {{ {stations} }},
                {fleet}
            ),
            to: [{to}],
            divert: ByProduct({{ {divert} }}){extras},
        ),
    }},
)"#,
        dice.within(1, 1000),
        nodes.join(", "),
        network.paths.join(", "),
    )
}

/// From one vehicle to one less than there are nodes.
fn fleet(dice: &mut Dice, network: &Network) -> String {
    let mut free: Vec<&str> = network.nodes.iter().map(|node| node.0.as_str()).collect();
    let most = free.len() as u64 - 1;
    let count = if dice.one_in(6) { most } else { dice.within(1, most.div_ceil(3)) };
    let starts: Vec<String> = (0..count)
        .map(|_| {
            let at = dice.index(free.len());
            format!("{:?}", free.remove(at))
        })
        .collect();
    let mut text = String::new();
    let turn = dice.pick(&["", r#", turn: "4 s""#]);
    let rates = dice.pick(&["", r#", acceleration: "0.4 m/s2""#, r#", acceleration: "0.8 m/s2""#]);
    let (battery, charging) = match network.bays.last() {
        Some(bay) if dice.one_in(3) => (
            r#", battery: (capacity: "200 Wh", driving: "150 W", standing: "10 W", charging: "800 W", strategy: WhenIdle)"#,
            format!("charging: [\"{bay}\"],"),
        ),
        _ => ("", String::new()),
    };
    let _ = write!(
        text,
        r#"fleets: {{ "agv": (start: [{}], speed: "1.2 m/s"{rates}{turn}, length: "{} m"{battery}) }}, {charging} "#,
        starts.join(", "),
        dice.within(0, 2),
    );
    let parks: Vec<String> = network.bays.iter().map(|bay| format!("{bay:?}")).collect();
    if parks.len() > 1 {
        let _ = write!(text, "parking: [{}], idle: Park, ", parks[..parks.len() - 1].join(", "));
    } else {
        text += dice.pick(&["idle: Stay, ", r#"idle: Home, idle_after: "20 s", "#]);
    }
    text +=
        dice.pick(&["", "loads: Oldest, ", "vehicles: LongestIdle, ", "blocking: AfterService, "]);
    text
}
