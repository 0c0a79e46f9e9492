//! The plant as a tree: areas, lines, cells, machines.

use std::collections::BTreeMap;

use twin::engine::Activity;
use twin::id::EquipmentId;

use crate::desktop::Run;

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
        let activity = run.activity(place.id);
        let named = find.is_empty()
            || row.name.to_lowercase().contains(&find)
            || row.group.to_lowercase().contains(&find)
            || place.kind.to_lowercase().contains(&find);
        if !named || only.is_some_and(|only| only != activity) {
            continue;
        }
        let content = run.state().traffic(place.id).content;
        let leaf = Leaf { id: place.id, kind: place.kind, activity, content };
        let groups = row.group.split('/').filter(|part| !part.is_empty());
        let (head, last) = row.name.rsplit_once('/').unwrap_or(("", &row.name));
        // What a template makes has its name in its group already.
        let rest = row.group.strip_suffix(head);
        let told = rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        let heads = head.split('/').filter(|part| !part.is_empty() && !told);
        let mut branch = &mut root;
        for part in groups.chain(heads) {
            branch = branch.child(part);
        }
        branch.members.push(Member::Leaf(last.to_owned(), leaf));
    }
    let mut out = Vec::new();
    root.rows(0, &mut out);
    out
}

/// A group on its way into the tree: its members in the order of the plant, a group where its first member stands.
#[derive(Default)]
struct Branch {
    members: Vec<Member>,
    by_name: BTreeMap<String, usize>,
}

/// What is in a group.
enum Member {
    Group(String, Branch),
    Leaf(String, Leaf),
}

impl Branch {
    fn child(&mut self, name: &str) -> &mut Self {
        let next = self.members.len();
        let at = self.by_name.get(name).copied().unwrap_or(next);
        if at == next {
            self.by_name.insert(name.to_owned(), next);
            self.members.push(Member::Group(name.to_owned(), Self::default()));
        }
        match &mut self.members[at] {
            Member::Group(_, branch) => branch,
            Member::Leaf(..) => unreachable!("names of groups lead to groups"),
        }
    }

    fn rows(self, depth: usize, out: &mut Vec<TreeRow>) {
        for member in self.members {
            match member {
                Member::Leaf(text, leaf) => out.push(TreeRow { depth, text, leaf: Some(leaf) }),
                Member::Group(name, branch) => {
                    // A group of one is written in one row.
                    if let [Member::Leaf(last, leaf)] = &branch.members[..] {
                        let text = format!("{name}/{last}");
                        out.push(TreeRow { depth, text, leaf: Some(*leaf) });
                    } else {
                        out.push(TreeRow { depth, text: name, leaf: None });
                        branch.rows(depth + 1, out);
                    }
                }
            }
        }
    }
}
