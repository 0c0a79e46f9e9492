// Sides of the grid, cell by cell: see twin::field::air, sides. One invocation for each.

struct Side {
    place: u32, face: u32, way: u32,
    inflow: f32, ambient: f32, film: f32, radiation: f32, half: f32,
}

const OPENING: u32 = 2u;

@group(0) @binding(0) var<storage, read> sides: array<Side>;
@group(0) @binding(1) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(2) var<storage, read> pressure: array<f32>;

fn axis_of(side: Side) -> u32 { return side.face / 2u; }
fn is_upper(side: Side) -> bool { return side.face % 2u == 1u; }
fn boundary(side: Side) -> u32 {
    return side.place + select(0u, stride(axis_of(side)), is_upper(side));
}
fn sign_of(side: Side) -> f32 { return select(-1.0, 1.0, is_upper(side)); }
fn beyond(side: Side, n: u32) -> u32 {
    let s = n * stride(axis_of(side));
    return select(side.place - s, side.place + s, is_upper(side));
}

// Before pressure: what goes through openings.
@compute @workgroup_size(64)
fn open(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let side = sides[id.x];
    if side.way != OPENING || !is_here(side.place) { return; }
    let axis = axis_of(side);
    let normal = i3(boundary(side), axis);
    let inner = side.place + select(stride(axis), 0u, is_upper(side));
    let speed = velocity[normal];
    var carried = 0.0;
    if sign_of(side) * speed > 0.0 { carried = velocity[i3(inner, axis)]; }
    let push = 2.0 * step.k * pressure[i1(side.place)] * sign_of(side);
    let courant = step.k * abs(speed);
    velocity[normal] = (speed + courant * carried + push) / (1.0 + courant);
}

// After pressure: the same as at every other face, over half the distance. `pressure` is the potential.
@compute @workgroup_size(64)
fn push(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let side = sides[id.x];
    if side.way != OPENING || !is_here(side.place) { return; }
    velocity[i3(boundary(side), axis_of(side))] += sign_of(side) * (2.0 * pressure[i1(side.place)]);
}

@group(0) @binding(1) var<storage, read> carrying: array<f32>;
@group(0) @binding(2) var<storage, read_write> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> table: array<f32>;

fn inward(side: Side) -> f32 { return -sign_of(side) * carrying[i3(boundary(side), axis_of(side))]; }

// Conductances of walls, and beyond them the mixture of what they and the inflow bring. a: how far absolute zero lies below the
// reference.
@compute @workgroup_size(64)
fn warm(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let side = sides[id.x];
    if !is_here(side.place) { return; }
    let own = values[i1(side.place)];
    let a = own + step.a;
    let b = side.ambient + step.a;
    var wall = side.film + side.radiation * ((a * a + b * b) * (a + b));
    if side.half > 0.0 { wall = wall * side.half / (wall + side.half); }
    let inflow = max(inward(side), 0.0);
    let both = wall + inflow;
    var mixed = own;
    if both > 0.0 { mixed = (wall * side.ambient + inflow * side.inflow) / both; }
    values[i1(beyond(side, 1u))] = mixed;
    values[i1(beyond(side, 2u))] = mixed;
    table[i4(boundary(side), 1u + axis_of(side))] = wall;
}

// The same for the tracer: what comes in is clean.
@compute @workgroup_size(64)
fn clear(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let side = sides[id.x];
    if !is_here(side.place) { return; }
    var value = values[i1(side.place)];
    if inward(side) > 0.0 { value = 0.0; }
    values[i1(beyond(side, 1u))] = value;
    values[i1(beyond(side, 2u))] = value;
}

@group(0) @binding(2) var<storage, read> warmth: array<f32>;
@group(0) @binding(3) var<storage, read> walls: array<f32>;
// Net and gross heat, each with what rounding has left (W. Kahan 1965).
@group(0) @binding(4) var<storage, read_write> sums: array<vec4<f32>>;

// What came in through sides.
@compute @workgroup_size(64)
fn passed(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= step.count { return; }
    let side = sides[id.x];
    if !is_here(side.place) { return; }
    let own = warmth[i1(side.place)];
    let wall = walls[i4(boundary(side), 1u + axis_of(side))];
    let speed = inward(side);
    let carried = max(speed, 0.0) * side.inflow + min(speed, 0.0) * own;
    let heat = step.k * (wall * (side.ambient - own) + carried);
    var sum = sums[id.x];
    let net = heat - sum.y;
    let new_net = rounded(sum.x + net);
    let gross = abs(heat) - sum.w;
    let new_gross = rounded(sum.z + gross);
    sums[id.x] = vec4(new_net, (new_net - sum.x) - net, new_gross, (new_gross - sum.z) - gross);
}
