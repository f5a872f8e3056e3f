//! Does the trace of a failing test pass through lines that the change added?

use super::{
    change::Change,
    names::{Meaning, Names},
    tests::TestCase,
};
use crate::{finding::Side, path::RepoPath};

/// Looks frames up in one change.
#[derive(Debug)]
pub struct Touched<'a>(Names<'a>);

impl<'a> Touched<'a> {
    /// Frames of reports of the head.
    pub fn by(change: &'a Change) -> Self {
        Self(Names::new(change, Side::Head))
    }

    /// The frames of a case that lie on added lines, in the order of its trace.
    pub fn frames(&mut self, case: &TestCase) -> Vec<(&'a RepoPath, u32)> {
        let mut found = Vec::new();
        for frame in &case.frames {
            match self.0.meaning(&frame.file) {
                Meaning::Changed(file) if file.adds_line(frame.line) => found.push((file.path(), frame.line)),
                Meaning::Changed(_) | Meaning::Elsewhere | Meaning::Ambiguous => {}
            }
        }
        found
    }
}
