//! The plants that come with the engine: each loads without a complaint, keeps its books, and shows what its file says can
//! be known beforehand.

use twin::engine::{Activity, Log, Model, State, advance};
use twin::plant::load_text;
use twin::stats::Estimate;
use twin::study::{Control, Figures, Plan, Silent, Summary, replicate};
use twin::units::SimTime;

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

    /// What an equipment says of itself, mean over the replications.
    fn own(&self, equipment: &str, figure: &str) -> f64 {
        let id = self.model.find(equipment).expect("it is in the plant");
        let own = &self.summary.equipment[id.index()].own;
        let found = own.iter().find(|(name, _)| name == figure);
        found.and_then(|(_, estimate)| estimate.as_ref()).map_or(f64::NAN, |found| found.mean)
    }

    /// Time of a part in an equipment, mean over the replications.
    fn time_in_s(&self, equipment: &str) -> f64 {
        let id = self.model.find(equipment).expect("it is in the plant");
        let time = self.summary.equipment[id.index()].time_in_s.as_ref();
        time.expect("parts have been in it").mean
    }

    fn throughput_per_h(&self) -> f64 {
        self.summary.throughput_per_h.as_ref().expect("parts are finished").mean
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
    assert_eq!(run.model.row(bottleneck.by_share).name, "mill");
    // The washer catches up after each failure of the mill, slowly: its active periods are longer, though fewer.
    assert_eq!(run.model.row(bottleneck.equipment).name, "washer");
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

/// `text` with another length of run and number of replications.
fn shorter(text: &str, until: &str, replications: u32) -> String {
    let (before, rest) = text.split_once("until: \"").expect("it says how long it runs");
    let (_, rest) = rest.split_once("\",").expect("the time ends");
    let (middle, rest) = rest.split_once("replications: ").expect("and how often");
    let (_, rest) = rest.split_once(')').expect("the settings end");
    format!("{before}until: \"{until}\",{middle}replications: {replications}){rest}")
}

/// Cells at or below 3.66 V, two standard deviations under the mean, are sorted out; the six pallets stay in the plant.
#[test]
fn assembly_loop_sorts_out_weak_cells_and_keeps_its_pallets() {
    let run = run_changed("assembly-loop", |text| shorter(&text, "40 h", 4));
    let of = |name: &str| run.model.products.iter().position(|product| product.name == name);
    let (cell, pallet) = (of("cell").expect("it is there"), of("pallet").expect("it is there"));
    for figures in &run.replications {
        let cells = &figures.products[cell];
        let weak = cells.scrapped as f64 / cells.entered as f64;
        assert!((weak - 0.022_75).abs() < 0.0025, "{weak} of the cells are weak");
        let pallets = &figures.products[pallet];
        assert_eq!((pallets.entered, pallets.finished, pallets.scrapped), (0, 0, 0));
    }
}

/// The loads of the file's head, as shares of the day: 900 modules, each of which takes the lasers and the test stands so long.
#[test]
fn battery_line_delivers_what_is_ordered() {
    let run = run_changed("battery-line", |text| shorter(&text, "8 d", 2));
    let days = 7.0;
    let of =
        |name: &str| run.model.products.iter().position(|p| p.name == name).expect("a product");
    let (a, b) = (of("module A"), of("module B"));
    for figures in &run.replications {
        for (product, exact) in [(a, 600.0 * days), (b, 300.0 * days)] {
            let product = &figures.products[product];
            let out = (product.finished + product.scrapped) as f64;
            // One box may stand half full at either end.
            assert!((out - exact).abs() <= 8.0, "{out} modules, not {exact}");
            assert!((product.scrapped as f64) < exact * 0.002, "{} are lost", product.scrapped);
            assert_eq!(product.tardy, 0);
        }
    }
    assert!(run.own("order desk", "orders_closed") >= 2.0 * 2.0 * (days - 1.0));
    assert!(run.own("order desk", "orders_late_share") < 1e-12);
    let lasers = [run.model.find("weld 1"), run.model.find("weld 2")];
    let bottleneck = run.summary.bottleneck.as_ref().expect("something is busiest");
    assert!(lasers.contains(&Some(bottleneck.by_share)), "{bottleneck:?}");
    let day = |seconds: f64| 900.0 * seconds / 86_400.0;
    let welding: f64 =
        ["weld 1", "weld 2"].map(|laser| run.share(laser, Activity::Working)).iter().sum();
    assert!((welding / 2.0 - day(310.0 / 6.0)).abs() < 0.003, "{welding}: two lasers' work");
    let tests = run.share("test", Activity::Working) / day(50.0);
    assert!((tests - 1.033).abs() < 0.01, "{tests} tests of each module");
    // A cell: 2 m there and back, pick and place.
    let cell_s = 0.9 + 2.0 * (2.0 / 2.2 + 2.2 / 5.0);
    run.share_is("robot 1/robot", Activity::Working, day(cell_s * 40.0 / 3.0), 0.003);
    assert!((run.time_in_s("oven") - 900.0).abs() < 15.0, "{}", run.time_in_s("oven"));
}

/// The 48 pallets come in as they are needed; then each is free or under a module. At night the line is empty, and all are
/// free.
#[test]
fn battery_line_keeps_its_pallets() {
    let run = run_changed("battery-line", |text| shorter(&text, "1.5 d", 1));
    let model = &run.model;
    let mut state = State::new(model, 3, 0);
    for hour in 1..=54 {
        let at = SimTime::from_seconds(3600.0 * f64::from(hour));
        advance(model, &mut state, at, &mut Log::off()).expect("it runs");
        let named = |name: &str| {
            let parts = state.parts().iter();
            parts.filter(|(_, part)| model.product_name(part.product) == name).count()
        };
        let (pallets, modules) = (named("pallet"), named("module A") + named("module B"));
        assert!(pallets <= 48, "{hour} h: {pallets} pallets");
        if hour >= 22 {
            assert!(pallets + modules >= 48, "{hour} h: {pallets} pallets, {modules} modules");
        }
        if [23, 24, 29, 47, 53].contains(&hour) {
            assert_eq!((pallets, modules), (48, 0), "at night, {hour} h");
        }
    }
}

/// Without failures and with a lathe of constant time: what two grippers, one, and a fixed round are worth. The mill works
/// 75 s and stands still while the robot comes with the next flange: an exchange of 6.5 s at the least.
#[test]
fn robot_cell_is_what_its_robot_makes_of_it() {
    let smooth = |grippers: &str, rule: &str| {
        run_changed("robot-cell", |text| {
            let text = shorter(&text, "44 h", 1).replace("failures: [", "failures: []<");
            without(&text, "<", "]")
                .replace("LogNormal(mean: \"62 s\", cv: 0.1)", "\"62 s\"")
                .replace("\"grippers\": 2", &format!("\"grippers\": {grippers}"))
                .replace("rule: Pull", &format!("rule: {rule}"))
        })
    };
    let round = "Sequence([\"washer\", \"mill\", \"lathe\", \"infeed\"])";
    for (grippers, rule, exact) in [("2", "Pull", 37.2), ("1", "Pull", 37.7), ("1", round, 38.9)] {
        let run = smooth(grippers, rule);
        let rate = run.throughput_per_h();
        assert!((rate - exact).abs() < 0.1, "{grippers} {rule}: {rate} flanges per hour");
        for (machine, work_s) in [("lathe", 62.0), ("mill", 75.0), ("washer", 55.0)] {
            run.share_is(machine, Activity::Working, work_s * rate / 3600.0, 0.001);
        }
        let stands_s = 3600.0 / rate - 75.0;
        assert!((6.5..30.0).contains(&stands_s), "{grippers} {rule}: the mill stands {stands_s} s");
    }
}

/// Each casting is moved three times. Three tuggers are enough for the 15 an hour that come, but not for 20; two are not.
#[test]
fn agv_loop_carries_what_its_head_says() {
    let run = run("agv-loop");
    let rate = run.throughput_per_h();
    assert!((rate - 15.0).abs() < 1.0, "{rate} castings per hour");
    let moves = run.own("tuggers", "loads") / (rate * 38.0);
    assert!((moves - 3.0).abs() < 0.02, "{moves} moves of each");
    let changed = |from: &str, to: &str| {
        let change = |text: String| {
            let (before, after) = text.rsplit_once(from).expect("it stands in the plant");
            format!("{before}{to}{after}")
        };
        run_changed("agv-loop", change)
    };
    let more = changed("Exponential(\"4 min\")", "Exponential(\"3 min\")");
    assert!((16.5..19.0).contains(&more.throughput_per_h()), "{}", more.throughput_per_h());
    let two = changed("[\"park 1\", \"park 2\", \"g\"]", "[\"b\", \"g\"]");
    assert!((10.5..12.5).contains(&two.throughput_per_h()), "{}", two.throughput_per_h());
    // In 40 h castings pile up at the dock.
    assert!(run.time_in_s("dock") < 900.0 && more.time_in_s("dock") > 3600.0);
    assert!(two.time_in_s("dock") > more.time_in_s("dock"));
}

/// What a part costs in electricity by the time after which idle presses are switched off, and how long it is there.
#[test]
fn press_shop_pays_for_switching_off() {
    let off_after = |time: &str| {
        run_changed("press-shop", |text| {
            shorter(&text, "15 d", 1)
                .replace("\"off_after\": \"100 d\"", &format!("\"off_after\": \"{time}\""))
        })
    };
    let per_part = |run: &Run| {
        let power =
            run.model.media.iter().position(|medium| medium.name == "power").expect("power");
        run.summary.media[power].per_part.as_ref().expect("it is metered").mean / 3.6e6
    };
    let always = off_after("100 d");
    always.share_is("press", Activity::Working, 0.5, 0.01);
    let at_once = off_after("0 s");
    let (late, soon) = (off_after("2 min"), off_after("20 s"));
    for (run, exact) in [(&always, 0.355), (&late, 0.358), (&soon, 0.406), (&at_once, 0.439)] {
        let found = per_part(run);
        assert!((found - exact).abs() < 0.02 * exact, "{found} kWh for each part, not {exact}");
    }
    let longer = at_once.time_in_s("press") - always.time_in_s("press");
    assert!((longer - 14.0).abs() < 1.5, "{longer} s longer at the presses");
}
