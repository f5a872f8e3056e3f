//! What do the comments of a file say about faults?

use std::collections::BTreeMap;

/// What comments say about faults.
#[derive(Clone, Debug, Default)]
pub(super) struct Silences {
    /// The comment for each line.
    lines: BTreeMap<u32, u32>,
    /// Lines with statements of which all is meant.
    blocks: BTreeMap<u32, u32>,
    /// From this line to that, and everything after it if that is missing.
    ranges: Vec<(u32, Option<u32>)>,
}

impl Silences {
    /// Of the comments of a file, with their lines.
    pub(super) fn of(comments: &[(u32, String)]) -> Self {
        let mut silences = Self::default();
        for (line, text) in comments {
            let Some((_, pragmas)) = text.split_once("pragma:") else {
                continue;
            };
            for pragma in pragmas.split(',') {
                silences.add(*line, &pragma.split_whitespace().collect::<Vec<_>>());
            }
        }
        silences
    }

    fn add(&mut self, line: u32, words: &[&str]) {
        match words {
            ["no", "mutate", "block" | "class" | "function", ..] => {
                self.blocks.insert(line, line);
            }
            ["no", "mutate", "start", ..] => self.ranges.push((line, None)),
            ["no", "mutate", "end", ..] => {
                if let Some((_, end @ None)) = self.ranges.last_mut() {
                    *end = Some(line);
                }
            }
            ["no", "mutate", ..] => {
                self.lines.insert(line, line);
            }
            _ => {}
        }
    }

    /// The comment that silences a line.
    pub(super) fn on(&self, line: u32) -> Option<u32> {
        let range = self
            .ranges
            .iter()
            .find(|(from, to)| *from <= line && to.is_none_or(|to| line <= to));
        let range = range.map(|(from, _)| *from);
        self.lines.get(&line).copied().or(range)
    }

    /// The comment that silences the whole statement that begins on a line.
    pub(super) fn block(&self, line: u32) -> Option<u32> {
        self.blocks.get(&line).copied()
    }
}
