//! The progress bar: on stderr, where it is a terminal and nobody has said no.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Global;

/// A bar that any thread can push on; clones are the same bar.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    done: Arc<AtomicU32>,
    all: u32,
    what: &'static str,
}

impl Global {
    /// A bar for `all` things called `what`, each of `steps` steps.
    pub(super) fn progress(&self, what: &'static str, all: u32, steps: i64) -> Progress {
        let bar = ProgressBar::with_draw_target(
            Some(u64::from(all) * steps.max(1) as u64),
            if self.quiet || self.no_progress {
                ProgressDrawTarget::hidden()
            } else {
                ProgressDrawTarget::stderr_with_hz(10)
            },
        );
        // The template is a constant; the default stands in for one that is no good.
        if let Ok(style) =
            ProgressStyle::with_template(" {bar:40.cyan/black.bright} {msg}  {eta} left")
        {
            bar.set_style(style.progress_chars("━╸━"));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        let progress = Progress { bar, done: Arc::default(), all, what };
        progress.tell();
        progress
    }
}

impl Progress {
    /// A step is done.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    /// One of the things is done.
    pub(super) fn one_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.tell();
    }

    /// Everything is: the bar goes away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn tell(&self) {
        let done = self.done.load(Ordering::Relaxed);
        self.bar.set_message(format!("{done}/{} {}", self.all, self.what));
    }
}
