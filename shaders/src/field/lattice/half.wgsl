// Populations in 2 bytes each, scaled, and rounded at random: what a half does not keep is rounded up or down in proportion.

enable f16;

alias Kept = f16;

fn scale(slot: u32) -> f32 {
    return select(128.0, 32768.0, slot < 19u);
}

fn value(kept: Kept, slot: u32) -> f32 {
    return f32(kept) * (1.0 / scale(slot));
}

fn keep(x: f32, slot: u32, noise: u32) -> Kept {
    let bits = (bitcast<u32>(x * scale(slot)) + (noise & 0x1fffu)) & 0xffffe000u;
    return f16(bitcast<f32>(bits));
}
