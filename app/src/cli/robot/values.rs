//! Joint coordinates and poses as they are typed.

use nalgebra::{Isometry3, Translation3};
use twin::robot::{Arm, Motion, roll_pitch_yaw};
use twin::units::{Angle, Length};

/// Numbers separated by commas, each with its unit or that of the next one that has one.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = text.split(',').map(|part| part.trim().to_owned()).collect();
    let mut unit = String::new();
    for part in parts.iter_mut().rev() {
        let end = part.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
        if part[end..].trim().is_empty() {
            *part = format!("{part} {unit}");
        } else {
            part[end..].trim().clone_into(&mut unit);
        }
    }
    parts
}

/// Coordinates of the joints of `arm` [rad or m]: `10, 20, -15 deg` or `10 deg, 20 deg, -100 mm`.
pub(super) fn joints(arm: &Arm, text: &str) -> Result<Vec<f64>, String> {
    let parts = parts(text);
    let (expected, found) = (arm.joints().len(), parts.len());
    if expected != found {
        return Err(format!(
            "{} has {expected} joints, and {found} coordinates are given",
            arm.name()
        ));
    }
    let each = arm.joints().iter().zip(&parts).enumerate();
    each.map(|(n, (joint, part))| {
        coordinate(joint.motion, part).map_err(|e| format!("J{}: {e}", n + 1))
    })
    .collect()
}

fn coordinate(motion: Motion, text: &str) -> Result<f64, String> {
    match motion {
        Motion::Turns => angle(text),
        Motion::Slides => length(text),
    }
}

fn angle(text: &str) -> Result<f64, String> {
    text.parse().map(|angle: Angle| angle.radians()).map_err(|error| error.to_string())
}

/// A length (m).
pub(super) fn length(text: &str) -> Result<f64, String> {
    text.parse().map(|length: Length| length.metres()).map_err(|error| error.to_string())
}

/// A pose: `x, y, z m; roll, pitch, yaw deg`.
pub(super) fn pose(text: &str) -> Result<Isometry3<f64>, String> {
    let form = || "expected a pose such as \"0.4, 0, 0.3 m; 180, 0, 0 deg\"".to_owned();
    let (position, turn) = text.split_once(';').ok_or_else(form)?;
    let three = |text: &str, read: fn(&str) -> Result<f64, String>| {
        let numbers: Vec<f64> =
            parts(text).iter().map(|part| read(part)).collect::<Result<_, _>>()?;
        <[f64; 3]>::try_from(numbers).map_err(|_| form())
    };
    let [x, y, z] = three(position, length)?;
    let [roll, pitch, yaw] = three(turn, angle)?;
    Ok(Isometry3::from_parts(Translation3::new(x, y, z), roll_pitch_yaw(roll, pitch, yaw)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_once_or_each_time() {
        let found = pose("400, 0, 300 mm; 180, 0 deg, 1.5 rad").unwrap();
        assert!((found.translation.vector.x - 0.4).abs() < 1e-15);
        let same = pose("0.4 m, 0, 300 mm; 180, 0, 1.5 rad");
        assert!(same.is_ok(), "the nearest unit behind counts");
        for bad in [
            "",
            "1,2,3 m",
            "1,2 m; 0,0,0 deg",
            "1,2,3; 0,0,0 deg",
            "1,2,3 deg; 0,0,0 deg",
            "a,b,c m; 0,0,0 deg",
        ] {
            assert!(pose(bad).is_err(), "{bad}");
        }
        assert_eq!(parts("1,-2 , 3e-1 deg"), ["1 deg", "-2 deg", "3e-1 deg"]);
    }
}
