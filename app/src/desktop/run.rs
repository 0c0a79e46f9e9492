//! The run behind the window: the same engine as without one, advanced within a budget of wall-clock time a frame.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::ecs::resource::Resource;
use nalgebra::Point3;
use twin::engine::{Log, Model, RunError, State, advance};
use twin::units::SimTime;

use super::look::{self, Moving, Standing};

/// Room around the equipment of a plant without a hall (m).
const MARGIN: f32 = 3.0;

/// A plant that runs, and what it looks like at present.
#[derive(Debug, Resource)]
pub struct Run {
    /// The plant.
    pub model: Arc<Model>,
    /// Where its equipment stands.
    pub standing: Standing,
    /// Where everything that moves is.
    pub moving: Moving,
    state: State,
}

impl Run {
    /// The plant at its start.
    pub fn new(model: Arc<Model>) -> Self {
        let state = State::new(&model, model.run.seed, 0);
        let standing = Standing::of(&model);
        let moving = look::moving(&model, &state, &standing);
        Self { model, standing, moving, state }
    }

    /// The present state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Runs up to `until`.
    ///
    /// # Errors
    ///
    /// If the plant cannot run on.
    pub fn advance(&mut self, until: SimTime) -> Result<(), RunError> {
        advance(&self.model, &mut self.state, until, &mut Log::off())?;
        self.refresh();
        Ok(())
    }

    /// Looks at the present.
    fn refresh(&mut self) {
        self.moving = look::moving(&self.model, &self.state, &self.standing);
    }

    /// Corners of the box that a picture of the plant should show (m).
    pub fn sights(&self) -> (Point3<f32>, Point3<f32>) {
        let (low, high) = self.standing.bounds;
        let carts = self.moving.carts.iter().map(|cart| Point3::from(cart.pose.translation.vector));
        let carts =
            carts.chain(self.moving.goods.iter().map(|good| good.pose.translation.vector.into()));
        carts.fold((low, high), |(low, high), at| (low.inf(&at), high.sup(&at)))
    }

    /// The same about one equipment (m).
    pub fn around(&self, id: twin::id::EquipmentId) -> (Point3<f32>, Point3<f32>) {
        let (low, high) = self.standing.place(id).bounds();
        let out = nalgebra::Vector3::new(2.0, 2.0, 0.3);
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
