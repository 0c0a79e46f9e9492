//! One axis of motion: the time of a move from rest to rest.
//!
//! Speed over time is a trapezoid: up at `a`, on at `v`, down at `b`. A move of length `s` that reaches `v` takes
//! `s/v + v/(2a) + v/(2b)`; a shorter one is a triangle with the peak `p = sqrt(2 s a b / (a + b))` and takes `p/a + p/b`.
//! Without accelerations the axis is at its speed at once: `s/v`. Jerk is left out: it adds some tenths of a second to
//! a move, which belong to the times to pick and place.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::engine::Compile;
use crate::units::{Acceleration, SimDuration, Speed};

/// How fast an axis moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// Top speed in m/s, above 0.
    speed: f64,
    /// Time in s to reach it and to stop from it.
    up: f64,
    down: f64,
    /// `v/(2a) + v/(2b)` in s: what starting and stopping add to a long move.
    ramps: f64,
    /// Length in m from which on the top speed is reached.
    long: f64,
    /// `sqrt(2 (a + b) / (a b))`: a short move takes this times the root of its length, in s.
    short: f64,
}

impl Axis {
    /// An axis with top speed `v` in m/s that speeds up by `a` and slows down by `b`, both in m/s² and above 0; infinite:
    /// at once.
    pub fn new(v: f64, a: f64, b: f64) -> Self {
        let (up, down) = (v / a, v / b);
        Self {
            speed: v,
            up,
            down,
            ramps: f64::midpoint(up, down),
            long: v * f64::midpoint(up, down),
            short: (2.0 * (a.recip() + b.recip())).sqrt(),
        }
    }

    /// Time of a move over `metres`, whichever way. Rounded to the nanosecond. A few nanoseconds of work.
    #[inline]
    pub fn time(&self, metres: f64) -> SimDuration {
        let s = metres.abs();
        let seconds =
            if s >= self.long { s / self.speed + self.ramps } else { self.short * s.sqrt() };
        SimDuration::from_seconds(seconds)
    }

    /// Metres covered, without sign, of a move over `metres` after `elapsed` of it.
    pub fn covered(&self, metres: f64, elapsed: SimDuration) -> f64 {
        let (s, t, end) = (metres.abs(), elapsed.seconds(), self.time(metres).seconds());
        if t >= end {
            return s;
        }
        // Share of the top speed that is reached: all of it, or the peak of a triangle.
        let share = if s >= self.long { 1.0 } else { (s / self.long).sqrt() };
        let (peak, up, down) = (self.speed * share, self.up * share, self.down * share);
        if t < up {
            peak * t * t / (2.0 * up)
        } else if t <= end - down {
            peak * (t - up / 2.0)
        } else {
            s - peak * (end - t) * (end - t) / (2.0 * down)
        }
    }
}

/// An axis in a plant file: `"1.5 m/s"`, or `(speed: "1.5 m/s", acceleration: "0.5 m/s2", deceleration: "0.8 m/s2")`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisSpec {
    /// Top speed.
    pub speed: Speed,
    /// How it speeds up. Default: at once.
    pub acceleration: Option<Acceleration>,
    /// How it slows down. Default: as it speeds up.
    pub deceleration: Option<Acceleration>,
}

impl AxisSpec {
    /// Checks it. What is wrong is reported at `field`.
    pub fn compile(&self, field: &str, cx: &mut Compile<'_>) -> Axis {
        let v = self.speed.metres_per_second();
        let rate = |rate: Option<Acceleration>| rate.map(Acceleration::metres_per_second_squared);
        let a = rate(self.acceleration).unwrap_or(f64::INFINITY);
        let b = rate(self.deceleration).unwrap_or(a);
        // Slower than this, and a move is longer than any run.
        if !(v >= 1e-6) {
            cx.error(field, "what moves has a speed of at least 0.001 mm/s");
        }
        if !(a >= 1e-6 && b >= 1e-6) {
            cx.error(field, "accelerations are at least 0.001 mm/s2; leave them out for none");
        }
        Axis::new(v, a, b)
    }
}

impl<'de> Deserialize<'de> for AxisSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename = "axis")]
        struct Full {
            speed: Speed,
            #[serde(default)]
            acceleration: Option<Acceleration>,
            #[serde(default)]
            deceleration: Option<Acceleration>,
        }
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = AxisSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a speed such as \"1.5 m/s\", or (speed: …, acceleration: …)")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<AxisSpec, E> {
                let speed = Speed::deserialize(serde::de::value::StrDeserializer::new(text))?;
                Ok(AxisSpec { speed, acceleration: None, deceleration: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AxisSpec, A::Error> {
                let Full { speed, acceleration, deceleration } =
                    Full::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AxisSpec { speed, acceleration, deceleration })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speed, acceleration, deceleration, length, time in ns.
    const MOVES: &[(f64, f64, f64, f64, i64)] = &[
        (0.5, f64::INFINITY, f64::INFINITY, 10.0, 20_000_000_000),
        // 2 s up over 2 m, 1 s down over 1 m, 7 m at 2 m/s.
        (2.0, 1.0, 2.0, 10.0, 6_500_000_000),
        // Just long enough: up for 2 s, down for 1 s.
        (2.0, 1.0, 2.0, 3.0, 3_000_000_000),
        // A triangle: peak 1 m/s, 1 s up, 0.5 s down.
        (2.0, 1.0, 2.0, 0.75, 1_500_000_000),
        // Equal ramps: 2 sqrt(s/a).
        (3.0, 1.0, 1.0, 4.0, 4_000_000_000),
        (2.0, 1.0, f64::INFINITY, 2.0, 2_000_000_000),
        (2.0, 1.0, 2.0, 0.0, 0),
        (2.0, 1.0, 2.0, -10.0, 6_500_000_000),
    ];

    #[test]
    fn moves_take_their_time() {
        for (v, a, b, s, ns) in MOVES {
            assert_eq!(Axis::new(*v, *a, *b).time(*s).ns(), *ns, "{v} {a} {b} over {s}");
        }
    }

    /// On the way, a move goes on at no more than its top speed and accelerations, and comes to its end.
    #[test]
    fn moves_are_smooth() {
        for (v, a, b, s, ns) in MOVES {
            let axis = Axis::new(*v, *a, *b);
            let at = |step: i64| axis.covered(*s, SimDuration::from_ns(ns / 1000 * step));
            let dt = *ns as f64 * 1e-12;
            let speeds: Vec<f64> = (0..1000).map(|step| (at(step + 1) - at(step)) / dt).collect();
            assert!(dt == 0.0 || (at(1000) - s.abs()).abs() < 1e-9, "{s}: {}", at(1000));
            for pair in speeds.windows(2).filter(|_| dt > 0.0) {
                let bend = (pair[1] - pair[0]) / dt;
                assert!(pair[1] >= -1e-6 && pair[1] <= v + 1e-6, "{pair:?}");
                assert!(bend <= a + 1e-3 && bend >= -b - 1e-3, "{bend}");
            }
        }
    }

    #[test]
    fn longer_moves_take_longer() {
        let axis = Axis::new(1.7, 0.9, 1.3);
        let times: Vec<i64> = (0..500).map(|mm| axis.time(f64::from(mm) / 50.0).ns()).collect();
        assert!(times.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn axes_are_read() {
        let spec: AxisSpec = ron::from_str("\"30 m/min\"").expect("a speed alone");
        assert_eq!((spec.speed.metres_per_second(), spec.acceleration), (0.5, None));
        let text = r#"#![enable(implicit_some)] (speed: "2 m/s", acceleration: "500 mm/s2")"#;
        let spec: AxisSpec = ron::from_str(text).expect("with an acceleration");
        assert_eq!(spec.acceleration.map(Acceleration::metres_per_second_squared), Some(0.5));
        for wrong in ["2", "(acceleration: \"1 m/s2\")", "(speed: \"1 m/s\", jerk: \"1\")"] {
            assert!(ron::from_str::<AxisSpec>(wrong).is_err(), "{wrong}");
        }
    }
}
