//! The device, handed in or asked for, and whether to take it.

use std::sync::Arc;

/// What a user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The GPU if there is a real one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// The GPU, even if it is software.
    Gpu,
}

/// What an adapter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A graphics processor, or what passes for one.
    Hardware,
    /// A program that plays one, on the processor: right, but slow.
    Software,
}

impl Kind {
    pub(crate) fn of(info: &wgpu::AdapterInfo) -> Self {
        match info.device_type {
            wgpu::DeviceType::Cpu => Self::Software,
            _ => Self::Hardware,
        }
    }
}

/// A device with its queue, shared by all kernels.
#[derive(Debug)]
pub struct Gpu {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// What the adapter says about itself.
    pub info: wgpu::AdapterInfo,
    /// Most bytes of one storage binding. Fields above it are cut into slabs.
    pub most_bound: u64,
}

/// Why there is no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all.
    #[error("no Vulkan, Metal or DirectX 12 adapter was found")]
    NoAdapter,
    /// The adapter lacks something.
    #[error("the adapter {name} cannot be used: {why}")]
    Unfit {
        /// Its name.
        name: String,
        /// What it lacks.
        why: String,
    },
}

/// Bytes of immediates that kernels may use: what every backend has.
pub(crate) const IMMEDIATE_BYTES: u32 = 128;

/// Storage buffers that one kernel may bind.
pub(crate) const STORAGE_BUFFERS: u32 = 16;

impl Gpu {
    /// The fastest adapter of this machine.
    ///
    /// # Errors
    ///
    /// If there is none, or it lacks immediates.
    pub fn request() -> Result<Arc<Self>, GpuError> {
        let adapter = fastest(&instance())?;
        Self::of(&adapter)
    }

    /// A device of `adapter`.
    ///
    /// # Errors
    ///
    /// If it lacks what kernels need.
    pub fn of(adapter: &wgpu::Adapter) -> Result<Arc<Self>, GpuError> {
        check(adapter)?;
        let info = adapter.get_info();
        let wanted = wgpu::Features::IMMEDIATES
            | wgpu::Features::SHADER_F16
            | wgpu::Features::TIMESTAMP_QUERY
            | wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS;
        let limits = adapter.limits();
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("genba"),
            required_features: adapter.features() & wanted,
            required_limits: limits,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|error| refused(&info, error.to_string()))?;
        Ok(Self::handed(device, queue, info))
    }

    /// A device that somebody else has made: a window's. It needs [`wgpu::Features::IMMEDIATES`] and the limits of its adapter.
    pub fn handed(device: wgpu::Device, queue: wgpu::Queue, info: wgpu::AdapterInfo) -> Arc<Self> {
        let most_bound = device.limits().max_storage_buffer_binding_size;
        Arc::new(Self { device, queue, info, most_bound })
    }

    /// The same device with smaller bindings, so that slabs can be tried with small fields.
    #[must_use]
    pub fn bound_by(&self, bytes: u64) -> Arc<Self> {
        Arc::new(Self {
            device: self.device.clone(),
            queue: self.queue.clone(),
            info: self.info.clone(),
            most_bound: bytes.min(self.most_bound),
        })
    }

    /// What `choice` comes to on this machine: a device, or none for the processor. `Auto` takes no software adapter.
    ///
    /// # Errors
    ///
    /// If a GPU was asked for and there is none.
    pub fn chosen(choice: Choice) -> Result<Option<Arc<Self>>, GpuError> {
        match choice {
            Choice::Cpu => Ok(None),
            Choice::Gpu => Self::request().map(Some),
            Choice::Auto => Ok(Self::request().ok().filter(|gpu| gpu.kind() == Kind::Hardware)),
        }
    }

    /// The adapter for tests, software or not. None: there is none, which is said once.
    ///
    /// # Panics
    ///
    /// If there is none, with `GENBA_REQUIRE_GPU=1`.
    pub fn for_tests() -> Option<Arc<Self>> {
        match Self::request() {
            Ok(gpu) => Some(gpu),
            Err(error) => {
                let required = std::env::var_os("GENBA_REQUIRE_GPU").is_some_and(|v| v == "1");
                assert!(!required, "GENBA_REQUIRE_GPU=1, but {error}");
                tracing::warn!("skipped: {error}");
                None
            }
        }
    }

    /// What the adapter is.
    pub fn kind(&self) -> Kind {
        Kind::of(&self.info)
    }

    /// Name of the adapter, for people.
    pub fn name(&self) -> String {
        format!("{} ({:?})", self.info.name, self.info.backend)
    }

    /// Waits until all that was submitted is done.
    ///
    /// # Errors
    ///
    /// If the device is lost.
    pub fn wait(&self) -> Result<(), wgpu::PollError> {
        self.device.poll(wgpu::PollType::wait_indefinitely()).map(|_| ())
    }
}

/// The way to the adapters of this machine.
pub(crate) fn instance() -> wgpu::Instance {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    descriptor.backends &= wgpu::Backends::PRIMARY;
    wgpu::Instance::new(descriptor)
}

/// The fastest adapter.
pub(crate) fn fastest(instance: &wgpu::Instance) -> Result<wgpu::Adapter, GpuError> {
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    pollster::block_on(instance.request_adapter(&options)).map_err(|_| GpuError::NoAdapter)
}

/// Whether an adapter has all that kernels need.
pub(crate) fn check(adapter: &wgpu::Adapter) -> Result<(), GpuError> {
    let info = adapter.get_info();
    if !adapter.features().contains(wgpu::Features::IMMEDIATES) {
        return Err(refused(&info, "it has no immediates".into()));
    }
    if adapter.limits().max_storage_buffers_per_shader_stage < STORAGE_BUFFERS {
        return Err(refused(
            &info,
            format!("it binds fewer than {STORAGE_BUFFERS} storage buffers"),
        ));
    }
    Ok(())
}

fn refused(info: &wgpu::AdapterInfo, why: String) -> GpuError {
    GpuError::Unfit { name: info.name.clone(), why }
}
