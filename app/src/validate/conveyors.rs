//! Conveyors: closed-form kinematics to the nanosecond, and merges as queues.

use twin::engine::{Activity, Log, Model, State, TraceRow, advance};
use twin::flow::Conveyor;
use twin::units::{SimDuration, SimTime};

use super::bench::{Bench, Failure, Findings, Runs, read};
use super::finding::Finding;

/// V17, all parts: a conveyor of 10 m at 0.5 m/s with parts of 0.4 m.
pub(super) fn kinematics(bench: &Bench) -> Findings {
    let mut found = transit(bench)?;
    found.extend(capacity(bench)?);
    found.extend(most_parts(bench)?);
    found.extend(roller_jam(bench)?);
    found.extend(belt_stop(bench)?);
    found.extend(zone_jam(bench)?);
    Ok(found)
}

/// A source with `source`, the conveyor with `conveyor`, a gate that is shut from 21 s to 121 s if `gated`, and a sink.
pub(super) fn plant(source: &str, conveyor: &str, gated: bool) -> String {
    let gate = r#""gate": (is: Buffer(capacity: 1), to: ["out"], shift: "gate"),"#;
    let (next, gate) = if gated { ("gate", gate) } else { ("out", "") };
    format!(
        r#"Plant(
            name: "conveyor",
            products: {{ "part": () }},
            shifts: {{ "gate": (period: "1 d", work: [("0 s", "21 s"), ("121 s", "1 d")]) }},
            equipment: {{
                "in": (is: Source(product: "part", {source}), to: ["conveyor"]),
                "conveyor": (
                    is: Conveyor(length: "10 m", speed: "0.5 m/s", part_length: "0.4 m", {conveyor}),
                    to: ["{next}"],
                ),
                {gate}
                "out": (is: Sink),
            }},
        )"#
    )
}

/// When parts left, in seconds.
fn ends(bench: &Bench, plant: &str, until_s: f64) -> Result<Vec<f64>, Failure> {
    let model = bench.load(plant)?;
    let (_, log) = bench.once(&model, until_s)?;
    Ok(log.parts.iter().map(|part| part.left.seconds()).collect())
}

/// Front edge to front edge: 10 m at 0.5 m/s.
fn transit(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for transport in ["Belt", "Roller", "Zones(20)"] {
        let plant = plant(r#"schedule: [(at: "3 s")]"#, &format!("transport: {transport}"), false);
        let end = ends(bench, &plant, 100.0)?.first().copied().unwrap_or(f64::NAN);
        found.push(Finding::nanosecond(format!("{transport}: transit, s"), 20.0, end - 3.0));
    }
    Ok(found)
}

/// Jammed: 10 m / 0.4 m = 25 parts; with gaps of 0.1 m, 20; with 20 zones, 20.
fn capacity(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (conveyor, parts) in [
        ("transport: Roller", 25.0),
        (r#"transport: Roller, gap: "0.1 m""#, 20.0),
        ("transport: Zones(20)", 20.0),
    ] {
        let model = bench.load(&plant("", conveyor, true))?;
        let (state, _) = bench.once(&model, 120.0)?;
        let at = model.find("conveyor").map_or(0, |conveyor| state.traffic(conveyor).content);
        found.push(Finding::equal(format!("{conveyor}: parts when jammed"), parts, f64::from(at)));
    }
    Ok(found)
}

/// An endless supply: at a pitch of 0.5 m one part a second; by zones one each 1 s over the zone and 0.8 s until it is clear.
fn most_parts(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (conveyor, interval_s) in [
        (r#"transport: Belt, gap: "0.1 m""#, 1.0),
        (r#"transport: Roller, gap: "0.1 m""#, 1.0),
        ("transport: Zones(20)", 1.8),
    ] {
        let window_s = 1000.0 * interval_s;
        let model = bench.load(&plant("", conveyor, false))?;
        let left_by = |until_s: f64| -> Result<f64, Failure> {
            let (state, _) = bench.once(&model, until_s)?;
            Ok(read::left(&model, &state, "conveyor"))
        };
        let parts = left_by(100.0 + window_s)? - left_by(100.0)?;
        found.push(Finding::equal(format!("{conveyor}: parts in {window_s} s"), 1000.0, parts));
    }
    Ok(found)
}

/// Rollers, a part every 2 s. The first passes the gate at 20 s, the second finds it shut at 22 s; follower i comes to rest
/// i (2 s − 0.4 m / 0.5 m/s) = 1.2 i s later. The 25th part in the jam rests 28.8 s after the first, and the infeed, whose
/// next part comes at 52 s, is blocked. The gate opens at 121 s: a part every 0.8 s, and the infeed goes on at once.
fn roller_jam(bench: &Bench) -> Findings {
    let plant = plant(r#"every: "2 s", first: "0 s""#, "transport: Roller", true);
    let model = bench.load(&plant)?;
    let mut found = Vec::new();
    let mut worst = 0.0_f64;
    for follower in 1..25 {
        let expected = 22.0 + 1.2 * f64::from(follower);
        let rest = rest_s(&model, follower as usize, expected - 0.5)?;
        worst = worst.max((rest - expected).abs());
        if follower == 24 {
            found.push(Finding::nanosecond("Roller: the 25th part rests, s", 50.8, rest));
        }
    }
    found.push(Finding::nanosecond("Roller: largest error of 24 times of rest, s", 0.0, worst));
    let (_, log) = bench.once(&model, 141.0)?;
    let blocked = first_activity(&model, &log, "in", Activity::Blocked);
    found.push(Finding::nanosecond("Roller: infeed blocks, s", 52.0, blocked));
    let mut expected = vec![20.0];
    expected.extend((0..26).map(|k| 121.0 + 0.8 * f64::from(k)));
    found.extend(compare_ends("Roller", &expected, &log));
    Ok(found)
}

/// When follower number `follower` of the first part on the conveyor comes to rest: from its way still to go at `at_s`,
/// where it moves, checked at the moment itself and a nanosecond before.
fn rest_s(model: &Model, follower: usize, at_s: f64) -> Result<f64, Failure> {
    let Some(id) = model.find("conveyor") else { return Ok(f64::NAN) };
    let Some(conveyor) = State::parameters::<Conveyor>(model, id) else { return Ok(f64::NAN) };
    let mut state = State::new(model, 1, 0);
    let mut position = |at: SimTime| -> Result<f64, Failure> {
        advance(model, &mut state, at, &mut Log::off())?;
        let items = state.variables::<Conveyor>(model, id).map(|belt| belt.positions(conveyor, at));
        let place = items.and_then(|items| items.get(follower).map(|item| item.1));
        Ok(place.map_or(f64::NAN, |share| (share * TRANSIT_NS).round()))
    };
    let start = SimTime::from_seconds(at_s);
    let moving = position(start)?;
    let left = TRANSIT_NS - follower as f64 * PITCH_NS - moving;
    let rest = start + SimDuration::from_ns(left as i64);
    let before = position(SimTime::from_ns(rest.ns() - 1))?;
    let at_rest = position(rest)?;
    let later = position(SimTime::from_seconds(100.0))?;
    // Whole nanoseconds below 2^53.
    let is_right = before as i64 == at_rest as i64 - 1 && at_rest as i64 == later as i64;
    Ok(if is_right { rest.seconds() } else { f64::NAN })
}

/// Time over the conveyor and over one part.
const TRANSIT_NS: f64 = 20e9;
const PITCH_NS: f64 = 0.8e9;

/// A belt stops as a whole. A part every 3 s; the second is at the end at 23 s and stands until 121 s. Then the seven on it
/// follow at 3 s as before; the infeed's next part, held since 24 s, goes on at 121 s and is through 20 s later.
fn belt_stop(bench: &Bench) -> Findings {
    let plant = plant(r#"every: "3 s", first: "0 s""#, "transport: Belt", true);
    let model = bench.load(&plant)?;
    let (_, log) = bench.once(&model, 148.0)?;
    let blocked = first_activity(&model, &log, "in", Activity::Blocked);
    let mut found = vec![Finding::nanosecond("Belt: infeed blocks, s", 24.0, blocked)];
    let expected = [20.0, 121.0, 124.0, 127.0, 130.0, 133.0, 136.0, 139.0, 141.0, 144.0, 147.0];
    found.extend(compare_ends("Belt", &expected, &log));
    Ok(found)
}

/// Twenty zones: the times of all parts at all borders, zone by zone, against the engine, which keeps no zones.
fn zone_jam(bench: &Bench) -> Findings {
    let plant = plant(r#"every: "2 s", first: "0 s""#, "transport: Zones(20)", true);
    let model = bench.load(&plant)?;
    let (_, log) = bench.once(&model, 400.0)?;
    let expected: Vec<f64> = zone_by_zone(400)
        .into_iter()
        .map(|ns| ns as f64 * 1e-9)
        .filter(|end| *end <= 400.0)
        .collect();
    Ok(compare_ends("Zones(20)", &expected, &log))
}

/// Exits in ns: a front edge passes a border when it has gone through the zone before it (1 s) and the part ahead has
/// cleared the zone behind it (0.8 s after its own front edge left that). The next part comes 2 s after the last went in.
fn zone_by_zone(parts: usize) -> Vec<i64> {
    const ZONES: usize = 20;
    const OVER: i64 = 1_000_000_000;
    const CLEAR: i64 = 800_000_000;
    let mut ahead = [i64::MIN / 2; ZONES + 1];
    let mut ends = Vec::with_capacity(parts);
    let mut comes = 0;
    for _ in 0..parts {
        let mut border = [0; ZONES + 1];
        border[0] = comes.max(ahead[1] + CLEAR);
        for zone in 1..ZONES {
            border[zone] = (border[zone - 1] + OVER).max(ahead[zone + 1] + CLEAR);
        }
        border[ZONES] = through_gate(border[ZONES - 1] + OVER);
        comes = border[0] + 2_000_000_000;
        ends.push(border[ZONES]);
        ahead = border;
    }
    ends
}

/// The gate is shut from 21 s to 121 s.
fn through_gate(at: i64) -> i64 {
    let shut = 21_000_000_000..121_000_000_000;
    if shut.contains(&at) { shut.end } else { at }
}

/// When `equipment` first went over to `activity`, seconds.
fn first_activity(model: &Model, log: &Log, equipment: &str, activity: Activity) -> f64 {
    let id = model.find(equipment);
    let hit = log.trace.iter().find_map(|row| match *row {
        TraceRow::Activity { at, equipment, activity: to, .. }
            if Some(equipment) == id && to == activity =>
        {
            Some(at.seconds())
        }
        _ => None,
    });
    hit.unwrap_or(f64::NAN)
}

/// Number of parts that left, and the largest error of their times.
fn compare_ends(of: &str, expected: &[f64], log: &Log) -> Vec<Finding> {
    let n = (expected.len() as f64, log.parts.len() as f64);
    let pairs = expected.iter().zip(&log.parts);
    let worst = pairs.map(|(end, part)| (end - part.left.seconds()).abs()).fold(0.0, f64::max);
    vec![
        Finding::equal(format!("{of}: parts through the gate"), n.0, n.1),
        Finding::nanosecond(format!("{of}: largest error of their times, s"), 0.0, worst),
    ]
}

/// V17, merges: Poisson streams of 0.4/s (main) and 0.3/s (side) onto one belt that takes a part a second. As M/D/1, over
/// both streams, whoever is served first; with strict priority of the main line, Cobham's formula.
pub(super) fn merges(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    let runs = Runs::long(1.6e6, 1000.0);
    for merge in ["FirstCome", "Alternate"] {
        let rows = bench.measure(&merge_plant(merge), runs, |model, state| {
            let sum = |read: fn(&Model, &State, &str) -> f64| {
                read(model, state, "main") + read(model, state, "side")
            };
            sum(read::content) / sum(read::left) * read::window_s(state)
        })?;
        found.push(bench.mean(format!("{merge}: mean wait, s"), 1.166_667, rows, 0.01));
    }
    let rows =
        bench.measure(&merge_plant(r#"Priority(["main", "side"])"#), runs, |model, state| {
            ["main", "side"].map(|name| read::time_in(model, state, name))
        })?;
    let names = [("mean wait on the main line, s", 0.583_333), ("on the side line, s", 1.944_444)];
    found.extend(bench.means(names, &rows, 0.01, "Priority"));
    Ok(found)
}

pub(super) fn merge_plant(merge: &str) -> String {
    format!(
        r#"Plant(name: "merge", products: {{ "part": () }}, equipment: {{
            "main": (is: Source(every: Exponential("2.5 s"), blocked: Queue), to: ["belt"]),
            "side": (is: Source(every: Exponential("3.3333333333333335 s"), blocked: Queue), to: ["belt"]),
            "belt": (
                is: Conveyor(length: "5 m", speed: "0.5 m/s", part_length: "0.5 m"),
                to: ["out"],
                merge: {merge},
            ),
            "out": (is: Sink),
        }})"#
    )
}
