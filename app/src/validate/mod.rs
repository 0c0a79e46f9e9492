//! The validation ledger: what `genba validate` runs.
//!
//! Each case is a plant whose behaviour is known from theory, from a published model or by hand. The ledger runs it on
//! the user's own machine and puts what came out beside what must come out. A miss is shown as a miss.
//!
//! # The statistical rule
//!
//! A stochastic figure passes when its mean over independent replications lies within `k` standard errors of the exact
//! value *and* the standard error itself is at most a stated share of that value, so that noise cannot pass a test. Run
//! lengths are chosen beforehand from the known asymptotic variance, where there is one, and seeds are fixed, so that a
//! verdict does not change from run to run. `k` is 3, or 4 for a case with many figures: of some 300 figures, 3 standard
//! errors (t distribution, some 30 degrees of freedom) would miss about two by chance alone, 4 about one in ten ledgers.
//! [`Case::sigmas`] says which.
//!
//! Deterministic figures are compared to the nanosecond.

mod bench;
mod finding;
mod plants;
mod theory;

mod assembly;
mod balancing;
mod batches;
mod failures;
mod fields;
mod fork;
mod polling;
mod priorities;
mod queues;
mod services;
mod transient;

mod bottlenecks;
mod calendars;
mod closed_loops;
mod conveyors;
mod effectiveness;
mod energy;
mod handling;
mod inexact;
mod job_shops;
mod lines;
mod mini_fab;
mod motion;
mod networks;
mod orders;
mod physics;
mod properties;
mod published;
mod pull;
mod quality;
mod robots;
mod tool_groups;
mod transport;
mod unreliable;
mod vehicles;

use std::fmt;

use serde::Serialize;

pub use bench::{Bench, Failure, Findings, Runs};
pub use finding::{Finding, Verdict};

/// A case of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its number: `V01`.
    pub id: &'static str,
    /// What it is about.
    pub name: &'static str,
    /// Where the expected figures come from.
    pub source: &'static str,
    /// Standard errors within which a stochastic figure passes.
    pub sigmas: f64,
    /// Runs it.
    pub check: fn(&Bench) -> Findings,
}

/// All cases, in order.
#[rustfmt::skip]
pub const CASES: &[Case] = &[
    Case { id: "V01", name: "M/M/1", source: "L = rho/(1-rho), Wq = rho/(mu-lambda), W exponential; Law, Simulation Modeling and Analysis, ch. 1", sigmas: 4.0, check: queues::single_server },
    Case { id: "V02", name: "M/M/c, M/M/1/K, loss systems", source: "Erlang's B and C formulas; birth-death chain", sigmas: 4.0, check: queues::many_servers_and_loss },
    Case { id: "V03", name: "M/G/1", source: "Pollaczek-Khinchine formula", sigmas: 4.0, check: services::general_service },
    Case { id: "V04", name: "D/M/1", source: "GI/M/1: root of sigma = A*(mu - mu sigma)", sigmas: 3.0, check: services::regular_arrivals },
    Case { id: "V05", name: "priorities and dispatch rules", source: "Cobham 1954; Schrage & Miller 1966", sigmas: 4.0, check: priorities::check },
    Case { id: "V06", name: "an unreliable machine", source: "completion times with Pollaczek-Khinchine; White & Christie 1958", sigmas: 4.0, check: failures::unreliable_machine },
    Case { id: "V07", name: "repair crews, age replacement", source: "Ashcroft 1950; finite-source birth-death chain; renewal-reward theorem", sigmas: 4.0, check: failures::crews_and_maintenance },
    Case { id: "V08", name: "set-ups, batches, synchronisation", source: "M/G/1 with vacations, N-policy, polling; M[X]/M/1; E4/M/1; Nelson & Tantawi 1988", sigmas: 4.0, check: batches::check },
    Case { id: "V09", name: "start-up transient and confidence intervals", source: "Spitzer's identity for the n-th wait; Daley 1968, Whitt 1989 for asymptotic variances", sigmas: 4.0, check: transient::check },
    Case { id: "V10", name: "open network with rework", source: "Jackson 1957", sigmas: 4.0, check: networks::rework },
    Case { id: "V11", name: "closed networks", source: "exact mean-value analysis (Reiser & Lavenberg 1980)", sigmas: 4.0, check: networks::closed },
    Case { id: "V12", name: "Penny Fab", source: "Hopp & Spearman, Factory Physics", sigmas: 4.0, check: networks::penny_fab },
    Case { id: "V13", name: "saturated lines", source: "exact Markov chains; Hunt 1956, Hillier & Boling 1967", sigmas: 4.0, check: lines::saturated },
    Case { id: "V14", name: "unreliable lines", source: "exact Markov chains; Gershwin, Manufacturing Systems Engineering, 1994; Gershwin & Berman 1981; Zhou et al. 2018", sigmas: 4.0, check: unreliable::unreliable },
    Case { id: "V15", name: "an assembly station", source: "exact Markov chain of two feeders and an assembly", sigmas: 4.0, check: assembly::station },
    Case { id: "V16", name: "vehicles on a loop", source: "exclusion processes: Spitzer 1970, Schreckenberg et al. 1995; fleet size; closed-form kinematics", sigmas: 4.0, check: vehicles::zones },
    Case { id: "V17", name: "conveyors", source: "closed-form kinematics", sigmas: 3.0, check: conveyors::kinematics },
    Case { id: "V17c", name: "closed loops of carriers", source: "Kwo 1958; Muth 1972", sigmas: 3.0, check: closed_loops::check },
    Case { id: "V17m", name: "merges", source: "M/D/1; Cobham 1954", sigmas: 4.0, check: conveyors::merges },
    Case { id: "V18", name: "machines and two vehicles", source: "Bilge & Ulusoy 1995, Operations Research 43(6)", sigmas: 3.0, check: transport::makespans },
    Case { id: "V19", name: "robot cell, automated store", source: "robot cycles of Sethi et al. 1992; Bozer & White 1984, summed over the openings", sigmas: 4.0, check: handling::cell_and_store },
    Case { id: "V20", name: "job shop instances under dispatch rules", source: "Fisher & Thompson 1963; non-delay schedules", sigmas: 3.0, check: job_shops::instances },
    Case { id: "V21", name: "job shop of Law and Kelton", source: "Law & Kelton, Simulation Modeling and Analysis; rates of work", sigmas: 4.0, check: job_shops::law },
    Case { id: "V22", name: "balanced assembly lines", source: "Mertens 1967; Bowman 1960; Jackson 1956; exact search over subsets of tasks", sigmas: 3.0, check: balancing::check },
    Case { id: "V23", name: "examples of SimPy's documentation", source: "docs/examples of SimPy 4.1.2, recorded draws of seed 42", sigmas: 3.0, check: published::simpy },
    Case { id: "V24", name: "examples of JaamSim", source: "runs of JaamSim 2026-03", sigmas: 4.0, check: published::jaamsim },
    Case { id: "V25", name: "Mini-Fab", source: "Kempf, Intel Five-Machine Six Step Mini-Fab Description, 1994", sigmas: 4.0, check: mini_fab::loads },
    Case { id: "V28", name: "laws that hold of every run", source: "Little 1961; conservation; max-plus monotonicity", sigmas: 4.0, check: properties::laws },
    Case { id: "V29", name: "arrivals that vary with time", source: "Eick, Massey & Whitt 1993", sigmas: 4.0, check: calendars::sine },
    Case { id: "V30", name: "energy, tariffs, switching off", source: "M/M/1 with set-up (Welch 1964); energy balances by hand", sigmas: 4.0, check: energy::check },
    Case { id: "V31", name: "cranes, transfer cars, lifts", source: "kinematics by hand; Pollaczek-Khinchine formula", sigmas: 4.0, check: handling::cranes_and_lifts },
    Case { id: "V32", name: "kanban, base stock, rope", source: "birth-death chains; Buzacott & Shanthikumar, Stochastic Models of Manufacturing Systems, 1993, ch. 4; mean-value analysis", sigmas: 4.0, check: pull::policies },
    Case { id: "V32o", name: "orders and due dates", source: "M/M/1 and D/M/1: sojourns are exponential; Pollaczek-Khinchine; Cobham 1954", sigmas: 4.0, check: orders::due_dates },
    Case { id: "V33", name: "defects, inspection, rework", source: "Bayes' rule; geometric rework; renewal-reward theorem", sigmas: 4.0, check: quality::inspection },
    Case { id: "V35", name: "tool groups", source: "schedules by hand; birth-death chain; E4/M/1; geometric visits; White & Christie 1958", sigmas: 4.0, check: tool_groups::check },
    Case { id: "V36", name: "palletising and disassembly", source: "closed-form times", sigmas: 3.0, check: assembly::palletising },
    Case { id: "V37", name: "overall equipment effectiveness", source: "ISO 22400-2, by hand; M/M/2", sigmas: 4.0, check: effectiveness::check },
    Case { id: "V38", name: "shifting bottlenecks", source: "Roser, Nakano & Tanaka 2002, by hand", sigmas: 3.0, check: bottlenecks::check },
    Case { id: "V40", name: "conduction: exact solutions", source: "Carslaw & Jaeger, Conduction of Heat in Solids, 1959; decay factors of the scheme itself; first law", sigmas: 3.0, check: fields::conduction::exact },
    Case { id: "V41", name: "conduction: NAFEMS T2, T3", source: "The Standard NAFEMS Benchmarks, 1990", sigmas: 3.0, check: fields::conduction::nafems },
    Case { id: "V42", name: "lid-driven cavity", source: "Ghia, Ghia & Shin 1982, tables I and II", sigmas: 3.0, check: fields::air::lid },
    Case { id: "V43", name: "natural convection in cavities", source: "de Vahl Davis 1983; Le Quere 1991; Tric, Labrosse & Betrouni 2000 for the cube", sigmas: 3.0, check: fields::air::convection },
    Case { id: "V44", name: "Taylor-Green, Poiseuille, Couette", source: "exact solutions of the Navier-Stokes equations", sigmas: 3.0, check: fields::air::exact },
    Case { id: "V45", name: "lattice: Taylor-Green, Poiseuille, cavity, natural convection", source: "closed forms; Ginzburg & d'Humieres 2003; Ghia, Ghia & Shin 1982; de Vahl Davis 1983; first law", sigmas: 3.0, check: fields::lattice::check },
    Case { id: "V46", name: "zones of a hall, and its energy over a day", source: "closed forms of lumped capacities; first law", sigmas: 3.0, check: fields::network::check },
    Case { id: "V47", name: "instruments, their noise and their faults", source: "closed forms; known answers of Random123 (Salmon et al. 2011); IEEE 1139 for flicker noise; renewal theory", sigmas: 3.0, check: fields::sensors::check },
    Case { id: "V48", name: "rays against bodies", source: "closed forms of planes, spheres, boxes; brute force; kinematics by hand", sigmas: 3.0, check: fields::rays::check },
    Case { id: "V50", name: "robots: forward kinematics", source: "40-digit arithmetic from the makers' lengths, compared with pinocchio 4.1.0", sigmas: 3.0, check: robots::forward::check },
    Case { id: "V51", name: "robots: inverse kinematics of spherical wrists", source: "Brandstoetter, Angerer & Hofbaur 2014; rs-opw-kinematics 3.0.0; makers' sheets", sigmas: 3.0, check: robots::inverse::check },
    Case { id: "V52", name: "robots: there and back, Jacobian", source: "forward of inverse; central differences", sigmas: 3.0, check: robots::round_trip::check },
    Case { id: "V53", name: "ways around, through a narrow passage", source: "dense sampling of every way; the fastest move of each joint alone", sigmas: 3.0, check: robots::planning::check },
    Case { id: "V54", name: "one axis, jerk-limited", source: "closed forms (Biagiotti & Melchiorri 2008); Ruckig 0.19.4", sigmas: 3.0, check: motion::moves::one_axis },
    Case { id: "V55", name: "axes together, jerk-limited", source: "Ruckig 0.19.4 (Berscheid & Kroeger 2021); limits of an arm that are public", sigmas: 3.0, check: motion::moves::together },
    Case { id: "V56", name: "the fastest course along a path", source: "closed form; toppra 0.6.10 (Pham & Pham 2018); double S", sigmas: 3.0, check: motion::paths::check },
    Case { id: "V57", name: "parts on a belt", source: "closed form; Ruckig 0.19.4 in the belt's frame; by hand", sigmas: 3.0, check: motion::belts::check },
    Case { id: "V58", name: "cycles of picking and placing", source: "closed-form bounds; data sheet of the CRS A255", sigmas: 3.0, check: motion::cycles::check },
    Case { id: "V59", name: "a delta on a moving belt, in a plant", source: "closed form; meetings solved part by part", sigmas: 3.0, check: motion::tracking::check },
    Case { id: "V60", name: "belts that carry goods", source: "Coulomb friction: v/(mu g), v^2/(2 mu g); statics; kinematics by hand", sigmas: 3.0, check: physics::belts::check },
    Case { id: "V61", name: "light barriers on belts", source: "kinematics by hand", sigmas: 3.0, check: physics::barriers::check },
    Case { id: "V62", name: "grippers", source: "2 mu F >= m (g + a), suction dp A / S, Coulomb friction", sigmas: 3.0, check: physics::grippers::check },
    Case { id: "V63", name: "inclines", source: "Coulomb friction: g (sin a - mu cos a)", sigmas: 3.0, check: physics::inclines::check },
    Case { id: "V64", name: "one line as events and as rigid bodies", source: "the event form (V17), with the same arrivals; conservation", sigmas: 3.0, check: physics::forms::check },
    Case { id: "V65", name: "an arm among rigid bodies", source: "kinematics and Coulomb friction by hand; the event form for the way of the arm", sigmas: 3.0, check: physics::arms::check },
    Case { id: "V66", name: "curves and turntables", source: "v t / r; the event form, with the same arrivals; conservation", sigmas: 3.0, check: physics::junctions::check },
    Case { id: "V67", name: "an arm takes bodies from a belt that runs", source: "the encoder: s + d; the event form for when", sigmas: 3.0, check: physics::tracked::check },
];

/// What a case came to.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The number of the case.
    pub id: &'static str,
    /// What it is about.
    pub name: &'static str,
    /// Where the expected figures come from.
    pub source: &'static str,
    /// What was compared.
    pub findings: Vec<Finding>,
    /// Why the case could not be run to its end, if so; counts as a miss.
    pub failure: Option<String>,
}

/// What the cases came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    /// Whether runs were cut short.
    pub quick: bool,
    /// Case by case.
    pub entries: Vec<Entry>,
}

/// Whether `filter` (none: all; else numbers of cases or parts of their names, separated by commas) asks for `case`.
pub fn is_wanted(case: &Case, filter: Option<&str>) -> bool {
    let Some(filter) = filter else { return true };
    filter.split(',').map(str::trim).filter(|word| !word.is_empty()).any(|word| {
        case.id.eq_ignore_ascii_case(word)
            || case.name.to_lowercase().contains(&word.to_lowercase())
    })
}

/// Runs the cases that `filter` asks for (see [`is_wanted`]) on `jobs` threads (0: one for each core); `quick` with shorter
/// runs and wider limits. `progress` is told of each case before it runs. The ledger is the same for any number of threads.
pub fn run(
    filter: Option<&str>,
    jobs: usize,
    quick: bool,
    mut progress: impl FnMut(&Case),
) -> Ledger {
    let mut entries = Vec::new();
    for case in CASES.iter().filter(|case| is_wanted(case, filter)) {
        progress(case);
        let (findings, failure) = match (case.check)(&Bench::new(jobs, quick, case.sigmas)) {
            Ok(findings) => (findings, None),
            Err(failure) => (Vec::new(), Some(failure.to_string())),
        };
        let Case { id, name, source, .. } = *case;
        entries.push(Entry { id, name, source, findings, failure });
    }
    Ledger { quick, entries }
}

impl Ledger {
    /// Number of figures compared, failures of whole cases included.
    pub fn compared(&self) -> usize {
        self.entries
            .iter()
            .map(|entry| entry.findings.len() + usize::from(entry.failure.is_some()))
            .sum()
    }

    /// Number of them that missed.
    pub fn misses(&self) -> usize {
        let missed = |entry: &Entry| {
            entry.findings.iter().filter(|finding| finding.verdict == Verdict::Miss).count()
                + usize::from(entry.failure.is_some())
        };
        self.entries.iter().map(missed).sum()
    }

    /// The JSON form, indented.
    ///
    /// # Errors
    ///
    /// None is known: all figures are plain.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// The table for people.
impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.entries.iter().flat_map(|entry| &entry.findings);
        let width = all.map(|finding| finding.what.chars().count()).max().unwrap_or(0);
        for entry in &self.entries {
            writeln!(f, "{}  {} [{}]", entry.id, entry.name, entry.source)?;
            for finding in &entry.findings {
                finding.write(f, width)?;
            }
            if let Some(failure) = &entry.failure {
                writeln!(f, "  MISS  could not be run: {failure}")?;
            }
            writeln!(f)?;
        }
        let (n, misses) = (self.compared(), self.misses());
        let quick = if self.quick { " (quick: short runs, wide limits)" } else { "" };
        writeln!(
            f,
            "{} cases, {n} figures: {} pass, {misses} miss{quick}",
            self.entries.len(),
            n - misses
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend() {
        assert!(CASES.iter().is_sorted_by(|a, b| a.id < b.id));
    }

    #[test]
    fn filters_by_number_and_name() {
        let wanted = |filter| CASES.iter().filter(|case| is_wanted(case, filter)).count();
        assert_eq!(wanted(None), CASES.len());
        assert_eq!(wanted(Some("v04")), 1);
        assert_eq!(wanted(Some("V01, V04")), 2);
        assert_eq!(wanted(Some("D/M/1")), 1);
        assert_eq!(wanted(Some("nothing")), 0);
    }

    #[test]
    fn threads_do_not_show() {
        let ledger = |jobs| run(Some("V04"), jobs, true, |_| {});
        let one = ledger(1);
        assert_eq!((one.compared(), one.misses()), (2, 0), "{one}");
        assert_eq!(one.to_json().ok(), ledger(3).to_json().ok());
    }
}
