//! What both forms of the solver keep besides the field: time, powers, conditions, and the sums of the balance.

use super::super::scene::{Heat, Scene};
use super::super::solver::{Balance, FieldError, Saved, Tier};

/// Time, powers, conditions and sums.
#[derive(Clone, Debug)]
pub struct Book {
    /// Simulated time (s).
    pub time: f64,
    /// What each source gives off (W).
    pub power: Vec<f64>,
    /// Condition of each patch.
    pub heat: Vec<Heat>,
    /// Heat in the field at the beginning (J).
    pub origin: f64,
    /// What sources gave off (J).
    sources: f64,
    /// The same, each amount positive.
    gross_sources: f64,
    /// What came in through surfaces (J).
    pub boundaries: f64,
    /// The same, each amount positive.
    pub gross: f64,
}

impl Book {
    /// The beginning, with `origin` joules in the field.
    pub fn new(scene: &Scene, origin: f64) -> Self {
        Self {
            time: 0.0,
            power: scene.sources.iter().map(|source| source.watts).collect(),
            heat: scene.patches.iter().map(|patch| patch.heat).collect(),
            origin,
            sources: 0.0,
            gross_sources: 0.0,
            boundaries: 0.0,
            gross: 0.0,
        }
    }

    /// Time goes on.
    pub fn advance(&mut self, seconds: f64) {
        self.time += seconds;
        self.sources += seconds * self.power.iter().sum::<f64>();
        self.gross_sources += seconds * self.power.iter().map(|watts| watts.abs()).sum::<f64>();
    }

    /// Begins the balance anew, with `origin` joules in the field.
    pub fn begin(&mut self, origin: f64) {
        (self.sources, self.gross_sources, self.boundaries, self.gross) = (0.0, 0.0, 0.0, 0.0);
        self.origin = origin;
    }

    /// The balance, with `heat` joules in the field.
    pub fn balance(&self, heat: f64) -> Balance {
        Balance {
            stored: heat - self.origin,
            sources: self.sources,
            boundaries: self.boundaries,
            throughput: self.gross + self.gross_sources,
        }
    }

    /// All of it with the field.
    pub fn save(&self, field: Vec<f32>) -> Saved {
        let sums = vec![self.origin, self.sources, self.gross_sources, self.boundaries, self.gross];
        let heat = self.heat.iter().flat_map(|heat| match *heat {
            Heat::Adiabatic => [0.0; 4],
            Heat::Fixed(value) => [1.0, value, 0.0, 0.0],
            Heat::Flux(flux) => [2.0, flux, 0.0, 0.0],
            Heat::Surface { film, emissivity, ambient } => [3.0, film, emissivity, ambient],
        });
        Saved {
            tier: Tier::Conduction,
            time: self.time,
            arrays: vec![("temperature".into(), field)],
            numbers: vec![
                ("sums".into(), sums),
                ("power".into(), self.power.clone()),
                ("heat".into(), heat.collect()),
            ],
        }
    }

    /// Takes up what was saved; the field is for the caller.
    ///
    /// # Errors
    ///
    /// If it belongs to another scene or tier.
    pub fn restore<'a>(&mut self, saved: &'a Saved, cells: usize) -> Result<&'a [f32], FieldError> {
        if saved.tier != Tier::Conduction {
            return Err(FieldError::Foreign);
        }
        let field = saved.array("temperature", cells)?;
        let sums = saved.number("sums", 5)?;
        let power = saved.number("power", self.power.len())?;
        let heat = saved.number("heat", 4 * self.heat.len())?;
        self.power.copy_from_slice(power);
        let conditions = heat.chunks(4).map(|heat| match heat[0] {
            1.0 => Heat::Fixed(heat[1]),
            2.0 => Heat::Flux(heat[1]),
            3.0 => Heat::Surface { film: heat[1], emissivity: heat[2], ambient: heat[3] },
            _ => Heat::Adiabatic,
        });
        self.heat = conditions.collect();
        self.time = saved.time;
        self.origin = sums[0];
        (self.sources, self.gross_sources) = (sums[1], sums[2]);
        (self.boundaries, self.gross) = (sums[3], sums[4]);
        Ok(field)
    }
}
