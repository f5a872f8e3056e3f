//! Did the tests run with the versions of the tools that the project declares?
//!
//! Known are versions that a receipt or a property of a report names. A supported range must hold for every run; a pin
//! (`.nvmrc`, `rust-toolchain`) is what people work with, so one run among others that fits is enough, and it warns.

use std::collections::{BTreeMap, BTreeSet};

use super::as_read;
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::TestRun,
        versions::{
            Tool, Version,
            declared::{self, Declared},
        },
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side},
};

/// Judges the item.
///
/// # Errors
/// The project declares no version, no run says with which it ran, or no report was given.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let declared = declared::of(&evidence.change, Side::Head);
    if matches!(&declared, Ok(all) if all.is_empty()) {
        return Err(Abstain::not_applicable(
            "no file at the root declares the version of a tool",
        ));
    }
    let run = as_read(evidence, settings)?;
    let used = used(run);
    let declared = declared?;
    let known: Vec<&Declared> = declared
        .iter()
        .filter(|one| used.contains_key(&one.tool))
        .collect();
    if known.is_empty() {
        return Err(Abstain::not_applicable(
            "neither a receipt nor a report says with which version of a declared tool the tests ran",
        ));
    }
    let finding = |one: &Declared| mismatch(one, used.get(&one.tool)?);
    Ok(known.into_iter().filter_map(finding).collect())
}

/// The versions that were used, and who says so.
type Used = BTreeMap<Version, BTreeSet<String>>;

fn used(run: &TestRun) -> BTreeMap<Tool, Used> {
    let mut used: BTreeMap<Tool, Used> = BTreeMap::new();
    let mut add = |tool: Tool, version: Version, who: &str| {
        let who = crate::escape::line(who).into_owned();
        used.entry(tool)
            .or_default()
            .entry(version)
            .or_default()
            .insert(who);
    };
    for report in &run.reports {
        for (tool, version) in &report.versions {
            add(*tool, *version, &report.input.file);
        }
    }
    for (tool, version, receipt) in run.bound.iter().flat_map(|bound| &bound.versions) {
        add(*tool, *version, receipt);
    }
    used
}

fn mismatch(declared: &Declared, used: &Used) -> Option<Finding> {
    let wrong: Vec<_> = used
        .iter()
        .filter(|(version, _)| !declared.range.allows(**version))
        .collect();
    let (version, who) = wrong.first()?;
    if declared.is_pin && wrong.len() < used.len() {
        return None;
    }
    let says = format!(
        "the tests ran with {} {version}, and the project asks for `{}`",
        declared.tool.name(),
        crate::escape::line(&declared.text)
    );
    let finding = Finding::new(Place::line(&declared.path, declared.line), says);
    let finding = who.iter().take(3).fold(finding, |finding, who| {
        finding.because(format!("the version stands in `{who}`"))
    });
    Some(match declared.is_pin {
        true => finding.at_most(Level::Warn),
        false => finding,
    })
}
