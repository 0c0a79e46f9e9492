//! One step on the device: the pieces of it, in the order of the plain form.

use std::sync::Arc;

use twin::field::Transport;
use twin::field::air::{
    CYCLES, FOREVER, MARGIN, Plan, STEPS, Step, THOROUGH, TURBULENT_PRANDTL, is_open, pressure,
    smooth_up_to,
};

use super::fields::{Fields, Scalar};
use super::pieces::{Bound, Cut, Numbers, Over, Piece, one};
use crate::field::Multigrid;
use crate::{Array, Binding, Gpu, GpuError};

/// What moves a margin: a piece for each periodic axis.
type Wrap = Vec<Piece>;

/// Solves one system: first sweeps and further ones between the change and the spare field.
#[derive(Debug)]
struct Solve {
    begin: [Piece; 2],
    sweep: [Piece; 2],
    wrap: [Wrap; 2],
}

/// Carries one scalar.
#[derive(Debug)]
struct Carry {
    /// What happens at sides before.
    sides: Piece,
    assemble: Piece,
    solve: usize,
    take: Piece,
    wrap: Wrap,
    left_over: Piece,
}

/// All pieces of a step.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) cut: Cut,
    flags: u32,
    /// Whether fluid goes through sides as pressure has it.
    is_open: bool,
    eddies: Option<(Piece, Wrap)>,
    momentum: Piece,
    pull: [Piece; 3],
    solves: Vec<Solve>,
    moves: Vec<Piece>,
    open: Piece,
    wrap_velocity: Wrap,
    diverge: Piece,
    multigrid: Multigrid,
    spread: Piece,
    wrap_potential: Wrap,
    correct: Piece,
    push: Piece,
    wrap_pressure: Wrap,
    rise: Piece,
    show: Piece,
    heat: Carry,
    draw: Piece,
    passed: Piece,
    tracer: Option<Carry>,
    gather: Piece,
    pub(super) pulse: Piece,
    pub(super) stir: Vec<Piece>,
}

const READ: Binding = Binding::Read;
const WRITE: Binding = Binding::Write;

const MOMENTUM: &str = concat!(include_str!("link.wgsl"), include_str!("momentum.wgsl"));
const SCALAR: &str = concat!(include_str!("link.wgsl"), include_str!("scalar.wgsl"));
const SYSTEM: &str = include_str!("system.wgsl");
const PROJECTION: &str = include_str!("projection.wgsl");
const SIDES: &str = include_str!("sides.wgsl");
const BODIES: &str = include_str!("bodies.wgsl");
const LOOK: &str = include_str!("look.wgsl");

/// Makes pieces.
struct Maker<'a> {
    cut: &'a Cut,
    periodic: [bool; 3],
}

impl Maker<'_> {
    fn piece(&self, entry: &str, code: &str, over: Over, bound: &[(Binding, Bound<'_>)]) -> Piece {
        let (kinds, bound): (Vec<_>, Vec<_>) = bound.iter().copied().unzip();
        self.cut.bind(&self.cut.kernel(entry, code, &kinds), over, &bound)
    }

    fn wrap(&self, field: &Array, parts: usize) -> Wrap {
        let axes = (0..3).filter(|axis| self.periodic[*axis]);
        let code = include_str!("margin.wgsl");
        let bound = [(WRITE, Bound::Field(field.buffer(), parts))];
        axes.map(|axis| self.piece("wrap", code, Over::Margin(parts, axis), &bound)).collect()
    }

    fn solve(&self, fields: &Fields, change: &Array) -> Solve {
        let system = (READ, Bound::Field(fields.system.buffer(), 8));
        let begin = |to| self.piece("begin", SYSTEM, Over::Cells, &[system, (WRITE, one(to))]);
        let sweep = |from, to| {
            let bound = [system, (READ, one(from)), (WRITE, one(to))];
            self.piece("sweep", SYSTEM, Over::Cells, &bound)
        };
        let spare = &fields.spare;
        Solve {
            begin: [begin(change), begin(spare)],
            sweep: [sweep(spare, change), sweep(change, spare)],
            wrap: [self.wrap(change, 1), self.wrap(spare, 1)],
        }
    }

    fn carry(&self, fields: &Fields, scalar: &Scalar, solve: usize, sides: &str) -> Carry {
        let change = &fields.changes[solve];
        let velocity = (READ, Bound::Field(fields.velocity.buffer(), 3));
        let table = |how| (how, Bound::Field(scalar.table.buffer(), 4));
        let mut at_sides =
            vec![(READ, Bound::All(fields.sides.buffer())), velocity, (WRITE, one(&scalar.values))];
        if sides == "warm" {
            at_sides.push(table(WRITE));
        }
        let assemble = [
            velocity,
            (READ, one(&fields.slack)),
            (READ, one(&fields.eddies)),
            (READ, one(&scalar.sources)),
            (READ, one(&scalar.values)),
            (READ, one(&scalar.remainder)),
            table(READ),
            (WRITE, Bound::Field(fields.system.buffer(), 8)),
        ];
        let take = [(WRITE, one(&scalar.values)), (WRITE, one(change))];
        let left_over = [
            (READ, Bound::Field(fields.system.buffer(), 8)),
            (READ, one(change)),
            (WRITE, one(&scalar.remainder)),
        ];
        let mut wrap = self.wrap(change, 1);
        wrap.extend(self.wrap(&scalar.values, 1));
        Carry {
            sides: self.piece(sides, SIDES, Over::List, &at_sides),
            assemble: self.piece("scalar", SCALAR, Over::Cells, &assemble),
            solve,
            take: self.piece("take", SCALAR, Over::Cells, &take),
            wrap,
            left_over: self.piece("left_over", SYSTEM, Over::Cells, &left_over),
        }
    }
}

impl Stage {
    /// The pieces for `plan` on `fields`.
    #[expect(clippy::too_many_lines, reason = "a list of pieces with what each binds")]
    pub(super) fn new(gpu: &Arc<Gpu>, plan: &Plan, fields: &Fields) -> Result<Self, GpuError> {
        let cut = Cut::new(gpu, plan.layout)?;
        if cut.slabs.len() > 1 && plan.periodic[2] {
            let why = "a field that is periodic along z has to fit one binding".into();
            return Err(GpuError::Unfit { name: gpu.name(), why });
        }
        let make = Maker { cut: &cut, periodic: plan.periodic };
        let velocity = |how| (how, Bound::Field(fields.velocity.buffer(), 3));
        let system = (WRITE, Bound::Field(fields.system.buffer(), 8));
        let sides = (READ, Bound::All(fields.sides.buffer()));
        let bodies = (WRITE, Bound::All(fields.bodies.buffer()));
        let (read, write) = (|field| (READ, one(field)), |field| (WRITE, one(field)));
        let links = (READ, one(&fields.links));
        let over = Over::Cells;
        let heat = &fields.heat;
        let stir = [velocity(READ), read(&fields.mixing), write(&fields.eddies)];
        let momentum = [
            velocity(READ),
            read(&fields.pressure),
            read(&heat.values),
            read(&fields.eddies),
            links,
            system,
        ];
        let pull = |c: usize| {
            let drives = (READ, Bound::All(fields.drives[c].buffer()));
            make.piece("pull", MOMENTUM, Over::List, &[drives, velocity(READ), system])
        };
        let moves = |c: usize| {
            make.piece("move_on", PROJECTION, over, &[read(&fields.changes[c]), velocity(WRITE)])
        };
        let bare = |how, array: &'static str| match array {
            "right" => (how, Bound::Bare(fields.right.buffer())),
            _ => (how, Bound::Bare(fields.solution.buffer())),
        };
        let diverge =
            [velocity(READ), read(&fields.slack), bare(WRITE, "right"), bare(WRITE, "solution")];
        let correct = [read(&fields.potential), links, velocity(WRITE), write(&fields.pressure)];
        let draw = [bodies, (READ, Bound::All(fields.surfaces.buffer())), read(&heat.values)];
        let passed = [
            sides,
            velocity(READ),
            read(&heat.values),
            (READ, Bound::Field(heat.table.buffer(), 4)),
            (WRITE, Bound::All(fields.passed.buffer())),
        ];
        let pulse = [
            velocity(READ),
            read(&heat.values),
            read(&fields.mixing),
            (READ, Bound::Field(heat.table.buffer(), 4)),
            (WRITE, Bound::All(fields.pulses.buffer())),
        ];
        let stirs = |change: &Array| {
            let bound = [(READ, one(change)), (WRITE, Bound::All(fields.pulses.buffer()))];
            make.piece("stir", LOOK, Over::Rows, &bound)
        };
        let eddies = (!plan.mixing.is_empty())
            .then(|| (make.piece("stir", PROJECTION, over, &stir), make.wrap(&fields.eddies, 1)));
        let shown = [bodies, (READ, Bound::All(fields.filled.buffer())), write(&heat.values)];
        Ok(Self {
            flags: flags(plan),
            is_open: is_open(plan),
            eddies,
            momentum: make.piece("momentum", MOMENTUM, over, &momentum),
            pull: [pull(0), pull(1), pull(2)],
            solves: fields.changes.iter().map(|change| make.solve(fields, change)).collect(),
            moves: (0..3).map(moves).collect(),
            open: make.piece(
                "open",
                SIDES,
                Over::List,
                &[sides, velocity(WRITE), read(&fields.pressure)],
            ),
            wrap_velocity: make.wrap(&fields.velocity, 3),
            diverge: make.piece("diverge", PROJECTION, over, &diverge),
            multigrid: Multigrid::new(gpu, &pressure(plan), &fields.solution, &fields.right)?,
            spread: make.piece(
                "spread",
                PROJECTION,
                over,
                &[bare(READ, "solution"), write(&fields.potential)],
            ),
            wrap_potential: make.wrap(&fields.potential, 1),
            correct: make.piece("correct", PROJECTION, over, &correct),
            push: make.piece(
                "push",
                SIDES,
                Over::List,
                &[sides, velocity(WRITE), read(&fields.potential)],
            ),
            wrap_pressure: make.wrap(&fields.pressure, 1),
            rise: make.piece("rise", BODIES, Over::List, &[bodies]),
            show: make.piece("show", BODIES, Over::List, &shown),
            heat: make.carry(fields, heat, 3, "warm"),
            draw: make.piece("draw", BODIES, Over::Groups, &draw),
            passed: make.piece("passed", SIDES, Over::List, &passed),
            tracer: fields.tracer.as_ref().map(|tracer| make.carry(fields, tracer, 0, "clear")),
            gather: make.piece("gather", PROJECTION, over, &[velocity(READ), write(&fields.slack)]),
            pulse: make.piece("pulse", LOOK, Over::Rows, &pulse),
            stir: fields.changes.iter().map(stirs).collect(),
            cut,
        })
    }

    /// Records one step.
    pub(super) fn record(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan, step: Step) {
        let h = plan.scene.grid.cell;
        let numbers = Numbers {
            flags: self.flags,
            k: (step.dt / h) as f32,
            dt: step.dt as f32,
            ..Numbers::default()
        };
        if step.momentum > 0 {
            self.stir(pass, numbers);
            self.predict(pass, plan, step, numbers);
            self.project(pass, plan, numbers);
        }
        self.carry_heat(pass, plan, step, numbers);
        if let Some(tracer) = &self.tracer {
            self.carry(pass, plan, tracer, step, numbers);
        }
        self.cut.run(pass, &self.gather, numbers);
    }

    /// Prepares for steps in which the fluid moves on as it does.
    pub(super) fn hold(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan) {
        let numbers = Numbers { flags: self.flags, k: FOREVER, ..Numbers::default() };
        self.press(pass, plan, numbers, THOROUGH);
        self.stir(pass, numbers);
    }

    fn stir(&self, pass: &mut wgpu::ComputePass<'_>, numbers: Numbers) {
        if let Some((stir, wrap)) = &self.eddies {
            self.cut.run(pass, stir, numbers);
            self.wrap(pass, wrap, 1, numbers);
        }
    }

    fn predict(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan, step: Step, numbers: Numbers) {
        let fluid = &plan.scene.fluid;
        for c in 0..3 {
            let numbers = Numbers {
                which: c as u32,
                count: plan.drives[c].len() as u32,
                a: (-0.5 * step.dt * fluid.expansion * fluid.gravity[c]) as f32,
                b: fluid.viscosity as f32,
                c: (1.0 / plan.scene.grid.cell) as f32,
                ..numbers
            };
            self.cut.run(pass, &self.momentum, numbers);
            self.cut.run(pass, &self.pull[c], numbers);
            self.solve(pass, c, step.momentum, numbers);
        }
        for (c, moves) in self.moves.iter().enumerate() {
            self.cut.run(pass, moves, Numbers { which: c as u32, ..numbers });
        }
    }

    fn project(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan, numbers: Numbers) {
        self.cut.run(pass, &self.open, self.at_openings(plan, numbers));
        self.wrap(pass, &self.wrap_velocity, 3, numbers);
        self.press(pass, plan, numbers, 1);
    }

    fn at_openings(&self, plan: &Plan, numbers: Numbers) -> Numbers {
        Numbers { count: if self.is_open { plan.sides.len() as u32 } else { 0 }, ..numbers }
    }

    /// Makes the velocity free of divergence, with so many times the usual iterations.
    fn press(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan, numbers: Numbers, times: usize) {
        self.cut.run(pass, &self.diverge, numbers);
        if self.is_open {
            self.multigrid.conjugate(pass, times * STEPS);
        } else {
            self.multigrid.solve(pass, times * CYCLES);
        }
        self.cut.run(pass, &self.spread, numbers);
        self.wrap(pass, &self.wrap_potential, 1, numbers);
        self.cut.run(pass, &self.correct, numbers);
        self.cut.run(pass, &self.push, self.at_openings(plan, numbers));
        self.wrap(pass, &self.wrap_velocity, 3, numbers);
        self.wrap(pass, &self.wrap_pressure, 1, numbers);
    }

    fn carry_heat(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        plan: &Plan,
        step: Step,
        numbers: Numbers,
    ) {
        let zero = (plan.scene.fluid.reference - plan.scene.absolute_zero) as f32;
        let bodies = plan.lumps.len() as u32;
        self.cut.run_on(pass, &self.rise, Numbers { count: bodies, a: zero, ..numbers }, 0);
        self.show(pass, plan, numbers);
        self.carry(pass, plan, &self.heat, step, numbers);
        self.draw(pass, plan, numbers, true);
        self.cut.run(pass, &self.passed, Numbers { count: plan.sides.len() as u32, ..numbers });
    }

    /// Writes the temperatures of bodies into their cells.
    fn show(&self, pass: &mut wgpu::ComputePass<'_>, plan: &Plan, numbers: Numbers) {
        let count = plan.owners.iter().filter(|owner| **owner > 0).count() as u32;
        if count > 0 {
            self.cut.run(pass, &self.show, Numbers { count, ..numbers });
            self.wrap(pass, &self.heat.wrap, 1, numbers);
        }
    }

    /// Sums up what flows to bodies; `given`: and gives it to them.
    pub(super) fn draw(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        plan: &Plan,
        numbers: Numbers,
        given: bool,
    ) {
        let last = self.cut.slabs.len() - 1;
        for n in 0..=last {
            let numbers = Numbers {
                which: u32::from(n == 0),
                count: plan.lumps.len() as u32,
                a: plan.watts_per_speed() as f32,
                b: if given && n == last { 1.0 } else { 0.0 },
                ..numbers
            };
            self.cut.run_on(pass, &self.draw, numbers, n);
        }
    }

    fn carry(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        plan: &Plan,
        carry: &Carry,
        step: Step,
        numbers: Numbers,
    ) {
        let zero = (plan.scene.fluid.reference - plan.scene.absolute_zero) as f32;
        let count = plan.sides.len() as u32;
        self.cut.run(pass, &carry.sides, Numbers { count, a: zero, ..numbers });
        let turbulent = (1.0 / (TURBULENT_PRANDTL * plan.scene.grid.cell)) as f32;
        self.cut.run(pass, &carry.assemble, Numbers { a: turbulent, ..numbers });
        self.solve(pass, carry.solve, step.heat, numbers);
        self.cut.run(pass, &carry.take, numbers);
        self.wrap(pass, &carry.wrap, 1, numbers);
        self.cut.run(pass, &carry.left_over, numbers);
    }

    /// Solves system `n` by so many sweeps, the last of which writes the change.
    fn solve(&self, pass: &mut wgpu::ComputePass<'_>, n: usize, sweeps: usize, numbers: Numbers) {
        let numbers = Numbers { b: smooth_up_to(sweeps), ..numbers };
        let Solve { begin, sweep, wrap } = &self.solves[n];
        for left in (0..sweeps).rev() {
            let to = left % 2;
            let piece = if left + 1 == sweeps { &begin[to] } else { &sweep[to] };
            self.cut.run(pass, piece, numbers);
            self.wrap(pass, &wrap[to], 1, numbers);
        }
    }

    fn wrap(&self, pass: &mut wgpu::ComputePass<'_>, wrap: &Wrap, parts: u32, numbers: Numbers) {
        for piece in wrap {
            let which = piece.axis();
            self.cut.run(pass, piece, Numbers { which, count: parts, ..numbers });
        }
    }
}

fn flags(plan: &Plan) -> u32 {
    let periodic = (0..3).map(|axis| u32::from(plan.periodic[axis]) << axis).sum::<u32>();
    let transport = match plan.settings.transport {
        Transport::Upwind => 0,
        Transport::Limited => 1,
        Transport::Central => 2,
    };
    debug_assert_eq!(MARGIN, 2, "as in common.wgsl");
    periodic | transport << 4
}
