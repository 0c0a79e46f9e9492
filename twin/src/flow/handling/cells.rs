//! Random cells: whatever a robot, crane, car, lift or store is connected with and however it is stopped, no part is lost or
//! doubled, devices on one runway keep their distance, a restored run goes on as the one that was saved, and where parts go in
//! no circles, all of them get out.

use super::{CraneSpec, Mover, MoverSpec, TransferCarSpec};
use crate::engine::{Log, Model, State, advance};
use crate::id::EquipmentId;
use crate::random::Stream;
use crate::units::SimTime;

struct Dice(Stream);

impl Dice {
    fn within(&mut self, from: u32, to: u32) -> u32 {
        from + (self.0.uniform() * f64::from(to - from + 1)) as u32
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.within(1, n) == 1
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.within(0, all.len() as u32 - 1) as usize]
    }

    fn time(&mut self, mean: u32) -> String {
        match self.within(0, 2) {
            0 => format!("Exponential(\"{mean} s\")"),
            1 => "\"0 s\"".into(),
            _ => format!("\"{} s\"", self.within(1, 2 * mean)),
        }
    }

    fn troubles(&mut self) -> String {
        let at_work = self.pick(&["Resume", "Restart", "Scrap", "Finish"]);
        let every = self.within(20, 300);
        let failure = match self.within(0, 5) {
            0 => format!("every: Exponential(\"{every} s\"), basis: Calendar"),
            1 => format!("every: Exponential(\"{every} s\")"),
            2 => "cycles: Uniform(min: 1.0, max: 20.0)".into(),
            _ => return String::new(),
        };
        let shift = if self.one_in(3) {
            format!(", shift: (calendar: \"hours\", end: {})", self.pick(&["Resume", "Finish"]))
        } else {
            String::new()
        };
        format!(
            ", failures: [({failure}, repair: Exponential(\"20 s\"), at_work: {at_work})]{shift}"
        )
    }

    fn at(&mut self) -> String {
        format!("at: ({}.5, {}.0)", self.within(0, 30), self.within(0, 6))
    }

    /// A handling equipment that is connected with `places`.
    fn handler(&mut self, places: &[String]) -> String {
        let (pick, place) = (self.time(3), self.time(2));
        let rule = self.pick(&["FirstCome", "LongestWaiting", "Nearest", "Pull"]);
        let axis = self.pick(&["\"1 m/s\"", r#"(speed: "2 m/s", acceleration: "0.5 m/s2")"#]);
        let home = &places[self.within(0, places.len() as u32 - 1) as usize];
        let home = if self.one_in(3) { format!("home: {home:?}, ") } else { String::new() };
        let n = self.within(1, 3);
        let several = if n > 1 { r#"clearance: "3.5 m", "#.into() } else { home.clone() };
        match self.within(0, 4) {
            0 | 1 => {
                let grippers = self.within(1, 2);
                let turn = self.time(1);
                format!(
                    "Robot(speed: {axis}, pick: {pick}, place: {place}, rule: {rule}, {home}grippers: {grippers}, turn: {turn})"
                )
            }
            2 => format!(
                "Crane(cranes: {n}, bridge: {axis}, trolley: \"0.5 m/s\", hoist: {axis}, lift: \"3 m\", attach: {pick}, detach: {place}, rule: {rule}, {several})"
            ),
            3 => format!(
                "TransferCar(cars: {n}, speed: {axis}, load: {pick}, unload: {place}, rule: {rule}, {several})"
            ),
            _ => {
                let mut levels = vec![Vec::new(); 4];
                for place in places {
                    levels[self.within(0, 3) as usize].push(place);
                }
                let level = |(n, at)| format!("(height: \"{} m\", at: {at:?})", 3 * n);
                let levels: Vec<String> = levels.iter().enumerate().map(level).collect();
                let rule = self.pick(&["FirstCome", "Nearest", "Collective"]);
                format!(
                    "Lift(levels: [{}], speed: {axis}, capacity: {n}, load: {pick}, unload: {place}, {home}rule: {rule})",
                    levels.join(", ")
                )
            }
        }
    }
}

/// A plant, and whether everything must be out of it at last.
fn cell(seed: u64) -> (String, bool) {
    let mut dice = Dice(Stream::new(seed, 0, "cells"));
    let forward = dice.one_in(2);
    let machines: Vec<String> = (0..dice.within(1, 4)).map(|n| format!("m{n}")).collect();
    let (mut products, mut equipment, mut places) = (String::new(), String::new(), Vec::new());
    let mut targets = machines.clone();
    for n in 0..dice.within(1, 3) {
        let mut route: Vec<String> = machines.iter().filter(|_| !dice.one_in(3)).cloned().collect();
        if route.is_empty() {
            route.push(machines[0].clone());
        }
        if !forward && dice.one_in(2) {
            route.reverse();
        }
        products += &format!("\"p{n}\": (route: {route:?}), ");
        let every = dice.within(8, 60);
        let total = dice.within(1, 40);
        let front = match dice.within(0, 3) {
            0 => Some(format!("Buffer(limit: (after: \"{} s\", then: Scrap))", dice.within(5, 60))),
            1 => {
                Some("Conveyor(length: \"5 m\", speed: \"0.5 m/s\", part_length: \"0.5 m\")".into())
            }
            2 => Some(format!(
                "Store(bays: 3, levels: 2, bay: \"1 m\", level: \"1 m\", travel: \"1 m/s\", lift: \"1 m/s\", transfer: {}, output: {})",
                dice.time(2),
                dice.within(1, 2),
            )),
            _ => None,
        };
        let to = if front.is_some() { format!("front{n}") } else { "robot".into() };
        let blocked = dice.pick(&["", "blocked: Queue, ", "blocked: Lose, "]);
        let at = dice.at();
        equipment += &format!(
            "\"in{n}\": (is: Source(product: \"p{n}\", every: Exponential(\"{every} s\"), total: {total}, {blocked}), to: [{to:?}], {at}),\n"
        );
        if let Some(front) = front {
            let (at, troubles) = (dice.at(), dice.troubles());
            equipment +=
                &format!("\"front{n}\": (is: {front}, to: [\"robot\"], {at}{troubles}),\n");
        }
        places.push(if to == "robot" { format!("in{n}") } else { to });
    }
    for name in &machines {
        let (time, queue, at) = (dice.time(15), dice.within(0, 2), dice.at());
        let (n, troubles) = (dice.within(1, 2), dice.troubles());
        equipment += &format!(
            "{name:?}: (is: Station(time: {time}, places: {n}, queue: {queue}), to: [\"robot\"], {at}{troubles}),\n"
        );
    }
    // Behind the cell there may be a store, on request of a slow customer.
    let last = if dice.one_in(3) { "store" } else { "out" };
    equipment += "\"store\": (is: Store(bays: 2, levels: 2, bay: \"1 m\", level: \"2 m\", travel: \"2 m/s\", lift: \"1 m/s\", slotting: Nearest, stock: {\"p0\": 2}), to: [\"slow\"], at: (9.0, 1.0)),\n";
    equipment += "\"slow\": (is: Buffer(capacity: 1, dwell: \"9 s\"), to: [\"out\"]), \"out\": (is: Sink, at: (4.0, 3.0)),\n";
    targets.push(last.into());
    places.extend(targets.iter().cloned());
    let (handler, troubles) = (dice.handler(&places), dice.troubles());
    equipment += &format!("\"robot\": (is: {handler}, to: {targets:?}, {}{troubles}),", dice.at());
    let text = format!(
        "Plant(name: \"cell {seed}\", run: (until: \"30 min\", seed: {seed}),\n\
         shifts: {{ \"hours\": (period: \"10 min\", work: [(\"0 s\", \"4 min\"), (\"5 min\", \"9 min\")]) }},\n\
         products: {{ {products} }}, equipment: {{\n{equipment}\n}})"
    );
    (text, forward)
}

/// Every part is where it says and where its equipment says; Little's law holds; devices keep their distance.
fn check(model: &Model, state: &State, seed: u64) {
    assert_eq!(state.little_misses(model), Vec::<String>::new(), "cell {seed} at {}", state.now());
    let mut found = 0;
    for index in 0..model.equipment.len() {
        let id = EquipmentId::from_index(index);
        let contents = state.contents(model, id);
        assert!(
            contents.iter().all(|part| state.parts().get(*part).at == id),
            "cell {seed}, {}, at {}",
            model.row(id).name,
            state.now()
        );
        found += contents.len();
    }
    assert_eq!(found, state.parts().len(), "cell {seed} at {}", state.now());
    let robot = model.find("robot").expect("every cell has one");
    distance::<CraneSpec>(model, state, robot, seed);
    distance::<TransferCarSpec>(model, state, robot, seed);
}

fn distance<S: MoverSpec>(model: &Model, state: &State, robot: EquipmentId, seed: u64) {
    let (Some(mover), Some(now)) =
        (State::parameters::<Mover<S>>(model, robot), state.variables::<Mover<S>>(model, robot))
    else {
        return;
    };
    for pair in now.devices.windows(2) {
        let gap = pair[1].claim.from - pair[0].claim.to;
        assert!(gap >= mover.clearance() - 1e-9, "cell {seed}: {gap} m between two");
    }
    let n = now.devices.len();
    let xs: Vec<f64> = (0..n).map(|at| mover.position(now, at, state.now()).0).collect();
    for pair in xs.windows(2) {
        let gap = pair[1] - pair[0];
        assert!(
            gap >= mover.clearance() - 1e-6,
            "cell {seed}: {gap} m between two at {}",
            state.now()
        );
    }
}

#[test]
fn nothing_is_lost_in_random_cells() {
    let first = std::env::var("GENBA_FIRST").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let n = std::env::var("GENBA_CELLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let mut moved = 0;
    for seed in first..first + n {
        let (text, forward) = cell(seed);
        let loaded = crate::plant::load_text(&text);
        let model = loaded.model.unwrap_or_else(|| panic!("{:#?}\n{text}", loaded.diagnostics));
        let mut state = State::new(&model, seed, 0);
        for look in 0..40 {
            let until = SimTime::from_seconds(45.0 * f64::from(look) + 0.37);
            if look == 20 {
                let bytes = state.save(&model).expect("it can be saved");
                let mut other = State::restore(&model, &bytes).expect("and restored");
                advance(&model, &mut other, until, &mut Log::off()).expect("it runs");
                advance(&model, &mut state, until, &mut Log::off()).expect("it runs");
                assert_eq!(state.hash(&model), other.hash(&model), "cell {seed}");
            }
            advance(&model, &mut state, until, &mut Log::off())
                .unwrap_or_else(|error| panic!("cell {seed}: {error}\n{text}"));
            check(&model, &state, seed);
        }
        moved += state.tallies().iter().map(|tally| tally.finished).sum::<u64>();
        if forward {
            let end = SimTime::from_seconds(5.0 * 86_400.0);
            advance(&model, &mut state, end, &mut Log::off()).expect("it runs");
            let held: Vec<String> = state
                .parts()
                .iter()
                .map(|(_, part)| format!("{} since {}", model.row(part.at).name, part.entered))
                .collect();
            assert!(held.is_empty(), "cell {seed} keeps {held:?}\n{text}");
        }
    }
    assert!(moved > 5 * n, "{moved} parts moved only");
}
