//! How do cargo-mutants' outcomes become mutants?
//!
//! The format is `mutants.out/outcomes.json` of versions 0.2 to 27. Its counts are not used: the outcomes are
//! counted. A summary `Success` means "nothing failed", which for a run that stops after `cargo check` is no test.

use serde::Deserialize;

use super::{
    Baseline, Mutant, Parsed, Status,
    json::{self, Span},
};

/// The name of the format.
pub const FORMAT: &str = "cargo-mutants";

#[derive(Deserialize)]
struct Raw {
    outcomes: Vec<Outcome>,
    total_mutants: usize,
    #[serde(default)]
    start_time: Option<String>,
    #[serde(default)]
    end_time: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: Summary,
    phase_results: Vec<PhaseResult>,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant(RawMutant),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Summary {
    Success,
    CaughtMutant,
    MissedMutant,
    Unviable,
    Failure,
    Timeout,
}

#[derive(Deserialize)]
struct PhaseResult {
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Phase {
    Check,
    Build,
    Test,
}

#[derive(Deserialize)]
struct RawMutant {
    #[serde(default)]
    name: Option<String>,
    file: String,
    #[serde(default)]
    function: Option<Function>,
    span: Span,
    replacement: String,
    genre: String,
}

#[derive(Deserialize)]
struct Function {
    function_name: String,
}

impl Outcome {
    fn was_tested(&self) -> bool {
        self.phase_results
            .iter()
            .any(|result| result.phase == Phase::Test)
    }
}

/// Reads an `outcomes.json`.
///
/// # Errors
/// It does not have the shape of one; says where.
pub fn read(text: &str) -> Result<Parsed, String> {
    let raw: Raw = json::read(text)?;
    let mut parsed = Parsed::of(FORMAT);
    let mut untested = 0;
    for outcome in raw.outcomes {
        let tested = outcome.was_tested();
        match outcome.scenario {
            Scenario::Baseline if parsed.baseline == Baseline::Failed => {}
            Scenario::Baseline => parsed.baseline = baseline(outcome.summary),
            Scenario::Mutant(mutant) => {
                let status = status(outcome.summary, tested);
                untested += usize::from(status == Status::Pending);
                parsed.mutants.push(mutant.into_mutant(status));
            }
        }
    }
    if untested > 0 {
        parsed.problems.push(format!(
            "{untested} of {} mutants were never tested: `cargo mutants --check` only builds them; run it without `--check`",
            parsed.mutants.len()
        ));
    }
    let unfinished = raw.start_time.is_some() && raw.end_time.is_none();
    if unfinished || parsed.mutants.len() < raw.total_mutants {
        parsed.problems.push(format!(
            "the run was cut short: it lists {} of {} mutants; let it finish",
            parsed.mutants.len(),
            raw.total_mutants
        ));
    }
    Ok(parsed)
}

fn baseline(summary: Summary) -> Baseline {
    match summary {
        Summary::Success => Baseline::Passed,
        Summary::Failure | Summary::Timeout | Summary::Unviable => Baseline::Failed,
        Summary::CaughtMutant | Summary::MissedMutant => Baseline::Unknown,
    }
}

fn status(summary: Summary, tested: bool) -> Status {
    match summary {
        Summary::CaughtMutant => Status::Killed,
        Summary::MissedMutant if tested => Status::Survived,
        Summary::MissedMutant | Summary::Success => Status::Pending,
        Summary::Timeout => Status::Timeout,
        Summary::Unviable => Status::CompileError,
        Summary::Failure => Status::RuntimeError,
    }
}

impl RawMutant {
    fn into_mutant(self, status: Status) -> Mutant {
        Mutant {
            original: self.original(),
            file: self.file,
            line: Some(self.span.start.line),
            last_line: Some(self.span.end.line),
            column: Some(self.span.start.column),
            id: None,
            anchor: None,
            below_function: None,
            function: self.function.map(|function| function.function_name),
            operator: self.genre,
            replacement: Some(self.replacement),
            status,
            tests: Vec::new(),
        }
    }

    /// The replaced operator, out of the name that newer versions write:
    /// `src/a.rs:46:36: replace + with - in f`.
    fn original(&self) -> Option<String> {
        let (_, after) = self.name.as_deref()?.split_once(": replace ")?;
        let (original, _) = after.split_once(" with ")?;
        let operator = self.genre == "BinaryOperator" && !original.contains(char::is_whitespace);
        operator.then(|| original.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(scenario: &str, summary: &str, phase: &str, rest: &str) -> String {
        format!(
            r#"{{"outcomes": [{{"scenario": {scenario}, "summary": "{summary}", "phase_results": [{{"phase": "{phase}"}}]}}], {rest}}}"#
        )
    }

    const MUTANT: &str = r#"{"Mutant": {"name": "src/a.rs:3:7: replace + with - in f", "file": "src/a.rs",
        "function": {"function_name": "f"}, "span": {"start": {"line": 3, "column": 7}, "end": {"line": 3, "column": 8}},
        "replacement": "-", "genre": "BinaryOperator"}}"#;

    #[test]
    fn a_mutant_keeps_what_stood_there_before() {
        let text = outcomes(MUTANT, "MissedMutant", "Test", r#""total_mutants": 1"#);
        let parsed = read(&text).unwrap();
        let mutant = &parsed.mutants[0];
        assert_eq!(
            (mutant.line, mutant.column, mutant.status),
            (Some(3), Some(7), Status::Survived)
        );
        assert_eq!(mutant.original.as_deref(), Some("+"));
        assert!(parsed.problems.is_empty());
    }

    #[test]
    fn a_red_baseline_is_kept() {
        let text = outcomes(r#""Baseline""#, "Failure", "Test", r#""total_mutants": 0"#);
        assert_eq!(read(&text).unwrap().baseline, Baseline::Failed);
    }

    #[test]
    fn a_run_that_only_builds_or_does_not_end_cannot_be_relied_on() {
        let only_built = outcomes(MUTANT, "Success", "Check", r#""total_mutants": 1"#);
        assert!(read(&only_built).unwrap().problems[0].contains("--check"));
        let short = outcomes(MUTANT, "CaughtMutant", "Test", r#""total_mutants": 2"#);
        assert!(read(&short).unwrap().problems[0].contains("1 of 2"));
        let open = outcomes(
            MUTANT,
            "CaughtMutant",
            "Test",
            r#""total_mutants": 1, "start_time": "2026-01-01T00:00:00Z", "end_time": null"#,
        );
        assert!(read(&open).unwrap().problems[0].contains("cut short"));
    }

    #[test]
    fn a_summary_nobody_knows_is_refused_with_its_line() {
        let text = outcomes(MUTANT, "Fine", "Test", r#""total_mutants": 1"#);
        assert!(read(&text).unwrap_err().contains("line "));
    }
}
