//! Rays per second and core, on halls of about a million triangles.
//!
//! `cargo bench -p twin --no-default-features --bench rays` prints millions of rays a second on one thread: of a camera
//! (coherent) and of rays from anywhere to anywhere (incoherent), nearest hits and whether anything lies within 5 m; once with a
//! body for each rack and machine and once with all triangles in one mesh. Each figure is a sum of the fastest of several rounds
//! over short pieces, so that a busy machine shows little. Refits of the tree over the bodies are timed likewise.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::Instant;

use twin::sensor::ray::{BodyId, DemoHall, Ray, RayError, World};

const TRIANGLES: usize = 1_000_000;
const ROUNDS: usize = 7;
const PIECE: usize = 1_000;
const INCOHERENT: usize = 200_000;

fn main() -> Result<(), RayError> {
    let hall = DemoHall::with(TRIANGLES);
    println!("a hall of {} triangles", hall.triangles());
    println!("{:<12} {:<12} {:>14} {:>14}", "world", "rays", "nearest M/s", "any M/s");
    let start = Instant::now();
    let mut bodies = hall.world()?;
    let built = start.elapsed();
    let start = Instant::now();
    let flat = hall.flat_world()?;
    let flat_built = start.elapsed();
    for (name, world) in [("bodies", &bodies), ("one mesh", &flat)] {
        for (rays, list) in
            [("coherent", hall.coherent(320, 240)), ("incoherent", hall.incoherent(INCOHERENT))]
        {
            let nearest = rate(&list, |rays| world.cast(rays).iter().map(|hit| hit.range).sum());
            let any = rate(&list, |rays| {
                let near = rays.iter().map(|ray| Ray { far: 5.0, ..*ray });
                near.map(|ray| f32::from(u8::from(world.is_blocked(&ray)))).sum()
            });
            println!("{name:<12} {rays:<12} {nearest:>14.2} {any:>14.2}");
        }
    }
    println!("built in {built:.2?} (bodies), {flat_built:.2?} (one mesh)");
    println!("{} bodies refitted in {:.1} us", bodies.len(), refit(&mut bodies)? * 1e6);
    Ok(())
}

/// Millions of rays a second, on one thread: pieces are no longer than what one thread takes.
fn rate(rays: &[Ray], cast: impl Fn(&[Ray]) -> f32) -> f64 {
    let fastest = |piece: &[Ray]| {
        let round = |_| {
            let start = Instant::now();
            black_box(cast(piece));
            start.elapsed().as_secs_f64()
        };
        (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
    };
    rays.len() as f64 / rays.chunks(PIECE).map(fastest).sum::<f64>() / 1e6
}

/// Seconds to follow all bodies after each has moved a little.
fn refit(world: &mut World) -> Result<f64, RayError> {
    let mut fastest = f64::INFINITY;
    for round in 0..ROUNDS {
        for body in 0..world.len() as u32 {
            let mut pose = *world.pose(BodyId(body));
            pose.translation.x += if round % 2 == 0 { 0.01 } else { -0.01 };
            world.place(BodyId(body), pose);
        }
        let start = Instant::now();
        world.update()?;
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    Ok(fastest)
}
