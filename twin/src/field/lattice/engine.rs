//! What a back end of the lattice has to do. Everything else is the [solver](super::Lattice)'s.

use super::super::solver::FieldError;
use super::plan::Plan;

/// Temperature beyond [`Units::base`](super::Units::base) (K), velocity [cells per step], density beyond rest.
pub type Look = [f32; 5];

/// What has gone over since it was asked last.
#[derive(Clone, Debug, Default)]
pub struct Drained {
    /// Heat that came in at each face [cells' K].
    pub faces: Vec<f32>,
    /// By how much each body became warmer (K), and by how much of that through radiation.
    pub bodies: Vec<[f32; 2]>,
}

/// Populations on some device, and what moves them.
///
/// Before an even step every cell holds its incoming populations in its own slots and leaves the outgoing ones in the opposite
/// slots; before an odd step it finds them in the slots of its neighbours and leaves the outgoing ones there (the AA pattern
/// of Bailey et al. 2009). Every slot is read and written by one cell only, so one copy of the populations is enough.
pub trait Engine: Send {
    /// Where it runs, for people.
    fn device(&self) -> String;

    /// Takes up new zones, kinds and bodies of `plan`, and temperatures of bodies; all that was to be
    /// [drained](Self::drain) is gone. `laid`: borders too are new.
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn tell(&mut self, plan: &Plan, bodies: &[f32], laid: bool) -> Result<(), FieldError>;

    /// Takes up new powers of zones and bodies.
    fn power(&mut self, plan: &Plan);

    /// Makes `count` steps, the first of which has number `from`.
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn steps(&mut self, plan: &Plan, from: u64, count: u64) -> Result<(), FieldError>;

    /// What has gone over since [`tell`](Self::tell).
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn drain(&mut self, plan: &Plan) -> Result<Drained, FieldError>;

    /// What it is like in `cells`, before step `step`.
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn look(&mut self, plan: &Plan, step: u64, cells: &[u32]) -> Result<Vec<Look>, FieldError>;

    /// All populations as they lie.
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn save(&mut self) -> Result<Vec<f32>, FieldError>;

    /// Takes up populations.
    fn load(&mut self, populations: &[f32]);
}
