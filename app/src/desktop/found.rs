//! What is where on a picture: names and boxes in pixels, worked out from the same eye that draws it.

use nalgebra::Point3;
use serde::Serialize;

use super::look::{Frame, word};
use super::{Desk, Run};

/// All that a picture shows.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Form of this object.
    pub schema: &'static str,
    /// Point in simulated time (s).
    pub at_s: f64,
    /// Width and height (pixels).
    pub size: [u32; 2],
    /// Equipment, in the order of the plant; then what moves.
    pub things: Vec<Thing>,
}

/// One thing on the picture.
#[derive(Clone, Debug, Serialize)]
pub struct Thing {
    /// Its kind: that of the plant file, `part`, `vehicle`, `worker`, or what sort of sensor it is.
    pub kind: &'static str,
    /// Its name; of parts that of the product.
    pub name: String,
    /// Running number of a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<u64>,
    /// What it is doing, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// Parts in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<u32>,
    /// What a sensor tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// Its middle in the plant (m).
    pub place_m: [f32; 3],
    /// Left, top, right and bottom of its box (pixels), clipped to the picture; `null` if it is not on it.
    pub pixels: Option<[f32; 4]>,
}

/// What is where when `run` is drawn as seen from `desk` on a picture of `size`.
pub fn found(run: &Run, desk: &Desk, size: [u32; 2]) -> Found {
    let frame = size.map(|side| side as f32);
    let state = run.state();
    let mut things = Vec::new();
    for place in &run.standing.places {
        let (low, high) = place.bounds();
        things.push(Thing {
            kind: place.kind,
            name: run.model.row(place.id).name.clone(),
            serial: None,
            state: Some(word(run.activity(place.id))),
            content: Some(state.traffic(place.id).content),
            told: None,
            place_m: nalgebra::center(&low, &high).coords.into(),
            pixels: pixels(desk, low, high, frame),
        });
    }
    let moving = |kind, name: String, serial, middle: Point3<f32>, size: [f32; 3]| {
        // Upright box about it, whichever way it is turned.
        let wide = size[0].hypot(size[1]) / 2.0;
        let out = nalgebra::Vector3::new(wide, wide, size[2] / 2.0);
        let pixels = pixels(desk, middle - out, middle + out, frame);
        Thing {
            kind,
            name,
            serial,
            state: None,
            content: None,
            told: None,
            place_m: middle.coords.into(),
            pixels,
        }
    };
    for good in &run.moving.goods {
        let name = run.model.products[usize::from(good.product)].name.clone();
        let serial = state.parts().get(good.part).serial;
        things.push(moving(
            "part",
            name,
            Some(serial),
            good.pose.translation.vector.into(),
            good.size,
        ));
    }
    for cart in &run.moving.carts {
        let middle = Point3::from(cart.pose.translation.vector);
        let mut thing = moving("vehicle", cart.name.clone(), None, middle, cart.size);
        thing.state = Some(cart.doing);
        things.push(thing);
    }
    for person in &run.moving.people {
        let name = run.model.pools[person.pool].name.clone();
        let middle = person.at + nalgebra::Vector3::z() * 0.87;
        things.push(moving("worker", name, None, middle, [0.4, 0.4, 1.75]));
    }
    for sensor in &run.marks.sensors {
        let mut thing = moving(sensor.kind, sensor.name.clone(), None, sensor.at, [0.1; 3]);
        thing.told = Some(sensor.told.clone());
        things.push(thing);
    }
    Found { schema: "genba.shot/1", at_s: state.now().seconds(), size, things }
}

fn pixels(desk: &Desk, low: Point3<f32>, high: Point3<f32>, frame: Frame) -> Option<[f32; 4]> {
    let [x, y] = desk.eye.extent(low, high, frame);
    let seen = x[0] < frame[0] && x[1] > 0.0 && y[0] < frame[1] && y[1] > 0.0;
    let cut = |value: f32, end: f32| value.clamp(0.0, end);
    seen.then(|| {
        [cut(x[0], frame[0]), cut(y[0], frame[1]), cut(x[1], frame[0]), cut(y[1], frame[1])]
    })
}
