//! Is an item ticked that is not so, or everything said to be done while boxes are open?
//!
//! What a ticked item says is judged like any claim of its form, and told here.

use std::cell::LazyCell;

use crate::{
    checks::Settings,
    claims::{
        Standing,
        modality::Why,
        prose::{self, Told},
        tokens::Token,
    },
    evidence::{
        Evidence,
        claims::{Claim, document::Document},
    },
    finding::{Abstain, Finding, Judged, Level},
    limits,
};

/// Sentences that leave nothing open.
const ALL_DONE: &[&str] = &[
    "all tasks are complete",
    "all tasks are done",
    "all tasks completed",
    "all items are complete",
    "all items are done",
    "all items completed",
    "everything is done",
    "everything is complete",
    "all requirements are met",
    "all boxes are ticked",
    "all steps are complete",
    "all steps completed",
    "nothing is left to do",
    "all todos are done",
    "all acceptance criteria are met",
];

/// Judges the item.
///
/// # Errors
/// No claims were given, or no item is ticked and nothing is said of all of them.
pub fn run(evidence: &Evidence, _: &Settings, told: &super::Told<'_>) -> Judged {
    evidence.said()?;
    let ticked = told.all().filter(|(claim, _)| claim.is_ticked());
    let (mut judged, mut findings) = (false, Vec::new());
    for (claim, standing) in ticked {
        match standing {
            Standing::Refuted(finding) => findings.push(ticked_wrongly(claim, (**finding).clone())),
            Standing::Supported(_) => judged = true,
            Standing::Unverifiable(_) | Standing::Lacking(_) => {}
        }
    }
    let claims = evidence.claims().ok();
    let texts = claims.map_or(&[][..], |claims| claims.documents.as_slice());
    // finding the templates walks the whole tree
    let templates = LazyCell::new(|| prose::Templates::of(&evidence.change));
    for text in texts.iter().filter(|text| !text.truncated) {
        let told = prose::read(text, &templates);
        let done = told
            .iter()
            .find(|one| says_all(&one.clause.tokens) && one.clause.section.claims() && !one.clause.asks);
        let open: Vec<&Told> = told.iter().filter(|one| is_open(one)).collect();
        judged |= done.is_some();
        if let (Some(done), [first, ..]) = (done, open.as_slice()) {
            findings.push(left_open(text, done, first, open.len()));
        }
    }
    if findings.is_empty() {
        evidence.claims()?;
    }
    if findings.is_empty() && !judged {
        return Err(Abstain::not_applicable("no ticked item can be decided"));
    }
    Ok(findings)
}

fn ticked_wrongly(claim: &Claim, mut finding: Finding) -> Finding {
    finding.says = format!("a ticked item is not so: {}", finding.says);
    finding.because(format!("the item is read as `{}`", claim.form_name))
}

fn says_all(tokens: &[Token]) -> bool {
    crate::claims::forms::holds(tokens, ALL_DONE)
}

/// An open box of the author's own that is no plan, no instruction and none for a reviewer.
fn is_open(told: &Told) -> bool {
    let reviewer = crate::claims::forms::holds(
        &told.clause.tokens,
        &[
            "review",
            "reviewer",
            "reviewers",
            "human",
            "verify",
            "follow-up",
            "optional",
        ],
    );
    told.became.as_ref().err() == Some(&Why::OpenBox) && told.clause.section.claims() && !reviewer
}

fn left_open(text: &Document, done: &Told, first: &Told, count: usize) -> Finding {
    let line = prose::place(&text.body, &done.clause.range).0;
    let quote = crate::escape::line(&done.quote).into_owned();
    let item = crate::escape::cut(&crate::escape::line(&first.quote), limits::MESSAGE_BYTES).into_owned();
    Finding::new(text.place(line), format!("`{quote}`, and {count} boxes are open"))
        .because(format!(
            "{}: open: {item}",
            text.place(prose::place(&text.body, &first.clause.range).0)
        ))
        .fix("tick what is done, or say what is left")
        .at_most(Level::Warn)
}
