//! Which linter does a line tell to be silent?
//!
//! A line that gives its reason, or only repeats what the file said already, is left to its readers.

use std::collections::BTreeMap;

use crate::{
    code::LanguageId,
    evidence::{
        change::{Change, FileChange},
        commands,
    },
};

/// Marks of a suppression, and the linters that mind them.
const MARKS: &[(&str, &[&str])] = &[
    ("# noqa", &["ruff", "flake8", "pycodestyle", "pyflakes"]),
    ("# ruff: noqa", &["ruff"]),
    ("# flake8: noqa", &["flake8"]),
    ("# pylint: disable", &["pylint"]),
    ("# type: ignore", &["mypy", "pyright"]),
    ("# pyright: ignore", &["pyright"]),
    ("#[allow(", &["clippy", "cargo"]),
    ("#![allow(", &["clippy", "cargo"]),
    ("#[expect(", &["clippy", "cargo"]),
    ("#![expect(", &["clippy", "cargo"]),
    ("eslint-disable", &["eslint"]),
    ("@ts-ignore", &["tsc", "eslint"]),
    ("@ts-nocheck", &["tsc", "eslint"]),
    ("@ts-expect-error", &["tsc", "eslint"]),
    ("biome-ignore", &["biome"]),
    ("oxlint-disable", &["oxlint"]),
    ("//nolint", &["golangci", "golangci-lint"]),
    ("//lint:ignore", &["staticcheck"]),
    ("@SuppressWarnings", &["javac", "checkstyle", "pmd"]),
];

/// Words with which a line gives its reason: in Rust an argument, for the others a dash or two behind the rules, or one
/// more comment.
const REASONS: &[&str] = &["reason =", " -- ", " - ", " — ", " because ", " // ", "  # "];

/// A line that silences a linter, as `path:line: text`, in the order of the change. What moved, to another file too, is
/// not new.
pub fn added(change: &Change, target: Option<&str>) -> Vec<String> {
    let code = || {
        let files = change.files().iter();
        files.filter(|file| LanguageId::of(file.path()).is_some())
    };
    let mut gone: BTreeMap<&str, usize> = BTreeMap::new();
    for mark in code()
        .flat_map(FileChange::removed)
        .filter_map(|line| mark(&line.text, target))
    {
        *gone.entry(mark).or_default() += 1;
    }
    let mut found = Vec::new();
    for file in code() {
        found.extend(of_file(file, target, &mut gone));
    }
    found
}

fn of_file(file: &FileChange, target: Option<&str>, gone: &mut BTreeMap<&str, usize>) -> Vec<String> {
    let mut found = Vec::new();
    for line in file.added() {
        let Some(mark) = mark(&line.text, target) else {
            continue;
        };
        match gone.get_mut(mark).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => found.push(format!(
                "{}:{}: {}",
                file.path(),
                line.number,
                crate::escape::line(line.text.trim())
            )),
        }
    }
    found
}

/// The mark of a line that silences the linter without a reason.
fn mark(line: &str, target: Option<&str>) -> Option<&'static str> {
    let meant = |linters: &[&str]| target.is_none_or(|target| is_one_of(linters, target));
    let (mark, _) = MARKS
        .iter()
        .find(|(mark, linters)| stands_in(line, mark) && meant(linters))?;
    let behind = line.split_once(mark).map_or("", |(_, behind)| behind);
    (!REASONS.iter().any(|reason| behind.contains(reason))).then_some(*mark)
}

/// Whether a mark stands in a line and not in a text between quotes, where it may be tested.
fn stands_in(line: &str, mark: &str) -> bool {
    let Some((before, _)) = line.split_once(mark) else {
        return false;
    };
    ['"', '\'', '`']
        .iter()
        .all(|quote| before.matches(*quote).count() % 2 == 0)
}

/// Whether a linter that a claim names is one of some: `cargo clippy -- -D warnings` is `clippy`.
fn is_one_of(linters: &[&str], target: &str) -> bool {
    let call = commands::named(target);
    let family = call.map_or_else(|| target.to_lowercase(), |call| call.family.to_lowercase());
    family.split_whitespace().any(|word| linters.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_silences_the_linter_that_minds_its_mark() {
        for (line, target, silences) in [
            ("import os  # noqa", None, true),
            ("import os  # noqa: F401", Some("ruff check ."), true),
            ("import os  # noqa: F401", Some("mypy"), false),
            ("import os  # noqa: F401 - re-exported", Some("ruff"), false),
            ("x = f()  # type: ignore[arg-type]", Some("mypy"), true),
            ("#[allow(dead_code)]", Some("cargo clippy -- -D warnings"), true),
            (
                "#[allow(dead_code, reason = \"read by tests\")]",
                Some("clippy"),
                false,
            ),
            ("// eslint-disable-next-line no-eval", Some("eslint"), true),
            (
                "// eslint-disable-next-line no-eval -- a fixed text",
                Some("eslint"),
                false,
            ),
            ("_ = send() //nolint:errcheck", Some("golangci-lint"), true),
            (
                "_ = send() //nolint:errcheck // Always return nil",
                Some("golangci-lint"),
                false,
            ),
            ("let text = \"x  # noqa\";", None, false),
            ("let x = 1;", None, false),
        ] {
            assert_eq!(mark(line, target).is_some(), silences, "{line} {target:?}");
        }
    }
}
