//! The network in time.

use super::plan::{Edge, Link, Plan};
use super::{DRAUGHT, STABLE, STEP, TURN};
use crate::field::STEFAN_BOLTZMANN;
use crate::field::{
    Balance, FieldError, FieldSolver, Heat, Probe, Quantity, Region, Saved, Scene, Settings, Tier,
};

/// A network with its temperatures.
#[derive(Clone, Debug)]
pub struct Network {
    plan: Plan,
    scene: Scene,
    /// Longest step (s).
    step: f64,
    /// Links at each node, and whether the node is their `a`.
    at: Vec<Vec<(u32, bool)>>,
    /// Temperatures beyond the fluid's reference.
    warmth: Vec<f64>,
    begin: Vec<f64>,
    /// What sources give each node (W).
    heat: Vec<f64>,
    watts: Vec<f64>,
    time: f64,
    balance: Balance,
    scratch: Scratch,
}

/// Tables of one step.
#[derive(Clone, Debug, Default)]
struct Scratch {
    old: Vec<f64>,
    /// Conductance of each link now [W/K].
    conductance: Vec<f64>,
    /// Heat into the node of each edge: `gain - loss · warmth` (W).
    edges: Vec<(f64, f64)>,
    diagonal: Vec<f64>,
    right: Vec<f64>,
    into: Vec<f64>,
}

/// Conductance of a link between two nodes [W/K] when air is stirred at `speed` [m/s]. `over` is how much warmer `a` is than
/// `b`: below a warmer layer the exchange falls, smoothly, to a share.
fn conductance(link: &Link, speed: f64, over: f64) -> f64 {
    let share =
        if link.upwards { STABLE + (1.0 - STABLE) / (1.0 + (-over / TURN).exp()) } else { 1.0 };
    link.conductance + link.mixing * speed * share
}

/// Heat from `a` to `b` (W).
fn flux(link: &Link, conductance: f64, a: f64, b: f64) -> f64 {
    conductance * (a - b) + link.flow.max(0.0) * a + link.flow.min(0.0) * b
}

impl Network {
    /// Sweeps of Gauss and Seidel in one step, at most: far more than a step of half a minute takes.
    const SWEEPS: usize = 500;
    /// Change of temperature below which a step is solved (K).
    const SOLVED: f64 = 1e-10;
    /// Step of [`settle`](FieldSolver::settle) (s).
    const SETTLING: f64 = 600.0;

    /// The network of `scene`.
    ///
    /// # Errors
    ///
    /// If the scene does not hold together, or air is driven in that cannot get out.
    pub fn new(scene: &Scene, settings: &Settings) -> Result<Self, FieldError> {
        if let Some(wrong) = scene.check().into_iter().next() {
            return Err(wrong.into());
        }
        let plan = Plan::of(scene)?;
        let mut at = vec![Vec::new(); plan.nodes.len()];
        for (n, link) in plan.links.iter().enumerate() {
            at[link.a as usize].push((n as u32, true));
            at[link.b as usize].push((n as u32, false));
        }
        let reference = scene.fluid.reference;
        let warmth: Vec<f64> = plan.nodes.iter().map(|node| node.temperature - reference).collect();
        let mut network = Self {
            at,
            begin: warmth.clone(),
            warmth,
            heat: vec![0.0; plan.nodes.len()],
            watts: Vec::new(),
            plan,
            scene: scene.clone(),
            step: settings.step.unwrap_or(STEP),
            time: 0.0,
            balance: Balance::default(),
            scratch: Scratch::default(),
        };
        let watts: Vec<f64> = scene.sources.iter().map(|source| source.watts).collect();
        network.set_power(&watts);
        Ok(network)
    }

    /// The network behind it.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Temperature of the node of `cell`.
    fn of_cell(&self, cell: usize) -> f64 {
        self.temperature(self.plan.zones.node_of[cell] as usize)
    }

    fn temperature(&self, node: usize) -> f64 {
        self.warmth[node] + self.scene.fluid.reference
    }

    /// Heat into a node by an edge as `(gain, loss)`: `gain - loss · warmth` (W), radiation along its tangent.
    fn edge(&self, node: u32, edge: &Edge) -> (f64, f64) {
        let zero = self.scene.fluid.reference;
        let radiation = |area: f64, ambient: f64| {
            let kelvin = |t: f64| t - self.scene.absolute_zero;
            let (here, there) = (kelvin(self.temperature(node as usize)), kelvin(ambient));
            let slope = 4.0 * STEFAN_BOLTZMANN * area * here.powi(3);
            let now = STEFAN_BOLTZMANN * area * (there.powi(4) - here.powi(4));
            (now + slope * self.warmth[node as usize], slope)
        };
        match *edge {
            Edge::Side { patch, area, contact } => match self.scene.patches[patch].heat {
                Heat::Adiabatic => (0.0, 0.0),
                Heat::Fixed(at) => (contact * area * (at - zero), contact * area),
                Heat::Flux(watts) => (watts * area, 0.0),
                Heat::Surface { film, emissivity, ambient } => {
                    let (gain, loss) = radiation(emissivity * area, ambient);
                    (film * area * (ambient - zero) + gain, film * area + loss)
                }
            },
            Edge::Surroundings { area } => radiation(area, self.scene.surroundings),
            Edge::In { rate, temperature } => (rate * (temperature - zero), 0.0),
            Edge::Out { rate } => (0.0, rate),
        }
    }

    /// One implicit step of `dt` seconds.
    fn go(&mut self, dt: f64) {
        let mut s = std::mem::take(&mut self.scratch);
        s.old.clone_from(&self.warmth);
        self.coefficients(dt, &mut s);
        self.solve(&s);
        self.book(dt, &mut s);
        self.time += dt;
        self.scratch = s;
    }

    fn coefficients(&self, dt: f64, s: &mut Scratch) {
        let given: f64 = self.watts.iter().filter(|watts| **watts > 0.0).sum();
        let speed = self.plan.stirring(given).max(DRAUGHT);
        let over = |link: &Link| s.old[link.a as usize] - s.old[link.b as usize];
        let links = &self.plan.links;
        s.conductance.clear();
        s.conductance.extend(links.iter().map(|link| conductance(link, speed, over(link))));
        s.edges.clear();
        s.edges.extend(self.plan.edges.iter().map(|(node, edge)| self.edge(*node, edge)));
        s.diagonal.clear();
        s.diagonal.extend(self.plan.nodes.iter().map(|node| node.capacity / dt));
        s.right.clear();
        s.right.extend(s.old.iter().zip(&s.diagonal).zip(&self.heat).map(|((w, d), h)| d * w + h));
        for (link, conductance) in links.iter().zip(&s.conductance) {
            s.diagonal[link.a as usize] += conductance + link.flow.max(0.0);
            s.diagonal[link.b as usize] += conductance - link.flow.min(0.0);
        }
        for ((node, _), (gain, loss)) in self.plan.edges.iter().zip(&s.edges) {
            s.right[*node as usize] += gain;
            s.diagonal[*node as usize] += loss;
        }
    }

    /// Gauss and Seidel, forwards and backwards in turn.
    fn solve(&mut self, s: &Scratch) {
        let n = self.warmth.len();
        for sweep in 0..Self::SWEEPS {
            let mut most = 0.0_f64;
            for k in 0..n {
                let node = if sweep % 2 == 0 { k } else { n - 1 - k };
                let mut sum = s.right[node];
                for &(link, is_a) in &self.at[node] {
                    let conductance = s.conductance[link as usize];
                    let link = &self.plan.links[link as usize];
                    sum += if is_a {
                        (conductance - link.flow.min(0.0)) * self.warmth[link.b as usize]
                    } else {
                        (conductance + link.flow.max(0.0)) * self.warmth[link.a as usize]
                    };
                }
                let new = sum / s.diagonal[node];
                most = most.max((new - self.warmth[node]).abs());
                self.warmth[node] = new;
            }
            if most < Self::SOLVED {
                break;
            }
        }
    }

    /// Lets flow what the solution says, and books it: what one node loses the other gains, to the last bit but rounding.
    fn book(&mut self, dt: f64, s: &mut Scratch) {
        s.into.clone_from(&self.heat);
        for (link, conductance) in self.plan.links.iter().zip(&s.conductance) {
            let (a, b) = (link.a as usize, link.b as usize);
            let flux = flux(link, *conductance, self.warmth[a], self.warmth[b]);
            s.into[a] -= flux;
            s.into[b] += flux;
        }
        let mut through = self.heat.iter().map(|heat| heat.abs()).sum::<f64>();
        let mut edges = 0.0;
        for ((node, _), (gain, loss)) in self.plan.edges.iter().zip(&s.edges) {
            let heat = gain - loss * self.warmth[*node as usize];
            s.into[*node as usize] += heat;
            edges += heat;
            through += heat.abs();
        }
        for ((warmth, old), (into, node)) in
            self.warmth.iter_mut().zip(&s.old).zip(s.into.iter().zip(&self.plan.nodes))
        {
            *warmth = old + dt * into / node.capacity;
        }
        self.balance.sources += dt * self.heat.iter().sum::<f64>();
        self.balance.boundaries += dt * edges;
        self.balance.throughput += dt * through;
    }

    fn check(&self) -> Result<(), FieldError> {
        if self.warmth.iter().all(|warmth| warmth.is_finite()) {
            return Ok(());
        }
        Err(FieldError::Diverged { time: self.time, what: "a temperature is no number".into() })
    }
}

impl FieldSolver for Network {
    fn tier(&self) -> Tier {
        Tier::Network
    }

    fn device(&self) -> String {
        "cpu".into()
    }

    fn time(&self) -> f64 {
        self.time
    }

    fn set_power(&mut self, watts: &[f64]) {
        self.watts.clear();
        self.watts.extend_from_slice(watts);
        self.heat.fill(0.0);
        for (shares, watts) in self.plan.shares.iter().zip(watts) {
            for (node, share) in shares {
                self.heat[*node as usize] += share * watts;
            }
        }
    }

    fn set_patch(&mut self, patch: usize, heat: Heat) {
        if let Some(patch) = self.scene.patches.get_mut(patch) {
            patch.heat = heat;
        }
    }

    fn advance(&mut self, seconds: f64) -> Result<(), FieldError> {
        let steps = (seconds / self.step).ceil().max(1.0);
        if seconds > 0.0 {
            for _ in 0..steps as u64 {
                self.go(seconds / steps);
            }
        }
        self.check()
    }

    fn settle(&mut self, tolerance: f64, most: usize) -> Result<usize, FieldError> {
        let time = self.time;
        let mut made = 0;
        while made < most {
            self.go(Self::SETTLING);
            made += 1;
            let range = |most: f64, warmth: &f64| most.max(warmth.abs());
            let scale = self.warmth.iter().fold(1.0, range);
            let moved = |(new, old): (&f64, &f64)| (new - old).abs();
            let change = self.warmth.iter().zip(&self.scratch.old).map(moved).fold(0.0, f64::max);
            if change <= tolerance * scale {
                break;
            }
        }
        self.time = time;
        self.begin.clone_from(&self.warmth);
        self.balance = Balance::default();
        self.check().map(|()| made)
    }

    fn sample(&mut self, probes: &[Probe], out: &mut [f32]) {
        let grid = self.scene.grid;
        for (probe, value) in probes.iter().zip(out) {
            let inside: [usize; 3] = std::array::from_fn(|axis| {
                let at = ((probe.at[axis] - grid.origin[axis]) / grid.cell).floor();
                at.clamp(0.0, grid.cells[axis] as f64 - 1.0) as usize
            });
            *value = match probe.quantity {
                Quantity::Temperature => self.of_cell(grid.index(inside)) as f32,
                _ => f32::NAN,
            };
        }
    }

    fn field(&mut self, quantity: Quantity) -> Option<Vec<f32>> {
        let cells = 0..self.scene.grid.len();
        (quantity == Quantity::Temperature)
            .then(|| cells.map(|cell| self.of_cell(cell) as f32).collect())
    }

    fn mean(&mut self, quantity: Quantity, region: Region) -> Option<f64> {
        if quantity != Quantity::Temperature || region.is_empty() {
            return None;
        }
        let cells = || region.iter().map(|cell| self.scene.grid.index(cell));
        let fluid: Vec<usize> =
            cells().filter(|cell| self.scene.filled[*cell].is_fluid()).collect();
        let taken = if fluid.is_empty() { cells().collect() } else { fluid };
        Some(taken.iter().map(|cell| self.of_cell(*cell)).sum::<f64>() / taken.len() as f64)
    }

    fn bodies(&mut self) -> Vec<f64> {
        (0..self.scene.bodies.len()).map(|node| self.temperature(node)).collect()
    }

    fn balance(&mut self) -> Balance {
        let stored =
            |((now, begin), node): ((&f64, &f64), &super::Node)| node.capacity * (now - begin);
        let nodes = &self.plan.nodes;
        self.balance.stored =
            self.warmth.iter().zip(&self.begin).zip(nodes).map(stored).sum::<f64>();
        self.balance
    }

    fn save(&mut self) -> Saved {
        let b = self.balance;
        Saved {
            tier: Tier::Network,
            time: self.time,
            arrays: Vec::new(),
            numbers: vec![
                ("warmth".into(), self.warmth.clone()),
                ("begin".into(), self.begin.clone()),
                ("watts".into(), self.watts.clone()),
                ("balance".into(), vec![b.sources, b.boundaries, b.throughput]),
            ],
        }
    }

    fn restore(&mut self, saved: &Saved) -> Result<(), FieldError> {
        let n = self.warmth.len();
        if saved.tier != Tier::Network {
            return Err(FieldError::Foreign);
        }
        let warmth = saved.number("warmth", n)?.to_vec();
        let begin = saved.number("begin", n)?.to_vec();
        let watts = saved.number("watts", self.scene.sources.len())?.to_vec();
        let sums = saved.number("balance", 3)?;
        let balance = Balance {
            sources: sums[0],
            boundaries: sums[1],
            throughput: sums[2],
            ..Balance::default()
        };
        (self.warmth, self.begin, self.balance, self.time) = (warmth, begin, balance, saved.time);
        self.set_power(&watts);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Body, Face, Flow, Fluid, Grid, Material, Patch, Source, Target};

    /// A hall of 20 m × 10 m × 6 m with a machine of 1 m³ in it.
    fn hall(walls: Heat) -> Scene {
        let grid = Grid { cells: [20, 10, 6], cell: 1.0, origin: [0.0; 3] };
        let mut scene = Scene::new(grid, Fluid::AIR, 20.0);
        let steel = scene.add_material(Material {
            name: "steel".into(),
            conductivity: 50.0,
            density: 7850.0,
            specific_heat: 490.0,
            film: None,
        });
        scene.set_side(Face::West, Patch { name: "west".into(), heat: walls, ..Patch::default() });
        let region = Region { from: [12, 4, 0], to: [13, 5, 1] };
        let body = scene.add_body(Body {
            name: "oven".into(),
            region,
            voxels: None,
            material: steel,
            capacity: 5e5,
            area: None,
            film: 10.0,
            emissivity: 0.0,
        });
        scene.sources.push(Source { name: "oven".into(), to: Target::Body(body), watts: 3000.0 });
        scene
    }

    fn network(scene: &Scene) -> Network {
        match Network::new(scene, &Settings::default()) {
            Ok(network) => network,
            Err(error) => panic!("{error}"),
        }
    }

    fn run(network: &mut Network, seconds: f64) {
        assert_eq!(network.advance(seconds), Ok(()));
    }

    #[test]
    fn a_day_balances_to_rounding() {
        for walls in [
            Heat::Adiabatic,
            Heat::Fixed(15.0),
            Heat::Surface { film: 1.2, emissivity: 0.9, ambient: 5.0 },
        ] {
            let mut network = network(&hall(walls));
            run(&mut network, 86_400.0);
            let balance = network.balance();
            assert!(balance.relative() < 1e-12, "{walls:?}: {balance:?}");
            assert!((balance.sources - 3000.0 * 86_400.0).abs() < 1.0);
        }
    }

    #[test]
    fn in_steady_state_the_machine_is_as_warm_as_its_film_says() {
        let mut network =
            network(&hall(Heat::Surface { film: 2.0, emissivity: 0.0, ambient: 10.0 }));
        let settled = network.settle(1e-9, 100_000);
        assert!(settled.is_ok_and(|steps| steps < 100_000));
        // All 3 kW leave by the west wall, 60 m² with 2 W/(m² K) and well-mixed air behind it; the machine has 5 m² free.
        let near_wall = network.of_cell(0);
        let loss: f64 = (0..60)
            .map(|n| network.scene.grid.index(network.scene.grid.behind(Face::West, n)))
            .map(|cell| 2.0 * (network.of_cell(cell) - 10.0))
            .sum();
        assert!((loss - 3000.0).abs() < 0.01, "{loss} W leave");
        assert!(near_wall > 30.0);
        let around = network.of_cell(network.scene.grid.index([12, 4, 1]));
        let over = network.bodies()[0] - around;
        assert!((over - 3000.0 / (10.0 * 5.0)).abs() < 1.0, "{over} K above the air beside it");
    }

    #[test]
    fn air_that_is_blown_through_carries_the_heat_out() {
        let mut scene = hall(Heat::Adiabatic);
        let inlet = Flow::Forced { velocity: [0.05, 0.0, 0.0], temperature: 15.0 };
        scene.set_side(Face::West, Patch { flow: inlet, ..Patch::default() });
        scene.set_side(
            Face::East,
            Patch { flow: Flow::Opening { temperature: 30.0 }, ..Patch::default() },
        );
        let mut network = network(&scene);
        assert!(network.settle(1e-10, 100_000).is_ok());
        let rate = 0.05 * 60.0 * Fluid::AIR.density * Fluid::AIR.specific_heat;
        let east: f64 = (0..60)
            .map(|n| scene.grid.index(scene.grid.behind(Face::East, n)))
            .map(|cell| network.of_cell(cell) / 60.0)
            .sum();
        assert!((east - 15.0 - 3000.0 / rate).abs() < 0.05, "{east} behind the hall");
        scene.set_side(Face::East, Patch::default());
        let closed = Network::new(&scene, &Settings::default());
        assert!(matches!(closed, Err(FieldError::Unsupported { .. })));
    }

    #[test]
    fn a_saved_network_goes_on_as_if_nothing_had_been() {
        let scene = hall(Heat::Fixed(12.0));
        let mut through = network(&scene);
        run(&mut through, 1200.0);
        let saved = through.save();
        run(&mut through, 1200.0);
        let mut again = network(&scene);
        assert_eq!(again.restore(&saved), Ok(()));
        run(&mut again, 1200.0);
        assert_eq!(through.bodies(), again.bodies());
        assert_eq!(through.balance(), again.balance());
        let mut other = scene.clone();
        other.bodies.clear();
        other.sources.clear();
        assert_eq!(network(&other).restore(&saved), Err(FieldError::Foreign));
    }
}
