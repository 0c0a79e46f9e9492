// All coarse grids of at most some thousand cells, down to the last one and up again, within one workgroup: no dispatch, no wait
// between them. Values lie grid after grid; coefficients as four such arrays, those of faces along x, y, z and the extra ones.

override count: u32;
override total: u32;
override first_damping: f32;
override second_damping: f32;

const THREADS: u32 = 256u;

// Cells along x, y, z and number of the first value, for each grid.
@group(0) @binding(0) var<storage, read> grids: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> faces: array<f32>;
@group(0) @binding(2) var<storage, read_write> right: array<f32>;
@group(0) @binding(3) var<storage, read_write> values: array<f32>;
@group(0) @binding(4) var<storage, read_write> other: array<f32>;

struct Sums {
    diagonal: f32,
    extra: f32,
    flow: f32,
}

// `from_other`: which of the two arrays holds x.
fn value(i: u32, from_other: bool) -> f32 {
    if from_other {
        return other[i];
    }
    return values[i];
}

fn sums(grid: vec4<u32>, c: u32, from_other: bool, zero: bool) -> Sums {
    let n = grid.xyz;
    let plane = n.x * n.y;
    let at = vec3(c % n.x, c / n.x % n.y, c / plane);
    let i = grid.w + c;
    let west = select(i - 1u, i + n.x - 1u, at.x == 0u);
    let east = select(i + 1u, i + 1u - n.x, at.x + 1u == n.x);
    let south = select(i - n.x, i + plane - n.x, at.y == 0u);
    let north = select(i + n.x, i + n.x - plane, at.y + 1u == n.y);
    let below = select(i - plane, i + plane * (n.z - 1u), at.z == 0u);
    let above = select(i + plane, i - plane * (n.z - 1u), at.z + 1u == n.z);
    let w = faces[i];
    let e = faces[east];
    let s = faces[total + i];
    let nn = faces[total + north];
    let f = faces[2u * total + i];
    let r = faces[2u * total + above];
    var sums: Sums;
    sums.extra = faces[3u * total + i];
    sums.diagonal = sums.extra + ((w + e) + (s + nn) + (f + r));
    if !zero {
        let own = value(i, from_other);
        let along = w * (value(west, from_other) - own) + e * (value(east, from_other) - own);
        let across = s * (value(south, from_other) - own) + nn * (value(north, from_other) - own);
        let upright = f * (value(below, from_other) - own) + r * (value(above, from_other) - own);
        sums.flow = (right[i] - sums.extra * own) + ((along + across) + upright);
    }
    return sums;
}

fn first_sweep(grid: vec4<u32>, thread: u32) {
    for (var c = thread; c < grid.x * grid.y * grid.z; c += THREADS) {
        let cell = sums(grid, c, false, true);
        let i = grid.w + c;
        other[i] = select(0.0, first_damping * right[i] / cell.diagonal, cell.diagonal > 0.0);
    }
    storageBarrier();
}

// From `values` to `other`.
fn sweep_over(grid: vec4<u32>, thread: u32) {
    for (var c = thread; c < grid.x * grid.y * grid.z; c += THREADS) {
        let cell = sums(grid, c, false, false);
        let step = first_damping * cell.flow / cell.diagonal;
        other[grid.w + c] = values[grid.w + c] + select(0.0, step, cell.diagonal > 0.0);
    }
    storageBarrier();
}

// From `other` to `values`.
fn sweep_back(grid: vec4<u32>, thread: u32) {
    for (var c = thread; c < grid.x * grid.y * grid.z; c += THREADS) {
        let cell = sums(grid, c, true, false);
        let step = second_damping * cell.flow / cell.diagonal;
        values[grid.w + c] = other[grid.w + c] + select(0.0, step, cell.diagonal > 0.0);
    }
    storageBarrier();
}

// The residual of `values` to `other`.
fn residual(grid: vec4<u32>, thread: u32) {
    for (var c = thread; c < grid.x * grid.y * grid.z; c += THREADS) {
        let cell = sums(grid, c, false, false);
        other[grid.w + c] = select(0.0, cell.flow, cell.diagonal > 0.0);
    }
    storageBarrier();
}

fn add_up(fine: vec4<u32>, coarse: vec4<u32>, thread: u32) {
    for (var c = thread; c < coarse.x * coarse.y * coarse.z; c += THREADS) {
        let at = vec3(c % coarse.x, c / coarse.x % coarse.y, c / (coarse.x * coarse.y));
        var sum = 0.0;
        for (var row = 0u; row < 4u; row++) {
            let low = 2u * at + vec3(0u, row & 1u, row >> 1u);
            if low.y < fine.y && low.z < fine.z {
                let i = fine.w + (low.z * fine.y + low.y) * fine.x + low.x;
                var pair = other[i];
                if low.x + 1u < fine.x {
                    pair += other[i + 1u];
                }
                sum += pair;
            }
        }
        right[coarse.w + c] = sum;
    }
    storageBarrier();
}

fn correct(fine: vec4<u32>, coarse: vec4<u32>, thread: u32) {
    for (var c = thread; c < fine.x * fine.y * fine.z; c += THREADS) {
        let at = vec3(c % fine.x, c / fine.x % fine.y, c / (fine.x * fine.y)) / 2u;
        values[fine.w + c] += values[coarse.w + (at.z * coarse.y + at.y) * coarse.x + at.x];
    }
    storageBarrier();
}

@compute @workgroup_size(256, 1, 1)
fn bottom(@builtin(local_invocation_index) thread: u32) {
    for (var level = 0u; level < count; level++) {
        first_sweep(grids[level], thread);
        sweep_back(grids[level], thread);
        if level + 1u < count {
            residual(grids[level], thread);
            add_up(grids[level], grids[level + 1u], thread);
        }
    }
    for (var up = 1u; up < count; up++) {
        let level = count - 1u - up;
        correct(grids[level], grids[level + 1u], thread);
        sweep_over(grids[level], thread);
        sweep_back(grids[level], thread);
    }
}
