//! The room as a whole.

use nalgebra::{Isometry3, Vector2, Vector3};

use super::*;
use crate::sensor::ray::Response;

const S: i64 = 1_000_000_000;

type Tried = Result<(), PhysicsError>;

fn at(x: f64, y: f64, z: f64) -> Isometry3<f64> {
    Isometry3::translation(x, y, z)
}

fn carton() -> Goods {
    Goods { size: Vector3::new(0.4, 0.3, 0.2), mass_kg: 5.0, friction: 0.3 }
}

fn long(surface: Surface) -> Deck {
    Deck { size: Vector3::new(20.0, 1.0, 0.2), top: at(0.0, 0.0, 0.0), friction: 0.3, surface }
}

/// A belt of 20 m along x, its top at height 0, and a carton on it at x = 0.
fn belt(speed: f64) -> Result<(Cell, DriveId, GoodsId), PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(speed)?;
    cell.add_deck(long(Surface::Belts(vec![Belt::all(drive)])))?;
    let goods = cell.add_goods(carton(), at(0.0, 0.0, 0.1))?;
    Ok((cell, drive, goods))
}

/// Belts, a curve, a pile, a stop, a light barrier and a hand, all of them busy.
fn busy() -> Result<(Cell, HandId), PhysicsError> {
    let (mut cell, drive, _) = belt(0.4)?;
    cell.add_floor(0.5)?;
    let turning = Surface::Turning { centre: Vector2::new(0.0, 0.5), radius_m: 0.5, drive };
    let curve = Deck { top: at(3.0, 3.0, 0.5), ..long(turning) };
    cell.add_deck(Deck { size: Vector3::new(2.0, 2.0, 0.1), ..curve })?;
    for n in 0..4 {
        let n = f64::from(n);
        cell.add_goods(carton(), at(-1.0 - n, 0.05 * n, 0.1))?;
        cell.add_goods(carton(), at(3.0 + 0.1 * n, 2.9, 0.65 + 0.25 * n))?;
    }
    let size = Vector3::new(0.05, 0.8, 0.2);
    let stop = cell.add_stroke(size, at(2.0, 0.0, 0.1), Vector3::z(), 0.2)?;
    cell.send(stop, 1.0, 0.2)?;
    let held = cell.add_goods(carton(), at(-2.0, 3.0, 1.0))?;
    let hand = cell.add_hand(at(-2.0, 3.0, 1.2))?;
    cell.grip(hand, held, Grip::Attach)?;
    let response = Response { on_ns: 1_000_000, off_ns: 2_000_000 };
    cell.add_barrier(Vector3::new(1.0, -1.0, 0.1), Vector3::new(1.0, 1.0, 0.1), response)?;
    Ok((cell, hand))
}

/// Runs for `seconds` seconds, the hand going round.
fn run(cell: &mut Cell, hand: HandId, seconds: i64) -> Tried {
    let until = cell.now_ns() + seconds * S;
    while cell.now_ns() < until {
        let angle = cell.now_ns() as f64 * 1e-9;
        let (x, y) = (0.3 * libm::cos(angle), 0.3 * libm::sin(angle));
        cell.move_hand(
            hand,
            Isometry3::new(Vector3::new(x - 2.3, 3.0 + y, 1.2), Vector3::z() * angle),
        )?;
        cell.step()?;
    }
    Ok(())
}

#[test]
fn a_belt_takes_goods_along_and_stops_them() -> Tried {
    let (mut cell, drive, goods) = belt(0.5)?;
    cell.advance(3 * S)?;
    let x = cell.pose(goods)?.translation.x;
    // v² / 2 μ g behind the belt.
    assert!((x - 1.457_526).abs() < 2e-4, "{x}");
    assert!((cell.motion(goods)?.linear.x - 0.5).abs() < 1e-6);
    assert_eq!(cell.drive(drive)?.counts(1000.0, cell.now_ns()), 1500);
    cell.set_drive(drive, 0.0, None)?;
    cell.advance(5 * S)?;
    let x = cell.pose(goods)?.translation.x;
    assert!((x - 1.5).abs() < 2e-3, "{x}");
    Ok(())
}

#[test]
fn a_belt_wakes_what_lay_still() -> Tried {
    let (mut cell, drive, goods) = belt(0.0)?;
    cell.advance(20 * S)?;
    let x = cell.pose(goods)?.translation.x;
    cell.set_drive(drive, 0.02, Some(0.1))?;
    cell.advance(30 * S)?;
    let went = cell.pose(goods)?.translation.x - x;
    assert!((went - 0.198).abs() < 2e-4, "{went}");
    Ok(())
}

#[test]
fn a_belt_runs_either_way_along_any_line() -> Tried {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(-0.5)?;
    let along = Vector2::new(3.0, 4.0);
    let belt = Belt { along, ..Belt::all(drive) };
    cell.add_deck(Deck { friction: 0.5, ..long(Surface::Belts(vec![belt])) })?;
    let goods = cell.add_goods(carton(), at(0.0, 0.0, 0.1))?;
    cell.advance(S)?;
    let v = cell.motion(goods)?.linear;
    assert!((v - Vector3::new(-0.3, -0.4, 0.0)).norm() < 1e-5, "{v:?}");
    Ok(())
}

#[test]
fn goods_go_round_a_curve_and_turn() -> Tried {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(0.5)?;
    let surface = Surface::Turning { centre: Vector2::new(-1.0, 0.0), radius_m: 1.0, drive };
    let size = Vector3::new(4.0, 4.0, 0.2);
    cell.add_deck(Deck { size, top: at(1.0, 0.0, 0.0), friction: 0.5, surface })?;
    let goods = cell.add_goods(carton(), at(1.0, 0.0, 0.1))?;
    cell.advance(S)?;
    let first = cell.pose(goods)?;
    cell.advance(3 * S)?;
    let last = cell.pose(goods)?;
    let radius = |pose: &Isometry3<f64>| pose.translation.vector.xy().norm();
    assert!((radius(&last) - radius(&first)).abs() < 1e-5, "{}", radius(&last));
    let turned = (last.rotation * first.rotation.inverse()).scaled_axis();
    // 0.5 rad/s, for 2 s.
    assert!((turned - Vector3::z()).norm() < 1e-4, "{turned:?}");
    Ok(())
}

#[test]
fn a_stop_holds_goods_back_and_lets_them_go() -> Tried {
    let (mut cell, _, goods) = belt(0.5)?;
    let stop =
        cell.add_stroke(Vector3::new(0.1, 0.8, 0.2), at(1.0, 0.0, 0.1), Vector3::z(), 0.1)?;
    cell.advance(10 * S)?;
    let x = cell.pose(goods)?.translation.x;
    assert!((x - 0.75).abs() < 1e-3, "{x}");
    cell.send(stop, 0.5, 0.5)?;
    cell.advance(12 * S)?;
    assert_eq!(cell.stroke_m(stop)?, 0.5);
    assert!(cell.pose(goods)?.translation.x > 1.0);
    Ok(())
}

#[test]
fn a_gate_holds_all_but_those_that_it_lets_through() -> Tried {
    let (mut cell, _, first) = belt(0.5)?;
    let second = cell.add_goods(carton(), at(-0.4, 0.0, 0.1))?;
    let gate = cell.add_gate(Vector3::new(0.05, 0.8, 0.2), at(1.025, 0.0, 0.1))?;
    cell.advance(10 * S)?;
    let x = |cell: &Cell, goods| cell.pose(goods).map(|pose| pose.translation.x);
    assert!((x(&cell, first)? - 0.8).abs() < 1e-3, "{:?}", x(&cell, first));
    assert!((x(&cell, second)? - 0.4).abs() < 2e-3, "back to front: {:?}", x(&cell, second));
    cell.let_through(first, gate)?;
    cell.advance(12 * S)?;
    assert!(x(&cell, first)? > 1.5, "{:?}", x(&cell, first));
    assert!((x(&cell, second)? - 0.8).abs() < 1e-3, "it comes up to the gate");
    let (mut other, ..) = belt(0.5)?;
    let foreign = other.add_gate(Vector3::repeat(0.1), at(5.0, 0.0, 0.0))?;
    other.remove_goods(first)?;
    assert_eq!(other.let_through(first, foreign), Err(PhysicsError::Unknown("part")));
    Ok(())
}

#[test]
fn a_cell_rests_when_nothing_moves_and_only_then() -> Tried {
    let (mut cell, drive, goods) = belt(0.0)?;
    assert!(!cell.rests(), "what was just put down may fall");
    cell.advance(2 * S)?;
    assert!(cell.rests());
    let (before, now) = (cell.pose(goods)?, cell.now_ns());
    assert!(cell.skip(1000) && cell.now_ns() == now + 4 * S);
    cell.step()?;
    let way = cell.pose(goods)?.translation.vector - before.translation.vector;
    assert!(way.norm() < 1e-9, "{way:?}");
    cell.set_drive(drive, 0.5, None)?;
    assert!(!cell.rests() && !cell.skip(1));
    cell.advance(cell.now_ns() + S)?;
    assert!(cell.pose(goods)?.translation.x > 0.4);
    Ok(())
}

#[test]
fn a_scale_shows_the_weight_of_a_pile() -> Tried {
    let mut cell = Cell::new(Settings::default())?;
    let deck = cell.add_deck(long(Surface::Still))?;
    for n in 0..5 {
        cell.add_goods(carton(), at(0.0, 0.0, 0.1 + 0.2 * f64::from(n)))?;
    }
    cell.advance(5 * S)?;
    let load = cell.load(deck)?;
    assert!((load - 25.0 * GRAVITY).abs() < 1e-3, "{load}");
    Ok(())
}

#[test]
fn thin_and_fast_goods_do_not_slip_past_a_beam() -> Tried {
    let mut cell = Cell::new(Settings { gravity: Vector3::zeros(), ..Settings::default() })?;
    cell.add_barrier(
        Vector3::new(1.0, -1.0, 1.0),
        Vector3::new(1.0, 1.0, 1.0),
        Response::default(),
    )?;
    // 2 mm at 5 m/s: within the beam for a tenth of a step.
    let sheet = Goods { size: Vector3::new(2e-3, 0.3, 0.3), ..carton() };
    let goods = cell.add_goods(sheet, at(0.0, 0.0, 1.0))?;
    let linear = Vector3::new(5.0, 0.0, 0.0);
    cell.set_motion(goods, Motion { linear, ..Motion::default() })?;
    cell.advance(S / 4)?;
    let edges: Vec<_> =
        cell.take_edges().into_iter().map(|(_, edge)| (edge.at_ns, edge.on)).collect();
    assert_eq!(edges, [(199_800_000, true), (200_200_000, false)]);
    Ok(())
}

#[test]
fn taking_goods_out_of_a_beam_frees_it() -> Tried {
    let (mut cell, _, goods) = belt(0.0)?;
    let (from, to) = (Vector3::new(0.1, -1.0, 0.1), Vector3::new(0.1, 1.0, 0.1));
    let barrier = cell.add_barrier(from, to, Response::default())?;
    cell.step()?;
    assert!(cell.is_on(barrier)?);
    cell.remove_goods(goods)?;
    cell.step()?;
    assert!(!cell.is_on(barrier)?);
    assert_eq!(cell.pose(goods), Err(PhysicsError::Unknown("part")));
    Ok(())
}

#[test]
fn the_number_of_threads_does_not_show() -> Tried {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            let (mut cell, hand) = busy()?;
            run(&mut cell, hand, 60)?;
            Ok::<_, PhysicsError>(cell.hash())
        })
    };
    assert_eq!(on(1)?, on(4)?);
    Ok(())
}

/// Boxes that fall askew onto a belt and off its end; the bits are those of debug and of release builds.
#[test]
fn the_build_does_not_show() -> Tried {
    let mut cell = Cell::new(Settings::default())?;
    let drive = cell.add_drive(0.4)?;
    let belt = Deck { friction: 0.4, ..long(Surface::Belts(vec![Belt::all(drive)])) };
    cell.add_deck(Deck { top: at(0.0, 0.0, 0.5), ..belt })?;
    cell.add_floor(0.5)?;
    for n in 0..12 {
        let n = f64::from(n);
        let place = Vector3::new(-3.0 + 0.45 * n, 0.02 * n, 0.7 + 0.1 * n);
        let turn = Vector3::new(0.1 * n, 0.05 * n, 0.3 * n);
        cell.add_goods(carton(), Isometry3::new(place, turn))?;
    }
    cell.advance(S)?;
    assert_eq!(cell.hash(), 0xc57a_7bc9_9e17_8527);
    cell.advance(10 * S)?;
    assert_eq!(cell.hash(), 0xb6bf_d887_907d_8d02);
    Ok(())
}

#[test]
fn a_cell_runs_on_from_a_snapshot() -> Tried {
    let (mut straight, hand) = busy()?;
    run(&mut straight, hand, 7)?;
    let mut copied = straight.clone();
    let saved = straight.save()?;
    let mut restored = Cell::restore(&saved)?;
    assert_eq!(restored.save()?, saved);
    for cell in [&mut straight, &mut copied, &mut restored] {
        run(cell, hand, 20)?;
    }
    assert_eq!(copied.hash(), straight.hash());
    assert_eq!(restored.hash(), straight.hash());
    assert_eq!(restored.take_edges(), straight.take_edges());
    Ok(())
}

#[test]
fn damaged_snapshots_are_refused() -> Tried {
    let (cell, _) = busy()?;
    let saved = cell.save()?;
    for end in [0, 7, 8, 15, 16, saved.len() / 2, saved.len() - 1] {
        assert!(matches!(Cell::restore(&saved[..end]), Err(PhysicsError::Snapshot(_))));
    }
    for place in (0..saved.len()).step_by(97) {
        let mut damaged = saved.clone();
        damaged[place] ^= 0x10;
        assert!(matches!(Cell::restore(&damaged), Err(PhysicsError::Snapshot(_))));
    }
    Ok(())
}

/// A hand that lifts a carton with a constant acceleration of 2 m/s² for half a second.
fn lift(grip: Grip) -> Result<(Cell, HandId, GoodsId), PhysicsError> {
    let mut cell = Cell::new(Settings::default())?;
    let goods = cell.add_goods(carton(), at(0.0, 0.0, 1.0))?;
    let hand = cell.add_hand(at(0.0, 0.0, 1.0))?;
    cell.grip(hand, goods, grip)?;
    for n in 1..=125 {
        let t = f64::from(n) * 0.004;
        cell.move_hand(hand, at(0.0, 0.0, 1.0 + t * t))?;
        cell.step()?;
    }
    Ok((cell, hand, goods))
}

fn fingers(force_n: f64, pad_m: f64) -> Grip {
    Grip::Fingers(Fingers { force_n, friction: 0.5, axis: Vector3::y(), pad_m })
}

#[test]
fn what_is_held_goes_exactly_where_the_hand_goes() -> Tried {
    for grip in [Grip::Attach, fingers(5.0 * (GRAVITY + 2.0) * 1.001, 0.02)] {
        let (cell, hand, goods) = lift(grip)?;
        assert!((cell.pose(goods)?.translation.z - 1.25).abs() < 1e-12);
        let Some(held) = cell.held(hand)? else { panic!("{grip:?} dropped it") };
        assert!((held.demand.force.z - 5.0 * (GRAVITY + 2.0)).abs() < 1e-6, "{held:?}");
        assert_eq!(held.slid_m, 0.0);
    }
    Ok(())
}

#[test]
fn what_slides_goes_as_friction_takes_it() -> Tried {
    // Enough for 1.5 of the 2 m/s²: the rest is lost, a / 2 t².
    let (cell, hand, goods) = lift(fingers(5.0 * (GRAVITY + 1.5), 0.2))?;
    let z = cell.pose(goods)?.translation.z;
    assert!((z - (1.0 + 0.75 * 0.25)).abs() < 3e-3, "{z}");
    let slid = cell.held(hand)?.map(|held| held.slid_m);
    assert!(slid.is_some_and(|slid| (slid - 0.0625).abs() < 3e-3), "{slid:?}");
    Ok(())
}

#[test]
fn what_slides_off_the_pads_falls() -> Tried {
    let (mut cell, hand, goods) = lift(fingers(5.0 * (GRAVITY + 1.5), 0.01))?;
    assert_eq!(cell.held(hand)?, None);
    let drops = cell.take_drops();
    assert_eq!(drops.len(), 1);
    assert_eq!((drops[0].hand, drops[0].goods), (hand, goods));
    let before = cell.motion(goods)?.linear.z;
    cell.step()?;
    assert!((cell.motion(goods)?.linear.z - (before - GRAVITY * 0.004)).abs() < 1e-9);
    Ok(())
}

#[test]
fn a_hand_feels_what_its_part_runs_into() -> Tried {
    let mut cell = Cell::new(Settings::default())?;
    cell.add_floor(0.5)?;
    let goods = cell.add_goods(carton(), at(0.0, 0.0, 0.2))?;
    let hand = cell.add_hand(at(0.0, 0.0, 0.2))?;
    cell.grip(hand, goods, fingers(100.0, 0.05))?;
    // Down through the floor, slowly: the part stays on it and slides through the fingers until they lose it.
    for n in 1..=250 {
        cell.move_hand(hand, at(0.0, 0.0, 0.2 - 0.001 * f64::from(n)))?;
        cell.step()?;
    }
    assert_eq!(cell.held(hand)?, None);
    cell.advance(3 * S)?;
    let z = cell.pose(goods)?.translation.z;
    assert!((z - 0.1).abs() < 1e-3, "{z}");
    Ok(())
}

#[test]
fn hands_and_parts_are_busy_one_at_a_time() -> Tried {
    let (mut cell, _, goods) = belt(0.0)?;
    let other = cell.add_goods(carton(), at(2.0, 0.0, 0.1))?;
    let (left, right) = (cell.add_hand(at(0.0, 0.0, 0.3))?, cell.add_hand(at(0.0, 0.0, 0.5))?);
    cell.grip(left, goods, Grip::Attach)?;
    assert_eq!(cell.grip(right, goods, Grip::Attach), Err(PhysicsError::Held("the part")));
    assert_eq!(cell.grip(left, other, Grip::Attach), Err(PhysicsError::Held("the hand")));
    assert_eq!(cell.release(left)?, Some(goods));
    assert_eq!(cell.release(left)?, None);
    cell.grip(right, goods, Grip::Attach)?;
    cell.remove_goods(goods)?;
    assert_eq!(cell.held(right)?, None);
    cell.step()
}

#[test]
fn bad_input_is_refused() -> Tried {
    let (mut cell, drive, goods) = belt(0.5)?;
    let hash = cell.hash();
    for bad in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        for size in [Vector3::new(bad, 1.0, 1.0), Vector3::new(1.0, 1.0, bad)] {
            assert!(cell.add_goods(Goods { size, ..carton() }, at(0.0, 0.0, 1.0)).is_err());
            assert!(cell.add_deck(Deck { size, ..long(Surface::Still) }).is_err());
            assert!(cell.add_stroke(size, at(0.0, 0.0, 1.0), Vector3::x(), 0.1).is_err());
        }
        assert!(cell.add_goods(Goods { mass_kg: bad, ..carton() }, at(0.0, 0.0, 1.0)).is_err());
        // Below zero it turns the other way.
        if !(bad < 0.0) {
            let surface = Surface::Turning { centre: Vector2::zeros(), radius_m: bad, drive };
            assert!(cell.add_deck(long(surface)).is_err());
        }
        assert!(cell.set_drive(drive, 1.0, Some(bad)).is_err());
        let settings = Settings { contact_hz: bad, ..Settings::default() };
        assert!(Cell::new(settings).is_err());
        let hand = cell.add_hand(at(0.0, 0.0, 1.0))?;
        assert!(cell.grip(hand, goods, fingers(bad, 0.01)).is_err());
        assert!(cell.grip(hand, goods, fingers(1.0, bad)).is_err());
    }
    for bad in [f64::NAN, f64::NEG_INFINITY, -0.1] {
        assert!(cell.add_goods(Goods { friction: bad, ..carton() }, at(0.0, 0.0, 1.0)).is_err());
        assert!(cell.add_deck(Deck { friction: bad, ..long(Surface::Still) }).is_err());
        assert!(cell.add_floor(bad).is_err());
    }
    for bad in [f64::NAN, f64::INFINITY] {
        assert!(cell.add_goods(carton(), at(0.0, bad, 1.0)).is_err());
        assert!(cell.add_hand(at(bad, 0.0, 1.0)).is_err());
        let motion = Motion { linear: Vector3::new(0.0, bad, 0.0), ..Motion::default() };
        assert!(cell.set_motion(goods, motion).is_err());
        let end = Vector3::new(bad, 0.0, 0.0);
        assert!(cell.add_barrier(end, Vector3::zeros(), Response::default()).is_err());
    }
    assert!(cell.add_barrier(Vector3::x(), Vector3::x(), Response::default()).is_err());
    let still = Belt { along: Vector2::zeros(), ..Belt::all(drive) };
    assert!(cell.add_deck(long(Surface::Belts(vec![still]))).is_err());
    let (mut other, ..) = belt(0.0)?;
    let foreign = other.add_drive(1.0)?;
    let belts = Surface::Belts(vec![Belt::all(foreign)]);
    assert_eq!(cell.add_deck(long(belts)), Err(PhysicsError::Unknown("drive")));
    for step_ns in [0, -1, 50_000, 50_000_000] {
        assert!(Cell::new(Settings { step_ns, ..Settings::default() }).is_err());
    }
    for iterations in [0, 65] {
        assert!(Cell::new(Settings { iterations, ..Settings::default() }).is_err());
    }
    assert_eq!(cell.hash(), hash, "nothing that was refused left a trace");
    Ok(())
}
