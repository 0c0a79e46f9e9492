//! What a plant file says about the hall around the equipment, and about the heat that equipment gives off and feels.
//!
//! ```ron
//! hall: (
//!     size: ("60 m", "30 m", "6 m"), cell: "0.5 m", start: "22 degC", outside: "30 degC",
//!     walls: (west: (u_value: "1.2 W/(m2 K)"), roof: (u_value: "0.4 W/(m2 K)"), floor: (u_value: "0.5 W/(m2 K)", beyond: "14 degC")),
//!     openings: { "gate": (side: West, from: (12.0, 0.0), to: (16.0, 4.0)) },
//!     inlets: { "supply": (side: Roof, from: (10.0, 10.0), to: (12.0, 12.0), flow: "4 m3/s", temperature: "18 degC") },
//! ),
//! equipment: {
//!     // Shapes come from files: `shapes: { "hood": "hood.stl" }`, then `obstacles: { "hood": (shape: "hood", at: (…), of: "steel") }`.
//!     "oven": (
//!         is: …, power: (working: "48 kW"), size: (18.0, 2.6, 2.4),
//!         heat: (share: "90 %", mass: "6 t", film: "8 W/(m2 K)"),
//!     ),
//!     "press": (
//!         is: …,
//!         heat: (mass: "4 t", senses: Air, derating: [("32 degC", "100 %"), ("45 degC", "70 %")],
//!                trips: (above: "55 degC", resets_below: "45 degC")),
//!     ),
//! }
//! ```
//!
//! Places are in metres in the coordinates of the plant, z from the floor upwards: as bare numbers like every `at`, or with
//! a unit.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::energy::UseFile;
use crate::units::{
    Angle, Conductivity, Density, Flow, HeatCapacity, HeatTransfer, Length, Mass, MassFlow, Share,
    SimDuration, SpecificHeat, Speed, Temperature,
};

/// The hall.
#[derive(Debug, Deserialize)]
#[serde(rename = "hall", deny_unknown_fields)]
pub struct HallFile {
    /// Length along x, width along y and clear height.
    pub size: (Metres, Metres, Metres),
    /// Where its corner with the smallest x and y is. Default: at (0, 0).
    #[serde(default)]
    pub corner: Option<(Metres, Metres)>,
    /// Edge of the cells in which fields are solved.
    pub cell: Length,
    /// Which fields are solved unless a flag says otherwise. Default: `Network`.
    #[serde(default)]
    pub fields: FieldsFile,
    /// Whether equipment feels its temperature. Default: yes.
    #[serde(default)]
    pub coupled: Option<bool>,
    /// How often fields and equipment tell each other. Default: every minute.
    #[serde(default)]
    pub tick: Option<SimDuration>,
    /// How often the motion of the air is solved anew, for one tick; in the ticks between it carries heat as it last moved.
    /// Default: in every tick.
    #[serde(default)]
    pub flow_every: Option<SimDuration>,
    /// Temperature of everything at the beginning. Default: 20 °C.
    #[serde(default)]
    pub start: Option<Temperature>,
    /// Temperature beyond the walls. Default: as at the beginning.
    #[serde(default)]
    pub outside: Option<Temperature>,
    /// Walls, floor and roof. Those that are not there let no heat through.
    #[serde(default)]
    pub walls: WallsFile,
    /// Solids, beyond those that are known anyway.
    #[serde(default)]
    pub materials: BTreeMap<String, MaterialFile>,
    /// What stands in the way of the air.
    #[serde(default)]
    pub obstacles: BTreeMap<String, ObstacleFile>,
    /// Gates and windows: air goes in and out as pressure has it.
    #[serde(default)]
    pub openings: BTreeMap<String, OpeningFile>,
    /// Where air is blown in.
    #[serde(default)]
    pub inlets: BTreeMap<String, InletFile>,
    /// Where air is drawn off.
    #[serde(default)]
    pub outlets: BTreeMap<String, OutletFile>,
    /// Fans inside.
    #[serde(default)]
    pub fans: BTreeMap<String, FanFile>,
    /// Racks, curtains and plates that air gets through with a loss.
    #[serde(default)]
    pub porous: BTreeMap<String, PorousFile>,
    /// Where a gas gets into the air, in small amounts: what instruments of concentration look for.
    #[serde(default)]
    pub leaks: BTreeMap<String, LeakFile>,
}

/// How fine the fields are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum FieldsFile {
    /// None at all.
    None,
    /// A few lumped temperatures.
    #[default]
    Network,
    /// Heat in solids and still air.
    Conduction,
    /// Moving air.
    Air,
    /// Moving air, by the reference method.
    Lattice,
}

/// A side of the hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SideFile {
    /// At the smallest x.
    West,
    /// At the largest x.
    East,
    /// At the smallest y.
    South,
    /// At the largest y.
    North,
    /// At the bottom.
    Floor,
    /// At the top.
    Roof,
}

/// All six sides.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "walls", deny_unknown_fields, default)]
pub struct WallsFile {
    /// At the smallest x.
    pub west: Option<WallFile>,
    /// At the largest x.
    pub east: Option<WallFile>,
    /// At the smallest y.
    pub south: Option<WallFile>,
    /// At the largest y.
    pub north: Option<WallFile>,
    /// At the bottom.
    pub floor: Option<WallFile>,
    /// At the top.
    pub roof: Option<WallFile>,
}

/// What a wall lets through.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "wall", deny_unknown_fields, default)]
pub struct WallFile {
    /// Heat that goes through it.
    pub u_value: Option<HeatTransfer>,
    /// Temperature beyond it. Default: that outside.
    pub beyond: Option<Temperature>,
    /// Instead of both: the temperature that its inside has.
    pub kept_at: Option<Temperature>,
}

/// A solid.
#[derive(Debug, Deserialize)]
#[serde(rename = "material", deny_unknown_fields)]
pub struct MaterialFile {
    /// How well it conducts heat.
    pub conductivity: Conductivity,
    /// Its density.
    pub density: Density,
    /// Heat by mass and temperature.
    pub specific_heat: SpecificHeat,
    /// Film coefficient of its surface. Default: [`HeatFile::FILM`].
    #[serde(default)]
    pub film: Option<HeatTransfer>,
}

/// A box that stands in the way of the air, or a shape that does.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "obstacle", deny_unknown_fields, default)]
pub struct ObstacleFile {
    /// The corner of a box with the smallest coordinates.
    pub from: Option<(Metres, Metres, Metres)>,
    /// The corner of a box with the largest coordinates.
    pub to: Option<(Metres, Metres, Metres)>,
    /// Instead of both: one of the plant's `shapes`.
    pub shape: Option<String>,
    /// Where the shape's own origin is.
    pub at: Option<(Metres, Metres, Metres)>,
    /// Where its x-axis points, about the vertical. Default: along x.
    pub facing: Option<Angle>,
    /// Its material. Default: `"concrete"`.
    pub of: Option<String>,
}

/// A gate, a window.
#[derive(Debug, Deserialize)]
#[serde(rename = "opening", deny_unknown_fields)]
pub struct OpeningFile {
    /// The side in which it is.
    pub side: SideFile,
    /// Its lower corner: along the wall and upwards; in floor and roof, x and y.
    pub from: (Metres, Metres),
    /// Its upper corner.
    pub to: (Metres, Metres),
    /// Temperature of the air that comes in. Default: that outside.
    #[serde(default)]
    pub temperature: Option<Temperature>,
}

/// Where air is blown in.
#[derive(Debug, Deserialize)]
#[serde(rename = "inlet", deny_unknown_fields)]
pub struct InletFile {
    /// The side in which it is.
    pub side: SideFile,
    /// Its lower corner, as that of an opening.
    pub from: (Metres, Metres),
    /// Its upper corner.
    pub to: (Metres, Metres),
    /// How much air comes in.
    pub flow: Flow,
    /// How warm it is. Default: as outside.
    #[serde(default)]
    pub temperature: Option<Temperature>,
}

/// Where air is drawn off.
#[derive(Debug, Deserialize)]
#[serde(rename = "outlet", deny_unknown_fields)]
pub struct OutletFile {
    /// The side in which it is.
    pub side: SideFile,
    /// Its lower corner, as that of an opening.
    pub from: (Metres, Metres),
    /// Its upper corner.
    pub to: (Metres, Metres),
    /// How much air is drawn off. Default: as much as there is too much.
    #[serde(default)]
    pub flow: Option<Flow>,
}

/// A fan inside the hall.
#[derive(Debug, Deserialize)]
#[serde(rename = "fan", deny_unknown_fields)]
pub struct FanFile {
    /// Its corner with the smallest coordinates.
    pub from: (Metres, Metres, Metres),
    /// Its corner with the largest coordinates.
    pub to: (Metres, Metres, Metres),
    /// How fast it drives the air, along x, y and z.
    pub velocity: (Speed, Speed, Speed),
}

/// What air gets through with a loss.
#[derive(Debug, Deserialize)]
#[serde(rename = "porous", deny_unknown_fields)]
pub struct PorousFile {
    /// Its corner with the smallest coordinates.
    pub from: (Metres, Metres, Metres),
    /// Its corner with the largest coordinates.
    pub to: (Metres, Metres, Metres),
    /// Velocity heads (`ρ u² / 2`) lost in one metre.
    pub loss_per_m: f64,
}

/// A leak.
#[derive(Debug, Deserialize)]
#[serde(rename = "leak", deny_unknown_fields)]
pub struct LeakFile {
    /// The corner with the smallest coordinates of the box into which it goes.
    pub from: (Metres, Metres, Metres),
    /// Its corner with the largest coordinates.
    pub to: (Metres, Metres, Metres),
    /// How much of the gas comes out.
    pub rate: MassFlow,
}

impl LeakFile {
    /// How fast a gas spreads in air that rests [m²/s]: between carbon dioxide's 1.6e-5 and water vapour's 2.5e-5 at 20 °C and
    /// 1013 hPa (Cussler, Diffusion, 3rd ed., table 5.1-1). In air that moves, eddies spread it a hundred times faster.
    pub const DIFFUSIVITY: f64 = 2e-5;
}

/// The heat of an equipment: what it gives off, and what it does to it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "heat", deny_unknown_fields, default)]
pub struct HeatFile {
    /// How much of its electric power becomes heat here. Default: all of it; none, where `gives` says what it gives off.
    pub share: Option<Share>,
    /// Heat that each of its places gives off besides, by what it does: like `power`, without ramps.
    pub gives: Option<UseFile>,
    /// How much of all that goes into the air above it at once, without warming its body. Default: nothing.
    pub convective: Option<Share>,
    /// What it weighs; with its material, its heat capacity.
    pub mass: Option<Mass>,
    /// Or its heat capacity itself.
    pub capacity: Option<HeatCapacity>,
    /// What it is made of. Default: `"steel"`.
    pub material: Option<String>,
    /// Film coefficient between its surface and the air. Default: [`HeatFile::FILM`].
    pub film: Option<HeatTransfer>,
    /// How well its surface radiates. Default: [`HeatFile::EMISSIVITY`].
    pub emissivity: Option<Share>,
    /// Which temperature it feels. Default: that of its body.
    pub senses: SensesFile,
    /// Speed by temperature: straight between two points, level beyond the first and the last.
    pub derating: Vec<(Temperature, Share)>,
    /// When it switches itself off.
    pub trips: Option<TripsFile>,
    /// Share of parts in which heat brings about a defect, by temperature, likewise.
    pub defects: Vec<(Temperature, Share)>,
}

impl HeatFile {
    /// Film coefficient where nothing is said [W/(m² K)]: free convection at surfaces indoors, heat flow upwards, in
    /// ISO 6946:2017, table 7 (2.5 for walls, 0.7 for flow downwards). Radiation comes on top.
    pub const FILM: f64 = 5.0;

    /// Emissivity where nothing is said: paint and most surfaces in a building, ISO 6946:2017.
    pub const EMISSIVITY: f64 = 0.9;
}

/// Which temperature an equipment feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum SensesFile {
    /// That of its own body.
    #[default]
    Body,
    /// That of the air around it.
    Air,
}

/// A thermal switch.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename = "trips", deny_unknown_fields)]
pub struct TripsFile {
    /// It switches off above.
    pub above: Temperature,
    /// It switches on again below.
    pub resets_below: Temperature,
}

/// A coordinate or a length in metres: a bare number as in `at`, or a length with its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metres(pub f64);

impl<'de> Deserialize<'de> for Metres {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Metres;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length such as \"12 m\", or a bare number of metres")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Metres, E> {
                text.parse().map(|length: Length| Metres(length.metres())).map_err(E::custom)
            }

            fn visit_f64<E: Error>(self, metres: f64) -> Result<Metres, E> {
                Ok(Metres(metres))
            }

            fn visit_i64<E: Error>(self, metres: i64) -> Result<Metres, E> {
                Ok(Metres(metres as f64))
            }

            fn visit_u64<E: Error>(self, metres: u64) -> Result<Metres, E> {
                Ok(Metres(metres as f64))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
