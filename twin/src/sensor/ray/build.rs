//! Builds binary trees from the top: each set of boxes is parted where the surface area heuristic says.
//!
//! What a ray costs in a set that is parted is proportional to *A₁ n₁ + A₂ n₂*, the surfaces of the two boxes and the numbers of items in
//! them (`MacDonald` & Booth 1990). Places to part are tried in bins of the middles, along each axis (Wald 2007). Where all middles
//! are the same, or the walk is so deep that stacks could fill, the set is halved by number: so any items make a tree, of
//! bounded depth and in O(n log n).

use super::tree::{Bounds, surface};

/// A node of a binary tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) bounds: Bounds,
    /// Items of a leaf: the first in the order, and how many. None in a node with children: the first is the left child, the
    /// right one stands behind it.
    pub(super) first: u32,
    pub(super) count: u32,
}

/// A binary tree, the root first, and the order in which leaves hold items.
pub(super) struct Binary {
    pub(super) pairs: Vec<Pair>,
    pub(super) order: Vec<u32>,
}

/// Bins along each axis.
const BINS: usize = 16;

/// From this depth on sets are halved.
const DEEP: u32 = 40;

/// No box: what any other swallows.
const NOTHING: Bounds = [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]];

fn join(a: &Bounds, b: &Bounds) -> Bounds {
    let lower = |x: f32, y: f32| if y < x { y } else { x };
    let higher = |x: f32, y: f32| if y > x { y } else { x };
    [
        [0, 1, 2].map(|axis| lower(a[0][axis], b[0][axis])),
        [0, 1, 2].map(|axis| higher(a[1][axis], b[1][axis])),
    ]
}

fn middle(item: &Bounds) -> [f32; 3] {
    [0, 1, 2].map(|axis| 0.5 * (item[0][axis] + item[1][axis]))
}

/// Builds a tree over at least one item, with up to `most` in a leaf.
pub(super) fn binary(items: &[Bounds], most: usize) -> Binary {
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    let all = items.iter().fold(NOTHING, |sum, item| join(&sum, item));
    let root = Pair { bounds: all, first: 0, count: items.len() as u32 };
    let mut pairs = vec![root];
    let mut open = vec![(0_usize, 0_u32)];
    while let Some((at, depth)) = open.pop() {
        let Pair { first, count, .. } = pairs[at];
        if count as usize <= most {
            continue;
        }
        let set = &mut order[first as usize..(first + count) as usize];
        let left = part(items, set, depth);
        let child = |from: usize, to: usize| Pair {
            bounds: set[from..to].iter().fold(NOTHING, |sum, n| join(&sum, &items[*n as usize])),
            first: first + from as u32,
            count: (to - from) as u32,
        };
        let (below, children) = (pairs.len(), [child(0, left), child(left, set.len())]);
        pairs.extend(children);
        (pairs[at].first, pairs[at].count) = (below as u32, 0);
        open.extend([(below, depth + 1), (below + 1, depth + 1)]);
    }
    Binary { pairs, order }
}

/// Reorders `set` and says how many of it go to the left.
fn part(items: &[Bounds], set: &mut [u32], depth: u32) -> usize {
    let half = set.len() / 2;
    let middles = set.iter().fold(NOTHING, |sum, n| {
        let at = middle(&items[*n as usize]);
        join(&sum, &[at, at])
    });
    let Some((axis, bin)) = (depth < DEEP).then(|| best(items, set, &middles)).flatten() else {
        return half;
    };
    let is_left = |n: u32| bin_of(&items[n as usize], axis, &middles) <= bin;
    let mut left = 0;
    for at in 0..set.len() {
        if is_left(set[at]) {
            set.swap(at, left);
            left += 1;
        }
    }
    if left == 0 || left == set.len() { half } else { left }
}

fn bin_of(item: &Bounds, axis: usize, middles: &Bounds) -> usize {
    let extent = middles[1][axis] - middles[0][axis];
    let share = (middle(item)[axis] - middles[0][axis]) / extent;
    ((share * BINS as f32) as usize).min(BINS - 1)
}

/// The axis, and the last bin that goes to the left; none if all middles are the same.
fn best(items: &[Bounds], set: &[u32], middles: &Bounds) -> Option<(usize, usize)> {
    let mut best = (f32::INFINITY, None);
    for axis in 0..3 {
        if !(middles[1][axis] > middles[0][axis]) {
            continue;
        }
        let mut bins = [(NOTHING, 0_u32); BINS];
        for n in set {
            let item = &items[*n as usize];
            let bin = &mut bins[bin_of(item, axis, middles)];
            *bin = (join(&bin.0, item), bin.1 + 1);
        }
        let mut right = [0.0; BINS];
        let mut sum = (NOTHING, 0);
        for at in (1..BINS).rev() {
            sum = (join(&sum.0, &bins[at].0), sum.1 + bins[at].1);
            right[at] = cost(&sum);
        }
        let mut sum = (NOTHING, 0);
        for at in 0..BINS - 1 {
            sum = (join(&sum.0, &bins[at].0), sum.1 + bins[at].1);
            let both = cost(&sum) + right[at + 1];
            if both < best.0 && sum.1 > 0 && (sum.1 as usize) < set.len() {
                best = (both, Some((axis, at)));
            }
        }
    }
    best.1
}

/// Surface times packs of four, for that is how triangles are tested.
fn cost((bounds, count): &(Bounds, u32)) -> f32 {
    if *count == 0 { 0.0 } else { surface(bounds) * count.div_ceil(4) as f32 }
}
