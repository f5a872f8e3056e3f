//! Which version of a tool is it, and does it lie in the range that is asked for?
//!
//! Every ecosystem writes ranges in its own way. What is not understood is no range: nothing is guessed.

pub mod declared;
pub mod range;

use std::fmt;

pub use self::range::Range;

/// A tool that runs tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// Node.js.
    Node,
    /// Python.
    Python,
    /// The Rust compiler.
    Rust,
    /// The Go toolchain.
    Go,
}

/// Names under which reports write versions, in lower case with `_` for `.` and `-`.
const PROPERTIES: &[(&str, Tool)] = &[
    ("node_version", Tool::Node),
    ("nodejs_version", Tool::Node),
    ("nodeversion", Tool::Node),
    ("python_version", Tool::Python),
    ("pythonversion", Tool::Python),
    ("rust_version", Tool::Rust),
    ("rustc_version", Tool::Rust),
    ("go_version", Tool::Go),
];

impl Tool {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Node => "Node.js",
            Self::Python => "Python",
            Self::Rust => "Rust",
            Self::Go => "Go",
        }
    }

    /// Its name in receipts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
            Self::Rust => "rust",
            Self::Go => "go",
        }
    }

    /// The tool with a name in receipts.
    pub fn of_key(key: &str) -> Option<Self> {
        [Self::Node, Self::Python, Self::Rust, Self::Go]
            .into_iter()
            .find(|tool| tool.key() == key)
    }

    /// The tool whose version a property of a report names; lower case, `_` for `.` and `-`.
    pub fn of_property(name: &str) -> Option<Self> {
        PROPERTIES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, tool)| *tool)
    }
}

/// A released version. Whatever stands behind the third number is not kept, but a version before a release is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub [u64; 3]);

impl Version {
    /// Reads what tools print: `v20.11.1`, `go1.22.6 linux/amd64`, `3.12.1 (main, …)`, `cargo 1.80.0 (…)`. `None` for
    /// what has no two numbers and for builds before a release.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 200 || text.contains("devel") {
            return None;
        }
        let digit = text.find(|c: char| c.is_ascii_digit())?;
        let word = text.get(digit..)?.split_whitespace().next()?;
        let numbers = word
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(word.len());
        let (numbers, rest) = word.split_at_checked(numbers)?;
        let is_early = |rest: &str| {
            let rest = rest.trim_start_matches(['-', '.', '_']).to_ascii_lowercase();
            ["a", "b", "rc", "alpha", "beta", "pre", "dev", "nightly"]
                .iter()
                .any(|word| rest.starts_with(word))
        };
        if is_early(rest) {
            return None;
        }
        let parts = range::numbers(numbers.trim_end_matches('.'))?;
        (parts.len() >= 2).then(|| Self(range::filled(&parts)))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_tools_print_them() {
        let table = [
            ("v20.11.1", Some([20, 11, 1])),
            ("go1.22.6 linux/amd64", Some([1, 22, 6])),
            ("go version go1.22 linux/amd64", Some([1, 22, 0])),
            ("Python 3.12.1", Some([3, 12, 1])),
            ("3.11.7 (main, Dec  4 2023, 18:10:11) [GCC]", Some([3, 11, 7])),
            ("cargo 1.80.0 (376290515 2024-07-16)", Some([1, 80, 0])),
            ("cargo 1.82.0-nightly (abc 2024-07-16)", None),
            ("3.13.0rc1", None),
            ("3.13.0b2", None),
            ("devel go1.23-abc", None),
            ("20", None),
            ("", None),
            ("99999999999999999999.1", None),
        ];
        for (text, version) in table {
            assert_eq!(Version::read(text), version.map(Version), "{text}");
        }
    }
}
