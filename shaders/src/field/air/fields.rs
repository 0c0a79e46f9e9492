//! The fields of the air tier on the device.

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use twin::field::air::{Drive, Plan, SYSTEM, Side, Surface, TABLE};

use crate::{Array, Gpu, GpuError};

/// A body; the same as `Body` in `bodies.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
pub(super) struct Body {
    pub(super) capacity: f32,
    pub(super) film: f32,
    pub(super) radiation: f32,
    pub(super) heated: f32,
    pub(super) temperature: f32,
    pub(super) remainder: f32,
    pub(super) taken: f32,
    pub(super) surfaces: u32,
    pub(super) first: u32,
    pub(super) around: f32,
    pub(super) net: f32,
    pub(super) net_left: f32,
    pub(super) gross: f32,
    pub(super) gross_left: f32,
    pub(super) pad: [u32; 2],
}

/// A carried quantity.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) values: Array,
    pub(super) remainder: Array,
    pub(super) table: Array,
    pub(super) sources: Array,
}

/// All arrays.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) velocity: Array,
    pub(super) pressure: Array,
    pub(super) slack: Array,
    pub(super) heat: Scalar,
    pub(super) tracer: Option<Scalar>,
    pub(super) links: Array<u32>,
    pub(super) mixing: Array,
    pub(super) eddies: Array,
    pub(super) system: Array,
    /// Those of the three components, and of heat.
    pub(super) changes: [Array; 4],
    pub(super) spare: Array,
    pub(super) potential: Array,
    pub(super) right: Array,
    pub(super) solution: Array,
    pub(super) sides: Array<Side>,
    pub(super) passed: Array<[f32; 4]>,
    pub(super) drives: [Array<Drive>; 3],
    pub(super) surfaces: Array<Surface>,
    pub(super) bodies: Array<Body>,
    /// Places of the cells of bodies, and their bodies.
    pub(super) filled: Array<[u32; 2]>,
    pub(super) pulses: Array<[f32; 4]>,
    pub(super) picture: Array,
}

impl Fields {
    /// Those of `plan`, at the beginning.
    pub(super) fn new(gpu: &Arc<Gpu>, plan: &Plan) -> Result<Self, GpuError> {
        let len = plan.layout.len();
        let cells: usize = plan.layout.cells.iter().product();
        let rows = plan.layout.cells[1] * plan.layout.cells[2];
        let zeros = |label, parts: usize| Array::zeros(gpu, label, len * parts);
        let filled = |label, values: &[f32]| {
            if values.is_empty() { zeros(label, 1) } else { Array::of(gpu, label, values) }
        };
        let scalar = |values: &[f32], table: &[f32], sources: &[f32]| {
            Ok::<_, GpuError>(Scalar {
                values: filled("values", values)?,
                remainder: zeros("remainder", 1)?,
                table: Array::of(gpu, "table", table)?,
                sources: filled("sources", sources)?,
            })
        };
        let tracer = (!plan.tracer.is_empty())
            .then(|| scalar(&[], &plan.tracer, &plan.leaking))
            .transpose()?;
        debug_assert_eq!(plan.heat.len(), len * TABLE);
        let drives = |c: usize| Array::of(gpu, "drives", &plan.drives[c]);
        Ok(Self {
            velocity: Array::of(gpu, "velocity", &plan.velocity)?,
            pressure: zeros("pressure", 1)?,
            slack: zeros("slack", 1)?,
            heat: scalar(&plan.temperature, &plan.heat, &plan.warming)?,
            tracer,
            links: Array::of(gpu, "links", &plan.links)?,
            mixing: filled("mixing", &plan.mixing)?,
            eddies: zeros("eddies", 1)?,
            system: zeros("system", SYSTEM)?,
            changes: [
                zeros("change", 1)?,
                zeros("change", 1)?,
                zeros("change", 1)?,
                zeros("change", 1)?,
            ],
            spare: zeros("spare", 1)?,
            potential: zeros("potential", 1)?,
            right: Array::zeros(gpu, "right", cells)?,
            solution: Array::zeros(gpu, "solution", cells)?,
            sides: Array::of(gpu, "sides", &plan.sides)?,
            passed: Array::zeros(gpu, "passed", plan.sides.len())?,
            drives: [drives(0)?, drives(1)?, drives(2)?],
            surfaces: Array::of(gpu, "surfaces", &plan.surfaces)?,
            bodies: Array::of(gpu, "bodies", &bodies(plan))?,
            filled: Array::of(gpu, "cells of bodies", &cells_of_bodies(plan))?,
            pulses: Array::zeros(gpu, "pulses", rows)?,
            picture: Array::zeros(gpu, "picture", cells)?,
        })
    }
}

fn bodies(plan: &Plan) -> Vec<Body> {
    let temperatures = plan.body_temperatures();
    let around = (plan.scene.surroundings - plan.scene.fluid.reference) as f32;
    let body = |(n, lump): (usize, &twin::field::air::Lump)| {
        let own = |surface: &&Surface| surface.body == n as u32;
        Body {
            capacity: lump.capacity as f32,
            film: lump.film as f32,
            radiation: lump.radiation as f32,
            heated: plan.heated[n] as f32,
            temperature: temperatures[n],
            surfaces: plan.surfaces.iter().filter(own).count() as u32,
            first: plan.surfaces.partition_point(|surface| surface.body < n as u32) as u32,
            around,
            ..Body::default()
        }
    };
    plan.lumps.iter().enumerate().map(body).collect()
}

fn cells_of_bodies(plan: &Plan) -> Vec<[u32; 2]> {
    let grid = &plan.scene.grid;
    let of = |cell: [usize; 3]| {
        let owner = u32::from(plan.owners[grid.index(cell)]);
        (owner > 0).then(|| [plan.layout.place(cell) as u32, owner - 1])
    };
    grid.all().iter().filter_map(of).collect()
}
