// A step of each cell of a slab: streams and collides in place. 209 bytes per cell, 105 with halves.
//
// The arithmetic is that of the plain form, term by term.

struct Rates {
    even: f32,
    odd: f32,
    push: f32,
    push_odd: f32,
}

// The even part of a pair that is not in equilibrium.
fn uneven(there: f32, back: f32, cu: f32, level: f32, w: f32) -> f32 {
    return (there + back) * 0.5 - (level + cu * cu * 4.5) * w;
}

// What a pair of the motion becomes.
fn flow(cu: f32, cf: f32, uneven: f32, there: f32, back: f32, r: Rates, work: f32, w: f32) -> vec2<f32> {
    let odd = (there - back) * 0.5 - cu * (3.0 * w);
    let even = r.push * (cu * cf * 9.0 - work) * w - r.even * uneven;
    let change = r.push_odd * cf * (3.0 * w) - r.odd * odd;
    return vec2(there + even + change, back + even - change);
}

// What a pair of the heat becomes.
fn heat(there: f32, back: f32, warmth: f32, u: f32, given: f32, r: Rates) -> vec2<f32> {
    let even = given * 0.125 - r.even * ((there + back) * 0.5 - warmth * 0.125);
    let odd = r.odd * ((there - back) * 0.5 - warmth * u * 0.5);
    return vec2(there + even - odd, back + even + odd);
}

@compute @workgroup_size(64)
fn step(@builtin(global_invocation_id) id: vec3<u32>) {
    let own = id.x;
    let z = now.first + id.y;
    if own >= nx * ny {
        return;
    }
    let cell = z * (nx * ny) + own;
    let flag = flag_of(cell);
    let at = spots_of(place_of(own % nx, own / nx, z));
    var f: array<f32, 26>;
    f[0] = value(populations[at[0]], 0u);
    f[1] = value(populations[at[1]], 1u);
    f[2] = value(populations[at[2]], 2u);
    f[3] = value(populations[at[3]], 3u);
    f[4] = value(populations[at[4]], 4u);
    f[5] = value(populations[at[5]], 5u);
    f[6] = value(populations[at[6]], 6u);
    f[7] = value(populations[at[7]], 7u);
    f[8] = value(populations[at[8]], 8u);
    f[9] = value(populations[at[9]], 9u);
    f[10] = value(populations[at[10]], 10u);
    f[11] = value(populations[at[11]], 11u);
    f[12] = value(populations[at[12]], 12u);
    f[13] = value(populations[at[13]], 13u);
    f[14] = value(populations[at[14]], 14u);
    f[15] = value(populations[at[15]], 15u);
    f[16] = value(populations[at[16]], 16u);
    f[17] = value(populations[at[17]], 17u);
    f[18] = value(populations[at[18]], 18u);
    f[19] = value(populations[at[19]], 19u);
    f[20] = value(populations[at[20]], 20u);
    f[21] = value(populations[at[21]], 21u);
    f[22] = value(populations[at[22]], 22u);
    f[23] = value(populations[at[23]], 23u);
    f[24] = value(populations[at[24]], 24u);
    f[25] = value(populations[at[25]], 25u);
    let m = moments(f);
    let forced = forces(flag, m);
    let force = forced.xyz;
    let given = forced.w;
    let u = m.momentum + force * 0.5;
    let square = (u.x * u.x + u.y * u.y + u.z * u.z) * 1.5;
    let work = (u.x * force.x + u.y * force.y + u.z * force.z) * 3.0;
    let level = m.density - square;

    let c0 = u.x;
    let n0 = uneven(f[1], f[2], c0, level, 1.0 / 18.0);
    let c1 = u.y;
    let n1 = uneven(f[3], f[4], c1, level, 1.0 / 18.0);
    let c2 = u.z;
    let n2 = uneven(f[5], f[6], c2, level, 1.0 / 18.0);
    let c3 = u.x + u.y;
    let n3 = uneven(f[7], f[8], c3, level, 1.0 / 36.0);
    let c4 = u.x - u.y;
    let n4 = uneven(f[9], f[10], c4, level, 1.0 / 36.0);
    let c5 = u.x + u.z;
    let n5 = uneven(f[11], f[12], c5, level, 1.0 / 36.0);
    let c6 = u.x - u.z;
    let n6 = uneven(f[13], f[14], c6, level, 1.0 / 36.0);
    let c7 = u.y + u.z;
    let n7 = uneven(f[15], f[16], c7, level, 1.0 / 36.0);
    let c8 = u.y - u.z;
    let n8 = uneven(f[17], f[18], c8, level, 1.0 / 36.0);
    var tau = k.tau;
    if eddies {
        let xx = (n0 + n3 + n4 + n5 + n6) * 2.0;
        let yy = (n1 + n3 + n4 + n7 + n8) * 2.0;
        let zz = (n2 + n5 + n6 + n7 + n8) * 2.0;
        let xy = (n3 - n4) * 2.0;
        let xz = (n5 - n6) * 2.0;
        let yz = (n7 - n8) * 2.0;
        let stress = sqrt((xx * xx + yy * yy + zz * zz + (xy * xy + xz * xz + yz * yz) * 2.0) * 2.0);
        tau = (k.tau + sqrt(stress * k.eddies + k.tau * k.tau)) * 0.5;
    }
    let tau_odd = min(k.magic / (tau - 0.5), k.slowest.x) + 0.5;
    let rate = 1.0 / tau;
    let rate_odd = 1.0 / tau_odd;
    let r = Rates(rate, rate_odd, 1.0 - rate * 0.5, 1.0 - rate_odd * 0.5);
    let rest = f[0] - r.even * (f[0] - level * (1.0 / 3.0)) - r.push * work * (1.0 / 3.0);
    let p0 = flow(c0, force.x, n0, f[1], f[2], r, work, 1.0 / 18.0);
    let p1 = flow(c1, force.y, n1, f[3], f[4], r, work, 1.0 / 18.0);
    let p2 = flow(c2, force.z, n2, f[5], f[6], r, work, 1.0 / 18.0);
    let p3 = flow(c3, force.x + force.y, n3, f[7], f[8], r, work, 1.0 / 36.0);
    let p4 = flow(c4, force.x - force.y, n4, f[9], f[10], r, work, 1.0 / 36.0);
    let p5 = flow(c5, force.x + force.z, n5, f[11], f[12], r, work, 1.0 / 36.0);
    let p6 = flow(c6, force.x - force.z, n6, f[13], f[14], r, work, 1.0 / 36.0);
    let p7 = flow(c7, force.y + force.z, n7, f[15], f[16], r, work, 1.0 / 36.0);
    let p8 = flow(c8, force.y - force.z, n8, f[17], f[18], r, work, 1.0 / 36.0);

    var tau_heat = k.tau_heat;
    if eddies {
        tau_heat += (tau - k.tau) * k.eddies_heat;
    }
    let tau_even = min(k.magic_heat / (tau_heat - 0.5), k.slowest.y) + 0.5;
    let h = Rates(1.0 / tau_even, 1.0 / tau_heat, 0.0, 0.0);
    let still = f[19] - h.even * (f[19] - m.heat * 0.25) + given * 0.25;
    let q0 = heat(f[20], f[21], m.heat, u.x, given, h);
    let q1 = heat(f[22], f[23], m.heat, u.y, given, h);
    let q2 = heat(f[24], f[25], m.heat, u.z, given, h);

    // Solid cells are at rest.
    let open = select(1.0, 0.0, flag == 1u);
    let drawn = hash(cell ^ now.draw);
    populations[at[0]] = keep(open * rest, 0u, noise(drawn, 0u));
    populations[at[1]] = keep(open * p0.y, 1u, noise(drawn, 1u));
    populations[at[2]] = keep(open * p0.x, 2u, noise(drawn, 2u));
    populations[at[3]] = keep(open * p1.y, 3u, noise(drawn, 3u));
    populations[at[4]] = keep(open * p1.x, 4u, noise(drawn, 4u));
    populations[at[5]] = keep(open * p2.y, 5u, noise(drawn, 5u));
    populations[at[6]] = keep(open * p2.x, 6u, noise(drawn, 6u));
    populations[at[7]] = keep(open * p3.y, 7u, noise(drawn, 7u));
    populations[at[8]] = keep(open * p3.x, 8u, noise(drawn, 8u));
    populations[at[9]] = keep(open * p4.y, 9u, noise(drawn, 9u));
    populations[at[10]] = keep(open * p4.x, 10u, noise(drawn, 10u));
    populations[at[11]] = keep(open * p5.y, 11u, noise(drawn, 11u));
    populations[at[12]] = keep(open * p5.x, 12u, noise(drawn, 12u));
    populations[at[13]] = keep(open * p6.y, 13u, noise(drawn, 13u));
    populations[at[14]] = keep(open * p6.x, 14u, noise(drawn, 14u));
    populations[at[15]] = keep(open * p7.y, 15u, noise(drawn, 15u));
    populations[at[16]] = keep(open * p7.x, 16u, noise(drawn, 16u));
    populations[at[17]] = keep(open * p8.y, 17u, noise(drawn, 17u));
    populations[at[18]] = keep(open * p8.x, 18u, noise(drawn, 18u));
    populations[at[19]] = keep(open * still, 19u, noise(drawn, 19u));
    populations[at[20]] = keep(open * q0.y, 20u, noise(drawn, 20u));
    populations[at[21]] = keep(open * q0.x, 21u, noise(drawn, 21u));
    populations[at[22]] = keep(open * q1.y, 22u, noise(drawn, 22u));
    populations[at[23]] = keep(open * q1.x, 23u, noise(drawn, 23u));
    populations[at[24]] = keep(open * q2.y, 24u, noise(drawn, 24u));
    populations[at[25]] = keep(open * q2.x, 25u, noise(drawn, 25u));
}
