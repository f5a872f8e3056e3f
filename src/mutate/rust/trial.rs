//! Do the tests notice one mutant? The cheap ones run together, the others one by one, until one fails.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::{
    bench::{Kind, ending},
    suite::Suite,
};
use crate::{
    error::Error,
    evidence::mutation::Status,
    mutate::process::{End, Ended},
};

/// Exit code of a process that went on for too long, as `switch.rs` has it.
const ENDLESS: i32 = 86;
/// Tests that take less run together: starting a process takes about 2 ms.
const CHEAP: Duration = Duration::from_millis(30);
/// Names in one command line.
const TOGETHER: usize = 1_000;

/// What the tests made of one mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    pub(super) killed_by: Vec<String>,
    pub(super) tests_run: usize,
}

/// Which tests run at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Those of test programs.
    Programs,
    /// Examples in documentation.
    Examples,
}

/// Runs tests on mutants, and remembers which tests noticed most.
pub(super) struct Trial<'s> {
    suite: &'s Suite,
    kills: Vec<AtomicU32>,
    /// Whether tests pass together without a mutant.
    together: Mutex<BTreeMap<Vec<usize>, bool>>,
}

impl<'s> Trial<'s> {
    pub(super) fn new(suite: &'s Suite) -> Self {
        Self {
            kills: suite.cases.iter().map(|_| AtomicU32::new(0)).collect(),
            suite,
            together: Mutex::new(BTreeMap::new()),
        }
    }

    /// The tests of a stage that reach a place.
    pub(super) fn reaching(&self, place: u32, stage: Stage) -> Vec<usize> {
        let cases = self.suite.cases.iter().enumerate();
        let own =
            cases.filter(|(_, case)| case.seen.contains(&place) && self.stage(case.bench) == Some(stage));
        own.map(|(index, _)| index).collect()
    }

    fn kind(&self, bench: usize) -> Option<Kind> {
        self.suite.benches.get(bench).map(|bench| bench.kind)
    }

    fn stage(&self, bench: usize) -> Option<Stage> {
        self.kind(bench).map(|kind| match kind {
            Kind::Example => Stage::Examples,
            Kind::Harness | Kind::Whole => Stage::Programs,
        })
    }

    /// Runs the tests of a stage that reach a mutant until one notices it; `None` if none does.
    ///
    /// # Errors
    /// A test cannot be started.
    pub(super) fn run(
        &self,
        number: u32,
        reaching: &[usize],
        run: &mut usize,
    ) -> Result<Option<Verdict>, Error> {
        for batch in self.batches(reaching) {
            *run += batch.len();
            let ended = self.suite.try_mutant(number, &batch)?;
            if self.passes(&batch, &ended) {
                continue;
            }
            if let Some(verdict) = self.blame(number, &batch, &ended)? {
                return Ok(Some(Verdict {
                    tests_run: *run,
                    ..verdict
                }));
            }
        }
        Ok(None)
    }

    fn passes(&self, batch: &[usize], ended: &Ended) -> bool {
        let bench = batch.first().and_then(|case| self.suite.cases.get(*case));
        bench.is_none_or(|case| self.suite.passed(case.bench, ended))
    }

    /// Tests that run in one process each time, in the order in which they run.
    fn batches(&self, reaching: &[usize]) -> Vec<Vec<usize>> {
        let is_cheap = |index: &usize| {
            let case = self.suite.cases.get(*index);
            case.is_some_and(|case| case.time < CHEAP && self.kind(case.bench) == Some(Kind::Harness))
        };
        let mut cheap: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut single = Vec::new();
        for index in reaching {
            let bench = self.suite.cases.get(*index).map_or(0, |case| case.bench);
            if is_cheap(index) && !self.suite.apart {
                cheap.entry(bench).or_default().push(*index);
            } else {
                single.push(*index);
            }
        }
        single.sort_by(|a, b| self.cost(*a).total_cmp(&self.cost(*b)));
        let cheap = cheap.into_values();
        let batches =
            cheap.flat_map(|cases| cases.chunks(TOGETHER).map(<[usize]>::to_vec).collect::<Vec<_>>());
        batches.chain(single.into_iter().map(|one| vec![one])).collect()
    }

    /// Milliseconds for each mutant that a test noticed so far.
    fn cost(&self, case: usize) -> f64 {
        let time = self
            .suite
            .cases
            .get(case)
            .map_or(0.0, |case| case.time.as_secs_f64());
        let kills = self
            .kills
            .get(case)
            .map_or(0, |kills| kills.load(Ordering::Relaxed));
        time / f64::from(kills + 1)
    }

    /// What a failed run says about a mutant; `None` if it says nothing, because the tests fail without it too.
    fn blame(&self, number: u32, batch: &[usize], ended: &Ended) -> Result<Option<Verdict>, Error> {
        if let [only] = batch {
            return self.blame_one(number, *only, ended);
        }
        if !self.pass_together(batch)? {
            for case in batch {
                let ended = self.suite.try_mutant(number, &[*case])?;
                if !self.passes(&[*case], &ended)
                    && let Some(verdict) = self.blame_one(number, *case, &ended)?
                {
                    return Ok(Some(verdict));
                }
            }
            return Ok(None);
        }
        let bench = batch
            .first()
            .and_then(|case| self.suite.cases.get(*case))
            .map_or(0, |case| case.bench);
        let named = self.suite.failed(bench, ended);
        let mut killers = Vec::new();
        for case in batch {
            let shown = self.suite.cases.get(*case).map(|case| case.shown.as_str());
            if shown.is_some_and(|shown| named.iter().any(|name| name == shown)) {
                killers.push(*case);
            }
        }
        for case in &killers {
            self.credit(*case);
        }
        let names = killers
            .iter()
            .filter_map(|case| Some(self.suite.cases.get(*case)?.shown.clone()))
            .collect();
        Ok(Some(verdict(ended, names)))
    }

    fn blame_one(&self, number: u32, case: usize, ended: &Ended) -> Result<Option<Verdict>, Error> {
        // beside other runs a test may fail for another reason; one that has noticed a mutant before is believed
        let is_known = self
            .kills
            .get(case)
            .is_some_and(|kills| kills.load(Ordering::Relaxed) > 0);
        if !is_known && self.suite.jobs() > 1 {
            let again = self.suite.confirm(number, case)?;
            if self.passes(&[case], &again) {
                return Ok(None);
            }
        }
        self.credit(case);
        let found = self.suite.cases.get(case);
        let names = match found {
            Some(case) if case.name.is_empty() => self.suite.failed(case.bench, ended),
            Some(case) => vec![case.shown.clone()],
            None => Vec::new(),
        };
        Ok(Some(verdict(ended, names)))
    }

    fn credit(&self, case: usize) {
        if let Some(kills) = self.kills.get(case) {
            kills.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The program whose tests noticed most mutants.
    pub(super) fn likeliest(&self) -> Option<usize> {
        let mut found: BTreeMap<usize, u32> = BTreeMap::new();
        for (case, kills) in self.suite.cases.iter().zip(&self.kills) {
            if self.stage(case.bench) == Some(Stage::Programs) {
                *found.entry(case.bench).or_default() += kills.load(Ordering::Relaxed);
            }
        }
        let most = found.into_iter().max_by_key(|(_, kills)| *kills);
        most.map(|(bench, _)| bench)
    }

    /// Whether tests that run in one process pass without a mutant; asked once for each set.
    fn pass_together(&self, batch: &[usize]) -> Result<bool, Error> {
        let known = || self.together.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(passes) = known().get(batch) {
            return Ok(*passes);
        }
        let ended = self.suite.try_mutant(0, batch)?;
        let passes = self.passes(batch, &ended);
        known().insert(batch.to_vec(), passes);
        Ok(passes)
    }
}

/// What a run that failed makes of a mutant.
pub(super) fn verdict(ended: &Ended, killed_by: Vec<String>) -> Verdict {
    let (status, reason) = match ended.end {
        End::Code(ENDLESS) => (
            Status::Timeout,
            Some("more than 100 times as many steps as without it".to_owned()),
        ),
        End::Timeout => (Status::Timeout, Some(ending(ended.end))),
        // the kernel ends what has used its processor time
        End::Signal(signal)
            if signal == SIGXCPU || (signal == SIGKILL && ended.time > Duration::from_secs(1)) =>
        {
            (
                Status::Timeout,
                Some("more than 10 times the processor time".to_owned()),
            )
        }
        End::Signal(_) => (Status::Killed, Some(format!("the process {}", ending(ended.end)))),
        End::Code(_) => (Status::Killed, None),
    };
    Verdict {
        status,
        reason,
        killed_by,
        tests_run: 0,
    }
}

const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;
