//! Fans and resistances: what pulls at the fluid in some cells.
//!
//! A fan pulls the velocity of its cells towards its own at a rate of [`GRIP`] `|U|/h`, pressure then builds up until both agree; a
//! resistance takes `loss |u| u / 2`, component by component, as a perforated plate does. Both are implicit, so that no step is too large.

use std::collections::BTreeMap;

use super::layout::Layout;
use super::walls;
use crate::field::{Region, Scene};

/// How firmly a fan holds the fluid: the share that is missing against a back pressure of `ρ U²` is its inverse over the cells along it.
pub const GRIP: f64 = 50.0;

/// What pulls at one face.
#[derive(Clone, Copy, Debug, Default, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Drive {
    /// Place of the face.
    pub place: u32,
    /// Rate at which a fan pulls [1/s].
    pub rate: f32,
    /// Its velocity times its rate [m/s²].
    pub push: f32,
    /// Half the loss of a resistance [1/m].
    pub drag: f32,
}

/// All drives of a scene, by component, in the order of places. A face at the end of a region belongs to it by half.
pub(super) fn of(scene: &Scene, layout: &Layout) -> [Vec<Drive>; 3] {
    let mut all = [(); 3].map(|()| BTreeMap::<u32, [f64; 3]>::new());
    for fan in &scene.fans {
        let speed = fan.velocity.iter().map(|v| v * v).sum::<f64>().sqrt();
        let rate = GRIP * speed / scene.grid.cell;
        let pulls = fan.velocity.map(|v| [rate, rate * v, 0.0]);
        hang(scene, layout, fan.region, pulls, &mut all);
    }
    for porous in &scene.porous {
        hang(scene, layout, porous.region, [[0.0, 0.0, porous.loss / 2.0]; 3], &mut all);
    }
    let drive = |(place, [rate, push, drag]): (u32, [f64; 3])| Drive {
        place,
        rate: rate as f32,
        push: push as f32,
        drag: drag as f32,
    };
    all.map(|faces| faces.into_iter().map(drive).collect())
}

fn hang(
    scene: &Scene,
    layout: &Layout,
    region: Region,
    pulls: [[f64; 3]; 3],
    all: &mut [BTreeMap<u32, [f64; 3]>; 3],
) {
    for cell in region.iter() {
        for c in 0..3 {
            let above = walls::next(scene, cell, super::layout::along(c, 1));
            for face in [Some(cell), above].into_iter().flatten() {
                if walls::below(scene, face, c).is_some() {
                    let drive = all[c].entry(layout.place(face) as u32).or_default();
                    (0..3).for_each(|n| drive[n] += pulls[c][n] / 2.0);
                }
            }
        }
    }
}
