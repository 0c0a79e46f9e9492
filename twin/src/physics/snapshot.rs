//! A cell as bytes, and its hash.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

use super::cell::Cell;
use super::error::PhysicsError;

/// Marks the bytes of a cell, and their version.
const MARK: &[u8; 8] = b"GenbaC04";

impl Cell {
    /// All of the cell as bytes. Cost: linear in the cell.
    ///
    /// # Errors
    ///
    /// None is known; encoding is allowed to fail.
    pub fn save(&self) -> Result<Vec<u8>, PhysicsError> {
        let body = postcard::to_stdvec(self).map_err(said)?;
        let mut bytes = MARK.to_vec();
        bytes.extend_from_slice(&check(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// The cell that [`save`](Self::save) wrote; it runs on to the same bits.
    ///
    /// # Errors
    ///
    /// If the bytes are damaged, cut off, or come from another version.
    pub fn restore(bytes: &[u8]) -> Result<Self, PhysicsError> {
        let rest = bytes.strip_prefix(MARK).ok_or_else(|| said("it begins otherwise"))?;
        let (sum, body) = rest.split_first_chunk::<8>().ok_or_else(|| said("it is cut off"))?;
        // Checked first: rapier's tables are read as they are, and would not survive damage.
        if u64::from_le_bytes(*sum) != check(body) {
            return Err(said("it is damaged"));
        }
        postcard::from_bytes(body).map_err(said)
    }

    /// Hash of the time and of the places and velocities of all parts, to the bit. Cells that were built alike and went the same way have
    /// the same, whatever machine, build or number of threads.
    pub fn hash(&self) -> u64 {
        let mut hasher = SipHasher13::new();
        hasher.write_i64(self.now_ns());
        for (id, lying) in &self.goods {
            hasher.write_u32(id.0);
            let Some(body) = self.sim.bodies.get(lying.body) else { continue };
            let (pose, turn) = (body.position(), body.angvel());
            let numbers = pose.translation.to_array().into_iter().chain(pose.rotation.to_array());
            for x in numbers.chain(body.linvel().to_array()).chain(turn.to_array()) {
                hasher.write_u64(x.to_bits());
            }
        }
        hasher.finish()
    }
}

fn check(body: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(body);
    hasher.finish()
}

fn said(why: impl ToString) -> PhysicsError {
    PhysicsError::Snapshot(why.to_string())
}
