//! Each kind of equipment with random parameters, and what can be true of any.

use super::Writer;
use super::times::time;

const RULES: [&str; 15] = [
    "Fifo",
    "Lifo",
    "Spt",
    "Lpt",
    "Srpt",
    "Edd",
    "CriticalRatio",
    "Slack",
    "Priority",
    "FewestSetups",
    "LeastWork",
    "MostWork",
    "MostOperations",
    "SptOverWork",
    "NextQueue",
];

impl Writer {
    /// `name: value` once in `n` times.
    pub(super) fn maybe(&mut self, n: u64, field: &str, mean: u64) -> String {
        if self.dice.one_in(n) {
            format!("{field}: {}, ", time(&mut self.dice, mean))
        } else {
            String::new()
        }
    }

    /// A source of `product`, or of a mix of all.
    pub(super) fn source(
        &mut self,
        product: Option<&str>,
        cards: bool,
        station: Option<&str>,
    ) -> String {
        let mut fields = self.what(product);
        let endless = self.dice.one_in(5) && !self.plant.drains;
        let every = self.dice.within(8, 60);
        fields += &match self.dice.index(5) {
            _ if endless => String::new(),
            0 => format!(
                "rate: Steps(points: [(\"0 s\", \"{} /h\"), (\"10 min\", \"60 /h\")], period: \"20 min\"), ",
                3600 / every
            ),
            1 => self.schedule(product),
            _ => {
                let first = self.dice.pick(&["", "first: \"0 s\", ", "batch: 3, "]);
                format!("every: {}, {first}", time(&mut self.dice, every))
            }
        };
        if self.plant.drains {
            fields += &format!("total: {}, ", self.dice.within(1, 60));
        }
        if endless {
            // Where it leads there may be room without end, and nothing that takes any time.
            fields += self.dice.pick(&["total: 500, ", "total: 500, release: Conwip(6), "]);
        } else if cards {
            fields += &match (self.dice.index(3), station) {
                (0, Some(station)) => {
                    format!("release: Kanban({}, {station:?}), ", self.dice.within(1, 5))
                }
                (1, _) => format!("release: Conwip({}), ", self.dice.within(1, 9)),
                _ => String::new(),
            };
        }
        if !endless {
            fields += self.dice.pick(&["", "", "blocked: Queue, ", "blocked: Lose, "]);
        }
        fields += self.dice.pick(&["", "", "due: \"10 min\", ", "priority: 3, "]);
        format!("Source({fields})")
    }

    fn what(&mut self, product: Option<&str>) -> String {
        if let Some(product) = product {
            return format!("product: {product:?}, ");
        }
        if self.dice.one_in(2) {
            return format!("mix: Sequence({:?}), ", self.products);
        }
        let shares: Vec<(String, f64)> = self.products.iter().map(|p| (p.clone(), 1.5)).collect();
        format!("mix: Share({shares:?}), ")
    }

    fn schedule(&mut self, product: Option<&str>) -> String {
        let mut lines = String::new();
        for n in 0..self.dice.within(1, 8) {
            let product = product.unwrap_or(&self.products[0]);
            let at = n * 60 + self.dice.within(0, 90);
            let more = self.dice.pick(&["", ", n: 4", ", due: \"5 min\"", ", priority: -2"]);
            lines += &format!("(at: \"{at} s\", product: {product:?}{more}), ");
        }
        format!("schedule: [{lines}], ")
    }

    /// Something that parts pass without being worked on.
    pub(super) fn passage(&mut self, name: &str) -> String {
        match self.dice.index(3) {
            0 => self.buffer(name),
            1 => self.conveyor(name),
            _ => self.carrier(name),
        }
    }

    pub(super) fn buffer(&mut self, name: &str) -> String {
        let mut fields = String::new();
        if !self.dice.one_in(4) {
            let capacity = self.dice.within(1, 6) as u32;
            fields += &format!("capacity: {capacity}, ");
            self.plant.capacity.insert(name.into(), capacity);
        }
        let rule = RULES[self.dice.index(RULES.len())];
        if self.dice.one_in(2) && rule != "FewestSetups" {
            fields += &format!("rule: {rule}, ");
        }
        fields += self.dice.pick(&["", "", "dwell: \"9 s\", "]);
        let then = self.dice.pick(&["Scrap", "Expedite"]);
        if self.dice.one_in(4) {
            fields += &format!("limit: (after: \"{} s\", then: {then}), ", self.dice.within(5, 90));
        }
        format!("Buffer({fields})")
    }

    pub(super) fn conveyor(&mut self, name: &str) -> String {
        let length = self.dice.within(4, 12) as u32;
        let gap = self.dice.pick(&["", "gap: \"0.1 m\", "]);
        let (transport, most) = match self.dice.index(3) {
            // Products are 0.3 m long or longer; one more part stands with its front edge on the entry.
            0 => ("Belt".into(), length * 10 / 3 + 1),
            1 => ("Roller".into(), length * 10 / 3 + 1),
            _ => {
                let zones = self.dice.within(1, u64::from(length / 2)) as u32;
                (format!("Zones({zones})"), zones)
            }
        };
        self.plant.capacity.insert(name.into(), most);
        let speed = self.dice.pick(&["0.5 m/s", "0.2 m/s", "1 m/s", "0.37 m/s"]);
        format!(
            "Conveyor(length: \"{length} m\", speed: \"{speed}\", transport: {transport}, part_length: \"0.4 m\", {gap})"
        )
    }

    /// Handling equipment between what leads to it and where it leads.
    pub(super) fn handling(&mut self, name: &str, from: &[String], to: &[String]) -> String {
        let (pick, place) = (self.maybe(2, "", 3), self.maybe(2, "", 2));
        let time = |field: &str, time: String| {
            if time.is_empty() { time } else { format!("{field}{time}") }
        };
        let axis = self.dice.pick(&["\"1 m/s\"", r#"(speed: "2 m/s", acceleration: "0.5 m/s2")"#]);
        let rule = self.dice.pick(&["FirstCome", "LongestWaiting", "Nearest", "Pull"]);
        let n = self.dice.within(1, 3) as u32;
        let kind = self.dice.index(5);
        self.plant.capacity.insert(name.into(), if kind == 0 { n.min(2) } else { n });
        match kind {
            0 => format!(
                "Robot(speed: {axis}, {}{}rule: {rule}, grippers: {})",
                time("pick", pick),
                time("place", place),
                n.min(2)
            ),
            1 => format!(
                "Crane(cranes: {n}, clearance: \"2 m\", bridge: {axis}, trolley: {axis}, {}{}rule: {rule})",
                time("attach", pick),
                time("detach", place)
            ),
            2 => format!(
                "TransferCar(cars: {n}, clearance: \"2 m\", speed: {axis}, {}{}rule: {rule})",
                time("load", pick),
                time("unload", place)
            ),
            3 => {
                let rule = self.dice.pick(&["FirstCome", "Nearest", "Collective"]);
                let mut levels = [const { Vec::new() }; 3];
                from.iter().chain(to).for_each(|at| levels[self.dice.index(3)].push(at));
                let [a, b, c] = levels;
                format!(
                    "Lift(levels: [(height: \"0 m\", at: {a:?}), (height: \"3 m\", at: {b:?}), (height: \"7 m\", at: {c:?})], speed: {axis}, capacity: {n}, {}{}rule: {rule})",
                    time("load", pick),
                    time("unload", place)
                )
            }
            _ => {
                // Two at the front, 6 in the rack, one or two in the machine's hands.
                self.plant.capacity.insert(name.into(), 10);
                let slotting = self.dice.pick(&["Random", "Nearest"]);
                let cycles = self.dice.pick(&["Single", "Dual"]);
                format!(
                    "Store(bays: 3, levels: 2, sides: 1, bay: \"1 m\", level: \"1 m\", travel: {axis}, lift: {axis}, input: 2, {}slotting: {slotting}, cycles: {cycles})",
                    time("transfer", pick)
                )
            }
        }
    }

    fn carrier(&mut self, name: &str) -> String {
        let carriers = self.dice.within(1, 4) as u32;
        self.plant.capacity.insert(name.into(), carriers);
        let travel = time(&mut self.dice, 8);
        let load = self.maybe(3, "load", 3);
        let unload = self.maybe(3, "unload", 2);
        let back = self.maybe(2, "back", 6);
        format!("Carrier(carriers: {carriers}, travel: {travel}, {load}{unload}{back})")
    }

    /// A station with any of its options, and with a time of its own if `timed`.
    pub(super) fn station(&mut self, name: &str, timed: bool) -> String {
        let places = self.dice.pick(&["1", "1", "1", "2", "3"]).parse::<u32>().unwrap_or(1);
        let queue = self.dice.within(u64::from(self.ahead), 5) as u32;
        let endless = self.dice.one_in(6);
        let rule = RULES[self.dice.index(RULES.len())];
        let rule = if self.dice.one_in(2) { rule } else { "Fifo" };
        let batch = if self.dice.one_in(4) { self.dice.within(2, 4) as u32 } else { 1 };
        let mut fields = format!("places: {places}, ");
        let wait = if endless { "\"unlimited\"".into() } else { queue.to_string() };
        fields += &format!("queue: (capacity: {wait}, rule: {rule}), ");
        if !endless {
            self.plant.capacity.insert(name.into(), places * batch + queue);
        }
        fields += &if timed { self.station_time() } else { String::new() };
        fields += &self.maybe(4, "load", 2);
        fields += &self.maybe(4, "unload", 2);
        fields += &self.maybe(6, "start_up", 4);
        if self.more.one_in(8) {
            fields += self.more.pick(&["off_after: \"0 s\", ", "off_after: \"20 s\", "]);
        }
        fields += &self.setup();
        fields += &self.crew();
        if batch > 1 {
            fields += &self.batch(batch);
        } else {
            fields += &self.discipline(rule, if endless { 9 } else { queue });
        }
        format!("Station({fields})")
    }

    fn station_time(&mut self) -> String {
        if self.dice.one_in(5) {
            let times: Vec<String> = self
                .products
                .clone()
                .iter()
                .map(|p| format!("{p:?}: {}", time(&mut self.dice, 12)))
                .collect();
            return format!("time: ByProduct({{{}}}), ", times.join(", "));
        }
        if self.dice.one_in(6) {
            return "time: \"$pace\", ".into();
        }
        format!("time: {}, ", time(&mut self.dice, 12))
    }

    fn setup(&mut self) -> String {
        let t = time(&mut self.dice, 6);
        let first = self.products[0].clone();
        match self.dice.index(12) {
            0 => format!("setup: Product({t}), "),
            1 => format!("setup: Operation({t}), "),
            2 => format!("setup: Changes(product: {t}, operation: \"1 s\", both: \"0 s\"), "),
            3 => format!(
                "setup: Matrix(times: {{{first:?}: {{{first:?}: \"1 s\"}}}}, default: {t}), "
            ),
            _ => String::new(),
        }
    }

    fn crew(&mut self) -> String {
        if !self.dice.one_in(4) {
            return String::new();
        }
        let tasks =
            self.dice.pick(&["[Process]", "[SetUp, Load]", "[Load, Process, Unload]", "[Unload]"]);
        let second =
            if tasks == "[Unload]" { ", (skill: \"fix\", for: [SetUp], priority: -1)" } else { "" };
        format!("workers: [(skill: \"run\", for: {tasks}){second}], ")
    }

    fn batch(&mut self, most: u32) -> String {
        let least = self.dice.within(1, u64::from(most));
        let by = self.dice.pick(&["Any", "Operation", "Product", "ProductAndOperation"]);
        let first = self.products[0].clone();
        let more = match self.dice.index(4) {
            0 => format!("joins: [{first:?}], "),
            1 => format!("limits: {{{first:?}: 1}}, "),
            _ => String::new(),
        };
        let wait = if self.dice.one_in(2) || self.plant.drains { "wait: \"50 s\", " } else { "" };
        format!("batch: (min: {least}, max: {most}, by: {by}, {wait}{more}), ")
    }

    fn discipline(&mut self, rule: &str, queue: u32) -> String {
        let ranked =
            !matches!(rule, "Fifo" | "Lifo" | "CriticalRatio" | "FewestSetups" | "NextQueue");
        match self.dice.index(6) {
            0 if self.ahead && !self.handles => "blocking: BeforeService, ".into(),
            1 if queue >= 2 && !self.plant.drains => {
                format!("start_when: {}, ", self.dice.within(2, u64::from(queue)))
            }
            2 if ranked && queue > 0 => {
                format!("preempt: {}, ", self.dice.pick(&["Resume", "Restart"]))
            }
            _ => String::new(),
        }
    }

    /// Power and air, with or without ramps.
    pub(super) fn power(&mut self) -> String {
        let more = &mut self.more;
        let mut out = String::new();
        if more.one_in(3) {
            let ramp =
                more.pick(&["", "ramp: \"4 s\", ", "ramp: \"3 min\", ", "switch_on: \"20 Wh\", "]);
            let levels = more.pick(&[
                "working: \"8 kW\", idle: \"2 kW\", off: \"100 W\"",
                "working: \"1 kW\"",
                "set_up: \"3 kW\", blocked: \"1 kW\", failed: \"0.5 kW\", off_shift: \"1 W\"",
            ]);
            out += &format!(", power: ({ramp}{levels})");
        }
        if more.one_in(6) {
            out += ", media: { \"air\": (working: \"0.2 m3/min\", switch_on: \"0.1 m3\") }";
        }
        out
    }

    /// Failures, maintenance and shifts.
    pub(super) fn troubles(&mut self) -> String {
        let mut out = String::new();
        if self.dice.one_in(3) {
            let failures: Vec<String> =
                (0..self.dice.within(1, 2)).map(|_| self.failure()).collect();
            out += &format!(", failures: [{}]", failures.join(", "));
        }
        if self.dice.one_in(5) {
            let when = self.dice.pick(&[
                "every: \"11 min\"",
                "every: \"6 min\", basis: Operating",
                "after: \"9 min\", first: \"1 min\"",
                "cycles: 15",
            ]);
            let takes = time(&mut self.dice, 40);
            let more = self.usual();
            out += &format!(", maintenance: [({when}, takes: {takes}{more})]");
        }
        if self.dice.one_in(5) {
            let end = self.dice.pick(&["Resume", "Restart", "Scrap", "Finish"]);
            let calendar = self.dice.pick(&["hours", "late"]);
            out += &format!(", shift: (calendar: {calendar:?}, end: {end})");
        }
        out
    }

    fn failure(&mut self) -> String {
        let every = time(&mut self.dice, 400);
        let when = match self.dice.index(4) {
            0 => format!("every: {every}, basis: Calendar"),
            1 => format!("every: {every}, basis: Calendar, first: \"30 s\""),
            2 => "cycles: Uniform(min: 3.0, max: 30.0)".into(),
            _ => format!("every: {every}"),
        };
        let repair = time(&mut self.dice, 40);
        let more = self.usual();
        format!("({when}, repair: {repair}{more})")
    }

    fn usual(&mut self) -> String {
        let at_work = self.dice.pick(&["Resume", "Restart", "Scrap", "Finish"]);
        let crew = self.dice.pick(&[
            "",
            "",
            ", crew: (skill: \"fix\")",
            ", crew: (skill: \"run\", n: 2, priority: 1)",
        ]);
        let renews = self.dice.pick(&["", "", ", renews: true"]);
        format!(", at_work: {at_work}{crew}{renews}")
    }
}
