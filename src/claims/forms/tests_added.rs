//! Are tests said to be added or changed, and how many added?

use super::{Draft, Found, files, from};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        tokens::{Kind, Token},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

/// Words in front of "tests" that say of which kind they are.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "unit", "integration", "e2e", "end-to-end", "regression", "new", "additional", "more", "missing",
    "corresponding", "extra", "basic", "comprehensive", "extensive", "thorough", "focused", "targeted",
    "parametrized", "parameterized", "parametrised", "property", "property-based", "snapshot", "some", "few",
    "several", "a", "an", "the", "of", "smoke", "component", "functional", "api", "backend", "frontend",
    "relevant", "related", "automated", "simple", "small", "failing", "rust", "python", "jest", "pytest",
    "vitest", "playwright", "go", "and", "dedicated", "case", "edge", "edge-case", "full", "explicit",
    "further", "detailed", "specific", "two", "handful", "couple", "cypress", "ui", "db", "database", "async",
    "robust", "acceptance", "different", "other", "negative", "positive", "existing", "affected", "all",
];

/// Nouns that make something else of "test": a plan, data, a script.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "plan", "plans", "data", "fixture", "fixtures", "script", "scripts", "mode", "coverage", "credentials",
    "environment", "env", "utilities", "utils", "helper", "helpers", "setup", "infrastructure", "framework",
    "harness", "command", "commands", "config", "configuration", "runner", "results", "result", "output",
    "page", "account", "accounts", "id", "ids", "folder", "directory", "workflow", "workflows", "job", "target",
    "targets", "dependency", "dependencies", "support", "server", "app", "project", "instructions",
    "documentation", "docs", "vectors", "matrix", "files", "file", "double", "doubles", "user", "users", "step",
    "steps", "button", "class", "classes",
];

/// The claims about added tests.
///
/// # Errors
/// Something else about tests is said.
pub fn read(reading: &Reading<'_>) -> Found {
    let Some(noun) = noun(reading.main) else {
        return with_file(reading);
    };
    let deed = reading.tokens.first().and_then(verbs::read).map(|(deed, _)| deed);
    let edited = deed == Some(Deed::Edit);
    let active = edited || deed == Some(Deed::Make);
    let passive = reading
        .main
        .iter()
        .skip(noun.end)
        .find(|token| !token.is_one_of(&["have", "has", "been", "are", "is", "now", "also"]))
        .is_some_and(|token| token.is_one_of(&["added", "written", "created", "included"]));
    if !active && (!passive || noun.start != 0) {
        return with_file(reading);
    }
    let object = reading.main.get(1..noun.start).unwrap_or_default();
    if active && !object.iter().all(is_attribute) {
        return with_file(reading);
    }
    if let Some(why) = reading
        .cue_before(noun.end)
        .filter(|why| !edited || *why != Why::Known)
    {
        return Err(why);
    }
    let tokens = if active { from(reading.main, noun.end) } else { &[] };
    if anchors::describes(tokens.first()) {
        return Err(Why::Describes);
    }
    let manual = super::holds(reading.tokens, &["manual", "manually"]).then_some("manual tests are no code");
    let mut draft = Draft::new(Form::TestsAdded).mild(manual);
    // "updated 5 tests" adds none
    draft.count.added = noun.count.filter(|_| !edited);
    let mut drafts = vec![draft];
    drafts.extend(named_beside(reading));
    Ok(drafts)
}

/// Words that tell where or what for, behind which "tests" is not what was added.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "for", "to", "in", "between", "from", "by", "on", "with", "around", "before", "after", "when", "across",
    "against", "via", "into", "under", "that", "which", "during", "is", "are",
];

/// Whether a word may stand between the verb and "tests".
fn is_attribute(token: &Token) -> bool {
    (token.kind == Kind::Word && !token.is_one_of(PLACES) && anchors::path(token).is_none())
        || token.is_mark(",")
        || token.is_mark("&")
}

/// The noun "tests" with what stands in front of it.
struct Noun {
    /// Where its first adjective or number stands.
    start: usize,
    /// Behind it.
    end: usize,
    count: Option<u64>,
}

fn noun(tokens: &[Token]) -> Option<Noun> {
    let at = tokens
        .iter()
        .position(|token| token.is_one_of(&["test", "tests", "specs", "testcases"]))?;
    let mut end = at + 1;
    let rows = tokens
        .get(end)
        .is_some_and(|token| token.is_one_of(&["case", "cases", "suite", "suites"]));
    end += usize::from(rows);
    let next = tokens.get(end);
    if tokens.get(at + 1).is_some_and(|token| token.is_one_of(OTHER))
        || next.is_some_and(|token| token.is_one_of(OTHER))
    {
        return None;
    }
    let head = tokens.get(..at).unwrap_or_default();
    let fits = |token: &&Token| token.is_one_of(KINDS) || token.number().is_some() || token.is_mark(",");
    let width = head.iter().rev().take_while(fits).count();
    let start = at - width;
    let mut numbers = head.iter().skip(start).filter_map(Token::number);
    let (count, more) = (numbers.next(), numbers.next());
    // rows of a table are not definitions, and suites are not tests
    let count = count.filter(|_| more.is_none() && !rows);
    Some(Noun { start, end, count })
}

/// "Created `export.spec.ts` with 12 tests".
fn with_file(reading: &Reading<'_>) -> Found {
    let made = reading
        .tokens
        .first()
        .and_then(verbs::read)
        .is_some_and(|(deed, _)| deed == Deed::Make);
    let Some(with) = super::find(reading.tokens, "with").filter(|_| made) else {
        return Ok(Vec::new());
    };
    let rest = from(reading.tokens, with + 1);
    let Some(noun) = noun(rest).filter(|noun| noun.start == 0 && noun.count.is_some()) else {
        return Ok(Vec::new());
    };
    let drafts = files::read(reading)?;
    if drafts.is_empty() || reading.cue_but(&[]).is_some() || anchors::describes(rest.get(noun.end)) {
        return Ok(drafts);
    }
    let mut draft = Draft::new(Form::TestsAdded);
    draft.count.added = noun.count;
    Ok([drafts, vec![draft]].concat())
}

/// "a regression test (`tests/export_empty.rs`)", "new test `rejects_negative`".
fn named_beside(reading: &Reading<'_>) -> Vec<Draft> {
    let asides = reading
        .clause
        .asides
        .iter()
        .filter(|aside| matches!(aside.as_slice(), [one] if one.kind == Kind::Code));
    let paths = asides.flatten().filter_map(anchors::path);
    let one = |path: String| {
        Draft::new(Form::FileEdited)
            .about(path)
            .mild(Some("it stands in brackets"))
    };
    paths.flat_map(|path| path.paths).map(one).collect()
}
