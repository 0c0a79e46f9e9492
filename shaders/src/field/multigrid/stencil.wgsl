// What is done on one grid of the hierarchy: sweeps of damped Jacobi, the residual, the operator.
//
// The residual of a cell is `b - d x + sum a (x_nb - x)`. A face's coefficient is kept with the cell above it; neighbours are counted
// around the end of an axis, where the coefficient is 0 unless the axis goes around. Reads 24 B a cell (16 of coefficients, x, b),
// writes 4; a first sweep reads no x.

struct Numbers {
    cells: vec3<u32>,
    // First plane of this dispatch.
    plane: u32,
    // Number of the first value of the window that is bound.
    base: u32,
    // Whether the window holds both ends of z.
    whole: u32,
    damping: f32,
}

var<immediate> numbers: Numbers;

@group(0) @binding(0) var<storage, read> face_x: array<f32>;
@group(0) @binding(1) var<storage, read> face_y: array<f32>;
@group(0) @binding(2) var<storage, read> face_z: array<f32>;
@group(0) @binding(3) var<storage, read> extra: array<f32>;
@group(0) @binding(4) var<storage, read> right: array<f32>;
@group(0) @binding(5) var<storage, read> x: array<f32>;
@group(0) @binding(6) var<storage, read_write> result: array<f32>;

struct Cell {
    inside: bool,
    own: u32,
    // Neighbours, lower and upper by axis.
    west: u32, east: u32, south: u32, north: u32, below: u32, above: u32,
    // Coefficients towards them.
    w: f32, e: f32, s: f32, n: f32, f: f32, r: f32,
    extra: f32,
    diagonal: f32,
}

fn cell_at(id: vec3<u32>) -> Cell {
    var cell: Cell;
    let n = numbers.cells;
    let at = id + vec3(0u, 0u, numbers.plane);
    cell.inside = all(at < n);
    if !cell.inside {
        return cell;
    }
    let plane = n.x * n.y;
    let i = (at.z * n.y + at.y) * n.x + at.x - numbers.base;
    let up = at.z + 1u < n.z;
    cell.own = i;
    cell.west = select(i - 1u, i + n.x - 1u, at.x == 0u);
    cell.east = select(i + 1u, i + 1u - n.x, at.x + 1u == n.x);
    cell.south = select(i - n.x, i + plane - n.x, at.y == 0u);
    cell.north = select(i + n.x, i + n.x - plane, at.y + 1u == n.y);
    cell.below = select(i - plane, select(i, i + plane * (n.z - 1u), numbers.whole == 1u), at.z == 0u);
    cell.above = select(select(i, i - plane * (n.z - 1u), numbers.whole == 1u), i + plane, up);
    cell.w = face_x[i];
    cell.e = face_x[cell.east];
    cell.s = face_y[i];
    cell.n = face_y[cell.north];
    cell.f = face_z[i];
    cell.r = select(0.0, face_z[cell.above], up || numbers.whole == 1u);
    cell.extra = extra[i];
    cell.diagonal = cell.extra + ((cell.w + cell.e) + (cell.s + cell.n) + (cell.f + cell.r));
    return cell;
}

// What flows in from the neighbours.
fn flow(cell: Cell) -> f32 {
    let own = x[cell.own];
    let along = cell.w * (x[cell.west] - own) + cell.e * (x[cell.east] - own);
    let across = cell.s * (x[cell.south] - own) + cell.n * (x[cell.north] - own);
    let upright = cell.f * (x[cell.below] - own) + cell.r * (x[cell.above] - own);
    return (along + across) + upright;
}

// `b` less what flows out and what `extra` takes.
fn missing(cell: Cell, b: f32) -> f32 {
    return (b - cell.extra * x[cell.own]) + flow(cell);
}

@compute @workgroup_size(64, 4, 1)
fn first_sweep(@builtin(global_invocation_id) id: vec3<u32>) {
    let cell = cell_at(id);
    if cell.inside {
        result[cell.own] =
            select(0.0, numbers.damping * right[cell.own] / cell.diagonal, cell.diagonal > 0.0);
    }
}

@compute @workgroup_size(64, 4, 1)
fn sweep(@builtin(global_invocation_id) id: vec3<u32>) {
    let cell = cell_at(id);
    if cell.inside {
        let step = numbers.damping * missing(cell, right[cell.own]) / cell.diagonal;
        result[cell.own] = x[cell.own] + select(0.0, step, cell.diagonal > 0.0);
    }
}

@compute @workgroup_size(64, 4, 1)
fn residual(@builtin(global_invocation_id) id: vec3<u32>) {
    let cell = cell_at(id);
    if cell.inside {
        result[cell.own] = select(0.0, missing(cell, right[cell.own]), cell.diagonal > 0.0);
    }
}

@compute @workgroup_size(64, 4, 1)
fn apply(@builtin(global_invocation_id) id: vec3<u32>) {
    let cell = cell_at(id);
    if cell.inside {
        result[cell.own] = -missing(cell, 0.0);
    }
}

// An explicit step of length `damping`; `right` is the inverse of each cell's capacity.
@compute @workgroup_size(64, 4, 1)
fn step_on(@builtin(global_invocation_id) id: vec3<u32>) {
    let cell = cell_at(id);
    if cell.inside {
        result[cell.own] = x[cell.own] + (numbers.damping * right[cell.own]) * flow(cell);
    }
}

@compute @workgroup_size(64, 4, 1)
fn flow_in(@builtin(global_invocation_id) id: vec3<u32>) {
    let cell = cell_at(id);
    if cell.inside {
        result[cell.own] = flow(cell);
    }
}
