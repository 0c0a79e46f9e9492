//! V30: energy, tariffs, ramps, and what switching off saves or costs.

use twin::engine::{Activity, Intake, Model, State};

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;
use super::plants::plant;
use super::theory;

const KWH: f64 = 3.6e6;

/// V30.
pub(super) fn check(bench: &Bench) -> Findings {
    let mut found = always_on(bench)?;
    found.extend(switched_off(bench)?);
    found.extend(by_the_clock(bench)?);
    found.extend(ramps(bench)?);
    found.extend(shared(bench)?);
    Ok(found)
}

/// Intake of equipment `name` of the plant's `at`-th medium.
fn intake(model: &Model, state: &State, name: &str, at: usize) -> Intake {
    let equipment = model.find(name).expect("a case names equipment of its own plant");
    let all = state.intake(model, equipment);
    let own = all.into_iter().find(|(medium, _)| *medium == at);
    own.map(|(_, intake)| intake).unwrap_or_default()
}

/// A machine with a queue of its own, Poisson arrivals at 0.8 per second and exponential service of 1 s.
fn machine(station: &str, power: &str) -> String {
    plant(&format!(
        r#"        "in": (is: Source(every: Exponential("1.25 s")), to: ["machine"]),
        "machine": (
            is: Station(queue: "unlimited", time: Exponential("1 s"){station}),
            power: ({power}),
            to: ["out"],
        ),
        "out": (is: Sink),"#
    ))
}

/// Busy for 0.8 of the time: 0.8 × 10 kW + 0.2 × 4 kW, and at 0.8 parts a second 11 kJ for each.
///
/// The busy time of a long run varies as the work that arrives: by `lambda E[S²]` = 1.6 s for each second.
fn always_on(bench: &Bench) -> Findings {
    let plant = machine("", "working: \"10 kW\", idle: \"4 kW\"");
    let runs = Runs::long(2.0e6, theory::warmup_s(0.8, 1.0));
    let rows = bench.measure(&plant, runs, |model, state| {
        let energy = intake(model, state, "machine", 0).total();
        let finished: u64 = state.tallies().iter().map(|tally| tally.finished).sum();
        [energy / read::window_s(state) / 1e3, energy / finished as f64 / 1e3]
    })?;
    let names = [("mean power, kW", 8.8), ("energy per part, kJ", 11.0)];
    Ok(bench.means(names, &rows, 0.002, "M/M/1, 10 kW busy and 4 kW idle"))
}

/// Switched off as soon as idle, with a start-up of 2 s when work comes: of the 0.2 of the time that are not for service, off and
/// start-up get shares as 1.25 s to 2 s. That takes more power than staying on, and makes parts wait longer.
fn switched_off(bench: &Bench) -> Findings {
    let plant = machine(
        ", start_up: \"2 s\", off_after: \"0 s\"",
        "working: \"10 kW\", set_up: \"8 kW\", idle: \"4 kW\", off: \"0.5 kW\"",
    );
    let rows = bench.measure(&plant, theory::runs(0.8, 0.8, 1.5), |model, state| {
        let share = |activity| read::share(model, state, "machine", activity);
        let energy = intake(model, state, "machine", 0).total();
        [
            share(Activity::Off),
            share(Activity::SetUp),
            share(Activity::Working),
            energy / read::window_s(state) / 1e3,
            read::lead_time(state, 0) - 1.0,
        ]
    })?;
    let names = [
        ("share off", 0.076_923_077),
        ("share in start-up", 0.123_076_923),
        ("share busy", 0.8),
        ("mean power, kW", 9.023_076_923),
        ("Wq, s", 5.384_615_385),
    ];
    Ok(bench.means(names, &rows, 0.01, "switched off at once, start-up 2 s"))
}

/// One part an hour from 1 h on, 30 minutes each, over a day: 23 are worked on. From 22 to 6 the price is lower: 5 and 2 of them
/// fall into that time.
fn by_the_clock(bench: &Bench) -> Findings {
    let text = r#"Plant(
    name: "case",
    products: { "part": () },
    tariffs: {
        "power": (
            price: "0.30 EUR/kWh", times: [("22 h", "24 h", "0.10 EUR/kWh"), ("0 h", "6 h", "0.10 EUR/kWh")],
            co2: "400 g/kWh", peak: (charge: "73 EUR/kW", over: "1 h"),
        ),
        "air": (price: "0.02 EUR/m3"),
    },
    equipment: {
        "in": (is: Source(every: "1 h"), to: ["machine"]),
        "machine": (
            is: Station(time: "30 min"),
            power: (working: "8 kW", idle: "2 kW"),
            media: { "air": (working: "0.2 m3/min", idle: "0.01 m3/min") },
            to: ["out"],
        ),
        "out": (is: Sink),
    },
)"#;
    let model = bench.load(text)?;
    let (state, _) = bench.once(&model, 86_400.0)?;
    let (power, air) = (intake(&model, &state, "machine", 0), intake(&model, &state, "machine", 1));
    let (kwh, cheap) = (23.0 * 4.0 + 12.5 * 2.0, 7.0 * 4.0 + 4.5 * 2.0);
    let cost = 0.1 * cheap + 0.3 * (kwh - cheap);
    let m3 = 23.0 * 30.0 * 0.2 + 12.5 * 60.0 * 0.01;
    let peak_kw = state.peak_demand(&model, 0).unwrap_or(f64::NAN) / 1e3;
    let exact = |what: &str, expected: f64, got: f64| {
        Finding::within(format!("a day: {what}"), expected, got, expected * 1e-12, "12 digits")
    };
    Ok(vec![
        exact("energy, kWh", kwh, power.total() / KWH),
        exact("cost by the time of day, EUR", cost, power.cost),
        exact("largest mean of an hour, kW", 5.0, peak_kw),
        exact("compressed air, m3", m3, air.total()),
        exact("its cost, EUR", 0.02 * m3, air.cost),
    ])
}

/// The same hour after hour with a ramp of 10 minutes up and down, which cancel, and one that a service of 30 minutes cuts off
/// at 3/5 of the way; switching on takes 0.1 kWh.
fn ramps(bench: &Bench) -> Findings {
    let run = |station: &str, power: &str, until_s: f64| -> Result<f64, super::Failure> {
        let text = plant(&format!(
            r#"        "in": (is: Source(every: "1 h"), to: ["machine"]),
        "machine": (is: Station(time: "30 min"{station}), power: ({power}), to: ["out"]),
        "out": (is: Sink),"#
        ));
        let model = bench.load(&text)?;
        let (state, _) = bench.once(&model, until_s)?;
        Ok(intake(&model, &state, "machine", 0).total() / KWH)
    };
    let even = "working: \"8 kW\", idle: \"2 kW\", ramp: \"10 min\"";
    let slow = "working: \"8 kW\", idle: \"2 kW\", ramp: \"50 min\"";
    let on_off = "working: \"8 kW\", idle: \"2 kW\", off: \"50 W\", switch_on: \"0.1 kWh\"";
    // At 2 kW for an hour, up to 8 kW in 10 minutes: 3.5 kW on the average in the first 5 of them.
    let half = 2.0 + 3.5 / 12.0;
    // From 2 kW to 5.6 kW in 30 minutes; from there down again, 30 of 50 minutes of the way.
    let cut = 2.0 + 0.5 * 3.8 + 0.5 * f64::midpoint(5.6, 5.6 - 0.6 * 3.6);
    // Off for an hour; start-up 6, work 30, idle 10, off 14 minutes.
    let started = 0.05 + 0.1 + (36.0 * 8.0 + 10.0 * 2.0 + 14.0 * 0.05) / 60.0;
    let off = ", start_up: \"6 min\", off_after: \"10 min\"";
    let exact = |what: &str, expected: f64, got: f64| {
        Finding::within(what, expected, got, expected * 1e-10, "10 digits")
    };
    Ok(vec![
        exact("a ramp of 10 min, half way up: energy, kWh", half, run("", even, 3900.0)?),
        exact("up and down: energy, kWh", 2.0 + 4.0 + 1.0, run("", even, 7200.0)?),
        exact("a ramp of 50 min, turned back: energy, kWh", cut, run("", slow, 7200.0)?),
        exact("switched off and on: energy, kWh", started, run(off, on_off, 7199.999)?)
            .widen(0.05e-3 / 3600.0, "1 ms before the next switch"),
    ])
}

/// Two products of 30 s and 60 s in turn: what the machine took is theirs as 1 to 2.
fn shared(bench: &Bench) -> Findings {
    let text = super::plants::plant_of(
        &["long", "short"],
        r#"        "in": (is: Source(every: "2 min", mix: Sequence(["short", "long"]), total: 20), to: ["machine"]),
        "machine": (
            is: Station(time: ByProduct({"short": "30 s", "long": "60 s"})),
            power: (working: "8 kW", idle: "2 kW"), to: ["out"],
        ),
        "out": (is: Sink),"#,
    );
    let model = bench.load(&text)?;
    let (state, _) = bench.once(&model, 3600.0)?;
    let figures = twin::study::Figures::of(&model, &state);
    let kwh = (900.0 * 8.0 + 2700.0 * 2.0) / 3600.0;
    let of = |product: usize| figures.media[0].by_product[product].0 / KWH;
    let exact = |what: &str, expected: f64, got: f64| {
        Finding::within(what, expected, got, expected * 1e-12, "12 digits")
    };
    Ok(vec![
        exact("two products: energy of the longer, kWh", kwh * 2.0 / 3.0, of(0)),
        exact("two products: energy of the shorter, kWh", kwh / 3.0, of(1)),
    ])
}
