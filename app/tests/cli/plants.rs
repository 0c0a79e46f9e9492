//! Plants that the tests run.

/// A short line with failures: something of everything, quick to run.
pub const CELL: &str = r#"Plant(
    name: "cell",
    run: (until: "8 h", warmup: "1 h", replications: 4, seed: 7),
    parameters: { "mill_time": "50 s" },
    products: { "gear": (due: "20 min") },
    workers: { "fitters": (count: 1) },
    equipment: {
        "infeed": (is: Source(product: "gear", every: Exponential("1 min")), to: ["mill"]),
        "mill": (
            is: Station(time: Exponential("$mill_time"), queue: 200),
            failures: [(every: Exponential("2 h"), repair: Exponential("5 min"), crew: (skill: "fitters"))],
            to: ["out"],
        ),
        "out": (is: Sink),
    },
)"#;

/// Twice as much comes in as gets through.
pub const FLOOD: &str = r#"Plant(
    name: "flood",
    run: (until: "8 h", replications: 3),
    products: { "gear": () },
    equipment: {
        "infeed": (is: Source(product: "gear", every: Exponential("30 s")), to: ["mill"]),
        "mill": (is: Station(time: Exponential("1 min"), queue: "unlimited"), to: ["out"]),
        "out": (is: Sink),
    },
)"#;

/// A batch of four never fills up: three parts wait for ever.
pub const STUCK: &str = r#"Plant(
    name: "stuck",
    run: (until: "1 h"),
    products: { "gear": () },
    equipment: {
        "infeed": (is: Source(product: "gear", every: "1 min", total: 3), to: ["oven"]),
        "oven": (is: Station(time: "1 min", batch: (min: 4, max: 4), queue: 10), to: ["out"]),
        "out": (is: Sink),
    },
)"#;

/// A line with power, air and tariffs: every sort of figure comes up.
pub const ENERGY: &str = r#"Plant(
    name: "energy",
    run: (until: "8 h", warmup: "1 h", replications: 2, seed: 7),
    products: { "gear": (due: "20 min"), "axle": () },
    workers: { "fitters": (count: 1) },
    tariffs: {
        "power": (
            price: "0.30 EUR/kWh", times: [("0 h", "6 h", "0.20 EUR/kWh")], co2: "380 g/kWh",
            peak: (charge: "120 EUR/kW"),
        ),
    },
    hall: (size: (12, 8, 4), cell: "1 m", walls: (roof: (u_value: "2 W/(m2 K)"))),
    sensors: {
        "TT-1": (
            is: Temperature(of: "mill"), chain: (lag: "2 min", noise: "0.1 K", quantum: "0.1 K"),
            failures: [Stuck(every: "2 h", repair: "10 min")], alarms: [(above: "21 degC", hysteresis: "0.2 K")],
        ),
    },
    equipment: {
        "infeed": (is: Source(every: Exponential("1 min"), mix: Share([("gear", 1.0), ("axle", 1.0)])), to: ["mill"]),
        "mill": (
            is: Station(time: Exponential("40 s"), queue: 200, start_up: "10 s", off_after: "1 min"),
            power: (working: "8 kW", idle: "2 kW", off: "100 W", ramp: "5 s"),
            media: { "air": (working: "0.2 m3/min") }, heat: (mass: "1 t"), at: (4, 4),
            failures: [(every: Exponential("2 h"), repair: Exponential("5 min"), crew: (skill: "fitters"))],
            to: ["belt"],
        ),
        "belt": (
            is: Conveyor(length: "6 m", speed: "0.5 m/s", part_length: "0.4 m"),
            power: (working: "0.5 kW", idle: "0.5 kW"), to: ["out"],
        ),
        "out": (is: Sink),
    },
)"#;
