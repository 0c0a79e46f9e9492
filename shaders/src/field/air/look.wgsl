// Looking into the fields.

@group(0) @binding(0) var<storage, read> velocity: array<f32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> mixing: array<f32>;
@group(0) @binding(3) var<storage, read> table: array<f32>;
@group(0) @binding(4) var<storage, read_write> pulses: array<vec4<f32>>;

// What a row is like: fastest, coldest, warmest, largest rate (negative: something is no number). An invocation for each row. a, b: what makes a
// rate of a speed and a mixing length.
@compute @workgroup_size(1, 64)
fn pulse(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.y >= step.ny || id.z >= step.planes { return; }
    var pulse = vec4(0.0, 3e38, -3e38, 0.0);
    var fine = true;
    for (var x = 0u; x < step.nx; x++) {
        let place = place_of(vec3(x, id.y, id.z));
        let speed = abs(velocity[i3(place, 0u)]) + abs(velocity[i3(place, 1u)]) + abs(velocity[i3(place, 2u)]);
        let rate = speed * (step.a + step.b * mixing[i1(place)]);
        let value = values[i1(place)];
        // What is no number compares with nothing.
        if !(speed < 3e38 && abs(value) < 3e38) { fine = false; }
        pulse.x = max(pulse.x, speed);
        pulse.w = max(pulse.w, rate);
        // Bodies are warm, but do not rise.
        if table[i4(place, 0u)] > 0.0 { pulse = vec4(pulse.x, min(pulse.y, value), max(pulse.z, value), pulse.w); }
    }
    pulse.w = select(-1.0, pulse.w, fine);
    pulses[(id.z + step.start - MARGIN) * step.ny + id.y] = pulse;
}

@group(0) @binding(0) var<storage, read> changes: array<f32>;
@group(0) @binding(1) var<storage, read_write> largest: array<f32>;

// The largest change in a row; `which` is the number of the change.
@compute @workgroup_size(1, 64)
fn stir(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.y >= step.ny || id.z >= step.planes { return; }
    var most = 0.0;
    for (var x = 0u; x < step.nx; x++) { most = max(most, abs(changes[i1(place_of(vec3(x, id.y, id.z)))])); }
    largest[((id.z + step.start - MARGIN) * step.ny + id.y) * 4u + step.which] = most;
}

@group(0) @binding(1) var<storage, read> scalar: array<f32>;

fn middle(place: u32, axis: u32) -> f32 {
    return 0.5 * (velocity[i3(place, axis)] + velocity[i3(place + stride(axis), axis)]);
}

// A quantity at a cell: 0 the scalar times a and b more, 1 the speed, 2 to 4 the velocity along x, y, z.
fn quantity(place: u32, which: u32) -> f32 {
    switch which {
        case 0u: { return scalar[i1(place)] * step.a + step.b; }
        case 1u: {
            let u = vec3(middle(place, 0u), middle(place, 1u), middle(place, 2u));
            return sqrt(u.x * u.x + u.y * u.y + u.z * u.z);
        }
        default: { return middle(place, which - 2u); }
    }
}

@group(0) @binding(2) var<storage, read_write> picture: array<f32>;

// A whole field, without a margin.
@compute @workgroup_size(64)
fn view(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    picture[bare(vec3(id.xy, id.z + step.start - MARGIN))] = quantity(place_of(id), step.which % 8u);
}

struct Point { place: u32, which: u32, x: f32, y: f32, z: f32, pad0: u32, pad1: u32, pad2: u32 }

@group(0) @binding(2) var<storage, read> points: array<Point>;
@group(0) @binding(3) var<storage, read_write> seen: array<f32>;

fn between(point: Point, which: u32) -> f32 {
    var sum = 0.0;
    for (var corner = 0u; corner < 8u; corner++) {
        var weight = 1.0;
        weight *= select(1.0 - point.x, point.x, (corner & 1u) != 0u);
        weight *= select(1.0 - point.y, point.y, (corner & 2u) != 0u);
        weight *= select(1.0 - point.z, point.z, (corner & 4u) != 0u);
        if weight > 0.0 {
            let place = point.place + (corner & 1u) * stride(0u) + ((corner >> 1u) & 1u) * stride(1u)
                + (corner >> 2u) * stride(2u);
            sum += weight * quantity(place, which);
        }
    }
    return sum;
}

// Points of one quantity.
@compute @workgroup_size(64)
fn sample(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let point = points[id.x];
    if point.which != step.which || !is_here(point.place) { return; }
    if point.which % 8u == 1u {
        let u = vec3(between(point, 2u), between(point, 3u), between(point, 4u));
        seen[id.x] = sqrt(u.x * u.x + u.y * u.y + u.z * u.z);
    } else {
        seen[id.x] = between(point, point.which % 8u);
    }
}
