//! Chains of links that sit on each other: put in order from the base to the tip.

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Translation3, Vector3};

use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::layout::text::Slice;
use crate::units::{Angle, Length};

use super::super::chain::{Chain, Link, Motion};
use super::super::file::{LinkFile, MovesFile};
use super::super::trig::{roll_pitch_yaw, shift};
use super::step;

/// What everything sits on in the end.
const BASE: &str = "base";
/// Most joints between base and tip.
const MOST_JOINTS: usize = 32;

/// A pose as it is written.
pub(super) fn pose(
    at: Option<(Length, Length, Length)>,
    turned: Option<(Angle, Angle, Angle)>,
) -> Isometry3<f64> {
    let at = at.map_or(Translation3::identity(), |(x, y, z)| {
        Translation3::new(x.metres(), y.metres(), z.metres())
    });
    let turned = turned.map_or_else(nalgebra::UnitQuaternion::identity, |(roll, pitch, yaw)| {
        roll_pitch_yaw(roll.radians(), pitch.radians(), yaw.radians())
    });
    Isometry3::from_parts(at, turned)
}

/// The chain from the base to `tip`; none, if there is none. `slice` is the whole file.
pub(super) fn check(
    slice: &Slice<'_>,
    tip: &str,
    links: &BTreeMap<String, LinkFile>,
    found: &mut Diagnostics,
) -> Option<Chain> {
    let errors = found.n_errors();
    for (name, link) in links {
        mistakes(slice, name, link, links, found);
    }
    circles(slice, links, found);
    if !links.contains_key(tip) {
        let meant = did_you_mean(tip, links.keys().map(String::as_str));
        let message = format!("no link is named `{tip}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, message);
        found.push(diagnostic.at(slice.span_at("structure.tip")).did_you_mean(meant));
    }
    if found.n_errors() > errors {
        return None;
    }
    let way = way(tip, links);
    for name in links.keys().filter(|name| !way.contains(&name.as_str())) {
        let message = format!("the link `{name}` is not between base and tip, and is left out");
        let place = slice.span_at(&path(name, ""));
        found.push(Diagnostic::warning(codes::BROKEN_CHAIN, message).at(place));
    }
    let chain = compile(&way, links);
    if chain.is_empty() || chain.len() > MOST_JOINTS {
        let message =
            format!("a chain has 1 to {MOST_JOINTS} joints, and this has {}", chain.len());
        slice.error(found, codes::WRONG_JOINTS, "structure", message, None);
        return None;
    }
    Some(chain)
}

fn path(name: &str, field: &str) -> String {
    let dot = if field.is_empty() { "" } else { "." };
    format!("structure.links.{}{dot}{field}", step(name))
}

/// What is wrong with one link.
fn mistakes(
    slice: &Slice<'_>,
    name: &str,
    link: &LinkFile,
    links: &BTreeMap<String, LinkFile>,
    found: &mut Diagnostics,
) {
    if name == BASE {
        let message = "no link can be named `base`, which is what all sit on";
        slice.error(found, codes::DUPLICATE, &path(name, ""), message, None);
    }
    if link.on != BASE && !links.contains_key(&link.on) {
        let known = links.keys().map(String::as_str).chain([BASE]);
        let meant = did_you_mean(&link.on, known);
        let message = format!("no link is named `{}`", link.on);
        let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, message);
        found.push(diagnostic.at(slice.span_at(&path(name, "on"))).did_you_mean(meant));
    }
    if let MovesFile::Turns(x, y, z) | MovesFile::Slides(x, y, z) = link.moves {
        let length = Vector3::new(x, y, z).norm();
        if !(length > 1e-6 && length < 1e6) {
            let message = format!("the axis of `{name}` has no direction");
            slice.error(found, codes::NO_LENGTH, &path(name, "moves"), message, None);
        }
    }
}

/// Names every circle of links once, at the first of its names.
fn circles(slice: &Slice<'_>, links: &BTreeMap<String, LinkFile>, found: &mut Diagnostics) {
    for name in links.keys() {
        let mut circle = vec![name.as_str()];
        let mut at = name.as_str();
        while let Some(link) = links.get(at) {
            at = &link.on;
            if at == name || circle.contains(&at) || circle.len() > links.len() {
                break;
            }
            circle.push(at);
        }
        if at == name && circle.iter().all(|other| *other >= name.as_str()) {
            circle.push(name);
            let message = format!("links sit on each other in a circle: {}", circle.join(" on "));
            let hint = "one of them has to sit on the `base`".to_owned();
            slice.error(found, codes::BROKEN_CHAIN, &path(name, "on"), message, Some(hint));
        }
    }
}

/// Names from the base to `tip`; the links are known to have no circle.
fn way<'a>(tip: &'a str, links: &'a BTreeMap<String, LinkFile>) -> Vec<&'a str> {
    let mut way = Vec::new();
    let mut at = tip;
    while let Some(link) = links.get(at) {
        way.push(at);
        at = &link.on;
    }
    way.reverse();
    way
}

/// Links that do not move become part of the next one's frame.
fn compile(way: &[&str], links: &BTreeMap<String, LinkFile>) -> Chain {
    let mut joints = Vec::new();
    let mut frame = shift(0.0, 0.0, 0.0);
    for name in way {
        let Some(link) = links.get(*name) else { continue };
        frame *= pose(link.at, link.turned);
        let (axis, motion) = match link.moves {
            MovesFile::Fixed => continue,
            MovesFile::Turns(x, y, z) => (Vector3::new(x, y, z).normalize(), Motion::Turns),
            MovesFile::Slides(x, y, z) => (Vector3::new(x, y, z).normalize(), Motion::Slides),
        };
        joints.push(Link { name: (*name).to_owned(), frame, axis, motion });
        frame = Isometry3::identity();
    }
    Chain::new(joints, frame)
}
