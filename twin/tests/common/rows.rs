//! What one instrument has told.

use twin::seen::Measurement;

/// Times (s) and readings of a gauge.
pub(crate) fn of(rows: &[Measurement], gauge: u32) -> Vec<(f64, f64)> {
    let own = rows.iter().filter(|row| row.gauge == gauge);
    own.map(|row| (row.at.seconds(), row.reading.unwrap())).collect()
}
