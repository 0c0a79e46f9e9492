//! Looking into a field at a point.

use rayon::prelude::*;

/// What a field can be asked for at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Temperature, in the unit of the scene.
    Temperature,
    /// Magnitude of the velocity of the air [m/s].
    Speed,
    /// Velocity along x [m/s].
    VelocityX,
    /// Velocity along y [m/s].
    VelocityY,
    /// Velocity along z [m/s].
    VelocityZ,
    /// Pressure beyond that of air at rest (Pa).
    Pressure,
    /// Concentration of the tracer [kg/m³].
    Concentration,
}

/// Probes that are worth a thread.
const MIN_PROBES: usize = 1024;

/// A point at which a quantity is wanted.
///
/// Between the middles of cells a field is read by trilinear interpolation; outside the outermost middles, and beyond, by
/// the nearest one. Solid cells count with the temperature that they have, and with zero of everything else. A tier that does
/// not have a quantity says NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// What is wanted.
    pub quantity: Quantity,
    /// Where (m).
    pub at: [f64; 3],
}

/// What all of `probes` read, on all cores: no one's reading depends on another's.
pub(super) fn sample(probes: &[Probe], out: &mut [f32], read: impl Fn(&Probe) -> f32 + Sync) {
    let pairs = probes.par_iter().zip(out).with_min_len(MIN_PROBES);
    pairs.for_each(|(probe, out)| *out = read(probe));
}
