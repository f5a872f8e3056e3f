//! Which other files of a language hold a name?
//!
//! Asked only where the changed files leave a question open, and within limits: beyond them nothing is known.

use crate::{
    code::LanguageId,
    evidence::{Supplied, change::Change},
    finding::{Side, Unproven},
    limits,
    path::RepoPath,
};

/// The files at head that belong to one search, and how many bytes it may still read.
#[derive(Clone, Debug)]
pub struct Search<'c> {
    change: &'c Change,
    paths: Vec<RepoPath>,
    left: usize,
}

impl<'c> Search<'c> {
    /// A search of the files of a language that satisfy a condition.
    ///
    /// # Errors
    /// The tree is not known (a patch), or more than [`limits::SEARCHED_FILES`] files satisfy it.
    pub fn new(
        change: &'c Change,
        language: LanguageId,
        belongs: impl Fn(&RepoPath) -> bool,
    ) -> Supplied<Self> {
        let is_kin = |path: &RepoPath| LanguageId::of(path).is_some_and(|other| are_kin(language, other));
        let all = change.every_path(Side::Head)?.iter();
        let paths: Vec<RepoPath> = all
            .filter(|path| is_kin(path) && belongs(path))
            .cloned()
            .collect();
        if paths.len() > limits::SEARCHED_FILES {
            return Err(Unproven::Insufficient(format!(
                "{} files may hold the name; at most {} are searched",
                paths.len(),
                limits::SEARCHED_FILES
            )));
        }
        Ok(Self {
            change,
            paths,
            left: limits::SEARCHED_BYTES,
        })
    }

    /// How many files it covers.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether it covers no file.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The first file whose text satisfies a condition.
    ///
    /// # Errors
    /// A file cannot be read, or all of them together have more than [`limits::SEARCHED_BYTES`].
    pub fn first(&mut self, holds: impl FnMut(&RepoPath, &str) -> bool) -> Supplied<Option<&RepoPath>> {
        self.some(1, holds).map(|found| found.first().copied())
    }

    /// The first few files whose texts satisfy a condition.
    ///
    /// # Errors
    /// As [`Search::first`].
    pub fn some(
        &mut self,
        most: usize,
        mut holds: impl FnMut(&RepoPath, &str) -> bool,
    ) -> Supplied<Vec<&RepoPath>> {
        let mut found = Vec::new();
        for path in &self.paths {
            let Some(version) = self.change.entry(Side::Head, path)? else {
                continue;
            };
            if !version.mode.is_file() {
                continue;
            }
            let text = self.change.text(&version)?;
            self.left = self.left.checked_sub(text.len()).ok_or_else(|| {
                Unproven::Insufficient(format!(
                    "the files that may hold the name have more than {} bytes",
                    limits::SEARCHED_BYTES
                ))
            })?;
            if holds(path, &text) {
                found.push(path);
                if found.len() == most {
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// Whether code of one language can use names of another.
fn are_kin(one: LanguageId, other: LanguageId) -> bool {
    let is_ecma = |language| match language {
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => true,
        LanguageId::Rust | LanguageId::Python | LanguageId::Go | LanguageId::Java => false,
    };
    one == other || (is_ecma(one) && is_ecma(other))
}

/// Whether a name stands in a line as a whole identifier: `a.name()` and `[..NAME]` hold it, `name_of` does not.
pub fn holds_identifier(line: &str, name: &str) -> bool {
    identifiers(line, name).next().is_some()
}

/// What stands before and after each place of a line where a name stands as a whole identifier.
pub fn identifiers<'l>(line: &'l str, name: &'l str) -> impl Iterator<Item = (&'l str, &'l str)> {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
    let places = line.match_indices(name).filter(|(_, found)| !found.is_empty());
    places.filter_map(move |(start, found)| {
        let before = line.get(..start)?;
        let after = line.get(start + found.len()..)?;
        (!joins(before.chars().next_back()) && !joins(after.chars().next())).then_some((before, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_whole_wherever_it_stands() {
        for line in ["a.name()", "[..name]", "name", "\"name\"", "self.name=1"] {
            assert!(holds_identifier(line, "name"), "{line}");
        }
        for line in ["name_of", "rename", "names", "$name", ""] {
            assert!(!holds_identifier(line, "name"), "{line}");
        }
    }
}
