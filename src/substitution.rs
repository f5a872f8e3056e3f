//! Is a change one word replaced by another, over and over?

use std::collections::BTreeMap;

use crate::evidence::change::{Change, Hunk};

/// A word and what stands in its place.
pub type Swap<'a> = (&'a str, &'a str);

/// The swap that most hunks consist of, and how many of how many hunks.
pub fn most_common(change: &Change) -> Option<(Swap<'_>, usize, usize)> {
    let mut counts: BTreeMap<Swap<'_>, usize> = BTreeMap::new();
    let mut all = 0;
    for hunk in change.files().iter().flat_map(|file| file.hunks()) {
        all += 1;
        if let Some(swap) = of(hunk) {
            *counts.entry(swap).or_default() += 1;
        }
    }
    let (swap, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some((swap, most, all))
}

/// The one swap that turns every removed line of a hunk into the added line beside it.
pub fn of(hunk: &Hunk) -> Option<Swap<'_>> {
    if hunk.removed.len() != hunk.added.len() {
        return None;
    }
    let mut found = None;
    for (old, new) in hunk.removed.iter().zip(&hunk.added) {
        let swap = between(&old.text, &new.text)?;
        if found.is_some_and(|known| known != swap) {
            return None;
        }
        found = Some(swap);
    }
    found
}

/// The one swap between two lines; `None` where they are equal or differ in more.
fn between<'a>(old: &'a str, new: &'a str) -> Option<Swap<'a>> {
    let (mut left, mut right) = (tokens(old), tokens(new));
    let mut found = None;
    loop {
        match (left.next(), right.next()) {
            (None, None) => return found,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) if is_word(a) && is_word(b) && found.is_none_or(|known| known == (a, b)) => {
                found = Some((a, b));
            }
            (Some(_), _) | (None, Some(_)) => return None,
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(continues)
}

fn continues(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words and what stands between them, in turn.
fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let word = rest.chars().next().map(continues)?;
        let end = rest.find(|c| continues(c) != word).unwrap_or(rest.len());
        let (token, tail) = rest.split_at_checked(end)?;
        rest = tail;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_is_one_swap() {
        assert_eq!(between("old(old, 1)", "new(new, 1)"), Some(("old", "new")));
        assert_eq!(between("é.old()", "é.neu()"), Some(("old", "neu")));
    }

    #[test]
    fn other_edits_are_none() {
        for (old, new) in [
            ("a(b)", "c(d)"),
            ("a(b)", "a(b, c)"),
            ("a + b", "a - b"),
            ("a", "a"),
            ("", "a"),
        ] {
            assert_eq!(between(old, new), None, "{old} -> {new}");
        }
    }
}
