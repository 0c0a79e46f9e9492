// The system of a scalar, heat or tracer: 12 + 16 + 5 * 4 bytes read, 32 written for each cell.

@group(0) @binding(0) var<storage, read> velocity: array<f32>;
@group(0) @binding(1) var<storage, read> slack: array<f32>;
@group(0) @binding(2) var<storage, read> eddies: array<f32>;
@group(0) @binding(3) var<storage, read> sources: array<f32>;
@group(0) @binding(4) var<storage, read> values: array<f32>;
@group(0) @binding(5) var<storage, read> remainder: array<f32>;
@group(0) @binding(6) var<storage, read> table: array<f32>;
@group(0) @binding(7) var<storage, read_write> system: array<f32>;

// a: one over the turbulent Prandtl number and the length of a cell.
@compute @workgroup_size(64)
fn scalar(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    let capacity = table[i4(place, 0u)];
    let open = select(0.0, 1.0, capacity > 0.0);
    let here = i1(place);
    diagonal = capacity + slack[here];
    right = remainder[here] + step.dt * sources[here];
    let own = values[here];
    for (var n = 0u; n < 6u; n++) {
        let axis = n / 2u;
        let upper = n % 2u;
        let s = stride(axis);
        let next = select(place - s, place + s, upper == 1u);
        let back = select(place + s, place - s, upper == 1u);
        let far = select(place - 2u * s, place + 2u * s, upper == 1u);
        let face = place + upper * s;
        let outward = select(-1.0, 1.0, upper == 1u) * velocity[i3(face, axis)];
        let conductance = table[i4(face, 1u + axis)] + step.a * min(eddies[here], eddies[i1(next)]);
        let inner = is_inner(place, axis, upper);
        let a = link(own, values[i1(next)], values[i1(back)], values[i1(far)], conductance, outward, inner);
        system[i8(place, n)] = a * open;
    }
    // Cells of bodies keep their value.
    system[i8(place, 6u)] = select(1.0, diagonal, open > 0.0);
    system[i8(place, 7u)] = right * open;
}

@group(0) @binding(0) var<storage, read_write> taken: array<f32>;
@group(0) @binding(1) var<storage, read_write> change: array<f32>;

// Takes the change in, and makes of it what 32 bits really took: 8 bytes read and written.
@compute @workgroup_size(64)
fn take(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let here = i1(place_of(id));
    let before = taken[here];
    let after = rounded(before + change[here]);
    taken[here] = after;
    change[here] = after - before;
}
