//! Whose is a failure?
//!
//! Told by name from a run of the base. Without one nobody knows, and nothing is assumed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Status, TestRun};

/// Whose a red test is, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blame {
    /// It is red here and was not on the base: this change's.
    New,
    /// It was red on the base already, at least as often.
    PreExisting,
    /// It was red on the base and passes here.
    Fixed,
    /// It is red and passes in one and the same run.
    Flaky,
    /// There is no run of the base to tell by.
    Unknown,
}

impl Blame {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::PreExisting => "pre-existing",
            Self::Fixed => "fixed",
            Self::Flaky => "flaky",
            Self::Unknown => "unknown",
        }
    }
}

/// What one run knows about a name.
#[derive(Clone, Copy, Debug, Default)]
struct Results {
    red: usize,
    passed: bool,
    flaky: bool,
}

fn results(run: &TestRun) -> BTreeMap<String, Results> {
    let mut all: BTreeMap<String, Results> = BTreeMap::new();
    for case in &run.cases {
        let one = all.entry(case.id.key()).or_default();
        one.red += usize::from(case.status.is_red());
        one.passed |= case.status == Status::Passed;
        one.flaky |= case.flaky;
    }
    all
}

/// Whose every red test is, and every one that was red on the base and passes here, by name.
pub fn of(head: &TestRun, base: Option<&TestRun>) -> BTreeMap<String, Blame> {
    let is_red = head.red().next().is_some() || base.is_some_and(|base| base.red().next().is_some());
    if !is_red {
        return BTreeMap::new();
    }
    let (here, there) = (results(head), base.map(results));
    let mut found = BTreeMap::new();
    let none = BTreeMap::new();
    let before = there.as_ref().unwrap_or(&none);
    let names: BTreeSet<&String> = here.keys().chain(before.keys()).collect();
    for name in names {
        let now = here.get(name).copied().unwrap_or_default();
        let then = before.get(name).copied().unwrap_or_default();
        let blame = match (now.red, then.red) {
            (0, 0) => continue,
            (0, _) if now.passed => Blame::Fixed,
            // it did not run here: gone, or skipped
            (0, _) => continue,
            _ if now.flaky => Blame::Flaky,
            _ if there.is_none() => Blame::Unknown,
            (red, was) if was >= red => Blame::PreExisting,
            _ => Blame::New,
        };
        found.insert(name.clone(), blame);
    }
    found
}

/// How many tests there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Red here and not on the base.
    pub new: usize,
    /// Red here and on the base.
    pub pre_existing: usize,
    /// Red on the base and passing here.
    pub fixed: usize,
    /// Red and passing in one run.
    pub flaky: usize,
    /// Red here, and nothing is known about the base.
    pub unknown: usize,
}

/// Counts them.
pub fn tally(head: &TestRun, base: Option<&TestRun>) -> Tally {
    let mut tally = Tally::default();
    for blame in of(head, base).values() {
        let count = match blame {
            Blame::New => &mut tally.new,
            Blame::PreExisting => &mut tally.pre_existing,
            Blame::Fixed => &mut tally.fixed,
            Blame::Flaky => &mut tally.flaky,
            Blame::Unknown => &mut tally.unknown,
        };
        *count += 1;
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::{super::TestCase, *};

    fn run(cases: &[(&str, Status, bool)]) -> TestRun {
        let case = |(name, status, flaky): &(&str, Status, bool)| TestCase {
            id: super::super::TestId {
                name: (*name).into(),
                ..Default::default()
            },
            status: *status,
            flaky: *flaky,
            seconds: None,
            message: None,
            frames: Box::default(),
            report: 0,
        };
        TestRun {
            cases: cases.iter().map(case).collect(),
            ..TestRun::default()
        }
    }

    #[test]
    fn a_run_of_the_base_tells_whose_a_failure_is() {
        use Status::{Error, Failed, Passed, Skipped};
        let head = run(&[
            ("broke", Failed, false),
            ("was red", Error, false),
            ("mended", Passed, false),
            ("shaky", Failed, true),
            ("unheard of", Failed, false),
            ("skipped now", Skipped, false),
            ("fine", Passed, false),
        ]);
        let base = run(&[
            ("broke", Passed, false),
            ("was red", Failed, false),
            ("mended", Failed, false),
            ("shaky", Passed, false),
            ("skipped now", Failed, false),
            ("gone", Failed, false),
            ("fine", Passed, false),
        ]);
        let told: Vec<(String, &str)> = of(&head, Some(&base))
            .into_iter()
            .map(|(name, blame)| (name, blame.name()))
            .collect();
        let wanted = [
            ("broke", "new"),
            ("mended", "fixed"),
            ("shaky", "flaky"),
            ("unheard of", "new"),
            ("was red", "pre-existing"),
        ];
        assert_eq!(told, wanted.map(|(name, blame)| (name.to_owned(), blame)));
        let alone = tally(&head, None);
        assert_eq!(
            (alone.unknown, alone.flaky, alone.new, alone.pre_existing),
            (3, 1, 0, 0)
        );
    }

    #[test]
    fn one_more_red_result_under_a_name_is_new() {
        let red = ("t", Status::Failed, false);
        assert_eq!(of(&run(&[red, red]), Some(&run(&[red])))["t"], Blame::New);
    }
}
