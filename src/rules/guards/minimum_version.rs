//! Is what a rule advises there in every version of the language that the project supports?
//!
//! A capture named `@since.3.9` says with which version it came. A project that declares nothing is taken to support
//! what is still maintained.

use super::Context;
use crate::{
    code::LanguageId,
    evidence::versions::{Tool, Version, declared},
    finding::Side,
};

/// Where the declaration cannot be read, the hit goes.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let since = context
        .hit
        .quotes
        .iter()
        .find_map(|(name, _)| name.strip_prefix("since."));
    let Some(since) = since else { return true };
    let (Some(before), Some(tool)) = (before(since), tool(context)) else {
        return false;
    };
    let Ok(declared) = declared::of(&context.evidence.change, Side::Head) else {
        return false;
    };
    let supported = declared.iter().filter(|one| one.tool == tool && !one.is_pin);
    !supported.into_iter().any(|one| one.range.allows(before))
}

/// The last version before `X.Y`, as far as ranges tell versions apart.
fn before(since: &str) -> Option<Version> {
    let (major, minor) = since.split_once('.')?;
    let minor = minor.parse::<u64>().ok()?.checked_sub(1)?;
    Some(Version([major.parse().ok()?, minor, 999]))
}

fn tool(context: &Context<'_>) -> Option<Tool> {
    match LanguageId::of(context.path)? {
        LanguageId::Python => Some(Tool::Python),
        LanguageId::Rust => Some(Tool::Rust),
        LanguageId::Go => Some(Tool::Go),
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => Some(Tool::Node),
        LanguageId::Java => None,
    }
}
