//! Does what stays of a test hold an assertion that went?
//!
//! An assertion may go into a larger one, be repeated by another, stand on a line that is no assertion, or be handed on as a
//! failure. Then the test proves as much without it.

use std::collections::BTreeSet;

use crate::{
    code::facts::{Assertion, AssertionKind, Strength},
    names::words,
    operands,
    pairs::{Pair, Test},
    same_proof::{COMPARES, shared, subject},
};

/// How a size is asked for.
const SIZES: &[&str] = &["len(", ".length", ".size()", "toHaveLength", "hasSize", "Len("];
/// The share of its words, in hundredths, that shows an assertion to live on among the new lines of its test.
const LIVES_ON: usize = 70;

/// Whether an assertion that went is held by what the test says now; `gone` and `new` are all that went and came.
pub fn is_held(pair: &Pair<'_>, assertion: &Assertion, gone: &[&Assertion], new: &[&Assertion]) -> bool {
    lives_on(pair, assertion)
        || is_implied(pair, assertion)
        || is_handed_on(pair, assertion)
        || is_a_branch_of_one(assertion, gone, new)
}

/// Whether a stronger assertion of the test says as much about the same thing.
fn is_implied(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    is_part_of_another(pair, assertion)
        || is_there_or_of_a_type(pair, assertion)
        || is_one_of_what_is_another_now(pair, assertion)
}

/// Whether the only element of a list became a value of its own, with an equality about it.
fn is_one_of_what_is_another_now(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let counts = SIZES.iter().any(|size| assertion.text.contains(size));
    let Some(subject) = subject(assertion).filter(|_| counts && assertion.expected.as_deref() == Some("1"))
    else {
        return false;
    };
    let (member, item) = (format!("{subject}."), format!("{subject}["));
    let mut new = pair.after.lacking(&pair.before).into_iter();
    new.any(|one| {
        one.strength == Strength::Equality && one.text.contains(&member) && !one.text.contains(&item)
    })
}

/// Whether an assertion about a part of a value, or less than an equality, is held by an equality about the whole, or was
/// before that equality named the value in another way.
fn is_part_of_another(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let is_weaker =
        assertion.strength < Strength::Equality || SIZES.iter().any(|size| assertion.text.contains(size));
    let judges = matches!(
        assertion.kind,
        AssertionKind::Value | AssertionKind::Fail | AssertionKind::House
    );
    // what fails a test by hand has the text of its message, not of its condition
    let speaks = |other: &&Assertion| matches!(other.kind, AssertionKind::Value | AssertionKind::Snapshot);
    let equalities = |test: &'_ Test| -> Vec<Assertion> {
        let own = test.assertions.iter();
        own.filter(|other| other.strength == Strength::Equality)
            .filter(speaks)
            .cloned()
            .collect()
    };
    let after = equalities(&pair.after.test);
    let stays = |old: &Assertion| {
        after
            .iter()
            .any(|new| new.name == old.name && shared(old, new) > 0)
    };
    let covers = |other: &Assertion| operands::covers(other, assertion);
    is_weaker
        && judges
        && (after.iter().any(covers)
            || equalities(&pair.before.test)
                .iter()
                .any(|old| covers(old) && stays(old)))
}

/// Whether an assertion that something is there, or of a type, is answered by a stronger one about the same thing.
fn is_there_or_of_a_type(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let of_type = ["isinstance", "instanceof", "InstanceOf", "IsType"];
    let narrows = assertion.strength == Strength::Truthiness
        || of_type.iter().any(|word| assertion.text.contains(word));
    let own = subject(assertion).filter(|_| narrows && assertion.kind == AssertionKind::Value);
    let Some(subject) = own else {
        return false;
    };
    let (member, item) = (format!("{subject}."), format!("{subject}["));
    // what has no members has no assertion about one
    let answers = |other: &Assertion| match other.strength {
        Strength::Equality => words(&other.text).any(|word| word == subject),
        Strength::Comparison | Strength::Truthiness => {
            other.text.contains(&member) || other.text.contains(&item)
        }
        Strength::None => false,
    };
    let mut kept = pair.after.test.assertions.iter();
    kept.any(|other| other.hash != assertion.hash && answers(other))
}

/// Whether most words of an assertion stand on the new lines of its test: it became part of another.
fn lives_on(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let test = &pair.after.test;
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

/// Whether the test hands a failure on by hand that it asserted away: `require.NoError(t, err)` and `if err != nil`.
fn is_handed_on(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let test = &pair.after.test;
    let mut added = (pair.after.file.added()).filter(|line| test.span.has_line(line.number));
    assertion.name.ends_with("NoError") && added.any(|line| line.text.contains("err != nil"))
}

/// Whether an assertion stood in one of several branches, and one that always runs came for all of them.
fn is_a_branch_of_one(assertion: &Assertion, gone: &[&Assertion], new: &[&Assertion]) -> bool {
    let same = |other: &Assertion| other.name == assertion.name && subject(other) == subject(assertion);
    let beside = |other: &&Assertion| other.conditional && other.line != assertion.line && same(other);
    assertion.conditional
        && gone.iter().copied().any(|other| beside(&other))
        && new.iter().any(|one| !one.conditional && same(one))
}

/// Whether the next assertion of the test, with nothing between, said the same and still does.
pub fn is_said_twice(pair: &Pair<'_>, assertion: &Assertion) -> bool {
    let next = |other: &Assertion| {
        other.line == assertion.last.saturating_add(1) || assertion.line == other.last.saturating_add(1)
    };
    let same = |other: &&Assertion| other.hash == assertion.hash;
    let (before, after) = (&pair.before.test.assertions, &pair.after.test.assertions);
    before.iter().filter(same).any(next) && after.iter().any(|other| same(&other))
}

/// Whether a new line that is no assertion compares what an assertion said and its replacement does not, for the
/// replacement to ask for the result.
pub fn is_said_beside(pair: &Pair<'_>, old: &Assertion, replaced: &Assertion) -> bool {
    let there: BTreeSet<&str> = words(&replaced.text).collect();
    let rest: Vec<&str> = words(&old.text)
        .filter(|word| !old.name.contains(word) && !there.contains(word))
        .collect();
    let test = &pair.after.test;
    let asserts = |number: u32| {
        let mut own = test.assertions.iter();
        own.any(|one| one.line == number && one.last == number)
    };
    let mut added =
        (pair.after.file.added()).filter(|line| test.span.has_line(line.number) && !asserts(line.number));
    let says = |line: &str| {
        let compares = COMPARES.iter().any(|sign| line.contains(sign));
        compares && rest.iter().all(|word| words(line).any(|one| one == *word))
    };
    !rest.is_empty() && added.any(|line| says(&line.text))
}
