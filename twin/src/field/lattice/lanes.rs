//! Eight cells at a time: plain arrays that a compiler turns into vector instructions.

#![expect(clippy::inline_always, reason = "lanes that are not inlined are no vector instructions")]

use std::ops::{Add, Mul, Neg, Sub};

/// Cells at a time.
pub(super) const WIDTH: usize = 8;

/// One value for each of eight cells.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lanes(pub [f32; WIDTH]);

impl Lanes {
    #[inline(always)]
    pub(super) fn splat(value: f32) -> Self {
        Self([value; WIDTH])
    }

    #[inline(always)]
    pub(super) fn map(mut self, of: impl Fn(f32) -> f32) -> Self {
        for value in &mut self.0 {
            *value = of(*value);
        }
        self
    }

    #[inline(always)]
    fn zip(mut self, other: Self, of: impl Fn(f32, f32) -> f32) -> Self {
        for lane in 0..WIDTH {
            self.0[lane] = of(self.0[lane], other.0[lane]);
        }
        self
    }

    #[inline(always)]
    pub(super) fn recip(self) -> Self {
        self.map(|value| 1.0 / value)
    }

    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        self.map(f32::sqrt)
    }
}

impl Add for Lanes {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl Sub for Lanes {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl Mul for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl Mul<f32> for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, by: f32) -> Self {
        self.map(|value| value * by)
    }
}

impl Neg for Lanes {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|value| -value)
    }
}
