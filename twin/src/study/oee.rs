//! Overall equipment effectiveness after ISO 22400-2, and the times that it is made of.
//!
//! ```text
//! all time
//! ├─ off shift
//! └─ POT   planned operation time
//!    ├─ maintained (planned down time)
//!    └─ PBT   planned busy time
//!       ├─ ADOT  down: available, and not used: starved, blocked, switched off
//!       └─ AUBT  busy
//!          ├─ ADET  delay: failed, or waiting for a worker
//!          └─ AUPT  processing
//!             ├─ AUST  set-up
//!             └─ APT   production: working
//! ```
//!
//! Availability is APT / PBT, effectiveness (performance) PRI × PQ / APT, the quality ratio GQ / PQ, and OEE their product.
//! PRI, the planned run time per item, is the mean of the times in the plant file over the operations done; of a batch, each
//! part's share is that of a full one. PQ is what was worked on; GQ is what was neither lost here nor made defective here,
//! whether or not anybody noticed. Times are sums over the places.

use crate::engine::{Activity, Work};

/// The figures of one equipment where parts are worked on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Oee {
    /// Planned operation time (POT), seconds.
    pub pot_s: f64,
    /// Planned busy time (PBT), seconds.
    pub pbt_s: f64,
    /// Actual unit busy time (AUBT), seconds.
    pub aubt_s: f64,
    /// Actual unit processing time (AUPT), seconds.
    pub aupt_s: f64,
    /// Actual production time (APT), seconds.
    pub apt_s: f64,
    /// Actual unit set-up time (AUST), seconds.
    pub aust_s: f64,
    /// Actual unit delay time (ADET), seconds.
    pub adet_s: f64,
    /// Actual unit down time (ADOT), seconds.
    pub adot_s: f64,
    /// Produced quantity (PQ): parts.
    pub produced: f64,
    /// Good quantity (GQ): parts.
    pub good: f64,
    /// Planned run time per item (PRI), seconds; `None` where the file does not say or nothing was done.
    pub pri_s: Option<f64>,
}

impl Oee {
    /// From the time in each activity, ns over all places, the work done, and the defects that arose in it.
    pub fn of(spent: &[i128; Activity::COUNT], work: &Work, defects: u64) -> Self {
        let s = |activity: Activity| spent[activity as usize] as f64 * 1e-9;
        let (apt_s, aust_s) = (s(Activity::Working), s(Activity::SetUp));
        let aupt_s = apt_s + aust_s;
        let adet_s = s(Activity::Failed) + s(Activity::WaitingForWorker);
        let adot_s = s(Activity::Starved) + s(Activity::Blocked) + s(Activity::Off);
        let aubt_s = aupt_s + adet_s;
        let pbt_s = aubt_s + adot_s;
        let planned = (work.planned_ns > 0).then(|| work.planned_ns as f64 / work.done as f64);
        Self {
            pot_s: pbt_s + s(Activity::Maintained),
            pbt_s,
            aubt_s,
            aupt_s,
            apt_s,
            aust_s,
            adet_s,
            adot_s,
            produced: (work.done + work.scrapped) as f64,
            good: work.done.saturating_sub(defects) as f64,
            pri_s: planned.map(|ns| ns * 1e-9),
        }
    }

    /// Availability: APT / PBT.
    pub fn availability(&self) -> Option<f64> {
        ratio(self.apt_s, self.pbt_s)
    }

    /// Effectiveness, or performance: PRI × PQ / APT.
    pub fn effectiveness(&self) -> Option<f64> {
        ratio(self.pri_s? * self.produced, self.apt_s)
    }

    /// Quality ratio: GQ / PQ.
    pub fn quality_ratio(&self) -> Option<f64> {
        ratio(self.good, self.produced)
    }

    /// Overall equipment effectiveness: the product of the three.
    pub fn oee(&self) -> Option<f64> {
        Some(self.availability()? * self.effectiveness()? * self.quality_ratio()?)
    }

    /// Net equipment effectiveness: AUPT / PBT × effectiveness × quality ratio; set-up is no loss.
    pub fn nee(&self) -> Option<f64> {
        Some(ratio(self.aupt_s, self.pbt_s)? * self.effectiveness()? * self.quality_ratio()?)
    }

    /// Utilisation efficiency: APT / AUBT.
    pub fn utilisation_efficiency(&self) -> Option<f64> {
        ratio(self.apt_s, self.aubt_s)
    }

    /// Technical efficiency: APT / (APT + ADET).
    pub fn technical_efficiency(&self) -> Option<f64> {
        ratio(self.apt_s, self.apt_s + self.adet_s)
    }

    /// Set-up ratio: AUST / AUPT.
    pub fn setup_ratio(&self) -> Option<f64> {
        ratio(self.aust_s, self.aupt_s)
    }
}

fn ratio(of: f64, to: f64) -> Option<f64> {
    (to > 0.0).then(|| of / to)
}
