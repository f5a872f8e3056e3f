//! Which lines did the tests run?

pub mod cobertura;
pub mod lcov;
pub mod read;

use std::collections::BTreeMap;

use super::{
    change::Change,
    file::Input,
    names::{Meaning, Names},
};
use crate::{finding::Side, limits, path::RepoPath};

/// Executable line to number of hits.
pub type Lines = BTreeMap<u32, u64>;

/// What one report says: per source file as it names it, executable line to number of hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files(pub BTreeMap<String, Lines>);

impl Files {
    /// Takes note of a file, which may have no executable line.
    fn name(&mut self, file: &str) {
        self.0.entry(file.to_owned()).or_default();
    }

    /// Takes note of a line. One that is named twice keeps its larger number of hits.
    ///
    /// # Errors
    /// There are more lines than [`limits::COVERAGE_LINES`].
    fn add(&mut self, file: &str, line: u32, hits: u64) -> Result<(), String> {
        if !self.0.contains_key(file) {
            self.name(file);
        }
        let Some(lines) = self.0.get_mut(file) else {
            return Ok(());
        };
        let known = lines.entry(line).or_insert(hits);
        *known = hits.max(*known);
        if lines.len() > limits::COVERAGE_LINES {
            return Err(format!("it has more than {} lines", limits::COVERAGE_LINES));
        }
        Ok(())
    }

    /// Adds another report.
    ///
    /// # Errors
    /// As [`Files::add`], over all reports.
    fn merge(&mut self, other: Self) -> Result<(), String> {
        for (file, lines) in other.0 {
            self.name(&file);
            for (line, hits) in lines {
                self.add(&file, line, hits)?;
            }
        }
        let lines: usize = self.0.values().map(BTreeMap::len).sum();
        if lines > limits::COVERAGE_LINES {
            return Err(format!(
                "with it there are more than {} lines",
                limits::COVERAGE_LINES
            ));
        }
        Ok(())
    }
}

/// A line number of a report.
fn line_number(text: &str) -> Result<u32, String> {
    let number = text.trim().parse::<u32>();
    match number {
        Ok(line) if (1..=limits::LINE_NUMBER).contains(&line) => Ok(line),
        Ok(_) | Err(_) => Err(format!(
            "`{}` is no line number: they go from 1 to {}",
            crate::escape::line(text),
            limits::LINE_NUMBER
        )),
    }
}

/// Line coverage of one or more reports, added up: a line is covered when any report ran it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// The files read.
    pub inputs: Vec<Input>,
    /// Per source file as the reports name it: executable line to number of hits.
    pub files: BTreeMap<String, Lines>,
}

impl Coverage {
    /// The lines of every changed file that a report names, over all names by which reports call it.
    pub fn of_change<'a>(&self, change: &'a Change) -> BTreeMap<&'a RepoPath, Lines> {
        let mut names = Names::new(change, Side::Head);
        let mut known: BTreeMap<_, Lines> = BTreeMap::new();
        for (name, lines) in &self.files {
            let Meaning::Changed(file) = names.meaning(name) else {
                continue;
            };
            let all = known.entry(file.path()).or_default();
            for (line, hits) in lines {
                let most = all.entry(*line).or_insert(*hits);
                *most = (*hits).max(*most);
            }
        }
        known
    }

    /// Covered and executable lines over all files.
    pub fn totals(&self) -> (usize, usize) {
        let lines = || self.files.values().flat_map(BTreeMap::values);
        (lines().filter(|hits| **hits > 0).count(), lines().count())
    }
}
