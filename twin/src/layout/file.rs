//! What a plant file can say, as it is written. Nothing here is checked beyond its own type, and none of these types
//! leaves the way from the file to the model.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::energy::UseFile;
use crate::random::Distribution;
use crate::units::{Angle, Length, Mass, Rate, Share, SimDuration, Speed};

/// What the file says about a run.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "run", deny_unknown_fields, default)]
pub struct RunFile {
    /// End of the run. Default: 8 h.
    pub until: Option<SimDuration>,
    /// What is left out at the start: a time, or `Auto`. Default: nothing.
    pub warmup: Option<WarmupFile>,
    /// Number of replications. Default: 1.
    pub replications: Option<u32>,
    /// Seed of all random streams. Default: 1.
    pub seed: Option<u64>,
    /// Equipment and groups that run as rigid bodies instead of events. Default: none.
    pub physics: Vec<String>,
    /// Length of their steps, 0.1 to 20 ms. Default: 4 ms.
    pub physics_step: Option<SimDuration>,
}

/// What the plant shall achieve. Default: nothing is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename = "targets", deny_unknown_fields, default)]
pub struct TargetsFile {
    /// Parts finished in so much time, at least: `"60 /h"`.
    pub throughput: Option<Rate>,
    /// Mean time from entry to exit, at most.
    pub lead_time: Option<SimDuration>,
    /// Mean number of parts in the plant, at most.
    pub work_in_process: Option<u32>,
    /// Share of the parts that leave which are lost, at most.
    pub scrap: Option<Share>,
}

/// What is left out at the start: `"30 min"`, or `Auto` for what MSER-5 finds.
#[derive(Clone, Copy, Debug)]
pub enum WarmupFile {
    /// So long.
    After(SimDuration),
    /// As long as MSER-5 finds.
    Auto,
}

impl<'de> Deserialize<'de> for WarmupFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&ron::value::RawValue>::deserialize(deserializer)?;
        let text = raw.get_ron().trim();
        if text == "Auto" {
            return Ok(Self::Auto);
        }
        ron::from_str(text).map(Self::After).map_err(|error| D::Error::custom(error.code))
    }
}

/// A product.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "product", deny_unknown_fields, default)]
pub struct ProductFile {
    /// Its operations in order. Without any, it goes where the connections lead.
    #[serde(deserialize_with = "step_or_name")]
    pub route: Vec<StepFile>,
    /// Lower goes first under the rule `Priority`. Default 0.
    pub priority: i16,
    /// Time from entry to due date.
    pub due: Option<SimDuration>,
    /// Length along a conveyor.
    pub length: Option<Length>,
    /// Width across it. Default: 0.4 m.
    pub width: Option<Length>,
    /// Height. Default: 0.3 m, but not more than the length.
    pub height: Option<Length>,
    /// Mass. Default: 10 kg.
    pub mass: Option<Mass>,
    /// Its bill of materials: the products that go into it, and how many of each.
    pub bom: BTreeMap<String, u32>,
    /// Numbers that its parts begin with.
    pub attributes: BTreeMap<String, f64>,
}

/// One operation of a route: an equipment's name, or `(at: …, time: …, operation: …)`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "step", deny_unknown_fields, default)]
pub struct StepFile {
    /// Equipment or groups that can do it.
    pub at: Names,
    /// Its time, if the route says it.
    pub time: Option<Distribution<SimDuration>>,
    /// What the time is for: the lot (default), or each piece of it.
    pub per: PerFile,
    /// After this time (of a lot, or of each piece) a tool group's tool takes the next lot, while this one is still in it.
    /// Default: when this one is done.
    pub cadence: Option<SimDuration>,
    /// Its name; default: the name of the equipment.
    pub operation: Option<String>,
    /// Lots that a tool group works on together.
    pub batch: Option<StepBatchFile>,
    /// Set-up that a tool group's tool needs for it.
    pub setup: Option<String>,
    /// Time of that set-up, if it is not the tool group's to say.
    pub setup_time: Option<SimDuration>,
    /// Probability with which it is done at all: sampling. Default: 1.
    pub share: Option<Share>,
    /// With some probability, parts go back to an earlier operation afterwards.
    pub rework: Option<ReworkFile>,
    /// A later operation has to begin within some time after this one.
    pub limit: Option<StepLimitFile>,
    /// An earlier operation by whose tool, of a group, this one has to be done.
    pub same_tool_as: Option<String>,
}

/// What a time is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum PerFile {
    /// The whole lot.
    #[default]
    Lot,
    /// Each of its pieces.
    Piece,
}

/// Lots that are worked on together.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename = "batch", deny_unknown_fields)]
pub struct StepBatchFile {
    /// Fewest.
    pub min: u16,
    /// Most.
    pub max: u16,
}

/// Parts that go back.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "rework", deny_unknown_fields)]
pub struct ReworkFile {
    /// The operation to which they go back.
    pub to: String,
    /// How many of them.
    pub share: Share,
}

/// A limit on the time from the end of an operation to the begin of a later one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "limit", deny_unknown_fields)]
pub struct StepLimitFile {
    /// The later operation.
    pub to: String,
    /// How long it may be.
    pub within: SimDuration,
}

/// One name, or several.
#[derive(Clone, Debug, Default)]
pub struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Names;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name such as \"mill\", or a list of names")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A step may be written as a name alone.
///
/// # Errors
///
/// If it is neither a name nor a step.
pub fn step_or_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<StepFile>, D::Error> {
    struct One(StepFile);
    impl<'de> Deserialize<'de> for One {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Reader;
            impl<'de> Visitor<'de> for Reader {
                type Value = One;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an equipment's name, or (at: …, time: …)")
                }

                fn visit_str<E: Error>(self, name: &str) -> Result<One, E> {
                    Ok(One(StepFile { at: Names(vec![name.to_owned()]), ..StepFile::default() }))
                }

                fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<One, A::Error> {
                    StepFile::deserialize(MapAccessDeserializer::new(map)).map(One)
                }
            }
            deserializer.deserialize_any(Reader)
        }
    }
    Ok(Vec::<One>::deserialize(deserializer)?.into_iter().map(|One(step)| step).collect())
}

/// A shift calendar: working hours within a day or a week.
#[derive(Debug, Deserialize)]
#[serde(rename = "shift", deny_unknown_fields)]
pub struct ShiftFile {
    /// Length of the pattern. Default: one day.
    #[serde(default)]
    pub period: Option<SimDuration>,
    /// Working hours: from and to within the period.
    pub work: Vec<(SimDuration, SimDuration)>,
    /// Breaks: from and to within the period, taken out of the working hours.
    #[serde(default)]
    pub breaks: Vec<(SimDuration, SimDuration)>,
}

/// A pool of workers.
#[derive(Debug, Deserialize)]
#[serde(rename = "workers", deny_unknown_fields)]
pub struct WorkersFile {
    /// How many. Default 1.
    #[serde(default)]
    pub count: Option<u32>,
    /// What they can do. The name of the pool is always one of their skills.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Their shift calendar.
    #[serde(default)]
    pub shift: Option<String>,
    /// Where they are at the start.
    #[serde(default)]
    pub at: Option<(f64, f64)>,
    /// Walking speed. Without one, they are there at once.
    #[serde(default)]
    pub speed: Option<Speed>,
}

/// What can be true of any equipment. Its kind, `is`, is read by the kind itself.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "equipment", deny_unknown_fields, default)]
pub struct EquipmentFile {
    /// The kind with its parameters: kept as text.
    pub is: Option<serde::de::IgnoredAny>,
    /// A template to fill in instead of a kind.
    #[serde(rename = "use")]
    pub template: Option<String>,
    /// Values for the template's parameters: kept as text.
    pub with: Option<serde::de::IgnoredAny>,
    /// So many alike; `${i}` in strings is 1, 2, …
    pub repeat: Option<u32>,
    /// Of the repeated ones, each but the last goes to the next.
    pub chain: bool,
    /// Where parts go from here: names, `name:port`, or by output.
    pub to: Outputs,
    /// Where it stands.
    pub at: Option<(f64, f64)>,
    /// Distance from one repeated equipment to the next.
    pub step: Option<(f64, f64)>,
    /// Direction in which it faces, about the vertical. Default: along x.
    pub facing: Option<Angle>,
    /// Length, width, height in metres.
    pub size: Option<(f64, f64, f64)>,
    /// What it looks like: one of the plant's `shapes`, with its own origin at the place and its x-axis the way that it faces.
    /// Without a `size`, its extent is the size.
    pub shape: Option<String>,
    /// Area, line or cell: `"hall/line 1/cell 2"`.
    pub group: Option<String>,
    /// How it shares its output.
    pub divert: Option<DivertFile>,
    /// Which of several connections into it goes first.
    pub merge: Option<MergeFile>,
    /// Attributes that its operations leave on parts, with their new values.
    pub sets: BTreeMap<String, Distribution<f64>>,
    /// Its shift calendar.
    pub shift: Option<ShiftUse>,
    /// Its failures.
    pub failures: Vec<FailureFile>,
    /// Its planned maintenance.
    pub maintenance: Vec<MaintenanceFile>,
    /// The defects that arise in it.
    pub quality: Option<super::quality::QualityFile>,
    /// Electric power that each of its places takes, by what it does.
    pub power: Option<UseFile>,
    /// Other media, by name.
    pub media: BTreeMap<String, UseFile>,
    /// The heat that it gives off and feels.
    pub heat: Option<super::hall::HeatFile>,
}

/// Connections: a list for the only output, or a list for each output by name.
#[derive(Clone, Debug, Default)]
pub struct Outputs(pub Vec<(Option<String>, Vec<String>)>);

impl<'de> Deserialize<'de> for Outputs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Outputs;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of names such as [\"mill\"], or lists by output")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Outputs, E> {
                Ok(Outputs(vec![(None, vec![name.to_owned()])]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Outputs, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                Ok(Outputs(vec![(None, names)]))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outputs, A::Error> {
                let mut outputs = Vec::new();
                while let Some((name, Names(to))) = map.next_entry::<String, Names>()? {
                    outputs.push((Some(name), to));
                }
                Ok(Outputs(outputs))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// How an equipment with several connections shares its output.
#[derive(Clone, Debug, Deserialize)]
pub enum DivertFile {
    /// The first in order that has room; with none, the first that gets room.
    FirstFree,
    /// Strictly in turn.
    Rotate,
    /// In turn, passing over full ones.
    RotateFree,
    /// At random by weight, one for each connection.
    Share(Vec<f64>),
    /// The one that holds fewest parts.
    Shortest,
    /// By product: where it goes.
    ByProduct(BTreeMap<String, String>),
    /// By an attribute of the part: up to which value it goes where, the last for all above.
    ByAttribute(String, Vec<(f64, String)>),
}

/// Which of several connections into an equipment goes first.
#[derive(Clone, Debug, Deserialize)]
pub enum MergeFile {
    /// The one that has waited longest.
    FirstCome,
    /// In this order.
    Priority(Vec<String>),
    /// In turn among those that wait.
    Alternate,
}

/// A shift calendar, and what its end does to work in hand.
#[derive(Clone, Debug)]
pub struct ShiftUse {
    /// Name of the calendar.
    pub calendar: String,
    /// What its end does. Default: `Resume`.
    pub end: InterruptFile,
}

impl<'de> Deserialize<'de> for ShiftUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename = "shift")]
        struct Full {
            calendar: String,
            #[serde(default)]
            end: InterruptFile,
        }
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = ShiftUse;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a shift's name, or (calendar: …, end: …)")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<ShiftUse, E> {
                Ok(ShiftUse { calendar: name.to_owned(), end: InterruptFile::Resume })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ShiftUse, A::Error> {
                let Full { calendar, end } = Full::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ShiftUse { calendar, end })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// What a stop does to the work in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum InterruptFile {
    /// It goes on afterwards where it was.
    #[default]
    Resume,
    /// It begins anew afterwards.
    Restart,
    /// It is lost.
    Scrap,
    /// The stop waits until it is done.
    Finish,
}

/// What counts towards a failure or maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Basis {
    /// Time at work: operation-dependent.
    Operating,
    /// All time: time-dependent.
    Calendar,
    /// Cycles begun.
    Cycles,
}

/// Workers who have to come.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename = "crew", deny_unknown_fields)]
pub struct CrewFile {
    /// What they must be able to do: a skill, or the name of a pool.
    pub skill: String,
    /// How many. Default 1.
    #[serde(default)]
    pub n: Option<u32>,
    /// Which calls are served first; lower goes first. Default 0.
    #[serde(default)]
    pub priority: i16,
}

/// A failure mode.
#[derive(Debug, Deserialize)]
#[serde(rename = "failure", deny_unknown_fields)]
pub struct FailureFile {
    /// From the end of one repair to the next failure, on the clock of `basis`.
    #[serde(default)]
    pub every: Option<Distribution<SimDuration>>,
    /// Or so many cycles.
    #[serde(default)]
    pub cycles: Option<Distribution<f64>>,
    /// Time to repair, once the crew is there.
    pub repair: Distribution<SimDuration>,
    /// What counts. Default: `Operating`, or `Cycles` where these are given.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Who has to come.
    #[serde(default)]
    pub crew: Option<CrewFile>,
    /// What happens to the work in hand. Default: `Resume`.
    #[serde(default)]
    pub at_work: InterruptFile,
    /// Whether a repair starts all other clocks of this equipment anew. Default: no.
    #[serde(default)]
    pub renews: bool,
    /// Time of the first failure, for failures on the calendar.
    #[serde(default)]
    pub first: Option<SimDuration>,
}

/// Planned maintenance.
#[derive(Debug, Deserialize)]
#[serde(rename = "maintenance", deny_unknown_fields)]
pub struct MaintenanceFile {
    /// How often: on the calendar at fixed times; with `basis: Operating`, after so much work; see also `after`.
    #[serde(default)]
    pub every: Option<SimDuration>,
    /// After so much time since the end of the last one (age).
    #[serde(default)]
    pub after: Option<SimDuration>,
    /// Or so many cycles.
    #[serde(default)]
    pub cycles: Option<u32>,
    /// Or so many pieces (a lot counts with its size).
    #[serde(default)]
    pub pieces: Option<u32>,
    /// Pieces until the first, if there are to be fewer.
    #[serde(default)]
    pub first_pieces: Option<u32>,
    /// Or when it is called for: by the `alarm` of an inspection. Default: no.
    #[serde(default)]
    pub on_call: bool,
    /// Whether `first` (or `first_pieces`) is that of the last place only, and the others have theirs evenly spread
    /// before it; for kinds whose places stop each by itself. Default: no.
    #[serde(default)]
    pub staggered: bool,
    /// How long it takes, once the crew is there.
    pub takes: Distribution<SimDuration>,
    /// What `every` and `after` count. Default: `Calendar`.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Time of the first. Default: one interval after the start.
    #[serde(default)]
    pub first: Option<SimDuration>,
    /// Who has to come.
    #[serde(default)]
    pub crew: Option<CrewFile>,
    /// How long it may be put off while its crew is at work elsewhere: until then the equipment works on. Default: not at
    /// all, the equipment stands until the crew comes.
    #[serde(default)]
    pub may_wait: Option<SimDuration>,
    /// What happens to the work in hand. Default: `Finish`.
    #[serde(default)]
    pub at_work: Option<InterruptFile>,
    /// Whether it starts all other clocks of this equipment anew. Default: no.
    #[serde(default)]
    pub renews: bool,
}
