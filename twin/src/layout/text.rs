//! stand-in
use crate::diagnostics::{Diagnostic, Diagnostics};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, VariantAccess, Visitor};
use ron::value::RawValue;

#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> { pub text: &'a str }
fn options() -> ron::Options { ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME) }
impl<'a> Slice<'a> {
    pub fn read<T: DeserializeOwned>(&self, found: &mut Diagnostics) -> Option<T> {
        match options().from_str(self.text) { Ok(v) => Some(v), Err(e) => { self.error(found, &e.to_string()); None } }
    }
    pub fn error(&self, found: &mut Diagnostics, message: &str) {
        let head: String = self.text.chars().take(80).collect();
        found.push(Diagnostic { code: "P000", message: format!("{message} in `{head}`"), at: None, label: String::new(), hints: vec![] });
    }
    pub fn error_at(&self, found: &mut Diagnostics, path: &str, message: &str, hint: Option<String>) {
        self.error(found, &format!("{path}: {message} {}", hint.unwrap_or_default()));
    }
    /// Fields of a struct or entries of a map.
    pub fn entries(&self, found: &mut Diagnostics) -> Vec<(String, Slice<'a>)> {
        struct V; 
        enum K { }
        let _ = |_: K| ();
        impl<'de> Visitor<'de> for V { type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("fields") }
            fn visit_map<A: MapAccess<'de>>(self, mut m: A) -> Result<Self::Value, A::Error> {
                let mut out = vec![]; while let Some(k) = m.next_key_seed(Key)? { out.push((k, m.next_value()?)); } Ok(out) }
            fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok(vec![]) }
        }
        struct Key;
        impl<'de> DeserializeSeed<'de> for Key { type Value = String; fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<String, D::Error> { d.deserialize_identifier(KV) } }
        struct KV;
        impl<'de> Visitor<'de> for KV { type Value = String; fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("name") } fn visit_str<E>(self, s: &str) -> Result<String, E> { Ok(s.to_owned()) } }
        struct Top; impl<'de> DeserializeSeed<'de> for Top { type Value = Vec<(String, &'de RawValue)>; fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> { d.deserialize_any(V) } }
        struct TopMap; impl<'de> DeserializeSeed<'de> for TopMap { type Value = Vec<(String, &'de RawValue)>; fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> { d.deserialize_map(VM) } }
        struct VM; impl<'de> Visitor<'de> for VM { type Value = Vec<(String, &'de RawValue)>; fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("map") }
            fn visit_map<A: MapAccess<'de>>(self, mut m: A) -> Result<Self::Value, A::Error> { let mut out = vec![]; while let Some(k) = m.next_key::<String>()? { out.push((k, m.next_value()?)); } Ok(out) } }
        let mut text = self.text.trim_start();
        while let Some(rest) = text.strip_prefix("//") { text = rest.split_once('\n').map_or("", |x| x.1).trim_start(); }
        let is_map = text.starts_with('{');
        let text = if is_map { text } else { &text[text.find('(').unwrap_or(0)..] };
        let r = if is_map { options().from_str_seed(text, TopMap) } else { options().from_str_seed(text, Top) };
        match r { Ok(v) => v.into_iter().map(|(k, raw)| (k, Slice { text: raw.get_ron() })).collect(), Err(e) => { self.error(found, &e.to_string()); vec![] } }
    }
    /// `Name(…)` taken apart.
    pub fn variant(&self, _found: &mut Diagnostics) -> Option<(String, Slice<'a>)> {
        let _ = (std::marker::PhantomData::<(&dyn EnumAccessLike,)>,);
        let t = self.text.trim();
        match t.find('(') { Some(i) => Some((t[..i].trim().to_owned(), Slice { text: &t[i..] })), None => Some((t.to_owned(), Slice { text: "()" })) }
    }
}
trait EnumAccessLike {}
#[allow(dead_code)] fn _unused<'de, A: EnumAccess<'de>>(_: A) where A::Variant: VariantAccess<'de> {}
