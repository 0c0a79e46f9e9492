// The system of one component of velocity: 4 parts of 12 + 4 + 4 + 4 + 4 bytes read, 32 written for each cell.

@group(0) @binding(0) var<storage, read> velocity: array<f32>;
@group(0) @binding(1) var<storage, read> pressure: array<f32>;
@group(0) @binding(2) var<storage, read> warmth: array<f32>;
@group(0) @binding(3) var<storage, read> eddies: array<f32>;
@group(0) @binding(4) var<storage, read> links: array<u32>;
@group(0) @binding(5) var<storage, read_write> system: array<f32>;

fn value(place: u32) -> f32 { return velocity[i3(place, step.which)]; }

// a: lift, b: viscosity, c: one over the length of a cell.
@compute @workgroup_size(64)
fn momentum(@builtin(global_invocation_id) id: vec3<u32>) {
    if !is_cell(id) { return; }
    let place = place_of(id);
    let c = step.which;
    let below = stride(c);
    let word = links[i1(place)];
    let open = f32((word >> (9u * c)) & 1u);
    right = step.k * (pressure[i1(place - below)] - pressure[i1(place)])
        + step.a * (warmth[i1(place)] + warmth[i1(place - below)]);
    diagonal = 1.0;
    let own = value(place);
    for (var n = 0u; n < 6u; n++) {
        let axis = n / 2u;
        let upper = n % 2u;
        let s = stride(axis);
        let next = select(place - s, place + s, upper == 1u);
        let back = select(place + s, place - s, upper == 1u);
        let far = select(place - 2u * s, place + 2u * s, upper == 1u);
        let half = select(-0.5, 0.5, upper == 1u);
        var outward: f32;
        var conductance: f32;
        var inner = 1.0;
        if axis == c {
            outward = half * (own + value(next));
            conductance = step.c * (step.b + eddies[i1(select(place - below, place, upper == 1u))]);
        } else {
            let face = place + upper * s;
            outward = half * (velocity[i3(face, axis)] + velocity[i3(face - below, axis)]);
            let mean = 0.25 * ((eddies[i1(place)] + eddies[i1(place - below)])
                + (eddies[i1(next)] + eddies[i1(next - below)]));
            // Whether it is the second of the axes across c.
            let second = select(0u, 1u, axis == 2u || (axis == 1u && c == 2u));
            let kind = (word >> (9u * c + 1u + 2u * (2u * second + upper))) & 3u;
            conductance = step.c * (step.b + mean) * f32(kind);
            outward = select(outward, 0.0, kind == 0u);
            inner = is_inner(place, axis, upper);
        }
        let a = link(own, value(next), value(back), value(far), conductance, outward, inner);
        system[i8(place, n)] = a * open;
    }
    system[i8(place, 6u)] = 1.0 + (diagonal - 1.0) * open;
    system[i8(place, 7u)] = right * open;
}

struct Drive { place: u32, rate: f32, push: f32, drag: f32 }

@group(0) @binding(0) var<storage, read> drives: array<Drive>;
@group(0) @binding(1) var<storage, read> driven: array<f32>;
@group(0) @binding(2) var<storage, read_write> pulled: array<f32>;

// Fans and resistances.
@compute @workgroup_size(64)
fn pull(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let drive = drives[id.x];
    if !is_here(drive.place) { return; }
    let speed = driven[i3(drive.place, step.which)];
    let rate = drive.rate + drive.drag * abs(speed);
    pulled[i8(drive.place, 6u)] += step.dt * rate;
    pulled[i8(drive.place, 7u)] += step.dt * (drive.push - rate * speed);
}
