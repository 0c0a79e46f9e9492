//! Which node each cell belongs to.

use std::collections::BTreeMap;

use crate::field::{MaterialId, Scene};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// Air of a block.
    Air,
    /// All cells of one solid in a block.
    Solid(MaterialId),
    /// A body.
    Body(usize),
}

/// Blocks of a grid, and the nodes in them.
#[derive(Clone, Debug)]
pub struct Zones {
    /// Blocks along each axis.
    pub blocks: [usize; 3],
    /// Node of each cell.
    pub node_of: Vec<u32>,
    /// What each node is: bodies come first, in their order.
    pub kinds: Vec<NodeKind>,
    /// Middle of each node (m): the mean of its cells.
    pub middles: Vec<[f64; 3]>,
    /// Cells of each node.
    pub cells: Vec<usize>,
}

impl Zones {
    /// Most blocks along an axis.
    const MOST: f64 = 6.0;
    /// Height from which there are two layers, and how much more makes one more (m).
    const LAYER: f64 = 3.0;

    /// The zones of `scene`.
    pub fn of(scene: &Scene) -> Self {
        let grid = scene.grid;
        let length = |axis: usize| grid.cells[axis] as f64 * grid.cell;
        let across = |axis| (length(axis) / super::ZONE).round().clamp(1.0, Self::MOST);
        let layers = (length(2) / Self::LAYER).floor().clamp(1.0, 3.0);
        let wanted = [across(0), across(1), layers];
        let blocks: [usize; 3] =
            std::array::from_fn(|axis| (wanted[axis] as usize).min(grid.cells[axis]));

        let mut kinds: Vec<NodeKind> = (0..scene.bodies.len()).map(NodeKind::Body).collect();
        let mut known: BTreeMap<(usize, NodeKind), u32> = BTreeMap::new();
        let owners = scene.body_of_cells();
        let mut node_of = Vec::with_capacity(grid.len());
        for cell in grid.all().iter() {
            let index = grid.index(cell);
            if let Some(body) = usize::from(owners[index]).checked_sub(1) {
                node_of.push(body as u32);
                continue;
            }
            let filled = scene.filled[index];
            let kind = if filled.is_fluid() { NodeKind::Air } else { NodeKind::Solid(filled) };
            let block = (0..3).rev().fold(0, |block, axis| {
                block * blocks[axis] + cell[axis] * blocks[axis] / grid.cells[axis]
            });
            let node = *known.entry((block, kind)).or_insert_with(|| {
                kinds.push(kind);
                kinds.len() as u32 - 1
            });
            node_of.push(node);
        }
        let (middles, cells) = middles(scene, &node_of, kinds.len());
        Self { blocks, node_of, kinds, middles, cells }
    }

    /// Whether a node is air.
    pub fn is_air(&self, node: u32) -> bool {
        self.kinds[node as usize] == NodeKind::Air
    }

    /// The node of air nearest to a point; none where there is no air at all.
    pub fn air_near(&self, point: [f64; 3]) -> Option<u32> {
        let far = |node: &u32| {
            let middle = self.middles[*node as usize];
            (0..3).map(|axis| (middle[axis] - point[axis]).powi(2)).sum::<f64>()
        };
        (0..self.kinds.len() as u32)
            .filter(|node| self.is_air(*node))
            .min_by(|a, b| far(a).total_cmp(&far(b)))
    }
}

fn middles(scene: &Scene, node_of: &[u32], nodes: usize) -> (Vec<[f64; 3]>, Vec<usize>) {
    let mut sums = vec![[0.0; 3]; nodes];
    let mut cells = vec![0; nodes];
    for (cell, node) in scene.grid.all().iter().zip(node_of) {
        let middle = scene.grid.middle(cell);
        let sum: &mut [f64; 3] = &mut sums[*node as usize];
        (0..3).for_each(|axis| sum[axis] += middle[axis]);
        cells[*node as usize] += 1;
    }
    for (sum, n) in sums.iter_mut().zip(&cells) {
        *sum = sum.map(|s| s / f64::from(u32::try_from((*n).max(1)).unwrap_or(u32::MAX)));
    }
    (sums, cells)
}
