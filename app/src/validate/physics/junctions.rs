//! Curves and turntables in two forms: what goes round them as events, and as rigid bodies. Arrivals are the same to the nanosecond, so every
//! difference is one of what carries.

use nalgebra::{Isometry3, Vector3};
use twin::engine::{EquipmentRow, Model, State, Tally};
use twin::id::EquipmentId;
use twin::physics::{Cell, Curve, PhysicsError, Settings};

use super::carton;
use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

const SORTING_LINE: &str = include_str!("../../../../assets/plants/sorting-line.ron");

/// V66.
pub(in crate::validate) fn check(bench: &Bench) -> Findings {
    let mut found = round(0.5, 0.9)?;
    found.extend(round(1.0, -0.9)?);
    found.extend(sorted(bench)?);
    Ok(found)
}

/// A carton half a turn round a curve of radius `radius` (m, below 0 to the right): it goes by *v t / r*, keeps its distance from the axis, and
/// turns by as much.
fn round(speed: f64, radius: f64) -> Findings {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(speed)?;
    let reach = std::f64::consts::PI * radius.abs();
    cell.add_curve(Curve {
        entry: Isometry3::identity(),
        radius_m: radius,
        reach_m: [-0.5, reach + 0.5],
        section: [0.8, 0.05],
        friction: 0.5,
        drive,
    })?;
    let goods = cell.add_goods(carton(0.5), Isometry3::translation(0.0, 0.0, 0.1))?;
    // Taken along after a moment; from then on it goes with the curve.
    cell.advance(1_000_000_000)?;
    let axis = Vector3::new(0.0, radius, 0.1);
    let look = |cell: &Cell| -> Result<[f64; 3], PhysicsError> {
        let pose = cell.pose(goods)?;
        let arm = pose.translation.vector - axis;
        Ok([arm.y.atan2(arm.x), arm.norm(), pose.rotation.euler_angles().2])
    };
    let first = look(&cell)?;
    cell.advance(2_000_000_000)?;
    let last = look(&cell)?;
    let turn = speed / radius;
    let since = |a: f64, b: f64| (b - a).sin().atan2((b - a).cos());
    let what = format!("a curve of {} m at {speed} m/s:", radius.abs());
    Ok(vec![
        Finding::within(
            format!("{what} angle in 1 s, rad"),
            turn,
            since(first[0], last[0]),
            1e-3,
            "1 mrad",
        ),
        Finding::within(
            format!("{what} turned by, rad"),
            turn,
            since(first[2], last[2]),
            1e-3,
            "1 mrad",
        ),
        Finding::within(format!("{what} radius, m"), first[1], last[1], 5e-4, "0.5 mm"),
    ])
}

/// The sorting line over an hour: two curves and a turntable.
fn sorted(bench: &Bench) -> Findings {
    let events = SORTING_LINE.replacen("physics: [\"line\"]", "physics: []", 1);
    let models = [bench.load(&events)?, bench.load(SORTING_LINE)?];
    let [(events, _), (bodies, _)] =
        [bench.once(&models[0], 3600.0)?, bench.once(&models[1], 3600.0)?];
    let mut found = Vec::new();
    for name in ["pack large", "pack small"] {
        let entered = |model: &Model, state: &State| {
            model.find(name).map_or(f64::NAN, |at| state.traffic(at).entered as f64)
        };
        let (expected, got) = (entered(&models[0], &events), entered(&models[1], &bodies));
        let what = format!("sorting line: parcels to \"{name}\" in an hour");
        found.push(Finding::within(what, expected, got, 0.01 * expected, "1 %"));
    }
    let (expected, got) = (mean_s(&events), mean_s(&bodies));
    let what = "sorting line: mean time of a parcel in it, s";
    found.push(Finding::within(what, expected, got, 0.02 * expected, "2 %"));
    let inside = |of: &dyn Fn(&EquipmentRow) -> bool| -> usize {
        let rows = models[1].equipment.iter().enumerate().filter(|(_, row)| of(row));
        rows.map(|(at, _)| bodies.contents(&models[1], EquipmentId::from_index(at)).len()).sum()
    };
    let entered: u64 = bodies.tallies().iter().map(|tally| tally.entered).sum();
    let finished: u64 = bodies.tallies().iter().map(|tally| tally.finished).sum();
    let there = finished as f64 + inside(&|_| true) as f64;
    let here: usize = bodies.bodies().iter().map(|bodies| bodies.parts().count()).sum();
    let carried = inside(&|row| row.cell.is_some());
    found.push(Finding::equal("parcels that came in, and are out or there", entered as f64, there));
    found.push(Finding::equal("bodies of the parcels in the cell", carried as f64, here as f64));
    Ok(found)
}

/// Mean lead time of all that is finished, s.
fn mean_s(state: &State) -> f64 {
    let count: u64 = state.tallies().iter().map(|tally| tally.finished).sum();
    let sum = |tally: &Tally| tally.lead_time.mean().unwrap_or(0.0) * tally.finished as f64;
    state.tallies().iter().map(sum).sum::<f64>() * 1e-9 / count as f64
}
