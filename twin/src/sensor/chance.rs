//! Chance without a sequence: every draw is a function of (seed, instrument, tick, use), so that draws can be made in any order,
//! on any number of threads, and by a kernel on a GPU, with the same integers.
//!
//! * Integers: Philox-4x32-10 of Salmon, Moraes, Dror & Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011.
//! * Normal deviates: the inverse of the error function by the polynomials of Giles, *Approximating the erfinv function*, GPU
//!   Computing Gems 2, 2010, one deviate from each word. Relative error below 1e-6 up to 5.4 σ, as far as they were fitted, and
//!   below 4e-4 in the last 1e-7 of all draws, up to 6.3 σ.
//! * Times to failure: exponential deviates in fixed point, by squaring (Knuth, *The Art of Computer Programming* 1, 1.2.2,
//!   exercise 25), in integers throughout: a failure begins at the same tick wherever it is computed.

/// What a draw is for: the third word of its counter.
pub(super) mod uses {
    /// White noise (word 0) and spikes (words 1 and 2) of one sample.
    pub(in crate::sensor) const SAMPLE: u32 = 0;
    /// The four parts of flicker noise of one sample.
    pub(in crate::sensor) const FLICKER: u32 = 1;
    /// What an instrument came from the factory with.
    pub(in crate::sensor) const TRIM: u32 = 2;
    /// When its fault number 0 begins next; number 1 has the next use, and so on.
    pub(in crate::sensor) const FAULT: u32 = 16;
}

/// Four random words.
///
/// `counter` says which; all of its words and both of `key` count. Ten rounds.
#[inline]
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let low = u64::from(counter[0]) * 0xD251_1F53;
        let high = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (high >> 32) as u32 ^ counter[1] ^ key[0],
            high as u32,
            (low >> 32) as u32 ^ counter[3] ^ key[1],
            low as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// A seed as a key.
pub(super) fn key(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// A number from -1 to 1, both excluded, evenly distributed.
#[inline]
pub(super) fn signed(word: u32) -> f32 {
    ((word >> 8) as f32 + 0.5) * (1.0 / 8_388_608.0) - 1.0
}

/// Standard normal deviates, one of each word.
///
/// The highest bit is the sign, the others are the tail probability: they reach to ±6.3, and small tails keep all their digits.
/// All of them first as if none lay in the far tail, in plain arithmetic that a compiler does for several at once; the rare others
/// anew.
#[inline]
pub(super) fn normals<const N: usize>(words: [u32; N]) -> [f32; N] {
    let mut deviates = [0.0; N];
    let mut is_far = false;
    for (deviate, word) in deviates.iter_mut().zip(words) {
        let tail = tail(word);
        let w = logarithm(tail);
        is_far |= w >= FAR_FROM;
        *deviate = deviate_of(word, tail, polynomial(w - 2.5, NEAR));
    }
    if is_far {
        for (deviate, word) in deviates.iter_mut().zip(words) {
            let tail = tail(word);
            let w = logarithm(tail);
            if w >= FAR_FROM {
                *deviate = deviate_of(word, tail, polynomial(w.sqrt() - 3.0, FAR));
            }
        }
    }
    deviates
}

/// The tail probability in all bits but the highest.
#[inline]
fn tail(word: u32) -> f32 {
    ((word & 0x7FFF_FFFF) as i32 as f32 + 0.5) * SCALE
}

/// A deviate from `erfinv(x) / x` and the sign in the highest bit.
#[inline]
fn deviate_of(word: u32, tail: f32, inverse: f32) -> f32 {
    let size = std::f32::consts::SQRT_2 * inverse * (1.0 - 2.0 * tail);
    f32::from_bits(size.to_bits() | word & 0x8000_0000)
}

/// From which `-ln(4 tail (1 - tail))` on the other polynomial holds.
const FAR_FROM: f32 = 5.0;

const SCALE: f32 = 1.0 / 4_294_967_296.0;

#[inline]
fn polynomial(w: f32, terms: [f32; 9]) -> f32 {
    terms.into_iter().fold(0.0, |sum, c| sum * w + c)
}

/// `-ln(4 tail (1 - tail))`, from the exponent and, with `m` between √½ and √2, the series of `2 artanh((m - 1) / (m + 1))`.
#[inline]
fn logarithm(tail: f32) -> f32 {
    let bits = (4.0 * tail * (1.0 - tail)).to_bits() as i32;
    let exponent = (bits - SQRT_HALF) >> 23;
    let m = f32::from_bits((bits - (exponent << 23)) as u32);
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let series = (((z * (1.0 / 9.0) + 1.0 / 7.0) * z + 1.0 / 5.0) * z + 1.0 / 3.0) * z;
    -(exponent as f32 * std::f32::consts::LN_2 + 2.0 * (s + s * series))
}

/// Bits of √½.
const SQRT_HALF: i32 = 0x3F35_04F3;

const NEAR: [f32; 9] = [
    2.810_226_4e-8,
    3.432_739_4e-7,
    -3.523_387_7e-6,
    -4.391_506_5e-6,
    2.185_808_7e-4,
    -1.253_725_e-3,
    -4.177_681_6e-3,
    0.246_640_73,
    1.501_409_4,
];

const FAR: [f32; 9] = [
    -2.002_142_6e-4,
    1.009_505_6e-4,
    1.349_343_2e-3,
    -3.673_428_4e-3,
    5.739_507_7e-3,
    -7.622_461_3e-3,
    9.438_870_5e-3,
    1.001_674,
    2.832_976_8,
];

/// Bits behind the point of [`exponential`].
const POINT: u32 = 26;
/// `ln 2 · 2³²`.
const LN_2: u32 = 2_977_044_472;

fn high(a: u32, b: u32) -> u32 {
    ((u64::from(a) * u64::from(b)) >> 32) as u32
}

/// An exponential deviate of mean 1, in units of 2⁻²⁶: `-ln(word / 2³²)`.
fn exponential(word: u32) -> u32 {
    let word = word.max(1);
    let zeros = word.leading_zeros();
    let mut mantissa = word << zeros;
    let mut fraction = 0;
    for bit in (0..POINT).rev() {
        let square = high(mantissa, mantissa);
        let carry = square >> 31;
        fraction |= carry << bit;
        mantissa = square << (1 - carry);
    }
    high(((zeros + 1) << POINT) - fraction, LN_2)
}

/// A mean number of ticks, as `mantissa / 2³² · 2^exponent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mean {
    /// From 2³¹ on.
    pub(super) mantissa: u32,
    /// From 0 to 32.
    pub(super) exponent: u32,
}

impl Mean {
    /// So many ticks, from 1/2 to 2³².
    pub(super) fn of(ticks: f64) -> Self {
        let ticks = ticks.clamp(0.5, f64::from(u32::MAX));
        let exponent = ticks.log2().floor() as i32 + 1;
        let mantissa = ticks * libm::exp2(f64::from(32 - exponent));
        // The logarithm may be rounded to the wrong side of a whole number.
        match mantissa {
            m if m >= 4_294_967_295.5 => Self { mantissa: 1 << 31, exponent: exponent as u32 + 1 },
            m if m < 2_147_483_647.5 => Self { mantissa: u32::MAX, exponent: exponent as u32 - 1 },
            m => Self { mantissa: m.round() as u32, exponent: exponent as u32 },
        }
    }

    /// Ticks drawn from the exponential distribution of this mean, cut to whole ones; `u32::MAX` for all beyond.
    pub(super) fn draw(self, word: u32) -> u32 {
        let ticks = high(exponential(word), self.mantissa);
        match self.exponent.checked_sub(POINT) {
            None | Some(0) => ticks >> (POINT - self.exponent),
            Some(up) if ticks > u32::MAX >> up => u32::MAX,
            Some(up) => ticks << up,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with the authors' library Random123 (`kat_vectors`, philox4x32 10).
    #[test]
    fn known_answers() {
        let all = u32::MAX;
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([all; 4], [all; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn exponential_is_the_logarithm() {
        for word in [1, 2, 3, 1000, 0x7FFF_FFFF, 0x8000_0000, 0xDEAD_BEEF, u32::MAX] {
            let exact = -(f64::from(word) / 4_294_967_296.0).ln();
            let got = f64::from(exponential(word)) / f64::from(1 << POINT);
            assert!((got - exact).abs() < 6e-8, "{word}: {got} for {exact}");
        }
    }

    #[test]
    fn means_scale_the_draw() {
        for ticks in [0.5, 1.0, 3.7, 100.0, 3.6e6, 1e9, 4e9] {
            for word in [7, 0x1234_5678, 0x9000_0000, 0xFFFF_0000] {
                let exact = -(f64::from(word) / 4_294_967_296.0).ln() * ticks;
                let got = f64::from(Mean::of(ticks).draw(word));
                let exact = exact.min(f64::from(u32::MAX));
                let fine = 6e-8 * ticks;
                assert!(exact - got >= -fine && exact - got <= 1.0 + fine, "{got} for {exact}");
            }
        }
    }

    #[test]
    fn normal_deviates_have_the_moments_of_the_distribution() {
        let n = 200_000;
        let draws = (0..n).flat_map(|i| normals(philox([i, 5, 0, 0], key(9))).map(f64::from));
        let (mut moments, count) = ([0.0; 4], f64::from(n) * 4.0);
        for x in draws {
            for (order, sum) in (1..).zip(&mut moments) {
                *sum += x.powi(order) / count;
            }
        }
        // Variances of x, x², x³, x⁴ of a standard normal deviate: 1, 2, 15, 96.
        for ((got, expected), variance) in
            moments.iter().zip([0.0, 1.0, 0.0, 3.0]).zip([1.0, 2.0, 15.0, 96.0_f64])
        {
            let sigma = (variance / count).sqrt();
            assert!((got - expected).abs() < 3.0 * sigma, "{got} for {expected} ± {sigma}");
        }
        // Quantiles: Φ(1.959964) = 0.975.
        let [near, negative, far, farther, last] = normals([0x0666_6666, 0x8666_6666, 1000, 42, 0]);
        assert!((near - 1.959_964).abs() < 2e-6 && negative == -near, "{near} {negative}");
        // Tails of 1000.5, 42.5 and 0.5 in 2³²: within what the polynomial was fitted for, and beyond.
        assert!((far / 5.039_851 - 1.0).abs() < 1e-6, "{far}");
        assert!((farther / 5.613_822 - 1.0).abs() < 4e-6, "{farther}");
        assert!((last / 6.337_958 - 1.0).abs() < 4e-4, "{last}");
    }
}
