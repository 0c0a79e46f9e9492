// What is there at some instruments: a field of cells, x fastest, between the middles of its cells by trilinear interpolation. One
// thread for each instrument.
//
// Bytes per instrument: 24 read of its own, 32 of the field in up to eight places, 4 written.

struct Window {
    // First of the points, and how many.
    first: u32,
    count: u32,
    // Added to a cell's number for its place in the window; wraps.
    shift: u32,
    // From a cell to the next along x, y, z; 0 where there is but one.
    step_x: u32,
    step_y: u32,
    step_z: u32,
}

const ROW = 65535u * 256u;

@group(0) @binding(0) var<storage, read> field: array<f32>;
// Cell at the lower corner, and shares of the upper one along x, y, z as bits.
@group(0) @binding(1) var<storage, read> points: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> sensors: array<u32>;
@group(0) @binding(3) var<storage, read_write> results: array<u32>;
var<immediate> window: Window;

fn row(at: u32, share: f32) -> f32 {
    let a = field[at];
    return a + share * (field[at + window.step_x] - a);
}

@compute @workgroup_size(256)
fn look(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = id.x + id.y * ROW;
    if n >= window.count {
        return;
    }
    let point = points[window.first + n];
    let share = bitcast<vec3<f32>>(point.yzw);
    let at = point.x + window.shift;
    let a = row(at, share.x);
    let b = row(at + window.step_y, share.x);
    let c = row(at + window.step_z, share.x);
    let d = row(at + window.step_y + window.step_z, share.x);
    let low = a + share.y * (b - a);
    let up = c + share.y * (d - c);
    results[sensors[window.first + n]] = bitcast<u32>(low + share.z * (up - low));
}
