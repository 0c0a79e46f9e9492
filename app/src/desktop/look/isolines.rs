//! Lines along which a field in a plane has one value.

use crate::output::picture::{Filling, Slice};

/// The pieces of the line of `level` in the plane of `slice`, from one point to another (m): between the middles of its cells the field is
/// taken to be linear. Where something stands, and beside it, there is none. O(cells).
pub fn isolines(slice: &Slice, level: f64) -> Vec<[[f32; 2]; 2]> {
    let [wide, high] = slice.cells;
    let mut out = Vec::new();
    for y in 1..high {
        for x in 1..wide {
            let around = [[x - 1, y - 1], [x, y - 1], [x, y], [x - 1, y]];
            let index = around.map(|[x, y]| y * wide + x);
            if index.iter().any(|index| slice.filling[*index] == Filling::Solid) {
                continue;
            }
            let over = index.map(|index| f64::from(slice.values[index]) - level);
            let met: Vec<[f32; 2]> = (0..4)
                .filter_map(|n| {
                    let (a, b) = (over[n], over[(n + 1) % 4]);
                    // Of two ends of the same side, and of a level field, none.
                    ((a < 0.0) != (b < 0.0)).then(|| {
                        let share = a / (a - b);
                        let (from, to) = (around[n], around[(n + 1) % 4]);
                        std::array::from_fn(|axis| {
                            let cell = from[axis] as f64 * (1.0 - share) + to[axis] as f64 * share;
                            (slice.origin[axis] + (cell + 0.5) * slice.cell) as f32
                        })
                    })
                })
                .collect();
            out.extend(met.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use twin::field::Axis;

    use super::*;
    use crate::output::picture::Plane;

    fn slice(value: impl Fn(f64, f64) -> f64, solid: Option<usize>) -> Slice {
        let (cells, cell) = ([40, 30], 0.1);
        let at = |n: usize| (((n % 40) as f64 + 0.5) * cell, ((n / 40) as f64 + 0.5) * cell);
        let values = (0..1200).map(|n| value(at(n).0, at(n).1) as f32).collect();
        let filling = |n| if Some(n) == solid { Filling::Solid } else { Filling::Fluid };
        Slice {
            plane: Plane { axis: Axis::Z, at: 1.0 },
            cells,
            cell,
            origin: [0.0; 2],
            values,
            filling: (0..1200).map(filling).collect(),
            flow: None,
            gates: Vec::new(),
        }
    }

    fn length(lines: &[[[f32; 2]; 2]]) -> f32 {
        lines.iter().map(|[a, b]| (a[0] - b[0]).hypot(a[1] - b[1])).sum()
    }

    #[test]
    fn a_line_lies_where_the_field_has_its_value() {
        let straight = isolines(&slice(|x, _| 20.0 + x, None), 21.73);
        assert!(straight.iter().flatten().all(|at| (at[0] - 1.73).abs() < 1e-5));
        // From the middle of the first cell to that of the last.
        assert!((length(&straight) - 2.9).abs() < 1e-4);
        let ring = isolines(&slice(|x, y| (x - 2.0).hypot(y - 1.5), None), 1.0);
        assert!((length(&ring) - std::f32::consts::TAU).abs() < 0.02, "{}", length(&ring));
        assert!(isolines(&slice(|_, _| 20.0, None), 20.0).is_empty(), "a level field has none");
        let around = isolines(&slice(|x, _| 20.0 + x, Some(15 * 40 + 17)), 21.73);
        assert!(length(&around) < 2.75, "none where something stands");
    }
}
