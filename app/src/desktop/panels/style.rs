//! The look of the panels in a theme.

use egui::{Color32, CornerRadius, Stroke, Visuals};

use super::signs::colour;
use crate::desktop::look::Theme;

/// The visuals of a theme.
pub fn visuals(theme: Theme) -> Visuals {
    let ground = theme.ground();
    let mut out = if theme == Theme::Light { Visuals::light() } else { Visuals::dark() };
    let (ink, faint, panel) = (colour(ground.ink), colour(ground.faint), colour(ground.panel));
    out.panel_fill = panel;
    out.window_fill = panel;
    out.extreme_bg_color = colour(ground.sky);
    out.faint_bg_color = colour(ground.floor).gamma_multiply(0.5);
    out.hyperlink_color = colour(ground.accent);
    out.selection.bg_fill = colour(ground.accent).gamma_multiply(0.4);
    out.selection.stroke = Stroke::new(1.0, ink);
    out.weak_text_color = Some(faint);
    out.override_text_color = Some(ink);
    out.window_stroke = Stroke::new(1.0, colour(ground.coarse));
    out.widgets.noninteractive.bg_stroke = Stroke::new(1.0, colour(ground.fine));
    for widget in [&mut out.widgets.inactive, &mut out.widgets.hovered, &mut out.widgets.active] {
        widget.corner_radius = CornerRadius::same(4);
        widget.fg_stroke.color = ink;
    }
    out.widgets.inactive.weak_bg_fill = colour(ground.floor);
    out.widgets.inactive.bg_fill = colour(ground.coarse);
    out.window_shadow.color = Color32::from_black_alpha(40);
    out
}
