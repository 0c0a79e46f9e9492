//! The contract between the engine and an equipment, ours or a plugin's.
//!
//! An equipment kind is a type: its rows (the parameters of each equipment of that kind) live in the
//! [`Model`](super::Model), what changes lives in a table of the [`State`](super::State). The engine calls it; it answers
//! through the [`Ctx`] that it is handed. Material moves by this protocol:
//!
//! * An equipment says how many parts it can take with [`Ctx::open`], at each input for itself with [`Ctx::open_at`]. The
//!   engine counts down as parts come.
//! * An equipment with a finished part calls [`Ctx::send`]. If one of the connections that lead to the part's next step
//!   has room, the part is gone on return. If not, the equipment waits in line there, and will be asked with
//!   [`Equipment::give`] when its turn comes.
//! * What arrives is announced by [`Equipment::on_enter`].
//! * Parts can hold parts ([`Ctx::load`], [`Ctx::unload`]) and go into others ([`Ctx::absorb`]). An equipment lists what it
//!   has; what that holds travels with it.
//!
//! Everything happens at one point in simulated time; nothing in a handler takes simulated time except a timer.

use std::any::Any;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bodies::{Bodies, Embodied};
use super::compile::Compile;
use super::context::Ctx;
use super::model::Interrupt;
use super::state::Core;
use super::way::Way;
use crate::id::{LinkId, PartId, ProductId};
use crate::units::SimTime;

/// A part that waits upstream of a selective equipment.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// The part.
    pub part: PartId,
    /// The connection that it would come by.
    pub link: LinkId,
}

/// A kind of equipment. `Self` holds the parameters of one equipment.
///
/// Only [`compile`](Self::compile), [`initial`](Self::initial), [`on_enter`](Self::on_enter) and
/// [`contents`](Self::contents) have to be written; the others have defaults that do nothing.
pub trait Equipment: Debug + Send + Sync + Sized + 'static {
    /// The name after `is:` in a plant file.
    const KIND: &'static str;
    /// Names of its inputs. Connections go to the first unless they name another.
    const INPUTS: &'static [&'static str] = &["in"];
    /// Names of its outputs. Connections leave by the first unless the plant names another; see
    /// [`Ctx::send_from`].
    const OUTPUTS: &'static [&'static str] = &["out"];
    /// What is written after the name in the plant file. Quantities are those of [`units`](crate::units).
    type Spec: DeserializeOwned;
    /// All that changes in one equipment. It is cloned by a fork, saved by a snapshot and covered by the state hash.
    type State: Clone + Debug + Send + Sync + Serialize + DeserializeOwned + 'static;

    /// Checks `spec` and turns it into parameters. Problems are reported to `cx`, all of them; with any, the result is
    /// thrown away.
    fn compile(spec: Self::Spec, cx: &mut Compile<'_>) -> Self;

    /// The connections of the plant are known: the last checks, and tables over the own connections
    /// ([`Compile::incoming`], [`Compile::outgoing`]). Problems are reported to `cx`.
    fn linked(&mut self, _cx: &mut Compile<'_>) {}

    /// The state at the start.
    fn initial(&self) -> Self::State;

    /// Names of inputs that this one has by its parameters, after those that all of its kind have.
    fn more_inputs(&self) -> Vec<String> {
        Vec::new()
    }

    /// Names of outputs that this one has by its parameters, likewise.
    fn more_outputs(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether a plant in which nothing is connected to input `port` is wrong. Not asked where there is only one.
    fn needs_input(&self, _port: u8) -> bool {
        true
    }

    /// Whether a plant in which nothing is connected to output `port` is wrong. Not asked where there is only one.
    fn needs_output(&self, _port: u8) -> bool {
        true
    }

    /// The way of parts from its `at`, where they come in along its `facing`, to where they leave it: the far end of a conveyor.
    fn way(&self) -> Way {
        Way::default()
    }

    /// The speed at which it moves all parts together from its `at` along its `facing`, in m/s; none where they do not move so. What has
    /// one can be [tracked](super::Tracker).
    fn belt_mps(&self) -> Option<f64> {
        None
    }

    /// How it takes part in a cell. Asked of the form of a kind that runs as rigid bodies.
    fn embodied(&self) -> Embodied {
        Embodied::Carries
    }

    /// Number of places whose activity is counted. Some equipment works on several parts at once.
    fn places(&self) -> u32 {
        1
    }

    /// Whether each place fails, is maintained and has its shift by itself. Such a kind is told with
    /// [`on_place_stop`](Self::on_place_stop) and [`on_place_go`](Self::on_place_go), and begins nothing on a place that
    /// [`Ctx::is_place_stopping`].
    fn stops_by_place(&self) -> bool {
        false
    }

    /// Whether parts are worked on here, so that a route can name it.
    fn is_processor(&self) -> bool {
        false
    }

    /// Whether parts leave the plant here.
    fn is_sink(&self) -> bool {
        false
    }

    /// Whether customers ask for products here, so that stocks can be replenished by their demand.
    fn is_customer(&self) -> bool {
        false
    }

    /// Whether parts come into being here.
    fn is_source(&self) -> bool {
        false
    }

    /// Whether it brings parts for as long as there is room for them.
    fn is_endless_supply(&self) -> bool {
        false
    }

    /// Whether it takes hold of room behind it before it works.
    fn reserves_ahead(&self) -> bool {
        false
    }

    /// Whether it has room for any number of parts at any time.
    fn has_endless_room(&self) -> bool {
        false
    }

    /// Whether it chooses among the parts that wait for it ([`select`](Self::select)).
    fn is_selective(&self) -> bool {
        false
    }

    /// Mean time of one operation in seconds, where the route does not say; for rules that look ahead.
    fn mean_time_s(&self) -> Option<f64> {
        None
    }

    /// Parts that one place works on at a time, at most.
    fn parts_at_once(&self) -> u32 {
        1
    }

    /// Mean time of one operation in seconds by product, where it differs between them and the route does not say; for the
    /// planned time of what was done. Empty: [`mean_time_s`](Self::mean_time_s) is that of all.
    fn mean_times_s(&self) -> Vec<f64> {
        Vec::new()
    }

    /// The run begins.
    fn start(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>) {}

    /// A timer that this equipment set has run down. `tag` and `arg` are what it was set with.
    fn on_timer(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>, _tag: u8, _arg: u16) {}

    /// A part has come in by `link` (none: it was put here by a command).
    fn on_enter(&self, state: &mut Self::State, cx: &mut Ctx<'_>, part: PartId, link: LinkId);

    /// `link` has room. Hand over `wanted`, or without one the part that should go first: take it out of the own books and
    /// return it. `None`: nothing for this link after all. If more parts wait for the link, call [`Ctx::wait`] again.
    fn give(
        &self,
        _state: &mut Self::State,
        _cx: &mut Ctx<'_>,
        _link: LinkId,
        _wanted: Option<PartId>,
    ) -> Option<PartId> {
        None
    }

    /// Adds the parts that wait for `link`, in the order in which [`give`](Self::give) would hand them over.
    fn list(&self, _state: &Self::State, _core: &Core, _link: LinkId, _out: &mut Vec<Candidate>) {}

    /// Chooses among `candidates` which parts to take now; returns their places in the list. Called for selective
    /// equipment with room, after everything else of this point in time has happened.
    fn select(
        &self,
        _state: &mut Self::State,
        _cx: &mut Ctx<'_>,
        _candidates: &[Candidate],
        _picks: &mut Vec<usize>,
    ) {
    }

    /// Called once after everything else of this point in time has happened, if [`Ctx::decide_later`] asked for it.
    fn on_decide(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>) {}

    /// Whether it is in the middle of work that a stop with [`Interrupt::Finish`] has to wait for. Such an equipment
    /// begins nothing new while [`Ctx::is_stopping`], and calls [`Ctx::at_rest`] when it is through.
    fn is_busy(&self, _state: &Self::State) -> bool {
        false
    }

    /// Like [`is_busy`](Self::is_busy), for one place.
    fn is_place_busy(&self, _state: &Self::State, _place: u16) -> bool {
        false
    }

    /// It stands still from now on: failure, maintenance, end of shift or command. What it does is shown as
    /// [`Ctx::stop_activity`]; where that changes meanwhile, the engine changes what is shown.
    fn on_stop(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>, _how: Interrupt) {}

    /// It may go on.
    fn on_go(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>) {}

    /// The place stands still from now on, as [`on_stop`](Self::on_stop); its activity has been set.
    fn on_place_stop(
        &self,
        _state: &mut Self::State,
        _cx: &mut Ctx<'_>,
        _place: u16,
        _how: Interrupt,
    ) {
    }

    /// The place may go on.
    fn on_place_go(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>, _place: u16) {}

    /// The rigid bodies of its cell are about to go on by a step that ends at `to`: what it moves is sent to where it is then.
    fn before_step(&self, _state: &Self::State, _bodies: &mut Bodies, _to: SimTime) {}

    /// The rigid bodies of its cell have gone on by a step, whose [span](super::Bodies::step_span) begins now: what came about in
    /// it is still to come, and can be timed.
    fn on_step(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>) {}

    /// The workers that were asked for with [`Ctx::call_crew`] are there.
    fn on_crew(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>, _arg: u16) {}

    /// A part of `product` that carried this equipment's card has given it back, see [`Ctx::put_card`].
    fn on_card(&self, _state: &mut Self::State, _cx: &mut Ctx<'_>, _product: ProductId) {}

    /// The warm-up is over: figures that the kind keeps in its own state begin anew.
    fn reset_figures(&self, _state: &mut Self::State, _core: &Core) {}

    /// Adds figures of its own, over the window since the end of the warm-up: name with its unit (`distance_m`, `fill_mean`)
    /// and value. The names are the same in every call.
    fn figures(&self, _state: &Self::State, _core: &Core, _out: &mut Vec<(String, f64)>) {}

    /// Adds all parts that are here, first out first. The engine knows how many there must be and a conformance test
    /// compares.
    fn contents(&self, state: &Self::State, out: &mut Vec<PartId>);
}

/// A table of states, one row for each equipment of a kind.
pub(crate) trait Table: Any + Debug + Send + Sync {
    fn boxed(&self) -> Box<dyn Table>;
    fn save(&self) -> Result<Vec<u8>, postcard::Error>;
}

#[derive(Clone, Debug)]
struct Rows<S>(Vec<S>);

impl<S: Clone + Debug + Send + Sync + Serialize + 'static> Table for Rows<S> {
    fn boxed(&self) -> Box<dyn Table> {
        Box::new(self.clone())
    }

    fn save(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&self.0)
    }
}

impl Clone for Box<dyn Table> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}

/// A kind with all its rows, whatever its type.
pub(crate) trait Kind: Debug + Send + Sync {
    fn name(&self) -> &'static str;
    fn linked(&mut self, row: u32, cx: &mut Compile<'_>);
    fn initial(&self) -> Box<dyn Table>;
    fn load(&self, bytes: &[u8]) -> Result<Box<dyn Table>, postcard::Error>;
    fn is_busy(&self, row: u32, table: &dyn Table, place: Option<u16>) -> bool;
    fn contents(&self, row: u32, table: &dyn Table, out: &mut Vec<PartId>);
    fn list(&self, at: At<'_>, core: &Core, link: LinkId, out: &mut Vec<Candidate>);
    fn figures(&self, at: At<'_>, core: &Core, out: &mut Vec<(String, f64)>);
    fn reset_figures(&self, table: &mut dyn Table, core: &Core);
    fn start(&self, row: u32, table: &mut dyn Table, cx: &mut Ctx<'_>);
    fn on_timer(&self, row: u32, table: &mut dyn Table, cx: &mut Ctx<'_>, tag: u8, arg: u16);
    fn on_enter(
        &self,
        row: u32,
        table: &mut dyn Table,
        cx: &mut Ctx<'_>,
        part: PartId,
        link: LinkId,
    );
    fn give(
        &self,
        row: u32,
        table: &mut dyn Table,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId>;
    fn select(
        &self,
        row: u32,
        table: &mut dyn Table,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    );
    fn on_signal(&self, row: u32, table: &mut dyn Table, cx: &mut Ctx<'_>, signal: Signal);
    fn before_step(&self, at: At<'_>, bodies: &mut Bodies, to: SimTime);
    /// The parameters of one row, for views and tests that know the kind.
    fn row(&self, row: u32) -> &dyn Any;
    /// The state of one row, likewise.
    fn state<'a>(&self, row: u32, table: &'a dyn Table) -> &'a dyn Any;
}

/// Where a row stands: its number and its kind's table.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) row: u32,
    pub(crate) table: &'a dyn Table,
}

/// The rarer calls, in one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    Decide,
    Stop(Interrupt),
    StopChanged,
    Go,
    PlaceStop(u16, Interrupt),
    PlaceStopChanged(u16),
    PlaceGo(u16),
    Crew(u16),
    Card(ProductId),
    Stepped,
}

/// The rows of the kind `E`.
#[derive(Debug)]
pub(crate) struct KindRows<E: Equipment>(pub(crate) Vec<E>);

impl<E: Equipment> KindRows<E> {
    #[inline]
    fn both<'a>(&'a self, row: u32, table: &'a mut dyn Table) -> (&'a E, &'a mut E::State) {
        let table: &mut dyn Any = table;
        let rows = table.downcast_mut::<Rows<E::State>>().expect("a kind gets its own table");
        (&self.0[row as usize], &mut rows.0[row as usize])
    }

    #[inline]
    fn peek<'a>(&'a self, row: u32, table: &'a dyn Table) -> (&'a E, &'a E::State) {
        (&self.0[row as usize], Self::state_of(row, table))
    }

    #[inline]
    fn state_of(row: u32, table: &dyn Table) -> &E::State {
        let table: &dyn Any = table;
        let rows = table.downcast_ref::<Rows<E::State>>().expect("a kind gets its own table");
        &rows.0[row as usize]
    }
}

impl<E: Equipment> Kind for KindRows<E> {
    fn name(&self) -> &'static str {
        E::KIND
    }

    fn linked(&mut self, row: u32, cx: &mut Compile<'_>) {
        self.0[row as usize].linked(cx);
    }

    fn initial(&self) -> Box<dyn Table> {
        Box::new(Rows(self.0.iter().map(E::initial).collect()))
    }

    fn load(&self, bytes: &[u8]) -> Result<Box<dyn Table>, postcard::Error> {
        let rows: Vec<E::State> = postcard::from_bytes(bytes)?;
        if rows.len() != self.0.len() {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        Ok(Box::new(Rows(rows)))
    }

    fn is_busy(&self, row: u32, table: &dyn Table, place: Option<u16>) -> bool {
        let (equipment, state) = self.peek(row, table);
        place
            .map_or_else(|| equipment.is_busy(state), |place| equipment.is_place_busy(state, place))
    }

    fn contents(&self, row: u32, table: &dyn Table, out: &mut Vec<PartId>) {
        let (equipment, state) = self.peek(row, table);
        equipment.contents(state, out);
    }

    fn list(&self, at: At<'_>, core: &Core, link: LinkId, out: &mut Vec<Candidate>) {
        let (equipment, state) = self.peek(at.row, at.table);
        equipment.list(state, core, link, out);
    }

    fn figures(&self, at: At<'_>, core: &Core, out: &mut Vec<(String, f64)>) {
        let (equipment, state) = self.peek(at.row, at.table);
        equipment.figures(state, core, out);
    }

    fn reset_figures(&self, table: &mut dyn Table, core: &Core) {
        for row in 0..self.0.len() as u32 {
            let (equipment, state) = self.both(row, table);
            equipment.reset_figures(state, core);
        }
    }

    fn start(&self, row: u32, table: &mut dyn Table, cx: &mut Ctx<'_>) {
        let (equipment, state) = self.both(row, table);
        equipment.start(state, cx);
    }

    fn on_timer(&self, row: u32, table: &mut dyn Table, cx: &mut Ctx<'_>, tag: u8, arg: u16) {
        let (equipment, state) = self.both(row, table);
        equipment.on_timer(state, cx, tag, arg);
    }

    fn on_enter(
        &self,
        row: u32,
        table: &mut dyn Table,
        cx: &mut Ctx<'_>,
        part: PartId,
        link: LinkId,
    ) {
        let (equipment, state) = self.both(row, table);
        equipment.on_enter(state, cx, part, link);
    }

    fn give(
        &self,
        row: u32,
        table: &mut dyn Table,
        cx: &mut Ctx<'_>,
        link: LinkId,
        wanted: Option<PartId>,
    ) -> Option<PartId> {
        let (equipment, state) = self.both(row, table);
        equipment.give(state, cx, link, wanted)
    }

    fn select(
        &self,
        row: u32,
        table: &mut dyn Table,
        cx: &mut Ctx<'_>,
        candidates: &[Candidate],
        picks: &mut Vec<usize>,
    ) {
        let (equipment, state) = self.both(row, table);
        equipment.select(state, cx, candidates, picks);
    }

    fn on_signal(&self, row: u32, table: &mut dyn Table, cx: &mut Ctx<'_>, signal: Signal) {
        let (equipment, state) = self.both(row, table);
        match signal {
            Signal::Decide => equipment.on_decide(state, cx),
            Signal::Stop(how) => equipment.on_stop(state, cx, how),
            Signal::StopChanged => cx.show_stop_again(),
            Signal::Go => equipment.on_go(state, cx),
            Signal::PlaceStop(place, how) => {
                cx.set_activity(u32::from(place), cx.place_stop_activity(place));
                equipment.on_place_stop(state, cx, place, how);
            }
            Signal::PlaceStopChanged(place) => {
                cx.set_activity(u32::from(place), cx.place_stop_activity(place));
            }
            Signal::PlaceGo(place) => equipment.on_place_go(state, cx, place),
            Signal::Crew(arg) => equipment.on_crew(state, cx, arg),
            Signal::Card(product) => equipment.on_card(state, cx, product),
            Signal::Stepped => equipment.on_step(state, cx),
        }
    }

    fn before_step(&self, at: At<'_>, bodies: &mut Bodies, to: SimTime) {
        let (equipment, state) = self.peek(at.row, at.table);
        equipment.before_step(state, bodies, to);
    }

    fn row(&self, row: u32) -> &dyn Any {
        &self.0[row as usize]
    }

    fn state<'a>(&self, row: u32, table: &'a dyn Table) -> &'a dyn Any {
        Self::state_of(row, table)
    }
}
