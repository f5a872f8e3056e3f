//! Are there as many new tests as the author says?
//!
//! Counted are definitions that are on the head and not on the base, under whatever name a runner gives their cases; a
//! moved test is not new. Rows of a table are not definitions: where one may have grown, a number is not held against
//! its author.

use std::collections::BTreeMap;

use crate::{
    checks::Settings,
    claims::{self, Standing, against, symbols::whole, traces},
    code::{
        LanguageId,
        facts::{TestDefinition, TestKind},
    },
    evidence::{
        Evidence, Supplied,
        change::FileChange,
        claims::{Claim, Form},
        code::Facts,
    },
    finding::Finding,
    kinds::FileKind,
    limits,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::TestsAdded];

/// Nouns for what a table holds.
const ROWS: &[&str] = &[
    "case",
    "scenario",
    "check",
    "assertion",
    "row",
    "example",
    "parameter",
];

/// What tests cover, and not how many there are.
const COVERED: &[&str] = &[
    "edge case",
    "corner case",
    "use case",
    "error case",
    "special case",
];

/// Every claim about new tests, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let claims = evidence.claims()?;
    if claims.of(FORMS).next().is_none() {
        return Ok(Vec::new());
    }
    let seen = Seen::of(evidence, settings);
    let one = |claim: &Claim| vec![standing(claim, &seen, evidence, settings)];
    Ok(claims::judge(claims, FORMS, one))
}

/// What the change does to tests.
#[derive(Default)]
struct Seen {
    /// Names of definitions that are new.
    new: Vec<String>,
    /// A test whose cases cannot be counted is new or different.
    tables: bool,
    /// A test that was there is different, or a file of tests is.
    touched: bool,
    /// A changed source file is in a language that is not read.
    foreign: bool,
    /// A changed file could not be parsed.
    unread: Option<crate::finding::Unproven>,
}

type Tests = BTreeMap<(Vec<String>, String), Vec<(u64, bool)>>;

impl Seen {
    fn of(evidence: &Evidence, settings: &Settings) -> Self {
        let mut seen = Self::default();
        let (mut before, mut after) = (Tests::new(), Tests::new());
        for both in evidence.changed_code() {
            for (side, into) in [(both.before(), &mut before), (both.after(), &mut after)] {
                if let Err(why) = collect(side, into) {
                    seen.unread = Some(why);
                }
            }
        }
        for file in evidence.change.files() {
            let is_test = settings.kinds.of(file.path()) == FileKind::Test;
            seen.touched |= is_test && file.after().is_some();
            let known = LanguageId::of(file.path()).is_some();
            seen.foreign |= !known && settings.kinds.is_source_by_name(file.path());
        }
        for ((groups, name), heads) in &after {
            let old = before
                .get(&(groups.clone(), name.clone()))
                .map_or(&[][..], Vec::as_slice);
            let differs = heads.iter().any(|head| !old.contains(head));
            seen.touched |= differs;
            seen.tables |= differs && heads.iter().any(|(_, table)| *table);
            let more = heads.len().saturating_sub(old.len());
            seen.new.extend(std::iter::repeat_n(name.clone(), more));
        }
        seen
    }
}

fn collect(side: Supplied<Option<Facts>>, into: &mut Tests) -> Supplied<()> {
    for test in whole(side)?.iter().flat_map(|facts| &facts.tests) {
        let key = (test.groups.clone(), test.name.clone());
        into.entry(key).or_default().push((test.body, is_table(test)));
    }
    Ok(())
}

/// Whether it stands for cases that cannot be counted in the code.
fn is_table(test: &TestDefinition) -> bool {
    let made = matches!(test.kind, TestKind::Property | TestKind::Factory);
    test.parametrised || test.dynamic || made
}

fn standing(claim: &Claim, seen: &Seen, evidence: &Evidence, settings: &Settings) -> Standing {
    let defined = seen.new.len() as u64;
    let known = defined.max(reported(evidence));
    match claim.count.added {
        Some(0) => return Standing::unverifiable("it says that no test was added"),
        Some(said) if said <= known => return Standing::Supported(None),
        None if known > 0 => return Standing::Supported(None),
        None if seen.touched => {
            return Standing::supported("no definition is new; tests that were there are different");
        }
        Some(_) | None => {}
    }
    if let Some(why) = &seen.unread {
        return Standing::Lacking(why.clone());
    }
    if seen.foreign {
        return Standing::unverifiable("tests in a language that is not read may be new");
    }
    let counted = claim.count.added.is_some() && known > 0;
    let mut files = evidence.change.files().iter();
    if claim.prose.is_some()
        && !counted
        && let Some(place) = files.find_map(|file| traces::of_tests(file, &settings.kinds))
    {
        return Standing::unverifiable(format!("`{place}` may be a test of a kind that is not counted"));
    }
    let Some(said) = claim.count.added else {
        let says = "tests are said to be added or changed, and the change touches none";
        return against(claim, says)
            .because(format!(
                "{} files changed, none of them holds tests",
                evidence.change.files().len()
            ))
            .into();
    };
    let may_loop = claim.prose.is_some() && loops(evidence, settings);
    if seen.tables || may_loop || tells_rows(claim) {
        return Standing::unverifiable(format!(
            "{defined} definitions are new, and tables may hold the rest"
        ));
    }
    let says = format!("{said} new tests are claimed, and the change defines {defined}");
    named(against(claim, says), &seen.new).into()
}

/// What repeats a test over rows, in one language or another.
const LOOPS: &[&str] = &[
    "for ",
    "each",
    "parametri",
    "parameteri",
    "t.run(",
    "subtest",
    "rstest",
    "#[case",
    "test_case",
    ".map(",
    "range",
    "macro_rules",
    "proptest",
    "quickcheck",
    "describe(",
];

/// Whether the words of a claim may count rows.
fn tells_rows(claim: &Claim) -> bool {
    let words = claim.said.as_deref().unwrap_or_default().to_lowercase();
    let words = COVERED
        .iter()
        .fold(words, |words, covered| words.replace(covered, ""));
    ROWS.iter().any(|row| words.contains(row))
}

/// Whether an added line of a file with tests repeats something: one definition may then be counted several times by an
/// honest author.
fn loops(evidence: &Evidence, settings: &Settings) -> bool {
    let is_test = |file: &&FileChange| {
        settings.kinds.of(file.path()) == FileKind::Test || traces::of_tests(file, &settings.kinds).is_some()
    };
    let mut lines = evidence
        .change
        .files()
        .iter()
        .filter(is_test)
        .flat_map(FileChange::added);
    lines.any(|line| {
        let lower = line.text.to_lowercase();
        LOOPS.iter().any(|word| lower.contains(word))
    })
}

fn named(finding: Finding, new: &[String]) -> Finding {
    let shown = new.iter().take(limits::NAMED);
    shown.fold(finding, |finding, name| {
        finding.because(format!("new: `{}`", crate::escape::line(name)))
    })
}

/// Cases that ran here and that the report of the base does not list.
fn reported(evidence: &Evidence) -> u64 {
    let (Ok(head), Ok(base)) = (evidence.tests(), evidence.base_tests()) else {
        return 0;
    };
    let old: std::collections::BTreeSet<String> = base.cases.iter().map(|case| case.id.key()).collect();
    let ran: std::collections::BTreeSet<String> = head.executed().map(|case| case.id.key()).collect();
    ran.difference(&old).count() as u64
}
