//! Inverse kinematics of spherical wrists: how many ways, which, and whether sheets and lengths agree.

use twin::robot::{Arm, Place, Solution};

use super::Known;
use crate::validate::bench::{Bench, Findings};
use crate::validate::finding::Finding;

/// The pose of a KUKA KR 10 R1420 at `KR_10[0]`, and all four ways there.
const KR_10: [[f64; 6]; 4] = [
    [0.3, -1.0, 1.1, 0.2, 0.7, -0.4],
    [0.3, -1.0, 1.1, -2.941_592_653_59, -0.7, 2.741_592_653_59],
    [
        0.3,
        0.116_619_091_19,
        -1.039_412_480_162,
        0.129_630_400_835,
        1.711_713_671_997,
        -0.227_876_077_819,
    ],
    [
        0.3,
        0.116_619_091_19,
        -1.039_412_480_162,
        -3.011_962_252_755,
        -1.711_713_671_997,
        2.913_716_575_771,
    ],
];

/// Reach by the makers' sheets [m].
const SHEETS: [(&str, f64); 6] = [
    ("abb-irb-120.ron", 0.58),
    ("fanuc-lr-mate-200id.ron", 0.717),
    ("kuka-kr-6-r900.ron", 0.901),
    ("yaskawa-gp25.ron", 1.73),
    ("fanuc-m-20ia.ron", 1.811),
    ("abb-irb-6640.ron", 2.80),
];

/// V51.
pub(in crate::validate) fn check(_bench: &Bench) -> Findings {
    let mut out = Vec::new();
    for (file, list) in super::known()? {
        let arm = super::arm(file)?;
        if list.iter().all(|known| known.ways.is_some()) {
            out.extend(ways(&arm, &list)?);
        }
    }
    out.extend(four_ways()?);
    for (file, sheet) in SHEETS {
        let arm = super::arm(file)?;
        let reach = arm.structure().reach().unwrap_or(f64::NAN);
        let what = format!("{}: reach, m", arm.name());
        out.push(Finding::within(what, sheet, reach, 1.5e-3, "rounding of the sheet"));
    }
    Ok(out)
}

/// Number of ways, whether all lead there, and whether the one that we came from is among them.
fn ways(arm: &Arm, list: &[Known]) -> Findings {
    let mut out = Vec::new();
    let (mut shift, mut turn, mut lost) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (n, known) in list.iter().enumerate() {
        let pose = arm.forward(&known.q)?;
        let ways = arm.inverse(&pose)?;
        let expected = known.ways.unwrap_or(0) as f64;
        let what = format!("{}: ways to pose {}", arm.name(), n + 1);
        out.push(Finding::equal(what, expected, ways.len() as f64));
        for way in &ways {
            let off = super::apart(&arm.forward(&way.q)?, &pose);
            shift = shift.max(off.0);
            turn = turn.max(off.1);
        }
        let off = ways.iter().map(|way| off(arm, way, &known.q));
        lost = lost.max(off.fold(f64::INFINITY, f64::min));
    }
    let name = arm.name();
    out.push(Finding::within(format!("{name}: there and back, m"), 0.0, shift, 1e-9, "1e-9 m"));
    out.push(Finding::within(format!("{name}: there and back, rad"), 0.0, turn, 1e-9, "1e-9 rad"));
    out.push(
        Finding::within(format!("{name}: own joints, rad"), 0.0, lost, 1e-9, "1e-9 rad")
            .note("of wrists in line, the sum of joints 4 and 6"),
    );
    Ok(out)
}

/// How far a way is from `q`; where only a sum of joints is defined, that counts.
fn off(arm: &Arm, way: &Solution, q: &[f64]) -> f64 {
    let mut way_q = way.q.clone();
    if let Some((one, other, minus)) =
        way.singular.filter(|s| s.place == Place::Wrist).and_then(|s| s.only)
    {
        let by = q[one] - way_q[one];
        way_q[one] += by;
        way_q[other] += if minus { by } else { -by };
    }
    super::differs(arm, &way_q, q)
}

/// The four known ways of the KR 10, in any order, and no other.
fn four_ways() -> Findings {
    let arm = super::arm("kuka-kr-10-r1420.ron")?;
    let pose = arm.forward(&KR_10[0])?;
    let ways = arm.inverse(&pose)?;
    let nearest = |expected: &[f64; 6]| {
        let off = ways.iter().map(|way| super::differs(&arm, &way.q, expected));
        off.fold(f64::INFINITY, f64::min)
    };
    let worst = KR_10.iter().map(nearest).fold(0.0, f64::max);
    let p = pose.translation.vector;
    let at = [1.137_763_396_283, -0.362_669_050_842, 0.860_941_026_523];
    let shift = p.iter().zip(at).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    Ok(vec![
        Finding::within("KR 10 R1420: pose of four ways, m", 0.0, shift, 1e-9, "1e-9 m"),
        Finding::equal("KR 10 R1420: ways to a pose", 4.0, ways.len() as f64),
        Finding::within("KR 10 R1420: the four ways, rad", 0.0, worst, 1e-9, "1e-9 rad"),
    ])
}
