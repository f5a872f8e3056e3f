//! Which tests run on a fault, in which order, and how long may each take?

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    messages::{Do, Order},
    suite::Suite,
    trial::Case,
};

/// A test with a fault may take this many times what it takes without.
const SLOWER: f64 = 10.0;
/// The part of the least time by the clock of the wall that a test may keep a processor busy: a machine with other work
/// slows the first clock, not the second.
const BUSY: f64 = 0.25;

/// Tests that are looked at at most to find one that is worth collecting.
const SCREENED: usize = 500;
/// Letters of a word that may say which test is about it.
const WORD: usize = 3;

/// How a fault gets into the program, and which tests run then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Into functions that exist: those that are chosen, of all that are collected already.
    Chosen,
    /// Into a file that runs again where it stands: as [`Reach::Chosen`].
    Again,
    /// By a fresh import: those that are chosen, and only they are collected.
    Few,
    /// By a fresh import: all are collected, and run.
    All,
}

impl Reach {
    /// Whether the file is imported afresh.
    const fn is_fresh(self) -> bool {
        match self {
            Self::Chosen | Self::Again => false,
            Self::Few | Self::All => true,
        }
    }
}

/// Whether a test that fails with a fault is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It has passed in the same company without the fault.
    Trusted,
    /// It fails without a fault when it does not run among all others.
    Shaky,
}

/// What is known about the tests by now.
pub(super) struct Choice<'s> {
    pub(super) suite: &'s Suite,
    /// The names of the tests in lower case.
    names: Vec<String>,
    /// Seconds that each test has at least.
    least: f64,
    /// Seconds that a fresh import and collection may take.
    collection: f64,
    kills: BTreeMap<usize, u32>,
    /// Which tests noticed a fault on a line of a file.
    killers: BTreeMap<(usize, u32), BTreeSet<usize>>,
    trust: BTreeMap<(Reach, usize), Trust>,
}

impl<'s> Choice<'s> {
    /// Over the tests of a project, with nothing known yet but how long they and their collection take.
    pub(super) fn new(suite: &'s Suite, least: Duration, collection: Duration) -> Self {
        let least = least.as_secs_f64();
        Self {
            suite,
            names: suite.names.iter().map(|name| name.to_lowercase()).collect(),
            least,
            collection: collection.as_secs_f64() * SLOWER,
            kills: BTreeMap::new(),
            killers: BTreeMap::new(),
            trust: BTreeMap::new(),
        }
    }

    /// It takes this long for a child to collect all tests.
    pub(super) fn collection_takes(&mut self, time: Duration) {
        self.collection = time.as_secs_f64() * SLOWER;
    }

    /// A test has noticed a fault: it may notice others, and those beside it above all.
    pub(super) fn killed(&mut self, case: &Case<'_>, test: usize) {
        *self.kills.entry(test).or_default() += 1;
        let place = (case.file, case.site.fault.span.first);
        self.killers.entry(place).or_default().insert(test);
    }

    /// Whether a test is believed that fails in such a run; `None` if it is not known yet.
    pub(super) fn trust(&self, reach: Reach, test: usize) -> Option<Trust> {
        self.trust.get(&(reach, test)).copied()
    }

    /// Takes note of it.
    pub(super) fn believe(&mut self, reach: Reach, test: usize, trust: Trust) {
        self.trust.insert((reach, test), trust);
    }

    /// The tests to run, the most promising first.
    pub(super) fn chosen(&self, case: &Case<'_>, reach: Reach) -> Vec<usize> {
        let mut chosen = self.sorted(&case.reaching, reach);
        if reach != Reach::Chosen && self.suite.is_imported(case.file, &case.site) {
            // what runs at import may show in any test
            let near = self.suite.around(case.file);
            let rest: BTreeSet<usize> = self.suite.usable().collect();
            chosen.extend(self.sorted(&near.difference(&case.reaching).copied().collect(), reach));
            let far = rest
                .difference(&near)
                .filter(|test| !case.reaching.contains(test));
            chosen.extend(self.sorted(&far.copied().collect(), reach));
        }
        let beside = self.beside(case);
        let words = if reach != Reach::Chosen {
            words(&case.site.fault.original)
        } else {
            Vec::new()
        };
        let is_named = |test: &usize| {
            let name = self.names.get(*test).map(String::as_str).unwrap_or_default();
            words.iter().any(|word| name.contains(word))
        };
        // plain tests leave nothing to be torn down, and so come before all others
        let is_late = |test: &usize| !reach.is_fresh() && !self.is_plain(*test);
        chosen.sort_by_cached_key(|test| (is_late(test), !beside.contains(test), !is_named(test)));
        chosen
    }

    /// These tests, the cheapest first, and before all others those that leave nothing to be torn down.
    pub(super) fn plain_first(&self, tests: &BTreeSet<usize>) -> Vec<usize> {
        let mut sorted = self.sorted(tests, Reach::Again);
        sorted.sort_by_key(|test| !self.is_plain(*test));
        sorted
    }

    fn is_plain(&self, test: usize) -> bool {
        self.suite.tests.get(test).is_some_and(|test| test.plain)
    }

    /// The tests that noticed a fault on the same line or next to it.
    fn beside(&self, case: &Case<'_>) -> BTreeSet<usize> {
        let line = case.site.fault.span.first;
        let lines = (case.file, line.saturating_sub(1))..=(case.file, line.saturating_add(1));
        let killers = self.killers.range(lines);
        killers.flat_map(|(_, tests)| tests.iter().copied()).collect()
    }

    /// As many of these tests as take no longer than a collection: to run all of them is no way to find one.
    pub(super) fn worth_a_look(&self, mut tests: Vec<usize>) -> Vec<usize> {
        let mut left = self.collection / SLOWER;
        let is_quick = |test: &&usize| {
            left -= self.suite.tests.get(**test).map_or(0.0, |known| known.time);
            left > 0.0
        };
        let quick = tests.iter().take_while(is_quick).count().max(1);
        tests.truncate(quick.min(SCREENED));
        tests
    }

    /// Tests that are believed, the cheapest and those that have noticed most first.
    pub(super) fn sorted(&self, tests: &BTreeSet<usize>, reach: Reach) -> Vec<usize> {
        let cost = |test: usize| {
            let time = self.suite.tests.get(test).map_or(0.0, |known| known.time);
            time / (1.0 + f64::from(self.kills.get(&test).copied().unwrap_or_default()))
        };
        let mut sorted: Vec<usize> = tests
            .iter()
            .copied()
            .filter(|test| self.trust(reach, *test) != Some(Trust::Shaky))
            .collect();
        sorted.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)).then(a.cmp(b)));
        sorted
    }

    /// A test that reaches the place and is not believed.
    pub(super) fn shaky(&self, case: &Case<'_>) -> Option<&str> {
        let is_shaky = |test: &&usize| {
            let reaches = [Reach::Chosen, Reach::Again, Reach::All];
            reaches
                .iter()
                .any(|reach| self.trust(*reach, **test) == Some(Trust::Shaky))
        };
        let test = case.reaching.iter().find(is_shaky)?;
        self.suite.names.get(*test).map(String::as_str)
    }

    /// An order to run these tests without a fault, within their limits.
    pub(super) fn order(&self, key: u64, reach: Reach, tests: &[usize]) -> Order {
        let walls: Vec<f64> = tests.iter().map(|test| self.limit(*test, self.least)).collect();
        let busies = tests.iter().map(|test| self.limit(*test, self.least * BUSY));
        let (wall, busy) = if reach.is_fresh() {
            let busy = self.collection.max(self.least * BUSY);
            (self.collection.max(self.least), busy)
        } else {
            (self.least, self.least * BUSY)
        };
        let all: f64 = walls.iter().sum::<f64>() + wall;
        let name = |test: &usize| self.suite.names.get(*test).cloned();
        Order {
            key,
            what: Do::Run,
            lines: false,
            names: if reach.is_fresh() {
                tests.iter().filter_map(name).collect()
            } else {
                Vec::new()
            },
            tests: tests.to_vec(),
            whole: false,
            rest: false,
            fault: None,
            again: None,
            wall,
            busies: busies.collect(),
            walls,
            busy,
            cpu: Some(Duration::from_secs_f64(all).as_secs() + 2),
            memory: Some(self.suite.memory),
        }
    }

    /// Seconds that a test may take.
    fn limit(&self, test: usize, least: f64) -> f64 {
        let time = self.suite.tests.get(test).map_or(0.0, |known| known.time);
        (time * SLOWER).max(least)
    }
}

/// The words of a piece of code. Tests with parameters are often named after the data that they are about.
fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.len() >= WORD)
        .map(str::to_lowercase)
        .collect()
}
