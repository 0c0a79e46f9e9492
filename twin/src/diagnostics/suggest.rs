//! "Did you mean …?"

/// The candidate that is most like `word`, if one is like it enough: at most a third of the letters differ.
///
/// The first of equally good ones. Cost: linear in the candidates, quadratic in the length of the word.
pub fn did_you_mean<'c, I>(word: &str, candidates: I) -> Option<&'c str>
where
    I: IntoIterator<Item = &'c str>,
{
    let length = word.chars().count();
    let limit = (length / 3).max(1);
    let lower = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    // Words of hundreds of letters are no slips of the finger.
    for candidate in candidates.into_iter().filter(|_| length <= 200) {
        if candidate.chars().count().abs_diff(length) > limit || candidate == word {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
        let enough = distance <= limit && distance < length;
        if enough && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
