//! Pictures of the window, one after the other, while somebody works in it: what a film is made of.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bevy::ecs::prelude::{Commands, ResMut, Resource};
use bevy::render::view::screenshot::{Screenshot, save_to_disk};

/// From one picture to the next: as many a second as films have.
const EVERY: Duration = Duration::from_millis(40);

/// The film that is being taken, if one is.
#[derive(Debug, Default, Resource)]
pub(super) struct Film(Option<Roll>);

/// Pictures in a folder.
#[derive(Debug)]
struct Roll {
    folder: PathBuf,
    taken: u32,
    last: Option<Instant>,
}

impl Roll {
    /// The file of the next picture, if its time has come.
    fn next(&mut self, now: Instant) -> Option<PathBuf> {
        if self.last.is_some_and(|last| now.duration_since(last) < EVERY) {
            return None;
        }
        self.last = Some(now);
        self.taken += 1;
        Some(self.folder.join(format!("{:05}.png", self.taken)))
    }
}

impl Film {
    /// Begins a film in a new folder under `folder`, named after the present of the run (s), or ends the one that is being taken. What to tell.
    pub(super) fn begin_or_end(&mut self, folder: &Path, seconds: f64) -> String {
        if let Some(Roll { folder, taken, .. }) = self.0.take() {
            let at = folder.display();
            return format!(
                "{taken} pictures in {at}; a film: ffmpeg -framerate 25 -i {at}/%05d.png -pix_fmt yuv420p film.mp4"
            );
        }
        let name = |n: u32| folder.join(format!("genba-film-{seconds:.0}s-{n}"));
        let Some(folder) = (1..1000).map(name).find(|folder| !folder.exists()) else {
            return "There are too many films of this moment here".to_owned();
        };
        if let Err(error) = std::fs::create_dir_all(&folder) {
            return format!("{} cannot be made: {error}", folder.display());
        }
        let told = format!("Filming into {}; the same key ends it", folder.display());
        self.0 = Some(Roll { folder, taken: 0, last: None });
        told
    }
}

/// Takes a picture of the window whenever the next is due.
pub(super) fn roll(mut film: ResMut<'_, Film>, mut commands: Commands<'_, '_>) {
    let next = film.0.as_mut().and_then(|roll| roll.next(Instant::now()));
    if let Some(file) = next {
        commands.spawn(Screenshot::primary_window()).observe(save_to_disk(file));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_has_a_folder_of_its_own_and_pictures_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut film = Film::default();
        assert!(film.begin_or_end(folder.path(), 60.0).contains("genba-film-60s-1"));
        let begin = Instant::now();
        let roll = film.0.as_mut().unwrap();
        assert!(roll.next(begin).unwrap().ends_with("genba-film-60s-1/00001.png"));
        assert_eq!(roll.next(begin + EVERY / 2), None);
        assert!(roll.next(begin + EVERY).unwrap().ends_with("00002.png"));
        assert!(film.begin_or_end(folder.path(), 61.0).starts_with("2 pictures"));
        assert!(film.begin_or_end(folder.path(), 60.0).contains("genba-film-60s-2"));
    }
}
