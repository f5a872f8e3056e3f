//! Did the build that is said to succeed end well, after the last edit?
//!
//! Receipts of the judged tree and the agent's own transcript are the log. A command that compiles on its way, such as
//! `cargo test`, proves a build where it ends well and says nothing where it fails.

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        log::{self, Ending, Wanted},
    },
    escape,
    evidence::{
        Evidence,
        claims::{Claim, Form},
        commands::{self, Call},
        purpose::{self, Purpose},
    },
    finding::Unproven,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::BuildOk];

/// The scope of a claim that not even a warning was given.
const NO_WARNINGS: &str = "without warnings";

/// Every claim that something builds, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| -> Vec<Standing> {
        if claim.targets.is_empty() {
            return vec![told(claim, None, evidence)];
        }
        let about = |target: &String| told(claim, Some(target), evidence);
        claim.targets.iter().map(about).collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, target: Option<&str>, evidence: &Evidence) -> Standing {
    let named = target.map(commands::named);
    if named == Some(None) {
        return Standing::unverifiable("it is more than one command");
    }
    let named = named.flatten();
    let is_meant = |call: &Call| match &named {
        Some(named) => call.family == named.family,
        None => Purpose::of(call) == Some(Purpose::Build),
    };
    let on_the_way = |call: &Call| named.is_none() && purpose::builds_on_the_way(call);
    let wanted = Wanted {
        is_meant: &is_meant,
        on_the_way: &on_the_way,
        strict: claim.scope.as_deref() == Some(NO_WARNINGS),
    };
    let shown = target.map_or_else(
        || "the build".to_owned(),
        |target| format!("`{}`", escape::line(target)),
    );
    match log::ending(evidence, &wanted) {
        Ending::Well(how) => Standing::supported(how),
        Ending::Badly { says, shown: line } => {
            against(claim, format!("{shown} is said to succeed, and {says}"))
                .because(line)
                .fix("mend the build and run it again, or say that it fails")
                .into()
        }
        Ending::Open(why) => Standing::Unverifiable(why),
        Ending::Never => never(&shown, evidence),
    }
}

/// No build is shown: it may have run where nothing was recorded.
fn never(shown: &str, evidence: &Evidence) -> Standing {
    match evidence.sessions() {
        Err(missing) if evidence.recorded().is_empty() => missing.into(),
        Err(_) => Standing::unverifiable(format!("no receipt shows {shown}")),
        Ok(sessions) if sessions.iter().any(|session| session.truncated.is_some()) => {
            let why = format!("{shown} is not in the transcript, which ends early");
            Unproven::Insufficient(why).into()
        }
        Ok(_) => Standing::unverifiable(format!("{shown} is not in the transcript")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claims::log::tests::session,
        evidence::{
            change::memory,
            claims::transcripts::{Outcome, Session},
        },
        policy::Policy,
    };

    const DONE: Outcome = Outcome::Done;
    const RED: Outcome = Outcome::Failed(Some(101));
    const EDIT: (&str, Outcome) = ("edit src/a.rs", DONE);

    fn judged(entry: &str, session: Option<Session>) -> (&'static str, String) {
        let mut claims = claims::tests::claims(&format!("- form: build-ok\n{entry}"));
        claims.sessions.extend(session);
        let evidence =
            Evidence::of(memory::change(memory::Files::new(), memory::Files::new())).with_claims(Ok(claims));
        let settings = Settings::new(Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    #[test]
    fn a_build_is_compared_with_the_log() {
        type Steps = &'static [(&'static str, Outcome)];
        let table: &[(&str, Steps, &str)] = &[
            ("", &[EDIT, ("cargo build", DONE)], "supported"),
            ("", &[EDIT, ("cargo build", RED)], "refuted"),
            ("", &[EDIT, ("cargo test", DONE)], "supported"),
            ("", &[EDIT, ("cargo test", RED)], "not checked"),
            ("", &[EDIT], "not checked"),
            (
                "  target: cargo build\n",
                &[EDIT, ("npm run build", RED)],
                "not checked",
            ),
            (
                "  target: npm run build\n",
                &[EDIT, ("npm run build", RED)],
                "refuted",
            ),
            (
                "  scope: without warnings\n",
                &[EDIT, ("cargo build", DONE)],
                "not checked",
            ),
            (
                "  scope: without warnings\n",
                &[EDIT, ("cargo build", RED)],
                "refuted",
            ),
            (
                "  scope: without warnings\n",
                &[EDIT, ("cargo clippy -- -D warnings", DONE)],
                "supported",
            ),
            (
                "  target: cargo build && make\n",
                &[EDIT, ("cargo build", RED)],
                "not checked",
            ),
        ];
        for (entry, steps, name) in table {
            let (told, why) = judged(entry, Some(session(steps)));
            assert_eq!(told, *name, "{entry} {steps:?}: {why}");
        }
        assert_eq!(judged("", None).0, "unproven");
    }
}
