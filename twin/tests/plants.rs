//! The plants that come with the engine: each loads without a complaint, keeps its books, and shows what its file says can
//! be known beforehand.

use twin::engine::{Activity, Model};
use twin::plant::load_text;
use twin::stats::Estimate;
use twin::study::{Control, Figures, Plan, Silent, Summary, replicate};

struct Run {
    model: Model,
    replications: Vec<Figures>,
    summary: Summary,
}

/// Runs the plant as its file says, after `change` to its text.
fn run_changed(name: &str, change: impl Fn(String) -> String) -> Run {
    let path = format!("{}/../assets/plants/{name}.ron", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the plant is there");
    let loaded = load_text(&change(text));
    let model = loaded.model.unwrap_or_else(|| panic!("{name}: {:?}", loaded.diagnostics));
    let measure = |model: &Model, state: &_, _| Figures::of(model, state);
    let control = Control::default();
    let replications =
        replicate(&model, &Plan::of(&model), &control, |_| Silent, measure, |_, _| {})
            .expect("the plant runs to its end");
    for figures in &replications {
        assert_eq!(figures.little_misses, Vec::<String>::new(), "{name}: Little's law");
    }
    let summary = Summary::of(&model, &replications);
    Run { model, replications, summary }
}

fn run(name: &str) -> Run {
    run_changed(name, |text| text)
}

/// The mean is within 3 standard errors (1.33 half-widths of the 95 % interval of ten) of `exact`, and known well enough.
fn agrees(what: &str, found: Option<&Estimate>, exact: f64, known_to: f64) {
    let found = found.unwrap_or_else(|| panic!("{what}: nothing measured"));
    let half_width = found.half_width.unwrap_or(0.0);
    let (mean, off) = (found.mean, (found.mean - exact).abs());
    assert!(half_width <= known_to * exact, "{what}: {mean} ± {half_width} says too little");
    assert!(off <= 1.33 * half_width, "{what}: {mean} ± {half_width}, exact {exact}");
}

impl Run {
    fn share(&self, equipment: &str, activity: Activity) -> f64 {
        let id = self.model.find(equipment).expect("it is in the plant");
        self.summary.equipment[id.index()].shares[activity as usize]
    }

    #[track_caller]
    fn share_is(&self, equipment: &str, activity: Activity, exact: f64, within: f64) {
        let share = self.share(equipment, activity);
        assert!((share - exact).abs() <= within, "{equipment} {activity:?}: {share}, not {exact}");
    }

    /// Mean number of parts of all products that `count` gives, per replication.
    fn mean_count(&self, count: impl Fn(&twin::study::ProductFigures) -> u64) -> f64 {
        let all: u64 = self.replications.iter().flat_map(|r| r.products.iter().map(&count)).sum();
        all as f64 / self.replications.len() as f64
    }
}

#[test]
fn tutorial_is_held_up_by_its_faster_machine() {
    let run = run("tutorial");
    agrees("throughput", run.summary.throughput_per_h.as_ref(), 60.0, 0.01);
    run.share_is("mill", Activity::Working, 0.75, 0.01);
    run.share_is("mill", Activity::Failed, 0.1875, 0.01);
    run.share_is("washer", Activity::Working, 50.0 / 60.0, 0.01);
    let bottleneck = run.summary.bottleneck.as_ref().expect("something holds it up");
    assert_eq!(run.model.row(bottleneck.equipment).name, "mill");
}

#[test]
fn job_shop_has_the_loads_of_law_and_kelton() {
    let run = run("job-shop");
    agrees("throughput", run.summary.throughput_per_h.as_ref(), 4.0, 0.01);
    let loads = [0.96, 0.99, 0.725, 0.973_333, 0.80];
    for (group, load) in (1..).zip(loads) {
        run.share_is(&format!("group {group}"), Activity::Working, load, 0.01);
    }
}

#[test]
fn penny_fab_agrees_with_its_closed_network() {
    let run = run("penny-fab");
    agrees("throughput", run.summary.throughput_per_h.as_ref(), 0.363_227, 0.02);
    let lead_time = run.summary.lead_time_s.as_ref();
    agrees("lead time", lead_time, 12.0 / 0.363_227 * 3600.0, 0.02);
}

#[test]
fn serial_line_agrees_with_its_markov_chain() {
    let run = run("serial-line");
    agrees("throughput", run.summary.throughput_per_h.as_ref(), 0.729_948 * 3600.0, 0.01);
}

#[test]
fn machine_shop_agrees_with_ashcroft() {
    let run = run("machine-repair");
    agrees("throughput", run.summary.throughput_per_h.as_ref(), 10.0 * 0.821_003 * 6.0, 0.01);
}

#[test]
fn belt_merge_agrees_with_priority_queueing() {
    let run = run("belt-merge");
    for (line, exact) in [("main line", 0.583_333), ("side line", 1.944_444)] {
        let id = run.model.find(line).expect("it is in the plant");
        agrees(line, run.summary.equipment[id.index()].time_in_s.as_ref(), exact, 0.02);
    }
}

#[test]
fn assembly_loop_makes_packs_of_good_cells() {
    let run = run_changed("assembly-loop", |text| text.replace("\"110 h\"", "\"40 h\""));
    let at = |name: &str| run.model.find(name).expect("it is in the plant").index();
    let of = |name: &str| run.model.products.iter().position(|product| product.name == name);
    let packs = &run.summary.products[of("pack").expect("it is in the plant")];
    // Every 96 good cells, 97.725 % of one every 2 s.
    agrees("packs per hour", packs.throughput_per_h.as_ref(), 1800.0 * 0.977_25 / 96.0, 0.002);
    for (machine, exact) in [("weld", 0.814_375), ("packing", 0.610_781)] {
        let working = run.summary.equipment[at(machine)].shares[Activity::Working as usize];
        assert!(
            (working - exact).abs() < 0.002,
            "{machine} works {working} of the time, not {exact}"
        );
    }
}

#[test]
fn mini_fab_takes_all_its_starts_and_never_locks_up() {
    let run = run("mini-fab");
    // 12 lots a day for 1000 days came in: at most what is in the fab may be missing.
    assert!((run.mean_count(|p| p.entered) - 12_000.0).abs() <= 26.0);
    for replication in &run.replications {
        let out: u64 = replication.products.iter().map(|p| p.finished + p.scrapped).sum();
        assert!(out.abs_diff(12_000) <= 52, "{out} lots went out");
    }
    // The source: about 4 lots a week are lost.
    let lost_a_week = run.mean_count(|p| p.scrapped) / 1000.0 * 7.0;
    assert!((3.0..5.0).contains(&lost_a_week), "{lost_a_week} lots lost a week");
}

#[test]
fn mini_fab_without_emergencies_has_the_loads_of_its_source() {
    let run = run_changed("mini-fab", |text| without(&text, "failures: [", ")],\n"));
    let pair =
        |a: &str, b: &str, activity| f64::midpoint(run.share(a, activity), run.share(b, activity));
    for (a, b, work, planned) in [
        ("Ma", "Mb", 0.833_333, 75.0 / 1440.0),
        ("Mc", "Md", 0.583_333, 120.0 / 720.0),
        ("Me", "Me", 0.875, 30.0 / 720.0),
    ] {
        let (working, maintained) =
            (pair(a, b, Activity::Working), pair(a, b, Activity::Maintained));
        assert!((working - work).abs() < 0.001, "{a}, {b}: {working} at work, not {work}");
        assert!((maintained - planned).abs() < 0.001, "{a}, {b}: {maintained}, not {planned}");
    }
}

/// `text` without what stands from `start` to `end`, wherever it does.
fn without(text: &str, start: &str, end: &str) -> String {
    let mut pieces = text.split(start);
    let mut rest = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        rest += piece.split_once(end).expect("it ends").1;
    }
    rest
}

/// The loads that the file's head gives, and of a thousand pumps sold some three that are bad.
#[test]
fn kanban_line_has_the_loads_of_its_head() {
    let run =
        run_changed("kanban-line", |text| text.replace("replications: 10", "replications: 4"));
    run.share_is("lathe", Activity::Working, 0.8, 0.02);
    run.share_is("drill", Activity::Working, 0.7, 0.02);
    run.share_is("assembly", Activity::Working, 0.7, 0.02);
    run.share_is("test", Activity::Working, 0.635, 0.02);
    let escaped = run.mean_count(|product| product.escaped) / run.mean_count(|p| p.finished);
    assert!((0.002..0.004).contains(&escaped), "{escaped}");
    let housings = ["post 1", "lathe", "drill", "housings"];
    let content = |name: &&str| {
        let id = run.model.find(name).expect("it is in the plant");
        run.summary.equipment[id.index()].content.map_or(0.0, |content| content.mean)
    };
    let all: f64 = housings.iter().map(content).sum();
    assert!((all - 8.0).abs() < 1e-6, "with steel always there, all 5 + 3 cards are out: {all}");
}
