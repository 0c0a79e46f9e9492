// Sums and combinations of whole fields, and the few numbers of conjugate gradients, which never leave the device.
//
// sum reads 8 B a cell; direction and advance read 8 and 16 and write 4 and 8; shift reads 8 and writes 4.

struct Numbers {
    // Cells of this dispatch, and the number of the first value of the windows that are bound.
    start: u32,
    end: u32,
    base: u32,
    // Where its sums go, and how many there are.
    place: u32,
    role: u32,
    scale: f32,
}

struct Scalars {
    first: f32,
    now: f32,
    rz: f32,
    beta: f32,
    alpha: f32,
    stopped: u32,
    shift: f32,
    steps: u32,
}

const GROUPS: u32 = 256u;
const THREADS: u32 = 256u;
// The residual has fallen enough, squared.
const ENOUGH: f32 = 1e-11;

var<immediate> numbers: Numbers;

@group(0) @binding(0) var<storage, read_write> scalars: Scalars;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
@group(0) @binding(2) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;
@group(0) @binding(5) var<storage, read_write> d: array<f32>;

var<workgroup> lanes: array<f32, THREADS>;

fn added(thread: u32, own: f32) -> f32 {
    lanes[thread] = own;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if thread < half {
            lanes[thread] += lanes[thread + half];
        }
        workgroupBarrier();
    }
    return lanes[0];
}

// parts[..] = the sum of a b, in GROUPS parts.
@compute @workgroup_size(THREADS, 1, 1)
fn sum(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    var own = 0.0;
    for (var i = numbers.start + group.x * THREADS + thread; i < numbers.end; i += GROUPS * THREADS) {
        own += a[i - numbers.base] * b[i - numbers.base];
    }
    let all = added(thread, own);
    if thread == 0u {
        parts[numbers.place + group.x] = all;
    }
}

// The sum of all parts takes its role.
@compute @workgroup_size(THREADS, 1, 1)
fn finish(@builtin(local_invocation_index) thread: u32) {
    var own = 0.0;
    for (var i = thread; i < numbers.place; i += THREADS) {
        own += parts[i];
    }
    let all = added(thread, own);
    if thread != 0u {
        return;
    }
    switch numbers.role {
        case 0u: {
            scalars.first = all;
            scalars.now = all;
            scalars.rz = 0.0;
            scalars.stopped = 0u;
            scalars.steps = 0u;
        }
        case 1u: {
            let goes_on = all > 0.0 && scalars.now > ENOUGH * scalars.first;
            scalars.stopped = select(1u, scalars.stopped, goes_on);
            scalars.beta = select(0.0, all / scalars.rz, scalars.rz > 0.0);
            scalars.rz = all;
        }
        case 2u: {
            let goes_on = scalars.stopped == 0u && all > 0.0;
            scalars.stopped = select(1u, 0u, goes_on);
            scalars.alpha = select(0.0, scalars.rz / all, goes_on);
            scalars.steps += select(0u, 1u, goes_on);
        }
        case 3u: {
            scalars.now = all;
        }
        default: {
            scalars.shift = all * numbers.scale;
        }
    }
}

// c = a + beta c: the next direction.
@compute @workgroup_size(THREADS, 1, 1)
fn direction(@builtin(global_invocation_id) id: vec3<u32>) {
    if scalars.stopped != 0u {
        return;
    }
    for (var i = numbers.start + id.x; i < numbers.end; i += GROUPS * THREADS) {
        let at = i - numbers.base;
        c[at] = a[at] + scalars.beta * c[at];
    }
}

// c += alpha a, d -= alpha b: the solution and the residual.
@compute @workgroup_size(THREADS, 1, 1)
fn advance(@builtin(global_invocation_id) id: vec3<u32>) {
    if scalars.stopped != 0u {
        return;
    }
    for (var i = numbers.start + id.x; i < numbers.end; i += GROUPS * THREADS) {
        let at = i - numbers.base;
        c[at] += scalars.alpha * a[at];
        d[at] -= scalars.alpha * b[at];
    }
}

// c += shift a.
@compute @workgroup_size(THREADS, 1, 1)
fn shift(@builtin(global_invocation_id) id: vec3<u32>) {
    for (var i = numbers.start + id.x; i < numbers.end; i += GROUPS * THREADS) {
        let at = i - numbers.base;
        c[at] += scalars.shift * a[at];
    }
}
