//! Arrivals that vary with time.

use std::f64::consts::TAU;

use twin::engine::{Log, State, advance};
use twin::units::SimTime;

use super::bench::{Bench, Failure, Findings, seed_of};
use super::finding::Finding;

/// V29: as many machines as parts, exponential times with mean 1 s, arrivals at 10 + 8 sin(g t) per second. The mean number
/// in the plant is 10 + A sin(g t − φ) with A = 8/√(1 + g²) and tan φ = g (Eick, Massey and Whitt 1993).
pub(super) fn sine(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for turn in [1.0, 0.5] {
        let period_s = TAU / turn;
        let arrivals =
            format!(r#"rate: Sine(mean: "10 /s", amplitude: "8 /s", period: "{period_s} s")"#);
        let text = plant(&arrivals);
        let replications = if bench.is_quick() { 8 } else { 32 };
        let rows: Result<Vec<Wave>, Failure> =
            (0..replications).map(|r| listen(bench, &text, turn, r, 400)).collect();
        found.extend(compare(bench, turn, &rows?));
    }
    Ok(found)
}

/// 64 places are as good as infinitely many: at a mean below 18 they are all in use with a chance below 1e-15.
fn plant(arrivals: &str) -> String {
    format!(
        r#"Plant(name: "sine", products: {{ "part": () }}, equipment: {{
            "in": (is: Source({arrivals}), to: ["machines"]),
            "machines": (is: Station(places: 64, time: Exponential("1 s")), to: ["out"]),
            "out": (is: Sink),
        }})"#
    )
}

/// A sine wave in the number of parts.
#[derive(Clone, Copy, Debug)]
struct Wave {
    mean: f64,
    amplitude: f64,
    /// By how much it comes after the arrivals, seconds.
    lag_s: f64,
}

/// Looks at the plant 16 times a period, over `periods` of them after the first four.
fn listen(
    bench: &Bench,
    plant: &str,
    turn: f64,
    replication: u32,
    periods: u32,
) -> Result<Wave, Failure> {
    const LOOKS: u32 = 16;
    const FIRST: u32 = 4 * LOOKS;
    let model = bench.load(plant)?;
    let machines = model.find("machines").ok_or_else(|| Failure::Plant("no machines".into()))?;
    let mut state = State::new(&model, seed_of(plant), replication);
    let (mut mean, mut sine, mut cosine) = (0.0, 0.0, 0.0);
    for look in FIRST..FIRST + periods * LOOKS {
        let angle = TAU * f64::from(look) / f64::from(LOOKS);
        advance(&model, &mut state, SimTime::from_seconds(angle / turn), &mut Log::off())?;
        let n = f64::from(state.traffic(machines).content);
        mean += n;
        sine += n * angle.sin();
        cosine += n * angle.cos();
    }
    let looks = f64::from(periods * LOOKS);
    // n(t) = mean + A cos φ sin g t − A sin φ cos g t.
    let (in_phase, behind) = (2.0 * sine / looks, -2.0 * cosine / looks);
    Ok(Wave {
        mean: mean / looks,
        amplitude: in_phase.hypot(behind),
        lag_s: behind.atan2(in_phase) / turn,
    })
}

fn compare(bench: &Bench, turn: f64, waves: &[Wave]) -> Vec<Finding> {
    let of = format!("g = {turn}");
    let amplitude = 8.0 / 1.0_f64.hypot(turn);
    let lag_s = turn.atan() / turn;
    vec![
        bench.mean(format!("{of}: mean number"), 10.0, waves.iter().map(|w| w.mean), 0.01),
        bench.mean(format!("{of}: amplitude"), amplitude, waves.iter().map(|w| w.amplitude), 0.015),
        bench.mean(format!("{of}: lag, s"), lag_s, waves.iter().map(|w| w.lag_s), 0.015),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::finding::Verdict;

    #[test]
    fn the_formulas_give_the_published_figures() {
        let amplitude = |turn: f64| 8.0 / 1.0_f64.hypot(turn);
        assert!((amplitude(1.0) - 5.656_854).abs() < 1e-6);
        assert!((amplitude(0.5) - 7.155_418).abs() < 1e-6);
        assert!((1.0_f64.atan() - 0.785_398).abs() < 1e-6);
        assert!((0.5_f64.atan() / 0.5 - 0.927_295).abs() < 1e-6);
    }

    /// Gaps drawn at the rate of the last arrival: the mistake that the case is there to find.
    fn jumping_gaps(turn: f64, until_s: f64, seed: u64) -> Vec<f64> {
        let mut bits = seed;
        let mut uniform = || {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        };
        let (mut now, mut gaps) = (0.0, Vec::new());
        while now < until_s {
            let gap = -uniform().ln() / (10.0 + 8.0 * (turn * now).sin());
            now += gap;
            gaps.push(gap);
        }
        gaps
    }

    #[test]
    fn a_generator_that_changes_its_rate_only_at_arrivals_fails() {
        let bench = Bench::new(1, false, 4.0);
        let turn = 1.0;
        let wave = |seed: u64| {
            let gaps = jumping_gaps(turn, 2600.0, seed + 1);
            let gaps: Vec<String> = gaps.iter().map(|gap| format!("\"{gap:.9} s\"")).collect();
            let text = plant(&format!("every: Trace(values: [{}])", gaps.join(", ")));
            listen(&bench, &text, turn, 0, 400).expect("a plant")
        };
        let waves: Vec<Wave> = (0..16).map(wave).collect();
        let found = compare(&bench, turn, &waves);
        let miss = |finding: &Finding| {
            let off = (finding.got - finding.expected).abs();
            finding.verdict == Verdict::Miss && off > 4.0 * finding.standard_error.unwrap_or(f64::MAX)
        };
        assert!(found.iter().any(miss), "{found:#?}");
    }
}
