//! Pictures, drawn by whatever adapter there is; each test says so and ends where there is none, unless `GENBA_REQUIRE_GPU=1`.

use app::desktop::look::{Side, Theme, activity};
use app::desktop::shot::{Picture, ShotError, shoot};
use app::desktop::{Desk, Found, Overlay, Run, found};

use super::after;
use super::work::Bench;

const SIZE: [u32; 2] = [640, 360];

/// The line from a side, without writing, and what is where.
fn picture(run: Run, side: Side, theme: Theme) -> Option<(Picture, Found)> {
    let mut desk = Desk::new(side, run.sights(), SIZE.map(|side| side as f32));
    desk.theme = theme;
    desk.overlay = Overlay::Off;
    let found = found(&run, &desk, SIZE);
    match shoot(run, desk, SIZE, None) {
        Ok(picture) => Some((picture, found)),
        Err(ShotError::NoAdapter) => {
            let required = std::env::var_os("GENBA_REQUIRE_GPU").is_some_and(|v| v == "1");
            assert!(!required, "GENBA_REQUIRE_GPU=1, but there is no adapter");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn pixel(picture: &Picture, x: f32, y: f32) -> [i32; 3] {
    let at = 4 * (y as usize * picture.width as usize + x as usize);
    [0, 1, 2].map(|channel| i32::from(picture.rgba[at + channel]))
}

fn far(a: [i32; 3], b: [u8; 3]) -> i32 {
    (0..3).map(|n| (a[n] - i32::from(b[n])).abs()).max().unwrap()
}

fn thing(found: &Found, name: &str) -> [f32; 4] {
    found.things.iter().find(|thing| thing.name == name).unwrap().pixels.unwrap()
}

#[test]
fn each_machine_stands_on_the_colour_of_its_state() {
    let states = |run: &Run| {
        ["saw", "mill", "wash"].map(|name| {
            let id = run.model.find(name).unwrap();
            (name, activity(&run.model, run.state(), id))
        })
    };
    // All in one state would say little: the washer works half of the time.
    let differ = |run: &Run| states(run)[1].1 != states(run)[2].1;
    let run = (0..20).map(|n| after(1.0 + 0.001 * f64::from(n))).find(differ).unwrap();
    let states = states(&run);
    let Some((picture, found)) = picture(run, Side::Top, Theme::Light) else { return };
    for (name, activity) in states {
        let [left, top, right, bottom] = thing(&found, name);
        let metre = (right - left) / 2.0;
        // The plate reaches 16 cm beyond the machine.
        let spots = [
            (left - 0.1 * metre, f32::midpoint(top, bottom)),
            (right + 0.1 * metre, f32::midpoint(top, bottom)),
        ];
        let colour = Theme::Light.activity(activity);
        let near = spots.iter().any(|(x, y)| far(pixel(&picture, *x, *y), colour) < 24);
        let seen = spots.map(|(x, y)| pixel(&picture, x, y));
        assert!(near, "{name} is {activity:?}, {colour:?} is not beside it: {seen:?}");
    }
}

#[test]
fn a_part_on_the_belt_is_drawn_where_it_is() {
    let run = after(1.0);
    let product = Theme::Light.paint(app::desktop::look::Paint::Product(0));
    let Some((picture, found)) = picture(run, Side::Top, Theme::Light) else { return };
    let [left, top, right, bottom] = thing(&found, "belt");
    let parts = found.things.iter().filter(|thing| thing.kind == "part");
    let boxes: Vec<[f32; 4]> = parts.filter_map(|part| part.pixels).collect();
    let middle = |b: &[f32; 4]| [f32::midpoint(b[0], b[2]), f32::midpoint(b[1], b[3])];
    let on_belt: Vec<_> = boxes
        .iter()
        .map(middle)
        .filter(|[x, y]| *x > left && *x < right && *y > top && *y < bottom)
        .collect();
    assert!(!on_belt.is_empty(), "the belt is before the bottleneck and cannot be empty");
    for [x, y] in on_belt {
        let seen = pixel(&picture, x, y);
        // In light and shade, but blue as the product is.
        let blue = seen[2] > seen[0] + 20;
        assert!(blue, "at {x} {y} is {seen:?}, a part is {product:?}");
    }
}

#[test]
fn all_sides_and_themes_show_the_plant_on_its_floor() {
    for (side, theme) in
        [(Side::Iso, Theme::Light), (Side::Front, Theme::Dark), (Side::Top, Theme::Dark)]
    {
        let Some((picture, found)) = picture(after(0.2), side, theme) else { return };
        let sky = theme.ground().sky;
        assert!(far(pixel(&picture, 1.0, 1.0), sky) < 12 || side == Side::Top, "{side:?}: no sky");
        let [left, top, right, bottom] = thing(&found, "mill");
        let (mut most, mut least) = (0, 255);
        for y in top as u32..bottom as u32 {
            for x in left as u32..right as u32 {
                let [r, g, b] = pixel(&picture, x as f32, y as f32);
                most = most.max((r + g + b) / 3);
                least = least.min((r + g + b) / 3);
            }
        }
        assert!(most - least > 40, "{side:?} {theme:?}: the mill is flat, {least} to {most}");
    }
}

/// Where the panels leave no room for the plant, the window is drawn all the same.
#[test]
fn a_tiny_window_is_drawn() {
    for size in [[200, 120], [40, 30], [2, 2]] {
        let (run, bench) = (after(0.5), Bench::new());
        let desk = Desk::new(Side::Iso, run.sights(), size.map(|side| side as f32));
        match shoot(run, desk, size, Some(bench.document)) {
            Ok(picture) => assert_eq!([picture.width, picture.height], size),
            Err(error) => assert_eq!(error, ShotError::NoAdapter),
        }
    }
}

#[test]
fn the_same_picture_comes_twice() {
    let Some((one, _)) = picture(after(0.5), Side::Iso, Theme::Light) else { return };
    let Some((other, _)) = picture(after(0.5), Side::Iso, Theme::Light) else { return };
    let differ = one.rgba.iter().zip(&other.rgba).filter(|(a, b)| a.abs_diff(**b) > 2).count();
    assert!(differ * 1000 < one.rgba.len(), "{differ} of {} bytes differ", one.rgba.len());
}
