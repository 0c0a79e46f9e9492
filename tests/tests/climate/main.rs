//! The hall and the plant, coupled: what is warm slows what is beside it, and the books of energy agree.

#![expect(clippy::unwrap_used, reason = "a test that cannot run its plant has failed")]

use twin::climate::{Climate, ClimateFigures, Climates, HeatFigures};
use twin::engine::{Action, Log, Model, State, advance};
use twin::field::{FieldError, FieldSolver, Scene, Settings, Tier};
use twin::study::{Control, Observer, Plan, replicate, run_one};
use twin::units::{SimDuration, SimTime};

const HOUR: f64 = 3600.0;

/// A press beside an oven, in a small hall with thin walls. `heat` is what can be said of the press beyond its mass.
fn plant(hall: &str, oven: &str, heat: &str) -> Model {
    let text = format!(
        r#"Plant(name: "h", run: (until: "12 h"), products: {{"p": ()}}, {hall}
equipment: {{
    "in": (is: Source(every: Exponential("62 s")), to: ["oven"]),
    "oven": (is: Conveyor(length: "4 m", speed: "1 m/min", gap: "0.2 m"), to: ["press"], at: (1, 2), size: (4, 2, 2),
        power: (working: "30 kW", idle: "12 kW", ramp: "5 min", switch_on: "0.2 kWh"), {oven}),
    "press": (is: Station(time: Exponential("50 s")), to: ["look"], at: (8, 2), size: (2, 1, 2),
        power: (working: "4 kW", idle: "1 kW"), {heat}),
    "look": (is: Inspection(time: "10 s"), to: {{"good": ["out"], "bad": ["waste"]}}),
    "out": (is: Sink), "waste": (is: Sink(scrap: true)),
}})"#
    );
    let loaded = twin::plant::load_text(&text);
    loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

const HALL: &str = r#"hall: (size: (12, 6, 4), corner: (0, 0), cell: "0.5 m", start: "22 degC", outside: "22 degC", tick: "30 s",
    walls: (west: (u_value: "2 W/(m2 K)"), east: (u_value: "2 W/(m2 K)"), roof: (u_value: "4 W/(m2 K)"))),"#;
const OVEN: &str = r#"heat: (share: "90 %", mass: "1 t", film: "12 W/(m2 K)", convective: "20 %")"#;
const PRESS: &str =
    r#"heat: (mass: "2 t", senses: Air, derating: [("30 degC", "100 %"), ("50 degC", "50 %")])"#;

fn network(scene: &Scene) -> Result<Box<dyn FieldSolver>, FieldError> {
    twin::field::build(Tier::Network, scene, &Settings::default())
}

fn climates(model: &Model) -> Climates {
    Climates::of(model.hall.as_ref().unwrap(), None, network).unwrap()
}

fn climate(model: &Model) -> Climate {
    climates(model).make(model.hall.as_ref()).unwrap().unwrap()
}

fn at(hours: f64) -> SimTime {
    SimTime::from_seconds(hours * HOUR)
}

/// Keeps what the fields came to.
#[derive(Default)]
struct Keep(Option<ClimateFigures>);

impl Observer for Keep {
    fn climate(&mut self, figures: ClimateFigures) {
        self.0 = Some(figures);
    }
}

fn run(model: &Model, climates: Climates) -> (State, Option<ClimateFigures>) {
    let plan = Plan { climates, warmup: SimDuration::from_s(3700), ..Plan::of(model) };
    let mut keep = Keep::default();
    let state = run_one(model, &plan, 0, &mut keep, &Control::default()).unwrap().unwrap();
    (state, keep.0)
}

fn of<'a>(figures: &'a ClimateFigures, model: &Model, name: &str) -> &'a HeatFigures {
    let id = model.find(name).unwrap();
    figures.heated.iter().find(|heat| heat.equipment == id).unwrap()
}

fn finished(state: &State) -> u64 {
    state.tallies().iter().map(|tally| tally.finished).sum()
}

#[test]
fn the_oven_warms_the_press_and_slows_it() {
    let model = plant(HALL, OVEN, PRESS);
    let (cold, none) = run(&model, Climates::default());
    assert!(none.is_none() && cold.commands().is_empty());
    let (warm, figures) = run(&model, climates(&model));
    let figures = figures.unwrap();
    let (oven, press) = (of(&figures, &model, "oven"), of(&figures, &model, "press"));
    assert!(oven.body.mean > press.body.mean + 5.0, "{figures:#?}");
    assert!(press.air.mean > 30.0 && press.air.max >= press.air.mean, "{figures:#?}");
    assert!(press.derated_s > HOUR && press.tripped_s == 0.0 && press.capacity_lost > 0.05);
    let (few, many) = (finished(&warm), finished(&cold));
    assert!((few as f64) < many as f64 * 0.95, "{few} of {many}");
    assert!(figures.residual < 1e-4, "{}", figures.residual);
    // Only what matters is told, rounded to 1/64 K.
    let told = warm.commands().iter().map(|command| match &command.action {
        Action::Temperature(name, t) => (name.as_str(), *t),
        other => panic!("{other:?}"),
    });
    let told: Vec<(&str, f64)> = told.collect();
    assert!(told.iter().all(|(name, t)| *name == "press" && (t * 64.0).fract() == 0.0));
    assert!(!told.is_empty() && told.len() < 500, "{} commands", told.len());
}

/// Without fields, and with fields that nobody feels, a plant is to the bit what it is without a hall.
#[test]
fn without_coupling_the_hash_is_that_of_the_plant_alone() {
    let mut bare = plant("", "", "");
    let with = plant(HALL, OVEN, PRESS);
    let uncoupled = plant(&HALL.replace("tick:", "coupled: false, tick:"), OVEN, PRESS);
    // The only difference that is left is the text itself.
    bare.fingerprint = with.fingerprint;
    let hash = |model: &Model, climates| run(model, climates).0.hash(model);
    let expected = hash(&bare, Climates::default());
    assert_eq!(hash(&with, Climates::default()), expected);
    bare.fingerprint = uncoupled.fingerprint;
    assert_eq!(hash(&uncoupled, climates(&uncoupled)), hash(&bare, Climates::default()));
    assert_ne!(hash(&with, climates(&with)), expected);
}

/// Heat given off is the energy in the meters, whatever ramps, failures and the end of the warm-up do, and what the fields
/// got is the same.
#[test]
fn heat_given_off_is_the_energy_in_the_meters() {
    let model = plant(HALL, OVEN, PRESS);
    let (state, figures) = run(&model, climates(&model));
    let figures = figures.unwrap();
    for (name, share) in [("oven", 0.9), ("press", 1.0)] {
        let metered = state.intake(&model, model.find(name).unwrap())[0].1.total() * share;
        let heat = of(&figures, &model, name);
        // The tick in which the window began counts as a whole, so that 20 s of it are from before.
        let slack = 30e3 * 30.0;
        assert!((heat.heat_j - metered).abs() <= slack, "{name}: {} of {metered}", heat.heat_j);
    }
    let mut climate = climate(&model);
    let mut state = State::new(&model, 1, 0);
    climate.advance(&model, &mut state, at(5.0), &mut Log::off()).unwrap();
    let metered: f64 = [("oven", 0.9), ("press", 1.0)]
        .map(|(name, share)| state.electric_energy(&model, model.find(name).unwrap()) * share)
        .iter()
        .sum();
    let given = climate.solver().balance().sources;
    assert!((given / metered - 1.0).abs() < 1e-6, "{given} of {metered}");
}

#[test]
fn neither_threads_nor_cuts_nor_snapshots_change_anything() {
    let model = plant(HALL, OVEN, PRESS);
    let plan =
        |jobs| Plan { climates: climates(&model), replications: 3, jobs, ..Plan::of(&model) };
    let hashes = |jobs| {
        let hash = |model: &Model, state: &State, _: Keep| state.hash(model);
        replicate(&model, &plan(jobs), &Control::default(), |_| Keep::default(), hash, |_, _| {})
    };
    assert_eq!(hashes(1).unwrap(), hashes(3).unwrap());

    let mut log = Log::off();
    let (mut one, mut straight) = (climate(&model), State::new(&model, 7, 0));
    one.advance(&model, &mut straight, at(6.0), &mut log).unwrap();
    let (mut two, mut cut) = (climate(&model), State::new(&model, 7, 0));
    // Within a tick, too.
    for hours in [0.001, 1.0, 1.2345, 2.0] {
        two.advance(&model, &mut cut, at(hours), &mut log).unwrap();
    }
    let (bytes, saved) = (cut.save(&model).unwrap(), two.save().unwrap());
    let (mut two, mut cut) = (climate(&model), State::restore(&model, &bytes).unwrap());
    two.restore(&saved).unwrap();
    two.advance(&model, &mut cut, at(6.0), &mut log).unwrap();
    assert_eq!(cut.hash(&model), straight.hash(&model));
    assert_eq!(two.save().unwrap(), one.save().unwrap());
}

/// The log of commands alone, without any field, comes to the same state.
#[test]
fn a_replay_needs_no_fields() {
    let model = plant(HALL, OVEN, PRESS);
    let (mut climate, mut state) = (climate(&model), State::new(&model, 2, 0));
    climate.advance(&model, &mut state, at(8.0), &mut Log::off()).unwrap();
    let mut replay = State::new(&model, 2, 0);
    for command in state.commands() {
        replay.command(&model, command.clone()).unwrap();
    }
    advance(&model, &mut replay, at(8.0), &mut Log::off()).unwrap();
    assert_eq!(finished(&replay), finished(&state));
    let clocks = |state: &State, name: &str| {
        let id = model.find(name).unwrap();
        state.clocks(&model, id).iter().map(|c| c.spent_ns(state.now())).collect::<Vec<_>>()
    };
    for name in ["oven", "press", "look"] {
        assert_eq!(clocks(&replay, name), clocks(&state, name), "{name}");
    }
}

#[test]
fn what_gets_too_hot_switches_off_and_spoils() {
    let trips =
        r#"heat: (mass: "2 t", senses: Air, trips: (above: "36 degC", resets_below: "33 degC"))"#;
    let model = plant(HALL, OVEN, trips);
    let (state, figures) = run(&model, climates(&model));
    let figures = figures.unwrap();
    let press = of(&figures, &model, "press");
    assert!(press.tripped_s > 0.5 * HOUR && press.capacity_lost > 0.04, "{press:?}");
    let id = model.find("press").unwrap();
    let failed = state.clocks(&model, id)[0].spent_ns(state.now());
    let failed_s = failed[twin::engine::Activity::Failed as usize] as f64 * 1e-9;
    assert!((failed_s - press.tripped_s).abs() <= 60.0, "{failed_s} of {}", press.tripped_s);

    let spoils = r#"heat: (mass: "2 t", defects: [("22 degC", "0 %"), ("26 degC", "40 %")])"#;
    let model = plant(HALL, OVEN, spoils);
    let (state, figures) = run(&model, climates(&model));
    let spoiled = of(&figures.unwrap(), &model, "press").spoiled;
    let wasted: u64 = state.tallies().iter().map(|tally| tally.scrapped).sum();
    assert!(spoiled > 50 && wasted.abs_diff(spoiled) <= 3, "{spoiled} spoiled, {wasted} wasted");
}

#[test]
fn a_motion_solved_now_and_then_says_nearly_the_same() {
    let hall = HALL.replace("0.5 m", "1 m");
    let seldom = hall.replace("tick: \"30 s\"", "tick: \"30 s\", flow_every: \"10 min\"");
    let [often, seldom] = [hall, seldom].map(|hall| {
        let model = plant(&hall, OVEN, PRESS);
        let air = |scene: &Scene| twin::field::build(Tier::Air, scene, &Settings::default());
        let climates = Climates::of(model.hall.as_ref().unwrap(), None, air).unwrap();
        let figures = run(&model, climates).1.unwrap();
        assert!(figures.residual < 1e-5, "{figures:?}");
        of(&figures, &model, "press").air
    });
    assert!(often.mean > 30.0, "{often:?}");
    assert!((often.mean - seldom.mean).abs() < 1.0, "{often:?} {seldom:?}");
    assert_ne!(often, seldom, "the motion was solved all the time");
}

/// The demonstration: what its head says of the oven and the glue.
#[test]
fn the_battery_line_falls_behind_on_a_warm_day() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/plants/battery-line.ron");
    let text = std::fs::read_to_string(path).unwrap();
    let model = twin::plant::load_text(&text).model.unwrap();
    let figures = |climates| {
        let days = |days: f64| SimTime::from_seconds(days * 86_400.0);
        let warmup = SimDuration::from_s(86_400);
        let plan = Plan { climates, warmup, until: days(6.0), ..Plan::of(&model) };
        let mut keep = Keep::default();
        let state = run_one(&model, &plan, 0, &mut keep, &Control::default()).unwrap().unwrap();
        // Four modules leave in one box: five parts.
        (finished(&state) as f64 / 5.0 * 0.8, keep.0)
    };
    let (cold, _) = figures(Climates::default());
    let (warm, climate) = figures(climates(&model));
    let climate = climate.unwrap();
    assert!((cold - 900.0).abs() < 15.0, "{cold} a day");
    assert!((warm - 840.0).abs() < 25.0, "{warm} a day");
    let glue = of(&climate, &model, "glue/machine");
    assert!((glue.air.mean - 31.0).abs() < 1.0, "{glue:?}");
    let oven = of(&climate, &model, "oven");
    assert!(climate.heated.iter().all(|heat| heat.body.max <= oven.body.max), "{climate:#?}");
}
