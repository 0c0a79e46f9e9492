//! Jobs on machines with two vehicles: the instances of Bilge and Ulusoy as plants.
//!
//! A small search over the decisions (who fetches what, and in which order) finds a plan; the plant then runs under that
//! plan, and it is the plant's makespan that is compared with the best that is known.

use std::fmt::Write as _;

use twin::random::Stream;

use super::bench::{Bench, Failure, Findings};
use super::finding::Finding;

/// Travel times between the load/unload station and the four machines, by layout.
const LAYOUTS: [[[u32; 5]; 5]; 4] = [
    [[0, 6, 8, 10, 12], [12, 0, 6, 8, 10], [10, 6, 0, 6, 8], [8, 8, 6, 0, 6], [6, 10, 8, 6, 0]],
    [[0, 4, 6, 8, 6], [6, 0, 2, 4, 2], [8, 12, 0, 2, 4], [6, 10, 12, 0, 2], [4, 8, 10, 12, 0]],
    [[0, 2, 4, 10, 12], [12, 0, 2, 8, 10], [10, 12, 0, 6, 8], [4, 6, 8, 0, 2], [2, 4, 6, 12, 0]],
    [[0, 4, 8, 10, 14], [18, 0, 4, 6, 10], [20, 14, 0, 8, 6], [12, 8, 6, 0, 6], [14, 14, 12, 6, 0]],
];

/// The operations of a job: machine and time.
type Job = &'static [(usize, u32)];

/// Sets of jobs with the best makespans by layout.
const SETS: [(u32, &[Job], [u32; 4]); 3] = [
    (
        1,
        &[
            &[(1, 8), (2, 16), (4, 12)],
            &[(1, 20), (3, 10), (2, 18)],
            &[(3, 12), (4, 8), (1, 15)],
            &[(4, 14), (2, 18)],
            &[(3, 10), (1, 15)],
        ],
        [96, 82, 84, 103],
    ),
    (
        2,
        &[
            &[(1, 10), (4, 18)],
            &[(2, 10), (4, 18)],
            &[(1, 10), (3, 20)],
            &[(2, 10), (3, 15), (4, 12)],
            &[(1, 10), (2, 15), (4, 12)],
            &[(1, 10), (2, 15), (3, 12)],
        ],
        [100, 76, 86, 108],
    ),
    (
        3,
        &[
            &[(1, 16), (3, 15)],
            &[(2, 18), (4, 15)],
            &[(1, 20), (2, 10)],
            &[(3, 15), (4, 10)],
            &[(1, 8), (2, 10), (3, 15), (4, 17)],
            &[(2, 10), (3, 15), (4, 8), (1, 15)],
        ],
        [99, 85, 86, 111],
    ),
];

/// V18: the makespan of each plant under the plan that was found.
pub(super) fn makespans(bench: &Bench) -> Findings {
    let mut found = Vec::new();
    for (number, jobs, best) in SETS {
        for (layout, expected) in best.into_iter().enumerate() {
            let instance = Instance { times: &LAYOUTS[layout], jobs };
            let plan = instance.search(u64::from(number) * 10 + layout as u64, expected);
            let got = simulate(bench, &instance.plant(&plan))?;
            let what = format!("job set {number}, layout {}: makespan", layout + 1);
            found.push(Finding::nanosecond(what, f64::from(expected), got));
        }
    }
    Ok(found)
}

/// When the last operation ends, in seconds; NaN if jobs are left.
fn simulate(bench: &Bench, (plant, jobs): &(String, usize)) -> Result<f64, Failure> {
    let (_, log) = bench.once(&bench.load(plant)?, 10_000.0)?;
    let ends = log.parts.iter().map(|part| part.left.seconds());
    Ok(if log.parts.len() == *jobs { ends.fold(0.0, f64::max) } else { f64::NAN })
}

/// One move: the job whose next operation it leads to, and the vehicle.
type Move = (usize, usize);

struct Instance {
    times: &'static [[u32; 5]; 5],
    jobs: &'static [Job],
}

impl Instance {
    /// The makespan of a plan; none if a machine would have to let a job that came first wait for one that comes later.
    fn makespan(&self, plan: &[Move]) -> Option<u32> {
        let mut job = [(0_usize, 0_usize, 0_u32); 8];
        let mut vehicle = [(0_usize, 0_u32); 2];
        let mut machine = [(0_u32, 0_u32); 5];
        let mut end = 0;
        for (j, v) in plan {
            let (next, place, ready) = job[*j];
            let (at, work) = self.jobs[*j][next];
            let fetched = (vehicle[*v].1 + self.times[vehicle[*v].0][place]).max(ready);
            let there = fetched + self.times[place][at];
            let (free, last) = machine[at];
            if there < last || (there == last && last > 0) {
                return None;
            }
            let done = there.max(free) + work;
            machine[at] = (done, there);
            vehicle[*v] = (at, there);
            job[*j] = (next + 1, at, done);
            end = end.max(done);
        }
        Some(end)
    }

    /// Simulated annealing with restarts, until the makespan is `goal` or the effort is spent.
    fn search(&self, seed: u64, goal: u32) -> Vec<Move> {
        const RESTARTS: usize = 400;
        const STEPS: u32 = 30_000;
        let mut dice = Stream::new(seed, 0, "search");
        let mut best: (u32, Vec<Move>) = (u32::MAX, Vec::new());
        for _ in 0..RESTARTS {
            let mut plan = self.start(&mut dice);
            let Some(mut value) = self.makespan(&plan) else { continue };
            for step in 0..STEPS {
                let heat = 4.0 * f64::from(STEPS - step) / f64::from(STEPS) + 0.05;
                let mut other = plan.clone();
                change(&mut other, &mut dice);
                let Some(new) = self.makespan(&other) else { continue };
                let worse = f64::from(new) - f64::from(value);
                if worse <= 0.0 || dice.uniform() < (-worse / heat).exp() {
                    (plan, value) = (other, new);
                }
                if value < best.0 {
                    best = (value, plan.clone());
                    if value <= goal {
                        return best.1;
                    }
                }
            }
        }
        best.1
    }

    /// Jobs one after the other, in a random order: no machine sees two at a time.
    fn start(&self, dice: &mut Stream) -> Vec<Move> {
        let mut order: Vec<usize> = (0..self.jobs.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at as u64 + 1) as usize);
        }
        let moves = order.into_iter().flat_map(|j| self.jobs[j].iter().map(move |_| j));
        moves.map(|j| (j, dice.below(2) as usize)).collect()
    }

    /// The plant under `plan`, and its number of jobs.
    fn plant(&self, plan: &[Move]) -> (String, usize) {
        let (mut products, mut orders, mut moves) = (String::new(), String::new(), String::new());
        for (j, job) in self.jobs.iter().enumerate() {
            let steps: Vec<String> = job
                .iter()
                .map(|(machine, time)| format!("(at: \"M{machine}\", time: \"{time} s\")"))
                .collect();
            let _ = write!(products, "\"job {j}\": (route: [{}]), ", steps.join(", "));
            let _ = write!(orders, "(at: \"0 s\", product: \"job {j}\"), ");
        }
        let (mut machines, mut stations) = (String::new(), String::new());
        for m in 1..=4 {
            let _ = write!(
                machines,
                "\"M{m}\": (is: Station(queue: \"unlimited\"), to: [\"M{m} done\", \"out\"]),
                \"M{m} done\": (is: Buffer(), to: [\"agvs\"]), "
            );
            let _ = write!(stations, "\"M{m}\": (at: \"M{m}\", from: \"M{m} done\"), ");
        }
        for (j, v) in plan {
            let _ = write!(moves, "(\"agv {}\", \"job {j}\"), ", v + 1);
        }
        let rows: Vec<String> = self
            .times
            .iter()
            .map(|row| format!("[{}]", row.map(|time| format!("\"{time} s\"")).join(", ")))
            .collect();
        let text = format!(
            r#"Plant(
                name: "machines and vehicles",
                products: {{ {products} }},
                equipment: {{
                    "orders": (is: Source(schedule: [{orders}]), to: ["L/U"]),
                    "L/U": (is: Buffer(), to: ["agvs"]),
{machines}
                    "agvs": (
                        is: Vehicles(
                            travel: (places: ["L/U", "M1", "M2", "M3", "M4"], times: [{}]),
                            stations: {{ "L/U": "L/U", {stations} }},
                            fleets: {{ "agv": (start: ["L/U", "L/U"]) }},
                            plan: [{moves}],
                        ),
                        to: ["M1", "M2", "M3", "M4"],
                    ),
                    "out": (is: Sink),
                }},
            )"#,
            rows.join(", ")
        );
        (text, self.jobs.len())
    }
}

/// Another vehicle for one move, two moves swapped, or one moved elsewhere.
fn change(plan: &mut Vec<Move>, dice: &mut Stream) {
    let n = plan.len() as u64;
    let (a, b) = (dice.below(n) as usize, dice.below(n) as usize);
    match dice.below(3) {
        0 => plan[a].1 = 1 - plan[a].1,
        1 => plan.swap(a, b),
        _ => {
            let moved = plan.remove(a);
            plan.insert(b, moved);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plant does what the plan says, at the times that the search reckons with.
    #[test]
    fn plants_follow_their_plans() {
        let bench = Bench::new(1, true, 3.0);
        let mut dice = Stream::new(1, 0, "plans");
        for (number, jobs, _) in SETS {
            for times in &LAYOUTS {
                let instance = Instance { times, jobs };
                let mut plan = instance.start(&mut dice);
                for _ in 0..5 {
                    for _ in 0..200 {
                        let mut other = plan.clone();
                        change(&mut other, &mut dice);
                        plan = if instance.makespan(&other).is_some() { other } else { plan };
                    }
                    let expected = instance.makespan(&plan).map(f64::from);
                    let got = simulate(&bench, &instance.plant(&plan)).ok();
                    assert_eq!(got, expected, "set {number}, {plan:?}");
                }
            }
        }
    }

    /// By hand: layout 1, one job of set 1, M1 6 away: 6 + 8, 6 to M2 and 16, 8 to M4 and 12.
    #[test]
    fn one_job_alone() {
        let instance = Instance { times: &LAYOUTS[0], jobs: &[&[(1, 8), (2, 16), (4, 12)]] };
        assert_eq!(instance.makespan(&[(0, 0), (0, 0), (0, 0)]), Some(6 + 8 + 6 + 16 + 8 + 12));
        // The second vehicle would have to come for it from L/U, 6 away, and is there in time.
        assert_eq!(instance.makespan(&[(0, 0), (0, 1), (0, 0)]), Some(56));
    }
}
