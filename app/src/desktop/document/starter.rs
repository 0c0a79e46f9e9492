//! What a new equipment says at first: as little as its kind needs.

use twin::layout::text::{Path, find};

/// Kinds with what they need at least, in RON. Of all others the loader says what they lack.
pub const STARTERS: [(&str, &str); 9] = [
    ("Source", "every: \"1 min\""),
    ("Sink", ""),
    ("Station", "time: \"30 s\""),
    ("Conveyor", "length: \"4 m\", speed: \"0.5 m/s\""),
    ("Buffer", "capacity: 10"),
    ("Delay", "time: \"1 min\""),
    ("Carrier", "travel: \"1 min\""),
    ("Turntable", "turn: \"6 s\""),
    ("ToolGroup", "tools: 2, time: \"1 min\""),
];

/// The text of a new equipment of a kind that stands at a place (m) and leads to `to`.
pub fn starter(kind: &str, at: [f64; 2], to: Option<&str>) -> String {
    let says = STARTERS.iter().find(|one| one.0 == kind).map_or("", |one| one.1);
    let is = if says.is_empty() { kind.to_owned() } else { format!("{kind}({says})") };
    let to = to.map(|to| format!(", to: [{to:?}]")).unwrap_or_default();
    let [x, y] = at;
    format!("(is: {is}{to}, at: ({x:?}, {y:?}))")
}

/// A name that is free in `text`: `station 1`, `station 2`.
pub fn fresh_name(text: &str, stem: &str) -> String {
    let stem = stem.to_lowercase();
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    let is_free = |name: &String| find(text, &Path::of(&["equipment", name])).is_err();
    let mut names = (1..).map(|n| format!("{stem} {n}"));
    names.find(is_free).unwrap_or_default()
}
