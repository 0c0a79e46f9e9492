//! WGSL kernels and the host code that dispatches them: the only crate that will name `wgpu`.
//!
//! Empty for now: thermal and air fields and sensor kernels are the first that move in.
