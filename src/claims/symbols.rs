//! Where is a symbol that a claim names?
//!
//! Words are compared in every case style. A name that stands in any code is never said to be missing.

use super::anchors;
use crate::{
    code::{
        LanguageId,
        facts::{Definition, last_part},
    },
    evidence::{Evidence, Supplied, change::Change, code::Facts},
    finding::{Side, Unproven},
    limits,
    names::Name,
    path::RepoPath,
};

/// Letters of a name that no other program has by chance.
const TELLING: usize = 8;

/// A symbol as an author writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    name: String,
    owner: Option<String>,
}

impl Symbol {
    /// A symbol from a claim: `parse`, `parse()`, `Reader::parse`, `Reader.parse`, with or without quotes.
    ///
    /// # Errors
    /// Says why it names no symbol.
    pub fn new(written: &str) -> Result<Self, String> {
        let bare = written.trim().trim_matches('`');
        let bare = bare.split('(').next().unwrap_or_default().trim_end_matches('!');
        let name = last_part(bare);
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-');
        if name.chars().count() < 3 || !name.chars().all(is_word) {
            return Err(format!(
                "`{}` is no name that could be searched for",
                crate::escape::line(written)
            ));
        }
        let owner = bare
            .strip_suffix(name)
            .map(|rest| last_part(rest.trim_end_matches([':', '.'])));
        Ok(Self {
            name: name.to_owned(),
            owner: owner.filter(|owner| !owner.is_empty()).map(str::to_owned),
        })
    }

    /// Its own name, for searching text.
    pub fn word(&self) -> Name<'_> {
        Name::new(&self.name)
    }

    /// Its own name, safe to show.
    pub fn shown(&self) -> String {
        crate::escape::line(&self.name).into_owned()
    }

    /// Whether a definition is the one that is meant.
    pub fn is(&self, definition: &Definition) -> bool {
        let owned = |owner: &String| {
            let mut around = definition.qualified.split(['.', ':']).rev().skip(1);
            let known = definition.qualified != definition.name;
            !known || around.any(|part| part == owner)
        };
        definition.name == self.name && self.owner.as_ref().is_none_or(owned)
    }

    /// Whether no prose has such a name by chance: it has several words and some length.
    pub fn is_telling(&self) -> bool {
        self.name.len() >= TELLING && anchors::is_code_shaped(&self.name)
    }

    /// Lines of the change on which it stands: gone, and new.
    pub fn lines(&self, change: &Change) -> (usize, usize) {
        let word = self.word();
        let files = || change.files().iter();
        let gone = files().flat_map(|file| file.removed());
        let new = files().flat_map(|file| file.added());
        (
            gone.filter(|line| word.is_in(&line.text)).count(),
            new.filter(|line| word.is_in(&line.text)).count(),
        )
    }

    /// Whether the name of a changed file, without its ending, is this one.
    pub fn is_file(&self, change: &Change) -> bool {
        let word = self.word();
        let names = change.files().iter().map(|file| file.path().name().into_owned());
        names.into_iter().any(|name| word.is_in(&name))
    }

    /// How often the changed files define it, before and after.
    ///
    /// # Errors
    /// A changed source file could not be parsed.
    pub fn defined(&self, evidence: &Evidence) -> Supplied<(Vec<Found>, Vec<Found>)> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for both in evidence.changed_code() {
            for (facts, found) in [
                (whole(both.before())?, &mut before),
                (whole(both.after())?, &mut after),
            ] {
                let meant = facts.iter().flat_map(|facts| &facts.definitions);
                found.extend(meant.filter(|one| self.is(one)).map(|one| Found {
                    path: both.file.path().clone(),
                    line: one.header,
                }));
            }
        }
        Ok((before, after))
    }
}

/// One side of a changed file, understood from its first line to its last: a definition that was not seen is not gone.
///
/// # Errors
/// It could not be read, or does not parse.
pub fn whole(side: Supplied<Option<Facts>>) -> Supplied<Option<Facts>> {
    let facts = side?;
    match facts.as_ref().and_then(|facts| facts.errors.first()) {
        None => Ok(facts),
        Some(error) => Err(Unproven::Unreadable(format!(
            "a changed file does not parse: line {}: {}",
            error.line,
            crate::escape::line(&error.says)
        ))),
    }
}

/// A place where a symbol is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: RepoPath,
    /// The line of its name.
    pub line: u32,
}

/// The files of a side in which a word stands, the first few.
///
/// # Errors
/// The tree of that side is not known or too large, or a file cannot be read.
pub fn mentions(change: &Change, side: Side, word: &Name<'_>) -> Supplied<Vec<RepoPath>> {
    let paths = change.paths(side)?;
    if paths.len() > limits::CHANGED_PATHS {
        return Err(Unproven::Insufficient(format!(
            "{} files are too many to be searched for a name",
            paths.len()
        )));
    }
    let mut found = Vec::new();
    for path in paths {
        let Some(version) = change
            .entry(side, &path)?
            .filter(|version| version.mode.is_file())
        else {
            continue;
        };
        let text = match change.text(&version) {
            Ok(text) => text,
            // what is too large to be read, or was left out of the clone for that, is no source file; one that is could
            // hold the word
            Err(Unproven::Insufficient(_) | Unproven::Unreadable(_)) if LanguageId::of(&path).is_none() => {
                continue;
            }
            Err(why) => return Err(why),
        };
        if text.lines().any(|line| word.is_in(line)) {
            found.push(path);
        }
        if found.len() == limits::NAMED {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_read_without_what_surrounds_it() {
        let read = |text: &str| Symbol::new(text).map(|symbol| (symbol.name, symbol.owner));
        let owned = |name: &str, owner: &str| Ok((name.to_owned(), Some(owner.to_owned())));
        assert_eq!(read("`parse_token()`"), Ok(("parse_token".to_owned(), None)));
        assert_eq!(read("CsvWriter::flush"), owned("flush", "CsvWriter"));
        assert_eq!(read("pkg.Client.fetch(url)"), owned("fetch", "Client"));
        for none in ["the new parser", "", "x", "a*"] {
            assert!(read(none).is_err(), "{none}");
        }
    }
}
