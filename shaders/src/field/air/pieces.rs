//! Kernels bound to fields: which planes they see, and the numbers that go with a dispatch.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use twin::field::air::{Layout, MARGIN};

use crate::slab::Window;
use crate::{Array, Binding, Gpu, GpuError, Kernel, Program};

/// What travels with each dispatch; the same as `Step` in `common.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
pub(super) struct Numbers {
    pub(super) row: u32,
    pub(super) rows: u32,
    pub(super) cells: [u32; 3],
    pub(super) start: u32,
    pub(super) planes: u32,
    pub(super) base: u32,
    pub(super) shifts: [u32; 4],
    pub(super) bare: [u32; 2],
    /// Which component, axis or quantity.
    pub(super) which: u32,
    /// Entries of a list.
    pub(super) count: u32,
    /// Periodic axes and transport.
    pub(super) flags: u32,
    /// Length of the step over that of a cell [s/m].
    pub(super) k: f32,
    /// Length of the step (s).
    pub(super) dt: f32,
    /// Numbers that differ from kernel to kernel.
    pub(super) a: f32,
    pub(super) b: f32,
    pub(super) c: f32,
    /// Always 0, see `rounded` in `common.wgsl`.
    pub(super) nothing: u32,
}

/// Parts of fields, in the order of [`Numbers::shifts`].
const PARTS: [usize; 4] = [1, 3, 4, 8];

/// A slab of planes, and what is bound for it.
#[derive(Clone, Debug)]
pub(super) struct Slab {
    windows: [Window; 4],
    bare: Window,
    numbers: Numbers,
}

/// What a kernel binds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound<'a> {
    /// A field of so many parts.
    Field(&'a wgpu::Buffer, usize),
    /// A field without a margin.
    Bare(&'a wgpu::Buffer),
    /// A list, as a whole.
    All(&'a wgpu::Buffer),
}

/// A field of one part.
pub(super) fn one<T: Pod>(array: &Array<T>) -> Bound<'_> {
    Bound::Field(array.buffer(), 1)
}

/// Over what a kernel runs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Over {
    /// Every cell.
    Cells,
    /// Every row.
    Rows,
    /// Entries of a list, 64 in a group.
    List,
    /// Entries of a list, a group for each.
    Groups,
    /// The margin of a field of so many parts along an axis.
    Margin(usize, usize),
}

/// A kernel bound to its fields.
#[derive(Debug)]
pub(super) struct Piece {
    kernel: Arc<Kernel>,
    over: Over,
    bound: Vec<wgpu::BindGroup>,
}

/// The slabs of a layout, and the device.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) gpu: Arc<Gpu>,
    layout: Layout,
    pub(super) slabs: Vec<Slab>,
}

impl Cut {
    /// As few slabs as bindings allow.
    pub(super) fn new(gpu: &Arc<Gpu>, layout: Layout) -> Result<Self, GpuError> {
        let alignment = u64::from(gpu.device.limits().min_storage_buffer_offset_alignment);
        let plane = (layout.row * layout.rows) as u64 * 4 * PARTS[3] as u64;
        let fitting = gpu.most_bound.saturating_sub(alignment) / plane;
        let whole = layout.planes as u64 * plane <= gpu.most_bound;
        let planes = layout.cells[2];
        let depth = if whole { planes } else { (fitting as usize).saturating_sub(2 * MARGIN) };
        if depth == 0 {
            let why = "a few planes of this field are more than it binds".into();
            return Err(GpuError::Unfit { name: gpu.name(), why });
        }
        let count = planes.div_ceil(depth);
        let cut = |n: usize| planes * n / count;
        let slab = |n: usize| slab(&layout, cut(n)..cut(n + 1), alignment);
        Ok(Self { gpu: gpu.clone(), layout, slabs: (0..count).map(slab).collect() })
    }

    /// A kernel of `code`, behind what all kernels share.
    pub(super) fn kernel(&self, entry: &str, code: &str, bindings: &[Binding]) -> Arc<Kernel> {
        let code = [include_str!("common.wgsl"), code].concat();
        let immediates = size_of::<Numbers>() as u32;
        let program =
            Program { label: entry, code: &code, entry, bindings, immediates, constants: &[] };
        Arc::new(Kernel::new(&self.gpu, &program))
    }

    /// `kernel` bound.
    pub(super) fn bind(&self, kernel: &Arc<Kernel>, over: Over, bound: &[Bound<'_>]) -> Piece {
        let of_slab = |slab: &Slab| {
            let buffers: Vec<_> = bound.iter().map(|bound| slab.binding(*bound)).collect();
            kernel.bind(&self.gpu, &buffers)
        };
        let bound = self.slabs.iter().map(of_slab).collect();
        Piece { kernel: kernel.clone(), over, bound }
    }

    /// Runs a piece on all slabs, with the changing ones of `numbers`.
    pub(super) fn run(&self, pass: &mut wgpu::ComputePass<'_>, piece: &Piece, numbers: Numbers) {
        for n in 0..self.slabs.len() {
            self.run_on(pass, piece, numbers, n);
        }
    }

    /// Runs a piece on one slab.
    pub(super) fn run_on(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        piece: &Piece,
        numbers: Numbers,
        n: usize,
    ) {
        let Numbers { which, count, flags, k, dt, a, b, c, .. } = numbers;
        let own = self.slabs[n].numbers;
        let numbers = Numbers { which, count, flags, k, dt, a, b, c, ..own };
        let Layout { row, rows, .. } = self.layout;
        let [nx, ny, _] = own.cells;
        let groups = match piece.over {
            Over::Cells => [nx.div_ceil(64), ny, own.planes],
            Over::Rows => [1, ny.div_ceil(64), own.planes],
            Over::List => [count.div_ceil(64), 1, 1],
            Over::Groups => [count, 1, 1],
            Over::Margin(parts, axis) => {
                let across = if axis == 0 { rows } else { row };
                let deep = if axis == 2 { rows } else { own.planes as usize + 2 * MARGIN };
                [parts as u32, across.div_ceil(16) as u32, deep as u32]
            }
        };
        if groups.iter().all(|n| *n > 0) {
            piece.kernel.dispatch(pass, &piece.bound[n], &numbers, groups);
        }
    }
}

impl Slab {
    fn binding<'a>(&self, bound: Bound<'a>) -> wgpu::BufferBinding<'a> {
        let part = |buffer: &'a wgpu::Buffer, window: &Window| wgpu::BufferBinding {
            buffer,
            offset: window.offset,
            size: wgpu::BufferSize::new(window.bytes),
        };
        match bound {
            Bound::Field(buffer, parts) => {
                let n = PARTS.iter().position(|n| *n == parts).unwrap_or_default();
                part(buffer, &self.windows[n])
            }
            Bound::Bare(buffer) => part(buffer, &self.bare),
            Bound::All(buffer) => buffer.as_entire_buffer_binding(),
        }
    }
}

fn slab(layout: &Layout, planes: std::ops::Range<usize>, alignment: u64) -> Slab {
    let window = |values: usize, first: usize, last: usize| {
        let (begin, end) = ((first * values) as u64 * 4, (last * values) as u64 * 4);
        let offset = begin / alignment * alignment;
        let shift = ((begin - offset) / 4) as u32;
        Window { offset, bytes: end - offset, shift, first: first as u32 }
    };
    let all = layout.row * layout.rows;
    let windows = PARTS.map(|parts| window(parts * all, planes.start, planes.end + 2 * MARGIN));
    let bare = window(layout.cells[0] * layout.cells[1], planes.start, planes.end);
    let numbers = Numbers {
        row: layout.row as u32,
        rows: layout.rows as u32,
        cells: layout.cells.map(|n| n as u32),
        start: (planes.start + MARGIN) as u32,
        planes: planes.len() as u32,
        base: planes.start as u32,
        shifts: windows.map(|window| window.shift),
        bare: [bare.first, bare.shift],
        ..Numbers::default()
    };
    Slab { windows, bare, numbers }
}

impl Piece {
    /// The axis along which it fills a margin.
    pub(super) fn axis(&self) -> u32 {
        if let Over::Margin(_, axis) = self.over { axis as u32 } else { 0 }
    }
}
