//! Which changed lines only moved?
//!
//! A line that is gone in one place and new in another, with the same text but for white space at its ends, moved.
//! Each removed line pays for one added line.

use std::collections::BTreeMap;

use crate::evidence::change::{Change, Line};

/// How often each text moved, and how many of those were met so far on either side.
#[derive(Debug)]
pub struct Moves<'a> {
    removed: BTreeMap<&'a str, usize>,
    added: BTreeMap<&'a str, usize>,
}

impl<'a> Moves<'a> {
    /// The moves within a change.
    pub fn of(change: &'a Change) -> Self {
        let count = |lines: &mut dyn Iterator<Item = &'a Line>| {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for line in lines {
                *counts.entry(line.text.trim()).or_default() += 1;
            }
            counts
        };
        let files = change.files();
        let mut removed = count(&mut files.iter().flat_map(|file| file.removed()));
        let mut added = count(&mut files.iter().flat_map(|file| file.added()));
        removed.retain(|text, times| {
            *times = (*times).min(added.get(text).copied().unwrap_or(0));
            *times > 0
        });
        added.clone_from(&removed);
        Self { removed, added }
    }

    /// Takes a removed line out of the account; whether it moved.
    pub fn take_removed(&mut self, line: &Line) -> bool {
        take(&mut self.removed, line)
    }

    /// Takes an added line out of the account; whether it moved.
    pub fn take_added(&mut self, line: &Line) -> bool {
        take(&mut self.added, line)
    }
}

fn take(left: &mut BTreeMap<&str, usize>, line: &Line) -> bool {
    let times = left.get_mut(line.text.trim()).filter(|times| **times > 0);
    times.map(|times| *times -= 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
    };

    #[test]
    fn each_removed_line_pays_for_one_added_line() {
        let files = |files: &[(&str, &str)]| {
            let file = |(path, text): &(&str, &str)| {
                (
                    RepoPath::new(path).unwrap(),
                    (Mode::File, text.as_bytes().to_vec()),
                )
            };
            files.iter().map(file).collect()
        };
        let change = memory::change(
            files(&[("a", "one\ntwo\n"), ("b", "")]),
            files(&[("a", "two\n"), ("b", "  one\none\n")]),
        );
        let mut moves = Moves::of(&change);
        let (a, b) = (&change.files()[0], &change.files()[1]);
        assert!(a.removed().all(|line| moves.take_removed(line)));
        let moved: Vec<bool> = b.added().map(|line| moves.take_added(line)).collect();
        assert_eq!(moved, [true, false]);
    }
}
