// Eddy viscosity, the change of velocity, divergence, pressure, slack: 16 to 36 bytes of each cell.

@group(0) @binding(0) var<storage, read> velocity: array<f32>;
@group(0) @binding(1) var<storage, read> mixing: array<f32>;
@group(0) @binding(2) var<storage, read_write> eddies: array<f32>;

@compute @workgroup_size(64)
fn stir(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    var squares = 0.0;
    for (var axis = 0u; axis < 3u; axis++) {
        let twice = velocity[i3(place, axis)] + velocity[i3(place + stride(axis), axis)];
        squares += twice * twice;
    }
    eddies[i1(place)] = mixing[i1(place)] * (0.5 * sqrt(squares));
}

@group(0) @binding(0) var<storage, read> change: array<f32>;
@group(0) @binding(1) var<storage, read_write> moved: array<f32>;

// Adds the change of one component.
@compute @workgroup_size(64)
fn move_on(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    moved[i3(place, step.which)] += change[i1(place)];
}

fn outflow(place: u32) -> f32 {
    var sum = array<f32, 3>();
    for (var axis = 0u; axis < 3u; axis++) {
        sum[axis] = velocity[i3(place + stride(axis), axis)] - velocity[i3(place, axis)];
    }
    return (sum[0] + sum[1]) + sum[2];
}

@group(0) @binding(1) var<storage, read> slack: array<f32>;
@group(0) @binding(2) var<storage, read_write> divergence: array<f32>;
@group(0) @binding(3) var<storage, read_write> potential: array<f32>;

// The right side of the system of pressure, and a fresh start for its solution; neither has a margin.
@compute @workgroup_size(64)
fn diverge(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    let cell = bare(vec3(id.xy, id.z + step.start - MARGIN));
    divergence[cell] = slack[i1(place)] * (1.0 / step.k) - outflow(place);
    potential[cell] = 0.0;
}

@group(0) @binding(0) var<storage, read> solution: array<f32>;
@group(0) @binding(1) var<storage, read_write> spread_out: array<f32>;

// Brings the potential into a field with a margin.
@compute @workgroup_size(64)
fn spread(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    spread_out[i1(place_of(id))] = solution[bare(vec3(id.xy, id.z + step.start - MARGIN))];
}

@group(0) @binding(0) var<storage, read> push: array<f32>;
@group(0) @binding(1) var<storage, read> links: array<u32>;
@group(0) @binding(2) var<storage, read_write> corrected: array<f32>;
@group(0) @binding(3) var<storage, read_write> pressure: array<f32>;

// Corrects velocity and pressure by the potential.
@compute @workgroup_size(64)
fn correct(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    let word = links[i1(place)];
    let own = push[i1(place)];
    for (var axis = 0u; axis < 3u; axis++) {
        let open = f32((word >> (9u * axis)) & 1u);
        corrected[i3(place, axis)] -= open * (own - push[i1(place - stride(axis))]);
    }
    pressure[i1(place)] += own * (1.0 / step.k);
}

@group(0) @binding(1) var<storage, read_write> gathered: array<f32>;

// What a step leaves in the cells.
@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    gathered[i1(place)] -= step.k * outflow(place);
}
