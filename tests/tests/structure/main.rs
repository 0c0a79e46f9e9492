//! The direction of dependencies, and habits that must not rot: read from the sources themselves.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its sources has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each module of `twin` may use; everything else is to its right.
const MAY_USE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("id", &[]),
    ("diagnostics", &[]),
    // Numerics that could stand alone.
    ("field", &[]),
    ("sensor", &["field"]),
    ("robot", &["units", "diagnostics", "layout"]),
    // Rigid bodies; a light barrier's output is that of any other.
    ("physics", &["sensor"]),
    ("random", &["units", "id"]),
    // Ways of arms around what stands about them.
    ("planning", &["random", "robot", "physics"]),
    ("stats", &["units"]),
    ("layout", &["units", "diagnostics", "random"]),
    ("kernel", &["units"]),
    // The contract of equipment needs both what a plant is and what changes in it, so model and state are one room.
    (
        "engine",
        &[
            "units",
            "id",
            "diagnostics",
            "random",
            "stats",
            "layout",
            "kernel",
            "field",
            "sensor",
            "robot",
            // The bodies of its cells are part of a state.
            "physics",
        ],
    ),
    ("flow", &["units", "id", "random", "kernel", "engine", "robot", "planning", "physics"]),
    (
        "plant",
        &[
            "units",
            "id",
            "diagnostics",
            "random",
            "layout",
            "engine",
            "flow",
            "field",
            "sensor",
            "robot",
            "physics",
        ],
    ),
    ("climate", &["units", "id", "engine", "field", "sensor"]),
    // What rays see of a plant that runs.
    ("seen", &["units", "id", "engine", "flow", "sensor", "climate"]),
    ("study", &["units", "id", "stats", "engine", "climate", "sensor", "seen"]),
    // A run that somebody works with: rewound, changed, forked, explained, compared.
    ("session", &["units", "id", "engine", "climate", "field", "sensor", "study"]),
    // Changes of a plant's file, its text kept; the loader has the last word.
    ("edit", &["layout", "engine", "plant"]),
    ("ecs", &["units", "id", "engine", "plant"]),
];

/// What each crate of ours may depend on.
const CRATES: &[(&str, &[&str])] = &[
    ("twin", &[]),
    ("shaders", &["twin"]),
    ("app", &["twin", "shaders"]),
    ("tests", &["twin", "shaders", "app"]),
];

const LONGEST_FILE: usize = 800;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {}", folder.display());
    found
}

/// The code without comments and tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn module(path: &Path, source: &Path) -> String {
    let inside = path.strip_prefix(source).unwrap();
    inside.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_use_only_what_is_to_their_left() {
    let source = root().join("twin/src");
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources(&source) {
        let module = module(&path, &source);
        let inside_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if module == "lib" || inside_test {
            continue;
        }
        let may = allowed.get(module.as_str()).unwrap_or_else(|| panic!("a new module: {module}"));
        for used in code(&text).split("crate::").skip(1) {
            let used: String =
                used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = allowed.contains_key(used.as_str());
            if known && used != module && !may.contains(&used.as_str()) {
                wrong.push(format!("{}: {module} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_depend_only_downwards() {
    let ours: Vec<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    for (name, may) in CRATES {
        let manifest = std::fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        for other in &ours {
            let depends = manifest.lines().any(|line| {
                line.starts_with(&format!("{other}.")) || line.starts_with(&format!("{other} ="))
            });
            assert!(!depends || may.contains(other), "{name} depends on {other}");
        }
    }
}

#[test]
fn the_engine_reads_no_clock_and_draws_nothing() {
    let source = root().join("twin/src");
    let banned = ["wgpu", "egui", "Instant::now", "SystemTime", "std::env", "std::fs", "HashMap<"];
    for (path, text) in sources(&source) {
        if path.iter().any(|part| part == "tests" || part == "tests.rs") {
            continue;
        }
        let code = code(&text);
        for word in banned {
            assert!(!code.contains(word), "{} names {word}", path.display());
        }
        let in_ecs = module(&path, &source) == "ecs";
        assert!(in_ecs || !code.contains("bevy"), "{} names bevy", path.display());
    }
}

#[test]
fn files_are_one_idea() {
    for folder in ["twin/src", "app/src", "shaders/src", "tests/src", "tests/tests"] {
        for (path, text) in sources(&root().join(folder)) {
            let lines = text.lines().count();
            assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
        }
    }
}

/// The disk.
struct Disk;

impl twin::plant::Files for Disk {
    fn read(&self, path: &str, _limit: u64) -> std::io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn bytes(&self, path: &str, _limit: u64) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

#[test]
fn every_plant_loads() {
    let mut n = 0;
    let registry = twin::plant::core_registry();
    for entry in std::fs::read_dir(root().join("assets/plants")).unwrap() {
        let path = entry.unwrap().path();
        let options = twin::plant::Options::default();
        let loaded = twin::plant::load(path.to_str().unwrap(), &Disk, &registry, &options);
        let look = twin::diagnostics::Look { colour: false, limit: 20, width: 100 };
        let report = loaded.diagnostics.render(&loaded.sources, look);
        assert!(loaded.model.is_some(), "{}\n{report}", path.display());
        n += 1;
    }
    assert!(n >= 5, "only {n} plants");
}

#[test]
fn codes_are_unique_and_explained() {
    let mut seen = std::collections::BTreeSet::new();
    for page in twin::diagnostics::codes::PAGES {
        assert!(seen.insert(page.code), "{} has two pages", page.code);
        assert!(
            page.explanation.len() > 40 && !page.title.is_empty(),
            "{} is not explained",
            page.code
        );
    }
}

/// The app that advances by ticks and the plain call come to the same state.
#[test]
fn the_app_and_the_plain_call_agree() {
    use std::sync::Arc;
    use twin::engine::{Action, Command, Log, State, advance};
    use twin::units::{SimDuration, SimTime};

    let text = std::fs::read_to_string(root().join("assets/plants/mini-fab.ron")).unwrap();
    let model = Arc::new(twin::plant::load_text(&text).model.unwrap());
    let mut straight = State::new(&model, 3, 0);
    let at = |hours: f64| SimTime::from_seconds(hours * 3600.0);
    let commands = [
        Command { at: at(30.0), action: Action::Stop("Me".into()) },
        Command { at: at(42.5), action: Action::Go("Me".into()) },
    ];
    for command in commands {
        straight.command(&model, command).unwrap();
    }
    let begin = straight.clone();
    advance(&model, &mut straight, at(500.0), &mut Log::off()).unwrap();
    let mut app = twin::ecs::headless(model.clone(), begin, SimDuration::from_s(600));
    twin::ecs::run_until(&mut app, at(500.0)).unwrap();
    let twin = app.world().resource::<twin::ecs::Twin>();
    assert_eq!(twin.state().hash(&model), straight.hash(&model));
}
