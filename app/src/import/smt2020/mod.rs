//! The SMT2020 semiconductor testbed: tab-separated tables in the style of `AutoSched` AP.
//!
//! Kopp, Hassoun, Kalir and Mönch: SMT2020, a semiconductor manufacturing testbed, IEEE Transactions on Semiconductor
//! Manufacturing 33(4), 522–531, 2020, doi 10.1109/TSM.2020.3001933.
//!
//! | table | becomes |
//! |---|---|
//! | `tool.txt.1l` | a [`ToolGroup`](twin::flow::ToolGroup) for each station family |
//! | `route_*.txt`, `part.txt` | a product with its route for each part |
//! | `order.txt` | a source for each line |
//! | `WIP.txt` | the lots that are there at the start |
//! | `attach.txt`, `downcal.txt`, `pmcal.txt` | failures and maintenance of each tool |
//! | `setup.txt`, `setupgrp.txt` | set-up times and minimum runs |
//! | `fromto.txt` | one delay for transport between all tool groups of one location |
//!
//! Where the tables leave a choice open: failures interrupt the work in hand, which goes on afterwards; maintenance waits for
//! its end; the first maintenance of a group's tools is spread evenly over the time that the table gives; a tool keeps its
//! set-up when an operation needs none.

mod table;
mod tools;
mod ways;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Imported, Problems};
use table::{Row, Table};

/// The tables of one model.
#[derive(Debug)]
struct Tables {
    tools: Table,
    parts: Table,
    routes: Vec<(String, Table)>,
    orders: Table,
    wip: Table,
    attach: Table,
    downs: Table,
    plans: Table,
    setups: Table,
    setup_groups: Table,
    from_to: Table,
}

/// Reads the tables in `folder` and writes the plant that they describe.
///
/// # Errors
///
/// Everything that cannot be read, with file and line.
pub fn import(folder: &Path) -> Result<Imported, Problems> {
    let mut found = Problems::default();
    let tables = read(folder, &mut found);
    if !found.0.is_empty() {
        return Err(found);
    }
    let mut notes = BTreeSet::new();
    let text = write::plant(folder, &tables, &mut notes);
    for table in tables.all() {
        found.0.extend(table.problems().0);
    }
    if !found.0.is_empty() {
        return Err(found);
    }
    Ok(Imported { text, notes: notes.into_iter().collect() })
}

fn read(folder: &Path, found: &mut Problems) -> Tables {
    let needed = |name: &str, found: &mut Problems| Table::read(folder, name, true, found);
    let parts = needed("part.txt", found);
    let files: BTreeSet<String> =
        parts.rows().map(|row| row.name("ROUTEFILE").to_owned()).collect();
    let routes = files.into_iter().map(|name| {
        let table = Table::read(folder, &name, true, found);
        (name, table)
    });
    let routes = routes.collect();
    let optional = |name: &str, found: &mut Problems| Table::read(folder, name, false, found);
    Tables {
        parts,
        routes,
        tools: needed("tool.txt.1l", found),
        orders: needed("order.txt", found),
        wip: optional("WIP.txt", found),
        attach: optional("attach.txt", found),
        downs: optional("downcal.txt", found),
        plans: optional("pmcal.txt", found),
        setups: optional("setup.txt", found),
        setup_groups: optional("setupgrp.txt", found),
        from_to: optional("fromto.txt", found),
    }
}

impl Tables {
    fn all(self) -> impl Iterator<Item = Table> {
        let rest = [
            self.parts,
            self.tools,
            self.orders,
            self.wip,
            self.attach,
            self.downs,
            self.plans,
            self.setups,
            self.setup_groups,
            self.from_to,
        ];
        self.routes.into_iter().map(|(_, table)| table).chain(rest)
    }

    /// The route of each part, by its name.
    fn route_of(&self) -> BTreeMap<&str, &Table> {
        let file = |row: Row<'_>| row.text("ROUTEFILE").to_owned();
        let table = |name: &str| self.routes.iter().find(|(file, _)| file == name);
        let rows = self.parts.rows();
        rows.filter_map(|row| Some((row.name("PART"), &table(&file(row))?.1))).collect()
    }
}
