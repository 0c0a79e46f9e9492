//! Random plants: small, valid, and of everything that a plant file can say.
//!
//! A seed stands for one plant for ever. Every plant is one of four sorts: **flow**, where parts go where connections lead,
//! layer by layer from the sources to the sinks; **routed**, where products have routes (re-entrant ones too), with
//! transport between the stations or without; **joined**, where parts come together and apart again; and **fab**, where
//! lots go from one tool group to another by routes that say all that routes can say.
//!
//! ```
//! let plant = tests::plants::random(7);
//! assert!(twin::plant::load_text(&plant.text).model.is_some());
//! ```

mod equipment;
mod fab;
mod flow;
mod joined;
mod routed;
mod times;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::dice::Dice;

/// A plant file and what is known of the plant beforehand.
#[derive(Clone, Debug, Default)]
pub struct Plant {
    /// The file.
    pub text: String,
    /// Most parts that an equipment can hold, where there is a limit.
    pub capacity: BTreeMap<String, u32>,
    /// Whether every part must be out at last: sources run dry, nothing goes in circles or waits for ever.
    pub drains: bool,
}

/// The plant that `seed` stands for.
pub fn random(seed: u64) -> Plant {
    let mut writer = Writer::new(seed);
    writer.world();
    if seed % 7 == 3 {
        joined::write(&mut writer);
    } else if is_fab(seed) {
        fab::write(&mut writer);
    } else if writer.dice.one_in(3) {
        routed::write(&mut writer);
    } else {
        flow::write(&mut writer);
    }
    writer.finish(seed)
}

/// Whether `seed` stands for a fab.
pub fn is_fab(seed: u64) -> bool {
    seed % 13 == 12 && seed % 7 != 3
}

/// A plant while it is written.
struct Writer {
    dice: Dice,
    /// For what was thought of later, so that the rest of each plant stays as it was.
    more: Dice,
    plant: Plant,
    products: Vec<String>,
    /// Whether stations may reserve room ahead. Then all have a queue, as one that chooses upstream cannot be reserved.
    ahead: bool,
    /// Whether there may be handling equipment. It chooses what it takes, so nobody reserves room there, and it reserves
    /// room itself, so nobody behind it chooses.
    handles: bool,
    /// `products: { … }` and what else stands before the equipment.
    head: String,
    equipment: String,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let products = (0..dice.within(1, 3)).map(|n| format!("p{n}")).collect();
        let drains = dice.one_in(2);
        let ahead = dice.one_in(2);
        let handles = ahead && seed.is_multiple_of(4);
        let plant = Plant { drains, ..Plant::default() };
        let more = Dice::new(!seed);
        Self {
            dice,
            more,
            plant,
            products,
            ahead,
            handles,
            head: String::new(),
            equipment: String::new(),
        }
    }

    /// Shifts and workers: the same for all plants, used by some.
    fn world(&mut self) {
        let count = self.dice.within(1, 3);
        let speed =
            self.dice.pick(&["", r#", speed: "1.2 m/s""#, r#", at: (5.0, 2.0), speed: "0.3 m/s""#]);
        let shift = self.dice.pick(&["", r#", shift: "hours""#]);
        self.head = format!(
            r#"    parameters: {{ "pace": "7 s" }},
    shifts: {{
        "hours": (period: "40 min", work: [("0 s", "15 min"), ("18 min", "35 min")], breaks: [("5 min", "6.5 min")]),
        "late": (period: "30 min", work: [("2 min", "30 min")]),
    }},
    workers: {{
        "crew": (count: {count}, skills: ["run"]{speed}{shift}),
        "fitters": (count: 1, skills: ["fix", "run"], at: (20.0, 0.0), speed: "1 m/s"),
    }},
    tariffs: {{
        "power": (
            price: "0.3 EUR/kWh", times: [("3 min", "8 min", "0.1 EUR/kWh"), ("10 min", "14 min", "0.5 EUR/kWh")],
            period: "17 min", peak: (charge: "50 EUR/kW", over: "4 min"),
        ),
        "air": (price: "0.02 EUR/m3"),
    }},
    templates: {{
        "cell": (
            parameters: {{ "time": "5 s" }},
            equipment: {{
                "in": (is: Buffer(capacity: 3), to: ["work"]),
                "work": (is: Station(time: "$time", queue: 1), to: ["@out"], at: (1.0, 0.0)),
            }},
        ),
    }},
"#
        );
    }

    /// Adds an equipment: its kind, where it leads, and whatever else may be true of any.
    fn add(&mut self, name: &str, is: &str, to: &[String], extras: &str) {
        let to = if to.is_empty() { String::new() } else { format!(", to: {to:?}") };
        let at = (self.dice.within(0, 40), self.dice.within(0, 10));
        let place = format!(", at: ({}.0, {}.0)", at.0, at.1);
        let power = self.power();
        let _ = writeln!(self.equipment, "        {name:?}: (is: {is}{to}{place}{extras}{power}),");
    }

    fn finish(mut self, seed: u64) -> Plant {
        let until = self.dice.within(20, 150);
        self.plant.text = format!(
            "Plant(\n    name: \"random {seed}\",\n    run: (until: \"{until} min\", seed: {}),\n{}    equipment: {{\n{}    }},\n)\n",
            self.dice.within(1, 1000),
            self.head,
            self.equipment
        );
        self.plant
    }
}

#[cfg(test)]
mod tests {
    /// What no random plant has, no property is checked of.
    #[test]
    fn every_kind_of_handling_equipment_occurs() {
        let texts: Vec<String> = (0..300).map(|seed| super::random(seed).text).collect();
        for kind in ["Robot(", "Crane(", "TransferCar(", "Lift(", "Store("] {
            let n = texts.iter().filter(|text| text.contains(kind)).count();
            assert!(n > 2, "{kind}…) occurs {n} times in {} plants", texts.len());
        }
    }
}
