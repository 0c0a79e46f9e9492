// Readings of all instruments at one tick, one thread each: delay, lag, faults, noise, digits, lateness; and then the pairs whose tags
// are crossed. Word for word what the plain form does.
//
// Bytes per instrument: 60 (truth 4, class 4, trim 8, input, lagged, shown, sent 32, results 12), and 4 each for a fault, 8 for a
// delay or lateness, 32 for flicker.

struct Class {
    first: u32,
    count: u32,
    period: u32,
    delay: u32,
    delay_first: u32,
    late: u32,
    late_first: u32,
    mode_first: u32,
    modes: u32,
    onset_first: u32,
    flicker_first: u32,
    padding: u32,
    forget: f32,
    lead: f32,
    reference: f32,
    drift: f32,
    noise: f32,
    flicker: f32,
    low: f32,
    high: f32,
    quantum: f32,
    finer: f32,
    deadband: f32,
    more: f32,
}

struct Mode {
    effect: u32,
    mantissa: u32,
    exponent: u32,
    first: u32,
    repair: u32,
    size: f32,
    number: u32,
    own: u32,
}

struct Crossing {
    a: u32,
    b: u32,
    mode: u32,
    onset: u32,
}

struct Tick {
    // Number of instruments, or of pairs.
    count: u32,
    // Number of instruments.
    sensors: u32,
    tick: u32,
    padding: u32,
    key: vec2<u32>,
}

const STUCK = 0u;
const DROPOUT = 1u;
const SPIKES = 2u;
const DRIFT = 3u;
const BIAS = 4u;
const NOISE = 5u;
const CROSSED = 6u;
const LATE = 7u;
const SATURATED = 8u;

const ROW = 65535u * 256u;

@group(0) @binding(0) var<storage, read> classes: array<Class>;
@group(0) @binding(1) var<storage, read> modes: array<Mode>;
@group(0) @binding(2) var<storage, read> crossings: array<Crossing>;
@group(0) @binding(3) var<storage, read> trim: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read> class_of: array<u32>;
@group(0) @binding(5) var<storage, read_write> input: array<f32>;
@group(0) @binding(6) var<storage, read_write> lagged: array<f32>;
@group(0) @binding(7) var<storage, read_write> shown: array<f32>;
@group(0) @binding(8) var<storage, read_write> sent: array<f32>;
@group(0) @binding(9) var<storage, read_write> flicker: array<vec4<f32>>;
@group(0) @binding(10) var<storage, read_write> onsets: array<u32>;
@group(0) @binding(11) var<storage, read_write> delayed: array<f32>;
@group(0) @binding(12) var<storage, read_write> late: array<f32>;
// Truths, readings (as bits) and flags, one after another.
@group(0) @binding(13) var<storage, read_write> results: array<u32>;
var<immediate> now: Tick;

// When a fault begins next after tick `after`.
fn next(mode: Mode, sensor: u32, after: u32) -> u32 {
    if mode.mantissa == 0u {
        return 0xFFFFFFFFu;
    }
    let word = philox(vec4(sensor, after, USE_FAULT + mode.own, 0u), now.key).x;
    return add(add(after, 1u), draw(mode.mantissa, mode.exponent, word));
}

// Brings an onset up to this tick. The fault is active if it is not later.
fn onset_of(mode: Mode, sensor: u32, at: u32) -> u32 {
    var onset = onsets[at];
    if now.tick >= onset && now.tick - onset >= mode.repair {
        while now.tick >= onset && now.tick - onset >= mode.repair {
            onset = next(mode, sensor, onset + mode.repair);
        }
        onsets[at] = onset;
    }
    return onset;
}

@compute @workgroup_size(256)
fn sample(@builtin(global_invocation_id) id: vec3<u32>) {
    let sensor = id.x + id.y * ROW;
    if sensor >= now.count {
        return;
    }
    let kind = classes[class_of[sensor]];
    let own = sensor - kind.first;
    var x = bitcast<f32>(results[sensor]);
    if kind.delay > 0u {
        let at = kind.delay_first + (now.tick % kind.delay) * kind.count + own;
        let waited = delayed[at];
        delayed[at] = x;
        x = waited;
    }
    let before = input[sensor];
    input[sensor] = x;
    var y = lagged[sensor];
    y = y + kind.forget * (before - y) + kind.lead * (x - before);
    lagged[sensor] = y;
    if now.tick % kind.period != 0u {
        return;
    }

    var flags = 0u;
    var offset = 0.0;
    var factor = 1.0;
    var spikes = 0u;
    var spike = 0.0;
    var end = 0u;
    var late_by = 0u;
    for (var m = 0u; m < kind.modes; m++) {
        let mode = modes[kind.mode_first + m];
        let onset = onset_of(mode, sensor, kind.onset_first + m * kind.count + own);
        if now.tick < onset || mode.effect == CROSSED {
            continue;
        }
        switch mode.effect {
            case SPIKES: { spikes = mode.number; spike = mode.size; }
            case DRIFT: { offset += mode.size * f32(now.tick - onset); }
            case BIAS: { offset += mode.size; }
            case NOISE: { factor *= mode.size; }
            case LATE: { late_by = max(late_by, mode.number); }
            case SATURATED: { end = select(1u, 2u, mode.size > 0.0); }
            default: {}
        }
        flags |= 1u << mode.effect;
    }

    var noise = 0.0;
    if kind.noise > 0.0 || spikes > 0u {
        let words = philox(vec4(sensor, now.tick, USE_SAMPLE, 0u), now.key);
        noise = kind.noise * normal(words.x);
        if words.y < spikes {
            offset += select(-spike, spike, words.z >> 31u == 0u);
        }
    }
    if kind.flicker_first != 0xFFFFFFFFu {
        let words = philox(vec4(sensor, now.tick, USE_FLICKER, 0u), now.key);
        let drawn = vec4(normal(words.x), normal(words.y), normal(words.z), normal(words.w));
        let kept = vec4(0.36787944, 0.9048374, 0.99004984, 0.9990005);
        let taken = vec4(0.9298735, 0.42575725, 0.14071724, 0.04469902);
        let at = kind.flicker_first + own;
        let parts = kept * flicker[at] + taken * (kind.flicker * drawn);
        flicker[at] = parts;
        noise += (parts.x + parts.y) + (parts.z + parts.w);
    }

    let right = y + trim[sensor].y * (y - kind.reference);
    let drift = kind.drift * f32(now.tick);
    var value = right + trim[sensor].x + drift + offset + factor * noise;
    value = min(max(value, kind.low), kind.high);
    if kind.finer != 0.0 {
        value = floor(value * kind.finer + 0.5) * kind.quantum;
    }
    if end != 0u {
        value = select(kind.low, kind.high, end == 2u);
    }
    var shows = shown[sensor];
    if (flags >> STUCK & 1u) == 0u && abs(value - shows) >= kind.deadband {
        shows = value;
        shown[sensor] = value;
    }
    var comes = shows;
    if kind.late > 0u {
        let row = (now.tick / kind.period) % kind.late;
        let first = kind.late_first + own;
        if late_by > 0u {
            comes = late[first + (row + kind.late - late_by) % kind.late * kind.count];
        }
        late[first + row * kind.count] = shows;
    }
    if (flags >> DROPOUT & 1u) == 0u {
        sent[sensor] = comes;
        results[now.sensors + sensor] = bitcast<u32>(comes);
    }
    results[2u * now.sensors + sensor] = flags;
}

@compute @workgroup_size(256)
fn uncross(@builtin(global_invocation_id) id: vec3<u32>) {
    let pair = id.x + id.y * ROW;
    if pair >= now.count {
        return;
    }
    let crossing = crossings[pair];
    let onset = onset_of(modes[crossing.mode], crossing.a, crossing.onset);
    let crossed = now.tick >= onset;
    let a = bitcast<u32>(sent[crossing.a]);
    let b = bitcast<u32>(sent[crossing.b]);
    results[now.sensors + crossing.a] = select(a, b, crossed);
    results[now.sensors + crossing.b] = select(b, a, crossed);
    let flags = 2u * now.sensors;
    let bit = select(0u, 1u << CROSSED, crossed);
    results[flags + crossing.a] = (results[flags + crossing.a] & ~(1u << CROSSED)) | bit;
    results[flags + crossing.b] = (results[flags + crossing.b] & ~(1u << CROSSED)) | bit;
}
