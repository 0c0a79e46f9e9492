//! One figure: what must come out, what came out, and the verdict.

use std::fmt;

use serde::Serialize;

/// Whether a figure is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Within the tolerance.
    Pass,
    /// Not.
    Miss,
}

/// One figure compared.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The figure, and where it was taken.
    pub what: String,
    /// What must come out.
    pub expected: f64,
    /// What came out.
    pub got: f64,
    /// Standard error of what came out; none for a deterministic figure.
    pub standard_error: Option<f64>,
    /// Largest difference that passes.
    pub tolerance: f64,
    /// How the tolerance was set.
    pub rule: String,
    /// Whether it is right.
    pub verdict: Verdict,
    /// What more there is to say, such as why it misses.
    pub note: Option<String>,
}

impl Finding {
    /// A deterministic time or rate: must be right to `tolerance`, which `rule` explains.
    pub fn within(
        what: impl Into<String>,
        expected: f64,
        got: f64,
        tolerance: f64,
        rule: impl Into<String>,
    ) -> Self {
        let right = (got - expected).abs() <= tolerance;
        Self {
            what: what.into(),
            expected,
            got,
            standard_error: None,
            tolerance,
            rule: rule.into(),
            verdict: if right { Verdict::Pass } else { Verdict::Miss },
            note: None,
        }
    }

    /// A count, or anything else that must be equal.
    pub fn equal(what: impl Into<String>, expected: f64, got: f64) -> Self {
        Self::within(what, expected, got, 0.0, "exact")
    }

    /// A time in seconds that must be right to the nanosecond.
    pub fn nanosecond(what: impl Into<String>, expected_s: f64, got_s: f64) -> Self {
        Self::within(what, expected_s, got_s, 1.000_001e-9, "1 ns")
    }

    /// The mean of `samples`, one from each replication: within `sigmas` standard errors of `expected`, the standard error
    /// at most the share `share` of it (of 1, if `expected` is 0).
    pub fn mean(
        what: impl Into<String>,
        expected: f64,
        samples: &[f64],
        sigmas: f64,
        share: f64,
    ) -> Self {
        let (mean, error) = mean_and_error(samples);
        let allowed = share * if expected == 0.0 { 1.0 } else { expected.abs() };
        let rule = format!("{sigmas} se, se <= {:.2} %", share * 100.0);
        let mut finding = Self::within(what, expected, mean, sigmas * error, rule);
        finding.standard_error = Some(error);
        if !error.is_finite() || error > allowed {
            finding.verdict = Verdict::Miss;
            finding.note = Some(format!(
                "standard error {} is above {}: the runs are too short to judge",
                number(error),
                number(allowed)
            ));
        } else if finding.verdict == Verdict::Miss {
            finding.note = Some(format!("{:+.1} standard errors off", (mean - expected) / error));
        }
        finding
    }

    /// Widens the tolerance by `by` for a known error of the measurement itself, which `why` names.
    #[must_use]
    pub fn widen(mut self, by: f64, why: &str) -> Self {
        self.tolerance += by;
        self.rule = format!("{}, {why}", self.rule);
        if self.verdict == Verdict::Miss
            && self.standard_error.is_none_or(|error| error * 2.0 < self.tolerance)
            && (self.got - self.expected).abs() <= self.tolerance
        {
            self.verdict = Verdict::Pass;
            self.note = None;
        }
        self
    }

    /// Adds a note, behind one that is there.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        self.note = Some(match self.note {
            Some(first) => format!("{first}; {note}"),
            None => note.to_owned(),
        });
        self
    }

    /// One line of the table, and one for the note.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, width: usize) -> fmt::Result {
        let verdict = if self.verdict == Verdict::Pass { "pass" } else { "MISS" };
        let error = self.standard_error.map(|error| format!(" ± {}", figures(error, 2)));
        let got = format!("{}{}", number(self.got), error.unwrap_or_default());
        writeln!(
            f,
            "  {verdict}  {:<width$}  expected {:>12}  got {:<24} ({})",
            self.what,
            number(self.expected),
            got,
            self.rule,
        )?;
        match &self.note {
            Some(note) => writeln!(f, "        {note}"),
            None => Ok(()),
        }
    }
}

/// Mean of `samples` and its standard error; NaN for fewer than two.
pub(super) fn mean_and_error(samples: &[f64]) -> (f64, f64) {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let squares: f64 = samples.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// `value` with seven significant figures, without trailing zeros.
pub(super) fn number(value: f64) -> String {
    figures(value, 7)
}

fn figures(value: f64, figures: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..10).contains(&magnitude) {
        return format!("{value:.*e}", figures as usize - 1);
    }
    let text = format!("{value:.*}", (figures - 1 - magnitude).max(0) as usize);
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_cannot_pass() {
        let noisy = Finding::mean("x", 1.0, &[0.0, 2.0, 0.5, 1.5], 3.0, 0.01);
        assert_eq!(noisy.verdict, Verdict::Miss);
        let near = [0.99, 1.01, 1.0, 1.0];
        assert_eq!(Finding::mean("x", 1.0, &near, 3.0, 0.01).verdict, Verdict::Pass);
        assert_eq!(Finding::mean("x", 1.1, &near, 3.0, 0.01).verdict, Verdict::Miss);
        assert_eq!(Finding::mean("x", 1.0, &[1.0], 3.0, 0.01).verdict, Verdict::Miss);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(14.978_661_4), "14.97866");
        assert_eq!(number(4.0), "4");
        assert_eq!(number(120.0), "120");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(1.5e-9), "1.500000e-9");
    }
}
