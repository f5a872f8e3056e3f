//! Which tests are there, how long do they take, and which lines do they run?

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    messages::{Do, Event, How, Order, Ready, Test},
    sites::{Place, Site},
    zygote::Zygote,
};
use crate::mutate::Progress;

/// Time for all tests without a fault; a suite that takes longer is no gate.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Memory that a fault may take beyond what the tests take anyway, in bytes.
const MEMORY: u64 = 1 << 30;
/// A fault that takes this many times the memory of all tests takes too much.
const MEMORY_FACTOR: u64 = 4;

/// What is known about one test.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    /// Seconds.
    pub(super) time: f64,
    /// It ran and passed.
    pub(super) passed: bool,
    /// It starts other programs, in which nobody sees what runs.
    pub(super) starts: bool,
    /// It needs nothing of pytest but to be called.
    pub(super) plain: bool,
    /// What it runs is not known: any fault may be reached.
    pub(super) unseen: bool,
}

/// The tests of a project without a fault.
#[derive(Clone, Debug, Default)]
pub(super) struct Suite {
    /// Their names.
    pub(super) names: Vec<String>,
    /// What is known about each.
    pub(super) tests: Vec<Known>,
    /// Which tests run a line of a file.
    by_line: BTreeMap<(usize, u32), Vec<usize>>,
    /// Which lines of a file ran when it was imported for collection.
    imported: BTreeSet<(usize, u32)>,
    /// Whether two runs may disturb each other.
    pub(super) shares: bool,
    /// Bytes of memory that a run with a fault may take.
    pub(super) memory: u64,
}

/// How the tests fare without a fault.
pub(super) enum Fared {
    /// They pass.
    Passed(Suite),
    /// Some do not, with their names and why.
    Failed(Vec<(String, String)>),
}

impl Suite {
    /// Runs all tests in a child of `zygote` and takes note of what they do.
    pub(super) fn run(zygote: &mut Zygote, ready: &Ready, progress: &dyn Progress) -> Fared {
        let count = ready.tests.len();
        progress.step("running the tests without a fault", Some(count));
        let (tests, peak, how) = baseline(zygote, 0, ready, true, progress);
        if let Some(why) = early_end(&tests, count, how) {
            return Fared::Failed(vec![why_at(ready, tests.len(), why)]);
        }
        let mut suite = Self::of(ready, &tests, peak);
        let failed: Vec<&Test> = tests.iter().filter(|test| test.failure.is_some()).collect();
        if failed.is_empty() {
            return Fared::Passed(suite);
        }
        // tests of tracers fail where somebody else traces
        progress.step("running them once more, unobserved", Some(count));
        let (again, _, how) = baseline(zygote, 1, ready, false, progress);
        if let Some(why) = early_end(&again, count, how) {
            return Fared::Failed(vec![why_at(ready, again.len(), why)]);
        }
        let red = again.iter().filter_map(|test| {
            let why = test.failure.clone()?;
            Some((ready.tests.get(test.test)?.clone(), why))
        });
        let red: Vec<(String, String)> = red.collect();
        if !red.is_empty() {
            return Fared::Failed(red);
        }
        for test in failed {
            if let Some(known) = suite.tests.get_mut(test.test) {
                known.passed = true;
                known.unseen = true;
            }
        }
        Fared::Passed(suite)
    }

    fn of(ready: &Ready, tests: &[Test], peak: u64) -> Self {
        let mut suite = Self {
            names: ready.tests.clone(),
            tests: vec![Known::default(); ready.tests.len()],
            memory: MEMORY.max(peak.saturating_mul(MEMORY_FACTOR)),
            ..Self::default()
        };
        let plain: BTreeSet<usize> = ready.plain.iter().copied().collect();
        for (file, lines) in &ready.imported {
            suite.imported.extend(lines.iter().map(|line| (*file, *line)));
        }
        for test in tests {
            suite.shares |= test.shares;
            if let Some(known) = suite.tests.get_mut(test.test) {
                *known = Known {
                    time: test.time,
                    passed: test.failure.is_none() && !test.skipped,
                    starts: test.starts,
                    plain: plain.contains(&test.test),
                    unseen: !test.whole,
                };
            }
            for (file, lines) in &test.lines {
                for line in lines {
                    suite.by_line.entry((*file, *line)).or_default().push(test.test);
                }
            }
        }
        suite
    }

    /// Tests that can notice anything.
    pub(super) fn usable(&self) -> impl Iterator<Item = usize> + '_ {
        let passed = self.tests.iter().enumerate().filter(|(_, test)| test.passed);
        passed.map(|(index, _)| index)
    }

    /// The tests that run a place, as far as they can be seen.
    pub(super) fn reaching(&self, file: usize, site: &Site) -> BTreeSet<usize> {
        let (first, last) = site.reach;
        let seen = self.by_line.range((file, first)..=(file, last.max(first)));
        let unseen = self
            .usable()
            .filter(|test| self.tests.get(*test).is_some_and(|test| test.unseen));
        let all = seen.flat_map(|(_, tests)| tests.iter().copied()).chain(unseen);
        all.filter(|test| self.tests.get(*test).is_some_and(|test| test.passed))
            .collect()
    }

    /// The tests that run anything in a file.
    pub(super) fn around(&self, file: usize) -> BTreeSet<usize> {
        let lines = self.by_line.range((file, 0)..=(file, u32::MAX));
        let tests = lines.flat_map(|(_, tests)| tests.iter().copied());
        tests
            .filter(|test| self.tests.get(*test).is_some_and(|test| test.passed))
            .collect()
    }

    /// Whether the place runs while its file is imported.
    pub(super) fn is_imported(&self, file: usize, site: &Site) -> bool {
        let (first, last) = site.reach;
        let runs = || {
            self.imported
                .range((file, first)..=(file, last.max(first)))
                .next()
                .is_some()
        };
        site.place == Place::Import || runs()
    }

    /// The names of tests, sorted.
    pub(super) fn named(&self, tests: impl IntoIterator<Item = usize>) -> Vec<String> {
        let names = tests.into_iter().filter_map(|test| self.names.get(test).cloned());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn baseline(
    zygote: &mut Zygote,
    key: u64,
    ready: &Ready,
    lines: bool,
    progress: &dyn Progress,
) -> (Vec<Test>, u64, Option<(How, i32)>) {
    zygote.order(&Order {
        key,
        what: Do::Baseline,
        lines,
        tests: (0..ready.tests.len()).collect(),
        names: ready.tests.clone(),
        whole: true,
        fault: None,
        again: None,
        rest: false,
        wall: PATIENCE.as_secs_f64(),
        walls: Vec::new(),
        busy: PATIENCE.as_secs_f64(),
        busies: Vec::new(),
        cpu: None,
        memory: None,
    });
    let (mut told, mut peak) = (Vec::new(), 0);
    let answer = zygote.answer(|event| match event {
        Event::Test(test) => {
            progress.advance();
            told.push(test);
        }
        Event::Peak { bytes } => peak = bytes,
        Event::Ready(_)
        | Event::Stopped(_)
        | Event::Started { .. }
        | Event::Failed { .. }
        | Event::Passed { .. }
        | Event::Unswapped { .. }
        | Event::Unviable { .. }
        | Event::Trouble { .. }
        | Event::Ended { .. } => {}
    });
    (told, peak, answer.map(|answer| (answer.how, answer.number)))
}

/// Why a baseline says nothing, if its process ended before its tests did.
fn early_end(tests: &[Test], count: usize, how: Option<(How, i32)>) -> Option<String> {
    if tests.len() == count {
        return None;
    }
    Some(match how {
        Some((How::Exit, number)) => format!("ended the run with exit code {number}"),
        Some((How::Signal, number)) => format!("ended the run by signal {number}"),
        Some((How::Timeout | How::Late, _)) => "did not end in time".to_owned(),
        Some((How::Told | How::Stopped, _)) | None => "ended the interpreter".to_owned(),
    })
}

fn why_at(ready: &Ready, index: usize, why: String) -> (String, String) {
    let name = ready.tests.get(index).cloned();
    (name.unwrap_or_else(|| "the end of the run".to_owned()), why)
}
