//! V38: momentary bottlenecks, sole and shifting, on active periods that are known beforehand.

use twin::engine::{Model, State, Watched};
use twin::study::{Figures, Observer, Summary};

use super::bench::{Bench, Failure, Findings, Runs};
use super::finding::Finding;

/// Keeps what the monitor has seen.
#[derive(Debug, Default)]
struct Eyes(Option<Watched>);

impl Observer for Eyes {
    fn monitors(&self) -> bool {
        true
    }

    fn watched(&mut self, watched: Watched) {
        self.0 = Some(watched);
    }
}

/// Machines beside each other, each active for one stretch of time: from when, and for how long, seconds. D is active within C;
/// E comes when all is over.
const STRETCHES: [(&str, u32, u32); 5] =
    [("A", 0, 10), ("B", 5, 13), ("C", 12, 28), ("D", 20, 10), ("E", 50, 4)];

/// Sole and shifting time of each by hand: A is alone for 5 s and hands over to B for 5 s; B is alone for 2 s and hands over to C
/// for 6 s, which is alone for 22 s. D never has the longest period. E is alone.
const BY_HAND: [(u32, u32); 5] = [(5, 5), (2, 11), (22, 6), (0, 0), (4, 0)];

/// V38.
pub(super) fn check(bench: &Bench) -> Findings {
    let mut found = stretches(bench)?;
    found.extend(lines(bench)?);
    Ok(found)
}

fn figures(bench: &Bench, text: &str, until_s: f64) -> Result<(Model, Figures), Failure> {
    let model = bench.load(text)?;
    let measure = |model: &Model, state: &State, eyes: Eyes| Figures {
        watched: eyes.0,
        ..Figures::of(model, state)
    };
    let all = bench.observe(&model, 1, Runs::once(until_s), |_| Eyes::default(), measure)?;
    let figures = all.into_iter().next().expect("one replication");
    Ok((model, figures))
}

fn stretches(bench: &Bench) -> Findings {
    let mut equipment = String::new();
    for (name, from, length) in STRETCHES {
        equipment += &format!(
            "        \"in {name}\": (is: Source(schedule: [(at: \"{from} s\", product: \"part\")]), to: [\"{name}\"]),\n        \
             \"{name}\": (is: Station(time: \"{length} s\"), to: [\"out\"]),\n"
        );
    }
    equipment += "        \"out\": (is: Sink),";
    let (model, figures) = figures(bench, &super::plants::plant(&equipment), 60.0)?;
    let mut found = Vec::new();
    for ((name, ..), (sole, shifting)) in STRETCHES.into_iter().zip(BY_HAND) {
        let id = model.find(name).expect("a case names equipment of its own plant");
        let spent = figures.watched.as_ref().map(|watched| watched.bottleneck[id.index()]);
        let spent = spent.unwrap_or_default();
        let (sole, shifting) = (f64::from(sole), f64::from(shifting));
        found.push(Finding::nanosecond(format!("{name}: alone, s"), sole, spent.sole.seconds()));
        let what = format!("{name}: shifting, s");
        found.push(Finding::nanosecond(what, shifting, spent.shifting.seconds()));
    }
    Ok(found)
}

/// Two machines in a row with supply without end. With 10 s before 8 s the first is active all the time and the only bottleneck;
/// with 8 s before 10 s it is blocked for 2 s in each cycle, and the second, active without a break from 8 s on, is. Until 8 s the
/// first one is alone; it is never active for longer than 8 s and 16 s at a stretch (blocked for the first time at 16 s).
fn lines(bench: &Bench) -> Findings {
    let line = |first: &str, second: &str| {
        super::plants::plant(&format!(
            r#"        "in": (is: Source(), to: ["first"]),
        "first": (is: Station(time: "{first}"), to: ["second"]),
        "second": (is: Station(time: "{second}"), to: ["out"]),
        "out": (is: Sink),"#
        ))
    };
    let mut found = Vec::new();
    for (first, second, sole, named) in
        [("10 s", "8 s", [1000.0, 0.0], 0.0), ("8 s", "10 s", [8.0, 984.0], 1.0)]
    {
        let (model, figures) = figures(bench, &line(first, second), 1000.0)?;
        let summary = Summary::of(&model, std::slice::from_ref(&figures));
        let ids = ["first", "second"].map(|name| model.find(name).expect("there is one"));
        for (id, sole) in ids.into_iter().zip(sole) {
            let spent = figures.watched.as_ref().map(|watched| watched.bottleneck[id.index()]);
            let got = spent.unwrap_or_default().sole.seconds();
            let what = format!("{first} before {second}: {} alone, s", model.row(id).name);
            found.push(Finding::nanosecond(what, sole, got));
        }
        let at = |id| if id == ids[0] { 0.0 } else { 1.0 };
        let bottleneck = summary.bottleneck.as_ref();
        for (how, got) in [
            ("active share", bottleneck.map(|b| at(b.by_share))),
            ("active period", bottleneck.map(|b| at(b.equipment))),
            ("momentary", bottleneck.and_then(|b| b.by_shifting).map(at)),
        ] {
            let what = format!("{first} before {second}: bottleneck by {how}, 0 or 1");
            found.push(Finding::equal(what, named, got.unwrap_or(f64::NAN)));
        }
    }
    Ok(found)
}
