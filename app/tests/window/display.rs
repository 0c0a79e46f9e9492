//! A display of its own, and somebody who sits before it: keys and the mouse, by the protocol of X itself.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, ImageFormat,
    InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Size of the screen: that of the window.
pub const SIZE: [u16; 2] = [1000, 640];
/// Between two motions of a hand.
const PAUSE: Duration = Duration::from_millis(60);
/// A picture that has not changed for so long will not. A frame drawn without a graphics card may take a second or two.
const STILL: Duration = Duration::from_secs(3);
/// Nobody waits longer for something to come of a key; a cursor may blink.
const PATIENCE: Duration = Duration::from_secs(8);

/// Keys that write nothing, as X calls them.
pub mod key {
    pub const ENTER: u32 = 0xff0d;
    pub const RIGHT: u32 = 0xff53;
    pub const F12: u32 = 0xffc9;
    pub const CONTROL: u32 = 0xffe3;
    pub const SHIFT: u32 = 0xffe1;
}

/// The server.
pub struct Screen {
    server: Child,
    /// Its name: `:7`.
    pub name: String,
}

impl Screen {
    /// A display that nobody sees; `None`: there is no server on this machine.
    pub fn open() -> Option<Self> {
        let size = format!("{}x{}x24", SIZE[0], SIZE[1]);
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut number = String::new();
        BufReader::new(server.stdout.take()?).read_line(&mut number).ok()?;
        let name = format!(":{}", number.trim());
        Some(Self { server, name })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It has served its purpose; if it is gone already, all the better.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Somebody before the display.
pub struct Person {
    x: RustConnection,
    root: Window,
    /// Symbols of each key, from the first keycode on.
    symbols: Vec<Vec<u32>>,
    first: u8,
}

impl Person {
    pub fn at(screen: &Screen) -> Self {
        let (x, number) = x11rb::connect(Some(&screen.name)).unwrap();
        let (root, first, last) = {
            let setup = x.setup();
            (setup.roots[number].root, setup.min_keycode, setup.max_keycode)
        };
        let map = x.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let symbols = map.keysyms.chunks(map.keysyms_per_keycode.into()).map(Vec::from).collect();
        Self { x, root, symbols, first }
    }

    /// The window that is there, once there is one, and its title.
    pub fn window(&self) -> Option<(Window, String)> {
        let tree = self.x.query_tree(self.root).ok()?.reply().ok()?;
        tree.children.into_iter().find_map(|window| Some((window, self.title(window)?)))
    }

    fn title(&self, window: Window) -> Option<String> {
        let name = self.x.intern_atom(true, b"_NET_WM_NAME").ok()?.reply().ok()?.atom;
        let ask = self.x.get_property(false, window, name, AtomEnum::ANY, 0, 200).ok()?;
        let text = String::from_utf8(ask.reply().ok()?.value).ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// Waits until the title is one that is `meant`.
    pub fn wait_for_title(&self, what: &str, meant: impl Fn(&str) -> bool) -> Window {
        let begin = Instant::now();
        let mut last = String::new();
        while begin.elapsed() < Duration::from_mins(2) {
            if let Some((window, title)) = self.window() {
                if meant(&title) {
                    return window;
                }
                last = title;
            }
            std::thread::sleep(PAUSE);
        }
        let path = std::env::temp_dir().join("genba-window.ppm");
        self.photograph(&path);
        panic!("{what}: the title is still {last:?}; the screen is in {}", path.display());
    }

    /// Keys go to `window` from now on.
    pub fn turn_to(&self, window: Window) {
        let turn = self.x.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME);
        turn.unwrap().check().unwrap();
    }

    /// Presses a key while others are held, and looks what comes of it.
    pub fn press(&self, held: &[u32], symbol: u32) {
        let held: Vec<u8> = held.iter().map(|symbol| self.code(*symbol).0).collect();
        let before = self.see();
        held.iter().for_each(|code| self.event(KEY_PRESS_EVENT, *code));
        self.strike(symbol);
        self.look(before);
        held.iter().for_each(|code| self.event(KEY_RELEASE_EVENT, *code));
    }

    /// Waits until the screen shows something else than `before`, and then that for a while.
    fn look(&self, before: Vec<u8>) {
        let begin = Instant::now();
        let (mut last, mut since) = (before, begin);
        let mut changed = false;
        while begin.elapsed() < PATIENCE && !(changed && since.elapsed() > STILL) {
            std::thread::sleep(PAUSE * 2);
            let now = self.see();
            if now != last {
                (last, since, changed) = (now, Instant::now(), true);
            }
        }
    }

    /// What is on the screen, four bytes a pixel.
    fn see(&self) -> Vec<u8> {
        let [width, height] = SIZE;
        let ask = self.x.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0);
        ask.unwrap().reply().unwrap().data
    }

    /// Presses a key and lets it go.
    fn strike(&self, symbol: u32) {
        let (code, shifted) = self.code(symbol);
        let shift = shifted.then(|| self.code(key::SHIFT).0);
        let both = || shift.into_iter().chain([code]);
        both().for_each(|code| self.event(KEY_PRESS_EVENT, code));
        both().for_each(|code| self.event(KEY_RELEASE_EVENT, code));
        std::thread::sleep(PAUSE);
    }

    /// Types a text.
    pub fn type_text(&self, text: &str) {
        let before = self.see();
        text.chars().for_each(|letter| self.strike(letter as u32));
        self.look(before);
    }

    /// Presses the left button at one place, lets it go at another, and looks what comes of it.
    pub fn drag(&self, from: [i16; 2], to: [i16; 2]) {
        self.point(from);
        let before = self.see();
        self.event(BUTTON_PRESS_EVENT, 1);
        std::thread::sleep(STILL);
        for step in 1..=10 {
            let between = |axis: usize| from[axis] + (to[axis] - from[axis]) / 10 * step;
            self.point([between(0), between(1)]);
        }
        std::thread::sleep(STILL);
        self.event(BUTTON_RELEASE_EVENT, 1);
        self.look(before);
    }

    /// Clicks.
    pub fn click(&self, at: [i16; 2]) {
        self.drag(at, at);
    }

    fn point(&self, [x, y]: [i16; 2]) {
        let move_to = self.x.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, self.root, x, y, 0);
        move_to.unwrap().check().unwrap();
        std::thread::sleep(PAUSE);
    }

    fn event(&self, kind: u8, detail: u8) {
        let event = self.x.xtest_fake_input(kind, detail, 0, self.root, 0, 0, 0);
        event.unwrap().check().unwrap();
        std::thread::sleep(Duration::from_millis(15));
    }

    /// The key that writes a symbol, and whether it takes shift.
    fn code(&self, symbol: u32) -> (u8, bool) {
        let mut keys = self.symbols.iter().enumerate();
        let found = keys.find_map(|(n, symbols)| {
            let at = symbols.iter().take(2).position(|one| *one == symbol)?;
            Some((self.first + n as u8, at == 1))
        });
        found.unwrap_or_else(|| panic!("no key writes {symbol:#x}"))
    }

    /// A picture of the screen, for whoever has to find out why a test has failed.
    pub fn photograph(&self, path: &Path) {
        let [width, height] = SIZE;
        let mut out = format!("P6 {width} {height} 255\n").into_bytes();
        out.extend(self.see().chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]));
        std::fs::write(path, out).unwrap();
    }
}
