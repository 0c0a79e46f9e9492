//! scratch
use twin::engine::*; use twin::units::*;
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let until: f64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let m = twin::plant::load_text(&text).model.unwrap();
    let mut best = f64::MAX;
    for _ in 0..5 {
    let mut s = State::new(&m, 1, 0);
    let t0 = std::time::Instant::now();
    advance(&m, &mut s, SimTime::from_seconds(until), &mut Log::off()).unwrap();
    let dt = t0.elapsed().as_secs_f64();
    best = best.min(dt*1e9/s.events() as f64); eprintln!("{} events {} s", s.events(), dt);
    if std::env::args().nth(3).is_some() { break }
    }
    println!("{best:.1} ns/event");
}
