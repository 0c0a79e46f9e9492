//! Media, tariffs and the meters of each equipment.

use super::build::Builder;
use crate::diagnostics::{Diagnostic, codes, did_you_mean};
use crate::engine::{Activity, Medium, Meter, Metered, Peak, Tariff};
use crate::id::EquipmentId;
use crate::layout::energy::{Amount, TariffFile, Uptake, UseFile};
use crate::layout::text::Slice;
use crate::units::{Emission, Per, Price, SimDuration};

/// A tariff as it stands in the file.
type Named<'a> = (String, Slice<'a>, TariffFile);

/// Most times of a tariff that have a price of their own.
const MOST_TIMES: usize = 10_000;
/// Most clocks by place, activity and band.
const MOST_CLOCKS: usize = 50_000_000;

pub(super) fn build(builder: &mut Builder<'_, '_>, tariffs: &[Named<'_>]) {
    for index in 0..builder.items.len() {
        let id = EquipmentId::from_index(index);
        let file = &mut builder.items[index].file;
        let power = file.power.take().map(|power| ("power".to_owned(), "power".to_owned(), power));
        let media = std::mem::take(&mut file.media).into_iter();
        let media = media.map(|(name, uses)| (format!("media.{name}"), name, uses));
        let first = builder.model.meters.len() as u32;
        for (field, name, uses) in power.into_iter().chain(media) {
            meter(builder, id, &field, name, &uses);
        }
        let last = builder.model.meters.len() as u32;
        if last > first {
            let number = builder.model.metered.len() as u32;
            builder.model.metered.push(Metered { equipment: id, meters: first..last, places: 0 });
            let row = &mut builder.model.equipment[index];
            (row.metered, row.watched) = (Some(number), true);
        }
    }
    prices(builder, tariffs);
    number(builder);
}

fn meter(
    builder: &mut Builder<'_, '_>,
    id: EquipmentId,
    field: &str,
    name: String,
    uses: &UseFile,
) {
    let is_volume = name != "power" && is_volume(uses);
    let known = builder.model.media.iter().position(|medium| medium.name == name);
    let medium = known.unwrap_or_else(|| {
        builder.model.media.push(Medium { name, is_volume, tariff: None });
        builder.model.media.len() - 1
    });
    let Medium { name, is_volume, .. } = builder.model.media[medium].clone();
    if field.starts_with("media") && name == "power" {
        builder.error(id, field, "electric power stands in `power: (…)`, not among the media");
    }
    if !is_uniform(uses, is_volume) {
        let what =
            if is_volume { "a flow such as \"0.2 m3/min\"" } else { "a power such as \"8 kW\"" };
        builder.error(id, field, &format!("\"{name}\" is measured as {what} everywhere"));
    }
    let switch_on = uses.switch_on.map_or(0.0, Amount::si);
    let ramp = uses.ramp.unwrap_or(SimDuration::ZERO);
    let has_surplus = ramp > SimDuration::ZERO || switch_on > 0.0;
    builder.model.meters.push(Meter {
        medium: medium as u32,
        levels: levels(uses),
        ramp,
        switch_on,
        bands: 0,
        surplus: has_surplus.then_some(0),
    });
}

fn all(uses: &UseFile) -> impl Iterator<Item = Uptake> {
    let UseFile { working, set_up, idle, starved, blocked, waiting_for_worker, .. } = *uses;
    let UseFile { failed, maintained, off_shift, off, .. } = *uses;
    let of_work = [working, set_up, idle, starved, blocked, waiting_for_worker];
    of_work.into_iter().chain([failed, maintained, off_shift, off]).flatten()
}

fn is_volume(uses: &UseFile) -> bool {
    all(uses).any(Uptake::is_flow) || uses.switch_on.is_some_and(Amount::is_volume)
}

pub(super) fn is_uniform(uses: &UseFile, is_volume: bool) -> bool {
    all(uses).all(|uptake| uptake.is_flow() == is_volume)
        && uses.switch_on.is_none_or(|amount| amount.is_volume() == is_volume)
}

/// Levels by activity, see [`UseFile`] for what is not said.
pub(super) fn levels(uses: &UseFile) -> [f64; Activity::COUNT] {
    let zero = |uptake: Option<Uptake>| uptake.map_or(0.0, Uptake::si);
    let (working, idle, off) = (zero(uses.working), zero(uses.idle), zero(uses.off));
    let or = |uptake: Option<Uptake>, otherwise: f64| uptake.map_or(otherwise, Uptake::si);
    Activity::ALL.map(|activity| match activity {
        Activity::Working => working,
        Activity::SetUp => or(uses.set_up, working),
        Activity::Starved => or(uses.starved, idle),
        Activity::Blocked => or(uses.blocked, idle),
        Activity::WaitingForWorker => or(uses.waiting_for_worker, idle),
        Activity::Failed => or(uses.failed, idle),
        Activity::Maintained => or(uses.maintained, idle),
        Activity::OffShift => or(uses.off_shift, off),
        Activity::Off => off,
    })
}

/// Gives each medium its tariff.
fn prices(builder: &mut Builder<'_, '_>, tariffs: &[Named<'_>]) {
    let currency = tariffs.first().map(|(_, _, file)| file.price.currency.clone());
    for (name, slice, file) in tariffs {
        let medium = builder.model.media.iter().position(|medium| medium.name == *name);
        let Some(medium) = medium else {
            // A file with all tariffs may be shared by plants that do not use them all.
            let meant = did_you_mean(name, builder.model.media.iter().map(|m| m.name.as_str()));
            let hint = meant.map(|meant| format!("did you mean \"{meant}\"?"));
            let message = format!("nothing in the plant takes \"{name}\"");
            let mut diagnostic = Diagnostic::warning(codes::UNKNOWN_NAME, message).at(slice.head());
            if let Some(hint) = hint {
                diagnostic = diagnostic.hint(hint);
            }
            builder.found.push(diagnostic);
            continue;
        };
        let is_volume = builder.model.media[medium].is_volume;
        match tariff(file, is_volume, currency.as_deref().unwrap_or_default()) {
            Ok(tariff) => builder.model.media[medium].tariff = Some(tariff),
            Err((field, message)) => {
                slice.error(builder.found, codes::BAD_VALUE, &field, message, None);
            }
        }
    }
}

/// The compiled tariff, or the field that makes no sense and why.
fn tariff(file: &TariffFile, is_volume: bool, currency: &str) -> Result<Tariff, (String, String)> {
    let fault = |field: &str, message: &str| Err((field.to_owned(), message.to_owned()));
    let per = if is_volume { Per::Volume } else { Per::Energy };
    let fits = |price: &Price| price.per == per && price.currency == currency;
    if !fits(&file.price) || !file.times.iter().all(|(.., price)| fits(price)) {
        let unit = if is_volume { "m3" } else { "kWh" };
        return Err((
            "price".to_owned(),
            format!("all prices of it are by the {unit}, and all tariffs in one currency"),
        ));
    }
    let period = file.period.unwrap_or(SimDuration::from_s(86_400));
    let within = |(from, to, _): &(SimDuration, SimDuration, Price)| from < to && *to <= period;
    if period <= SimDuration::ZERO || !file.times.iter().all(within) {
        return fault("times", "times run from an earlier to a later one within the period");
    }
    if file.times.len() > MOST_TIMES {
        return fault("times", "at most 10 000 times have a price of their own");
    }
    let Emission { kilograms, per: of } = file.co2.unwrap_or(Emission { kilograms: 0.0, per });
    if of != per {
        return fault("co2", "emission is for the same unit as the price, such as \"380 g/kWh\"");
    }
    let peak = match &file.peak {
        None => None,
        Some(peak) => {
            let over = peak.over.unwrap_or(SimDuration::from_s(900));
            let each = peak.per.unwrap_or(SimDuration::from_s(365 * 86_400));
            let fits = peak.charge.per == Per::Power && peak.charge.currency == currency;
            if !fits || is_volume || over <= SimDuration::ZERO || each <= SimDuration::ZERO {
                return fault(
                    "peak",
                    "a charge is a price such as \"120 EUR/kW\", `per` and `over` are longer than zero",
                );
            }
            Some(Peak { charge: peak.charge.each, per: each, over })
        }
    };
    let (prices, changes) = bands(file, period);
    let currency = currency.to_owned();
    Ok(Tariff { prices, currency, period, changes, co2_kg: kilograms, peak })
}

/// The different prices, and the stretches of the pattern that have them.
fn bands(file: &TariffFile, period: SimDuration) -> (Vec<f64>, Vec<(SimDuration, u16)>) {
    let mut points: Vec<SimDuration> = vec![SimDuration::ZERO];
    points.extend(file.times.iter().flat_map(|(from, to, _)| [*from, *to]));
    points.retain(|point| *point < period);
    points.sort_unstable();
    points.dedup();
    let mut prices: Vec<f64> = Vec::new();
    let mut changes: Vec<(SimDuration, u16)> = Vec::new();
    for point in points {
        let own = file.times.iter().rfind(|(from, to, _)| *from <= point && point < *to);
        let price = own.map_or(file.price.each, |(.., price)| price.each);
        let band = prices.iter().position(|known| known.to_bits() == price.to_bits());
        let band = band.unwrap_or_else(|| {
            prices.push(price);
            prices.len() - 1
        });
        if changes.last().is_none_or(|last| last.1 != band as u16) {
            changes.push((point, band as u16));
        }
    }
    (prices, changes)
}

/// Gives every meter its clocks.
fn number(builder: &mut Builder<'_, '_>) {
    let model = &mut builder.model;
    let (mut clocks, mut surplus, mut places) = (0_usize, 0_usize, 0_usize);
    for at in 0..model.metered.len() {
        let Metered { equipment, meters, .. } = model.metered[at].clone();
        let n = model.row(equipment).places.len();
        model.metered[at].places = places as u32;
        places += n;
        for meter in meters.start as usize..meters.end as usize {
            let own = model.meters[meter].clocks(model);
            let meter = &mut model.meters[meter];
            meter.bands = clocks as u32;
            clocks += n * own;
            if let Some(first) = &mut meter.surplus {
                *first = surplus as u32;
                surplus += n;
            }
        }
        if clocks > MOST_CLOCKS {
            let message = "so many places with so many prices need more than 50 million clocks";
            builder.error(equipment, "power", message);
            return;
        }
    }
}
