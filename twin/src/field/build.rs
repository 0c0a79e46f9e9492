//! From a scene and a tier to a solver in plain Rust.

use super::air::Air;
use super::conduction::Conduction;
use super::lattice::Lattice;
use super::network::Network;
use super::scene::Scene;
use super::solver::{FieldError, FieldSolver, Settings, Tier};

/// The solver of `tier` for `scene`, on the processor.
///
/// # Errors
///
/// If the scene does not hold together, or asks for something that the tier cannot do.
pub fn build(
    tier: Tier,
    scene: &Scene,
    settings: &Settings,
) -> Result<Box<dyn FieldSolver>, FieldError> {
    match tier {
        Tier::Network => Ok(Box::new(Network::new(scene, settings)?)),
        Tier::Conduction => Ok(Box::new(Conduction::new(scene, settings)?)),
        Tier::Air => Ok(Box::new(Air::new(scene, settings)?)),
        Tier::Lattice => Ok(Box::new(Lattice::new(scene, settings)?)),
    }
}
