// Random numbers by counter: Philox-4x32-10 (Salmon et al. 2011), normal deviates by the inverse error function (Giles 2010), and
// exponential deviates in fixed point. The integers are those of the plain form, to the bit. Registers only.

const USE_SAMPLE = 0u;
const USE_FLICKER = 1u;
const USE_FAULT = 16u;

// The upper 32 bits of a product.
fn high(a: u32, b: u32) -> u32 {
    let a0 = a & 0xFFFFu;
    let a1 = a >> 16u;
    let b0 = b & 0xFFFFu;
    let b1 = b >> 16u;
    let middle = a1 * b0 + ((a0 * b0) >> 16u);
    let other = a0 * b1 + (middle & 0xFFFFu);
    return a1 * b1 + (middle >> 16u) + (other >> 16u);
}

fn philox(first: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
    var c = first;
    var key = seed;
    for (var round = 0u; round < 10u; round++) {
        let low = c.x;
        let up = c.z;
        c = vec4(
            high(up, 0xCD9E8D57u) ^ c.y ^ key.x,
            up * 0xCD9E8D57u,
            high(low, 0xD2511F53u) ^ c.w ^ key.y,
            low * 0xD2511F53u,
        );
        key += vec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return c;
}

// -ln(4 tail (1 - tail)): exponent, and 2 artanh((m - 1) / (m + 1)) of the rest.
fn logarithm(tail: f32) -> f32 {
    let bits = bitcast<i32>(4.0 * tail * (1.0 - tail));
    let exponent = (bits - 0x3F3504F3) >> 23u;
    let m = bitcast<f32>(bits - (exponent << 23u));
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let series = (((z * (1.0 / 9.0) + 1.0 / 7.0) * z + 1.0 / 5.0) * z + 1.0 / 3.0) * z;
    return -(f32(exponent) * 0.6931472 + 2.0 * (s + s * series));
}

fn normal(word: u32) -> f32 {
    let tail = (f32(word & 0x7FFFFFFFu) + 0.5) * (1.0 / 4294967296.0);
    let x = 1.0 - 2.0 * tail;
    var w = logarithm(tail);
    var p: f32;
    if w < 5.0 {
        w -= 2.5;
        p = 2.8102264e-8;
        p = p * w + 3.4327394e-7;
        p = p * w - 3.5233877e-6;
        p = p * w - 4.3915065e-6;
        p = p * w + 2.1858087e-4;
        p = p * w - 1.253725e-3;
        p = p * w - 4.1776816e-3;
        p = p * w + 0.24664073;
        p = p * w + 1.5014094;
    } else {
        w = sqrt(w) - 3.0;
        p = -2.0021426e-4;
        p = p * w + 1.0095056e-4;
        p = p * w + 1.3493432e-3;
        p = p * w - 3.6734284e-3;
        p = p * w + 5.7395077e-3;
        p = p * w - 7.6224613e-3;
        p = p * w + 9.4388705e-3;
        p = p * w + 1.0016741;
        p = p * w + 2.8329768;
    }
    let size = 1.4142135 * p * x;
    return select(-size, size, word >> 31u == 0u);
}

// -ln(word / 2^32) in units of 2^-26.
fn exponential(drawn: u32) -> u32 {
    let word = max(drawn, 1u);
    let zeros = countLeadingZeros(word);
    var mantissa = word << zeros;
    var fraction = 0u;
    for (var bit = 26u; bit > 0u; bit--) {
        let square = high(mantissa, mantissa);
        let carry = square >> 31u;
        fraction |= carry << (bit - 1u);
        mantissa = square << (1u - carry);
    }
    return high(((zeros + 1u) << 26u) - fraction, 2977044472u);
}

// Ticks drawn from the exponential distribution whose mean is mantissa / 2^32 * 2^exponent.
fn draw(mantissa: u32, exponent: u32, word: u32) -> u32 {
    let ticks = high(exponential(word), mantissa);
    if exponent <= 26u {
        return ticks >> (26u - exponent);
    }
    let up = exponent - 26u;
    return select(ticks << up, 0xFFFFFFFFu, ticks > (0xFFFFFFFFu >> up));
}

fn add(a: u32, b: u32) -> u32 {
    return select(a + b, 0xFFFFFFFFu, a > 0xFFFFFFFFu - b);
}
