//! Forward kinematics against poses worked out elsewhere, with forty digits.

use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

/// V50.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    let mut out = Vec::new();
    for (file, list) in super::known()? {
        let arm = super::arm(file)?;
        let (mut shift, mut turn) = (0.0_f64, 0.0_f64);
        for known in &list {
            let off = super::apart(&arm.forward(&known.q)?, &known.pose);
            shift = shift.max(off.0);
            turn = turn.max(off.1);
        }
        let name = arm.name();
        let note = format!("{} poses", list.len());
        out.push(
            Finding::within(format!("{name}: position, m"), 0.0, shift, 1e-9, "1e-9 m").note(&note),
        );
        out.push(Finding::within(format!("{name}: turn, rad"), 0.0, turn, 1e-9, "1e-9 rad"));
    }
    Ok(out)
}
