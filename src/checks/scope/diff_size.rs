//! Is the change much larger than the task expects?
//!
//! Added and removed lines count where people wrote them by hand; moved and blank lines do not. Tests and documentation
//! have a budget of their own and only warn: writing more of them than expected is no fault.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, Content, Mode},
        task::{Expect, Size},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Unproven, unless_unknown},
    kinds::FileKind,
    moved::Moves,
};

/// Judges the item.
///
/// # Errors
/// No task was given, it expects no size, or a file is too large to count.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let task = evidence.task()?;
    let expected = task.expect.as_ref().map(Bounds::of).unwrap_or_default();
    if expected == Bounds::default() {
        return Err(Abstain::not_applicable("the task states no expected size"));
    }
    let count = Count::of(&evidence.change, settings);
    let findings = judge(&count, &expected, settings.policy.scope.size_factor);
    unless_unknown(findings, count.uncounted.map(Unproven::Insufficient))
}

/// The expected size, a preset filled in.
#[derive(Default, PartialEq)]
struct Bounds {
    lines: Option<usize>,
    files: Option<usize>,
}

impl Bounds {
    fn of(expect: &Expect) -> Self {
        let preset = expect.size.map(|size| match size {
            Size::S => (50, 3),
            Size::M => (250, 10),
            Size::L => (1_000, 30),
        });
        Self {
            lines: expect.lines.or(preset.map(|(lines, _)| lines)),
            files: expect.files.or(preset.map(|(_, files)| files)),
        }
    }
}

/// What the change comes to.
#[derive(Default)]
struct Count {
    code: Budget,
    beside: Budget,
    moved: usize,
    uncounted: Option<String>,
}

#[derive(Default)]
struct Budget {
    lines: usize,
    files: usize,
}

impl Count {
    fn of(change: &Change, settings: &Settings) -> Self {
        let mut moves = Moves::of(change);
        let mut count = Self::default();
        for file in change.files() {
            let beside = match settings.kinds.of(file.path()) {
                FileKind::Source | FileKind::Other => false,
                FileKind::Test | FileKind::Docs => true,
                FileKind::Lock | FileKind::Generated | FileKind::Vendored => continue,
            };
            let added = file.added().map(|line| (line, moves.take_added(line)));
            let mut lines: Vec<_> = added.collect();
            lines.extend(file.removed().map(|line| (line, moves.take_removed(line))));
            lines.retain(|(line, _)| !line.text.trim().is_empty());
            let stayed = lines.iter().filter(|(_, moved)| !moved).count();
            count.moved += lines.len() - stayed;
            let submodule = file
                .after()
                .is_some_and(|version| version.mode == Mode::Submodule);
            if let (Content::Opaque(why), false) = (&file.content, submodule) {
                count.uncounted = Some(format!("the lines of `{}` cannot be counted: {why}", file.path()));
            }
            let budget = if beside {
                &mut count.beside
            } else {
                &mut count.code
            };
            budget.lines += stayed;
            // a file that only moved is not one more file to read
            budget.files += usize::from(stayed > 0 || file.hunks().is_empty() && file.before().is_none());
        }
        count
    }
}

fn judge(count: &Count, expected: &Bounds, factor: usize) -> Vec<Finding> {
    let measures = [
        ("lines", count.code.lines, expected.lines, false),
        ("files", count.code.files, expected.files, false),
        (
            "lines of tests and documentation",
            count.beside.lines,
            expected.lines,
            true,
        ),
        (
            "files of tests and documentation",
            count.beside.files,
            expected.files,
            true,
        ),
    ];
    let mut findings = Vec::new();
    for (what, found, expected, beside) in measures {
        let Some(expected) = expected else { continue };
        let fails = found >= factor.saturating_mul(expected);
        // two thirds of the failing size warn: 2 times at the built-in factor of 3
        let warns = found.saturating_mul(3) >= factor.saturating_mul(2).saturating_mul(expected);
        if found <= expected || !(fails || warns) || (beside && !fails) {
            continue;
        }
        let says = format!("{found} changed {what} where the task expects {expected}");
        let finding = Finding::new(Place::Change, says)
            .because(format!(
                "fails from {factor} times the expected size; {} moved lines are not counted",
                count.moved
            ))
            .fix(
                "split the change and hand the rest back as its own task, or have the expectation corrected",
            );
        findings.push(if fails && !beside {
            finding
        } else {
            finding.at_most(Level::Warn)
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(lines: usize, beside: usize) -> Vec<(String, Option<Level>)> {
        let count = Count {
            code: Budget { lines, files: 1 },
            beside: Budget {
                lines: beside,
                files: 1,
            },
            ..Count::default()
        };
        let expected = Bounds {
            lines: Some(10),
            files: None,
        };
        let findings = judge(&count, &expected, 3);
        findings
            .into_iter()
            .map(|finding| (finding.says, finding.at_most))
            .collect()
    }

    #[test]
    fn twice_the_size_warns_and_three_times_fails() {
        assert!(says(19, 0).is_empty());
        assert_eq!(says(20, 0)[0].1, Some(Level::Warn));
        assert_eq!(says(29, 0)[0].1, Some(Level::Warn));
        assert_eq!(says(30, 0)[0].1, None);
    }

    #[test]
    fn many_tests_warn_at_most() {
        assert!(says(0, 29).is_empty());
        assert_eq!(says(0, 500)[0].1, Some(Level::Warn));
    }

    #[test]
    fn a_preset_gives_way_to_a_number() {
        let expect = Expect {
            lines: Some(7),
            files: None,
            size: Some(Size::M),
        };
        let bounds = Bounds::of(&expect);
        assert_eq!((bounds.lines, bounds.files), (Some(7), Some(10)));
    }
}
