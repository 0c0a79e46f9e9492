//! The window itself, on a display that nobody sees: opened, worked with by keyboard and mouse, and closed.

#![expect(clippy::unwrap_used, reason = "a test that cannot get on fails")]
#![expect(unreachable_pub, reason = "the modules of a test binary are its own")]
#![cfg(all(feature = "desktop", target_os = "linux"))]

mod display;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use display::{Person, Screen, key};

const LINE: &str = r#"// Three machines in a row; the one in the middle is the slowest.
Plant(
    name: "three machines", run: (until: "8 h"),
    products: { "crate": (length: "0.6 m") },
    equipment: {
        "in":    (is: Source(every: "20 s"), to: ["saw"], at: (-3.0, 0.0)),
        "saw":   (is: Station(time: "15 s", queue: "unlimited"), to: ["belt"], at: (0.0, 0.0), size: (2.0, 2.0, 2.0)),
        "belt":  (is: Conveyor(length: "6 m", speed: "0.3 m/s"), to: ["mill"], at: (2.0, 0.0)),
        // The bottleneck.
        "mill":  (is: Station(time: "30 s"), to: ["wash"], at: (10.0, 0.0), size: (2.0, 2.0, 2.0)),
        "wash":  (is: Station(time: "14 s"), to: ["out"], at: (14.0, 0.0), size: (2.0, 2.0, 2.0)),
        "out":   (is: Sink, at: (17.0, 0.0)),
    },
)
"#;

/// A program that does not outlive its test.
struct Program(Child);

impl Program {
    fn ended(&mut self) -> Option<ExitStatus> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_mins(1) {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where it has ended there is nothing left to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn open(screen: &Screen, folder: &Path) -> Program {
    let program = Command::new(env!("CARGO_BIN_EXE_genba"))
        .args(["view", "line.ron", "--at", "2h", "--size"])
        .arg(format!("{}x{}", display::SIZE[0], display::SIZE[1]))
        .current_dir(folder)
        .env("DISPLAY", &screen.name)
        .env_remove("WAYLAND_DISPLAY")
        .env("XDG_STATE_HOME", folder.join("state"))
        .spawn();
    Program(program.unwrap())
}

/// Whether this machine must be able to show a window.
fn is_required() -> bool {
    std::env::var_os("GENBA_REQUIRE_GPU").is_some_and(|value| value == "1")
}

/// The pictures that have been taken: simulated seconds.
fn pictures(folder: &Path) -> Vec<u64> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let seconds =
        names.filter_map(|name| name.strip_prefix("genba-")?.strip_suffix("s.png")?.parse().ok());
    seconds.collect()
}

/// Takes a picture; the simulated time that its name says.
fn picture(person: &Person, folder: &Path) -> u64 {
    let before = pictures(folder);
    person.press(&[], key::F12);
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_mins(1) {
        if let Some(new) = pictures(folder).into_iter().find(|one| !before.contains(one)) {
            return new;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no picture was written");
}

/// The numbers of `at:` of an equipment.
fn place(text: &str, name: &str) -> [f64; 2] {
    let line = text.lines().find(|line| line.trim_start().starts_with(&format!("{name:?}")));
    let line = line.unwrap();
    let at = line.split("at: (").nth(1).unwrap().split(')').next().unwrap();
    let mut numbers = at.split(", ").map(|number| number.parse().unwrap());
    [numbers.next().unwrap(), numbers.next().unwrap()]
}

#[test]
fn a_plant_is_opened_run_changed_rewound_saved_and_closed() {
    let (Some(screen), false) = (Screen::open(), shaders::Adapter::all().is_empty()) else {
        assert!(!is_required(), "GENBA_REQUIRE_GPU=1, but there is no Xvfb or no graphics adapter");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("line.ron");
    std::fs::write(&file, LINE).unwrap();
    let read = || std::fs::read_to_string(&file).unwrap();
    let mut program = open(&screen, folder.path());
    let person = Person::at(&screen);
    let window = person.wait_for_title("open", |title| title == "three machines – Genba");
    person.turn_to(window);

    // It runs; Space holds it.
    let first = picture(&person, folder.path());
    let second = picture(&person, folder.path());
    assert!(second > first && first >= 7200, "{first} s, then {second} s");
    person.press(&[], ' ' as u32);

    // The mill is found by its name, and its time is changed and changed back.
    let ctrl = |letter: char| person.press(&[key::CONTROL], letter as u32);
    ctrl('k');
    person.type_text("mill");
    person.press(&[], key::ENTER);
    person.press(&[], 'e' as u32);
    ctrl('a');
    person.type_text("16 s");
    person.press(&[], key::ENTER);
    person.wait_for_title("changed", |title| title.starts_with('●'));
    assert_eq!(read(), LINE, "nothing is written before it is saved");
    ctrl('z');
    person.wait_for_title("undone", |title| !title.starts_with('●'));
    ctrl('y');
    person.wait_for_title("done again", |title| title.starts_with('●'));

    // A click near the begin of the strip of time rewinds it.
    person.click([140, 624]);
    let rewound = picture(&person, folder.path());
    assert!(rewound < 7200, "{rewound} s");

    // The mill is looked at from above, and dragged away from the line.
    person.press(&[], 't' as u32);
    person.press(&[], 'f' as u32);
    person.drag([465, 270], [465, 200]);
    ctrl('s');
    person.wait_for_title("saved", |title| !title.starts_with('●'));
    let saved = read();
    let [x, y] = place(&saved, "mill");
    assert!(y >= 0.5 && (y * 2.0).fract() == 0.0, "the mill is at {x}, {y}");
    let expected = LINE.replace("time: \"30 s\"", "time: \"16 s\"");
    let expected = expected.replace("at: (10.0, 0.0)", &format!("at: ({x:?}, {y:?})"));
    assert_eq!(saved, expected);

    // What is changed after that is asked about, and dropped.
    person.press(&[], key::RIGHT);
    person.wait_for_title("nudged", |title| title.starts_with('●'));
    ctrl('q');
    person.press(&[], 'd' as u32);
    let status = program.ended();
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    assert_eq!(read(), saved);
    let kept = std::fs::read_dir(folder.path().join("state/genba/unsaved"));
    assert_eq!(kept.map_or(0, Iterator::count), 0, "what was dropped is not kept");
}
