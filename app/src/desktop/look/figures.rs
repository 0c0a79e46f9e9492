//! Things that move, as solids: arms, cars, people, parts.

use nalgebra::{Isometry3, Point3, Vector3};
use rayon::prelude::*;

use super::arms;
use super::forms::is_tunnel;
use super::goods::{Belt, Cart, Dial, Hand, Moving, Person};
use super::solid::{Paint, Shape, Solid};
use super::standing::Standing;

/// From seam to seam of a belt (m).
const PITCH: f32 = 0.6;
/// Belts whose seams are drawn, at most.
const MOST_BELTS: usize = 200;
/// Parts that one thread looks at, at least.
const SHARE: usize = 4096;
/// What is drawn of a part's sides.
const SEAM: f32 = 0.96;

/// Adds the solids of all that moves.
pub fn figures(moving: &Moving, standing: &Standing, out: &mut Vec<Solid>) {
    out.par_extend(moving.goods.par_iter().with_min_len(SHARE).map(|good| {
        let paint = Paint::Product(good.product);
        // Parts that touch are still told apart.
        let size = [good.size[0] * SEAM, good.size[1] * SEAM, good.size[2] * SEAM];
        Solid { shape: Shape::Block, at: good.pose, size, paint }
    }));
    moving.carts.iter().for_each(|cart| car(cart, out));
    // Where there are thousands nobody sees them.
    if moving.belts.len() <= MOST_BELTS {
        moving.belts.iter().for_each(|belt| seams(belt, standing, out));
    }
    for hand in &moving.hands {
        match standing.place(hand.by).kind {
            "Robot" => arm(hand, standing, out),
            "Crane" => hook(hand, standing, out),
            _ => out.push(Solid::block(Paint::Mover, [hand.at.x, hand.at.y, 0.1], [1.2, 1.0, 0.5])),
        }
    }
    moving.dials.iter().for_each(|dial| rollers(*dial, standing, out));
    moving.arms.iter().for_each(|arm| arms::solids(arm, out));
    moving.people.iter().for_each(|one| person(one, out));
}

/// The seams of a belt, each where it has come to.
fn seams(belt: &Belt, standing: &Standing, out: &mut Vec<Solid>) {
    let place = standing.place(belt.by);
    let (way, w) = (&place.outline.way, place.outline.wide);
    let wide = if is_tunnel(&place.outline) { (w * 0.5).min(1.0) } else { w } - 0.13;
    let low = [0.0, 0.0, place.outline.deck - 0.005];
    let seam = Solid::block(Paint::Steel, low, [0.03, wide, 0.008]);
    let mut along = belt.run % f64::from(PITCH);
    while along < way.length_m() {
        out.push(Solid { at: place.pose * way.at(along).cast::<f32>() * seam.at, ..seam });
        along += f64::from(PITCH);
    }
}

/// The rollers of a turntable, across the way that it points.
fn rollers(dial: Dial, standing: &Standing, out: &mut Vec<Solid>) {
    let place = standing.place(dial.by);
    let [l, w, _] = place.outline.size;
    let (radius, deck) = (0.46 * l.min(w), place.outline.deck - 0.04);
    let count = ((2.0 * radius / 0.16) as usize).clamp(3, 40);
    for n in 0..count {
        let x = radius * (2.0 * (n as f32 + 0.5) / count as f32 - 1.0);
        let y = (radius * radius - x * x).sqrt() * 0.9;
        let bar = Solid::bar(Paint::Frame, [x, -y, deck], [x, y, deck], 0.08).turned(dial.angle);
        out.push(Solid { at: place.pose * bar.at, ..bar });
    }
}

/// A flat car with bumpers all round, wheels, a scanner on the corner of its nose and lamps along its sides.
fn car(cart: &Cart, out: &mut Vec<Solid>) {
    let [l, w, h] = cart.size;
    let mut parts = vec![
        Solid::block(Paint::Rubber, [0.0, 0.0, 0.06], [l + 0.06, w + 0.06, 0.09]),
        Solid::block(Paint::Mover, [0.0, 0.0, 0.15], [l, w, h - 0.2]),
        Solid::block(Paint::Body, [0.0, 0.0, h - 0.05], [l * 0.96, w * 0.94, 0.03]),
        Solid::block(Paint::Frame, [0.0, 0.0, h - 0.02], [l * 0.7, w * 0.8, 0.02]),
        Solid::post(Paint::Frame, [l / 2.0 - 0.02, w / 2.0 - 0.02, 0.15], 0.16, 0.12),
        Solid::post(Paint::Glass, [l / 2.0 - 0.02, w / 2.0 - 0.02, 0.18], 0.17, 0.04),
    ];
    for side in [-1.0, 1.0] {
        let y = side * (w / 2.0 + 0.005);
        parts.push(Solid::block(Paint::Glass, [0.0, y, 0.2], [l * 0.6, 0.012, 0.025]));
        let axle = |y: f32| [0.0, y, 0.1];
        parts.push(Solid::bar(Paint::Rubber, axle(y * 0.8), axle(y), 0.2));
    }
    parts.push(Solid::block(Paint::Glass, [l / 2.0 + 0.005, 0.0, 0.22], [0.012, w * 0.5, 0.03]));
    out.extend(parts.into_iter().map(|solid| Solid { at: cart.pose * solid.at, ..solid }));
}

/// An arm of two links that reaches from its base to the hand: shoulder and elbow as the hand asks for, the wrist straight down.
fn arm(hand: &Hand, standing: &Standing, out: &mut Vec<Solid>) {
    let base = standing.place(hand.by).pose * Point3::new(0.0, 0.0, 0.35);
    let shoulder = base + Vector3::z() * 0.35;
    let wrist = hand.at + Vector3::z() * 0.3;
    let way = wrist - shoulder;
    let reach = way.norm().max(0.2);
    let link = (reach * 0.58).max(0.75);
    // The elbow is above the middle of the way, in the upright plane through it.
    let level = Vector3::new(way.x, way.y, 0.0);
    let side = level.try_normalize(1e-4).unwrap_or_else(Vector3::x);
    let along = way / reach;
    let up = (Vector3::z() - along * along.z).try_normalize(1e-4).unwrap_or(side);
    let rise = (link * link - reach * reach / 4.0).max(0.0).sqrt();
    let elbow = shoulder + way * 0.5 + up * rise;
    let at = |point: Point3<f32>| [point.x, point.y, point.z];
    out.push(Solid::post(Paint::Frame, at(base - Vector3::z() * 0.3), 0.5, 0.3));
    out.push(Solid::post(Paint::Mover, at(base), 0.42, 0.3));
    out.push(Solid::ball(Paint::Frame, at(shoulder), 0.4));
    out.push(Solid::bar(Paint::Mover, at(shoulder), at(elbow), 0.24));
    out.push(Solid::ball(Paint::Frame, at(elbow), 0.32));
    out.push(Solid::bar(Paint::Mover, at(elbow), at(wrist), 0.18));
    out.push(Solid::ball(Paint::Frame, at(wrist), 0.22));
    out.push(Solid::bar(Paint::Steel, at(wrist), at(hand.at + Vector3::z() * 0.08), 0.12));
    out.push(Solid::block(Paint::Frame, at(hand.at), [0.3, 0.3, 0.08]));
}

/// The bridge of a crane over its hook.
fn hook(hand: &Hand, standing: &Standing, out: &mut Vec<Solid>) {
    let place = standing.place(hand.by);
    let (w, h) = (place.outline.size[1].max(3.0), place.outline.size[2].max(4.0));
    let local = place.pose.inverse_transform_point(&hand.at);
    let bridge = Solid::block(Paint::Mover, [local.x, 0.0, h], [0.5, w + 0.4, 0.35]);
    let cat = Solid::block(Paint::Frame, [local.x, local.y, h - 0.1], [0.6, 0.6, 0.2]);
    let rope = Solid::bar(Paint::Steel, [local.x, local.y, local.z], [local.x, local.y, h], 0.04);
    out.extend([bridge, cat, rope].map(|solid| Solid { at: place.pose * solid.at, ..solid }));
}

/// A person of 1.75 m with a helmet: legs, a vest, arms.
fn person(one: &Person, out: &mut Vec<Solid>) {
    let Point3 { coords: at } = one.at;
    let stand = Isometry3::translation(at.x, at.y, at.z);
    // Who works has his hands in front of him.
    let hands = if one.busy { [0.32, 1.02] } else { [0.04, 0.86] };
    let mut parts = vec![
        Solid::post(Paint::Cloth, [0.0, 0.0, 0.84], 0.34, 0.5),
        Solid::ball(Paint::Cloth, [0.0, 0.0, 1.34], 0.36),
        Solid::post(Paint::Vest, [0.0, 0.0, 1.0], 0.355, 0.3),
        Solid::ball(Paint::Skin, [0.0, 0.0, 1.58], 0.22),
        Solid::ball(Paint::Vest, [0.0, 0.0, 1.64], 0.235),
    ];
    for side in [-1.0, 1.0] {
        parts.push(Solid::post(Paint::Frame, [side * 0.09, 0.0, 0.0], 0.15, 0.86));
        parts.push(Solid::block(Paint::Rubber, [side * 0.09, 0.05, 0.0], [0.12, 0.26, 0.07]));
        let shoulder = [side * 0.2, 0.0, 1.36];
        let hand = [side * 0.2, hands[0], hands[1]];
        parts.push(Solid::bar(Paint::Cloth, shoulder, hand, 0.1));
        parts.push(Solid::ball(Paint::Skin, hand, 0.1));
    }
    out.extend(parts.into_iter().map(|solid| Solid { at: stand * solid.at, ..solid }));
}
