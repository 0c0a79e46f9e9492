//! Volume flows between zones: those of a potential.
//!
//! Every zone has a pressure; air goes from one to the next in proportion to the difference and to area over distance, inlets
//! drive what they drive, openings have pressure zero. What goes into a zone comes out of it.

/// A way between two zones, or from one to the open (`to` is none), with its conductance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) from: usize,
    pub(super) to: Option<usize>,
    pub(super) conductance: f64,
}

/// Flow along each way from its `from` [m³/s], where `driven` is what is blown into each zone [m³/s]. None: what is blown in has
/// no way out.
pub(super) fn potential(zones: usize, ways: &[Way], driven: &[f64]) -> Option<Vec<f64>> {
    if driven.iter().all(|flow| *flow == 0.0) {
        return Some(vec![0.0; ways.len()]);
    }
    let mut matrix = vec![vec![0.0; zones]; zones];
    for way in ways {
        matrix[way.from][way.from] += way.conductance;
        if let Some(to) = way.to {
            matrix[to][to] += way.conductance;
            matrix[way.from][to] -= way.conductance;
            matrix[to][way.from] -= way.conductance;
        }
    }
    let pressures = eliminate(matrix, driven.to_vec())?;
    let flow = |way: &Way| {
        way.conductance * (pressures[way.from] - way.to.map_or(0.0, |to| pressures[to]))
    };
    Some(ways.iter().map(flow).collect())
}

/// Solves a symmetric, weakly diagonally dominant system. Zones that hang together without an opening have one free pressure: it
/// is zero, and what is blown into them has to add up to nothing.
fn eliminate(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    let scale = matrix.iter().flatten().fold(0.0_f64, |most, a| most.max(a.abs()));
    let blown = right.iter().fold(0.0_f64, |most, b| most.max(b.abs()));
    for pivot in 0..n {
        let value = matrix[pivot][pivot];
        if value <= 1e-12 * scale {
            if right[pivot].abs() > 1e-6 * blown {
                return None;
            }
            continue;
        }
        let row = matrix[pivot].clone();
        for below in pivot + 1..n {
            let factor = matrix[below][pivot] / value;
            if factor != 0.0 {
                for (a, b) in matrix[below][pivot..].iter_mut().zip(&row[pivot..]) {
                    *a -= factor * b;
                }
                right[below] -= factor * right[pivot];
            }
        }
    }
    let mut solution = vec![0.0; n];
    for pivot in (0..n).rev() {
        let value = matrix[pivot][pivot];
        if value > 1e-12 * scale {
            let known: f64 =
                (pivot + 1..n).map(|column| matrix[pivot][column] * solution[column]).sum();
            solution[pivot] = (right[pivot] - known) / value;
        }
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_by_all_ways() {
        // Two ways from zone 0 to the open: directly, and through zone 1 with twice the resistance.
        let ways = [
            Way { from: 0, to: None, conductance: 1.0 },
            Way { from: 0, to: Some(1), conductance: 1.0 },
            Way { from: 1, to: None, conductance: 1.0 },
        ];
        let flows = potential(2, &ways, &[3.0, 0.0]).unwrap_or_default();
        for (flow, expected) in flows.iter().zip([2.0, 1.0, 1.0]) {
            assert!((flow - expected).abs() < 1e-12, "{flows:?}");
        }
    }

    #[test]
    fn a_closed_hall_takes_no_air() {
        let ways = [Way { from: 0, to: Some(1), conductance: 1.0 }];
        assert_eq!(potential(2, &ways, &[1.0, 0.0]), None);
        let through = potential(2, &ways, &[1.0, -1.0]).unwrap_or_default();
        assert!((through[0] - 1.0).abs() < 1e-12);
        assert_eq!(potential(2, &ways, &[0.0, 0.0]), Some(vec![0.0]));
    }
}
