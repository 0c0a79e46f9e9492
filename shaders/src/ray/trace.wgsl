// Rays against two levels of trees. All tables are rows of 16 bytes; a node is seven of them (112 bytes: planes of four boxes, then
// four children), a pack of four triangles ten (160 bytes), a body four (64 bytes). A ray reads some 30 nodes and 5 packs, about 4 KB,
// much of it from caches, and writes 16 bytes.
//
// One loop walks both levels: at a body the ray goes over into the body's own axes, and comes back when nothing of that body's
// tree waits any more. Same arithmetic in the same order as the plain form, but for one thing: products may be fused here, so
// that edges are widened by the rounding of their products to stay tight.

@group(0) @binding(0) var<storage, read> upper: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> lower: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> packs: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> instances: array<vec4<u32>>;
@group(0) @binding(6) var<storage, read_write> hits: array<vec4<u32>>;

// Whether any hit will do, or it has to be the nearest.
override ANY: bool = false;

const LEAF: u32 = 0x80000000u;
const NONE: u32 = 0xffffffffu;
const INFINITE: u32 = 0x7f800000u;
// As the host checks.
const STACK: u32 = 96u;
const LEAST: f32 = 1e-20;
const SLACK: f32 = 1.0000005;
// Farther than anything, and still a number.
const FAR: f32 = 1e30;
const ROUNDING: f32 = 1.1920929e-7;

struct Ray {
    origin: vec3<f32>,
    near: f32,
    direction: vec3<f32>,
    far: f32,
    skip: u32,
}

// A ray as nodes and triangles see it.
struct Sight {
    origin: vec3<f32>,
    inverse: vec3<f32>,
    // Planes by which it enters, per axis.
    enters: vec3<u32>,
    axes: vec3<u32>,
    shear: vec3<f32>,
}

struct Found {
    range: f32,
    body: u32,
    at: u32,
    lane: u32,
}

fn row(table: vec4<u32>) -> vec4<f32> {
    return bitcast<vec4<f32>>(table);
}

fn sight(origin: vec3<f32>, direction: vec3<f32>) -> Sight {
    let least = select(vec3(LEAST), vec3(-LEAST), direction < vec3(0.0));
    let inverse = 1.0 / select(direction, least, abs(direction) < vec3(LEAST));
    let enters = vec3(0u, 2u, 4u) + select(vec3(0u), vec3(1u), inverse < vec3(0.0));
    let a = abs(direction);
    let last = select(select(1u, 2u, a.z >= a.y), 0u, a.x > a.y && a.x > a.z);
    let axes = vec3((last + 1u) % 3u, (last + 2u) % 3u, last);
    let along = direction[last];
    let shear = vec3(direction[axes.x] / along, direction[axes.y] / along, 1.0 / along);
    return Sight(origin, inverse, enters, axes, shear);
}

// Turns `v` into a body's axes.
fn turned(r0: vec4<f32>, r1: vec4<f32>, r2: vec4<f32>, v: vec3<f32>) -> vec3<f32> {
    return vec3(
        r0.x * v.x + r0.y * v.y + r0.z * v.z,
        r1.x * v.x + r1.y * v.y + r1.z * v.z,
        r2.x * v.x + r2.y * v.y + r2.z * v.z,
    );
}

// Range and side of a box about the origin; range FAR if it is missed.
fn meet_box(half: vec3<f32>, o: vec3<f32>, d: vec3<f32>, near: f32) -> vec2<f32> {
    var enter = vec2(-FAR, 0.0);
    var leave = vec2(FAR, 0.0);
    for (var axis = 0u; axis < 3u; axis++) {
        let side = 2.0 * f32(axis);
        if d[axis] == 0.0 {
            if abs(o[axis]) > half[axis] {
                return vec2(FAR, 0.0);
            }
            continue;
        }
        let low = vec2((-half[axis] - o[axis]) / d[axis], side);
        let high = vec2((half[axis] - o[axis]) / d[axis], side + 1.0);
        let first = select(high, low, d[axis] > 0.0);
        let last = select(low, high, d[axis] > 0.0);
        enter = select(enter, first, first.x > enter.x);
        leave = select(leave, last, last.x < leave.x);
    }
    if enter.x > leave.x {
        return vec2(FAR, 0.0);
    }
    let met = select(leave, enter, enter.x > near);
    return select(vec2(FAR, 0.0), met, met.x > near);
}

fn corner(at: u32, axis: u32) -> vec4<f32> {
    return row(packs[at + axis]);
}

// Meets the four triangles of a pack, lane by lane.
fn meet_pack(pack: u32, s: Sight, near: f32, found: ptr<function, Found>, body: u32) {
    let p = s.axes.x;
    let q = s.axes.y;
    let r = s.axes.z;
    let at = 10u * pack;
    let az = corner(at, r) - s.origin[r];
    let bz = corner(at + 3u, r) - s.origin[r];
    let cz = corner(at + 6u, r) - s.origin[r];
    let ax = corner(at, p) - s.origin[p] - s.shear.x * az;
    let ay = corner(at, q) - s.origin[q] - s.shear.y * az;
    let bx = corner(at + 3u, p) - s.origin[p] - s.shear.x * bz;
    let by = corner(at + 3u, q) - s.origin[q] - s.shear.y * bz;
    let cx = corner(at + 6u, p) - s.origin[p] - s.shear.x * cz;
    let cy = corner(at + 6u, q) - s.origin[q] - s.shear.y * cz;
    let u = cx * by - cy * bx;
    let v = ax * cy - ay * cx;
    let w = bx * ay - by * ax;
    let eu = ROUNDING * (abs(cx * by) + abs(cy * bx));
    let ev = ROUNDING * (abs(ax * cy) + abs(ay * cx));
    let ew = ROUNDING * (abs(bx * ay) + abs(by * ax));
    let det = u + v + w;
    let range = (u * (s.shear.z * az) + v * (s.shear.z * bz) + w * (s.shear.z * cz)) / det;
    let inside = ((u >= -eu) & (v >= -ev) & (w >= -ew)) | ((u <= eu) & (v <= ev) & (w <= ew));
    let meets = inside & (det != vec4(0.0)) & (range > vec4(near));
    for (var lane = 0u; lane < 4u; lane++) {
        if meets[lane] && range[lane] < (*found).range {
            *found = Found(range[lane], body, pack, lane);
        }
    }
}

fn trace(ray: Ray) -> Found {
    var stack: array<vec2<u32>, STACK>;
    var waiting = 0u;
    let outside = sight(ray.origin, ray.direction);
    var s = outside;
    // The body whose tree is walked, and what waited when that began.
    var body = NONE;
    var floor = 0u;
    var found = Found(min(ray.far, FAR), NONE, 0u, 0u);
    var at = 0u;
    loop {
        if (at & LEAF) == 0u {
            // A node: the nearest child goes first, the others wait.
            let base = 7u * at;
            var planes: array<vec4<f32>, 6>;
            var children: vec4<u32>;
            if body == NONE {
                children = upper[base + 6u];
                for (var axis = 0u; axis < 3u; axis++) {
                    planes[axis] = row(upper[base + s.enters[axis]]);
                    planes[axis + 3u] = row(upper[base + (s.enters[axis] ^ 1u)]);
                }
            } else {
                children = lower[base + 6u];
                for (var axis = 0u; axis < 3u; axis++) {
                    planes[axis] = row(lower[base + s.enters[axis]]);
                    planes[axis + 3u] = row(lower[base + (s.enters[axis] ^ 1u)]);
                }
            }
            var enter = vec4(ray.near);
            var leave = vec4(found.range);
            for (var axis = 0u; axis < 3u; axis++) {
                enter = max((planes[axis] - s.origin[axis]) * s.inverse[axis], enter);
                leave = min((planes[axis + 3u] - s.origin[axis]) * (s.inverse[axis] * SLACK), leave);
            }
            var nearest = vec2(NONE, INFINITE);
            for (var child = 0u; child < 4u; child++) {
                if !(enter[child] <= leave[child]) {
                    continue;
                }
                var next = vec2(children[child], bitcast<u32>(enter[child]));
                if nearest.y == INFINITE {
                    nearest = next;
                    continue;
                }
                if enter[child] < bitcast<f32>(nearest.y) {
                    let other = nearest;
                    nearest = next;
                    next = other;
                }
                stack[waiting] = next;
                waiting += 1u;
            }
            if nearest.y != INFINITE {
                at = nearest.x;
                continue;
            }
        } else if body != NONE {
            meet_pack(at & ~LEAF, s, ray.near, &found, body);
        } else if (at & ~LEAF) != ray.skip {
            // A body: from now on in its own axes.
            let n = at & ~LEAF;
            let r0 = row(instances[4u * n]);
            let r1 = row(instances[4u * n + 1u]);
            let r2 = row(instances[4u * n + 2u]);
            let last = instances[4u * n + 3u];
            let origin = turned(r0, r1, r2, ray.origin - vec3(r0.w, r1.w, r2.w));
            let direction = turned(r0, r1, r2, ray.direction);
            if last.w != NONE {
                s = sight(origin, direction);
                body = n;
                floor = waiting;
                at = last.w;
                continue;
            }
            let met = meet_box(row(last).xyz, origin, direction, ray.near);
            if met.x < found.range {
                found = Found(met.x, n, 0u, u32(met.y));
            }
        }
        if ANY && found.body != NONE {
            break;
        }
        // What waits next, and may still be nearer.
        var more = false;
        loop {
            if body != NONE && waiting == floor {
                body = NONE;
                floor = 0u;
                s = outside;
            }
            if waiting == 0u {
                break;
            }
            waiting -= 1u;
            let next = stack[waiting];
            if bitcast<f32>(next.y) <= found.range {
                at = next.x;
                more = true;
                break;
            }
        }
        if !more {
            break;
        }
    }
    return found;
}

// Range, cosine of incidence, body, face.
fn hit(ray: Ray, found: Found) -> vec4<u32> {
    if found.body == NONE {
        return vec4(INFINITE, 0u, NONE, NONE);
    }
    let n = 4u * found.body;
    let d = turned(row(instances[n]), row(instances[n + 1u]), row(instances[n + 2u]), ray.direction);
    var across = d[found.lane / 2u];
    var face = found.lane;
    if instances[n + 3u].w != NONE {
        let at = 10u * found.at;
        let lane = found.lane;
        let a = vec3(corner(at, 0u)[lane], corner(at, 1u)[lane], corner(at, 2u)[lane]);
        let b = vec3(corner(at, 3u)[lane], corner(at, 4u)[lane], corner(at, 5u)[lane]);
        let c = vec3(corner(at, 6u)[lane], corner(at, 7u)[lane], corner(at, 8u)[lane]);
        across = dot(normalize(cross(b - a, c - a)), d);
        face = packs[at + 9u][lane];
    }
    return vec4(bitcast<u32>(found.range), bitcast<u32>(min(abs(across), 1.0)), found.body, face);
}
