// Bodies: see twin::field::air, surfaces.

struct Body {
    capacity: f32, film: f32, radiation: f32, heated: f32,
    temperature: f32, remainder: f32, taken: f32, surfaces: u32,
    first: u32, around: f32,
    // Heat that radiated to it, and its amounts, each with what rounding has left.
    net: f32, net_left: f32, gross: f32, gross_left: f32,
    pad0: u32, pad1: u32,
}

struct Surface { place: u32, face: u32, body: u32, conductance: f32 }

@group(0) @binding(0) var<storage, read_write> bodies: array<Body>;

// Its step, with the fluid as it was. a: how far absolute zero lies below the reference.
@compute @workgroup_size(64)
fn rise(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    var body = bodies[id.x];
    let own = body.temperature + step.a;
    let around = body.around + step.a;
    let radiated = body.radiation * ((around * around + own * own) * (around + own)) * (around - own);
    let slope = 4.0 * body.radiation * own * own * own;
    let given = body.remainder + step.dt * (radiated + body.heated);
    let rise = (given + step.dt * body.taken) / (body.capacity + step.dt * (body.film + slope));
    let before = body.temperature;
    body.temperature = rounded(before + rise);
    let risen = body.temperature - before;
    body.remainder = given - (body.capacity + step.dt * slope) * risen;
    let heat = step.dt * (radiated - slope * risen);
    let net = heat - body.net_left;
    let new_net = rounded(body.net + net);
    body.net_left = (new_net - body.net) - net;
    body.net = new_net;
    let gross = abs(heat) - body.gross_left;
    let new_gross = rounded(body.gross + gross);
    body.gross_left = (new_gross - body.gross) - gross;
    body.gross = new_gross;
    bodies[id.x] = body;
}

@group(0) @binding(1) var<storage, read> filled: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> shown: array<f32>;

// Writes the temperatures of bodies into their cells.
@compute @workgroup_size(64)
fn show(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let cell = filled[id.x];
    if !is_here(cell.x) { return; }
    shown[i1(cell.x)] = bodies[cell.y].temperature;
}

@group(0) @binding(1) var<storage, read> surfaces: array<Surface>;
@group(0) @binding(2) var<storage, read> values: array<f32>;

var<workgroup> shares: array<f32, 64>;

// Heat that flows to each body from the fluid: a group for each body. a: watts per kelvin and m/s; which: 1 at the first slab; at the
// last (b > 0) it is given to the body.
@compute @workgroup_size(64)
fn draw(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) n: u32) {
    let own = bodies[group.x].temperature;
    let first = bodies[group.x].first;
    var sum = 0.0;
    for (var i = n; i < bodies[group.x].surfaces; i += 64u) {
        let surface = surfaces[first + i];
        if is_here(surface.place) {
            sum += surface.conductance * (values[i1(surface.place)] - own);
        }
    }
    shares[n] = sum;
    for (var half = 32u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if n < half { shares[n] += shares[n + half]; }
    }
    if n == 0u {
        let before = select(bodies[group.x].taken, 0.0, step.which == 1u);
        bodies[group.x].taken = before + shares[0] * step.a;
        if step.b > 0.0 { bodies[group.x].remainder += step.dt * bodies[group.x].taken; }
    }
}
