//! Assembly and kitting: a part waits for its components, then they become one.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::job::{JOB_ENDS, Job, WorkersSpec, show_idle, time_of};
use crate::engine::{Activity, Candidate, Compile, Core, Ctx, Draw, Equipment, Interrupt, What};
use crate::flow::outbox::list_one;
use crate::id::{LinkId, PartId, ProductId};
use crate::random::Distribution;
use crate::units::SimDuration;

/// `Assembly`: joins one main part and its components.
///
/// The main part comes by the input `main`, each component by an input of its own that has the component's name. How many
/// of each go in is said by `needs`, or by the `bom` of the main part's product (of what it `makes`, if it does). The
/// machine begins when all are there. At the end the components are consumed, or, with `joins: Loaded`, lie in the main
/// part and travel with it: a kit in its box. The main part goes on as what it was; with `makes`, a new part goes on and
/// the main part is one more component, whose lead time, due date and order the new part carries on. With `makes`, nothing
/// need be connected to `main`; then the lead time of the oldest component is carried on.
///
/// Parts wait in places at the inputs: `room` of each component, by default what one assembly needs, and one of the main
/// part. With `takes: AtEnd` a component's place is free again when the assembly is through, and the main part's when the
/// product has left; with `AtStart` all are free as soon as the assembly begins.
///
/// Shown as starved while anything is missing, blocked while the product cannot leave. A stop pauses the work, begins it
/// anew or scraps all that is in it, as the cause says.
#[derive(Debug)]
pub struct Assembly {
    time: Draw,
    components: Vec<String>,
    /// How many of each component, by product of the main part, or one row for all.
    needs: Vec<Vec<u32>>,
    room: Vec<u32>,
    main_room: u32,
    takes: Takes,
    joins: Joins,
    makes: Option<ProductId>,
    crew: Option<u32>,
}

/// The parameters of an assembly.
#[derive(Debug, Deserialize)]
#[serde(rename = "Assembly", deny_unknown_fields)]
pub struct AssemblySpec {
    /// Time, unless the route says it.
    #[serde(default)]
    pub time: Option<Distribution<SimDuration>>,
    /// Components and how many of each go in. Default: the product's bill of materials.
    #[serde(default)]
    pub needs: BTreeMap<String, u32>,
    /// Places at inputs, by component or `main`.
    #[serde(default)]
    pub room: BTreeMap<String, u32>,
    /// When the places at the inputs get free. Default: `AtEnd`.
    #[serde(default)]
    pub takes: Takes,
    /// What becomes of the components. Default: `Consumed`.
    #[serde(default)]
    pub joins: Joins,
    /// The product that comes out, if it is not the main part.
    #[serde(default)]
    pub makes: Option<String>,
    /// Workers needed.
    #[serde(default)]
    pub workers: Option<WorkersSpec>,
}

/// When parts leave their places at the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Takes {
    /// When the assembly is through: they wait in the feeder until then.
    #[default]
    AtEnd,
    /// When the assembly begins.
    AtStart,
}

/// What becomes of components.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Joins {
    /// They are built in, and end as parts of their own.
    #[default]
    Consumed,
    /// They lie in the product and can be taken out again.
    Loaded,
}

/// What changes in an assembly.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AssemblyState {
    mains: VecDeque<PartId>,
    /// By component, the oldest first.
    stock: Vec<VecDeque<PartId>>,
    /// The main part in work; none if the product has no main part.
    main: PartId,
    /// Components in work that have left their places.
    taken: Vec<PartId>,
    job: Job,
    /// The product that cannot leave.
    done: Option<PartId>,
    /// The main part's place gets free when the product has left.
    main_waits: bool,
}

const MAIN: &str = "main";

/// Most places at one input, and most of one component: a bound against typing errors.
const MOST: u32 = 1_000_000;

impl Equipment for Assembly {
    const KIND: &'static str = "Assembly";
    const INPUTS: &'static [&'static str] = &[MAIN];
    type Spec = AssemblySpec;
    type State = AssemblyState;

    fn compile(spec: AssemblySpec, cx: &mut Compile<'_>) -> Self {
        let makes = spec.makes.as_ref().and_then(|name| cx.product("makes", name));
        let boms = match makes {
            _ if !spec.needs.is_empty() => vec![spec.needs],
            Some(product) => vec![cx.bill_of_materials(product).clone()],
            None => cx.bills_of_materials().cloned().collect(),
        };
        let mut components: Vec<String> = boms.iter().flat_map(|bom| bom.keys().cloned()).collect();
        components.sort_unstable();
        components.dedup();
        if components.is_empty() {
            cx.error(
                "needs",
                "says what goes in, as no product has a bill of materials: `needs: { \"wheel\": 4 }`",
            );
        }
        for component in &components {
            cx.product("needs", component);
        }
        let row = |bom: &BTreeMap<String, u32>| -> Vec<u32> {
            components.iter().map(|name| bom.get(name).copied().unwrap_or(0)).collect()
        };
        let needs: Vec<Vec<u32>> = boms.iter().map(row).collect();
        let most = |at: usize| needs.iter().map(|row| row[at]).max().unwrap_or(0);
        let room = (0..components.len())
            .map(|at| spec.room.get(&components[at]).copied().unwrap_or_else(|| most(at)))
            .collect();
        let assembly = Self {
            time: cx.draw_or_zero("time", spec.time.as_ref()),
            room,
            main_room: spec.room.get(MAIN).copied().unwrap_or(1),
            takes: spec.takes,
            joins: spec.joins,
            makes,
            crew: WorkersSpec::need(spec.workers, cx),
            components,
            needs,
        };
        assembly.check(&spec.room, cx);
        if spec.time.is_none() {
            cx.needs_step_times();
        }
        assembly
    }

    fn more_inputs(&self) -> Vec<String> {
        self.components.clone()
    }

    fn needs_input(&self, port: u8) -> bool {
        port > 0 || self.makes.is_none()
    }

    fn is_processor(&self) -> bool {
        true
    }

    fn mean_time_s(&self) -> Option<f64> {
        Some(self.time.mean)
    }

    fn initial(&self) -> AssemblyState {
        AssemblyState {
            mains: VecDeque::new(),
            stock: vec![VecDeque::new(); self.components.len()],
            main: PartId::NONE,
            taken: Vec::new(),
            job: Job::NONE,
            done: None,
            main_waits: false,
        }
    }

    fn start(&self, _state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        cx.open(self.main_room);
        for (port, room) in (1..).zip(&self.room) {
            cx.open_at(port, *room);
        }
    }

    fn on_enter(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>, part: PartId, link: LinkId) {
        match cx.input_of(link) {
            0 => state.mains.push_back(part),
            port => state.stock[usize::from(port) - 1].push_back(part),
        }
        self.try_begin(state, cx);
    }

    fn on_timer(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>, tag: u8, _arg: u16) {
        if tag == JOB_ENDS {
            self.finish(state, cx);
        }
    }

    fn give(
        &self,
        state: &mut AssemblyState,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let part = state.done?;
        if cx.is_stopped() || !cx.is_asked_for(part, link, wanted) {
            return None;
        }
        state.done = None;
        self.free(state, cx);
        Some(part)
    }

    fn list(&self, state: &AssemblyState, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        list_one(core, state.done, link, out);
    }

    fn is_busy(&self, state: &AssemblyState) -> bool {
        state.job.is_on()
    }

    fn on_stop(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>, how: Interrupt) {
        cx.shut(true);
        state.job.stop(cx, how);
        if how == Interrupt::Scrap && state.job.is_on() {
            self.scrap_job(state, cx);
        }
        cx.set_activity(0, cx.stop_activity());
    }

    fn on_go(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        cx.shut(false);
        if let Some(part) = state.done {
            cx.set_activity(0, Activity::Blocked);
            cx.offer(part);
        } else if state.job.is_on() {
            state.job.go(cx, self.crew);
        } else {
            cx.set_activity(0, Activity::Starved);
            self.try_begin(state, cx);
        }
    }

    fn on_crew(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>, _arg: u16) {
        state.job.manned(cx);
    }

    fn contents(&self, state: &AssemblyState, out: &mut Vec<PartId>) {
        out.extend(state.done);
        out.extend(Some(state.main).filter(|main| !main.is_none()));
        out.extend(&state.taken);
        out.extend(&state.mains);
        out.extend(state.stock.iter().flatten());
    }
}

impl Assembly {
    fn check(&self, room: &BTreeMap<String, u32>, cx: &mut Compile<'_>) {
        if self.components.len() >= 255 {
            cx.error("needs", "an assembly has at most 254 different components");
        }
        for name in room.keys().filter(|name| *name != MAIN && !self.components.contains(name)) {
            cx.error("room", &format!("\"{name}\" is neither `main` nor one of the components"));
        }
        for (at, name) in self.components.iter().enumerate() {
            let most = self.needs.iter().map(|row| row[at]).max().unwrap_or(0);
            if most == 0 || most > MOST {
                cx.error("needs", &format!("\"{name}\": from 1 to {MOST} of a component go in"));
            } else if self.room[at] < most || self.room[at] > MOST {
                let message = format!("\"{name}\": from {most} to {MOST} places, as {most} go in");
                cx.error("room", &message);
            }
        }
        if self.main_room == 0 || self.main_room > MOST {
            cx.error("room", &format!("`main` has from 1 to {MOST} places"));
        }
    }

    /// How many of each component go with `main`.
    fn needs(&self, cx: &Ctx<'_>, main: PartId) -> &[u32] {
        let row = if self.needs.len() == 1 { 0 } else { cx.part(main).product.index() };
        &self.needs[row]
    }

    fn try_begin(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        if state.job.is_on() || state.done.is_some() || cx.is_stopping() {
            return;
        }
        let has_main = self.makes.is_none() || cx.is_input_connected(0);
        let main = match state.mains.front() {
            Some(main) => *main,
            None if has_main => return,
            None => PartId::NONE,
        };
        let needs = self.needs(cx, main);
        let there = |(stock, need): (&VecDeque<PartId>, &u32)| stock.len() >= *need as usize;
        if !state.stock.iter().zip(needs).all(there) || !cx.begin_cycle() {
            return;
        }
        if !main.is_none() {
            state.mains.pop_front();
            cx.step_begins(main);
        }
        state.main = main;
        let time = time_of(cx, main, &self.time);
        if self.takes == Takes::AtStart {
            self.take(state, cx);
            self.open_main(cx, main);
        }
        state.job.begin(cx, self.crew, time);
    }

    /// The components leave their places.
    fn take(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        let needs = self.needs(cx, state.main);
        for ((port, stock), need) in (1..).zip(&mut state.stock).zip(needs) {
            state.taken.extend(stock.drain(..*need as usize));
            if *need > 0 {
                cx.open_at(port, *need);
            }
        }
    }

    fn open_main(&self, cx: &mut Ctx<'_>, main: PartId) {
        if !main.is_none() {
            cx.open(1);
        }
    }

    fn finish(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        state.job.over(cx);
        if self.takes == Takes::AtEnd {
            self.take(state, cx);
        }
        let main = state.main;
        let product = self.makes.map_or(main, |makes| cx.new_part(makes));
        if main.is_none() {
            let oldest = state.taken.iter().min_by_key(|part| cx.part(**part).created);
            if let (Some(oldest), Joins::Consumed) = (oldest, self.joins) {
                cx.carry_on(product, *oldest);
            }
        } else if product != main {
            cx.carry_on(product, main);
            cx.absorb(main, product);
        }
        for part in state.taken.drain(..) {
            match self.joins {
                Joins::Consumed => cx.absorb(part, product),
                Joins::Loaded => cx.load(part, product),
            }
        }
        state.main = PartId::NONE;
        cx.book_work(0, std::iter::once(product));
        cx.trace(What::Ended, product);
        cx.step_done(product);
        // The main part's place, if it is still taken, is free when the product has left.
        state.main_waits = self.takes == Takes::AtEnd && !main.is_none();
        if cx.send(product) {
            self.free(state, cx);
        } else {
            state.done = Some(product);
            show_idle(cx, Activity::Blocked);
            cx.at_rest();
        }
    }

    /// Ready for the next.
    fn free(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        show_idle(cx, Activity::Starved);
        cx.at_rest();
        if std::mem::take(&mut state.main_waits) {
            cx.open(1);
        }
        self.try_begin(state, cx);
    }

    /// Scraps the work in hand.
    fn scrap_job(&self, state: &mut AssemblyState, cx: &mut Ctx<'_>) {
        state.job.over(cx);
        if self.takes == Takes::AtEnd {
            self.take(state, cx);
            self.open_main(cx, state.main);
        }
        let main = std::mem::replace(&mut state.main, PartId::NONE);
        let lost = Some(main).filter(|main| !main.is_none());
        cx.book_work(0, lost.into_iter().chain(state.taken.iter().copied()));
        for part in state.taken.drain(..) {
            cx.scrap(part);
        }
        if let Some(main) = lost {
            cx.scrap(main);
        }
    }
}
