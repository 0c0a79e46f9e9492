//! A five-axis arm for one case: waist, shoulder, elbow, wrist pitch, wrist roll.
//!
//! Lengths of a CRS A255: 254 mm from base to shoulder, 254 mm each of upper arm and forearm, 50.8 mm from wrist to flange. These are from
//! memory of its manual, to be confirmed; nothing else here depends on them.

/// Height of the shoulder and length of both arms, m.
const LINK: f64 = 0.254;
/// From the wrist to the flange, m.
const FLANGE: f64 = 0.0508;

/// Joint angles, rad, with the flange at `place`, m, pointing down, its roll held still, elbow up; none out of reach.
pub(super) fn joints([x, y, z]: [f64; 3]) -> Option<Vec<f64>> {
    let waist = y.atan2(x);
    let (out, up) = (x.hypot(y), z + FLANGE - LINK);
    let reach = out.hypot(up);
    if reach > 2.0 * LINK {
        return None;
    }
    let half = (reach / (2.0 * LINK)).acos();
    let shoulder = up.atan2(out) + half;
    let elbow = -2.0 * half;
    Some(vec![waist, shoulder, elbow, -std::f64::consts::FRAC_PI_2 - shoulder - elbow, waist])
}

/// Where the flange is, m, at joint angles.
#[cfg(test)]
fn flange(q: &[f64]) -> [f64; 3] {
    let (upper, fore) = (q[1], q[1] + q[2]);
    let pitch = fore + q[3];
    let out = LINK * (upper.cos() + fore.cos()) + FLANGE * pitch.cos();
    let up = LINK + LINK * (upper.sin() + fore.sin()) + FLANGE * pitch.sin();
    [out * q[0].cos(), out * q[0].sin(), up]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let place = [0.3, -0.15, 0.1];
        let back = flange(&joints(place).unwrap());
        assert!(place.iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-12), "{back:?}");
        assert!(joints([0.6, 0.0, 0.2]).is_none());
    }
}
