// One explicit step through one material, T += r (sum of neighbours - 6 T): 8 B a cell. And the sum of two fields, and nothing.

struct Numbers {
    cells: vec3<u32>,
    // First plane of this dispatch.
    plane: u32,
    // Number of the first value of the window that is bound.
    base: u32,
    // Bits 0 to 2: the axis goes around.
    around: u32,
    ratio: f32,
}

var<immediate> numbers: Numbers;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;

// Neighbours of cell `i` of `n` along an axis, `stride` apart; the cell itself stands for one that is not there.
fn pair(own: u32, i: u32, n: u32, stride: u32, around: bool) -> f32 {
    let below = select(select(own, own + stride * (n - 1u), around), own - stride, i > 0u);
    let above = select(select(own, own - stride * (n - 1u), around), own + stride, i + 1u < n);
    return x[below] + x[above];
}

@compute @workgroup_size(64, 4, 1)
fn step_on(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = numbers.cells;
    let at = id + vec3(0u, 0u, numbers.plane);
    if !all(at < n) {
        return;
    }
    let own = (at.z * n.y + at.y) * n.x + at.x - numbers.base;
    let along = pair(own, at.x, n.x, 1u, (numbers.around & 1u) != 0u);
    let across = pair(own, at.y, n.y, n.x, (numbers.around & 2u) != 0u);
    let upright = pair(own, at.z, n.z, n.x * n.y, (numbers.around & 4u) != 0u);
    result[own] = x[own] + numbers.ratio * (((along + across) + upright) - 6.0 * x[own]);
}

@compute @workgroup_size(64, 4, 1)
fn add(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = numbers.cells;
    let at = id + vec3(0u, 0u, numbers.plane);
    if all(at < n) {
        let own = (at.z * n.y + at.y) * n.x + at.x - numbers.base;
        result[own] += x[own];
    }
}

@compute @workgroup_size(64, 4, 1)
fn clear(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = numbers.cells;
    let at = id + vec3(0u, 0u, numbers.plane);
    if all(at < n) {
        result[(at.z * n.y + at.y) * n.x + at.x - numbers.base] = 0.0;
    }
}
