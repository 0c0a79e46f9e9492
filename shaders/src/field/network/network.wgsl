// The network tier: implicit steps of a few hundred nodes in one workgroup, many steps in one dispatch.
//
// Each step: conductances and edges from the old temperatures, sweeps of Jacobi until nothing changes, then what flows is booked
// from both ends alike, so that the balance closes whatever the sweeps have left. Sums are compensated (Kahan).

struct Link {
    a: u32,
    b: u32,
    upwards: u32,
    conductance: f32,
    mixing: f32,
    flow: f32,
}

// Heat into the node of an edge: gain - loss * warmth, and radiation area * sigma (ambient^4 - kelvin^4).
struct Edge {
    gain: f32,
    loss: f32,
    radiating: f32,
    ambient_kelvin: f32,
}

struct Node {
    capacity: f32,
    heat: f32,
    links_from: u32,
    links_to: u32,
    edges_from: u32,
    edges_to: u32,
}

// Temperature beyond the reference, what rounding took from it, and what came through edges so far, with its own remainder.
struct State {
    warmth: f32,
    lost: f32,
    through: f32,
    through_lost: f32,
    moved: f32,
    moved_lost: f32,
}

struct Step {
    nodes: u32,
    links: u32,
    steps: u32,
    dt: f32,
    speed: f32,
    stable: f32,
    turn: f32,
    reference_kelvin: f32,
    sigma: f32,
    solved: f32,
    sweeps: u32,
}

@group(0) @binding(0) var<storage, read> nodes: array<Node>;
@group(0) @binding(1) var<storage, read> links: array<Link>;
// Links at each node; the highest bit says that the node is the link's `a`.
@group(0) @binding(2) var<storage, read> ends: array<u32>;
@group(0) @binding(3) var<storage, read> edges: array<Edge>;
@group(0) @binding(4) var<storage, read_write> states: array<State>;
// Conductance of each link in this step.
@group(0) @binding(5) var<storage, read_write> conductances: array<f32>;
// Two sets of temperatures, for the sweeps.
@group(0) @binding(6) var<storage, read_write> trial: array<f32>;
var<immediate> step: Step;

const GROUP: u32 = 256u;
const IS_A: u32 = 0x80000000u;

var<workgroup> changes: array<f32, GROUP>;
var<workgroup> most: f32;

fn compensated(sum: f32, lost: f32, add: f32) -> vec2f {
    let y = add - lost;
    let t = sum + y;
    return vec2f(t, (t - sum) - y);
}

// Gain and loss of an edge at a node that is `warmth` warm, radiation along its tangent.
fn edge_at(edge: Edge, warmth: f32) -> vec2f {
    let here = warmth + step.reference_kelvin;
    let slope = 4.0 * step.sigma * edge.radiating * here * here * here;
    let d = edge.ambient_kelvin - here;
    let s = edge.ambient_kelvin + here;
    let q = edge.ambient_kelvin * edge.ambient_kelvin + here * here;
    let now = step.sigma * edge.radiating * d * s * q;
    return vec2f(edge.gain + now + slope * warmth, edge.loss + slope);
}

fn set_conductance(n: u32) {
    let link = links[n];
    let over = states[link.a].warmth - states[link.b].warmth;
    var share = 1.0;
    if (link.upwards != 0u) {
        share = step.stable + (1.0 - step.stable) / (1.0 + exp(clamp(-over / step.turn, -80.0, 80.0)));
    }
    conductances[n] = link.conductance + link.mixing * step.speed * share;
}

// One sweep for one node: its temperature if its neighbours have those that begin at `base`.
fn relaxed(n: u32, base: u32) -> f32 {
    let node = nodes[n];
    let old = states[n].warmth;
    var diagonal = node.capacity / step.dt;
    var right = diagonal * old + node.heat;
    for (var e = node.links_from; e < node.links_to; e++) {
        let at = ends[e];
        let number = at & ~IS_A;
        let link = links[number];
        let g = conductances[number];
        let forth = max(link.flow, 0.0);
        let back = -min(link.flow, 0.0);
        if ((at & IS_A) != 0u) {
            diagonal += g + forth;
            right += (g + back) * trial[base + link.b];
        } else {
            diagonal += g + back;
            right += (g + forth) * trial[base + link.a];
        }
    }
    for (var e = node.edges_from; e < node.edges_to; e++) {
        let edge = edge_at(edges[e], old);
        right += edge.x;
        diagonal += edge.y;
    }
    return right / diagonal;
}

// Lets flow into one node what the solution says.
fn book(n: u32, base: u32) {
    let node = nodes[n];
    var state = states[n];
    let own = trial[base + n];
    var into = node.heat;
    for (var e = node.links_from; e < node.links_to; e++) {
        let at = ends[e];
        let number = at & ~IS_A;
        let link = links[number];
        let a = trial[base + link.a];
        let b = trial[base + link.b];
        let flux = conductances[number] * (a - b) + max(link.flow, 0.0) * a + min(link.flow, 0.0) * b;
        into += select(flux, -flux, (at & IS_A) != 0u);
    }
    var through = 0.0;
    var moved = 0.0;
    for (var e = node.edges_from; e < node.edges_to; e++) {
        let edge = edge_at(edges[e], state.warmth);
        let heat = edge.x - edge.y * own;
        through += heat;
        moved += abs(heat);
    }
    let warmer = compensated(state.warmth, state.lost, step.dt * (into + through) / node.capacity);
    let sum = compensated(state.through, state.through_lost, step.dt * through);
    let all = compensated(state.moved, state.moved_lost, step.dt * moved);
    states[n] = State(warmer.x, warmer.y, sum.x, sum.y, all.x, all.y);
}

@compute @workgroup_size(256)
fn go(@builtin(local_invocation_index) me: u32) {
    for (var s = 0u; s < step.steps; s++) {
        for (var n = me; n < step.links; n += GROUP) {
            set_conductance(n);
        }
        for (var n = me; n < step.nodes; n += GROUP) {
            trial[n] = states[n].warmth;
        }
        storageBarrier();
        var base = 0u;
        for (var sweep = 0u; sweep < step.sweeps; sweep++) {
            let to = step.nodes - base;
            var change = 0.0;
            for (var n = me; n < step.nodes; n += GROUP) {
                let new_one = relaxed(n, base);
                change = max(change, abs(new_one - trial[base + n]));
                trial[to + n] = new_one;
            }
            changes[me] = change;
            storageBarrier();
            workgroupBarrier();
            for (var width = GROUP / 2u; width > 0u; width >>= 1u) {
                if (me < width) {
                    changes[me] = max(changes[me], changes[me + width]);
                }
                workgroupBarrier();
            }
            if (me == 0u) {
                most = changes[0];
            }
            base = to;
            if (workgroupUniformLoad(&most) < step.solved) {
                break;
            }
        }
        for (var n = me; n < step.nodes; n += GROUP) {
            book(n, base);
        }
        storageBarrier();
        workgroupBarrier();
    }
}
