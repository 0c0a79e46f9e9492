use super::*;

fn of<T: From<Estimate>>(mean: f64, half_width: f64) -> T {
    Estimate { mean, half_width: Some(half_width), n: 10 }.into()
}

fn kpi(name: &str, estimate: Option<Estimate>, unit: &str, note: &str) -> KpiRow {
    KpiRow { name: name.into(), unit: unit.into(), estimate, note: note.into() }
}

fn machine(
    name: &str,
    kind: &str,
    shares: [f64; 8],
    finished_per_h: f64,
    content: f64,
) -> EquipmentRow {
    let (name, kind) = (name.into(), kind.into());
    EquipmentRow { name, kind, shares, finished_per_h, mean_content: content, bottleneck: false }
}

fn sample() -> RunView {
    let mut equipment = vec![
        machine("infeed", "Source", [0.62, 0.0, 0.0, 0.38, 0.0, 0.0, 0.0, 0.0], 58.4, 0.7),
        machine("belt", "Conveyor", [0.55, 0.0, 0.08, 0.37, 0.0, 0.0, 0.0, 0.0], 58.3, 11.24),
        machine("lathe 1", "Station", [0.61, 0.11, 0.09, 0.05, 0.08, 0.02, 0.0, 0.04], 29.2, 0.85),
        machine("lathe 2", "Station", [0.6, 0.12, 0.11, 0.04, 0.06, 0.03, 0.0, 0.04], 29.1, 0.83),
        machine("mill", "Station", [0.884, 0.0, 0.014, 0.0, 0.072, 0.03, 0.0, 0.0], 58.3, 0.99),
        machine(
            "washing and drying",
            "Oven",
            [0.43, 0.0, 0.57, 0.0, 0.0, 0.0, 0.0, 0.0],
            58.3,
            4.1,
        ),
        machine("inspection", "Station", [0.31, 0.0, 0.36, 0.0, 0.0, 0.0, 0.25, 0.08], 58.2, 0.34),
        machine("out", "Sink", [0.0; 8], 58.2, 0.0),
    ];
    equipment[4].bottleneck = true;
    RunView {
        plant: "Gear cell".into(),
        source: Some("assets/plants/gear.ron".into()),
        seed: 7,
        replications: 10,
        simulated: "5 d".into(),
        warmup: "30 min".into(),
        kpis: vec![
            kpi("throughput", of(58.31, 0.42), "/h", ""),
            kpi("lead time", of(23.41, 0.36), "min", ""),
            kpi("work in process", of(22.75, 0.61), "parts", ""),
            kpi("energy per part", of(0.412, 0.0031), "kWh", "without the compressor"),
            kpi("scrap", None, "%", "no inspection rejects parts"),
        ],
        products: vec![
            ProductRow {
                name: "gear".into(),
                finished_per_h: of(43.72, 0.38),
                lead_mean_s: of(1280.0, 21.0),
                lead_p50_s: Some(1190.0),
                lead_p90_s: Some(2010.0),
                lead_p99_s: Some(3105.0),
                tardiness_s: Some(41.0),
            },
            ProductRow {
                name: "shaft with keyway".into(),
                finished_per_h: of(14.59, 0.21),
                lead_mean_s: of(1780.0, 64.0),
                lead_p50_s: Some(1650.0),
                lead_p90_s: Some(2900.0),
                lead_p99_s: Some(4420.0),
                tardiness_s: None,
            },
        ],
        equipment,
        bottleneck: Some((
            "mill".into(),
            "works, is repaired or maintained 98.6 % of the time; the belt before it is full for 37 % of the time and \
             everything after it waits."
                .into(),
        )),
        warnings: vec![
            "the warm-up of 30 min is shorter than the 45 min that MSER-5 finds; the figures above may still carry \
             the empty start."
                .into(),
        ],
    }
}

const UNICODE: Style = Style { colour: false, unicode: true, width: 100 };

/// The widest line of a text.
fn widest(text: &str) -> usize {
    text.lines().map(text_width).max().unwrap_or(0)
}

#[test]
fn it_fits_the_terminal() {
    for width in [80, 100, 120, 200] {
        for unicode in [true, false] {
            let text = run_report(&sample(), Style { width, unicode, colour: false });
            assert!(widest(&text) <= width, "{width}:\n{text}");
            assert!(
                text.lines().all(|line| line.trim_end() == line),
                "no spaces at the end of lines"
            );
        }
    }
}

#[test]
fn ascii_is_ascii_and_colour_only_colour() {
    assert!(run_report(&sample(), Style::PLAIN).is_ascii());
    let coloured = run_report(&sample(), Style { colour: true, ..UNICODE });
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, run_report(&sample(), UNICODE));
}

#[test]
fn it_says_what_matters() {
    let text = run_report(&sample(), UNICODE);
    for part in
        ["58.3 ± 0.4", "23.4 ± 0.4", "88.4", "◀", "mill: works", "warning: the warm-up", "seed 7"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn nothing_is_shown_of_nothing() {
    let view = RunView {
        plant: "empty".into(),
        replications: 1,
        simulated: "1 h".into(),
        ..Default::default()
    };
    assert_eq!(run_report(&view, UNICODE), "empty\n1 replication · seed 0 · simulated 1 h\n");
}

#[test]
fn a_large_plant_shows_its_most_active() {
    let mut view = sample();
    view.equipment = (0..100)
        .map(|k| {
            let active = f64::from(k * 37 % 100) / 100.0;
            let shares = [active, 0.0, 1.0 - active, 0.0, 0.0, 0.0, 0.0, 0.0];
            machine(&format!("m{k}"), "Station", shares, 1.0, 1.0)
        })
        .collect();
    let text = run_report(&view, UNICODE);
    assert!(text.contains("the 40 that are active most; 60 more left out"), "{text}");
    let shown = text.lines().filter_map(|line| line.split_once(" m")?.1.split_once(' '));
    let shown: Vec<u32> = shown.filter_map(|(number, _)| number.parse().ok()).collect();
    assert_eq!(shown.len(), 40);
    assert!(shown.is_sorted(), "in the plant's order");
    assert!(shown.iter().all(|k| k * 37 % 100 >= 60), "the most active");
}

/// Run by hand, to look at: `cargo test -p app --lib look_at_it -- --ignored --nocapture`.
#[test]
#[ignore = "for a person to look at"]
#[expect(clippy::print_stdout, reason = "for a person to look at")]
fn look_at_it() {
    let number = |name: &str, or: usize| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or)
    };
    let width = number("COLUMNS", 100);
    let style = Style { colour: true, unicode: number("ASCII", 0) == 0, width };
    println!("{}", run_report(&sample(), style));
}
