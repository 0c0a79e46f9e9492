//! Physical quantities: one newtype per dimension over its SI value.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::parse::{self, Dimension, QuantityError};

macro_rules! quantity {
    ($($(#[$doc:meta])* $name:ident, $dimension:ident, $get:ident, $from:ident, $unit:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            #[doc = concat!("The value in ", $unit, ".")]
            #[inline]
            pub const fn $get(self) -> f64 {
                self.0
            }

            #[doc = concat!("A value in ", $unit, ", unchecked: for numbers that the program made itself.")]
            #[inline]
            pub const fn $from(si: f64) -> Self {
                Self(si)
            }
        }

        impl FromStr for $name {
            type Err = QuantityError;

            fn from_str(text: &str) -> Result<Self, QuantityError> {
                parse::$dimension.parse(text).map(Self)
            }
        }

        /// The shortest text that reads as exactly this value.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&parse::$dimension.write(self.0))
            }
        }

        /// As text for people, as the bare SI value for machines.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_f64(self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer, &parse::$dimension).map(Self)
            }
        }
    )*};
}

quantity! {
    /// A length or a coordinate, may be negative: `"12 m"`, `"-3 mm"`.
    Length, LENGTH, metres, from_metres, "metres";
    /// A speed, may be negative: `"0.5 m/s"`, `"30 m/min"`.
    Speed, SPEED, metres_per_second, from_metres_per_second, "metres per second";
    /// An acceleration, may be negative: `"0.5 m/s2"`.
    Acceleration, ACCELERATION, metres_per_second_squared, from_metres_per_second_squared, "metres per second squared";
    /// How often something happens, at least 0: `"60 /h"`, `"1.5 /min"`.
    Rate, RATE, per_second, from_per_second, "events per second";
    /// Power drawn, at least 0: `"1.5 kW"`.
    Power, POWER, watts, from_watts, "watts";
    /// A part of a whole, 0 to 1: `"5 %"` or `0.05`.
    Share, SHARE, fraction, from_fraction, "fractions of one";
    /// An angle, may be negative: `"90 deg"`, `"1.57 rad"`.
    Angle, ANGLE, radians, from_radians, "radians";
    /// How fast an acceleration changes, may be negative: `"50 m/s3"`.
    Jerk, JERK, metres_per_second_cubed, from_metres_per_second_cubed, "metres per second cubed";
    /// An angular speed, may be negative: `"180 deg/s"`, `"2.61 rad/s"`, `"3000 rpm"`.
    AngularSpeed, ANGULAR_SPEED, radians_per_second, from_radians_per_second, "radians per second";
    /// An angular acceleration, may be negative: `"1200 deg/s2"`, `"15 rad/s2"`.
    AngularAcceleration, ANGULAR_ACCELERATION, radians_per_second_squared, from_radians_per_second_squared, "radians per second squared";
    /// How fast an angular acceleration changes, may be negative: `"12000 deg/s3"`.
    AngularJerk, ANGULAR_JERK, radians_per_second_cubed, from_radians_per_second_cubed, "radians per second cubed";
    /// A force, at least 0: `"80 N"`.
    Force, FORCE, newtons, from_newtons, "newtons";
    /// A torque, at least 0: `"150 N m"`.
    Torque, TORQUE, newton_metres, from_newton_metres, "newton metres";
    /// Energy, at least 0: `"0.4 kWh"`, `"350 kJ"`.
    Energy, ENERGY, joules, from_joules, "joules";
    /// A volume, at least 0: `"2 m3"`, `"5 l"`.
    Volume, VOLUME, cubic_metres, from_cubic_metres, "cubic metres";
    /// A flow of something that has a volume, at least 0: `"0.2 m3/min"`, `"5 l/s"`.
    Flow, FLOW, cubic_metres_per_second, from_cubic_metres_per_second, "cubic metres per second";
    /// A mass, at least 0: `"2.5 kg"`.
    Mass, MASS, kilograms, from_kilograms, "kilograms";
    /// A temperature, at least absolute zero: `"22 degC"`, `"295 K"`, `"72 degF"`.
    Temperature, TEMPERATURE, celsius, from_celsius, "degrees Celsius";
    /// A difference of temperatures, may be negative: `"2 K"`.
    Difference, DIFFERENCE, kelvin, from_kelvin, "kelvin";
    /// A pressure, or a difference of pressures, may be negative: `"20 Pa"`.
    Pressure, PRESSURE, pascals, from_pascals, "pascals";
    /// How well a material conducts heat, at least 0: `"45 W/(m K)"`.
    Conductivity, CONDUCTIVITY, watts_per_metre_kelvin, from_watts_per_metre_kelvin, "watts per metre and kelvin";
    /// Mass by volume, at least 0: `"7850 kg/m3"`.
    Density, DENSITY, kilograms_per_cubic_metre, from_kilograms_per_cubic_metre, "kilograms per cubic metre";
    /// Mass by time, at least 0: `"0.5 g/s"`.
    MassFlow, MASS_FLOW, kilograms_per_second, from_kilograms_per_second, "kilograms per second";
    /// Heat by mass and temperature, at least 0: `"490 J/(kg K)"`.
    SpecificHeat, SPECIFIC_HEAT, joules_per_kilogram_kelvin, from_joules_per_kilogram_kelvin, "joules per kilogram and kelvin";
    /// Heat by temperature, at least 0: `"980 kJ/K"`.
    HeatCapacity, HEAT_CAPACITY, joules_per_kelvin, from_joules_per_kelvin, "joules per kelvin";
    /// Heat that goes over by area and temperature difference, at least 0: `"8 W/(m2 K)"`.
    HeatTransfer, HEAT_TRANSFER, watts_per_square_metre_kelvin, from_watts_per_square_metre_kelvin, "watts per square metre and kelvin";
}

fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
    dimension: &'static Dimension,
) -> Result<f64, D::Error> {
    if deserializer.is_human_readable() {
        // `any`, so that a bare number reaches the visitor and gets a message of its own.
        deserializer.deserialize_any(QuantityVisitor(dimension))
    } else {
        f64::deserialize(deserializer)
    }
}

struct QuantityVisitor(&'static Dimension);

impl QuantityVisitor {
    /// A number without a unit: right for a share, wrong for anything else.
    fn bare<E: Error>(&self, number: f64, shown: impl fmt::Display) -> Result<f64, E> {
        if self.0.noun != parse::SHARE.noun {
            return Err(self.0.bare(shown).into_serde());
        }
        self.0.check(number).map_err(|why| {
            QuantityError {
                expected: self.0.expected,
                found: shown.to_string(),
                why: Some(why.to_owned()),
            }
            .into_serde()
        })
    }
}

impl Visitor<'_> for QuantityVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        self.0.parse(text).map_err(QuantityError::into_serde)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        self.bare(value, value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        self.bare(value as f64, value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        self.bare(value as f64, value)
    }
}
