//! The flow of material from equipment to equipment, laid out in layers: a Sankey diagram.
//!
//! Conveyors and what else only carries parts from one to one are left out of it; the flow goes on behind them.

use std::collections::{BTreeMap, BTreeSet};

use twin::id::{EquipmentId, LinkId};

use super::labels::short;
use crate::desktop::Run;

/// Room between two nodes of a layer, as a share of the height.
const GAP: f32 = 0.07;
/// Rounds in which nodes are put beside what they are connected with.
const ROUNDS: usize = 6;
/// Nodes that are shown, at most: those with the largest flow.
const MOST: usize = 80;

/// An equipment in the diagram; lengths are shares of its width and height.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Which.
    pub id: EquipmentId,
    /// Its name.
    pub name: String,
    /// Parts per hour through it: the larger of what comes and what goes.
    pub per_hour: f64,
    /// How far along the flow, from 0 on.
    pub layer: usize,
    /// Its upper end.
    pub top: f32,
    /// Its height.
    pub height: f32,
}

/// A flow from one node to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Rows of [`Flows::nodes`].
    pub ends: [usize; 2],
    /// Parts per hour.
    pub per_hour: f64,
    /// Its upper end at either node.
    pub tops: [f32; 2],
    /// Its height.
    pub height: f32,
}

/// The diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The flows.
    pub bands: Vec<Band>,
    /// Number of layers.
    pub layers: usize,
    /// Over how long the flow was counted (h).
    pub hours: f64,
}

/// Parts per hour from equipment to equipment.
type Rates = BTreeMap<(EquipmentId, EquipmentId), f64>;

/// The flow in `run` since the end of the warm-up.
pub fn flows(run: &Run) -> Flows {
    let state = run.state();
    let hours = (state.now() - state.plant_traffic().window()).seconds() / 3600.0;
    let mut rates = Rates::new();
    for (n, link) in run.model.links.iter().enumerate() {
        let parts: u64 = state.flow(LinkId::from_index(n)).iter().sum();
        if parts > 0 {
            *rates.entry((link.from, link.to)).or_default() += parts as f64 / hours.max(1e-9);
        }
    }
    let carries = |kind| matches!(kind, "Conveyor" | "Carrier" | "Delay" | "Turntable");
    let carriers = run.standing.places.iter().filter(|place| carries(place.kind));
    leave_out(&mut rates, carriers.map(|place| place.id));
    keep_largest(&mut rates);
    let mut out = layout(&rates);
    out.nodes.iter_mut().for_each(|node| node.name = short(run, node.id));
    out.hours = hours;
    out
}

/// Joins what comes to each of `ids` and what goes from it, if either is one flow only.
fn leave_out(rates: &mut Rates, ids: impl Iterator<Item = EquipmentId>) {
    let mut into: BTreeSet<_> = rates.keys().map(|(from, to)| (*to, *from)).collect();
    for id in ids {
        let all =
            (id, EquipmentId::from_index(0))..(id, EquipmentId::from_index(u32::MAX as usize));
        let comes: Vec<_> = into.range(all.clone()).map(|(_, from)| *from).collect();
        let goes: Vec<_> = rates.range(all).map(|((_, to), rate)| (*to, *rate)).collect();
        let loops = goes.iter().any(|(to, _)| comes.contains(to));
        if comes.is_empty() || goes.is_empty() || comes.len() > 1 && goes.len() > 1 || loops {
            continue;
        }
        let total: f64 = goes.iter().map(|go| go.1).sum();
        for from in comes {
            let rate = rates.remove(&(from, id)).unwrap_or_default();
            into.remove(&(id, from));
            for (to, goes_on) in &goes {
                // What is on its way at the end is in neither: the smaller is what went through.
                let share = if goes.len() == 1 { rate } else { rate * goes_on / total };
                *rates.entry((from, *to)).or_default() += share.min(*goes_on);
                into.insert((*to, from));
            }
        }
        for (to, _) in goes {
            rates.remove(&(id, to));
            into.remove(&(to, id));
        }
    }
}

/// Leaves out all but the nodes with the largest flow.
fn keep_largest(rates: &mut Rates) {
    let mut through: BTreeMap<EquipmentId, f64> = BTreeMap::new();
    for ((from, to), rate) in &*rates {
        *through.entry(*from).or_default() += rate;
        *through.entry(*to).or_default() += rate;
    }
    let mut order: Vec<_> = through.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let gone: Vec<EquipmentId> = order.into_iter().skip(MOST).map(|one| one.0).collect();
    rates.retain(|(from, to), _| !gone.contains(from) && !gone.contains(to));
}

/// Layers, heights and places.
fn layout(rates: &Rates) -> Flows {
    let mut ids: Vec<EquipmentId> = rates.keys().flat_map(|key| [key.0, key.1]).collect();
    ids.sort_unstable();
    ids.dedup();
    let row = |id: EquipmentId| ids.binary_search(&id).unwrap_or_default();
    let links: Vec<([usize; 2], f64)> =
        rates.iter().map(|(key, rate)| ([row(key.0), row(key.1)], *rate)).collect();
    let layer = layers(ids.len(), &links);
    let through = |n: usize| {
        let sum = |end: usize| -> f64 {
            links.iter().filter(|link| link.0[end] == n).map(|link| link.1).sum()
        };
        sum(0).max(sum(1))
    };
    let count = layer.iter().max().map_or(0, |last| last + 1);
    let mut nodes: Vec<Node> = (0..ids.len())
        .map(|n| Node {
            id: ids[n],
            name: String::new(),
            per_hour: through(n),
            layer: layer[n],
            top: 0.0,
            height: 0.0,
        })
        .collect();
    let mut columns = vec![Vec::new(); count];
    (0..nodes.len()).for_each(|n| columns[layer[n]].push(n));
    let scale = scale(&columns, &nodes);
    nodes.iter_mut().for_each(|node| node.height = (node.per_hour * scale) as f32);
    for round in 0..=ROUNDS {
        for column in &mut columns {
            if round > 0 {
                column
                    .sort_by(|a, b| wish(*a, &links, &nodes).total_cmp(&wish(*b, &links, &nodes)));
            }
            stack(column, &mut nodes);
        }
    }
    Flows { bands: bands(&links, &nodes, scale), nodes, layers: count, hours: 0.0 }
}

/// The layer of each node: one behind the last that leads to it; flows that lead back do not count.
fn layers(count: usize, links: &[([usize; 2], f64)]) -> Vec<usize> {
    let mut layer = vec![0; count];
    let mut mark = vec![0_u8; count];
    let mut order = Vec::new();
    let mut forward = Vec::new();
    let starts = (0..count).filter(|n| links.iter().all(|link| link.0[1] != *n));
    for start in starts.chain(0..count) {
        visit(start, links, &mut mark, &mut order, &mut forward);
    }
    for n in order.into_iter().rev() {
        for link in forward.iter().filter(|link: &&[usize; 2]| link[0] == n) {
            layer[link[1]] = layer[link[1]].max(layer[n] + 1);
        }
    }
    layer
}

/// Goes down from `n`, depth first: nodes in the order in which they are left, and the flows that do not lead back.
fn visit(
    n: usize,
    links: &[([usize; 2], f64)],
    mark: &mut [u8],
    order: &mut Vec<usize>,
    forward: &mut Vec<[usize; 2]>,
) {
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    if mark[n] != 0 {
        return;
    }
    mark[n] = OPEN;
    for (ends, _) in links.iter().filter(|link| link.0[0] == n) {
        if mark[ends[1]] != OPEN {
            forward.push(*ends);
            visit(ends[1], links, mark, order, forward);
        }
    }
    mark[n] = DONE;
    order.push(n);
}

/// Height of a part per hour, so that the fullest layer just fits.
fn scale(columns: &[Vec<usize>], nodes: &[Node]) -> f64 {
    let fits = columns.iter().map(|column| {
        let sum: f64 = column.iter().map(|n| nodes[*n].per_hour).sum();
        let room = 1.0 - f64::from(GAP) * (column.len() as f64 - 1.0);
        room.max(0.4) / sum.max(1e-12)
    });
    fits.fold(f64::INFINITY, f64::min)
}

/// Where the middle of a node would best be: the mean of its neighbours, weighted by what flows.
fn wish(n: usize, links: &[([usize; 2], f64)], nodes: &[Node]) -> f32 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for ([from, to], rate) in links {
        let other = if *from == n { *to } else { *from };
        if *from == n || *to == n {
            sum += f64::from(nodes[other].top + nodes[other].height / 2.0) * rate;
            weight += rate;
        }
    }
    (sum / weight.max(1e-12)) as f32
}

/// Puts the nodes of a layer under each other, about the middle.
fn stack(column: &[usize], nodes: &mut [Node]) {
    let sum: f32 = column.iter().map(|n| nodes[*n].height).sum();
    let gap = GAP.min((1.0 - sum).max(0.0) / (column.len() as f32).max(1.0));
    let mut y = (1.0 - sum - gap * (column.len() as f32 - 1.0)) / 2.0;
    for n in column {
        nodes[*n].top = y;
        y += nodes[*n].height + gap;
    }
}

/// The flows, at each node in the order of what is at their other end.
fn bands(links: &[([usize; 2], f64)], nodes: &[Node], scale: f64) -> Vec<Band> {
    let height = |rate: f64| (rate * scale) as f32;
    let mut out: Vec<Band> = links
        .iter()
        .map(|(ends, rate)| Band {
            ends: *ends,
            per_hour: *rate,
            tops: [0.0; 2],
            height: height(*rate),
        })
        .collect();
    for end in 0..2 {
        let mut order: Vec<usize> = (0..out.len()).collect();
        order.sort_by(|a, b| {
            let top = |n: usize| nodes[out[n].ends[1 - end]].top;
            top(*a).total_cmp(&top(*b))
        });
        let mut used = vec![0.0; nodes.len()];
        for n in order {
            let node = out[n].ends[end];
            out[n].tops[end] = nodes[node].top + used[node];
            used[node] += out[n].height;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(rows: &[(usize, usize, f64)]) -> Rates {
        let id = EquipmentId::from_index;
        rows.iter().map(|(from, to, rate)| ((id(*from), id(*to)), *rate)).collect()
    }

    #[test]
    fn layers_follow_the_flow_and_loops_end() {
        // 0 feeds 1 and 2, which feed 3; 3 sends some back to 1.
        let found =
            layout(&rates(&[(0, 1, 6.0), (0, 2, 3.0), (1, 3, 7.0), (2, 3, 3.0), (3, 1, 1.0)]));
        let layers: Vec<usize> = found.nodes.iter().map(|node| node.layer).collect();
        assert_eq!(layers, [0, 1, 1, 2]);
        assert_eq!(found.nodes[3].per_hour, 10.0);
        for node in &found.nodes {
            assert!(node.top >= -1e-4 && node.top + node.height <= 1.0001, "{node:?}");
        }
        // Bands lie within their nodes, one under the other.
        for end in 0..2 {
            for (n, node) in found.nodes.iter().enumerate() {
                let own = found.bands.iter().filter(|band| band.ends[end] == n);
                let sum: f32 = own.map(|band| band.height).sum();
                assert!(sum <= node.height + 1e-4);
            }
        }
    }

    #[test]
    fn what_only_carries_is_left_out() {
        let mut found = rates(&[(0, 1, 5.0), (1, 2, 4.0), (2, 3, 4.0)]);
        leave_out(&mut found, std::iter::once(EquipmentId::from_index(1)));
        assert_eq!(found, rates(&[(0, 2, 4.0), (2, 3, 4.0)]));
        // A switch with two ends on both sides stays.
        let mut cross = rates(&[(0, 2, 5.0), (1, 2, 5.0), (2, 3, 5.0), (2, 4, 5.0)]);
        leave_out(&mut cross, std::iter::once(EquipmentId::from_index(2)));
        assert_eq!(cross.len(), 4);
    }
}
