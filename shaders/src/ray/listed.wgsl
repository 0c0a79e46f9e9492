// Rays that are listed: 36 bytes each.

@group(0) @binding(4) var<storage, read> rays: array<u32>;

struct Numbers {
    // Rays, and threads along x.
    count: u32,
    stride: u32,
}
var<immediate> numbers: Numbers;

fn number(at: u32) -> f32 {
    return bitcast<f32>(rays[at]);
}

@compute @workgroup_size(64)
fn listed(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = id.y * numbers.stride + id.x;
    if n >= numbers.count {
        return;
    }
    let at = 9u * n;
    let origin = vec3(number(at), number(at + 1u), number(at + 2u));
    let direction = vec3(number(at + 4u), number(at + 5u), number(at + 6u));
    let ray = Ray(origin, number(at + 3u), direction, number(at + 7u), rays[at + 8u]);
    hits[n] = hit(ray, trace(ray));
}
