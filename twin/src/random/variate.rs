//! Random variates of the standard laws.
//!
//! The ziggurat (Marsaglia, Tsang: J. Stat. Softw. 5 (2000) 8, in the form of Doornik 2005) for exponential and normal,
//! Marsaglia and Tsang's squeeze (ACM TOMS 26 (2000) 363) for gamma, Hörmann's PTRS (Insur. Math. Econ. 12 (1993) 39) for
//! Poisson.

use std::sync::LazyLock;

use super::stream::Stream;

const LAYERS: usize = 256;

/// 256 layers of equal area that cover a decreasing density.
struct Ziggurat {
    /// Right ends of the layers, from the bottom; one more for the top.
    x: [f64; LAYERS + 1],
    /// The density there.
    f: [f64; LAYERS + 1],
}

/// Where the tail begins, and the area of a layer.
const EXPONENTIAL: (f64, f64) = (7.697_117_470_131_05, 0.003_949_659_822_581_572);
const NORMAL: (f64, f64) = (3.654_152_885_361_009, 0.004_928_673_233_99);

static EXPONENTIAL_LAYERS: LazyLock<Ziggurat> =
    LazyLock::new(|| Ziggurat::new(EXPONENTIAL, |x| libm::exp(-x), |y| -libm::log(y)));
static NORMAL_LAYERS: LazyLock<Ziggurat> =
    LazyLock::new(|| Ziggurat::new(NORMAL, normal_density, |y| (-2.0 * libm::log(y)).sqrt()));

impl Ziggurat {
    fn new((tail, area): (f64, f64), density: fn(f64) -> f64, inverse: fn(f64) -> f64) -> Self {
        let mut x = [0.0; LAYERS + 1];
        x[0] = area / density(tail);
        x[1] = tail;
        for i in 2..LAYERS {
            x[i] = inverse(area / x[i - 1] + density(x[i - 1]));
        }
        Self { x, f: x.map(density) }
    }

    /// Whether a point at `x` in `layer` lies under the density.
    fn under(&self, layer: usize, x: f64, density: fn(f64) -> f64, stream: &mut Stream) -> bool {
        let (low, high) = (self.f[layer], self.f[layer + 1]);
        high + (low - high) * stream.uniform() < density(x)
    }
}

/// exp(−x²/2): the normal density but for its factor.
fn normal_density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x)
}

/// The 52 upper bits as a number in [1, 2).
#[inline]
fn one_to_two(bits: u64) -> f64 {
    f64::from_bits(bits >> 12 | 1.0_f64.to_bits())
}

impl Stream {
    /// Exponential with mean 1.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        let layers = &*EXPONENTIAL_LAYERS;
        let bits = self.bits();
        let layer = bits as usize % LAYERS;
        let x = (one_to_two(bits) - (1.0 - f64::EPSILON / 2.0)) * layers.x[layer];
        if x < layers.x[layer + 1] { x } else { self.exponential_edge(layers, layer, x) }
    }

    /// The 1.1 % of cases that are not decided by the first comparison.
    #[cold]
    fn exponential_edge(&mut self, layers: &Ziggurat, layer: usize, x: f64) -> f64 {
        if layer == 0 {
            // The tail of an exponential is an exponential.
            return EXPONENTIAL.0 - libm::log(self.uniform_open());
        }
        if layers.under(layer, x, |x| libm::exp(-x), self) { x } else { self.exponential() }
    }

    /// Normal with mean 0 and variance 1.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        let layers = &*NORMAL_LAYERS;
        let bits = self.bits();
        let layer = bits as usize % LAYERS;
        let u = 2.0 * one_to_two(bits) - 3.0;
        let x = u * layers.x[layer];
        if x.abs() < layers.x[layer + 1] { x } else { self.normal_edge(layers, layer, x) }
    }

    #[cold]
    fn normal_edge(&mut self, layers: &Ziggurat, layer: usize, x: f64) -> f64 {
        if layer == 0 {
            return self.normal_tail().copysign(x);
        }
        if layers.under(layer, x, normal_density, self) { x } else { self.normal() }
    }

    /// A normal variate beyond the start of the tail (Marsaglia: Technometrics 6 (1964) 101).
    fn normal_tail(&mut self) -> f64 {
        loop {
            let beyond = -libm::log(self.uniform_open()) / NORMAL.0;
            if -2.0 * libm::log(self.uniform_open()) > beyond * beyond {
                return NORMAL.0 + beyond;
            }
        }
    }

    /// Gamma with the given shape and scale 1.
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * libm::exp(-self.exponential() / shape);
        }
        let scale = shape - 1.0 / 3.0;
        let width = 1.0 / (9.0 * scale).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + width * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let u = self.uniform_open();
            let x2 = x * x;
            if u < 1.0 - 0.0331 * x2 * x2
                || libm::log(u) < 0.5 * x2 + scale * (1.0 - v + libm::log(v))
            {
                return scale * v;
            }
        }
    }

    /// Beta on [0, 1].
    pub(super) fn beta(&mut self, alpha: f64, beta: f64) -> f64 {
        let (a, b) = (self.gamma(alpha), self.gamma(beta));
        if a + b > 0.0 {
            return a / (a + b);
        }
        // Both below the smallest number: all weight sits at the ends.
        f64::from(u8::from(self.chance(alpha / (alpha + beta))))
    }

    /// Poisson with the given mean.
    pub(super) fn poisson(&mut self, mean: f64) -> f64 {
        if mean < 10.0 { self.poisson_small(mean) } else { self.poisson_large(mean) }
    }

    /// Counts the arrivals of a Poisson process within a time of length `mean`.
    fn poisson_small(&mut self, mean: f64) -> f64 {
        let (mut count, mut time) = (0.0, self.exponential());
        while time < mean {
            count += 1.0;
            time += self.exponential();
        }
        count
    }

    fn poisson_large(&mut self, mean: f64) -> f64 {
        let spread = 0.931 + 2.53 * mean.sqrt();
        let hat = -0.059 + 0.02483 * spread;
        let inverse_alpha = 1.1239 + 1.1328 / (spread - 3.4);
        let squeeze = 0.9277 - 3.6224 / (spread - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform_open();
            let us = 0.5 - u.abs();
            let k = libm::floor((2.0 * hat / us + spread) * u + mean + 0.43);
            if us >= 0.07 && v <= squeeze {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let accept = libm::log(v * inverse_alpha / (hat / (us * us) + spread));
            if accept <= k * libm::log(mean) - mean - libm::lgamma(k + 1.0) {
                return k;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_close_at_the_top() {
        for (layers, area) in [(&EXPONENTIAL_LAYERS, EXPONENTIAL.1), (&NORMAL_LAYERS, NORMAL.1)] {
            let top = layers.x[LAYERS - 1] * (1.0 - layers.f[LAYERS - 1]);
            assert!((top / area - 1.0).abs() < 1e-7, "{top} {area}");
        }
    }

    /// Pinned, so that a change in `libm` or here cannot change every result unnoticed.
    #[test]
    fn the_first_variates_are_what_they_were() {
        let mut stream = Stream::new(42, 0, "mill");
        let got = [
            stream.exponential(),
            stream.normal(),
            stream.gamma(2.5),
            stream.gamma(0.5),
            stream.beta(2.0, 3.0),
            stream.poisson(3.0),
            stream.poisson(30.0),
        ];
        assert_eq!(got.map(f64::to_bits), PINNED, "{:?}", got.map(f64::to_bits));
    }
    const PINNED: [u64; 7] = [
        4_601_629_323_901_967_708,
        13_831_469_304_976_105_183,
        4_603_968_893_055_925_892,
        4_604_397_927_837_352_446,
        4_599_961_805_651_351_269,
        4_616_189_618_054_758_400,
        4_629_700_416_936_869_888,
    ];

    /// Kolmogorov–Smirnov at a level of 10⁻⁴: the greatest distance from the law is below 2.225 / √n.
    fn check_law(mut draws: Vec<f64>, cdf: impl Fn(f64) -> f64) {
        draws.sort_by(f64::total_cmp);
        let n = draws.len() as f64;
        let distance = draws.iter().enumerate().fold(0.0_f64, |worst, (i, &x)| {
            let f = cdf(x);
            worst.max((f - i as f64 / n).abs()).max(((i + 1) as f64 / n - f).abs())
        });
        assert!(distance * n.sqrt() < 2.225, "distance {distance}");
    }

    #[test]
    fn exponential_and_normal_follow_their_law() {
        let mut stream = Stream::new(7, 0, "law");
        let n = 400_000;
        check_law((0..n).map(|_| stream.exponential()).collect(), |x| 1.0 - (-x).exp());
        check_law((0..n).map(|_| stream.normal()).collect(), |x| {
            0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
        });
    }

    #[test]
    fn the_tails_are_as_heavy_as_they_should_be() {
        let mut stream = Stream::new(8, 0, "tail");
        let n = 4_000_000;
        let far = (0..n).filter(|_| stream.exponential() > EXPONENTIAL.0).count() as f64;
        let expected = f64::from(n) * (-EXPONENTIAL.0).exp();
        assert!((far - expected).abs() < 4.0 * expected.sqrt(), "{far} {expected}");
        let far = (0..n).filter(|_| stream.normal().abs() > NORMAL.0).count() as f64;
        let expected = f64::from(n) * libm::erfc(NORMAL.0 / std::f64::consts::SQRT_2);
        assert!((far - expected).abs() < 4.0 * expected.sqrt(), "{far} {expected}");
    }
}
