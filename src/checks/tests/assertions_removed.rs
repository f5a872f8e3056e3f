//! Do existing tests prove less than before?
//!
//! Assertions are compared test by test: what is gone against what is new, by how much each proves. An assertion that
//! moved to another test or into a helper is not lost, nor are several that became one of the same words.

use std::collections::{BTreeMap, BTreeSet};

use super::number;
use crate::{
    checks::Settings,
    code::facts::{Assertion, AssertionKind, Strength},
    evidence::Evidence,
    finding::{Abstain, Finding, Judged, Level, Place},
    pairs::{Known, Pair, Pairs},
    policy::Pattern,
    production::{Behaviour, Production},
    risk,
};

/// Words by which an author says that assertions went.
const SAYS: &str = r"\b(assert\w*|expectations?|checks?|tests?|specs?|verif\w*|cases?)\b";
/// The share of its words, in hundredths, that shows an assertion to live on among the new lines of its test.
const LIVES_ON: usize = 70;
/// Types that every failure has: to expect one of them is to expect anything.
const ANY_FAILURE: &[&str] = &[
    "Exception",
    "BaseException",
    "Throwable",
    "Error",
    "Exception.class",
    "Throwable.class",
];

/// Judges the item.
///
/// # Errors
/// No test stands on both sides, or a file could not be understood and nothing else is accused.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let pairs = Pairs::of(evidence, &settings.kinds);
    let production = Production::of(evidence, &settings.kinds);
    let mut elsewhere = gained_elsewhere(&pairs);
    let changed = pairs
        .pairs
        .iter()
        .filter(|pair| pair.before.test.body != pair.after.test.body);
    let findings: Vec<Finding> = changed
        .filter_map(|pair| finding(pair, evidence, settings, &production, &mut elsewhere))
        .collect();
    if findings.is_empty() {
        pairs.whole()?;
        if pairs.pairs.is_empty() {
            return Err(Abstain::not_applicable(
                "no test stands on both sides of the change",
            ));
        }
    }
    Ok(findings)
}

/// Assertions of new tests, by what they say: an old test that was split gave them away.
fn gained_elsewhere(pairs: &Pairs<'_>) -> BTreeMap<u64, usize> {
    let mut gained = BTreeMap::new();
    let new = pairs.new.iter().flat_map(|new| &new.test.assertions);
    let kept = pairs
        .pairs
        .iter()
        .flat_map(|pair| difference(pair.after, pair.before));
    for assertion in new.chain(kept) {
        *gained.entry(assertion.hash).or_default() += 1;
    }
    gained
}

/// The assertions of one side that the other does not have.
fn difference<'e>(one: Known<'e>, other: Known<'e>) -> Vec<&'e Assertion> {
    let mut there: Vec<u64> = other
        .test
        .assertions
        .iter()
        .map(|assertion| assertion.hash)
        .collect();
    let own = one.test.assertions.iter();
    own.filter(|assertion| {
        let same = there.iter().position(|hash| *hash == assertion.hash);
        same.map(|index| there.swap_remove(index)).is_none()
    })
    .collect()
}

/// What a pair of tests lost.
enum Loss<'e> {
    /// Fewer assertions than before; one of those that are gone.
    Fewer(usize, &'e Assertion),
    /// As many, one of which proves less than the one it replaces.
    Weaker(&'e Assertion, &'e Assertion),
}

fn finding(
    pair: &Pair<'_>,
    evidence: &Evidence,
    settings: &Settings,
    production: &Production,
    elsewhere: &mut BTreeMap<u64, usize>,
) -> Option<Finding> {
    if is_assigned(evidence, pair) || gained_helper(pair) {
        return None;
    }
    let gone: Vec<&Assertion> = difference(pair.before, pair.after)
        .into_iter()
        .filter(|assertion| !take(elsewhere, assertion.hash))
        .collect();
    let new = difference(pair.after, pair.before);
    let loss = loss(pair, &gone, &new)?;
    let name = crate::escape::line(&pair.after.full()).into_owned();
    let (place, says, quote) = match loss {
        Loss::Fewer(count, first) => {
            let what = number(count, "assertion", "assertions");
            (
                pair.after.test.header,
                format!("`{name}` lost {what}"),
                format!("gone: {}", shown(first)),
            )
        }
        Loss::Weaker(old, new) => {
            let says = format!(
                "`{name}` asserts less: {} became {}",
                strength(old),
                strength(new)
            );
            (new.line, says, format!("{} became {}", shown(old), shown(new)))
        }
    };
    let behaviour = production.behaviour(lines(pair).into_iter());
    let finding = Finding::new(Place::line(pair.after.path, place), says)
        .because(quote)
        .because(behaviour.says());
    let house = gone
        .iter()
        .all(|assertion| assertion.kind == AssertionKind::House);
    let level = weighs(pair, evidence, settings, behaviour, house);
    Some(level.into_iter().fold(finding, Finding::at_most))
}

fn take(left: &mut BTreeMap<u64, usize>, hash: u64) -> bool {
    match left.get_mut(&hash) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        Some(_) | None => false,
    }
}

/// The task names the very file: its tests are the work.
fn is_assigned(evidence: &Evidence, pair: &Pair<'_>) -> bool {
    let named = |task: &crate::evidence::task::Task| {
        task.allow
            .as_ref()
            .is_some_and(|allow| allow.names_literally(pair.after.path))
    };
    evidence.task().is_ok_and(named)
}

/// Whether a helper that asserts is called now and was not before.
fn gained_helper(pair: &Pair<'_>) -> bool {
    let old: BTreeSet<&String> = pair.before.test.calls.iter().collect();
    let known = |name: &String| pair.after.test.helpers.iter().any(|(helper, _)| helper == name);
    let sounds = |name: &String| {
        let name = name.to_lowercase();
        [
            "assert", "check", "verify", "expect", "ensure", "snapshot", "validate",
        ]
        .iter()
        .any(|word| name.contains(word))
    };
    pair.after
        .test
        .calls
        .iter()
        .any(|name| !old.contains(name) && (known(name) || sounds(name)))
}

fn loss<'e>(pair: &Pair<'e>, gone: &[&'e Assertion], new: &[&'e Assertion]) -> Option<Loss<'e>> {
    let fewer = gone.len().saturating_sub(new.len());
    let telling: Vec<&Assertion> = gone
        .iter()
        .copied()
        .filter(|assertion| assertion.strength > Strength::None && !lives_on(pair, assertion))
        .collect();
    if fewer > 0 {
        let first = telling.iter().max_by_key(|assertion| assertion.strength)?;
        let count = telling.len().saturating_sub(new.len()).min(fewer);
        return (count > 0).then_some(Loss::Fewer(count, first));
    }
    weaker(gone, new)
}

/// Whether most words of an assertion stand on the new lines of its test: it became part of another.
fn lives_on(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let test = pair.after.test;
    let added = pair
        .after
        .file
        .added()
        .filter(|line| test.span.has_line(line.number));
    let added: BTreeSet<&str> = added.flat_map(|line| words(&line.text)).collect();
    let own: BTreeSet<&str> = words(&assertion.text)
        .filter(|word| !assertion.name.contains(word))
        .collect();
    let found = own.iter().filter(|word| added.contains(*word)).count();
    !own.is_empty() && found * 100 >= own.len() * LIVES_ON
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// The first assertion whose replacement about the same thing proves less, where nothing new proves as much.
fn weaker<'e>(gone: &[&'e Assertion], new: &[&'e Assertion]) -> Option<Loss<'e>> {
    let mut left: Vec<&Assertion> = new.to_vec();
    let mut strongest = gone.to_vec();
    strongest.sort_by_key(|assertion| std::cmp::Reverse(assertion.strength));
    for old in strongest {
        let alike = |one: &&Assertion| shared(old, one);
        let best = left
            .iter()
            .enumerate()
            .max_by_key(|(_, one)| (one.strength >= old.strength, alike(one)))?
            .0;
        let replaced = left.swap_remove(best);
        let less = replaced.strength < old.strength && !names_its_failure(replaced);
        if less && shared(old, replaced) > 0 || widened(old, replaced) {
            return Some(Loss::Weaker(old, replaced));
        }
    }
    None
}

/// How many words two assertions share beyond their names.
fn shared(old: &Assertion, new: &Assertion) -> usize {
    let words_of = |one: &'_ Assertion| -> BTreeSet<String> {
        words(&one.text)
            .filter(|word| !one.name.contains(word))
            .map(str::to_owned)
            .collect()
    };
    words_of(old).intersection(&words_of(new)).count()
}

/// A certain failure, or a whole picture, says as much as a text about it.
fn names_its_failure(new: &Assertion) -> bool {
    let any = new
        .expected
        .as_deref()
        .is_some_and(|expected| ANY_FAILURE.contains(&expected));
    let certain = ["ErrorIs", "ErrorAs", "EqualError"]
        .iter()
        .any(|name| new.name.ends_with(name));
    certain
        || new.kind == AssertionKind::Snapshot
        || new.kind == AssertionKind::Exception && new.expected.is_some() && !any
}

/// Whether any failure will do now, where a certain one was expected.
fn widened(old: &Assertion, new: &Assertion) -> bool {
    let any = |assertion: &Assertion| {
        assertion
            .expected
            .as_deref()
            .is_some_and(|expected| ANY_FAILURE.contains(&expected))
    };
    old.kind == AssertionKind::Exception
        && new.kind == AssertionKind::Exception
        && old.expected.is_some()
        && !any(old)
        && any(new)
}

/// What the test says on the lines that it lost.
fn lines<'e>(pair: &Pair<'e>) -> Vec<&'e str> {
    let span = pair.before.test.span;
    let removed = pair
        .before
        .file
        .removed()
        .filter(|line| span.has_line(line.number));
    removed.map(|line| line.text.as_ref()).collect()
}

fn weighs(
    pair: &Pair<'_>,
    evidence: &Evidence,
    settings: &Settings,
    behaviour: Behaviour,
    house: bool,
) -> Option<Level> {
    let about = Pattern::new(SAYS).ok();
    let declared = risk::declared(evidence, |text| {
        let named = |line: &str| {
            let lower = line.to_lowercase();
            line.contains(&pair.after.test.name) || about.as_ref().is_some_and(|about| about.matches(&lower))
        };
        text.lines()
            .any(|line| risk::speaks_of_removal(line) && named(line))
    });
    let listed = settings.policy.approve.iter().any(|id| id == "deleted-test");
    match behaviour {
        Behaviour::Gone => Some(Level::Info),
        Behaviour::Elsewhere | Behaviour::Touched => Some(Level::Warn),
        Behaviour::Same => (declared.is_some() || listed || house).then_some(Level::Warn),
    }
}

fn shown(assertion: &Assertion) -> String {
    format!(
        "`{}`",
        crate::escape::line(&crate::escape::cut(&assertion.text, 160))
    )
}

const fn strength(assertion: &Assertion) -> &'static str {
    match assertion.strength {
        Strength::Equality => "an equality",
        Strength::Comparison => "a comparison",
        Strength::Truthiness => "a test of truth",
        Strength::None => "nothing",
    }
}
