//! Rows of one replication on their way into a table.
//!
//! Replications run side by side and end in any order; tables are in the order of their numbers. So each replication keeps
//! its own rows, in memory while they are few, else in a file in the folder that the result is being made in, until its
//! turn has come. Memory stays flat, however long the run.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;

/// Bytes kept in memory.
const MEMORY: usize = 1 << 18;

/// Rows of `N` integers.
#[derive(Debug)]
pub(super) struct Spool<const N: usize> {
    path: PathBuf,
    file: Option<File>,
    bytes: Vec<u8>,
}

impl<const N: usize> Spool<N> {
    /// No rows. `path` is where they go when they are many.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, bytes: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub(super) fn push(&mut self, row: [i64; N]) -> io::Result<()> {
        for cell in row {
            self.bytes.extend_from_slice(&cell.to_le_bytes());
        }
        if self.bytes.len() >= MEMORY { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => File::create_new(&self.path)?,
        };
        file.write_all(&self.bytes)?;
        self.bytes.clear();
        self.file = Some(file);
        Ok(())
    }

    /// No more rows will come; the file, if there is one, is closed until it is read.
    ///
    /// # Errors
    ///
    /// If the disk does not take the last rows.
    pub(super) fn finish(mut self) -> io::Result<Spooled<N>> {
        if self.file.is_some() {
            self.spill()?;
            return Ok(Spooled::OnDisk(self.path));
        }
        self.bytes.shrink_to_fit();
        Ok(Spooled::InMemory(self.bytes))
    }
}

/// All rows of one replication.
#[derive(Debug)]
pub(super) enum Spooled<const N: usize> {
    InMemory(Vec<u8>),
    OnDisk(PathBuf),
}

impl<const N: usize> Spooled<N> {
    /// Hands each row to `take`, in order; a file is gone afterwards.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or `take` fails.
    pub(super) fn drain<E: From<io::Error>>(
        self,
        take: impl FnMut([i64; N]) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::InMemory(bytes) => each(&bytes[..], take),
            Self::OnDisk(path) => {
                each(BufReader::with_capacity(MEMORY, File::open(&path)?), take)?;
                Ok(std::fs::remove_file(&path)?)
            }
        }
    }
}

fn each<const N: usize, E: From<io::Error>>(
    mut from: impl Read,
    mut take: impl FnMut([i64; N]) -> Result<(), E>,
) -> Result<(), E> {
    let mut bytes = vec![0; N * 8];
    loop {
        match from.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let mut row = [0; N];
        for (cell, bytes) in row.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *cell = i64::from_le_bytes(*bytes);
        }
        take(row)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(n: i64) -> (bool, Vec<[i64; 2]>) {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path().join("rows"));
        (0..n).for_each(|k| spool.push([k, -k]).unwrap());
        let spooled = spool.finish().unwrap();
        let on_disk = matches!(spooled, Spooled::OnDisk(_));
        let mut rows = Vec::new();
        let taken: io::Result<()> = spooled.drain(|row| {
            rows.push(row);
            Ok(())
        });
        taken.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays");
        (on_disk, rows)
    }

    #[test]
    fn few_rows_stay_in_memory_and_many_come_back_from_disk() {
        for (n, on_disk) in [(0, false), (1, false), (100, false), (100_001, true)] {
            let rows: Vec<[i64; 2]> = (0..n).map(|k| [k, -k]).collect();
            assert_eq!(through(n), (on_disk, rows), "{n}");
        }
    }
}
