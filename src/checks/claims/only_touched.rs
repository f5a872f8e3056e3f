//! Did the change stay inside the set of paths that the author says it is confined to?
//!
//! What follows an edit by itself does not count as touched: white space, a lock file, generated files, and the
//! companions that the policy names.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    claims::{self, Standing, against, paths::Written, symbols::whole},
    code::FileFacts,
    evidence::{
        Evidence,
        change::{FileChange, weight, weight::Weight},
        claims::{Claim, Form},
    },
    kinds::FileKind,
    limits,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::OnlyTouched];

/// Every claim of this form, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![standing(claim, evidence, settings)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

/// One part of the set that a claim names.
enum Part {
    Paths(Written),
    Kind(FileKind),
    /// Only lines without meaning to a machine: white space, or comments too.
    AtMost(Weight),
}

impl Part {
    fn new(word: &str) -> Result<Self, String> {
        match word.to_lowercase().trim_end_matches("-only").trim() {
            "docs" | "doc" | "documentation" => Ok(Self::Kind(FileKind::Docs)),
            "tests" | "test" => Ok(Self::Kind(FileKind::Test)),
            "formatting" | "whitespace" => Ok(Self::AtMost(Weight::Whitespace)),
            "comments" => Ok(Self::AtMost(Weight::Comments)),
            _ => Written::new(word).map(Self::Paths),
        }
    }

    fn holds(&self, file: &FileChange, path: &RepoPath, evidence: &Evidence, settings: &Settings) -> bool {
        match self {
            Self::Paths(written) => written.means(path).is_some(),
            Self::Kind(kind) => settings.kinds.of(path) == *kind,
            Self::AtMost(most) => weight::of(file) <= *most || code_of(file, evidence) == Code::Same,
        }
    }
}

fn standing(claim: &Claim, evidence: &Evidence, settings: &Settings) -> Standing {
    let scope = claim
        .scope
        .iter()
        .flat_map(|scope| scope.split([',', '+']))
        .map(str::trim);
    let words = claim.targets.iter().map(String::as_str).chain(scope);
    let parts: Result<Vec<Part>, String> = words.filter(|word| !word.is_empty()).map(Part::new).collect();
    let parts = match parts {
        Ok(parts) => parts,
        Err(why) => return Standing::Unverifiable(why),
    };
    let files = evidence.change.files();
    let outside: Vec<(&FileChange, &RepoPath)> = files
        .iter()
        .filter(|file| !follows(file, files, settings))
        .flat_map(|file| file.touched().map(move |path| (file, path)))
        .filter(|(file, path)| {
            !parts
                .iter()
                .any(|part| part.holds(file, path, evidence, settings))
        })
        .collect();
    if claim.prose.is_some() {
        return in_prose(claim, &parts, &outside, evidence, settings);
    }
    let by_lines = parts.iter().any(|part| matches!(part, Part::AtMost(_)));
    let paths: Vec<&RepoPath> = outside.iter().map(|(_, path)| *path).collect();
    match (paths.as_slice(), by_lines) {
        ([], _) => Standing::Supported(None),
        ([first, ..], false) => refuted(claim, first, &paths),
        (_, true) => by_tokens(claim, &parts, &outside, evidence),
    }
}

/// Where only lines of some kind are said to differ, other code refutes; what else differs cannot be told.
fn by_tokens(
    claim: &Claim,
    parts: &[Part],
    outside: &[(&FileChange, &RepoPath)],
    evidence: &Evidence,
) -> Standing {
    // a formatter changes quotes, commas and brackets
    let formatting = parts
        .iter()
        .any(|part| matches!(part, Part::AtMost(Weight::Whitespace)));
    let other = outside
        .iter()
        .filter(|(file, _)| !formatting && code_of(file, evidence) == Code::Other);
    let code: Vec<&RepoPath> = other.map(|(_, path)| *path).collect();
    match code.as_slice() {
        [] => Standing::unverifiable("whether more than comments and formatting differs cannot be told"),
        [first, ..] => refuted(claim, first, &code),
    }
}

/// In prose, a set means code: tests, documentation and settings that follow it are not held against its author, and
/// neither is a file of code with tests in it where tests are the set.
fn in_prose(
    claim: &Claim,
    parts: &[Part],
    outside: &[(&FileChange, &RepoPath)],
    evidence: &Evidence,
    settings: &Settings,
) -> Standing {
    if outside.is_empty() {
        return Standing::Supported(None);
    }
    let tests = parts
        .iter()
        .any(|part| matches!(part, Part::Kind(FileKind::Test)));
    let is_code = |(file, path): &&(&FileChange, &RepoPath)| {
        settings.kinds.of(path) == FileKind::Source
            && code_of(file, evidence) == Code::Other
            && !(tests && holds_tests(file, evidence))
    };
    let code: Vec<(&FileChange, &RepoPath)> = outside.iter().filter(is_code).copied().collect();
    let formatting = parts
        .iter()
        .any(|part| matches!(part, Part::AtMost(Weight::Whitespace)));
    let paths: Vec<&RepoPath> = code.iter().map(|(_, path)| *path).collect();
    match paths.as_slice() {
        [first, ..] if !formatting => refuted(claim, first, &paths),
        _ => Standing::unverifiable("what else is touched may follow from the set that is named"),
    }
}

fn holds_tests(file: &FileChange, evidence: &Evidence) -> bool {
    let mut changed = evidence.changed_code();
    let both = changed.find(|both| both.file.path() == file.path());
    both.is_some_and(|both| {
        both.after()
            .ok()
            .flatten()
            .is_some_and(|facts| !facts.tests.is_empty())
    })
}

/// Whether a file has other code than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Same,
    Other,
    Unknown,
}

/// Compares the tokens of both sides. Texts inside the code may be documentation: lines that hold one do not count as
/// other code, and not as the same either.
fn code_of(file: &FileChange, evidence: &Evidence) -> Code {
    let mut changed = evidence.changed_code();
    let Some(both) = changed.find(|both| both.file.path() == file.path()) else {
        return Code::Unknown;
    };
    let (before, after) = match (whole(both.before()), whole(both.after())) {
        (Ok(Some(before)), Ok(Some(after))) => (before, after),
        // a file that is new or gone, with code in it
        (Ok(Some(one)), Ok(None)) | (Ok(None), Ok(Some(one))) if !one.tokens.is_empty() => {
            return Code::Other;
        }
        (_, _) => return Code::Unknown,
    };
    if before.tokens.are_those_of(&after.tokens) {
        return Code::Same;
    }
    if without_texts(&before) == without_texts(&after) {
        Code::Unknown
    } else {
        Code::Other
    }
}

fn without_texts(facts: &FileFacts) -> Vec<u64> {
    let spans = facts.strings.iter().chain(&facts.docstrings);
    let lines: BTreeSet<u32> = spans
        .flat_map(|span| span.first..=span.last.min(facts.lines))
        .collect();
    let tokens = facts.tokens.hashes().zip(facts.tokens.lines());
    let code = tokens.filter(|(_, line)| !lines.contains(line));
    code.map(|(hash, _)| hash).collect()
}

/// Whether a file was touched as a consequence of another one, or without any.
fn follows(file: &FileChange, all: &[FileChange], settings: &Settings) -> bool {
    let path = file.path();
    let companions = settings.policy.scope.companions.iter();
    let mut of_others = companions.filter(|companion| companion.may_touch.matches(path));
    match settings.kinds.of(path) {
        FileKind::Lock | FileKind::Generated => true,
        FileKind::Source | FileKind::Test | FileKind::Docs | FileKind::Vendored | FileKind::Other => {
            weight::of(file) == Weight::Whitespace
                || of_others.any(|companion| all.iter().any(|other| companion.of.matches(other.path())))
        }
    }
}

fn refuted(claim: &Claim, first: &RepoPath, outside: &[&RepoPath]) -> Standing {
    let says = match outside.len() {
        1 => format!("`{first}` was touched, and it lies outside what is said to be touched"),
        count => format!("{count} paths lie outside what is said to be touched, `{first}` first"),
    };
    let mut finding = against(claim, says);
    for path in outside.iter().take(limits::NAMED) {
        finding = finding.because(format!("touched: `{path}`"));
    }
    if let Some(more) = outside.len().checked_sub(limits::NAMED).filter(|more| *more > 0) {
        finding = finding.because(format!("and {more} more"));
    }
    finding
        .fix("name the other paths in the claim, or take their edits out of the change")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        policy::Policy,
    };

    fn told(after: &[(&str, &str)], claim: &str, policy: &str) -> (&'static str, String) {
        let files = |list: &[(&str, &str)]| -> memory::Files {
            let file = |(path, text): &(&str, &str)| {
                (
                    RepoPath::new(path).unwrap(),
                    (Mode::File, text.as_bytes().to_vec()),
                )
            };
            list.iter().map(file).collect()
        };
        let before: Vec<(&str, &str)> = after.iter().map(|(path, _)| (*path, "let a = 1;\n")).collect();
        let evidence = Evidence::of(memory::change(files(&before), files(after)))
            .with_claims(Ok(crate::claims::tests::claims(claim)));
        let policy = Policy::parse("p", policy.as_bytes(), &[].into()).unwrap();
        let settings = Settings::new(policy).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    #[test]
    fn a_path_outside_the_set_refutes() {
        let change = [("src/a.rs", "let a = 2;\n"), ("ci/run.yml", "b: 1\n")];
        assert_eq!(
            told(&change, "- {form: only-touched, target: src/}", "{}"),
            (
                "refuted",
                "`ci/run.yml` was touched, and it lies outside what is said to be touched".to_owned()
            )
        );
        assert_eq!(
            told(&change, "- {form: only-touched, target: [src, ci/*.yml]}", "{}").0,
            "supported"
        );
        assert_eq!(
            told(&change, "- {form: only-touched, scope: docs}", "{}").0,
            "refuted"
        );
    }

    #[test]
    fn scope_words_name_kinds_of_files() {
        let change = [("docs/a.md", "new\n"), ("tests/a.rs", "let a = 3;\n")];
        assert_eq!(
            told(&change, "- {form: only-touched, scope: 'docs, tests'}", "{}").0,
            "supported"
        );
        assert_eq!(
            told(&change, "- {form: only-touched, scope: tests}", "{}").0,
            "refuted"
        );
    }

    #[test]
    fn what_follows_by_itself_is_not_held_against_the_author() {
        let change = [
            ("src/a.rs", "let a = 2;\n"),
            ("src/b.rs", "let  a  =  1;\n"),
            ("Cargo.lock", "x\n"),
            ("web/__snapshots__/a.snap", "x\n"),
            ("api/openapi.yaml", "x: 1\n"),
        ];
        let policy = "scope:\n  companions:\n    - of: src/**\n      may-touch: api/openapi.yaml\n";
        assert_eq!(
            told(&change, "- {form: only-touched, target: src/a.rs}", policy).0,
            "supported"
        );
    }

    #[test]
    fn comments_and_formatting_are_supported_or_left_open() {
        let reformatted = [("src/a.rs", "let a\n  = 1;\n")];
        assert_eq!(
            told(&reformatted, "- {form: only-touched, scope: formatting}", "{}").0,
            "supported"
        );
        let edited = [("src/a.rs", "let a = 2; // why\n")];
        assert_eq!(
            told(&edited, "- {form: only-touched, scope: comments}", "{}").0,
            "not checked"
        );
    }
}
