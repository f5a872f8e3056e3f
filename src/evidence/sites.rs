//! Where in a changed file is a mutant?
//!
//! Most reports name a line. mutmut names a function, which is looked up in the file at head.

use std::{collections::BTreeMap, ops::Range};

use super::{
    change::{Change, FileChange},
    mutation::Mutant,
};
use crate::{finding::Unproven, path::RepoPath};

/// Where in a changed file a mutant is; 1-based lines of the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// It begins on this line.
    Line(u32),
    /// Somewhere from the first to the last of these lines.
    Between(u32, u32),
    /// The report does not say, and its function is not found.
    Unknown,
}

/// Texts of changed files at head, read once each and only where they are asked for.
#[derive(Debug)]
pub struct Sites<'a> {
    change: &'a Change,
    read: BTreeMap<&'a RepoPath, Vec<String>>,
    functions: BTreeMap<(&'a RepoPath, String), Option<(u32, u32)>>,
}

impl<'a> Sites<'a> {
    /// Texts are read from a change.
    pub fn new(change: &'a Change) -> Self {
        Self {
            change,
            read: BTreeMap::new(),
            functions: BTreeMap::new(),
        }
    }

    /// The lines of a file at head.
    ///
    /// # Errors
    /// It cannot be read: a patch without a repository, an opaque file.
    pub fn lines(&mut self, file: &'a FileChange) -> Result<&[String], Unproven> {
        if !self.read.contains_key(file.path()) {
            let text = match file.after() {
                Some(version) => self.change.text(version)?,
                None => String::new(),
            };
            let lines = text.lines().map(str::to_owned).collect();
            self.read.insert(file.path(), lines);
        }
        Ok(self.read.get(file.path()).map_or(&[], Vec::as_slice))
    }

    /// Where a mutant of a changed file is.
    ///
    /// # Errors
    /// As [`Sites::lines`]; only where the report names no line.
    pub fn of(&mut self, file: &'a FileChange, mutant: &Mutant) -> Result<Site, Unproven> {
        if let Some(line) = mutant.line {
            return Ok(Site::Line(line));
        }
        let Some(function) = &mutant.function else {
            return Ok(Site::Unknown);
        };
        let Some((first, last)) = self.function(file, function)? else {
            return Ok(Site::Unknown);
        };
        Ok(match mutant.below_function {
            Some(below) if first.saturating_add(below) <= last => Site::Line(first + below),
            Some(_) | None => Site::Between(first, last),
        })
    }

    fn function(&mut self, file: &'a FileChange, name: &str) -> Result<Option<(u32, u32)>, Unproven> {
        let key = (file.path(), name.to_owned());
        if let Some(known) = self.functions.get(&key) {
            return Ok(*known);
        }
        let found = python_function(self.lines(file)?, name);
        self.functions.insert(key, found);
        Ok(found)
    }
}

/// The first and last line of the only Python function of a name, `f` or `Class.f`. Of the formats that name no line,
/// mutmut's is the one that names functions.
fn python_function(lines: &[String], name: &str) -> Option<(u32, u32)> {
    let (class, function) = match name.rsplit_once('.') {
        Some((class, function)) => (Some(class), function),
        None => (None, name),
    };
    let within = match class {
        Some(class) => block(lines, 0..lines.len(), &["class"], class)?,
        None => 0..lines.len(),
    };
    let found = block(lines, within, &["def", "async def"], function)?;
    Some((
        u32::try_from(found.start + 1).ok()?,
        u32::try_from(found.end).ok()?,
    ))
}

/// The lines of the only block that begins with one of the words and the name.
fn block(lines: &[String], within: Range<usize>, words: &[&str], name: &str) -> Option<Range<usize>> {
    let begins = |line: &str| {
        let line = line.trim_start();
        words.iter().any(|word| {
            let rest = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
            let rest = rest.and_then(|rest| rest.trim_start().strip_prefix(name));
            rest.is_some_and(|rest| rest.starts_with(['(', ':', '[', ' ']))
        })
    };
    let part = lines.get(within.clone())?;
    let mut heads = part.iter().enumerate().filter(|(_, line)| begins(line));
    let (start, head) = heads.next()?;
    if heads.next().is_some() {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let body = part.iter().skip(start + 1);
    let inside = |line: &&String| {
        line.trim().is_empty() || line.trim_start().starts_with(')') || indent(line) > indent(head)
    };
    let length = body.take_while(inside).count();
    let blank = part
        .get(start..=start + length)?
        .iter()
        .rev()
        .take_while(|line| line.trim().is_empty())
        .count();
    let first = within.start + start;
    Some(first..first + 1 + length - blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: &str = "\
import os

class A:
    def total(self):
        return 1

    async def other(
        self,
    ):
        return 2


class B:
    def total(self):
        return 3

def alone():
    if os:

        return 4

X = 1
";

    fn found(name: &str) -> Option<(u32, u32)> {
        let lines: Vec<String> = PYTHON.lines().map(str::to_owned).collect();
        python_function(&lines, name)
    }

    #[test]
    fn functions_of_a_python_file_are_found_by_name() {
        assert_eq!(found("A.total"), Some((4, 5)));
        assert_eq!(found("A.other"), Some((7, 10)));
        assert_eq!(found("B.total"), Some((14, 15)));
        assert_eq!(found("alone"), Some((17, 20)));
        assert_eq!(found("total"), None, "two functions have that name");
        assert_eq!(found("alon"), None);
        assert_eq!(found("C.total"), None);
    }
}
