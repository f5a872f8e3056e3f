//! Did a test lose cases that nothing replaced: rows of its table, or generated inputs?
//!
//! A row that a red test points at is easily taken out: the test stays, its name stays, and it passes. A row that was
//! edited, or that moved to another table, is not lost.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{DELETED, number};
use crate::{
    checks::Settings,
    code::facts::FileFacts,
    evidence::{
        Evidence,
        change::{FileChange, Status},
        code::Both,
    },
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    kinds::{self, FileKind},
    names::words,
    policy::Pattern,
    production::{Behaviour, Production, test_regions},
    risk,
    rows::{self, Row, Table},
};

/// Words by which an author says that cases went.
const SAYS: &str = r"\b(cases?|examples?|fixtures?|inputs?|param\w*|rows?|samples?|scenarios?|tables?|tests?|variants?|vectors?)\b";

/// What stands before the number of inputs that a property test tries, without spaces: hypothesis, proptest, fast-check,
/// `testing/quick`, jqwik, JUnit.
const TRIES: &[&str] = &[
    "max_examples=",
    "with_cases(",
    "numRuns:",
    "MaxCount:",
    "tries=",
    "RepeatedTest(",
];
/// A row of shorter words is told by none of them.
const TELLING: usize = 4;

/// Judges the item.
///
/// # Errors
/// No test with cases stands on both sides, or a file could not be understood and nothing else is shown.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    if risk::approves(DELETED, evidence, &settings.policy) {
        return Ok(Vec::new());
    }
    let mut sides = Vec::new();
    let mut unread: Option<Unproven> = None;
    for both in evidence.changed_code().filter(|both| can_lose(both, settings)) {
        match Sides::of(&both, settings) {
            Ok(found) => sides.extend(found),
            Err(why) => unread = unread.or(Some(why)),
        }
    }
    let anywhere: BTreeSet<u64> = sides.iter().flat_map(Sides::rows_after).collect();
    let findings: Vec<Finding> = sides
        .iter()
        .flat_map(|side| side.findings(&anywhere, evidence, settings))
        .collect();
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if findings.is_empty() && sides.iter().all(|side| side.before.is_empty()) => Err(
            Abstain::not_applicable("the change takes no line out of a table of cases"),
        ),
        Some(_) | None => Ok(findings),
    }
}

/// Whether people wrote the file, it is on both sides, and lines are gone from it.
fn can_lose(both: &Both<'_>, settings: &Settings) -> bool {
    let path = both.file.path();
    both.file.status != Status::Copied
        && settings.kinds.is_hand_written(path)
        && !kinds::is_material(path)
        && both.file.removed().next().is_some()
}

/// What a changed file holds of cases.
struct Sides<'e> {
    both: Both<'e>,
    file: &'e FileChange,
    /// Tables that lost lines.
    before: Vec<Table>,
    after: Vec<Table>,
    /// Property tests that try fewer inputs.
    fewer: Vec<Fewer>,
}

/// A property test that tries fewer inputs.
struct Fewer {
    line: u32,
    before: u64,
    after: u64,
}

impl<'e> Sides<'e> {
    fn of(both: &Both<'e>, settings: &Settings) -> Result<Option<Self>, Unproven> {
        let (Some(before), Some(after)) = (both.before()?, both.after()?) else {
            return Ok(None);
        };
        let path = both.file.path();
        let is_test = settings.kinds.of(path) == FileKind::Test;
        // most files hold no test, and their tokens need not be looked at
        if !is_test && before.tests.is_empty() {
            return Ok(None);
        }
        // what was understood in part may have lost its tables to the part that was not
        if let Some(error) = before.errors.first().or(after.errors.first()) {
            return Err(Unproven::Unparsed(path.clone(), error.line));
        }
        let tables = |facts: &FileFacts| {
            let regions = if is_test { Vec::new() } else { test_regions(facts) };
            let mut tables = rows::of(&facts.tokens, both.language);
            tables.retain(|table| {
                let about = is_test || regions.iter().any(|region| region.has_line(table.first));
                about && !is_asserted(table, facts)
            });
            tables
        };
        let mut old = tables(&before);
        let lost: BTreeSet<u32> = both.file.removed().map(|line| line.number).collect();
        old.retain(|table| lost.range(table.first..=table.last).next().is_some());
        Ok(Some(Self {
            both: *both,
            file: both.file,
            after: tables(&after),
            before: old,
            fewer: fewer(both.file),
        }))
    }

    fn rows_after(&self) -> impl Iterator<Item = u64> {
        self.after
            .iter()
            .flat_map(|table| &table.rows)
            .map(|row| row.hash)
    }

    fn findings(&self, anywhere: &BTreeSet<u64>, evidence: &Evidence, settings: &Settings) -> Vec<Finding> {
        let added = LazyCell::new(|| {
            let lines = self.file.added();
            lines
                .flat_map(|line| words(&line.text))
                .collect::<BTreeSet<&str>>()
        });
        let stays = |table: &Table, row: &Row| {
            anywhere.contains(&row.hash) || table.is_alone(row) && self.lives_on(*row, &added)
        };
        let holders = self.holders();
        let lost = self
            .before
            .iter()
            .filter_map(|old| self.lost(old, &holders, &stays));
        let lost = lost.map(|lost| self.lost_rows(&lost, evidence, settings));
        let fewer = self.fewer.iter().map(|fewer| self.tries_fewer(fewer, evidence));
        lost.chain(fewer).collect()
    }

    /// For each row after the change the places of the tables that hold it.
    fn holders(&self) -> BTreeMap<u64, Vec<usize>> {
        let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (place, table) in self.after.iter().enumerate() {
            for row in &table.rows {
                let places = holders.entry(row.hash).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        holders
    }

    /// What a table lost, if it is there after the change and less was put into it than was taken out.
    fn lost<'t>(
        &'t self,
        old: &'t Table,
        holders: &BTreeMap<u64, Vec<usize>>,
        stays: &dyn Fn(&Table, &Row) -> bool,
    ) -> Option<Lost<'t>> {
        let mut kept: BTreeMap<usize, usize> = BTreeMap::new();
        for row in &old.rows {
            for place in holders.get(&row.hash).into_iter().flatten() {
                *kept.entry(*place).or_default() += 1;
            }
        }
        let (place, _) = kept.into_iter().max_by_key(|(_, count)| *count)?;
        let new = self.after.get(place)?;
        let mut gone = old.without(new);
        gone.retain(|row| !stays(old, row));
        let count = gone.len().checked_sub(new.without(old).len())?;
        (count > 0).then_some(Lost {
            old,
            new,
            gone,
            count,
        })
    }

    /// Whether the words of a row stand on new lines of the file: it became a test or an assertion of its own.
    fn lives_on(&self, row: Row, added: &BTreeSet<&str>) -> bool {
        let own: BTreeSet<&str> = self.texts(row).flat_map(words).collect();
        own.iter().any(|word| word.len() >= TELLING) && own.is_subset(added)
    }

    /// The lines of a row that are gone.
    fn texts(&self, row: Row) -> impl Iterator<Item = &str> {
        let removed = self.file.removed();
        let own = removed.filter(move |line| row.first <= line.number && line.number <= row.last);
        own.map(|line| line.text.as_ref())
    }

    fn tries_fewer(&self, fewer: &Fewer, evidence: &Evidence) -> Finding {
        let Fewer { line, before, after } = fewer;
        let says = format!("a test tries {after} generated inputs; it was {before}");
        weigh(
            Finding::new(Place::line(self.file.path(), *line), says),
            evidence,
            None,
        )
    }

    fn lost_rows(&self, lost: &Lost<'_>, evidence: &Evidence, settings: &Settings) -> Finding {
        let texts: Vec<&str> = lost.gone.iter().flat_map(|row| self.texts(*row)).collect();
        let behaviour = Production::of(evidence, &settings.kinds).behaviour(texts.iter().copied());
        let name = self.owner(lost.new);
        let says = format!(
            "{} of {} {} gone from {}",
            lost.count,
            number(lost.old.rows.len(), "case", "cases"),
            if lost.count == 1 { "is" } else { "are" },
            name.as_ref().map_or_else(
                || "a table".to_owned(),
                |name| format!("`{}`", crate::escape::line(name))
            ),
        );
        let mut finding = Finding::new(Place::line(self.file.path(), lost.new.first), says);
        if let Some(text) = texts.first() {
            let text = crate::escape::cut(text.trim(), 160);
            finding = finding.because(format!("gone: `{}`", crate::escape::line(&text)));
        }
        match behaviour {
            Behaviour::Gone => finding = finding.because(behaviour.says()).at_most(Level::Info),
            Behaviour::Same => finding = finding.because(behaviour.says()),
            // a row holds values: that it names nothing of the code shows nothing
            Behaviour::Elsewhere | Behaviour::Touched => {}
        }
        weigh(finding, evidence, name.as_deref())
    }

    /// The test or the definition that a table stands in.
    fn owner(&self, table: &Table) -> Option<String> {
        let facts = self.both.after().ok().flatten()?;
        let test = facts.test_at(table.first).map(|test| test.name.clone());
        test.or_else(|| facts.definition_at(table.first).map(|one| one.name.clone()))
    }
}

/// Rows that went out of a table.
struct Lost<'t> {
    old: &'t Table,
    new: &'t Table,
    gone: Vec<Row>,
    /// How many more went than came.
    count: usize,
}

/// Numbers of generated inputs that went down, line by line.
fn fewer(file: &FileChange) -> Vec<Fewer> {
    let before = file.removed().filter_map(|line| tries(&line.text));
    let after = file
        .added()
        .filter_map(|line| Some((line.number, tries(&line.text)?)));
    let pairs = before.zip(after);
    let fewer = pairs.filter_map(|((word, before), (line, (same, after)))| {
        (word == same && after < before).then_some(Fewer { line, before, after })
    });
    fewer.collect()
}

/// The number of inputs that a line asks for, and by which word.
fn tries(line: &str) -> Option<(&'static str, u64)> {
    let line: String = line.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    TRIES.iter().find_map(|word| {
        let plain = word.replace('_', "");
        let rest = line.split_once(&plain)?.1;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some((*word, digits.parse().ok()?))
    })
}

/// A finding, told as info where the author says that cases went.
fn weigh(finding: Finding, evidence: &Evidence, name: Option<&str>) -> Finding {
    match declared(evidence, name) {
        Some(place) => finding
            .because(format!("declared in {place}"))
            .at_most(Level::Info),
        None => finding,
    }
}

/// Whether a table is what an assertion compares: that is an expectation, not a list of cases.
fn is_asserted(table: &Table, facts: &FileFacts) -> bool {
    let mut tests = facts.tests.iter().filter(|test| test.span.has_line(table.first));
    tests.any(|test| {
        let mut assertions = test.assertions.iter();
        assertions.any(|one| one.line <= table.first && table.last <= one.last)
    })
}

/// Where the author says that cases went.
fn declared(evidence: &Evidence, name: Option<&str>) -> Option<String> {
    let says = Pattern::new(SAYS).ok();
    risk::declared(evidence, |text| {
        let named = |said: &str| {
            let lower = said.to_lowercase();
            name.is_some_and(|name| said.contains(name))
                || says.as_ref().is_some_and(|says| says.matches(&lower))
        };
        // "Cleaned up Price. All tests pass." says nothing of cases
        let mut sentences = text.lines().flat_map(|line| line.split(". "));
        sentences.any(|said| risk::speaks_of_removal(said) && named(said))
    })
}
