//! V35: tool groups, and what routes say of their steps. By hand to the nanosecond where nothing is random.

use std::fmt::Write as _;

use twin::engine::Activity;

use super::bench::{Bench, Failure, Findings, Runs, read};
use super::finding::Finding;
use super::plants::{exponential, poisson};
use super::theory;

pub(super) fn check(bench: &Bench) -> Findings {
    let mut found = by_hand(bench)?;
    found.extend(queues(bench)?);
    found.extend(oven(bench)?);
    found.extend(branches(bench)?);
    found.extend(queue_time(bench)?);
    found.extend(breakdowns(bench)?);
    Ok(found)
}

/// A plant whose lots come by `sources` (name and what the source says) and go the route of their product through `groups`.
fn plant(routes: &[(&str, &str)], sources: &[(&str, &str)], groups: &str) -> String {
    let mut text = String::from("Plant(\n    name: \"case\",\n    products: {\n");
    for (product, route) in routes {
        let _ = writeln!(text, "        \"{product}\": (route: [{route}]),");
    }
    text.push_str("    },\n    equipment: {\n");
    for (n, (product, arrivals)) in sources.iter().enumerate() {
        let _ = writeln!(
            text,
            "        \"in {n}\": (is: Source(product: \"{product}\", {arrivals}), to: [\"way\"]),"
        );
    }
    // Without a way of their own, parts go from step to step at once.
    let _ = write!(
        text,
        "        \"way\": (is: Buffer(), to: [\"g\", \"out\"]),\n{groups}\n        \"out\": (is: Sink),\n    }},\n)"
    );
    text
}

fn one_group(route: &str, sources: &[(&str, &str)], group: &str) -> String {
    let products: std::collections::BTreeSet<&str> = sources.iter().map(|(p, _)| *p).collect();
    let routes: Vec<(&str, String)> =
        products.iter().map(|product| (*product, route.replace("PRODUCT", product))).collect();
    let routes: Vec<(&str, &str)> = routes.iter().map(|(p, route)| (*p, route.as_str())).collect();
    let group = format!("        \"g\": (is: ToolGroup({group}), to: [\"way\"]),");
    plant(&routes, sources, &group)
}

/// When lots were finished, in minutes, in order.
fn ends(bench: &Bench, plant: &str) -> Result<Vec<f64>, Failure> {
    let model = bench.load(plant)?;
    let (_, log) = bench.once(&model, 1e6)?;
    Ok(log.parts.iter().map(|part| part.left.seconds() / 60.0).collect())
}

/// Small schedules that can be worked out by hand; all lots are there at the start unless said.
fn by_hand(bench: &Bench) -> Findings {
    let lots = |n: u32| format!("schedule: [(at: \"0 s\", n: {n})], quantity: 25");
    let two = lots(2);
    let cascade = r#"(at: "g", time: "5 min", per: Piece, cadence: "2 min")"#;
    let handled = r#"load: "1 min", unload: "1 min""#;
    let setup = r#"(at: "g", time: "10 min", setup: "PRODUCT")"#;
    let change = r#"changeovers: [(to: "a", time: "20 min"), (to: "b", time: "20 min")]"#;
    let [a0, b0, a1, b1] =
        ["0 s", "1 s", "2 s", "3 s"].map(|at| format!("schedule: [(at: \"{at}\")]"));
    let mixed = [("a", a0.as_str()), ("b", &b0), ("a", &a1), ("b", &b1)];
    let batch = r#"(at: "g", time: "10 min", batch: (min: 2, max: 3))"#;
    let five = r#"schedule: [(at: "0 s", n: 4), (at: "15 min")]"#;
    let share = |rank: &str| format!("{rank} {change}");
    let cases: [(&str, String, &[f64]); 8] = [
        // The entrance is kept for 25 x 2 min + 2 min, a lot is done after 5 min + 24 x 2 min + 2 min.
        ("cascading tool", one_group(cascade, &[("a", &two)], handled), &[55.0, 107.0]),
        (
            "cascading tool that loads ahead",
            one_group(cascade, &[("a", &two)], &format!("{handled}, loads_ahead: true")),
            &[55.0, 105.0],
        ),
        (
            "time of each piece",
            one_group(r#"(at: "g", time: "2 min", per: Piece)"#, &[("a", &two)], ""),
            &[50.0, 100.0],
        ),
        (
            "set-ups in order of arrival",
            one_group(setup, &mixed, &share("")),
            &[30.0, 60.0, 90.0, 120.0],
        ),
        (
            "fewest set-ups",
            one_group(setup, &mixed, &share("rank: [FewestSetups],")),
            &[30.0, 40.0, 70.0, 80.0],
        ),
        (
            "minimum run of two",
            one_group(setup, &mixed, &share("min_run: {\"a\": 2, \"b\": 2},")),
            &[30.0, 40.0, 70.0, 80.0],
        ),
        (
            "batches of two or three, the fifth lot at 15 min",
            one_group(batch, &[("a", five)], ""),
            &[10.0, 10.0, 10.0, 25.0, 25.0],
        ),
        ("the same tool for two steps", same_tool(true), &[15.0, 17.0, 25.0]),
    ];
    let mut found = Vec::new();
    for (what, plant, expected) in cases {
        let got = ends(bench, &plant)?;
        found.push(Finding::equal(
            format!("{what}: lots"),
            expected.len() as f64,
            got.len() as f64,
        ));
        for (n, (expected, got)) in expected.iter().zip(&got).enumerate() {
            let what = format!("{what}: end of lot {}, min", n + 1);
            found.push(Finding::nanosecond(what, *expected, *got));
        }
    }
    let free = ends(bench, &same_tool(false))?;
    for (n, expected) in [15.0, 20.0, 22.0].into_iter().enumerate() {
        let what = format!("any tool for both: end of lot {}, min", n + 1);
        found.push(Finding::nanosecond(what, expected, free[n]));
    }
    Ok(found)
}

/// Two tools. At 0 `a` and `b` take one each for 10 min, and `c` waits. At 10 min `c` takes the first tool for 5 min, as it
/// has waited longest. If bound, `b` follows on the second for 7 min and `a` on the first after `c` for 10 min; if not, `a`
/// takes the second and `b` the first.
fn same_tool(bound: bool) -> String {
    let again = if bound { r#", same_tool_as: "one""# } else { "" };
    let two = |minutes: u32| {
        format!(
            r#"(at: "g", operation: "one", time: "10 min"), (at: "g", operation: "two", time: "{minutes} min"{again})"#
        )
    };
    let (a, b) = (two(10), two(7));
    let routes = [("a", a.as_str()), ("b", &b), ("c", r#"(at: "g", time: "5 min")"#)];
    let at = r#"schedule: [(at: "0 s")]"#;
    let sources = [("a", at), ("b", at), ("c", at)];
    plant(&routes, &sources, r#"        "g": (is: ToolGroup(tools: 2), to: ["way"]),"#)
}

/// V02's M/M/3 and V06's machine with calendar failures, as tool groups.
fn queues(bench: &Bench) -> Findings {
    let route = format!("(at: \"g\", time: {})", exponential(1.0 / 3.0));
    let arrivals = format!("every: {}", poisson(8.0));
    let three = one_group(&route, &[("a", &arrivals)], "tools: 3");
    let waits = bench.measure(&three, theory::runs(8.0, 8.0 / 9.0, 1.5), |_, state| {
        read::lead_time(state, 0) - 1.0 / 3.0
    })?;
    Ok(vec![bench.mean("M/M/3: Wq", 0.797_508, waits, 0.02)])
}

/// V08's oven that takes exactly four.
fn oven(bench: &Bench) -> Findings {
    let route = r#"(at: "g", time: Exponential("4 s"), batch: (min: 4, max: 4))"#;
    let plant = one_group(route, &[("a", "every: Exponential(\"1.25 s\")")], "");
    let leads =
        bench.measure(&plant, theory::runs(0.8, 0.8, 4.0), |_, state| read::lead_time(state, 0))?;
    Ok(vec![bench.mean("oven for exactly 4: W", 14.944_534, leads, 0.01)])
}

/// Rework and sampling without queues: the number of passes is geometric, and of sampled steps binomial.
fn branches(bench: &Bench) -> Findings {
    let runs = Runs::long(1.6e7, 0.0);
    let arrivals = "every: \"10 s\"";
    let rework = r#"(at: "g", operation: "cut", time: "1 s"), (at: "g", operation: "test", time: "2 s",
        rework: (to: "cut", share: "25 %"))"#;
    let leads =
        bench.measure(&one_group(rework, &[("a", arrivals)], "tools: 9"), runs, |_, s| {
            read::lead_time(s, 0)
        })?;
    let mut found =
        vec![bench.mean("rework of a quarter: work on a part", 3.0 / 0.75, leads, 0.001)];
    let sampled = r#"(at: "g", operation: "cut", time: "1 s"), (at: "g", operation: "measure", time: "5 s", share: "30 %"),
        (at: "g", operation: "look", time: "2 s", share: "10 %")"#;
    let leads =
        bench.measure(&one_group(sampled, &[("a", arrivals)], "tools: 9"), runs, |_, s| {
            read::lead_time(s, 0)
        })?;
    found.push(bench.mean(
        "sampled steps: work on a part",
        1.0 + 0.3 * 5.0 + 0.1 * 2.0,
        leads,
        0.001,
    ));
    Ok(found)
}

/// A limit of 5 s between a step that takes no time and the queue of V01: P(wait <= t) = 1 - rho exp(-(mu - lambda) t).
fn queue_time(bench: &Bench) -> Findings {
    let route = r#"(at: "h", operation: "clean", time: "0 s", limit: (to: "bond", within: "5 s")),
        (at: "g", operation: "bond", time: Exponential("1 s"))"#;
    let groups = r#"        "h": (is: ToolGroup(), to: ["g"]),
        "g": (is: ToolGroup(), to: ["way"]),"#;
    let text = plant(&[("a", route)], &[("a", "every: Exponential(\"1.25 s\")")], groups)
        .replace(r#"to: ["g", "out"]"#, r#"to: ["h", "out"]"#);
    let kept = bench.measure(&text, theory::runs(0.8, 0.8, 4.0), |_, state| {
        let tally = state.limits()[0];
        tally.kept as f64 / (tally.kept + tally.missed) as f64
    })?;
    let exact = 1.0 - 0.8 * (-0.2_f64 * 5.0).exp();
    Ok(vec![bench.mean("queue-time limit of 5 s before M/M/1: share in time", exact, kept, 0.01)])
}

/// Tools that break down one by one, calendar failures: each is down for r/(f + r) of the time, whatever the others do; one
/// tool alone is White and Christie's queue.
fn breakdowns(bench: &Bench) -> Findings {
    let down = r#", failures: [(every: Exponential("50 s"), basis: Calendar, repair: Exponential("5 s"))]),"#;
    let fails = |plant: String| {
        plant.replace(
            "to: [\"way\"]),\n        \"out\"",
            &format!("to: [\"way\"]{down}\n        \"out\""),
        )
    };
    let route = r#"(at: "g", time: Exponential("1 s"))"#;
    let four = fails(one_group(route, &[("a", "every: Exponential(\"1 s\")")], "tools: 4"));
    let shares = bench.measure(&four, Runs::long(2e6, 1e3), |model, state| {
        read::share(model, state, "g", Activity::Failed)
    })?;
    let mut found =
        vec![bench.mean("four tools, MTTF 50, MTTR 5: down", 5.0 / 55.0, shares, 0.005)];
    let one = fails(one_group(route, &[("a", "every: Exponential(\"1.25 s\")")], "tools: 1"));
    let leads = bench.measure(&one, theory::runs(0.8, 0.88, 10.0), |_, s| read::lead_time(s, 0))?;
    found.push(bench.mean("one tool, arrivals 0.8: W", 12.954_545, leads, 0.02));
    Ok(found)
}
