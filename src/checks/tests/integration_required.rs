//! Did an integration suite run, where the change reaches across modules or changes what others call?
//!
//! Asked only where the policy marks a suite with `integration`.

use std::collections::BTreeSet;

use super::{as_read, by_absence, number, required_suite::holds, some};
use crate::{
    checks::{Settings, scope::spread},
    code::{
        FileFacts,
        facts::{Definition, Visibility, hash},
    },
    evidence::{
        Evidence,
        code::{Both, Facts},
        tests::TestRun,
    },
    finding::{Abstain, Finding, Judged, Place, Unproven},
    kinds::FileKind,
    path::RepoPath,
    policy::Suite,
};

/// Names in one line.
const NAMED: usize = 4;

/// Judges the item.
///
/// # Errors
/// The policy marks no suite, the change stays inside one module, or no report that can be relied on was given.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let suites = &settings.policy.tests.suites.0;
    let suites: Vec<(&String, &Suite)> = suites.iter().filter(|(_, suite)| suite.integration).collect();
    if suites.is_empty() {
        return Err(Abstain::not_applicable(
            "the policy marks no suite with `integration`",
        ));
    }
    let Some(reason) = reason(evidence, settings)? else {
        return Err(Abstain::not_applicable(
            "the change stays inside one module and changes no exported signature",
        ));
    };
    let is_run = |run: &TestRun| {
        run.executed()
            .any(|case| suites.iter().any(|(_, suite)| holds(suite, case)))
    };
    if is_run(as_read(evidence, settings)?) {
        evidence.tests()?;
        return Ok(Vec::new());
    }
    let run = evidence.tests()?;
    let names = some(suites.iter().map(|(name, _)| name.as_str()), NAMED);
    let says = format!(
        "{}, and no test of the integration suite {names} ran",
        reason.says
    );
    let finding = Finding::new(Place::Change, says);
    by_absence(
        run,
        vec![reason.evidence.into_iter().fold(finding, Finding::because)],
    )
}

/// Why the suite must run.
struct Reason {
    says: String,
    evidence: Vec<String>,
}

fn reason(evidence: &Evidence, settings: &Settings) -> Result<Option<Reason>, Unproven> {
    let files = evidence.change.files().iter().map(|file| file.path());
    let code: Vec<&RepoPath> = files
        .filter(|path| settings.kinds.of(path) == FileKind::Source)
        .collect();
    if code.is_empty() {
        return Ok(None);
    }
    let modules = spread::packages(&code, &evidence.change);
    if let Ok(modules) = &modules
        && modules.len() > 1
    {
        let names = some(modules.keys().map(String::as_str), NAMED);
        return Ok(Some(Reason {
            says: format!("the change crosses {} modules", modules.len()),
            evidence: vec![format!("modules: {names}")],
        }));
    }
    let mut unread = modules.err();
    let mut sides = Vec::new();
    for both in evidence.changed_code() {
        if settings.kinds.of(both.file.path()) != FileKind::Source {
            continue;
        }
        match exported(&both) {
            Ok(found) => sides.push(found),
            Err(why) => unread = Some(why),
        }
    }
    // what moved to another file is exported still
    let now: BTreeSet<(&str, u64)> = sides
        .iter()
        .flat_map(|side| &side.after)
        .map(Signature::key)
        .collect();
    let mut changed = Vec::new();
    for side in &sides {
        let lost = side.before.iter().filter(|one| !now.contains(&one.key()));
        changed.extend(lost.map(|one| {
            format!(
                "`{}` of {}:{}",
                crate::escape::line(&one.qualified),
                side.path,
                one.line
            )
        }));
    }
    match (changed.len(), unread) {
        (0, Some(why)) => Err(why),
        (0, None) => Ok(None),
        (count, _) => Ok(Some(Reason {
            says: format!(
                "the change alters {}",
                number(count, "exported signature", "exported signatures")
            ),
            evidence: changed.into_iter().take(NAMED).collect(),
        })),
    }
}

/// What a file exports to be called, on both sides; nothing before where it is new.
struct Exported<'e> {
    path: &'e RepoPath,
    before: Vec<Signature>,
    after: Vec<Signature>,
}

/// A definition by its name inside the file and its header.
struct Signature {
    qualified: String,
    /// The hash of the header.
    signature: u64,
    line: u32,
}

impl Signature {
    fn of(one: &Definition) -> Self {
        Self {
            qualified: one.qualified.clone(),
            signature: hash(&one.signature),
            line: one.header,
        }
    }

    fn key(&self) -> (&str, u64) {
        (&self.qualified, self.signature)
    }
}

fn exported<'e>(both: &Both<'e>) -> Result<Exported<'e>, Unproven> {
    let path = both
        .file
        .before()
        .map_or(both.file.path(), |version| &version.path);
    let of = |facts: Option<Facts>| {
        let Some(facts) = facts else { return Ok(Vec::new()) };
        if let Some(error) = facts.errors.first() {
            return Err(Unproven::Unparsed(path.clone(), error.line));
        }
        let exported = facts.definitions.iter().filter(|one| is_exported(one, &facts));
        Ok(exported.map(Signature::of).collect())
    };
    Ok(Exported {
        path,
        before: of(both.before()?)?,
        after: of(both.after()?)?,
    })
}

fn is_exported(one: &Definition, facts: &FileFacts) -> bool {
    let is_test = facts.tests.iter().any(|test| test.header == one.header);
    one.kind.is_function() && one.visibility == Visibility::Public && !one.local && !is_test
}
