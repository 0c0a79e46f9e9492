// Scans: the rays of all beams (16 bytes each) from all mounts (64 bytes each), made where they are cast. One thread for each
// beam of a mount; mounts along z.

@group(0) @binding(4) var<storage, read> beams: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> mounts: array<vec4<u32>>;

struct Numbers {
    // Beams of the pattern, and threads along x.
    count: u32,
    stride: u32,
    near: f32,
    far: f32,
}
var<immediate> numbers: Numbers;

@compute @workgroup_size(64)
fn scan(@builtin(global_invocation_id) id: vec3<u32>) {
    let n = id.y * numbers.stride + id.x;
    if n >= numbers.count {
        return;
    }
    let beam = beams[n];
    let place = mounts[4u * id.z];
    let q = row(mounts[4u * id.z + 1u]);
    let velocity = row(mounts[4u * id.z + 2u]).xyz;
    let spin = row(mounts[4u * id.z + 3u]);
    let once = cross(q.xyz, beam.xyz);
    var direction = beam.xyz + 2.0 * (q.w * once + cross(q.xyz, once));
    let angle = spin.w * beam.w;
    if angle != 0.0 {
        let side = cross(spin.xyz, direction);
        let along = dot(spin.xyz, direction);
        direction = direction * cos(angle) + side * sin(angle) + spin.xyz * along * (1.0 - cos(angle));
    }
    let origin = row(place).xyz + velocity * beam.w;
    let ray = Ray(origin, numbers.near, direction, numbers.far, place.w);
    hits[id.z * numbers.count + n] = hit(ray, trace(ray));
}
