//! Four scenes against stored pictures: what the eye sees must not change unless somebody wants it to.
//!
//! Adapters differ by a shade here and an edge there, so a picture is the same if hardly any pixel is far off and the whole is near. If
//! it is not, the new picture and the difference are left in the target folder. `GENBA_STORE_PICTURES=1` stores the new pictures.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::desktop::field::Cut;
use app::desktop::look::{Side, Theme};
use app::desktop::shot::{Picture, ShotError, shoot};
use app::desktop::{Desk, Run};
use twin::field::Quantity;
use twin::units::SimTime;

const SIZE: [u32; 2] = [320, 180];
/// A channel that is this far off is seen (of 255).
const SEEN: u8 = 32;
/// Share of pixels with such a channel, at most.
const MOST: f64 = 0.015;
/// Root mean square of what all channels are off, at most (of 255).
const RMS: f64 = 6.0;

/// The files of this computer.
struct Disk;

impl twin::plant::Files for Disk {
    fn read(&self, path: &str, _limit: u64) -> io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn bytes(&self, path: &str, _limit: u64) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

/// A plant of `assets/plants` at a point in time.
pub(super) fn plant(name: &str, seconds: f64) -> Run {
    let path = format!("{}/../assets/plants/{name}.ron", env!("CARGO_MANIFEST_DIR"));
    let mut registry = twin::engine::Registry::default();
    twin::flow::register(&mut registry);
    let model = twin::plant::load(&path, &Disk, &registry, &twin::plant::Options::default()).model;
    let mut run = Run::new(Arc::new(model.unwrap())).unwrap();
    run.seek(SimTime::from_seconds(seconds)).unwrap();
    run
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/references")
}

fn stored(name: &str) -> Option<Picture> {
    let file = std::fs::File::open(folder().join(format!("{name}.png"))).ok()?;
    let mut reader = png::Decoder::new(io::BufReader::new(file)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    let rgba = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    Some(Picture { width: info.width, height: info.height, rgba })
}

/// What two pictures of one size are apart: share of pixels that are seen to be, and root mean square.
fn apart(a: &Picture, b: &Picture) -> (f64, f64) {
    let (mut far, mut squares) = (0_u32, 0.0);
    let pixels = a.rgba.chunks_exact(4).zip(b.rgba.chunks_exact(4));
    for (one, other) in pixels {
        let off = [0, 1, 2].map(|n| one[n].abs_diff(other[n]));
        far += u32::from(off.iter().any(|off| *off > SEEN));
        squares += off.iter().map(|off| f64::from(*off).powi(2)).sum::<f64>();
    }
    let count = f64::from(a.width * a.height);
    (f64::from(far) / count, (squares / count / 3.0).sqrt())
}

/// Black where two pictures are one, the brighter the further they are apart.
fn difference(a: &Picture, b: &Picture) -> Picture {
    let bytes = a.rgba.iter().zip(&b.rgba).map(|(a, b)| a.abs_diff(*b).saturating_mul(4));
    Picture { rgba: bytes.collect(), ..*a }
}

/// Draws a scene and holds it against the stored picture.
fn compare(name: &str, run: Run, desk: impl FnOnce(&Run, &mut Desk)) {
    let mut seen = Desk::new(Side::Iso, run.sights(), SIZE.map(|side| side as f32));
    desk(&run, &mut seen);
    let picture = match shoot(run, seen, SIZE, None) {
        Ok(picture) => picture,
        Err(ShotError::NoAdapter) => {
            let required = std::env::var_os("GENBA_REQUIRE_GPU").is_some_and(|v| v == "1");
            assert!(!required, "GENBA_REQUIRE_GPU=1, but there is no adapter");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    if std::env::var_os("GENBA_STORE_PICTURES").is_some_and(|v| v == "1") {
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(folder().join(format!("{name}.png")), picture.png().unwrap()).unwrap();
        return;
    }
    let stored = stored(name).unwrap_or_else(|| panic!("{name}.png is not stored"));
    assert_eq!([stored.width, stored.height], SIZE, "{name}.png has another size");
    let (far, rms) = apart(&picture, &stored);
    if far > MOST || rms > RMS {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let write = |name: String, picture: &Picture| {
            std::fs::write(out.join(name), picture.png().unwrap()).unwrap();
        };
        write(format!("{name}.png"), &picture);
        write(format!("{name}-difference.png"), &difference(&picture, &stored));
        panic!(
            "{name}: {:.2} % of the pixels are far off, RMS {rms:.1}; see {}",
            far * 100.0,
            out.display()
        );
    }
}

#[test]
fn battery_line() {
    compare("battery-line", plant("battery-line", 34.0 * 3600.0), |_, _| {});
}

#[test]
fn arm_cell() {
    compare("arm-cell", plant("arm-cell", 1800.0), |_, desk| desk.theme = Theme::Dark);
}

#[test]
fn field_of_a_hall() {
    compare("melt-shop", plant("melt-shop", 2.0 * 3600.0), |run, desk| {
        let height_m = run.fields.height(1.5, 0.0);
        desk.cut = Some(Cut { quantity: Quantity::Temperature, height_m });
    });
}

#[test]
fn cartons_as_rigid_bodies() {
    compare("rigid-line", plant("rigid-line", 150.0), |_, _| {});
}

#[test]
fn pictures_that_differ_are_told_apart() {
    let grey = |level: u8| Picture { width: 100, height: 100, rgba: vec![level; 40_000] };
    assert_eq!(apart(&grey(90), &grey(90)), (0.0, 0.0));
    assert_eq!(apart(&grey(90), &grey(96)), (0.0, 6.0));
    let mut spot = grey(90);
    spot.rgba[..4 * 200].fill(200);
    let (far, rms) = apart(&spot, &grey(90));
    assert!(far > MOST && rms > RMS, "{far} {rms}: a part that is gone would not be seen");
}
