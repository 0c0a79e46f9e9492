// Fills the margin of a field of `count` parts along a periodic axis from its other end. One invocation for each pair of places.

@group(0) @binding(0) var<storage, read_write> field: array<f32>;

fn at(place: u32, n: u32) -> u32 {
    let shift = select(select(step.shift4, step.shift3, step.count == 3u), step.shift1, step.count == 1u);
    return part(place, n, step.count) + shift;
}

// Along axis `which`: x of the invocation runs over the margin and the parts, y and z over the places across, margins included.
@compute @workgroup_size(4, 16)
fn wrap(@builtin(global_invocation_id) id: vec3<u32>) {
    let axis = step.which;
    let n = cells_along(axis);
    let across = select(step.row, step.rows, axis == 0u);
    // Planes of the windows along z, of the whole field otherwise.
    let deep = select(step.planes + 2u * MARGIN, step.rows, axis == 2u);
    let pair = id.x % 4u;
    let parts = id.x / 4u;
    if parts >= step.count || id.y >= across || id.z >= deep { return; }
    let low = pair % MARGIN;
    let to = select(n + MARGIN + low, low, pair < MARGIN);
    let back = select(MARGIN + low, n + low, pair < MARGIN);
    let s = stride(axis);
    var origin = id.y * stride(select(0u, 1u, axis == 0u));
    origin += select((id.z + step.start - MARGIN) * stride(2u), id.z * stride(1u), axis == 2u);
    field[at(origin + to * s, parts)] = field[at(origin + back * s, parts)];
}
