//! Is a fault said to be fixed although no code changed?
//!
//! Code is every token of a source file that is no comment, and everything in files that are neither documentation nor
//! tests. Whether code that did change mends the fault cannot be told from a change.

use crate::{
    checks::Settings,
    claims::{self, Standing, against, paths::Written, symbols::whole},
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Status, weight, weight::Weight},
        claims::{Claim, Form},
        tests::blame,
    },
    kinds::FileKind,
    limits,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::Fixed];

/// Words by which a fault is one of tests, documentation or layout.
const ELSEWHERE: &[&str] = &[
    "test",
    "spec",
    "flak",
    "doc",
    "readme",
    "comment",
    "typo",
    "spelling",
    "changelog",
    "format",
    "lint",
    "wording",
    "link",
    "fixture",
    "snapshot",
];

/// Every fault that is said to be fixed, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![told(claim, evidence, settings).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, evidence: &Evidence, settings: &Settings) -> Supplied<Standing> {
    if let (Ok(head), Ok(base)) = (evidence.tests(), evidence.base_tests())
        && blame::tally(head, Some(base)).fixed > 0
    {
        return Ok(Standing::supported("a test that was red on the base passes"));
    }
    let files = evidence.change.files();
    if files.is_empty() || is_elsewhere(claim, evidence) {
        return Ok(Standing::unverifiable(
            "the fault may be one of tests or documentation",
        ));
    }
    let mut why = Vec::new();
    let mut unread = None;
    for file in files {
        match without_code(file, evidence, settings) {
            Ok(Some(what)) => why.push(format!("`{}`: {what}", file.path())),
            Ok(None) => {
                return Ok(Standing::unverifiable(
                    "code changed; whether it mends the fault cannot be told",
                ));
            }
            Err(unproven) => unread = Some(unproven),
        }
    }
    if let Some(unproven) = unread {
        return Err(unproven);
    }
    let says = format!(
        "a fault is said to be fixed, and none of the {} changed files has other code",
        files.len()
    );
    let finding = why
        .into_iter()
        .take(limits::NAMED)
        .fold(against(claim, says), |finding, why| finding.because(why));
    Ok(finding.into())
}

/// Whether the fault is said to be in what is no code: by its words, or by the file it names.
fn is_elsewhere(claim: &Claim, evidence: &Evidence) -> bool {
    let mut words = claim.said.iter().chain(&claim.targets).chain(&claim.scope);
    let named = |word: &String| {
        let written = Written::new(word);
        written.is_ok_and(|written| {
            let mut paths = evidence.change.files().iter().map(FileChange::path);
            paths.any(|path| written.means(path).is_some())
        })
    };
    words.any(|word| {
        let lower = word.to_lowercase();
        ELSEWHERE.iter().any(|start| lower.contains(start)) || named(word)
    })
}

/// Why a changed file has no other code than before; `None` where it has.
fn without_code(
    file: &FileChange,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Option<&'static str>> {
    match settings.kinds.of(file.path()) {
        // a program beside the documentation is code
        FileKind::Docs if !settings.kinds.is_source_by_name(file.path()) => return Ok(Some("documentation")),
        FileKind::Test => return Ok(Some("tests")),
        FileKind::Docs
        | FileKind::Lock
        | FileKind::Generated
        | FileKind::Vendored
        | FileKind::Other
        | FileKind::Source => {}
    }
    if file.status != Status::Modified {
        return Ok(None);
    }
    let modes = file.before().map(|side| side.mode) == file.after().map(|side| side.mode);
    if !modes {
        return Ok(None);
    }
    let Some(both) = evidence
        .changed_code()
        .find(|both| both.file.path() == file.path())
    else {
        return Ok(match weight::of(file) {
            // without a parser white space may be code
            Weight::Substance | Weight::Whitespace => None,
            Weight::Comments => Some("only comments"),
        });
    };
    let same = match (whole(both.before())?, whole(both.after())?) {
        (Some(before), Some(after)) => before.tokens.are_those_of(&after.tokens),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    Ok(same.then_some("the same code; only comments or formatting differ"))
}
