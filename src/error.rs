//! What can keep the gate from judging at all?
//!
//! An error is about the gate, a finding is about the change. Every error names the thing, the place and the
//! way out; `main` prints it and exits with 2. What comes from outside is escaped: a message stays on its lines.

use std::path::PathBuf;

use crate::escape;

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that the caller named cannot be read.
    #[error("cannot read `{}`: {cause}", escape::line(&.path.display().to_string()))]
    Read {
        /// The file as the caller named it.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// A file of one of our own formats does not say what such a file may say.
    #[error("{kind} `{}`{}: {}", escape::line(.file), at(*.line, *.column), escape::line(.problem))]
    Invalid {
        /// Which format: `policy`, `task`, `claims`, …
        kind: &'static str,
        /// The file as the caller named it.
        file: String,
        /// 1-based line, where known.
        line: Option<usize>,
        /// 1-based column, where known.
        column: Option<usize>,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// The repository cannot give the change that was asked for.
    #[error("{}\n  help: {}", escape::line(.problem), escape::line(.help))]
    Repository {
        /// What is wrong.
        problem: String,
        /// What the caller can do about it.
        help: String,
    },
    /// Arguments that contradict each other or lead nowhere.
    #[error("{}\n  help: {}", escape::line(.problem), escape::line(.help))]
    Usage {
        /// What is wrong.
        problem: String,
        /// What the caller can do about it.
        help: String,
    },
    /// An input is larger or deeper than the gate reads.
    #[error("limit-{what}: `{}` {}", escape::line(.file), escape::line(.problem))]
    Limit {
        /// The limit's name in [`crate::limits`].
        what: &'static str,
        /// The input.
        file: String,
        /// Which bound it passes, with the number.
        problem: String,
    },
    /// A report cannot be written whole.
    #[error("cannot write `{}`: {cause}", escape::line(.target))]
    Write {
        /// Standard output or the path that was given.
        target: String,
        /// What the system said.
        cause: String,
    },
    /// The built-in rules do not load: a fault of this program.
    #[error("built-in rules `{pack}`: {problem}")]
    Rules {
        /// The pack's file name.
        pack: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

fn at(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(" at line {line} column {column}"),
        (Some(line), None) => format!(" at line {line}"),
        (None, _) => String::new(),
    }
}

impl Error {
    /// An error in one of our own formats, at no particular place.
    pub fn invalid(kind: &'static str, file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid {
            kind,
            file: file.into(),
            line: None,
            column: None,
            problem: problem.into(),
        }
    }

    /// A repository that cannot give the change.
    pub fn repository(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Repository {
            problem: problem.into(),
            help: help.into(),
        }
    }

    /// Arguments that lead nowhere.
    pub fn usage(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage {
            problem: problem.into(),
            help: help.into(),
        }
    }
}
