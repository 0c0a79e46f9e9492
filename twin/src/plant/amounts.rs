//! Amounts of what instruments measure: how a chain and its failures come from a file, in the unit of what is measured.

use crate::field::Quantity;
use crate::layout::sensors::{Amount, ChainFile, SensorFailureFile};
use crate::sensor::{Begin, Chain, Effect, Fault, Tolerance};
use crate::units::{
    Density, Difference, Force, Mass, Pressure, QuantityError, SimDuration, Speed, Temperature,
    Torque,
};

/// What is wrong with a field.
pub(super) type Wrong = (String, String);

/// In what amounts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// That of a field.
    Of(Quantity),
    /// Kilograms.
    Mass,
    /// Newtons, either way.
    Force,
    /// Newton metres, either way.
    Moment,
}

/// A value of what is measured: of temperature, on its scale.
pub(super) fn level(unit: Unit, amount: &Amount) -> Result<f64, String> {
    match unit {
        Unit::Of(Quantity::Temperature) => {
            amount.0.parse().map(Temperature::celsius).map_err(|error| error.to_string())
        }
        _ => difference(unit, amount),
    }
}

/// A difference of what is measured.
pub(super) fn difference(unit: Unit, amount: &Amount) -> Result<f64, String> {
    let text = amount.0.as_str();
    let parsed: Result<f64, QuantityError> = match unit {
        Unit::Of(Quantity::Temperature) => text.parse().map(Difference::kelvin),
        Unit::Of(Quantity::Pressure) => text.parse().map(Pressure::pascals),
        Unit::Of(Quantity::Concentration) => text.parse().map(Density::kilograms_per_cubic_metre),
        Unit::Of(_) => text.parse().map(Speed::metres_per_second),
        Unit::Mass => text.parse().map(Mass::kilograms),
        Unit::Force => signed(text, |text| text.parse().map(Force::newtons)),
        Unit::Moment => signed(text, |text| text.parse().map(Torque::newton_metres)),
    };
    parsed.map_err(|error| error.to_string())
}

/// An amount that may point either way, of a quantity that has none below zero.
fn signed(
    text: &str,
    read: impl Fn(&str) -> Result<f64, QuantityError>,
) -> Result<f64, QuantityError> {
    text.trim_start().strip_prefix('-').map_or_else(|| read(text), |size| Ok(-read(size)?))
}

/// How readings come about.
pub(super) fn chain(unit: Unit, file: &ChainFile) -> Result<Chain, Wrong> {
    let by = |field: &str, amount: &Option<Amount>| match amount {
        None => Ok(0.0),
        Some(amount) => difference(unit, amount).map_err(|why| (format!("chain.{field}"), why)),
    };
    let at = |amount: &Amount| level(unit, amount).map_err(|why| ("chain.range".to_owned(), why));
    let seconds = |time: Option<SimDuration>| time.map_or(0.0, SimDuration::seconds);
    let ideal = Chain::default();
    let range = match &file.range {
        Some((low, high)) => [at(low)?, at(high)?],
        None => ideal.range,
    };
    let drift = file.drift.as_ref();
    let drift = drift.map_or(Ok(0.0), |(amount, time)| rate(unit, amount, *time));
    Ok(Chain {
        delay: seconds(file.delay),
        lag: seconds(file.lag),
        gain: file.gain.unwrap_or(0.0),
        reference: 0.0,
        bias: by("bias", &file.bias)?,
        tolerance: tolerance(unit, file.tolerance.as_ref())?,
        drift: drift.map_err(|why| ("chain.drift".to_owned(), why))?,
        noise: by("noise", &file.noise)?,
        flicker: by("flicker", &file.flicker)?,
        range,
        quantum: by("quantum", &file.quantum)?,
        deadband: by("deadband", &file.deadband)?,
    })
}

/// An amount, or a class of thermometers.
fn tolerance(unit: Unit, amount: Option<&Amount>) -> Result<Tolerance, Wrong> {
    let Some(amount) = amount else { return Ok(Tolerance::default()) };
    if let (Some(class), Unit::Of(Quantity::Temperature)) = (amount.0.strip_prefix("class "), unit)
    {
        let known = Tolerance::CLASSES.iter().find(|(name, _)| *name == class);
        return known.map(|(_, limits)| *limits).ok_or_else(|| {
            let message =
                "the classes of IEC 60751 are `class AA`, `class A`, `class B`, `class C`";
            ("chain.tolerance".to_owned(), message.to_owned())
        });
    }
    let offset = difference(unit, amount).map_err(|why| ("chain.tolerance".to_owned(), why))?;
    Ok(Tolerance { offset, slope: 0.0 })
}

/// So much in such a time, by the second.
fn rate(unit: Unit, amount: &Amount, time: SimDuration) -> Result<f64, String> {
    if time <= SimDuration::ZERO {
        return Err("a rate is so much in a time above zero".into());
    }
    Ok(difference(unit, amount)? / time.seconds())
}

fn fault(unit: Unit, file: &SensorFailureFile) -> Result<Fault, Wrong> {
    use SensorFailureFile as File;
    let by = |amount: &Amount| difference(unit, amount).map_err(|why| (".by".to_owned(), why));
    let (effect, every, at, repair) = match file {
        File::Stuck { every, at, repair } => (Effect::Stuck, every, at, repair),
        File::Dropout { every, at, repair } => (Effect::Dropout, every, at, repair),
        File::Spikes { by: size, share, every, at, repair } => {
            (Effect::Spikes { size: by(size)?, share: share.fraction() }, every, at, repair)
        }
        File::Drift { by: (amount, time), every, at, repair } => {
            let rate = rate(unit, amount, *time).map_err(|why| (".by".to_owned(), why))?;
            (Effect::Drift { rate }, every, at, repair)
        }
        File::Bias { by: step, every, at, repair } => {
            (Effect::Bias { step: by(step)? }, every, at, repair)
        }
        File::Noise { times, every, at, repair } => {
            (Effect::Noise { factor: *times }, every, at, repair)
        }
        File::Crossed { with, every, at, repair } => {
            (Effect::Crossed { with: with.clone() }, every, at, repair)
        }
        File::Late { by, every, at, repair } => {
            (Effect::Late { by: by.seconds() }, every, at, repair)
        }
        File::Saturated { low, every, at, repair } => {
            (Effect::Saturated { high: !low }, every, at, repair)
        }
    };
    let begin = match (every, at) {
        (Some(every), None) => Begin::Every(every.seconds()),
        (None, Some(at)) => Begin::At(at.seconds()),
        _ => {
            let message = "it comes `every` so long on the average, or `at` a time";
            return Err((String::new(), message.to_owned()));
        }
    };
    Ok(Fault { effect, begin, repair: repair.map(SimDuration::seconds) })
}

/// All that goes wrong with an instrument.
pub(super) fn faults(unit: Unit, files: &[SensorFailureFile]) -> Result<Vec<Fault>, Wrong> {
    let one = |(n, file)| {
        fault(unit, file).map_err(|(field, message)| (format!("failures[{n}]{field}"), message))
    };
    files.iter().enumerate().map(one).collect()
}
