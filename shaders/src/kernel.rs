//! One compute pipeline: its code, what it binds, and the small numbers that change with each dispatch.

use bytemuck::NoUninit;

use crate::gpu::{Gpu, IMMEDIATE_BYTES};

/// How a kernel uses one of its bindings. They are numbered in order, in group 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `var<storage, read>`.
    Read,
    /// `var<storage, read_write>`.
    Write,
    /// `var<uniform>`.
    Uniform,
}

/// What a kernel is made of.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Its name, for people and profilers.
    pub label: &'a str,
    /// WGSL, possibly several files one after another.
    pub code: &'a str,
    /// Its entry point.
    pub entry: &'a str,
    /// What it binds.
    pub bindings: &'a [Binding],
    /// Bytes of its `var<immediate>`; 0 for none.
    pub immediates: u32,
    /// Values of its `override` constants.
    pub constants: &'a [(&'a str, f64)],
}

/// A compute pipeline.
#[derive(Debug)]
pub struct Kernel {
    /// Its name.
    pub label: String,
    pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
}

impl Kernel {
    /// Compiles `program`.
    ///
    /// # Panics
    ///
    /// If its code is wrong: kernels are ours, and tests compile every one.
    pub fn new(gpu: &Gpu, program: &Program<'_>) -> Self {
        assert!(program.immediates <= IMMEDIATE_BYTES, "{} has too many", program.label);
        let label = Some(program.label);
        let entries: Vec<wgpu::BindGroupLayoutEntry> =
            (0..).zip(program.bindings).map(|(number, binding)| entry(number, *binding)).collect();
        let device = &gpu.device;
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label,
            entries: &entries,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(&layout)],
            immediate_size: program.immediates,
        });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label,
            source: wgpu::ShaderSource::Wgsl(program.code.into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some(program.entry),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: program.constants,
                ..wgpu::PipelineCompilationOptions::default()
            },
            cache: None,
        });
        Self { label: program.label.to_owned(), pipeline, layout }
    }

    /// Binds buffers, in the order of the program's bindings.
    pub fn bind(&self, gpu: &Gpu, buffers: &[wgpu::BufferBinding<'_>]) -> wgpu::BindGroup {
        let entries: Vec<wgpu::BindGroupEntry<'_>> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: wgpu::BindingResource::Buffer(buffer.clone()),
            })
            .collect();
        gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&self.label),
            layout: &self.layout,
            entries: &entries,
        })
    }

    /// Dispatches it: `groups` workgroups along each axis, with `immediates` (an empty tuple for none).
    pub fn dispatch(
        &self,
        pass: &mut wgpu::ComputePass<'_>,
        bound: &wgpu::BindGroup,
        immediates: &impl NoUninit,
        groups: [u32; 3],
    ) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, bound, &[]);
        let bytes = bytemuck::bytes_of(immediates);
        if !bytes.is_empty() {
            pass.set_immediates(0, bytes);
        }
        let [x, y, z] = groups;
        pass.dispatch_workgroups(x, y, z);
    }
}

fn entry(binding: u32, how: Binding) -> wgpu::BindGroupLayoutEntry {
    let ty = match how {
        Binding::Read => wgpu::BufferBindingType::Storage { read_only: true },
        Binding::Write => wgpu::BufferBindingType::Storage { read_only: false },
        Binding::Uniform => wgpu::BufferBindingType::Uniform,
    };
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
        count: None,
    }
}
