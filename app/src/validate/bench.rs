//! The bench: loads plants written as text, runs them, measures.

use std::io;

use twin::climate::Climates;
use twin::diagnostics::Look;
use twin::engine::{Log, Model, Registry, RunError, State, advance};
use twin::plant::{Files, Options};
use twin::study::{Control, Observer, Plan, Silent, replicate};
use twin::units::{SimDuration, SimTime};

use super::finding::Finding;

/// What a case returns: its findings, or why it could not be run.
pub type Findings = Result<Vec<Finding>, Failure>;

/// Why a case could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Its plant is not one.
    #[error("the plant is wrong:\n{0}")]
    Plant(String),
    /// The run went wrong.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A field could not be solved.
    #[error(transparent)]
    Field(#[from] twin::field::FieldError),
    /// Instruments that are none.
    #[error(transparent)]
    Sensor(#[from] twin::sensor::SensorError),
    /// Rays have nothing to meet.
    #[error(transparent)]
    Ray(#[from] twin::sensor::ray::RayError),
    /// The description of a robot is none.
    #[error("the robot is wrong:\n{0}")]
    Robot(String),
    /// Joints that no pose belongs to.
    #[error(transparent)]
    Forward(#[from] twin::robot::ForwardError),
    /// A pose that is not reached.
    #[error(transparent)]
    Inverse(#[from] twin::robot::InverseError),
    /// A motion cannot be made.
    #[error(transparent)]
    Motion(#[from] twin::robot::motion::MotionError),
    /// Rigid bodies that are none.
    #[error(transparent)]
    Physics(#[from] twin::physics::PhysicsError),
    /// The adapter cannot do it.
    #[error(transparent)]
    Gpu(#[from] shaders::GpuError),
}

/// How a plant is run. Seeds follow from the plant's text, so that no two plants share their draws.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// Independent replications.
    pub replications: u32,
    /// What is left out at the start of each, seconds.
    pub warmup_s: f64,
    /// What is measured of each, seconds.
    pub window_s: f64,
}

/// Independent replications, unless a case says otherwise: enough for a standard error that is itself known to 13 %.
const REPLICATIONS: u32 = 32;
/// How much less a quick run measures; its limits on standard errors are wider by the root.
pub(super) const QUICK: f64 = 16.0;

impl Runs {
    /// One run of `until_s` seconds from the start.
    pub const fn once(until_s: f64) -> Self {
        Self { replications: 1, warmup_s: 0.0, window_s: until_s }
    }

    /// `total_s` seconds to be measured, shared among replications that each leave out `warmup_s` at their start.
    pub fn long(total_s: f64, warmup_s: f64) -> Self {
        let replications = REPLICATIONS;
        Self { replications, warmup_s, window_s: total_s / f64::from(replications) }
    }

    /// The same with less to measure: shorter windows, or fewer replications where all of each counts.
    fn quick(mut self) -> Self {
        if self.warmup_s > 0.0 {
            self.window_s /= QUICK;
        } else if self.replications > 1 {
            self.replications = (f64::from(self.replications) / QUICK).ceil() as u32;
        }
        self
    }
}

/// The name under which a case's plant is loaded.
const NAME: &str = "plant.ron";

/// A plant that is a text and not a file.
struct Text<'a>(&'a str);

impl Files for Text<'_> {
    fn read(&self, path: &str, _limit: u64) -> io::Result<String> {
        if path == NAME { Ok(self.0.to_owned()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// What a case works with.
#[derive(Debug)]
pub struct Bench {
    jobs: usize,
    quick: bool,
    sigmas: f64,
}

impl Bench {
    /// A bench with `jobs` threads (0: one for each core), whose findings allow `sigmas` standard errors.
    pub(super) fn new(jobs: usize, quick: bool, sigmas: f64) -> Self {
        Self { jobs, quick, sigmas }
    }

    /// Loads a plant with the core's own equipment.
    ///
    /// # Errors
    ///
    /// If it is not one.
    pub fn load(&self, plant: &str) -> Result<Model, Failure> {
        let mut registry = Registry::default();
        twin::flow::register(&mut registry);
        Self::load_with(plant, &registry)
    }

    /// Loads a plant with the equipment of `registry`.
    ///
    /// # Errors
    ///
    /// If it is not one.
    pub fn load_with(plant: &str, registry: &Registry) -> Result<Model, Failure> {
        let loaded = twin::plant::load(NAME, &Text(plant), registry, &Options::default());
        let found = || loaded.diagnostics.render(&loaded.sources, Look::default());
        loaded.model.ok_or_else(|| Failure::Plant(found()))
    }

    /// Runs `model` from the start to `until_s`, and returns its state and all that it told.
    ///
    /// # Errors
    ///
    /// If the run goes wrong.
    pub fn once(&self, model: &Model, until_s: f64) -> Result<(State, Log), Failure> {
        let mut state = State::new(model, 1, 0);
        let mut log = Log::new(true, true);
        advance(model, &mut state, SimTime::from_seconds(until_s), &mut log)?;
        Ok((state, log))
    }

    /// Loads `plant`, replicates it and takes what `measure` makes of each replication at its end.
    ///
    /// # Errors
    ///
    /// If the plant is wrong or a run goes wrong.
    pub fn measure<T: Send>(
        &self,
        plant: &str,
        runs: Runs,
        measure: impl Fn(&Model, &State) -> T + Sync,
    ) -> Result<Vec<T>, Failure> {
        let model = self.load(plant)?;
        self.observe(
            &model,
            seed_of(plant),
            runs,
            |_| Silent,
            |model, state, _| measure(model, state),
        )
    }

    /// Replicates `model` under the eyes of an observer each.
    ///
    /// # Errors
    ///
    /// If a run goes wrong.
    pub fn observe<T: Send, O: Observer>(
        &self,
        model: &Model,
        seed: u64,
        runs: Runs,
        observer: impl Fn(u32) -> O + Sync,
        measure: impl Fn(&Model, &State, O) -> T + Sync,
    ) -> Result<Vec<T>, Failure> {
        let runs = if self.quick { runs.quick() } else { runs };
        let plan = Plan {
            until: SimTime::from_seconds(runs.warmup_s + runs.window_s),
            warmup: SimDuration::from_seconds(runs.warmup_s),
            replications: runs.replications,
            seed,
            jobs: self.jobs,
            interval: SimDuration::ZERO,
            climates: Climates::default(),
        };
        Ok(replicate(model, &plan, &Control::default(), observer, measure, |_, _| {})?)
    }

    /// Compares the mean of `samples`, one from each replication, by the statistical rule of the ledger, with a standard
    /// error of at most the share `share` of `expected`.
    pub fn mean(
        &self,
        what: impl Into<String>,
        expected: f64,
        samples: impl IntoIterator<Item = f64>,
        share: f64,
    ) -> Finding {
        let samples: Vec<f64> = samples.into_iter().collect();
        let share = if self.quick { share * QUICK.sqrt() } else { share };
        Finding::mean(what, expected, &samples, self.sigmas, share)
    }

    /// Compares several figures at once: `names` with what is expected of each, and from each replication a row of figures
    /// in the same order.
    pub fn means<const N: usize>(
        &self,
        names: [(&str, f64); N],
        rows: &[[f64; N]],
        share: f64,
        of: &str,
    ) -> Vec<Finding> {
        let finding = |(at, (name, expected)): (usize, (&str, f64))| {
            self.mean(format!("{of}: {name}"), expected, rows.iter().map(|row| row[at]), share)
        };
        names.into_iter().enumerate().map(finding).collect()
    }

    /// Whether runs are to be short.
    pub fn is_quick(&self) -> bool {
        self.quick
    }

    /// Standard errors within which a stochastic figure passes.
    pub fn sigmas(&self) -> f64 {
        self.sigmas
    }
}

/// The seed of a plant: its text, hashed (FNV-1a).
pub(super) fn seed_of(plant: &str) -> u64 {
    plant.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What can be read of one equipment, by name. A name that the plant does not have is a mistake in the case and panics.
pub(super) mod read {

    use twin::engine::{Activity, Model, State};
    use twin::id::EquipmentId;

    fn find(model: &Model, name: &str) -> EquipmentId {
        model.find(name).expect("a case names equipment of its own plant")
    }

    /// Mean number of parts in equipment `name` over the window.
    pub(crate) fn content(model: &Model, state: &State, name: &str) -> f64 {
        state.traffic(find(model, name)).mean_content(state.now())
    }

    /// Mean time of a part in equipment `name`, seconds, over the parts that left in the window.
    pub(crate) fn time_in(model: &Model, state: &State, name: &str) -> f64 {
        let traffic = state.traffic(find(model, name));
        traffic.sojourn_ns() as f64 / traffic.left as f64 * 1e-9
    }

    /// The figure `figure` that the kind of equipment `name` gives itself; NaN if it gives none of that name.
    pub(crate) fn figure(model: &Model, state: &State, name: &str, figure: &str) -> f64 {
        let figures = state.figures(model, find(model, name));
        figures.iter().find(|given| given.0 == figure).map_or(f64::NAN, |given| given.1)
    }

    /// Parts that left equipment `name` in the window.
    pub(crate) fn left(model: &Model, state: &State, name: &str) -> f64 {
        state.traffic(find(model, name)).left as f64
    }

    /// Share of time that the places of equipment `name` spent in `activity`.
    pub(crate) fn share(model: &Model, state: &State, name: &str, activity: Activity) -> f64 {
        let clocks = state.clocks(model, find(model, name));
        let spent = |all: [i64; Activity::COUNT]| all[activity as usize] as f64;
        let here: f64 = clocks.iter().map(|clock| spent(clock.spent_ns(state.now()))).sum();
        here / window_ns(state) / clocks.len() as f64
    }

    fn window_ns(state: &State) -> f64 {
        (state.now() - state.plant_traffic().window()).ns() as f64
    }

    /// Length of the window in seconds.
    pub(crate) fn window_s(state: &State) -> f64 {
        window_ns(state) * 1e-9
    }

    /// Mean lead time of the finished parts of the `product`-th product in order of names, seconds.
    pub(crate) fn lead_time(state: &State, product: usize) -> f64 {
        state.tallies()[product].lead_time.mean().map_or(f64::NAN, |ns| ns * 1e-9)
    }

    /// Finished parts of all products per second.
    pub(crate) fn throughput(state: &State) -> f64 {
        state.tallies().iter().map(|tally| tally.finished).sum::<u64>() as f64 / window_s(state)
    }
}

/// A plant beside what it names: the files by their paths.
pub(in crate::validate) struct Beside<'a>(pub String, pub &'a [(&'a str, &'a str)]);

impl Files for Beside<'_> {
    fn read(&self, path: &str, _limit: u64) -> io::Result<String> {
        if path == NAME {
            return Ok(self.0.clone());
        }
        let found = self.1.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
