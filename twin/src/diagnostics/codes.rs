//! The codes of all mistakes, each with the page that `genba explain CODE` prints.
//!
//! To add one: a constant, and an entry in [`PAGES`]. The letter says where the mistake is made (P = any file, R = robot file); a
//! number is never used again for something else.

use std::fmt;

use serde::{Serialize, Serializer};

/// The stable name of a kind of mistake: `P003`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// What a code means, and how to put it right.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The code that this page explains.
    pub code: Code,
    /// The mistake in a few words.
    pub title: &'static str,
    /// What it means and how to put it right, in a few lines.
    pub explanation: &'static str,
    /// An example of the mistake.
    pub wrong: &'static str,
    /// The same example put right.
    pub right: &'static str,
}

/// The page of the code called `name`, if there is one; upper and lower case are the same.
pub fn page(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|p| p.code.0.eq_ignore_ascii_case(name))
}

/// The text is not RON.
pub const SYNTAX: Code = Code("P001");
/// Brackets nest too deeply.
pub const NESTING: Code = Code("P002");
/// A field that does not exist.
pub const UNKNOWN_FIELD: Code = Code("P003");
/// A field that is needed and does not stand there.
pub const MISSING_FIELD: Code = Code("P004");
/// A kind or choice that does not exist.
pub const UNKNOWN_KIND: Code = Code("P005");
/// A value of another type than the field has.
pub const WRONG_TYPE: Code = Code("P006");
/// A quantity that cannot be read.
pub const BAD_QUANTITY: Code = Code("P007");
/// The same name twice.
pub const DUPLICATE: Code = Code("P008");
/// A file or an expansion that is too large.
pub const TOO_LARGE: Code = Code("P009");
/// A value of the right type that is not allowed.
pub const BAD_VALUE: Code = Code("P010");
/// Something after the end.
pub const TRAILING: Code = Code("P011");
/// A parameter that is not defined.
pub const UNKNOWN_PARAMETER: Code = Code("P012");

/// A name that nothing bears.
pub const UNKNOWN_NAME: Code = Code("P013");
/// Parts cannot get to where they have to go.
pub const NO_WAY: Code = Code("P014");
/// A file that cannot be read.
pub const UNREADABLE: Code = Code("P015");
/// Something that does not fit into the hall.
pub const OUTSIDE_HALL: Code = Code("P016");
/// Heat without a hall.
pub const NO_HALL: Code = Code("P017");
/// Air that comes in and cannot get out, or the other way round.
pub const NO_WAY_OUT: Code = Code("P018");
/// A shape with holes.
pub const OPEN_SHAPE: Code = Code("P019");
/// Rigid bodies where there is no form of them.
pub const NO_BODIES: Code = Code("P020");
/// Something that nobody uses.
pub const UNUSED: Code = Code("P021");

/// Joints that do not fit the structure.
pub const WRONG_JOINTS: Code = Code("R001");
/// A range or a rate that leaves nothing.
pub const BAD_RANGE: Code = Code("R002");
/// A length or an axis that is none.
pub const NO_LENGTH: Code = Code("R003");
/// Links that do not lead from the base to the tip.
pub const BROKEN_CHAIN: Code = Code("R004");
/// A figure of which nobody knows where it is from.
pub const NO_PROVENANCE: Code = Code("R005");
/// A reach that the lengths do not come to.
pub const BAD_REACH: Code = Code("R006");

/// All codes, in order.
pub const PAGES: &[Page] = &[
    Page {
        code: SYNTAX,
        title: "the text cannot be read",
        explanation: "Files are written in RON. Fields are separated by commas, a name and its value by a colon, and \
            whatever is not a number, a list or a kind stands in quotes, quantities too.",
        wrong: "(time: 50 s)",
        right: "(time: \"50 s\")",
    },
    Page {
        code: NESTING,
        title: "brackets nest too deeply",
        explanation: "A file may nest 128 brackets. Deeper nesting is nearly always an accident.",
        wrong: "[[[[[[…]]]]]]",
        right: "[1, 2]",
    },
    Page {
        code: UNKNOWN_FIELD,
        title: "unknown field",
        explanation: "The field does not exist here; a field that is misspelt would otherwise be silently without effect.",
        wrong: "Station(tme: \"55 s\")",
        right: "Station(time: \"55 s\")",
    },
    Page {
        code: MISSING_FIELD,
        title: "missing field",
        explanation: "The field has no default, and must be written.",
        wrong: "Conveyor(length: \"12 m\")",
        right: "Conveyor(length: \"12 m\", speed: \"0.5 m/s\")",
    },
    Page {
        code: UNKNOWN_KIND,
        title: "unknown kind",
        explanation: "There is no kind, or no choice, of this name. Kinds of equipment come from the core and from plugins.",
        wrong: "is: Staton(time: \"55 s\")",
        right: "is: Station(time: \"55 s\")",
    },
    Page {
        code: WRONG_TYPE,
        title: "wrong type",
        explanation: "A value of another type is needed here: text stands in \"quotes\", a list in [brackets], named \
            entries in {braces}, fields in (parentheses).",
        wrong: "to: \"mill\"",
        right: "to: [\"mill\"]",
    },
    Page {
        code: BAD_QUANTITY,
        title: "not the quantity that is needed",
        explanation: "A quantity is a number and a unit in quotes. Times: ns us ms s min h d w. Lengths: mm cm m km. \
            Speeds: m/s m/min mm/s km/h. Rates: /s /min /h /d. Power: W kW. Shares: % or a number from 0 to 1. \
            Angles: deg rad, with deg/s, deg/s2, deg/s3 and rpm. Torques: N m. Masses: g kg t. Temperatures: degC K degF; of materials W/(m K), kg/m3, J/(kg K); of surfaces \
            W/(m2 K).",
        wrong: "until: \"8 kg\"",
        right: "until: \"8 h\"",
    },
    Page {
        code: DUPLICATE,
        title: "the same name twice",
        explanation: "A field or an entry may stand only once; which of the two is meant would otherwise be a guess.",
        wrong: "{ \"mill\": (is: Sink), \"mill\": (is: Sink) }",
        right: "{ \"mill\": (is: Sink), \"mill 2\": (is: Sink) }",
    },
    Page {
        code: TOO_LARGE,
        title: "too large",
        explanation: "A file, or what its parameters expand to, is larger than the limit.",
        wrong: "a file of 5 GiB",
        right: "several files that include each other",
    },
    Page {
        code: BAD_VALUE,
        title: "the value is not allowed",
        explanation: "The value has the right type, but it is outside of what makes sense here; the message says why.",
        wrong: "capacity: -1",
        right: "capacity: 1",
    },
    Page {
        code: TRAILING,
        title: "text after the end",
        explanation: "A file is one value. Often a bracket was closed too early.",
        wrong: "Plant(name: \"a\"), run: ()",
        right: "Plant(name: \"a\", run: ())",
    },
    Page {
        code: UNKNOWN_PARAMETER,
        title: "unknown parameter",
        explanation: "\"$name\" stands for a parameter, \"a ${name} b\" for its text inside another; it must be defined in \
            `parameters`. A dollar sign itself is written \"$$\".",
        wrong: "time: \"$mil_time\"",
        right: "time: \"$mill_time\"",
    },
    Page {
        code: UNKNOWN_NAME,
        title: "nothing has this name",
        explanation: "Connections, routes, products, shifts, workers, motion programs and templates refer to each other by name, to \
            the letter. The name must stand somewhere in the plant, or in a file that it includes.",
        wrong: "Plant(name: \"x\", products: {\"p\": ()}, equipment: {\"in\": (is: Source(every: \"1 min\"), to: [\"uot\"]), \
            \"out\": (is: Sink)})",
        right: "Plant(name: \"x\", products: {\"p\": ()}, equipment: {\"in\": (is: Source(every: \"1 min\"), to: [\"out\"]), \
            \"out\": (is: Sink)})",
    },
    Page {
        code: NO_WAY,
        title: "parts cannot get to where they go next",
        explanation: "From every equipment where a step of a route is done, connections must lead to where the next step is \
            done, and from the last one to a sink, passing only through equipment that does not work on parts. \
            Equipment that is not a sink needs a `to`, unless routes say where its parts go.",
        wrong: "Plant(name: \"x\", products: {\"p\": ()}, equipment: {\"in\": (is: Source(every: \"1 min\"))})",
        right: "Plant(name: \"x\", products: {\"p\": ()}, equipment: {\"in\": (is: Source(every: \"1 min\"), to: [\"out\"]), \
            \"out\": (is: Sink)})",
    },
    Page {
        code: UNREADABLE,
        title: "a file cannot be read",
        explanation: "The file is not there, may not be opened, is not text in UTF-8, or is larger than the limit, which \
            `--max-file-size` raises. Paths after `include:` count from the folder of the file that they stand in.",
        wrong: "Plant(name: \"x\", include: [\"not-there.ron\"], equipment: {})",
        right: "Plant(name: \"x\", products: {\"p\": ()}, equipment: {\"in\": (is: Source(every: \"1 min\"), to: [\"out\"]), \
            \"out\": (is: Sink)})",
    },
    Page {
        code: OUTSIDE_HALL,
        title: "it does not fit into the hall",
        explanation: "Equipment with `heat`, obstacles, fans and vents have to lie within the hall, which reaches from its \
            `corner` (at (0, 0) unless it is said) as far as its `size`, and two vents cannot share one place. An equipment's \
            box stands about its `at`; that of a conveyor reaches from there to its end. Two bodies may stand in each \
            other, which is rarely meant, so that is a warning.",
        wrong: "hall: (size: (20, 10, 5), cell: \"0.5 m\", openings: {\"gate\": (side: West, from: (8, 0), to: (12, 4))})",
        right: "hall: (size: (20, 10, 5), cell: \"0.5 m\", openings: {\"gate\": (side: West, from: (6, 0), to: (10, 4))})",
    },
    Page {
        code: NO_HALL,
        title: "heat without a hall",
        explanation: "Without a hall there is nothing that the equipment could warm, so its `heat` is without effect.",
        wrong: "Plant(name: \"x\", products: {\"p\": ()}, equipment: {\"in\": (is: Source(product: \"p\", every: \"1 min\"), to: [\"oven\"]), \"oven\": (is: Station(time: \"50 s\"), to: [\"out\"], at: (5, 5), size: (2, 2, 2), power: (working: \"8 kW\"), heat: (mass: \"2 t\")), \"out\": (is: Sink)})",
        right: "Plant(name: \"x\", products: {\"p\": ()}, hall: (size: (20, 10, 5), cell: \"0.5 m\"), equipment: {\"in\": (is: Source(product: \"p\", every: \"1 min\"), to: [\"oven\"]), \"oven\": (is: Station(time: \"50 s\"), to: [\"out\"], at: (5, 5), size: (2, 2, 2), power: (working: \"8 kW\"), heat: (mass: \"2 t\")), \"out\": (is: Sink)})",
    },
    Page {
        code: NO_WAY_OUT,
        title: "air has no way out, or none in",
        explanation: "As much air leaves a hall as comes in. Where all vents have a `flow`, these have to add up; an opening, or \
            an outlet without a `flow`, takes what is left over.",
        wrong: "inlets: {\"supply\": (…, flow: \"4 m3/s\")}",
        right: "inlets: {\"supply\": (…, flow: \"4 m3/s\")}, outlets: {\"exhaust\": (…)}",
    },
    Page {
        code: OPEN_SHAPE,
        title: "a shape with holes",
        explanation: "What stands in the way of air is what a shape encloses, so each edge of its triangles needs another \
            triangle on its other side. A surface with a hole has no inside: then it stands in the way itself, one cell \
            thick. For what rays see it makes no difference. It is a warning.",
        wrong: "shapes: {\"press\": \"press-with-a-hole.stl\"}",
        right: "shapes: {\"press\": \"press.stl\"}",
    },
    Page {
        code: NO_BODIES,
        title: "it cannot run as rigid bodies",
        explanation: "Some kinds of equipment have two forms: events, exact and fast, and rigid bodies. `physics` of a run names \
            equipment of those kinds, or groups with some of it; of a group, the rest runs as events. Conveyors have both forms, turntables \
            that stand flush between such conveyors, and robots whose arm has one gripper, says how it grips and takes parts by their middles.",
        wrong: "run: (physics: [\"mill\"])",
        right: "run: (physics: [\"belt\"])",
    },
    Page {
        code: UNUSED,
        title: "nobody uses it",
        explanation: "A motion program that no Robot's `arm: (…, programs: …)` and no Station's `time: Program(…)` names, a signal that is \
            set or declared and for which no program waits. It changes nothing, which is rarely meant, so that is a warning. A \
            program is tried all the same: whether any arm of the plant could follow it.",
        wrong: "programs: {\"load\": [Set(signal: \"loadad\"), …], \"unload\": [WaitFor(signal: \"loaded\"), …]}",
        right: "programs: {\"load\": [Set(signal: \"loaded\"), …], \"unload\": [WaitFor(signal: \"loaded\"), …]}",
    },
    Page {
        code: WRONG_JOINTS,
        title: "the joints do not fit the structure",
        explanation: "Each structure has its joints: Spherical and Ur six, Srs and Franka seven, Scara four (turn, turn, slide, \
            turn), Delta three or, with `turns: true`, four; of a Chain, those of its links that move, from the base to the \
            tip. `joints` and `masses` list them in this order, Revolute for those that turn, Prismatic for those that slide.",
        wrong: "structure: Scara(…), joints: [Revolute(…), Revolute(…), Revolute(…), Revolute(…)]",
        right: "structure: Scara(…), joints: [Revolute(…), Revolute(…), Prismatic(…), Revolute(…)]",
    },
    Page {
        code: BAD_RANGE,
        title: "the range or the rate leaves nothing",
        explanation: "A range begins at its lower end, and ends above it. Speeds, accelerations and jerks are more than 0.",
        wrong: "Revolute(range: (\"165 deg\", \"-165 deg\"), speed: \"250 deg/s\")",
        right: "Revolute(range: (\"-165 deg\", \"165 deg\"), speed: \"250 deg/s\")",
    },
    Page {
        code: NO_LENGTH,
        title: "a length or an axis that is none",
        explanation: "Without this length there is no arm of this structure; an axis needs a direction.",
        wrong: "Scara(height: \"0.4 m\", inner: \"0 m\", outer: \"0.25 m\")",
        right: "Scara(height: \"0.4 m\", inner: \"0.2 m\", outer: \"0.25 m\")",
    },
    Page {
        code: BROKEN_CHAIN,
        title: "the links do not lead from the base to the tip",
        explanation: "Each link of a Chain sits on another one or on the `base`. Links that sit on each other in a circle hold \
            nothing; links beside the way from base to tip are left out.",
        wrong: "links: {\"arm\": (on: \"hand\", moves: Turns(0, 0, 1)), \"hand\": (on: \"arm\")}",
        right: "links: {\"arm\": (on: \"base\", moves: Turns(0, 0, 1)), \"hand\": (on: \"arm\")}",
    },
    Page {
        code: NO_PROVENANCE,
        title: "nobody knows where the figure is from",
        explanation: "Every figure of a robot has an entry in `provenance`: under its path (`joints[2].speed`), that of its like \
            (`joints.speed`), or that of its block (`joints`); the closest counts. Sheet: the maker says so. Derived: it follows \
            from that. Assumed: nobody says so. Calibrated: it was measured on a machine. Each with the words that let others \
            find it.",
        wrong: "payload: \"3 kg\", provenance: {}",
        right: "payload: \"3 kg\", provenance: {\"payload\": Sheet(\"3HAC035960-001\")}",
    },
    Page {
        code: BAD_REACH,
        title: "the lengths do not come to the reach",
        explanation: "The reach on the sheet and that of the lengths differ by more than 1 %: one of them is wrong. Spherical: \
            a1 + c2 + √(a2² + c3²), from the first axis to the wrist centre. Ur: |a2| + |a3| + d5. Scara: inner + outer. \
            Srs: upper + forearm. Franka: √(upper² + crook²) + √(forearm² + crook²), from the shoulder.",
        wrong: "reach: \"0.58 m\", structure: Spherical(a2: \"-70 mm\", c1: \"290 mm\", c2: \"720 mm\", c3: \"302 mm\", c4: \"72 mm\")",
        right: "reach: \"0.58 m\", structure: Spherical(a2: \"-70 mm\", c1: \"290 mm\", c2: \"270 mm\", c3: \"302 mm\", c4: \"72 mm\")",
    },
];
