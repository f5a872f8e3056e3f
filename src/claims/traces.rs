//! May a changed line or file be a test that is not counted as one?
//!
//! Tests are counted by their definitions, in the languages that are read. A documented example, a case that is data, a
//! job of the CI system and a macro that is not known are tests too, or may be: who says "added tests" of them is no liar.
//! A comment, a string and a manual that only speak of tests are none.

use crate::{
    code::LanguageId,
    comments,
    evidence::change::{Content, FileChange, Mode},
    kinds::{FileKind, Kinds},
};

/// Words of a path by which its file may hold tests, or what they run on.
#[rustfmt::skip]
const OF_PATHS: &[&str] = &[
    "test", "tests", "testing", "testdata", "testcases", "spec", "specs", "e2e", "it", "snap", "snaps", "snapshot",
    "snapshots", "fixture", "fixtures", "scenario", "scenarios", "golden", "goldens", "cypress", "playwright",
    "slt", "case", "cases", "corpus", "expected", "baseline", "baselines", "approved", "verified",
    "stories", "story", "example", "examples", "bench", "benches", "mock", "mocks", "sample", "samples", "qa", "smoke",
    "ipynb", "http", "bats", "robot", "cram", "trycmd", "txtar",
];

/// Words of an identifier, or of a line of settings, by which it may be a test.
#[rustfmt::skip]
const OF_CODE: &[&str] = &[
    "test", "tests", "testing", "testcase", "testcases", "unittest", "unittests", "doctest", "doctests", "spec", "specs",
    "pytest", "rstest", "proptest", "quickcheck", "nextest", "jest", "vitest", "mocha", "jasmine", "karma", "playwright",
    "cypress", "e2e", "junit", "testng", "tox", "nox", "insta", "trybuild", "fuzz", "fuzzing", "scenario", "scenarios",
    "fixture", "fixtures", "hypothesis", "smoke", "selftest", "ctest", "gtest", "rspec",
];

/// Words that call an assertion where it stands in code of these languages; in others they stand in any code.
const ASSERTIONS: &[&str] = &["assert", "expect", "describe", "it", "should"];

/// Where a change has something that may be a test: the file, and the line where it is one.
pub fn of_tests(file: &FileChange, kinds: &Kinds) -> Option<String> {
    let after = file.after()?;
    let path = file.path();
    let name = path.lossy();
    if after.mode == Mode::Submodule || !matches!(file.content, Content::Text(_)) || holds(&name, OF_PATHS) {
        return Some(path.to_string());
    }
    let (extension, language) = (path.extension(), LanguageId::of(path));
    let is_trace = |text: &str| match (language, kinds.of(path)) {
        // every package about tests has its name there
        (_, FileKind::Lock) => false,
        (Some(language), _) => in_code(language, &extension, text),
        // what a manual says of tests is none, unless it is a session of an interpreter
        (None, FileKind::Docs) => text.trim_start().starts_with(">>>"),
        (
            None,
            FileKind::Source | FileKind::Test | FileKind::Generated | FileKind::Vendored | FileKind::Other,
        ) => holds(text, OF_CODE),
    };
    let line = file.added().find(|line| is_trace(&line.text))?;
    Some(format!("{path}:{}", line.number))
}

/// Whether a line of code may be a test or a part of one.
fn in_code(language: LanguageId, extension: &str, line: &str) -> bool {
    let text = line.trim_start();
    if comments::is_comment_or_blank(extension, line) || text.starts_with('*') {
        return is_example(text);
    }
    let code = without_strings(line);
    let asserts = match language {
        // both stand in any code there
        LanguageId::Rust => false,
        LanguageId::Python | LanguageId::Go | LanguageId::Java => words(&code).any(|word| word == "assert"),
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => {
            words(&code).any(|word| ASSERTIONS.contains(&word.as_str()))
        }
    };
    asserts || text.starts_with(">>>") || text.starts_with("#[case") || holds(&code, OF_CODE)
}

/// A documented example that a runner may run: a fence, a prompt, an assertion.
fn is_example(comment: &str) -> bool {
    let text = comment.trim_start_matches(['/', '*', '!', '#', ' ']);
    text.starts_with("```")
        || text.starts_with(">>>")
        || text.starts_with("@example")
        || text.starts_with("assert")
}

fn holds(text: &str, known: &[&str]) -> bool {
    words(text).any(|word| known.contains(&word.as_str()))
}

/// The words of names, in lower case: `my_testCases2` has `my`, `test` and `cases2`.
fn words(text: &str) -> impl Iterator<Item = String> {
    let pieces = text.split(|c: char| !c.is_alphanumeric());
    pieces.flat_map(|piece| {
        let mut words = vec![String::new()];
        let mut small = false;
        for character in piece.chars() {
            if character.is_uppercase() && small {
                words.push(String::new());
            }
            small = character.is_lowercase();
            if let Some(word) = words.last_mut() {
                word.extend(character.to_lowercase());
            }
        }
        words.push(piece.to_lowercase());
        words
    })
}

/// A line without what stands between its quotes.
fn without_strings(line: &str) -> String {
    let (mut code, mut open) = (String::new(), None);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match open {
            Some(_) if character == '\\' => {
                characters.next();
            }
            Some(quote) if quote == character => open = None,
            Some(_) => {}
            None if matches!(character, '"' | '`') => open = Some(character),
            None => code.push(character),
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{evidence::change::memory, path::RepoPath};

    fn trace(path: &str, text: &str) -> Option<String> {
        let file = |text: &str| -> memory::Files {
            [(
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )]
            .into()
        };
        let change = memory::change(file("\n"), file(&format!("\n{text}\n")));
        of_tests(&change.files()[0], &Kinds::new(&crate::policy::Paths::default()))
    }

    #[test]
    fn what_may_be_a_test_is_named() {
        for (path, text) in [
            ("src/a.rs", "/// ```"),
            ("src/a.rs", "/// assert_eq!(half(4), 2);"),
            ("src/a.rs", "table_test!(halves, 4, 2);"),
            ("src/a.rs", "#[wasm_bindgen_test]"),
            ("src/a.py", "    >>> half(4)"),
            ("src/a.py", "    assert half(4) == 2"),
            ("src/a.py", "class HalfTestCase(Base):"),
            ("src/a.ts", "it('halves', () => {"),
            (".github/workflows/ci.yml", "      - run: cargo nextest run"),
            ("Makefile", "smoke: build"),
            ("package.json", "    \"test\": \"vitest\""),
            ("README.md", ">>> half(4)"),
            ("data/cases/four.json", "{}"),
            ("src/fixtures.ts", "export const a = 1;"),
        ] {
            assert!(trace(path, text).is_some(), "{path}: {text}");
        }
    }

    #[test]
    fn what_only_speaks_of_tests_is_not() {
        for (path, text) in [
            ("src/a.rs", "// the tests check this too"),
            ("src/a.rs", "let value = lock.expect(\"tested above\");"),
            ("src/a.rs", "assert!(value > 0);"),
            ("src/a.rs", "let latest = contest(attestation);"),
            ("src/a.rs", "fn verify_signature() {}"),
            ("src/a.py", "# should be tested by hand"),
            ("src/a.py", "raise Error(\"run the tests\")"),
            ("src/a.go", "// Test is a word"),
            ("README.md", "Run the tests with `cargo test`."),
            ("CHANGELOG.md", "- added tests"),
            ("package-lock.json", "    \"node_modules/jest\": {"),
            ("Cargo.lock", "name = \"insta\""),
        ] {
            assert_eq!(trace(path, text), None, "{path}: {text}");
        }
    }
}
