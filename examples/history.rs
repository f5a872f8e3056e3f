//! What does the gate say about every commit of a history?
//!
//! ```text
//! cargo run --release --example history -- REPOSITORY [--last N] [--agents] [--reverse] [--span N] [--only PREFIX,…] [--task FILE] [COMMIT…]
//! ```
//!
//! `--reverse` judges the way back, from each commit to its parent: a commit that strengthens tests then weakens them.
//! `--span` judges so many commits at a time, along first parents, as if they were one change.
//! `--only` shows the findings of checks whose names begin so. `--task` is the task of every commit. Commits that are named are the only ones judged.
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
    let mut wish = Wish {
        last: 300,
        ..Wish::default()
    };
    let mut folder = None;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--last" => {
                wish.last = arguments
                    .next()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(wish.last)
            }
            "--agents" => wish.agents = true,
            "--reverse" => wish.reverse = true,
            "--span" => wish.span = arguments.next().and_then(|number| number.parse().ok()),
            "--only" => wish.only = arguments.next().unwrap_or_default(),
            "--task" => wish.task = arguments.next().map(Into::into),
            _ if folder.is_none() => folder = Some(argument),
            _ => wish.named.push(argument),
        }
    }
    let Some(folder) = folder else {
        return ExitCode::from(2);
    };
    match run(Path::new(&folder), &wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Which commits are judged, which way, and what is shown.
#[derive(Default)]
struct Wish {
    last: usize,
    agents: bool,
    reverse: bool,
    span: Option<usize>,
    only: String,
    task: Option<std::path::PathBuf>,
    named: Vec<String>,
}

/// A repository of its own that borrows the objects of another, for commits that take a change back.
struct Back {
    folder: tempfile::TempDir,
    repository: git2::Repository,
}

impl Back {
    fn new(of: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let lender = git2::Repository::open(of).or_else(|_| git2::Repository::discover(of))?;
        let folder = tempfile::tempdir()?;
        let made = git2::Repository::init_bare(folder.path())?;
        let objects = lender.commondir().join("objects").canonicalize()?;
        std::fs::write(
            made.path().join("objects/info/alternates"),
            format!("{}\n", objects.display()),
        )?;
        let shallow = lender.commondir().join("shallow");
        if shallow.exists() {
            std::fs::copy(shallow, made.path().join("shallow"))?;
        }
        let repository = git2::Repository::open(folder.path())?;
        Ok(Self { folder, repository })
    }

    /// A commit upon `commit` with the files of its parent, that says nothing about it.
    fn way_back(&self, commit: &str, parent: &str) -> Result<String, git2::Error> {
        let find = |id: &str| self.repository.find_commit(git2::Oid::from_str(id)?);
        let (commit, tree) = (find(commit)?, find(parent)?.tree()?);
        let author = commit.author();
        let id = self
            .repository
            .commit(None, &author, &author, "update", &tree, &[&commit])?;
        Ok(id.to_string())
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

fn run(folder: &Path, wish: &Wish) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let commits = commits(folder, wish)?;
    let back = wish.reverse.then(|| Back::new(folder)).transpose()?;
    let (mut tallies, mut verdicts, mut errors): (BTreeMap<&str, Tally>, BTreeMap<&str, usize>, usize) =
        Default::default();
    for (commit, parent, subject) in &commits {
        let (base, head) = match &back {
            Some(back) => (commit.clone(), back.way_back(commit, parent)?),
            None => (parent.clone(), commit.clone()),
        };
        let range = Range::Commits {
            base: Some(base),
            head: Some(head),
        };
        let folder = back.as_ref().map_or(folder, |back| back.folder.path());
        let mut inputs = Inputs::of(range, folder);
        inputs.task.clone_from(&wish.task);
        match gate::judge(&inputs) {
            Ok(report) => {
                *verdicts.entry(report.verdict.name()).or_default() += 1;
                show(&report, &wish.only, (commit, subject), &mut tallies, &mut out)?;
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
    only: &str,
    (commit, subject): (&str, &str),
    tallies: &mut BTreeMap<&'a str, Tally>,
    out: &mut impl std::io::Write,
) -> std::io::Result<()>
where
    Report: 'a,
{
    let is_wanted = |id: &str| only.split(',').any(|start| id.starts_with(start));
    for item in report.items.iter().filter(|item| is_wanted(item.id)) {
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

fn commits(folder: &Path, wish: &Wish) -> Result<Found, git2::Error> {
    let repository = git2::Repository::open(folder).or_else(|_| git2::Repository::discover(folder))?;
    let mut walk = repository.revwalk()?;
    walk.push_head()?;
    if let Some(span) = wish.span {
        walk.simplify_first_parent()?;
        let line: Vec<String> = walk.take(wish.last).flatten().map(|id| id.to_string()).collect();
        let spans = line.iter().zip(line.iter().skip(span)).step_by(span.max(1));
        return Ok(spans
            .map(|(head, base)| (head.clone(), base.clone(), String::new()))
            .collect());
    }
    let mut found = Vec::new();
    let is_named = |id: &str| wish.named.is_empty() || wish.named.iter().any(|named| id.starts_with(named));
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
        if commit.parent_count() == 1 && (!wish.agents || by_agent) && is_named(&commit.id().to_string()) {
            let subject = message.lines().next().unwrap_or_default().to_owned();
            found.push((commit.id().to_string(), commit.parent_id(0)?.to_string(), subject));
        }
        if found.len() == wish.last {
            break;
        }
    }
    Ok(found)
}
