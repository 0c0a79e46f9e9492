//! Simulated time: run, pause, step, speed, and a strip of events on which one can go anywhere.

use egui::{Align2, FontId, Rect, RichText, Sense, Slider, Ui, pos2, vec2};
use twin::units::SimTime;

use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::views::Clock;
use crate::desktop::views::clock::{speed, time};

/// Slowest and fastest speed that can be asked for.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=100_000.0;

/// The bar of time.
pub fn timeline_ui(ui: &mut Ui, clock: &Clock, theme: Theme, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let mut press = |ui: &mut Ui, text: &str, command: Command| {
            let (name, tip) = command.text();
            let key = crate::desktop::keymap::key_of(&command).unwrap_or_default();
            let tip = format!("{name} ({key})\n{tip}");
            if ui.button(RichText::new(text).size(15.0)).on_hover_text(tip).clicked() {
                out.push(command);
            }
        };
        press(ui, "⏮", Command::Start);
        press(ui, "⏴", Command::StepBack);
        press(ui, if clock.playing { "⏸" } else { "▶" }, Command::RunOrPause);
        press(ui, "⏵", Command::StepEvent);
        press(ui, "⏭", Command::RunTo);
        ui.separator();
        ui.label(RichText::new(time(clock.now)).monospace().size(15.0))
            .on_hover_text("Simulated time");
        ui.weak(format!("of {}", time(clock.until)));
        ui.separator();
        if let Some(goal) = &clock.goal {
            ui.spinner();
            ui.strong(format!("goes {goal}"));
            ui.weak("Space stops it");
            return;
        }
        speeds(ui, clock, out);
        if let Some(trouble) = &clock.trouble {
            let red = signs::of(theme, twin::engine::Activity::Failed);
            ui.label(RichText::new(trouble).color(red));
        }
    });
    strip(ui, clock, theme, out);
}

fn speeds(ui: &mut Ui, clock: &Clock, out: &mut Vec<Command>) {
    let mut wanted = clock.speed.unwrap_or(*SPEEDS.end());
    let slider = Slider::new(&mut wanted, SPEEDS).logarithmic(true).show_value(false);
    let tip = "Simulated seconds a second (+ and −)";
    if ui.add_enabled(clock.speed.is_some(), slider).on_hover_text(tip).changed() {
        out.push(Command::Speed(wanted));
    }
    ui.label(clock.speed.map_or("as fast as possible".to_owned(), speed));
    let mut unlimited = clock.speed.is_none();
    if ui.checkbox(&mut unlimited, "max").on_hover_text("As fast as possible (M)").changed() {
        out.push(Command::Unlimited);
    }
    if clock.playing {
        ui.weak(format!("runs at {}", speed(clock.achieved)))
            .on_hover_text("What this computer achieves");
    }
}

/// The run from its start to its end: how much happened when, how far it has come, and where it is.
fn strip(ui: &mut Ui, clock: &Clock, theme: Theme, out: &mut Vec<Command>) {
    let ground = theme.ground();
    let size = vec2(ui.available_width(), 30.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, ui.visuals().extreme_bg_color);
    let whole = clock.until.seconds().max(1e-9);
    let x = |at: SimTime| rect.left() + (at.seconds() / whole) as f32 * rect.width();
    let come = x(clock.furthest) - rect.left();
    let accent = signs::colour(ground.accent);
    let wide = come / clock.density.len().max(1) as f32;
    for (n, share) in clock.density.iter().enumerate() {
        let left = rect.left() + n as f32 * wide;
        let top = rect.bottom() - share * (rect.height() - 12.0);
        let column = Rect::from_min_max(pos2(left, top), pos2(left + wide.max(1.0), rect.bottom()));
        painter.rect_filled(column, 0.0, accent.gamma_multiply(0.35));
    }
    ticks(&painter, rect, whole, signs::colour(ground.faint));
    let now = x(clock.now);
    painter.vline(now, rect.y_range(), egui::Stroke::new(2.0, accent));
    if let Some(at) = response.interact_pointer_pos() {
        let share = ((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
        out.push(Command::Seek(SimTime::from_seconds(f64::from(share) * whole)));
    }
    response.on_hover_text("Click or drag to go to a time; going back is exact");
}

/// Hours or days along the strip.
fn ticks(painter: &egui::Painter, rect: Rect, whole: f64, ink: egui::Color32) {
    let steps = [
        60.0,
        300.0,
        900.0,
        3600.0,
        14_400.0,
        43_200.0,
        86_400.0,
        172_800.0,
        604_800.0,
        2_592_000.0,
    ];
    let step = steps.into_iter().find(|step| whole / step <= 16.0).unwrap_or(31_536_000.0);
    for n in 1..=(whole / step) as u32 {
        let at = f64::from(n) * step;
        let x = rect.left() + (at / whole) as f32 * rect.width();
        painter.vline(x, rect.top()..=rect.top() + 4.0, egui::Stroke::new(1.0, ink));
        let text = match at {
            s if s < 3600.0 => format!("{:.0} min", s / 60.0),
            s if s < 172_800.0 => format!("{:.0} h", s / 3600.0),
            s => format!("{:.0} d", s / 86_400.0),
        };
        let font = FontId::proportional(9.5);
        painter.text(pos2(x + 3.0, rect.top()), Align2::LEFT_TOP, text, font, ink);
    }
}
