//! Plants of the ledger, as text.

/// A plant of one product, `part`, with the lines `equipment`.
pub(super) fn plant(equipment: &str) -> String {
    plant_of(&["part"], equipment)
}

/// A plant of some products with the lines `equipment`.
pub(super) fn plant_of(products: &[&str], equipment: &str) -> String {
    let products: Vec<String> = products.iter().map(|name| format!("\"{name}\": ()")).collect();
    let products = products.join(", ");
    format!(
        "Plant(\n    name: \"case\",\n    products: {{ {products}}},\n    equipment: {{\n{equipment}\n    }},\n)"
    )
}

/// Arrivals `every`, a line without limit, a station of `places` with times `time`.
pub(super) fn queue(every: &str, time: &str, places: u32) -> String {
    plant(&format!(
        r#"        "in": (is: Source(every: {every}), to: ["line"]),
        "line": (is: Buffer(), to: ["machine"]),
        "machine": (is: Station(places: {places}, time: {time}), to: ["out"]),
        "out": (is: Sink),"#
    ))
}

/// A Poisson stream of `rate` per second.
pub(super) fn poisson(rate: f64) -> String {
    exponential(1.0 / rate)
}

/// An exponential time with this mean in seconds.
pub(super) fn exponential(mean_s: f64) -> String {
    format!("Exponential(\"{mean_s} s\")")
}
