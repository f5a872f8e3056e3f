//! Is any test red at head that was not red before?
//!
//! Every red result counts: a name that is red once and green once is red. What was red on the base, or stands in the
//! policy's list of failing tests, is no finding of this change and is mentioned. Reports of the base that cannot be
//! relied on excuse nothing.

use std::collections::BTreeMap;

use super::{as_read, because_past, counts, listed, number, some};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::{Status, TestCase, TestRun, blame},
    },
    finding::{Abstain, Finding, Judged, Level, Place},
};

/// Known failures named in one sentence.
const NAMED: usize = 5;

/// Judges the item.
///
/// # Errors
/// No report was given or one cannot be relied on, and what could be read shows no failure; no test ran at all.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = as_read(evidence, settings)?;
    let base = Base::of(evidence);
    let blame = blame::of(run, evidence.base_tests().ok());
    let mut known = Vec::new();
    let mut findings = Vec::new();
    for (key, cases) in red_by_name(run) {
        let Some(first) = cases.first() else { continue };
        let entry = listed(&settings.policy.tests.failing, &first.id);
        if base.excuses(&key, cases.len()) || entry.is_some_and(|entry| counts(entry, evidence)) {
            known.push(key);
            continue;
        }
        let mut finding = finding(&key, &cases, run);
        if let Some(blame) = blame.get(&key) {
            finding = finding.because(format!("blame: {}; {}", blame.name(), base.says(&key)));
        }
        if base.red.is_some() {
            finding = finding.fix("mend the code or the test");
        }
        findings.push(because_past(finding, entry, "failing"));
    }
    if findings.is_empty() {
        let run = evidence.tests()?;
        if run.executed().next().is_none() {
            return Err(Abstain::not_applicable("no test ran"));
        }
    }
    findings.extend(mention(&known));
    Ok(findings)
}

/// Red cases by the name they have across runs.
fn red_by_name(run: &TestRun) -> BTreeMap<String, Vec<&TestCase>> {
    let mut red: BTreeMap<String, Vec<&TestCase>> = BTreeMap::new();
    for case in run.red() {
        red.entry(case.id.key()).or_default().push(case);
    }
    red
}

fn finding(key: &str, cases: &[&TestCase], run: &TestRun) -> Finding {
    let worst = cases.iter().map(|case| case.status).max();
    let what = match worst {
        Some(Status::Error) => "ended in an error",
        Some(Status::Failed | Status::Skipped | Status::Passed) | None => "failed",
    };
    let times = match cases.len() {
        1 => String::new(),
        many => format!(" {many} times"),
    };
    let name = crate::escape::line(key);
    let mut finding = Finding::new(Place::Test(key.to_owned()), format!("`{name}` {what}{times}"));
    for case in cases.iter().take(NAMED) {
        let report = run
            .reports
            .get(case.report)
            .map_or("", |report| report.input.file.as_str());
        let said = case
            .message
            .as_deref()
            .and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
        finding = finding.because(match said {
            Some(line) => format!(
                "{}: {}",
                crate::escape::line(report),
                crate::escape::line(&crate::escape::cut(line.trim(), 200))
            ),
            None => format!("{}: no message", crate::escape::line(report)),
        });
    }
    if cases.iter().any(|case| case.flaky) {
        finding = finding.because("the same name passed in the same report: the red result stands");
    }
    finding
}

/// One line for the reader about what this change did not break.
fn mention(known: &[String]) -> Option<Finding> {
    if known.is_empty() {
        return None;
    }
    let count = number(known.len(), "red test was", "red tests were");
    let says = format!(
        "{count} known before: {}",
        some(known.iter().map(String::as_str), NAMED)
    );
    let finding = Finding::new(Place::Change, says).at_most(Level::Info);
    Some(
        finding
            .because("red on the base too, or listed as failing in the policy")
            .fix("nothing in this change; mend them, or keep the policy's list short"),
    )
}

/// What the base knows about each name.
struct Base {
    /// How many red results it has; `None` where the reports of the base cannot be relied on.
    red: Option<BTreeMap<String, usize>>,
    why_not: String,
}

impl Base {
    fn of(evidence: &Evidence) -> Self {
        let run = match evidence.base_tests() {
            Ok(run) => run,
            Err(why) => {
                return Self {
                    red: None,
                    why_not: why.to_string(),
                };
            }
        };
        let mut red = BTreeMap::new();
        for case in &run.cases {
            *red.entry(case.id.key()).or_default() += usize::from(case.status.is_red());
        }
        Self {
            red: Some(red),
            why_not: String::new(),
        }
    }

    /// Whether a name had at least as many red results there: one more under the same name is a new one.
    fn excuses(&self, key: &str, results: usize) -> bool {
        let before = self.red.as_ref().and_then(|red| red.get(key));
        before.is_some_and(|before| *before >= results)
    }

    fn says(&self, key: &str) -> String {
        match &self.red {
            None => format!("nothing is known about the base: {}", self.why_not),
            Some(red) => match red.get(key) {
                None => "the base does not list it".to_owned(),
                Some(0) => "it is not red on the base".to_owned(),
                Some(results) => format!(
                    "on the base it has {}",
                    number(*results, "red result", "red results")
                ),
            },
        }
    }
}
