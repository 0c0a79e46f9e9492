// What all kernels of the air tier share: where values lie, and the numbers of a step.
//
// Fields have a margin of two places on every side; those of several parts lie row beside row: [row][part][x]. A dispatch works on some
// planes of a slab; `base` is the first plane of the windows that are bound, and `shifts` say where it begins in windows of
// fields with 1, 3, 4 and 8 parts. Places are counted in the whole field.

const MARGIN: u32 = 2u;

struct Step {
    row: u32, rows: u32, nx: u32, ny: u32,
    nz: u32, start: u32, planes: u32, base: u32,
    shift1: u32, shift3: u32, shift4: u32, shift8: u32,
    // Windows of fields without a margin.
    bare_base: u32, bare_shift: u32,
    // Which component, axis or quantity; how many entries a list has.
    which: u32, count: u32,
    // Bits 0 to 2: periodic axes; from bit 4 on: transport.
    flags: u32,
    // Length of the step over that of a cell [s/m], length of the step [s].
    k: f32, dt: f32,
    // Numbers that differ from kernel to kernel.
    a: f32, b: f32, c: f32,
    // Always 0, which compilers do not know.
    nothing: u32,
}

var<immediate> step: Step;

// What 32 bits have of a sum. Some compilers take (a + b) - a for b; here they cannot.
fn rounded(sum: f32) -> f32 { return bitcast<f32>(bitcast<u32>(sum) ^ step.nothing); }

fn origin() -> u32 { return step.base * step.rows * step.row; }
fn i1(place: u32) -> u32 { return place - origin() + step.shift1; }
fn part(place: u32, n: u32, parts: u32) -> u32 {
    return ((place / step.row - step.base * step.rows) * parts + n) * step.row + place % step.row;
}
fn i3(place: u32, n: u32) -> u32 { return part(place, n, 3u) + step.shift3; }
fn i4(place: u32, n: u32) -> u32 { return part(place, n, 4u) + step.shift4; }
fn i8(place: u32, n: u32) -> u32 { return part(place, n, 8u) + step.shift8; }

// Index of a cell in a field without a margin.
fn bare(cell: vec3<u32>) -> u32 {
    return ((cell.z - step.bare_base) * step.ny + cell.y) * step.nx + cell.x + step.bare_shift;
}

fn stride(axis: u32) -> u32 {
    return select(select(step.row * step.rows, step.row, axis == 1u), 1u, axis == 0u);
}

// Place of the cell that an invocation works on.
fn place_of(id: vec3<u32>) -> u32 {
    return ((id.z + step.start) * step.rows + id.y + MARGIN) * step.row + id.x + MARGIN;
}
fn is_cell(id: vec3<u32>) -> bool { return id.x < step.nx && id.y < step.ny && id.z < step.planes; }

// Whether a place of a list lies in the planes of this dispatch.
fn is_here(place: u32) -> bool {
    let z = place / (step.row * step.rows);
    return z >= step.start && z < step.start + step.planes;
}

fn is_periodic(axis: u32) -> bool { return (step.flags & (1u << axis)) != 0u; }
fn at_along(place: u32, axis: u32) -> u32 {
    let row = place / step.row;
    return select(select(row / step.rows, row % step.rows, axis == 1u), place % step.row, axis == 0u);
}
fn cells_along(axis: u32) -> u32 {
    return select(select(step.nz, step.ny, axis == 1u), step.nx, axis == 0u);
}

// Whether the second order correction may be made at a face of a cell: not where the grid ends.
fn is_inner(place: u32, axis: u32, upper: u32) -> f32 {
    let face = at_along(place, axis) + upper - MARGIN;
    let end = (face == 0u || face == cells_along(axis)) && !is_periodic(axis);
    return select(1.0, 0.0, end);
}
