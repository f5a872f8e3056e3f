//! Is a file gone that an earlier verdict listed as added?
//!
//! A claim of its removal or renaming, or a commit that says so, lets it go.

use crate::{
    checks::Settings,
    evidence::{Evidence, claims::Form, earlier::Earlier},
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    path::RepoPath,
    risk,
};

/// Beginnings of the words by which authors let a file go.
const LETS_GO: &[&str] = &[
    "remov",
    "delet",
    "drop",
    "mov",
    "renam",
    "replac",
    "merg",
    "split",
    "revert",
    "consolidat",
    "inlin",
    "extract",
];

/// Judges the item.
///
/// # Errors
/// No earlier verdict was given, it lists no added file, or the head cannot be looked into.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let earlier = evidence.earlier()?;
    if earlier.added.is_empty() {
        return Err(Abstain::not_applicable("the earlier verdict lists no added file"));
    }
    let mut findings = Vec::new();
    for shown in &earlier.added {
        let path = path_of(shown, earlier)?;
        let there = evidence.change.entry(Side::Head, &path)?.is_some();
        if !there && !is_let_go(&path, evidence) {
            findings.push(finding(&path, earlier));
        }
    }
    Ok(findings)
}

/// Reports write odd bytes of a path out, with a backslash; such a path cannot be looked up again.
fn path_of(shown: &str, earlier: &Earlier) -> Result<RepoPath, Unproven> {
    let odd = |why: String| Unproven::Insufficient(format!("{}: {why}", crate::escape::line(&earlier.file)));
    if shown.contains('\\') {
        return Err(odd(format!(
            "`{}` cannot be looked up at head",
            crate::escape::line(shown)
        )));
    }
    RepoPath::new(shown).map_err(odd)
}

fn is_let_go(path: &RepoPath, evidence: &Evidence) -> bool {
    let claimed = evidence.claims().is_ok_and(|claims| {
        let mut gone = claims.of(&[Form::FileDeleted, Form::FileRenamed]);
        gone.any(|claim| {
            claim
                .targets
                .iter()
                .any(|target| target.as_bytes() == path.as_bytes())
        })
    });
    let says_so = |text: &str| {
        text.lines()
            .any(|line| risk::names_path(line, path) && lets_go(line))
    };
    claimed || risk::declared(evidence, says_so).is_some()
}

/// Whether a word of the line means that something goes.
fn lets_go(line: &str) -> bool {
    let line = line.to_lowercase();
    let mut words = line.split(|c: char| !c.is_alphabetic());
    words.any(|word| LETS_GO.iter().any(|stem| word.starts_with(stem)))
}

fn finding(path: &RepoPath, earlier: &Earlier) -> Finding {
    let says = format!("`{path}` was added when the work was judged before, and is gone at head");
    let mut finding = Finding::new(Place::File(path.clone()), says)
        .because(format!("earlier verdict: {}", crate::escape::line(&earlier.file)));
    if let Some(head) = &earlier.head {
        let short = crate::escape::line(head.get(..12).unwrap_or(head)).into_owned();
        finding = finding.fix(format!(
            "bring `{path}` back from commit {short}, or claim its removal"
        ));
    }
    finding
}
