//! Quality: what inspections with errors let through, how long rework goes on, what wear and drift cost.

use super::bench::{Bench, Findings, Runs, read};
use super::plants::plant;

/// V33, all parts.
pub(super) fn inspection(bench: &Bench) -> Findings {
    let mut found = errors(bench)?;
    found.extend(rework(bench)?);
    found.extend(wear(bench)?);
    found.extend(drift(bench)?);
    Ok(found)
}

/// Parts one after the other through a press of 1 s and an inspection that takes no time.
fn shop(press: &str, inspection: &str, bad: &str, more: &str) -> String {
    plant(&format!(
        r#"        "raw": (is: Source(), to: ["press"]),
        "press": (is: Station(time: "1 s"), to: ["look"], {press}),
        "look": (is: Inspection({inspection}), to: {{ "good": ["out"], {bad} }}),
        "out": (is: Sink),
        {more}"#
    ))
}

/// Parts made in all.
fn parts(n: f64) -> Runs {
    Runs::long(n, 1000.0)
}

/// A share p of the parts is defective; of the good ones α is rejected, of the bad ones β gets through. Bayes: of all
/// parts p (1 − β) + (1 − p) α is rejected, and of those delivered p β / (1 − that) is defective.
fn errors(bench: &Bench) -> Findings {
    let (p, alpha, beta) = (0.1, 0.05, 0.2);
    let plant = shop(
        &format!("quality: (defects: {p})"),
        &format!("false_alarms: {alpha}, misses: {beta}"),
        "",
        "",
    );
    let rows = bench.measure(&plant, parts(1.2e6), |model, state| {
        let tally = &state.tallies()[0];
        let figure = |name| read::figure(model, state, "look", name);
        [
            figure("rejected_share"),
            tally.defective as f64 / tally.finished as f64,
            figure("false_alarm_share"),
            figure("miss_share"),
            read::figure(model, state, "press", "first_pass_yield"),
        ]
    })?;
    let rejected = p * (1.0 - beta) + (1.0 - p) * alpha;
    let names = [
        ("rejected share", rejected),
        ("defective share of what is delivered", p * beta / (1.0 - rejected)),
        ("false alarms", alpha),
        ("misses", beta),
        ("first-pass yield of the press", 1.0 - p),
    ];
    Ok(bench.means(names, &rows, 0.015, "errors of both kinds"))
}

/// A share p of the parts is defective; the bench mends each with probability r, and a part goes there L times at most. So
/// p (1 − r)^L of the parts are lost, and each goes to the bench p (1 − (1 − r)^L) / r times on the average.
fn rework(bench: &Bench) -> Findings {
    let (p, r) = (0.3, 0.6);
    let mut found = Vec::new();
    for most in [1, 3] {
        let table = format!(
            r#""table": (is: Station(time: "0.2 s", queue: "unlimited"), to: ["look"], quality: (repairs: {r})),"#
        );
        let plant = shop(
            &format!("quality: (defects: {p})"),
            &format!("rework: (most: {most})"),
            r#""bad": ["table"]"#,
            &table,
        );
        let rows = bench.measure(&plant, parts(1.2e6), |model, state| {
            let tally = &state.tallies()[0];
            let gone = (tally.finished + tally.scrapped) as f64;
            let visits = read::left(model, state, "table");
            [tally.scrapped as f64 / gone, visits / gone, tally.right_first as f64 / gone]
        })?;
        let lost = f64::powi(1.0 - r, most);
        let names = [
            ("lost share", p * lost),
            ("visits to the bench", p * (1.0 - lost) / r),
            ("right the first time", 1.0 - p),
        ];
        found.extend(bench.means(names, &rows, 0.015, &format!("rework, {most} times at most")));
    }
    Ok(found)
}

/// A tool changed after every n parts. The k-th of them, k from 0, is defective with p + c k: on the average
/// p + c (n − 1)/2. With wear w by the hour it is the work up to the end of the part that counts, k s of it with k from 1: on
/// the average w (n + 1)/2 s.
fn wear(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (name, n, wear, expected) in [
        ("by part", 50, "defects: 0.01, wear: (per_part: 0.002)", 0.01 + 0.002 * 49.0 / 2.0),
        ("by the hour", 500, "wear: (per_hour: 1.0)", 501.0 / 2.0 / 3600.0),
    ] {
        let press = format!(r#"maintenance: [(cycles: {n}, takes: "7 s")], quality: ({wear})"#);
        let rows = bench.measure(&shop(&press, "", "", ""), parts(1.2e6), |model, state| {
            read::figure(model, state, "press", "defect_share")
        })?;
        found.push(bench.mean(format!("wear {name}: defective share"), expected, rows, 0.01));
    }
    Ok(found)
}

/// With each part the process goes out of control with probability q; then a share p of the parts is defective. A defect
/// found brings it back. In control it makes 1/q − 1 parts on the average.
///
/// Of parts looked at at random, a share s: out of control it makes 1/(s p). Of every n-th: the first of them to be looked
/// at comes at the end of a round, after n/(1 − (1 − q)^n) parts in all, and each finds the defect with p.
fn drift(bench: &Bench) -> Findings {
    let (q, p) = (0.02, 0.4);
    let (share, n) = (0.25, 5);
    let in_control = 1.0 / q - 1.0;
    let rounds = f64::from(n) / (1.0 - f64::powi(1.0 - q, n));
    let mut found = Vec::new();
    for (name, sample, cycle) in [
        ("one in four at random", format!("Share({share})"), in_control + 1.0 / (share * p)),
        ("every fifth", format!("Every({n})"), rounds + f64::from(n) * (1.0 - p) / p),
    ] {
        let press =
            format!("quality: (drift: (parts: Geometric(p: {q}, unit: 1.0), defects: {p}))");
        let look = format!("sample: {sample}, alarm: \"press\"");
        let rows = bench.measure(&shop(&press, &look, "", ""), parts(2.4e6), |model, state| {
            let made = read::left(model, state, "press");
            let alarms = read::figure(model, state, "look", "scrapped");
            [read::figure(model, state, "press", "defect_share"), made / alarms]
        })?;
        let names = [
            ("defective share", p * (cycle - in_control) / cycle),
            ("parts from one alarm to the next", cycle),
        ];
        found.extend(bench.means(names, &rows, 0.015, &format!("drift, {name}")));
    }
    Ok(found)
}
