// One mesh holds the corners of many copies of a shape; `uv.x` says to which of them a corner belongs, and the row of that number
// where it stands. Copies that are not used have no size.

#import bevy_pbr::view_transformations::position_world_to_clip
#ifdef PREPASS_PIPELINE
#import bevy_pbr::prepass_io::{Vertex, VertexOutput}
#else
#import bevy_pbr::forward_io::{Vertex, VertexOutput}
#endif

struct Row {
    at: vec3<f32>,
    red_green: u32,
    turn: vec4<f32>,
    size: vec3<f32>,
    blue: u32,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<storage, read> rows: array<Row>;

fn turned(v: vec3<f32>, q: vec4<f32>) -> vec3<f32> {
    return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}

@vertex
fn vertex(corner: Vertex) -> VertexOutput {
    let row = rows[u32(corner.uv.x)];
    var out: VertexOutput;
    let world = row.at + turned(corner.position * row.size, row.turn);
    out.world_position = vec4(world, 1.0);
    out.position = position_world_to_clip(world);
    out.uv = corner.uv;
    out.color = vec4(unpack2x16unorm(row.red_green), unpack2x16unorm(row.blue).x, 1.0);
#ifdef PREPASS_PIPELINE
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    out.unclipped_depth = out.position.z;
    out.position.z = min(out.position.z, 1.0);
#endif
#else
    let size = max(row.size, vec3(1e-6));
    out.world_normal = normalize(turned(corner.normal / size, row.turn));
#endif
    return out;
}
