//! Where a run goes by itself, and that the window stays open to a change of mind.

use app::desktop::command::Command;
use app::desktop::goal::Goal;
use app::desktop::look::Side;
use app::desktop::panels::Chrome;
use app::desktop::{Desk, Run, obey};
use twin::engine::{Activity, Log, State, advance};
use twin::session::Condition;
use twin::units::{SimDuration, SimTime};

use super::after;

fn finished(run: &Run) -> u64 {
    run.state().tallies().iter().map(|tally| tally.finished).sum()
}

#[test]
fn goals_are_read_as_they_are_written() {
    let model = after(0.0).model;
    let read = |text: &str| Goal::read(text, &model);
    assert_eq!(read(" 2h "), Ok(Goal::Time(SimTime::from_seconds(7200.0))));
    assert_eq!(read("+30 min"), Ok(Goal::Later(SimDuration::from_s(1800))));
    assert_eq!(read("500 finished"), Ok(Goal::Condition(Condition::Finished(500))));
    assert_eq!(read("40 in plant"), Ok(Goal::Condition(Condition::PartsInPlant(40))));
    let inside = Condition::PartsIn("saw".into(), 5);
    assert_eq!(read("5 in saw"), Ok(Goal::Condition(inside)));
    let failed = Condition::Does("mill".into(), Activity::Failed);
    assert_eq!(read("mill failed"), Ok(Goal::Condition(failed)));
    let off = Condition::AnyDoes(Activity::OffShift);
    assert_eq!(read("any off shift"), Ok(Goal::Condition(off)));
    for wrong in ["", "soon", "-2h", "ninety finished", "nobody failed", "+2 apples", "5 in bed"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_run_stands_where_its_condition_begins_to_hold() {
    let mut run = after(0.5);
    run.playing = true;
    run.go_to(Goal::Condition(Condition::Finished(100)));
    run.arrive();
    assert_eq!((finished(&run), run.playing, run.goal()), (100, false, None));
    let at = run.state().now();
    run.go_to(Goal::Part);
    run.arrive();
    assert_eq!((finished(&run), run.playing), (101, false));
    // The mill sets the pace.
    assert!((run.state().now() - at).seconds() <= 30.0 + 1e-9);
    let mut straight: State = after(0.0).state().clone();
    let past = run.state().now() + SimDuration::from_s(1);
    advance(&run.model, &mut straight, past, &mut Log::off()).unwrap();
    run.go_to(Goal::Time(past));
    run.arrive();
    assert_eq!(run.session().hash(), straight.hash(&run.model));
}

#[test]
fn what_never_comes_is_told() {
    let mut run = after(0.0);
    run.go_to(Goal::Condition(Condition::AnyDoes(Activity::Failed)));
    run.arrive();
    assert_eq!(run.state().now(), run.model.run.until);
    assert!(run.trouble.as_deref().is_some_and(|why| why.contains("anything failed")), "{run:?}");
}

#[test]
fn a_long_way_leaves_the_window_open() {
    let (mut run, mut chrome) = (after(0.0), Chrome::default());
    let mut desk = Desk::new(Side::Top, run.sights(), [640.0, 360.0]);
    run.playing = true;
    let begin = std::time::Instant::now();
    let century = SimTime::from_seconds(3.0e9);
    obey(Command::Seek(century), &mut run, &mut desk, &mut chrome);
    assert!(begin.elapsed().as_secs_f64() < 5.0, "one frame, on however busy a machine");
    assert_eq!(run.goal(), Some(&Goal::Time(century)));
    let before = run.state().now();
    run.frame(std::time::Duration::from_millis(16));
    assert!(run.state().now() > before, "it goes on");
    obey(Command::RunOrPause, &mut run, &mut desk, &mut chrome);
    assert!(run.goal().is_none() && !run.playing);
    let here = run.state().now();
    run.frame(std::time::Duration::from_millis(16));
    assert_eq!(run.state().now(), here);
}

#[test]
fn what_is_typed_wrong_can_be_mended() {
    let (mut run, mut chrome) = (after(0.0), Chrome::default());
    let mut desk = Desk::new(Side::Top, run.sights(), [640.0, 360.0]);
    let mut go = |text: &str, chrome: &mut Chrome| {
        obey(Command::GoTo(text.into()), &mut run, &mut desk, chrome);
        run.state().now()
    };
    chrome.work.prompt = Some(app::desktop::panels::question::Prompt::run_to());
    go("mil failed", &mut chrome);
    assert!(chrome.work.notice.as_deref().is_some_and(|why| why.contains("mil")));
    assert!(chrome.work.prompt.is_some());
    assert_eq!(go("90 s", &mut chrome), SimTime::from_seconds(90.0));
    assert!(chrome.work.prompt.is_none() && chrome.work.notice.is_none());
}
