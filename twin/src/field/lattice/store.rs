//! How populations are kept: 32 bits as they are, or 16 bits, scaled and rounded at random.
//!
//! Half precision has 11 significant bits. Rounded to the nearest, what a weak source or a slight buoyancy adds in one step would get
//! lost each time; rounded up or down at random, in proportion, it is kept on average. The random bits are a hash of cell and step,
//! the same on every back end, and are added below the last bit that stays before all below is cut off.

#![expect(clippy::inline_always, reason = "lanes that are not inlined are no vector instructions")]

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::lanes::{Lanes, WIDTH};
use super::stencil::FLOW;

/// What populations of the motion are multiplied by before they are halved: they stay below 2.
pub const FLOW_SCALE: f32 = 32_768.0;

/// What populations of the heat are multiplied by: they stay below 512 K.
pub const HEAT_SCALE: f32 = 128.0;

/// Bits that a half does not keep.
const LOST: u32 = 0x1fff;

/// Noise that rounds to the nearest.
pub(super) const HALF_WAY: u32 = 0x1000;

/// The factor of population `slot`.
pub(super) const fn scale(slot: usize) -> f32 {
    if slot < FLOW { FLOW_SCALE } else { HEAT_SCALE }
}

/// A hash with good mixing (the PCG permutation; Jarzynski and Olano 2020).
#[inline(always)]
pub fn hash(n: u32) -> u32 {
    let state = n.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// Random bits for one population, out of a cell's.
#[inline(always)]
pub(super) fn noise(cell: u32, slot: usize) -> u32 {
    cell.wrapping_mul(2 * slot as u32 + 0x9e37_79b1) >> 19
}

/// `value` of `slot`, scaled and rounded to what a half can hold.
#[inline(always)]
fn rounded(value: f32, slot: usize, noise: u32) -> f32 {
    f32::from_bits((value * scale(slot)).to_bits().wrapping_add(noise & LOST) & !LOST)
}

/// A kept population.
pub(super) trait Store: Copy + Default + Send + Sync + 'static {
    /// Whether rounding draws.
    const DRAWS: bool;
    /// The value of `slot`.
    fn value(self, slot: usize) -> f32;
    /// `value` of `slot`, rounded by the lowest 13 bits of `noise`.
    fn of(value: f32, slot: usize, noise: u32) -> Self;
    /// Eight values.
    fn load(from: &[Self; WIDTH], slot: usize) -> Lanes;
    /// Keeps eight values, each with random bits of its cell.
    fn keep(values: Lanes, slot: usize, cells: &[u32; WIDTH], to: &mut [Self; WIDTH]);
}

impl Store for f32 {
    const DRAWS: bool = false;

    #[inline(always)]
    fn value(self, _slot: usize) -> f32 {
        self
    }

    #[inline(always)]
    fn of(value: f32, _slot: usize, _noise: u32) -> Self {
        value
    }

    #[inline(always)]
    fn load(from: &[Self; WIDTH], _slot: usize) -> Lanes {
        Lanes(*from)
    }

    #[inline(always)]
    fn keep(values: Lanes, _slot: usize, _cells: &[u32; WIDTH], to: &mut [Self; WIDTH]) {
        *to = values.0;
    }
}

impl Store for f16 {
    const DRAWS: bool = true;

    #[inline(always)]
    fn value(self, slot: usize) -> f32 {
        self.to_f32() * (1.0 / scale(slot))
    }

    #[inline(always)]
    fn of(value: f32, slot: usize, noise: u32) -> Self {
        Self::from_f32(rounded(value, slot, noise))
    }

    // Processors convert eight at once.
    #[inline(always)]
    fn load(from: &[Self; WIDTH], slot: usize) -> Lanes {
        let mut lanes = Lanes::default();
        from.convert_to_f32_slice(&mut lanes.0);
        lanes * (1.0 / scale(slot))
    }

    #[inline(always)]
    fn keep(values: Lanes, slot: usize, cells: &[u32; WIDTH], to: &mut [Self; WIDTH]) {
        let mut cut = [0.0; WIDTH];
        for lane in 0..WIDTH {
            cut[lane] = rounded(values.0[lane], slot, noise(cells[lane], slot));
        }
        to.convert_from_f32_slice(&cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_right_on_average() {
        let value = 0.012_345_6_f32;
        let draws = 20_000;
        let sum: f64 = (0..draws)
            .map(|n| f64::from(<f16 as Store>::of(value, 3, noise(hash(n), 3)).value(3)))
            .sum();
        let mean = sum / f64::from(draws);
        // A half's last bit is 7.6e-6 here; the mean of 20 000 has an error of some 3e-8.
        assert!((mean - f64::from(value)).abs() < 1.5e-7, "{mean}");
    }

    #[test]
    fn what_is_a_half_stays_as_it_is() {
        for value in [0.0, -0.25, 0.5, 3.0 / 1024.0] {
            for n in 0..100 {
                assert_eq!(<f16 as Store>::of(value, 0, hash(n)).value(0), value);
            }
        }
    }
}
