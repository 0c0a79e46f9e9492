//! Instruments in plants: what files say, what is told of mistakes, and what a run does with them.

#![expect(clippy::unwrap_used, reason = "a test whose plant cannot be run has failed")]

use twin::climate::{AlarmChange, Climate, ClimateFigures, Climates, Reading};
use twin::diagnostics::Look;
use twin::engine::{Action, Log, Model, State, advance};
use twin::field::{Settings, Tier};
use twin::plant::{Loaded, load_text};
use twin::sensor::Bank;
use twin::study::{Control, Observer, Plan, run_one};
use twin::units::SimTime;

/// An oven of 40 kW in a small hall, with `sensors`.
fn plant(sensors: &str) -> String {
    format!(
        r#"Plant(
            name: "oven", run: (until: "4 h"),
            hall: (size: (12, 8, 4), cell: "1 m", tick: "10 s", start: "20 degC",
                walls: (west: (u_value: "5 W/(m2 K)"), roof: (u_value: "5 W/(m2 K)")),
                obstacles: {{ "pillar": (from: (9, 6, 0), to: (10, 7, 4)) }}),
            products: {{ "part": (route: ["oven"]) }},
            equipment: {{
                "in": (is: Source(product: "part", every: "10 min"), to: ["oven"]),
                "oven": (is: Station(time: "9 min"), to: ["out"], at: (4, 4), size: (3, 2, 2),
                    power: (working: "40 kW"), heat: (mass: "300 kg", film: "10 W/(m2 K)")),
                "out": (is: Sink),
            }},
            sensors: {{ {sensors} }},
        )"#
    )
}

fn model(sensors: &str) -> Model {
    let Loaded { model, sources, diagnostics } = load_text(&plant(sensors));
    model.unwrap_or_else(|| panic!("{}", diagnostics.render(&sources, Look::default())))
}

/// What is told of a mistake.
fn told(sensors: &str) -> String {
    let Loaded { sources, diagnostics, .. } = load_text(&plant(sensors));
    diagnostics.render(&sources, Look { colour: false, limit: 20, width: 120 })
}

fn climates(model: &Model) -> Climates {
    let hall = model.hall.as_ref().unwrap();
    Climates::of(hall, None, |scene| twin::field::build(Tier::Network, scene, &Settings::default()))
        .unwrap()
}

#[derive(Default)]
struct Notes {
    tags: Vec<String>,
    readings: Vec<Reading>,
    alarms: Vec<AlarmChange>,
    figures: Option<ClimateFigures>,
}

impl Observer for Notes {
    fn listens(&self) -> bool {
        true
    }

    fn readings(&mut self, bank: &Bank, readings: &[Reading], alarms: &[AlarmChange]) {
        self.tags = (0..bank.len()).map(|sensor| bank.name(sensor)).collect();
        self.readings.extend_from_slice(readings);
        self.alarms.extend_from_slice(alarms);
    }

    fn climate(&mut self, figures: ClimateFigures) {
        self.figures = Some(figures);
    }
}

fn run(model: &Model) -> (State, Notes) {
    let plan = Plan { climates: climates(model), ..Plan::of(model) };
    let mut notes = Notes::default();
    let state = run_one(model, &plan, 0, &mut notes, &Control::default()).unwrap().unwrap();
    (state, notes)
}

#[test]
fn an_alarm_stops_the_oven_and_lets_it_go_on() {
    let model = model(
        r#""TT-1": (is: Temperature(of: "oven"), every: "30 s", chain: (lag: "1 min"),
            alarms: [(above: "90 degC", hysteresis: "20 K", delay: "1 min", stops: ["oven"])]),
        "air": (is: Temperature(from: (0, 0, 0), to: (12, 8, 4)), every: "10 min")"#,
    );
    let (state, notes) = run(&model);
    assert_eq!(notes.tags, ["TT-1", "air"]);
    let raised = notes.alarms.iter().filter(|change| change.raised).count();
    assert!(raised >= 2, "{:?}", notes.alarms);
    let commands = state.commands();
    let stops = commands.iter().filter(|c| c.action == Action::Stop("oven".into())).count();
    assert_eq!((stops, commands.len()), (raised, notes.alarms.len()));
    for (command, change) in commands.iter().zip(&notes.alarms) {
        assert_eq!(command.at.ns(), change.at.ns() + 1);
    }
    // Every 30 s and every 10 min, over 4 h, the first reading at the begin.
    let of = |sensor| notes.readings.iter().filter(|row| row.sensor == sensor).count();
    assert_eq!((of(0), of(1)), (481, 25));
    let hottest = notes.readings.iter().map(|row| row.truth).fold(0.0, f32::max);
    assert!((90.0..110.0).contains(&hottest), "{hottest}");
    let figures = notes.figures.unwrap();
    let alarm = &figures.alarms[0];
    assert_eq!((alarm.score.false_alarms, alarm.score.missed), (0, 0));
    assert!(alarm.score.detected >= 2 && alarm.first.as_ref().unwrap().0 == "TT-1");
    let [mean, most] = alarm.delay_s.unwrap();
    assert!((60.0..300.0).contains(&mean) && most < 300.0, "{mean} {most}");

    // The log alone brings a plant without fields to the same parts.
    let mut replay = State::new(&model, model.run.seed, 0);
    commands.iter().for_each(|command| replay.command(&model, command.clone()).unwrap());
    advance(&model, &mut replay, SimTime::from_seconds(14_400.0), &mut Log::off()).unwrap();
    assert_eq!(replay.hash(&model), state.hash(&model));
}

#[test]
fn a_stuck_instrument_misses_what_another_one_sees() {
    let alarm = r#"alarms: [(above: "90 degC", hysteresis: "5 K", within: "5 min")]"#;
    let model = model(&format!(
        r#""blind": (is: Temperature(of: "oven"), failures: [Stuck(at: "5 min")], {alarm}),
        "good": (is: Temperature(of: "oven"), {alarm})"#
    ));
    let (_, notes) = run(&model);
    let figures = notes.figures.unwrap();
    let [blind, good] = [0, 1].map(|n| figures.alarms[n].score);
    assert!(good.cases > 0);
    assert_eq!((blind.detected, blind.missed), (0, good.cases));
    assert_eq!((good.detected, good.missed), (good.cases, 0));
    let late = notes.readings.iter().filter(|row| row.sensor == 0 && row.at.seconds() > 400.0);
    assert!(late.clone().count() > 100);
    assert!(late.clone().all(|row| row.flags.names().eq(["stuck"])));
}

#[test]
fn a_climate_with_instruments_goes_over_a_pause() {
    let model = model(
        r#""grid": (is: Temperature(grid: (from: (1, 1, 1), to: (11, 7, 3), n: (5, 3, 2))),
            chain: (noise: "0.2 K", flicker: "0.1 K", delay: "40 s"),
            failures: [Late(by: "1 min", every: "20 min", repair: "3 min")],
            alarms: [(above: "25 degC")])"#,
    );
    let make = || {
        let mut state = State::new(&model, 5, 2);
        let mut climate = climates(&model).make(model.hall.as_ref()).unwrap().unwrap();
        climate.watch(&model, &mut state, 5, 2, false).unwrap();
        (state, climate)
    };
    let until = |state: &mut State, climate: &mut Climate, s: f64| {
        climate.advance(&model, state, SimTime::from_seconds(s), &mut Log::off()).unwrap();
    };
    let (mut straight, mut climate) = make();
    until(&mut straight, &mut climate, 7000.0);
    let (mut paused, mut first) = make();
    until(&mut paused, &mut first, 3003.0);
    let saved = first.save().unwrap();
    let (_, mut second) = make();
    second.restore(&saved).unwrap();
    until(&mut paused, &mut second, 7000.0);
    assert_eq!(second.save().unwrap(), climate.save().unwrap());
    let (bank, state) = second.instruments().unwrap();
    assert_eq!((bank.len(), bank.name(29)), (30, "grid[30]".to_owned()));
    assert!(state.readings.iter().any(|reading| *reading > 20.5));
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (sensors, code, words) in [
        (r#""T": (is: Temperature(at: (13, 1, 1)))"#, "P016", "outside of the hall"),
        (r#""T": (is: AirSpeed(at: (9.5, 6.5, 1)))"#, "P016", "inside of \"pillar\""),
        (r#""T": (is: Temperature(at: (4, 4, 1)))"#, "P016", "inside of \"oven\""),
        (r#""T": (is: Temperature(of: "ovn"))"#, "P013", "did you mean \"oven\"?"),
        (r#""T": (is: Temperature(of: "out"))"#, "", "has no temperature"),
        (r#""T": (is: Temperature(at: (1, 1, 1), of: "oven"))"#, "", "has one place"),
        (r#""T": (is: Temperature(at: (1, 1, 1)), every: "1 s")"#, "", "tick: \"1 s\""),
        (r#""T": (is: Temperature(at: (1, 1, 1)), chain: (noise: "0.1 m/s"))"#, "", "2 K"),
        (r#""T": (is: Temperature(at: (1, 1, 1)), chain: (gain: NaN))"#, "", "`gain`"),
        (
            r#""T": (is: Temperature(at: (1, 1, 1)), failures: [Stuck(every: "0 s")])"#,
            "",
            "`every`",
        ),
        (r#""T": (is: Temperature(at: (1, 1, 1)), failures: [Stuck()])"#, "", "on the average"),
        (
            r#""T": (is: Temperature(at: (1, 1, 1)), failures: [Crossed(every: "1 h")])"#,
            "",
            "it is alone in its entry",
        ),
        (
            r#""T": (is: Temperature(at: (1, 1, 1)), alarms: [(above: "60 degC", stops: ["pres"])])"#,
            "",
            "no equipment is named \"pres\"",
        ),
        (
            r#""T": (is: Temperature(at: (1, 1, 1)), alarms: [(above: "60 K", below: "3 K")])"#,
            "",
            "`below` it",
        ),
        (r#""T": (is: Temprature(at: (1, 1, 1)))"#, "", "Temprature"),
        (
            r#""T": (is: Pressure(grid: (from: (0, 0, 0), to: (12, 8, 4), n: (4000000, 4000000, 4000000))))"#,
            "",
            "exceed the limit of 2000000",
        ),
    ] {
        let told = told(sensors);
        assert!(told.contains(code) && told.contains(words), "{sensors}\n{told}");
        assert!(told.contains("plant.ron:"), "{told}");
    }
    let without = plant("\"T\": (is: Temperature(at: (1, 1, 1)))").replace("hall: (", "nohall: (");
    let Loaded { model, .. } = load_text(&without);
    assert!(model.is_none());
}

#[test]
fn what_the_fields_do_not_have_is_told_at_the_start() {
    let model = model(r#""wind": (is: AirSpeed(at: (1, 1, 1)))"#);
    let plan = Plan { climates: climates(&model), ..Plan::of(&model) };
    let ran = run_one(&model, &plan, 0, &mut Notes::default(), &Control::default());
    let why = ran.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(why.contains("\"wind\"") && why.contains("cannot be measured"), "{why}");
}
