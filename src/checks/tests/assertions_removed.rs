//! Do existing tests prove less than before?
//!
//! Assertions are compared test by test: what is gone against what is new, by how much each proves. An assertion that
//! moved to another test or into a helper is not lost, nor are several that became one of the same words.

use std::collections::{BTreeMap, BTreeSet};

use super::{DELETED, number, some, takes_back};
use crate::{
    checks::Settings,
    code::facts::{Assertion, AssertionKind, Strength, last_part},
    evidence::Evidence,
    finding::{Abstain, Finding, Judged, Level, Place},
    held::{is_held, is_said_beside, is_said_twice},
    pairs::{Known, Pair, Pairs},
    path::RepoPath,
    policy::Pattern,
    production::{Behaviour, Production},
    risk,
    same_proof::{as_much, key, shared, widened},
    tolerance::{self, Wider},
};

/// Words by which an author says that assertions went.
const SAYS: &str = r"\b(assert\w*|bounds?|cases?|checks?|expectations?|flak\w*|margins?|specs?|tests?|thresholds?|timeouts?|toleranc\w*|verif\w*)\b";
/// Words by which an author says that a test allows for more.
const LOOSENS: &str = r"\b(allow\w*|deflak\w*|flak\w*|lenien\w*|less strict\w*|loosen\w*|lower\w*|raise[sd]?|raising|relax\w*|stabili[sz]\w*|toleran\w*|tolerat\w*|weaken\w*|widen\w*)\b";
/// Tests of one file that are named one by one; more have one cause, and one finding.
const APART: usize = 4;

/// Judges the item.
///
/// # Errors
/// No test stands on both sides, or a file could not be understood and nothing else is accused.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    if risk::approves(DELETED, evidence, &settings.policy) {
        return Ok(Vec::new());
    }
    let pairs = Pairs::of(evidence, &settings.kinds);
    let production = Production::of(evidence, &settings.kinds);
    let mut elsewhere = pairs.gained();
    // who adds tests beside it may have put the proof there in other words
    let adds = pairs.has_new();
    let mut weakened: BTreeMap<(&RepoPath, Option<Level>, Behaviour), Vec<Weakened>> = BTreeMap::new();
    for pair in pairs.pairs().filter(differs) {
        if let Some(one) = weakened_by(&pair, &pairs, &mut elsewhere, evidence) {
            let behaviour = production.behaviour(lines(&pair).into_iter());
            let level = weighs(&pair, evidence, behaviour, &one.loss, adds);
            let alike = weakened.entry((pair.after.path, level, behaviour));
            alike.or_default().push(one);
        }
    }
    let findings: Vec<Finding> = weakened
        .into_iter()
        .flat_map(|((path, level, behaviour), tests)| findings(path, level, behaviour, &tests))
        .collect();
    if findings.is_empty() {
        pairs.whole()?;
        if !pairs.has_pairs() {
            return Err(Abstain::not_applicable(
                "no test stands on both sides of the change",
            ));
        }
    }
    Ok(findings)
}

/// What a pair of tests lost.
struct Loss {
    /// Where it is seen, after the change.
    line: u32,
    /// What became of the test, after its name.
    says: String,
    /// The assertion, before and after.
    quote: String,
    /// Nothing came in its place that could prove as much in another way.
    certain: bool,
    /// Other assertions came for those that went.
    rewritten: bool,
}

/// A test that proves less.
struct Weakened {
    /// Its name with its groups.
    test: String,
    loss: Loss,
}

/// Whether anything can have become weaker: the body, or what stands above it.
fn differs(pair: &Pair<'_>) -> bool {
    pair.before.test.body != pair.after.test.body || pair.before.test.expects_exception
}

fn weakened_by(
    pair: &Pair<'_>,
    pairs: &Pairs<'_>,
    elsewhere: &mut BTreeMap<u64, usize>,
    evidence: &Evidence,
) -> Option<Weakened> {
    if is_assigned(evidence, pair) || gained_helper(pair) {
        return None;
    }
    let in_part = !(pair.before.facts.parses() && pair.after.facts.parses());
    let gone: Vec<&Assertion> = pair
        .before
        .lacking(&pair.after)
        .into_iter()
        // where a side was understood in part, only lines that the change takes away are lost
        .filter(|assertion| !in_part || pair.before.lost_line(assertion.line, assertion.last))
        .filter(|assertion| !is_said_twice(pair, assertion) && !take(elsewhere, key(assertion)))
        .collect();
    if rows_prove(pair, pairs, &gone) {
        return None;
    }
    let new = pair.after.lacking(&pair.before);
    let loss = loss(pair, &gone, &new)?;
    Some(Weakened {
        test: pair.after.full(),
        loss,
    })
}

/// Whether the test became a table: a case that is new inside it asserts as much for each row.
fn rows_prove(pair: &Pair<'_>, pairs: &Pairs<'_>, gone: &[&Assertion]) -> bool {
    let inside = |new: &Known<'_>| {
        new.test.span != pair.after.test.span && pair.after.test.span.contains(&new.test.span)
    };
    let strongest = gone.iter().map(|one| one.strength).max();
    strongest.is_some_and(|strongest| {
        pairs
            .added_in(pair.after.path)
            .filter(inside)
            .any(|new| new.test.strength() >= strongest)
    })
}

/// One finding a test, or one for all where many of one file lost something.
fn findings(path: &RepoPath, level: Option<Level>, behaviour: Behaviour, tests: &[Weakened]) -> Vec<Finding> {
    let name = |one: &Weakened| crate::escape::line(&one.test).into_owned();
    let finding = |one: &Weakened, says: String| {
        let finding = Finding::new(Place::line(path, one.loss.line), says)
            .because(one.loss.quote.clone())
            .because(behaviour.says());
        level.into_iter().fold(finding, Finding::at_most)
    };
    match tests {
        [first, ..] if tests.len() > APART => {
            let named = some(tests.iter().map(|one| one.test.as_str()), APART);
            vec![finding(
                first,
                format!("{} tests prove less: {named}", tests.len()),
            )]
        }
        few => few
            .iter()
            .map(|one| finding(one, format!("`{}` {}", name(one), one.loss.says)))
            .collect(),
    }
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
    evidence.task().is_ok_and(|task| task.names(pair.after.path))
}

/// Whether a helper that asserts is called now and was not before.
fn gained_helper(pair: &Pair<'_>) -> bool {
    let old: BTreeSet<&String> = pair.before.test.calls.iter().collect();
    let known = |name: &String| pair.after.test.helpers.iter().any(|(helper, _)| helper == name);
    let sounds = |name: &String| {
        let name = name.to_lowercase();
        [
            "assert",
            "await",
            "check",
            "ensure",
            "eventually",
            "expect",
            "snapshot",
            "until",
            "validate",
            "verify",
        ]
        .iter()
        .any(|word| name.contains(word))
    };
    // what is read as an assertion is compared as one
    let own: BTreeSet<&str> = (pair.after.test.assertions.iter())
        .filter(|one| one.kind != AssertionKind::House)
        .map(|one| last_part(&one.name))
        .collect();
    let gained = |name: &String| known(name) || sounds(name) && !own.contains(name.as_str());
    pair.after
        .test
        .calls
        .iter()
        .any(|name| !old.contains(name) && gained(name))
}

fn loss(pair: &Pair<'_>, gone: &[&Assertion], new: &[&Assertion]) -> Option<Loss> {
    fewer(pair, gone, new)
        .or_else(|| weaker(pair, gone, new))
        .or_else(|| more_tolerant(gone, new))
        .or_else(|| any_panic(pair))
        .map(|loss| Loss {
            // what a function of the house asserts is not known
            certain: loss.certain
                && (gone.is_empty() || gone.iter().any(|one| one.kind != AssertionKind::House)),
            ..loss
        })
}

fn fewer(pair: &Pair<'_>, gone: &[&Assertion], new: &[&Assertion]) -> Option<Loss> {
    let fewer = gone.len().checked_sub(new.len()).filter(|fewer| *fewer > 0)?;
    let telling: Vec<&Assertion> = gone
        .iter()
        .copied()
        .filter(|one| one.strength > Strength::None && !is_held(pair, one, gone, new))
        .collect();
    let strongest = telling.iter().max_by_key(|assertion| assertion.strength)?;
    let count = telling.len().saturating_sub(new.len()).min(fewer);
    (count > 0).then(|| Loss {
        line: pair.after.test.header,
        says: format!("lost {}", number(count, "assertion", "assertions")),
        quote: format!("gone: {}", shown(strongest)),
        certain: new.is_empty() && strongest.strength > Strength::Truthiness && only_loses(pair),
        rewritten: !new.is_empty(),
    })
}

/// Whether a test lost lines and gained none.
fn only_loses(pair: &Pair<'_>) -> bool {
    let after = &pair.after;
    let mut added = after
        .file
        .added()
        .filter(|line| after.test.span.has_line(line.number));
    added.all(|line| crate::comments::is_comment_or_blank(&after.path.extension(), &line.text))
}

/// One assertion in the place of another warns: what the new one proves in its own way is not known.
fn became(old: &Assertion, new: &Assertion, says: String) -> Loss {
    Loss {
        line: new.line,
        says,
        quote: format!("{} became {}", shown(old), shown(new)),
        certain: false,
        rewritten: false,
    }
}

/// An assertion that tolerates more than the one of the same form that it replaces.
fn more_tolerant(gone: &[&Assertion], new: &[&Assertion]) -> Option<Loss> {
    let pairs = gone
        .iter()
        .flat_map(|old| new.iter().map(move |new| (*old, *new)));
    let mut wider = pairs.filter_map(|(old, new)| Some((old, new, tolerance::wider(old, new)?)));
    // a text about the failure may be asked for in an assertion of its own
    let (old, new, wide) = wider.find(|(_, _, wide)| *wide != Wider::Message || new.len() <= gone.len())?;
    let says = format!("tolerates more: {}", wide.says());
    Some(became(old, new, says))
}

/// Any panic will do, where a certain one was expected.
fn any_panic(pair: &Pair<'_>) -> Option<Loss> {
    let expects = |text: &str| text.contains("should_panic") && text.contains("expected");
    let inside = |line: u32, known: &Known<'_>| known.test.span.has_line(line);
    let mut removed = pair.before.file.removed();
    let old = removed.find(|line| inside(line.number, &pair.before) && expects(&line.text))?;
    let mut added = pair.after.file.added();
    let new = added.find(|line| inside(line.number, &pair.after) && line.text.contains("should_panic"))?;
    let quoted = |text: &str| format!("`{}`", crate::escape::line(&crate::escape::cut(text.trim(), 160)));
    (!expects(&new.text)).then(|| Loss {
        line: new.number,
        says: format!("tolerates more: {}", Wider::Message.says()),
        quote: format!("{} became {}", quoted(&old.text), quoted(&new.text)),
        certain: false,
        rewritten: false,
    })
}

/// The first assertion whose replacement about the same thing proves less, where nothing new proves as much.
fn weaker(pair: &Pair<'_>, gone: &[&Assertion], new: &[&Assertion]) -> Option<Loss> {
    // a test that gains many for few was written anew
    if new.len() > gone.len().saturating_mul(2) {
        return None;
    }
    let mut left: Vec<&Assertion> = new.to_vec();
    let mut strongest = gone.to_vec();
    strongest.sort_by_key(|assertion| std::cmp::Reverse(assertion.strength));
    for old in strongest {
        let alike = |one: &&Assertion| (shared(old, one), std::cmp::Reverse(shared(one, one)));
        let best = left
            .iter()
            .enumerate()
            .max_by_key(|(_, one)| (one.strength >= old.strength || as_much(old, one), alike(one)))?
            .0;
        let replaced = left.swap_remove(best);
        let less =
            replaced.strength < rank(old) && !is_said_beside(pair, old, replaced) && !as_much(old, replaced);
        if less && shared(old, replaced) > 0 || widened(old, replaced) {
            let says = format!("asserts less: {} became {}", strength(old), strength(replaced));
            return Some(became(old, replaced, says));
        }
    }
    None
}

/// How much an assertion proves. That a stand-in was called so says that this call is among others.
fn rank(assertion: &Assertion) -> Strength {
    match assertion.kind {
        AssertionKind::Mock => assertion.strength.min(Strength::Comparison),
        AssertionKind::Value
        | AssertionKind::Exception
        | AssertionKind::Snapshot
        | AssertionKind::Fail
        | AssertionKind::House => assertion.strength,
    }
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
    behaviour: Behaviour,
    loss: &Loss,
    adds: bool,
) -> Option<Level> {
    let about = Pattern::new(SAYS).ok();
    let loosens = Pattern::new(LOOSENS).ok();
    let declared = risk::declared(evidence, |text| {
        let named = |line: &str| {
            let lower = line.to_lowercase();
            line.contains(&pair.after.test.name) || about.as_ref().is_some_and(|about| about.matches(&lower))
        };
        let loosened = |line: &str| {
            loosens
                .as_ref()
                .is_some_and(|words| words.matches(&line.to_lowercase()))
        };
        text.lines()
            .any(|line| (risk::speaks_of_removal(line) || loosened(line)) && named(line))
    });
    match behaviour {
        Behaviour::Gone => Some(Level::Info),
        // what the code does now is asserted in the place of what it did
        Behaviour::Touched if loss.rewritten => Some(Level::Info),
        Behaviour::Elsewhere | Behaviour::Touched if takes_back(evidence) => Some(Level::Info),
        Behaviour::Elsewhere | Behaviour::Touched => Some(Level::Warn),
        Behaviour::Same => (declared.is_some() || adds || !loss.certain).then_some(Level::Warn),
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
