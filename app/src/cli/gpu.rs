//! `genba gpu`: what there is to calculate fields on, and how fast it is.

use std::fmt::Display;
use std::sync::Arc;

use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Value, json};
use shaders::measure::{
    ANY_WITHIN, Bandwidth, CASES, Effort, Place, RAYS, Rate, RayRate, SENSORS, TickRate, threads,
};
use shaders::{Adapter, Choice, Gpu, Kind};

use super::Global;
use super::device::Device;
use super::failure::{Exit, Failure};
use super::number::{self, Unit};
use super::print;
use super::table::{Side, Table, Text};

const EXAMPLES: &str = "\
Examples:
  genba gpu                   adapters, memory, and all kernels, sensors and rays on all of them
  genba gpu --quick           in a few seconds; small fields may fit into caches
  genba gpu --device cpu      the processor only
  genba gpu --json | jq '.kernels[] | {what, device, share}'";

const STRONG: Style = Style::new().bold();
const FAINT: Style = AnsiColor::BrightBlack.on_default();

/// Show what fields can be calculated on, and how fast each kernel is there.
///
/// Memory sets the pace of fields, so each kernel stands beside a plain copy, measured in the same run: cells a second, the bytes that a cell has
/// to move at least, and the share of the copy's bandwidth that this makes. Beside them: how long a tick of many instruments takes, and how
/// many rays are cast in a second in a large hall.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct GpuArgs {
    /// Small fields and short rounds.
    #[arg(long)]
    quick: bool,

    /// Measure on one device only: the processor, the GPU, or the one that `auto` takes. Default: on all.
    #[arg(long, value_name = "WHERE")]
    device: Option<Device>,

    /// Print it as one JSON object.
    #[arg(long)]
    json: bool,
}

/// A place with its name and what was measured there.
struct Measured {
    /// `cpu` or `gpu`.
    device: &'static str,
    name: String,
    copy: Bandwidth,
    kernels: Vec<Tried<Rate>>,
    sensors: Vec<Tried<TickRate>>,
    rays: Vec<Tried<RayRate>>,
}

/// Something with its name: measured, or why not.
struct Tried<T> {
    what: &'static str,
    found: Result<T, String>,
}

impl<T> Tried<T> {
    fn of(what: &'static str, found: Result<T, impl Display>) -> Self {
        Self { what, found: found.map_err(|error| error.to_string()) }
    }
}

/// Steps of the measurement of one place.
const STEPS: usize = 1 + CASES.len() + SENSORS.len() + RAYS.len();

impl Measured {
    fn new(
        (device, name, place): (&'static str, String, Place),
        effort: Effort,
        step: &dyn Fn(),
    ) -> Result<Self, Failure> {
        let copy = place.copy(effort).map_err(Failure::failed)?;
        step();
        let kernels = tried(&CASES, step, |case| [(case.what, case.measure(&place, effort))]);
        let sensors = tried(&SENSORS, step, |case| [(case.what, case.measure(&place, effort))]);
        let rays = tried(&RAYS, step, |case| {
            let [a, b] = case.what;
            match case.measure(&place, effort) {
                Ok([coherent, incoherent]) => [(a, Ok(coherent)), (b, Ok(incoherent))],
                Err(error) => [(a, Err(error.clone())), (b, Err(error))],
            }
        });
        Ok(Self { device, name, copy, kernels, sensors, rays })
    }
}

/// Measures all `cases`, each of which gives `N` rates.
fn tried<C, T, E: Display, const N: usize>(
    cases: &[C],
    step: &dyn Fn(),
    measure: impl Fn(&C) -> [(&'static str, Result<T, E>); N],
) -> Vec<Tried<T>> {
    let of = |case| {
        let found = measure(case);
        step();
        found.map(|(what, found)| Tried::of(what, found))
    };
    cases.iter().flat_map(of).collect()
}

/// What `auto` comes to.
struct Auto {
    takes: &'static str,
    why: &'static str,
}

pub(super) fn gpu(args: &GpuArgs, global: &Global) -> Result<Exit, Failure> {
    let adapters = Adapter::all();
    let places = places(args.device)?;
    let effort = if args.quick { Effort::Quick } else { Effort::Full };
    let progress = global.progress("devices", places.len() as u32, STEPS as i64);
    let mut all = Vec::new();
    for place in places {
        all.push(Measured::new(place, effort, &|| progress.step())?);
        progress.one_done();
    }
    progress.end();
    if args.json {
        print::json(&report(&adapters, &all, effort))?;
    } else {
        print::data(&text(&adapters, &all))?;
    }
    Ok(Exit::Fine)
}

/// Where to measure.
fn places(device: Option<Device>) -> Result<Vec<(&'static str, String, Place)>, Failure> {
    let host = || ("cpu", format!("processor, {} threads", threads()), Place::Host);
    let on = |gpu: Arc<Gpu>| ("gpu", gpu.info.name.clone(), Place::Device(gpu));
    Ok(match device {
        None => {
            let device = Gpu::request().ok().map(on);
            std::iter::once(host()).chain(device).collect()
        }
        Some(device) => vec![device.chosen()?.map_or_else(host, on)],
    })
}

fn auto(adapters: &[Adapter]) -> Auto {
    let fit = adapters.first().filter(|adapter| adapter.unfit.is_none());
    let taken = Gpu::chosen(Choice::Auto).ok().flatten();
    match (taken, fit.map(|adapter| adapter.kind)) {
        (Some(_), _) => Auto { takes: "gpu", why: "it is hardware, and has all that kernels need" },
        (None, Some(_)) => {
            Auto { takes: "cpu", why: "the adapter is software: it proves, it does not race" }
        }
        (None, None) if adapters.is_empty() => {
            Auto { takes: "cpu", why: "there is no Vulkan, Metal or DirectX 12 adapter" }
        }
        (None, None) => Auto { takes: "cpu", why: "the adapter lacks something that kernels need" },
    }
}

fn text(adapters: &[Adapter], all: &[Measured]) -> String {
    let mut out = String::new();
    for adapter in adapters {
        out += &facts(adapter);
        out.push('\n');
    }
    let Auto { takes, why } = auto(adapters);
    out += &format!("{STRONG}--device auto{STRONG:#} takes the {takes}; {why}\n\n");
    out += &copies(all);
    [out, kernels(all), sensors(all), rays(all)].join("\n")
}

/// An adapter and those of its limits that matter to fields.
fn facts(adapter: &Adapter) -> String {
    let mut table = Table::new(&[Side::Left, Side::Left]);
    let mut row = |what: &str, value: String| {
        table.row([Text::styled(what, FAINT), Text::from(value)]);
    };
    row("driver", format!("{}, {}", adapter.backend, adapter.driver));
    row(
        "type",
        match adapter.kind {
            Kind::Hardware => adapter.device.to_owned(),
            Kind::Software => format!("{}: software, right but slow", adapter.device),
        },
    );
    row("largest buffer", bytes(adapter.most_buffer));
    row("bound at once", format!("{}; larger fields go in slabs", bytes(adapter.most_bound)));
    let shared = bytes(u64::from(adapter.workgroup_bytes));
    row("workgroup", format!("{} threads, {shared} shared", adapter.most_threads));
    let subgroups = match adapter.subgroups {
        None => "none".to_owned(),
        Some([low, high]) if low == high => format!("of {low}"),
        Some([low, high]) => format!("of {low} to {high}"),
    };
    row("subgroups", subgroups);
    row("immediates", format!("{} bytes", adapter.immediate_bytes));
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    row("16-bit floats", yes(adapter.half));
    row("own clock", yes(adapter.timestamps));
    if let Some(unfit) = &adapter.unfit {
        table.row([Text::styled("unfit", print::ERROR), Text::from(unfit.to_string())]);
    }
    format!("{STRONG}{}{STRONG:#}\n{}", adapter.name, table.text())
}

fn copies(all: &[Measured]) -> String {
    let mut table = Table::new(&[Side::Left, Side::Right, Side::Right]);
    table.row(["Copy", "GB/s", "array"].map(|title| Text::styled(title, FAINT)));
    for Measured { name, copy, .. } in all {
        let rate = Text::styled(giga(copy.bytes_per_s), STRONG);
        table.row([Text::from(name.as_str()), rate, bytes(copy.array_bytes).into()]);
    }
    table.text()
}

fn kernels(all: &[Measured]) -> String {
    let titles = ["cells", "Mcells/s", "B/cell", "GB/s", "of the copy"];
    let cells = |of: &Measured, rate: &Rate| {
        [
            format!("{}³", (rate.cells as f64).cbrt().round()).into(),
            strong(rate.cells_per_s() / 1e6),
            format!("{:.0}", rate.bytes_per_cell).into(),
            giga(rate.bytes_per_s()).into(),
            Text::styled(format!("{:.0} %", rate.share(&of.copy) * 100.0), STRONG),
        ]
    };
    compared("Kernel", titles, all, |of| (of.device, &of.kernels), cells)
}

fn sensors(all: &[Measured]) -> String {
    let titles = ["in number", "ms a tick", "M/s", "ms with readings home"];
    let ms = |seconds: f64| number::value(Some(seconds * 1e3), Unit::One);
    let cells = |_: &Measured, rate: &TickRate| {
        [
            whole(rate.sensors),
            Text::styled(ms(rate.tick()), STRONG),
            number::value(Some(rate.sensors_per_s() / 1e6), Unit::One).into(),
            rate.home.map_or_else(|| ms(rate.tick()), ms).into(),
        ]
    };
    compared("Sensors", titles, all, |of| (of.device, &of.sensors), cells)
}

fn rays(all: &[Measured]) -> String {
    let any = format!("any in {ANY_WITHIN} m, M/s");
    let titles = ["triangles", "rays", "nearest, M/s", &any];
    let cells = |_: &Measured, rate: &RayRate| {
        [
            whole(rate.triangles),
            whole(rate.rays),
            strong(rate.nearest_per_s / 1e6),
            strong(rate.any_per_s / 1e6),
        ]
    };
    let device = |of: &Measured| if of.device == "cpu" { "cpu, a core" } else { of.device };
    compared("Rays", titles, all, |of| (device(of), &of.rays), cells)
}

/// A table of what was measured under the same names at all places; below it, what could not be.
fn compared<'a, T: 'a, const N: usize>(
    title: &str,
    titles: [&str; N],
    all: &'a [Measured],
    of: impl Fn(&'a Measured) -> (&'static str, &'a Vec<Tried<T>>),
    cells: impl Fn(&'a Measured, &'a T) -> [Text; N],
) -> String {
    let mut sides = vec![Side::Right; N + 2];
    sides[..2].fill(Side::Left);
    let mut table = Table::new(&sides);
    let titles = [title, ""].into_iter().chain(titles);
    table.row(titles.map(|title| Text::styled(title, FAINT)));
    let mut failed = String::new();
    let count = all.first().map_or(0, |first| of(first).1.len());
    for n in 0..count {
        let mut name = "";
        for measured in all {
            let (device, tried) = of(measured);
            let Tried { what, found } = &tried[n];
            match found {
                Ok(rate) => {
                    let own = if name == *what { "" } else { *what };
                    let front = [Text::from(own), Text::from(device)];
                    table.row(front.into_iter().chain(cells(measured, rate)));
                    name = what;
                }
                Err(error) => failed += &format!("  {FAINT}{what}, {device}: {error}{FAINT:#}\n"),
            }
        }
    }
    table.text() + &failed
}

/// A count with its digits in groups of three.
fn whole(count: usize) -> Text {
    number::value(Some(count as f64), Unit::One).into()
}

fn strong(value: f64) -> Text {
    Text::styled(number::value(Some(value), Unit::One), STRONG)
}

fn giga(bytes_per_s: f64) -> String {
    number::value(Some(bytes_per_s / 1e9), Unit::One)
}

/// `128 MiB`.
fn bytes(bytes: u64) -> String {
    let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let fits = units.into_iter().find(|(_, unit)| bytes >= *unit);
    let Some((name, unit)) = fits else { return format!("{bytes} bytes") };
    let value = bytes as f64 / unit as f64;
    if value >= 1e6 { "without limit".to_owned() } else { format!("{} {name}", short(value)) }
}

/// At most one decimal, and none where it is 0.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn report(adapters: &[Adapter], all: &[Measured], effort: Effort) -> Value {
    let Auto { takes, why } = auto(adapters);
    json!({
        "schema": "genba.gpu/1",
        "quick": effort == Effort::Quick,
        "adapters": adapters.iter().map(adapter).collect::<Vec<_>>(),
        "auto": { "takes": takes, "why": why },
        "devices": all.iter().map(|one| json!({
            "device": one.device,
            "name": one.name,
            "copy_bytes_per_s": one.copy.bytes_per_s,
            "copy_array_bytes": one.copy.array_bytes,
        })).collect::<Vec<_>>(),
        "kernels": listed(all, |of| &of.kernels, kernel),
        "sensors": listed(all, |of| &of.sensors, tick),
        "rays": listed(all, |of| &of.rays, ray),
    })
}

/// What could be measured, place by place.
fn listed<'a, T: 'a>(
    all: &'a [Measured],
    of: impl Fn(&'a Measured) -> &'a Vec<Tried<T>>,
    one: fn(&Measured, &T) -> Value,
) -> Vec<Value> {
    let found = |measured| of(measured).iter().filter_map(|tried| tried.found.as_ref().ok());
    let values = |measured| found(measured).map(move |rate| one(measured, rate));
    all.iter().flat_map(values).collect()
}

fn kernel(measured: &Measured, rate: &Rate) -> Value {
    json!({
        "what": rate.what,
        "device": measured.device,
        "cells": rate.cells,
        "steps": rate.steps,
        "seconds": rate.seconds,
        "cells_per_s": rate.cells_per_s(),
        "bytes_per_cell": rate.bytes_per_cell,
        "bytes_per_s": rate.bytes_per_s(),
        "share": rate.share(&measured.copy),
    })
}

fn tick(measured: &Measured, rate: &TickRate) -> Value {
    json!({
        "what": rate.what,
        "device": measured.device,
        "sensors": rate.sensors,
        "ticks": rate.ticks,
        "seconds": rate.seconds,
        "seconds_per_tick": rate.tick(),
        "seconds_per_tick_home": rate.home.unwrap_or_else(|| rate.tick()),
        "sensors_per_s": rate.sensors_per_s(),
    })
}

fn ray(measured: &Measured, rate: &RayRate) -> Value {
    json!({
        "what": rate.what,
        "device": measured.device,
        "threads": (measured.device == "cpu").then_some(1),
        "triangles": rate.triangles,
        "rays": rate.rays,
        "nearest_per_s": rate.nearest_per_s,
        "any_per_s": rate.any_per_s,
        "any_within_m": ANY_WITHIN,
    })
}

fn adapter(adapter: &Adapter) -> Value {
    json!({
        "name": adapter.name,
        "backend": adapter.backend,
        "driver": adapter.driver,
        "type": adapter.device,
        "software": adapter.kind == Kind::Software,
        "unfit": adapter.unfit.as_ref().map(ToString::to_string),
        "most_bound_bytes": adapter.most_bound,
        "most_buffer_bytes": adapter.most_buffer,
        "workgroup_threads": adapter.most_threads,
        "workgroup_bytes": adapter.workgroup_bytes,
        "workgroups_per_axis": adapter.most_groups,
        "storage_buffers": adapter.storage_buffers,
        "immediate_bytes": adapter.immediate_bytes,
        "subgroup_threads": adapter.subgroups,
        "half": adapter.half,
        "timestamps": adapter.timestamps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_their_unit() {
        for (count, expected) in [
            (128 << 20, "128 MiB"),
            (1_u64 << 31, "2 GiB"),
            (48 << 10, "48 KiB"),
            (3 << 29, "1.5 GiB"),
            (u64::MAX, "without limit"),
            (96, "96 bytes"),
        ] {
            assert_eq!(bytes(count), expected);
        }
    }
}
