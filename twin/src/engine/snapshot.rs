//! Snapshots: a state as bytes, and its hash.
//!
//! What temperature does to equipment stands at the end, and only where any has been told its temperature: a run without
//! fields is to the bit what it would be without a hall. Likewise signals before that, and rigid bodies behind it, only where there are any.
//!
//! Both go through one canonical encoding (postcard over every field, the calendar as a sorted list), so what is not in
//! the hash is not in the snapshot either, and a restored state runs on to the same hash. Of rigid bodies the hash has places and
//! velocities: the tables of the solver are a matter of how it was built.

use siphasher::sip::SipHasher13;
use std::hash::Hasher as _;

use super::model::Model;
use super::state::{Core, State};

/// Why a snapshot cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The bytes are no snapshot, are cut off, or come from another version.
    #[error("not a snapshot of this version of Genba: {0}")]
    Encoding(#[from] postcard::Error),
    /// The snapshot was taken from another plant.
    #[error("the snapshot was taken from another plant or another version of it")]
    OtherPlant,
}

impl State {
    /// The state as bytes. Cost: linear in the state.
    ///
    /// # Errors
    ///
    /// Only if the state of a plugin's equipment cannot be serialised.
    pub fn save(&self, model: &Model) -> Result<Vec<u8>, SnapshotError> {
        let bytes = self.save_events(model)?;
        if self.core.bodies.is_empty() {
            return Ok(bytes);
        }
        Ok(postcard::to_extend(&self.core.bodies, bytes)?)
    }

    /// All but the rigid bodies.
    fn save_events(&self, model: &Model) -> Result<Vec<u8>, SnapshotError> {
        let tables: Result<Vec<Vec<u8>>, _> =
            self.tables.iter().map(|table| table.save()).collect();
        let mut bytes = postcard::to_stdvec(&(model.fingerprint, &self.core, tables?))?;
        if !self.core.signals.is_empty() {
            bytes = postcard::to_extend(&self.core.signals, bytes)?;
        }
        if self.core.warmth.is_empty() && self.core.bodies.is_empty() {
            return Ok(bytes);
        }
        Ok(postcard::to_extend(&self.core.warmth, bytes)?)
    }

    /// The state that [`save`](Self::save) wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are damaged or come from another plant.
    pub fn restore(model: &Model, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (fingerprint, rest) = postcard::take_from_bytes::<u64>(bytes)?;
        if fingerprint != model.fingerprint {
            return Err(SnapshotError::OtherPlant);
        }
        let ((mut core, tables), mut rest) =
            postcard::take_from_bytes::<(Core, Vec<Vec<u8>>)>(rest)?;
        if !model.signals.is_empty() {
            (core.signals, rest) = postcard::take_from_bytes(rest)?;
        }
        if !model.cells.is_empty() {
            (core.warmth, core.bodies) = postcard::from_bytes(rest)?;
        } else if !rest.is_empty() {
            core.warmth = postcard::from_bytes(rest)?;
        }
        let fits = tables.len() == model.kinds.len()
            && core.inlets.len() == model.n_inlets
            && core.clocks.len() == model.n_places
            && core.tracks.len() == model.trackers.len()
            && core.signals.fits(model)
            && core.warmth.fits(model)
            && core.bodies.len() == model.cells.len();
        if !fits {
            return Err(SnapshotError::OtherPlant);
        }
        let tables: Result<Vec<_>, postcard::Error> =
            model.kinds.iter().zip(&tables).map(|(kind, bytes)| kind.load(bytes)).collect();
        Ok(Self { core, tables: tables? })
    }

    /// Hash of the whole state: equal states, equal hashes, on every machine. Cost: linear in the state.
    ///
    /// # Panics
    ///
    /// If the state of a plugin's equipment cannot be serialised; the conformance kit finds that.
    pub fn hash(&self, model: &Model) -> u64 {
        let bytes = self.save_events(model).expect("every state in the tables can be serialised");
        let mut hasher = SipHasher13::new();
        hasher.write(&bytes);
        self.core.bodies.iter().for_each(|bodies| bodies.hash_into(&mut hasher));
        hasher.finish()
    }
}
