//! The run behind the window: the same engine as without one, advanced within a budget of wall-clock time a frame.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nalgebra::{Isometry3, Point3, Vector3};
use twin::engine::{Action, Activity, Command, Model, State};
use twin::field::Tier;
use twin::id::EquipmentId;
use twin::session::{Session, SessionError, Setup};
use twin::study::Bottleneck;
use twin::units::{SimDuration, SimTime};

use super::change::{Coming, own_tier};
use super::field::{Cut, Fields};
use super::fork::Fork;
use super::goal::Going;
use super::history::History;
use super::look::marks::Scene;
use super::look::{self, Marks, Moving, Shown, Standing};
use super::sight::Sight;
use super::views::labels::short_names;
use super::whatif::WhatIf;

/// Room around the equipment of a plant without a hall (m).
const MARGIN: f32 = 3.0;
/// What a frame may spend on the run at most, and at least. The rest of a sixtieth of a second is for drawing.
pub(super) const BUDGET: [Duration; 2] = [Duration::from_millis(8), Duration::from_millis(2)];
/// What it may spend on the run and on looking at it together, as far as that leaves anything.
const TOGETHER: Duration = Duration::from_millis(11);
/// A frame that takes longer counts as this long (s): the run does not try to catch up with a machine that is too slow.
const LONGEST: f64 = 0.5;
/// Over this much wall-clock time the achieved speed is measured.
const MEASURED: Duration = Duration::from_millis(500);
/// By how much what is forked is faster.
pub(super) const FASTER: f64 = 1.25;
/// Columns of the strip of events.
const COLUMNS: usize = 300;

/// A plant that runs, and what it looks like at present. It stays on one thread, as its fields would have to.
#[derive(Debug)]
pub struct Run {
    /// The plant.
    pub model: Arc<Model>,
    /// Where its equipment stands.
    pub standing: Standing,
    /// Names of the equipment, as short as they are clear.
    pub names: Vec<String>,
    /// Where everything that moves is.
    pub moving: Moving,
    doing: Vec<Activity>,
    /// What it was like until now.
    pub history: History,
    /// Whether time goes on.
    pub playing: bool,
    /// Simulated seconds a second; none: as many as there can be.
    pub speed: Option<f64>,
    /// Why it cannot go on, if so.
    pub trouble: Option<String>,
    /// What was asked about the future.
    pub what_if: WhatIf,
    /// The fields of its hall.
    pub fields: Fields,
    /// What is drawn beside it.
    pub marks: Marks,
    /// Which are solved.
    pub(super) tier: Option<Tier>,
    /// The other future, if there are two.
    pub fork: Option<Fork>,
    /// Counts looks at the present: as long as it stays, so does everything that moves.
    pub looks: u64,
    /// Wall-clock time that the last look took.
    look_took: Duration,
    /// Counts plants: as long as it stays, so does everything that stands.
    pub plants: u64,
    pub(super) session: Session,
    /// Another version of the plant, on its way to the present.
    pub(super) coming: Option<Coming>,
    /// What was done to the run and names what the present version of the plant does not know.
    pub(super) left: Vec<Command>,
    /// Where it goes by itself.
    pub(super) going: Option<Going>,
    meter: Meter,
}

/// How fast simulated time goes.
#[derive(Clone, Copy, Debug)]
struct Meter {
    since: Instant,
    from: SimTime,
    speed: f64,
}

impl Run {
    /// The plant at its start, with the fields that its hall asks for.
    ///
    /// # Errors
    ///
    /// If its state cannot be kept, or the hall is too large for its cells.
    pub fn new(model: Arc<Model>) -> Result<Self, SessionError> {
        let tier = own_tier(&model);
        Self::with_fields(model, tier)
    }

    /// The plant at its start, with fields solved by `tier`, or without.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_fields(model: Arc<Model>, tier: Option<Tier>) -> Result<Self, SessionError> {
        let (fields, climates) = Fields::of(&model, tier)?;
        let session = Session::new(model.clone(), Setup { climates, ..Setup::of(&model) })?;
        let standing = Standing::of(&model);
        let moving = Moving::of(&model, session.state(), &standing);
        let meter = Meter { since: Instant::now(), from: SimTime::ZERO, speed: 0.0 };
        Ok(Self {
            names: short_names(&model),
            doing: look::activities(&model, session.state()),
            model,
            standing,
            moving,
            history: History::default(),
            playing: false,
            speed: Some(60.0),
            trouble: None,
            what_if: WhatIf::default(),
            fields,
            marks: Marks::default(),
            tier,
            fork: None,
            looks: 1,
            look_took: Duration::ZERO,
            plants: 1,
            session,
            coming: None,
            left: Vec::new(),
            going: None,
            meter,
        })
    }

    /// The session behind it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The present state.
    pub fn state(&self) -> &State {
        self.session.state()
    }

    /// What each equipment is doing at the present, by number.
    pub fn doing(&self) -> &[Activity] {
        &self.doing
    }

    /// What an equipment is doing at the present.
    pub fn activity(&self, id: EquipmentId) -> Activity {
        self.doing[id.index()]
    }

    /// How far the run has come.
    pub fn furthest(&self) -> SimTime {
        self.session.furthest()
    }

    /// Simulated seconds a second of late.
    pub fn achieved(&self) -> f64 {
        self.meter.speed
    }

    /// Looks at a plane of the fields, as they stand now, or at none.
    pub fn look_at(&mut self, cut: Option<Cut>) {
        let Some(climate) = self.session.climate_mut() else { return };
        let solved = climate.solved_until();
        self.fields.look(cut, solved, |quantity| climate.solver().field(quantity));
    }

    /// Looks at the future that is not shown too, or no longer.
    pub fn look_at_other(&mut self, wanted: bool) {
        if let Some(fork) = &mut self.fork {
            let before = fork.sight.take();
            fork.sight = wanted.then(|| Sight::of(&fork.other, &self.standing, before));
        }
    }

    /// The future that is not shown, while both are side by side.
    pub fn other(&self) -> Option<&Sight> {
        self.fork.as_ref()?.sight.as_ref()
    }

    /// Marks what is `shown` beside the plant, as it stands now.
    pub fn mark(&mut self, shown: Shown, selection: Option<EquipmentId>) {
        let scene = Scene {
            model: &self.model,
            state: self.session.state(),
            climate: self.session.climate(),
            standing: &self.standing,
            versions: [self.looks, self.plants],
        };
        self.marks.renew(scene, shown, selection);
    }

    /// Goes to `at`, ahead or back, however long that takes.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn seek(&mut self, at: SimTime) -> Result<(), SessionError> {
        while self.state().now() < at {
            let next = (self.state().now() + self.history.step()).min(at);
            self.session.seek(next)?;
            self.history.record(&self.model, self.session.state());
        }
        self.session.seek(at)?;
        self.refresh();
        Ok(())
    }

    /// One frame: so much simulated time goes by as `passed` asks for, or as fits the budget.
    pub fn frame(&mut self, passed: Duration) {
        self.what_if.poll();
        let [most, least] = BUDGET;
        if self.coming.is_some() {
            self.catch_up(most);
        } else if self.going.is_some() {
            self.pursue(most);
        } else if self.playing {
            // In a large plant, looking takes its share.
            let budget = TOGETHER.saturating_sub(self.look_took).clamp(least, most);
            let begin = Instant::now();
            let now = self.state().now();
            let until = match self.speed {
                Some(speed) => {
                    now + SimDuration::from_seconds(passed.as_secs_f64().min(LONGEST) * speed)
                }
                None => SimTime::from_seconds(now.seconds() + 1e9),
            };
            while self.state().now() < until && begin.elapsed() < budget && self.trouble.is_none() {
                let next = (self.state().now() + self.history.step()).min(until);
                let result = self.session.advance_within(next, &mut || begin.elapsed() < budget);
                self.told(result.map(|_| ()));
                self.history.record(&self.model, self.session.state());
            }
            self.refresh();
        }
        self.follow();
        self.measure();
    }

    /// Does what changes the run, by a step of the session.
    pub fn step(&mut self, step: impl FnOnce(&mut Session) -> Result<(), SessionError>) {
        self.trouble = None;
        self.going = None;
        let commands = self.session.journal().issued.len();
        let result = step(&mut self.session);
        self.told(result);
        self.history.record(&self.model, self.session.state());
        self.follow();
        self.refresh();
        if self.session.journal().issued.len() != commands {
            self.tell_what_comes();
        }
    }

    /// Forks the run: from now on there is a second one in which `id` is faster by a factor. A fork that was there ends.
    pub fn fork_off(&mut self, id: EquipmentId, faster: f64) {
        let name = self.model.row(id).name.clone();
        let pace = self.pace(id) * faster;
        let change = format!("{name} {faster:.2} times as fast");
        let fork = Fork::of(&mut self.session, Action::Pace(name, pace), change);
        self.trouble = fork.as_ref().err().map(ToString::to_string);
        self.fork = fork.ok();
    }

    /// Forks the run with its bottleneck a quarter faster, and goes on for `ahead` with both, however long that takes.
    ///
    /// # Errors
    ///
    /// If either cannot run on.
    pub fn fork_and_run(&mut self, ahead: SimDuration) -> Result<(), SessionError> {
        if let Some(id) = self.bottleneck() {
            self.fork_off(id, FASTER);
        }
        let until = self.state().now() + ahead;
        if let Some(fork) = &mut self.fork {
            fork.other.seek(until)?;
        }
        self.seek(until)
    }

    /// The machine that holds the plant up so far.
    pub fn bottleneck(&self) -> Option<EquipmentId> {
        Bottleneck::so_far(&self.model, self.state()).map(|found| found.by_share)
    }

    /// Shows the other future.
    pub fn show_other(&mut self) {
        let Some(fork) = &mut self.fork else { return };
        std::mem::swap(&mut self.session, &mut fork.other);
        fork.sight = None;
        fork.shows_b = !fork.shows_b;
        self.refresh();
    }

    /// The other future comes to where this one is.
    fn follow(&mut self) {
        let now = self.session.now();
        if let Some(Err(error)) = self.fork.as_mut().map(|fork| fork.follow(now)) {
            self.trouble = Some(format!("the other future has ended: {error}"));
            self.fork = None;
        }
    }

    /// Does something to the plant at the present. It is kept in the journal.
    pub fn act(&mut self, action: Action) {
        self.trouble = self.session.command(action).err().map(|error| error.to_string());
        // A command takes effect at the present, before anything else.
        let now = self.state().now();
        let result = self.session.advance_within(now, &mut || true);
        self.told(result.map(|_| ()));
        self.refresh();
        self.tell_what_comes();
    }

    /// Asks what would be if `id` were faster from now on.
    pub fn ask(&mut self, id: EquipmentId, faster: f64) {
        self.what_if.ask(&self.model, self.session.state(), id, faster);
    }

    /// Speed of an equipment relative to its file, as the last command that the present has seen set it.
    pub fn pace(&self, id: EquipmentId) -> f64 {
        let name = &self.model.row(id).name;
        let seen = &self.session.journal().issued[..self.session.issued()];
        let mut paces = seen.iter().rev().filter_map(|issued| match &issued.command.action {
            Action::Pace(of, pace) if of == name => Some(*pace),
            _ => None,
        });
        paces.next().unwrap_or(1.0)
    }

    /// Events over time up to the furthest, as shares of the most.
    pub fn density(&self) -> Vec<f32> {
        let density = self.session.density();
        let furthest = self.furthest().ns().max(1);
        let bins = (furthest / density.width().ns() + 1) as usize;
        let wide = bins.div_ceil(COLUMNS).max(1);
        let shown = &density.bins()[..bins.min(density.bins().len())];
        let columns: Vec<u64> = shown.chunks(wide).map(|bins| bins.iter().sum()).collect();
        let most = columns.iter().copied().max().unwrap_or(0).max(1);
        columns.into_iter().map(|events| events as f32 / most as f32).collect()
    }

    pub(super) fn told(&mut self, result: Result<(), SessionError>) {
        if let Err(error) = result {
            self.trouble = Some(error.to_string());
            self.playing = false;
        }
    }

    fn measure(&mut self) {
        let passed = self.meter.since.elapsed();
        if passed >= MEASURED {
            let now = self.state().now();
            let speed = (now - self.meter.from).seconds().max(0.0) / passed.as_secs_f64();
            self.meter = Meter { since: Instant::now(), from: now, speed };
        }
    }

    /// Looks at the present.
    pub(super) fn refresh(&mut self) {
        let begin = Instant::now();
        self.looks += 1;
        self.doing = look::activities(&self.model, self.session.state());
        self.moving.look(&self.model, self.session.state(), &self.standing);
        self.look_took = begin.elapsed();
    }

    /// Corners of the box that a picture of the plant should show (m).
    pub fn sights(&self) -> (Point3<f32>, Point3<f32>) {
        let (low, high) = self.standing.bounds;
        let (mut low, mut high): ([f32; 3], [f32; 3]) = (low.into(), high.into());
        let mut take = |pose: &Isometry3<f32>| {
            let at: [f32; 3] = pose.translation.vector.into();
            for axis in 0..3 {
                low[axis] = at[axis].min(low[axis]);
                high[axis] = at[axis].max(high[axis]);
            }
        };
        self.moving.carts.iter().for_each(|cart| take(&cart.pose));
        self.moving.goods.iter().for_each(|good| take(&good.pose));
        (Point3::from(low), Point3::from(high))
    }

    /// The same about one equipment (m).
    pub fn around(&self, id: EquipmentId) -> (Point3<f32>, Point3<f32>) {
        let (low, high) = self.standing.place(id).bounds();
        let out = Vector3::new(2.0, 2.0, 0.3);
        (low - out, high + out)
    }

    /// Corners of the floor: the hall's, or what the equipment needs, in whole metres (m).
    pub fn floor(&self) -> (Point3<f32>, Point3<f32>) {
        let (low, high) = self.sights();
        if let Some(hall) = &self.model.hall {
            let corner = |at: [f64; 3]| Point3::from(at.map(|metres| metres as f32));
            let (a, size) = (corner(hall.origin), corner(hall.size));
            return (Point3::new(a.x, a.y, 0.0), Point3::new(a.x + size.x, a.y + size.y, high.z));
        }
        let out = |metres: f32, by: f32| (metres + by).round();
        (
            Point3::new(out(low.x, -MARGIN), out(low.y, -MARGIN), 0.0),
            Point3::new(out(high.x, MARGIN), out(high.y, MARGIN), high.z),
        )
    }
}
