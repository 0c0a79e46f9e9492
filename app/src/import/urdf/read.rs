//! Reading URDF: links with their solids, and joints, with everything else counted.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

use super::solid::{self, Solid};
use crate::import::Problems;

/// How a joint moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Fixed,
    Revolute,
    Continuous,
    Prismatic,
}

/// What a joint can do, where it is said: [rad or m], [rad/s or m/s], [N m or N].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limit {
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) velocity: f64,
    pub(super) effort: f64,
}

/// A joint between two links.
#[derive(Clone, Debug)]
pub(super) struct Joint {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) parent: String,
    pub(super) child: String,
    pub(super) xyz: [f64; 3],
    pub(super) rpy: [f64; 3],
    pub(super) axis: [f64; 3],
    pub(super) limit: Option<Limit>,
}

/// A robot: its links in the order of the file, and its joints by the link that they move.
#[derive(Debug, Default)]
pub(super) struct Robot {
    pub(super) name: String,
    links: Vec<String>,
    joints: BTreeMap<String, Joint>,
    /// What links consist of, by link: what is meant for collisions, else what is to be seen.
    pub(super) solids: BTreeMap<String, Vec<Solid>>,
}

/// Reads, and keeps count.
struct Reader<'a> {
    file: &'a str,
    tree: &'a Document<'a>,
    found: &'a mut Problems,
    notes: &'a mut BTreeSet<String>,
    /// Elements that nothing is done with, by name.
    unused: BTreeMap<String, usize>,
}

/// The robot of `tree`; none, if it is no URDF.
pub(super) fn robot(
    file: &str,
    tree: &Document<'_>,
    found: &mut Problems,
    notes: &mut BTreeSet<String>,
) -> Option<Robot> {
    let root = tree.root_element();
    let mut reader = Reader { file, tree, found, notes, unused: BTreeMap::new() };
    if root.tag_name().name() != "robot" {
        let name = root.tag_name().name();
        reader.problem(root, format!("is `{name}`, and URDF begins with `robot`"));
        return None;
    }
    if let Some(macros) = root.descendants().find(|node| node.tag_name().namespace().is_some()) {
        reader.problem(
            macros,
            "is written in xacro: expand it first, with `xacro FILE > robot.urdf`",
        );
        return None;
    }
    let mut robot =
        Robot { name: root.attribute("name").unwrap_or("robot").to_owned(), ..Robot::default() };
    for node in root.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "link" => reader.link(node, &mut robot),
            "joint" => reader.joint(node, &mut robot),
            other => reader.count(other),
        }
    }
    reader.masses(root);
    reader.unnamed(&mut robot);
    let unused: Vec<String> =
        reader.unused.iter().map(|(name, n)| format!("{n} `{name}`")).collect();
    if !unused.is_empty() {
        reader.notes.insert(format!("not used: {}", unused.join(", ")));
    }
    Some(robot)
}

impl Reader<'_> {
    fn problem(&mut self, node: Node<'_, '_>, message: impl Into<String>) {
        let line = self.tree.text_pos_at(node.range().start).row as usize;
        self.found.add(self.file, line, message);
    }

    fn count(&mut self, name: &str) {
        *self.unused.entry(name.to_owned()).or_default() += 1;
    }

    fn link(&mut self, node: Node<'_, '_>, robot: &mut Robot) {
        let Some(name) = node.attribute("name") else {
            return self.problem(node, "a link without a name");
        };
        if robot.links.iter().any(|other| other == name) {
            self.problem(node, format!("the link `{name}` stands here twice"));
        }
        robot.links.push(name.to_owned());
        let of_kind = |kind: &'static str| node.children().filter(move |c| c.has_tag_name(kind));
        let kind = if of_kind("collision").next().is_some() { "collision" } else { "visual" };
        let mut solids = Vec::new();
        for child in node.children().filter(Node::is_element) {
            if child.has_tag_name(kind) {
                solids.extend(self.solid(child));
            } else {
                self.count(child.tag_name().name());
            }
        }
        robot.solids.insert(name.to_owned(), solids);
    }

    /// What is in `collision` or `visual`.
    fn solid(&mut self, node: Node<'_, '_>) -> Option<Solid> {
        let part = |part: &str| node.children().find(|child| child.has_tag_name(part));
        let origin =
            part("origin").map(|origin| (self.three(origin, "xyz"), self.three(origin, "rpy")));
        let (xyz, rpy) = origin.unwrap_or_default();
        let form = part("geometry").and_then(|geometry| geometry.children().find(Node::is_element));
        let Some(form) = form else {
            self.problem(node, "has no `geometry`");
            return None;
        };
        let line = self.tree.text_pos_at(form.range().start).row as usize;
        let form = match form.tag_name().name() {
            "box" => solid::Form::Box(self.three(form, "size")),
            "sphere" => solid::Form::Sphere(self.one(form, "radius")),
            "cylinder" | "capsule" => {
                solid::Form::Cylinder(self.one(form, "radius"), self.one(form, "length"))
            }
            "mesh" => {
                let Some(file) = form.attribute("filename") else {
                    self.problem(form, "a mesh without `filename`");
                    return None;
                };
                let scale = form.attribute("scale").map_or([1.0; 3], |_| self.three(form, "scale"));
                solid::Form::Mesh(file.to_owned(), scale)
            }
            other => {
                self.problem(form, format!("`{other}` is no form of a link"));
                return None;
            }
        };
        Some(Solid { line, pose: solid::pose(xyz, rpy), form })
    }

    /// Adds links that only joints speak of.
    fn unnamed(&mut self, robot: &mut Robot) {
        let named = robot.joints.values().flat_map(|joint| [&joint.parent, &joint.child]);
        let known: BTreeSet<&String> = robot.links.iter().collect();
        let missing: BTreeSet<String> =
            named.filter(|link| !known.contains(link)).cloned().collect();
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|link| format!("`{link}`")).collect();
            self.notes.insert(format!("only joints name the links {}", names.join(", ")));
        }
        robot.links.extend(missing);
    }

    /// Masses that are none.
    fn masses(&mut self, root: Node<'_, '_>) {
        let masses = root.descendants().filter(|node| node.has_tag_name("mass"));
        let zero = |node: &Node<'_, '_>| {
            node.attribute("value")
                .and_then(|v| v.trim().parse::<f64>().ok())
                .is_none_or(|v| !(v > 0.0))
        };
        match masses.filter(zero).count() {
            0 => {}
            1 => drop(self.notes.insert("1 link without mass".to_owned())),
            n => drop(self.notes.insert(format!("{n} links without mass"))),
        }
    }

    fn joint(&mut self, node: Node<'_, '_>, robot: &mut Robot) {
        let name = node.attribute("name").unwrap_or("?").to_owned();
        let kind = match node.attribute("type") {
            Some("fixed") => Kind::Fixed,
            Some("revolute") => Kind::Revolute,
            Some("continuous") => Kind::Continuous,
            Some("prismatic") => Kind::Prismatic,
            other => {
                let other = other.unwrap_or("of no type");
                let message = format!("the joint `{name}` is `{other}`, which no arm has");
                return self.problem(node, message);
            }
        };
        let part = |part: &str| node.children().find(|child| child.has_tag_name(part));
        let link = |which: &str| part(which).and_then(|node| node.attribute("link"));
        let (Some(parent), Some(child)) = (link("parent"), link("child")) else {
            return self.problem(node, format!("the joint `{name}` lacks its parent or its child"));
        };
        let mut joint = Joint {
            parent: parent.to_owned(),
            child: child.to_owned(),
            kind,
            xyz: [0.0; 3],
            rpy: [0.0; 3],
            axis: [1.0, 0.0, 0.0],
            limit: None,
            name,
        };
        for child in node.children().filter(Node::is_element) {
            self.joint_part(child, &mut joint);
        }
        if kind != Kind::Fixed && part("axis").is_none() {
            self.notes.insert(format!("`{}` has no axis: x, as the format has it", joint.name));
        }
        if let Some(other) = robot.joints.insert(joint.child.clone(), joint) {
            self.problem(node, format!("`{}` has two parents", other.child));
        }
    }

    fn joint_part(&mut self, node: Node<'_, '_>, joint: &mut Joint) {
        match node.tag_name().name() {
            "parent" | "child" => {}
            "origin" => {
                joint.xyz = self.three(node, "xyz");
                joint.rpy = self.three(node, "rpy");
            }
            "axis" => joint.axis = self.three(node, "xyz"),
            "limit" => {
                joint.limit = Some(Limit {
                    lower: self.one(node, "lower"),
                    upper: self.one(node, "upper"),
                    velocity: self.one(node, "velocity"),
                    effort: self.one(node, "effort"),
                });
            }
            "mimic" => {
                let other = node.attribute("joint").unwrap_or("?");
                let note =
                    format!("`{}` follows `{other}`: here it is a joint of its own", joint.name);
                self.notes.insert(note);
            }
            other => self.count(other),
        }
    }

    /// A number; 0 where it is not there.
    fn one(&mut self, node: Node<'_, '_>, attribute: &str) -> f64 {
        let Some(text) = node.attribute(attribute) else { return 0.0 };
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            _ => {
                self.problem(node, format!("`{attribute}=\"{text}\"` is not a finite number"));
                0.0
            }
        }
    }

    fn three(&mut self, node: Node<'_, '_>, attribute: &str) -> [f64; 3] {
        let Some(text) = node.attribute(attribute) else { return [0.0; 3] };
        let numbers: Vec<f64> =
            text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        match <[f64; 3]>::try_from(numbers) {
            Ok(three) if three.iter().all(|number| number.is_finite()) => three,
            _ => {
                self.problem(
                    node,
                    format!("expected three numbers, found `{attribute}=\"{text}\"`"),
                );
                [0.0; 3]
            }
        }
    }
}

/// The joints from the root to the link that is `asked` for, or to the link behind most joints that move.
pub(super) fn way<'a>(
    file: &str,
    robot: &'a Robot,
    asked: Option<&str>,
    found: &mut Problems,
    notes: &mut BTreeSet<String>,
) -> Option<Vec<&'a Joint>> {
    if robot.links.is_empty() {
        found.add(file, 0, "has no links");
        return None;
    }
    if !robot.links.iter().any(|link| !robot.joints.contains_key(link)) {
        found.add(file, 0, "no link is the root: all are moved by joints");
        return None;
    }
    let to = |link: &str| {
        let mut way = Vec::new();
        let mut at = link;
        // No way is longer than all joints, unless it is a circle.
        while let Some(joint) = robot.joints.get(at).filter(|_| way.len() <= robot.joints.len()) {
            way.push(joint);
            at = &joint.parent;
        }
        way.reverse();
        way
    };
    let moving = |way: &[&Joint]| way.iter().filter(|joint| joint.kind != Kind::Fixed).count();
    let tip = match asked {
        Some(tip) => robot.links.iter().find(|link| *link == tip),
        // Of equally many, the longest way; of equally long ones, the first.
        None => robot.links.iter().rev().max_by_key(|link| {
            let way = to(link);
            (moving(&way), way.len())
        }),
    };
    let Some(tip) = tip else {
        found.add(file, 0, format!("no link is named `{}`", asked.unwrap_or_default()));
        return None;
    };
    let way = to(tip);
    if moving(&way) == 0 {
        found.add(file, 0, format!("no joint moves between the root and `{tip}`"));
        return None;
    }
    if asked.is_none() {
        notes.insert(format!("the tip is taken to be `{tip}`"));
    }
    for joint in robot.joints.values().filter(|joint| joint.kind != Kind::Fixed) {
        if !way.iter().any(|on| on.name == joint.name) {
            notes.insert(format!("`{}` is not on the way to the tip, and is left out", joint.name));
        }
    }
    Some(way)
}
