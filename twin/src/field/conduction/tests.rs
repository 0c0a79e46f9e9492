//! Conservation, extremes, and the conformance of all solvers.
use super::super::conformance;
use super::*;

#[test]
fn it_does_what_every_solver_must() {
    for implicit in [None, Some(true)] {
        let settings = super::super::Settings { implicit, ..Default::default() };
        let wrong = conformance::check(&|scene| {
            Conduction::new(scene, &settings)
                .map(|solver| Box::new(solver) as Box<dyn super::super::FieldSolver>)
        });
        assert!(wrong.is_empty(), "{implicit:?}: {wrong:#?}");
    }
}
