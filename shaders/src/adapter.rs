//! What adapters there are on this machine, and what they can do.

use crate::gpu::{GpuError, Kind, check};

/// What an adapter says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// Its name.
    pub name: String,
    /// `Vulkan`, `Metal`, `Dx12`.
    pub backend: String,
    /// Its driver and version.
    pub driver: String,
    /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `CPU` or `other`.
    pub device: &'static str,
    /// Whether it is hardware.
    pub kind: Kind,
    /// Why kernels cannot run on it; none: they can.
    pub unfit: Option<GpuError>,
    /// Most bytes of one binding: larger fields are cut into slabs.
    pub most_bound: u64,
    /// Most bytes of one buffer: larger fields do not fit.
    pub most_buffer: u64,
    /// Most threads of a workgroup.
    pub most_threads: u32,
    /// Bytes of memory that a workgroup shares.
    pub workgroup_bytes: u32,
    /// Most workgroups along one axis of a dispatch.
    pub most_groups: u32,
    /// Storage buffers that one kernel may bind.
    pub storage_buffers: u32,
    /// Bytes of immediates.
    pub immediate_bytes: u32,
    /// Threads of a subgroup, least and most; none: it has no subgroups.
    pub subgroups: Option<[u32; 2]>,
    /// Whether it calculates in 16 bits.
    pub half: bool,
    /// Whether it has a clock of its own that can be read between dispatches.
    pub timestamps: bool,
}

impl Adapter {
    /// All adapters of this machine, the one first that [`Gpu::request`](crate::Gpu::request) takes.
    pub fn all() -> Vec<Self> {
        let instance = crate::gpu::instance();
        let found = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
        let taken = crate::gpu::fastest(&instance).map(|adapter| adapter.get_info()).ok();
        let mut all: Vec<(bool, Self)> = found
            .iter()
            .map(|adapter| (Some(adapter.get_info()) != taken, Self::of(adapter)))
            .collect();
        // The sort is stable.
        all.sort_by_key(|(other, _)| *other);
        all.into_iter().map(|(_, adapter)| adapter).collect()
    }

    fn of(adapter: &wgpu::Adapter) -> Self {
        let (info, limits, features) = (adapter.get_info(), adapter.limits(), adapter.features());
        let has = |feature| features.contains(feature);
        let subgroups = [info.subgroup_min_size, info.subgroup_max_size];
        Self {
            kind: Kind::of(&info),
            unfit: check(adapter).err(),
            backend: format!("{:?}", info.backend),
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            device: match info.device_type {
                wgpu::DeviceType::DiscreteGpu => "discrete GPU",
                wgpu::DeviceType::IntegratedGpu => "integrated GPU",
                wgpu::DeviceType::VirtualGpu => "virtual GPU",
                wgpu::DeviceType::Cpu => "CPU",
                wgpu::DeviceType::Other => "other",
            },
            name: info.name,
            most_bound: limits.max_storage_buffer_binding_size,
            most_buffer: limits.max_buffer_size,
            most_threads: limits.max_compute_invocations_per_workgroup,
            workgroup_bytes: limits.max_compute_workgroup_storage_size,
            most_groups: limits.max_compute_workgroups_per_dimension,
            storage_buffers: limits.max_storage_buffers_per_shader_stage,
            immediate_bytes: limits.max_immediate_size,
            subgroups: has(wgpu::Features::SUBGROUP).then_some(subgroups),
            half: has(wgpu::Features::SHADER_F16),
            timestamps: has(wgpu::Features::TIMESTAMP_QUERY)
                && has(wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gpu;

    #[test]
    fn the_first_is_the_one_that_is_taken() {
        let Some(gpu) = Gpu::for_tests() else { return };
        let all = Adapter::all();
        assert_eq!(all[0].name, gpu.info.name);
        assert_eq!((all[0].kind, all[0].unfit.as_ref()), (gpu.kind(), None));
        assert!(all[0].most_bound > 0 && all[0].immediate_bytes >= 128, "{all:?}");
    }
}
