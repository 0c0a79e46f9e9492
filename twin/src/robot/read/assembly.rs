//! Several arms on one mount, each from a file of its own, with hands.

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Sources, codes, did_you_mean};
use crate::layout::text::{Base, Slice};
use crate::units::Mass;

use super::super::file::{AssemblyFile, FingerFile, HandFile, MountedFile};
use super::super::hand::{Bone, Finger, Hand};
use super::super::sheet::{Mounted, Robot};
use super::chain::pose;
use super::{Fetch, MOST_BYTES, add, provenance, robot, step};

/// Most arms on a mount.
const MOST_ARMS: usize = 16;
/// Most fingers of a hand, and most bones of a finger.
const MOST_FINGERS: usize = 16;

/// The assembly in `file`, whose path is `path`.
pub(super) fn read(
    path: &str,
    file: FileId,
    fetch: Fetch<'_>,
    sources: &mut Sources,
    found: &mut Diagnostics,
) -> Option<Robot> {
    let base = Base::file(file);
    let assembly: AssemblyFile = Slice::new(sources.text(file), &base).read(found)?;
    let n = assembly.arms.len();
    if n == 0 || n > MOST_ARMS {
        let slice = Slice::new(sources.text(file), &base);
        let message = format!("an assembly has 1 to {MOST_ARMS} arms, and this has {n}");
        slice.error(found, codes::BAD_VALUE, "arms", message, None);
        return None;
    }
    let mut arms = Vec::new();
    for (name, mounted) in &assembly.arms {
        let arm = fetched(path, name, mounted, fetch, (file, sources), found);
        let slice = Slice::new(sources.text(file), &base);
        let hand = hand(&slice, name, mounted, &assembly, found);
        let Some((arm, sheet)) = arm else { continue };
        let mount = pose(Some(mounted.at), mounted.turned);
        arms.push(Mounted { name: name.clone(), mount, arm, sheet, hand });
    }
    let slice = Slice::new(sources.text(file), &base);
    for (name, hand) in &assembly.hands {
        check_hand(&slice, name, hand, found);
    }
    let provenance = provenance::check(&slice, &assembly.provenance, found);
    Some(Robot { name: assembly.name, maker: assembly.maker, arms, provenance })
}

/// The arm in the file that `mounted` names.
fn fetched(
    path: &str,
    name: &str,
    mounted: &MountedFile,
    fetch: Fetch<'_>,
    (file, sources): (FileId, &mut Sources),
    found: &mut Diagnostics,
) -> Option<(super::super::arm::Arm, super::super::sheet::Sheet)> {
    let folder = path.rfind(['/', '\\']).map_or("", |at| &path[..=at]);
    let other = format!("{folder}{}", mounted.robot);
    let text = match fetch(&other, MOST_BYTES) {
        Ok(text) => text,
        Err(error) => {
            let base = Base::file(file);
            let slice = Slice::new(sources.text(file), &base);
            let message = format!("cannot read {other}: {error}");
            let place = format!("arms.{}.robot", step(name));
            slice.error(found, codes::UNREADABLE, &place, message, None);
            return None;
        }
    };
    // A file that two arms share is reported on once: diagnostics are told apart by their places.
    let known = sources.files().find(|file| sources.path(*file) == other);
    let file = known.or_else(|| add(&other, text, sources, found))?;
    let base = Base::file(file);
    robot::read(&Slice::new(sources.text(file), &base), found)
}

/// The hand at an arm.
fn hand(
    slice: &Slice<'_>,
    arm: &str,
    mounted: &MountedFile,
    assembly: &AssemblyFile,
    found: &mut Diagnostics,
) -> Option<Hand> {
    let name = mounted.hand.as_ref()?;
    let Some(hand) = assembly.hands.get(name) else {
        let meant = did_you_mean(name, assembly.hands.keys().map(String::as_str));
        let place = slice.span_at(&format!("arms.{}.hand", step(arm)));
        let message = format!("no hand is named `{name}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, message).at(place);
        found.push(diagnostic.did_you_mean(meant));
        return None;
    };
    let fingers = hand.fingers.iter().map(|(name, finger)| compiled(name, finger)).collect();
    Some(Hand { mass: hand.mass.map(Mass::kilograms), fingers })
}

fn compiled(name: &str, finger: &FingerFile) -> Finger {
    let bone = |bone: &super::super::file::BoneFile| Bone {
        length: bone.length.metres(),
        follows: bone.follows,
    };
    Finger {
        name: name.to_owned(),
        knuckle: pose(Some(finger.at), finger.turned),
        range: (finger.curl.0.radians(), finger.curl.1.radians()),
        speed: finger.speed.radians_per_second(),
        bones: finger.bones.iter().map(bone).collect(),
    }
}

fn check_hand(slice: &Slice<'_>, name: &str, hand: &HandFile, found: &mut Diagnostics) {
    let place = format!("hands.{}", step(name));
    if hand.fingers.is_empty() || hand.fingers.len() > MOST_FINGERS {
        let n = hand.fingers.len();
        let message = format!("a hand has 1 to {MOST_FINGERS} fingers, and this has {n}");
        slice.error(found, codes::BAD_VALUE, &place, message, None);
    }
    for (name, finger) in &hand.fingers {
        let place = format!("{place}.fingers.{}", step(name));
        let mut wrong = |code, field: &str, message: &str| {
            let message = format!("the finger `{name}` {message}");
            slice.error(found, code, &format!("{place}{field}"), message, None);
        };
        if !(finger.curl.0 < finger.curl.1) {
            wrong(codes::BAD_RANGE, ".curl", "curls to where it ends before it begins");
        }
        if !(finger.speed.radians_per_second() > 0.0) {
            wrong(codes::BAD_RANGE, ".speed", "has no speed");
        }
        if finger.bones.is_empty() || finger.bones.len() > MOST_FINGERS {
            wrong(codes::BAD_VALUE, ".bones", "has no bones, or more than 16");
        }
        for (n, bone) in finger.bones.iter().enumerate() {
            if !(bone.length.metres() > 0.0) {
                wrong(codes::NO_LENGTH, &format!(".bones[{n}].length"), "has a bone of no length");
            }
            if !bone.follows.is_finite() {
                let field = format!(".bones[{n}].follows");
                wrong(codes::BAD_VALUE, &field, "has a bone that follows no number");
            }
        }
    }
}
