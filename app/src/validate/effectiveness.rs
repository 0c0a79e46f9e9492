//! V37: overall equipment effectiveness after ISO 22400-2, and utilisation per server and of any server.

use twin::engine::Activity;
use twin::study::{Figures, Oee};

use super::bench::{Bench, Findings, Runs, read};
use super::finding::Finding;
use super::plants::{exponential, plant, poisson};
use super::theory;

/// V37.
pub(super) fn check(bench: &Bench) -> Findings {
    let mut found = line(bench)?;
    found.extend(servers(bench)?);
    Ok(found)
}

/// A day of a saw and a press. The saw has always work, takes 6 s to load and 54 s to cut, and is manned for 8 h. It breaks at
/// 2:00:30 for 29.5 minutes and spoils the part in it; what is begun at 4:00:00 is finished before maintenance of 30 minutes
/// begins. That leaves 120 + 91 + 209 parts. The press takes 30 s for each, and 5 s more when the product changes. The products come
/// in turn, so the lost part leaves two alike that follow each other. Its tool breaks with the 400th part: from there on all are
/// defective.
const LINE: &str = r#"Plant(
    name: "case",
    products: { "a": (), "b": () },
    shifts: { "early": (work: [("0 h", "8 h")]) },
    equipment: {
        "in": (is: Source(mix: Sequence(["a", "b"])), to: ["saw"]),
        "saw": (
            is: Station(load: "6 s", time: "54 s"), shift: "early",
            failures: [(basis: Calendar, every: "50 h", first: "7230 s", repair: "29.5 min", at_work: Scrap)],
            maintenance: [(every: "50 h", first: "14430 s", takes: "30 min")],
            to: ["press"],
        ),
        "press": (is: Station(time: "30 s", queue: 100, setup: Product("5 s")),
            quality: (drift: (parts: 400.0, defects: "100 %")), to: ["out"]),
        "out": (is: Sink),
    },
)"#;

fn line(bench: &Bench) -> Findings {
    let model = bench.load(LINE)?;
    let (state, _) = bench.once(&model, 86_400.0)?;
    let figures = Figures::of(&model, &state);
    let of = |name: &str| {
        let id = model.find(name).expect("a case names equipment of its own plant");
        figures.equipment[id.index()].oee.unwrap_or_default()
    };
    let (saw, press) = (of("saw"), of("press"));
    let mut found = Vec::new();
    let mut time = |what: &str, expected_s: f64, got_s: f64| {
        found.push(Finding::within(what, expected_s, got_s, 1e-6, "1 us"));
    };
    time("saw: planned operation time, s", 8.0 * 3600.0, saw.pot_s);
    time("saw: planned busy time, s", 450.0 * 60.0, saw.pbt_s);
    time("saw: production time, s", 420.5 * 60.0, saw.apt_s);
    time("saw: delay time, s", 29.5 * 60.0, saw.adet_s);
    time("saw: down time, s", 0.0, saw.adot_s);
    time("saw: planned run time per item, s", 54.0, saw.pri_s.unwrap_or(f64::NAN));
    time("press: set-up time, s", 418.0 * 5.0, press.aust_s);
    time("press: down time, s", 86_400.0 - 420.0 * 30.0 - 418.0 * 5.0, press.adot_s);
    found.push(Finding::equal("saw: produced quantity", 421.0, saw.produced));
    found.push(Finding::equal("saw: good quantity", 420.0, saw.good));
    let mut ratio = |what: &str, expected: f64, got: Option<f64>| {
        let got = got.unwrap_or(f64::NAN);
        found.push(Finding::within(what, expected, got, 1e-12, "12 digits"));
    };
    ratio("saw: availability", 420.5 / 450.0, saw.availability());
    ratio("saw: effectiveness", 54.0 * 421.0 / (420.5 * 60.0), saw.effectiveness());
    ratio("saw: quality ratio", 420.0 / 421.0, saw.quality_ratio());
    ratio("saw: OEE", 0.84, saw.oee());
    let good = 399.0 / 420.0;
    ratio("press: quality ratio", good, press.quality_ratio());
    ratio("press: OEE", good * 12_600.0 / 86_400.0, press.oee());
    ratio("press: NEE", good * (12_600.0 + 2090.0) / 86_400.0, press.nee());
    ratio("press: set-up ratio", 2090.0 / 14_690.0, press.setup_ratio());
    let parts = |oee: &Oee| oee.aupt_s + oee.adet_s + oee.adot_s - oee.pbt_s;
    found.push(Finding::within("press: the times add up, s", 0.0, parts(&press), 1e-9, "1 ns"));
    Ok(found)
}

/// M/M/2 at a load of 0.6: each server works 0.6 of the time, and at least one 1 - (1 - rho) / (1 + rho) = 0.75.
fn servers(bench: &Bench) -> Findings {
    let text = plant(&format!(
        r#"        "in": (is: Source(every: {}), to: ["machine"]),
        "machine": (is: Station(places: 2, queue: "unlimited", time: {}), to: ["out"]),
        "out": (is: Sink),"#,
        poisson(1.2),
        exponential(1.0)
    ));
    let runs = Runs::long(2.0e6, theory::warmup_s(0.6, 1.0));
    let rows = bench.measure(&text, runs, |model, state| {
        let machine = model.find("machine").expect("there is one");
        let any_s = state.any_working_ns(model, machine) as f64 * 1e-9;
        [read::share(model, state, "machine", Activity::Working), any_s / read::window_s(state)]
    })?;
    let names = [("utilisation per server", 0.6), ("any server busy", 0.75)];
    Ok(bench.means(names, &rows, 0.003, "M/M/2"))
}
