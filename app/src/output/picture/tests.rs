use twin::field::{Axis, Fluid, Grid, Scene};

use super::*;

/// A hall whose temperature rises along x, from 20 to 30 degrees.
fn slice(cells: [usize; 3], axis: Axis) -> Slice {
    let grid = Grid { cells, cell: 0.5, origin: [0.0; 3] };
    let scene = Scene::new(grid, Fluid::AIR, 20.0);
    let last = (cells[0] - 1) as f32;
    let values: Vec<f32> =
        (0..grid.len()).map(|n| 20.0 + 10.0 * grid.at(n)[0] as f32 / last).collect();
    let wind = vec![0.4; grid.len()];
    let still = vec![0.0; grid.len()];
    let plane = Plane { axis, at: 0.6 };
    Slice::of(&scene, plane, &values).unwrap().with_flow(&scene, [&wind, &still, &still])
}

fn picture(slice: &Slice, arrows: bool) -> Picture<'_> {
    let scale = Scale::around(slice.range().unwrap(), "temperature", "°C", ColourMap::Inferno);
    let oven = Mark {
        name: "oven".into(),
        low: [2.0, 1.0, 0.0],
        high: [4.0, 3.0, 2.0],
        value: Some(81.0),
    };
    let (title, subtitle) = ("hall".into(), "steady".into());
    Picture { title, subtitle, slice, scale, marks: vec![oven], arrows }
}

#[test]
fn a_picture_is_a_png_of_its_size_and_the_same_every_time() {
    let slice = slice([24, 12, 6], Axis::Z);
    let picture = picture(&slice, true);
    let bytes = picture.png().unwrap();
    assert!(bytes == picture.png().unwrap());
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    let canvas = picture.draw();
    assert_eq!(
        (reader.info().width as usize, reader.info().height as usize),
        (canvas.width, canvas.height)
    );
}

#[test]
fn every_shape_of_hall_gets_a_page_that_holds_everything() {
    for (cells, axis) in [
        ([240, 120, 24], Axis::Z),
        ([240, 120, 24], Axis::Y),
        ([4, 400, 4], Axis::Z),
        ([400, 2, 2], Axis::Y),
        ([2, 2, 2], Axis::X),
    ] {
        let layout = Layout::of(&slice(cells, axis));
        let page = [layout.width as f64, layout.height as f64];
        for corner in layout.plot.into_iter().chain(layout.bar) {
            assert!((0..2).all(|n| corner[n] > 0.0 && corner[n] < page[n]), "{layout:?}");
        }
        assert!(page.iter().all(|side| (300.0..=1800.0).contains(side)), "{layout:?}");
    }
}

#[test]
fn warmer_is_lighter_and_the_scale_says_so() {
    let slice = slice([24, 12, 6], Axis::Z);
    let picture = picture(&slice, false);
    assert_eq!((picture.scale.low, picture.scale.high), (20.0, 30.0));
    let (canvas, layout) = (picture.draw(), Layout::of(&slice));
    let at = |x: f64| {
        let [x, y] = layout.pixels([x, 5.0]);
        canvas.at(x as usize, y as usize).map(u32::from).iter().sum::<u32>()
    };
    assert!(at(1.0) < at(6.0) && at(6.0) < at(11.0));
    let [low, high] = layout.bar;
    let middle = f64::midpoint(low[0], high[0]) as usize;
    assert_eq!(canvas.at(middle, low[1] as usize), ColourMap::Inferno.colour(0.9995));
    assert_eq!(canvas.at(middle, high[1] as usize - 1), ColourMap::Inferno.colour(0.0005));
}

#[test]
fn arrows_and_names_leave_ink() {
    let slice = slice([24, 12, 6], Axis::Z);
    let plain = picture(&slice, false).png().unwrap();
    assert!(plain != picture(&slice, true).png().unwrap());
    let mut nameless = picture(&slice, false);
    nameless.marks[0].name.clear();
    assert!(plain != nameless.png().unwrap());
    let mut elsewhere = picture(&slice, false);
    elsewhere.marks[0].low[2] = 1.0;
    let mut empty = picture(&slice, false);
    empty.marks.clear();
    assert!(elsewhere.png().unwrap() == empty.png().unwrap());
}

#[test]
fn a_field_that_is_the_same_everywhere_still_has_a_scale() {
    for value in [0.0, 20.0, -1e-3, 1e6] {
        let scale = Scale::around([value; 2], "", "", ColourMap::Viridis);
        assert!(scale.low < value && value < scale.high, "{scale:?}");
    }
}
