//! Parts in parts: a pallet, box or kit holds others.
//!
//! Doubly linked lists through a side table by [`PartId`], so that a part costs nothing more where nothing is ever loaded,
//! and loading and unloading cost O(1) however full the holder is.

use serde::{Deserialize, Serialize};

use crate::id::PartId;

/// Who holds whom.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Nest {
    /// By part; parts beyond its end hold nothing and are not held.
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Row {
    holder: PartId,
    /// What it holds: how many, and the two ends of the list.
    n: u32,
    first: PartId,
    last: PartId,
    /// Its neighbours within its holder.
    before: PartId,
    after: PartId,
}

const ALONE: Row = Row {
    holder: PartId::NONE,
    n: 0,
    first: PartId::NONE,
    last: PartId::NONE,
    before: PartId::NONE,
    after: PartId::NONE,
};

impl Nest {
    #[inline]
    fn row(&self, part: PartId) -> &Row {
        self.rows.get(part.index()).unwrap_or(&ALONE)
    }

    fn row_mut(&mut self, part: PartId) -> &mut Row {
        if self.rows.len() <= part.index() {
            self.rows.resize(part.index() + 1, ALONE);
        }
        &mut self.rows[part.index()]
    }

    /// Puts `part`, which nothing holds, on top of what `holder` holds.
    pub(crate) fn put(&mut self, part: PartId, holder: PartId) {
        let below = self.row(holder).last;
        let row = self.row_mut(part);
        (row.holder, row.before, row.after) = (holder, below, PartId::NONE);
        if !below.is_none() {
            self.row_mut(below).after = part;
        }
        let row = self.row_mut(holder);
        row.n += 1;
        row.last = part;
        if below.is_none() {
            row.first = part;
        }
    }

    /// Takes the part off that was put on `holder` last.
    pub(crate) fn take(&mut self, holder: PartId) -> Option<PartId> {
        let part = self.top(holder)?;
        let row = self.row_mut(part);
        let below = std::mem::replace(&mut row.before, PartId::NONE);
        row.holder = PartId::NONE;
        if !below.is_none() {
            self.row_mut(below).after = PartId::NONE;
        }
        let row = self.row_mut(holder);
        row.n -= 1;
        row.last = below;
        if below.is_none() {
            row.first = PartId::NONE;
        }
        Some(part)
    }

    /// The part that was put into `holder` last.
    #[inline]
    pub(crate) fn top(&self, holder: PartId) -> Option<PartId> {
        Some(self.row(holder).last).filter(|part| !part.is_none())
    }

    /// Number of parts directly in `holder`.
    #[inline]
    pub(crate) fn len(&self, holder: PartId) -> u32 {
        self.row(holder).n
    }

    /// What holds `part`, if anything.
    pub(crate) fn holder(&self, part: PartId) -> Option<PartId> {
        Some(self.row(part).holder).filter(|holder| !holder.is_none())
    }

    /// The parts directly in `holder`, the first put in first.
    pub(crate) fn contents(&self, holder: PartId) -> impl Iterator<Item = PartId> + '_ {
        let some = |part: PartId| Some(part).filter(|part| !part.is_none());
        std::iter::successors(some(self.row(holder).first), move |part| some(self.row(*part).after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a plain list of lists, over a long sequence of random operations.
    #[test]
    fn holds_like_a_stack_of_stacks() {
        const N: u32 = 12;
        let mut nest = Nest::default();
        let mut plain: Vec<Vec<PartId>> = vec![Vec::new(); N as usize];
        let mut held = vec![None; N as usize];
        let mut seed = 7_u32;
        let mut dice = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % n
        };
        for _ in 0..4000 {
            let (holder, part) = (PartId(dice(N / 3)), PartId(N / 3 + dice(N * 2 / 3)));
            if dice(2) == 0 && held[part.index()].is_none() {
                nest.put(part, holder);
                plain[holder.index()].push(part);
                held[part.index()] = Some(holder);
            } else {
                let taken = nest.take(holder);
                assert_eq!(taken, plain[holder.index()].pop());
                if let Some(part) = taken {
                    held[part.index()] = None;
                }
            }
            for id in (0..N).map(PartId) {
                assert_eq!(nest.contents(id).collect::<Vec<_>>(), plain[id.index()]);
                assert_eq!(nest.len(id) as usize, plain[id.index()].len());
                assert_eq!(nest.holder(id), held[id.index()]);
            }
        }
    }
}
