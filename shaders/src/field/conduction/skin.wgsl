// Cells that exchange heat with something other than their neighbours: through sides, by radiation, from sources. A few per cell of the
// surface: some 60 B each, 12 more for each piece of surface.
//
// What crosses a surface is added up for each cell with compensation (Neumaier 1974): net, its small part, gross, its small part.

struct Numbers {
    // Places in the skin.
    start: u32,
    end: u32,
    // Number of the first value of the windows that are bound.
    base: u32,
    seconds: f32,
    // Absolute zero in the unit of the scene.
    zero: f32,
}

struct Element {
    beyond: u32,
    conductance: f32,
    area: f32,
}

const NEWTON: u32 = 5u;

var<immediate> numbers: Numbers;

@group(0) @binding(0) var<storage, read> cells: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> elements: array<Element>;
// Film, emissivity by the constant of Stefan and Boltzmann, ambient, flux.
@group(0) @binding(3) var<storage, read> beyond: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> watts: array<f32>;
@group(0) @binding(5) var<storage, read> capacities: array<f32>;
@group(0) @binding(6) var<storage, read_write> sums: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read> x: array<f32>;
@group(0) @binding(8) var<storage, read_write> result: array<f32>;
@group(0) @binding(9) var<storage, read_write> extra: array<f32>;

// Conductance, temperature beyond, and the heat that comes regardless.
fn linear(element: Element, t: f32) -> vec3<f32> {
    let condition = beyond[element.beyond];
    let g = element.conductance;
    if condition.x < 0.0 {
        return vec3(g, condition.z, 0.0);
    }
    let hot = t - numbers.zero;
    let cold = condition.z - numbers.zero;
    var h = element.area * condition.x;
    if condition.y > 0.0 {
        var surface = max(hot, cold);
        for (var step = 0u; step < NEWTON; step++) {
            let now = element.area
                * (condition.x + condition.y * (cold * cold + surface * surface) * (cold + surface));
            let slope =
                element.area * (condition.x + 4.0 * condition.y * surface * surface * surface);
            surface -= (g * (surface - hot) + now * (surface - cold)) / (g + slope);
        }
        h = element.area
            * (condition.x + condition.y * (cold * cold + surface * surface) * (cold + surface));
    }
    let k = select(0.0, g * h / (g + h), h > 0.0);
    return vec3(k, condition.z, condition.w * element.area);
}

fn compensated(sum: f32, small: f32, value: f32) -> vec2<f32> {
    let next = sum + value;
    let lost = select((value - next) + sum, (sum - next) + value, abs(sum) >= abs(value));
    return vec2(next, small + lost);
}

fn book(place: u32, net: f32, gross: f32) {
    let before = sums[place];
    let both = vec4(
        compensated(before.x, before.y, numbers.seconds * net),
        compensated(before.z, before.w, numbers.seconds * gross),
    );
    sums[place] = both;
}

@compute @workgroup_size(64, 1, 1)
fn explicit_step(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var place = numbers.start + id.x; place < numbers.end; place += 64u * groups.x) {
        let own = cells[place] - numbers.base;
        let t = x[own];
        var net = 0.0;
        var gross = 0.0;
        for (var n = starts[place]; n < starts[place + 1u]; n++) {
            let through = linear(elements[n], t);
            let flow = through.x * (through.y - t) + through.z;
            net += flow;
            gross += abs(flow);
        }
        result[own] += numbers.seconds / capacities[place] * (net + watts[place]);
        book(place, net, gross);
    }
}

// Right side and diagonal of an implicit step.
@compute @workgroup_size(64, 1, 1)
fn implicit_begin(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var place = numbers.start + id.x; place < numbers.end; place += 64u * groups.x) {
        let own = cells[place] - numbers.base;
        let t = x[own];
        var walls = 0.0;
        var right = watts[place];
        for (var n = starts[place]; n < starts[place + 1u]; n++) {
            let through = linear(elements[n], t);
            walls += through.x;
            right += through.x * (through.y - t) + through.z;
        }
        result[own] += right;
        extra[own] = capacities[place] / numbers.seconds + walls;
    }
}

// What flowed in an implicit step that changes the field by `result`.
@compute @workgroup_size(64, 1, 1)
fn implicit_end(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    for (var place = numbers.start + id.x; place < numbers.end; place += 64u * groups.x) {
        let own = cells[place] - numbers.base;
        let t = x[own];
        let change = result[own];
        var net = 0.0;
        var gross = 0.0;
        for (var n = starts[place]; n < starts[place + 1u]; n++) {
            let through = linear(elements[n], t);
            let flow = (through.x * (through.y - t) + through.z) - through.x * change;
            net += flow;
            gross += abs(flow);
        }
        book(place, net, gross);
    }
}
