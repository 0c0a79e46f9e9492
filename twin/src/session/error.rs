//! What a session cannot do.

use crate::climate::ClimateError;
use crate::engine::{CommandError, RunError, SnapshotError};
use crate::field::FieldError;
use crate::sensor::SensorError;

/// What a session cannot do. It stays where it was, except after [`Run`](Self::Run): there the run itself has come to an
/// end and can only be rewound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The plant cannot run on.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A keyframe cannot be taken or restored.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The climate of a keyframe cannot be taken or restored.
    #[error(transparent)]
    Climate(#[from] ClimateError),
    /// There is no solver for the fields of the hall.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The instruments cannot be put into the hall.
    #[error(transparent)]
    Sensor(#[from] SensorError),
    /// A command that cannot be carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// A condition names something that is not there.
    #[error("nothing is named `{0}`")]
    NoSuchName(String),
}
