// What all kernels of the lattice share: how populations lie, and what is found in a cell.
//
// The population `slot` of cell (x, y, z) is number ((z + 1) 26 + slot) nx ny + y nx + x of the whole array, of which a window is bound.
// Before an even step a cell has its incoming populations in its own slots, before an odd one in those of its neighbours, of the opposite
// direction (`far`). Populations are deviations from rest.

override nx: u32;
override ny: u32;
override nz: u32;
override eddies: bool;

struct Constants {
    tau: f32,
    magic: f32,
    tau_heat: f32,
    magic_heat: f32,
    buoyancy: vec3<f32>,
    offset: f32,
    eddies: f32,
    eddies_heat: f32,
    slowest: vec2<f32>,
}

struct Zone {
    aim: vec3<f32>,
    fan: f32,
    drag: f32,
    heat: f32,
    pad: vec2<f32>,
}

struct Link {
    own: u32,
    far: u32,
    partner: u32,
    slot: u32,
}

struct Face {
    cell: u32,
    what: u32,
    links: array<u32, 6>,
}

struct Kind {
    exchange: u32,
    passage: u32,
    body: u32,
    warmth: f32,
    film: f32,
    radiation: f32,
    zero: f32,
    incoming: f32,
    velocity: vec3<f32>,
    pad: f32,
}

struct Lump {
    rate: f32,
    share: f32,
    radiation: f32,
    surroundings: f32,
    zero: f32,
    first: u32,
    last: u32,
    pad: u32,
}

struct Now {
    // Number of the first value of the window.
    base: u32,
    // What the dispatch works on: planes, links, faces, cells.
    first: u32,
    count: u32,
    // 1: the cells find their populations with their neighbours.
    far: u32,
    // Random bits of the step.
    draw: u32,
    // Planes of the window that are its own.
    low: u32,
    high: u32,
}

@group(0) @binding(0) var<storage, read_write> populations: array<Kept>;
@group(0) @binding(1) var<storage, read> k: Constants;
// A byte for each cell.
@group(0) @binding(2) var<storage, read> flags: array<u32>;
@group(0) @binding(3) var<storage, read> zones: array<Zone>;
@group(0) @binding(4) var<storage, read> links: array<Link>;
@group(0) @binding(5) var<storage, read_write> sent: array<f32>;
@group(0) @binding(6) var<storage, read_write> added: array<f32>;
@group(0) @binding(7) var<storage, read> faces: array<Face>;
@group(0) @binding(8) var<storage, read> kinds: array<Kind>;
// Heat that came in at each face: in this step, and since the last draining.
@group(0) @binding(9) var<storage, read_write> passed: array<vec2<f32>>;
@group(0) @binding(10) var<storage, read> lumps: array<Lump>;
@group(0) @binding(11) var<storage, read> touching: array<u32>;
// Temperature at the last draining, change since then, change by radiation.
@group(0) @binding(12) var<storage, read_write> bodies: array<vec4<f32>>;
@group(0) @binding(13) var<storage, read> cells: array<u32>;
// Five values for each of those.
@group(0) @binding(14) var<storage, read_write> looks: array<f32>;

var<immediate> now: Now;

const NONE = 0xffffffffu;

// Number of an invocation of a dispatch that may be folded.
fn numbered(id: vec3<u32>) -> u32 {
    return id.x + id.y * (65535u * 64u);
}

fn hash(n: u32) -> u32 {
    let state = n * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

fn noise(cell: u32, slot: u32) -> u32 {
    return (cell * (2u * slot + 0x9e3779b1u)) >> 19u;
}

fn flag_of(cell: u32) -> u32 {
    return (flags[cell >> 2u] >> ((cell & 3u) * 8u)) & 0xffu;
}

fn spot(plane: u32, slot: u32, own: u32) -> u32 {
    return (plane * 26u + slot) * (nx * ny) + own - now.base;
}

// Where a cell finds what is around it: itself, or its neighbours.
struct Place {
    x: u32,
    west: u32,
    east: u32,
    y: u32,
    south: u32,
    north: u32,
    z: u32,
    below: u32,
    above: u32,
    flip: u32,
}

fn place_of(x: u32, y: u32, z: u32) -> Place {
    let far = now.far == 1u;
    let west = select(x - 1u, nx - 1u, x == 0u);
    let east = select(x + 1u, 0u, x + 1u == nx);
    let south = select(y - 1u, ny - 1u, y == 0u);
    let north = select(y + 1u, 0u, y + 1u == ny);
    return Place(
        x, select(x, west, far), select(x, east, far),
        y * nx, select(y, south, far) * nx, select(y, north, far) * nx,
        z + 1u, z + 1u - now.far, z + 1u + now.far,
        now.far,
    );
}

// The slots of incoming populations.
fn spots_of(p: Place) -> array<u32, 26> {
    return array<u32, 26>(
        spot(p.z, 0u, p.y + p.x),
        spot(p.z, 1u + p.flip, p.y + p.west),
        spot(p.z, 2u - p.flip, p.y + p.east),
        spot(p.z, 3u + p.flip, p.south + p.x),
        spot(p.z, 4u - p.flip, p.north + p.x),
        spot(p.below, 5u + p.flip, p.y + p.x),
        spot(p.above, 6u - p.flip, p.y + p.x),
        spot(p.z, 7u + p.flip, p.south + p.west),
        spot(p.z, 8u - p.flip, p.north + p.east),
        spot(p.z, 9u + p.flip, p.north + p.west),
        spot(p.z, 10u - p.flip, p.south + p.east),
        spot(p.below, 11u + p.flip, p.y + p.west),
        spot(p.above, 12u - p.flip, p.y + p.east),
        spot(p.above, 13u + p.flip, p.y + p.west),
        spot(p.below, 14u - p.flip, p.y + p.east),
        spot(p.below, 15u + p.flip, p.south + p.x),
        spot(p.above, 16u - p.flip, p.north + p.x),
        spot(p.above, 17u + p.flip, p.south + p.x),
        spot(p.below, 18u - p.flip, p.north + p.x),
        spot(p.z, 19u, p.y + p.x),
        spot(p.z, 20u + p.flip, p.y + p.west),
        spot(p.z, 21u - p.flip, p.y + p.east),
        spot(p.z, 22u + p.flip, p.south + p.x),
        spot(p.z, 23u - p.flip, p.north + p.x),
        spot(p.below, 24u + p.flip, p.y + p.x),
        spot(p.above, 25u - p.flip, p.y + p.x),
    );
}

// Density beyond rest, momentum, temperature.
struct Moments {
    density: f32,
    momentum: vec3<f32>,
    heat: f32,
}

fn moments(f: array<f32, 26>) -> Moments {
    let density = f[0] + f[1] + f[2] + f[3] + f[4] + f[5] + f[6] + f[7] + f[8] + f[9] + f[10] + f[11] + f[12] + f[13] + f[14]
        + f[15] + f[16] + f[17] + f[18];
    let heat = f[19] + f[20] + f[21] + f[22] + f[23] + f[24] + f[25];
    let x = (f[1] - f[2]) + (f[7] - f[8]) + (f[9] - f[10]) + (f[11] - f[12]) + (f[13] - f[14]);
    let y = (f[3] - f[4]) + (f[7] - f[8]) - (f[9] - f[10]) + (f[15] - f[16]) + (f[17] - f[18]);
    let z = (f[5] - f[6]) + (f[11] - f[12]) - (f[13] - f[14]) + (f[15] - f[16]) - (f[17] - f[18]);
    return Moments(density, vec3(x, y, z), heat);
}

// Force, and heat given.
fn forces(flag: u32, m: Moments) -> vec4<f32> {
    var force = k.buoyancy * (m.heat + k.offset);
    if flag < 2u {
        return vec4(force, 0.0);
    }
    let zone = zones[flag - 2u];
    if zone.fan > 0.0 {
        force = zone.aim - m.momentum;
    }
    if zone.drag > 0.0 {
        let free = m.momentum + 0.5 * force;
        let speed = sqrt(free.x * free.x + free.y * free.y + free.z * free.z);
        let slowed = 2.0 / (1.0 + sqrt(1.0 + 2.0 * zone.drag * speed));
        force += 2.0 * (slowed * free - free);
    }
    return vec4(force, zone.heat);
}
