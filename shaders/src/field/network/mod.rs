//! The network tier on the device: one workgroup, many steps in one dispatch.
//!
//! A network of some hundred nodes is nothing for a GPU; it runs there so that a device that holds the finer tiers can hold this one too.
//! Single precision with compensated sums; what is read goes through the plain form, which knows cells and zones.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use twin::field::STEFAN_BOLTZMANN;
use twin::field::network::{Edge, Link, Network, Plan, STABLE, STEP, TURN};
use twin::field::{
    Balance, FieldError, FieldSolver, Heat, Probe, Quantity, Region, Saved, Scene, Settings, Tier,
};

use super::{FieldView, GpuField};
use crate::{Array, Binding, Gpu, Kernel, Program};

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct LinkRow {
    a: u32,
    b: u32,
    upwards: u32,
    conductance: f32,
    mixing: f32,
    flow: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct EdgeRow {
    gain: f32,
    loss: f32,
    radiating: f32,
    ambient_kelvin: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct NodeRow {
    capacity: f32,
    heat: f32,
    links: [u32; 2],
    edges: [u32; 2],
}

/// Each sum with what rounding took from it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
struct StateRow {
    warmth: [f32; 2],
    through: [f32; 2],
    moved: [f32; 2],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Step {
    nodes: u32,
    links: u32,
    steps: u32,
    dt: f32,
    speed: f32,
    stable: f32,
    turn: f32,
    reference_kelvin: f32,
    sigma: f32,
    solved: f32,
    sweeps: u32,
}

/// Steps in one dispatch, at most: software Vulkan leaves a loop after 65 535 rounds, those of inner loops counted.
const BATCH: u64 = 16;

/// Change between two sweeps at which a step is solved (K): a few units in the last place of 10 K.
const SOLVED: f32 = 2e-6;

/// Sweeps in one step, at most.
const SWEEPS: u32 = 200;

/// Seconds of one step of `settle`, as in the plain form.
const SETTLING: f64 = 600.0;

/// A network whose temperatures lie on a device.
#[derive(Debug)]
pub struct NetworkOnGpu {
    gpu: Arc<Gpu>,
    /// The plain form: plan, scene and everything that is read.
    plain: Network,
    scene: Scene,
    step: f64,
    watts: Vec<f64>,
    time: f64,
    /// Heat that sources gave, and that of both signs (J): known here exactly.
    given: [f64; 2],
    /// What edges had brought in and moved when the plain form was last written over (J).
    base: [f64; 2],
    /// Whether the plain form is behind.
    stale: bool,
    kernel: Kernel,
    bound: wgpu::BindGroup,
    nodes: Array<NodeRow>,
    edges: Array<EdgeRow>,
    states: Array<StateRow>,
    rows: Vec<NodeRow>,
    /// Number of each edge of the plan in `edges`.
    order: Vec<usize>,
}

/// Nodes with their links and edges, in the order in which the kernel goes through them.
struct Tables {
    rows: Vec<NodeRow>,
    /// Links at each node; the highest bit says that the node is the link's `a`.
    ends: Vec<u32>,
    /// Number of each edge of the plan among the kernel's.
    order: Vec<usize>,
    /// How many edges there are.
    edges: usize,
}

impl Tables {
    fn of(plan: &Plan) -> Self {
        let mut rows = Vec::with_capacity(plan.nodes.len());
        let mut ends = Vec::with_capacity(2 * plan.links.len());
        let mut order = vec![0; plan.edges.len()];
        let mut edges = 0;
        for (n, node) in (0..).zip(&plan.nodes) {
            let (first_link, first_edge) = (ends.len() as u32, edges as u32);
            for (number, link) in (0..).zip(&plan.links) {
                if link.a == n {
                    ends.push(number | 1 << 31);
                }
                if link.b == n {
                    ends.push(number);
                }
            }
            for (number, _) in plan.edges.iter().enumerate().filter(|(_, (at, _))| *at == n) {
                order[number] = edges;
                edges += 1;
            }
            rows.push(NodeRow {
                capacity: node.capacity as f32,
                heat: 0.0,
                links: [first_link, ends.len() as u32],
                edges: [first_edge, edges as u32],
            });
        }
        Self { rows, ends, order, edges }
    }
}

fn link_rows(plan: &Plan) -> Vec<LinkRow> {
    let row = |link: &Link| LinkRow {
        a: link.a,
        b: link.b,
        upwards: u32::from(link.upwards),
        conductance: link.conductance as f32,
        mixing: link.mixing as f32,
        flow: link.flow as f32,
    };
    plan.links.iter().map(row).collect()
}

impl NetworkOnGpu {
    /// The network of `scene` on `gpu`.
    ///
    /// # Errors
    ///
    /// As [`Network::new`], or if the device cannot hold it.
    pub fn new(gpu: &Arc<Gpu>, scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        let plain = Network::new(scene, settings)?;
        let plan = plain.plan();
        let links = link_rows(plan);
        let Tables { rows, ends, order, edges } = Tables::of(plan);
        let count = rows.len();
        let link_rows = Array::of(gpu, "network links", &links)?;
        let end_rows = Array::of(gpu, "network ends", &ends)?;
        let conductances: Array<f32> = Array::zeros(gpu, "network conductances", links.len())?;
        let trial: Array<f32> = Array::zeros(gpu, "network trial", 2 * count)?;
        let nodes = Array::of(gpu, "network nodes", &rows)?;
        let edge_rows: Array<EdgeRow> = Array::zeros(gpu, "network edges", edges)?;
        let states: Array<StateRow> = Array::zeros(gpu, "network", count)?;
        let kernel = Kernel::new(
            gpu,
            &Program {
                label: "network",
                code: include_str!("network.wgsl"),
                entry: "go",
                bindings: &[
                    Binding::Read,
                    Binding::Read,
                    Binding::Read,
                    Binding::Read,
                    Binding::Write,
                    Binding::Write,
                    Binding::Write,
                ],
                immediates: size_of::<Step>() as u32,
                constants: &[],
            },
        );
        let bound = kernel.bind(
            gpu,
            &[
                nodes.whole(),
                link_rows.whole(),
                end_rows.whole(),
                edge_rows.whole(),
                states.whole(),
                conductances.whole(),
                trial.whole(),
            ],
        );
        let mut network = Self {
            gpu: gpu.clone(),
            plain,
            scene: scene.clone(),
            step: settings.step.unwrap_or(STEP),
            watts: Vec::new(),
            time: 0.0,
            given: [0.0; 2],
            base: [0.0; 2],
            stale: false,
            kernel,
            bound,
            nodes,
            edges: edge_rows,
            states,
            rows,
            order,
        };
        network.write_edges();
        network.write_states();
        let watts: Vec<f64> = scene.sources.iter().map(|source| source.watts).collect();
        network.set_power(&watts);
        Ok(network)
    }

    /// What an edge of the plan is on the device.
    fn edge(&self, edge: &Edge) -> EdgeRow {
        let zero = self.scene.fluid.reference;
        let plain = |gain: f64, loss: f64| EdgeRow {
            gain: gain as f32,
            loss: loss as f32,
            ..EdgeRow::default()
        };
        let radiating = |row: EdgeRow, area: f64, ambient: f64| EdgeRow {
            radiating: area as f32,
            ambient_kelvin: (ambient - self.scene.absolute_zero) as f32,
            ..row
        };
        match *edge {
            Edge::Side { patch, area, contact } => match self.scene.patches[patch].heat {
                Heat::Adiabatic => EdgeRow::default(),
                Heat::Fixed(at) => plain(contact * area * (at - zero), contact * area),
                Heat::Flux(watts) => plain(watts * area, 0.0),
                Heat::Surface { film, emissivity, ambient } => {
                    let row = plain(film * area * (ambient - zero), film * area);
                    radiating(row, emissivity * area, ambient)
                }
            },
            Edge::Surroundings { area } => {
                radiating(EdgeRow::default(), area, self.scene.surroundings)
            }
            Edge::In { rate, temperature } => plain(rate * (temperature - zero), 0.0),
            Edge::Out { rate } => plain(0.0, rate),
        }
    }

    fn write_edges(&self) {
        let mut rows = vec![EdgeRow::default(); self.order.len()];
        for ((_, edge), at) in self.plain.plan().edges.iter().zip(&self.order) {
            rows[*at] = self.edge(edge);
        }
        self.edges.write(0, &rows);
    }

    /// Takes the temperatures of the plain form; sums begin at zero.
    fn write_states(&mut self) {
        let saved = self.plain.save();
        // The plain form has just been made or restored, so it knows all of them.
        let warmth = saved.number("warmth", self.rows.len()).unwrap_or_default();
        let row = |warmth: &f64| {
            let high = *warmth as f32;
            let lost = (f64::from(high) - warmth) as f32;
            StateRow { warmth: [high, lost], ..StateRow::default() }
        };
        let rows: Vec<StateRow> = warmth.iter().map(row).collect();
        self.states.write(0, &rows);
    }

    /// One dispatch of `steps` steps of `dt` seconds.
    fn dispatch(&mut self, steps: u64, dt: f64) {
        let given: f64 = self.watts.iter().filter(|watts| **watts > 0.0).sum();
        let step = Step {
            nodes: self.rows.len() as u32,
            links: self.plain.plan().links.len() as u32,
            steps: steps as u32,
            dt: dt as f32,
            speed: self.plain.plan().stirring(given) as f32,
            stable: STABLE as f32,
            turn: TURN as f32,
            reference_kelvin: (self.scene.fluid.reference - self.scene.absolute_zero) as f32,
            sigma: STEFAN_BOLTZMANN as f32,
            solved: SOLVED,
            sweeps: SWEEPS,
        };
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.kernel.dispatch(&mut pass, &self.bound, &step, [1, 1, 1]);
        }
        self.gpu.queue.submit([encoder.finish()]);
        let seconds = steps as f64 * dt;
        self.time += seconds;
        self.given[0] += seconds * self.watts.iter().sum::<f64>();
        self.given[1] += seconds * self.watts.iter().map(|watts| watts.abs()).sum::<f64>();
        self.stale = true;
    }

    /// Brings the plain form up to date.
    fn refresh(&mut self) -> Result<(), FieldError> {
        if !self.stale {
            return Ok(());
        }
        let rows = self.states.read()?;
        let whole = |[sum, lost]: [f32; 2]| f64::from(sum) - f64::from(lost);
        let warmth: Vec<f64> = rows.iter().map(|row| whole(row.warmth)).collect();
        if warmth.iter().any(|warmth| !warmth.is_finite()) {
            let what = "a temperature is no number".into();
            return Err(FieldError::Diverged { time: self.time, what });
        }
        let through: f64 = rows.iter().map(|row| whole(row.through)).sum();
        let moved: f64 = rows.iter().map(|row| whole(row.moved)).sum();
        let mut saved = self.plain.save();
        saved.time = self.time;
        for (name, numbers) in &mut saved.numbers {
            match name.as_str() {
                "warmth" => numbers.clone_from(&warmth),
                "watts" => numbers.clone_from(&self.watts),
                "balance" => {
                    *numbers = vec![
                        self.given[0],
                        self.base[0] + through,
                        self.given[1] + self.base[1] + moved,
                    ];
                }
                _ => {}
            }
        }
        self.stale = false;
        self.plain.restore(&saved)
    }

    /// Begins anew from a state of the plain form.
    fn take(&mut self, saved: &Saved) -> Result<(), FieldError> {
        self.plain.restore(saved)?;
        let watts = saved.number("watts", self.scene.sources.len())?.to_vec();
        let sums = saved.number("balance", 3)?;
        self.time = saved.time;
        self.given = [sums[0], 0.0];
        self.base = [sums[1], sums[2]];
        self.stale = false;
        self.write_states();
        self.set_power(&watts);
        Ok(())
    }
}

impl FieldSolver for NetworkOnGpu {
    fn tier(&self) -> Tier {
        Tier::Network
    }

    fn device(&self) -> String {
        self.gpu.name()
    }

    fn time(&self) -> f64 {
        self.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.watts = watts.to_vec();
        for row in &mut self.rows {
            row.heat = 0.0;
        }
        for (shares, watts) in self.plain.plan().shares.iter().zip(watts) {
            for (node, share) in shares {
                self.rows[*node as usize].heat += (share * watts) as f32;
            }
        }
        self.nodes.write(0, &self.rows);
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        if let Some(known) = self.scene.patches.get_mut(patch) {
            known.heat = heat;
            self.write_edges();
        }
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        if seconds <= 0.0 {
            return Ok(());
        }
        let steps = (seconds / self.step).ceil().max(1.0);
        let (mut left, dt) = (steps as u64, seconds / steps);
        while left > 0 {
            let now = left.min(BATCH);
            self.dispatch(now, dt);
            left -= now;
        }
        Ok(())
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        const AT_ONCE: u64 = 10;
        let time = self.time;
        let mut made = 0;
        let mut before = self.bodies_and_air()?;
        while made < most {
            self.dispatch(AT_ONCE, SETTLING);
            made += AT_ONCE as usize;
            let now = self.bodies_and_air()?;
            let scale = now.iter().fold(1.0_f64, |most, t| most.max(t.abs()));
            let moved = |(a, b): (&f64, &f64)| (a - b).abs();
            let change = before.iter().zip(&now).map(moved).fold(0.0, f64::max);
            before = now;
            // Single precision cannot tell less than this.
            if change <= tolerance.max(1e-6) * scale * AT_ONCE as f64 {
                break;
            }
        }
        let mut saved = self.save();
        let warmth = saved.number("warmth", self.rows.len())?.to_vec();
        saved.time = time;
        for (name, numbers) in &mut saved.numbers {
            match name.as_str() {
                "begin" => numbers.clone_from(&warmth),
                "balance" => *numbers = vec![0.0; 3],
                _ => {}
            }
        }
        self.take(&saved)?;
        Ok(made)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        match self.refresh() {
            Ok(()) => self.plain.sample(probes, out),
            Err(_) => out.fill(f32::NAN),
        }
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        self.refresh().ok()?;
        self.plain.field(quantity)
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        self.refresh().ok()?;
        self.plain.mean(quantity, region)
    }

    fn bodies(&mut self) -> Vec<f64> {
        match self.refresh() {
            Ok(()) => self.plain.bodies(),
            Err(_) => vec![f64::NAN; self.scene.bodies.len()],
        }
    }

    fn balance(&mut self) -> Balance {
        match self.refresh() {
            Ok(()) => self.plain.balance(),
            Err(_) => Balance { stored: f64::NAN, ..Balance::default() },
        }
    }

    fn save(&mut self) -> Saved {
        // A state that cannot be read back is the last one that could.
        let _ = self.refresh();
        self.plain.save()
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        self.take(saved)
    }
}

impl NetworkOnGpu {
    fn bodies_and_air(&mut self) -> Result<Vec<f64>, FieldError> {
        self.refresh()?;
        Ok(self.plain.save().number("warmth", self.rows.len())?.to_vec())
    }
}

impl GpuField for NetworkOnGpu {
    fn view(&mut self, _quantity: Quantity) -> Option<FieldView<'_>> {
        None
    }
}
