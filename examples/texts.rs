//! What does the gate make of what authors wrote about real changes?
//!
//! ```text
//! cargo run --release --example texts -- RECORDS.jsonl REPOSITORIES
//! ```
//!
//! A record has `repo` (`owner/name`, found as `REPOSITORIES/owner+name/repo`), `title`, `body`, `base` and `head` for a
//! pull request, or `subject`, `body`, `parent` and `commit` for a commit. Prints every refuted claim with its quote, and
//! how many claims of each form came to what: the material of `docs/precision.md`. `mentions` that somebody labelled by
//! hand are compared with what is refuted.

use std::{collections::BTreeMap, io::Write as _, path::Path, process::ExitCode};

use countersign::{
    gate::{self, Inputs, Range},
    report::ShownClaim,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    repo: String,
    #[serde(default)]
    number: u32,
    #[serde(alias = "subject")]
    title: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(alias = "parent")]
    base: Option<String>,
    #[serde(alias = "commit")]
    head: String,
    #[serde(default)]
    mentions: Vec<Mention>,
}

/// A file that the text names and the change lacks, with the label of somebody who read both.
#[derive(Deserialize)]
struct Mention {
    mention: String,
    label: String,
}

type Fault = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [records, repositories] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    match run(Path::new(records), Path::new(repositories)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

#[derive(Default)]
struct Tally {
    texts: usize,
    errors: usize,
    forms: BTreeMap<(String, &'static str), usize>,
    labels: BTreeMap<(String, bool), usize>,
}

fn run(records: &Path, repositories: &Path) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    let mut tally = Tally::default();
    for line in std::fs::read_to_string(records)?.lines() {
        let record: Record = serde_json::from_str(line)?;
        let Some(base) = &record.base else { continue };
        let name = format!("{} {}", record.repo, shown(&record));
        tally.texts += 1;
        match judge(&record, base, repositories) {
            Ok(claims) => count(&claims, &record, &name, &mut tally, &mut out)?,
            Err(error) => {
                tally.errors += 1;
                writeln!(out, "{name} ERROR {error}")?;
            }
        }
    }
    writeln!(out, "\n{} texts, {} errors", tally.texts, tally.errors)?;
    for ((form, standing), number) in tally.forms {
        writeln!(out, "{form:20} {standing:12} {number:>6}")?;
    }
    for ((label, refuted), number) in tally.labels {
        let what = if refuted { "refuted" } else { "not refuted" };
        writeln!(out, "mention labelled {label:14} {what:12} {number:>4}")?;
    }
    Ok(())
}

fn shown(record: &Record) -> String {
    match record.number {
        0 => record.head.get(..10).unwrap_or(&record.head).to_owned(),
        number => format!("#{number}"),
    }
}

/// A pull request's text is handed in as a file; a commit speaks for itself.
fn judge(record: &Record, base: &str, repositories: &Path) -> Result<Vec<ShownClaim>, Fault> {
    let range = Range::Commits {
        base: Some(base.to_owned()),
        head: Some(record.head.clone()),
    };
    let repository = repositories.join(record.repo.replace('/', "+")).join("repo");
    let mut inputs = Inputs::of(range, &repository);
    let folder = tempfile::tempdir()?;
    if record.number > 0 {
        let file = folder.path().join("text.md");
        let body = record.body.as_deref().unwrap_or_default();
        std::fs::write(&file, format!("# {}\n\n{body}\n", record.title))?;
        inputs.claims = vec![file];
    }
    Ok(gate::judge(&inputs)?.claims)
}

fn count(
    claims: &[ShownClaim],
    record: &Record,
    name: &str,
    tally: &mut Tally,
    out: &mut impl std::io::Write,
) -> Result<(), Fault> {
    let refuted = |claim: &&ShownClaim| claim.standing == "refuted";
    for claim in claims {
        *tally
            .forms
            .entry((claim.form.clone(), claim.standing))
            .or_default() += 1;
    }
    for claim in claims.iter().filter(refuted) {
        let why = claim.why.as_deref().unwrap_or_default();
        writeln!(out, "{name} {}: \"{}\": {why}", claim.form, claim.quote)?;
    }
    for mention in &record.mentions {
        let says = |claim: &ShownClaim| {
            claim
                .why
                .as_deref()
                .is_some_and(|why| why.contains(&mention.mention))
        };
        let hit = claims.iter().filter(refuted).any(says);
        *tally.labels.entry((mention.label.clone(), hit)).or_default() += 1;
    }
    Ok(())
}
