//! What does the gate say about every commit of a history?
//!
//! ```text
//! cargo run --release --example history -- REPOSITORY [--skip N] [--last N] [--agents] [--strengthens] [--reverse | --tests-alone] [--span N] [--only PREFIX,…] [--task FILE] [COMMIT…]
//! ```
//!
//! `--skip` leaves out so many of the newest commits. `--strengthens` judges only commits whose subject speaks of tests and which
//! touch nothing but tests and add more lines that assert or name a test than they remove.
//! `--reverse` judges the way back, from each commit to its parent: a commit that strengthens tests then weakens them.
//! `--tests-alone` judges what each commit does to tests, upon its parent: what its tests ask of new code is not there.
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
    kinds::{FileKind, Kinds},
    path::RepoPath,
    policy::Paths,
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
            "--skip" => wish.skip = number(arguments.next()).unwrap_or_default(),
            "--last" => wish.last = number(arguments.next()).unwrap_or(wish.last),
            "--strengthens" => wish.strengthens = true,
            "--agents" => wish.agents = true,
            "--reverse" => wish.turn = Some(Turn::Back),
            "--tests-alone" => wish.turn = Some(Turn::TestsAlone),
            "--span" => wish.span = number(arguments.next()),
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

fn number(argument: Option<String>) -> Option<usize> {
    argument?.parse().ok()
}

/// Which commits are judged, which way, and what is shown.
#[derive(Default)]
struct Wish {
    skip: usize,
    last: usize,
    agents: bool,
    strengthens: bool,
    turn: Option<Turn>,
    span: Option<usize>,
    only: String,
    task: Option<std::path::PathBuf>,
    named: Vec<String>,
}

/// What is made of a commit before it is judged.
#[derive(Clone, Copy)]
enum Turn {
    Back,
    TestsAlone,
}

/// A repository of its own that borrows the objects of another, for commits that are made of others.
struct Own {
    folder: tempfile::TempDir,
    repository: git2::Repository,
}

impl Own {
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

    /// The two sides of what is made of a commit.
    fn turned(&self, turn: Turn, commit: &str, parent: &str) -> Result<(String, String), git2::Error> {
        let find = |id: &str| self.repository.find_commit(git2::Oid::from_str(id)?);
        let (commit, parent) = (find(commit)?, find(parent)?);
        let (base, tree) = match turn {
            Turn::Back => (&commit, parent.tree()?),
            Turn::TestsAlone => (&parent, self.with_tests_of(&commit, &parent)?),
        };
        let author = commit.author();
        let made = (self.repository).commit(None, &author, &author, "update", &tree, &[base])?;
        Ok((base.id().to_string(), made.to_string()))
    }

    /// The files of the parent, with the tests of a commit.
    fn with_tests_of(
        &self,
        commit: &git2::Commit<'_>,
        parent: &git2::Commit<'_>,
    ) -> Result<git2::Tree<'_>, git2::Error> {
        let (before, after) = (parent.tree()?, commit.tree()?);
        let diff = self
            .repository
            .diff_tree_to_tree(Some(&before), Some(&after), None)?;
        let kinds = Kinds::new(&Paths::default());
        let mut update = git2::build::TreeUpdateBuilder::new();
        for delta in diff.deltas().filter(|delta| is_test(delta, &kinds)) {
            let (old, new) = (delta.old_file(), delta.new_file());
            match (new.exists(), new.path(), old.path()) {
                (true, Some(path), _) => update.upsert(path, new.id(), new.mode()),
                (false, _, Some(path)) => update.remove(path),
                _ => continue,
            };
        }
        let made = update.create_updated(&self.repository, &before)?;
        self.repository.find_tree(made)
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
    let own = wish
        .turn
        .map(|turn| Own::new(folder).map(|own| (turn, own)))
        .transpose()?;
    let (mut tallies, mut verdicts, mut errors): (BTreeMap<&str, Tally>, BTreeMap<&str, usize>, usize) =
        Default::default();
    for (commit, parent, subject) in &commits {
        let (base, head) = match &own {
            Some((turn, own)) => match own.turned(*turn, commit, parent) {
                Ok(sides) => sides,
                // an object that the clone lacks
                Err(error) => {
                    errors += 1;
                    writeln!(out, "{} ERROR {error}", commit.get(..10).unwrap_or(commit))?;
                    continue;
                }
            },
            None => (parent.clone(), commit.clone()),
        };
        let range = Range::Commits {
            base: Some(base),
            head: Some(head),
        };
        let folder = own.as_ref().map_or(folder, |(_, own)| own.folder.path());
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
    let (mut left_out, kinds) = (0, Kinds::new(&Paths::default()));
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
        if commit.parent_count() == 1
            && (!wish.agents || by_agent)
            && is_named(&commit.id().to_string())
            && (!wish.strengthens || strengthens(&repository, &commit, &kinds)?)
        {
            left_out += 1;
            if left_out <= wish.skip {
                continue;
            }
            let subject = message.lines().next().unwrap_or_default().to_owned();
            found.push((commit.id().to_string(), commit.parent_id(0)?.to_string(), subject));
        }
        if found.len() == wish.last {
            break;
        }
    }
    Ok(found)
}

/// What a line has that asserts or names a test.
const PROVES: &[&str] = &[
    "#[test]",
    "#[tokio::test",
    "@Test",
    "assert",
    "def test_",
    "expect(",
    "func Test",
    "it(",
    "raises(",
    "require.",
    "t.Error",
    "t.Fatal",
    "test(",
];

/// Whether the subject of a commit speaks of tests, and it touches nothing else and asserts more than before.
fn strengthens(
    repository: &git2::Repository,
    commit: &git2::Commit<'_>,
    kinds: &Kinds,
) -> Result<bool, git2::Error> {
    let message = String::from_utf8_lossy(commit.message_bytes()).to_lowercase();
    if !message
        .lines()
        .next()
        .is_some_and(|subject| subject.contains("test"))
    {
        return Ok(false);
    }
    let (before, after) = (commit.parent(0)?.tree()?, commit.tree()?);
    let diff = repository.diff_tree_to_tree(Some(&before), Some(&after), None)?;
    let mut more = 0_i64;
    diff.print(git2::DiffFormat::Patch, |_, _, line| {
        let text = String::from_utf8_lossy(line.content());
        let proves = PROVES.iter().any(|word| text.contains(word));
        more += match line.origin() {
            '+' if proves => 1,
            '-' if proves => -1,
            _ => 0,
        };
        true
    })?;
    Ok(diff.deltas().all(|delta| is_test(&delta, kinds)) && more > 0)
}

/// Whether every path of a changed file is one of tests.
fn is_test(delta: &git2::DiffDelta<'_>, kinds: &Kinds) -> bool {
    let paths = [delta.old_file().path(), delta.new_file().path()];
    let mut paths = paths.into_iter().flatten().filter_map(|path| path.to_str());
    paths.all(|path| RepoPath::new(path).is_ok_and(|path| kinds.of(&path) == FileKind::Test))
}
