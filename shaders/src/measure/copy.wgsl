// Copies 16 bytes with each thread: the yardstick of all other kernels. 32 bytes go through memory for each thread, 8 for each f32.

struct Size {
    // Values of 16 bytes.
    values: u32,
}

@group(0) @binding(0) var<storage, read> from_values: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> to_values: array<vec4<f32>>;
var<immediate> size: Size;

@compute @workgroup_size(256)
fn copy(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let n = (group.y * groups.x + group.x) * 256u + thread;
    if n < size.values {
        to_values[n] = from_values[n];
    }
}
