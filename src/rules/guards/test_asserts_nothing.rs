//! Does the test at a hit assert nothing, itself or through what it calls?

use std::collections::BTreeSet;

use super::Context;
use crate::{
    code::{FileFacts, LanguageId, facts::Strength},
    finding::Side,
    path::RepoPath,
};

/// Files beside the test that are looked into.
const BESIDE: usize = 40;

/// Where the place is no test, or the files beside it cannot be listed, the hit goes.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let Some(test) = context.facts.and_then(|facts| facts.test_at(context.hit.line)) else {
        return false;
    };
    if test.strength() > Strength::None || test.expects_exception {
        return false;
    }
    let Some(others) = others(context) else {
        return false;
    };
    let asserting: BTreeSet<&str> = others.iter().flat_map(helpers).collect();
    !test.calls.iter().any(|call| asserting.contains(call.as_str()))
}

fn helpers(facts: &FileFacts) -> impl Iterator<Item = &str> {
    let helpers = facts
        .helpers
        .iter()
        .filter(|helper| helper.strength > Strength::None);
    helpers.map(|helper| helper.name.as_str())
}

/// The facts of the files beside the test, in its language.
fn others(context: &Context<'_>) -> Option<Vec<FileFacts>> {
    let language = LanguageId::of(context.path);
    let folder = context.path.folder();
    let all = context.evidence.change.every_path(Side::Head).ok()?;
    let beside = all
        .iter()
        .filter(|path| *path != context.path && path.folder() == folder && LanguageId::of(path) == language);
    let beside: Vec<RepoPath> = beside.take(BESIDE).cloned().collect();
    let facts = context.evidence.code_of(Side::Head, &beside);
    Some(facts.into_iter().filter_map(Result::ok).collect())
}
