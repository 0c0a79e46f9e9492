//! Sums and combinations of whole fields.

use rayon::prelude::*;

/// Values that one thread takes at a time. Fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 1 << 14;

/// The sum of `a b`: in f64 by chunks, then chunk by chunk in order.
pub(in crate::field) fn dot(a: &[f32], b: &[f32]) -> f64 {
    let part = |(a, b): (&[f32], &[f32])| {
        let mut lanes = [0.0_f64; 8];
        for (a, b) in a.chunks(8).zip(b.chunks(8)) {
            for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
                *lane += f64::from(*a) * f64::from(*b);
            }
        }
        lanes.iter().sum::<f64>()
    };
    if a.len() <= CHUNK {
        return part((a, b));
    }
    let parts: Vec<f64> = a.par_chunks(CHUNK).zip(b.par_chunks(CHUNK)).map(part).collect();
    parts.iter().sum()
}

/// `y = a x + b y`.
pub(in crate::field) fn combine(a: f32, x: &[f32], b: f32, y: &mut [f32]) {
    let part = |(y, x): (&mut [f32], &[f32])| {
        for (y, x) in y.iter_mut().zip(x) {
            *y = a * x + b * *y;
        }
    };
    if y.len() <= CHUNK {
        part((y, x));
    } else {
        y.par_chunks_mut(CHUNK).zip(x.par_chunks(CHUNK)).for_each(part);
    }
}
