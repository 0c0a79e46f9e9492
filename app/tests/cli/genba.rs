//! Calling the binary.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What a call came to.
#[derive(Debug)]
pub struct Called {
    /// Exit code; -1 if it was killed.
    pub code: i32,
    /// What it put on stdout.
    pub out: String,
    /// What it put on stderr.
    pub err: String,
}

impl Called {
    /// stdout as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The same if it ended with `code`.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// The binary with `arguments`, in folder `at`.
pub fn command(at: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_genba"));
    command.args(arguments).current_dir(at).env_remove("GENBA_LOG").env("NO_COLOR", "1");
    command
}

/// Calls it and waits for its end.
pub fn call(at: &Path, arguments: &[&str]) -> Called {
    let Output { status, stdout, stderr } = command(at, arguments).output().unwrap();
    Called {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// A folder of its own with `plant.ron`.
pub fn folder_with(plant: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plant.ron"), plant).unwrap();
    folder
}

/// Names of all that lies in `folder`, sorted.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
