//! A progress bar over replications, on stderr, and only where that is a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use twin::stats::Estimate;

use super::number::{estimate, significant};
use super::style::Style;

/// Replications done, events a second, time left, and how well the main figure is known by now.
///
/// May be shared by the threads that run the replications. It looks at a clock, so nothing of it may flow into a
/// result.
#[derive(Debug)]
pub struct ReplicationProgress {
    bar: ProgressBar,
    events: AtomicU64,
    style: Style,
}

impl ReplicationProgress {
    /// Begins with none of `replications` done; draws nothing where stderr is not a terminal or `shown` is false.
    pub fn new(replications: u64, shown: bool, style: Style) -> Self {
        let target = if shown && stderr().is_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(replications), target);
        // The template is a constant; should it be wrong, the default bar serves.
        if let Ok(look) = ProgressStyle::with_template(template(style)) {
            bar.set_style(look.progress_chars(style.glyph("━╸─", "=>-")));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, events: AtomicU64::new(0), style }
    }

    /// One replication more is done, with so many events; `main` is the name, unit and estimate of the main figure.
    pub fn replication_done(&self, events: u64, main: Option<(&str, &str, &Estimate)>) {
        let events = self.events.fetch_add(events, Ordering::Relaxed) + events;
        let per_second = events as f64 / self.bar.elapsed().as_secs_f64().max(1e-3);
        self.bar.set_message(message(per_second, main, self.style));
        self.bar.inc(1);
    }

    /// Writes a line above the bar, or plainly to stderr without one.
    pub fn say(&self, line: &str) {
        self.bar.suspend(|| {
            // A closed stderr is no reason to stop a run.
            let _ =
                std::io::Write::write_all(&mut anstream::stderr(), format!("{line}\n").as_bytes());
        });
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for ReplicationProgress {
    fn drop(&mut self) {
        self.finish();
    }
}

fn template(style: Style) -> &'static str {
    match (style.colour, style.unicode) {
        (true, true) => "{bar:24.green/black.bright} {pos}/{len} replications · {msg}{eta} left",
        (true, false) => "[{bar:24.green}] {pos}/{len} replications, {msg}{eta} left",
        (false, true) => "{bar:24} {pos}/{len} replications · {msg}{eta} left",
        (false, false) => "[{bar:24}] {pos}/{len} replications, {msg}{eta} left",
    }
}

/// `12.3 M events/s · throughput 58.3 ± 0.4 /h · `, to be followed by the time left.
fn message(per_second: f64, main: Option<(&str, &str, &Estimate)>, style: Style) -> String {
    let (size, unit) = match per_second {
        rate if rate >= 1e6 => (1e6, " M"),
        rate if rate >= 1e3 => (1e3, " k"),
        _ => (1.0, ""),
    };
    let dot = style.glyph(" · ", ", ");
    let speed = significant(per_second / size, 3, style);
    let main = main.map(|(name, kpi_unit, of)| {
        let (mean, spread) = estimate(of, style);
        let parts = [name, &mean, &spread, kpi_unit].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" ") + dot
    });
    format!("{speed}{unit} events/s{dot}{}", main.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_reads_well() {
        let of = Estimate { mean: 58.31, half_width: Some(0.41), n: 5 };
        let unicode = Style { unicode: true, ..Style::PLAIN };
        assert_eq!(
            message(12.34e6, Some(("throughput", "/h", &of)), unicode),
            "12.3 M events/s · throughput 58.3 ± 0.4 /h · "
        );
        assert_eq!(message(750.0, None, Style::PLAIN), "750 events/s, ");
    }

    #[test]
    fn every_template_is_valid() {
        for (colour, unicode) in [(true, true), (true, false), (false, true), (false, false)] {
            let style = Style { colour, unicode, width: 80 };
            assert!(ProgressStyle::with_template(template(style)).is_ok(), "{style:?}");
        }
    }

    #[test]
    fn hidden_it_counts_all_the_same() {
        let progress = ReplicationProgress::new(3, false, Style::PLAIN);
        progress.replication_done(1000, None);
        progress.replication_done(1000, None);
        assert_eq!(progress.bar.position(), 2);
        assert!(progress.bar.is_hidden());
    }
}
