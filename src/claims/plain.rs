//! What does a report say, without its feelings?
//!
//! Status lines first, one a claim, in a fixed form that a next run can compare; everything else below as commentary.

use std::fmt::Write as _;

use super::{hype, modality::Why, prose::Told};
use crate::{
    escape,
    evidence::claims::{Claim, Rank, Status, document::Document},
};

/// The status lines of claims, then the commentary of the texts.
pub fn restate(claims: &[Claim], texts: &[(&Document, Vec<Told>)]) -> String {
    let mut status: Vec<String> = claims.iter().map(status).collect();
    let told = || texts.iter().flat_map(|(_, told)| told);
    let left = |why: Why| told().filter(move |one| one.became.as_ref().err() == Some(&why));
    status.extend(left(Why::OpenBox).map(|one| format!("open      {}", line(one))));
    status.extend(left(Why::Future).map(|one| format!("planned   {}", line(one))));
    status.dedup();
    let mut out = String::from("status:\n");
    for line in &status {
        let _ = writeln!(out, "  {line}");
    }
    out.push_str("commentary:\n");
    for one in told() {
        let is_comment = one
            .became
            .as_ref()
            .is_err_and(|why| !matches!(why, Why::OpenBox | Why::Future | Why::Template));
        let line = line(one);
        if is_comment && line.chars().any(char::is_alphanumeric) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}

fn line(told: &Told) -> String {
    escape::line(&hype::sober(&told.clause)).into_owned()
}

/// `done      file-created src/a.rs`: what, and about what.
fn status(claim: &Claim) -> String {
    let word = match claim.status {
        Status::Done => "done",
        Status::NotDone => "not done",
        Status::Failed => "failed",
    };
    let mut line = format!("{word:<9} {}", said(claim));
    if claim.rank == Rank::Commit {
        line = format!("{line} ({})", claim.place());
    }
    line
}

/// Its form and everything that it is about, as one line that is safe to show.
pub fn said(claim: &Claim) -> String {
    let mut words = vec![claim.form_name.clone()];
    words.extend(claim.targets.iter().cloned());
    words.extend(claim.to.iter().map(|to| format!("to {to}")));
    words.extend(claim.count.words());
    words.extend(claim.in_scope());
    escape::line(&words.join(" ")).into_owned()
}
