//! Does the author keep silent about a risky change?
//!
//! A workflow, a migration, a deleted test, a file made executable: what the task and the policy do not approve must
//! be named somewhere, in a claim, a text or a commit message. Comments and white space need no word. New packages are
//! asked about by `dependencies-added`, hidden edits of protected paths by `scope-protected-path`.

use std::collections::BTreeMap;

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{FileChange, weight, weight::Weight},
        claims::document::Document,
    },
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    limits,
    risk::{self, Class, Standing},
};

/// Files of one class that each get their own finding; more are told in one.
const EACH: usize = 3;

/// Judges the item.
///
/// # Errors
/// There is neither a claim nor a commit message that could name anything, or the change carries no such risk.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let risky: Vec<(&FileChange, &Class)> = evidence
        .change
        .files()
        .iter()
        .filter(|file| weight::of(file) == Weight::Substance)
        // the closest class decides: a deleted workflow is told as a workflow, once
        .filter_map(|file| Some((file, settings.risks.of(file, &settings.kinds).next()?)))
        .collect();
    if risky.is_empty() {
        return Err(Abstain::not_applicable(
            "nothing in the change calls for a word of its own",
        ));
    }
    if evidence.change.commits().is_err() {
        evidence.claims()?;
    }
    let risky: Vec<_> = risky
        .into_iter()
        .filter(|(file, _)| !is_told_elsewhere(file, evidence, settings))
        .collect();
    if risky.is_empty() {
        return Err(Abstain::not_applicable(
            "`scope-protected-path` tells of everything that nobody named",
        ));
    }
    let mut hidden: BTreeMap<&str, (&Class, Vec<&FileChange>)> = BTreeMap::new();
    for (file, class) in risky {
        if risk::standing(class, file, evidence, &settings.policy) == Standing::Hidden {
            hidden
                .entry(&class.id)
                .or_insert((class, Vec::new()))
                .1
                .push(file);
        }
    }
    // what is hidden here may be named where a text was cut off
    if let (false, Some(cut)) = (hidden.is_empty(), cut_off(evidence)) {
        let why = format!("the end of {} is missing", crate::escape::line(cut.name()));
        return Err(Unproven::Insufficient(why).into());
    }
    Ok(hidden
        .into_values()
        .flat_map(|(class, files)| findings(class, &files))
        .collect())
}

fn cut_off(evidence: &Evidence) -> Option<&Document> {
    let mut texts = evidence.claims().ok()?.documents.iter();
    texts.find(|text| text.truncated)
}

/// One fault is told once: a hidden edit of a protected path breaks `scope-protected-path`, unless that is off.
fn is_told_elsewhere(file: &FileChange, evidence: &Evidence, settings: &Settings) -> bool {
    let hidden = |class: &Class| {
        class.protected && risk::standing(class, file, evidence, &settings.policy) == Standing::Hidden
    };
    settings.policy.levels.0.get("scope-protected-path") != Some(&Level::Off)
        && settings.risks.of(file, &settings.kinds).any(hidden)
}

fn findings(class: &Class, files: &[&FileChange]) -> Vec<Finding> {
    if files.len() <= EACH {
        return files.iter().map(|file| finding(class, file)).collect();
    }
    let Some(first) = files.first() else {
        return Vec::new();
    };
    let says = format!(
        "{} files, `{}` first, are each {}, and nothing that the author says names them",
        files.len(),
        first.path(),
        class.what
    );
    let shown = files.iter().take(limits::NAMED);
    let finding = shown.fold(
        Finding::new(Place::File(first.path().clone()), says),
        |finding, file| finding.because(format!("{}: `{}`", file.status.name(), file.path())),
    );
    vec![with_way_out(class, finding)]
}

fn finding(class: &Class, file: &FileChange) -> Finding {
    let path = file.path();
    let says = format!(
        "`{path}` is {}, and nothing that the author says names it",
        class.what
    );
    let finding =
        Finding::new(Place::File(path.clone()), says).because(format!("{}: `{path}`", file.status.name()));
    with_way_out(class, finding)
}

fn with_way_out(class: &Class, finding: Finding) -> Finding {
    finding.fix(format!(
        "name it in the claims or a commit message, or let the task approve `{}`",
        class.id
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Mode, memory},
            claims::Claims,
            task::Task,
        },
        path::RepoPath,
        policy::Policy,
    };

    fn evidence(before: &[&str], after: &[&str], text: &str) -> Evidence {
        let files = |paths: &[&str]| -> memory::Files {
            let file = |path: &&str| {
                (
                    RepoPath::new(path).unwrap(),
                    (Mode::File, path.as_bytes().to_vec()),
                )
            };
            paths.iter().map(file).collect()
        };
        Evidence::of(memory::change(files(before), files(after))).with_claims(Ok(Claims {
            documents: vec![crate::evidence::claims::document::Document::text("pr.md", text)],
            ..Claims::default()
        }))
    }

    fn judged(evidence: &Evidence) -> Judged {
        run(evidence, &Settings::new(Policy::default()).unwrap())
    }

    #[test]
    fn a_risk_is_hidden_declared_or_approved() {
        let migration = "migrations/0002_more.sql";
        let hidden = evidence(&[], &[migration], "adds a retry to the client");
        let found = judged(&hidden).unwrap();
        assert_eq!(found[0].place.to_string(), migration);
        assert_eq!(
            judged(&evidence(&[], &[migration], "migrates the orders")),
            Ok(Vec::new())
        );
        let approved = hidden.with_task(Ok(Task {
            approve: vec!["migration".to_owned()],
            ..Task::default()
        }));
        assert_eq!(judged(&approved), Ok(Vec::new()));
    }

    #[test]
    fn a_text_without_its_end_may_have_named_the_risk() {
        let text = Document::text("merge request", "adds a retry to the client").cut_off(true);
        let hidden = evidence(&[], &["migrations/0002_more.sql"], "").with_claims(Ok(Claims {
            documents: vec![text],
            ..Claims::default()
        }));
        assert!(matches!(
            judged(&hidden),
            Err(Abstain::Unproven(Unproven::Insufficient(_)))
        ));
    }

    #[test]
    fn a_hidden_workflow_is_told_once_by_the_check_of_protected_paths() {
        let workflow = ".github/workflows/ci.yml";
        let hidden = evidence(&[], &[workflow], "adds a retry to the client");
        assert!(matches!(judged(&hidden), Err(Abstain::NotApplicable(_))));
        let mut policy = Policy::default();
        policy
            .levels
            .0
            .insert("scope-protected-path".to_owned(), Level::Off);
        let found = run(&hidden, &Settings::new(policy).unwrap()).unwrap();
        assert_eq!(found[0].place.to_string(), workflow);
        assert_eq!(
            judged(&evidence(&[], &[workflow], "runs CI on main")),
            Ok(Vec::new())
        );
    }

    #[test]
    fn many_files_of_one_class_are_told_in_one_finding() {
        let tests: Vec<String> = (0..5).map(|n| format!("tests/t{n}.rs")).collect();
        let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
        let found = judged(&evidence(&tests, &[], "adds a cache")).unwrap();
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .says
                .starts_with("5 files, `tests/t0.rs` first, are each a deleted test file"),
            "{}",
            found[0].says
        );
    }

    #[test]
    fn a_change_without_risk_leaves_nothing_to_judge() {
        assert!(matches!(
            judged(&evidence(&[], &["src/a.rs"], "")),
            Err(Abstain::NotApplicable(_))
        ));
    }

    #[test]
    fn without_any_word_of_the_author_nothing_is_told() {
        let file = (RepoPath::new("AGENTS.md").unwrap(), (Mode::File, b"x".to_vec()));
        let silent = Evidence::of(memory::change([].into(), [file].into()));
        assert!(matches!(judged(&silent), Err(Abstain::Unproven(_))));
    }
}
