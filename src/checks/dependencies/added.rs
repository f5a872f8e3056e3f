//! Does the change bring in a package that nobody named?
//!
//! A package is new when no manifest of its ecosystem in the base names it, directly or not; parts of the
//! repository itself are never new. Overrides and constraints bring in nothing by themselves.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::Change,
        manifests::{
            Ecosystem, Use,
            compare::{self, Compared, EntryChange},
            identity, internal,
        },
    },
    finding::{Abstain, Finding, Judged, Place, Side, unless_unknown},
    risk::Standing,
};

/// Judges the item.
///
/// # Errors
/// No manifest changed, or one cannot be read and the others show nothing.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let compared = compare::compare(&evidence.change, &|path| super::is_own(path, settings));
    let Compared {
        pairs,
        entries,
        problems,
    } = &compared;
    if pairs.is_empty() && problems.is_empty() {
        return Err(Abstain::not_applicable("no dependency manifest changed"));
    }
    let mut seen = Vec::new();
    let mut findings = Vec::new();
    for entry in entries.iter().filter(|entry| is_candidate(entry)) {
        let Some(name) = entry.shown().map(|shown| identity(entry.ecosystem, &shown.name)) else {
            continue;
        };
        // one finding a package, where the manifest says most about it
        let known =
            seen.contains(&(entry.ecosystem, name.clone())) || stood_in_setup(entry, &name, &evidence.change);
        if !known {
            seen.push((entry.ecosystem, name));
            findings.extend(judge(entry, evidence, settings));
        }
    }
    unless_unknown(findings, problems.first().cloned())
}

fn is_candidate(entry: &EntryChange) -> bool {
    let direct = entry
        .after
        .as_ref()
        .is_some_and(|after| after.kind == Use::Direct);
    direct && entry.is_new() && !entry.internal
}

/// Whether a `setup.py` of the base, above the manifest, has the name between quotes: what a program asks for is read
/// by nobody, and moves to a manifest without being new.
fn stood_in_setup(entry: &EntryChange, name: &str, change: &Change) -> bool {
    let holds = |text: &str| {
        let mut words = text.split(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
        words.any(|word| identity(Ecosystem::Python, word) == name)
    };
    entry.ecosystem == Ecosystem::Python
        && internal::folders_above(&entry.manifest).iter().any(|folder| {
            let setup = internal::beside(change, Side::Base, folder, "setup.py");
            setup
                .and_then(|version| change.text(&version).ok())
                .is_some_and(|text| holds(&text))
        })
}

fn judge(entry: &EntryChange, evidence: &Evidence, settings: &Settings) -> Option<Finding> {
    let after = entry.after.as_ref()?;
    let name = crate::escape::line(&after.name);
    let mut names = vec![after.name.as_str()];
    names.extend(after.visible.as_deref());
    let standing = super::standing(evidence, settings, entry.ecosystem, &names);
    let says = format!(
        "`{name}` is a new {} dependency in `{}`",
        entry.ecosystem.name(),
        crate::escape::line(&after.section)
    );
    let mut finding = Finding::new(Place::line(&entry.manifest, after.line), says);
    if !after.requirement.is_empty() {
        finding = finding.because(format!(
            "asked for as `{}`",
            crate::escape::line(&after.requirement)
        ));
    }
    finding = finding.because("no manifest of the base names it");
    if let Some(denial) = super::denial(evidence) {
        finding = finding.because(denial);
    }
    let approval = format!("`dependencies: [{name}]` in the task or `dependencies.approved` in the policy");
    let fix = match standing {
        Standing::Hidden => format!(
            "remove `{name}`; or say in the claims or a commit message why it is needed; or have it approved: {approval}"
        ),
        Standing::Declared(_) | Standing::Approved => {
            format!("nothing, if `{name}` is wanted; {approval} approves it")
        }
    };
    super::weighed(finding.fix(fix), standing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Mode, memory},
            claims::{Claim, Claims, Counts, Form, Rank, Status},
        },
        finding::Level,
        path::RepoPath,
        policy::Policy,
    };

    fn evidence() -> Evidence {
        let file = |text: &str| {
            let path = RepoPath::new("requirements.txt").unwrap();
            [(path, (Mode::File, text.as_bytes().to_vec()))].into()
        };
        Evidence::of(memory::change(file("a==1\n"), file("a==1\nFoo_Bar==2\n")))
    }

    fn judged(evidence: &Evidence, policy: Policy) -> Vec<Finding> {
        run(evidence, &Settings::new(policy).unwrap()).unwrap()
    }

    fn claim(form: Form, target: Option<&str>) -> Claims {
        let claim = Claim {
            form: Some(form),
            form_name: form.name().to_owned(),
            targets: target.into_iter().map(str::to_owned).collect(),
            to: None,
            count: Counts::default(),
            scope: None,
            status: Status::Done,
            said: None,
            file: "claims.yaml".to_owned(),
            line: None,
            rank: Rank::Manifest,
            prose: None,
        };
        Claims {
            claims: vec![claim],
            ..Claims::default()
        }
    }

    #[test]
    fn a_denial_stands_beside_what_contradicts_it() {
        let evidence = evidence().with_claims(Ok(claim(Form::DepNone, None)));
        let findings = judged(&evidence, Policy::default());
        assert_eq!(findings.first().unwrap().at_most, None);
        assert!(
            findings
                .first()
                .unwrap()
                .evidence
                .contains(&"claims.yaml says: dep-none".to_owned())
        );
    }

    #[test]
    fn a_declared_package_only_warns() {
        let evidence = evidence().with_claims(Ok(claim(Form::DepAdded, Some("foo.bar"))));
        assert_eq!(
            judged(&evidence, Policy::default()).first().unwrap().at_most,
            Some(Level::Warn)
        );
    }

    #[test]
    fn the_policy_approves_by_name_by_prefix_and_by_class() {
        for (approved, class, found) in [
            ("foo-bar", "", 0),
            ("Foo.Bar", "", 0),
            ("foo*", "", 0),
            ("foo", "", 1),
            ("other", "dependency", 0),
        ] {
            let mut policy = Policy::default();
            policy.dependencies.approved = vec![approved.to_owned()];
            policy.approve = vec![class.to_owned()];
            assert_eq!(judged(&evidence(), policy).len(), found, "{approved} {class}");
        }
    }
}
