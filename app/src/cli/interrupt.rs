//! Ctrl-C: once, the run ends with what is finished; twice, the process ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use twin::study::Control;

use super::failure::Exit;
use super::print;

/// Listens for Ctrl-C as long as the process lives.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt {
    /// What the replications look at.
    pub(super) control: Arc<Control>,
    pressed: Arc<AtomicBool>,
}

impl Interrupt {
    /// Starts to listen. Where the system does not let us, Ctrl-C ends the process as it always does.
    pub(super) fn listen() -> Self {
        let interrupt = Self::default();
        let heard = interrupt.clone();
        let listening = ctrlc::set_handler(move || heard.press());
        if let Err(error) = listening {
            tracing::warn!(%error, "Ctrl-C ends the process without a result");
        }
        interrupt
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn is_pressed(&self) -> bool {
        self.pressed.load(Ordering::Relaxed)
    }

    fn press(&self) {
        if self.pressed.swap(true, Ordering::Relaxed) {
            // The user asked twice; nothing half-written has a name yet.
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
        self.control.stop();
        print::note("interrupted: ending with what is finished; once more to stop at once");
    }
}
