//! Did the command that the author claims run, after the last edit, and end well?
//!
//! The agent's own transcript is the log, and so are receipts: each proves that one command ran on the judged tree. A line whose exit code is that of something else, a script that may run anything
//! and a log with a gap accuse nobody.

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        log::{self, Line, Log, Recorded, Run, same_words},
    },
    escape,
    evidence::{
        Evidence,
        change::Change,
        claims::{
            Claim, Form,
            transcripts::{Outcome, Session},
        },
        commands::{self, Call},
    },
    finding::{Side, Unproven},
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::CommandRun];

/// Files that set up hooks, which run tools at a commit.
const HOOKS: &[&str] = &[
    ".pre-commit-config.yaml",
    ".husky/pre-commit",
    ".husky/pre-push",
    "lefthook.yml",
    "lefthook.yaml",
    ".githooks/pre-commit",
];

/// Every command that is said to have run, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let claims = evidence.claims()?;
    let log = Log::of(&claims.sessions);
    let one = |claim: &Claim| -> Vec<Standing> {
        let told = |target: &String| told(claim, target, evidence, &log);
        claim.targets.iter().map(told).collect()
    };
    Ok(claims::judge(claims, FORMS, one))
}

fn told(claim: &Claim, target: &str, evidence: &Evidence, log: &Log<'_>) -> Standing {
    let recorded = commands::named(target).and_then(|claimed| recorded(claim, target, &claimed, evidence));
    match recorded {
        // a receipt that says otherwise than the transcript leaves it open
        Some(refuted @ Standing::Refuted(_)) => match logged(claim, target, evidence, log) {
            Standing::Supported(_) => Standing::unverifiable(
                "the transcript shows that it ended well, and a receipt that it did not",
            ),
            Standing::Refuted(_) | Standing::Unverifiable(_) | Standing::Lacking(_) => refuted,
        },
        Some(told) => told,
        None => match logged(claim, target, evidence, log) {
            lacking @ Standing::Lacking(_) => elsewhere(target, evidence).unwrap_or(lacking),
            told @ (Standing::Supported(_) | Standing::Refuted(_) | Standing::Unverifiable(_)) => told,
        },
    }
}

/// A receipt of the command that is not about the judged tree.
fn elsewhere(target: &str, evidence: &Evidence) -> Option<Standing> {
    let claimed = commands::named(target)?;
    let (ran, why) = evidence.recorded().iter().find_map(|ran| {
        let same = commands::named(&ran.command)?.family == claimed.family;
        Some((ran, ran.elsewhere.as_ref()?)).filter(|_| same)
    })?;
    let file = escape::line(&ran.file);
    Some(Standing::Unverifiable(format!("{file} records it, and {why}")))
}

/// What the receipts show of a command on the judged tree; `None` where they show nothing of the kind.
fn recorded(claim: &Claim, target: &str, claimed: &Call, evidence: &Evidence) -> Option<Standing> {
    let here = log::recorded(evidence.recorded(), |call| call.family == claimed.family);
    if let Some(good) = here.iter().find(|one| one.outcome == Outcome::Done) {
        let note =
            (!same_words(&good.call, claimed)).then(|| format!("it ran as recorded in {}", good.place()));
        return Some(Standing::Supported(note));
    }
    let is_same =
        |one: &&Recorded<'_>| same_words(&one.call, claimed) && matches!(one.outcome, Outcome::Failed(_));
    let bad = here.iter().find(is_same)?;
    let says = format!(
        "`{}` is said to have run, and its recorded run ended with exit code {}",
        escape::line(target),
        bad.ran.exit_code
    );
    let finding = against(claim, says).because(bad.place());
    Some(
        finding
            .fix("mend what fails and record it again, or say that it fails")
            .into(),
    )
}

/// What the transcripts show of a command.
fn logged(claim: &Claim, target: &str, evidence: &Evidence, log: &Log<'_>) -> Standing {
    if let Err(why) = evidence.sessions() {
        return Standing::Lacking(why);
    }
    let Some(claimed) = commands::named(target) else {
        return Standing::unverifiable("it is more than one command");
    };
    let shown = escape::line(target);
    let runs = log.runs(|call| call.family == claimed.family);
    let same = runs.iter().rfind(|run| same_words(run.call, &claimed));
    let is_good = |run: &&Run<'_>| run.outcome == Outcome::Done && run.line.at > log.edited;
    if same.is_some_and(|run| is_good(&run)) {
        return Standing::Supported(None);
    }
    let since = same.map_or(log.edited, |run| run.line.at);
    if let Some(other) = runs.iter().rfind(|run| is_good(run) && run.line.at > since) {
        return Standing::supported(format!(
            "it ran as `{}` at {}",
            other.line.quote(),
            other.line.place()
        ));
    }
    match (same, runs.last()) {
        (Some(last), Some(latest)) => ended(claim, &shown, log, last, latest),
        (_, Some(latest)) => Standing::Unverifiable(format!(
            "`{shown}` ran only as `{}` at {}, which does not show that it ended well after the last edit",
            latest.line.quote(),
            latest.line.place()
        )),
        (_, None) => never(claim, &shown, evidence, log),
    }
}

/// What the last run of the command shows; `latest` is the last one of the same tool with whatever arguments.
fn ended(claim: &Claim, shown: &str, log: &Log<'_>, last: &Run<'_>, latest: &Run<'_>) -> Standing {
    let place = last.line.place();
    match last.outcome {
        Outcome::Failed(code) => {
            let is_latest = latest.line.at <= last.line.at;
            if !is_latest || log.opaque(last.line.at).is_some() {
                return Standing::Unverifiable(format!(
                    "`{shown}` failed at {place}, and commands after it may have run it again"
                ));
            }
            if let Some(why) = log.gap() {
                return Standing::Unverifiable(format!(
                    "`{shown}` failed at {place}; whether it ran again is not known: {why}"
                ));
            }
            let how = code.map_or("failed".to_owned(), |code| format!("ended with exit code {code}"));
            against(
                claim,
                format!("`{shown}` is said to have run, and its last run {how}"),
            )
            .because(format!("{place}: `{}`", last.line.quote()))
            .fix("mend what fails and run it again, or say that it fails")
            .into()
        }
        Outcome::Done => Standing::Unverifiable(format!(
            "`{shown}` ended well at {place}, and files were edited after it"
        )),
        Outcome::Refused | Outcome::Unknown => Standing::Unverifiable(format!(
            "`{shown}` ran at {place}, and its exit code is not told: `{}`",
            last.line.quote()
        )),
    }
}

/// Nothing of the kind is in the log: an accusation where the log is whole and is one of this very change.
fn never(claim: &Claim, shown: &str, evidence: &Evidence, log: &Log<'_>) -> Standing {
    if let Some(why) = log.sessions.iter().find_map(|session| session.truncated.as_ref()) {
        let why = format!("`{shown}` is not in the transcript, which ends early: {why}");
        return Standing::Lacking(Unproven::Insufficient(why));
    }
    if let Some(why) = log.gap() {
        return Standing::Unverifiable(format!(
            "`{shown}` is not in the transcript, which is not whole: {why}"
        ));
    }
    if let Some(line) = log.opaque((0, 0)) {
        return Standing::Unverifiable(format!(
            "`{shown}` is not in the transcript; `{}` at {} may have run it",
            line.quote(),
            line.place()
        ));
    }
    let is_committed = log
        .lines
        .iter()
        .any(|line| commands::sets_off_hooks(&line.command.text));
    if is_committed && has_hooks(&evidence.change) {
        return Standing::Unverifiable(format!(
            "`{shown}` is not in the transcript; a hook of git may have run it"
        ));
    }
    if !log
        .sessions
        .iter()
        .any(|session| is_about(session, &evidence.change))
    {
        return Standing::Unverifiable(format!(
            "`{shown}` is not in the transcript, which edits no file of this change"
        ));
    }
    let listed = match log.lines.len() {
        0 => "the transcript shows no command at all".to_owned(),
        1 => format!(
            "the only command in the transcript is `{}`",
            log.lines.iter().map(Line::quote).collect::<String>()
        ),
        count => format!("none of the {count} commands in the transcript is one"),
    };
    let files: Vec<String> = log
        .sessions
        .iter()
        .map(|session| escape::line(&session.file).into_owned())
        .collect();
    against(claim, format!("`{shown}` is said to have run, and it never did"))
        .because(format!("{}: {listed}", files.join(", ")))
        .fix("run it and hand in that session too, or take the claim back")
        .into()
}

/// Whether the repository sets up hooks; where that is not known it may.
fn has_hooks(change: &Change) -> bool {
    HOOKS
        .iter()
        .filter_map(|path| RepoPath::new(path).ok())
        .any(|path| {
            [Side::Base, Side::Head]
                .into_iter()
                .any(|side| !matches!(change.entry(side, &path), Ok(None)))
        })
}

/// Whether a session edited a file that the change touches.
fn is_about(session: &Session, change: &Change) -> bool {
    let touched: Vec<String> = change
        .files()
        .iter()
        .flat_map(|file| file.touched())
        .map(ToString::to_string)
        .collect();
    session.edits.iter().any(|edit| {
        let path = edit.path.replace('\\', "/");
        let ends = |known: &String| path == *known || path.ends_with(&format!("/{known}"));
        touched.iter().any(ends)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claims::log::tests::session,
        evidence::{
            change::{Mode, memory},
            receipt::Ran,
        },
    };

    fn judged(target: &str, session: Option<Session>) -> (&'static str, String) {
        judged_beside(target, session, Vec::new())
    }

    fn receipt(command: &str, exit_code: u8, elsewhere: Option<&str>) -> Ran {
        Ran {
            file: "countersign-receipt.json".to_owned(),
            command: command.to_owned(),
            exit_code,
            elsewhere: elsewhere.map(str::to_owned),
        }
    }

    #[test]
    fn a_receipt_shows_that_a_command_ran_and_how_it_ended() {
        for (target, receipts, name) in [
            (
                "cargo clippy",
                vec![receipt("cargo clippy", 0, None)],
                "supported",
            ),
            (
                "cargo clippy -- -D warnings",
                vec![receipt("cargo clippy", 0, None)],
                "supported",
            ),
            (
                "cargo clippy",
                vec![receipt("cargo clippy", 101, None)],
                "refuted",
            ),
            (
                "cargo clippy",
                vec![
                    receipt("cargo clippy", 101, None),
                    receipt("cargo clippy", 0, None),
                ],
                "supported",
            ),
            (
                "cargo clippy",
                vec![receipt("cargo clippy", 101, Some("it ran elsewhere"))],
                "not checked",
            ),
            (
                "cargo clippy --all",
                vec![receipt("cargo clippy", 101, None)],
                "unproven",
            ),
            (
                "cargo clippy",
                vec![receipt("cargo fmt --check", 1, None)],
                "unproven",
            ),
            (
                "cargo clippy",
                vec![receipt("sh -c 'cargo clippy | tail'", 1, None)],
                "unproven",
            ),
        ] {
            let (told, why) = judged_beside(target, None, receipts);
            assert_eq!(told, name, "{target}: {why}");
        }
        let good = session(&[EDIT, ("cargo clippy", DONE)]);
        let red = vec![receipt("cargo clippy", 101, None)];
        assert_eq!(judged_beside("cargo clippy", Some(good), red).0, "not checked");
    }

    fn judged_beside(target: &str, session: Option<Session>, receipts: Vec<Ran>) -> (&'static str, String) {
        let file = |text: &str| -> memory::Files {
            let path = RepoPath::new("src/a.rs").unwrap();
            [(path, (Mode::File, text.as_bytes().to_vec()))].into()
        };
        let mut claims = crate::claims::tests::claims(&format!("- form: command-run\n  target: {target}\n"));
        claims.sessions.extend(session);
        let evidence = Evidence::of(memory::change(file("a\n"), file("b\n")))
            .with_claims(Ok(claims))
            .with_recorded(receipts);
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    /// A step of a session.
    type Step = (&'static str, Outcome);

    const EDIT: Step = ("edit /home/me/repo/src/a.rs", Outcome::Done);
    const DONE: Outcome = Outcome::Done;
    const RED: Outcome = Outcome::Failed(Some(101));

    #[test]
    fn a_command_is_compared_with_the_log() {
        let table: &[(&str, &[Step], &str)] = &[
            ("cargo test", &[EDIT, ("cargo test", DONE)], "supported"),
            ("cargo test", &[EDIT, ("cargo nextest run", DONE)], "supported"),
            ("cargo test", &[EDIT, ("cargo test -q retry", DONE)], "supported"),
            (
                "pytest -q",
                &[EDIT, ("cd api && uv run pytest 2>&1", DONE)],
                "supported",
            ),
            (
                "cargo test",
                &[EDIT, ("cargo test", RED), EDIT, ("cargo test", DONE)],
                "supported",
            ),
            (
                "cargo test",
                &[EDIT, ("cargo test", DONE), ("cargo test --ignored", RED)],
                "supported",
            ),
            // before the last edit, behind a pipe, in the background: nobody knows
            ("cargo test", &[("cargo test", DONE), EDIT], "not checked"),
            (
                "cargo test",
                &[EDIT, ("cargo test | tail -3", DONE)],
                "not checked",
            ),
            (
                "cargo test",
                &[EDIT, ("cargo test", Outcome::Unknown)],
                "not checked",
            ),
            (
                "cargo test",
                &[EDIT, ("cargo test broken_one", RED)],
                "not checked",
            ),
            ("cargo test", &[EDIT, ("make test", DONE)], "not checked"),
            (
                "cargo test",
                &[EDIT, ("cargo test", RED), ("make test", DONE)],
                "not checked",
            ),
            (
                "cargo test",
                &[EDIT, ("cargo test", RED), ("cargo test | tail", DONE)],
                "not checked",
            ),
            (
                "cargo test",
                &[("edit /tmp/other.rs", DONE), ("ls", DONE)],
                "not checked",
            ),
            // the log is whole and says otherwise
            ("cargo test", &[EDIT, ("cargo test", RED)], "refuted"),
            (
                "cargo test",
                &[EDIT, ("cargo test --quiet 2>&1", RED), EDIT],
                "refuted",
            ),
            (
                "cargo test",
                &[EDIT, ("cargo build", DONE), ("git status", DONE)],
                "refuted",
            ),
            ("cargo test", &[EDIT, ("cargo test", Outcome::Refused)], "refuted"),
            ("cargo test", &[EDIT], "refuted"),
            ("cargo fmt && cargo test", &[EDIT], "not checked"),
        ];
        for (target, steps, name) in table {
            let (told, why) = judged(target, Some(session(steps)));
            assert_eq!(told, *name, "{target} {steps:?}: {why}");
        }
        assert_eq!(judged("cargo test", None).0, "unproven");
    }

    #[test]
    fn a_log_with_a_gap_accuses_nobody_of_not_having_run_something() {
        let mut cut = session(&[EDIT]);
        cut.truncated = Some("line 9, the last one, is cut off".to_owned());
        let (told, why) = judged("cargo test", Some(cut));
        assert_eq!(told, "unproven");
        assert!(why.contains("cut off"), "{why}");
        let mut gap = session(&[EDIT, ("cargo test", RED)]);
        gap.gap = Some("a subagent worked too".to_owned());
        assert_eq!(
            judged("cargo test", Some(gap)).0,
            "not checked",
            "it may have run again"
        );
    }
}
