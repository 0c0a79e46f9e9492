//! Who makes climates: each replication has one of its own.

use std::fmt;
use std::sync::Arc;

use super::Climate;
use crate::engine::Hall;
use crate::field::{FieldError, FieldSolver, Scene};

type Make = dyn Fn(&Scene) -> Result<Box<dyn FieldSolver>, FieldError> + Send + Sync;

/// Makes climates, or none: the default. Cheap to clone.
#[derive(Clone, Default)]
pub struct Climates(Option<Maker>);

#[derive(Clone)]
struct Maker {
    scene: Arc<Scene>,
    solver: Arc<Make>,
}

impl Climates {
    /// Climates of `hall` in cells of `cell` metres, or as the file says, with solvers that `solver` makes.
    ///
    /// # Errors
    ///
    /// If there is no scene of the hall in such cells.
    pub fn of(
        hall: &Hall,
        cell: Option<f64>,
        solver: impl Fn(&Scene) -> Result<Box<dyn FieldSolver>, FieldError> + Send + Sync + 'static,
    ) -> Result<Self, FieldError> {
        let scene = Arc::new(hall.scene(cell)?);
        Ok(Self(Some(Maker { scene, solver: Arc::new(solver) })))
    }

    /// Whether there are any.
    pub fn are_some(&self) -> bool {
        self.0.is_some()
    }

    /// A climate for a new run of a model with `hall`; `None`: it goes without.
    ///
    /// # Errors
    ///
    /// If there is no such solver, or it cannot do what the hall asks for.
    pub fn make(&self, hall: Option<&Hall>) -> Result<Option<Climate>, FieldError> {
        let Some((Maker { scene, solver }, hall)) = self.0.as_ref().zip(hall) else {
            return Ok(None);
        };
        Climate::new(hall, Some(scene.grid.cell), solver(scene)?).map(Some)
    }
}

impl fmt::Debug for Climates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Climates(some)" } else { "Climates(none)" })
    }
}
