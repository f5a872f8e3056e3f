//! Which lines did the tests run?

pub mod cobertura;
pub mod lcov;
pub mod read;

use std::collections::BTreeMap;

use super::file::Input;
use crate::path::RepoPath;

/// Line coverage of one or more reports, added up: a line is covered when any report ran it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// The files read.
    pub inputs: Vec<Input>,
    /// Per source file as the reports name it: executable line to number of hits.
    pub files: BTreeMap<String, BTreeMap<u32, u64>>,
}

impl Coverage {
    /// The executable lines of a path at head, and how often each ran; `None` where no report names the file.
    pub fn of(&self, path: &RepoPath) -> Option<&BTreeMap<u32, u64>> {
        let exact = self.files.get(path.lossy().as_ref());
        exact.or_else(|| {
            self.files
                .iter()
                .find(|(file, _)| super::mutation::means(file, path))
                .map(|(_, lines)| lines)
        })
    }

    /// Covered and executable lines over all files.
    pub fn totals(&self) -> (usize, usize) {
        let lines = || self.files.values().flat_map(BTreeMap::values);
        (lines().filter(|hits| **hits > 0).count(), lines().count())
    }
}
