//! A bounding volume hierarchy with four children a node, in flat rows.
//!
//! It is built as a binary tree, and then every other level is left out: of a node's descendants, the one with the largest
//! surface is opened until there are four. Boxes of four children are tested at once, plane by plane: a ray is inside a box between the last of the
//! planes by which it enters and the first by which it leaves (Kay & Kajiya 1986).
//!
//! Rows stand in the order of a walk, parents before children; so one pass from the back refits all boxes when items have moved.

use bytemuck::{Pod, Zeroable};
use wide::f32x4;

use super::build::{Binary, Pair, binary};

/// Marks a child that is a leaf; the other bits are its number.
pub const LEAF: u32 = 1 << 31;

/// Rows that wait on the way down one tree, at most.
pub const STACK: usize = 64;

/// A node: boxes of four children, and where they are. 112 bytes: seven rows of 16.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Node {
    /// Planes of the four boxes: lowest and highest x, y, z. Of a child that is none, lowest and highest are infinite the wrong
    /// way round.
    pub planes: [[f32; 4]; 6],
    /// Rows of the children, or leaves.
    pub children: [u32; 4],
}

/// A box: lowest and highest coordinates.
pub(super) type Bounds = [[f32; 3]; 2];

impl Node {
    /// One without children.
    pub(super) const EMPTY: Self = {
        let (none, far) = ([f32::INFINITY; 4], [f32::NEG_INFINITY; 4]);
        Self { planes: [none, far, none, far, none, far], children: [LEAF; 4] }
    };

    pub(super) fn set(&mut self, child: usize, bounds: &Bounds) {
        for (axis, (low, high)) in bounds[0].iter().zip(&bounds[1]).enumerate() {
            self.planes[2 * axis][child] = *low;
            self.planes[2 * axis + 1][child] = *high;
        }
    }

    pub(super) fn is_there(&self, child: usize) -> bool {
        self.planes[0][child] <= self.planes[1][child]
    }

    /// The box of child `child`.
    fn of(&self, child: usize) -> Bounds {
        [0, 1].map(|end| [0, 1, 2].map(|axis| self.planes[2 * axis + end][child]))
    }

    /// A box about all children.
    pub(super) fn bounds(&self) -> Bounds {
        let lowest = |four: &[f32; 4]| four.iter().copied().fold(f32::INFINITY, f32::min);
        let highest = |four: &[f32; 4]| four.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        [
            [0, 2, 4].map(|plane| lowest(&self.planes[plane])),
            [1, 3, 5].map(|plane| highest(&self.planes[plane])),
        ]
    }
}

/// Half the surface of a box.
pub(super) fn surface(bounds: &Bounds) -> f32 {
    let [x, y, z] = [0, 1, 2].map(|axis| bounds[1][axis] - bounds[0][axis]);
    x * y + y * z + z * x
}

/// A tree over numbered items.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// Its nodes, the root first.
    pub(super) nodes: Vec<Node>,
    /// The items of each leaf.
    pub(super) leaves: Vec<Vec<u32>>,
}

/// Builds a tree over items with these boxes, up to `most` in a leaf.
pub(super) fn build(items: &[Bounds], most: usize) -> Tree {
    let mut tree = Tree::default();
    if items.is_empty() {
        tree.nodes.push(Node::EMPTY);
    } else {
        tree.widen(&binary(items, most));
    }
    tree
}

impl Tree {
    /// Four-wide nodes from a binary tree, in the order of a walk.
    fn widen(&mut self, binary: &Binary) {
        // A binary node, and whose which child it becomes.
        let mut open = vec![(vec![0], None::<(usize, usize)>)];
        while let Some((from, place)) = open.pop() {
            let row = self.nodes.len();
            if let Some((parent, child)) = place {
                self.nodes[parent].children[child] = row as u32;
            }
            self.nodes.push(Node::EMPTY);
            for (child, number) in widest(binary, from).into_iter().enumerate() {
                let Pair { bounds, first, count } = binary.pairs[number as usize];
                self.nodes[row].set(child, &bounds);
                if count > 0 {
                    let items = first as usize..(first + count) as usize;
                    self.nodes[row].children[child] = LEAF | self.leaves.len() as u32;
                    self.leaves.push(binary.order[items].to_vec());
                } else {
                    open.push((vec![first, first + 1], Some((row, child))));
                }
            }
        }
    }
}

/// Rows that wait at once on the way down a tree from its first node, at most.
pub(super) fn stack(nodes: &[Node]) -> usize {
    let mut need = vec![0; nodes.len()];
    for (row, node) in nodes.iter().enumerate().rev() {
        let there = || (0..4).filter(|child| node.is_there(*child));
        let inner = there().map(|child| node.children[child]).filter(|child| child & LEAF == 0);
        let below = inner.map(|child| need[child as usize]).max().unwrap_or(0);
        need[row] = below + there().count().saturating_sub(1);
    }
    need.first().copied().unwrap_or(0)
}

/// Puts the boxes of `leaf` into a tree that was built before, from the back to the root. Returns the sum of the surfaces of all boxes:
/// a measure of what rays cost.
pub(super) fn refit(nodes: &mut [Node], leaf: impl Fn(u32) -> Bounds) -> f64 {
    let mut sum = 0.0;
    for row in (0..nodes.len()).rev() {
        for child in 0..4 {
            if !nodes[row].is_there(child) {
                continue;
            }
            let to = nodes[row].children[child];
            let bounds =
                if to & LEAF == 0 { nodes[to as usize].bounds() } else { leaf(to & !LEAF) };
            nodes[row].set(child, &bounds);
        }
        sum += (0..4)
            .filter(|child| nodes[row].is_there(*child))
            .map(|child| f64::from(surface(&nodes[row].of(child))))
            .sum::<f64>();
    }
    sum
}

/// Opens the largest of `from` until there are four, or leaves only.
fn widest(binary: &Binary, mut from: Vec<u32>) -> Vec<u32> {
    loop {
        let pairs = from.iter().map(|n| &binary.pairs[*n as usize]).enumerate();
        let largest = pairs
            .filter(|(_, pair)| pair.count == 0)
            .map(|(at, pair)| (at, pair.first, surface(&pair.bounds)))
            .max_by(|a, b| a.2.total_cmp(&b.2));
        match largest {
            Some((at, first, _)) if from.len() < 4 => {
                from.remove(at);
                from.extend([first, first + 1]);
            }
            _ => return from,
        }
    }
}

/// A ray as nodes see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slabs {
    origin: [f32; 3],
    inverse: [f32; 3],
    /// Rows of [`Node::planes`] by which it enters, per axis; the other of the pair is by which it leaves.
    enters: [usize; 3],
}

/// What a walk has found, and what it still has before it.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The nearest so far.
    pub(super) range: f32,
    /// Children that wait, with where the ray enters them.
    rows: [(u32, f32); 2 * STACK],
    waiting: usize,
}

impl Way {
    /// The start of a walk that looks as far as `range`.
    pub(super) fn to(range: f32) -> Self {
        Self { range, rows: [(0, 0.0); 2 * STACK], waiting: 0 }
    }

    /// Another walk.
    pub(super) fn again(&mut self, range: f32) {
        (self.range, self.waiting) = (range, 0);
    }
}

/// A direction's part is never less: a ray along a plane is inside it or not, and 0 times infinity is neither.
const LEAST: f32 = 1e-20;

/// The last ulps of three divisions and products (Ize 2013): boxes are never missed by rounding.
const SLACK: f32 = 1.000_000_5;

impl Slabs {
    pub(super) fn new(origin: [f32; 3], direction: [f32; 3]) -> Self {
        let inverse = direction.map(|d| 1.0 / if d.abs() < LEAST { LEAST.copysign(d) } else { d });
        let enters = [0, 1, 2].map(|axis| 2 * axis + usize::from(inverse[axis] < 0.0));
        Self { origin, inverse, enters }
    }

    /// Where the ray enters the boxes of four children, between `near` and `far`, and a bit for each that it does enter.
    #[inline]
    fn enter(&self, node: &Node, near: f32, far: f32) -> ([f32; 4], u32) {
        let mut enter = f32x4::splat(near);
        let mut leave = f32x4::splat(far);
        for axis in 0..3 {
            let (o, inverse) = (f32x4::splat(self.origin[axis]), self.inverse[axis]);
            let first = f32x4::from(node.planes[self.enters[axis]]);
            let last = f32x4::from(node.planes[self.enters[axis] ^ 1]);
            enter = ((first - o) * f32x4::splat(inverse)).fast_max(enter);
            leave = ((last - o) * f32x4::splat(inverse * SLACK)).fast_min(leave);
        }
        (enter.to_array(), enter.simd_le(leave).to_bitmask())
    }

    /// Walks down from `root`, nearest first. `leaf` gets each leaf that lies nearer than the best so far, which it keeps; true ends
    /// the walk.
    #[inline]
    pub(super) fn walk(
        &self,
        nodes: &[Node],
        root: u32,
        near: f32,
        way: &mut Way,
        mut leaf: impl FnMut(u32, &mut Way) -> bool,
    ) -> bool {
        let floor = way.waiting;
        let mut row = root;
        loop {
            if row & LEAF != 0 {
                if leaf(row & !LEAF, way) {
                    return true;
                }
            } else {
                let node = &nodes[row as usize];
                let (enter, mut open) = self.enter(node, near, way.range);
                if open != 0 {
                    let mut next = || {
                        let child = open.trailing_zeros() as usize & 3;
                        open &= open.wrapping_sub(1);
                        (open != 0, (node.children[child], enter[child]))
                    };
                    // The nearest goes first, the others wait.
                    let (mut more, mut nearest) = next();
                    while more {
                        let mut found;
                        (more, found) = next();
                        if found.1 < nearest.1 {
                            std::mem::swap(&mut found, &mut nearest);
                        }
                        way.rows[way.waiting] = found;
                        way.waiting += 1;
                    }
                    row = nearest.0;
                    continue;
                }
            }
            loop {
                if way.waiting == floor {
                    return false;
                }
                way.waiting -= 1;
                let (child, enter) = way.rows[way.waiting];
                if enter <= way.range {
                    row = child;
                    break;
                }
            }
        }
    }
}
