//! Which checkable statements does a clause make?
//!
//! A form is found by its words, with its verb at the beginning of the clause and its object right behind (CHECKS 4.5).
//! What is said about the state of things can stand side by side; of the readings of a deed, the first counts.

pub mod benchmark;
pub mod blame;
pub mod change_size;
pub mod commands;
pub mod confined;
pub mod coverage;
pub mod dependencies;
pub mod documentation;
pub mod files;
pub mod fixed;
pub mod readiness;
pub mod results;
pub mod review;
pub mod skipped;
pub mod symbols;
pub mod tests_added;
pub mod tongues;
pub mod values;

use super::{
    anchors,
    clauses::Clause,
    modality::{self, Reading, Why, begins},
    tokens::{Kind, Token},
};
use crate::evidence::claims::{Counts, Form, Status};

/// A claim as it was read, before its place is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its form.
    pub form: Form,
    /// What it is about.
    pub targets: Vec<String>,
    /// The new name, version or value.
    pub to: Option<String>,
    /// Its numbers.
    pub count: Counts,
    /// Which part of the whole it is about.
    pub scope: Option<String>,
    /// Said to be so, or owned up not to be.
    pub status: Status,
    /// Why it is never held against its author, where it is not.
    pub mild: Option<&'static str>,
    /// It names a whole path in code quotes.
    pub strict: bool,
}

impl Draft {
    /// A claim of a form, said to be so.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            targets: Vec::new(),
            to: None,
            count: Counts::default(),
            scope: None,
            status: Status::Done,
            mild: None,
            strict: false,
        }
    }

    /// About one thing more.
    #[must_use]
    pub fn about(mut self, target: impl Into<String>) -> Self {
        self.targets.push(target.into());
        self
    }

    /// With a new name, version or value.
    #[must_use]
    pub fn to(mut self, to: impl Into<String>) -> Self {
        self.to = Some(to.into());
        self
    }

    /// Of a part of the whole.
    #[must_use]
    pub fn within(mut self, scope: Option<String>) -> Self {
        self.scope = scope;
        self
    }

    /// Never held against its author, and why; the first reason counts.
    #[must_use]
    pub fn mild(mut self, why: Option<&'static str>) -> Self {
        self.mild = self.mild.or(why);
        self
    }
}

/// The claims of one form in a clause: none where the clause is not of it.
///
/// The error says why a clause that looks like it is left alone.
pub type Found = Result<Vec<Draft>, Why>;

/// Readers of what is said about the state of things.
const STATES: &[fn(&Reading<'_>) -> Found] = &[
    confined::read,
    results::read,
    coverage::read,
    benchmark::read,
    change_size::read,
    commands::read,
    blame::read,
    skipped::read,
    readiness::read,
    review::read,
];

/// Readers of what is said to have been done; the first that finds something counts.
const DEEDS: &[fn(&Reading<'_>) -> Found] = &[
    dependencies::read,
    tests_added::read,
    values::read,
    documentation::read,
    files::read,
    symbols::read,
    fixed::read,
    tongues::read,
];

/// The claims of a clause.
///
/// # Errors
/// It makes none, and why.
pub fn read(reading: &Reading<'_>) -> Result<Vec<Draft>, Why> {
    if let Some(drafts) = in_a_row(reading.clause) {
        return Ok(drafts);
    }
    let mut drafts = Vec::new();
    let mut left = None;
    for reader in STATES {
        match reader(reading) {
            Ok(found) => drafts.extend(found),
            Err(why) => left = left.or(Some(why)),
        }
    }
    // "fixed the crash from review" is told once
    if drafts.iter().any(|draft| draft.form == Form::ReviewAddressed) {
        return Ok(drafts);
    }
    if let Some(why) = reading.postponed() {
        return if drafts.is_empty() { Err(why) } else { Ok(drafts) };
    }
    for reader in DEEDS {
        match reader(reading) {
            Ok(found) if found.is_empty() => {}
            Ok(found) => {
                drafts.extend(found);
                break;
            }
            Err(why) => left = left.or(Some(why)),
        }
    }
    if drafts.is_empty() {
        return Err(left.or(reading.cue.map(|(why, _)| why)).unwrap_or(Why::NoForm));
    }
    Ok(drafts)
}

/// "All tests pass, no new dependencies, clippy is clean": statements in a row, each of which says something by itself.
fn in_a_row(clause: &Clause) -> Option<Vec<Draft>> {
    let parts: Vec<&[Token]> = clause.tokens.split(|token| token.is_mark(",")).collect();
    if parts.len() < 2 || !clause.asides.is_empty() {
        return None;
    }
    let (mut drafts, mut results) = (Vec::new(), 0);
    for part in parts {
        let stated = stated(clause, part)?;
        // "12 passed, 3 skipped" is one count
        let tells_results = |draft: &Draft| matches!(draft.form, Form::AllPass | Form::CountPass);
        results += usize::from(stated.iter().any(tells_results));
        drafts.extend(stated);
    }
    (results < 2).then_some(drafts)
}

/// What a part of a clause states by itself; `None` where that is nothing, or not claimed.
fn stated(clause: &Clause, part: &[Token]) -> Option<Vec<Draft>> {
    let own = Clause {
        tokens: part.to_vec(),
        ..clause.clone()
    };
    let reading = modality::read(&own).ok()?;
    let mut drafts = Vec::new();
    for reader in STATES {
        drafts.extend(reader(&reading).ok()?);
    }
    (!drafts.is_empty() || is_none_new(&reading, &mut drafts)).then_some(drafts)
}

/// "No new dependencies" is a state, told among the deeds.
fn is_none_new(reading: &Reading<'_>, drafts: &mut Vec<Draft>) -> bool {
    let found = dependencies::read(reading).unwrap_or_default();
    let all_none = !found.is_empty() && found.iter().all(|draft| draft.form == Form::DepNone);
    if all_none {
        drafts.extend(found);
    }
    all_none
}

/// Where a phrase begins.
pub fn find(tokens: &[Token], phrase: &str) -> Option<usize> {
    (0..tokens.len()).find(|at| begins(tokens.get(*at..).unwrap_or_default(), phrase))
}

/// Where the first of some phrases begins.
pub fn find_any(tokens: &[Token], phrases: &[&str]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| find(tokens, phrase)).min()
}

/// Whether one of some phrases stands anywhere.
pub fn holds(tokens: &[Token], phrases: &[&str]) -> bool {
    find_any(tokens, phrases).is_some()
}

/// Whether one of some phrases stands in a clause or in its brackets.
pub fn holds_anywhere(reading: &Reading<'_>, phrases: &[&str]) -> bool {
    let mut asides = reading.clause.asides.iter();
    holds(&reading.clause.tokens, phrases) || asides.any(|aside| holds(aside, phrases))
}

/// The tokens from a place on.
pub fn from(tokens: &[Token], at: usize) -> &[Token] {
    tokens.get(at..).unwrap_or_default()
}

/// Words that describe what follows them and add nothing to it.
#[rustfmt::skip]
const ADJECTIVES: &[&str] = &[
    "new", "old", "unused", "obsolete", "legacy", "deprecated", "stale", "redundant", "whole", "entire", "main",
    "root", "corresponding", "relevant", "shared", "existing", "dead", "dedicated", "small", "simple",
    "reusable", "custom", "generic", "missing", "private", "public", "internal", "static", "async", "optional",
    "required", "additional", "extra", "separate", "common", "global", "local", "duplicate", "duplicated",
    "unnecessary", "temporary", "comprehensive", "basic", "standalone", "more", "several", "various", "other",
    "own", "central", "default", "typed", "abstract", "base", "single", "unneeded",
];

/// How many tokens in front of a name add nothing to it.
pub fn skip_adjectives(tokens: &[Token]) -> usize {
    let is_filler = |token: &&Token| token.is_one_of(anchors::ARTICLES) || token.is_one_of(ADJECTIVES);
    tokens.iter().take_while(is_filler).count()
}

/// Names in a row, `a`, `b` and `c`, and how many tokens they take.
pub fn listed<T>(tokens: &[Token], read: impl Fn(&Token) -> Option<T>) -> (Vec<T>, usize) {
    let (mut names, mut end, mut at) = (Vec::new(), 0, 0);
    while let Some(token) = tokens.get(at) {
        if let Some(name) = read(token) {
            names.push(name);
            at += 1;
            end = at;
            continue;
        }
        let joins =
            token.is_mark(",") || token.is_mark("&") || token.is_one_of(&["and", "plus"]) || token.is("+");
        if names.is_empty() || !joins {
            break;
        }
        at += 1;
    }
    (names, end)
}

/// Words by which something did not work out.
#[rustfmt::skip]
pub const FAILURE: &[&str] = &[
    "fail", "fails", "failed", "failing", "failure", "error", "errors", "could not", "couldn't", "cannot",
    "can't", "not found", "missing", "timed out", "times out", "timeout", "no such", "unavailable", "blocked",
    "not installed", "denied", "unable", "not available", "skipped", "not run", "not executed", "unsupported",
    "due to",
];

/// Whether a clause tells of something that did not work out, by a word or by a mark in front.
pub fn owns_up(reading: &Reading<'_>) -> bool {
    let marked = reading.clause.tokens.iter().take(2).any(|token| {
        token.kind == Kind::Mark && token.text.contains(['❌', '⚠', '✗', '✘', '🚫', '🟡', '🔴'])
    });
    let asides = reading.clause.asides.iter().map(Vec::as_slice);
    let mut parts = asides.chain([reading.clause.tokens.as_slice(), reading.clause.tail.as_slice()]);
    marked || parts.any(fails)
}

/// Whether words tell of a failure; "0 failed" and "no errors" do not, nor do skipped tests beside others that passed.
fn fails(tokens: &[Token]) -> bool {
    let passed = holds(tokens, &["passed", "passing", "pass"]);
    (0..tokens.len()).any(|at| {
        let none = at.checked_sub(1).and_then(|before| tokens.get(before));
        let none = none.is_some_and(|token| token.is_one_of(&["0", "no", "zero", "without", "any"]));
        let word = begins_with(from(tokens, at), FAILURE);
        word.is_some_and(|word| !(none || passed && matches!(word, "skipped" | "due to")))
    })
}

/// The phrase that tokens begin with, of some.
pub fn begins_with<'p>(tokens: &[Token], phrases: &[&'p str]) -> Option<&'p str> {
    phrases.iter().copied().find(|phrase| begins(tokens, phrase))
}

/// Stands for the paths that the whole text names, until they are known.
pub const NAMED_SET: &str = "everything that the text names";
