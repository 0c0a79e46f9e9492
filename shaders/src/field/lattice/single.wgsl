// Populations as they are: 4 bytes each.

alias Kept = f32;

fn value(kept: Kept, slot: u32) -> f32 {
    return kept;
}

fn keep(x: f32, slot: u32, noise: u32) -> Kept {
    return x;
}
