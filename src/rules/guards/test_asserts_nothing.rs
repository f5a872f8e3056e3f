//! Does the test at a hit assert nothing, itself or through what it calls?

use std::collections::BTreeSet;

use super::Context;
use crate::{
    code::{
        FileFacts, LanguageId,
        facts::{Strength, TestDefinition},
    },
    evidence::code::Facts,
    finding::Side,
    path::RepoPath,
    proving::{may_assert, says_must_not_fail},
};

/// Files beside the test that are looked into.
const BESIDE: usize = 40;

/// Where the place is no test, or the files beside it cannot be listed, the hit goes.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let Some(test) = context.facts.and_then(|facts| facts.test_at(context.hit.line)) else {
        return false;
    };
    let proves = !test.assertions.is_empty() || !test.helpers.is_empty() || test.expects_exception;
    if proves || may_prove(context, test) {
        return false;
    }
    let Some(others) = others(context) else {
        return false;
    };
    let asserting: BTreeSet<&str> = others.iter().flat_map(|facts| helpers(facts)).collect();
    !test.calls.iter().any(|call| asserting.contains(call.as_str()))
}

/// Whether the test calls something that may assert, is made of other tests, or says that it must only not fail.
fn may_prove(context: &Context<'_>, test: &TestDefinition) -> bool {
    let around = |other: &TestDefinition| test.span.contains(&other.span) && test.span != other.span;
    let after = context
        .evidence
        .change
        .file(context.path)
        .and_then(|file| file.after());
    let text = after.and_then(|version| context.evidence.change.text(version).ok());
    test.calls.iter().any(|call| may_assert(call))
        || context.facts.is_some_and(|facts| facts.tests.iter().any(around))
        || says_must_not_fail(test, &text.unwrap_or_default())
}

fn helpers(facts: &FileFacts) -> impl Iterator<Item = &str> {
    let helpers = facts
        .helpers
        .iter()
        .filter(|helper| helper.strength > Strength::None);
    helpers.map(|helper| helper.name.as_str())
}

/// The facts of the files beside the test, in its language.
fn others(context: &Context<'_>) -> Option<Vec<Facts>> {
    let language = LanguageId::of(context.path);
    let folder = context.path.folder();
    let all = context.evidence.change.every_path(Side::Head).ok()?;
    let beside = all
        .iter()
        .filter(|path| *path != context.path && path.folder() == folder && LanguageId::of(path) == language);
    let beside: Vec<RepoPath> = beside.take(BESIDE).cloned().collect();
    let facts = context.evidence.code_of(Side::Head, &beside);
    Some(facts.filter_map(Result::ok).collect())
}
