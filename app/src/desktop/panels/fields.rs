//! The fields of an equipment in the plant's file: each with its text, its unit in it; what is not said holds by default. Enter makes the
//! change; an empty field takes what is said out again.

use std::collections::BTreeMap;

use egui::{
    Align, CollapsingHeader, Color32, InputState, Key, Label, Modifiers, Response, RichText,
    Stroke, TextEdit, Ui, vec2,
};
use twin::edit::{Edit, Field};
use twin::engine::Activity;

use super::signs;
use crate::desktop::command::Command;
use crate::desktop::look::Theme;
use crate::desktop::plan::Plan;
use crate::desktop::views::Fields;

/// Width of the names, in points.
const NAMES: f32 = 92.0;

/// What is being typed.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    /// Into the fields of which entry.
    of: String,
    /// By the path of the field.
    texts: BTreeMap<String, Typed>,
    /// The next frame puts the cursor into the first field.
    pub wanted: bool,
}

impl Typing {
    /// Nothing yet; the next frame puts the cursor into the first field.
    pub fn begun() -> Self {
        Self { wanted: true, ..Self::default() }
    }
}

/// A text that is not in the file yet.
#[derive(Clone, Debug)]
struct Typed {
    text: String,
    /// It has been asked for, and is still not there: it cannot be.
    refused: bool,
}

/// All fields.
pub fn fields_ui(
    ui: &mut Ui,
    view: &Fields,
    typing: &mut Typing,
    theme: Theme,
    out: &mut Vec<Command>,
) {
    if typing.of != view.subject.entry {
        let wanted = typing.wanted;
        *typing = Typing { of: view.subject.entry.clone(), wanted, ..Typing::default() };
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("In the file: {}", view.subject.entry)).strong());
        let acts = [("Rename", Plan::Rename), ("Copy", Plan::Duplicate), ("Delete", Plan::Delete)];
        for (text, plan) in acts.into_iter().chain([("Connect", Plan::Connect)]) {
            let command = Command::Plan(plan);
            let key = crate::desktop::keymap::key_of(&command).unwrap_or_default();
            let tip = format!("{} ({key})", command.text().1);
            if ui.small_button(text).on_hover_text(tip).clicked() {
                out.push(command);
            }
        }
    });
    match view.subject.makes {
        0 => {
            ui.weak("It does not run yet.");
        }
        1 => {}
        n => {
            ui.weak(format!(
                "{n} pieces of equipment come from it; a change is one of all of them."
            ));
        }
    }
    let [own, common] = &view.groups;
    let kind = if view.kind.is_empty() { "made by a template" } else { &view.kind };
    ui.weak(kind);
    own.iter().for_each(|field| line(ui, field, typing, theme, out));
    let (said, unsaid): (Vec<_>, Vec<_>) = common.iter().partition(|field| field.text.is_some());
    ui.weak("as any equipment");
    said.into_iter().for_each(|field| line(ui, field, typing, theme, out));
    CollapsingHeader::new("more that can be said").id_salt(&view.subject.entry).show(ui, |ui| {
        unsaid.into_iter().for_each(|field| line(ui, field, typing, theme, out));
    });
}

fn line(ui: &mut Ui, field: &Field, typing: &mut Typing, theme: Theme, out: &mut Vec<Command>) {
    let shown = field.text.as_deref().map_or("", plain);
    let key = &field.path;
    // What has been asked for is there by now.
    if typing.texts.get(key).is_some_and(|typed| typed.text.trim() == shown.trim()) {
        typing.texts.remove(key);
    }
    let typed = typing.texts.get(key);
    let refused = typed.is_some_and(|typed| typed.refused);
    let mut text = typed.map_or_else(|| shown.to_owned(), |typed| typed.text.clone());
    let wanted = std::mem::take(&mut typing.wanted);
    let (response, entered) = edit(ui, field, &mut text, refused.then_some(theme), wanted);
    if response.changed() {
        typing.texts.insert(key.clone(), Typed { text: text.clone(), refused: false });
    }
    // Escape leaves the field and nothing else.
    let escape = |input: &mut InputState| input.consume_key(Modifiers::NONE, Key::Escape);
    if response.lost_focus() && ui.input_mut(escape) {
        typing.texts.remove(key);
    } else if (response.lost_focus() || entered) && text.trim() != shown.trim() {
        out.push(Command::Plan(Plan::Make(change(field, &text))));
        typing.texts.insert(key.clone(), Typed { text, refused: true });
    }
}

/// One field: its name, and what it says. Whether it is to be taken over at once comes back too.
fn edit(
    ui: &mut Ui,
    field: &Field,
    text: &mut String,
    refused: Option<Theme>,
    wanted: bool,
) -> (Response, bool) {
    let row = ui.horizontal(|ui| {
        let column = ui.allocate_ui(vec2(NAMES, ui.spacing().interact_size.y), |ui| {
            ui.set_min_width(NAMES);
            ui.add(Label::new(&field.name).truncate())
        });
        let name = column.inner;
        if refused.is_some() {
            let red = refused.map_or(Color32::RED, |theme| signs::of(theme, Activity::Failed));
            ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, red);
        }
        let many = text.contains('\n');
        let line = if many { TextEdit::multiline(text) } else { TextEdit::singleline(text) };
        let line = line.hint_text("default").desired_width(f32::INFINITY);
        let response = ui.add(line.desired_rows(1)).labelled_by(name.id);
        if wanted {
            response.request_focus();
            response.scroll_to_me(Some(Align::Center));
        }
        let tip =
            format!("{}\nEnter makes the change, Esc leaves it, empty is the default", field.path);
        let response = response.on_hover_text(tip);
        // Saving takes what stands here along.
        let save = ui.input(|input| input.modifiers.command && input.key_pressed(Key::S));
        let entered = response.has_focus() && save;
        (response, entered)
    });
    row.inner
}

/// The edit that a text in a field comes to.
fn change(field: &Field, text: &str) -> Edit {
    let (path, text) = (field.path.clone(), text.trim());
    if text.is_empty() {
        return Edit::Unset { path };
    }
    // A word in quotes stays one: `gear` alone would be a variant.
    let quoted = field.text.as_deref().is_some_and(|old| plain(old).len() < old.len());
    let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '$'));
    let begins = text.starts_with(char::is_alphabetic) || text.starts_with('$');
    let value = if quoted && is_word && begins { format!("{text:?}") } else { text.to_owned() };
    Edit::Set { path, value }
}

/// A text without the quotes around it, if it is a plain string.
fn plain(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains(['"', '\\', '\n'])).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: Option<&str>) -> Field {
        let (path, name) = ("equipment.mill.is.time".to_owned(), "time".to_owned());
        Field { path, name, text: text.map(str::to_owned) }
    }

    #[test]
    fn words_keep_their_quotes_and_laws_need_none() {
        let value = |old: Option<&str>, text: &str| match change(&field(old), text) {
            Edit::Set { value, .. } => value,
            other => panic!("{other:?}"),
        };
        assert_eq!(value(Some("\"50 s\""), " 35 s "), "35 s");
        assert_eq!(value(Some("\"gear\""), "shaft"), "\"shaft\"");
        assert_eq!(value(Some("\"50 s\""), "Exponential(\"35 s\")"), "Exponential(\"35 s\")");
        assert_eq!(value(Some("3"), "unlimited"), "unlimited");
        assert!(matches!(change(&field(Some("3")), " "), Edit::Unset { .. }));
    }
}
