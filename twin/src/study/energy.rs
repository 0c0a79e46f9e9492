//! What a plant took in of each medium, what it cost, and how that is shared among the products.
//!
//! An equipment's intake, idleness and set-up included, is shared among products by the time that it worked on their parts. Where
//! a kind does not tell what its work is for (a conveyor, a carrier), it is shared by the parts of each product that left over
//! its connections. Nothing that cannot be shared so is given to a product.

use super::EquipmentFigures;
use crate::engine::{Activity, Intake, Model, State};
use crate::id::{EquipmentId, LinkId};

/// The plant's figures for one medium.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediumFigures {
    /// J or m³.
    pub amount: f64,
    /// J or m³ by activity: level × time.
    pub by_activity: [f64; Activity::COUNT],
    /// What it cost, in the currency of the tariff; 0 without one.
    pub cost: f64,
    /// Emission, kg CO2.
    pub co2_kg: f64,
    /// Highest demand: the largest mean over an interval of the tariff, in W or m³/s.
    pub peak: Option<f64>,
    /// Charge for it, for the length of the window.
    pub peak_charge: f64,
    /// Amount and cost for each product.
    pub by_product: Vec<(f64, f64)>,
}

impl MediumFigures {
    /// By medium, over the window of `window_s` seconds.
    pub(super) fn of(
        model: &Model,
        state: &State,
        window_s: f64,
        equipment: &[EquipmentFigures],
    ) -> Vec<Self> {
        let none = Self { by_product: vec![(0.0, 0.0); model.products.len()], ..Self::default() };
        let mut all = vec![none; model.media.len()];
        for metered in &model.metered {
            let shares = shares(model, state, metered.equipment);
            for (medium, intake) in &equipment[metered.equipment.index()].intake {
                all[*medium].add(intake, &shares);
            }
        }
        for (medium, (info, figures)) in model.media.iter().zip(&mut all).enumerate() {
            figures.peak = state.peak_demand(model, medium);
            let Some(tariff) = &info.tariff else { continue };
            figures.co2_kg = tariff.co2_kg * figures.amount;
            if let (Some(charge), Some(peak)) = (tariff.peak, figures.peak) {
                figures.peak_charge = charge.charge * peak * window_s / charge.per.seconds();
            }
        }
        all
    }

    fn add(&mut self, intake: &Intake, shares: &[f64]) {
        let total = intake.total();
        self.amount += total;
        self.cost += intake.cost;
        for (sum, amount) in self.by_activity.iter_mut().zip(intake.by_activity) {
            *sum += amount;
        }
        for ((amount, cost), share) in self.by_product.iter_mut().zip(shares) {
            *amount += total * share;
            *cost += intake.cost * share;
        }
    }
}

/// Share of each product in what `equipment` did; empty if it did nothing that can be told apart.
fn shares(model: &Model, state: &State, equipment: EquipmentId) -> Vec<f64> {
    let worked: Vec<f64> = state.worked_ns(model, equipment).iter().map(|ns| *ns as f64).collect();
    if worked.iter().any(|ns| *ns > 0.0) {
        return portions(worked);
    }
    let mut passed = vec![0.0; model.products.len()];
    for link in model.row(equipment).links.clone() {
        let flow = state.flow(LinkId(link));
        if flow.len() == passed.len() {
            passed.iter_mut().zip(flow).for_each(|(sum, n)| *sum += *n as f64);
        }
    }
    portions(passed)
}

fn portions(parts: Vec<f64>) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    if total > 0.0 { parts.iter().map(|part| part / total).collect() } else { Vec::new() }
}
