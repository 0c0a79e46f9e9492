// Sweeps over a linear system: each reads 36 bytes of each cell and writes 4.

@group(0) @binding(0) var<storage, read> system: array<f32>;
@group(0) @binding(1) var<storage, read_write> first: array<f32>;

// The first guess: the change if all neighbours changed alike, or one sweep from nothing where links are more than b times what holds.
@compute @workgroup_size(64)
fn begin(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    var links = array<f32, 3>();
    for (var axis = 0u; axis < 3u; axis++) {
        links[axis] = system[i8(place, 2u * axis)] + system[i8(place, 2u * axis + 1u)];
    }
    let sum = (links[0] + links[1]) + links[2];
    let held = system[i8(place, 6u)] - sum;
    first[i1(place)] = system[i8(place, 7u)] / select(system[i8(place, 6u)], held, sum <= step.b * held);
}

@group(0) @binding(1) var<storage, read> old: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

fn neighbours(place: u32) -> f32 {
    var sum = array<f32, 3>();
    for (var axis = 0u; axis < 3u; axis++) {
        let s = stride(axis);
        sum[axis] = system[i8(place, 2u * axis)] * old[i1(place - s)]
            + system[i8(place, 2u * axis + 1u)] * old[i1(place + s)];
    }
    return system[i8(place, 7u)] + ((sum[0] + sum[1]) + sum[2]);
}

// One more sweep.
@compute @workgroup_size(64)
fn sweep(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    result[i1(place)] = neighbours(place) / system[i8(place, 6u)];
}

// What the sweeps have left.
@compute @workgroup_size(64)
fn left_over(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    result[i1(place)] = neighbours(place) - system[i8(place, 6u)] * old[i1(place)];
}
