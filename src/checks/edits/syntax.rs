//! Does a file that parsed before, or that is new, not parse any more?
//!
//! The parser's word is taken only where the change gave it reason: base had no error at all. The finding stands at the
//! error that is nearest to what the change wrote.

use crate::{
    checks::{Settings, edits::is_own_code},
    code::facts::{FileFacts, ParseError},
    evidence::{Evidence, Supplied, change::FileChange, code::Both},
    finding::{Abstain, Finding, Judged, Place},
};

/// What templates are written in: such a file is code only once it was filled in.
const TEMPLATE: &[&str] = &["{%", "{{", "<%", "${{"];

/// Judges the item.
///
/// # Errors
/// No source file of a language that is read was edited, or one could not be parsed at all.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut findings, mut unread, mut any) = (Vec::new(), None, false);
    for both in evidence.changed_code() {
        if both.file.after().is_none() || !is_own_code(both.file.path(), &settings.kinds) {
            continue;
        }
        any = true;
        match look(&both) {
            Ok(found) => findings.extend(found),
            Err(why) => unread = Some(why),
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if !any => Err(Abstain::not_applicable(
            "no source file of a language that is parsed was edited",
        )),
        Some(_) | None => Ok(findings),
    }
}

fn look(both: &Both<'_>) -> Supplied<Option<Finding>> {
    let Some(after) = both.after()? else {
        return Ok(None);
    };
    if after.parses() || !both.before()?.is_none_or(FileFacts::parses) || is_template(both.file) {
        return Ok(None);
    }
    // an unclosed bracket may be noticed far from where it stands
    let near = after.errors.iter().find(|error| is_near(error, both.file));
    let Some(first) = near.or_else(|| after.errors.first()) else {
        return Ok(None);
    };
    let path = both.file.path();
    let before = if both.file.before().is_some() {
        "parsed before"
    } else {
        "is new"
    };
    let finding = Finding::new(
        Place::line(path, first.line),
        format!(
            "`{path}` {before} and has {} place(s) that do not parse",
            after.errors.len()
        ),
    );
    let others = after.errors.iter().take(crate::limits::NAMED);
    Ok(Some(others.fold(finding, |finding, error| {
        finding.because(format!("line {}: {}", error.line, error.says))
    })))
}

/// Whether an error lies on an added line, or on the line before or behind one that is gone.
fn is_near(error: &ParseError, file: &FileChange) -> bool {
    if file.adds_line(error.line) {
        return true;
    }
    let mut shift = 0_i64;
    file.hunks().iter().any(|hunk| {
        let gone = hunk.removed.first().map(|line| i64::from(line.number) + shift);
        shift +=
            i64::try_from(hunk.added.len()).unwrap_or(0) - i64::try_from(hunk.removed.len()).unwrap_or(0);
        gone.is_some_and(|line| (i64::from(error.line) - line).abs() <= 1)
    })
}

fn is_template(file: &FileChange) -> bool {
    file.added().any(|line| {
        TEMPLATE
            .iter()
            .any(|mark| line.text.trim_start().starts_with(mark))
    })
}
