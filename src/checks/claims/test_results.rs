//! Do the test reports say what the author says about them?
//!
//! Partial reports are enough to refute, never to support. A failure that the author owns up to, or that passes when
//! run again, refutes nothing here; other checks judge it.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    claims::{self, Standing, against, paths::Written},
    evidence::{
        Evidence,
        claims::{Claim, Claims, Counts, Form, Status as Said},
        tests::{Status, TestCase, TestId, TestRun},
    },
    finding::{Finding, Level, Unproven},
    limits,
    path::RepoPath,
    policy::Suite,
};

/// The forms that this check decides.
pub const FORMS: &[Form] = &[Form::AllPass, Form::CountPass];

/// Scopes that name no set anybody else could find.
const VAGUE: &[&str] = &["manual", "local", "related", "relevant", "affected", "my", "some"];

/// Every claim about results, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let all = evidence.claims()?;
    let one = |claim: &Claim| vec![told(claim, all, evidence, settings).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(all, FORMS, one))
}

/// What one claim about results comes to.
///
/// # Errors
/// There is no report to judge it by.
pub fn told(
    claim: &Claim,
    all: &Claims,
    evidence: &Evidence,
    settings: &Settings,
) -> Result<Standing, Unproven> {
    let run = evidence.tests_as_read()?;
    let scope = match Scope::of(claim, settings) {
        Ok(scope) => scope,
        Err(why) => return Ok(Standing::Unverifiable(why)),
    };
    let universe = scope.cases(run, evidence)?;
    let red: Vec<&TestCase> = universe
        .iter()
        .copied()
        .filter(|case| case.status.is_red() && !is_owned_up(&case.id, all))
        .collect();
    let results = Results {
        claim,
        evidence,
        run,
        universe,
        red,
    };
    let counts = matches!(claim.form, Some(Form::CountPass | Form::PastedOutput));
    let told = if counts {
        results.counts(&scope)
    } else {
        results.all_pass(&scope)
    }?;
    Ok(match told {
        Standing::Refuted(finding) => in_prose(&results, &scope, *finding),
        Standing::Supported(_) | Standing::Unverifiable(_) | Standing::Lacking(_) => told,
    })
}

/// What prose says about results is held against it only where it must be about this run: a part that it names by a
/// word may be another one, and other numbers may be those of another run.
fn in_prose(results: &Results<'_>, scope: &Scope<'_>, finding: Finding) -> Standing {
    let claim = results.claim;
    if claim.prose.is_none() {
        return finding.into();
    }
    if let Scope::Named(words) = scope
        && words.iter().any(|word| !word.contains(['/', '.']))
    {
        return Standing::unverifiable(format!("which tests are meant cannot be told: {}", finding.says));
    }
    let said = said_sum(&claim.count);
    let listed = Tally::of(results.universe.iter().copied());
    let same_run =
        said == listed.sum() || (claim.count.skipped.is_none() && said == listed.sum() - listed.skipped);
    if claim.form != Some(Form::AllPass) && !same_run {
        return Standing::unverifiable(format!(
            "the numbers may be those of another run: {}",
            finding.says
        ));
    }
    if results.universe.is_empty() {
        return Standing::Unverifiable(finding.says);
    }
    finding.into()
}

/// Which cases a claim speaks of.
enum Scope<'a> {
    All,
    New,
    Existing,
    Suite(&'a Suite),
    /// Cases whose suite, class, name or file holds one of these.
    Named(Vec<String>),
}

impl<'a> Scope<'a> {
    fn of(claim: &Claim, settings: &'a Settings) -> Result<Self, String> {
        // what a pasted summary names is its runner
        let targets = claim
            .targets
            .iter()
            .filter(|_| claim.form != Some(Form::PastedOutput));
        let words: Vec<&str> = claim
            .scope
            .iter()
            .chain(targets)
            .map(|word| word.trim())
            .collect();
        let [word] = words.as_slice() else {
            return Ok(match words.as_slice() {
                [] => Self::All,
                several => Self::Named(several.iter().map(|&word| word.to_owned()).collect()),
            });
        };
        let lower = word.to_lowercase();
        let suites = &settings.policy.tests.suites.0;
        if let Some(suite) = suites.get(*word).or_else(|| suites.get(&lower)) {
            return Ok(Self::Suite(suite));
        }
        match lower.as_str() {
            "" | "all" | "every" | "whole" => Ok(Self::All),
            "new" => Ok(Self::New),
            "existing" => Ok(Self::Existing),
            vague if VAGUE.contains(&vague) => Err(format!("`{vague}` names no set of tests")),
            command if command.contains(' ') => {
                Err("it names a command, and no report says which of its cases a command ran".to_owned())
            }
            _ => Ok(Self::Named(vec![(*word).to_owned()])),
        }
    }

    fn cases<'r>(&self, run: &'r TestRun, evidence: &Evidence) -> Result<Vec<&'r TestCase>, Unproven> {
        let chosen =
            |holds: &dyn Fn(&TestId) -> bool| run.cases.iter().filter(|case| holds(&case.id)).collect();
        Ok(match self {
            Self::All => run.cases.iter().collect(),
            Self::New => {
                let known = definitions(evidence.base_tests()?);
                chosen(&|id| !known.contains(&id.definition()))
            }
            Self::Existing => {
                let known = definitions(evidence.base_tests()?);
                chosen(&|id| known.contains(&id.definition()))
            }
            Self::Suite(suite) => chosen(&|id| {
                let whole = format!("{} > {}::{}", id.suite, id.class, id.name);
                suite.matches.matches(&whole) || suite.matches.matches(&id.file)
            }),
            Self::Named(words) => chosen(&|id| words.iter().any(|word| is_named(id, word))),
        })
    }

    /// Which tests, behind the word "tests"; nothing where all are meant.
    fn of_which(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::New | Self::Existing | Self::Suite(_) | Self::Named(_) => format!(" of {}", self.words()),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::All => "the reports".to_owned(),
            Self::New => "the new tests".to_owned(),
            Self::Existing => "the existing tests".to_owned(),
            Self::Suite(suite) => format!("the suite `{}`", crate::escape::line(suite.matches.as_str())),
            Self::Named(words) => {
                let shown: Vec<String> = words
                    .iter()
                    .map(|word| format!("`{}`", crate::escape::line(word)))
                    .collect();
                shown.join(" and ")
            }
        }
    }
}

fn definitions(run: &TestRun) -> BTreeSet<String> {
    run.cases.iter().map(|case| case.id.definition()).collect()
}

/// A word means a case by its file, or as a part of its suite, class or name.
fn is_named(id: &TestId, word: &str) -> bool {
    let file = RepoPath::new(id.file.trim_start_matches("./")).ok();
    let means_file = file
        .zip(Written::new(word).ok())
        .is_some_and(|(file, written)| written.means(&file).is_some());
    let dotted = word
        .rsplit_once('.')
        .filter(|_| word.contains('/'))
        .map(|(stem, _)| stem.replace('/', "."));
    let holds =
        |text: &str| holds_part(text, word) || dotted.as_ref().is_some_and(|dotted| holds_part(text, dotted));
    means_file
        || [id.suite.as_ref(), id.class.as_ref(), id.name.as_ref()]
            .into_iter()
            .any(holds)
}

/// Whether a name holds a word as a part of its own: `unit` is a part of `tests.unit` and `UnitTests`, not of
/// `community`.
fn holds_part(name: &str, word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    name.to_ascii_lowercase()
        .match_indices(&lower)
        .any(|(start, found)| {
            let before = name.get(..start).and_then(|head| head.chars().next_back());
            let mut rest = name.get(start..).unwrap_or_default().chars();
            let first_is_capital = rest.next().is_some_and(char::is_uppercase);
            let after = name
                .get(start + found.len()..)
                .and_then(|tail| tail.chars().next());
            let begins = first_is_capital || !before.is_some_and(char::is_alphanumeric);
            begins && !after.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
        })
}

/// Whether a failing case is named by a claim that owns up to a failure.
fn is_owned_up(id: &TestId, all: &Claims) -> bool {
    let owned = all.claims.iter().filter(|claim| claim.status != Said::Done);
    let mut targets = owned.flat_map(|claim| &claim.targets);
    targets.any(|target| *target == *id.name || *target == id.key() || *target == id.definition())
}

/// A claim beside the cases it speaks of.
struct Results<'a> {
    claim: &'a Claim,
    evidence: &'a Evidence,
    run: &'a TestRun,
    universe: Vec<&'a TestCase>,
    /// Failing cases that nobody owned up to.
    red: Vec<&'a TestCase>,
}

impl Results<'_> {
    fn all_pass(&self, scope: &Scope<'_>) -> Result<Standing, Unproven> {
        let steady: Vec<&TestCase> = self.red.iter().copied().filter(|case| !case.flaky).collect();
        if !steady.is_empty() {
            let says = format!(
                "all tests{} are said to pass, and {} of {} {} not",
                scope.of_which(),
                steady.len(),
                self.universe.len(),
                if steady.len() == 1 { "does" } else { "do" }
            );
            return Ok(named(against(self.claim, says), &steady).into());
        }
        self.evidence.tests()?;
        if let Some(case) = self.red.first() {
            return Ok(Standing::unverifiable(format!(
                "`{}` both failed and passed in one run",
                case.id
            )));
        }
        if self.universe.iter().any(|case| case.status.executed()) {
            return Ok(Standing::Supported(None));
        }
        match scope {
            Scope::All | Scope::Suite(_) => Ok(against(
                self.claim,
                format!(
                    "all tests are said to pass, and {} {} none that ran",
                    scope.words(),
                    if matches!(scope, Scope::All) {
                        "list"
                    } else {
                        "lists"
                    }
                ),
            )
            .into()),
            Scope::New | Scope::Existing | Scope::Named(_) => Err(self.nowhere(scope)),
        }
    }

    fn nowhere(&self, scope: &Scope<'_>) -> Unproven {
        let cases = self.run.cases.len();
        Unproven::Insufficient(format!(
            "none of the {cases} cases of the reports belongs to {} and ran",
            scope.words()
        ))
    }

    fn counts(&self, scope: &Scope<'_>) -> Result<Standing, Unproven> {
        let said = &self.claim.count;
        let steady: Vec<&TestCase> = self.red.iter().copied().filter(|case| !case.flaky).collect();
        if said.failed == Some(0) && !steady.is_empty() {
            let says = format!(
                "no test{} is said to fail, and {} of {} {}",
                scope.of_which(),
                steady.len(),
                self.universe.len(),
                if steady.len() == 1 { "does" } else { "do" }
            );
            let listed = format!(
                "{} list: {}",
                scope.words(),
                Tally::of(self.universe.iter().copied()).words()
            );
            return Ok(named(against(self.claim, says), &steady).because(listed).into());
        }
        self.evidence.tests()?;
        if self.universe.is_empty() && !matches!(scope, Scope::All) {
            return Err(self.nowhere(scope));
        }
        let whole = Tally::of(self.universe.iter().copied());
        if whole.agrees(said) {
            return Ok(Standing::Supported(None));
        }
        if let Some(how) = self
            .other_readings()
            .into_iter()
            .find_map(|(how, tally)| tally.agrees(said).then_some(how))
        {
            return Ok(Standing::supported(format!("the numbers are those of {how}")));
        }
        let says = format!(
            "the reports list {}, and said are {}",
            whole.words(),
            said.words().collect::<Vec<_>>().join(", ")
        );
        let finding = against(self.claim, says)
            .because(format!(
                "counted in {}: {} cases",
                scope.words(),
                self.universe.len()
            ))
            .fix("state the numbers that the reports give");
        // other machines skip other tests: the sum is right and nothing failed
        let skipped_here = whole.red == 0 && said.failed.unwrap_or(0) == 0 && whole.sum() == said_sum(said);
        Ok(if skipped_here {
            finding.at_most(Level::Warn)
        } else {
            finding
        }
        .into())
    }

    /// Other honest ways to count the same run: one report of several, or tests instead of their parameters.
    fn other_readings(&self) -> Vec<(String, Tally)> {
        let reports = self.run.reports.iter().enumerate();
        let mut readings: Vec<(String, Tally)> = reports
            .map(|(place, report)| {
                let cases = self.universe.iter().copied().filter(|case| case.report == place);
                (
                    format!("`{}`", crate::escape::line(&report.input.file)),
                    Tally::of(cases),
                )
            })
            .collect();
        for (how, key) in [
            ("cases counted once each", TestId::key as fn(&TestId) -> String),
            ("tests without their parameters", TestId::definition),
        ] {
            let mut seen = BTreeSet::new();
            let cases = self
                .universe
                .iter()
                .copied()
                .filter(|case| seen.insert(key(&case.id)));
            readings.push((how.to_owned(), Tally::of(cases)));
        }
        readings
    }
}

fn named(finding: Finding, red: &[&TestCase]) -> Finding {
    let mut finding = finding.fix("mend the failing tests, or own up to them with `status: failed`");
    for case in red.iter().take(limits::NAMED) {
        let state = match case.status {
            Status::Failed => "failed",
            Status::Error => "ended in an error",
            Status::Passed | Status::Skipped => "did not fail",
        };
        finding = finding.because(format!("`{}` {state}", case.id));
    }
    match red.len().checked_sub(limits::NAMED).filter(|more| *more > 0) {
        Some(more) => finding.because(format!("and {more} more")),
        None => finding,
    }
}

fn said_sum(said: &Counts) -> u64 {
    [said.passed, said.failed, said.skipped]
        .into_iter()
        .flatten()
        .fold(0, u64::saturating_add)
}

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    red: u64,
    skipped: u64,
}

impl Tally {
    fn of<'a>(cases: impl Iterator<Item = &'a TestCase>) -> Self {
        let mut tally = Self::default();
        for case in cases {
            match case.status {
                Status::Passed => tally.passed += 1,
                Status::Failed | Status::Error => tally.red += 1,
                Status::Skipped => tally.skipped += 1,
            }
        }
        tally
    }

    fn sum(self) -> u64 {
        self.passed + self.red + self.skipped
    }

    /// Whether every number that is said is the one counted.
    fn agrees(self, said: &Counts) -> bool {
        let same = |said: Option<u64>, counted| said.is_none_or(|said| said == counted);
        same(said.passed, self.passed) && same(said.failed, self.red) && same(said.skipped, self.skipped)
    }

    fn words(self) -> String {
        format!(
            "{} passed, {} failed, {} skipped",
            self.passed, self.red, self.skipped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::memory,
            file::Input,
            tests::{Problem, Report},
        },
        policy::Policy,
    };

    fn case(report: usize, name: &str, status: Status) -> TestCase {
        let (class, name) = name.split_once("::").unwrap_or(("", name));
        let id = TestId {
            suite: "suite".into(),
            class: class.into(),
            name: name.into(),
            file: if class == "api" {
                "tests/api.py".into()
            } else {
                "".into()
            },
        };
        TestCase {
            id,
            status,
            flaky: false,
            seconds: None,
            message: None,
            frames: Box::default(),
            report,
        }
    }

    fn run_of(cases: &[(usize, &str, Status)]) -> TestRun {
        let report = |file: &str| Report {
            input: Input::of("tests", file, b""),
            format: "junit",
            cases: 0,
            timestamp: None,
            commit: None,
            versions: BTreeSet::new(),
            signs: Vec::new(),
            has_output: false,
            modified: None,
        };
        TestRun {
            reports: vec![report("a.xml"), report("b.xml")],
            cases: cases
                .iter()
                .map(|(report, name, status)| case(*report, name, *status))
                .collect(),
            ..TestRun::default()
        }
    }

    fn told_with(manifest: &str, evidence: Evidence) -> (&'static str, String) {
        let evidence = evidence.with_claims(Ok(crate::claims::tests::claims(manifest)));
        let policy = "tests: {suites: {unit: {match: 'unit'}, e2e: {match: e2e}}}";
        let settings = Settings::new(Policy::parse("p", policy.as_bytes(), &[].into()).unwrap()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        (standing.name(), standing.why().unwrap_or_default())
    }

    fn evidence(run: TestRun) -> Evidence {
        Evidence::of(memory::change([].into(), [].into())).with_tests(Ok(run))
    }

    fn mixed() -> TestRun {
        run_of(&[
            (0, "unit::a[1]", Status::Passed),
            (0, "unit::a[2]", Status::Passed),
            (0, "api::c", Status::Failed),
            (1, "slow::d", Status::Skipped),
            (1, "slow::e", Status::Passed),
        ])
    }

    #[test]
    fn all_pass_is_judged_in_its_scope() {
        let table = [
            ("", "refuted"),
            ("scope: all", "refuted"),
            ("scope: unit", "supported"),
            ("scope: e2e", "refuted"),
            ("scope: api", "refuted"),
            ("scope: tests/api.py", "refuted"),
            ("scope: slow", "supported"),
            ("target: [unit, slow]", "supported"),
            ("scope: payments", "unproven"),
            ("scope: manual", "not checked"),
            ("target: cargo test -p unit", "not checked"),
            ("scope: new", "unproven"),
        ];
        for (scope, name) in table {
            let (told, why) = told_with(&format!("- form: all-pass\n  {scope}\n"), evidence(mixed()));
            assert_eq!(told, name, "{scope}: {why}");
        }
    }

    #[test]
    fn a_word_is_a_part_of_a_name_and_not_of_a_word() {
        for name in ["tests.unit.api", "UnitTests", "my_unit", "unit"] {
            assert!(holds_part(name, "unit"), "{name}");
        }
        for name in ["community", "units", "unit2"] {
            assert!(!holds_part(name, "unit"), "{name}");
        }
    }

    #[test]
    fn new_and_existing_are_told_by_the_base_report() {
        let base = || run_of(&[(0, "unit::a[1]", Status::Passed), (0, "slow::e", Status::Passed)]);
        let with = |scope: &str| {
            told_with(
                &format!("- form: all-pass\n  scope: {scope}\n"),
                evidence(mixed()).with_base_tests(Ok(base())),
            )
        };
        assert_eq!(with("existing").0, "supported");
        assert_eq!(with("new").0, "refuted");
    }

    #[test]
    fn a_failure_that_is_owned_up_refutes_nothing() {
        let manifest = "- form: all-pass\n- form: all-pass\n  status: failed\n  target: api::c\n";
        assert_eq!(told_with(manifest, evidence(mixed())).0, "supported");
    }

    #[test]
    fn a_flaky_failure_refutes_nothing_and_supports_nothing() {
        let mut run = mixed();
        run.cases[2].flaky = true;
        assert_eq!(told_with("- form: all-pass\n", evidence(run)).0, "not checked");
    }

    #[test]
    fn partial_reports_refute_and_never_support() {
        let broken = |cases: &[(usize, &str, Status)]| {
            let mut run = run_of(cases);
            run.problems
                .push(Problem::Unreadable("ends too early".to_owned()));
            evidence(run)
        };
        assert_eq!(
            told_with("- form: all-pass\n", broken(&[(0, "x::a", Status::Failed)])).0,
            "refuted"
        );
        assert_eq!(
            told_with("- form: all-pass\n", broken(&[(0, "x::a", Status::Passed)])).0,
            "unproven"
        );
        let counted = "- form: count-pass\n  count: {passed: 1}\n";
        assert_eq!(
            told_with(counted, broken(&[(0, "x::a", Status::Passed)])).0,
            "unproven"
        );
    }

    #[test]
    fn without_a_report_nothing_is_told() {
        let nothing = Evidence::of(memory::change([].into(), [].into()));
        assert_eq!(told_with("- form: all-pass\n", nothing).0, "unproven");
        assert_eq!(
            told_with("- form: all-pass\n", evidence(run_of(&[]))).0,
            "refuted"
        );
    }

    #[test]
    fn counts_are_compared_with_every_honest_way_to_count() {
        let table = [
            ("passed: 3, failed: 1, skipped: 1", "supported", ""),
            ("failed: 1", "supported", ""),
            ("passed: 1, skipped: 1", "supported", "b.xml"),
            (
                "passed: 2, failed: 1, skipped: 1",
                "supported",
                "without their parameters",
            ),
            ("passed: 4, failed: 0", "refuted", "1 of 5 does"),
            ("passed: 9", "refuted", "3 passed, 1 failed, 1 skipped"),
        ];
        for (count, name, part) in table {
            let (told, why) = told_with(
                &format!("- form: count-pass\n  count: {{{count}}}\n"),
                evidence(mixed()),
            );
            assert_eq!(told, name, "{count}: {why}");
            assert!(why.contains(part), "{count}: {why}");
        }
    }

    #[test]
    fn tests_that_another_machine_skips_only_warn() {
        let run = run_of(&[(0, "x::a", Status::Passed), (0, "x::b", Status::Skipped)]);
        let claims = crate::claims::tests::claims("- form: count-pass\n  count: {passed: 2, failed: 0}\n");
        let evidence = evidence(run).with_claims(Ok(claims));
        let settings = Settings::new(Policy::default()).unwrap();
        let (_, standing) = standings(&evidence, &settings).unwrap().remove(0);
        let Standing::Refuted(finding) = standing else {
            unreachable!("{standing:?}")
        };
        assert_eq!(finding.at_most, Some(Level::Warn));
    }
}
