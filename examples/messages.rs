//! What becomes of the claims that the commit messages of real histories make?
//!
//! ```text
//! cargo run --release --example messages -- [--agents | --others] [--each N] [--foreign] [--show STANDING] REPOSITORY…
//! ```
//!
//! Each commit that is no merge is judged against its parent by what its own message says, and by nothing else.
//! `--agents` takes only commits that an agent made or helped to make, `--others` only the rest; `--each` draws so many of
//! every repository, spread evenly over its history. `--foreign` hands each message in as the text of the next drawn
//! change of the same repository, of which hardly anything it says is true: how much is seen. Prints every refuted claim (or those of another `--show`n standing)
//! and the counts per form: the table of `docs/precision.md`.

use std::{collections::BTreeMap, io::Write as _, path::Path, process::ExitCode};

use countersign::{
    gate::{self, Inputs, Range},
    report::ShownClaim,
};

type Fault = Box<dyn std::error::Error>;

/// Whose commits are judged, how many of each repository, and what is printed.
struct Wish {
    whose: Whose,
    each: usize,
    foreign: bool,
    show: String,
    folders: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Agents,
    Others,
    All,
}

fn main() -> ExitCode {
    let wish = wish(std::env::args().skip(1));
    if wish.folders.is_empty() {
        return ExitCode::from(2);
    }
    match run(&wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn wish(mut arguments: impl Iterator<Item = String>) -> Wish {
    let mut wish = Wish {
        whose: Whose::All,
        each: usize::MAX,
        foreign: false,
        show: "refuted".to_owned(),
        folders: Vec::new(),
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--agents" => wish.whose = Whose::Agents,
            "--others" => wish.whose = Whose::Others,
            "--each" => {
                wish.each = arguments
                    .next()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(wish.each);
            }
            "--foreign" => wish.foreign = true,
            "--show" => wish.show = arguments.next().unwrap_or_default(),
            _ => wish.folders.push(argument),
        }
    }
    wish
}

#[derive(Default)]
struct Tally {
    commits: usize,
    errors: usize,
    /// Claims by form and standing.
    forms: BTreeMap<String, BTreeMap<&'static str, usize>>,
}

/// The standings, in the order of the table's columns.
const STANDINGS: [&str; 4] = ["supported", "refuted", "not checked", "unproven"];

fn run(wish: &Wish) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    let mut tally = Tally::default();
    for folder in &wish.folders {
        let commits = commits(Path::new(folder), wish.whose)?;
        let drawn: Vec<&Commit> = drawn(&commits, wish.each).collect();
        let next = drawn.iter().cycle().skip(1);
        for (commit, next) in drawn.iter().zip(next) {
            tally.commits += 1;
            let short = commit.id.get(..10).unwrap_or(&commit.id);
            let claims = match wish.foreign {
                true => judge(folder, next, Some(&commit.message)),
                false => judge(folder, commit, None),
            };
            match claims {
                Ok(claims) => count(
                    &claims,
                    &wish.show,
                    &format!("{folder} {short}"),
                    &mut tally,
                    &mut out,
                )?,
                // a commit that changes nothing has nothing to be judged by
                Err(error) => {
                    tally.errors += 1;
                    writeln!(out, "{folder} {short} ERROR {error}")?;
                }
            }
        }
    }
    table(&tally, &mut out)?;
    Ok(())
}

/// So many of a list, spread evenly over it.
fn drawn<T>(all: &[T], number: usize) -> impl Iterator<Item = &T> {
    let number = number.min(all.len());
    (0..number).filter_map(move |place| all.get(place * all.len() / number))
}

/// What a commit claims, or what another text claims about it.
fn judge(folder: &str, commit: &Commit, text: Option<&str>) -> Result<Vec<ShownClaim>, Fault> {
    let range = Range::Commits {
        base: Some(commit.parent.clone()),
        head: Some(commit.id.clone()),
    };
    let mut inputs = Inputs::of(range, folder);
    let made = tempfile::tempdir()?;
    if let Some(text) = text {
        let file = made.path().join("message.md");
        std::fs::write(&file, text)?;
        inputs.claims = vec![file];
    }
    Ok(gate::judge(&inputs)?.claims)
}

fn count(
    claims: &[ShownClaim],
    show: &str,
    name: &str,
    tally: &mut Tally,
    out: &mut impl std::io::Write,
) -> std::io::Result<()> {
    for claim in claims {
        let standings = tally.forms.entry(claim.form.clone()).or_default();
        *standings.entry(claim.standing).or_default() += 1;
        if claim.standing == show {
            let why = claim.why.as_deref().unwrap_or_default();
            writeln!(out, "{name} {}: \"{}\": {why}", claim.form, claim.quote)?;
        }
    }
    Ok(())
}

fn table(tally: &Tally, out: &mut impl std::io::Write) -> std::io::Result<()> {
    writeln!(out, "\n{} commits, {} not judged\n", tally.commits, tally.errors)?;
    writeln!(out, "| form | claims | {} |", STANDINGS.join(" | "))?;
    writeln!(out, "|---|---|{}", "---|".repeat(STANDINGS.len()))?;
    let mut sums = BTreeMap::new();
    for (form, standings) in &tally.forms {
        for (standing, number) in standings {
            *sums.entry(*standing).or_default() += number;
        }
        row(&format!("`{form}`"), standings, out)?;
    }
    row("all", &sums, out)
}

fn row(
    name: &str,
    standings: &BTreeMap<&'static str, usize>,
    out: &mut impl std::io::Write,
) -> std::io::Result<()> {
    let number = |standing: &&str| standings.get(*standing).copied().unwrap_or_default().to_string();
    let cells: Vec<String> = STANDINGS.iter().map(number).collect();
    let all: usize = standings.values().sum();
    writeln!(out, "| {name} | {all} | {} |", cells.join(" | "))
}

struct Commit {
    id: String,
    parent: String,
    message: String,
}

/// Commits that are no merges, newest first.
fn commits(folder: &Path, whose: Whose) -> Result<Vec<Commit>, git2::Error> {
    let repository = git2::Repository::open(folder).or_else(|_| git2::Repository::discover(folder))?;
    let mut walk = repository.revwalk()?;
    walk.push_head()?;
    let mut found = Vec::new();
    for id in walk {
        let commit = repository.find_commit(id?)?;
        let wanted = match whose {
            Whose::Agents => is_by_agent(&commit),
            Whose::Others => !is_by_agent(&commit),
            Whose::All => true,
        };
        if commit.parent_count() == 1 && wanted {
            found.push(Commit {
                id: commit.id().to_string(),
                parent: commit.parent_id(0)?.to_string(),
                message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
            });
        }
    }
    Ok(found)
}

/// Names by which agents sign.
const AGENTS: [&str; 13] = [
    "claude",
    "anthropic",
    "codex",
    "openai",
    "copilot",
    "devin",
    "cursoragent",
    "jules",
    "gemini",
    "aider",
    "openhands",
    "opencode",
    "ampcode",
];

/// Whether an agent is its author, or a line of the message says that one helped.
fn is_by_agent(commit: &git2::Commit<'_>) -> bool {
    let signed = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).to_lowercase();
        AGENTS.iter().any(|name| text.contains(name))
    };
    let author = commit.author();
    let helped = |line: &[u8]| {
        let lower = String::from_utf8_lossy(line).to_lowercase();
        let marks = [
            "co-authored-by:",
            "generated with",
            "🤖 generated",
            "entire-checkpoint:",
        ];
        let marked = marks.iter().any(|mark| lower.trim_start().starts_with(mark));
        marked && (signed(line) || lower.starts_with("entire-checkpoint:"))
    };
    signed(author.name_bytes())
        || signed(author.email_bytes())
        || commit.message_bytes().split(|byte| *byte == b'\n').any(helped)
}
