// What it is like in some cells, for probes, pictures and books: 128 bytes per cell.

@compute @workgroup_size(64)
fn look(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = numbered(id);
    if i >= now.count {
        return;
    }
    let n = now.first + i;
    let cell = cells[n];
    let z = cell / (nx * ny);
    if z < now.low || z >= now.high {
        return;
    }
    let own = cell % (nx * ny);
    let at = spots_of(place_of(own % nx, own / nx, z));
    var f: array<f32, 26>;
    for (var slot = 0u; slot < 26u; slot++) {
        f[slot] = value(populations[at[slot]], slot);
    }
    let m = moments(f);
    let u = m.momentum + forces(flag_of(cell), m).xyz * 0.5;
    looks[5u * n] = m.heat;
    looks[5u * n + 1u] = u.x;
    looks[5u * n + 2u] = u.y;
    looks[5u * n + 3u] = u.z;
    looks[5u * n + 4u] = m.density;
}
