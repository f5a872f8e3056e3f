//! Did code change for which the policy wants agents to be told something, and nothing tells them?

use crate::{
    checks::Settings,
    evidence::{Evidence, Supplied, change::FileChange},
    finding::{Abstain, Finding, Judged, Place, Side},
    path::RepoPath,
    policy::Required,
};

/// Judges the item.
///
/// # Errors
/// The policy asks for no instructions, none of its files changed, or the tree is not known.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let required = &settings.policy.instructions.required;
    if required.is_empty() {
        return Err(Abstain::not_applicable("the policy asks for no instructions"));
    }
    let mut found = Vec::new();
    let mut judged = 0;
    for one in required {
        let mut files = evidence
            .change
            .files()
            .iter()
            .filter(|file| file.after().is_some());
        let Some(file) = files.find(|file| one.covers.matches(file.path())) else {
            continue;
        };
        judged += 1;
        if !is_told(one, evidence)? {
            found.push(accuse(one, file));
        }
    }
    if judged == 0 {
        return Err(Abstain::not_applicable(
            "no file changed for which the policy asks for instructions",
        ));
    }
    Ok(found)
}

fn is_told(one: &Required, evidence: &Evidence) -> Supplied<bool> {
    for path in evidence
        .change
        .every_path(Side::Head)?
        .iter()
        .filter(|path| one.within.matches(path))
    {
        if says(one, path, evidence)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn says(one: &Required, path: &RepoPath, evidence: &Evidence) -> Supplied<bool> {
    let Some(pattern) = &one.line else {
        return Ok(true);
    };
    let version = evidence
        .change
        .entry(Side::Head, path)?
        .filter(|version| version.mode.is_file());
    let text = version
        .map(|version| evidence.change.text(&version))
        .transpose()?;
    Ok(text.is_some_and(|text| text.lines().any(|line| pattern.matches(line))))
}

fn accuse(one: &Required, file: &FileChange) -> Finding {
    let name = crate::escape::line(&one.name).into_owned();
    let says = format!(
        "`{}` changed, and no file of instructions tells agents of {name}",
        file.path()
    );
    let finding = Finding::new(Place::File(file.path().clone()), says);
    let finding = finding.because(format!("the policy looks for it in {}", one.within.shown()));
    finding.fix(format!("write a sentence about {name} into one of these files"))
}
