//! What is written over the plant: names, contents, signs, and the metres of the grid.

use std::collections::BTreeMap;

use nalgebra::Point3;
use twin::engine::{Activity, Model, State};
use twin::id::EquipmentId;

use super::machines::percent;
use crate::desktop::look::{self, is_abnormal};
use crate::desktop::{Desk, Overlay, Run};

/// Least distance of two numbers of the grid, in points.
const APART: f32 = 46.0;

/// What is written at one equipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Which.
    pub id: EquipmentId,
    /// Where it points to, in points of the frame.
    pub at: [f32; 2],
    /// Its name, as short as it is clear.
    pub name: String,
    /// A second line.
    pub more: Option<String>,
    /// What it is doing.
    pub activity: Activity,
    /// Whether somebody should look.
    pub loud: bool,
    /// Whether it is selected.
    pub selected: bool,
    /// Whether it holds the plant up.
    pub bottleneck: bool,
}

/// All that is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    /// Names: the most important first. Where there is no room, the later ones give way.
    pub names: Vec<Label>,
    /// Numbers of the grid: where, and what.
    pub metres: Vec<([f32; 2], String)>,
    /// Edges of the box of what is selected.
    pub frame: Vec<[[f32; 2]; 2]>,
}

/// The bottleneck and its active share.
pub type Worst = (EquipmentId, f64);

/// One of two futures of a plant.
#[derive(Clone, Copy)]
struct Future<'a> {
    state: &'a State,
    doing: &'a [Activity],
}

/// What is written over the plant, as the desk asks for; `worst` is marked.
pub fn labels(run: &Run, desk: &Desk, worst: Option<&Worst>) -> Labels {
    written(run, desk, worst, Future { state: run.state(), doing: run.doing() })
}

/// The same over the future that is not shown, while both are side by side.
pub fn other_labels(run: &Run, desk: &Desk) -> Option<Labels> {
    let (fork, other) = (run.fork.as_ref()?, run.other()?);
    let future = Future { state: fork.other.state(), doing: &other.doing };
    Some(written(run, desk, None, future))
}

fn written(run: &Run, desk: &Desk, worst: Option<&Worst>, future: Future<'_>) -> Labels {
    let mut out = Labels::default();
    if desk.overlay != Overlay::Off {
        out.metres = metres(run, desk);
        names(run, desk, worst, future, &mut out.names);
    }
    if let Some(id) = desk.selection {
        out.frame = frame(run, desk, id);
    }
    out
}

/// Names that are tried, at most: more have no room on any picture.
const MOST: usize = 300;

fn names(run: &Run, desk: &Desk, worst: Option<&Worst>, future: Future<'_>, out: &mut Vec<Label>) {
    let mut ranked = Vec::new();
    let lens = desk.eye.lens(desk.frame);
    for place in &run.standing.places {
        let processor = run.model.row(place.id).processor;
        let activity = future.doing[place.id.index()];
        let first = desk.selection == Some(place.id) || worst.is_some_and(|one| one.0 == place.id);
        let loud = processor && is_abnormal(activity) || activity == Activity::Failed;
        let carries = matches!(place.kind, "Conveyor" | "Carrier" | "Turntable" | "Delay");
        let told = first || loud || !carries && place.kind != "Vehicles";
        let asked = desk.overlay == Overlay::All && carries;
        if !(told || asked) {
            continue;
        }
        let Some(at) = lens.project(place.top()) else { continue };
        let on = (0..2).all(|axis| at[axis] >= 0.0 && at[axis] <= desk.frame[axis]);
        if on {
            ranked.push(((!first, !loud, !processor, carries), place.id, at, activity, loud));
        }
    }
    // The sort is stable: what is equal stays in the order of the plant.
    ranked.sort_by_key(|one| one.0);
    out.extend(ranked.into_iter().take(MOST).map(|(_, id, at, activity, loud)| {
        let worst = worst.filter(|worst| worst.0 == id);
        let more = match worst {
            Some((_, share)) => Some(format!("bottleneck, active {}", percent(*share))),
            None => (desk.overlay == Overlay::All).then(|| more(future.state, id, activity)),
        };
        let selected = desk.selection == Some(id);
        let name = short(run, id);
        Label { id, at, name, more, activity, loud, selected, bottleneck: worst.is_some() }
    }));
}

/// Content, rate and state.
fn more(state: &State, id: EquipmentId, activity: Activity) -> String {
    let traffic = state.traffic(id);
    let hours = (state.now() - traffic.window()).seconds() / 3600.0;
    let rate = traffic.left as f64 / hours.max(1e-9);
    let content = state.traffic(id).content;
    format!("{} · {content} in · {rate:.1} /h", look::word(activity))
}

/// The name of `id` without what says no more, see [`short_names`].
pub fn short(run: &Run, id: EquipmentId) -> String {
    run.names[id.index()].clone()
}

/// All names without what says no more: of `stack/machine`, if nothing else in `stack` is of its kind, `stack`. Conveyors keep
/// their whole names, as they often stand beside a machine of the same head.
pub fn short_names(model: &Model) -> Vec<String> {
    let ids = || (0..model.equipment.len()).map(EquipmentId::from_index);
    let key = |id: EquipmentId| {
        let head = model.row(id).name.rsplit_once('/')?.0;
        Some((head, model.kind_of(id)))
    };
    let mut count: BTreeMap<_, usize> = BTreeMap::new();
    ids().filter_map(key).for_each(|key| *count.entry(key).or_default() += 1);
    ids()
        .map(|id| match key(id).filter(|key| key.1 != "Conveyor" && count[key] == 1) {
            Some((head, _)) => head.to_owned(),
            None => model.row(id).name.clone(),
        })
        .collect()
}

/// Every tenth metre along two sides of the floor, or every hundredth.
fn metres(run: &Run, desk: &Desk) -> Vec<([f32; 2], String)> {
    let (low, high) = run.floor();
    let mut out = Vec::new();
    let far = (high.x - low.x).max(high.y - low.y);
    let step = if far > 300.0 { 100 } else { 10 };
    for axis in 0..2 {
        let mut last: Option<[f32; 2]> = None;
        let first = (low[axis] / step as f32).ceil() as i32;
        for n in first..=(high[axis] / step as f32).floor() as i32 {
            let mut at = Point3::new(low.x - 0.6, low.y - 0.6, 0.0);
            at[axis] = (n * step) as f32;
            let Some(seen) = desk.eye.project(at, desk.frame) else { continue };
            if last.is_some_and(|last| (seen[0] - last[0]).hypot(seen[1] - last[1]) < APART) {
                continue;
            }
            last = Some(seen);
            out.push((seen, format!("{} m", n * step)));
        }
    }
    out
}

/// The twelve edges of its box.
fn frame(run: &Run, desk: &Desk, id: EquipmentId) -> Vec<[[f32; 2]; 2]> {
    let place = run.standing.place(id);
    edges(desk, &place.pose, &place.outline)
}

/// The same of anything that stands.
pub(super) fn edges(
    desk: &Desk,
    pose: &nalgebra::Isometry3<f32>,
    outline: &look::Outline,
) -> Vec<[[f32; 2]; 2]> {
    let [x, y, (_, h)] = outline.sides();
    let (low, high) = (Point3::new(x.0, y.0, 0.1), Point3::new(x.1, y.1, h));
    let margin = nalgebra::Vector3::repeat(0.1);
    let corners = look::eye::corners(low - margin, high + margin);
    let seen = corners.map(|corner| desk.eye.project(pose * corner, desk.frame));
    let mut out = Vec::new();
    for from in 0..8_usize {
        for axis in (0..3).filter(|axis| from >> axis & 1 == 0) {
            if let (Some(a), Some(b)) = (seen[from], seen[from | 1 << axis]) {
                out.push([a, b]);
            }
        }
    }
    out
}
