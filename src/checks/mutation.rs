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

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::Settings,
    date::Date,
    evidence::{
        Evidence,
        change::{Change, FileChange},
        coverage::Lines,
        mutation::{Baseline, Mutant, MutationRun, Status, cargo_mutants, infection, mutmut, pit},
        names::{Meaning, Names},
        sites::{Site, Sites},
    },
    executable::looks_executable,
    finding::{Abstain, Place, Side, Unproven},
    kinds::{self, FileKind},
    path::RepoPath,
    policy::AcceptedMutant,
    waiver::in_force,
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
    /// The numbers of the new lines, ascending.
    new_lines: BTreeMap<&'a RepoPath, Vec<u32>>,
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
            least: with(0, uncertain.undetected() + self.open()).score(),
            most: with(uncertain.detected + self.open(), 0).score(),
            certain,
            uncertain,
        }
    }

    /// Mutants that may be on added lines and were not run.
    fn open(&self) -> usize {
        let on = self.on.iter().map(|placed| placed.mutant);
        let all = on.chain(self.perhaps.iter().chain(&self.anywhere).copied());
        all.filter(|mutant| mutant.status == Status::Pending).count()
    }

    /// Refuses to acquit while mutants are open.
    fn finished(&self) -> Result<(), Unproven> {
        match self.open() {
            0 => Ok(()),
            open => Err(Unproven::Insufficient(format!(
                "{open} mutants that may be on added lines were not run: let the mutation tester finish"
            ))),
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
    let tested = production(evidence, settings).filter(|file| kinds::is_run_by_tests(file.path()));
    tested.filter_map(|file| {
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

/// The kinds of files that a run mutates, by extension: those of its format, its mutants and its sources. Empty where
/// nothing of that is known: then any file could have had a mutant.
struct Mutable<'a>(BTreeSet<&'a str>);

impl<'a> Mutable<'a> {
    fn of(run: &'a MutationRun) -> Self {
        let formats = run
            .reports
            .iter()
            .flat_map(|report| extensions(report.format).iter().copied());
        let mutants = run.mutants.iter().map(|mutant| mutant.file.as_str());
        let files = mutants.chain(run.sources.iter().map(|source| source.file.as_str()));
        let named = files.filter_map(|file| Some(file.rsplit('/').next()?.rsplit_once('.')?.1));
        Self(formats.chain(named).collect())
    }

    fn holds(&self, file: &FileChange) -> bool {
        self.0.is_empty() || self.0.contains(file.path().extension().as_str())
    }
}

/// What a tool of one language mutates.
fn extensions(format: &str) -> &'static [&'static str] {
    match format {
        cargo_mutants::FORMAT => &["rs"],
        pit::FORMAT => &["java", "kt"],
        mutmut::FORMAT => &["py"],
        infection::FORMAT => &["php"],
        _ => &[],
    }
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
    let excused = Excused::of(&evidence.change, settings);
    let mut names = Names::new(&evidence.change, Side::Head);
    let mut sites = Sites::new(&evidence.change);
    let mut measured = Measured::default();
    for mutant in &run.mutants {
        match names.meaning(&mutant.file) {
            Meaning::Changed(file) if settings.kinds.of(file.path()) != FileKind::Source => {}
            Meaning::Changed(file) if excused.holds(file.path(), mutant) => {}
            Meaning::Changed(file) => match mutant.anchor {
                Some(anchor) => measured.add_anchored(file, anchor, mutant),
                None => measured.add(file, sites.of(file, mutant)?, mutant),
            },
            Meaning::Ambiguous => measured.anywhere.push(mutant),
            Meaning::Elsewhere if mutant.file.is_empty() => measured.anywhere.push(mutant),
            Meaning::Elsewhere => {}
        }
    }
    Ok(measured)
}

impl<'a> Measured<'a> {
    /// A mutant that is about the change if one of some lines is new; it stands at the first of those.
    fn add_anchored(&mut self, file: &'a FileChange, (first, last): (u32, u32), mutant: &'a Mutant) {
        let new = self.new_lines(file);
        let next = new.partition_point(|number| *number < first);
        match new.get(next).copied().filter(|line| *line <= last) {
            Some(line) => self.on.push(Placed {
                path: file.path(),
                line,
                mutant,
            }),
            None => self.beside += 1,
        }
    }

    /// The numbers of the new lines of a file. 200,000 mutants of a file with as many new lines: searched, not counted
    /// through.
    fn new_lines(&mut self, file: &'a FileChange) -> &[u32] {
        self.new_lines
            .entry(file.path())
            .or_insert_with(|| file.added().map(|line| line.number).collect())
    }

    fn add(&mut self, file: &'a FileChange, site: Site, mutant: &'a Mutant) {
        let (first, last) = match site {
            Site::Line(line) => (line, line),
            Site::Between(first, last) => (first, last),
            Site::Unknown => return self.perhaps.push(mutant),
        };
        let new = self.new_lines(file);
        let before = |line: u32| new.partition_point(|number| *number < line);
        match u32::try_from(before(last.saturating_add(1)) - before(first)) {
            Ok(0) => self.beside += 1,
            // every line it can be on is new
            Ok(count) if count > last - first => self.on.push(Placed {
                path: file.path(),
                line: first,
                mutant,
            }),
            Ok(_) | Err(_) => self.perhaps.push(mutant),
        }
    }
}

/// The mutants that the policy accepts today.
struct Excused<'a> {
    accepted: Vec<&'a AcceptedMutant>,
}

impl<'a> Excused<'a> {
    fn of(change: &Change, settings: &'a Settings) -> Self {
        let today = change.time().map(Date::of_seconds);
        let accepted = settings.policy.mutation.accepted.iter();
        Self {
            accepted: accepted.filter(|known| in_force(known.until, today)).collect(),
        }
    }

    fn holds(&self, path: &RepoPath, mutant: &Mutant) -> bool {
        self.accepted.iter().any(|known| accepts(known, path, mutant))
    }
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
    let id = known.id.is_none() || known.id == mutant.id;
    let file = known.path.as_ref().is_none_or(|globs| globs.matches(path));
    id && file && function && operator && replacement
}

/// Whether the policy of the base accepts, today, that a mutant survives.
pub fn is_accepted(change: &Change, settings: &Settings, path: &RepoPath, mutant: &Mutant) -> bool {
    Excused::of(change, settings).holds(path, mutant)
}

/// Whether a function is the wanted one: its whole name, or the last parts of it.
fn names_function(function: &str, wanted: &str) -> bool {
    let head = function.strip_suffix(wanted);
    head.is_some_and(|head| head.is_empty() || head.ends_with([':', '.']))
}

/// What the coverage says of the changed files; nothing where none was given or it cannot be read.
struct Reach<'a>(BTreeMap<&'a RepoPath, Lines>);

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
