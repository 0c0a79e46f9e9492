//! Plants without routes: layers of equipment, each connected to the next.

use std::fmt::Write as _;
use std::ops::Range;

use super::Writer;

/// One piece of equipment, or a group that is written as one entry.
struct Node {
    name: String,
    kind: Kind,
    to: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Source,
    Station,
    Passage,
    /// `repeat: 3, chain: true`.
    Chain,
    /// Of the template `cell`.
    Cell,
    Sink,
}

impl Node {
    /// Where parts go in.
    fn entry(&self) -> String {
        match self.kind {
            Kind::Chain => format!("{}-1", self.name),
            Kind::Cell => format!("{}/in", self.name),
            _ => self.name.clone(),
        }
    }

    /// Where parts come out.
    fn exit(&self) -> String {
        match self.kind {
            Kind::Chain => format!("{}-3", self.name),
            Kind::Cell => format!("{}/work", self.name),
            _ => self.name.clone(),
        }
    }
}

pub(super) fn write(writer: &mut Writer) {
    products(writer);
    let nodes = nodes(writer);
    for index in 0..nodes.len() {
        write_node(writer, &nodes, index);
    }
}

fn products(writer: &mut Writer) {
    let lengths = ["", "", "length: \"0.3 m\", ", "length: \"0.8 m\", "];
    let mut text = String::new();
    for (n, product) in writer.products.clone().iter().enumerate() {
        let length = writer.dice.pick(&lengths);
        let due = writer.dice.pick(&["", "due: \"4 min\", "]);
        let _ = write!(
            text,
            "{product:?}: ({length}{due}priority: {n}, attributes: {{\"mass\": {n}.5}}), "
        );
    }
    let _ = writeln!(writer.head, "    products: {{ {text} }},");
}

/// All nodes, layer by layer from the sources to the sinks, connected.
fn nodes(writer: &mut Writer) -> Vec<Node> {
    let depth = writer.dice.within(1, 4);
    let mut nodes: Vec<Node> = Vec::new();
    let mut before = 0..0;
    for layer in 0..=depth + 1 {
        let first = nodes.len();
        for _ in 0..writer.dice.within(1, 3) {
            let kind = match layer {
                0 => Kind::Source,
                _ if layer == depth + 1 => Kind::Sink,
                _ => between(writer),
            };
            nodes.push(Node { name: format!("e{}", nodes.len()), kind, to: Vec::new() });
        }
        connect(writer, &mut nodes, before, first);
        before = first..nodes.len();
    }
    nodes
}

fn between(writer: &mut Writer) -> Kind {
    match writer.dice.index(12) {
        0..=5 => Kind::Station,
        6..=9 => Kind::Passage,
        10 => Kind::Chain,
        _ => Kind::Cell,
    }
}

/// Connects the layer `before` with the one that begins at `first`, so that nothing in either is left out.
fn connect(writer: &mut Writer, nodes: &mut [Node], before: Range<usize>, first: usize) {
    let n = nodes.len() - first;
    for from in before.clone() {
        let start = writer.dice.index(n);
        for k in 0..writer.dice.within(1, n as u64) as usize {
            nodes[from].to.push(first + (start + k) % n);
        }
    }
    for to in first..nodes.len() {
        if before.is_empty() || before.clone().any(|from| nodes[from].to.contains(&to)) {
            continue;
        }
        let from = before.start + writer.dice.index(before.len());
        nodes[from].to.push(to);
    }
}

fn write_node(writer: &mut Writer, nodes: &[Node], index: usize) {
    let node = &nodes[index];
    let name = node.name.clone();
    let to: Vec<String> = node.to.iter().map(|to| nodes[*to].entry()).collect();
    // Handling equipment stands one behind the other only with something between.
    let handles = writer.handles
        && node.kind == Kind::Passage
        && !node.to.iter().any(|to| nodes[*to].kind == Kind::Passage);
    let mut extras = extras(writer, nodes, index, &to, handles);
    match node.kind {
        Kind::Source => {
            let product = writer.products[writer.dice.index(writer.products.len())].clone();
            let product = if writer.dice.one_in(3) { None } else { Some(product) };
            let station =
                nodes.iter().find(|node| node.kind == Kind::Station).map(|node| node.name.clone());
            let is = writer.source(product.as_deref(), true, station.as_deref());
            writer.add(&name, &is, &to, &extras);
        }
        Kind::Station => {
            let is = writer.station(&name, true);
            extras += &writer.troubles();
            writer.add(&name, &is, &to, &extras);
        }
        Kind::Passage => {
            let is = if handles {
                let from = leads_to(nodes, index);
                writer.handling(&name, &from, &to)
            } else {
                writer.passage(&name)
            };
            extras += &writer.troubles();
            writer.add(&name, &is, &to, &extras);
        }
        Kind::Chain => {
            let is =
                format!("Station(time: {}, queue: 2)", super::times::time(&mut writer.dice, 10));
            extras += &writer.troubles();
            writer.add(
                &format!("{name}-${{i}}"),
                &is,
                &to,
                &format!(", repeat: 3, chain: true{extras}"),
            );
        }
        Kind::Cell => {
            let with = writer.dice.pick(&["", ", with: {\"time\": Exponential(\"8 s\")}"]);
            let _ =
                writeln!(writer.equipment, "        {name:?}: (use: \"cell\"{with}, to: {to:?}),");
        }
        Kind::Sink => writer.add(&name, "Sink", &to, &extras),
    }
}

/// Where parts come from to the node `index`.
fn leads_to(nodes: &[Node], index: usize) -> Vec<String> {
    nodes.iter().filter(|node| node.to.contains(&index)).map(Node::exit).collect()
}

/// How a node shares its output and whom it serves first.
fn extras(
    writer: &mut Writer,
    nodes: &[Node],
    index: usize,
    to: &[String],
    handles: bool,
) -> String {
    let node = &nodes[index];
    let mut out = String::new();
    let single = matches!(node.kind, Kind::Chain | Kind::Cell);
    if to.len() > 1 && !single && !handles && writer.dice.one_in(2) {
        let product = &writer.products[0];
        out += &match writer.dice.index(7) {
            0 => ", divert: FirstFree".to_owned(),
            1 => ", divert: Rotate".to_owned(),
            2 => ", divert: RotateFree".to_owned(),
            3 => ", divert: Shortest".to_owned(),
            4 => format!(", divert: ByProduct({{{product:?}: {:?}}})", to[1]),
            5 => {
                format!(", divert: ByAttribute(\"mass\", [(0.7, {:?}), (9.0, {:?})])", to[1], to[0])
            }
            _ => format!(", divert: Share({:?})", vec![1.5; to.len()]),
        };
    }
    let from = leads_to(nodes, index);
    if from.len() > 1 && !single {
        out += &match writer.dice.index(3) {
            0 => ", merge: Alternate".to_owned(),
            1 => format!(", merge: Priority({from:?})"),
            _ => String::new(),
        };
    }
    out
}
