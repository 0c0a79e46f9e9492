use super::*;

/// A duration as a file writes it, as far as these tests need.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seconds(f64);

impl Value for Seconds {
    const UNITS_PER_SI: f64 = 1.0;
    fn to_si(self) -> f64 {
        self.0
    }
    fn from_units(units: f64) -> Self {
        Self(units)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
        let scale = match unit {
            "s" => 1.0,
            "min" => 60.0,
            _ => return Err(serde::de::Error::custom(format!("`{text}` is not a duration"))),
        };
        Ok(Self(number.parse::<f64>().unwrap() * scale))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{} s", self.0))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Station {
    time: Distribution<Seconds>,
    #[serde(default)]
    count: Option<Distribution<f64>>,
}

#[track_caller]
fn check_text(text: &str, expected: Distribution<Seconds>) {
    // Alone, and within a file: as a field, with blanks and comments around it.
    assert_eq!(ron::from_str::<Distribution<Seconds>>(text).unwrap(), expected);
    let file = format!("(time: /* why */ {text} // so\n, )");
    assert_eq!(ron::from_str::<Station>(&file).unwrap().time, expected);
    // And what is written is read again.
    let written = ron::to_string(&expected).unwrap();
    assert_eq!(ron::from_str::<Distribution<Seconds>>(&written).unwrap(), expected, "{written}");
}

#[test]
fn files_are_read() {
    use Distribution as D;
    check_text(r#""55 s""#, D::Constant(Seconds(55.0)));
    check_text(r##"r#"2 min"#"##, D::Constant(Seconds(120.0)));
    check_text(r#"Constant("55 s")"#, D::Constant(Seconds(55.0)));
    check_text(r#"Exponential("1 min")"#, D::Exponential(Seconds(60.0)));
    check_text(
        r#"Normal(mean: "55 s", sd: "3 s")"#,
        D::Normal { mean: Seconds(55.0), sd: Seconds(3.0) },
    );
    check_text(
        r#"LogNormal(mean: "12 min", cv: 0.8)"#,
        D::LogNormal { mean: Seconds(720.0), cv: 0.8 },
    );
    check_text(
        r#"Pert(min: "1 s", mode: "2 s", max: "5 s")"#,
        D::Pert { min: Seconds(1.0), mode: Seconds(2.0), max: Seconds(5.0), shape: 4.0 },
    );
    check_text(
        r#"Discrete([("1 min", 3), ("5 min", 1)])"#,
        D::Discrete(vec![(Seconds(60.0), 3.0), (Seconds(300.0), 1.0)]),
    );
    check_text(
        r#"Trace(values: ["1 s", "2 s"], at_end: Stop)"#,
        D::Trace { values: vec![Seconds(1.0), Seconds(2.0)], at_end: AtEnd::Stop },
    );
    check_text(
        r#"Csv(path: "mill.csv", column: "cycle")"#,
        D::Csv { path: "mill.csv".into(), column: "cycle".into() },
    );
}

#[test]
fn plain_numbers_are_read() {
    let station: Station =
        ron::from_str(r#"(time: "1 s", count: Some(Uniform(min: 1, max: 3)))"#).unwrap();
    assert_eq!(station.count, Some(Distribution::Uniform { min: 1.0, max: 3.0 }));
    for text in ["3", "3.0", "+3", " 3e0 "] {
        assert_eq!(ron::from_str::<Distribution<f64>>(text).unwrap(), Distribution::Constant(3.0));
    }
}

#[test]
fn mistakes_are_told() {
    for (text, expected) in [
        (r"Exponentail(1)", "Exponentail"),
        (r#"Exponential("1 parsec")"#, "`1 parsec` is not a duration"),
        (r#""soon""#, "`soon` is not a duration"),
        (r#"Normal(mean: "1 s", sigma: "1 s")"#, "sigma"),
        (r#"Normal(mean: "1 s")"#, "sd"),
        ("Exponential", "xpected"),
    ] {
        let file = format!("(\n  time: {text})");
        let error = ron::from_str::<Station>(&file).unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
        assert_eq!(error.span.end.line, 2, "{text}: {error}");
    }
}

#[test]
fn senseless_parameters_are_found() {
    use Distribution as D;
    for (distribution, expected) in [
        (D::Constant(-1.0), "not negative"),
        (D::Constant(f64::NAN), "finite"),
        (D::Uniform { min: 2.0, max: 1.0 }, "`min` must not exceed `max`"),
        (D::Triangular { min: 1.0, mode: 4.0, max: 3.0 }, "`mode`"),
        (D::Pert { min: 1.0, mode: 2.0, max: 3.0, shape: -1.0 }, "`shape`"),
        (D::Exponential(0.0), "the mean must be above 0, not 0"),
        (D::Erlang { k: 0, mean: 1.0 }, "`k` must be at least 1"),
        (D::Gamma { mean: 1.0, cv: 0.0 }, "`cv` must be above 0"),
        (D::LogNormal { mean: 0.0, cv: 1.0 }, "`mean`"),
        (D::Weibull { shape: f64::NAN, scale: 1.0 }, "`shape`"),
        (D::Beta { alpha: 1.0, beta: 0.0, min: 0.0, max: 1.0 }, "`beta`"),
        (D::Poisson { mean: -1.0, unit: 1.0 }, "`mean`"),
        (D::Geometric { p: 0.0, unit: 1.0 }, "`p`"),
        (D::Discrete(vec![]), "sum of the weights"),
        (D::Discrete(vec![(1.0, -1.0), (2.0, 2.0)]), "weights"),
        (D::Empirical(vec![(1.0, 0.0), (2.0, 0.9)]), "to 1"),
        (D::Empirical(vec![(1.0, 0.5), (0.5, 1.0)]), "ascend"),
        (D::Trace { values: vec![], at_end: AtEnd::Repeat }, "a value"),
        (D::Csv { path: "a.csv".into(), column: "b".into() }, "`a.csv` was not read"),
    ] {
        let message = distribution.check().unwrap_err();
        assert!(message.contains(expected), "{distribution:?}: {message}");
        assert!(distribution.sampler().is_err());
    }
}
