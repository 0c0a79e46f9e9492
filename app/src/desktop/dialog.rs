//! The system's own window to choose a file. It is shown beside the program; where the system has none, nothing comes of it, and a path can
//! still be typed.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// A file that is being chosen.
#[derive(Debug, Default)]
pub(super) struct Dialog(Option<Receiver<Option<PathBuf>>>);

type Choice = Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>>;

impl Dialog {
    /// Lets the user choose a file, which is to be written if `saving`; `near` is where to begin.
    pub(super) fn show(&mut self, saving: bool, near: &str) {
        let near = PathBuf::from(near);
        let mut dialog = rfd::AsyncFileDialog::new().add_filter("plant", &["ron"]);
        let folder = if near.is_dir() { Some(near.as_path()) } else { near.parent() };
        if let Some(folder) = folder.and_then(|folder| folder.canonicalize().ok()) {
            dialog = dialog.set_directory(folder);
        }
        if let Some(name) = near.file_name().filter(|_| saving) {
            dialog = dialog.set_file_name(name.to_string_lossy());
        }
        let choice: Choice =
            if saving { Box::pin(dialog.save_file()) } else { Box::pin(dialog.pick_file()) };
        let (tell, coming) = channel();
        std::thread::spawn(move || {
            let chosen = pollster::block_on(choice).map(|file| file.path().to_owned());
            // Nobody listens any more if the window has been closed.
            let _ = tell.send(chosen);
        });
        self.0 = Some(coming);
    }

    /// What has been chosen, once it has been.
    pub(super) fn poll(&mut self) -> Option<PathBuf> {
        let answer = self.0.as_ref()?.try_recv();
        if answer == Err(TryRecvError::Empty) {
            return None;
        }
        self.0 = None;
        answer.ok().flatten()
    }
}
