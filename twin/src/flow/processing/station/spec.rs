//! What a plant file says about a station, and how it is checked.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::batch::{Batch, BatchSpec};
use super::process::ProcessSpec;
use super::setup::{Setup, SetupSpec};
use super::{Station, Times, Work};
use crate::engine::Compile;
use crate::flow::{Capacity, Rule};
use crate::random::{Distribution, Sampler};
use crate::units::SimDuration;

/// The parameters of a station.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Station", deny_unknown_fields, default)]
pub struct StationSpec {
    /// Jobs at a time. Default 1.
    pub places: Option<u32>,
    /// Parts that wait inside the station, and which of them goes first. Default: none wait.
    pub queue: QueueSpec,
    /// Processing time. Without one, the routes say it.
    pub time: Option<TimeSpec>,
    /// Time to load a job.
    pub load: Option<Distribution<SimDuration>>,
    /// Time to unload a job.
    pub unload: Option<Distribution<SimDuration>>,
    /// Set-up when what is made changes.
    pub setup: Option<SetupSpec>,
    /// Time to start up after any idleness; with `off_after`, after having been switched off.
    pub start_up: Option<Distribution<SimDuration>>,
    /// A place that has been idle for so long is switched off. Default: never.
    pub off_after: Option<SimDuration>,
    /// Parts that are worked on together.
    pub batch: Option<BatchSpec>,
    /// Begin only when so many wait, then work until none does.
    pub start_when: Option<u32>,
    /// When a station that cannot pass on is held up. Default: after service.
    pub blocking: Blocking,
    /// Whether a part with a better claim takes the place of one at work. Default: no.
    pub preempt: Preempt,
    /// Workers needed.
    pub workers: Vec<WorkerSpec>,
}

/// A station's queue: a number of parts, `"unlimited"`, or `(capacity: …, rule: …)`.
#[derive(Clone, Copy, Debug)]
pub struct QueueSpec {
    /// Parts that can wait.
    pub capacity: Capacity,
    /// Which of them goes first.
    pub rule: Rule,
}

impl Default for QueueSpec {
    fn default() -> Self {
        Self { capacity: Capacity::Places(0), rule: Rule::Fifo }
    }
}

impl<'de> Deserialize<'de> for QueueSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename = "queue")]
        struct Full {
            #[serde(default)]
            capacity: Option<Capacity>,
            #[serde(default)]
            rule: Rule,
        }
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = QueueSpec;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number of parts, \"unlimited\", or (capacity: …, rule: …)")
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<QueueSpec, E> {
                let capacity = Capacity::deserialize(serde::de::value::U64Deserializer::new(n))?;
                Ok(QueueSpec { capacity, rule: Rule::Fifo })
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<QueueSpec, E> {
                let capacity = Capacity::deserialize(serde::de::value::I64Deserializer::new(n))?;
                Ok(QueueSpec { capacity, rule: Rule::Fifo })
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<QueueSpec, E> {
                let capacity = Capacity::deserialize(serde::de::value::StrDeserializer::new(text))?;
                Ok(QueueSpec { capacity, rule: Rule::Fifo })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<QueueSpec, A::Error> {
                let full = Full::deserialize(MapAccessDeserializer::new(map))?;
                let capacity = full.capacity.unwrap_or(Capacity::Places(0));
                Ok(QueueSpec { capacity, rule: full.rule })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Processing times: one for all, or `ByProduct({"a": …})`.
#[derive(Debug)]
pub enum TimeSpec {
    /// For all parts.
    One(WorkSpec),
    /// By product.
    ByProduct(BTreeMap<String, WorkSpec>),
}

impl<'de> Deserialize<'de> for TimeSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        enum Named {
            ByProduct(BTreeMap<String, WorkSpec>),
        }
        let raw = <&ron::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get_ron();
        if text.trim_start().starts_with("ByProduct") {
            let Named::ByProduct(times) =
                ron::from_str(text).map_err(|error| D::Error::custom(error.code))?;
            return Ok(Self::ByProduct(times));
        }
        ron::from_str(text).map(Self::One).map_err(|error| D::Error::custom(error.code))
    }
}

/// A processing time: a distribution, or `Program(robot: …, program: …)`, what a robot takes that welds, glues or screws.
#[derive(Debug)]
pub enum WorkSpec {
    /// Drawn.
    Drawn(Distribution<SimDuration>),
    /// What a motion program takes.
    Program(ProcessSpec),
}

impl<'de> Deserialize<'de> for WorkSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&ron::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get_ron();
        if text.trim_start().starts_with("Program") {
            let process = ProcessSpec::read(text);
            return process.map(Self::Program).map_err(D::Error::custom);
        }
        ron::from_str(text).map(Self::Drawn).map_err(|error| D::Error::custom(error.code))
    }
}

/// When a station that cannot pass on is held up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Blocking {
    /// The work is done, then the part waits on its place until there is room behind.
    #[default]
    AfterService,
    /// The work does not begin before room behind is reserved.
    BeforeService,
}

/// What happens to work that is interrupted by a part with a better claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Preempt {
    /// It is not interrupted.
    #[default]
    No,
    /// It goes on later where it was.
    Resume,
    /// It begins anew later, with the same time.
    Restart,
}

/// What workers are needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Task {
    /// Set-up.
    SetUp,
    /// Loading.
    Load,
    /// Processing.
    Process,
    /// Unloading.
    Unload,
}

impl Task {
    /// Number of tasks.
    pub const COUNT: usize = 4;
}

/// Workers that a station needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerSpec {
    /// What they must be able to do: a skill, or the name of a pool.
    pub skill: String,
    /// How many. Default 1.
    pub n: Option<u32>,
    /// What for.
    #[serde(rename = "for")]
    pub tasks: Vec<Task>,
    /// Which calls are served first; lower goes first. Default 0.
    #[serde(default)]
    pub priority: i16,
}

/// Most places of a station: timers carry the place in 16 bits.
const MOST_PLACES: u32 = 65_535;

pub(super) fn compile(spec: StationSpec, cx: &mut Compile<'_>) -> Station {
    let n_places = spec.places.unwrap_or(1);
    if n_places == 0 || n_places > MOST_PLACES {
        cx.error("places", "a station has from 1 to 65535 places");
    }
    let batch = spec.batch.as_ref().map_or_else(Batch::single, |batch| Batch::compile(batch, cx));
    let at_work = n_places.saturating_mul(batch.max);
    let (capacity, has_queue) = match spec.queue.capacity {
        Capacity::Unlimited => (None, true),
        Capacity::Places(n) => (Some(at_work.saturating_add(n)), n > 0),
    };
    let start_when = spec.start_when.unwrap_or(1);
    if start_when > 1 && capacity.is_some_and(|capacity| capacity - at_work < start_when) {
        cx.error("start_when", "the queue is too small for so many to wait");
    }
    check_preempt(&spec, cx, batch.max);
    let stream = cx.stream("process");
    let load = spec.load.as_ref().map(|time| cx.draw("load", time));
    let unload = spec.unload.as_ref().map(|time| cx.draw("unload", time));
    let start_up = spec.start_up.as_ref().map(|time| cx.draw("start_up", time));
    let setup = spec.setup.as_ref().map(|setup| Setup::compile(setup, cx));
    let crew = compile_crew(&spec.workers, cx);
    let rule = spec.queue.rule;
    let defers = rule != Rule::Fifo
        || batch.max > 1
        || spec.blocking == Blocking::BeforeService
        || start_when > 1;
    let time = compile_times(spec.time, spec.preempt, cx);
    let plain = !defers
        && !time.any(|work| work.course.is_some())
        && load.is_none()
        && unload.is_none()
        && setup.is_none()
        && start_up.is_none()
        && spec.off_after.is_none()
        && spec.preempt == Preempt::No
        && crew.iter().all(Option::is_none);
    let (blocking, preempt) = (spec.blocking, spec.preempt);
    Station {
        n_places,
        capacity,
        has_queue,
        rule,
        time,
        stream,
        load,
        unload,
        setup,
        start_up,
        off_after: spec.off_after,
        batch,
        start_when,
        blocking,
        preempt,
        crew,
        defers: defers && preempt == Preempt::No,
        plain,
    }
}

fn check_preempt(spec: &StationSpec, cx: &mut Compile<'_>, batch_max: u32) {
    if spec.preempt == Preempt::No {
        return;
    }
    let rule = spec.queue.rule;
    if !rule.is_static() || matches!(rule, Rule::Fifo | Rule::Lifo) {
        cx.error(
            "preempt",
            "needs a queue rule that says whose claim is better, such as Priority or Srpt",
        );
    }
    if spec.queue.capacity == Capacity::Places(0) {
        cx.error("preempt", "needs a queue, to which interrupted work goes back");
    }
    if batch_max > 1 || spec.blocking == Blocking::BeforeService {
        cx.error("preempt", "goes with single parts and blocking after service only");
    }
}

impl WorkSpec {
    fn compile(self, preempt: Preempt, cx: &mut Compile<'_>) -> Work {
        let constant = Sampler::constant_of;
        match self {
            Self::Drawn(time) => {
                let (time, mean_s) = (cx.sampler("time", &time), time.mean());
                Work { time, mean_s, course: None, arm: None }
            }
            Self::Program(process) => match process.compile(cx) {
                None => {
                    let time = constant(SimDuration::ZERO);
                    Work { time, mean_s: 0.0, course: None, arm: None }
                }
                Some((course, arm)) if course.is_plain() => {
                    let (time, mean_s) = course.into_time();
                    Work { time, mean_s, course: None, arm }
                }
                Some((course, arm)) => {
                    if preempt != Preempt::No {
                        cx.error("preempt", "a program with signals cannot be interrupted");
                    }
                    let mean_s = course.mean_s();
                    let time = constant(SimDuration::from_seconds(mean_s));
                    Work { time, mean_s, course: Some(course), arm }
                }
            },
        }
    }
}

fn compile_times(time: Option<TimeSpec>, preempt: Preempt, cx: &mut Compile<'_>) -> Times {
    match time {
        None => {
            cx.needs_step_times();
            Times::None
        }
        Some(TimeSpec::One(time)) => Times::One(time.compile(preempt, cx)),
        Some(TimeSpec::ByProduct(by_product)) => {
            let mut times = Vec::new();
            times.resize_with(cx.n_products(), || None);
            for (name, time) in by_product {
                let time = time.compile(preempt, cx);
                if let Some(product) = cx.product("time", &name) {
                    times[product.index()] = Some(time);
                }
            }
            Times::ByProduct(times)
        }
    }
}

fn compile_crew(workers: &[WorkerSpec], cx: &mut Compile<'_>) -> [Option<u32>; Task::COUNT] {
    let mut crew = [None; Task::COUNT];
    for worker in workers {
        let need = cx.need("workers", &worker.skill, worker.n.unwrap_or(1), worker.priority);
        for task in &worker.tasks {
            if crew[*task as usize].replace(need).is_some_and(|other| other.is_some()) {
                cx.error("workers", "a task is given to two sets of workers; give it to one");
            }
        }
    }
    crew.map(Option::flatten)
}
