//! What does a pasted summary of a test run say?
//!
//! Only the exact lines that runners print (CHECKS 4.5): a number near the word "failed" is none.

use crate::evidence::claims::Counts;

/// The summary that one runner prints.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Which runner prints it so.
    pub runner: &'static str,
    /// Its numbers.
    pub counts: Counts,
    /// Its 0-based line in the block.
    pub line: usize,
}

type Reader = fn(&str) -> Option<Counts>;

const RUNNERS: &[(&str, Reader)] = &[
    ("pytest", pytest),
    ("cargo test", cargo),
    ("nextest", nextest),
    ("jest", jest),
    ("vitest", vitest),
    ("mocha", mocha),
    ("surefire", surefire),
    ("dotnet", dotnet),
    ("phpunit", phpunit),
    ("rspec", rspec),
];

/// Every summary line of a block.
pub fn summaries(text: &str) -> Vec<Summary> {
    let mut found = Vec::new();
    for (line, words) in text.lines().enumerate() {
        let words = words.trim();
        let read = RUNNERS
            .iter()
            .find_map(|(runner, read)| Some((*runner, read(words)?)));
        if let Some((runner, counts)) = read {
            found.push(Summary { runner, counts, line });
        }
    }
    found
}

/// The number in front of a word: "3 failed".
fn before(text: &str, word: &str) -> Option<u64> {
    let mut words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut last = words.next()?;
    for next in words {
        if next == word {
            return last.parse().ok();
        }
        last = next;
    }
    None
}

/// The number behind a label: "Failures: 0".
fn behind(text: &str, label: &str) -> Option<u64> {
    let (_, rest) = text.split_once(label)?;
    let rest = rest.trim_start();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..digits)?.parse().ok()
}

fn counts(passed: Option<u64>, failed: u64, skipped: u64) -> Counts {
    Counts {
        passed,
        failed: Some(failed),
        skipped: Some(skipped),
        ..Counts::default()
    }
}

/// `== 1 failed, 3 passed, 2 skipped in 0.12s ==`
fn pytest(line: &str) -> Option<Counts> {
    let inner = line.trim_matches('=').trim();
    let (head, time) = inner.rsplit_once(" in ")?;
    let timed = time
        .trim_end()
        .split(' ')
        .next()?
        .strip_suffix('s')?
        .parse::<f64>()
        .is_ok();
    let outcomes = [
        "passed",
        "failed",
        "skipped",
        "error",
        "errors",
        "xfailed",
        "xpassed",
        "warning",
        "warnings",
        "deselected",
        "rerun",
    ];
    let known = head.split(',').all(|part| {
        part.trim()
            .split_once(' ')
            .is_some_and(|(n, word)| n.parse::<u64>().is_ok() && outcomes.contains(&word))
    });
    before(head, "passed").or(before(head, "failed"))?;
    let failed =
        before(head, "failed").unwrap_or(0) + before(head, "error").or(before(head, "errors")).unwrap_or(0);
    let skipped = before(head, "skipped").unwrap_or(0) + before(head, "xfailed").unwrap_or(0);
    (timed && known).then(|| {
        counts(
            Some(before(head, "passed").unwrap_or(0) + before(head, "xpassed").unwrap_or(0)),
            failed,
            skipped,
        )
    })
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`
fn cargo(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("test result: ")?;
    let filtered = before(rest, "filtered").unwrap_or(0);
    (filtered == 0).then_some(())?;
    Some(counts(
        Some(before(rest, "passed")?),
        before(rest, "failed")?,
        before(rest, "ignored")?,
    ))
}

/// `Summary [ 0.1s] 3 tests run: 3 passed, 0 skipped`
fn nextest(line: &str) -> Option<Counts> {
    let (head, rest) = line
        .split_once(" tests run: ")
        .or_else(|| line.split_once(" test run: "))?;
    head.trim_start().starts_with("Summary").then_some(())?;
    Some(counts(
        Some(before(rest, "passed")?),
        before(rest, "failed").unwrap_or(0),
        before(rest, "skipped").unwrap_or(0),
    ))
}

/// `Tests:       1 failed, 2 passed, 3 total`
fn jest(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("Tests:")?;
    before(rest, "total")?;
    let skipped = before(rest, "skipped").unwrap_or(0) + before(rest, "todo").unwrap_or(0);
    Some(counts(
        Some(before(rest, "passed").unwrap_or(0)),
        before(rest, "failed").unwrap_or(0),
        skipped,
    ))
}

/// `Tests  1 failed | 2 passed (3)`
fn vitest(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("Tests ")?;
    let total = rest.trim_end().ends_with(')') && rest.contains('(');
    total.then_some(())?;
    Some(counts(
        Some(before(rest, "passed").unwrap_or(0)),
        before(rest, "failed").unwrap_or(0),
        before(rest, "skipped").unwrap_or(0),
    ))
}

/// `12 passing (30ms)`
fn mocha(line: &str) -> Option<Counts> {
    let (number, rest) = line.split_once(" passing (")?;
    let timed = rest.ends_with("s)") || rest.ends_with("m)");
    let passed = number.parse().ok().filter(|_| timed)?;
    Some(Counts {
        passed: Some(passed),
        ..Counts::default()
    })
}

/// `Tests run: 5, Failures: 0, Errors: 0, Skipped: 1`
fn surefire(line: &str) -> Option<Counts> {
    let (_, rest) = line.split_once("Tests run: ")?;
    let whole = format!("Tests run: {rest}");
    let run = behind(&whole, "Tests run:")?;
    let failed = behind(&whole, "Failures:")?.checked_add(behind(&whole, "Errors:")?)?;
    let skipped = behind(&whole, "Skipped:")?;
    // the line of one class names it
    (!rest.contains(" in ") && !rest.contains("Time elapsed")).then_some(())?;
    Some(counts(
        run.checked_sub(failed)?.checked_sub(skipped),
        failed,
        skipped,
    ))
}

/// `Failed: 0, Passed: 3, Skipped: 1, Total: 4`
fn dotnet(line: &str) -> Option<Counts> {
    let squeezed: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
    behind(&squeezed, "Total:")?;
    Some(counts(
        Some(behind(&squeezed, "Passed:")?),
        behind(&squeezed, "Failed:")?,
        behind(&squeezed, "Skipped:")?,
    ))
}

/// `OK (3 tests, 5 assertions)`
fn phpunit(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("OK (")?;
    before(rest, "assertions").or(before(rest, "assertion"))?;
    Some(counts(
        Some(before(rest, "tests").or(before(rest, "test"))?),
        0,
        0,
    ))
}

/// `3 examples, 1 failure, 1 pending`
fn rspec(line: &str) -> Option<Counts> {
    let (number, rest) = line.split_once(" example")?;
    let run: u64 = number.parse().ok()?;
    let failed = before(rest, "failure").or(before(rest, "failures"))?;
    let pending = before(rest, "pending").unwrap_or(0);
    Some(counts(
        run.checked_sub(failed)?.checked_sub(pending),
        failed,
        pending,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_lines_of_runners_are_read() {
        let table = [
            (
                "===== 1 failed, 3 passed, 2 skipped in 0.12s =====",
                "pytest",
                (Some(3), 1, 2),
            ),
            ("48 passed, 2 skipped in 3.20s", "pytest", (Some(48), 0, 2)),
            (
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                "cargo test",
                (Some(3), 0, 1),
            ),
            (
                "Summary [   0.1s] 4 tests run: 3 passed, 1 failed, 2 skipped",
                "nextest",
                (Some(3), 1, 2),
            ),
            (
                "Tests:       1 failed, 2 passed, 3 total",
                "jest",
                (Some(2), 1, 0),
            ),
            (" Tests  1 failed | 2 passed (3)", "vitest", (Some(2), 1, 0)),
            (
                "[INFO] Tests run: 5, Failures: 1, Errors: 1, Skipped: 1",
                "surefire",
                (Some(2), 2, 1),
            ),
            (
                "Passed!  - Failed:     0, Passed:     3, Skipped:     1, Total:     4, Duration: 5 ms",
                "dotnet",
                (Some(3), 0, 1),
            ),
            ("OK (3 tests, 5 assertions)", "phpunit", (Some(3), 0, 0)),
            ("3 examples, 1 failure", "rspec", (Some(2), 1, 0)),
        ];
        for (line, runner, (passed, failed, skipped)) in table {
            let found = summaries(line);
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!(
                (found[0].runner, &found[0].counts),
                (runner, &counts(passed, failed, skipped)),
                "{line}"
            );
        }
        assert_eq!(summaries("  12 passing (30ms)")[0].counts.passed, Some(12));
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            "SDK platform 35 failed to install in 3s",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 12 filtered out",
            "Tests: all passed",
            "3 passed",
            "Built in 3.2s",
            "[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in a.BTest",
            "5 files changed in 3s",
        ] {
            assert!(summaries(line).is_empty(), "{line}");
        }
    }
}
