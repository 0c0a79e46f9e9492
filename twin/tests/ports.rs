//! Several inputs and outputs, with a kind that an outsider might write: each input has a place of its own, and what came
//! in by one leaves by the output of the same number.

use serde::{Deserialize, Serialize};
use twin::diagnostics::Look;
use twin::engine::{
    Candidate, Compile, Core, Ctx, Equipment, Log, Model, Registry, State, advance,
};
use twin::id::{LinkId, PartId};
use twin::plant::{Files, Loaded, Options};
use twin::units::SimTime;

#[derive(Debug)]
struct Lanes {
    places: u32,
    more: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LanesSpec {
    places: u32,
    #[serde(default)]
    more: Vec<String>,
}

/// Parts that wait, with the lane of each.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct LanesState(Vec<(u8, PartId)>);

impl Equipment for Lanes {
    const KIND: &'static str = "Lanes";
    const INPUTS: &'static [&'static str] = &["left", "right"];
    const OUTPUTS: &'static [&'static str] = &["left", "right"];
    type Spec = LanesSpec;
    type State = LanesState;

    fn compile(spec: LanesSpec, _cx: &mut Compile<'_>) -> Self {
        Self { places: spec.places, more: spec.more }
    }

    fn more_inputs(&self) -> Vec<String> {
        self.more.clone()
    }

    fn more_outputs(&self) -> Vec<String> {
        self.more.clone()
    }

    fn needs_output(&self, port: u8) -> bool {
        port < 2
    }

    fn initial(&self) -> LanesState {
        LanesState::default()
    }

    fn start(&self, _state: &mut LanesState, cx: &mut Ctx<'_>) {
        for port in 0..2 + self.more.len() as u8 {
            cx.open_at(port, self.places);
        }
    }

    fn on_enter(&self, state: &mut LanesState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        let port = cx.input_of(link);
        if cx.is_output_connected(port) && cx.send_from(port, part) {
            cx.open_at(port, 1);
        } else {
            state.0.push((port, part));
        }
    }

    fn give(
        &self,
        state: &mut LanesState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let fits = |&(_, part): &(u8, PartId)| {
            cx.may_take(part, link) && wanted.is_none_or(|wanted| wanted == part)
        };
        let at = state.0.iter().position(fits)?;
        let (port, part) = state.0.remove(at);
        cx.open_at(port, 1);
        if state.0.iter().any(|(_, part)| cx.may_take(*part, link)) {
            cx.wait(link);
        }
        Some(part)
    }

    fn list(&self, state: &LanesState, _core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        out.extend(state.0.iter().map(|(_, part)| Candidate { part: *part, link }));
    }

    fn contents(&self, state: &LanesState, out: &mut Vec<PartId>) {
        out.extend(state.0.iter().map(|(_, part)| part));
    }
}

struct Text(String);

impl Files for Text {
    fn read(&self, _path: &str, _limit: u64) -> std::io::Result<String> {
        Ok(self.0.clone())
    }
}

fn load(equipment: &str) -> Loaded {
    let mut registry = Registry::default();
    twin::flow::register(&mut registry);
    registry.add::<Lanes>();
    let text = format!(
        r#"Plant(name: "t", products: {{"a": (), "b": (), "c": ()}}, equipment: {{
            "a": (is: Source(product: "a", every: "10 s"), to: ["lanes"]),
            "b": (is: Source(product: "b", every: "10 s"), to: ["lanes:right"]),
            {equipment}
            "out": (is: Sink), "other": (is: Sink)}})"#
    );
    twin::plant::load("t.ron", &Text(text), &registry, &Options::default())
}

fn run(equipment: &str, until_s: f64) -> (Model, State) {
    let loaded = load(equipment);
    let shown = loaded.diagnostics.render(&loaded.sources, Look::default());
    let model = loaded.model.unwrap_or_else(|| panic!("{shown}"));
    let mut state = State::new(&model, 1, 0);
    advance(&model, &mut state, SimTime::from_seconds(until_s), &mut Log::off()).expect("it runs");
    (model, state)
}

/// The left lane stands full behind a machine of an hour; the right one runs on.
#[test]
fn a_full_lane_does_not_hold_up_the_other() {
    let (model, state) = run(
        r#""lanes": (is: Lanes(places: 2), to: {"right": ["out"], "left": ["slow"]}),
           "slow": (is: Station(time: "1 h"), to: ["other"]),"#,
        1000.0,
    );
    let lanes = model.find("lanes").expect("there are lanes");
    assert_eq!(state.tallies()[1].finished, 100, "all b go through");
    assert_eq!(state.tallies()[0].finished, 0);
    assert_eq!(state.contents(&model, lanes).len(), 2, "two a wait in their lane");
    assert_eq!(state.traffic(lanes).entered, 3 + 100);
    assert_eq!(state.little_misses(&model), Vec::<String>::new());
}

/// Each output shares its own connections out, in turn.
#[test]
fn each_output_has_its_own_turn() {
    let (model, state) = run(
        r#""lanes": (is: Lanes(places: 1), divert: Rotate,
              to: {"left": ["l1", "l2"], "right": ["r1", "r2"]}),
           "l1": (is: Buffer(), to: ["out"]), "l2": (is: Buffer(), to: ["out"]),
           "r1": (is: Buffer(), to: ["out"]), "r2": (is: Buffer(), to: ["out"]),"#,
        1000.0,
    );
    for name in ["l1", "l2", "r1", "r2"] {
        let at = model.find(name).expect("it is there");
        assert_eq!(state.traffic(at).left, 50, "{name}");
    }
}

/// A chooser behind one output is only shown what leaves there.
#[test]
fn whoever_chooses_sees_its_own_lane() {
    let (_, state) = run(
        r#""lanes": (is: Lanes(places: 3), to: {"left": ["spt"], "right": ["slow"]}),
           "spt": (is: Station(time: "4 s", queue: (rule: Spt)), to: ["other"]),
           "slow": (is: Station(time: "1 h"), to: ["out"]),"#,
        1005.0,
    );
    assert_eq!(state.tallies()[0].finished, 100);
    assert_eq!(state.tallies()[1].finished, 0);
}

/// A route leads on by the output from which the next step can be reached, and holds back no other.
#[test]
fn routes_narrow_each_output_by_itself() {
    let text = r#"Plant(name: "t", products: {"p": (route: ["mill"])}, equipment: {
            "in": (is: Source(every: "10 s"), to: ["lanes", "lanes:right"]),
            "lanes": (is: Lanes(places: 1), to: {"left": ["mill", "other"], "right": ["other"]}),
            "mill": (is: Station(time: "1 h"), to: ["out"]),
            "out": (is: Sink), "other": (is: Sink)})"#;
    let mut registry = Registry::default();
    twin::flow::register(&mut registry);
    registry.add::<Lanes>();
    let loaded = twin::plant::load("t.ron", &Text(text.into()), &registry, &Options::default());
    let model = loaded.model.expect("a good plant");
    let mut state = State::new(&model, 1, 0);
    advance(&model, &mut state, SimTime::from_seconds(1005.0), &mut Log::off()).expect("it runs");
    let entered = |name: &str| state.traffic(model.find(name).expect("it is there")).entered;
    assert_eq!(entered("mill"), 1, "by the left output only the mill will do");
    assert_eq!(entered("other"), 98, "the rest goes round the full left lane");
}

#[test]
fn ports_that_lead_nowhere_are_reported() {
    let cases = [
        (r#"to: {"left": ["out"]}"#, "its output \"right\" leads nowhere"),
        (r#"to: {"left": ["out"], "up": ["other"]}"#, "has no output \"up\""),
        (r#"to: ["out"]"#, "its output \"right\" leads nowhere"),
    ];
    for (to, message) in cases {
        let loaded = load(&format!(r#""lanes": (is: Lanes(places: 2), {to}),"#));
        let shown = loaded.diagnostics.render(&loaded.sources, Look::default());
        assert!(loaded.model.is_none() && shown.contains(message), "{to}: {shown}");
    }
    let loaded = load(
        r#""lanes": (is: Lanes(places: 2, more: ["up"]), to: {"left": ["out"], "right": ["out"]}),"#,
    );
    let shown = loaded.diagnostics.render(&loaded.sources, Look::default());
    assert!(shown.contains("nothing leads to its input \"up\""), "{shown}");
}
