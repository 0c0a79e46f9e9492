//! Conjugate gradients with one V-cycle as the preconditioner (O. Tatebe, The multigrid preconditioned conjugate gradient method, 1993).

use super::vector::{combine, dot};
use super::{Multigrid, cycle};

/// The residual has fallen enough, relative to that at the beginning, squared. Below 1e-6 of it 32 bits tell no direction any more, and steps lead
/// astray where nothing is fixed.
const ENOUGH: f64 = 1e-11;

/// Residual, preconditioned residual, direction, and the operator on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Directions {
    r: Vec<f32>,
    z: Vec<f32>,
    p: Vec<f32>,
    q: Vec<f32>,
}

impl Multigrid {
    /// Improves `x` by at most so many steps of conjugate gradients, each with one V-cycle; stops where the residual has fallen to 3e-6 of
    /// that at the beginning. Returns by which factor it has fallen. About means, see [`solve`](Self::solve).
    pub fn conjugate(&mut self, x: &mut [f32], b: &[f32], steps: usize) -> f64 {
        let mut fallen = 1.0;
        self.grounded(x, b, |this, x, b| {
            let mut directions = std::mem::take(&mut this.directions);
            fallen = this.steps(&mut directions, x, b, steps);
            this.directions = directions;
        });
        fallen
    }

    fn steps(&mut self, with: &mut Directions, x: &mut [f32], b: &[f32], steps: usize) -> f64 {
        let Directions { r, z, p, q } = with;
        for vector in [&mut *r, &mut *z, &mut *p, &mut *q] {
            vector.resize(x.len(), 0.0);
        }
        let levels = &self.levels;
        levels[0].residual(x, b, r);
        let first = dot(r, r);
        let (mut now, mut rz) = (first, 0.0);
        for step in 0..steps {
            cycle(levels, &mut self.work, z, r, true);
            let next = dot(r, z);
            if !(next > 0.0 && now > ENOUGH * first) {
                break;
            }
            let beta = if step == 0 { 0.0 } else { next / rz };
            rz = next;
            combine(1.0, z, beta as f32, p);
            levels[0].apply(p, q);
            let alpha = (rz / dot(p, q)) as f32;
            if !alpha.is_finite() {
                break;
            }
            combine(alpha, p, 1.0, x);
            combine(-alpha, q, 1.0, r);
            now = dot(r, r);
        }
        if first > 0.0 { (now / first).sqrt() } else { 0.0 }
    }
}
