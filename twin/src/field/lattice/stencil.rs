//! The 26 populations of a cell: 19 for the motion (D3Q19), 7 for the heat (D3Q7).
//!
//! Population 0 rests, 1 to 18 are pairs of opposite directions: the axes first, then the diagonals. 19 rests, 20 to 25 are the axes
//! again. The squared speed of sound is 1/3 for the motion and 1/4 for the heat.

/// Populations of the motion.
pub const FLOW: usize = 19;

/// Populations in all.
pub const SLOTS: usize = 26;

/// Where each population goes in one step, in cells.
#[rustfmt::skip]
pub const VELOCITIES: [[i32; 3]; SLOTS] = [
    [0, 0, 0],
    [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1],
    [1, 1, 0], [-1, -1, 0], [1, -1, 0], [-1, 1, 0],
    [1, 0, 1], [-1, 0, -1], [1, 0, -1], [-1, 0, 1],
    [0, 1, 1], [0, -1, -1], [0, 1, -1], [0, -1, 1],
    [0, 0, 0],
    [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1],
];

/// Weight of population `slot`: the share that it has of a fluid at rest.
pub const fn weight(slot: usize) -> f32 {
    match slot {
        0 => 1.0 / 3.0,
        1..=6 => 1.0 / 18.0,
        7..=18 => 1.0 / 36.0,
        FLOW => 0.25,
        _ => 0.125,
    }
}

/// The population that goes the other way.
pub const fn opposite(slot: usize) -> usize {
    match slot {
        0 | FLOW => slot,
        1..FLOW => ((slot - 1) ^ 1) + 1,
        _ => slot ^ 1,
    }
}

/// The population that a mirror across each marked axis makes of `slot`.
pub fn mirrored(slot: usize, across: [bool; 3]) -> usize {
    let mut velocity = VELOCITIES[slot];
    for axis in 0..3 {
        if across[axis] {
            velocity[axis] = -velocity[axis];
        }
    }
    let same_kind = if slot < FLOW { 0..FLOW } else { FLOW..SLOTS };
    same_kind.into_iter().find(|other| VELOCITIES[*other] == velocity).unwrap_or(slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposites_and_mirrors_are_their_own_inverse() {
        for slot in 0..SLOTS {
            assert_eq!(VELOCITIES[opposite(slot)], VELOCITIES[slot].map(|c| -c));
            assert_eq!(opposite(slot), mirrored(slot, [true; 3]));
            let once = mirrored(slot, [true, false, false]);
            assert_eq!(mirrored(once, [true, false, false]), slot);
        }
    }

    /// Sums of weights times velocities are those of the moments of a Maxwell distribution, to fourth order for the motion
    /// and to second for the heat.
    #[test]
    fn the_lattice_is_isotropic() {
        let moment = |slots: std::ops::Range<usize>, axes: &[usize]| -> f64 {
            slots
                .map(|slot| {
                    let c = |axis: &usize| f64::from(VELOCITIES[slot][*axis]);
                    f64::from(weight(slot)) * axes.iter().map(c).product::<f64>()
                })
                .sum()
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        for a in 0..3 {
            for b in 0..3 {
                let same = f64::from(u8::from(a == b));
                near(moment(0..FLOW, &[a, b]), same / 3.0);
                near(moment(FLOW..SLOTS, &[a, b]), same / 4.0);
                near(moment(0..FLOW, &[a, a, b, b]), if a == b { 1.0 / 3.0 } else { 1.0 / 9.0 });
            }
        }
        near(moment(0..FLOW, &[]), 1.0);
        near(moment(FLOW..SLOTS, &[]), 1.0);
    }
}
