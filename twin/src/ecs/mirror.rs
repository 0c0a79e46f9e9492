//! Equipment as entities, and the components that follow the state.

use bevy_ecs::name::Name;
use bevy_ecs::prelude::{Commands, Component, Entity, Query, Res};
use nalgebra::{Isometry3, Vector3};

use super::Twin;
use crate::engine::Activity;
use crate::id::EquipmentId;

/// The handle into the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Component)]
pub struct Equipment(pub EquipmentId);

/// The kind as the plant file names it: `Station`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Component)]
pub struct Kind(pub &'static str);

/// Where it stands, in metres.
#[derive(Clone, Copy, Debug, PartialEq, Component)]
pub struct Pose(pub Isometry3<f64>);

/// Length, width and height in metres.
#[derive(Clone, Copy, Debug, PartialEq, Component)]
pub struct Size(pub Vector3<f64>);

/// Its area, line or cell: `hall/line 1`.
#[derive(Clone, Debug, PartialEq, Eq, Component)]
pub struct Group(pub String);

/// Its connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Component)]
pub struct Ports {
    /// Where its parts go, in the order of the file.
    pub to: Vec<Entity>,
    /// Where its parts come from.
    pub from: Vec<Entity>,
}

/// What it is doing now; follows the state every tick.
#[derive(Clone, Copy, Debug, PartialEq, Component)]
pub struct Live {
    /// Activity of its first place.
    pub activity: Activity,
    /// Parts in it.
    pub content: u32,
}

pub(super) fn spawn(mut commands: Commands<'_, '_>, twin: Res<'_, Twin>) {
    let model = twin.model();
    let entities: Vec<Entity> =
        model.equipment.iter().map(|_| commands.spawn_empty().id()).collect();
    let mut ports = vec![Ports::default(); entities.len()];
    for link in &model.links {
        ports[link.from.index()].to.push(entities[link.to.index()]);
        ports[link.to.index()].from.push(entities[link.from.index()]);
    }
    for ((index, row), ports) in model.equipment.iter().enumerate().zip(ports) {
        let id = EquipmentId::from_index(index);
        commands.entity(entities[index]).insert((
            Equipment(id),
            Name::new(row.name.clone()),
            Kind(model.kind_of(id)),
            Pose(row.pose),
            Size(row.size),
            Group(row.group.clone()),
            ports,
            live(&twin, id),
        ));
    }
}

pub(super) fn reflect(twin: Res<'_, Twin>, mut all: Query<'_, '_, (&Equipment, &mut Live)>) {
    for (equipment, mut mirror) in &mut all {
        let now = live(&twin, equipment.0);
        // Written only where it differs, so that change detection tells what has happened.
        if *mirror != now {
            *mirror = now;
        }
    }
}

fn live(twin: &Twin, id: EquipmentId) -> Live {
    let clocks = twin.state().clocks(twin.model(), id);
    Live {
        activity: clocks.first().map_or(Activity::Starved, crate::engine::Clock::activity),
        content: twin.state().traffic(id).content,
    }
}
