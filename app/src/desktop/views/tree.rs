//! The plant as a tree: areas, lines, cells, machines.

use std::collections::BTreeMap;

use twin::engine::Activity;
use twin::id::EquipmentId;

use crate::desktop::Run;
use crate::desktop::look;

/// A row of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeRow {
    /// How far in.
    pub depth: usize,
    /// What is written.
    pub text: String,
    /// The equipment; none: a group.
    pub leaf: Option<Leaf>,
}

/// An equipment in the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaf {
    /// Which.
    pub id: EquipmentId,
    /// Its kind.
    pub kind: &'static str,
    /// What it is doing.
    pub activity: Activity,
    /// Parts in it.
    pub content: u32,
}

/// What the tree shows: rows whose name or kind has `find` in it, and whose activity is `only`, if one is asked for.
pub fn tree(run: &Run, find: &str, only: Option<Activity>) -> Vec<TreeRow> {
    let find = find.to_lowercase();
    let mut root = Branch::default();
    for place in &run.standing.places {
        let row = run.model.row(place.id);
        let activity = look::activity(&run.model, run.state(), place.id);
        let named = row.name.to_lowercase().contains(&find)
            || row.group.to_lowercase().contains(&find)
            || place.kind.to_lowercase().contains(&find);
        if !named || only.is_some_and(|only| only != activity) {
            continue;
        }
        let content = run.state().traffic(place.id).content;
        let leaf = Leaf { id: place.id, kind: place.kind, activity, content };
        let groups = row.group.split('/').filter(|part| !part.is_empty());
        let names: Vec<&str> = row.name.split('/').collect();
        let (last, heads) =
            names.split_last().map_or(("", &[][..]), |(last, heads)| (*last, heads));
        let mut branch = &mut root;
        for part in groups.chain(heads.iter().copied()) {
            branch = branch.child(part);
        }
        branch.leaves.push((last.to_owned(), leaf));
    }
    let mut out = Vec::new();
    root.rows(0, &mut out);
    out
}

/// A group on its way into the tree. Groups stand where their first member does.
#[derive(Default)]
struct Branch {
    order: Vec<Branch>,
    name: String,
    by_name: BTreeMap<String, usize>,
    leaves: Vec<(String, Leaf)>,
}

impl Branch {
    fn child(&mut self, name: &str) -> &mut Self {
        let next = self.order.len();
        let at = *self.by_name.entry(name.to_owned()).or_insert(next);
        if at == next {
            self.order.push(Self { name: name.to_owned(), ..Self::default() });
        }
        &mut self.order[at]
    }

    fn rows(&self, depth: usize, out: &mut Vec<TreeRow>) {
        for branch in &self.order {
            // A group of one is written in one row.
            if let ([(last, leaf)], []) = (&branch.leaves[..], &branch.order[..]) {
                let text = format!("{}/{last}", branch.name);
                out.push(TreeRow { depth, text, leaf: Some(*leaf) });
                continue;
            }
            out.push(TreeRow { depth, text: branch.name.clone(), leaf: None });
            branch.rows(depth + 1, out);
        }
        for (text, leaf) in &self.leaves {
            out.push(TreeRow { depth, text: text.clone(), leaf: Some(*leaf) });
        }
    }
}
