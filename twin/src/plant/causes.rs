//! Failures, maintenance and shifts of each equipment.

use super::build::Builder;
use crate::engine::{Activity, Cause, Compile, Draw, Interrupt, Trigger};
use crate::id::EquipmentId;
use crate::layout::file::{Basis, CrewFile, FailureFile, InterruptFile, MaintenanceFile, ShiftUse};
use crate::random::Distribution;
use crate::units::SimDuration;

pub(super) fn build(builder: &mut Builder<'_, '_>) {
    for index in 0..builder.items.len() {
        let id = EquipmentId::from_index(index);
        let first = builder.model.causes.len() as u32;
        let file = &mut builder.items[index].file;
        let shift = file.shift.take();
        let failures = std::mem::take(&mut file.failures);
        let maintenance = std::mem::take(&mut file.maintenance);
        for (n, failure) in failures.iter().enumerate() {
            self::failure(builder, id, n, failure);
        }
        let mut staggered = Vec::new();
        for (n, plan) in maintenance.iter().enumerate() {
            staggered.push((builder.model.causes.len(), plan.staggered));
            self::maintenance(builder, id, n, plan);
        }
        if let Some(shift) = shift {
            self::shift(builder, id, &shift);
        }
        let staggered = staggered.iter().filter(|(_, is)| *is).map(|(row, _)| *row).collect();
        by_place(builder, id, first as usize, staggered);
        let last = builder.model.causes.len() as u32;
        let wears = builder.model.causes[first as usize..].iter().any(|cause| {
            let trigger = &cause.trigger;
            matches!(trigger, Trigger::Operating(_) | Trigger::Cycles(_) | Trigger::Pieces(..))
        });
        let row = &mut builder.model.equipment[index];
        row.causes = first..last;
        row.wears = wears;
    }
}

/// Where each place stands still by itself, it has every cause to itself. They share the cause's random stream.
fn by_place(builder: &mut Builder<'_, '_>, id: EquipmentId, first: usize, staggered: Vec<usize>) {
    let row = builder.model.row(id);
    if !row.by_place {
        if !staggered.is_empty() {
            let message =
                "the places of this kind stand still together: there is nothing to stagger";
            builder.error(id, "maintenance", message);
        }
        return;
    }
    let n = row.places.len() as u16;
    let causes: Vec<Cause> = builder.model.causes.drain(first..).collect();
    for place in 0..n {
        for (number, cause) in causes.iter().enumerate() {
            let mut cause = Cause { place: Some(place), ..cause.clone() };
            if staggered.contains(&(first + number)) {
                stagger(&mut cause.trigger, f64::from(place + 1) / f64::from(n));
            }
            builder.model.causes.push(cause);
        }
    }
}

/// Brings the first coming forward to `share` of its time.
fn stagger(trigger: &mut Trigger, share: f64) {
    match trigger {
        Trigger::Every(_, first) | Trigger::Calendar(_, Some(first)) => {
            *first = SimDuration::from_seconds(first.seconds() * share);
        }
        Trigger::Calendar(every, first) => {
            *first = Some(SimDuration::from_seconds(every.mean * share));
        }
        Trigger::Pieces(every, first) => *first = Some(first.unwrap_or(every.mean) * share),
        Trigger::Operating(_) | Trigger::Cycles(_) | Trigger::Shift(_) | Trigger::Call => {}
    }
}

fn compile<'b>(builder: &'b mut Builder<'_, '_>, id: EquipmentId) -> Compile<'b> {
    Compile { model: &mut builder.model, names: &mut builder.names, me: id }
}

fn failure(builder: &mut Builder<'_, '_>, id: EquipmentId, n: usize, file: &FailureFile) {
    let field = format!("failures[{n}]");
    let basis =
        file.basis.unwrap_or(if file.cycles.is_some() { Basis::Cycles } else { Basis::Operating });
    let mut cx = compile(builder, id);
    let every = file.every.as_ref().map(|every| cx.draw(&format!("{field}/every"), every));
    let cycles = file.cycles.as_ref().map(|n| cx.draw_number(&format!("{field}/cycles"), n));
    let takes = cx.draw(&format!("{field}/repair"), &file.repair);
    let trigger = match (basis, every, cycles) {
        (Basis::Cycles, None, Some(cycles)) => Some(Trigger::Cycles(cycles)),
        (Basis::Operating, Some(every), None) if file.first.is_none() => {
            Some(Trigger::Operating(every))
        }
        (Basis::Calendar, Some(every), None) => Some(Trigger::Calendar(every, file.first)),
        _ => None,
    };
    if file.every.as_ref().is_some_and(|every| every.mean() <= 0.0) {
        builder.error(id, &field, "the mean time between failures must be longer than zero");
    }
    let Some(trigger) = trigger else {
        let message = "a failure has either `every` (and `basis: Operating` or `Calendar`; `first` \
                       with the latter) or `cycles`";
        builder.error(id, &field, message);
        return;
    };
    let crew = crew(builder, id, &field, file.crew.as_ref());
    builder.model.causes.push(Cause {
        equipment: id,
        place: None,
        activity: Activity::Failed,
        trigger,
        takes,
        crew,
        may_wait: SimDuration::ZERO,
        interrupt: interrupt(file.at_work),
        renews: file.renews,
    });
}

fn maintenance(builder: &mut Builder<'_, '_>, id: EquipmentId, n: usize, file: &MaintenanceFile) {
    let field = format!("maintenance[{n}]");
    let mut cx = compile(builder, id);
    let takes = cx.draw(&format!("{field}/takes"), &file.takes);
    let mut fixed = |time: SimDuration, what: &str| -> Draw {
        cx.draw(&format!("{field}/{what}"), &Distribution::Constant(time))
    };
    let basis = file.basis.unwrap_or(Basis::Calendar);
    let pieces = |builder: &mut Builder<'_, '_>, n: u32| {
        let n = Distribution::<f64>::Constant(f64::from(n));
        let every = compile(builder, id).draw_number(&format!("{field}/pieces"), &n);
        Trigger::Pieces(every, file.first_pieces.map(f64::from))
    };
    let trigger = match (basis, file.every, file.after, file.cycles) {
        (_, None, None, None) if file.on_call && file.pieces.is_none() => Some(Trigger::Call),
        _ if file.on_call => None,
        (_, None, None, None) if file.pieces.is_some() => file.pieces.map(|n| pieces(builder, n)),
        _ if file.pieces.is_some() || file.first_pieces.is_some() => None,
        (Basis::Calendar, Some(every), None, None) => {
            Some(Trigger::Every(every, file.first.unwrap_or(every)))
        }
        (Basis::Calendar, None, Some(after), None) => {
            Some(Trigger::Calendar(fixed(after, "after"), file.first))
        }
        (Basis::Operating, Some(time), None, None) | (Basis::Operating, None, Some(time), None) => {
            Some(Trigger::Operating(fixed(time, "every")))
        }
        (_, None, None, Some(n)) => {
            let count = Distribution::<f64>::Constant(f64::from(n));
            Some(Trigger::Cycles(
                compile(builder, id).draw_number(&format!("{field}/cycles"), &count),
            ))
        }
        _ => None,
    };
    let period = file.every.or(file.after);
    if period.is_some_and(|period| period <= SimDuration::ZERO)
        || file.cycles == Some(0)
        || file.pieces == Some(0)
    {
        builder.error(id, &field, "the interval must be longer than zero");
        return;
    }
    let Some(trigger) = trigger else {
        let message = "maintenance has one of `every`, `after`, `cycles`, `pieces` (which may have `first_pieces`) and `on_call`";
        builder.error(id, &field, message);
        return;
    };
    if file.may_wait.is_some()
        && (file.crew.is_none() || matches!(trigger, Trigger::Cycles(_) | Trigger::Pieces(..)))
    {
        let message =
            "`may_wait` goes with a `crew` to wait for, and with `every` or `after` a time";
        builder.error(id, &field, message);
    }
    let crew = crew(builder, id, &field, file.crew.as_ref());
    builder.model.causes.push(Cause {
        equipment: id,
        place: None,
        activity: Activity::Maintained,
        trigger,
        takes,
        crew,
        may_wait: file.may_wait.unwrap_or(SimDuration::ZERO),
        interrupt: interrupt(file.at_work.unwrap_or(InterruptFile::Finish)),
        renews: file.renews,
    });
}

fn shift(builder: &mut Builder<'_, '_>, id: EquipmentId, file: &ShiftUse) {
    let slice = builder.items[id.index()].slice;
    let Some(calendar) = builder.calendar(slice, &file.calendar) else { return };
    let takes = compile(builder, id).draw_or_zero("shift", None);
    builder.model.causes.push(Cause {
        equipment: id,
        place: None,
        activity: Activity::OffShift,
        trigger: Trigger::Shift(calendar),
        takes,
        crew: None,
        may_wait: SimDuration::ZERO,
        interrupt: interrupt(file.end),
        renews: false,
    });
}

fn crew(
    builder: &mut Builder<'_, '_>,
    id: EquipmentId,
    field: &str,
    file: Option<&CrewFile>,
) -> Option<u32> {
    let file = file?;
    compile(builder, id).need(field, &file.skill, file.n.unwrap_or(1), file.priority)
}

fn interrupt(file: InterruptFile) -> Interrupt {
    match file {
        InterruptFile::Resume => Interrupt::Resume,
        InterruptFile::Restart => Interrupt::Restart,
        InterruptFile::Scrap => Interrupt::Scrap,
        InterruptFile::Finish => Interrupt::Finish,
    }
}
