//! Is the change empty although code is said or asked to change?
//!
//! Nothing at all, white space, or comments: decided from the tokens of both sides where the language is read, else from
//! the lines. In doubt a change counts as something.

use crate::{
    checks::Settings,
    claims::prose,
    code::LanguageId,
    escape,
    evidence::{
        Evidence,
        change::{
            FileChange, Status,
            weight::{self, Weight},
        },
        claims::{Claims, Form, document::Document},
        task::{Task, TaskKind},
    },
    finding::{Abstain, Finding, Judged, Kind, Level, Place, Side, Unproven, number},
    limits, risk,
};

/// Forms that are true only where code is different.
const CODE: &[Form] = &[
    Form::FileCreated,
    Form::FileDeleted,
    Form::FileRenamed,
    Form::SymbolAdded,
    Form::SymbolRemoved,
    Form::SymbolRenamed,
    Form::TestsAdded,
    Form::DepAdded,
    Form::DepRemoved,
    Form::Fixed,
];

/// Words by which an author owns up to a change of comments or layout.
const OWNED_UP: &[&str] = &[
    "comment",
    "docstring",
    "format",
    "indent",
    "lint",
    "reformat",
    "rustdoc",
    "spelling",
    "typo",
    "whitespace",
    "wording",
];

/// Words by which an author owns up that nothing changed.
const NOTHING: &[&str] = &[
    "already",
    "empty",
    "investigat",
    "no change",
    "no code change",
    "no-op",
    "noop",
    "not needed",
    "nothing",
    "trigger",
    "unnecessary",
];

/// Judges the item.
///
/// # Errors
/// The change is empty, and neither a task nor a claim says whether it should be.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let files = evidence.change.files();
    let heaviest = heaviest(evidence);
    if heaviest == Some(Weight::Substance) {
        return Ok(Vec::new());
    }
    let (task, claims) = (evidence.task().ok(), evidence.claims().ok());
    if task.and_then(|task| task.kind) == Some(TaskKind::Docs) && heaviest.is_some() {
        return Ok(Vec::new());
    }
    let reasons = reasons(task, claims, heaviest);
    if reasons.is_empty() {
        return silent(task, claims);
    }
    let says = match heaviest {
        None => "nothing changed",
        Some(Weight::Whitespace) => "only white space changed",
        Some(Weight::Comments | Weight::Substance) => "only comments and white space changed",
    };
    let mut finding = Finding::new(Place::Change, says);
    for file in files.iter().take(limits::NAMED) {
        finding = finding.because(format!(
            "{} in `{}`",
            number(file.churn(), "line differs", "lines differ"),
            file.path()
        ));
    }
    finding = reasons.into_iter().fold(finding, Finding::because);
    let owned_up = risk::declared(evidence, |text| {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.any(|word| OWNED_UP.iter().any(|start| word.starts_with(start)))
    });
    Ok(vec![match owned_up.filter(|_| heaviest.is_some()) {
        Some(place) => finding.because(format!("declared: {place}")).at_most(Level::Warn),
        None => finding,
    }])
}

/// The weight of the heaviest file. Files are parsed only where no other file has substance.
fn heaviest(evidence: &Evidence) -> Option<Weight> {
    let files = evidence.change.files();
    let by_lines = files.iter().map(|file| (file, weight::of(file)));
    let is_read =
        |file: &FileChange| file.status == Status::Modified && LanguageId::of(file.path()).is_some();
    let rest = by_lines.clone().filter(|(file, _)| !is_read(file));
    let rest = rest.map(|(_, weight)| weight).max();
    if rest == Some(Weight::Substance) {
        return rest;
    }
    let read = by_lines.filter(|(file, _)| is_read(file));
    let read =
        read.map(|(file, guess)| by_tokens(file, evidence).map_or(guess, |same| weigh(file, guess, same)));
    rest.into_iter().chain(read).max()
}

/// Whether both sides of a file have the same tokens; `None` where one could not be parsed.
fn by_tokens(file: &FileChange, evidence: &Evidence) -> Option<bool> {
    let before = evidence.code(&file.before()?.path, Side::Base).ok()?;
    let after = evidence.code(&file.after()?.path, Side::Head).ok()?;
    let parse = before.parses() && after.parses();
    parse.then(|| before.tokens.are_those_of(&after.tokens))
}

/// Tokens overrule what the lines look like, except where a tool obeys a comment or an example in it, or where the mode
/// changed.
fn weigh(file: &FileChange, guess: Weight, same_tokens: bool) -> Weight {
    let same_mode = file.before().map(|side| side.mode) == file.after().map(|side| side.mode);
    let obeyed = || {
        let mut lines = file.added().chain(file.removed());
        lines.any(|line| weight::is_obeyed(&line.text))
    };
    match (same_tokens, guess) {
        (false, _) => Weight::Substance,
        (true, Weight::Substance) if same_mode && file.churn() > 0 && !obeyed() => Weight::Comments,
        (true, Weight::Substance | Weight::Comments | Weight::Whitespace) => guess,
    }
}

/// What calls for more than the change holds: the task's kind, and claims of edits.
fn reasons(task: Option<&Task>, claims: Option<&Claims>, heaviest: Option<Weight>) -> Vec<String> {
    let kind = task
        .and_then(|task| task.kind)
        .filter(|kind| kind.changes_code() || heaviest.is_none());
    let kind = kind.map(|kind| format!("task: its kind, `{}`, calls for a change", name(kind)));
    let forms = if heaviest.is_none() { Form::WORK } else { CODE };
    let claimed = claims
        .into_iter()
        .flat_map(|claims| claims.of(forms))
        .take(limits::NAMED);
    let claimed = claimed.map(|claim| format!("claim: {} ({})", claim.quote(), claim.place()));
    let deeds = claims
        .filter(|_| heaviest.is_none())
        .map(deeds)
        .unwrap_or_default();
    let mut reasons: Vec<String> = kind.into_iter().chain(claimed).collect();
    for deed in deeds {
        // a claim of a known form is told already
        if reasons.len() < limits::NAMED && !reasons.contains(&deed) {
            reasons.push(deed);
        }
    }
    reasons
}

/// What the texts tell to have been done, those left out that own up to nothing.
fn deeds(claims: &Claims) -> Vec<String> {
    let owns_up = |document: &&Document| {
        let text = [document.title.as_deref().unwrap_or_default(), &document.body].join("\n");
        let lower = text.to_lowercase();
        NOTHING.iter().any(|word| lower.contains(word))
    };
    let texts = claims.documents.iter().filter(|document| !owns_up(document));
    let told = texts.flat_map(|document| {
        let name = document.name().to_owned();
        let deeds = prose::deeds(document).into_iter();
        deeds.map(move |(quote, line)| {
            let line_of = escape::line(&quote);
            let quote = escape::cut(&line_of, limits::MESSAGE_BYTES);
            format!("claim: {quote} ({name}:{line})")
        })
    });
    told.collect()
}

const fn name(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Fix => "fix",
        TaskKind::Feature => "feature",
        TaskKind::Refactor => "refactor",
        TaskKind::Tests => "tests",
        TaskKind::Docs => "docs",
        TaskKind::Chore => "chore",
    }
}

/// A light change that nobody called for: fine where somebody said what it is, unknown where nobody did.
fn silent(task: Option<&Task>, claims: Option<&Claims>) -> Judged {
    match (task, claims) {
        (None, None) => Err(Unproven::NotSupplied(Kind::Task).into()),
        (Some(task), None) if task.kind.is_none() => Err(Abstain::not_applicable(
            "the task does not say whether code should change",
        )),
        (Some(_), _) | (_, Some(_)) => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
        policy::Policy,
    };

    fn change(before: &str, after: &str) -> Evidence {
        let files = |text: &str| -> memory::Files {
            let path = RepoPath::new("src/a.rs").unwrap();
            [(path, (Mode::File, text.as_bytes().to_vec()))].into()
        };
        Evidence::of(memory::change(files(before), files(after)))
    }

    fn judged(evidence: &Evidence) -> Judged {
        run(evidence, &Settings::new(Policy::default()).unwrap())
    }

    fn task(kind: TaskKind) -> Task {
        Task {
            kind: Some(kind),
            ..Task::default()
        }
    }

    fn claims(text: &str) -> Claims {
        crate::claims::tests::claims(text)
    }

    const CODE: &str = "fn a() {\n    b();\n}\n";

    #[test]
    fn a_fix_that_changes_nothing_is_empty() {
        for after in [CODE, "fn a() { b(); }\n", "// now fixed\nfn a() {\n    b();\n}\n"] {
            let found = judged(&change(CODE, after).with_task(Ok(task(TaskKind::Fix)))).unwrap();
            assert_eq!(found.len(), 1, "{after}");
        }
        let real = change(CODE, "fn a() {\n    c();\n}\n").with_task(Ok(task(TaskKind::Fix)));
        assert_eq!(judged(&real), Ok(Vec::new()));
    }

    #[test]
    fn claims_of_edits_call_for_a_change() {
        let edited = || Ok(claims("- form: file-edited\n  target: src/a.rs\n"));
        assert_eq!(
            judged(&change(CODE, CODE).with_claims(edited())).unwrap().len(),
            1
        );
        // a comment is an edit of its file
        let comment = format!("// why\n{CODE}");
        assert_eq!(
            judged(&change(CODE, &comment).with_claims(edited())),
            Ok(Vec::new())
        );
        let tests = Ok(claims("- form: tests-added\n  source: covers the retry\n"));
        assert_eq!(
            judged(&change(CODE, &comment).with_claims(tests)).unwrap()[0].at_most,
            None
        );
    }

    #[test]
    fn comments_that_are_owned_up_only_warn() {
        let claims = claims("- form: fixed\n  source: fix a typo in a comment\n");
        let found = judged(&change(CODE, &format!("// why\n{CODE}")).with_claims(Ok(claims))).unwrap();
        assert_eq!(found[0].at_most, Some(Level::Warn));
    }

    #[test]
    fn documentation_tasks_may_change_comments_only() {
        let comment = format!("// why\n{CODE}");
        assert_eq!(
            judged(&change(CODE, &comment).with_task(Ok(task(TaskKind::Docs)))),
            Ok(Vec::new())
        );
        assert_eq!(
            judged(&change(CODE, CODE).with_task(Ok(task(TaskKind::Docs))))
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn an_empty_change_about_which_nobody_speaks_is_not_told() {
        assert!(matches!(judged(&change(CODE, CODE)), Err(Abstain::Unproven(_))));
    }
}
