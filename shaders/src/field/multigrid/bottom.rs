//! All coarse grids of at most [`MOST`] cells, in one dispatch of one workgroup.

use std::sync::Arc;

use twin::field::multigrid::DAMPING;

use crate::Binding::{Read, Write};
use crate::{Array, Gpu, GpuError, Kernel, Program};

/// Most cells of a grid that is left to one workgroup.
pub(super) const MOST: usize = 4096;

/// A grid of the host's hierarchy: cells, coefficients of faces, and what ties its cells to nothing.
pub(super) type HostGrid<'a> = ([usize; 3], &'a [Vec<f32>; 3], &'a [f32]);

/// The grids and the kernel.
#[derive(Debug)]
pub(super) struct Bottom {
    /// Right side of the finest of them, in its first values.
    pub(super) right: Array,
    /// Its correction, likewise.
    pub(super) values: Array,
    kernel: Kernel,
    bound: wgpu::BindGroup,
}

impl Bottom {
    pub(super) fn new(gpu: &Arc<Gpu>, grids: &[HostGrid<'_>]) -> Result<Self, GpuError> {
        let total: usize = grids.iter().map(|(_, _, extra)| extra.len()).sum();
        let (mut table, mut faces) = (Vec::new(), vec![0.0; 4 * total]);
        let mut from = 0;
        for ([nx, ny, nz], [x, y, z], extra) in grids {
            table.extend([*nx as u32, *ny as u32, *nz as u32, from as u32]);
            for (n, values) in [x.as_slice(), y, z, extra].into_iter().enumerate() {
                faces[n * total + from..][..values.len()].copy_from_slice(values);
            }
            from += extra.len();
        }
        let table = Array::of(gpu, "grids", &table)?;
        let faces = Array::of(gpu, "coarse faces", &faces)?;
        let field = |label| Array::zeros(gpu, label, total);
        let (right, values, other) =
            (field("coarse right")?, field("coarse values")?, field("coarse other")?);
        let constants = [
            ("count", grids.len() as f64),
            ("total", total as f64),
            ("first_damping", f64::from(DAMPING[0])),
            ("second_damping", f64::from(DAMPING[1])),
        ];
        let program = Program {
            label: "bottom",
            code: include_str!("bottom.wgsl"),
            entry: "bottom",
            bindings: &[Read, Read, Write, Write, Write],
            immediates: 0,
            constants: &constants,
        };
        let kernel = Kernel::new(gpu, &program);
        let arrays = [table.whole(), faces.whole(), right.whole(), values.whole(), other.whole()];
        let bound = kernel.bind(gpu, &arrays);
        Ok(Self { right, values, kernel, bound })
    }

    pub(super) fn run(&self, pass: &mut wgpu::ComputePass<'_>) {
        self.kernel.dispatch(pass, &self.bound, &(), [1, 1, 1]);
    }
}
