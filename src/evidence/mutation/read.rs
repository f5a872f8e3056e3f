//! How are the report files that the caller named found, told apart and read?
//!
//! The content tells the format, never the name. What cannot be read is a problem of the run, not an error: the
//! checks are unproven then, and say why.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::IgnoredAny};

use super::{MutationRun, Parsed, Report, cargo_mutants, elements, infection, json, mutmut, pit};
use crate::{
    error::Error,
    evidence::{
        file::{self, Input},
        xml,
    },
    limits,
};

/// Reads every file that the patterns mean. A folder means the reports in it: `outcomes.json` of cargo-mutants, the
/// `.meta` files of mutmut.
///
/// # Errors
/// A pattern is no pattern, or means too many files.
pub fn run(root: &Path, role: &'static str, patterns: &[String]) -> Result<MutationRun, Error> {
    let mut run = MutationRun::default();
    let mut digests = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for pattern in patterns {
        let files = files(root, pattern)?;
        if files.is_empty() {
            run.problems.push(format!(
                "no mutation report: `{}` matches no file; run the mutation tester first, or correct `--mutation`",
                crate::escape::line(pattern)
            ));
        }
        for file in files.into_iter().filter(|file| seen.insert(file.clone())) {
            one(root, role, &file, &mut digests, &mut run);
        }
    }
    Ok(run)
}

fn files(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, Error> {
    let named = root.join(pattern);
    if !named.is_dir() {
        return file::expand(root, pattern);
    }
    for inside in ["outcomes.json", "mutants.out/outcomes.json"] {
        if named.join(inside).is_file() {
            return Ok(vec![Path::new(pattern).join(inside)]);
        }
    }
    file::expand(root, &format!("{}/**/*.meta", pattern.trim_end_matches('/')))
}

fn one(root: &Path, role: &'static str, path: &Path, digests: &mut BTreeSet<String>, run: &mut MutationRun) {
    let name = file::shown(path);
    let bytes = match file::read(&root.join(path), limits::MUTATION_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => return run.problems.push(problem(&name, &file::unreadable(error))),
    };
    let input = Input::of(role, name.clone(), &bytes);
    // the same report under two names must not count twice; empty results of mutmut look alike and add nothing
    if !digests.insert(input.sha256.clone()) {
        return;
    }
    run.take(input, parse(root, path, &bytes));
}

fn problem(name: &str, why: &str) -> String {
    format!("mutation report `{}`: {why}", crate::escape::line(name))
}

/// The keys by which the formats are told apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    outcomes: Option<IgnoredAny>,
    files: Option<IgnoredAny>,
    escaped: Option<IgnoredAny>,
    #[serde(rename = "exit_code_by_key")]
    exit_codes: Option<IgnoredAny>,
    #[serde(rename = "check_was_interrupted_by_user")]
    interrupted: Option<IgnoredAny>,
}

fn parse(root: &Path, path: &Path, bytes: &[u8]) -> Result<Parsed, String> {
    match xml::first_byte(bytes) {
        None if bytes.trim_ascii().is_empty() => Err("it is empty".to_owned()),
        Some(b'<') => pit::read(bytes),
        Some(b'{') => {
            let text = file::text(bytes)?;
            let keys: Keys = json::read(text)?;
            object(&keys, root, path, text)
        }
        Some(_) | None => Err(unknown()),
    }
}

fn object(keys: &Keys, root: &Path, path: &Path, text: &str) -> Result<Parsed, String> {
    if keys.outcomes.is_some() {
        cargo_mutants::read(text)
    } else if keys.exit_codes.is_some() {
        let beside = Beside::of(&root.join(path));
        mutmut::meta(&file::shown(path), text, beside.as_ref().map(Beside::texts))
    } else if keys.interrupted.is_some() {
        mutmut::stats(text)
    } else if keys.escaped.is_some() {
        infection::read(text)
    } else if keys.files.is_some() {
        elements::read(text)
    } else {
        Err(unknown())
    }
}

fn unknown() -> String {
    "it is none of the known formats: a report of `countersign mutate`, `outcomes.json` of cargo-mutants, mutation-testing-elements JSON, PIT's \
     `mutations.xml`, mutmut's `.meta` files or `mutmut-cicd-stats.json`, Infection's JSON log"
        .to_owned()
}

/// What mutmut puts beside a `.meta` file.
struct Beside {
    spans: String,
    mutated: String,
}

impl Beside {
    fn of(meta: &Path) -> Option<Self> {
        let mutated = meta.with_extension("");
        let mut spans = mutated.clone().into_os_string();
        spans.push(".spans");
        let read = |path: &Path| {
            let bytes = file::read(path, limits::MUTATION_BYTES).ok()?;
            String::from_utf8(bytes).ok()
        };
        Some(Self {
            spans: read(Path::new(&spans))?,
            mutated: read(&mutated)?,
        })
    }

    fn texts(&self) -> mutmut::Beside<'_> {
        mutmut::Beside {
            spans: &self.spans,
            mutated: &self.mutated,
        }
    }
}

impl MutationRun {
    /// Adds a report that is in no file, under a name for messages.
    pub fn read(&mut self, role: &'static str, name: &str, bytes: &[u8]) {
        let input = Input::of(role, name, bytes);
        self.take(input, parse(Path::new(""), Path::new(name), bytes));
    }

    fn take(&mut self, input: Input, parsed: Result<Parsed, String>) {
        let name = input.file.clone();
        match parsed {
            Ok(parsed) if self.mutants.len() + parsed.mutants.len() > limits::MUTANTS => {
                let why = format!("with it there are more than {} mutants", limits::MUTANTS);
                self.problems.push(problem(&name, &why));
            }
            Ok(parsed) => {
                let found = parsed.problems.iter().map(|why| problem(&name, why));
                self.problems.extend(found);
                self.add(input, parsed);
            }
            Err(why) => self.problems.push(problem(&name, &why)),
        }
    }

    fn add(&mut self, input: Input, parsed: Parsed) {
        self.baseline = if self.reports.is_empty() {
            parsed.baseline
        } else {
            self.baseline.max(parsed.baseline)
        };
        if let (Some(known), Some(other)) = (&self.commit, &parsed.commit)
            && known != other
        {
            self.problems
                .push(format!("the reports name two commits, {known} and {other}"));
        }
        if let (Some(known), Some(other)) = (&self.tree, &parsed.tree)
            && known != other
        {
            self.problems
                .push(format!("the reports name two trees, {known} and {other}"));
        }
        self.reports.push(Report {
            input,
            format: parsed.format,
            mutants: parsed.mutants.len(),
        });
        self.mutants.extend(parsed.mutants);
        self.sources.extend(parsed.sources);
        self.silences.extend(parsed.silences);
        self.commit = self.commit.take().or(parsed.commit);
        self.tree = self.tree.take().or(parsed.tree);
    }
}
