//! Models whose results others have published: SimPy's documentation, JaamSim's examples, the Mini-Fab.

use std::fmt::Write as _;

use twin::engine::{Activity, Fate, Log, Model, TraceRow};
use twin::id::EquipmentId;
use twin::study::Observer;
use twin::units::SimTime;

use super::bench::{Bench, Findings, Runs, read, seed_of};
use super::finding::Finding;
use super::inexact::{Known, against};
use super::job_shops::{HOUR_S, LAW, STATIONS, UTILISATIONS, YEAR_S, wait_h};

/// V23: examples of SimPy's documentation, fed with the draws of Python's generator under their seed, 42. The gas station is
/// not among them: it pumps fuel from a tank, and the vocabulary has no fluids yet.
pub(super) fn simpy(bench: &Bench) -> Findings {
    let mut found = machine_shop(bench)?;
    found.extend(carwash(bench)?);
    found.extend(bank(bench)?);
    Ok(found)
}

/// Parts made by each machine in four weeks.
const MADE: [f64; 10] =
    [3251.0, 3273.0, 3242.0, 3343.0, 3387.0, 3244.0, 3269.0, 3185.0, 3302.0, 3279.0];
/// Draws of the machine shop: see `machine_shop.py` beside it.
const DRAWS: &[u8] = include_bytes!("data/machine_shop.bin");
const FOUR_WEEKS_S: f64 = 4.0 * 7.0 * 24.0 * HOUR_S;

/// Ten machines that fail, one repairman; his other jobs give way to repairs, so they are left out.
fn machine_shop(bench: &Bench) -> Findings {
    let mut equipment = String::new();
    let mut rest = DRAWS;
    for machine in 0..MADE.len() {
        let (times, up_times) = read_draws(&mut rest);
        let _ = write!(
            equipment,
            r#""supply {machine}": (is: Source(), to: ["machine {machine}"]),
            "machine {machine}": (
                is: Station(time: Trace(values: [{times}])),
                to: ["out"],
                failures: [(every: Trace(values: [{up_times}]), repair: "30 min", crew: (skill: "repairman"))],
            ),
            "#
        );
    }
    let plant = format!(
        r#"Plant(name: "machine shop", products: {{ "part": () }}, workers: {{ "repairman": () }}, equipment: {{
            {equipment}"out": (is: Sink),
        }})"#
    );
    let model = bench.load(&plant)?;
    let (state, _) = bench.once(&model, FOUR_WEEKS_S)?;
    let made = |machine: usize| read::left(&model, &state, &format!("machine {machine}"));
    let finding = |(machine, expected): (usize, &f64)| {
        Finding::equal(
            format!("machine shop: parts of machine {machine}"),
            *expected,
            made(machine),
        )
    };
    Ok(MADE.iter().enumerate().map(finding).collect())
}

/// The times of one machine as lists of a plant file; takes them off the front of `bytes`.
fn read_draws(bytes: &mut &[u8]) -> (String, String) {
    let counts = [read_count(bytes), read_count(bytes)];
    let [times, up_times] = counts.map(|count| {
        let mut list = String::new();
        for _ in 0..count {
            let minutes = bytes.split_first_chunk().map_or(0.0, |(head, tail)| {
                *bytes = tail;
                f64::from_le_bytes(*head)
            });
            let _ = write!(list, "\"{minutes} min\", ");
        }
        list
    });
    (times, up_times)
}

fn read_count(bytes: &mut &[u8]) -> u32 {
    let Some((head, tail)) = bytes.split_first_chunk() else { return 0 };
    *bytes = tail;
    u32::from_le_bytes(*head)
}

/// Two machines, five minutes each car; six cars.
fn carwash(bench: &Bench) -> Findings {
    const PLANT: &str = r#"Plant(name: "carwash", products: { "car": () }, equipment: {
        "cars": (
            is: Source(schedule: [(at: "0 min", n: 4), (at: "5 min"), (at: "10 min")], product: "car"),
            to: ["wash"],
        ),
        "wash": (is: Station(places: 2, time: "5 min", queue: "unlimited"), to: ["out"]),
        "out": (is: Sink),
    })"#;
    let (_, log) = bench.once(&bench.load(PLANT)?, 3600.0)?;
    let mut found = vec![Finding::equal("carwash: cars", 6.0, log.parts.len() as f64)];
    for (car, (minute, part)) in
        [5.0, 5.0, 10.0, 10.0, 15.0, 15.0].iter().zip(&log.parts).enumerate()
    {
        let what = format!("carwash: car {car} leaves, s");
        found.push(Finding::nanosecond(what, minute * 60.0, part.left.seconds()));
    }
    Ok(found)
}

/// Five customers, one counter. Only customer 2 has to wait, so one limit, that customer's patience, stands for all.
fn bank(bench: &Bench) -> Findings {
    const PLANT: &str = r#"Plant(name: "bank", products: { "customer": () }, equipment: {
        "customers": (
            is: Source(product: "customer", schedule: [
                (at: "0 s"),
                (at: "10.200602872748009 s"),
                (at: "12.726464729449145 s"),
                (at: "34.99934572496295 s"),
                (at: "40.47980731892786 s"),
            ]),
            to: ["line"],
        ),
        "line": (is: Buffer(limit: (after: "1.1738776652588323 s", then: Scrap)), to: ["counter"]),
        "counter": (
            is: Station(time: Trace(values: [
                "3.859488768899587 s", "13.550076105583113 s", "2.960600351517892 s", "2.6603000299641653 s",
            ])),
            to: ["out"],
        ),
        "out": (is: Sink),
    })"#;
    /// Customer, when it leaves, whether it was served; in the order of leaving.
    const LEAVE: [(u64, f64, bool); 5] = [
        (0, 3.8595, true),
        (2, 13.9003, false),
        (1, 23.7507, true),
        (3, 37.9599, true),
        (4, 43.1401, true),
    ];
    let (_, log) = bench.once(&bench.load(PLANT)?, 100.0)?;
    let first = log.parts.iter().map(|part| part.serial).min().unwrap_or(0);
    let mut found = vec![Finding::equal("bank: customers", 5.0, log.parts.len() as f64)];
    for ((customer, leaves_s, served), part) in LEAVE.into_iter().zip(&log.parts) {
        let does = if served { "is served until" } else { "reneges at" };
        let what = format!("bank: customer {customer} {does}, s");
        let right = part.serial - first == customer && (part.fate == Fate::Finished) == served;
        let got = if right { part.left.seconds() } else { f64::NAN };
        found.push(Finding::within(what, leaves_s, got, 0.000_051, "published to 4 decimals"));
    }
    Ok(found)
}

/// V24: JaamSim's results for M/M/1 (4.0 million customers) and for its Job Shop Example (one run of ten years). What it
/// calls the utilisation of a processor with several servers is the share of time in which any of them works; ours is the
/// share of a machine. Both are compared.
pub(super) fn jaamsim(bench: &Bench) -> Findings {
    let mut found = single_server(bench)?;
    let model = bench.load(LAW)?;
    let runs = Runs { replications: 10, warmup_s: 0.0, window_s: 10.0 * YEAR_S };
    let watch = |_| AnyBusy::new(&model);
    let rows = bench.observe(&model, seed_of(LAW), runs, watch, |model, state, busy| {
        let lead: Vec<f64> =
            (0..3).map(|product| read::lead_time(state, product) / HOUR_S).collect();
        (
            STATIONS.map(|(name, _)| read::share(model, state, name, Activity::Working)),
            busy.shares(state.now()),
            STATIONS.map(|station| wait_h(model, state, station)),
            [lead[0], lead[1], lead[2]],
        )
    })?;
    let mut push = |what: String, expected: f64, known: Known, samples: Vec<f64>, share: f64| {
        found.push(against(bench, what, (expected, known), &samples, share));
    };
    for (at, (name, _)) in STATIONS.iter().enumerate() {
        let what = format!("{name}: share of a machine at work");
        let shares = rows.iter().map(|row| row.0[at]).collect();
        push(what, UTILISATIONS[at], Known::Bound(0.0), shares, 0.003);
        let what = format!("{name}: any machine at work");
        push(what, ANY_BUSY[at], Known::OneRun, rows.iter().map(|row| row.1[at]).collect(), 0.003);
        let waits = rows.iter().map(|row| row.2[at]).collect();
        push(format!("{name}: mean wait, h"), WAITS_H[at], Known::OneRun, waits, 0.25);
    }
    for (at, expected) in TIMES_H.into_iter().enumerate() {
        let what = format!("type {}: time in the shop, h", at + 1);
        push(what, expected, Known::OneRun, rows.iter().map(|row| row.3[at]).collect(), 0.25);
    }
    Ok(found)
}

/// JaamSim's "utilisation", mean waits and times in system.
const ANY_BUSY: [f64; 5] = [0.9927, 0.9953, 0.9648, 0.9945, 0.8037];
const WAITS_H: [f64; 5] = [3.54, 40.8, 0.187, 8.81, 1.012];
const TIMES_H: [f64; 3] = [48.01, 15.17, 58.46];

/// JaamSim: Lq 3.1990, Wq 3.9978. Standard errors of a run of that length from the asymptotic variances 1976 (wait, over
/// customers) and 1800 (number, over time).
fn single_server(bench: &Bench) -> Findings {
    const CUSTOMERS: f64 = 4e6;
    const LAMBDA: f64 = 0.8;
    const PLANT: &str = r#"Plant(name: "M/M/1", products: { "part": () }, equipment: {
        "in": (is: Source(every: Exponential("1.25 s")), to: ["line"]),
        "line": (is: Buffer(), to: ["machine"]),
        "machine": (is: Station(time: Exponential("1 s")), to: ["out"]),
        "out": (is: Sink),
    })"#;
    let rows = bench.measure(PLANT, Runs::long(CUSTOMERS / LAMBDA, 2000.0), |model, state| {
        [read::content(model, state, "line"), read::time_in(model, state, "line")]
    })?;
    let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let half = |variance: f64, n: f64| Known::HalfWidth(1.96 * (variance / n).sqrt());
    let (number, wait) = (half(1800.0, CUSTOMERS / LAMBDA), half(1976.0, CUSTOMERS));
    Ok(vec![
        against(bench, "M/M/1, load 0.8: mean queue", (3.1990, number), &column(0), 0.02),
        against(bench, "M/M/1, load 0.8: mean wait, s", (3.9978, wait), &column(1), 0.02),
    ])
}

/// Watches in how much of the time any machine of each station works.
struct AnyBusy {
    stations: Vec<Option<EquipmentId>>,
    /// Machines at work, since when, and nanoseconds in which there was any.
    now: [(i32, SimTime, i64); STATIONS.len()],
    /// What each machine does.
    working: Vec<Vec<bool>>,
}

impl AnyBusy {
    fn new(model: &Model) -> Self {
        let working = STATIONS.iter().map(|(_, places)| vec![false; *places as usize]).collect();
        let stations = STATIONS.iter().map(|(name, _)| model.find(name)).collect();
        Self { stations, now: [(0, SimTime::ZERO, 0); STATIONS.len()], working }
    }

    fn shares(&self, end: SimTime) -> [f64; STATIONS.len()] {
        self.now.map(|(n, since, spent)| {
            let open = if n > 0 { (end - since).ns() } else { 0 };
            (spent + open) as f64 / end.ns() as f64
        })
    }
}

impl Observer for AnyBusy {
    fn wants(&self) -> (bool, bool) {
        (false, true)
    }

    fn rows(&mut self, _: &Model, Log { trace, .. }: &Log) {
        for row in trace {
            let TraceRow::Activity { at, equipment, place, activity, .. } = *row else { continue };
            let Some(station) = self.stations.iter().position(|id| *id == Some(equipment)) else {
                continue;
            };
            let works = activity == Activity::Working;
            let was = std::mem::replace(&mut self.working[station][place as usize], works);
            let (n, since, spent) = &mut self.now[station];
            if *n > 0 {
                *spent += (at - *since).ns();
            }
            *n += i32::from(works) - i32::from(was);
            *since = at;
        }
    }
}
