//! What do the project's own linters and scanners say about the changed lines that they did not say before?
//!
//! Matched by tool, rule and the text of the line, so that code that only moved is not accused anew. Each result of the
//! base pays for one result of the head.

use std::collections::BTreeMap;

use crate::{
    escape,
    evidence::{
        Evidence,
        change::{Change, FileChange, Version},
        names::{Meaning, Names},
        sarif::{Found, Run},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side, Unproven, unless_unknown},
    limits,
    moved::Moves,
};

/// Tools that look for weaknesses and for nothing else.
const SCANNERS: &[&str] = &[
    "bandit",
    "brakeman",
    "checkov",
    "codeql",
    "devskim",
    "gitleaks",
    "gosec",
    "grype",
    "horusec",
    "kics",
    "njsscan",
    "osv",
    "semgrep",
    "snyk",
    "terrascan",
    "tfsec",
    "trivy",
    "trufflehog",
    "zizmor",
];
/// Lines of one result that are compared with the added ones.
const LINES: usize = 1_000;

/// Whose results are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tools {
    /// Linters.
    Linters,
    /// Security scanners, and security rules of linters.
    Scanners,
}

impl Tools {
    const fn name(self) -> &'static str {
        match self {
            Self::Linters => "a linter",
            Self::Scanners => "a security scanner",
        }
    }

    fn are_meant(self, tool: &str, found: Option<&Found>) -> bool {
        let lower = tool.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        let scanner =
            words.any(|word| SCANNERS.contains(&word)) || found.is_some_and(|found| found.is_security);
        scanner == (self == Self::Scanners)
    }
}

/// A result of a tool in a changed file.
struct Result<'a> {
    tool: &'a str,
    found: &'a Found,
    file: &'a FileChange,
    text: String,
}

/// By what a result is known again on the other side.
type Key = (String, String, String);

impl Result<'_> {
    fn key(&self) -> Key {
        (self.tool.to_owned(), self.found.rule.clone(), self.text.clone())
    }

    /// The first of its lines that is new.
    fn added_line(&self) -> Option<u32> {
        let (first, last) = self.found.lines;
        (first..=last).take(LINES).find(|line| self.file.adds_line(*line))
    }
}

/// Judges the results of some tools.
///
/// # Errors
/// No results were given, none is of such a tool, or a tool did not come to its end.
pub fn judge(evidence: &Evidence, tools: Tools) -> Judged {
    let sarif = evidence.sarif()?;
    let meant = |run: &&Run| {
        tools.are_meant(&run.tool, None)
            || run
                .results
                .iter()
                .any(|found| tools.are_meant(&run.tool, Some(found)))
    };
    let runs: Vec<&Run> = sarif.runs.iter().filter(meant).collect();
    if runs.is_empty() {
        let why = format!("none of the results is that of {}", tools.name());
        return Err(Abstain::not_applicable(why));
    }
    let head = results(&sarif.runs, tools, &evidence.change, Side::Head);
    let findings = match evidence.base_sarif() {
        Ok(base) => {
            let before = results(&base.runs, tools, &evidence.change, Side::Base);
            beyond(&head, count(&before))
        }
        Err(_) => unmoved(&head, &evidence.change),
    };
    let failed = runs.iter().find(|run| run.failed);
    let unknown = failed
        .map(|run| Unproven::Insufficient(format!("{} did not come to its end", escape::line(&run.tool))));
    unless_unknown(findings, unknown)
}

/// The results of such tools in the files that the change touches, with the text of their lines.
fn results<'a>(runs: &'a [Run], tools: Tools, change: &'a Change, side: Side) -> Vec<Result<'a>> {
    let mut names = Names::new(change, side);
    let mut texts: BTreeMap<&crate::path::RepoPath, Vec<String>> = BTreeMap::new();
    let mut found = Vec::new();
    for (run, one) in runs
        .iter()
        .flat_map(|run| run.results.iter().map(move |one| (run, one)))
    {
        if !tools.are_meant(&run.tool, Some(one)) {
            continue;
        }
        let Meaning::Changed(file) = names.meaning(&one.path) else {
            continue;
        };
        let version = match side {
            Side::Base => file.before(),
            Side::Head => file.after(),
        };
        let Some(version) = version else { continue };
        let lines = texts
            .entry(&version.path)
            .or_insert_with(|| lines(version, change));
        let index = usize::try_from(one.lines.0)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        found.push(Result {
            tool: &run.tool,
            found: one,
            file,
            text: lines.get(index).cloned().unwrap_or_default(),
        });
    }
    found
}

fn lines(version: &Version, change: &Change) -> Vec<String> {
    let text = change.text(version).unwrap_or_default();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

fn count(results: &[Result<'_>]) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for result in results {
        *counts.entry(result.key()).or_default() += 1;
    }
    counts
}

/// What the head says beyond the base: results on untouched lines are paid for first.
fn beyond(head: &[Result<'_>], mut before: BTreeMap<Key, usize>) -> Vec<Finding> {
    let mut pay = |result: &Result<'_>| {
        let left = before.get_mut(&result.key()).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    };
    let (new, old): (Vec<_>, Vec<_>) = head.iter().partition(|result| result.added_line().is_some());
    for result in old {
        pay(result);
    }
    new.into_iter()
        .filter(|result| !pay(result))
        .filter_map(accuse)
        .collect()
}

/// Where nobody gave the results of the base, a line that only moved is taken to have had them there.
fn unmoved(head: &[Result<'_>], change: &Change) -> Vec<Finding> {
    let mut moves = Moves::of(change);
    let mut moved: BTreeMap<(String, u32), bool> = BTreeMap::new();
    for file in change.files() {
        for line in file.added() {
            moved.insert((file.path().to_string(), line.number), moves.take_added(line));
        }
    }
    let is_new = |result: &&Result<'_>| {
        let line = result.added_line();
        line.is_some_and(|line| moved.get(&(result.file.path().to_string(), line)) != Some(&true))
    };
    head.iter().filter(is_new).filter_map(accuse).collect()
}

fn accuse(result: &Result<'_>) -> Option<Finding> {
    let line = result.added_line()?;
    let (tool, rule) = (escape::line(result.tool), escape::line(&result.found.rule));
    let message = escape::line(&result.found.message).into_owned();
    let says = format!("{tool} has a new result on a changed line: {rule}");
    let finding = Finding::new(Place::line(result.file.path(), line), says)
        .because(escape::cut(&message, limits::SHOWN_BYTES).into_owned())
        .fix(format!("mend what {tool} found"));
    Some(match (result.found.is_error, result.found.is_note) {
        (true, _) => finding,
        (false, true) => finding.at_most(Level::Info),
        (false, false) => finding.at_most(Level::Warn),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Mode, memory},
            sarif::Sarif,
        },
        path::RepoPath,
    };

    fn files(text: &str) -> memory::Files {
        let path = RepoPath::new("src/a.py").unwrap();
        [(path, (Mode::File, text.as_bytes().to_vec()))].into()
    }

    fn sarif(tool: &str, results: &[(u32, bool)]) -> Sarif {
        let found = |(line, is_error): &(u32, bool)| Found {
            rule: "R1".to_owned(),
            path: "src/a.py".to_owned(),
            lines: (*line, *line),
            message: "unused".to_owned(),
            is_note: false,
            is_error: *is_error,
            is_security: false,
        };
        let run = Run {
            tool: tool.to_owned(),
            failed: false,
            results: results.iter().map(found).collect(),
        };
        Sarif {
            runs: vec![run],
            inputs: Vec::new(),
        }
    }

    fn judged(head: Sarif, base: Option<Sarif>, tools: Tools) -> Vec<(String, Option<Level>)> {
        let change = memory::change(
            files("one = 1\ntwo = 2\n"),
            files("two = 2\none = 1\nthree = 3\n"),
        );
        let evidence = Evidence::of(change).with_sarif(Some(head), base);
        let findings = judge(&evidence, tools).unwrap_or_default();
        findings
            .into_iter()
            .map(|found| (found.place.to_string(), found.at_most))
            .collect()
    }

    #[test]
    fn a_line_that_moved_keeps_its_results_and_a_new_line_has_new_ones() {
        let head = || sarif("ruff", &[(1, false), (2, false), (3, false)]);
        let new = [("src/a.py:3".to_owned(), Some(Level::Warn))];
        assert_eq!(
            judged(
                head(),
                Some(sarif("ruff", &[(1, false), (2, false)])),
                Tools::Linters
            ),
            new
        );
        assert_eq!(judged(head(), None, Tools::Linters), new);
    }

    #[test]
    fn an_error_weighs_more_and_a_scanner_is_no_linter() {
        let head = || sarif("Bandit", &[(3, true)]);
        assert_eq!(
            judged(head(), None, Tools::Scanners),
            [("src/a.py:3".to_owned(), None)]
        );
        assert_eq!(judged(head(), None, Tools::Linters), []);
    }
}
