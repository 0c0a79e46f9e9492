//! Programs there and back.

use proptest::prelude::*;

use super::super::motion::{Gantry, JointLimits, Mover, ToolLimits};
use super::{
    Angle, Instruction, Length, Pose, Program, ProgramError, Share, SimDuration, Speed, Zone, krl,
    rapid, urscript,
};

type Write = fn(&Program) -> Result<String, ProgramError>;
type Read = fn(&str) -> Result<Program, ProgramError>;

const DIALECTS: [(&str, Write, Read); 3] = [
    ("RAPID", rapid::write, rapid::read),
    ("KRL", krl::write, krl::read),
    ("URScript", urscript::write, urscript::read),
];

fn pose() -> impl Strategy<Value = Pose> {
    let metres = || (-3.0..3.0_f64).prop_map(Length::from_metres);
    let angle = |most: f64| (-most..most).prop_map(Angle::from_radians);
    ([metres(), metres(), metres()], [angle(3.1), angle(1.5), angle(3.1)])
        .prop_map(|(at, turn)| Pose { at, turn })
}

fn zone() -> impl Strategy<Value = Zone> {
    prop_oneof![Just(Zone::Fine), (1e-3..0.2_f64).prop_map(Zone::of_radius)]
}

fn speed() -> impl Strategy<Value = Speed> {
    (1e-3..5.0_f64).prop_map(Speed::from_metres_per_second)
}

fn time() -> impl Strategy<Value = SimDuration> {
    (0..10_000_000_000_i64).prop_map(SimDuration::from_ns)
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["ready", "door_open", "Part7", "x"]).prop_map(str::to_owned)
}

fn instruction() -> impl Strategy<Value = Instruction> {
    let angle = (-6.2..6.2_f64).prop_map(Angle::from_radians);
    let angles = prop::collection::vec(angle, 6);
    let share = (0.01..1.0_f64).prop_map(Share::from_fraction);
    prop_oneof![
        (angles, share, zone()).prop_map(|(to, speed, zone)| Instruction::Move { to, speed, zone }),
        (pose(), speed(), zone()).prop_map(|(to, speed, zone)| Instruction::Linear {
            to,
            speed,
            zone
        }),
        (pose(), pose(), speed(), zone())
            .prop_map(|(via, to, speed, zone)| Instruction::Circular { via, to, speed, zone }),
        (any::<bool>(), time()).prop_map(|(close, takes)| Instruction::Grip { close, takes }),
        time().prop_map(Instruction::Wait),
        (name(), any::<bool>(), prop::option::of(time()))
            .prop_map(|(signal, is, timeout)| Instruction::WaitFor { signal, is, timeout }),
        (name(), any::<bool>()).prop_map(|(signal, to)| Instruction::Set { signal, to }),
        prop::option::of(name()).prop_map(Instruction::Track),
    ]
}

/// Whether two instructions are the same, places to 1e-6 m and 1e-6 rad.
fn same(a: &Instruction, b: &Instruction) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let poses = |a: &Pose, b: &Pose| {
        let (a, b) = (a.isometry(), b.isometry());
        (a.translation.vector - b.translation.vector).norm() < 1e-6
            && a.rotation.angle_to(&b.rotation) < 1e-6
    };
    let numbers = |a: &Instruction, b: &Instruction| {
        // Behind poses: speed and zone.
        let (a, b) = (a.numbers(), b.numbers());
        let tail = |all: &[f64]| all[all.len() - 2..].to_vec();
        tail(&a).iter().zip(tail(&b)).all(|(a, b)| near(*a, b))
    };
    match (a, b) {
        (Instruction::Move { to: p, .. }, Instruction::Move { to: q, .. }) => {
            let axes =
                p.len() == q.len() && p.iter().zip(q).all(|(p, q)| near(p.radians(), q.radians()));
            axes && numbers(a, b)
        }
        (Instruction::Linear { to: p, .. }, Instruction::Linear { to: q, .. }) => {
            poses(p, q) && numbers(a, b)
        }
        (
            Instruction::Circular { via: v, to: p, .. },
            Instruction::Circular { via: w, to: q, .. },
        ) => poses(v, w) && poses(p, q) && numbers(a, b),
        _ => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn there_and_back(steps in prop::collection::vec(instruction(), 0..12)) {
        let program = Program { name: "cell_3".to_owned(), steps };
        for (dialect, write, read) in DIALECTS {
            let text = write(&program).unwrap();
            let back = read(&text);
            let back = back.unwrap_or_else(|error| panic!("{dialect}: {error}\n{text}"));
            prop_assert_eq!(&back.name, &program.name);
            prop_assert_eq!(back.steps.len(), program.steps.len(), "{}\n{}", dialect, text);
            for (a, b) in program.steps.iter().zip(&back.steps) {
                prop_assert!(same(a, b), "{dialect}: {a:?} {b:?}\n{text}");
            }
        }
    }

    /// Whatever a file says, readers come back.
    #[test]
    fn readers_never_panic(text in "[ -~\n]{0,200}", cut in 0..400_usize) {
        for (_, write, read) in DIALECTS {
            let _ = read(&text);
            let whole = write(&example()).unwrap();
            let cut = cut.min(whole.len());
            let _ = read(&format!("{}{text}{}", &whole[..cut], &whole[cut..]));
        }
    }
}

/// A pick and a place.
fn example() -> Program {
    let pose = |x: f64, z: f64| Pose {
        at: [x, 0.0, z].map(Length::from_metres),
        turn: [0.0; 3].map(Angle::from_radians),
    };
    let speed = Speed::from_metres_per_second(0.5);
    let zone = Zone::of_radius(0.02);
    let takes = SimDuration::from_ns(150_000_000);
    Program {
        name: "pick".to_owned(),
        steps: vec![
            Instruction::WaitFor { signal: "ready".to_owned(), is: true, timeout: None },
            Instruction::Linear { to: pose(0.1, 0.0), speed, zone: Zone::Fine },
            Instruction::Grip { close: true, takes },
            Instruction::Linear { to: pose(0.1, 0.1), speed, zone },
            Instruction::Linear { to: pose(0.4, 0.1), speed, zone },
            Instruction::Linear { to: pose(0.4, 0.0), speed, zone: Zone::Fine },
            Instruction::Grip { close: false, takes },
            Instruction::Set { signal: "done".to_owned(), to: true },
        ],
    }
}

#[test]
fn what_is_written() {
    let text = rapid::write(&example()).unwrap();
    assert!(text.contains("MoveL [[100,0,0],[1,0,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],[500,500,5000,1000],fine,tool0;"), "{text}");
    assert!(text.contains("SetDO gripper,1;\n    WaitTime 0.15;"), "{text}");
    let text = krl::write(&example()).unwrap();
    assert!(text.contains("LIN {X 100,Y 0,Z 100,A 0,B 0,C 0} C_DIS"), "{text}");
    let text = urscript::write(&example()).unwrap();
    assert!(text.contains("movel(p[0.1,0,0.1,0,0,0],a=1.2,v=0.5,r=0.02)"), "{text}");
}

#[test]
fn what_is_not_understood_is_named_by_its_line() {
    let wrong = |read: Read, text: &str| read(text).unwrap_err().at;
    assert_eq!(wrong(rapid::read, "MODULE a\nPROC main()\n  Stop;\nENDPROC\nENDMODULE\n"), 3);
    assert_eq!(wrong(krl::read, "DEF a()\n; all is well\n  HALT\nEND\n"), 3);
    assert_eq!(wrong(urscript::read, "def a():\n  popup(\"hello\")\nend\n"), 2);
    assert_eq!(wrong(krl::read, "DEF a()\n  gripper=TRUE\nEND\n"), 2);
    assert_eq!(wrong(krl::read, "DEF a()\n  LIN {X 1,Y 2,Z 3,A 0,C 0,B 0}\nEND\n"), 2);
    assert_eq!(wrong(rapid::read, "! nothing\n"), 0);
}

#[test]
fn what_cannot_be_written_is_refused() {
    let with = |step: Instruction| Program { name: "a".to_owned(), steps: vec![step] };
    let signal = |name: &str| with(Instruction::Set { signal: name.to_owned(), to: true });
    for name in ["", "7up", "a b", "gripper", "a_name_that_is_much_too_long"] {
        assert_eq!(krl::write(&signal(name)).unwrap_err().at, 1, "{name}");
    }
    let speed = Share::from_fraction(0.5);
    let joints = |n: usize| {
        let to = vec![Angle::from_radians(0.1); n];
        with(Instruction::Move { to, speed, zone: Zone::Fine })
    };
    assert!(krl::write(&joints(4)).is_ok());
    assert!(rapid::write(&joints(4)).is_err());
    assert!(urscript::write(&joints(7)).is_err());
    let nowhere = Length::from_metres(f64::NAN);
    let pose = Pose { at: [nowhere; 3], turn: [Angle::from_radians(0.0); 3] };
    let speed = Speed::from_metres_per_second(1.0);
    let line = with(Instruction::Linear { to: pose, speed, zone: Zone::Fine });
    assert!(rapid::write(&line).is_err());
}

#[test]
fn a_file_says_it_with_units() {
    let text = r#"Program(
        name: "pick",
        steps: [
            Move(to: ["0 deg", "-90 deg"], speed: "50 %"),
            Linear(to: (at: ("300 mm", "0 m", "0.2 m"), turn: ("180 deg", "0 deg", "0 deg")), speed: "0.5 m/s", zone: Within("10 mm")),
            Grip(close: true, takes: "150 ms"),
            Track(Some("belt")),
        ],
    )"#;
    let program: Program = ron::from_str(text).unwrap();
    assert_eq!(program.steps.len(), 4);
    assert!(matches!(&program.steps[1], Instruction::Linear { zone, .. } if zone.radius() == 0.01));
    let again: Program = ron::from_str(&ron::to_string(&program).unwrap()).unwrap();
    assert_eq!(again, program);
}

#[test]
fn a_program_takes_its_time() {
    let tool = ToolLimits { speed: 1.0, acceleration: 10.0, jerk: 200.0, angular_speed: 2.0 };
    let limits = [JointLimits::free(2.0, 20.0, 400.0); 3];
    let mover = Mover { arm: &Gantry, limits: &limits, tool, settle_s: 0.0 };
    let steps = example().cycle(&Gantry, &[0.0; 3], 0.01);
    let times = mover.time(&[0.0; 3], &steps).unwrap();
    assert_eq!(times.steps.len(), 8);
    assert!((times.steps[2].duration - 0.15).abs() < 1e-12);
    // 0.3 m at 0.5 m/s, and starts and stops.
    assert!(times.total > 0.32 + 0.6 + 0.2 && times.total < 2.0, "{}", times.total);
    let mut fast = example();
    for step in &mut fast.steps {
        if let Instruction::Linear { speed, .. } = step {
            *speed = Speed::from_metres_per_second(1.0);
        }
    }
    let faster = mover.time(&[0.0; 3], &fast.cycle(&Gantry, &[0.0; 3], 0.01)).unwrap();
    assert!(faster.total < times.total - 0.1, "{} {}", faster.total, times.total);
}
