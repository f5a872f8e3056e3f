//! Does a line match one of some expressions of ours? They are compiled when somebody first asks: most runs never do.

use std::sync::OnceLock;

use regex::{RegexSet, RegexSetBuilder};
use serde::Deserialize;

use crate::limits;

/// Regular expressions that are part of this program.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Words {
    written: Vec<String>,
    #[serde(skip)]
    compiled: OnceLock<Option<RegexSet>>,
}

impl Words {
    /// Whether one of them matches somewhere in a line; very long lines are searched in part
    /// ([`limits::REGEX_LINE_BYTES`]).
    pub fn match_in(&self, line: &str) -> bool {
        let end = line.floor_char_boundary(limits::REGEX_LINE_BYTES.min(line.len()));
        let line = line.get(..end).unwrap_or(line);
        self.set().is_some_and(|set| set.is_match(line))
    }

    /// Whether all of them are regular expressions: asked by the tests of each table.
    pub fn compile(&self) -> bool {
        self.set().is_some()
    }

    fn set(&self) -> Option<&RegexSet> {
        let compile = || {
            RegexSetBuilder::new(&self.written)
                .size_limit(limits::WORDS_COMPILED_BYTES)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_anywhere_in_a_line_and_bad_ones_are_told() {
        let words: Words = serde_json::from_str(r#"["\\bci\\b", "^revert\\b"]"#).unwrap();
        assert!(words.compile() && words.match_in("run on ci") && words.match_in("revert it"));
        assert!(!words.match_in("decide") && !words.match_in("we revert it"));
        let bad: Words = serde_json::from_str(r#"["("]"#).unwrap();
        assert!(!bad.compile() && !bad.match_in("("));
    }
}
