// What is at the borders of the fluid, between two steps: links note what they send, faces work out what comes in, bodies take what is
// theirs, and links bring in what they should. 24 bytes per link, some 150 per face.

fn velocity_of(slot: u32) -> vec3<f32> {
    const V = array<vec3<f32>, 26>(
        vec3(0.0, 0.0, 0.0),
        vec3(1.0, 0.0, 0.0),
        vec3(-1.0, 0.0, 0.0),
        vec3(0.0, 1.0, 0.0),
        vec3(0.0, -1.0, 0.0),
        vec3(0.0, 0.0, 1.0),
        vec3(0.0, 0.0, -1.0),
        vec3(1.0, 1.0, 0.0),
        vec3(-1.0, -1.0, 0.0),
        vec3(1.0, -1.0, 0.0),
        vec3(-1.0, 1.0, 0.0),
        vec3(1.0, 0.0, 1.0),
        vec3(-1.0, 0.0, -1.0),
        vec3(1.0, 0.0, -1.0),
        vec3(-1.0, 0.0, 1.0),
        vec3(0.0, 1.0, 1.0),
        vec3(0.0, -1.0, -1.0),
        vec3(0.0, 1.0, -1.0),
        vec3(0.0, -1.0, 1.0),
        vec3(0.0, 0.0, 0.0),
        vec3(1.0, 0.0, 0.0),
        vec3(-1.0, 0.0, 0.0),
        vec3(0.0, 1.0, 0.0),
        vec3(0.0, -1.0, 0.0),
        vec3(0.0, 0.0, 1.0),
        vec3(0.0, 0.0, -1.0),
    );
    return V[slot];
}

fn weight_of(slot: u32) -> f32 {
    return select(1.0 / 36.0, 1.0 / 18.0, slot < 7u);
}

// a^4 - b^4, without loss of digits.
fn fourth(a: f32, b: f32) -> f32 {
    return (a * a + b * b) * (a + b) * (a - b);
}

@compute @workgroup_size(64)
fn note(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = numbered(id);
    if i >= now.count {
        return;
    }
    let n = now.first + i;
    let link = links[n];
    let at = select(link.own, link.far, now.far == 1u);
    sent[n] = value(populations[at - now.base], link.slot);
}

// Holds the pressure at an opening at rest's, less what air that comes in loses by Bernoulli; returns the volume that comes in.
fn opening(face: Face, out: array<f32, 26>) -> f32 {
    var f = out;
    var u = vec3(0.0);
    for (var slot = 1u; slot < 19u; slot++) {
        u -= velocity_of(slot) * f[slot];
    }
    let side = face.what >> 24u;
    let across = side / 2u;
    let inwards = select(u[across], -u[across], (side & 1u) == 1u);
    var density = 0.0;
    if inwards > 0.0 {
        let straight = u[across];
        u = vec3(0.0);
        u[across] = straight;
        density = -1.5 * straight * straight;
    }
    let level = density - 1.5 * (u.x * u.x + u.y * u.y + u.z * u.z);
    var through = 0.0;
    var ends = face.links;
    for (var i = 1u; i < 6u; i++) {
        let n = ends[i];
        if n != NONE {
            let slot = links[n].slot;
            let c = velocity_of(slot);
            let cu = c.x * u.x + c.y * u.y + c.z * u.z;
            let even = 2.0 * weight_of(slot) * (level + 4.5 * cu * cu);
            let more = even - 2.0 * f[slot];
            added[n] = more;
            through += more;
        }
    }
    return through;
}

@compute @workgroup_size(64)
fn exchange(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = numbered(id);
    if i >= now.count {
        return;
    }
    let n = now.first + i;
    let face = faces[n];
    let kind = kinds[face.what & 0xffffffu];
    let side = face.what >> 24u;
    let own = face.cell % (nx * ny);
    let at = spots_of(place_of(own % nx, own / nx, face.cell / (nx * ny)));
    var out: array<f32, 26>;
    for (var slot = 0u; slot < 26u; slot++) {
        out[slot] = value(populations[at[slot]], slot);
    }
    let warmth = out[19] + out[20] + out[21] + out[22] + out[23] + out[24] + out[25];
    var heat = 0.0;
    switch kind.exchange {
        case 1u: {
            heat = 2.0 * (0.125 * kind.warmth - out[20u + side]);
        }
        case 2u: {
            heat = kind.warmth;
        }
        case 3u: {
            heat = kind.film * (kind.warmth - warmth)
                + kind.radiation * fourth(kind.warmth - kind.zero, warmth - kind.zero);
        }
        case 4u: {
            let body = bodies[kind.body];
            heat = kind.film * ((body.x + body.y) - warmth);
        }
        default: {}
    }
    var through = 0.0;
    if kind.passage == 1u {
        let inwards = kind.velocity[side / 2u];
        through = select(inwards, -inwards, (side & 1u) == 1u);
    } else if kind.passage == 2u {
        through = opening(face, out);
    }
    if through > 0.0 {
        heat += through * kind.incoming;
    } else if through < 0.0 {
        heat += through * warmth;
    }
    added[face.links[0]] = heat;
    passed[n] = vec2(heat, passed[n].y + heat);
}

var<workgroup> parts: array<f32, 64>;

// One workgroup for each body.
@compute @workgroup_size(64)
fn warm(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let lump = lumps[group.x];
    var sum = 0.0;
    for (var n = lump.first + lane; n < lump.last; n += 64u) {
        sum += passed[touching[n]].x;
    }
    parts[lane] = sum;
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if lane < half {
            parts[lane] += parts[lane + half];
        }
    }
    if lane == 0u {
        let body = bodies[group.x];
        let radiated = lump.radiation * fourth(lump.surroundings - lump.zero, body.x + body.y - lump.zero);
        let change = body.y + ((lump.rate + radiated) - lump.share * parts[0]);
        bodies[group.x] = vec4(body.x, change, body.z + radiated, 0.0);
    }
}

// `far` is that of the next step here.
@compute @workgroup_size(64)
fn bring(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = numbered(id);
    if i >= now.count {
        return;
    }
    let n = now.first + i;
    let link = links[n];
    let at = select(link.own, link.far, now.far == 1u);
    let drawn = noise(hash(n ^ now.draw), link.slot);
    populations[at - now.base] = keep(sent[link.partner] + added[n], link.slot, drawn);
}
