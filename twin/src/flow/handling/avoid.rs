//! What an arm goes around: equipment that its plant names, as the boxes or shapes that they are.

use nalgebra::Isometry3;

use crate::engine::Compile;
use crate::planning::{Body, Checker, Settings, Surroundings, plan, round};
use crate::random::Stream;
use crate::robot::Tooled;

/// How far an arm keeps away from what it avoids (m).
const MARGIN: f64 = 0.02;

/// An arm's body and what it keeps away from.
#[derive(Debug)]
pub(super) struct Avoid {
    body: Body,
    around: Surroundings,
}

impl Avoid {
    /// The equipment called `names`, around an arm whose base is `base` (m) above the floor at the place of this equipment; none if one of them
    /// is not there, or its size is not known, which is reported.
    pub(super) fn new(
        names: &[String],
        arm: &Tooled,
        base: f64,
        cx: &mut Compile<'_>,
    ) -> Option<Self> {
        const FIELD: &str = "arm.avoids";
        let base = cx.model().row(cx.me()).pose * Isometry3::translation(0.0, 0.0, base);
        let mut around = Surroundings::new();
        for name in names {
            let id = cx.equipment(FIELD, name)?;
            let row = cx.model().row(id);
            let added = match &row.form {
                Some(form) if row.is_sized => {
                    around.add_mesh(name, &form.triangles(), &base.inverse())
                }
                _ if row.is_sized => {
                    let (size, pose) = row.block();
                    around.add_box(name, size, &(base.inverse() * pose))
                }
                _ => false,
            };
            if !added {
                cx.error(
                    FIELD,
                    &format!("to go around \"{name}\", its `size` or `shape` has to be known"),
                );
                return None;
            }
        }
        match Body::of(arm) {
            Ok(body) => Some(Self { body, around }),
            Err(error) => {
                cx.error(FIELD, &error.to_string());
                None
            }
        }
    }

    /// What tells how near the arm comes to it.
    pub(super) fn checker<'a>(&'a self, arm: &'a Tooled) -> Checker<'a> {
        Checker { arm, body: &self.body, around: &self.around, margin: MARGIN }
    }

    /// Whether the straight move of the joints between two postures close to each other touches nothing; else what it touches.
    pub(super) fn free(&self, arm: &Tooled, from: &[f64], to: &[f64]) -> Result<(), String> {
        self.checker(arm).free(from, to).map_err(|touch| {
            format!("it comes within {:.0} mm of \"{}\"", 1e3 * touch.distance.max(0.0), touch.what)
        })
    }

    /// The postures through which it goes from one to the other, the first left out, and the share of its shorter leg by which each corner
    /// can be cut. Always the same for the same places.
    pub(super) fn way(
        &self,
        arm: &Tooled,
        from: &[f64],
        to: &[f64],
    ) -> Result<Vec<(Vec<f64>, f64)>, String> {
        let mut stream = Stream::new(0, 0, "ways around");
        let checker = self.checker(arm);
        let found = plan(&checker, from, to, &Settings::default(), &mut stream);
        let way = found.map_err(|error| error.to_string())?.way;
        let zones = round(&checker, &way);
        Ok(way.into_iter().zip(zones).skip(1).collect())
    }
}
