//! Meters: what equipment takes in of power and other media, and whose parts it was for.
//!
//! What a place takes in follows from what it does. So without ramps the amount is a sum over activities of level × time, taken
//! from the clocks of the places in whole nanoseconds; and what it costs is the same sum with the time in each price band of the
//! tariff, for which there are clocks here. Nothing is integrated step by step, and nothing depends on how a run is cut.
//!
//! With a `ramp` of length `T` the level goes evenly from what it was, `p`, to the new one, `q`. After `x <= T` that makes
//! `(p - q) (x - x² / 2T)` more than the level `q` alone, which is added when the activity ends; likewise what switching on takes.
//!
//! Demand is the mean intake of the whole plant over the intervals of the clock, from zero on. What a ramp or switching on makes
//! counts at its beginning there.
//!
//! For the share of each product, kinds tell which parts the work of a place was for ([`Ctx::book_work`]).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::clock::Activity;
use super::context::Ctx;
use super::model::Model;
use super::state::{Core, State};
use super::tariff::{Medium, Tariff};
use crate::id::{EquipmentId, PartId};
use crate::units::{SimDuration, SimTime};

/// How an equipment takes in one medium.
#[derive(Clone, Debug)]
pub struct Meter {
    /// Row of [`Model::media`].
    pub medium: u32,
    /// Intake of one place by activity, in W or m³/s.
    pub levels: [f64; Activity::COUNT],
    /// Time from one level to the next.
    pub ramp: SimDuration,
    /// Amount that switching on takes, in J or m³.
    pub switch_on: f64,
    /// First of its clocks by place, activity and band, if its tariff has bands.
    pub(crate) bands: u32,
    /// First of its places' surpluses, if it has a ramp or switching on takes something.
    pub(crate) surplus: Option<u32>,
}

/// An equipment with meters.
#[derive(Clone, Debug)]
pub struct Metered {
    /// Which.
    pub equipment: EquipmentId,
    /// Its meters: rows of [`Model::meters`].
    pub meters: Range<u32>,
    /// First of its places among all places with meters.
    pub(crate) places: u32,
}

/// Intake beyond level × time of one place.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Surplus {
    /// Level at which the present activity began, and the time from there to its own level.
    from: f64,
    left: SimDuration,
    amount: f64,
    cost: f64,
}

/// Intake of the whole plant over intervals of the clock, in units of 1e-6 W (or m³/s) and ns.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Demand {
    level: i64,
    since: SimTime,
    /// In the interval that runs.
    amount: i128,
    peak: Option<i128>,
}

/// What meters show.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Energy {
    /// ns, of meters whose tariff has bands.
    bands: Vec<i64>,
    surplus: Vec<Surplus>,
    /// By medium.
    demand: Vec<Demand>,
    /// Working time for each product, by metered equipment, ns.
    worked: Vec<i64>,
    /// Working time that has been booked, by metered place, ns.
    booked: Vec<i64>,
}

/// What one equipment took in of one medium.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intake {
    /// J or m³ by activity: level × time.
    pub by_activity: [f64; Activity::COUNT],
    /// What ramps and switching on made of that; negative where levels rose slowly.
    pub surplus: f64,
    /// What it cost, in the currency of the tariff; 0 without one.
    pub cost: f64,
}

impl Intake {
    /// All of it, in J or m³.
    pub fn total(&self) -> f64 {
        self.by_activity.iter().sum::<f64>() + self.surplus
    }
}

/// Units of [`Demand`] in 1 W or m³/s.
const MICRO: f64 = 1e6;

impl Energy {
    pub(super) fn new(model: &Model) -> Self {
        let mut energy = Self::default();
        energy.demand.resize(model.media.len(), Demand::default());
        for metered in &model.metered {
            let places = model.row(metered.equipment).places.len();
            for meter in &model.meters[metered.meters.start as usize..metered.meters.end as usize] {
                let level = meter.levels[Activity::Starved as usize];
                energy.bands.resize(energy.bands.len() + places * meter.clocks(model), 0);
                energy.demand[meter.medium as usize].level += places as i64 * micro(level);
                if meter.surplus.is_some() {
                    let fresh = Surplus { from: level, ..Surplus::default() };
                    energy.surplus.resize(energy.surplus.len() + places, fresh);
                }
            }
            energy.booked.resize(energy.booked.len() + places, 0);
        }
        energy.worked = vec![0; model.metered.len() * model.products.len()];
        energy
    }
}

fn micro(level: f64) -> i64 {
    (level * MICRO).round() as i64
}

impl Meter {
    /// Clocks that each place needs.
    pub(crate) fn clocks(&self, model: &Model) -> usize {
        let tariff = model.media[self.medium as usize].tariff.as_ref();
        tariff.map_or(0, Tariff::bands) * Activity::COUNT
    }

    /// The clocks of `place` in `activity`, one for each band.
    fn clock(&self, bands: usize, place: usize, activity: Activity) -> Range<usize> {
        let first = self.bands as usize + (place * Activity::COUNT + activity as usize) * bands;
        first..first + bands
    }
}

impl Surplus {
    /// Brings it from `since` to `now`, in which the place did something of level `level`.
    fn go_on(&mut self, level: f64, medium: &Medium, since: SimTime, now: SimTime) {
        let length = self.left.min(now - since);
        let over = self.from - level;
        if length > SimDuration::ZERO && over != 0.0 {
            let whole = self.left.seconds();
            let upto = |x: f64| over * (x - x * x / (2.0 * whole));
            self.amount += upto(length.seconds());
            if let Some(tariff) = &medium.tariff {
                self.cost += cost_of(tariff, since, length, upto);
            }
            self.from = level + over * (1.0 - length.seconds() / whole);
        }
        self.left -= length;
        if self.left == SimDuration::ZERO {
            self.from = level;
        }
    }
}

/// Cost of an amount that has grown to `upto(x)` after `x` seconds from `since`, for the first `length`.
fn cost_of(tariff: &Tariff, since: SimTime, length: SimDuration, upto: impl Fn(f64) -> f64) -> f64 {
    let (mut at, end, mut cost) = (since, since + length, 0.0);
    while at < end {
        let (price, ends) = tariff.price_at(at);
        let stop = ends.min(end);
        cost += price * (upto((stop - since).seconds()) - upto((at - since).seconds()));
        at = stop;
    }
    cost
}

impl Demand {
    /// Brings it up to `now`.
    fn go_on(&mut self, over: SimDuration, now: SimTime) {
        let (over, level) = (over.ns(), i128::from(self.level));
        let end = (self.since.ns().div_euclid(over) + 1) * over;
        let mut from = self.since.ns();
        if now.ns() >= end {
            self.close(self.amount + level * i128::from(end - from));
            let whole = (now.ns() - end) / over;
            if whole > 0 {
                self.close(level * i128::from(over));
            }
            self.amount = 0;
            from = end + whole * over;
        }
        self.amount += level * i128::from(now.ns() - from);
        self.since = now;
    }

    fn close(&mut self, amount: i128) {
        self.peak = Some(self.peak.map_or(amount, |peak| peak.max(amount)));
    }

    fn add(&mut self, amount: f64) {
        self.amount += (amount * MICRO * 1e9).round() as i128;
    }
}

impl Medium {
    /// Length of the intervals over which demand is measured.
    pub fn interval(&self) -> SimDuration {
        let peak = self.tariff.as_ref().and_then(|tariff| tariff.peak);
        peak.map_or(SimDuration::from_s(900), |peak| peak.over)
    }
}

/// A change of activity of a place with meters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) place: usize,
    pub(super) was: Activity,
    pub(super) since: SimTime,
    pub(super) next: Activity,
    pub(super) now: SimTime,
}

impl Change {
    fn switches_on(self) -> bool {
        let is_off = |activity| matches!(activity, Activity::Off | Activity::OffShift);
        is_off(self.was) && !is_off(self.next)
    }
}

impl Energy {
    /// A place of `metered` goes over from one activity to the next.
    pub(super) fn switch(&mut self, model: &Model, metered: u32, change: Change) {
        let meters = model.metered[metered as usize].meters.clone();
        for meter in &model.meters[meters.start as usize..meters.end as usize] {
            let medium = &model.media[meter.medium as usize];
            let Change { place, was, since, next, now } = change;
            let (old, new) = (meter.levels[was as usize], meter.levels[next as usize]);
            if let Some(tariff) = medium.tariff.as_ref().filter(|tariff| tariff.bands() > 0) {
                let clock = meter.clock(tariff.bands(), place, was);
                tariff.add_times(since, now, &mut self.bands[clock]);
            }
            let demand = &mut self.demand[meter.medium as usize];
            demand.go_on(medium.interval(), now);
            demand.level += micro(new) - micro(old);
            let Some(first) = meter.surplus else { continue };
            let surplus = &mut self.surplus[first as usize + place];
            let (left, from) = (surplus.left, surplus.from);
            surplus.go_on(old, medium, since, now);
            // Of the ramp that was begun, this was not gone through.
            let undone = surplus.left.seconds();
            if undone > 0.0 {
                demand.add(-(from - old) * undone * undone / (2.0 * left.seconds()));
            }
            surplus.left = meter.ramp;
            demand.add((surplus.from - new) * meter.ramp.seconds() / 2.0);
            if change.switches_on() {
                surplus.amount += meter.switch_on;
                let price = medium.tariff.as_ref().map_or(0.0, |tariff| tariff.price_at(now).0);
                surplus.cost += meter.switch_on * price;
                demand.add(meter.switch_on);
            }
        }
    }
}

impl Core {
    /// Ends the warm-up. The clocks of the places are still those from before.
    pub(super) fn reset_energy(&mut self, model: &Model) {
        let now = self.now;
        for metered in &model.metered {
            let row = model.row(metered.equipment);
            for meter in &model.meters[metered.meters.start as usize..metered.meters.end as usize] {
                let Some(first) = meter.surplus else { continue };
                for (at, place) in row.places.clone().enumerate() {
                    let clock = &self.clocks[place as usize];
                    let level = meter.levels[clock.activity() as usize];
                    let surplus = &mut self.energy.surplus[first as usize + at];
                    surplus.go_on(level, &model.media[meter.medium as usize], clock.since(), now);
                    (surplus.amount, surplus.cost) = (0.0, 0.0);
                }
            }
        }
        let energy = &mut self.energy;
        energy.bands.fill(0);
        energy.worked.fill(0);
        energy.booked.fill(0);
        for (demand, medium) in energy.demand.iter_mut().zip(&model.media) {
            demand.go_on(medium.interval(), now);
            (demand.amount, demand.peak) = (0, None);
        }
    }
}

impl Ctx<'_> {
    /// All that `place` has worked since the last call was for these parts, in equal shares. A kind that works on parts calls
    /// it when the work on them ends, however it ends; costs nothing where there is no meter.
    #[inline]
    pub fn book_work(&mut self, place: u32, parts: impl Iterator<Item = PartId> + Clone) {
        if let Some(metered) = self.row.metered {
            self.book(metered, place, parts);
        }
    }

    fn book(&mut self, metered: u32, place: u32, parts: impl Iterator<Item = PartId> + Clone) {
        let clock = &self.core.clocks[(self.row.places.start + place) as usize];
        let spent = clock.spent_ns(self.core.now)[Activity::Working as usize];
        let mark = self.model.metered[metered as usize].places + place;
        let mark = &mut self.core.energy.booked[mark as usize];
        let worked = spent - std::mem::replace(mark, spent);
        let first = metered as usize * self.model.products.len();
        let n = parts.clone().count() as i64;
        for part in parts {
            let product = self.core.parts.get(part).product;
            self.core.energy.worked[first + product.index()] += worked / n;
        }
    }
}

impl State {
    /// What `equipment` took in over the window, by meter: rows of [`Model::media`] and amounts. Empty without meters.
    pub fn intake(&self, model: &Model, equipment: EquipmentId) -> Vec<(usize, Intake)> {
        let row = model.row(equipment);
        let Some(metered) = row.metered else { return Vec::new() };
        let meters = model.metered[metered as usize].meters.clone();
        let meters = &model.meters[meters.start as usize..meters.end as usize];
        let intake = |meter: &Meter| {
            let mut sum = Intake::default();
            for place in 0..row.places.len() {
                self.add_place(model, meter, (place, row.places.start as usize + place), &mut sum);
            }
            (meter.medium as usize, sum)
        };
        meters.iter().map(intake).collect()
    }

    /// Electric energy that `equipment` took in over the window (J); 0 if it takes none. Cheaper than [`intake`](Self::intake).
    pub fn electric_energy(&self, model: &Model, equipment: EquipmentId) -> f64 {
        let Some(meter) = model.power_meter(equipment) else { return 0.0 };
        let places = model.row(equipment).places.clone().enumerate();
        places.map(|(at, place)| self.amount(model, meter, (at, place as usize))).sum()
    }

    /// What one place took in: its number in the equipment and among all.
    fn amount(&self, model: &Model, meter: &Meter, place: (usize, usize)) -> f64 {
        let (clock, now) = (&self.core.clocks[place.1], self.core.now);
        let spent = clock.spent_ns(now).into_iter().zip(meter.levels);
        let level_time: f64 = spent.map(|(ns, level)| level * ns as f64 * 1e-9).sum();
        let Some(first) = meter.surplus else { return level_time };
        let mut surplus = self.core.energy.surplus[first as usize + place.0];
        let level = meter.levels[clock.activity() as usize];
        surplus.go_on(level, &model.media[meter.medium as usize], clock.since(), now);
        level_time + surplus.amount
    }

    /// Adds what one place took in: its number in the equipment and among all.
    fn add_place(&self, model: &Model, meter: &Meter, place: (usize, usize), sum: &mut Intake) {
        let medium = &model.media[meter.medium as usize];
        let (clock, now) = (&self.core.clocks[place.1], self.core.now);
        let spent = clock.spent_ns(now);
        let mut here = Intake::default();
        for (at, level) in meter.levels.iter().enumerate() {
            here.by_activity[at] = level * spent[at] as f64 * 1e-9;
        }
        if let Some(first) = meter.surplus {
            let mut surplus = self.core.energy.surplus[first as usize + place.0];
            let level = meter.levels[clock.activity() as usize];
            surplus.go_on(level, medium, clock.since(), now);
            (here.surplus, here.cost) = (surplus.amount, surplus.cost);
        }
        match &medium.tariff {
            Some(tariff) if tariff.bands() == 0 => here.cost = here.total() * tariff.prices[0],
            Some(tariff) => here.cost += self.cost_by_bands(meter, tariff, place),
            None => {}
        }
        for (sum, here) in sum.by_activity.iter_mut().zip(here.by_activity) {
            *sum += here;
        }
        sum.surplus += here.surplus;
        sum.cost += here.cost;
    }

    fn cost_by_bands(&self, meter: &Meter, tariff: &Tariff, place: (usize, usize)) -> f64 {
        let clock = &self.core.clocks[place.1];
        let mut cost = 0.0;
        for (activity, level) in Activity::ALL.into_iter().zip(meter.levels) {
            let times = meter.clock(tariff.bands(), place.0, activity);
            let mut times = self.core.energy.bands[times].to_vec();
            if activity == clock.activity() {
                tariff.add_times(clock.since(), self.core.now, &mut times);
            }
            for (time, price) in times.into_iter().zip(&tariff.prices) {
                cost += level * price * time as f64 * 1e-9;
            }
        }
        cost
    }

    /// Highest demand for the medium of row `medium` over the window, in W or m³/s: the largest mean over an interval that has
    /// ended; `None` if none has.
    pub fn peak_demand(&self, model: &Model, medium: usize) -> Option<f64> {
        let over = model.media[medium].interval();
        let mut demand = self.core.energy.demand[medium];
        demand.go_on(over, self.core.now);
        demand.peak.map(|peak| peak as f64 / over.ns() as f64 / MICRO)
    }

    /// Working time of `equipment` for each product over the window, ns, of work that has ended. Empty without meters.
    pub fn worked_ns(&self, model: &Model, equipment: EquipmentId) -> &[i64] {
        let Some(metered) = model.row(equipment).metered else { return &[] };
        let n = model.products.len();
        &self.core.energy.worked[metered as usize * n..][..n]
    }
}
