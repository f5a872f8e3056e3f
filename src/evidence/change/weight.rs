//! Does a file's change matter to a machine, or only to a reader?
//!
//! Decided from the lines alone, without a parser: where in doubt, a change has substance.

use super::{Content, FileChange, Hunk, Line, Status};

/// What a change of a file consists of. Ordered from nothing to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Only white space differs.
    Whitespace,
    /// Only lines that are comments differ.
    Comments,
    /// Something else differs: code, text, a mode, a name, bytes.
    Substance,
}

/// Languages in which the margin of a line has a meaning.
const INDENTED: &[&str] = &[
    "py", "pyi", "yaml", "yml", "haml", "pug", "sass", "coffee", "nim", "fs", "fsx", "hs", "elm", "rst",
    "md", "mk",
];
const SLASHES: &[&str] = &[
    "rs", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "go", "java", "kt", "kts", "scala", "c", "h",
    "cc", "cpp", "cxx", "hpp", "cs", "swift", "dart", "php", "zig", "proto",
];
const HASHES: &[&str] = &[
    "py", "pyi", "rb", "sh", "bash", "yaml", "yml", "toml", "pl", "r", "jl", "ex", "exs", "tf", "php",
];
const DASHES: &[&str] = &["sql", "lua", "hs", "elm"];

/// Comments that a tool obeys: changing one is a change of substance.
const OBEYED: &[&str] = &[
    "#!",
    "# type:",
    "# noqa",
    "# pragma",
    "# pylint",
    "# mypy",
    "# ruff",
    "# -*-",
    "# fmt:",
    "# rubocop",
    "# frozen",
    "# syntax=",
    "# shellcheck",
    "//go:",
    "// +build",
    "//nolint",
    "//#",
    "// @",
    "//@",
    "// eslint",
    "// biome",
    "// prettier",
    "/* eslint",
    "/* istanbul",
    "/* c8",
    "// istanbul",
    "/// <",
    "-- +",
];

/// What the change of a file consists of.
pub fn of(file: &FileChange) -> Weight {
    let Content::Text(hunks) = &file.content else {
        return Weight::Substance;
    };
    let same_mode = file.before().map(|side| side.mode) == file.after().map(|side| side.mode);
    if file.status != Status::Modified || !same_mode {
        return Weight::Substance;
    }
    let extension = file.path().extension();
    hunks
        .iter()
        .map(|hunk| of_hunk(hunk, &extension))
        .max()
        .unwrap_or(Weight::Substance)
}

fn of_hunk(hunk: &Hunk, extension: &str) -> Weight {
    if normal(&hunk.removed, extension) == normal(&hunk.added, extension) {
        return Weight::Whitespace;
    }
    let mut lines = hunk.removed.iter().chain(&hunk.added);
    if lines.all(|line| line.text.trim().is_empty() || is_comment(&line.text, extension)) {
        Weight::Comments
    } else {
        Weight::Substance
    }
}

/// The words of some lines, joined as a formatter may join them. A line with a quote keeps its inner spaces: they
/// may be part of a string.
fn normal(lines: &[Line], extension: &str) -> String {
    let filled = lines.iter().filter(|line| !line.text.trim().is_empty());
    if INDENTED.contains(&extension) || extension.is_empty() {
        let kept: Vec<&str> = filled.map(|line| line.text.trim_end()).collect();
        return kept.join("\n");
    }
    let words = filled.map(|line| {
        let text = line.text.trim();
        if text.contains(['"', '\'', '`']) {
            text.to_owned()
        } else {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a line is a comment and nothing else, in the language of an extension; one that a tool obeys is not.
pub fn is_comment(line: &str, extension: &str) -> bool {
    let text = line.trim();
    let lower = text.to_lowercase();
    if OBEYED.iter().any(|start| lower.starts_with(start)) {
        return false;
    }
    let is_example = text.starts_with("///") && (text.contains("```") || text.contains("assert"));
    let slashes = SLASHES.contains(&extension)
        && !is_example
        && (text.starts_with("//")
            || (text.starts_with("/*") && text.find("*/") == text.len().checked_sub(2)));
    slashes
        || (HASHES.contains(&extension) && text.starts_with('#') && !text.starts_with("#["))
        || (DASHES.contains(&extension) && text.starts_with("--"))
}

/// Whether a line holds a comment, at its start or behind code, that a tool obeys, or an example that a tool runs.
pub fn is_obeyed(line: &str) -> bool {
    let lower = line.to_lowercase();
    let is_example =
        lower.trim_start().starts_with("//") && (lower.contains("```") || lower.contains("assert"));
    is_example || OBEYED.iter().any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
    };

    fn weight(name: &str, before: &str, after: &str) -> Weight {
        let files = |text: &str| {
            let path = RepoPath::new(name).unwrap();
            [(path, (Mode::File, text.as_bytes().to_vec()))].into()
        };
        of(&memory::change(files(before), files(after)).files()[0])
    }

    #[test]
    fn reformatting_is_white_space() {
        assert_eq!(
            weight("a.rs", "fn a() { b( 1 ) }\n", "fn a() {\n    b( 1 )\n}\n"),
            Weight::Whitespace
        );
        assert_eq!(weight("a.js", "a\n", "a\n\n\n"), Weight::Whitespace);
        assert_eq!(weight("a.rs", "a;\r\n", "a;\n"), Weight::Whitespace);
    }

    #[test]
    fn a_margin_that_means_something_is_substance() {
        let (before, after) = ("if a:\n    b()\n    c()\n", "if a:\n    b()\nc()\n");
        assert_eq!(weight("a.py", before, after), Weight::Substance);
        assert_eq!(weight("Makefile", "a:\n\tb\n", "a:\n  b\n"), Weight::Substance);
    }

    #[test]
    fn spaces_inside_a_string_are_substance() {
        assert_eq!(
            weight("a.rs", "p(\"a  b\");\n", "p(\"a b\");\n"),
            Weight::Substance
        );
    }

    #[test]
    fn comments_are_told_from_code_and_from_what_tools_obey() {
        assert_eq!(weight("a.rs", "// old\na;\n", "// new\na;\n"), Weight::Comments);
        assert_eq!(weight("a.py", "a()\n", "# why\na()\n"), Weight::Comments);
        assert_eq!(weight("a.py", "a()\n", "a()  # why\n"), Weight::Substance);
        assert_eq!(
            weight("a.py", "a()\n", "# type: ignore\na()\n"),
            Weight::Substance
        );
        assert_eq!(weight("a.go", "a\n", "//go:build linux\na\n"), Weight::Substance);
        assert_eq!(weight("a.rs", "a\n", "#[test]\na\n"), Weight::Substance);
        assert_eq!(weight("a.md", "text\n", "# Heading\ntext\n"), Weight::Substance);
        assert_eq!(weight("a.rs", "a\n", "/* b */ c /* d */\na\n"), Weight::Substance);
    }
}
