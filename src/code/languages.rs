//! Which languages are read? One line each.

mod go;
mod java;
mod javascript;
mod python;
mod rust;

use serde::{Deserialize, Serialize};

use super::{
    assemble::{self, Tests},
    draft::Draft,
    facts::FileFacts,
    tree::{Before, Grammar, Node},
};
use crate::path::RepoPath;

/// A language whose files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LanguageId {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Go.
    Go,
    /// Java.
    Java,
}

/// How a language is parsed.
enum Parse {
    Grammar(&'static Grammar),
    Rust,
}

struct Language {
    id: LanguageId,
    name: &'static str,
    extensions: &'static [&'static str],
    separator: &'static str,
    parse: Parse,
    tests: fn(&Draft<'_>) -> Tests,
}

const fn language(
    id: LanguageId,
    name: &'static str,
    extensions: &'static [&'static str],
    separator: &'static str,
    parse: Parse,
    tests: fn(&Draft<'_>) -> Tests,
) -> Language {
    Language {
        id,
        name,
        extensions,
        separator,
        parse,
        tests,
    }
}

use LanguageId as Id;

#[rustfmt::skip]
static LANGUAGES: &[Language] = &[
    language(Id::Rust, "Rust", &["rs"], "::", Parse::Rust, rust::tests),
    language(Id::Python, "Python", &["py", "pyi"], ".", Parse::Grammar(&python::GRAMMAR), python::tests),
    language(Id::JavaScript, "JavaScript", &["js", "jsx", "mjs", "cjs"], ".", Parse::Grammar(&javascript::JAVASCRIPT), javascript::tests),
    language(Id::TypeScript, "TypeScript", &["ts", "mts", "cts"], ".", Parse::Grammar(&javascript::TYPESCRIPT), javascript::tests),
    language(Id::Tsx, "TypeScript with JSX", &["tsx"], ".", Parse::Grammar(&javascript::TSX), javascript::tests),
    language(Id::Go, "Go", &["go"], ".", Parse::Grammar(&go::GRAMMAR), go::tests),
    language(Id::Java, "Java", &["java"], ".", Parse::Grammar(&java::GRAMMAR), java::tests),
];

impl LanguageId {
    /// The language of a file, by the ending of its name.
    pub fn of(path: &RepoPath) -> Option<Self> {
        // asked of every path of a project many times, so nothing is copied
        let name = path.name();
        let (_, extension) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?;
        let ends = |known: &&str| extension.eq_ignore_ascii_case(known);
        let one = LANGUAGES.iter().find(|one| one.extensions.iter().any(ends))?;
        Some(one.id)
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        self.entry().map_or("", |one| one.name)
    }

    fn entry(self) -> Option<&'static Language> {
        LANGUAGES.iter().find(|one| one.id == self)
    }
}

/// The grammar of a language.
pub(crate) fn grammar(language: LanguageId) -> Option<&'static Grammar> {
    Some(match language.entry()?.parse {
        Parse::Grammar(grammar) => grammar,
        Parse::Rust => &rust::GRAMMAR,
    })
}

/// The facts of a text. A hostile text can end the process or take all of its memory: call it only in a process that
/// may die.
///
/// # Errors
/// The text is too deep, too large or takes too long.
pub fn parse(language: LanguageId, text: &str, out_of_time: &dyn Fn() -> bool) -> Result<FileFacts, String> {
    parse_after(&mut Before::default(), language, text, out_of_time)
}

/// As [`parse`], with the help of the text that was parsed before, which this one takes the place of. The facts are the same.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_after(
    before: &mut Before,
    language: LanguageId,
    text: &str,
    out_of_time: &dyn Fn() -> bool,
) -> Result<FileFacts, String> {
    let Some(language) = language.entry() else {
        return Err("is in a language that is not read".to_owned());
    };
    let draft = match language.parse {
        Parse::Grammar(grammar) => grammar.draft(text, before, out_of_time)?,
        Parse::Rust => rust::draft(text, before, out_of_time)?,
    };
    let tests = (language.tests)(&draft);
    Ok(assemble::facts(&draft, tests, language.separator))
}

/// Asks something of the outermost node of a Python file that a parser process has survived.
///
/// # Errors
/// The tree is deeper or larger than the limits, or the grammar itself is broken.
pub(crate) fn ask_python<T>(text: &str, ask: impl FnOnce(Node<'_>) -> T) -> Result<T, String> {
    let nodes = python::GRAMMAR.nodes(text, &|| false)?;
    Ok(ask(nodes.root()))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::code::tree::oracle;

    fn sources(folder: &Path, found: &mut Vec<(LanguageId, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let language = || LanguageId::of(&RepoPath::new(path.file_name()?.to_str()?).ok()?);
            if path.is_dir() {
                sources(&path, found);
            } else if let (Some(language), Ok(text)) = (language(), fs::read_to_string(&path)) {
                found.push((language, text));
            }
        }
    }

    /// The texts of this project's tests, by language.
    fn texts() -> Vec<(&'static Language, Vec<String>)> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let mut found = Vec::new();
        for folder in ["facts", "cases", "data"] {
            sources(&tests.join(folder), &mut found);
        }
        let of = |language: &'static Language| {
            let is_read = |id: LanguageId| {
                id == language.id || language.id == LanguageId::Tsx && id == LanguageId::TypeScript
            };
            let texts = found.iter().filter(|(id, _)| is_read(*id));
            let texts: Vec<String> = texts.map(|(_, text)| text.clone()).collect();
            assert!(texts.len() > 3, "{} files in {}", texts.len(), language.name);
            (language, texts)
        };
        LANGUAGES.iter().map(of).collect()
    }

    /// A text without a line, with one twice, and with two in each other's place.
    fn changed(text: &str, at: usize) -> [String; 3] {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (mut fewer, mut more, mut swapped) = (lines.clone(), lines.clone(), lines);
        fewer.remove(at);
        more.insert(at / 2, more[at]);
        swapped.swap(at / 3, at);
        [fewer, more, swapped].map(|lines| lines.concat())
    }

    #[test]
    fn the_text_before_changes_no_tree() {
        let mut helped = 0;
        for (language, texts) in texts() {
            let grammar = grammar(language.id).unwrap();
            for text in texts.iter().filter(|text| text.lines().count() > 1) {
                let lines = text.lines().count();
                for at in (0..lines).step_by((lines / 8).max(1)) {
                    for other in changed(text, at) {
                        helped += usize::from(oracle::hold_after(grammar, text, &other));
                        helped += usize::from(oracle::hold_after(grammar, &other, text));
                    }
                }
            }
        }
        assert!(helped > 5_000, "only {helped} texts had help");
    }

    #[test]
    fn the_tables_say_what_the_library_says() {
        for (language, texts) in texts() {
            let grammar = grammar(language.id).unwrap();
            for text in &texts {
                oracle::hold(grammar, text);
                // a file that breaks off
                let half = text.floor_char_boundary(text.len() / 2);
                oracle::hold(grammar, text.get(..half).unwrap_or_default());
            }
        }
    }
}
