// From a grid to the next coarser one and back: residuals add up, a correction counts for all cells that a coarse one stands for.
//
// add_up reads 8 and writes 1 value a coarse cell; correct reads 2 and writes 1 value a fine cell: 4.5 and 8.5 B a fine cell.

struct Numbers {
    fine: vec3<u32>,
    // First coarse plane of this dispatch.
    plane: u32,
    coarse: vec3<u32>,
    // Number of the first value of the windows that are bound.
    fine_base: u32,
    coarse_base: u32,
    // One past the last coarse plane.
    end: u32,
}

var<immediate> numbers: Numbers;

@group(0) @binding(0) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;

fn fine_at(at: vec3<u32>) -> u32 {
    return (at.z * numbers.fine.y + at.y) * numbers.fine.x + at.x - numbers.fine_base;
}

fn coarse_at(at: vec3<u32>) -> u32 {
    return (at.z * numbers.coarse.y + at.y) * numbers.coarse.x + at.x - numbers.coarse_base;
}

@compute @workgroup_size(64, 4, 1)
fn add_up(@builtin(global_invocation_id) id: vec3<u32>) {
    let at = id + vec3(0u, 0u, numbers.plane);
    if !all(at < numbers.coarse) {
        return;
    }
    var sum = 0.0;
    for (var row = 0u; row < 4u; row++) {
        let low = 2u * at + vec3(0u, row & 1u, row >> 1u);
        if low.y < numbers.fine.y && low.z < numbers.fine.z {
            var pair = given[fine_at(low)];
            if low.x + 1u < numbers.fine.x {
                pair += given[fine_at(low) + 1u];
            }
            sum += pair;
        }
    }
    result[coarse_at(at)] = sum;
}

@compute @workgroup_size(64, 4, 1)
fn correct(@builtin(global_invocation_id) id: vec3<u32>) {
    let at = id + vec3(0u, 0u, 2u * numbers.plane);
    if all(at < numbers.fine) {
        result[fine_at(at)] += given[coarse_at(at / 2u)];
    }
}
