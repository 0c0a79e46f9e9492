//! What happens in a cell: relaxation towards equilibrium, forces, heat.
//!
//! Both lattices relax with two times, one for what is even and one for what is odd in the velocity (Ginzburg, Verhaeghe and d'Humières
//! 2008). The motion has the equilibrium of He and Luo (1997) for nearly constant density, and the force of Guo, Zheng and Shi (2002);
//! the heat has a linear one, `w T (1 + 4 c·u)`. Resistance is taken implicitly (Guo and Zhao 2002). Unresolved eddies add
//! the viscosity of Smagorinsky (1963), found from the stresses in the cell without looking at neighbours (Hou et al. 1996).
//! Populations are deviations from rest.

#![expect(clippy::inline_always, reason = "lanes that are not inlined are no vector instructions")]

use super::lanes::{Lanes, WIDTH};
use super::plan::{SOLID, Zone};
use super::stencil::{FLOW, SLOTS, VELOCITIES, weight};
use super::units::Constants;

/// The populations of eight cells.
pub(super) type Cells = [Lanes; SLOTS];

/// Density beyond rest, momentum and temperature.
#[derive(Clone, Copy, Default)]
pub(super) struct Moments {
    pub(super) density: Lanes,
    pub(super) momentum: [Lanes; 3],
    pub(super) heat: Lanes,
}

#[inline(always)]
pub(super) fn moments(f: &Cells) -> Moments {
    let mut density = f[0];
    for slot in &f[1..FLOW] {
        density = density + *slot;
    }
    let mut heat = f[FLOW];
    for slot in &f[FLOW + 1..] {
        heat = heat + *slot;
    }
    let x = (f[1] - f[2]) + (f[7] - f[8]) + (f[9] - f[10]) + (f[11] - f[12]) + (f[13] - f[14]);
    let y = (f[3] - f[4]) + (f[7] - f[8]) - (f[9] - f[10]) + (f[15] - f[16]) + (f[17] - f[18]);
    let z = (f[5] - f[6]) + (f[11] - f[12]) - (f[13] - f[14]) + (f[15] - f[16]) - (f[17] - f[18]);
    Moments { density, momentum: [x, y, z], heat }
}

/// The force on a cell, and the heat given to it.
#[inline(always)]
pub(super) fn forces(
    k: &Constants,
    zones: &[Zone],
    flags: &[u8; WIDTH],
    m: &Moments,
) -> ([Lanes; 3], Lanes) {
    let lift = m.heat + Lanes::splat(k.offset);
    let mut force = k.buoyancy.map(|b| lift * b);
    let mut heat = Lanes::default();
    for (lane, flag) in flags.iter().enumerate() {
        if *flag > SOLID {
            let zone = &zones[usize::from(flag - SOLID) - 1];
            let momentum = m.momentum.map(|m| m.0[lane]);
            let sum = zone.force(momentum, force.map(|f| f.0[lane]));
            for axis in 0..3 {
                force[axis].0[lane] = sum[axis];
            }
            heat.0[lane] = zone.heat;
        }
    }
    (force, heat)
}

impl Zone {
    /// The force of fans and resistance beside that of buoyancy.
    fn force(&self, momentum: [f32; 3], buoyancy: [f32; 3]) -> [f32; 3] {
        let mut force = buoyancy;
        if self.fan > 0.0 {
            for axis in 0..3 {
                force[axis] = self.target[axis] - momentum[axis];
            }
        }
        if self.drag > 0.0 {
            let free: [f32; 3] = std::array::from_fn(|a| momentum[a] + 0.5 * force[a]);
            let speed = (free[0] * free[0] + free[1] * free[1] + free[2] * free[2]).sqrt();
            let slowed = 2.0 / (1.0 + (1.0 + 2.0 * self.drag * speed).sqrt());
            for axis in 0..3 {
                force[axis] += 2.0 * (slowed * free[axis] - free[axis]);
            }
        }
        force
    }
}

#[inline(always)]
fn along(slot: usize, v: [Lanes; 3]) -> Lanes {
    let mut sum: Option<Lanes> = None;
    for axis in 0..3 {
        sum = match (VELOCITIES[slot][axis], sum) {
            (0, sum) => sum,
            (1, None) => Some(v[axis]),
            (1, Some(sum)) => Some(sum + v[axis]),
            (_, None) => Some(-v[axis]),
            (_, Some(sum)) => Some(sum - v[axis]),
        };
    }
    sum.unwrap_or_default()
}

/// Relaxation time with eddies, from the parts of the populations that are even and not in equilibrium.
#[inline(always)]
fn with_eddies(k: &Constants, n: &[Lanes; 9]) -> Lanes {
    let xx = (n[0] + n[3] + n[4] + n[5] + n[6]) * 2.0;
    let yy = (n[1] + n[3] + n[4] + n[7] + n[8]) * 2.0;
    let zz = (n[2] + n[5] + n[6] + n[7] + n[8]) * 2.0;
    let (xy, xz, yz) = ((n[3] - n[4]) * 2.0, (n[5] - n[6]) * 2.0, (n[7] - n[8]) * 2.0);
    let square = xx * xx + yy * yy + zz * zz + (xy * xy + xz * xz + yz * yz) * 2.0;
    let stress = (square * 2.0).sqrt();
    (Lanes::splat(k.tau) + (stress * k.eddies + Lanes::splat(k.tau * k.tau)).sqrt()) * 0.5
}

/// Collides eight cells in place: what came in becomes what goes out. Solid cells are at rest.
#[inline(always)]
pub(super) fn collide<const EDDIES: bool>(
    k: &Constants,
    zones: &[Zone],
    flags: &[u8; WIDTH],
    f: &mut Cells,
) {
    let m = moments(f);
    let (force, given) = forces(k, zones, flags, &m);
    let u: [Lanes; 3] = std::array::from_fn(|a| m.momentum[a] + force[a] * 0.5);
    let half = Lanes::splat(0.5);
    let square = (u[0] * u[0] + u[1] * u[1] + u[2] * u[2]) * 1.5;
    let work = (u[0] * force[0] + u[1] * force[1] + u[2] * force[2]) * 3.0;
    let level = m.density - square;

    let mut uneven = [Lanes::default(); 9];
    for (pair, uneven) in uneven.iter_mut().enumerate() {
        let slot = 2 * pair + 1;
        let cu = along(slot, u);
        let even = (level + cu * cu * 4.5) * weight(slot);
        *uneven = (f[slot] + f[slot + 1]) * 0.5 - even;
    }
    let tau = if EDDIES { with_eddies(k, &uneven) } else { Lanes::splat(k.tau) };
    let slow = ((tau - half).recip() * k.magic).map(|slow| slow.min(k.slowest[0]));
    let tau_odd = slow + half;
    let (rate, rate_odd) = (tau.recip(), tau_odd.recip());
    let one = Lanes::splat(1.0);
    let (push, push_odd) = (one - rate * 0.5, one - rate_odd * 0.5);

    let rest = level * weight(0);
    f[0] = f[0] - rate * (f[0] - rest) - push * work * weight(0);
    for (pair, uneven) in uneven.into_iter().enumerate() {
        let slot = 2 * pair + 1;
        let w = weight(slot);
        let (cu, cf) = (along(slot, u), along(slot, force));
        let odd = (f[slot] - f[slot + 1]) * 0.5 - cu * (3.0 * w);
        let even = push * (cu * cf * 9.0 - work) * w - rate * uneven;
        let odd = push_odd * cf * (3.0 * w) - rate_odd * odd;
        let (there, back) = (f[slot], f[slot + 1]);
        f[slot] = there + even + odd;
        f[slot + 1] = back + even - odd;
    }

    let mut tau_heat = Lanes::splat(k.tau_heat);
    if EDDIES {
        tau_heat = tau_heat + (tau - Lanes::splat(k.tau)) * k.eddies_heat;
    }
    let slow = ((tau_heat - half).recip() * k.magic_heat).map(|slow| slow.min(k.slowest[1]));
    let tau_even = slow + half;
    let (rate_odd, rate) = (tau_heat.recip(), tau_even.recip());
    let rest = m.heat * weight(FLOW);
    f[FLOW] = f[FLOW] - rate * (f[FLOW] - rest) + given * weight(FLOW);
    for (axis, u) in u.into_iter().enumerate() {
        let slot = FLOW + 1 + 2 * axis;
        let w = weight(slot);
        let even = (f[slot] + f[slot + 1]) * 0.5 - m.heat * w;
        let odd = (f[slot] - f[slot + 1]) * 0.5 - m.heat * u * (4.0 * w);
        let even = given * w - rate * even;
        let odd = rate_odd * odd;
        let (there, back) = (f[slot], f[slot + 1]);
        f[slot] = there + even - odd;
        f[slot + 1] = back + even + odd;
    }
    for (lane, flag) in flags.iter().enumerate() {
        if *flag == SOLID {
            for slot in f.iter_mut() {
                slot.0[lane] = 0.0;
            }
        }
    }
}
