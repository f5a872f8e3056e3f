//! Does the gate refute what is true?
//!
//! ```text
//! cargo run --release --example true_manifests -- REPOSITORY [--last N]
//! ```
//!
//! For each commit that is no merge a claims manifest is written from the words of its diff alone, by regular
//! expressions and without the parsers of the gate: which names a definition was added or removed for, how many tests
//! were, that a fault was fixed where code changed, and that nothing breaks where no line of a definition went away.
//! Such claims are true, so every refutation that is printed is a false accusation, or a fault of this program.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write as _,
    path::Path,
};

use countersign::gate::{self, Inputs, Range};
use git2::{DiffFormat, DiffOptions, Repository};
use regex::Regex;

const CHECKS: &[&str] = &[
    "claims-symbol",
    "claims-tests-added",
    "claims-no-breaking",
    "claims-no-code-behind-fix",
];
const CODE: &[&str] = &["rs", "py", "ts", "tsx", "js", "jsx", "go", "java"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which repository?")?;
    let last = arguments
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(100);
    let repository = Repository::open(&folder)?;
    let words = Words::new()?;
    let place = tempfile::tempdir()?;
    let (mut commits, mut claims) = (0, BTreeMap::<String, usize>::new());
    let mut results = BTreeMap::<(String, &str), usize>::new();
    let mut walk = repository.revwalk()?;
    walk.push_head()?;
    for id in walk {
        let commit = repository.find_commit(id?)?;
        if commit.parent_count() != 1 || commits == last {
            continue;
        }
        commits += 1;
        let lines = Lines::of(&repository, &commit)?;
        let manifest = words.manifest(
            &lines,
            commit.summary().ok().flatten().unwrap_or_default(),
            &mut claims,
        );
        if manifest.is_empty() {
            continue;
        }
        let file = place.path().join("claims.yaml");
        std::fs::write(&file, format!("claims:\n{manifest}"))?;
        let range = Range::Commits {
            base: Some(commit.parent_id(0)?.to_string()),
            head: Some(commit.id().to_string()),
        };
        let mut inputs = Inputs::of(range, Path::new(&folder));
        inputs.claims = vec![file];
        let report = match gate::judge(&inputs) {
            Ok(report) => report,
            Err(error) => {
                println!("{} error: {error}", commit.id());
                continue;
            }
        };
        for claim in report
            .claims
            .iter()
            .filter(|claim| FORMS.contains(&claim.form.as_str()))
        {
            *results.entry((claim.form.clone(), claim.standing)).or_default() += 1;
        }
        for item in report.items.iter().filter(|item| CHECKS.contains(&item.id)) {
            for finding in &item.findings {
                println!(
                    "{:.10} {}: {} | {}",
                    commit.id(),
                    item.id,
                    finding.says,
                    finding.evidence.join("; ")
                );
            }
        }
    }
    println!("{commits} commits, claims written: {claims:?}");
    for ((form, standing), count) in results {
        println!("{form:16} {standing:12} {count}");
    }
    Ok(())
}

const FORMS: &[&str] = &[
    "symbol-added",
    "symbol-removed",
    "symbol-renamed",
    "tests-added",
    "no-breaking",
    "fixed",
];

/// The lines of code that a commit takes away and adds.
#[derive(Default)]
struct Lines {
    gone: Vec<String>,
    new: Vec<String>,
    /// Files of code outside of tests, and what else changed.
    production: usize,
}

impl Lines {
    fn of(repository: &Repository, commit: &git2::Commit<'_>) -> Result<Self, git2::Error> {
        let mut options = DiffOptions::new();
        options.context_lines(0);
        let (before, after) = (commit.parent(0)?.tree()?, commit.tree()?);
        let diff = repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))?;
        let mut lines = Self::default();
        let mut seen = BTreeSet::new();
        diff.print(DiffFormat::Patch, |delta, _, line| {
            let path = delta
                .new_file()
                .path()
                .or(delta.old_file().path())
                .unwrap_or(Path::new(""));
            let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
            if !CODE.contains(&end) {
                return true;
            }
            let name = path.to_string_lossy().to_lowercase();
            if !name.contains("test") && !name.contains("spec") && seen.insert(name) {
                lines.production += 1;
            }
            let text = String::from_utf8_lossy(line.content()).into_owned();
            match line.origin() {
                '+' => lines.new.push(text),
                '-' => lines.gone.push(text),
                _ => {}
            }
            true
        })?;
        Ok(lines)
    }
}

struct Words {
    definition: Regex,
    test: Regex,
    header: Regex,
}

impl Words {
    fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            definition: Regex::new(
                r"^\s*(?:(?:pub(?:\([a-z]+\))?|export|default|async|public|private|protected|static|final|abstract|const|unsafe) )*(?:def|fn|func(?: \([^)]*\))?|function|class|struct|enum|trait|interface|type) ([A-Za-z_]\w{3,})\s*[(<\[{:=]",
            )?,
            test: Regex::new(
                r"^(?:(?: {4})?(?:async )?def test_\w+\(|\s*#\[(?:tokio::)?test\]|\s*(?:it|test)\(|func Test[A-Z]\w*\(|(?: {4}|\t)@Test\b)",
            )?,
            // whatever may begin, name or bind something that others see
            header: Regex::new(
                r"\b(?:pub|export|public|protected|class|def|func|interface|type|enum|trait|struct|const|var|let|static|fn|mod|use|import|macro_rules|package)\b|^\S",
            )?,
        })
    }

    fn manifest(&self, lines: &Lines, subject: &str, count: &mut BTreeMap<String, usize>) -> String {
        let names = |lines: &[String]| -> BTreeMap<String, usize> {
            let mut names = BTreeMap::new();
            for line in lines {
                if let Some(found) = self.definition.captures(line).and_then(|found| found.get(1)) {
                    *names.entry(found.as_str().to_owned()).or_default() += 1;
                }
            }
            names
        };
        let (gone, new) = (names(&lines.gone), names(&lines.new));
        let mut text = String::new();
        let mut claim = |form: &str, rest: String| {
            *count.entry(form.to_owned()).or_default() += 1;
            let _ = write!(text, "  - form: {form}\n{rest}");
        };
        let only = |one: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>| -> Vec<String> {
            one.keys()
                .filter(|name| !other.contains_key(*name))
                .take(20)
                .cloned()
                .collect()
        };
        let (removed, added) = (only(&gone, &new), only(&new, &gone));
        for name in &added {
            claim("symbol-added", format!("    target: {name}\n"));
        }
        for name in &removed {
            claim("symbol-removed", format!("    target: {name}\n"));
        }
        if let ([old], [new]) = (removed.as_slice(), added.as_slice()) {
            claim("symbol-renamed", format!("    target: {old}\n    to: {new}\n"));
        }
        let tests = |lines: &[String]| lines.iter().filter(|line| self.test.is_match(line)).count();
        let more = tests(&lines.new).saturating_sub(tests(&lines.gone));
        if more > 0 {
            claim("tests-added", format!("    count: {{added: {more}}}\n"));
        }
        if lines.production > 0 && subject.to_lowercase().contains("fix") {
            claim("fixed", format!("    target: {subject:?}\n"));
        }
        let keeps = lines
            .gone
            .iter()
            .all(|line| line.trim().is_empty() || !self.header.is_match(line));
        if keeps && !lines.new.is_empty() {
            claim("no-breaking", String::new());
        }
        text
    }
}
