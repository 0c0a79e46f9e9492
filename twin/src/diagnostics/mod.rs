//! stand-in
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(pub u32);
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span { pub file: FileId, pub start: u32, pub end: u32 }
#[derive(Clone, Debug)]
pub struct Diagnostic { pub code: &'static str, pub message: String, pub at: Option<Span>, pub label: String, pub hints: Vec<String> }
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(pub Vec<Diagnostic>);
impl Diagnostics { pub fn push(&mut self, d: Diagnostic) { self.0.push(d) } pub fn has_errors(&self) -> bool { !self.0.is_empty() } }
pub fn did_you_mean<'a>(word: &str, candidates: impl Iterator<Item=&'a str>) -> Option<&'a str> {
    candidates.map(|c| (strsim::damerau_levenshtein(word, c), c)).filter(|(d, c)| *d <= 1 + c.len().max(word.len())/4).min_by_key(|(d,_)| *d).map(|(_,c)| c)
}
