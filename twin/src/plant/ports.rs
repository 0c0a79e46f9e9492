//! Connections and their ports: which input and output a connection means, what belongs to which, and what follows of itself.
//!
//! In a file an input stands after a colon (`to: ["cell:frame"]`), an output before its connections
//! (`to: { "good": ["pack"], "bad": ["scrap"] }`). The connections that leave by one output stand together.

use std::ops::Range;

use super::build::Builder;
use super::routes;
use crate::diagnostics::codes;
use crate::engine::{Link, Merge, Outlet, Ports};
use crate::id::{EquipmentId, InletId, LinkId};
use crate::layout::file::MergeFile;

impl Builder<'_, '_> {
    /// Gives the inputs and outputs of equipment `index` their numbers. Equipment without any has one of each that
    /// nothing leads to or from, so that tables need no exception.
    pub(super) fn number_ports(&mut self, index: usize, inputs: Ports, outputs: Ports) {
        if inputs.len().max(outputs.len()) > Ports::MOST {
            let message = format!("has more than {} inputs or outputs", Ports::MOST);
            self.error(EquipmentId::from_index(index), "is", &message);
            return;
        }
        let model = &mut self.model;
        let (inlets, outlets) = (model.n_inlets, model.outlets.len());
        model.n_inlets += inputs.len().max(1);
        model.outlets.resize_with(outlets + outputs.len().max(1), Outlet::default);
        model.equipment[index].inlets = inlets as u32..model.n_inlets as u32;
        model.equipment[index].outlets = outlets as u32..model.outlets.len() as u32;
        self.inputs[index] = inputs;
        self.outputs[index] = outputs;
    }

    /// Makes the connections, and says where what leaves may go.
    pub(super) fn connect(&mut self) {
        self.links();
        self.implicit_links();
        self.close_links();
        self.outlets();
    }

    /// Connections as the file says them.
    fn links(&mut self) {
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            let first = self.model.links.len();
            let outputs = std::mem::take(&mut self.items[index].file.to.0);
            for (output, names) in outputs {
                let from_port = self.output(id, output.as_deref());
                for name in names {
                    self.link(id, from_port, &name);
                }
            }
            // Stable: within an output they stay in the order of the file.
            self.model.links[first..].sort_by_key(|link| link.from_port);
            self.model.equipment[index].links = first as u32..self.model.links.len() as u32;
        }
    }

    fn output(&mut self, id: EquipmentId, output: Option<&str>) -> u8 {
        let Some(output) = output else { return 0 };
        let known = &self.outputs[id.index()];
        let at = known.names().position(|name| name == output);
        if at.is_none() {
            let known: Vec<&str> = known.names().collect();
            let message = format!("has no output \"{output}\", but {known:?}");
            self.error(id, "to", &message);
        }
        at.unwrap_or(0) as u8
    }

    fn link(&mut self, from: EquipmentId, from_port: u8, name: &str) {
        // A port after a colon, unless the whole is a name.
        let split = if self.model.find(name).is_some() { None } else { name.rsplit_once(':') };
        let (target, port) = split.map_or((name, None), |(target, port)| (target, Some(port)));
        let Some(to) = self.resolve(from, "to", target) else { return };
        let inputs = &self.inputs[to.index()];
        let to_port = match port {
            None => Some(0),
            Some(port) => inputs.names().position(|input| input == port),
        };
        match to_port {
            Some(to_port) if inputs.len() > 0 => {
                let link = self.new_link((from, from_port), (to, to_port as u8));
                self.model.links.push(link);
            }
            _ if inputs.len() == 0 => {
                let message = format!("nothing can be connected into \"{target}\"");
                self.error(from, "to", &message);
            }
            _ => {
                let inputs: Vec<&str> = inputs.names().collect();
                let port = port.unwrap_or("");
                let message = format!("\"{target}\" has no input \"{port}\", but {inputs:?}");
                self.error(from, "to", &message);
            }
        }
    }

    fn new_link(&self, from: (EquipmentId, u8), to: (EquipmentId, u8)) -> Link {
        let ((from, from_port), (to, to_port)) = (from, to);
        let inlet = InletId(self.model.row(to).inlets.start + u32::from(to_port));
        Link { from, to, from_port, to_port, inlet, rank: 0 }
    }

    /// Equipment without connections passes parts straight to where their routes go on.
    fn implicit_links(&mut self) {
        let mut wanted: Vec<Vec<EquipmentId>> = vec![Vec::new(); self.items.len()];
        let sinks: Vec<EquipmentId> = (0..self.items.len())
            .filter(|index| self.sinks[*index])
            .map(EquipmentId::from_index)
            .collect();
        for product in &self.model.products {
            let steps = product.first_step as usize
                ..product.first_step as usize + usize::from(product.n_steps);
            let steps = &self.model.steps[steps];
            let places = |n: usize| steps.get(n).map_or(&sinks, |step| &step.at);
            for (n, step) in steps.iter().enumerate() {
                for next in routes::successors(steps, n) {
                    step.at.iter().for_each(|at| wanted[at.index()].extend(places(next)));
                }
            }
            if !steps.is_empty() {
                for index in (0..self.items.len()).filter(|index| self.sources[*index]) {
                    routes::from(steps, 0).for_each(|n| wanted[index].extend(places(n)));
                }
            }
        }
        // Links of one equipment stand together: build the table anew.
        let explicit = std::mem::take(&mut self.model.links);
        for (index, wanted) in wanted.iter().enumerate() {
            let first = self.model.links.len() as u32;
            let id = EquipmentId::from_index(index);
            let own = self.model.equipment[index].links.clone();
            self.model.links.extend_from_slice(&explicit[own.start as usize..own.end as usize]);
            if own.is_empty() && !self.sinks[index] {
                let mut seen = std::collections::BTreeSet::new();
                for to in wanted {
                    if seen.insert(*to) {
                        let link = self.new_link((id, 0), (*to, 0));
                        self.model.links.push(link);
                    }
                }
            }
            self.model.equipment[index].links = first..self.model.links.len() as u32;
        }
    }

    /// Ranks the connections into each equipment, and checks that every way leads somewhere.
    fn close_links(&mut self) {
        let mut into = vec![0_u16; self.items.len()];
        for link in &mut self.model.links {
            link.rank = into[link.to.index()];
            into[link.to.index()] = into[link.to.index()].saturating_add(1);
        }
        for index in 0..self.items.len() {
            let id = EquipmentId::from_index(index);
            let links = self.model.equipment[index].links.clone();
            if links.is_empty() && !self.sinks[index] {
                self.error_as(
                    codes::NO_WAY,
                    id,
                    "",
                    "leads nowhere: say where parts go with `to: [\"…\"]`",
                );
            }
            let mut to = links.map(|link| self.model.links[link as usize].to);
            let flooded = to.find(|to| self.endless[to.index()].1);
            if let Some(to) = flooded.filter(|_| self.endless[index].0) {
                let to = self.model.row(to).name.clone();
                let message = format!(
                    "without `every`, `rate` or `schedule` it fills \"{to}\", which has room without end"
                );
                self.error(id, "is", &message);
            }
            let mut to =
                self.model.row(id).links.clone().map(|link| self.model.links[link as usize].to);
            let choosy = to.find(|to| self.model.row(*to).selective);
            if let Some(to) = choosy.filter(|_| self.ahead[index]) {
                let to = self.model.row(to).name.clone();
                let message = format!(
                    "no room can be reserved at \"{to}\", which chooses among waiting parts: give it a queue, or put a buffer between"
                );
                self.error(id, "is", &message);
            }
            let merge = self.items[index].file.merge.clone();
            self.model.equipment[index].merge = match merge {
                None | Some(MergeFile::FirstCome) => Merge::FirstCome,
                Some(MergeFile::Alternate) => Merge::Alternate,
                Some(MergeFile::Priority(order)) => {
                    self.rank(id, &order);
                    Merge::Priority
                }
            };
        }
    }

    fn rank(&mut self, to: EquipmentId, order: &[String]) {
        for (rank, name) in order.iter().enumerate() {
            let Some(from) = self.resolve(to, "merge", name) else { continue };
            let mut any = false;
            for link in &mut self.model.links {
                if link.from == from && link.to == to {
                    link.rank = rank as u16;
                    any = true;
                }
            }
            if !any {
                self.error(to, "merge", &format!("\"{name}\" is not connected to it"));
            }
        }
    }

    /// Shares the connections out among the outputs, and reports ports that lead nowhere or get nothing.
    fn outlets(&mut self) {
        let mut fed = vec![false; self.model.n_inlets];
        for link in &self.model.links {
            fed[link.inlet.index()] = true;
        }
        for index in 0..self.items.len() {
            let row = self.model.row(EquipmentId::from_index(index));
            let (links, inlets, outlets) =
                (row.links.clone(), row.inlets.clone(), row.outlets.clone());
            for (port, outlet) in outlets.clone().enumerate() {
                self.model.outlets[outlet as usize].links = self.leaving_by(port, &links);
            }
            let empty = |port: &u8| {
                self.model.outlets[outlets.start as usize + usize::from(*port)].links.is_empty()
            };
            let idle: Vec<u8> = self.outputs[index].needed().filter(empty).collect();
            let dry = |port: &u8| !fed[inlets.start as usize + usize::from(*port)];
            let dry: Vec<u8> = self.inputs[index].needed().filter(dry).collect();
            // With no connection at all, that alone has been said.
            if !links.is_empty() {
                idle.into_iter().for_each(|port| self.report_output(index, port));
            }
            dry.into_iter().for_each(|port| self.report_input(index, port));
        }
        self.model.fed = fed;
    }

    /// The connections among `links` that leave by output `port`.
    fn leaving_by(&self, port: usize, links: &Range<u32>) -> Range<u32> {
        let rows = &self.model.links[links.start as usize..links.end as usize];
        let before = |than: usize| rows.partition_point(|link| usize::from(link.from_port) < than);
        links.start + before(port) as u32..links.start + before(port + 1) as u32
    }

    fn report_output(&mut self, index: usize, port: u8) {
        let name = self.outputs[index].names().nth(usize::from(port)).unwrap_or_default();
        let message = format!(
            "its output \"{name}\" leads nowhere: say where with `to: {{ \"{name}\": [\"…\"] }}`"
        );
        self.error_as(codes::NO_WAY, EquipmentId::from_index(index), "to", &message);
    }

    fn report_input(&mut self, index: usize, port: u8) {
        let own = self.items[index].name.clone();
        let name = self.inputs[index].names().nth(usize::from(port)).unwrap_or_default();
        let message = format!(
            "nothing leads to its input \"{name}\": connect it with `to: [\"{own}:{name}\"]`"
        );
        self.error_as(codes::NO_WAY, EquipmentId::from_index(index), "", &message);
    }

    /// Of several outputs, each has its own choice of ways to the next step.
    pub(super) fn outlet_hops(&mut self) {
        for index in 0..self.items.len() {
            let row = &self.model.equipment[index];
            if row.outlets.len() < 2 {
                continue;
            }
            for outlet in row.outlets.clone() {
                let outlet = &mut self.model.outlets[outlet as usize];
                for (set, ways) in &row.hops {
                    let own = ways.iter().filter(|link| outlet.links.contains(&link.0));
                    let own: Vec<LinkId> = own.copied().collect();
                    if !own.is_empty() && own.len() < outlet.links.len() {
                        outlet.hops.push((*set, own));
                    }
                }
            }
        }
    }
}
