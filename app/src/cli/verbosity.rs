//! How much is told on stderr about what goes on.

use tracing_subscriber::EnvFilter;

use super::Global;

/// Starts to write traces to stderr: warnings, or with `-v` more; the variable `GENBA_LOG` overrides it all.
pub(super) fn listen(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "debug",
        (false, _) => "trace",
    };
    let filter = EnvFilter::try_from_env("GENBA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(anstream::stderr)
        .with_target(false)
        .without_time()
        .try_init();
    // Already started: by a test that calls twice. The first one stands.
    let _ = started;
}
