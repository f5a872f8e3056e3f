//! What does the gate say about every commit of a history?
//!
//! ```text
//! cargo run --release --example history -- REPOSITORY [--last N] [--agents]
//! ```
//!
//! Judges each commit that is no merge against its parent, with no configuration and no evidence but the commit
//! itself, and prints every finding and the counts per check: the material of `docs/precision.md`.

use std::{collections::BTreeMap, io::Write as _, path::Path, process::ExitCode};

use countersign::{
    error::Error,
    finding::Level,
    gate::{self, Inputs, Range},
    report::{Report, State},
};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut folder, mut last, mut agents) = (None, 300, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--last" => {
                last = arguments
                    .next()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(last)
            }
            "--agents" => agents = true,
            _ => folder = Some(argument),
        }
    }
    let Some(folder) = folder else {
        return ExitCode::from(2);
    };
    match run(Path::new(&folder), last, agents) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Tally {
    holds: usize,
    not_applicable: usize,
    unproven: usize,
    broken: usize,
    findings: BTreeMap<Level, usize>,
}

fn run(folder: &Path, last: usize, agents: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let commits = commits(folder, last, agents)?;
    let (mut tallies, mut verdicts, mut errors): (BTreeMap<&str, Tally>, BTreeMap<&str, usize>, usize) =
        Default::default();
    for (commit, parent, subject) in &commits {
        let range = Range::Commits {
            base: Some(parent.clone()),
            head: Some(commit.clone()),
        };
        match gate::judge(&Inputs::of(range, folder)) {
            Ok(report) => {
                *verdicts.entry(report.verdict.name()).or_default() += 1;
                show(&report, commit, subject, &mut tallies, &mut out)?;
            }
            Err(Error::Repository { problem, .. }) if problem.starts_with("nothing changed") => {
                *verdicts.entry("empty").or_default() += 1;
            }
            Err(error) => {
                errors += 1;
                writeln!(out, "{} ERROR {error}", commit.get(..10).unwrap_or(commit))?;
            }
        }
    }
    writeln!(out, "\n{} commits: {verdicts:?}, {errors} errors", commits.len())?;
    writeln!(
        out,
        "{:34} {:>6} {:>6} {:>6} {:>6}  findings by level",
        "check", "holds", "n/a", "unprov", "broken"
    )?;
    for (id, tally) in tallies {
        let Tally {
            holds,
            not_applicable,
            unproven,
            broken,
            findings,
        } = tally;
        writeln!(
            out,
            "{id:34} {holds:>6} {not_applicable:>6} {unproven:>6} {broken:>6}  {findings:?}"
        )?;
    }
    Ok(())
}

fn show<'a>(
    report: &Report,
    commit: &str,
    subject: &str,
    tallies: &mut BTreeMap<&'a str, Tally>,
    out: &mut impl std::io::Write,
) -> std::io::Result<()>
where
    Report: 'a,
{
    for item in &report.items {
        let tally = tallies.entry(item.id).or_default();
        match item.state {
            State::Holds => tally.holds += 1,
            State::NotApplicable => tally.not_applicable += 1,
            State::Unproven => tally.unproven += 1,
            State::Broken => tally.broken += 1,
        }
        for finding in &item.findings {
            *tally.findings.entry(finding.level).or_default() += 1;
            writeln!(
                out,
                "{} {} {} {}: {} | {subject}",
                commit.get(..10).unwrap_or(commit),
                finding.level,
                item.id,
                finding.place,
                finding.says
            )?;
        }
    }
    Ok(())
}

type Found = Vec<(String, String, String)>;

fn commits(folder: &Path, last: usize, agents: bool) -> Result<Found, git2::Error> {
    let repository = git2::Repository::open(folder).or_else(|_| git2::Repository::discover(folder))?;
    let mut walk = repository.revwalk()?;
    walk.push_head()?;
    let mut found = Vec::new();
    for id in walk {
        let commit = repository.find_commit(id?)?;
        let message = String::from_utf8_lossy(commit.message_bytes()).to_lowercase();
        let author = String::from_utf8_lossy(commit.author().name_bytes()).to_lowercase();
        let names = [
            "claude", "codex", "copilot", "devin", "cursor", "jules", "gemini", "aider",
        ];
        let by_agent = names.iter().any(|name| author.contains(name))
            || message.lines().any(|line| {
                line.starts_with("co-authored-by:") && names.iter().any(|name| line.contains(name))
            });
        if commit.parent_count() == 1 && (!agents || by_agent) {
            let subject = message.lines().next().unwrap_or_default().to_owned();
            found.push((commit.id().to_string(), commit.parent_id(0)?.to_string(), subject));
        }
        if found.len() == last {
            break;
        }
    }
    Ok(found)
}
