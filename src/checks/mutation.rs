//! Would the tests notice a bug on the changed lines?
//!
//! Only mutants on added lines of production code count. Where a report says no more than the function, its mutants
//! count only as far as every reading of it agrees.

pub mod baseline_red;
pub mod missing;
pub mod operators;
pub mod score;
pub mod stale;
pub mod survivor;
pub mod uncovered;
pub mod vacuous;

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::FileChange,
        coverage::Lines,
        mutation::{Baseline, Mutant, MutationRun, Status},
        names::{Meaning, Names},
    },
    executable::looks_executable,
    finding::{Abstain, Place, Unproven},
    kinds::FileKind,
    path::RepoPath,
    policy::AcceptedMutant,
    waiver::{Date, in_force},
};

/// A mutant on an added line.
#[derive(Clone, Copy, Debug)]
struct Placed<'a> {
    path: &'a RepoPath,
    line: u32,
    mutant: &'a Mutant,
}

impl Placed<'_> {
    fn place(&self) -> Place {
        Place::line(self.path, self.line)
    }

    fn column(&self) -> String {
        self.mutant
            .column
            .map_or_else(String::new, |column| format!(", column {column}"))
    }
}

/// What the mutants say about the added lines.
#[derive(Debug, Default)]
struct Measured<'a> {
    /// On an added line.
    on: Vec<Placed<'a>>,
    /// In a function or a file that the change touches: on an added line or beside it.
    perhaps: Vec<&'a Mutant>,
    /// Somewhere: the report names no file, or one that could be several.
    anywhere: Vec<&'a Mutant>,
    /// In a changed file, on a line that is not new.
    beside: usize,
}

/// Mutants that count for the score, and how many of them were noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    detected: usize,
    counted: usize,
}

impl Tally {
    fn of<'a>(mutants: impl Iterator<Item = &'a Mutant>) -> Self {
        mutants
            .filter(|mutant| mutant.status.counts())
            .fold(Self::default(), |sum, mutant| Self {
                detected: sum.detected + usize::from(mutant.status.detected()),
                counted: sum.counted + 1,
            })
    }

    const fn undetected(self) -> usize {
        self.counted - self.detected
    }

    /// Per cent; of nothing, nothing was missed.
    #[expect(clippy::cast_precision_loss, reason = "at most 200,000 mutants: exact in f64")]
    fn score(self) -> f64 {
        if self.counted == 0 {
            100.0
        } else {
            self.detected as f64 * 100.0 / self.counted as f64
        }
    }
}

/// The least and the greatest score that the report allows: they differ where places are not known exactly.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    least: f64,
    most: f64,
    certain: Tally,
    uncertain: Tally,
}

impl Measured<'_> {
    fn bounds(&self) -> Bounds {
        let certain = Tally::of(self.on.iter().map(|placed| placed.mutant));
        let uncertain = Tally::of(self.perhaps.iter().chain(&self.anywhere).copied());
        let with = |detected: usize, undetected: usize| Tally {
            detected: certain.detected + detected,
            counted: certain.counted + detected + undetected,
        };
        Bounds {
            least: with(0, uncertain.undetected()).score(),
            most: with(uncertain.detected, 0).score(),
            certain,
            uncertain,
        }
    }

    /// Whether nothing that was measured touches the change.
    fn is_silent(&self) -> bool {
        let spoke = |mutants: &[&Mutant]| mutants.iter().any(|mutant| mutant.status.counts());
        let on = self.on.iter().any(|placed| placed.mutant.status.counts());
        !on && !spoke(&self.perhaps)
    }
}

/// The added lines of production code that look as if they did something, by file.
fn added_code<'a>(
    evidence: &'a Evidence,
    settings: &'a Settings,
) -> impl Iterator<Item = (&'a FileChange, usize)> {
    production(evidence, settings).filter_map(|file| {
        let lines = file.added().filter(|line| looks_executable(&line.text)).count();
        (lines > 0).then_some((file, lines))
    })
}

/// Changed production files that have added lines.
fn production<'a>(evidence: &'a Evidence, settings: &'a Settings) -> impl Iterator<Item = &'a FileChange> {
    let files = evidence.change.files().iter();
    files.filter(|file| {
        let source = settings.kinds.of(file.path()) == FileKind::Source;
        source && file.after().is_some() && file.added().next().is_some()
    })
}

/// The run, if it is about this head and began on green tests.
fn trusted(evidence: &Evidence) -> Result<&MutationRun, Abstain> {
    sound(evidence, evidence.mutation()?)
}

/// As [`trusted`], with what could be read of a run that has problems: enough to accuse.
fn trusted_as_read(evidence: &Evidence) -> Result<&MutationRun, Abstain> {
    sound(evidence, evidence.mutation_as_read()?)
}

fn sound<'a>(evidence: &'a Evidence, run: &'a MutationRun) -> Result<&'a MutationRun, Abstain> {
    if let Some(finding) = stale::findings(evidence, run)?.first() {
        return Err(Unproven::Stale(format!("{}: {}", finding.place, finding.says)).into());
    }
    if run.baseline == Baseline::Failed {
        let why = "the tests failed before any mutant was made: what became of the mutants means nothing";
        return Err(Unproven::Insufficient(why.to_owned()).into());
    }
    Ok(run)
}

fn nothing_added() -> Abstain {
    Abstain::not_applicable("the change adds no line of production code")
}

/// Puts every mutant that was not accepted beside the added lines of production code.
fn measured<'a>(
    evidence: &'a Evidence,
    settings: &Settings,
    run: &'a MutationRun,
) -> Result<Measured<'a>, Abstain> {
    if production(evidence, settings).next().is_none() {
        return Err(nothing_added());
    }
    let today = evidence.change.time().map(Date::of_seconds);
    let accepted = &settings.policy.mutation.accepted;
    let mut names = Names::new(&evidence.change);
    let mut texts = Texts::new(evidence);
    let mut measured = Measured::default();
    for mutant in &run.mutants {
        let file = match names.meaning(&mutant.file) {
            Meaning::Changed(file) => file,
            Meaning::Ambiguous => {
                measured.anywhere.push(mutant);
                continue;
            }
            Meaning::Elsewhere if mutant.file.is_empty() => {
                measured.anywhere.push(mutant);
                continue;
            }
            Meaning::Elsewhere => continue,
        };
        let excused = accepted
            .iter()
            .any(|known| in_force(known.until, today) && accepts(known, file.path(), mutant));
        if settings.kinds.of(file.path()) != FileKind::Source || excused {
            continue;
        }
        match texts.site(file, mutant)? {
            Site::Line(line) if file.adds_line(line) => measured.on.push(Placed {
                path: file.path(),
                line,
                mutant,
            }),
            Site::Line(_) => measured.beside += 1,
            Site::Between(first, last) => {
                let inside = file.added().filter(|line| (first..=last).contains(&line.number));
                match inside.count() {
                    0 => measured.beside += 1,
                    count if u32::try_from(count) == Ok(last - first + 1) => measured.on.push(Placed {
                        path: file.path(),
                        line: first,
                        mutant,
                    }),
                    _ => measured.perhaps.push(mutant),
                }
            }
            Site::Unknown => measured.perhaps.push(mutant),
        }
    }
    Ok(measured)
}

/// Whether the policy accepts this mutant.
fn accepts(known: &AcceptedMutant, path: &RepoPath, mutant: &Mutant) -> bool {
    let function = known.function.as_deref().is_none_or(|wanted| {
        mutant
            .function
            .as_deref()
            .is_some_and(|function| names_function(function, wanted))
    });
    let operator = known
        .operator
        .as_deref()
        .is_none_or(|wanted| mutant.operator == wanted || mutant.operator.ends_with(&format!(".{wanted}")));
    let replacement = known.replacement.is_none() || known.replacement == mutant.replacement;
    known.path.matches(path) && function && operator && replacement
}

/// Whether a function is the wanted one: its whole name, or the last parts of it.
fn names_function(function: &str, wanted: &str) -> bool {
    let head = function.strip_suffix(wanted);
    head.is_some_and(|head| head.is_empty() || head.ends_with([':', '.']))
}

/// Where in a changed file a mutant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Site {
    Line(u32),
    /// Somewhere in these lines.
    Between(u32, u32),
    Unknown,
}

/// Texts of changed files at head, read once each and only where a report counts lines from a function.
struct Texts<'a> {
    evidence: &'a Evidence,
    read: std::collections::BTreeMap<&'a RepoPath, String>,
}

impl<'a> Texts<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        Self {
            evidence,
            read: std::collections::BTreeMap::new(),
        }
    }

    /// The text of a file at head.
    fn of(&mut self, file: &'a FileChange) -> Result<&str, Unproven> {
        if !self.read.contains_key(file.path()) {
            let text = match file.after() {
                Some(version) => self.evidence.change.text(version)?,
                None => String::new(),
            };
            self.read.insert(file.path(), text);
        }
        Ok(self.read.get(file.path()).map_or("", String::as_str))
    }

    fn site(&mut self, file: &'a FileChange, mutant: &Mutant) -> Result<Site, Unproven> {
        if let Some(line) = mutant.line {
            return Ok(Site::Line(line));
        }
        let Some(function) = &mutant.function else {
            return Ok(Site::Unknown);
        };
        let Some((first, last)) = python_function(self.of(file)?, function) else {
            return Ok(Site::Unknown);
        };
        Ok(match mutant.below_function {
            Some(below) if first.saturating_add(below) <= last => Site::Line(first + below),
            Some(_) | None => Site::Between(first, last),
        })
    }
}

/// The first and last line of the only Python function of a name, `f` or `Class.f`. Of the formats that name no line,
/// mutmut's is the one that names functions.
fn python_function(text: &str, name: &str) -> Option<(u32, u32)> {
    let (class, function) = match name.rsplit_once('.') {
        Some((class, function)) => (Some(class), function),
        None => (None, name),
    };
    let lines: Vec<&str> = text.lines().collect();
    let within = match class {
        Some(class) => block(&lines, 0..lines.len(), &["class"], class)?,
        None => 0..lines.len(),
    };
    let found = block(&lines, within, &["def", "async def"], function)?;
    Some((
        u32::try_from(found.start + 1).ok()?,
        u32::try_from(found.end).ok()?,
    ))
}

/// The lines of the only block that begins with one of the words and the name.
fn block(
    lines: &[&str],
    within: std::ops::Range<usize>,
    words: &[&str],
    name: &str,
) -> Option<std::ops::Range<usize>> {
    let begins = |line: &str| {
        let line = line.trim_start();
        words.iter().any(|word| {
            let rest = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
            let rest = rest.and_then(|rest| rest.trim_start().strip_prefix(name));
            rest.is_some_and(|rest| rest.starts_with(['(', ':', '[', ' ']))
        })
    };
    let part = lines.get(within.clone())?;
    let mut heads = part.iter().enumerate().filter(|(_, line)| begins(line));
    let (start, head) = heads.next()?;
    if heads.next().is_some() {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let body = part.iter().skip(start + 1);
    let inside = |line: &&&str| {
        line.trim().is_empty() || line.trim_start().starts_with(')') || indent(line) > indent(head)
    };
    let length = body.take_while(inside).count();
    let blank = part
        .get(start..=start + length)?
        .iter()
        .rev()
        .take_while(|line| line.trim().is_empty())
        .count();
    let first = within.start + start;
    Some(first..first + 1 + length - blank)
}

/// What the coverage says of the changed files; nothing where none was given or it cannot be read.
struct Reach<'a>(std::collections::BTreeMap<&'a RepoPath, Lines>);

impl<'a> Reach<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        let coverage = evidence.coverage().ok();
        let lines = coverage.map(|coverage| coverage.of_change(&evidence.change));
        Self(lines.unwrap_or_default())
    }

    /// Whether no test reached a mutant: the report says so, or the coverage says so of a survivor's line.
    fn misses(&self, placed: &Placed<'_>) -> bool {
        match placed.mutant.status {
            Status::NoCoverage => true,
            Status::Survived => {
                let lines = self.0.get(placed.path);
                lines.and_then(|lines| lines.get(&placed.line)) == Some(&0)
            }
            Status::Killed
            | Status::Timeout
            | Status::CompileError
            | Status::RuntimeError
            | Status::Ignored
            | Status::Pending => false,
        }
    }
}

/// What the fault was, in words: "`-` instead of `+` in `total`".
fn fault(mutant: &Mutant) -> String {
    let shown = |text: &str| crate::escape::cut(&crate::escape::line(text), 120).into_owned();
    let mut words = match (&mutant.replacement, &mutant.original) {
        (Some(new), Some(old)) => format!("`{}` instead of `{}`", shown(new), shown(old)),
        (Some(new), None) => format!("`{}` ({})", shown(new), shown(&mutant.operator)),
        (None, _) => shown(&mutant.operator),
    };
    if let Some(function) = &mutant.function {
        words = format!("{words} in `{}`", shown(function));
    }
    words
}

/// A percentage with one digit, never rounded up to a bound that it misses.
fn percent(value: f64) -> String {
    format!("{:.1} %", (value * 10.0).floor() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: &str = "\
import os

class A:
    def total(self):
        return 1

    async def other(
        self,
    ):
        return 2


class B:
    def total(self):
        return 3

def alone():
    if os:

        return 4

X = 1
";

    #[test]
    fn functions_of_a_python_file_are_found_by_name() {
        assert_eq!(python_function(PYTHON, "A.total"), Some((4, 5)));
        assert_eq!(python_function(PYTHON, "A.other"), Some((7, 10)));
        assert_eq!(python_function(PYTHON, "B.total"), Some((14, 15)));
        assert_eq!(python_function(PYTHON, "alone"), Some((17, 20)));
        assert_eq!(
            python_function(PYTHON, "total"),
            None,
            "two functions have that name"
        );
        assert_eq!(python_function(PYTHON, "alon"), None);
        assert_eq!(python_function(PYTHON, "C.total"), None);
    }

    #[test]
    fn an_accepted_function_is_named_by_its_last_parts() {
        assert!(names_function("org.x.A.total", "total"));
        assert!(names_function("Job::total", "total"));
        assert!(names_function("total", "total"));
        assert!(!names_function("subtotal", "total"));
    }

    #[test]
    fn a_share_below_its_bound_is_never_shown_as_the_bound() {
        assert_eq!(percent(99.99), "99.9 %");
        assert_eq!(percent(100.0), "100.0 %");
    }
}
