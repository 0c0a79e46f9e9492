//! Every solver, on the processor and on the adapter, does what a solver must.

use shaders::Gpu;
use twin::field::{FieldSolver, Settings, Tier, conformance};

fn assert_conforms(name: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{name}:\n  {}", wrong.join("\n  "));
}

fn on_processor(tier: Tier) {
    let settings = Settings::default();
    let wrong = conformance::check(&|scene| twin::field::build(tier, scene, &settings));
    assert_conforms(tier.name(), &wrong);
}

fn on_adapter(tier: Tier) {
    let Some(gpu) = Gpu::for_tests() else { return };
    let settings = Settings::default();
    let wrong = conformance::check(&|scene| {
        shaders::field::build(&gpu, tier, scene, &settings)
            .map(|solver| solver as Box<dyn FieldSolver>)
    });
    assert_conforms(tier.name(), &wrong);
}

macro_rules! conforms {
    ($($tier:ident: $cpu:ident, $gpu:ident;)*) => {$(
        #[test]
        fn $cpu() {
            on_processor(Tier::$tier);
        }

        #[test]
        fn $gpu() {
            on_adapter(Tier::$tier);
        }
    )*};
}

conforms! {
    Network: network_on_the_processor, network_on_the_adapter;
}
