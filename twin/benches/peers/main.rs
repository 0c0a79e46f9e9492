//! Our rows of the comparison with other engines. `twin/benches/peers/run` calls this and the peers, and prints the
//! table.
//!
//! `peers handwritten mm1 CUSTOMERS` · `peers handwritten tandem WARMUP PARTS` · the same with `heap` and `genba`
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

mod genba;
mod handwritten;
mod heap;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().map_err(|e| format!("`{text}`: {e}"));
    let result = match arguments[..] {
        ["handwritten", "mm1", customers] => handwritten::mm1(number(customers)?)?,
        ["handwritten", "tandem", warmup, parts] => {
            handwritten::tandem(number(warmup)?, number(parts)?)?
        }
        ["heap", "mm1", customers] => heap::mm1(number(customers)?)?,
        ["heap", "tandem", warmup, parts] => heap::tandem(number(warmup)?, number(parts)?)?,
        ["genba", "mm1", customers] => genba::mm1(number(customers)?)?,
        ["genba", "tandem", warmup, parts] => genba::tandem(number(warmup)?, number(parts)?)?,
        // `cargo bench` and `cargo test --benches` call without arguments.
        _ => handwritten::mm1(10_000)?,
    };
    println!("{result:.4}");
    Ok(())
}
