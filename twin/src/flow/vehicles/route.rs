//! The way to a place: Dijkstra's algorithm over arcs, so that turns have their cost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::network::{NEVER, NONE, Network};

/// Memory of a search, kept for the next one.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// By arc: best cost at its end so far, and the arc before.
    best: Vec<(i64, u32)>,
    touched: Vec<u32>,
    open: BinaryHeap<Reverse<(i64, u32)>>,
}

/// What a search is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    pub(super) from: u32,
    /// The arc that the vehicle came by.
    pub(super) last: u32,
    pub(super) to: u32,
    pub(super) class: u32,
    /// Cost of a turn, ns.
    pub(super) turn: i64,
}

/// Adds the cheapest way to `path`. `cost` is that of an arc in ns, `NEVER` where it must not be used. Equal ways: the one
/// over arcs with lower numbers. False: there is none; `path` is as it was.
pub(super) fn find(
    network: &Network,
    search: Search,
    cost: impl Fn(u32) -> i64,
    scratch: &mut Scratch,
    path: &mut Vec<u32>,
) -> bool {
    if search.from == search.to {
        return true;
    }
    let Scratch { best, touched, open } = scratch;
    best.resize(network.arcs.len(), (NEVER, NONE));
    touched.drain(..).for_each(|arc| best[arc as usize] = (NEVER, NONE));
    open.clear();
    let mut next = |best: &mut Vec<(i64, u32)>, open: &mut BinaryHeap<_>, node: u32, sum, last| {
        for arc in network.out[node as usize].clone() {
            let own = if network.arcs[arc as usize].classes >> search.class & 1 == 0 {
                NEVER
            } else {
                cost(arc)
            };
            if own == NEVER {
                continue;
            }
            let turn = if network.turns(last, arc) { search.turn } else { 0 };
            let sum: i64 = sum + own + turn;
            let row = &mut best[arc as usize];
            if sum < row.0 {
                if row.0 == NEVER {
                    touched.push(arc);
                }
                *row = (sum, last);
                open.push(Reverse((sum, arc)));
            }
        }
    };
    next(best, open, search.from, 0, search.last);
    while let Some(Reverse((sum, arc))) = open.pop() {
        if sum > best[arc as usize].0 {
            continue;
        }
        if network.arcs[arc as usize].to == search.to {
            trace(best, network, search.from, arc, path);
            return true;
        }
        next(best, open, network.arcs[arc as usize].to, sum, arc);
    }
    false
}

fn trace(best: &[(i64, u32)], network: &Network, from: u32, mut arc: u32, path: &mut Vec<u32>) {
    let first = path.len();
    path.push(arc);
    while network.arcs[arc as usize].from != from {
        arc = best[arc as usize].1;
        path.push(arc);
    }
    path[first..].reverse();
}
