use twin::engine::*; use twin::units::*;
fn main() {
    let t = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(t).unwrap();
    let l = twin::plant::load_text(&text);
    print!("{}", l.diagnostics.render(&l.sources, twin::diagnostics::Look { colour: false, limit: 20, width: 100 }));
    let Some(m) = l.model else { return };
    let plan = twin::study::Plan::of(&m);
    let t0 = std::time::Instant::now();
    let r = twin::study::replicate(&m, &plan, &Default::default(), |_| twin::study::Silent, |m, s, _| twin::study::Figures::of(m, s), |_, _| {}).unwrap();
    let dt = t0.elapsed().as_secs_f64();
    let events: u64 = r.iter().map(|r| r.events).sum();
    println!("{events} events, {:.1} ns/event", dt*1e9/events as f64 * 2.0f64.min(r.len() as f64));
    let s = twin::study::Summary::of(&m, &r);
    println!("th {:?} lead {:?} wip {:?}", s.throughput_per_h, s.lead_time_s, s.wip);
    for (e, row) in s.equipment.iter().zip(&m.equipment) { println!("{:12} {:?} n {:?} t {:?}", row.name, e.shares.map(|x| (x*1e4).round()/1e4), e.content.as_ref().map(|x| x.mean), e.time_in_s.as_ref().map(|x| x.mean)); }
    for r in &r { if !r.little_misses.is_empty() { println!("LITTLE {:?}", r.little_misses); } }
    println!("bottleneck {:?}", s.bottleneck);
    let _ = (SimTime::ZERO, Log::off());
}
