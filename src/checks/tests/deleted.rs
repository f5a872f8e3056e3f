//! Were tests taken away while the code they tested is still there?
//!
//! A test that is found again under another name, in another file or as a row of a table is not gone, and a file that
//! gains as many tests as it loses is rewritten, not thinned. What goes with its code is no loss.

use std::collections::{BTreeMap, BTreeSet};

use super::{DELETED, number, some, takes_back};
use crate::{
    checks::Settings,
    code::{
        LanguageId,
        facts::{FileFacts, Span, TestDefinition, TestKind},
    },
    evidence::{
        Evidence,
        change::{FileChange, Status},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side},
    kinds::FileKind,
    pairs::{Known, Pairs, TELLING_BODY},
    path::RepoPath,
    production::{Behaviour, Production},
    risk::{self, Class, Standing},
    same_proof,
};

/// Names in one finding.
const NAMED: usize = 5;
/// The share of its telling words, in hundredths, that shows a test to live on elsewhere.
const LIVES_ON: usize = 60;

/// Judges the item.
///
/// # Errors
/// No changed file holds a test, or one could not be understood and nothing else is accused.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let pairs = Pairs::of(evidence, &settings.kinds);
    let mut findings = lost(evidence, settings, &pairs);
    findings.extend(shadowed(&pairs));
    if findings.is_empty() {
        pairs.whole()?;
        if pairs.is_empty() {
            return Err(Abstain::not_applicable("no changed file holds a test"));
        }
    }
    Ok(findings)
}

/// Tests of Python that no longer run because the change defines their name once more in the same place. Definitions
/// that stand deeper may be two ways of a condition.
fn shadowed(pairs: &Pairs<'_>) -> impl Iterator<Item = Finding> {
    let after = pairs.pairs().map(|pair| pair.after).chain(pairs.added());
    after.filter_map(|known| {
        let test = &known.test;
        let later = successor(&known)?;
        let line = known.file.added().find(|line| line.number == later.header)?;
        let indent = line.text.len() - line.text.trim_start().len();
        if indent != 4 * test.groups.len() {
            return None;
        }
        let name = crate::escape::line(&known.full()).into_owned();
        let says = format!(
            "a second `{name}` takes the place of the one on line {}, which no longer runs",
            test.header
        );
        Some(Finding::new(Place::line(known.path, later.header), says).at_most(Level::Warn))
    })
}

/// A test that is gone, without the facts of its file.
struct Gone<'e> {
    file: &'e FileChange,
    /// With its groups.
    name: String,
    span: Span,
    header: u32,
}

impl<'e> Gone<'e> {
    fn of(known: &Known<'e>) -> Self {
        Self {
            file: known.file,
            name: known.full(),
            span: known.test.span,
            header: known.test.header,
        }
    }
}

fn lost(evidence: &Evidence, settings: &Settings, pairs: &Pairs<'_>) -> Vec<Finding> {
    let gone = || pairs.gone().filter(|gone| gone.test.kind != TestKind::Subtest);
    if gone().next().is_none() {
        return Vec::new();
    }
    let added = Added::of(evidence, settings);
    let production = Production::of(evidence, &settings.kinds);
    let class = settings.risks.classes().iter().find(|class| class.id == DELETED);
    let mut files: BTreeMap<&RepoPath, Vec<Gone<'_>>> = BTreeMap::new();
    let lives = Lives::of(pairs);
    for gone in gone().filter(|gone| !added.holds(gone) && !lives.proves(gone)) {
        files.entry(gone.path).or_default().push(Gone::of(&gone));
    }
    // the change as a whole decides: tests move between files
    let net = files.values().map(Vec::len).sum::<usize>() > new_tests(pairs);
    let finding = |gone: Vec<Gone<'_>>| finding(&gone, evidence, settings, &production, class, net);
    files.into_values().filter_map(finding).collect()
}

/// What the tests that stay and those that are new prove.
struct Lives {
    /// Bodies of tests that stood beside it before and stay, with their paths.
    bodies: BTreeSet<(RepoPath, u64)>,
    gained: BTreeSet<u64>,
}

impl Lives {
    fn of(pairs: &Pairs<'_>) -> Self {
        let stays = pairs.pairs().filter(|pair| pair.after.test.size >= TELLING_BODY);
        Self {
            bodies: stays
                .map(|pair| (pair.after.path.clone(), pair.after.test.body))
                .collect(),
            gained: pairs.gained().into_keys().collect(),
        }
    }

    /// Whether a test never ran, has its like beside it, or all that it alone asserted is asserted by others now.
    fn proves(&self, gone: &Known<'_>) -> bool {
        successor(gone).is_some()
            || self.bodies.contains(&(gone.path.clone(), gone.test.body))
            || self.asserts_all_of(gone)
    }

    fn asserts_all_of(&self, gone: &Known<'_>) -> bool {
        let others = gone
            .facts
            .tests
            .iter()
            .filter(|other| other.span != gone.test.span);
        let known: BTreeSet<u64> = others
            .flat_map(|other| &other.assertions)
            .map(same_proof::key)
            .collect();
        let own = gone.test.assertions.iter().map(same_proof::key);
        let mut own = own.filter(|key| !known.contains(key)).peekable();
        own.peek().is_some() && own.all(|key| self.gained.contains(&key))
    }
}

/// The later definition of its name in the same place that keeps a test of Python from ever running.
fn successor<'k>(known: &'k Known<'_>) -> Option<&'k TestDefinition> {
    let test = &known.test;
    let same = |other: &&TestDefinition| {
        other.name == test.name && other.groups == test.groups && other.header > test.header
    };
    let is_python = known.language == LanguageId::Python;
    known.facts.tests.iter().filter(|_| is_python).find(same)
}

fn new_tests(pairs: &Pairs<'_>) -> usize {
    pairs
        .added()
        .filter(|new| new.test.kind != TestKind::Subtest)
        .count()
}

fn finding(
    gone: &[Gone<'_>],
    evidence: &Evidence,
    settings: &Settings,
    production: &Production,
    class: Option<&Class>,
    net: bool,
) -> Option<Finding> {
    let first = gone.first()?;
    let standing = class.map(|class| risk::standing(class, first.file, evidence, &settings.policy));
    if standing == Some(Standing::Approved) {
        return None;
    }
    let what = number(gone.len(), "test is", "tests are");
    let says = format!(
        "{what} deleted: {}",
        some(gone.iter().map(|gone| gone.name.as_str()), NAMED)
    );
    let behaviour = gone
        .iter()
        .map(|gone| production.behaviour(text(gone).into_iter()))
        .min()?;
    let mut finding = Finding::new(place(first), says).because(behaviour.says());
    if let Some(Standing::Declared(place)) = standing {
        finding = finding
            .because(format!("declared in {place}"))
            .at_most(Level::Warn);
    }
    if let Some(place) = risk::declared(evidence, speaks_of_rework) {
        finding = finding
            .because(format!("{place} says that tests were reworked"))
            .at_most(Level::Warn);
    }
    if !net {
        finding = finding
            .because("the change adds as many tests as it deletes")
            .at_most(Level::Info);
    }
    Some(match behaviour {
        Behaviour::Same => finding,
        Behaviour::Elsewhere | Behaviour::Touched if takes_back(evidence) => finding.at_most(Level::Info),
        Behaviour::Elsewhere | Behaviour::Touched => finding.at_most(Level::Warn),
        Behaviour::Gone => finding.at_most(Level::Info),
    })
}

/// Whether a text says that tests went or took another form, so that some of them may have gone into others.
fn speaks_of_rework(text: &str) -> bool {
    text.lines().map(str::to_lowercase).any(|line| {
        let tests = ["test", "spec", "suite"].iter().any(|word| line.contains(word));
        tests && (risk::speaks_of_removal(&line) || line.contains("convert"))
    })
}

fn place(gone: &Gone<'_>) -> Place {
    let path = gone
        .file
        .before()
        .map_or(gone.file.path(), |version| &version.path);
    if gone.file.status == Status::Deleted {
        return Place::File(path.clone());
    }
    let line = gone.header;
    Place::Lines {
        path: path.clone(),
        side: Side::Base,
        first: line,
        last: line,
    }
}

/// The removed lines of a test.
fn text<'e>(gone: &Gone<'e>) -> Vec<&'e str> {
    let inside = gone.file.removed().filter(|line| gone.span.has_line(line.number));
    inside.map(|line| line.text.as_ref()).collect()
}

/// What the change adds, to find tests in that live on in other forms.
struct Added<'e> {
    tokens: BTreeSet<u64>,
    lines: Vec<&'e str>,
}

impl<'e> Added<'e> {
    fn of(evidence: &'e Evidence, settings: &Settings) -> Self {
        let mut tokens = BTreeSet::new();
        for both in evidence.changed_code() {
            if let Ok(Some(facts)) = both.after() {
                tokens.extend(added_tokens(both.file, &facts));
            }
        }
        let files = evidence.change.files().iter();
        let files = files.filter(|file| settings.kinds.of(file.path()) != FileKind::Docs);
        let code = files.flat_map(|file| {
            let extension = file.path().extension();
            file.added()
                .filter(move |line| !crate::comments::is_comment_or_blank(&extension, &line.text))
        });
        Self {
            tokens,
            lines: code.map(|line| line.text.as_ref()).collect(),
        }
    }

    /// Whether a test stands there under its name, or as a row of a table.
    fn holds(&self, gone: &Known<'_>) -> bool {
        self.names(&gone.test.name) || self.has_most_of(gone)
    }

    fn names(&self, name: &str) -> bool {
        name.len() > 3 && self.lines.iter().any(|line| risk::holds_word(line, name))
    }

    /// Whether what only this test says of its file is said again.
    fn has_most_of(&self, gone: &Known<'_>) -> bool {
        let own: BTreeSet<u64> = tokens_in(&gone.facts, &gone.test.span).collect();
        let mut elsewhere: BTreeMap<u64, usize> = BTreeMap::new();
        for token in gone.facts.tokens.hashes() {
            *elsewhere.entry(token).or_default() += 1;
        }
        let mut here: BTreeMap<u64, usize> = BTreeMap::new();
        for token in tokens_in(&gone.facts, &gone.test.span) {
            *here.entry(token).or_default() += 1;
        }
        let telling: Vec<u64> = own
            .into_iter()
            .filter(|token| {
                elsewhere.get(token).copied().unwrap_or(0) <= here.get(token).copied().unwrap_or(0) + 1
            })
            .collect();
        let found = telling.iter().filter(|token| self.tokens.contains(token)).count();
        telling.len() > 2 && found * 100 >= telling.len() * LIVES_ON
    }
}

fn tokens_in<'f>(facts: &'f FileFacts, span: &'f Span) -> impl Iterator<Item = u64> + 'f {
    let both = facts.tokens.lines().zip(facts.tokens.hashes());
    both.filter(|(line, _)| span.has_line(*line))
        .map(|(_, hash)| hash)
}

fn added_tokens(file: &FileChange, facts: &FileFacts) -> Vec<u64> {
    let lines: BTreeSet<u32> = file.added().map(|line| line.number).collect();
    let both = facts.tokens.lines().zip(facts.tokens.hashes());
    both.filter(|(line, _)| lines.contains(line))
        .map(|(_, hash)| hash)
        .collect()
}
